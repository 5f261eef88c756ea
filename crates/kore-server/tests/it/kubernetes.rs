//! A cluster's API on the console's own origin: for the console's pages, with a browser's session, and for nobody else.

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use axum::body::Body;
use futures::future::BoxFuture;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use kore_api::{audit::AuditRecord, identity::TeamRole};
use kore_app::signin::{Audience, Origin};
use kore_domain::{
    access::{Permission, SystemContext, Visibility},
    cluster_rbac::Impersonation,
};
use kore_kube::proxy::TransportError;
use kore_server::{
    gateway::{Clusters, Target},
    listen::{self, Patience},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    gateway::{Echo, Known, PODS, cluster, read_head},
    signin::{Browser, Edge, URL, json, text},
};

const OURS: [(&str, &str); 2] = [("kore-client", "console"), ("sec-fetch-site", "same-origin")];

/// Members of payments, each in a browser.
async fn edge(clusters: Arc<dyn Clusters>) -> Edge {
    Edge::new().await.with_gateway(clusters)
}

async fn member<'a>(edge: &'a Edge, name: &str, team: &str, role: TeamRole) -> Browser<'a> {
    let browser = edge.person(&edge.admin().await, name).await;
    let (app, now) = (&edge.state.app, edge.state.app.clock.now());
    let proof = SystemContext { component: "test", now }.grant(Permission::MembershipWrite, team.parse().unwrap());
    app.store.add_membership(&proof, &format!("id-{team}"), &name.parse().unwrap(), role, now).await.unwrap();
    app.signin.forget();
    browser
}

/// Sends a request as a page would, with exactly these headers besides the cookie.
async fn ask(
    edge: &Edge,
    cookie: &str,
    method: &Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path).header(header::COOKIE, cookie);
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let answer = edge.send(request.body(body).unwrap()).await;
    sealed(answer.headers(), path);
    answer
}

/// What every answer carries, whoever made it.
fn sealed(headers: &HeaderMap, what: &str) {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
    assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'; frame-ancestors 'none'", "{what}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{what}");
    assert_eq!(header("cache-control"), "no-store", "{what}");
    assert!(!headers.contains_key("set-cookie") && !headers.contains_key("location"), "{what}: {headers:?}");
    assert!(!headers.keys().any(|name| name.as_str().starts_with("access-control")), "{what}: {headers:?}");
}

async fn trail(edge: &Edge, wanted: usize, action: &str) -> Vec<AuditRecord> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        let system = SystemContext { component: "test", now: edge.state.app.clock.now() };
        let proof = system.grant(Permission::AuditReadTeam, Visibility::All);
        let query = kore_store::AuditQuery { limit: 500, ..kore_store::AuditQuery::default() };
        let records = edge.state.app.store.list_audit(&proof, &query).await.unwrap();
        let found: Vec<_> = records.into_iter().filter(|record| record.action == action).collect();
        if found.len() >= wanted {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "{} of {wanted} {action}", found.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// On a port, as the server listens.
async fn listening(edge: &Edge) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(listen::serve(listener, edge.router(), Patience::default(), edge.state.stopping.clone()));
    address
}

/// Sends the head of a request as it is, and reads the answer's.
async fn raw(address: SocketAddr, head: &str) -> (String, TcpStream) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let head = tokio::time::timeout(Duration::from_secs(120), read_head(&mut stream)).await.unwrap();
    (head, stream)
}

fn status(head: &str) -> u16 {
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

fn websocket(path: &str, cookie: &str, headers: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:8420\r\nCookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
    )
}

