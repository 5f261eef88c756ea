//! Plans: what a plan version and a team's overrides come to, what changes, what may not change.
//!
//! The provider's parameters are one Rust struct; its JSON Schema does the checking. Field errors
//! carry pointers into the parameters (`/nodePools/default/size`); [`prefixed`] puts them under the
//! member of the request body that they came from.

mod assign;
mod change;
mod effective;
mod life;
mod parameter;
mod schema;
mod starter;

pub use assign::{AssignError, parse_set, parse_sets};
pub use change::{apply_changes, diff, immutable_changes};
pub use effective::{MAX_NODES, aws_parameters, effective, local_parameters, prefixed, total_nodes};
pub use life::life_errors;
pub(crate) use parameter::plain;
pub use parameter::{concrete, effect, fields, parameters, with_effects};
pub use schema::parameters_schema;
pub(crate) use schema::{governing_schema, known_below, nearest};
pub use starter::{StarterPlan, rehearsal_plan, starter_plans, starter_policies};
