//! Exit codes. They are part of the interface: scripts branch on them.

/// What the process ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit(pub u8);

impl Exit {
    /// Done.
    pub const OK: Self = Self(0);
    /// Failed in a way that no other code names.
    pub const FAILED: Self = Self(1);
    /// The command line is wrong (clap's convention).
    pub const USAGE: Self = Self(2);
    /// Sign-in needed.
    pub const AUTH: Self = Self(4);
    /// Denied by permission, policy or budget.
    pub const DENIED: Self = Self(5);
    /// No such object.
    pub const NOT_FOUND: Self = Self(6);
    /// Conflict or failed precondition.
    pub const CONFLICT: Self = Self(7);
    /// The wait timed out; the work continues.
    pub const TIMED_OUT: Self = Self(8);
    /// The operation failed.
    pub const OPERATION_FAILED: Self = Self(9);
    /// The server does not answer, or answers 5xx.
    pub const UNREACHABLE: Self = Self(10);
    /// Interrupted.
    pub const INTERRUPTED: Self = Self(130);
}

/// The table behind `kore explain exit-codes` and the reference.
pub const TABLE: &[(u8, &str)] = &[
    (0, "done"),
    (
        1,
        "failed (kore diff: there are differences; kore doctor, kore status, kore audit verify: not OK; kore cloud check: not all is allowed)",
    ),
    (2, "the command line is wrong"),
    (4, "sign-in needed: kore login"),
    (5, "denied by permission, policy or budget"),
    (6, "not found"),
    (7, "conflict: the name is taken, the object changed in the meantime, or another kore up runs"),
    (8, "the wait timed out; the work continues"),
    (9, "the operation failed"),
    (10, "the server does not answer"),
    (130, "interrupted; the work continues"),
];
