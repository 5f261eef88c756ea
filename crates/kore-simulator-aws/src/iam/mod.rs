//! Policies: what they say, whose there are, and whether a request is allowed.

pub(crate) mod authorize;
pub(crate) mod gather;
pub(crate) mod policy;
pub(crate) mod simulate;
