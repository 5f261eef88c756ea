//! The console's page and files: who gets them, with which headers, and what leads to them.

use std::{collections::HashSet, num::NonZeroU32, sync::Arc};

use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use kore_app::limits::Limits;
use kore_engine::clock::SystemClock;
use kore_server::console::Console;

use crate::signin::{Browser, Edge, claimed, location, text};

const SCRIPT: &str = "/assets/index-C0FFEE.js";

fn console() -> Console {
    let bytes = |text: &'static str| Bytes::from_static(text.as_bytes());
    let page = r#"<!doctype html><meta name="nonce" content="__NONCE__"><script type="module" src="/assets/index-C0FFEE.js"></script>"#;
    Console::of([
        ("index.html", "text/html", bytes(page), None, None),
        ("favicon.svg", "image/svg+xml", bytes("<svg/>"), None, None),
        (
            "assets/index-C0FFEE.js",
            "text/javascript; charset=utf-8",
            bytes("plain"),
            Some(bytes("br")),
            Some(bytes("gz")),
        ),
        ("assets/a.woff2", "font/woff2", bytes("font"), None, None),
    ])
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8").body(Body::empty()).unwrap()
}

fn header<'a>(answer: &'a Response<Body>, name: &str) -> &'a str {
    answer.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

async fn edge() -> Edge {
    Edge::new().await.with_console(console())
}

#[tokio::test]
async fn the_page_is_for_who_is_signed_in_at_every_place_of_the_console_and_new_each_time() {
    let edge = edge().await;
    let mut browser = claimed(&edge).await;
    let mut nonces = HashSet::new();
    for (path, status) in [
        ("/", 200),
        ("/?welcome=1", 200),
        ("/admin", 200),
        ("/admin/teams?page=2", 200),
        ("/teams/payments/clusters/dev", 200),
        ("/operations/0190b8a2", 200),
        ("/account", 200),
        ("/nowhere/at/all", 404),
        ("/adminx", 404),
    ] {
        let answer = browser.send(get(path)).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-store");
        assert_eq!(header(&answer, "content-type"), "text/html; charset=utf-8");
        let policy = header(&answer, "content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
                 font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
                 form-action 'self'; frame-ancestors 'none'"
            )
        );
        assert_eq!(nonce.len(), 22, "128 bits");
        let page = text(answer).await;
        assert!(page.contains(&format!("content=\"{nonce}\"")) && !page.contains("__NONCE__"), "{page}");
        assert!(nonces.insert(nonce), "a nonce is used once");
    }
    // Nobody signed in: to the sign-in page, and back to where they were.
    for (path, next) in [
        ("/", "%2F"),
        ("/teams/payments?tab=people&q=a%20b", "%2Fteams%2Fpayments%3Ftab%3Dpeople%26q%3Da%2520b"),
        ("/nowhere", "%2Fnowhere"),
    ] {
        let answer = edge.send(get(path)).await;
        assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, format!("/auth/login?next={next}")));
    }
    let mut other = Browser::new(&edge);
    let (_, form) = other.get("/auth/login?next=%2Fteams%2Fpayments%3Ftab%3Dpeople").await;
    let answer = other.submit(&form, "/auth/login", &[("name", "admin"), ("password", crate::signin::PASSWORD)]).await;
    assert_eq!(location(&answer), "/teams/payments?tab=people");
    // What is no place of the console stays what it was, for whoever is signed in too.
    for (path, status) in [("/api/v1/nothing", 404), ("/auth/nothing", 404), ("/assets/nothing.js", 404)] {
        let answer = browser.send(get(path)).await;
        assert_eq!(answer.status(), status, "{path}");
        assert!(!text(answer).await.contains("C0FFEE"), "{path}");
    }
    let plain = Request::get("/nowhere").header(header::ACCEPT, "application/json").body(Body::empty()).unwrap();
    let answer = browser.send(plain).await;
    assert_eq!(header(&answer, "content-type"), "application/problem+json");
    let posted =
        browser.send(Request::post("/nowhere").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap());
    assert!(!text(posted.await).await.contains("C0FFEE"));
    let head = Request::head("/teams/payments").header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    assert_eq!(browser.send(head).await.status(), StatusCode::OK);
    // Pages of sign-in lead there.
    assert!(browser.get("/auth/account").await.1.contains(r#"<a href="/">Open the console</a>"#));
}

#[tokio::test]
async fn files_are_anybodys_kept_for_good_and_sent_packed() {
    let edge = edge().await;
    let ask = |path: &str, headers: &[(&str, &str)]| {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        edge.send(request.body(Body::empty()).unwrap())
    };
    for (accepted, body, encoding) in
        [("gzip, deflate, br, zstd", "br", "br"), ("gzip", "gz", "gzip"), ("", "plain", "")]
    {
        let answer = ask(SCRIPT, &[("accept-encoding", accepted)]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(header(&answer, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header(&answer, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!((header(&answer, "content-encoding"), header(&answer, "vary")), (encoding, "accept-encoding"));
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        let policy = header(&answer, "content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("connect-src 'self'"),
            "a worker's: {policy}"
        );
        let tag = header(&answer, "etag").to_owned();
        assert_eq!(text(answer).await, body);
        let again = ask(SCRIPT, &[("accept-encoding", accepted), ("if-none-match", &format!("W/{tag}"))]).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header(&again, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(text(again).await, "");
    }
    let font = ask("/assets/a.woff2", &[("accept-encoding", "br")]).await;
    assert_eq!((header(&font, "content-type"), header(&font, "content-encoding")), ("font/woff2", ""));
    assert_eq!(header(&font, "content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    let icon = ask("/favicon.svg", &[]).await;
    assert_eq!((header(&icon, "cache-control"), header(&icon, "content-type")), ("no-cache", "image/svg+xml"));
    assert_eq!(ask("/favicon.ico", &[]).await.status(), StatusCode::NO_CONTENT);
    for path in
        ["/assets/", "/assets/nothing", "/assets/../index.html", "/assets/%2e%2e/index.html", "/manifest.webmanifest"]
    {
        let answer = ask(path, &[]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn loading_the_console_is_not_held_up_and_looks_at_no_session() {
    let edge = Edge::with(Arc::new(SystemClock), Limits::of(NonZeroU32::MIN, NonZeroU32::new(5).unwrap())).await;
    let edge = edge.with_console(console());
    for _ in 0..100 {
        // With a cookie that nobody handed out: it is not even looked up.
        let request = Request::get(SCRIPT).header(header::COOKIE, "kore_session_8420=kore_bs_made_up");
        assert_eq!(edge.send(request.body(Body::empty()).unwrap()).await.status(), StatusCode::OK);
    }
    let mut refused = 0;
    for _ in 0..50 {
        refused += u32::from(edge.send(get("/teams")).await.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 10, "pages have their limit: {refused}");
}

#[tokio::test]
async fn a_program_without_a_console_says_so() {
    let edge = Edge::new().await.with_console(Console::default());
    let mut browser = claimed(&edge).await;
    for (path, status) in [("/", 200), ("/teams/payments", 200), ("/nowhere", 404)] {
        let answer = browser.send(get(path)).await;
        assert_eq!(answer.status(), status);
        let policy = header(&answer, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        let page = text(answer).await;
        assert!(page.contains("signed in as admin") && page.contains("make build"), "{page}");
    }
    assert_eq!(edge.send(get("/assets/index.js")).await.status(), StatusCode::NOT_FOUND);
    let answer = edge.send(Request::builder().method(Method::GET).uri("/").body(Body::empty()).unwrap()).await;
    assert_eq!(location(&answer), "/auth/login?next=%2F");
}
