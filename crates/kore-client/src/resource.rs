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
pub const KINDS: &[&Kind] = &[
    TEAM,
    CLUSTER,
    CLUSTER_NAMESPACE,
    PLAN,
    PLAN_VERSION,
    PLAN_POLICY,
    USER,
    MEMBERSHIP,
    INVITATION,
    ROLE,
    ROLE_BINDING,
    ELEVATION,
    ROBOT,
    TRUSTED_ISSUER,
    SESSION,
    IDENTITY_PROVIDER,
    QUOTA,
    ADDRESS_POOL,
    ADDRESS_RESERVATION,
    CLOUD_ORGANIZATION,
    ACCOUNT_RULE,
    CLOUD_ACCOUNT,
    OPERATION,
    AUDIT_RECORD,
];

/// Team.
pub const TEAM: &Kind = &kind("Team", "team", "teams", &[], Scope::Platform, true);
/// Cluster.
pub const CLUSTER: &Kind = &kind("Cluster", "cluster", "clusters", &["cl"], Scope::Team, true);
/// Namespace of a cluster, named `<cluster>.<namespace>`.
pub const CLUSTER_NAMESPACE: &Kind =
    &kind("ClusterNamespace", "namespace", "clusternamespaces", &["namespaces", "ns"], Scope::Team, true);
/// Plan.
pub const PLAN: &Kind = &kind("Plan", "plan", "plans", &[], Scope::Platform, true);
/// Plan version.
pub const PLAN_VERSION: &Kind = &kind("PlanVersion", "planversion", "planversions", &["pv"], Scope::Platform, true);
/// Policy over plans.
pub const PLAN_POLICY: &Kind =
    &kind("PlanPolicy", "planpolicy", "planpolicies", &["policy", "policies"], Scope::Platform, true);
/// User.
pub const USER: &Kind = &kind("User", "user", "users", &[], Scope::Platform, true);
/// Membership.
pub const MEMBERSHIP: &Kind =
    &kind("Membership", "membership", "memberships", &["member", "members"], Scope::Team, true);
/// Role.
pub const ROLE: &Kind = &kind("Role", "role", "roles", &[], Scope::Platform, true);
/// Binding of a role.
pub const ROLE_BINDING: &Kind = &kind("RoleBinding", "rolebinding", "rolebindings", &["rb"], Scope::Platform, true);
/// Elevation.
pub const ELEVATION: &Kind = &kind("Elevation", "elevation", "elevations", &[], Scope::Platform, false);
/// Robot.
pub const ROBOT: &Kind = &kind("Robot", "robot", "robots", &[], Scope::Team, true);
/// Issuer that robots may trust.
pub const TRUSTED_ISSUER: &Kind =
    &kind("TrustedIssuer", "trustedissuer", "trustedissuers", &["issuer", "issuers"], Scope::Platform, true);
/// Session.
pub const SESSION: &Kind = &kind("Session", "session", "sessions", &[], Scope::Platform, false);
/// Operation.
pub const OPERATION: &Kind = &kind("Operation", "operation", "operations", &["op", "ops"], Scope::Platform, false);
/// Audit record.
pub const AUDIT_RECORD: &Kind = &kind("AuditRecord", "auditrecord", "auditrecords", &["audit"], Scope::Platform, false);
/// Invitation.
pub const INVITATION: &Kind = &kind("Invitation", "invitation", "invitations", &[], Scope::Team, false);
/// Identity provider.
pub const IDENTITY_PROVIDER: &Kind =
    &kind("IdentityProvider", "identityprovider", "identityproviders", &["idp", "idps"], Scope::Platform, true);

/// What a team may have.
pub const QUOTA: &Kind = &kind("Quota", "quota", "quotas", &[], Scope::Platform, true);

/// Where clusters take their addresses from.
pub const ADDRESS_POOL: &Kind =
    &kind("AddressPool", "addresspool", "addresspools", &["pool", "pools"], Scope::Platform, true);
/// Who has which addresses.
pub const ADDRESS_RESERVATION: &Kind =
    &kind("AddressReservation", "addressreservation", "addressreservations", &[], Scope::Platform, true);

/// Organisation in a cloud.
pub const CLOUD_ORGANIZATION: &Kind =
    &kind("CloudOrganization", "cloudorganization", "cloudorganizations", &["cloud", "clouds"], Scope::Platform, true);

/// Account in a cloud.
pub const CLOUD_ACCOUNT: &Kind =
    &kind("CloudAccount", "cloudaccount", "cloudaccounts", &["account", "accounts"], Scope::Platform, true);

/// Rule that gives teams accounts.
pub const ACCOUNT_RULE: &Kind =
    &kind("AccountRule", "accountrule", "accountrules", &["account-rule", "account-rules"], Scope::Platform, true);

const fn kind(
    kind: &'static str,
    singular: &'static str,
    plural: &'static str,
    short: &'static [&'static str],
    scope: Scope,
    writable: bool,
) -> Kind {
    Kind { kind, singular, plural, short, scope, writable }
}

impl Kind {
    /// The kind of this word: kind, singular, plural or short name, in any case.
    #[must_use]
    pub fn find(word: &str) -> Option<&'static Self> {
        KINDS.iter().copied().find(|kind| {
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
        assert_eq!(Kind::find("namespace"), Some(CLUSTER_NAMESPACE));
        assert_eq!(Kind::find("pod"), None);
        assert_eq!(
            [TEAM, PLAN, PLAN_VERSION, USER, MEMBERSHIP, OPERATION, AUDIT_RECORD, SESSION, INVITATION]
                .map(|kind| kind.kind),
            ["Team", "Plan", "PlanVersion", "User", "Membership", "Operation", "AuditRecord", "Session", "Invitation"]
        );
    }

    #[test]
    fn names_cannot_leave_their_segment() {
        assert_eq!(CLUSTER.object(Some("a/../b"), ".."), "/api/v1/teams/a%2F..%2Fb/clusters/%2E%2E");
        assert_eq!(CLUSTER.object(Some("payments"), "dev"), "/api/v1/teams/payments/clusters/dev");
        assert_eq!(PLAN.object(None, "evaluation"), "/api/v1/plans/evaluation");
    }
}
