//! One leader among replicas, by a `coordination.k8s.io` Lease as client-go's leader election uses it.

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::{
    api::coordination::v1::{Lease, LeaseSpec},
    apimachinery::pkg::apis::meta::v1::MicroTime,
};
use kore_engine::clock::SharedClock;
use kube::{Api, Client, ResourceExt, api::PostParams, core::ObjectMeta};
use tokio::{sync::watch, time::Instant};

use crate::apply::{is_conflict, is_not_found};

/// How long a leader that does not renew stays leader.
const DURATION: Duration = Duration::from_secs(15);
/// How often it renews, and how often others look.
const PERIOD: Duration = Duration::from_secs(5);

/// Who asks to be leader, and of what.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Namespace of the Lease.
    pub namespace: String,
    /// Name of the Lease.
    pub name: String,
    /// Who this is; unique among replicas that run at the same time. A replica that keeps its identity
    /// across restarts is leader again at once, without waiting for its old claim to end.
    pub identity: String,
}

/// What one look at the Lease showed, and when it was first seen: other machines' clocks are not trusted.
#[derive(Debug, Clone, PartialEq)]
struct Sighting {
    holder: String,
    version: String,
    since: Instant,
}

impl Sighting {
    /// Whether `identity` may claim the lease at `now`.
    fn is_free_for(&self, identity: &str, now: Instant) -> bool {
        self.holder.is_empty() || self.holder == identity || now >= self.since + DURATION
    }
}

/// Takes part in the election until `shutdown` is true, then gives the lease up. The returned task
/// must be spawned; the receiver says at any moment whether this replica leads.
pub fn elect(
    client: Client,
    candidate: Candidate,
    clock: SharedClock,
    shutdown: watch::Receiver<bool>,
) -> (watch::Receiver<bool>, impl Future<Output = ()> + Send) {
    let (leads, claim) = watch::channel(false);
    (claim, run(client, candidate, clock, leads, shutdown))
}

/// Who holds a lease, and when they renewed it last; `None` while nobody does.
///
/// # Errors
/// What the management cluster answers.
pub async fn holder(
    client: &Client,
    namespace: &str,
    name: &str,
) -> Result<Option<(String, Option<Timestamp>)>, kube::Error> {
    let api: Api<Lease> = Api::namespaced(client.clone(), namespace);
    let spec = api.get_opt(name).await?.and_then(|lease| lease.spec).unwrap_or_default();
    let holder = spec.holder_identity.filter(|holder| !holder.is_empty());
    Ok(holder.map(|holder| (holder, spec.renew_time.map(|at| at.0))))
}

async fn run(
    client: Client,
    candidate: Candidate,
    clock: SharedClock,
    leads: watch::Sender<bool>,
    mut shutdown: watch::Receiver<bool>,
) {
    let api: Api<Lease> = Api::namespaced(client, &candidate.namespace);
    let mut seen: Option<Sighting> = None;
    let mut ends: Option<Instant> = None;
    loop {
        let begun = Instant::now();
        match tokio::time::timeout(PERIOD, attempt(&api, &candidate, &clock, &mut seen)).await {
            Ok(Ok(true)) => ends = Some(begun + DURATION),
            Ok(Ok(false)) => ends = None,
            Ok(Err(error)) => {
                tracing::warn!(lease = %candidate.name, error = &error as &dyn std::error::Error, "lease not renewed");
            }
            Err(_) => tracing::warn!(lease = %candidate.name, "lease not renewed: the API server is slow"),
        }
        // One period of grace before the claim ends for others, it ends for us.
        let now_leads = ends.is_some_and(|ends| Instant::now() + PERIOD < ends);
        if leads.send_if_modified(|leads| std::mem::replace(leads, now_leads) != now_leads) {
            tracing::info!(lease = %candidate.name, identity = %candidate.identity, leader = now_leads, "leadership changed");
        }
        tokio::select! {
            () = tokio::time::sleep_until(begun + PERIOD) => {}
            _ = shutdown.wait_for(|down| *down) => break,
        }
    }
    if leads.send_replace(false) {
        let release = attempt_release(&api, &candidate);
        if tokio::time::timeout(PERIOD, release).await.is_err() {
            tracing::warn!(lease = %candidate.name, "lease not given up; it ends by itself");
        }
    }
}

