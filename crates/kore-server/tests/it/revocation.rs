//! Sessions as their people see them, and what ends with one.

use std::{sync::Arc, time::Duration};

use axum::body::Body;
use futures::StreamExt;
use http::{Method, Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use kore_app::limits::Limits;
use kore_engine::clock::Clock;
use kore_testkit::clock::TestClock;
use serde_json::Value;

use crate::signin::{Browser, Edge, PASSWORD};

const SESSIONS: &str = "/api/v1/sessions";

async fn edge() -> (Edge, TestClock) {
    let clock = TestClock::at("2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap());
    (Edge::with(Arc::new(clock.clone()), Limits::default()).await, clock)
}

async fn sessions(edge: &Edge, token: &str, query: &str) -> Vec<Value> {
    let (status, list) = edge.call(token, Method::GET, &format!("{SESSIONS}{query}"), None).await;
    assert_eq!((status, list["kind"].as_str()), (200, Some("SessionList")), "{list}");
    list["items"].as_array().unwrap().clone()
}

fn id(session: &Value) -> &str {
    session["id"].as_str().unwrap()
}

#[tokio::test]
async fn everybody_sees_their_own_sessions_and_ends_one_of_them() {
    let (edge, _) = edge().await;
    let admin = edge.admin().await;
    let mut browser = edge.person(&admin, "ana").await;
    let (ours, other) = (edge.token_of("ana").await, edge.token_of("ana").await);
    let listed = sessions(&edge, &ours, "").await;
    assert_eq!(listed.len(), 3, "the browser and two terminals: {listed:#?}");
    assert!(listed.iter().all(|session| session["user"] == "ana"), "nobody else's");
    let current: Vec<_> = listed.iter().filter(|session| session["current"] == true).collect();
    assert_eq!(current.len(), 1);
    let console = listed.iter().find(|session| session["source"] == "console").unwrap();
    assert_eq!(console["address"], "127.0.0.1");
    let filtered = sessions(&edge, &ours, "?filter=source=console").await;
    assert_eq!(filtered.iter().map(id).collect::<Vec<_>>(), [id(console)]);
    assert!(!format!("{listed:?}").contains("kore_"), "no secret is shown");

    let path = format!("{SESSIONS}/{}", id(console));
    assert_eq!(edge.call(&ours, Method::DELETE, &path, None).await.0, 200);
    assert_eq!(browser.get("/auth/account").await.0, StatusCode::SEE_OTHER, "the browser is out at once");
    assert_eq!(edge.whoami(&ours).await.status(), StatusCode::OK);
    assert_eq!(edge.whoami(&other).await.status(), StatusCode::OK, "and nobody else");
    assert_eq!(edge.call(&ours, Method::DELETE, &path, None).await.0, 404, "it is gone");
    assert_eq!(sessions(&edge, &ours, "").await.len(), 2);

    // All but this one.
    let (status, ended) = edge.call(&ours, Method::DELETE, SESSIONS, None).await;
    assert_eq!((status, &ended["ended"]), (200, &1.into()), "{ended}");
    assert_eq!(edge.whoami(&other).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(edge.whoami(&ours).await.status(), StatusCode::OK);
    assert_eq!(edge.whoami(&admin).await.status(), StatusCode::OK, "the administrator's go on");
}

#[tokio::test]
async fn other_peoples_sessions_are_an_administrators_business() {
    let (edge, _) = edge().await;
    let admin = edge.admin().await;
    edge.person(&admin, "ana").await;
    edge.person(&admin, "ben").await;
    let (ana, ben) = (edge.token_of("ana").await, edge.token_of("ben").await);
    let listed = sessions(&edge, &admin, "?filter=user=ben").await;
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|session| session["user"] == "ben" && session["current"] == false));
    let bens = format!("{SESSIONS}/{}", id(&listed[0]));
    let nobodys = format!("{SESSIONS}/0193b8a2-7d1e-7c3a-9a0b-2f6f6f6f6f6f");
    for (method, path, wanted) in [
        (Method::GET, "/api/v1/sessions?filter=user=ben", (403, "KORE-AUTH-0003")),
        (Method::GET, "/api/v1/sessions?filter=user=nobody", (403, "KORE-AUTH-0003")),
        (Method::DELETE, "/api/v1/sessions?user=ben", (403, "KORE-AUTH-0003")),
        // Nobody learns whether there is a session of this id.
        (Method::DELETE, &bens, (404, "KORE-OBJECT-0001")),
        (Method::DELETE, &nobodys, (404, "KORE-OBJECT-0001")),
        (Method::DELETE, "/api/v1/sessions/rubbish", (404, "KORE-OBJECT-0001")),
    ] {
        let (status, problem) = edge.call(&ana, method.clone(), path, None).await;
        assert_eq!((status, problem["code"].as_str().unwrap()), wanted, "{method} {path}");
    }
    assert_eq!(edge.whoami(&ben).await.status(), StatusCode::OK);
    assert_eq!(edge.call("kore_at_nothing", Method::GET, SESSIONS, None).await.0, 401);
    assert_eq!(edge.call(&admin, Method::GET, "/api/v1/sessions?filter=user=nobody", None).await.0, 404);

    let (status, ended) = edge.call(&admin, Method::DELETE, "/api/v1/sessions?user=ben", None).await;
    assert_eq!((status, &ended["ended"]), (200, &2.into()));
    assert_eq!(edge.whoami(&ben).await.status(), StatusCode::UNAUTHORIZED);
    let mut again = Browser::new(&edge);
    assert!(again.sign_in("ben", PASSWORD).await, "they may sign in again");
    let (_, trail) = edge.call(&admin, Method::GET, "/api/v1/auditrecords?filter=action=session.revokeAll", None).await;
    let results: Vec<_> = trail["items"].as_array().unwrap().iter().map(|record| record["result"].clone()).collect();
    assert_eq!(results, ["allowed", "denied"], "{trail}");
}

#[tokio::test]
async fn the_time_of_last_use_is_true_to_the_minute_and_costs_a_write_a_minute() {
    let (edge, clock) = edge().await;
    let admin = edge.admin().await;
    let last = async || {
        let listed = sessions(&edge, &admin, "").await;
        listed[0]["lastUsedAt"].as_str().unwrap().parse::<Timestamp>().unwrap()
    };
    let begun = clock.now();
    assert_eq!(last().await, begun);
    clock.advance(SignedDuration::from_secs(59));
    edge.state.app.signin.forget();
    assert_eq!(last().await, begun, "not written again");
    clock.advance(SignedDuration::from_secs(2));
    edge.state.app.signin.forget();
    assert_eq!(last().await, begun + SignedDuration::from_secs(61));
    // What does not work leaves no trace of use.
    clock.advance(SignedDuration::from_mins(15));
    edge.state.app.signin.forget();
    assert_eq!(edge.whoami(&admin).await.status(), StatusCode::UNAUTHORIZED);
    let fresh = edge.admin().await;
    let listed = sessions(&edge, &fresh, "?orderBy=createdAt").await;
    assert_eq!(listed[0]["lastUsedAt"], (begun + SignedDuration::from_secs(61)).to_string());
}

#[tokio::test]
async fn an_open_event_stream_ends_with_its_session_and_no_other_does() {
    let (edge, _) = edge().await;
    let admin = edge.admin().await;
    edge.person(&admin, "ana").await;
    let (ours, other) = (edge.token_of("ana").await, edge.token_of("ana").await);
    let open = async |token: &str| {
        let request = Request::get("/api/v1/events?kinds=Membership");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        let answer = edge.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let mut chunks = answer.into_body().into_data_stream();
        let first = chunks.next().await.unwrap().unwrap();
        assert!(String::from_utf8_lossy(&first).contains("synced"), "{first:?}");
        chunks
    };
    let (mut mine, mut theirs) = (open(&ours).await, open(&other).await);
    let listed = sessions(&edge, &ours, "").await;
    let current = listed.iter().find(|session| session["current"] == true).unwrap();
    assert_eq!(edge.call(&other, Method::DELETE, &format!("{SESSIONS}/{}", id(current)), None).await.0, 200);
    let end = async {
        let mut said = String::new();
        while let Some(Ok(chunk)) = mine.next().await {
            said.push_str(&String::from_utf8_lossy(&chunk));
        }
        said
    };
    let said = tokio::time::timeout(Duration::from_secs(120), end).await.expect("the stream ends");
    assert!(said.contains("your session has ended"), "{said}");
    assert_eq!(edge.whoami(&ours).await.status(), StatusCode::UNAUTHORIZED);
    let quiet = tokio::time::timeout(Duration::from_millis(300), theirs.next()).await;
    assert!(quiet.is_err(), "the other stream goes on: {quiet:?}");
}
