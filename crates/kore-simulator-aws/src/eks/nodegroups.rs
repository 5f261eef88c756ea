//! Managed node groups (EKS API reference, `CreateNodegroup`, `UpdateNodegroupConfig`, `UpdateNodegroupVersion`).

use serde_json::{Value, json};

use super::{
    access,
    catalogue::{self, SKEW},
    progress::{EksKind, Fate, Progress},
    state::{
        Context, Due, Eks, Facts, Fields, Said, Target, Thing, Update, in_use, invalid, limit, merged, not_found, page,
        picked, text, texts,
    },
    updates::params,
};
use crate::{machines::Group, refusal::Refusal};

const KEPT: [&str; 15] = [
    "clusterName",
    "nodegroupName",
    "subnets",
    "remoteAccess",
    "nodeRole",
    "taints",
    "launchTemplate",
    "nodeRepairConfig",
    "warmPoolConfig",
    "tags",
    "labels",
    "instanceTypes",
    "diskSize",
    "amiType",
    "capacityType",
];

fn unknown(group: &str) -> Refusal {
    not_found("nodegroupName", group, &format!("No node group found for name: {group}."))
}

fn scaling(cluster: &str, config: &Value, most: i64) -> Result<(), Refusal> {
    let size = |name: &str| config.get(name).and_then(Value::as_i64).unwrap_or_default();
    let (min, wanted, max) = (size("minSize"), size("desiredSize"), size("maxSize"));
    if min > max || wanted > max || wanted < min {
        return Err(invalid(
            cluster,
            &format!("Minimum capacity {min} and desired capacity {wanted} can't be greater than max size {max}"),
        ));
    }
    if max > most {
        return Err(limit(cluster, &format!("Maximum number of nodes per managed node group is {most}")));
    }
    Ok(())
}

/// The image's release, as EKS names it.
fn release(version: &str) -> String {
    format!("{version}.0-20261101")
}

/// Nodes that it is to have.
fn desired(thing: &Thing) -> u32 {
    let wanted = thing.document.get("scalingConfig").and_then(|config| config.get("desiredSize"));
    if thing.is("DELETING") { 0 } else { wanted.and_then(Value::as_u64).unwrap_or_default() as u32 }
}

impl Eks {
    fn nodegroup(&mut self, context: &Context<'_>, input: &Fields) -> Result<&mut Thing, Refusal> {
        let group = text(input, "nodegroupName");
        self.cluster(context, text(input, "clusterName"))?.nodegroups.get_mut(group).ok_or_else(|| unknown(group))
    }

    pub(super) fn create_nodegroup(&mut self, context: &Context<'_>, input: &Fields, facts: &Facts) -> Said {
        let (name, group) = (text(input, "clusterName"), text(input, "nodegroupName"));
        let cluster = self.cluster(context, name)?;
        cluster.active()?;
        if cluster.nodegroups.contains_key(group) {
            return Err(in_use(name, &format!("NodeGroup already exists with name {group} and cluster name {name}"))
                .with("nodegroupName", group));
        }
        if cluster.nodegroups.len() >= context.settings.quotas.nodegroups {
            return Err(limit(name, "Node group limit exceeded for cluster"));
        }
        if facts.vpc.as_deref() != Some(cluster.vpc.as_str()) {
            return Err(invalid(name, "Subnets are not in the VPC of the cluster"));
        }
        let newest = cluster.thing.text("version").to_owned();
        let asked = text(input, "version");
        let version = if asked.is_empty() { newest.clone() } else { asked.to_owned() };
        let (Some(minor), Some(control)) = (catalogue::minor(&version), catalogue::minor(&newest)) else {
            return Err(invalid(name, "Requested Kubernetes version is not supported"));
        };
        if minor > control || minor + SKEW < control {
            return Err(invalid(
                name,
                &format!("Requested Nodegroup version {version} is invalid with cluster version {newest}"),
            ));
        }
        let default = json!({ "minSize": 1, "maxSize": 2, "desiredSize": 2 });
        let sizes = input.get("scalingConfig").cloned().unwrap_or(default);
        scaling(name, &sizes, context.settings.quotas.nodes)?;
        if input.contains_key("launchTemplate") && ["diskSize", "remoteAccess"].iter().any(|it| input.contains_key(*it))
        {
            return Err(invalid(
                name,
                "Disk size and remote access cannot be specified together with a launch template",
            ));
        }
        let mut document = new_document(context, input, &version, sizes);
        // The version that is the default one now stays the group's when it no longer is.
        document.extend(facts.template.clone().map(|template| ("launchTemplate".to_owned(), template)));
        let role = text(input, "nodeRole").to_owned();
        access::nodes(context, cluster, &role);
        let progress = Some(self.begin(context, EksKind::Nodegroup, name, Some(group)));
        let answer = json!({ "nodegroup": document });
        self.cluster(context, name)?.nodegroups.insert(group.to_owned(), Thing { document, progress });
        Ok(answer)
    }

