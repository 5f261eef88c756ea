//! What exists in the world for a cluster, by name, whatever any record says. Answers in the form of
//! the components' keys.

use std::{collections::BTreeSet, fs};

use k8s_openapi::api::core::v1::Secret;
use kore_api::meta;
use kore_baseline::management;
use kore_engine::error::StepError;
use kore_localkube::{
    host::{cgroup::Cgroups, mounts, network},
    node::remains,
};
use kube::{Api, ResourceExt, api::ListParams};

use crate::{provider::key, site::Site};

pub(crate) async fn everything(site: &Site) -> Result<Vec<String>, StepError> {
    let mut found = BTreeSet::new();
    let prefix = format!("{}/", site.names.cluster);
    for status in site.supervisor.list().await? {
        if let Some(name) = status.spec.name.strip_prefix(&prefix) {
            found.insert(key("process", site, name));
        }
    }
    let namespace_prefix = format!("{}.", site.names.table());
    for name in network::namespaces(&namespace_prefix) {
        found.insert(key("netns", site, name.trim_start_matches(&namespace_prefix)));
    }
    let alias = site.names.alias();
    for (link, link_alias) in network::links(&alias).await? {
        match link_alias.strip_prefix(&alias) {
            Some("") => found.insert(key("bridge", site, "")),
            Some(node) if node.starts_with(':') => found.insert(key("netns", site, node.trim_start_matches(':'))),
            _ => link == site.names.bridge() && found.insert(key("bridge", site, "")),
        };
    }
    if network::link_exists(&site.names.bridge()).await? {
        found.insert(key("bridge", site, ""));
    }
    if site.may_have_rules()? && network::tables(&site.names.table()).await?.contains(&site.names.table()) {
        found.insert(key("nft", site, ""));
    }
    cgroups(site, &mut found);
    let directory = site.names.directory();
    if directory.exists() || !mounts::below(&directory).is_empty() {
        found.insert(key("files", site, ""));
    }
    for node in nodes(site, &found)? {
        let names = site.node_names(&node);
        let files = names.directory().exists() || !mounts::below(&names.directory()).is_empty();
        if files || !remains::strays(&names).is_empty() || !remains::shims(&names).is_empty() {
            found.insert(key("node", site, &node));
        }
    }
    let labels = format!("{}={}", meta::LABEL_CLUSTER, site.ground.cluster.name);
    let secrets: Api<Secret> = site.ground.secrets();
    for secret in secrets.list_metadata(&ListParams::default().labels(&labels)).await.map_err(management)? {
        let namespace = meta::team_namespace(&site.ground.cluster.team);
        found.insert(format!("secret/{namespace}/{}", secret.name_any()));
    }
    Ok(found.into_iter().collect())
}

fn cgroups(site: &Site, found: &mut BTreeSet<String>) {
    let cgroups = Cgroups::detect();
    for (_, directory) in cgroups.directories(&site.names.cgroup()) {
        if !directory.is_dir() {
            continue;
        }
        found.insert(key("cgroup", site, ""));
        let children = fs::read_dir(&directory).into_iter().flatten().flatten();
        for child in children.filter(|child| child.file_type().is_ok_and(|kind| kind.is_dir())) {
            found.insert(key("cgroup", site, &child.file_name().to_string_lossy()));
        }
    }
}

/// Names of nodes that are wanted, seated, or of which something was found.
fn nodes(site: &Site, found: &BTreeSet<String>) -> Result<BTreeSet<String>, StepError> {
    let mut nodes: BTreeSet<String> = site.nodes.keys().cloned().collect();
    nodes.extend(site.layout()?.into_iter().flat_map(|layout| layout.nodes.into_keys()));
    for kind in ["netns", "cgroup", "process"] {
        let prefix = key(kind, site, "") + "/";
        let names = found.iter().filter_map(|key| key.strip_prefix(&prefix));
        let names = names.filter(|name| kind != "process" || name.contains('/'));
        nodes.extend(names.filter_map(|name| name.split('/').next()).map(str::to_owned));
    }
    Ok(nodes)
}
