//! Users, memberships, invitations and sessions: people, in SQL.

mod invitations;
mod memberships;
mod sessions;
mod users;

pub(crate) use invitations::Invitations;
pub(crate) use memberships::{Memberships, object as membership, within_own as within_team_role, word as role_word};
pub(crate) use sessions::Sessions;
pub(crate) use users::{Users, object as user};
