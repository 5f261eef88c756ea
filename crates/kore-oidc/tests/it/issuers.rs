//! Issuers on loopback: keys that turn, floods, answers that must not be followed or believed.

use std::time::Duration;

use jiff::SignedDuration;
use jsonwebtoken::Algorithm;
use kore_oidc::{Error, Expected, Issuer, KeySource, Network, Refused};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use crate::keys::{CLIENT, Key, now, right, set};

fn loopback() -> Network {
    Network { allowed: vec!["127.0.0.0/8".parse().unwrap()], authorities: None }
}

/// A server that says it is an issuer, with these keys.
async fn issuer(keys: &[&Key]) -> MockServer {
    let server = MockServer::start().await;
    metadata(&server, json!({})).await;
    serve(&server, "/jwks", ResponseTemplate::new(200).set_body_json(set(keys))).await;
    server
}

async fn metadata(server: &MockServer, changes: Value) {
    let at = server.uri();
    let mut said = json!({
        "issuer": at,
        "authorization_endpoint": format!("{at}/auth"),
        "token_endpoint": format!("{at}/token"),
        "jwks_uri": format!("{at}/jwks"),
    });
    said.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    serve(server, "/.well-known/openid-configuration", ResponseTemplate::new(200).set_body_json(said)).await;
}

async fn serve(server: &MockServer, place: &str, answer: ResponseTemplate) {
    Mock::given(method("GET")).and(path(place)).respond_with(answer).mount(server).await;
}

fn trusted(server: &MockServer) -> Issuer {
    Issuer::new(&server.uri(), KeySource::Discovered, loopback()).unwrap()
}

fn token(server: &MockServer, key: &Key) -> String {
    let mut claims = right();
    claims["iss"] = server.uri().into();
    key.sign(&claims)
}

async fn check(issuer: &Issuer, token: &str, later: i64) -> Result<(), Error> {
    let expected = Expected { issuer: issuer.name(), audience: CLIENT, nonce: Some("n"), max_age: None };
    // The token is always fresh enough: what is tested is the age of the keys.
    let at = now() + SignedDuration::from_secs(later);
    issuer.verify(token, &expected, at).await.map(|_| ())
}

async fn asked(server: &MockServer) -> usize {
    let requests = server.received_requests().await.unwrap();
    requests.iter().filter(|request| request.url.path() == "/jwks").count()
}

#[tokio::test]
async fn keys_turn_without_anybody_doing_anything_and_a_flood_of_ids_asks_once() {
    let (old, new) = (Key::new("old", Algorithm::ES256), Key::new("new", Algorithm::ES256));
    let server = issuer(&[&old]).await;
    let issuer = trusted(&server);
    check(&issuer, &token(&server, &old), 0).await.unwrap();
    check(&issuer, &token(&server, &old), 1).await.unwrap();
    assert_eq!(asked(&server).await, 1, "remembered");
    // The issuer turns its keys.
    server.reset().await;
    metadata(&server, json!({})).await;
    serve(&server, "/jwks", ResponseTemplate::new(200).set_body_json(set(&[&new]))).await;
    for n in 0..100 {
        let made_up = Key {
            public: {
                let mut key = new.public.clone();
                key.common.key_id = Some(format!("k{n}"));
                key
            },
            ..Key::new("x", Algorithm::ES256)
        };
        let error = check(&issuer, &token(&server, &made_up), 40).await.unwrap_err();
        assert!(matches!(error, Error::Token(Refused::UnknownKey)), "{error}");
    }
    assert_eq!(asked(&server).await, 1, "a hundred made-up ids, one question");
    check(&issuer, &token(&server, &new), 41).await.unwrap();
    let error = check(&issuer, &token(&server, &old), 42).await.unwrap_err();
    assert!(matches!(error, Error::Token(Refused::UnknownKey)), "what was withdrawn is not believed: {error}");
}

