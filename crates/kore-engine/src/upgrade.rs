//! What stands between a cluster and another Kubernetes version: the rule of one minor version at a time,
//! and the preflight. The same for every provider, at the edge and in components.

use jiff::Timestamp;
use kore_api::{
    codes::Code,
    upgrade::{Check, Preflight},
};
use kore_domain::upgrade::{Standing, judge, version_change, wanted};

use crate::{
    error::{Class, StepError},
    provider::{ClusterProvider, ClusterRequest},
};

/// How many findings the reason of a held upgrade names.
const NAMED: usize = 5;

/// Whether a cluster that stands so may get these parameters.
///
/// # Errors
/// `KORE-INPUT-0006` with the field in the message.
pub fn may_change(standing: Option<Standing>, parameters: &serde_json::Value) -> Result<(), StepError> {
    match standing.and_then(|standing| version_change(standing, parameters)) {
        Some(error) => {
            let what = format!("{}: {}", error.pointer, error.detail);
            Err(StepError::new(Code::InputVersion, Class::Invalid, what))
        }
        None => Ok(()),
    }
}

/// The preflight of what is asked for; none where that is no other version, or one that a preflight let go
/// to before.
///
/// # Errors
/// When it cannot be said where the cluster stands.
pub async fn preflight(
    provider: &dyn ClusterProvider,
    request: &ClusterRequest,
    now: Timestamp,
) -> Result<Option<Preflight>, StepError> {
    let Some(standing) = provider.standing(request).await? else { return Ok(None) };
    match wanted(&request.parameters) {
        Some(to) if to != standing.newest() => {
            let facts = provider.upgrade_facts(request).await;
            Ok(Some(judge(standing.at, to, &facts, now)))
        }
        _ => Ok(None),
    }
}

/// What came of a preflight, a line for each check that is no plain pass. What was found is in the preflight
/// itself: it moves while people read it.
#[must_use]
pub fn lines(preflight: &Preflight) -> Vec<String> {
    let said = |check: &Check| format!("{}: {}", check.name, check.result.as_str());
    let noted = preflight.checks.iter().filter(|check| !check.fix.is_empty());
    let lines: Vec<_> = noted.map(said).collect();
    if lines.is_empty() {
        vec![format!("every check passes from {} to {}", preflight.from, preflight.to)]
    } else {
        lines
    }
}

/// Whether a preflight lets the upgrade go. One that holds is looked at again now and then: somebody mends what
/// it names.
///
/// # Errors
/// `KORE-CLUSTER-0009` with what holds it.
pub fn let_go(preflight: &Preflight) -> Result<(), StepError> {
    if !preflight.holds() {
        return Ok(());
    }
    let found: Vec<_> = preflight.held().flat_map(|check| &check.detail).map(String::as_str).collect();
    let mut named = found.get(..NAMED.min(found.len())).unwrap_or_default().join("; ");
    if found.len() > NAMED {
        named.push_str(&format!("; and {} more", found.len() - NAMED));
    }
    let what = format!("the upgrade from {} to {} waits: {named}", preflight.from, preflight.to);
    Err(StepError::new(Code::ClusterUpgradeHeld, Class::Quota, what))
}
