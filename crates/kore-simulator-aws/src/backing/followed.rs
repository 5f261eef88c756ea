//! Somebody else makes real clusters: whoever follows `GET /_kore/backing`, and says there how far they are.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Backing, ClusterRef, Reached};

/// Characters that make a name unlike others.
const MARK: usize = 8;

/// Clusters that somebody is to make.
#[derive(Debug)]
pub struct Followed {
    /// Ids are drawn from a seed, so the same come again after a restart, when nothing is known of those before.
    start: Timestamp,
    wanted: Mutex<BTreeMap<String, Wanted>>,
}

/// A cluster that somebody is to make, as `GET /_kore/backing` lists it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wanted {
    /// What to call it: unlike all others, also of an earlier run.
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    /// Its name in EKS.
    pub(crate) cluster: String,
    pub(crate) version: String,
    /// Range of its services.
    pub(crate) services: String,
    /// Nodes by node group.
    pub(crate) nodes: BTreeMap<String, u32>,
    /// It is to be taken down.
    pub(crate) gone: bool,
    #[serde(skip)]
    said: Said,
}

/// How far it is: `PUT /_kore/backing/NAME`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Said {
    /// Once its API server answers.
    #[serde(flatten)]
    reached: Option<Reached>,
    /// The version that all of it is at.
    #[serde(default)]
    version: Option<String>,
    /// Nodes that are ready, by node group.
    #[serde(default)]
    ready: BTreeMap<String, u32>,
    /// Nothing is left of it.
    #[serde(default)]
    gone: bool,
}

impl Default for Followed {
    fn default() -> Self {
        Self { start: Timestamp::now(), wanted: Mutex::default() }
    }
}

impl Followed {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Wanted>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn name(&self, id: &str) -> String {
        let mut mark = hex::encode(Sha256::digest(format!("{}{id}", self.start)));
        mark.truncate(MARK);
        format!("eks-{mark}")
    }

    /// All of them.
    pub(crate) fn list(&self) -> Vec<Wanted> {
        self.lock().values().cloned().collect()
    }

    /// The one of this name.
    pub(crate) fn find(&self, name: &str) -> Option<Wanted> {
        self.lock().get(name).cloned()
    }

    /// Hears how far one is; whether there is such a one.
    pub(crate) fn hear(&self, name: &str, said: Said) -> bool {
        let mut wanted = self.lock();
        let Some(one) = wanted.get_mut(name) else { return false };
        one.said = said;
        true
    }
}

#[async_trait]
impl Backing for Followed {
    async fn cluster(&self, cluster: &ClusterRef, version: &str, services: &str) -> Option<Reached> {
        let name = self.name(&cluster.id);
        let mut wanted = self.lock();
        let one = wanted.entry(name.clone()).or_insert_with(|| Wanted {
            name,
            account: cluster.account.clone(),
            region: cluster.region.clone(),
            cluster: cluster.name.clone(),
            version: version.to_owned(),
            services: services.to_owned(),
            nodes: BTreeMap::new(),
            gone: false,
            said: Said::default(),
        });
        one.said.reached.clone()
    }

    async fn version(&self, cluster: &ClusterRef, version: &str) -> bool {
        let mut wanted = self.lock();
        let Some(one) = wanted.get_mut(&self.name(&cluster.id)) else { return true };
        version.clone_into(&mut one.version);
        one.said.version.as_deref() == Some(version)
    }

    async fn gone(&self, cluster: &ClusterRef) -> bool {
        let name = self.name(&cluster.id);
        let mut wanted = self.lock();
        let Some(one) = wanted.get_mut(&name) else { return true };
        one.gone = true;
        let is_gone = one.said.gone;
        if is_gone {
            wanted.remove(&name);
        }
        is_gone
    }

    async fn nodes(&self, cluster: &ClusterRef, nodegroup: &str, nodes: u32) -> bool {
        let mut wanted = self.lock();
        let Some(one) = wanted.get_mut(&self.name(&cluster.id)) else { return true };
        if nodes == 0 {
            one.nodes.remove(nodegroup);
        } else {
            one.nodes.insert(nodegroup.to_owned(), nodes);
        }
        one.said.ready.get(nodegroup).copied().unwrap_or_default() == nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_cluster_is_up_and_gone_when_whoever_makes_it_says_so() {
        let followed = Followed::default();
        let cluster = ClusterRef { account: "1".into(), region: "r".into(), name: "dev".into(), id: "i".into() };
        assert_eq!(followed.cluster(&cluster, "1.36", "172.20.0.0/16").await, None);
        let name = followed.list()[0].name.clone();
        let said = |text: &str| followed.hear(&name, serde_json::from_str(text).unwrap());
        assert!(said(r#"{"endpoint": "https://127.0.0.1:1", "authority": "eA==", "issuer": "https://i"}"#));
        let reached = followed.cluster(&cluster, "1.36", "172.20.0.0/16").await;
        assert_eq!(reached.unwrap().endpoint, "https://127.0.0.1:1");

        assert!(!followed.nodes(&cluster, "main", 2).await);
        assert_eq!(followed.list()[0].nodes["main"], 2);
        assert!(said(r#"{"ready": {"main": 1}}"#) && !followed.nodes(&cluster, "main", 2).await);
        assert!(said(r#"{"ready": {"main": 2}}"#) && followed.nodes(&cluster, "main", 2).await);
        assert!(said("{}") && followed.nodes(&cluster, "main", 0).await);

        assert!(!followed.version(&cluster, "1.37").await);
        assert_eq!(followed.list()[0].version, "1.37");
        assert!(said(r#"{"version": "1.37"}"#) && followed.version(&cluster, "1.37").await);

        assert!(!followed.gone(&cluster).await && followed.list()[0].gone);
        assert!(said(r#"{"gone": true}"#) && followed.gone(&cluster).await);
        assert!(followed.list().is_empty() && !said("{}"));
        assert!(followed.gone(&cluster).await);
    }
}
