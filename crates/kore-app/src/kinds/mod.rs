//! The one registry of kinds: routes, permissions, lists, columns and the OpenAPI document come from it.

mod clouds;
mod clusters;
mod limits;
mod people;
mod records;
mod rights;

use kore_api::{
    envelope::{ListMeta, Metadata},
    meta,
};
use kore_domain::{access::Permission, query::Field};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

pub use self::{
    clouds::{ACCOUNT_RULE, CLOUD_ACCOUNT, CLOUD_ORGANIZATION},
    clusters::{CLUSTER, CLUSTER_NAMESPACE, PLAN, PLAN_POLICY, PLAN_VERSION},
    limits::{ADDRESS_POOL, ADDRESS_RESERVATION, QUOTA},
    people::{IDENTITY_PROVIDER, INVITATION, MEMBERSHIP, SESSION, TEAM, USER},
    records::{AUDIT_RECORD, OPERATION},
    rights::{ELEVATION, ROBOT, ROLE, ROLE_BINDING, TRUSTED_ISSUER},
};
use crate::backend::Backend;

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
    &CLOUD_ACCOUNT,
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
