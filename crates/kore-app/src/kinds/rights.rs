//! Kinds of rights, and of programs that have some.

use kore_api::{access, robot};
use kore_domain::{access::Permission, query::Field};

use super::{CREATED, Home, Kind, NAME, Scope, Shape, TEAM_FIELD, Verbs, column, subschema};
use crate::{rights, robots};

/// Role: those that come with Kore are read only.
pub static ROLE: Kind = Kind {
    name: "Role",
    plural: "roles",
    summary: "Names for sets of permissions",
    scope: Scope::Platform,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::RoleRead),
        list: Permission::RoleRead,
        create: Some(Permission::RoleWrite),
        update: Some(Permission::RoleWrite),
        delete: Some(Permission::RoleWrite),
    },
    fields: &[NAME, CREATED, Field::aliased("status.builtIn", "builtIn")],
    columns: &[
        column("NAME", "metadata.name"),
        column("BUILT IN", "status.builtIn"),
        column("FOR", "spec.description"),
    ],
    shape: Shape::Object { spec: subschema::<access::RoleSpec>, status: subschema::<access::RoleStatus> },
    backend: &rights::Roles,
};

/// RoleBinding: of a team or the platform, as its scope says; made and removed, never changed.
pub static ROLE_BINDING: Kind = Kind {
    name: "RoleBinding",
    plural: "rolebindings",
    summary: "Roles for somebody, somewhere",
    scope: Scope::Platform,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::RoleBindingRead),
        list: Permission::RoleBindingRead,
        create: Some(Permission::RoleBindingWrite),
        update: None,
        delete: Some(Permission::RoleBindingWrite),
    },
    fields: &[
        CREATED,
        NAME,
        Field::aliased("spec.subject", "subject"),
        Field::aliased("spec.role", "role"),
        Field::aliased("spec.scope.team", "team"),
        Field::aliased("spec.scope.cluster", "cluster"),
        Field::aliased("spec.expiresAt", "expiresAt"),
    ],
    columns: &[
        column("ID", "metadata.name"),
        column("SUBJECT", "spec.subject"),
        column("ROLE", "spec.role"),
        column("TEAM", "spec.scope.team"),
        column("CLUSTER", "spec.scope.cluster"),
        column("UNTIL", "spec.expiresAt"),
    ],
    shape: Shape::Object { spec: subschema::<access::RoleBindingSpec>, status: subschema::<access::RoleBindingStatus> },
    backend: &rights::RoleBindings,
};

/// Elevation: a role for a while.
pub static ELEVATION: Kind = Kind {
    name: "Elevation",
    plural: "elevations",
    summary: "Roles for a while: asked for, approved, active, gone by themselves",
    scope: Scope::Platform,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::ElevationRequest),
        list: Permission::ElevationRequest,
        create: Some(Permission::ElevationRequest),
        update: None,
        delete: None,
    },
    fields: &[
        CREATED,
        NAME,
        Field::aliased("spec.role", "role"),
        Field::aliased("spec.scope.team", "team"),
        Field::aliased("status.subject", "subject"),
        Field::aliased("status.state", "state"),
    ],
    columns: &[
        column("ID", "metadata.name"),
        column("SUBJECT", "status.subject"),
        column("ROLE", "spec.role"),
        column("TEAM", "spec.scope.team"),
        column("CLUSTER", "spec.scope.cluster"),
        column("STATE", "status.state"),
        column("UNTIL", "status.activeUntil"),
    ],
    shape: Shape::Object { spec: subschema::<access::ElevationSpec>, status: subschema::<access::ElevationStatus> },
    backend: &rights::Elevations,
};

/// Robot: a program's account in a team; its tokens are routes of their own.
pub static ROBOT: Kind = Kind {
    name: "Robot",
    plural: "robots",
    summary: "Programs' accounts in teams",
    scope: Scope::Team,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::RobotRead),
        list: Permission::RobotRead,
        create: Some(Permission::RobotWrite),
        update: Some(Permission::RobotWrite),
        delete: Some(Permission::RobotWrite),
    },
    fields: &[
        NAME,
        TEAM_FIELD,
        CREATED,
        Field::aliased("spec.disabled", "disabled"),
        Field::aliased("status.lastUsedAt", "lastUsed"),
    ],
    columns: &[
        column("TEAM", "metadata.team"),
        column("NAME", "metadata.name"),
        column("DISABLED", "spec.disabled"),
        column("TOKENS", "status.tokens"),
        column("LAST USED", "status.lastUsedAt"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object { spec: subschema::<robot::RobotSpec>, status: subschema::<robot::RobotStatus> },
    backend: &robots::Robots,
};

/// TrustedIssuer: whose tokens robots may exchange, besides GitHub's and GitLab's.
pub static TRUSTED_ISSUER: Kind = Kind {
    name: "TrustedIssuer",
    plural: "trustedissuers",
    summary: "Issuers of tokens that robots may trust",
    scope: Scope::Platform,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::IssuerRead),
        list: Permission::IssuerRead,
        create: Some(Permission::IssuerWrite),
        update: Some(Permission::IssuerWrite),
        delete: Some(Permission::IssuerWrite),
    },
    fields: &[NAME, CREATED, Field::aliased("spec.issuer", "issuer"), Field::aliased("spec.profile", "profile")],
    columns: &[
        column("NAME", "metadata.name"),
        column("ISSUER", "spec.issuer"),
        column("PROFILE", "spec.profile"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object { spec: subschema::<robot::TrustedIssuerSpec>, status: subschema::<serde_json::Value> },
    backend: &robots::TrustedIssuers,
};
