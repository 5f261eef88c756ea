//! A name server: what a resolver anywhere would be told of the zones. It begins at the zones that have none above them, which
//! somebody outside delegates, and goes down by delegations alone: a zone that nobody delegates is not seen.

use std::{io, sync::Arc};

use async_trait::async_trait;
use hickory_server::{
    Server,
    net::runtime::Time,
    proto::{
        op::{Metadata, ResponseCode},
        rr::{Name, RData, Record, RecordType},
    },
    server::{Request, RequestHandler, ResponseHandler, ResponseInfo},
    zone_handler::MessageResponseBuilder,
};
use tokio::net::UdpSocket;

use super::{NAMESPACE, pages, servers};
use crate::{front::Front, moto::Place, refusal::Refusal, world::places};

/// Answers until it is dropped.
///
/// # Errors
/// When nothing can be heard any more.
pub(crate) async fn serve(front: Arc<Front>, socket: UdpSocket) -> io::Result<()> {
    let mut server = Server::new(NameServer(front));
    server.register_socket(socket);
    server.block_until_done().await.map_err(io::Error::other)
}

struct NameServer(Arc<Front>);

/// A hosted zone, where it is.
struct Zone {
    account: String,
    id: String,
    /// Without the dot at its end, as all names here.
    name: String,
}

/// A record of one.
struct Written {
    name: String,
    kind: String,
    seconds: u32,
    values: Vec<String>,
}

/// What is answered.
struct Told {
    code: ResponseCode,
    answers: Vec<Record>,
    /// Where there are none: of the zone that knows.
    soa: Vec<Record>,
}

impl Told {
    const fn nothing(code: ResponseCode) -> Self {
        Self { code, answers: Vec::new(), soa: Vec::new() }
    }
}

fn bare(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a name is in a zone: below it, or its own.
fn is_in(name: &str, zone: &str) -> bool {
    name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The elements of a list, each with the texts that it has by name.
fn list<T>(document: &str, element: &str, read: impl Fn(roxmltree::Node<'_, '_>) -> Option<T>) -> Vec<T> {
    let Ok(tree) = roxmltree::Document::parse(document) else { return Vec::new() };
    tree.descendants().filter(|node| node.has_tag_name((NAMESPACE, element))).filter_map(read).collect()
}

fn text(node: roxmltree::Node<'_, '_>, name: &str) -> Option<String> {
    let found = node.descendants().find(|child| child.has_tag_name((NAMESPACE, name)))?;
    Some(found.text()?.trim().to_owned())
}

impl NameServer {
    async fn zones(&self) -> Result<Vec<Zone>, Refusal> {
        let mut zones = Vec::new();
        for (account, _) in places(&self.0) {
            for page in pages(&self.0, &Place::new(&account, "us-east-1"), "hostedzone").await? {
                zones.extend(list(&page, "HostedZone", |node| {
                    let id = text(node, "Id")?.trim_start_matches("/hostedzone/").to_owned();
                    Some(Zone { account: account.clone(), id, name: bare(&text(node, "Name")?) })
                }));
            }
        }
        Ok(zones)
    }

    async fn records(&self, zone: &Zone) -> Result<Vec<Written>, Refusal> {
        let path = format!("hostedzone/{}/rrset", zone.id);
        let pages = pages(&self.0, &Place::new(&zone.account, "us-east-1"), &path).await?;
        let read = |node: roxmltree::Node<'_, '_>| {
            let values = node.descendants().filter(|child| child.has_tag_name((NAMESPACE, "Value")));
            Some(Written {
                name: bare(&text(node, "Name")?),
                kind: text(node, "Type")?,
                seconds: text(node, "TTL").and_then(|seconds| seconds.parse().ok()).unwrap_or_default(),
                values: values.filter_map(|value| value.text()).map(|value| value.trim().to_owned()).collect(),
            })
        };
        let listed = pages.iter().map(|page| servers::own(&zone.id, page));
        Ok(listed.flat_map(|page| list(&page, "ResourceRecordSet", read)).collect())
    }

    async fn told(&self, name: &str, kind: RecordType) -> Result<Told, Refusal> {
        let zones = self.zones().await?;
        let above = zones.iter().filter(|zone| is_in(name, &zone.name));
        let Some(mut zone) = above.min_by_key(|zone| zone.name.len()) else {
            return Ok(Told::nothing(ResponseCode::Refused));
        };
        loop {
            let records = self.records(zone).await?;
            let cuts = records.iter().filter(|one| one.kind == "NS" && one.name != zone.name && is_in(name, &one.name));
            let Some(cut) = cuts.min_by_key(|one| one.name.len()) else {
                return Ok(told(&records, zone, name, kind));
            };
            let mut said: Vec<_> = cut.values.iter().map(|server| bare(server)).collect();
            said.sort();
            let is_there = |zone: &&Zone| {
                let mut own = servers::of(&zone.id);
                own.sort();
                zone.name == cut.name && own.as_slice() == said.as_slice()
            };
            match zones.iter().find(is_there) {
                Some(below) => zone = below,
                // Those who were named know nothing of it.
                None => return Ok(Told::nothing(ResponseCode::ServFail)),
            }
        }
    }
}

/// What a zone says of a name.
fn told(records: &[Written], zone: &Zone, name: &str, kind: RecordType) -> Told {
    let of = |name: &str, kinds: &[String]| {
        let such = records.iter().filter(|one| one.name == name && kinds.contains(&one.kind));
        such.flat_map(|one| one.values.iter().filter_map(|value| record(one, value))).collect::<Vec<_>>()
    };
    let answers = of(name, &[kind.to_string(), "CNAME".to_owned()]);
    let soa = if answers.is_empty() { of(&zone.name, &["SOA".to_owned()]) } else { Vec::new() };
    let is_there = records.iter().any(|one| is_in(&one.name, name));
    let code = if is_there { ResponseCode::NoError } else { ResponseCode::NXDomain };
    Told { code, answers, soa }
}

fn record(of: &Written, value: &str) -> Option<Record> {
    let kind: RecordType = of.kind.parse().ok()?;
    let data = RData::try_from_str(kind, value).ok()?;
    Some(Record::from_rdata(Name::from_ascii(format!("{}.", of.name)).ok()?, of.seconds, data))
}

#[async_trait]
impl RequestHandler for NameServer {
    async fn handle_request<R: ResponseHandler, T: Time>(&self, request: &Request, mut handle: R) -> ResponseInfo {
        let told = match request.request_info() {
            Ok(asked) => {
                let name = bare(&asked.query.name().to_string());
                self.told(&name, asked.query.query_type()).await
            }
            Err(_) => Ok(Told::nothing(ResponseCode::FormErr)),
        };
        let told = told.unwrap_or_else(|_| Told::nothing(ResponseCode::ServFail));
        let mut metadata = Metadata::response_from_request(&request.metadata);
        metadata.response_code = told.code;
        metadata.authoritative = true;
        let message = MessageResponseBuilder::from_message_request(request);
        let answer = message.build(metadata, &told.answers, [], &told.soa, []);
        match handle.send_response(answer).await {
            Ok(sent) => sent,
            Err(error) => {
                tracing::warn!(%error, "an answer about a name could not be sent");
                hickory_server::proto::op::Header { metadata, counts: Default::default() }.into()
            }
        }
    }
}
