//! Kinds of what there is only so much of.

use kore_api::{address, quota};
use kore_domain::{access::Permission, query::Field};

use super::{CREATED, Home, Kind, NAME, Scope, Shape, Verbs, column, subschema};
use crate::{addresses, objects::Objects, quotas};

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
