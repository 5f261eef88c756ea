//! Clusters: made, looked at, changed, deleted (EKS API reference; EKS User Guide, "Create an Amazon EKS cluster", "Delete
//! a cluster", "Protect EKS clusters from accidental deletion").

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    access, catalogue,
    progress::{EksKind, Fate, Progress},
    state::{
        Cluster, Context, Due, Effect, Eks, Facts, Fields, Said, Target, Thing, in_use, invalid, limit, merged, page,
        picked, text, texts, wrong_state,
    },
};
use crate::backing::Reached;

/// Members of a request that are members of the cluster as they are.
const KEPT: [&str; 11] = [
    "name",
    "roleArn",
    "tags",
    "encryptionConfig",
    "remoteNetworkConfig",
    "kubeApiServerConfig",
    "kubeSchedulerConfig",
    "kubeControllerManagerConfig",
    "clientRequestToken",
    "computeConfig",
    "storageConfig",
];

impl Eks {
    pub(super) fn create_cluster(&mut self, context: &Context<'_>, input: &Fields, facts: &Facts) -> Said {
        let name = text(input, "name");
        if self.clusters.contains_key(&(context.place.clone(), name.to_owned())) {
            return Err(in_use(name, &format!("Cluster already exists with name: {name}")));
        }
        if self.clusters.keys().filter(|(place, _)| place == context.place).count() >= context.settings.quotas.clusters
        {
            return Err(limit(name, "Cluster limit exceeded for account"));
        }
        let asked = text(input, "version");
        let version = if asked.is_empty() { catalogue::DEFAULT } else { asked };
        if catalogue::minor(version).is_none() {
            return Err(invalid(name, "unsupported Kubernetes version"));
        }
        let vpc = facts.vpc.clone().ok_or_else(|| invalid(name, "Subnets must be specified"))?;
        if facts.zones < 2 {
            return Err(invalid(name, "Subnets specified must be in at least two different AZs"));
        }
        auto_mode(name, input)?;
        let document = self.new_document(context, input, version, &vpc)?;
        let progress = Some(self.begin(context, EksKind::Cluster, name, None));
        let mut cluster = Cluster {
            thing: Thing { document, progress },
            id: context.ids.uuid(),
            vpc: vpc.clone(),
            updates: Vec::new(),
            nodegroups: BTreeMap::new(),
            addons: BTreeMap::new(),
            entries: BTreeMap::new(),
            pods: BTreeMap::new(),
            insights: BTreeMap::new(),
        };
        cluster.thing.set("id", json!(cluster.id));
        let creator =
            input.get("accessConfig").and_then(|config| config.get("bootstrapClusterCreatorAdminPermissions"));
        if creator != Some(&json!(false)) {
            access::bootstrap(context, &mut cluster, context.principal);
        }
        let subnets = texts(input.get("resourcesVpcConfig").and_then(|config| config.get("subnetIds")));
        self.effects.push(Effect::ClusterBegun { cluster: cluster.reference(context.place), vpc, subnets });
        let answer = json!({ "cluster": cluster.thing.document });
        self.clusters.insert((context.place.clone(), name.to_owned()), cluster);
        Ok(answer)
    }

    fn new_document(
        &self,
        context: &Context<'_>,
        input: &Fields,
        version: &str,
        vpc: &str,
    ) -> Result<Fields, crate::refusal::Refusal> {
        let name = text(input, "name");
        let mut document = picked(input, &KEPT);
        let mut put = |name: &str, default: Value| {
            document.insert(name.to_owned(), merged(&default, input.get(name).unwrap_or(&json!({}))));
        };
        put(
            "resourcesVpcConfig",
            json!({
                "subnetIds": [], "securityGroupIds": [], "vpcId": vpc, "endpointPublicAccess": true,
                "endpointPrivateAccess": false, "publicAccessCidrs": ["0.0.0.0/0"],
            }),
        );
        put("kubernetesNetworkConfig", json!({ "serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4" }));
        put(
            "accessConfig",
            json!({ "bootstrapClusterCreatorAdminPermissions": true, "authenticationMode": "CONFIG_MAP" }),
        );
        put("upgradePolicy", json!({ "supportType": "EXTENDED" }));
        put("zonalShiftConfig", json!({ "enabled": false }));
        put("controlPlaneScalingConfig", json!({ "tier": "standard" }));
        endpoint(name, document.get("resourcesVpcConfig"))?;
        document.insert("logging".to_owned(), logging(&json!({}), input.get("logging")));
        for (name, value) in [
            ("arn", json!(context.arn(&format!("cluster/{name}")))),
            ("createdAt", json!(context.now)),
            ("version", json!(version)),
            ("status", json!("CREATING")),
            ("certificateAuthority", json!({})),
            ("platformVersion", json!("eks.1")),
            ("health", json!({ "issues": [] })),
            ("deletionProtection", json!(input.get("deletionProtection") == Some(&json!(true)))),
        ] {
            document.insert(name.to_owned(), value);
        }
        document.entry("tags").or_insert_with(|| json!({}));
        Ok(document)
    }

