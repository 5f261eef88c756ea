//! Rows as SeaORM sees them.
#![expect(unreachable_pub, reason = "SeaORM's derive wants pub")]

mod access;
mod people;
mod reservations;
mod robots;
mod sign_in;
mod work;

pub(crate) use access::{elevation, role, role_binding};
pub(crate) use people::{
    auth_code, claim_link, device_code, invitation, invitation_use, membership, session, token, user,
};
pub(crate) use reservations::{address_reservation, quota, quota_reservation};
pub(crate) use robots::{robot, trusted_issuer, used_token};
pub(crate) use sign_in::{
    group_role, identity, identity_provider, recovery_code, second_factor, session_provider, sign_in_attempt,
    sign_in_challenge,
};
pub(crate) use work::{
    audit_checkpoint, audit_record, audit_sink, counter, idempotency_key, ledger, operation, operation_step, setting,
};
