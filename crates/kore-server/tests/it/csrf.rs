//! What a page elsewhere can make somebody's browser do: nothing.

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use serde_json::json;

use crate::signin::{Browser, Edge, PASSWORD, claimed, text};

/// Every way in which a request with our cookie can come from elsewhere.
const ELSEWHERE: [&[(&str, &str)]; 5] = [
    // A form: it cannot set headers.
    &[],
    &[("sec-fetch-site", "cross-site")],
    // A script of another port or host of ours, if a browser let it set the header.
    &[("kore-client", "console"), ("sec-fetch-site", "same-site")],
    &[("kore-client", "console"), ("sec-fetch-site", "cross-site")],
    &[("kore-client", "console"), ("sec-fetch-site", "rubbish")],
];

#[tokio::test]
async fn a_cookie_changes_nothing_by_any_method_when_the_request_comes_from_elsewhere() {
    let edge = Edge::new().await;
    let browser = claimed(&edge).await;
    let user = json!({ "metadata": { "name": "eve" }, "spec": { "platformRole": "admin" } }).to_string();
    for headers in ELSEWHERE {
        for (method, path) in [
            (Method::POST, "/api/v1/users"),
            (Method::PUT, "/api/v1/users/admin"),
            (Method::PATCH, "/api/v1/users/admin"),
            (Method::DELETE, "/api/v1/users/admin"),
            (Method::POST, "/api/v1/users/admin/claim"),
            (Method::DELETE, "/api/v1/sessions"),
        ] {
            let mut request = Request::builder().method(method.clone()).uri(path).header(header::IF_MATCH, "*");
            request = request.header(header::COOKIE, browser.cookie());
            request = request.header(header::CONTENT_TYPE, "application/json");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = edge.send(request.body(Body::from(user.clone())).unwrap()).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path} {headers:?}");
        }
    }
    assert_eq!(edge.state.app.store.count_users().await.unwrap(), 1);
    let mut browser = browser;
    assert_eq!(browser.get("/auth/account").await.0, StatusCode::OK, "and the session is as it was");
}

#[tokio::test]
async fn a_form_from_elsewhere_signs_nobody_in_and_nobody_out() {
    let edge = Edge::new().await;
    let mut browser = claimed(&edge).await;
    let (_, page) = browser.get("/auth/account").await;
    let mut stranger = Browser::new(&edge);
    let (_, theirs) = stranger.get("/auth/login").await;
    let field = |page: &str| page.split(r#"name="csrf" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let post = |path: &str, csrf: &str, site: &str| {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("csrf", csrf), ("name", "admin"), ("password", PASSWORD), ("all", "true")])
            .finish();
        let request = Request::post(path).header(header::COOKIE, browser.cookie()).header("sec-fetch-site", site);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        edge.send(request.body(Body::from(body)).unwrap())
    };
    for path in ["/auth/login", "/auth/logout"] {
        // Without a proof, with the attacker's own, and with the right one from elsewhere.
        for (csrf, site) in [
            ("", "same-origin"),
            (&*field(&theirs), "same-origin"),
            (&*field(&page), "cross-site"),
            (&*field(&page), "same-site"),
        ] {
            let answer = post(path, csrf, site).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} {csrf} {site}");
            let cookies: Vec<_> = answer.headers().get_all(header::SET_COOKIE).iter().collect();
            assert!(!format!("{cookies:?}").contains("kore_session"), "{path} {csrf} {site}: {cookies:?}");
        }
    }
    assert_eq!(browser.get("/auth/account").await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_sign_in_makes_a_new_session_and_ends_the_one_before_it() {
    let edge = Edge::new().await;
    let mut victim = claimed(&edge).await;
    let planted = victim.cookies.clone();
    let session = |browser: &Browser<'_>| {
        browser.cookies.iter().find(|(name, _)| name.contains("session")).map(|(_, value)| value.clone())
    };
    // Made up, of the right form, and never handed out: it is not taken over.
    let mut fresh = Browser::new(&edge);
    let name = planted.keys().find(|name| name.contains("session")).unwrap().clone();
    let made_up = kore_app::signin::token::Secret::new(
        kore_app::signin::token::Kind::Browser,
        kore_app::signin::token::system_entropy,
    );
    fresh.cookies.insert(name, made_up.expose().to_owned());
    assert!(fresh.sign_in("admin", PASSWORD).await);
    assert_ne!(session(&fresh).as_deref(), Some(made_up.expose()));
    assert_eq!(fresh.get("/auth/account").await.0, StatusCode::OK);

    // Signing in over a session that somebody else knows: what they know is worth nothing afterwards.
    let (_, page) = victim.get("/auth/account").await;
    let form = page.replace("/auth/logout", "/auth/login");
    let answer = victim.submit(&form, "/auth/login", &[("name", "admin"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", text(answer).await);
    assert_ne!(victim.cookies, planted);
    let mut attacker = Browser::new(&edge);
    attacker.cookies = planted;
    assert_eq!(attacker.get("/auth/account").await.0, StatusCode::SEE_OTHER);
    assert_eq!(victim.get("/auth/account").await.0, StatusCode::OK);
}
