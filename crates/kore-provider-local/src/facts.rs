//! What an upgrade depends on: what the cluster says, and of deprecated APIs what its audit log has besides, which lies on this
//! machine.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use jiff::Timestamp;
use kore_baseline::facts::{
    self,
    deprecated::{Log, used},
};
use kore_domain::upgrade::{Facts, LastUse, Seen};
use kore_engine::error::chain;
use kube::ResourceExt;
use serde::Deserialize;

use crate::site::Site;

/// What the audit log says of requests for an API that some version removes.
const ANNOTATION: &str = "k8s.io/removed-release";

/// Looks at all of it, each thing for itself.
pub(crate) async fn gather(site: &Site) -> Facts {
    facts::gather(&site.ground, |node| site.nodes.contains_key(&node.name_any()), uses(site)).await
}

async fn uses(site: &Site) -> Seen<Log> {
    let directory = site.names.directory();
    let read = tokio::task::spawn_blocking(move || logged(&directory)).await;
    read.map_err(|error| chain(&error))?.map_err(|error| format!("the audit log: {error}"))
}

/// An event of the audit log, as far as it matters here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    user: User,
    impersonated_user: Option<User>,
    #[serde(default)]
    user_agent: String,
    object_ref: Option<Object>,
    request_received_timestamp: Timestamp,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct User {
    username: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    #[serde(default)]
    resource: String,
    #[serde(default)]
    api_group: String,
    #[serde(default)]
    api_version: String,
}

