//! Policies over plans: what teams may change. How several combine is said at
//! [`kore_api::policy::PlanPolicySpec`]; the REST edge and the cluster controller ask the same
//! [`judge`].

mod judge;
mod path;
mod rules;
mod standing;
#[cfg(test)]
mod tests;

pub use judge::{Named, judge};
pub use rules::check_policy;
pub use standing::{applies, explain_parameters};
