//! One loud caller locks out nobody else.

use std::{num::NonZeroU32, sync::Arc};

use axum::body::Body;
use http::{Request, StatusCode, header};
use kore_api::problem::Problem;
use kore_app::limits::Limits;
use kore_engine::clock::SystemClock;

use crate::signin::{Edge, json};

const LOUD: &str = "192.0.2.1";

fn get(path: &str, token: Option<&str>) -> Request<Body> {
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn callers_are_limited_one_by_one() {
    let edge = Edge::with(Arc::new(SystemClock), Limits::of(NonZeroU32::MIN, NonZeroU32::new(5).unwrap())).await;
    let token = edge.state.app.signin.admin_session(None).await.unwrap().access_token;
    let mut refused = 0;
    for _ in 0..60 {
        let answer = edge.send_from(LOUD, get("/api/v1/openapi.json", None)).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused += 1;
            assert_eq!(answer.headers()[header::RETRY_AFTER], "1");
            let problem: Problem = json(answer).await;
            assert_eq!((problem.code.as_str(), problem.retryable), ("KORE-SERVER-0004", true));
        }
    }
    assert!(refused > 10, "{refused}");
    // Guessing tokens is what the same caller does; a token that works is another caller.
    let guess = edge.send_from(LOUD, get("/api/v1/whoami", Some("kore_at_guess"))).await;
    assert_eq!(guess.status(), StatusCode::TOO_MANY_REQUESTS);
    for (address, token) in [("192.0.2.2", None), ("2001:db8::1", None), (LOUD, Some(token.as_str()))] {
        let path = if token.is_some() { "/api/v1/whoami" } else { "/api/v1/openapi.json" };
        assert_eq!(edge.send_from(address, get(path, token)).await.status(), StatusCode::OK, "{address}");
    }
    let mut own = 0;
    for _ in 0..60 {
        let answer = edge.send_from("192.0.2.3", get("/api/v1/whoami", Some(&token))).await;
        own += u32::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(own > 10, "somebody who is signed in has a limit too: {own}");
    assert_eq!(edge.send_from("192.0.2.3", get("/api/v1/openapi.json", None)).await.status(), StatusCode::OK);

    // On record as one refusal and a number, for each of the two.
    edge.state.app.audit.flush(jiff::Timestamp::MAX).await;
    let proof = kore_domain::access::SystemContext { component: "test", now: jiff::Timestamp::now() }
        .grant(kore_domain::access::Permission::AuditReadTeam, kore_domain::access::Visibility::All);
    let query = kore_store::AuditQuery { limit: 100, ..Default::default() };
    let records = edge.state.app.store.list_audit(&proof, &query).await.unwrap();
    let limited = records.iter().filter(|record| record.code.as_deref() == Some("KORE-SERVER-0004"));
    let mut actors: Vec<_> = limited.map(|record| record.actor.as_str()).collect();
    actors.sort_unstable();
    assert_eq!(actors, ["anonymous", "anonymous", "user:admin", "user:admin"]);
}
