//! The http listener over a socket: slow callers, and requests that two servers would read differently.

use std::{net::SocketAddr, time::Duration};

use kore_server::listen::{Patience, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use crate::signin::Edge;

const LONG: Duration = Duration::from_secs(3600);

async fn listening(edge: &Edge, patience: Patience) -> (SocketAddr, tokio_util::sync::DropGuard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    let router = kore_server::router(edge.state.clone()).unwrap();
    tokio::spawn(serve(listener, router, patience, stop.clone()));
    (address, stop.drop_guard())
}

/// What comes back until the other side closes.
async fn said(address: SocketAddr, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent).await.unwrap();
    let mut back = Vec::new();
    // A connection that is reset has said what it had to say.
    let read = tokio::time::timeout(Duration::from_secs(120), stream.read_to_end(&mut back)).await;
    assert!(read.is_ok(), "the connection stays open: {}", String::from_utf8_lossy(&back));
    String::from_utf8(back).unwrap()
}

#[tokio::test]
async fn whoever_is_slow_does_not_hold_a_connection() {
    let edge = Edge::new().await;
    let short = Duration::from_millis(200);
    let (address, _stop) = listening(&edge, Patience { connections: 2, head: short, body: short }).await;
    // As many as there are places, each with half a head and half a body; and then somebody else.
    let head = tokio::spawn(said(address, b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: "));
    let form = b"POST /auth/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ngrant_type=";
    let body = said(address, form).await;
    assert!(body.starts_with("HTTP/1.1 4"), "{body}");
    let head = head.await.unwrap();
    assert!(head.is_empty() || head.starts_with("HTTP/1.1 408"), "{head}");
    let fast = said(address, b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(fast.starts_with("HTTP/1.1 200"), "{fast}");
}

#[tokio::test]
async fn a_request_that_two_servers_would_read_differently_is_answered_at_most_once() {
    let edge = Edge::new().await;
    let (address, _stop) =
        listening(&edge, Patience { head: Duration::from_secs(5), body: LONG, ..Patience::default() }).await;
    let post = |headers: &str, body: &str| {
        format!(
            "POST /auth/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}"
        )
    };
    let hidden = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
    let chunked = format!("0\r\n\r\n{hidden}");
    for (what, request) in [
        ("CL.TE", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", &chunked)),
        ("TE.CL", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", &chunked)),
        ("two lengths", post("Content-Length: 0\r\nContent-Length: 5\r\n", hidden)),
        ("a list of lengths", post("Content-Length: 0, 5\r\n", hidden)),
        ("a signed length", post("Content-Length: +0\r\n", hidden)),
        ("TE.TE", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", &chunked)),
        ("unknown coding", post("Transfer-Encoding: xchunked\r\n", &chunked)),
        ("folded", post("X-A: b\r\n Transfer-Encoding: chunked\r\n", hidden)),
        ("space before the colon", post("Transfer-Encoding : chunked\r\n", &chunked)),
        ("bare line feeds in a name", post("X-A\n: b\r\n", hidden)),
    ] {
        let back = said(address, request.as_bytes()).await;
        assert_eq!(back.matches("HTTP/1.1 ").count(), usize::from(!back.is_empty()), "{what}: {back}");
        assert!(!back.contains("HTTP/1.1 200"), "{what}: what is hidden in a body is no request: {back}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_the_next_is_served() {
    let edge = Edge::new().await;
    let (address, _stop) = listening(&edge, Patience::default()).await;
    let get = |headers: &str| format!("GET /api/v1/whoami HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
    let long = "a".repeat(60_000);
    for headers in [
        format!("Authorization: Bearer kore_at_{long}\r\n"),
        format!("Cookie: kore_session_8420={long}\r\n"),
        format!("Authorization: Bearer {long}\r\nCookie: {long}\r\n"),
        format!("X-Request-Id: {long}\r\n"),
    ] {
        let back = said(address, get(&headers).as_bytes()).await;
        assert!(back.starts_with("HTTP/1.1 401"), "{} bytes: {back}", headers.len());
        assert!(!back.contains("aaaaaaaa"), "what was sent does not come back");
    }
    for headers in [format!("X-A: {}\r\n", "a".repeat(2 << 20)), "X-A: b\r\n".repeat(2000)] {
        let back = said(address, get(&headers).as_bytes()).await;
        assert!(back.is_empty() || back.starts_with("HTTP/1.1 431"), "{} bytes: {back}", headers.len());
    }
    let back = said(address, get("").as_bytes()).await;
    assert!(back.starts_with("HTTP/1.1 401"), "{back}");
}