    /// What machines a node group runs.
    pub(super) fn machines(&mut self, context: &Context<'_>, cluster: &str, group: &str) -> Option<Group> {
        let thing = self.cluster(context, cluster).ok()?.nodegroups.get(group)?;
        let template = thing.document.get("launchTemplate");
        let part = |name: &str| template.and_then(|template| template.get(name)).and_then(Value::as_str);
        Some(Group {
            cluster: cluster.to_owned(),
            name: group.to_owned(),
            kind: texts(thing.document.get("instanceTypes")).into_iter().next().unwrap_or_default(),
            is_spot: thing.text("capacityType") == "SPOT",
            subnets: texts(thing.document.get("subnets")),
            template: part("id").zip(part("version")).map(|(id, version)| (id.to_owned(), version.to_owned())),
            is_new: thing.is("CREATING"),
        })
    }

    /// Its machines cannot be launched: so it ends.
    pub(super) fn starve(&mut self, context: &Context<'_>, cluster: &str, group: &str, refusal: &Refusal) {
        let found = self.cluster(context, cluster).ok().and_then(|cluster| cluster.nodegroups.get_mut(group));
        if let Some(progress) = found.and_then(|thing| thing.progress.as_mut()) {
            let message = format!("{} Launching EC2 instance failed. ({})", refusal.message(), refusal.code());
            progress.fate = Fate::Failed { code: "AsgInstanceLaunchFailures".to_owned(), message };
        }
    }

    /// What the next observation of a node group makes of it.
    pub(super) fn nodegroup_is_due(&self, context: &Context<'_>, input: &Fields) -> Option<Due> {
        let (name, group) = (text(input, "clusterName"), text(input, "nodegroupName"));
        let found = self.clusters.get(&(context.place.clone(), name.to_owned()))?;
        let thing = found.nodegroups.get(group)?;
        let nodes = if thing.progress.as_ref().is_some_and(Progress::is_due) {
            Some(desired(thing))
        } else {
            let of_group = |update: &&Update| update.target == Target::Nodegroup(group.to_owned());
            let due =
                found.updates.iter().filter(of_group).find(|one| one.progress.as_ref().is_some_and(Progress::is_due));
            due.and_then(Update::nodes)
        };
        let (cluster, nodegroup) = (found.reference(context.place), group.to_owned());
        nodes.map(|nodes| Due::Nodes { cluster, nodegroup, nodes })
    }

