//! The one registry of kinds: routes, permissions, lists, columns and the OpenAPI document come from it.

use kore_api::{
    access, address, cloud, cluster,
    envelope::{ListMeta, Metadata},
    identity, identity_provider,
    invitation::{InvitationSpec, InvitationStatus},
    meta, namespace, plan, policy, quota, robot, team,
};
use kore_domain::{access::Permission, query::Field};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{addresses, backend::Backend, objects::Objects, people, quotas, records, rights, robots, sso};

/// Where a kind's objects belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// To the platform.
    Platform,
    /// To a team; lists over all teams exist besides.
    Team,
}

/// Which store is the one home of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// Custom resources in the management cluster.
    Kubernetes,
    /// The SQL database.
    Sql,
}

/// Which permission each verb needs; a verb without one does not exist.
#[derive(Debug, Clone, Copy)]
pub struct Verbs {
    /// Read one.
    pub get: Option<Permission>,
    /// List those of a team, or of the platform for platform kinds.
    pub list: Permission,
    /// Make one.
    pub create: Option<Permission>,
    /// Replace or patch one.
    pub update: Option<Permission>,
    /// Delete one.
    pub delete: Option<Permission>,
}

/// A verb that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Make one.
    Create,
    /// Replace or patch one.
    Update,
    /// Delete one.
    Delete,
}

/// A column of tables, as CLI and console show them.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// The field that it shows.
    pub field: &'static str,
}

/// Registers a schema and gives the reference to it.
pub type SchemaFn = fn(&mut SchemaGenerator) -> Schema;

/// What an object looks like.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// The envelope around spec and status; its revision is the ETag.
    Object {
        /// Intent.
        spec: SchemaFn,
        /// Observation.
        status: SchemaFn,
    },
    /// A record of its own form, never changed by callers.
    Record(SchemaFn),
}

/// Everything there is to know about a kind.
pub struct Kind {
    /// As `Cluster`.
    pub name: &'static str,
    /// As `clusters`, in paths.
    pub plural: &'static str,
    /// A few words for the document.
    pub summary: &'static str,
    /// Where its objects belong.
    pub scope: Scope,
    /// Where they are kept.
    pub home: Home,
    /// What may be done with them.
    pub verbs: Verbs,
    /// Fields that lists are filtered and sorted by; the first is the default order.
    pub fields: &'static [Field],
    /// Columns of tables.
    pub columns: &'static [Column],
    /// What one looks like.
    pub shape: Shape,
    /// What does it.
    pub backend: &'static dyn Backend,
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Kind {
    /// Whether objects carry a revision.
    #[must_use]
    pub const fn enveloped(&self) -> bool {
        matches!(self.shape, Shape::Object { .. })
    }

    /// What a change needs; a verb without one does not exist.
    #[must_use]
    pub const fn permission(&self, change: Change) -> Option<Permission> {
        match change {
            Change::Create => self.verbs.create,
            Change::Update => self.verbs.update,
            Change::Delete => self.verbs.delete,
        }
    }

    /// What audit records call a change: `cluster.create`; sessions and invitations are revoked.
    #[must_use]
    pub fn action(&self, change: Change) -> String {
        let verb = match change {
            Change::Delete if matches!(self.name, "Session" | "Invitation") => "revoke",
            Change::Create => "create",
            Change::Update => "update",
            Change::Delete => "delete",
        };
        format!("{}.{verb}", self.name.to_lowercase())
    }

    /// Registers the schema of one object and gives the reference to it.
    pub fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        let (spec, status) = match self.shape {
            Shape::Record(schema) => return schema(generator),
            Shape::Object { spec, status } => (spec(generator), status(generator)),
        };
        let metadata = generator.subschema_for::<Metadata>();
        define(
            generator,
            self.name.to_owned(),
            json_schema!({
                "type": "object",
                "required": ["metadata", "spec"],
                "properties": {
                    "apiVersion": { "type": "string", "const": meta::API_VERSION },
                    "kind": { "type": "string", "const": self.name },
                    "metadata": metadata,
                    "spec": spec,
                    "status": status,
                },
            }),
        )
    }

