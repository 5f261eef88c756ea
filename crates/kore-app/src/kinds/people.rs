//! Kinds of teams and of who is in them.

use kore_api::{identity, identity_provider, invitation, team};
use kore_domain::{access::Permission, query::Field};

use super::{CREATED, Home, Kind, NAME, READY, REASON, Scope, Shape, TEAM_FIELD, Verbs, column, subschema};
use crate::{objects::Objects, people, sso};

/// Team.
pub static TEAM: Kind = Kind {
    name: "Team",
    plural: "teams",
    summary: "Owners of clusters, people and cost",
    scope: Scope::Platform,
    home: Home::Kubernetes,
    verbs: Verbs {
        get: Some(Permission::TeamRead),
        list: Permission::TeamList,
        create: Some(Permission::TeamCreate),
        update: Some(Permission::TeamUpdate),
        delete: Some(Permission::TeamDelete),
    },
    fields: &[NAME, CREATED, Field::aliased("spec.displayName", "displayName"), READY, REASON],
    columns: &[
        column("NAME", "metadata.name"),
        column("READY", "status.ready"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object { spec: subschema::<team::TeamSpec>, status: subschema::<team::TeamStatus> },
    backend: &Objects::<team::Team>::NEW,
};

/// User.
pub static USER: Kind = Kind {
    name: "User",
    plural: "users",
    summary: "People",
    scope: Scope::Platform,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::UserRead),
        list: Permission::UserRead,
        create: Some(Permission::UserWrite),
        update: Some(Permission::UserWrite),
        delete: Some(Permission::UserWrite),
    },
    fields: &[
        NAME,
        CREATED,
        Field::aliased("spec.displayName", "displayName"),
        Field::aliased("spec.platformRole", "role"),
        Field::aliased("spec.disabled", "disabled"),
        Field::aliased("spec.email", "email"),
    ],
    columns: &[
        column("NAME", "metadata.name"),
        column("ROLE", "status.platformRole"),
        column("DISABLED", "spec.disabled"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object { spec: subschema::<identity::UserSpec>, status: subschema::<identity::UserStatus> },
    backend: &people::Users,
};

/// Membership: named after the user.
pub static MEMBERSHIP: Kind = Kind {
    name: "Membership",
    plural: "memberships",
    summary: "Who is in a team, with which role",
    scope: Scope::Team,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::MembershipRead),
        list: Permission::MembershipRead,
        create: Some(Permission::MembershipWrite),
        update: Some(Permission::MembershipWrite),
        delete: Some(Permission::MembershipWrite),
    },
    fields: &[NAME, CREATED, Field::aliased("spec.role", "role"), Field::aliased("status.source", "source")],
    columns: &[
        column("USER", "metadata.name"),
        column("ROLE", "status.role"),
        column("SOURCE", "status.source"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object {
        spec: subschema::<identity::MembershipSpec>,
        status: subschema::<identity::MembershipStatus>,
    },
    backend: &people::Memberships,
};

/// Invitation: made once, never changed, taken back by deleting it.
pub static INVITATION: Kind = Kind {
    name: "Invitation",
    plural: "invitations",
    summary: "Offers of a role in a team, and who took them up",
    scope: Scope::Team,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::MembershipWrite),
        list: Permission::MembershipWrite,
        create: Some(Permission::MembershipWrite),
        update: None,
        delete: Some(Permission::MembershipWrite),
    },
    fields: &[
        CREATED,
        NAME,
        TEAM_FIELD,
        Field::aliased("spec.role", "role"),
        Field::aliased("spec.expiresAt", "expires"),
        Field::aliased("spec.address", "address"),
        Field::aliased("status.state", "state"),
        Field::aliased("status.invitedBy", "invitedBy"),
    ],
    columns: &[
        column("NAME", "metadata.name"),
        column("ROLE", "spec.role"),
        column("STATE", "status.state"),
        column("LEFT", "status.usesLeft"),
        column("FOR", "spec.address"),
        column("BY", "status.invitedBy"),
        column("EXPIRES", "spec.expiresAt"),
    ],
    shape: Shape::Object {
        spec: subschema::<invitation::InvitationSpec>,
        status: subschema::<invitation::InvitationStatus>,
    },
    backend: &people::Invitations,
};

/// Session: made by signing in, ended by whoever it belongs to or an administrator.
pub static SESSION: Kind = Kind {
    name: "Session",
    plural: "sessions",
    summary: "Sign-ins that hold: one's own, or with filter=user=NAME those of somebody else",
    scope: Scope::Platform,
    home: Home::Sql,
    verbs: Verbs {
        get: None,
        list: Permission::SessionOwn,
        create: None,
        update: None,
        delete: Some(Permission::SessionOwn),
    },
    fields: &[
        Field::aliased("createdAt", "created"),
        Field::aliased("lastUsedAt", "lastUsed"),
        Field::aliased("expiresAt", "expires"),
        Field::new("id"),
        Field::new("user"),
        Field::new("source"),
        Field::new("label"),
        Field::new("address"),
        Field::new("current"),
    ],
    columns: &[
        column("ID", "id"),
        column("SOURCE", "source"),
        column("LABEL", "label"),
        column("ADDRESS", "address"),
        column("LAST USED", "lastUsedAt"),
        column("CURRENT", "current"),
    ],
    shape: Shape::Record(subschema::<identity::Session>),
    backend: &people::Sessions,
};

/// IdentityProvider: who vouches for people. Its secret is never shown.
pub static IDENTITY_PROVIDER: Kind = Kind {
    name: "IdentityProvider",
    plural: "identityproviders",
    summary: "Who vouches for people, and what their groups are worth",
    scope: Scope::Platform,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::IdentityProviderRead),
        list: Permission::IdentityProviderRead,
        create: Some(Permission::IdentityProviderWrite),
        update: Some(Permission::IdentityProviderWrite),
        delete: Some(Permission::IdentityProviderWrite),
    },
    fields: &[
        NAME,
        CREATED,
        Field::aliased("spec.displayName", "displayName"),
        Field::aliased("spec.issuer", "issuer"),
        Field::aliased("spec.enabled", "enabled"),
    ],
    columns: &[
        column("NAME", "metadata.name"),
        column("ISSUER", "spec.issuer"),
        column("ENABLED", "spec.enabled"),
        column("PEOPLE", "status.identities"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object {
        spec: subschema::<identity_provider::IdentityProviderSpec>,
        status: subschema::<identity_provider::IdentityProviderStatus>,
    },
    backend: &sso::IdentityProviders,
};
