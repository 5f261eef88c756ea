//! The ranges of addresses that a cluster has: given to it before anything is made.

use std::hash::{DefaultHasher, Hash, Hasher};

use kore_api::{address::ClusterAddresses, codes::Code};
use kore_domain::addresses::{candidates, describe_lack};
use kore_engine::error::{Class, StepError};
use kore_store::{AddressAsk, Addressed};
use kube::ResourceExt;

use crate::{cluster::Valid, context::ControllersContext};

/// The ranges that the cluster has or is given now; none where its provider wants none.
///
/// # Errors
/// Of class `Quota` when no pool has what it needs; what the provider or the database answers otherwise.
pub(crate) async fn reserve(
    context: &ControllersContext,
    valid: &Valid,
) -> Result<Option<ClusterAddresses>, StepError> {
    let (request, provider) = (&valid.request, &valid.provider);
    let purposes = provider.purposes();
    if purposes.is_empty() {
        return Ok(None);
    }
    if let Some(has) = &request.addresses {
        let held = context.store.addresses_of(&request.uid).await?;
        if ClusterAddresses::new(&*has.pool, held.iter().map(|row| (row.purpose, row.cidr))) == *has {
            return Ok(request.addresses.clone());
        }
    }
    let pools = context.indexes.address_pools.list(None);
    let named: Vec<_> = pools.iter().map(|pool| (pool.name_any(), &pool.spec)).collect();
    let named = named.iter().map(|(name, spec)| (name.as_str(), *spec));
    let pools = candidates(named, provider.provider(), &request.parameters);
    let occupied = provider.occupied().await?;
    let ask = AddressAsk {
        holder: &request.uid,
        object: &format!("cluster/{}", request.name),
        made_by: "system:controller",
        purposes,
        pools: &pools,
        has: request.addresses.as_ref(),
        occupied: &occupied,
        seed: seed(&context.installation),
    };
    match context.store.reserve_addresses(ask, context.clock.now()).await? {
        Addressed::Yes(addresses) => Ok(Some(addresses)),
        Addressed::Exhausted(lacking) => {
            Err(StepError::new(Code::AddressesExhausted, Class::Quota, describe_lack(&lacking)))
        }
    }
}

/// Installations that share a network without knowing of each other begin at different places.
fn seed(installation: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    installation.hash(&mut hasher);
    hasher.finish()
}