/// The audit log of a directory, however it was rotated.
fn logged(directory: &Path) -> io::Result<Log> {
    let mut last = Log::default();
    // The one that is written now must be there; others come and go.
    read(&mut BufReader::new(File::open(directory.join("audit.log"))?), &mut last)?;
    for entry in directory.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("audit-") && name.ends_with(".log") {
            match File::open(entry.path()) {
                Ok(file) => read(&mut BufReader::new(file), &mut last)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(last)
}

/// When an event of the audit log was.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Moment {
    request_received_timestamp: Timestamp,
}

fn read<R: Read>(log: &mut BufReader<R>, known: &mut Log) -> io::Result<()> {
    let mut line = String::new();
    let mut first = true;
    loop {
        line.clear();
        // A line that is being written has no end yet.
        if log.read_line(&mut line)? == 0 || !line.ends_with('\n') {
            return Ok(());
        }
        if std::mem::take(&mut first)
            && let Ok(moment) = serde_json::from_str::<Moment>(&line)
        {
            let at = moment.request_received_timestamp;
            known.begins = Some(known.begins.map_or(at, |begins| begins.min(at)));
        }
        if !line.contains(ANNOTATION) {
            continue;
        }
        // One that an API server was killed in is cut, and goes on with what its successor wrote first.
        let Ok(event) = serde_json::from_str::<Event>(&line) else { continue };
        let (Some(object), Some(removed)) = (event.object_ref, event.annotations.get(ANNOTATION)) else { continue };
        let used = used(&object.resource, &object.api_version, &object.api_group, removed).map_err(io::Error::other)?;
        let user = event.impersonated_user.unwrap_or(event.user).username;
        let program = event.user_agent.split(' ').next().unwrap_or_default();
        let by = if program.is_empty() { user } else { format!("{user} with {program}") };
        let this = LastUse { at: event.request_received_timestamp, by };
        let last = known.last.entry(used).or_insert_with(|| this.clone());
        if last.at < this.at {
            *last = this;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use kore_baseline::facts::deprecated::{counted, merged};
    use kore_domain::upgrade::Minor;

    use super::*;

    fn event(user: &str, at: &str, removed: &str) -> String {
        let annotations = json!({"k8s.io/deprecated": "true", "k8s.io/removed-release": removed});
        let event = json!({
            "kind": "Event", "user": {"username": "kore-gateway"}, "impersonatedUser": {"username": user},
            "userAgent": "helm/v3 (linux)", "requestReceivedTimestamp": at, "annotations": annotations,
            "objectRef": {"resource": "leases", "apiGroup": "coordination.k8s.io", "apiVersion": "v1beta1"},
        });
        format!("{event}\n")
    }

    /// Both as kube-apiserver 1.35.4 wrote them, with `networking.k8s.io/v1beta1` served.
    #[test]
    fn what_an_api_server_really_says_is_understood() {
        let metric = "apiserver_requested_deprecated_apis{group=\"networking.k8s.io\",removed_release=\"1.37\",\
            resource=\"servicecidrs\",subresource=\"\",version=\"v1beta1\"} 1\n";
        let event = r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"6c5b3c54-9278-482c-9fd3-4ab6b3676959","stage":"ResponseComplete","requestURI":"/apis/networking.k8s.io/v1beta1/servicecidrs","verb":"list","user":{"username":"system:kore:bootstrap","groups":["system:masters","system:authenticated"],"extra":{}},"sourceIPs":["127.0.0.1"],"userAgent":"kubectl/v1.36.3 (linux/amd64) kubernetes/$Format","objectRef":{"resource":"servicecidrs","apiGroup":"networking.k8s.io","apiVersion":"v1beta1"},"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-11-29T14:17:33.355402Z","stageTimestamp":"2026-11-29T14:17:33.357786Z","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"","k8s.io/deprecated":"true","k8s.io/removed-release":"1.37"}}"#;
        let mut last = Log::default();
        read(&mut BufReader::new(format!("{event}\n").as_bytes()), &mut last).unwrap();
        let all = merged(counted(metric).unwrap(), last);
        let [used] = all.as_slice() else { panic!("one and the same: {all:?}") };
        assert_eq!(
            (used.resource.as_str(), used.removed.to_string().as_str()),
            ("servicecidrs.v1beta1.networking.k8s.io", "1.37")
        );
        let last = used.last.as_ref().unwrap();
        assert_eq!(
            (last.by.as_str(), last.at),
            ("system:kore:bootstrap with kubectl/v1.36.3", "2026-11-29T14:17:33.355402Z".parse().unwrap())
        );
    }

    #[test]
    fn the_log_says_who_was_last_however_it_is_rotated() {
        let home = tempfile::tempdir().unwrap();
        assert!(logged(home.path()).is_err(), "no log is no answer");
        let unfinished = event("kore:eve", "2026-11-22T12:00:00Z", "1.36");
        let now = format!("{{\"kind\":\"Event\"}}\n{}", unfinished.trim_end());
        fs::write(home.path().join("audit.log"), now).unwrap();
        assert!(logged(home.path()).unwrap().last.is_empty());
        let older =
            event("kore:bob", "2026-11-22T10:00:00Z", "1.36") + &event("kore:ana", "2026-11-22T11:00:00Z", "1.36");
        fs::write(home.path().join("audit-2026-11-22T11-30-00.000.log"), older).unwrap();
        let found = logged(home.path()).unwrap();
        let last: Vec<_> = found.last.values().map(|last| (last.by.as_str(), last.at.to_string())).collect();
        assert_eq!(last, [("kore:ana with helm/v3", "2026-11-22T11:00:00Z".to_owned())]);
        fs::write(home.path().join("audit.log"), event("kore:ana", "2026-11-22T11:00:00Z", "soon")).unwrap();
        assert!(logged(home.path()).is_err());
        let cut = event("kore:ana", "2026-11-22T11:00:00Z", "1.36");
        fs::write(home.path().join("audit.log"), format!("{}{cut}", cut.trim_end())).unwrap();
        assert_eq!(logged(home.path()).unwrap().last.len(), 1, "a line that was cut is no reason to know nothing");

        let minor: Minor = "1.36".parse().unwrap();
        let counted = || vec![("pods.v0".to_owned(), minor), found.last.keys().next().unwrap().clone()];
        let both = merged(counted(), Log { last: found.last.clone(), begins: found.begins });
        let known: Vec<_> = both
            .iter()
            .map(|used| {
                (used.resource.as_str(), used.last.as_ref().map(|last| (last.by.as_str(), last.at.to_string())))
            })
            .collect();
        let before = ("somebody, before the audit log begins", "2026-11-22T10:00:00Z".to_owned());
        let ana = ("kore:ana with helm/v3", "2026-11-22T11:00:00Z".to_owned());
        assert_eq!(known, [("leases.v1beta1.coordination.k8s.io", Some(ana)), ("pods.v0", Some(before))]);
        let nothing = merged(counted(), Log::default());
        assert!(nothing.iter().all(|used| used.last.is_none()), "a log of no record says nothing of when");
    }
}