    /// Registers `<Kind>List` and gives the reference to it.
    pub fn list_schema(&self, generator: &mut SchemaGenerator) -> Schema {
        let (item, metadata) = (self.schema(generator), generator.subschema_for::<ListMeta>());
        let name = format!("{}List", self.name);
        let schema = json_schema!({
            "type": "object",
            "required": ["apiVersion", "kind", "metadata", "items"],
            "properties": {
                "apiVersion": { "type": "string", "const": meta::API_VERSION },
                "kind": { "type": "string", "const": name },
                "metadata": metadata,
                "items": { "type": "array", "items": item },
            },
        });
        define(generator, name, schema)
    }

    /// Names of the fields that lists are filtered and sorted by.
    pub fn field_names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.alias.unwrap_or(field.name))
    }
}

/// Every kind there is.
pub static KINDS: &[&Kind] = &[
    &TEAM,
    &PLAN,
    &PLAN_VERSION,
    &PLAN_POLICY,
    &CLUSTER,
    &CLUSTER_NAMESPACE,
    &USER,
    &MEMBERSHIP,
    &ROLE,
    &ROLE_BINDING,
    &ELEVATION,
    &ROBOT,
    &TRUSTED_ISSUER,
    &OPERATION,
    &AUDIT_RECORD,
    &SESSION,
    &INVITATION,
    &IDENTITY_PROVIDER,
    &QUOTA,
    &ADDRESS_POOL,
    &ADDRESS_RESERVATION,
    &CLOUD_ORGANIZATION,
    &ACCOUNT_RULE,
];

/// The kind of this name, as `Cluster`.
#[must_use]
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.name.eq_ignore_ascii_case(name) || kind.plural.eq_ignore_ascii_case(name))
}

const NAME: Field = Field::aliased("metadata.name", "name");
const TEAM_FIELD: Field = Field::aliased("metadata.team", "team");
const CREATED: Field = Field::aliased("metadata.creationTimestamp", "created");
const READY: Field = Field::aliased("status.ready", "ready");
const REASON: Field = Field::aliased("status.reason", "reason");

const fn column(title: &'static str, field: &'static str) -> Column {
    Column { title, field }
}

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