fn ours() -> String {
    format!("Origin: {URL}\r\nSec-Fetch-Site: same-origin\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_ours_reaches_a_cluster_as_its_person_and_no_page_elsewhere_does() {
    let (_cluster, transport) = cluster(Impersonation::Constrained).await;
    let edge = edge(Arc::new(Known(HashMap::from([("payments/dev".to_owned(), transport)])))).await;
    let ana = member(&edge, "ana", "payments", TeamRole::Owner).await.cookie();
    let vera = member(&edge, "vera", "payments", TeamRole::Viewer).await.cookie();
    let otto = member(&edge, "otto", "other", TeamRole::Owner).await.cookie();
    let (get, post) = (Method::GET, Method::POST);

    // As oneself, with one's own groups; neither cookie nor our header arrives (the API server would not mind).
    let review = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
    let reviews = "/k8s/payments/dev/apis/authentication.k8s.io/v1/selfsubjectreviews";
    for (cookie, name, group) in [(&ana, "kore:ana", "kore:payments:admin"), (&vera, "kore:vera", "kore:payments:view")]
    {
        let answer = ask(&edge, cookie, &post, reviews, &OURS, Some(&review)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        assert!(answer.headers().contains_key("audit-id"));
        let answer: Value = json(answer).await;
        let info = &answer["status"]["userInfo"];
        assert_eq!((&info["username"], &info["groups"]), (&json!(name), &json!([group, "system:authenticated"])));
    }
    let answer = ask(&edge, &ana, &get, PODS, &OURS, None).await;
    assert_eq!(
        (answer.status(), &answer.headers()["content-type"]),
        (StatusCode::OK, &"application/json".parse().unwrap())
    );
    assert_eq!(json::<Value>(answer).await["kind"], "PodList");
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "c" } });
    let namespaces = "/k8s/payments/dev/api/v1/namespaces";
    let made = ask(&edge, &ana, &post, namespaces, &[OURS[0], OURS[1], ("origin", URL)], Some(&namespace)).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let record =
        trail(&edge, 3, "kubectl.create").await.into_iter().find(|record| record.object.contains("namespaces"));
    let record = record.unwrap();
    assert_eq!((record.actor.as_str(), record.status, record.source.as_str()), ("user:ana", Some(201), "gateway"));
    assert_eq!((record.detail.as_deref(), record.team.as_deref()), (Some("from the console"), Some("payments")));

    // Every way in which another page could make ana's browser send it, reads too.
    for headers in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("kore-client", "console"), ("sec-fetch-site", "cross-site")],
        &[("kore-client", "console"), ("sec-fetch-site", "same-site")],
        &[("kore-client", "console"), ("sec-fetch-site", "none")],
        &[("kore-client", "console"), ("origin", "https://evil.example")],
        &[("origin", "https://evil.example"), ("content-type", "application/x-www-form-urlencoded")],
        &[("origin", "null"), ("content-type", "text/plain")],
    ] {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = ask(&edge, &ana, &method, &format!("{namespaces}/c"), headers, None).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {headers:?}");
        }
    }
    let there = ask(&edge, &ana, &get, &format!("{namespaces}/c"), &OURS, None).await;
    assert_eq!(there.status(), StatusCode::OK, "it is still there");
    let turned_away = trail(&edge, 1, "request").await;
    assert_eq!(turned_away.len(), 1, "one record, and a number for the rest: {turned_away:?}");

    // Without a session, with somebody else's, with what is for programs.
    let token = edge.token_of("ana").await;
    let bearer = format!("Bearer {token}");
    for headers in [&[OURS[0], OURS[1], ("authorization", bearer.as_str())][..], &OURS[..]] {
        assert_eq!(
            ask(&edge, "a=b", &get, PODS, headers, None).await.status(),
            StatusCode::UNAUTHORIZED,
            "{headers:?}"
        );
    }
    let lie = "kore_session_8420=kore_bs_0000000000000000000000000000000000000000000000";
    assert_eq!(ask(&edge, lie, &get, PODS, &OURS, None).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&edge, &otto, &get, PODS, &OURS, None).await.status(), StatusCode::NOT_FOUND);
    let management = "/k8s/-/management/api/v1/pods";
    assert_eq!(ask(&edge, &ana, &get, management, &OURS, None).await.status(), StatusCode::FORBIDDEN);
    let exec = format!("{PODS}/p/exec?command=sh");
    let answer = ask(&edge, &vera, &get, &exec, &OURS, None).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(text(answer).await.contains("KORE-AUTH-0003"));

    // Nobody's pages on our origin.
    for path in [
        &*format!("{PODS}/p/proxy/"),
        "/k8s/payments/dev/api/v1/namespaces/default/services/s:80/proxy/index.html",
        "/k8s/payments/dev/api/v1/nodes/n/proxy/pods",
    ] {
        let answer = ask(&edge, &ana, &get, path, &OURS, None).await;
        assert_eq!(
            (answer.status(), &answer.headers()["content-type"]),
            (StatusCode::FORBIDDEN, &"application/json".parse().unwrap())
        );
        let refused: Value = json(answer).await;
        assert_eq!(refused["kind"], "Status", "{path}: {refused}");
    }
    // Smuggling.
    for name in ["impersonate-user", "Impersonate-Group", "impersonate-extra-x", "X-Remote-User"] {
        let answer = ask(&edge, &ana, &get, PODS, &[OURS[0], OURS[1], (name, "system:masters")], None).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}");
        assert!(text(answer).await.contains("KORE-CLUSTER-0005"), "{name}");
    }
    let address = listening(&edge).await;
    let plain = |path: &str, headers: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {ana}\r\nKore-Client: console\r\n{headers}\r\n")
    };
    let nominated = plain(PODS, "Connection: close, Impersonate-User, impersonate-group\r\n");
    assert_eq!(status(&raw(address, &nominated).await.0), 200, "what is nominated is the caller's, never ours");
    for path in [
        "/k8s/payments/dev/../prod/api/v1/pods",
        "/k8s/payments/dev/api/v1/%2e%2e/secrets",
        "/k8s/payments/dev//api/v1/pods",
        "/k8s/payments%2fdev/x/api/v1/pods",
        "/k8s/payments/dev/api/v1/namespaces/default/pods/p/%70roxy/",
        "/k8s/payments/dev/api/v1/namespaces/default%2fpods",
        "/k8s/payments/dev\\..\\api/v1/pods",
    ] {
        let (head, _) = raw(address, &plain(path, "Connection: close\r\n")).await;
        assert_eq!(status(&head), 400, "{path}: {head}");
    }

    streams_end_with_what_they_stand_on(&edge, address).await;
}

