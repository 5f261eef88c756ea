//! The control API below `/_kore/`: what tests order and ask. JSON both ways; the crate's documentation lists it.

use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    backing::Followed,
    config::{ADMINISTRATOR, MANAGEMENT},
    eks,
    front::Front,
    identity::Identity,
    leftovers,
    wire::{Answer, Request},
    world::world,
};

/// Why an order is not taken.
pub(crate) struct Wrong(StatusCode, String);

impl Wrong {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, message.into())
    }
}

impl From<crate::refusal::Refusal> for Wrong {
    fn from(refusal: crate::refusal::Refusal) -> Self {
        Self(StatusCode::BAD_GATEWAY, format!("{}: {}", refusal.code(), refusal.message()))
    }
}

pub(crate) async fn handle(front: &Front, path: &str, request: &Request) -> Answer {
    match order(front, path, request).await {
        Ok(value) => Answer::json(&value),
        Err(Wrong(status, message)) => {
            Answer::new(status, "application/json", json!({ "message": message }).to_string())
        }
    }
}

fn read<T: DeserializeOwned>(request: &Request) -> Result<T, Wrong> {
    let body = if request.body.is_empty() { b"{}".as_slice() } else { &request.body };
    serde_json::from_slice(body).map_err(|error| Wrong::new(error.to_string()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Account {
    account: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Ahead {
    advance_seconds: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Insight {
    cluster: String,
    name: String,
    status: String,
    reason: String,
}

fn followed(front: &Front) -> Result<&Followed, Wrong> {
    let none = || Wrong(StatusCode::NOT_FOUND, "nobody is to make clusters behind those of this simulator".to_owned());
    front.followed.as_deref().ok_or_else(none)
}

async fn order(front: &Front, path: &str, request: &Request) -> Result<Value, Wrong> {
    match (&request.method, path) {
        (&Method::POST, "reset") => {
            front.reset().await?;
            Ok(json!({}))
        }
        (&Method::GET, "settings") => Ok(json!(front.settings())),
        (&Method::PUT, "settings") => {
            front.set(read(request)?);
            Ok(json!(front.settings()))
        }
        (&Method::GET, "credentials") => Ok(json!({ "accessKeyId": ADMINISTRATOR, "account": MANAGEMENT })),
        (&Method::POST, "credentials") => {
            let Account { account } = read(request)?;
            let key = format!("AKIAKORE{account}");
            front.keys.learn(&key, Identity::administrator(&account));
            Ok(json!({ "accessKeyId": key, "account": account }))
        }
        (&Method::GET, "issuers") => Ok(json!(front.issuers.list())),
        (&Method::POST, "issuers") => {
            front.issuers.tell(read(request)?);
            Ok(json!({}))
        }
        (&Method::POST, "clock") => {
            let Ahead { advance_seconds } = read(request)?;
            front.keys.advance(SignedDuration::from_secs(advance_seconds));
            Ok(json!({ "now": front.keys.now() }))
        }
        (&Method::GET, "faults") => Ok(json!(front.faults.list())),
        (&Method::POST, "faults") => {
            front.faults.add(read(request)?);
            Ok(json!(front.faults.list()))
        }
        (&Method::DELETE, "faults") => {
            front.faults.clear();
            Ok(json!([]))
        }
        (&Method::POST, "unstick") => {
            front.unstick().await;
            Ok(json!({}))
        }
        (&Method::POST, "fates") => {
            eks::lock(front).order(read(request)?);
            Ok(json!({}))
        }
        (&Method::POST, "insights") => {
            let Insight { cluster, name, status, reason } = read(request)?;
            match eks::lock(front).order_insight(&cluster, &name, &status, &reason) {
                true => Ok(json!({})),
                false => Err(Wrong::new(format!("there is no cluster {cluster}"))),
            }
        }
        (&Method::POST, "accounts") => {
            front.organizations.order(read(request)?);
            Ok(json!({}))
        }
        (&Method::POST, "leftovers") => Ok(leftovers::leave(front, &read::<leftovers::LeftoverOrder>(request)?).await?),
        (&Method::GET, "backing") => Ok(json!(followed(front)?.list())),
        (&Method::PUT, path) if path.starts_with("backing/") => {
            let name = path.trim_start_matches("backing/");
            match followed(front)?.hear(name, read(request)?) {
                true => Ok(json!({})),
                false => Err(Wrong(StatusCode::NOT_FOUND, format!("no cluster {name} is to be made"))),
            }
        }
        (&Method::POST, path) if path.starts_with("token-reviews/") => {
            let name = path.trim_start_matches("token-reviews/");
            let wanted = followed(front)?.find(name);
            let wanted =
                wanted.ok_or_else(|| Wrong(StatusCode::NOT_FOUND, format!("no cluster {name} is to be made")))?;
            Ok(eks::review(front, &wanted, &read(request)?))
        }
        (&Method::POST, "costs") => {
            front.costs.order(read(request)?);
            Ok(json!({}))
        }
        (&Method::GET, "world") => Ok(world(front).await?),
        (&Method::GET, "requests/count") => Ok(json!(front.records.count())),
        (&Method::GET, "requests") => Ok(json!(front.records.list())),
        (method, path) => Err(Wrong(StatusCode::NOT_FOUND, format!("there is no {method} /_kore/{path}"))),
    }
}
