//! What workloads have had made outside of their cluster, as it is seen from inside: load balancers of services and ingresses.
//! Whoever made them takes them down again as long as the cluster runs (Kubernetes documentation, "Service", finalizer
//! `service.kubernetes.io/load-balancer-cleanup`), and nobody does afterwards: they would cost money, and hold the network. So
//! they go first.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use k8s_openapi::{
    NamespaceResourceScope,
    api::{core::v1::Service, networking::v1::Ingress},
};
use kore_api::codes::Code;
use kore_baseline::Ground;
use kore_engine::{
    component::{Observed, Progress},
    error::{Class, SOON, StepError, chain},
    part::Act,
};
use kube::{
    Api, Client, ResourceExt,
    api::{DeleteParams, ListParams},
};
use serde::de::DeserializeOwned;

use super::site::Site;

/// How long an API server may take to say what there is.
const LONGEST: Duration = Duration::from_secs(20);

/// A service or an ingress that something outside was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exposed {
    is_service: bool,
    namespace: String,
    name: String,
}

impl Exposed {
    const fn kind(&self) -> &'static str {
        if self.is_service { "service" } else { "ingress" }
    }

    /// As keys of the ledger end: `service/web/shop`.
    pub(super) fn thing(&self) -> String {
        format!("{}/{}/{}", self.kind(), self.namespace, self.name)
    }

    pub(super) fn parse(thing: &str) -> Option<Self> {
        let (kind, rest) = thing.split_once('/')?;
        let (namespace, name) = rest.split_once('/')?;
        let is_service = match kind {
            "service" => true,
            "ingress" => false,
            _ => return None,
        };
        Some(Self { is_service, namespace: namespace.to_owned(), name: name.to_owned() })
    }

    fn of<K: ResourceExt>(is_service: bool, object: &K) -> Self {
        Self { is_service, namespace: object.namespace().unwrap_or_default(), name: object.name_any() }
    }
}

impl fmt::Display for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.kind(), self.namespace, self.name)
    }
}

fn is_balanced(service: &Service) -> bool {
    service.spec.as_ref().and_then(|spec| spec.type_.as_deref()) == Some("LoadBalancer")
}

/// An ingress that somebody takes care of; of others nothing was made.
fn is_served(ingress: &Ingress) -> bool {
    let points = ingress.status.as_ref().and_then(|status| status.load_balancer.as_ref()?.ingress.as_ref());
    points.is_some_and(|points| !points.is_empty()) || !ingress.finalizers().is_empty()
}

/// Everything of the kind; nothing where the cluster lets nobody in any more, or does not answer: it is taken down all the same.
pub(super) async fn all(ground: &Ground) -> Result<Vec<Exposed>, StepError> {
    let Some(client) = ground.provisioner().await? else { return Ok(Vec::new()) };
    match tokio::time::timeout(LONGEST, listed(client)).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => {
            let why = chain(&error);
            tracing::warn!(cluster = %ground.cluster, why, "nobody can say which load balancers workloads have");
            Ok(Vec::new())
        }
        Err(_) => {
            tracing::warn!(cluster = %ground.cluster, "the API server does not say which load balancers workloads have");
            Ok(Vec::new())
        }
    }
}

async fn listed(client: Client) -> Result<Vec<Exposed>, kube::Error> {
    let every = ListParams::default();
    let services = Api::<Service>::all(client.clone()).list(&every).await?;
    let ingresses = Api::<Ingress>::all(client).list(&every).await?;
    let services = services.items.iter().filter(|one| is_balanced(one)).map(|one| Exposed::of(true, one));
    let ingresses = ingresses.items.iter().filter(|one| is_served(one)).map(|one| Exposed::of(false, one));
    Ok(services.chain(ingresses).collect())
}

/// Removes one of them from inside, and waits until whoever made something for it has taken that down.
pub(super) struct Unexpose {
    pub(super) site: Arc<Site>,
    pub(super) ground: Arc<Ground>,
    pub(super) exposed: Exposed,
}

impl Unexpose {
    /// The cluster, while there is one that lets Kore in.
    async fn client(&self) -> Result<Option<Client>, StepError> {
        if self.site.cluster().await?.is_none() { Ok(None) } else { self.ground.provisioner().await }
    }

    fn failed(&self, what: &str, error: &kube::Error) -> StepError {
        let what = format!("cannot {what} {}: {}", self.exposed, chain(error));
        StepError::new(Code::ClusterNotReady, Class::Retry(SOON), what)
    }

    async fn is_there<K>(&self, client: Client) -> Result<bool, kube::Error>
    where
        K: kube::Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned + fmt::Debug,
    {
        let Exposed { namespace, name, .. } = &self.exposed;
        Ok(Api::<K>::namespaced(client, namespace).get_metadata_opt(name).await?.is_some())
    }

    async fn remove<K>(&self, client: Client) -> Result<(), kube::Error>
    where
        K: kube::Resource<DynamicType = (), Scope = NamespaceResourceScope> + Clone + DeserializeOwned + fmt::Debug,
    {
        let Exposed { namespace, name, .. } = &self.exposed;
        match Api::<K>::namespaced(client, namespace).delete(name, &DeleteParams::default()).await {
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
            other => other.map(drop),
        }
    }
}

#[async_trait]
impl Act for Unexpose {
    async fn observe(&self) -> Result<Observed, StepError> {
        let Some(client) = self.client().await? else { return Ok(Observed::Absent) };
        let there = if self.exposed.is_service {
            self.is_there::<Service>(client).await
        } else {
            self.is_there::<Ingress>(client).await
        };
        let there = there.map_err(|error| self.failed("look at", &error))?;
        Ok(if there { Observed::Ready } else { Observed::Absent })
    }

    async fn delete(&self) -> Result<Progress, StepError> {
        let Some(client) = self.client().await? else { return Ok(Progress::Applied) };
        let removed = if self.exposed.is_service {
            self.remove::<Service>(client).await
        } else {
            self.remove::<Ingress>(client).await
        };
        removed.map_err(|error| self.failed("remove", &error))?;
        Ok(Progress::Waiting { reason: format!("what was made for {} to be taken down, by who made it", self.exposed) })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read<K: DeserializeOwned>(value: serde_json::Value) -> K {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_something_was_made_for_outside_is_told_from_what_lives_inside() {
        let of_type = |kind: &str| read::<Service>(json!({ "metadata": { "name": "shop" }, "spec": { "type": kind } }));
        assert_eq!(
            ["LoadBalancer", "ClusterIP", "NodePort"].map(|kind| is_balanced(&of_type(kind))),
            [true, false, false]
        );
        let plain = json!({ "metadata": { "name": "shop" } });
        let held = json!({ "metadata": { "name": "shop", "finalizers": ["ingress.k8s.aws/resources"] } });
        let served = json!({ "metadata": { "name": "shop" }, "status": { "loadBalancer": { "ingress": [{ "hostname": "a" }] } } });
        assert_eq!([plain, held, served].map(|one| is_served(&read(one))), [false, true, true]);
    }

    #[test]
    fn they_are_known_by_their_keys() {
        for is_service in [true, false] {
            let exposed = Exposed { is_service, namespace: "web".into(), name: "shop".into() };
            assert_eq!(Exposed::parse(&exposed.thing()), Some(exposed));
        }
        assert_eq!(["node/web/shop", "service/web", ""].map(Exposed::parse), [None, None, None]);
    }
}
