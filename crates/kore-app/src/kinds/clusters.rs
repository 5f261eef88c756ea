//! Kinds of clusters and of what they are made by.

use kore_api::{cluster, namespace, plan, policy};
use kore_domain::{access::Permission, query::Field};

use super::{CREATED, Home, Kind, NAME, READY, REASON, Scope, Shape, TEAM_FIELD, Verbs, column, subschema};
use crate::objects::Objects;

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
        Field::aliased("status.account", "account"),
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
