//! What must stay secret and must be read again: in Kubernetes Secrets of the management cluster, which
//! encrypts them at rest. A new value gets a new Secret, so that a row never names one that it does not mean.

use std::collections::BTreeMap;

use k8s_openapi::{ByteString, api::core::v1::Secret};
use kore_api::{codes::Code, meta};
use kube::{
    Api,
    api::{DeleteParams, ListParams, ObjectMeta, PostParams},
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::{App, AppError};

/// Says whose secret it is: a provider's, or a person's second factor.
const LABEL: &str = "kore.internal/sign-in";
const KEY: &str = "value";

impl App {
    fn sign_in_secrets(&self) -> Api<Secret> {
        Api::namespaced(self.kube.clone(), meta::SYSTEM_NAMESPACE)
    }

    /// A random id.
    pub(crate) fn new_uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        (self.signin.entropy())(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// Keeps a secret of this owner; the name under which it is found again.
    pub(crate) async fn keep_secret(&self, owner: Uuid, value: &SecretString) -> Result<String, AppError> {
        let name = format!("sign-in-{}", self.new_uuid());
        let secret = Secret {
            metadata: ObjectMeta {
                name: Some(name.clone()),
                labels: Some(BTreeMap::from([(LABEL.to_owned(), owner.to_string())])),
                ..ObjectMeta::default()
            },
            data: Some(BTreeMap::from([(KEY.to_owned(), ByteString(value.expose_secret().as_bytes().to_vec()))])),
            immutable: Some(true),
            ..Secret::default()
        };
        self.sign_in_secrets().create(&PostParams::default(), &secret).await?;
        Ok(name)
    }

    /// A secret that was kept; none when it is gone.
    pub(crate) async fn kept_secret(&self, name: &str) -> Result<Option<SecretString>, AppError> {
        let secret = self.sign_in_secrets().get_opt(name).await?;
        let value = secret.and_then(|secret| secret.data?.remove(KEY));
        Ok(value.and_then(|value| String::from_utf8(value.0).ok()).map(SecretString::from))
    }

    /// A provider's client secret.
    pub(crate) async fn client_secret(&self, name: &str) -> Result<SecretString, AppError> {
        let lost = || AppError::new(Code::AuthProvider, "The secret of the identity provider is gone.");
        self.kept_secret(name).await?.ok_or_else(lost)
    }

    /// Deletes this owner's secrets but the one that is in use; what cannot be deleted now is the next
    /// time.
    pub(crate) async fn drop_secrets(&self, owner: Uuid, but: Option<&str>) {
        let secrets = self.sign_in_secrets();
        let mine = ListParams::default().labels(&format!("{LABEL}={owner}"));
        let found = match secrets.list_metadata(&mine).await {
            Ok(found) => found,
            Err(error) => return tracing::warn!(%owner, %error, "old sign-in secrets are left for later"),
        };
        for name in found.items.into_iter().filter_map(|secret| secret.metadata.name) {
            if Some(name.as_str()) != but
                && let Err(error) = secrets.delete(&name, &DeleteParams::default()).await
            {
                tracing::warn!(name, %error, "an old sign-in secret is left for later");
            }
        }
    }
}