async fn streams_end_with_what_they_stand_on(edge: &Edge, address: SocketAddr) {
    let watching = "/k8s/payments/dev/api/v1/namespaces?watch=true";
    let dora = member(edge, "dora", "payments", TeamRole::Developer).await.cookie();
    let mut stream = ask(edge, &dora, &Method::GET, watching, &OURS, None).await.into_body();
    assert!(stream.frame().await.unwrap().is_ok(), "frames come as they are made");
    let max = member(edge, "max", "payments", TeamRole::Maintainer).await.cookie();
    let (head, mut socket) = raw(address, &websocket(watching, &max, &ours())).await;
    assert_eq!(status(&head), 101, "{head}");
    assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "the answer is the API server's own: {head}");
    let mut frame = [0_u8; 64];
    let read = tokio::time::timeout(Duration::from_secs(120), socket.read(&mut frame)).await.unwrap().unwrap();
    assert!(read > 2 && frame[0] & 0x80 != 0, "a frame");

    // One leaves the team, the other's session ends.
    let (store, now) = (&edge.state.app.store, edge.state.app.clock.now());
    sign_out(edge, &max).await;
    let proof = SystemContext { component: "test", now }.grant(Permission::UserWrite, kore_domain::access::Platform);
    let user = store.user_by_name(&"dora".parse().unwrap()).await.unwrap().unwrap();
    let disabled = kore_api::identity::UserSpec { disabled: true, ..user.spec };
    store.update_user(&proof, &"dora".parse().unwrap(), user.revision, &disabled, now).await.unwrap();
    edge.state.app.signin.forget();
    let ends = async {
        while stream.frame().await.is_some() {}
        let _ = socket.read_to_end(&mut Vec::new()).await;
    };
    tokio::time::timeout(Duration::from_secs(120), ends).await.expect("streams end with what they stand on");
    for cookie in [&dora, &max] {
        assert_eq!(ask(edge, cookie, &Method::GET, PODS, &OURS, None).await.status(), StatusCode::UNAUTHORIZED);
    }
}

