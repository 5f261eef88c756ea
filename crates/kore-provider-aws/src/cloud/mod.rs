//! The way to AWS: as whom one asks, and what one asks with.

mod identity;
mod key;
mod query;
mod role;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_cloudformation::config::{BehaviorVersion, Region, retry::RetryConfig, timeout::TimeoutConfig};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{http::SharedHttpClient, orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SdkConfig;
use kore_engine::clock::SharedClock;

use self::{identity::Identities, query::Query};
pub use self::{
    identity::Identity,
    key::KeyFile,
    role::{Role, role_arn},
};
use crate::{
    error::{Meaning, Refusal},
    resolver::Resolver,
};

/// How long an answer may take: what AWS takes on it answers at once, and does afterwards.
const LONGEST: Duration = Duration::from_secs(30);

/// AWS, or what stands in for it.
#[derive(Debug, Clone)]
pub struct Cloud(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    endpoint: Option<String>,
    http: SharedHttpClient,
    query: Query,
    identities: Identities,
    resolver: Option<Resolver>,
}

impl Cloud {
    /// With who Kore is there. Every service is asked at `endpoint`, where one is given, and its name server too: a rehearsal.
    #[must_use]
    pub fn new(identity: Identity, endpoint: Option<String>, clock: SharedClock) -> Self {
        let resolver = match &endpoint {
            Some(endpoint) => Resolver::at(endpoint),
            None => Resolver::of_system(),
        };
        let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build_https();
        let query = Query::new(endpoint.clone());
        Self(Arc::new(Inner { endpoint, http, query, identities: Identities::new(identity, clock), resolver }))
    }

    /// Whether something stands in for AWS.
    #[must_use]
    pub fn is_stand_in(&self) -> bool {
        self.0.endpoint.is_some()
    }

    /// How Kore shows it who it is.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.0.identities.who
    }

    /// The time, as credentials go by it.
    pub(crate) fn now(&self) -> SystemTime {
        self.0.identities.now()
    }

    /// In this role.
    #[must_use]
    pub fn within(&self, role: Role) -> Session {
        Session { cloud: self.clone(), role }
    }

    /// How a service in a region is asked with this credential.
    pub(crate) fn config(&self, region: &str, credentials: Option<Credentials>) -> SdkConfig {
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .http_client(self.0.http.clone())
            // The engine tries again, and says so meanwhile.
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(LONGEST).build());
        config.set_endpoint_url(self.0.endpoint.clone());
        config.set_credentials_provider(credentials.map(SharedCredentialsProvider::new));
        config.build()
    }
}

/// AWS, asked in one role.
#[derive(Debug, Clone)]
pub struct Session {
    cloud: Cloud,
    /// Which.
    pub role: Role,
}

impl Session {
    /// A credential of the role, from the cache while it is good.
    ///
    /// # Errors
    /// When AWS does not let Kore have the role.
    pub async fn credentials(&self) -> Result<Credentials, Refusal> {
        self.cloud.0.identities.of(&self.cloud, &self.role).await
    }

    /// Forgets the credential that was kept, which is no longer taken; the next one is asked for.
    pub(crate) async fn renew(&self) {
        self.cloud.0.identities.renew(&self.role).await;
    }

    async fn config(&self) -> Result<SdkConfig, Refusal> {
        Ok(self.cloud.config(&self.role.region, Some(self.credentials().await?)))
    }

    /// A client of EKS.
    ///
    /// # Errors
    /// As [`Session::credentials`].
    pub async fn eks(&self) -> Result<aws_sdk_eks::Client, Refusal> {
        Ok(aws_sdk_eks::Client::new(&self.config().await?))
    }

    /// A client of CloudFormation.
    ///
    /// # Errors
    /// As [`Session::credentials`].
    pub async fn cloudformation(&self) -> Result<aws_sdk_cloudformation::Client, Refusal> {
        Ok(aws_sdk_cloudformation::Client::new(&self.config().await?))
    }

