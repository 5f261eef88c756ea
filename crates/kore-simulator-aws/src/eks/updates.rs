//! Updates of clusters, and all updates as things of their own (EKS API reference, `UpdateClusterConfig`,
//! `UpdateClusterVersion`, `DescribeUpdate`; EKS User Guide, "Update existing cluster to new Kubernetes version").

use serde_json::{Value, json};

use super::{
    catalogue::{self, SKEW},
    clusters,
    progress::{EksKind, Fate, Progress},
    state::{
        Cluster, Context, Effect, Eks, Facts, Fields, Said, Target, Update, invalid, merged, not_found, page, picked,
        text, wrong_state,
    },
};
use crate::refusal::Refusal;

/// Members of `UpdateClusterConfig`, those of one kind of change together, with its type.
const KINDS: [(&[&str], &str); 8] = [
    (&["logging"], "LoggingUpdate"),
    (&["accessConfig"], "AccessConfigUpdate"),
    (&["upgradePolicy"], "UpgradePolicyUpdate"),
    (&["zonalShiftConfig"], "ZonalShiftConfigUpdate"),
    (&["computeConfig", "kubernetesNetworkConfig", "storageConfig"], "AutoModeUpdate"),
    (&["remoteNetworkConfig"], "RemoteNetworkConfigUpdate"),
    (&["deletionProtection"], "DeletionProtectionUpdate"),
    (&["controlPlaneScalingConfig"], "ControlPlaneScalingConfigUpdate"),
];
const COMPONENTS: [&str; 3] = ["kubeApiServerConfig", "kubeSchedulerConfig", "kubeControllerManagerConfig"];

impl Eks {
    pub(super) fn update_cluster_config(&mut self, context: &Context<'_>, input: &Fields, facts: &Facts) -> Said {
        let name = text(input, "name");
        let cluster = self.cluster(context, name)?;
        cluster.active()?;
        let kind = kind_of(name, input)?;
        let change = config_change(cluster, name, kind, input, facts)?;
        let params = params(input, &["resourcesVpcConfig", "logging", "accessConfig"]);
        self.start_update(context, name, Target::Cluster, kind, &params, change)
    }

