//! From a provider's configuration to one that can be asked.

use std::sync::Arc;

use kore_api::{identity_provider::IdentityProviderSpec, names::ProviderName, problem::FieldError};
use kore_domain::federation;
use kore_oidc::{Client, Issuer, KeySource, Network, public_keys};
use kore_store::IdentityProvider;
use secrecy::SecretString;

use super::{Ready, broken};
use crate::{App, AppError, strict::error};

impl App {
    /// Where a provider's answers come: an address for each, so that the answer of one never passes for
    /// another's.
    pub(crate) fn redirect_uri(&self, name: &ProviderName) -> String {
        format!("{}/auth/oidc/{name}/callback", self.signin.public_url())
    }

    /// Where a provider sends people who have signed out.
    pub(crate) fn post_logout_redirect_uri(&self) -> String {
        format!("{}/auth/login", self.signin.public_url())
    }

    /// A saved provider, ready to be asked; its keys are remembered as long as it is not changed.
    pub(crate) async fn ready(&self, provider: IdentityProvider) -> Result<Arc<Ready>, AppError> {
        let federation = &self.signin.federation;
        let key = (provider.id, provider.revision);
        if let Some(ready) = federation.ready.get(&key) {
            return Ok(ready);
        }
        let secret = match &provider.secret_name {
            Some(name) => Some(self.client_secret(name).await?),
            None => None,
        };
        let ready = Arc::new(self.prepare(provider.clone(), secret).map_err(|error| broken(&provider, error))?);
        federation.ready.insert(key, Arc::clone(&ready));
        Ok(ready)
    }

    /// A provider with its secret, ready to be asked.
    pub(crate) fn prepare(
        &self,
        provider: IdentityProvider,
        secret: Option<SecretString>,
    ) -> Result<Ready, kore_oidc::Error> {
        let source = match &provider.spec.keys {
            Some(keys) => KeySource::Inline(
                serde_json::from_value(keys.clone()).map_err(|error| kore_oidc::Error::Metadata(error.to_string()))?,
            ),
            None => KeySource::Discovered,
        };
        let network = network(&provider.spec).map_err(kore_oidc::Error::Address)?;
        let issuer = Issuer::new(&provider.spec.issuer, source, network)?;
        let redirect_uri = self.redirect_uri(&provider.name);
        let client = Client { id: provider.spec.client_id.clone(), secret, redirect_uri };
        Ok(Ready { provider, issuer, client })
    }

    /// Everything that is wrong with a configuration, as far as can be seen without asking anybody.
    pub(crate) fn faults(&self, spec: &IdentityProviderSpec) -> Vec<FieldError> {
        let mut errors: Vec<_> = federation::faults(spec)
            .into_iter()
            .map(|fault| error(&format!("/spec{}", fault.pointer), fault.rule, fault.detail))
            .collect();
        for (place, mapping) in spec.group_mappings.iter().enumerate() {
            if let Some(team) = &mapping.team
                && self.indexes.teams.get(None, team.as_str()).is_none()
            {
                let pointer = format!("/spec/groupMappings/{place}/team");
                errors.push(error(&pointer, "exists", format!("there is no team {team}")));
            }
        }
        if let Some(keys) = &spec.keys
            && let Err(why) = public_keys(keys)
        {
            errors.push(error("/spec/keys", "keys", why));
        }
        match network(spec) {
            Err(why) => errors.push(error("/spec/network/allowedAddresses", "format", why)),
            Ok(network) => {
                if let Err(cause) = Issuer::new(&spec.issuer, KeySource::Discovered, network) {
                    let in_ca = cause.to_string().contains("certificate authority");
                    let pointer = if in_ca { "/spec/network/certificateAuthority" } else { "/spec/issuer" };
                    errors.push(error(pointer, "address", cause.to_string()));
                }
            }
        }
        errors
    }
}

fn network(spec: &IdentityProviderSpec) -> Result<Network, String> {
    let Some(network) = &spec.network else { return Ok(Network::default()) };
    let allowed = network.allowed_addresses.iter().map(|range| {
        range.parse().map_err(|_| format!("{range:?} is not a range of addresses, as 10.1.0.0/16 or 127.0.0.1/32"))
    });
    Ok(Network { authorities: network.certificate_authority.clone(), allowed: allowed.collect::<Result<_, _>>()? })
}
