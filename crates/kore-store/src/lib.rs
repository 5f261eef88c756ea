//! What is relational or append-only: people, sessions, tokens, memberships, operations, the ledger,
//! the audit trail. SQLite on one machine, PostgreSQL and MariaDB by URL.
//!
//! Invariant: the only crate that names SeaORM or writes SQL. No entity leaves it: functions take and
//! return plain values. Where a person's right is concerned they take `Authorized<T>`; what runs
//! before anybody is known (sign-in) or by Kore itself does not.
//!
//! Invariant: everything acknowledged is durable (SQLite: WAL with `synchronous=FULL`).

mod addresses;
mod audit;
mod auth_codes;
mod claim_links;
mod connect;
mod convert;
mod device_codes;
mod elevations;
mod entity;
mod error;
mod group_roles;
mod idempotency;
mod identities;
mod identity_providers;
mod invitations;
mod ledger;
mod long_tokens;
mod memberships;
mod migration;
mod operations;
mod quotas;
mod robots;
mod role_bindings;
mod roles;
mod search;
mod second_factors;
mod sessions;
mod settings;
mod subjects;
mod sweep;
mod tokens;
mod trusted_issuers;
mod users;

pub use addresses::{AddressAsk, AddressReservation, Addressed};
pub use audit::{
    AuditField, AuditQuery, AuditTerm, AuditVerdict, Chain, ChainBreak, ChainKey, Expected, ExpectedChain, Mark,
    SinkState, Start, StoredCheckpoint, Taken, TermError,
};
pub use auth_codes::{AuthCode, AuthCodeUse, NewAuthCode};
pub use claim_links::{ClaimLink, ClaimPurpose, NewClaimLink, NewCredentials, Redeemed};
pub use connect::{DatabaseKind, Store, StoreOptions};
pub use convert::TokenHash;
pub use device_codes::{DeviceCode, DevicePoll, DeviceState, NewDeviceCode};
pub use elevations::{Elevation, NewElevation, WAITS};
pub use error::StoreError;
pub use group_roles::{HeldIn, HeldRole};
pub use idempotency::{Idempotency, IdempotencyKey, StoredResponse};
pub use identities::{Recognised, Vouched};
pub use identity_providers::{IdentityProvider, Worth};
pub use invitations::{Acceptance, Invitation, NewInvitation};
pub use long_tokens::{Exchange, LongToken, UsedToken};
pub use memberships::{Membership, MembershipSource};
pub use operations::{OperationQuery, OperationRecord};
pub use quotas::{QuotaHolder, Reserved, StoredQuota};
pub use robots::Robot;
pub use role_bindings::RoleBinding;
pub use roles::StoredRole;
pub use second_factors::SecondFactor;
pub use sessions::{NewSession, Session};
pub use tokens::{Authenticated, NewToken, Rotation, TokenKind, TokenStanding};
pub use trusted_issuers::TrustedIssuer;
pub use users::{NewUser, User};
