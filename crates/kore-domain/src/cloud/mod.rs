//! Clouds: what an organisation may be, and what its check comes to.

mod organization;
mod standing;

pub use self::{
    organization::{check_organization, fixed_changes, is_account},
    standing::{Standing, standing},
};