    /// Who is asked what the world sees of zones.
    pub(crate) fn resolver(&self) -> Option<&Resolver> {
        self.cloud.0.resolver.as_ref()
    }

    /// A client of Route 53.
    ///
    /// # Errors
    /// As [`Session::credentials`].
    pub async fn route53(&self) -> Result<aws_sdk_route53::Client, Refusal> {
        Ok(aws_sdk_route53::Client::new(&self.config().await?))
    }

    /// A client of Organizations.
    ///
    /// # Errors
    /// As [`Session::credentials`].
    pub async fn organizations(&self) -> Result<aws_sdk_organizations::Client, Refusal> {
        Ok(aws_sdk_organizations::Client::new(&self.config().await?))
    }

    /// A client of the price list.
    ///
    /// # Errors
    /// As [`Session::credentials`].
    pub async fn prices(&self) -> Result<aws_sdk_pricing::Client, Refusal> {
        Ok(aws_sdk_pricing::Client::new(&self.config().await?))
    }

    /// A client of Cost Explorer.
    ///
    /// # Errors
    /// As [`Session::credentials`].
    pub async fn costs(&self) -> Result<aws_sdk_costexplorer::Client, Refusal> {
        Ok(aws_sdk_costexplorer::Client::new(&self.config().await?))
    }

    /// A client of Service Quotas.
    ///
    /// # Errors
    /// As [`Session::credentials`].
    pub async fn quotas(&self) -> Result<aws_sdk_servicequotas::Client, Refusal> {
        Ok(aws_sdk_servicequotas::Client::new(&self.config().await?))
    }

    /// What a client of these answered.
    ///
    /// # Errors
    /// What AWS refused, by its own code.
    pub fn answer<T, E>(&self, answer: Result<T, SdkError<E, HttpResponse>>) -> Result<T, Refusal>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        self.heard(answer.map_err(Refusal::from))
    }

    /// Asks EC2 (API version 2016-11-15) for an action, with these parameters beside its name.
    ///
    /// # Errors
    /// What AWS refused, by its own code.
    pub async fn ec2<T: serde::de::DeserializeOwned>(
        &self,
        action: &str,
        parameters: &[(String, String)],
    ) -> Result<T, Refusal> {
        self.query(query::Service::Ec2, action, parameters).await
    }

    /// Asks Elastic Load Balancing (API version 2015-12-01) for an action, with these parameters beside its name.
    ///
    /// # Errors
    /// What AWS refused, by its own code.
    pub async fn load_balancing<T: serde::de::DeserializeOwned>(
        &self,
        action: &str,
        parameters: &[(String, String)],
    ) -> Result<T, Refusal> {
        self.query(query::Service::LoadBalancing, action, parameters).await
    }

    /// Asks IAM (API version 2010-05-08) for an action, with these parameters beside its name.
    ///
    /// # Errors
    /// What AWS refused, by its own code.
    pub async fn iam<T: serde::de::DeserializeOwned>(
        &self,
        action: &str,
        parameters: &[(String, String)],
    ) -> Result<T, Refusal> {
        self.query(query::Service::Iam, action, parameters).await
    }

    async fn query<T: serde::de::DeserializeOwned>(
        &self,
        service: query::Service,
        action: &str,
        parameters: &[(String, String)],
    ) -> Result<T, Refusal> {
        let credentials = self.credentials().await?;
        let now = self.cloud.0.identities.now();
        let answer = self.cloud.0.query.ask(service, &self.role.region, &credentials, action, parameters, now).await;
        self.heard(answer)
    }

    /// A credential that is no longer taken is not used again.
    fn heard<T>(&self, answer: Result<T, Refusal>) -> Result<T, Refusal> {
        if matches!(&answer, Err(refusal) if refusal.meaning == Meaning::Expired) {
            self.cloud.0.identities.forget(&self.role);
        }
        answer
    }
}
