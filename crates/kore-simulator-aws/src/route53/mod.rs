//! Amazon Route 53, as far as moto is too lax: changes take a while, zones with records stay, and a reference makes one zone
//! only (Amazon Route 53 API reference).

pub(crate) mod names;
mod servers;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::Method;
use sha2::{Digest, Sha256};

use crate::{
    front::{Call, Front},
    moto::Place,
    refusal::Refusal,
    wire::{Answer, Outcome, element, elements},
};

/// Name of the operation that a path is (Amazon Route 53 API reference).
pub(crate) fn operation(method: &Method, path: &str) -> Option<&'static str> {
    let mut parts = path.trim_end_matches('/').strip_prefix("/2013-04-01/")?.split('/');
    let parts = (parts.next()?, parts.next(), parts.next(), parts.next());
    match (method.as_str(), parts) {
        ("POST", ("hostedzone", None, ..)) => Some("CreateHostedZone"),
        ("GET", ("hostedzone", None, ..)) => Some("ListHostedZones"),
        ("GET", ("hostedzonesbyname", ..)) => Some("ListHostedZonesByName"),
        ("GET", ("hostedzone", Some(_), None, _)) => Some("GetHostedZone"),
        ("DELETE", ("hostedzone", Some(_), None, _)) => Some("DeleteHostedZone"),
        ("GET", ("hostedzone", Some(_), Some("rrset"), _)) => Some("ListResourceRecordSets"),
        ("POST", ("hostedzone", Some(_), Some("rrset"), _)) => Some("ChangeResourceRecordSets"),
        ("GET", ("change", Some(_), ..)) => Some("GetChange"),
        ("GET", ("tags", Some(_), Some(_), _)) => Some("ListTagsForResource"),
        ("POST", ("tags", Some(_), Some(_), _)) => Some("ChangeTagsForResource"),
        _ => None,
    }
}

/// Changes on their way to every name server, by their ids, and references that zones were made with.
#[derive(Debug, Default)]
pub(crate) struct Zones(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    changes: BTreeMap<String, u32>,
    references: BTreeSet<(String, String)>,
}

impl Zones {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn reset(&self) {
        *self.state() = State::default();
    }
}

const NAMESPACE: &str = "https://route53.amazonaws.com/doc/2013-04-01/";

pub(crate) async fn handle(front: &Front, call: &Call) -> Outcome {
    let account = call.identity.account.clone();
    match call.operation.as_str() {
        "GetChange" => get_change(front, call),
        "DeleteHostedZone" => {
            empty(front, call).await?;
            changed(front, front.forward(call).await?)
        }
        "ChangeResourceRecordSets" => changed(front, front.forward(call).await?),
        "CreateHostedZone" => {
            let body = std::str::from_utf8(&call.request.body).unwrap_or_default();
            let reference = (account, element(body, "CallerReference").unwrap_or_default());
            if front.zones.state().references.contains(&reference) {
                let message = "A hosted zone has already been created with the specified caller reference.";
                return Err(Refusal::new(409, "HostedZoneAlreadyExists", message));
            }
            // Its id is made of what it was made with: a world that begins anew has the same one.
            let answer = front.moto.forward_seeded(seed(&reference), &call.request, &call.scope, &reference.0).await?;
            if answer.status.is_success() {
                front.zones.state().references.insert(reference);
            }
            let id = element(answer.text(), "Id").unwrap_or_default();
            changed(front, own(&id, answer))
        }
        "GetHostedZone" | "ListResourceRecordSets" => {
            let id = call.request.path.split('/').nth(3).unwrap_or_default().to_owned();
            Ok(own(&id, front.forward(call).await?))
        }
        _ => front.forward(call).await,
    }
}

fn seed((account, reference): &(String, String)) -> u64 {
    let digest = Sha256::digest(format!("{account}/{reference}"));
    digest.iter().take(4).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// An answer about a zone, with the zone's own name servers.
fn own(id: &str, mut answer: Answer) -> Answer {
    answer.body = servers::own(id.trim_start_matches("/hostedzone/"), answer.text()).into();
    answer
}

/// Every page of the zones of an account, or of the records of one (API reference, `ListHostedZones`, `ListResourceRecordSets`).
pub(crate) async fn pages(front: &Front, place: &Place, path: &str) -> Result<Vec<String>, Refusal> {
    let (mut pages, mut next) = (Vec::new(), String::new());
    loop {
        let page = front.moto.get(place, "route53", &format!("/2013-04-01/{path}{next}")).await?;
        let of = |name: &str| element(&page, name).unwrap_or_default();
        let is_last = of("IsTruncated") != "true";
        next = match of("NextMarker") {
            marker if !marker.is_empty() => format!("?marker={marker}"),
            _ => format!("?name={}&type={}", of("NextRecordName"), of("NextRecordType")),
        };
        pages.push(page);
        if is_last {
            return Ok(pages);
        }
    }
}

/// A zone with more than what it is made with stays (API reference, `DeleteHostedZone`).
async fn empty(front: &Front, call: &Call) -> Result<(), Refusal> {
    let Some(id) = call.request.path.split('/').nth(3) else { return Ok(()) };
    let path = format!("/2013-04-01/hostedzone/{id}/rrset");
    let records = front.moto.get(&call.place(), "route53", &path).await?;
    if elements(&records, "Type").iter().all(|kind| ["NS", "SOA"].contains(&kind.as_str()))
        && elements(&records, "Type").len() <= 2
    {
        return Ok(());
    }
    let message = "The specified hosted zone contains non-required resource record sets  and so cannot be deleted.";
    Err(Refusal::new(400, "HostedZoneNotEmpty", message))
}

/// A change is PENDING at first (API reference, `GetChange`), and has an id of its own.
fn changed(front: &Front, mut answer: Answer) -> Outcome {
    if !answer.status.is_success() {
        return Ok(answer);
    }
    let text = answer.text().to_owned();
    let Some((before, rest)) = text.split_once("<ChangeInfo>") else { return Ok(answer) };
    let Some((_, after)) = rest.split_once("</ChangeInfo>") else { return Ok(answer) };
    let id = format!("C{}", front.ids.hex(20).to_uppercase());
    front.zones.state().changes.insert(id.clone(), front.settings().polls);
    answer.body = format!("{before}{}{after}", info(front, &id, "PENDING")).into();
    Ok(answer)
}

fn info(front: &Front, id: &str, status: &str) -> String {
    let at = front.keys.now();
    format!("<ChangeInfo><Id>/change/{id}</Id><Status>{status}</Status><SubmittedAt>{at}</SubmittedAt></ChangeInfo>")
}

fn get_change(front: &Front, call: &Call) -> Outcome {
    let id = call.request.path.rsplit('/').next().unwrap_or_default();
    let pending = {
        let mut state = front.zones.state();
        let Some(left) = state.changes.get_mut(id) else {
            return Err(Refusal::new(
                404,
                "NoSuchChange",
                format!("A change with the specified change ID does not exist: {id}"),
            ));
        };
        let pending = *left > 0 || call.stuck;
        *left = left.saturating_sub(1);
        pending
    };
    let info = info(front, id, if pending { "PENDING" } else { "INSYNC" });
    Ok(Answer::xml(format!(
        "<?xml version=\"1.0\"?><GetChangeResponse xmlns=\"{NAMESPACE}\">{info}</GetChangeResponse>"
    )))
}
