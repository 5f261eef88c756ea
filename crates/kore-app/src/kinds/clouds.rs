//! Kinds of clouds.

use kore_api::cloud;
use kore_domain::{access::Permission, query::Field};

use super::{CREATED, Home, Kind, NAME, READY, REASON, Scope, Shape, Verbs, column, subschema};
use crate::objects::Objects;

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

/// CloudAccount: an account in a cloud, in which a team's clusters are made.
pub static CLOUD_ACCOUNT: Kind = Kind {
    name: "CloudAccount",
    plural: "cloudaccounts",
    summary: "Accounts in clouds: whose they are, and whether they are ready for clusters",
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
        Field::aliased("spec.team", "team"),
        Field::aliased("spec.stage", "stage"),
        Field::aliased("status.account", "account"),
        READY,
        REASON,
    ],
    columns: &[
        column("NAME", "metadata.name"),
        column("ORGANIZATION", "spec.organization"),
        column("TEAM", "spec.team"),
        column("STAGE", "spec.stage"),
        column("ACCOUNT", "status.account"),
        column("READY", "status.ready"),
        column("REASON", "status.reason"),
        column("AGE", "metadata.creationTimestamp"),
    ],
    shape: Shape::Object { spec: subschema::<cloud::CloudAccountSpec>, status: subschema::<cloud::CloudAccountStatus> },
    backend: &Objects::<cloud::CloudAccount>::NEW,
};