/// Looks, and claims or renews. Whether this replica holds the lease afterwards.
async fn attempt(
    api: &Api<Lease>,
    candidate: &Candidate,
    clock: &SharedClock,
    seen: &mut Option<Sighting>,
) -> Result<bool, kube::Error> {
    let found = match api.get(&candidate.name).await {
        Ok(lease) => lease,
        Err(error) if is_not_found(&error) => {
            let lease = Lease {
                metadata: ObjectMeta { name: Some(candidate.name.clone()), ..ObjectMeta::default() },
                spec: Some(spec(candidate, clock, None)),
            };
            return claimed(api.create(&PostParams::default(), &lease).await);
        }
        Err(error) => return Err(error),
    };
    let version = found.resource_version().unwrap_or_default();
    let holder = found.spec.as_ref().and_then(|spec| spec.holder_identity.clone()).unwrap_or_default();
    if seen.as_ref().is_none_or(|seen| seen.version != version) {
        *seen = Some(Sighting { holder, version, since: Instant::now() });
    }
    if !seen.as_ref().is_some_and(|seen| seen.is_free_for(&candidate.identity, Instant::now())) {
        return Ok(false);
    }
    let lease = Lease { spec: Some(spec(candidate, clock, found.spec.as_ref())), ..found };
    claimed(api.replace(&candidate.name, &PostParams::default(), &lease).await)
}

/// Somebody being faster is an answer, not a fault.
fn claimed(result: Result<Lease, kube::Error>) -> Result<bool, kube::Error> {
    match result {
        Ok(_) => Ok(true),
        Err(error) if is_conflict(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn attempt_release(api: &Api<Lease>, candidate: &Candidate) {
    let result = async {
        let mut lease = api.get(&candidate.name).await?;
        if let Some(spec) = &mut lease.spec
            && spec.holder_identity.as_deref() == Some(&candidate.identity)
        {
            spec.holder_identity = Some(String::new());
            api.replace(&candidate.name, &PostParams::default(), &lease).await?;
        }
        Ok::<_, kube::Error>(())
    };
    if let Err(error) = result.await {
        tracing::warn!(lease = %candidate.name, error = &error as &dyn std::error::Error, "lease not given up; it ends by itself");
    }
}

fn spec(candidate: &Candidate, clock: &SharedClock, before: Option<&LeaseSpec>) -> LeaseSpec {
    let now = MicroTime(clock.now());
    let renewal = before.filter(|before| before.holder_identity.as_deref() == Some(&candidate.identity));
    let transitions = before.and_then(|before| before.lease_transitions).unwrap_or_default();
    LeaseSpec {
        holder_identity: Some(candidate.identity.clone()),
        lease_duration_seconds: i32::try_from(DURATION.as_secs()).ok(),
        acquire_time: renewal.and_then(|renewal| renewal.acquire_time.clone()).or_else(|| Some(now.clone())),
        renew_time: Some(now),
        lease_transitions: Some(if renewal.is_some() { transitions } else { transitions.saturating_add(1) }),
        ..LeaseSpec::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_is_free_when_given_up_ours_or_not_renewed_for_its_duration() {
        let since = Instant::now();
        let seen = |holder: &str| Sighting { holder: holder.to_owned(), version: "1".to_owned(), since };
        assert!(seen("").is_free_for("a", since));
        assert!(seen("a").is_free_for("a", since));
        assert!(!seen("b").is_free_for("a", since + DURATION - Duration::from_millis(1)));
        assert!(seen("b").is_free_for("a", since + DURATION));
    }
}