/// Plan.
pub static PLAN: Kind = Kind {
    name: "Plan",
    plural: "plans",
    summary: "What an administrator offers",
    scope: Scope::Platform,
    home: Home::Kubernetes,
    verbs: Verbs {
        get: Some(Permission::PlanRead),
        list: Permission::PlanRead,
        create: Some(Permission::PlanWrite),
        update: Some(Permission::PlanWrite),
        delete: Some(Permission::PlanWrite),
    },
    fields: &[
        NAME,
        CREATED,
        Field::aliased("spec.provider", "provider"),
        Field::aliased("spec.currentVersion", "currentVersion"),
    ],
    columns: &[
        column("NAME", "metadata.name"),
        column("PROVIDER", "spec.provider"),
        column("CURRENT", "spec.currentVersion"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object { spec: subschema::<plan::PlanSpec>, status: subschema::<plan::PlanStatus> },
    backend: &Objects::<plan::Plan>::NEW,
};

/// PlanVersion: changes as a draft, then goes through its stages.
pub static PLAN_VERSION: Kind = Kind {
    name: "PlanVersion",
    plural: "planversions",
    summary: "Versions of plans; what a published version says never changes",
    scope: Scope::Platform,
    home: Home::Kubernetes,
    verbs: Verbs {
        get: Some(Permission::PlanRead),
        list: Permission::PlanRead,
        create: Some(Permission::PlanWrite),
        update: Some(Permission::PlanWrite),
        delete: Some(Permission::PlanWrite),
    },
    fields: &[
        NAME,
        CREATED,
        Field::aliased("spec.plan", "plan"),
        Field::aliased("spec.version", "version"),
        Field::aliased("spec.provider", "provider"),
        Field::aliased("spec.stage", "stage"),
    ],
    columns: &[
        column("NAME", "metadata.name"),
        column("PLAN", "spec.plan"),
        column("VERSION", "spec.version"),
        column("STAGE", "spec.stage"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object { spec: subschema::<plan::PlanVersionSpec>, status: subschema::<plan::PlanVersionStatus> },
    backend: &Objects::<plan::PlanVersion>::NEW,
};

/// PlanPolicy: what teams may change about plans. Teams read what it comes to for them at their plans.
pub static PLAN_POLICY: Kind = Kind {
    name: "PlanPolicy",
    plural: "planpolicies",
    summary: "What teams may change about plans",
    scope: Scope::Platform,
    home: Home::Kubernetes,
    verbs: Verbs {
        get: Some(Permission::PolicyRead),
        list: Permission::PolicyRead,
        create: Some(Permission::PolicyWrite),
        update: Some(Permission::PolicyWrite),
        delete: Some(Permission::PolicyWrite),
    },
    fields: &[NAME, CREATED, Field::aliased("spec.provider", "provider"), Field::aliased("spec.owner", "owner")],
    columns: &[
        column("NAME", "metadata.name"),
        column("PROVIDER", "spec.provider"),
        column("OWNER", "spec.owner"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object { spec: subschema::<policy::PlanPolicySpec>, status: subschema::<policy::PlanPolicyStatus> },
    backend: &Objects::<policy::PlanPolicy>::NEW,
};

/// Cluster.
pub static CLUSTER: Kind = Kind {
    name: "Cluster",
    plural: "clusters",
    summary: "Kubernetes clusters of teams",
    scope: Scope::Team,
    home: Home::Kubernetes,
    verbs: Verbs {
        get: Some(Permission::ClusterRead),
        list: Permission::ClusterRead,
        create: Some(Permission::ClusterCreate),
        update: Some(Permission::ClusterUpdate),
        delete: Some(Permission::ClusterDelete),
    },
    fields: &[
        NAME,
        TEAM_FIELD,
        CREATED,
        Field::aliased("spec.plan.name", "plan"),
        Field::aliased("spec.plan.version", "planVersion"),
        Field::aliased("spec.paused", "paused"),
        Field::aliased("status.kubernetesVersion", "version"),
        READY,
        REASON,
    ],
    columns: &[
        column("TEAM", "metadata.team"),
        column("NAME", "metadata.name"),
        column("PLAN", "spec.plan.name"),
        column("VERSION", "status.kubernetesVersion"),
        column("READY", "status.ready"),
        column("REASON", "status.reason"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object { spec: subschema::<cluster::ClusterSpec>, status: subschema::<cluster::ClusterStatus> },
    backend: &Objects::<cluster::Cluster>::NEW,
};

/// ClusterNamespace: named `<cluster>.<namespace>`.
pub static CLUSTER_NAMESPACE: Kind = Kind {
    name: "ClusterNamespace",
    plural: "clusternamespaces",
    summary: "Namespaces of clusters, with what they may use and who reaches them",
    scope: Scope::Team,
    home: Home::Kubernetes,
    verbs: Verbs {
        get: Some(Permission::NamespaceRead),
        list: Permission::NamespaceRead,
        create: Some(Permission::NamespaceWrite),
        update: Some(Permission::NamespaceWrite),
        delete: Some(Permission::NamespaceWrite),
    },
    fields: &[
        NAME,
        TEAM_FIELD,
        CREATED,
        Field::aliased("spec.cluster", "cluster"),
        Field::aliased("spec.name", "namespace"),
        Field::aliased("spec.quota.template", "quota"),
        READY,
        REASON,
    ],
    columns: &[
        column("TEAM", "metadata.team"),
        column("CLUSTER", "spec.cluster"),
        column("NAME", "spec.name"),
        column("QUOTA", "spec.quota.template"),
        column("READY", "status.ready"),
        column("REASON", "status.reason"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object {
        spec: subschema::<namespace::ClusterNamespaceSpec>,
        status: subschema::<namespace::ClusterNamespaceStatus>,
    },
    backend: &Objects::<namespace::ClusterNamespace>::NEW,
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

/// Operation: read only; controllers write them.
pub static OPERATION: Kind = Kind {
    name: "Operation",
    plural: "operations",
    summary: "Changes under way and done, with their steps",
    scope: Scope::Team,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::OperationRead),
        list: Permission::OperationRead,
        create: None,
        update: None,
        delete: None,
    },
    fields: &[
        Field::aliased("createdAt", "created"),
        Field::new("state"),
        Field::aliased("target.team", "team"),
        Field::new("target.kind"),
        Field::new("target.name"),
        Field::new("target.uid"),
        Field::new("requestedBy"),
    ],
    columns: &[
        column("ID", "id"),
        column("ACTION", "action"),
        column("TARGET", "target"),
        column("STATE", "state"),
        column("AGE", "createdAt"),
    ],
    shape: Shape::Record(subschema::<kore_api::operation::Operation>),
    backend: &records::Operations,
};

/// AuditRecord: read only and append-only.
pub static AUDIT_RECORD: Kind = Kind {
    name: "AuditRecord",
    plural: "auditrecords",
    summary: "Who did what, where, with which result",
    scope: Scope::Team,
    home: Home::Sql,
    verbs: Verbs { get: None, list: Permission::AuditReadTeam, create: None, update: None, delete: None },
    fields: &[
        Field::new("at"),
        Field::new("actor"),
        Field::new("action"),
        Field::new("team"),
        Field::new("object"),
        Field::new("result"),
        Field::new("source"),
        Field::new("code"),
        Field::new("requestId"),
    ],
    columns: &[
        column("AT", "at"),
        column("ACTOR", "actor"),
        column("ACTION", "action"),
        column("OBJECT", "object"),
        column("RESULT", "result"),
    ],
    shape: Shape::Record(subschema::<kore_api::audit::AuditRecord>),
    backend: &records::AuditTrail,
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
    shape: Shape::Object { spec: subschema::<InvitationSpec>, status: subschema::<InvitationStatus> },
    backend: &people::Invitations,
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

/// Quota: one for each team, named after it, and `default`; they come and go with what they are for.
pub static QUOTA: Kind = Kind {
    name: "Quota",
    plural: "quotas",
    summary: "What teams may have, and what they have",
    scope: Scope::Platform,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::QuotaRead),
        list: Permission::QuotaRead,
        create: None,
        update: Some(Permission::QuotaWrite),
        delete: None,
    },
    fields: &[
        NAME,
        Field::aliased("status.clusters", "clusters"),
        Field::aliased("status.nodes", "nodes"),
        Field::aliased("status.namespaces", "namespaces"),
    ],
    columns: &[
        column("TEAM", "metadata.name"),
        column("CLUSTERS", "status.clusters"),
        column("NODES", "status.nodes"),
        column("NAMESPACES", "status.namespaces"),
    ],
    shape: Shape::Object { spec: subschema::<quota::QuotaSpec>, status: subschema::<quota::QuotaStatus> },
    backend: &quotas::Quotas,
};

/// AddressPool: where clusters take their address ranges from.
pub static ADDRESS_POOL: Kind = Kind {
    name: "AddressPool",
    plural: "addresspools",
    summary: "Where clusters take their address ranges from",
    scope: Scope::Platform,
    home: Home::Kubernetes,
    verbs: Verbs {
        get: Some(Permission::AddressRead),
        list: Permission::AddressRead,
        create: Some(Permission::AddressWrite),
        update: Some(Permission::AddressWrite),
        delete: Some(Permission::AddressWrite),
    },
    fields: &[
        NAME,
        CREATED,
        Field::aliased("spec.provider", "provider"),
        Field::aliased("spec.region", "region"),
        Field::aliased("spec.stage", "stage"),
    ],
    columns: &[
        column("NAME", "metadata.name"),
        column("PROVIDER", "spec.provider"),
        column("REGION", "spec.region"),
        column("STAGE", "spec.stage"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object {
        spec: subschema::<address::AddressPoolSpec>,
        status: subschema::<address::AddressPoolStatus>,
    },
    backend: &Objects::<address::AddressPool>::NEW,
};

/// AddressReservation: of a cluster, or of something outside that an administrator recorded.
pub static ADDRESS_RESERVATION: Kind = Kind {
    name: "AddressReservation",
    plural: "addressreservations",
    summary: "Who has which range of addresses",
    scope: Scope::Platform,
    home: Home::Sql,
    verbs: Verbs {
        get: Some(Permission::AddressRead),
        list: Permission::AddressRead,
        create: Some(Permission::AddressWrite),
        update: None,
        delete: Some(Permission::AddressWrite),
    },
    fields: &[
        CREATED,
        NAME,
        Field::aliased("spec.cidr", "cidr"),
        Field::aliased("status.purpose", "purpose"),
        Field::aliased("status.pool", "pool"),
        Field::aliased("status.owner", "owner"),
    ],
    columns: &[
        column("CIDR", "spec.cidr"),
        column("FOR", "status.purpose"),
        column("OWNER", "status.owner"),
        column("POOL", "status.pool"),
        column("NOTE", "spec.note"),
        column("ID", "metadata.name"),
    ],
    shape: Shape::Object {
        spec: subschema::<address::AddressReservationSpec>,
        status: subschema::<address::AddressReservationStatus>,
    },
    backend: &addresses::Reservations,
};

/// CloudOrganization: where accounts of teams are made.
pub static CLOUD_ORGANIZATION: Kind = Kind {
    name: "CloudOrganization",
    plural: "cloudorganizations",
    summary: "Organisations in clouds, and whether Kore is allowed what it needs there",
    scope: Scope::Platform,
    home: Home::Kubernetes,
    verbs: Verbs {
        get: Some(Permission::CloudRead),
        list: Permission::CloudRead,
        create: Some(Permission::CloudWrite),
        update: Some(Permission::CloudWrite),
        delete: Some(Permission::CloudWrite),
    },
    fields: &[
        NAME,
        CREATED,
        Field::aliased("spec.provider", "provider"),
        Field::aliased("spec.aws.managementAccount", "account"),
        Field::aliased("status.checkedAt", "checked"),
        READY,
        REASON,
    ],
    columns: &[
        column("NAME", "metadata.name"),
        column("PROVIDER", "spec.provider"),
        column("READY", "status.ready"),
        column("REASON", "status.reason"),
        column("CHECKED", "status.checkedAt"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object {
        spec: subschema::<cloud::CloudOrganizationSpec>,
        status: subschema::<cloud::CloudOrganizationStatus>,
    },
    backend: &Objects::<cloud::CloudOrganization>::NEW,
};

/// AccountRule: which teams get which accounts.
pub static ACCOUNT_RULE: Kind = Kind {
    name: "AccountRule",
    plural: "accountrules",
    summary: "Which teams get which accounts in a cloud",
    scope: Scope::Platform,
    home: Home::Kubernetes,
    verbs: Verbs {
        get: Some(Permission::CloudRead),
        list: Permission::CloudRead,
        create: Some(Permission::CloudWrite),
        update: Some(Permission::CloudWrite),
        delete: Some(Permission::CloudWrite),
    },
    fields: &[
        NAME,
        CREATED,
        Field::aliased("spec.organization", "organization"),
        Field::aliased("spec.accounts.mode", "accounts"),
        Field::aliased("spec.priority", "priority"),
    ],
    columns: &[
        column("NAME", "metadata.name"),
        column("ORGANIZATION", "spec.organization"),
        column("ACCOUNTS", "spec.accounts.mode"),
        column("PRIORITY", "spec.priority"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object { spec: subschema::<cloud::AccountRuleSpec>, status: subschema::<cloud::AccountRuleStatus> },
    backend: &Objects::<cloud::AccountRule>::NEW,
};

fn define(generator: &mut SchemaGenerator, name: String, schema: Schema) -> Schema {
    let reference = Schema::new_ref(format!("#{}/{name}", generator.settings().definitions_path));
    generator.definitions_mut().insert(name, schema.to_value());
    reference
}

fn subschema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn kinds_are_found_by_name_and_no_two_share_one() {
        let names: HashSet<_> =
            KINDS.iter().flat_map(|kind| [kind.name.to_lowercase(), kind.plural.to_owned()]).collect();
        assert_eq!(names.len(), 2 * KINDS.len());
        assert_eq!(find("cluster").unwrap().plural, "clusters");
        assert_eq!(find("AuditRecord").unwrap().name, "AuditRecord");
    }

    #[test]
    fn a_kind_that_is_changed_carries_a_revision() {
        for kind in KINDS {
            assert!(kind.enveloped() || kind.verbs.update.is_none(), "{kind:?}");
            assert!(!kind.fields.is_empty() && !kind.columns.is_empty(), "{kind:?}");
        }
    }
}
