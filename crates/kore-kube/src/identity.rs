//! Who Kore is elsewhere: the management cluster says so, by tokens of a service account that is nothing in the cluster
//! itself (Kubernetes, "TokenRequest").

use async_trait::async_trait;
use k8s_openapi::api::{
    authentication::v1::{TokenRequest, TokenRequestSpec},
    core::v1::{Namespace, ServiceAccount},
};
use kore_api::codes::Code;
use kore_engine::{
    error::{Class, SOON, StepError},
    identity::WebIdentity,
};
use kube::{
    Api, Client,
    api::{ObjectMeta, PostParams},
};
use secrecy::SecretString;

use crate::apply::is_not_found;

/// Seconds that a token is good for: the shortest that the API server gives. It is shown at once.
const LIFE: i64 = 600;

/// A service account of the management cluster.
#[derive(Clone)]
pub struct ServiceAccountIdentity {
    management: Client,
    namespace: String,
    name: String,
}

impl std::fmt::Debug for ServiceAccountIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "system:serviceaccount:{}:{}", self.namespace, self.name)
    }
}

impl ServiceAccountIdentity {
    /// The account that its tokens call `system:serviceaccount:NAMESPACE:NAME`; it is made when a token is first wanted.
    #[must_use]
    pub fn new(management: Client, subject: &str) -> Self {
        let mut parts = subject.rsplitn(3, ':');
        let mut part = || parts.next().unwrap_or_default().to_owned();
        let (name, namespace) = (part(), part());
        Self { management, namespace, name }
    }

    async fn ask(&self, audience: &str) -> kube::Result<Option<String>> {
        let accounts: Api<ServiceAccount> = Api::namespaced(self.management.clone(), &self.namespace);
        let spec = TokenRequestSpec {
            audiences: Some(vec![audience.to_owned()]),
            expiration_seconds: Some(LIFE),
            bound_object_ref: None,
        };
        let request = TokenRequest { spec: Some(spec), ..TokenRequest::default() };
        let given = accounts.create_token_request(&self.name, &PostParams::default(), &request).await?;
        Ok(given.status.and_then(|status| status.token))
    }

    async fn make(&self) -> kube::Result<()> {
        let named = |name: &str| ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() };
        let namespace = Namespace { metadata: named(&self.namespace), ..Namespace::default() };
        let account = ServiceAccount {
            metadata: named(&self.name),
            // It is nobody's in the cluster: no pod gets its token.
            automount_service_account_token: Some(false),
            ..ServiceAccount::default()
        };
        let parameters = PostParams::default();
        there(Api::<Namespace>::all(self.management.clone()).create(&parameters, &namespace).await)?;
        let accounts = Api::<ServiceAccount>::namespaced(self.management.clone(), &self.namespace);
        there(accounts.create(&parameters, &account).await)
    }
}

/// The public keys of the management cluster's own tokens (RFC 7517, section 5; Kubernetes, "Service account issuer
/// discovery").
///
/// # Errors
/// When it does not answer.
pub async fn keys(management: &Client) -> kube::Result<serde_json::Value> {
    let request = http::Request::get("/openid/v1/jwks").body(Vec::new()).map_err(kube::Error::HttpError)?;
    management.request(request).await
}

/// Somebody else may have made it.
fn there<T>(made: kube::Result<T>) -> kube::Result<()> {
    match made {
        Err(kube::Error::Api(status)) if status.is_already_exists() => Ok(()),
        other => other.map(drop),
    }
}

#[async_trait]
impl WebIdentity for ServiceAccountIdentity {
    async fn token(&self, audience: &str) -> Result<SecretString, StepError> {
        let given = match self.ask(audience).await {
            Err(error) if is_not_found(&error) => match self.make().await {
                Ok(()) => self.ask(audience).await,
                Err(error) => Err(error),
            },
            other => other,
        };
        let what = format!("the management cluster gives no token for {self:?}");
        let failed = || StepError::new(Code::ManagementUnavailable, Class::Retry(SOON), what.clone());
        given.map_err(|error| failed().caused_by(error))?.map(SecretString::from).ok_or_else(failed)
    }
}
