//! Deprecated APIs that somebody used: the API server counts them until it is started again
//! (`apiserver_requested_deprecated_apis`), and its audit log says who and when, where there is one that can be read, for as long as
//! that goes back (<https://kubernetes.io/docs/reference/using-api/deprecation-policy/#rest-resources-aka-api-objects>).

use std::collections::BTreeMap;

use http::Request;
use jiff::Timestamp;
use kore_domain::upgrade::{DeprecatedUse, LastUse, Minor, Seen};
use kore_engine::error::chain;
use kube::Client;

const METRIC: &str = "apiserver_requested_deprecated_apis{";

/// A resource, as `leases.v1beta1.coordination.k8s.io`, and the version that has it no more.
pub type Used = (String, Minor);

/// What the audit log says.
#[derive(Debug, Default, Clone)]
pub struct Log {
    /// The last use of each resource.
    pub last: BTreeMap<Used, LastUse>,
    /// When its oldest record was made.
    pub begins: Option<Timestamp>,
}

/// Each resource once, with its last use where that is on record.
pub(super) async fn uses(client: &Client, logged: impl Future<Output = Seen<Log>>) -> Seen<Vec<DeprecatedUse>> {
    let request = Request::get("/metrics").body(Vec::new()).map_err(|error| chain(&error))?;
    let counted = counted(&client.request_text(request).await.map_err(|error| chain(&error))?)?;
    Ok(merged(counted, logged.await?))
}

/// What was counted and is not in the log was used before the log begins, at its latest: the API server counts until
/// it ends. (Its own components are not logged. They go with it to the new version.)
#[must_use]
pub fn merged(counted: Vec<Used>, logged: Log) -> Vec<DeprecatedUse> {
    let before = logged.begins.map(|at| LastUse { at, by: "somebody, before the audit log begins".to_owned() });
    let mut all: BTreeMap<Used, Option<LastUse>> = counted.into_iter().map(|used| (used, before.clone())).collect();
    all.extend(logged.last.into_iter().map(|(used, last)| (used, Some(last))));
    all.into_iter().map(|((resource, removed), last)| DeprecatedUse { resource, removed, last }).collect()
}

/// A resource and the version that has it no more, of the words that metrics and records have for them.
///
/// # Errors
/// When the version is none.
pub fn used(resource: &str, version: &str, group: &str, removed: &str) -> Seen<Used> {
    let removed = removed.parse().map_err(|error| format!("{resource}.{version}: {error}"))?;
    let group = if group.is_empty() { String::new() } else { format!(".{group}") };
    Ok((format!("{resource}.{version}{group}"), removed))
}

/// What the API server counted since it was started; what no version removes is left out.
///
/// # Errors
/// When the metrics are none.
pub fn counted(metrics: &str) -> Seen<Vec<Used>> {
    let mut all = Vec::new();
    for line in metrics.lines().filter_map(|line| line.strip_prefix(METRIC)) {
        let labels = line.rsplit_once('}').map_or("", |(labels, _)| labels);
        let of = |name: &str| {
            let pair = labels.split(',').find_map(|pair| pair.strip_prefix(name)?.strip_prefix("=\""));
            pair.and_then(|value| value.strip_suffix('"')).ok_or_else(|| format!("a metric has no label {name}"))
        };
        let removed = of("removed_release")?;
        if !removed.is_empty() {
            all.push(used(of("resource")?, of("version")?, of("group")?, removed)?);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_of_the_api_server_is_read() {
        let metrics = "\
            # TYPE apiserver_requested_deprecated_apis gauge\n\
            apiserver_requested_deprecated_apis{group=\"\",removed_release=\"\",resource=\"endpoints\",subresource=\"\",version=\"v1\"} 1\n\
            apiserver_requested_deprecated_apis{group=\"coordination.k8s.io\",removed_release=\"1.36\",resource=\"leases\",subresource=\"\",version=\"v1beta1\"} 1\n\
            apiserver_request_total{resource=\"pods\"} 7\n";
        let minor: Minor = "1.36".parse().unwrap();
        assert_eq!(counted(metrics), Ok(vec![("leases.v1beta1.coordination.k8s.io".into(), minor)]));
        assert!(counted("apiserver_requested_deprecated_apis{removed_release=\"soon\"} 1").is_err());
        assert!(counted("apiserver_requested_deprecated_apis{broken").is_err(), "unknown, not none");
    }
}