async fn sign_out(edge: &Edge, cookie: &str) {
    let session = cookie.split("; ").find_map(|pair| pair.strip_prefix("kore_session_8420=")).unwrap();
    let signin = &edge.state.app.signin;
    let credential = signin.authenticate(session, Audience::Browser).await.unwrap();
    signin.sign_out(&credential, &Origin::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_is_for_our_pages_alone_and_ends_with_the_session() {
    let edge = edge(Arc::new(Echo)).await;
    let ana = member(&edge, "ana", "payments", TeamRole::Owner).await.cookie();
    let address = listening(&edge).await;
    let exec = format!("{PODS}/p/exec?command=sh&stdin=true&stdout=true");
    let (head, mut stream) = raw(address, &websocket(&exec, &ana, &ours())).await;
    assert!(head.starts_with("HTTP/1.1 101") && head.to_lowercase().contains("upgrade: websocket"), "{head}");
    stream.write_all(b"from a page").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut back = Vec::new();
    tokio::time::timeout(Duration::from_secs(120), stream.read_to_end(&mut back)).await.unwrap().unwrap();
    assert_eq!(back, b"from a page");

    // Cross-site WebSocket hijacking: browsers send the cookie, and say where from.
    let protocol = "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n";
    for (why, headers) in [
        ("another site", format!("Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n{protocol}")),
        ("another port", format!("Origin: http://127.0.0.1:9999\r\nSec-Fetch-Site: same-site\r\n{protocol}")),
        ("an old browser elsewhere", format!("Origin: https://evil.example\r\n{protocol}")),
        ("a sandboxed frame", format!("Origin: null\r\n{protocol}")),
        ("no browser", protocol.to_owned()),
        ("our header instead", format!("Kore-Client: console\r\n{protocol}")),
        ("no protocol", format!("Origin: {URL}\r\n")),
        ("another protocol", format!("Origin: {URL}\r\nSec-WebSocket-Protocol: chat\r\n")),
        (
            "a token in disguise",
            format!(
                "Origin: {URL}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.eA\r\n"
            ),
        ),
    ] {
        let (head, _) = raw(address, &websocket(&exec, &ana, &headers)).await;
        assert_eq!(status(&head), 403, "{why}: {head}");
    }
    assert_eq!(status(&raw(address, &websocket(&exec, "a=b", &ours())).await.0), 401);

    let (head, mut open) = raw(address, &websocket(&exec, &ana, &ours())).await;
    assert_eq!(status(&head), 101, "{head}");
    sign_out(&edge, &ana).await;
    let end = tokio::time::timeout(Duration::from_secs(120), open.read_to_end(&mut back)).await;
    assert!(end.is_ok(), "an open shell ends with the session");
    let records = trail(&edge, 2, "kubectl.exec").await;
    assert!(records.iter().all(|record| record.actor == "user:ana"), "{records:?}");
}

/// A cluster that would like to be the console.
struct Rude;

impl Clusters for Rude {
    fn send<'a>(
        &'a self,
        _: &'a Target,
        request: Request<Body>,
    ) -> BoxFuture<'a, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            for name in ["cookie", "kore-client", "authorization"] {
                assert!(!request.headers().contains_key(name), "{name} is not for a cluster");
            }
            let answer = Response::builder()
                .status(StatusCode::FOUND)
                .header("content-type", "text/html")
                .header("location", "https://evil.example/")
                .header("set-cookie", "kore_session_8420=theirs; Path=/")
                .header("www-authenticate", "Basic realm=\"type your password\"")
                .header("refresh", "0; url=https://evil.example/")
                .header("clear-site-data", "\"*\"")
                .header("service-worker-allowed", "/")
                .header("access-control-allow-origin", "*")
                .header("content-security-policy", "default-src * 'unsafe-inline'")
                .header("cache-control", "public, max-age=31536000")
                .body(Body::from("<script>alert(1)</script>"));
            Ok(answer.unwrap())
        })
    }
}

#[tokio::test]
async fn a_cluster_says_nothing_about_our_origin() {
    let edge = edge(Arc::new(Rude)).await;
    let ana = member(&edge, "ana", "payments", TeamRole::Owner).await.cookie();
    let bearer = [OURS[0], OURS[1], ("authorization", "Basic eDp5")];
    let answer = ask(&edge, &ana, &Method::GET, PODS, &bearer, None).await;
    assert_eq!(answer.status(), StatusCode::FOUND);
    let mut names: Vec<_> = answer.headers().keys().map(|name| name.as_str().to_owned()).collect();
    names.retain(|name| !["x-request-id", "x-frame-options", "referrer-policy"].contains(&name.as_str()));
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "audit-id",
            "cache-control",
            "content-length",
            "content-security-policy",
            "content-type",
            "cross-origin-resource-policy",
            "x-content-type-options"
        ]
    );
    // Where there is no gateway, there is no way.
    let none = Edge::new().await;
    let ana = member(&none, "ana", "payments", TeamRole::Owner).await.cookie();
    assert_eq!(ask(&none, &ana, &Method::GET, PODS, &OURS, None).await.status(), StatusCode::SERVICE_UNAVAILABLE);
}
