//! Account rules: what one may say, which holds for a team, and what they come to together.

mod check;
mod together;
mod which;

pub(crate) use self::check::{is_unit, is_word};
pub use self::{
    check::check_rule,
    together::{guardrails, in_common, units},
    which::{Named, Question, verdicts, which},
};
