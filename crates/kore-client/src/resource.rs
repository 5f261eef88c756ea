//! The kinds that exist and where they live on the server.

/// Whether a kind belongs to the platform or to a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One per platform.
    Platform,
    /// One per team; people write `team/name`.
    Team,
}

/// A kind as the server knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// `Cluster`.
    pub kind: &'static str,
    /// `cluster`, as people write it.
    pub singular: &'static str,
    /// `clusters`, the collection's path segment.
    pub plural: &'static str,
    /// Short names that kubectl users expect.
    pub short: &'static [&'static str],
    /// Where it belongs.
    pub scope: Scope,
    /// Whether people write it (others are records).
    pub writable: bool,
}

/// Every kind, in the order people meet them.
pub const KINDS: &[Kind] = &[
    Kind { kind: "Team", singular: "team", plural: "teams", short: &[], scope: Scope::Platform, writable: true },
    Kind {
        kind: "Cluster",
        singular: "cluster",
        plural: "clusters",
        short: &["cl"],
        scope: Scope::Team,
        writable: true,
    },
    Kind { kind: "Plan", singular: "plan", plural: "plans", short: &[], scope: Scope::Platform, writable: true },
    Kind {
        kind: "PlanVersion",
        singular: "planversion",
        plural: "planversions",
        short: &["pv"],
        scope: Scope::Platform,
        writable: true,
    },
    Kind { kind: "User", singular: "user", plural: "users", short: &[], scope: Scope::Platform, writable: true },
    Kind {
        kind: "Membership",
        singular: "membership",
        plural: "memberships",
        short: &["member", "members"],
        scope: Scope::Team,
        writable: true,
    },
    Kind {
        kind: "Operation",
        singular: "operation",
        plural: "operations",
        short: &["op", "ops"],
        scope: Scope::Platform,
        writable: false,
    },
    Kind {
        kind: "AuditRecord",
        singular: "auditrecord",
        plural: "auditrecords",
        short: &["audit"],
        scope: Scope::Platform,
        writable: false,
    },
    Kind { kind: "Role", singular: "role", plural: "roles", short: &[], scope: Scope::Platform, writable: true },
    Kind {
        kind: "RoleBinding",
        singular: "rolebinding",
        plural: "rolebindings",
        short: &["rb"],
        scope: Scope::Platform,
        writable: true,
    },
    Kind {
        kind: "Elevation",
        singular: "elevation",
        plural: "elevations",
        short: &[],
        scope: Scope::Platform,
        writable: false,
    },
];

/// Cluster.
pub const CLUSTER: &Kind = kind_at(1);
/// Team.
pub const TEAM: &Kind = kind_at(0);
/// Plan.
pub const PLAN: &Kind = kind_at(2);
/// Plan version.
pub const PLAN_VERSION: &Kind = kind_at(3);
/// User.
pub const USER: &Kind = kind_at(4);
/// Membership.
pub const MEMBERSHIP: &Kind = kind_at(5);
/// Operation.
pub const OPERATION: &Kind = kind_at(6);
/// Audit record.
pub const AUDIT_RECORD: &Kind = kind_at(7);
/// Role.
pub const ROLE: &Kind = kind_at(8);
/// Binding of a role.
pub const ROLE_BINDING: &Kind = kind_at(9);
/// Elevation.
pub const ELEVATION: &Kind = kind_at(10);

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler only")]
const fn kind_at(index: usize) -> &'static Kind {
    &KINDS[index]
}

impl Kind {
    /// The kind of this word: kind, singular, plural or short name, in any case.
    #[must_use]
    pub fn find(word: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| {
            [kind.kind, kind.singular, kind.plural]
                .into_iter()
                .chain(kind.short.iter().copied())
                .any(|name| name.eq_ignore_ascii_case(word))
        })
    }

    /// Path of the collection: of one team, or of all that the caller may see.
    #[must_use]
    pub fn collection(&self, team: Option<&str>) -> String {
        match team {
            Some(team) => format!("/api/v1/teams/{}/{}", segment(team), self.plural),
            None => format!("/api/v1/{}", self.plural),
        }
    }

    /// Path of one object.
    #[must_use]
    pub fn object(&self, team: Option<&str>, name: &str) -> String {
        format!("{}/{}", self.collection(team), segment(name))
    }
}

/// Percent-encodes a path segment (RFC 3986 section 3.3), so that no name can reach another route.
#[must_use]
pub fn segment(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    match out.as_str() {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_found_by_every_name() {
        for word in ["Cluster", "cluster", "clusters", "cl", "CLUSTERS"] {
            assert_eq!(Kind::find(word), Some(CLUSTER));
        }
        assert_eq!(Kind::find("namespace"), None);
        assert_eq!(
            [TEAM, PLAN, PLAN_VERSION, USER, MEMBERSHIP, OPERATION, AUDIT_RECORD].map(|kind| kind.kind),
            ["Team", "Plan", "PlanVersion", "User", "Membership", "Operation", "AuditRecord"]
        );
    }

    #[test]
    fn names_cannot_leave_their_segment() {
        assert_eq!(CLUSTER.object(Some("a/../b"), ".."), "/api/v1/teams/a%2F..%2Fb/clusters/%2E%2E");
        assert_eq!(CLUSTER.object(Some("payments"), "dev"), "/api/v1/teams/payments/clusters/dev");
        assert_eq!(PLAN.object(None, "local-small"), "/api/v1/plans/local-small");
    }
}