    pub(super) fn update_cluster_version(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, wanted) = (text(input, "name"), text(input, "version"));
        let cluster = self.cluster(context, name)?;
        cluster.active()?;
        let now = cluster.thing.text("version").to_owned();
        let unsupported =
            || invalid(name, &format!("Unsupported Kubernetes minor version update from {now} to {wanted}"));
        let (Some(from), Some(to)) = (catalogue::minor(&now), catalogue::minor(wanted)) else {
            return Err(unsupported());
        };
        let upgraded = cluster.updates.iter().any(|update| {
            text(&update.document, "type") == "VersionUpdate" && text(&update.document, "status") == "Successful"
        });
        let kind = match to {
            to if to == from + 1 => "VersionUpdate",
            // Only what was upgraded before can go back.
            to if to + 1 == from && upgraded => "VersionRollback",
            _ => return Err(unsupported()),
        };
        let versions = cluster.nodegroups.iter().map(|(group, thing)| (group, catalogue::minor(thing.text("version"))));
        for (group, version) in versions {
            let minor = version.unwrap_or(to);
            if minor + SKEW < to || minor > to {
                return Err(wrong_state(
                    name,
                    &format!(
                        "Nodegroup {group} runs Kubernetes 1.{minor}, which is not supported with a control plane of {wanted}"
                    ),
                ));
            }
        }
        let change = Fields::from_iter([("version".to_owned(), json!(wanted))]);
        let params = json!([{ "type": "Version", "value": wanted }, { "type": "PlatformVersion", "value": "eks.1" }]);
        self.start_update(context, name, Target::Cluster, kind, &params, change)
    }

    pub(super) fn associate_encryption_config(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let name = text(input, "clusterName");
        let cluster = self.cluster(context, name)?;
        cluster.active()?;
        if cluster.thing.document.get("encryptionConfig").and_then(Value::as_array).is_some_and(|it| !it.is_empty()) {
            return Err(invalid(name, "Encryption is already enabled on the cluster"));
        }
        let change = picked(input, &["encryptionConfig"]);
        let params = params(input, &["encryptionConfig"]);
        self.start_update(context, name, Target::Cluster, "AssociateEncryptionConfig", &params, change)
    }

    /// Puts an update onto record, and its target on its way.
    pub(super) fn start_update(
        &mut self,
        context: &Context<'_>,
        cluster: &str,
        target: Target,
        kind: &str,
        params: &Value,
        change: Fields,
    ) -> Said {
        let of = match &target {
            Target::Cluster => None,
            Target::Nodegroup(name) | Target::Addon(name) => Some(name.clone()),
        };
        let progress = Some(self.begin(context, EksKind::Update, cluster, of.as_deref()));
        let found = self.cluster(context, cluster)?;
        let document = json!({
            "id": context.ids.uuid(), "status": "InProgress", "type": kind, "params": params,
            "createdAt": context.now, "errors": [],
        });
        let document = document.as_object().cloned().unwrap_or_default();
        let answer = json!({ "update": document });
        set_status(found, &target, "UPDATING");
        found.updates.push(Update { target, document, progress, change });
        Ok(answer)
    }

    pub(super) fn describe_update(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, id) = (text(input, "name"), text(input, "updateId"));
        self.observe_update(context, name, id);
        self.update(context, input).map(|update| json!({ "update": update.document }))
    }

    pub(super) fn list_updates(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let cluster = self.cluster(context, text(input, "name"))?;
        let target = target_of(input);
        let ids = cluster.updates.iter().rev().filter(|update| update.target == target);
        page(input, "updateIds", ids.map(|update| json!(text(&update.document, "id"))).collect())
    }

    pub(super) fn cancel_update(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let update = self.update(context, input)?;
        if text(&update.document, "status") != "InProgress" {
            return Err(Refusal::new(
                400,
                "InvalidStateException",
                "Only updates that are in progress can be cancelled",
            )
            .with("clusterName", text(input, "name")));
        }
        update.progress = None;
        update.document.insert("status".to_owned(), json!("Cancelled"));
        update.document.insert("cancellation".to_owned(), json!({ "status": "Successful" }));
        let (answer, target) = (json!({ "update": update.document }), update.target.clone());
        set_status(self.cluster(context, text(input, "name"))?, &target, "ACTIVE");
        Ok(answer)
    }

    fn update(&mut self, context: &Context<'_>, input: &Fields) -> Result<&mut Update, Refusal> {
        let (name, id) = (text(input, "name"), text(input, "updateId"));
        let (cluster, target) = (self.cluster(context, name)?, target_of(input));
        let found =
            cluster.updates.iter_mut().find(|update| update.target == target && text(&update.document, "id") == id);
        found.ok_or_else(|| not_found("clusterName", name, &format!("No update found for ID: {id}")))
    }

    /// One more look at what is updated.
    pub(super) fn observe_updates(&mut self, context: &Context<'_>, cluster: &str, target: &Target) {
        let Ok(found) = self.cluster(context, cluster) else { return };
        let going = found.updates.iter().find(|update| update.target == *target && update.progress.is_some());
        if let Some(id) = going.map(|update| text(&update.document, "id").to_owned()) {
            self.observe_update(context, cluster, &id);
        }
    }

    fn observe_update(&mut self, context: &Context<'_>, name: &str, id: &str) {
        let Ok(cluster) = self.cluster(context, name) else { return };
        let Some(update) = cluster.updates.iter_mut().find(|update| text(&update.document, "id") == id) else { return };
        let Some(fate) = update.progress.as_mut().and_then(Progress::observed) else { return };
        update.progress = None;
        let (target, change) = (update.target.clone(), update.change.clone());
        if let Fate::Failed { code, message } = fate {
            let error = json!({ "errorCode": code, "errorMessage": message, "resourceIds": [name] });
            update.document.insert("status".to_owned(), json!("Failed"));
            update.document.insert("errors".to_owned(), json!([error]));
            let addon = matches!(target, Target::Addon(_));
            set_status(cluster, &target, if addon { "UPDATE_FAILED" } else { "ACTIVE" });
            if let (Target::Addon(addon), true) = (&target, addon)
                && let Some(thing) = cluster.addons.get_mut(addon)
            {
                thing.fall_ill(&code, &message);
            }
            return;
        }
        update.document.insert("status".to_owned(), json!("Successful"));
        let scaled = update.nodes();
        set_status(cluster, &target, "ACTIVE");
        if let Some(thing) = thing_of(cluster, &target) {
            thing.extend(change);
        }
        let reference = cluster.reference(context.place);
        if let (Target::Nodegroup(nodegroup), Some(nodes)) = (target, scaled) {
            self.effects.push(Effect::Scaled { cluster: reference, nodegroup, nodes });
        }
    }
}

fn target_of(input: &Fields) -> Target {
    match (text(input, "nodegroupName"), text(input, "addonName")) {
        ("", "") => Target::Cluster,
        (group, "") => Target::Nodegroup(group.to_owned()),
        (_, addon) => Target::Addon(addon.to_owned()),
    }
}

fn thing_of<'a>(cluster: &'a mut Cluster, target: &Target) -> Option<&'a mut Fields> {
    let thing = match target {
        Target::Cluster => Some(&mut cluster.thing),
        Target::Nodegroup(name) => cluster.nodegroups.get_mut(name),
        Target::Addon(name) => cluster.addons.get_mut(name),
    };
    thing.map(|thing| &mut thing.document)
}

fn set_status(cluster: &mut Cluster, target: &Target, status: &str) {
    if let Some(document) = thing_of(cluster, target) {
        document.insert("status".to_owned(), json!(status));
    }
}