    /// What the next observation of a cluster makes of it.
    pub(super) fn cluster_is_due(&self, context: &Context<'_>, name: &str) -> Option<Due> {
        let found = self.clusters.get(&(context.place.clone(), name.to_owned()))?;
        let cluster = found.reference(context.place);
        let updates = found.updates.iter().filter(|update| update.target == Target::Cluster);
        let due = updates.filter(|update| update.progress.as_ref().is_some_and(Progress::is_due));
        let version = due.filter_map(|update| update.change.get("version")).find_map(Value::as_str);
        match found.thing.status() {
            "UPDATING" => version.map(|version| Due::Version { cluster, version: version.to_owned() }),
            _ if !found.thing.progress.as_ref().is_some_and(Progress::is_due) => None,
            "CREATING" => {
                let network = found.thing.document.get("kubernetesNetworkConfig");
                let services = network.and_then(|network| network.get("serviceIpv4Cidr")).and_then(Value::as_str);
                let services = services.unwrap_or_default().to_owned();
                let (version, auto_mode) = (found.thing.text("version").to_owned(), found.is_auto());
                Some(Due::Cluster { cluster, version, services, auto_mode })
            }
            "DELETING" => Some(Due::Gone { cluster }),
            _ => None,
        }
    }

    /// How a cluster is reached.
    pub(super) fn reached(&mut self, context: &Context<'_>, name: &str, reached: &Reached) {
        if let Ok(cluster) = self.cluster(context, name) {
            cluster.thing.set("endpoint", json!(reached.endpoint));
            cluster.thing.set("certificateAuthority", json!({ "data": reached.authority }));
            cluster.thing.set("identity", json!({ "oidc": { "issuer": reached.issuer } }));
        }
    }

    pub(super) fn describe_cluster(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let name = text(input, "name");
        self.observe_updates(context, name, &super::state::Target::Cluster);
        let cluster = self.cluster(context, name)?;
        let ended = cluster.thing.progress.as_mut().and_then(Progress::observed);
        let Some(fate) = ended else { return Ok(json!({ "cluster": cluster.thing.document })) };
        cluster.thing.progress = None;
        let deleting = cluster.thing.is("DELETING");
        match fate {
            Fate::Well if deleting => {
                let gone = Effect::ClusterGone { cluster: cluster.reference(context.place) };
                self.effects.push(gone);
                self.clusters.remove(&(context.place.clone(), name.to_owned()));
                self.tokens.retain(|token| token.place != *context.place || token.cluster != name);
                return self.cluster(context, name).map(|_| Value::Null);
            }
            Fate::Failed { code, message } => {
                cluster.thing.set("status", json!("FAILED"));
                cluster.thing.fall_ill(&code, &message);
            }
            Fate::Well | Fate::Stuck => cluster.thing.set("status", json!("ACTIVE")),
        }
        Ok(json!({ "cluster": cluster.thing.document }))
    }

    pub(super) fn list_clusters(&self, context: &Context<'_>, input: &Fields) -> Said {
        let here = self.clusters.keys().filter(|(place, _)| place == context.place);
        page(input, "clusters", here.map(|(_, name)| json!(name)).collect())
    }

