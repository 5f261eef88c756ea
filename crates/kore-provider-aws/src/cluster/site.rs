//! What all components of one cluster know.

use std::{collections::BTreeMap, sync::Arc};

use aws_sdk_eks::types::Cluster;
use ipnet::Ipv4Net;
use jiff::Timestamp;
use kore_api::{codes::Code, plan::AwsParameters};
use kore_engine::{
    error::{Class, StepError},
    provider::ClusterRequest,
};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::{domain::Domain, names::Names, views::View};
use crate::{
    check::{Finding, check},
    cloud::{Cloud, Role, Session},
    error::{Refusal, if_there},
    permissions::{OWNER_TAG, Purpose},
};

/// One cluster, for as long as one pass over its components takes.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) names: Names,
    pub(super) parameters: AwsParameters,
    /// Range of its network.
    pub(super) network: Option<Ipv4Net>,
    /// Range of its services; EKS chooses where there is none.
    pub(super) services: Option<Ipv4Net>,
    /// Its zone in the DNS, where it has one.
    pub(super) domain: Option<Domain>,
    /// Uid of the Cluster object.
    pub(super) uid: String,
    /// Of what is asked for, all of it.
    pub(super) wanted: String,
    pub(super) view: View,
    cloud: Cloud,
    outputs: OnceCell<Outputs>,
}

/// What the stack below says of itself.
#[derive(Debug, Clone)]
pub(super) struct Outputs(pub(super) BTreeMap<String, String>);

impl Outputs {
    /// One of them.
    pub(super) fn get(&self, name: &str) -> Result<String, StepError> {
        let missing = || StepError::new(Code::Internal, Class::Terminal, format!("the stack has no output {name}"));
        self.0.get(name).cloned().ok_or_else(missing)
    }

    /// One that has several values.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, StepError> {
        Ok(self.get(name)?.split(',').map(str::to_owned).collect())
    }
}

impl Site {
    pub(super) fn new(
        cloud: Cloud,
        view: View,
        installation: &str,
        request: &ClusterRequest,
    ) -> Result<Arc<Self>, StepError> {
        let parameters = parameters(&request.parameters)?;
        let account = request.account.as_ref().ok_or_else(|| {
            StepError::new(Code::ClusterBlocked, Class::Invalid, "the team has no cloud account for this cluster")
        })?;
        let names = Names::new(installation, request, &account.number, &parameters.region);
        let addresses = request.addresses.as_ref();
        Ok(Arc::new(Self {
            names,
            network: addresses.and_then(|ranges| ranges.node),
            services: addresses.and_then(|ranges| ranges.service),
            domain: Domain::of(request),
            parameters,
            uid: request.uid.clone(),
            wanted: hex::encode(Sha256::digest(format!("{}{}{addresses:?}", account.number, request.parameters))),
            view,
            cloud,
            outputs: OnceCell::new(),
        }))
    }

    /// AWS, in the role of the cluster's account that is for this.
    pub(super) fn within(&self, purpose: Purpose) -> Session {
        self.in_account(&self.names.account, purpose)
    }

    /// AWS, where its zone is delegated from.
    pub(super) fn at_parent(&self, domain: &Domain) -> Session {
        self.in_account(&domain.account, Purpose::ParentZone)
    }

    fn in_account(&self, account: &str, purpose: Purpose) -> Session {
        let (region, object) = (self.names.region.clone(), self.uid.clone());
        self.cloud.within(Role { account: account.to_owned(), region, purpose, object })
    }

    /// The time.
    pub(super) fn now(&self) -> Timestamp {
        self.view.now()
    }

    /// The role of a purpose in the account, as the cluster's access entries know it.
    pub(super) fn principal(&self, purpose: Purpose) -> String {
        self.within(purpose).role.arn()
    }

    /// Whether the role of a purpose in the account may do what it is for.
    pub(super) async fn check(&self, purpose: Purpose) -> Result<Finding, Refusal> {
        check(&self.cloud, &self.within(purpose).role, None).await
    }

    /// Whether its zone may be delegated.
    pub(super) async fn check_parent(&self, domain: &Domain) -> Result<Finding, Refusal> {
        check(&self.cloud, &self.at_parent(domain).role, Some(&domain.parent)).await
    }

    /// Its address and its authority (base64 of PEM) as EKS has them; none before it has any.
    pub(super) async fn reached(&self) -> Result<Option<(String, String)>, StepError> {
        let cluster = self.cluster().await?;
        Ok(cluster.and_then(|cluster| {
            let authority = cluster.certificate_authority()?.data()?.to_owned();
            Some((cluster.endpoint()?.to_owned(), authority))
        }))
    }

    /// The cluster as EKS has it. One that is not ours is an error: nothing is done to it.
    pub(super) async fn cluster(&self) -> Result<Option<Cluster>, StepError> {
        if let Some(found) = self.view.cluster() {
            return Ok(found);
        }
        let session = self.within(Purpose::Cluster);
        let name = &self.names.cluster;
        let read = async {
            let asked = session.eks().await?.describe_cluster().name(name).send().await;
            if_there(session.answer(asked))
        };
        let found = read.await.map_err(|refusal| refusal.step(format!("look at the cluster {name}")))?;
        let cluster = found.and_then(|found| found.cluster);
        if let Some(cluster) = &cluster {
            let owner = cluster.tags().and_then(|tags| tags.get(OWNER_TAG)).map(String::as_str);
            self.ours(&format!("the cluster {name}"), owner)?;
        }
        self.view.saw_cluster(cluster.clone());
        Ok(cluster)
    }

    /// An error for what carries another owner's tag, or none.
    pub(super) fn ours(&self, what: &str, owner: Option<&str>) -> Result<(), StepError> {
        match owner {
            Some(owner) if owner == self.names.owner => Ok(()),
            _ => Err(StepError::new(
                Code::CloudForeign,
                Class::Conflict,
                format!("{what} in account {} is not this installation's", self.names.account),
            )),
        }
    }

    /// What the stack below says, once it is there; asked for once.
    pub(super) async fn outputs(&self) -> Result<Option<Outputs>, StepError> {
        if let Some(outputs) = self.outputs.get() {
            return Ok(Some(outputs.clone()));
        }
        let outputs = super::stack::find(self).await?.and_then(|stack| stack.outputs());
        Ok(outputs.map(|outputs| self.keep(outputs)))
    }

    /// Keeps what the stack said.
    pub(super) fn keep(&self, outputs: Outputs) -> Outputs {
        // Whoever was first has the same.
        let _ = self.outputs.set(outputs.clone());
        outputs
    }
}

/// The parameters of a cluster.
pub(super) fn parameters(value: &serde_json::Value) -> Result<AwsParameters, StepError> {
    serde_json::from_value(value.clone())
        .map_err(|error| StepError::new(Code::ClusterBlocked, Class::Invalid, format!("parameters: {error}")))
}