    pub(super) fn describe_nodegroup(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, group) = (text(input, "clusterName"), text(input, "nodegroupName"));
        self.observe_updates(context, name, &Target::Nodegroup(group.to_owned()));
        let thing = self.nodegroup(context, input)?;
        let Some(fate) = thing.progress.as_mut().and_then(Progress::observed) else {
            return Ok(json!({ "nodegroup": thing.document }));
        };
        thing.progress = None;
        let deleting = thing.is("DELETING");
        match fate {
            Fate::Failed { code, message } => {
                thing.set("status", json!(if deleting { "DELETE_FAILED" } else { "CREATE_FAILED" }));
                thing.fall_ill(&code, &message);
                return Ok(json!({ "nodegroup": thing.document }));
            }
            Fate::Well | Fate::Stuck if !deleting => thing.set("status", json!("ACTIVE")),
            Fate::Well | Fate::Stuck => {
                self.cluster(context, name)?.nodegroups.remove(group);
                self.tokens.retain(|token| token.cluster != name || token.name.as_deref() != Some(group));
            }
        }
        self.nodegroup(context, input).map(|thing| json!({ "nodegroup": thing.document }))
    }

    pub(super) fn list_nodegroups(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let cluster = self.cluster(context, text(input, "clusterName"))?;
        page(input, "nodegroups", cluster.nodegroups.keys().map(|name| json!(name)).collect())
    }

    pub(super) fn update_nodegroup_config(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, group) = (text(input, "clusterName"), text(input, "nodegroupName"));
        let thing = self.updatable(context, input)?;
        let mut change = Fields::new();
        for member in ["scalingConfig", "updateConfig", "nodeRepairConfig", "warmPoolConfig"] {
            if let Some(value) = input.get(member) {
                change.insert(member.to_owned(), merged(thing.document.get(member).unwrap_or(&json!({})), value));
            }
        }
        if let Some(said) = input.get("labels") {
            let mut labels = thing.document.get("labels").and_then(Value::as_object).cloned().unwrap_or_default();
            labels.extend(said.get("addOrUpdateLabels").and_then(Value::as_object).cloned().unwrap_or_default());
            texts(said.get("removeLabels")).iter().for_each(|name| drop(labels.remove(name)));
            change.insert("labels".to_owned(), Value::Object(labels));
        }
        if let Some(said) = input.get("taints") {
            change.insert("taints".to_owned(), tainted(thing.document.get("taints"), said));
        }
        if change.is_empty() {
            return Err(invalid(name, "No changes needed for the node group: no update was specified"));
        }
        if let Some(sizes) = change.get("scalingConfig") {
            scaling(name, sizes, context.settings.quotas.nodes)?;
        }
        change.insert("modifiedAt".to_owned(), json!(context.now));
        let params = params(input, &["scalingConfig", "updateConfig", "nodeRepairConfig"]);
        self.start_update(context, name, Target::Nodegroup(group.to_owned()), "ConfigUpdate", &params, change)
    }

    pub(super) fn update_nodegroup_version(&mut self, context: &Context<'_>, input: &Fields, facts: &Facts) -> Said {
        let (name, group) = (text(input, "clusterName"), text(input, "nodegroupName"));
        let newest = self.cluster(context, name)?.thing.text("version").to_owned();
        let thing = self.updatable(context, input)?;
        let asked = text(input, "version");
        let version = if asked.is_empty() { thing.text("version").to_owned() } else { asked.to_owned() };
        let minors = (catalogue::minor(thing.text("version")), catalogue::minor(&version), catalogue::minor(&newest));
        let (Some(now), Some(to), Some(control)) = minors else {
            return Err(invalid(name, "Requested Kubernetes version is not supported"));
        };
        if to < now || to > control {
            return Err(invalid(
                name,
                &format!("Requested Nodegroup version {version} is invalid with cluster version {newest}"),
            ));
        }
        let mut change = picked(input, &["releaseVersion"]);
        if let Some(template) = &facts.template {
            let id = |template: Option<&Value>| template.and_then(|template| template.get("id")).cloned();
            if id(thing.document.get("launchTemplate")) != id(Some(template)) {
                return Err(invalid(
                    name,
                    "You cannot change the launch template of a node group, only its version; one without has none.",
                ));
            }
            change.insert("launchTemplate".to_owned(), template.clone());
        }
        change.entry("releaseVersion").or_insert_with(|| json!(release(&version)));
        change.insert("version".to_owned(), json!(version));
        change.insert("modifiedAt".to_owned(), json!(context.now));
        let params = params(&change, &["version", "releaseVersion"]);
        self.start_update(context, name, Target::Nodegroup(group.to_owned()), "VersionUpdate", &params, change)
    }

    fn updatable(&mut self, context: &Context<'_>, input: &Fields) -> Result<&mut Thing, Refusal> {
        let (name, group) = (text(input, "clusterName"), text(input, "nodegroupName"));
        self.cluster(context, name)?.active()?;
        let thing = self.nodegroup(context, input)?;
        if thing.is("ACTIVE") || thing.is("DEGRADED") {
            return Ok(thing);
        }
        let status = thing.status();
        Err(in_use(name, &format!("Nodegroup {group} is {status} and cannot be updated")).with("nodegroupName", group))
    }

    pub(super) fn delete_nodegroup(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, group) = (text(input, "clusterName"), text(input, "nodegroupName"));
        let thing = self.nodegroup(context, input)?;
        if ["UPDATING", "CREATING", "DELETING"].contains(&thing.status()) {
            let message = format!("Nodegroup {group} is {} and cannot be deleted", thing.status());
            return Err(in_use(name, &message).with("nodegroupName", group));
        }
        let progress = Some(self.begin(context, EksKind::Nodegroup, name, Some(group)));
        let thing = self.nodegroup(context, input)?;
        thing.set("status", json!("DELETING"));
        thing.progress = progress;
        Ok(json!({ "nodegroup": thing.document }))
    }
}

fn new_document(context: &Context<'_>, input: &Fields, version: &str, sizes: Value) -> Fields {
    let (name, group) = (text(input, "clusterName"), text(input, "nodegroupName"));
    let id = context.ids.uuid();
    let mut document = picked(input, &KEPT);
    for (member, value) in [
        ("amiType", json!("AL2023_x86_64_STANDARD")),
        ("capacityType", json!("ON_DEMAND")),
        ("labels", json!({})),
        ("tags", json!({})),
    ] {
        document.entry(member).or_insert(value);
    }
    if !document.contains_key("launchTemplate") {
        document.entry("instanceTypes").or_insert_with(|| json!(["t3.medium"]));
        document.entry("diskSize").or_insert_with(|| json!(20));
    }
    let asked = text(input, "releaseVersion");
    for (member, value) in [
        ("nodegroupArn", json!(context.arn(&format!("nodegroup/{name}/{group}/{id}")))),
        ("version", json!(version)),
        ("releaseVersion", json!(if asked.is_empty() { release(version) } else { asked.to_owned() })),
        ("createdAt", json!(context.now)),
        ("modifiedAt", json!(context.now)),
        ("status", json!("CREATING")),
        ("scalingConfig", sizes),
        ("resources", json!({ "autoScalingGroups": [{ "name": format!("eks-{group}-{id}") }] })),
        ("health", json!({ "issues": [] })),
        ("updateConfig", input.get("updateConfig").cloned().unwrap_or_else(|| json!({ "maxUnavailable": 1 }))),
    ] {
        document.insert(member.to_owned(), value);
    }
    document
}

fn tainted(now: Option<&Value>, said: &Value) -> Value {
    let all = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let same = |a: &Value, b: &Value| a.get("key") == b.get("key") && a.get("effect") == b.get("effect");
    let (put, removed) = (all(said.get("addOrUpdateTaints")), all(said.get("removeTaints")));
    let kept = all(now).into_iter().filter(|taint| !put.iter().chain(&removed).any(|other| same(taint, other)));
    kept.chain(put.clone()).collect()
}