    pub(super) fn delete_cluster(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let name = text(input, "name");
        let cluster = self.cluster(context, name)?;
        if !cluster.nodegroups.is_empty() {
            return Err(in_use(name, "Cluster has nodegroups attached"));
        }
        match cluster.thing.status() {
            "ACTIVE" | "FAILED" => {}
            "UPDATING" => return Err(in_use(name, &format!("Cluster {name} currently has an update in progress"))),
            other => return Err(in_use(name, &format!("Cluster {name} is {other}"))),
        }
        if cluster.thing.document.get("deletionProtection") == Some(&json!(true)) {
            return Err(wrong_state(
                name,
                "Cluster has deletion protection enabled. Disable it before deleting the cluster.",
            ));
        }
        let progress = self.begin(context, EksKind::Cluster, name, None);
        let cluster = self.cluster(context, name)?;
        cluster.thing.set("status", json!("DELETING"));
        cluster.thing.progress = Some(progress);
        Ok(json!({ "cluster": cluster.thing.document }))
    }

    /// The security group that EKS made for a cluster.
    pub(super) fn has_security_group(&mut self, place: &crate::moto::Place, name: &str, group: &str) {
        if let Some(cluster) = self.clusters.get_mut(&(place.clone(), name.to_owned()))
            && let Some(Value::Object(config)) = cluster.thing.document.get_mut("resourcesVpcConfig")
        {
            config.insert("clusterSecurityGroupId".to_owned(), json!(group));
        }
    }
}

/// An API server that nobody reaches, or by anybody though it is said to be public to nobody.
pub(super) fn endpoint(name: &str, config: Option<&Value>) -> Result<(), crate::refusal::Refusal> {
    let on = |member: &str| config.and_then(|config| config.get(member)) == Some(&json!(true));
    if !on("endpointPublicAccess") && !on("endpointPrivateAccess") {
        return Err(invalid(name, "Private and public endpoint access cannot be false"));
    }
    let cidrs = texts(config.and_then(|config| config.get("publicAccessCidrs")));
    match cidrs.iter().find(|cidr| !is_cidr(cidr)) {
        Some(cidr) => Err(invalid(name, &format!("The following CIDRs are invalid in publicAccessCidrs: [{cidr}]"))),
        None => Ok(()),
    }
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = match address.parse::<std::net::IpAddr>() {
        Ok(address) if address.is_ipv4() => 32,
        Ok(_) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

/// All five kinds of logs, of which each is on or off.
pub(super) fn logging(now: &Value, change: Option<&Value>) -> Value {
    const KINDS: [&str; 5] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
    let setups = |value: &Value| value.get("clusterLogging").and_then(Value::as_array).cloned().unwrap_or_default();
    let (was, said) = (setups(now), change.map(setups).unwrap_or_default());
    let on = |kind: &str| {
        let last = was.iter().chain(&said).rfind(|setup| texts(setup.get("types")).iter().any(|name| name == kind));
        last.is_some_and(|setup| setup.get("enabled") == Some(&json!(true)))
    };
    let (on, off): (Vec<&str>, Vec<&str>) = KINDS.into_iter().partition(|kind| on(kind));
    let setups = [(on, true), (off, false)].into_iter().filter(|(kinds, _)| !kinds.is_empty());
    json!({ "clusterLogging": setups.map(|(kinds, on)| json!({ "types": kinds, "enabled": on })).collect::<Vec<_>>() })
}

/// Auto Mode is compute, block storage and load balancing together (EKS User Guide, "Create an EKS Auto Mode cluster").
pub(super) fn auto_mode(name: &str, input: &Fields) -> Result<(), crate::refusal::Refusal> {
    let on = |path: &[&str]| {
        let mut value = input.get(*path.first().unwrap_or(&""));
        for part in path.iter().skip(1) {
            value = value.and_then(|value| value.get(*part));
        }
        value.and_then(Value::as_bool)
    };
    let all = [
        on(&["computeConfig", "enabled"]),
        on(&["storageConfig", "blockStorage", "enabled"]),
        on(&["kubernetesNetworkConfig", "elasticLoadBalancing", "enabled"]),
    ];
    if all.iter().any(|part| *part != all[0]) {
        return Err(invalid(
            name,
            "For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.",
        ));
    }
    Ok(())
}
