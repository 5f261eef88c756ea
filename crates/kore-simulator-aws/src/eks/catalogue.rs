//! Which versions of Kubernetes and of add-ons EKS offers, and which access policies.
//!
//! Sources: EKS User Guide, "Understand the Kubernetes version lifecycle on EKS", "AWS add-ons", "Review access policy
//! permissions". Versions are of the right form; which builds there are is of no matter here.

use serde_json::{Value, json};

use super::state::{Fields, Said, invalid, page, text, texts};

/// Minor versions of Kubernetes 1, oldest first, and whether each is in standard support.
pub(super) const MINORS: [(u32, bool); 5] = [(32, false), (33, false), (34, true), (35, true), (36, true)];
/// What is made when no version is named.
pub(super) const DEFAULT: &str = "1.35";
/// By how many minor versions nodes may be behind (Kubernetes, "Version skew policy").
pub(super) const SKEW: u32 = 3;

/// Name, whether it needs nodes to be well, its namespace, its kind, its newest versions, oldest first.
type AddonRow = (&'static str, bool, &'static str, &'static str, [&'static str; 2]);
const ADDONS: [AddonRow; 7] = [
    ("vpc-cni", false, "kube-system", "networking", ["v1.20.4-eksbuild.1", "v1.21.1-eksbuild.1"]),
    ("kube-proxy", false, "kube-system", "networking", ["", ""]),
    ("coredns", true, "kube-system", "networking", ["v1.12.4-eksbuild.1", "v1.13.1-eksbuild.1"]),
    ("eks-pod-identity-agent", false, "kube-system", "security", ["v1.3.9-eksbuild.3", "v1.3.10-eksbuild.1"]),
    ("aws-ebs-csi-driver", true, "kube-system", "storage", ["v1.52.1-eksbuild.1", "v1.53.0-eksbuild.1"]),
    ("metrics-server", true, "kube-system", "observability", ["v0.8.0-eksbuild.3", "v0.8.0-eksbuild.5"]),
    ("snapshot-controller", true, "kube-system", "storage", ["v8.3.0-eksbuild.1", "v8.4.0-eksbuild.1"]),
];

const POLICIES: [&str; 8] = [
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSSecretReaderPolicy",
    "AmazonEKSViewPolicy",
    "AmazonARCRegionSwitchScalingPolicy",
];

/// The minor version of `1.NN`, when it is offered.
pub(super) fn minor(version: &str) -> Option<u32> {
    let minor = version.strip_prefix("1.")?.parse().ok()?;
    MINORS.iter().any(|(offered, _)| *offered == minor).then_some(minor)
}

/// The add-on's row, when there is one of this name.
fn row(name: &str) -> Option<&'static AddonRow> {
    ADDONS.iter().find(|(known, ..)| *known == name)
}

pub(super) fn needs_nodes(addon: &str) -> bool {
    row(addon).is_some_and(|(_, needs, ..)| *needs)
}

/// The versions of an add-on that fit to one of Kubernetes, the default one last.
pub(super) fn addon_versions(addon: &str, kubernetes: u32) -> Option<Vec<String>> {
    let (name, .., versions) = row(addon)?;
    Some(if *name == "kube-proxy" {
        (1..=2).map(|build| format!("v1.{kubernetes}.0-eksbuild.{build}")).collect()
    } else {
        versions.iter().map(|version| (*version).to_owned()).collect()
    })
}

pub(super) fn policy_arn(name: &str) -> String {
    format!("arn:aws:eks::aws:cluster-access-policy/{name}")
}

pub(super) fn is_policy(arn: &str) -> bool {
    POLICIES.iter().any(|name| policy_arn(name) == arn)
}

pub(super) fn list_access_policies(input: &Fields) -> Said {
    page(
        input,
        "accessPolicies",
        POLICIES.iter().map(|name| json!({ "name": name, "arn": policy_arn(name) })).collect(),
    )
}

pub(super) fn describe_cluster_versions(input: &Fields) -> Said {
    let asked = texts(input.get("clusterVersions"));
    let only_default = input.get("defaultOnly") == Some(&json!(true));
    let wanted = (text(input, "status"), text(input, "versionStatus"));
    let versions = MINORS.iter().rev().map(|(minor, standard)| {
        let version = format!("1.{minor}");
        // A new minor version every four months, in standard support for fourteen, in extended support for twelve more.
        let released = 1_700_000_000 + i64::from(*minor) * 4 * 30 * 86_400;
        json!({
            "clusterVersion": version, "clusterType": "eks", "defaultPlatformVersion": "eks.1",
            "defaultVersion": version == DEFAULT,
            "releaseDate": released,
            "endOfStandardSupportDate": released + 14 * 30 * 86_400,
            "endOfExtendedSupportDate": released + 26 * 30 * 86_400,
            "status": if *standard { "standard-support" } else { "extended-support" },
            "versionStatus": if *standard { "STANDARD_SUPPORT" } else { "EXTENDED_SUPPORT" },
            "kubernetesPatchVersion": format!("{version}.0"),
        })
    });
    let fits = |version: &Value| {
        (asked.is_empty() || asked.iter().any(|name| version["clusterVersion"] == json!(name)))
            && (!only_default || version["defaultVersion"] == json!(true))
            && (wanted.0.is_empty() || version["status"] == json!(wanted.0))
            && (wanted.1.is_empty() || version["versionStatus"] == json!(wanted.1))
    };
    page(input, "clusterVersions", versions.filter(fits).collect())
}

pub(super) fn describe_addon_versions(input: &Fields) -> Said {
    let (addon, kubernetes) = (text(input, "addonName"), text(input, "kubernetesVersion"));
    if !kubernetes.is_empty() && minor(kubernetes).is_none() {
        return Err(invalid("", &format!("Kubernetes version {kubernetes} is not supported")));
    }
    let types = texts(input.get("types"));
    let offered = |name: &str| -> Vec<Value> {
        let mut found: Vec<(String, Vec<Value>)> = Vec::new();
        for (minor, _) in MINORS.iter().filter(|(minor, _)| kubernetes.is_empty() || format!("1.{minor}") == kubernetes)
        {
            let versions = addon_versions(name, *minor).unwrap_or_default();
            let newest = versions.last().cloned();
            for version in versions {
                let fits = json!({
                    "clusterVersion": format!("1.{minor}"), "platformVersions": ["*"],
                    "defaultVersion": Some(&version) == newest.as_ref(),
                });
                match found.iter_mut().find(|(known, _)| *known == version) {
                    Some((_, all)) => all.push(fits),
                    None => found.push((version, vec![fits])),
                }
            }
        }
        // Newest first, as EKS lists them.
        found
            .into_iter()
            .rev()
            .map(|(version, fits)| {
                json!({
                    "addonVersion": version, "architecture": ["amd64", "arm64"], "computeTypes": ["ec2", "auto"],
                    "compatibilities": fits, "requiresConfiguration": false,
                    "requiresIamPermissions": (["vpc-cni", "aws-ebs-csi-driver"].contains(&name)),
                })
            })
            .collect()
    };
    let addons = ADDONS
        .iter()
        .filter(|(name, _, _, kind, _)| {
            (addon.is_empty() || *name == addon) && (types.is_empty() || types.iter().any(|wanted| wanted == kind))
        })
        .map(|(name, _, namespace, kind, _)| {
            json!({
                "addonName": name, "type": kind, "publisher": "eks", "owner": "aws", "defaultNamespace": namespace,
                "addonVersions": offered(name),
            })
        });
    page(input, "addons", addons.collect())
}
