//! Account rules: what one may say, and which holds for a team.

mod check;
mod which;

pub use self::{
    check::check_rule,
    which::{Named, Question, verdicts, which},
};
