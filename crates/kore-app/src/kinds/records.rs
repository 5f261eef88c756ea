//! Kinds of what happened.

use kore_domain::{access::Permission, query::Field};

use super::{Home, Kind, Scope, Shape, Verbs, column, subschema};
use crate::records;

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
