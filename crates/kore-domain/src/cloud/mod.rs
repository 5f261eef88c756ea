//! Clouds: what an organisation may be and what its check comes to, and which accounts there are.

mod account;
pub mod budget;
mod domain;
mod organization;
mod standing;

pub use self::{
    account::{check_account, email, plan_of, stage, token, vended},
    domain::domain,
    organization::{check_organization, fixed_changes, is_account},
    standing::{Standing, standing},
};