#[tokio::test]
async fn an_issuer_that_is_away_is_believed_for_a_while_and_asked_with_pauses() {
    let key = Key::new("a", Algorithm::ES256);
    let server = issuer(&[&key]).await;
    let issuer = trusted(&server);
    check(&issuer, &token(&server, &key), 0).await.unwrap();
    server.reset().await;
    serve(&server, "/jwks", ResponseTemplate::new(503)).await;
    // Claims are checked against the same time, so that the token must live as long.
    let mut claims = right();
    claims["iss"] = server.uri().into();
    claims["exp"] = (now().as_second() + 1_000_000).into();
    let token = key.sign(&claims);
    check(&issuer, &token, 2 * 3600).await.unwrap();
    for _ in 0..10 {
        check(&issuer, &token, 2 * 3600 + 1).await.unwrap();
    }
    assert!(asked(&server).await <= 1);
    let error = check(&issuer, &token, 13 * 3600).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn an_issuer_that_was_never_reached_is_asked_with_pauses_too() {
    let server = MockServer::start().await;
    let issuer = trusted(&server);
    let asked = async || server.received_requests().await.unwrap().len();
    for _ in 0..10 {
        let error = issuer.metadata(now()).await.unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    }
    assert_eq!(asked().await, 1, "nine did not wait for an answer");
    metadata(&server, json!({})).await;
    issuer.metadata(now() + SignedDuration::from_secs(31)).await.unwrap();
}

#[tokio::test]
async fn inline_keys_are_used_and_the_issuer_is_never_asked() {
    let key = Key::new("a", Algorithm::ES256);
    let server = MockServer::start().await;
    let issuer = Issuer::new(&server.uri(), KeySource::Inline(set(&[&key])), loopback()).unwrap();
    check(&issuer, &token(&server, &key), 0).await.unwrap();
    let stranger = Key::new("b", Algorithm::ES256);
    assert!(check(&issuer, &token(&server, &stranger), 0).await.is_err());
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_issuer_names_itself_to_the_letter_and_leads_nowhere_else() {
    let server = MockServer::start().await;
    metadata(&server, json!({ "issuer": format!("{}/", server.uri()) })).await;
    let error = trusted(&server).metadata(now()).await.unwrap_err();
    assert!(matches!(&error, Error::Metadata(text) if text.contains("to the letter")), "{error}");

    for (name, address) in [
        ("jwks_uri", "http://169.254.169.254/latest/meta-data"),
        ("token_endpoint", "https://10.0.0.1/token"),
        ("userinfo_endpoint", "file:///etc/passwd"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("jwks_uri", "http://example.com/jwks"),
    ] {
        let server = MockServer::start().await;
        metadata(&server, json!({ name: address })).await;
        let error = trusted(&server).metadata(now()).await.unwrap_err();
        assert!(matches!(error, Error::Address(_)), "{name}: {error}");
    }
}

#[tokio::test]
async fn no_redirect_is_followed_and_no_endless_answer_is_read() {
    let key = Key::new("a", Algorithm::ES256);
    let inside = MockServer::start().await;
    serve(&inside, "/secret", ResponseTemplate::new(200).set_body_json(set(&[&key]))).await;
    for answer in [
        ResponseTemplate::new(302).insert_header("location", format!("{}/secret", inside.uri()).as_str()),
        ResponseTemplate::new(307).insert_header("location", format!("{}/secret", inside.uri()).as_str()),
        ResponseTemplate::new(200).set_body_string(format!("{{\"keys\":[\"{}\"]}}", "x".repeat(1 << 20))),
        ResponseTemplate::new(200).set_body_string("<html>"),
        ResponseTemplate::new(200).set_body_json(json!({ "keys": "none" })),
        ResponseTemplate::new(500),
    ] {
        let server = MockServer::start().await;
        metadata(&server, json!({})).await;
        serve(&server, "/jwks", answer).await;
        let issuer = trusted(&server);
        check(&issuer, &token(&server, &key), 0).await.unwrap_err();
    }
    assert!(inside.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_that_never_comes_is_given_up() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(3600));
    serve(&server, "/.well-known/openid-configuration", slow).await;
    let error = trusted(&server).metadata(now()).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_connected_to() {
    // `localhost` is a name: what it leads to is seen only when it is looked up.
    let issuer = Issuer::new("https://localhost:1", KeySource::Discovered, Network::default()).unwrap();
    let error = issuer.metadata(now()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { why, .. } if why.contains("no address that may be asked")),
        "{error}"
    );
    for address in ["http://127.0.0.1:1", "https://127.0.0.1:1", "https://id.example.com/?tenant=1", "id.example.com"] {
        assert!(Issuer::new(address, KeySource::Discovered, Network::default()).is_err(), "{address}");
    }
}