/// What an update says that it changes: texts, as EKS has them.
pub(super) fn params(input: &Fields, names: &[&str]) -> Value {
    let mut found = Vec::new();
    let mut put = |kind: &str, value: &Value| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        found.push(json!({ "type": kind, "value": value }));
    };
    for (name, value) in names.iter().filter_map(|name| Some((*name, input.get(*name)?))) {
        let members = [
            ("resourcesVpcConfig", "endpointPublicAccess", "EndpointPublicAccess"),
            ("resourcesVpcConfig", "endpointPrivateAccess", "EndpointPrivateAccess"),
            ("resourcesVpcConfig", "publicAccessCidrs", "PublicAccessCidrs"),
            ("resourcesVpcConfig", "subnetIds", "Subnets"),
            ("resourcesVpcConfig", "securityGroupIds", "SecurityGroups"),
            ("accessConfig", "authenticationMode", "AuthenticationMode"),
            ("scalingConfig", "minSize", "MinSize"),
            ("scalingConfig", "maxSize", "MaxSize"),
            ("scalingConfig", "desiredSize", "DesiredSize"),
            ("updateConfig", "maxUnavailable", "MaxUnavailable"),
            ("nodeRepairConfig", "enabled", "NodeRepairEnabled"),
        ];
        for (_, member, kind) in members.iter().filter(|(of, ..)| *of == name) {
            if let Some(value) = value.get(*member) {
                put(kind, value);
            }
        }
        let whole = [
            ("logging", "ClusterLogging"),
            ("encryptionConfig", "EncryptionConfig"),
            ("addonVersion", "AddonVersion"),
            ("configurationValues", "ConfigurationValues"),
            ("resolveConflicts", "ResolveConflicts"),
            ("serviceAccountRoleArn", "ServiceAccountRoleArn"),
            ("podIdentityAssociations", "PodIdentityAssociations"),
            ("version", "Version"),
            ("releaseVersion", "ReleaseVersion"),
        ];
        for (_, kind) in whole.iter().filter(|(of, _)| *of == name) {
            put(kind, value);
        }
    }
    json!(found)
}

fn kind_of(name: &str, input: &Fields) -> Result<&'static str, Refusal> {
    let mut kinds: Vec<&str> = KINDS
        .iter()
        .filter(|(members, _)| members.iter().any(|member| input.contains_key(*member)))
        .map(|(_, kind)| *kind)
        .collect();
    if COMPONENTS.iter().any(|member| input.contains_key(*member)) {
        kinds.push("ControlPlaneComponentConfigUpdate");
    }
    if let Some(config) = input.get("resourcesVpcConfig") {
        let has = |members: &[&str]| members.iter().any(|member| config.get(*member).is_some());
        if has(&["endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs"]) {
            kinds.push("EndpointAccessUpdate");
        }
        if has(&["subnetIds", "securityGroupIds"]) {
            kinds.push("VpcConfigUpdate");
        }
        if has(&["controlPlaneEgressMode"]) {
            kinds.push("ControlPlaneEgressUpdate");
        }
    }
    match kinds.as_slice() {
        [] => Err(invalid(name, "No changes needed for the cluster: no update was specified")),
        [kind] => Ok(kind),
        _ => Err(invalid(name, "Only one type of update can be allowed.")),
    }
}

/// What a change of configuration writes into the cluster; one that changes nothing is refused.
fn config_change(cluster: &Cluster, name: &str, kind: &str, input: &Fields, facts: &Facts) -> Result<Fields, Refusal> {
    let now = &cluster.thing.document;
    let mut change = Fields::new();
    for (member, value) in input.iter().filter(|(member, _)| !["name", "clientRequestToken"].contains(&member.as_str()))
    {
        let was = now.get(member).cloned().unwrap_or_else(|| json!({}));
        let is = if member == "logging" { clusters::logging(&was, Some(value)) } else { merged(&was, value) };
        change.insert(member.clone(), is);
    }
    if change.iter().all(|(member, value)| now.get(member) == Some(value)) {
        return Err(invalid(
            name,
            &format!("No changes needed: cluster is already at the desired configuration ({kind})"),
        ));
    }
    match kind {
        "EndpointAccessUpdate" => clusters::endpoint(name, change.get("resourcesVpcConfig"))?,
        "VpcConfigUpdate" if facts.vpc.as_ref().is_some_and(|vpc| *vpc != cluster.vpc) => {
            return Err(invalid(name, "Provided subnets belong to different VPCs than the cluster's"));
        }
        "VpcConfigUpdate" if facts.vpc.is_some() && facts.zones < 2 => {
            return Err(invalid(name, "Subnets specified must be in at least two different AZs"));
        }
        "AutoModeUpdate" => clusters::auto_mode(name, &change)?,
        "AccessConfigUpdate" => {
            // From the config map to entries, and never back (EKS User Guide, "Change authentication mode").
            let order = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];
            let at = |value: Option<&Value>| {
                let mode = value.and_then(|config| config.get("authenticationMode")).and_then(Value::as_str);
                order.iter().position(|name| Some(*name) == mode)
            };
            if at(change.get("accessConfig")) < at(now.get("accessConfig")) {
                return Err(invalid(name, "Unsupported authentication mode update"));
            }
        }
        _ => {}
    }
    Ok(change)
}
