//! What somebody with one credential, or none, tries with it elsewhere. Attacks on forms are in `csrf`,
//! on the sign-in flows in `signin`, on what a connection is in `listen`.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use futures::future::BoxFuture;
use http::{Request, Response, StatusCode, header};
use kore_api::identity::TeamRole;
use kore_app::signin::token::{Kind, Secret, system_entropy};
use kore_kube::proxy::TransportError;
use kore_server::gateway::{Clusters, Target};
use kore_testkit::test_app::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    gateway::{Echo, PODS, Running, everyone, read_head},
    signin::{Edge, claimed, location},
};

/// A cluster that answers everything, and remembers what it was asked.
#[derive(Default)]
struct Seen(Mutex<Vec<String>>);

impl Clusters for Seen {
    fn send<'a>(
        &'a self,
        target: &'a Target,
        request: Request<Body>,
    ) -> BoxFuture<'a, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            self.0.lock().unwrap().push(format!("{target} {} {}", request.method(), request.uri()));
            let _body = axum::body::to_bytes(request.into_body(), 1 << 20).await;
            Ok(Response::new(Body::from("{}")))
        })
    }
}

impl Seen {
    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[tokio::test]
async fn a_credential_is_good_for_nothing_but_its_own_place() {
    let edge = Edge::new().await;
    let mut browser = claimed(&edge).await;
    let tokens = edge.state.app.signin.admin_session(Some("kore".into())).await.unwrap();
    let refresh = tokens.refresh_token.clone().unwrap();
    let (name, cookie) = browser.cookies.iter().find(|(name, _)| name.contains("session")).unwrap();
    let (name, cookie) = (name.clone(), cookie.clone());

    // At the API: what is no access token is none, whoever it belongs to.
    for other in [&refresh, &cookie] {
        assert_eq!(edge.whoami(other).await.status(), StatusCode::UNAUTHORIZED, "{}", &other[..8]);
    }
    for (place, value) in [
        (header::AUTHORIZATION, format!("Basic {}", tokens.access_token)),
        (header::AUTHORIZATION, tokens.access_token.clone()),
        (header::COOKIE, format!("{name}={}", tokens.access_token)),
        (header::COOKIE, format!("{name}={refresh}")),
    ] {
        let request = Request::get("/api/v1/whoami").header(place, value).body(Body::empty()).unwrap();
        assert_eq!(edge.send(request).await.status(), StatusCode::UNAUTHORIZED);
    }
    for query in ["access_token", "token", "authorization"] {
        let request = Request::get(format!("/api/v1/whoami?{query}={}", tokens.access_token));
        assert_eq!(edge.send(request.body(Body::empty()).unwrap()).await.status(), StatusCode::UNAUTHORIZED);
    }
    // Two credentials: the header counts, and a cookie that works does not help one that does not.
    let request = Request::get("/api/v1/whoami").header(header::COOKIE, browser.cookie());
    let request = request.header(header::AUTHORIZATION, "Bearer kore_at_nothing").body(Body::empty()).unwrap();
    assert_eq!(edge.send(request).await.status(), StatusCode::UNAUTHORIZED);

    // At the token endpoint, for each grant.
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    for other in [&tokens.access_token, &cookie] {
        for (grant, field) in
            [("refresh_token", "refresh_token"), ("authorization_code", "code"), (device, "device_code")]
        {
            let redirect = "http://127.0.0.1:1/callback";
            let fields = [("grant_type", grant), (field, other), ("code_verifier", "v"), ("redirect_uri", redirect)];
            assert!(edge.token(&fields).await.is_err(), "{grant}");
        }
    }
    // On the pages: a token in the cookie's place is nobody.
    browser.cookies.insert(name, tokens.access_token.clone());
    assert_eq!(browser.get("/auth/account").await.0, StatusCode::SEE_OTHER);
    assert_eq!(edge.whoami(&tokens.access_token).await.status(), StatusCode::OK, "trying has ended nothing");
}

#[tokio::test]
async fn a_sign_in_leads_nowhere_else() {
    let edge = Edge::new().await;
    let mut browser = claimed(&edge).await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/auth/\\evil.example",
        "/auth//evil.example",
        "javascript:alert(1)",
        "/%5cevil.example",
        "/%2Fevil.example",
        "/\t/evil.example",
        "/api/v1/whoami",
        "/auth/account\r\nSet-Cookie: a=b",
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let request = Request::get(format!("/auth/login?next={encoded}")).body(Body::empty()).unwrap();
        let answer = browser.send(request).await;
        assert_eq!(location(&answer), "/", "{next}");
    }
    // Nor does the command line's: only addresses of this machine get a code.
    for redirect in
        ["https://evil.example/callback", "http://127.0.0.1.evil.example/callback", "http://127.0.0.1@evil.example/"]
    {
        let encoded: String = url::form_urlencoded::byte_serialize(redirect.as_bytes()).collect();
        let query = format!(
            "response_type=code&client_id=kore-cli&redirect_uri={encoded}&code_challenge_method=S256\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&state=s"
        );
        let request = Request::get(format!("/auth/authorize?{query}")).body(Body::empty()).unwrap();
        let answer = browser.send(request).await;
        assert!(answer.status().is_client_error() && !answer.headers().contains_key(header::LOCATION), "{redirect}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_of_a_path_leads_to_another_team() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    for team in ["payments", "fraud"] {
        app.team(&admin, team).await.unwrap();
    }
    let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
    for path in [
        "/api/v1/teams/fraud",
        "/api/v1/teams/fraud?x=teams/payments",
        "/api/v1/teams/fraud/clusters?teams/payments",
        "/api/v1/teams/fraud/clusters?filter=teams/payments",
        "/api/v1/teams/fraud/memberships?team=payments",
        "/api/v1/teams/payments/../fraud",
        "/api/v1/teams/payments/..%2ffraud",
        "/api/v1/teams/payments%2f..%2ffraud",
        "/api/v1/teams/payments/%2e%2e/fraud/memberships",
        "/api/v1/teams//fraud/memberships",
        "/api/v1/teams/fraud/",
        "/api/v1/teams/fraud%00",
        "/api/v1/teams/FRAUD",
        "/api/v1/teams/fraud;team=payments",
        "/api/v1/./teams/fraud",
        "//api/v1/teams/fraud",
    ] {
        let answer = ana.get(path).await;
        assert!(matches!(answer.status.as_u16(), 400 | 404), "{path}: {} {}", answer.status, answer.text);
        let answer = ana.delete(path, "*").await;
        assert!(matches!(answer.status.as_u16(), 400 | 404 | 405), "{path}: {} {}", answer.status, answer.text);
    }
    assert_eq!(admin.get("/api/v1/teams/fraud").await.status, 200, "it is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_a_credential_of_that_cluster_passes_the_gateway() {
    let seen = Arc::new(Seen::default());
    let running = Running::start(Arc::clone(&seen) as Arc<dyn Clusters>).await;
    everyone(&running).await;
    let ana = running.people.token("ana", "payments/dev").await;
    let signin = &running.people.signin;
    let session = signin.admin_session(Some("kore".into())).await.unwrap();
    let entered = signin.sign_in("ana", crate::people::PASSWORD, &kore_app::signin::Origin::default()).await.unwrap();
    let kore_app::signin::Entered::In(opened) = entered else { panic!("ana has no second factor") };
    let never = Secret::new(Kind::Cluster, system_entropy);
    let bearer = |token: &str| format!("Authorization: Bearer {token}\r\n");
    let disguised = {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        format!("base64url.bearer.authorization.k8s.io.{}", URL_SAFE_NO_PAD.encode(&ana))
    };
    let ask = async |path: &str, headers: &str| {
        let mut stream = running.raw().await;
        let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        read_head(&mut stream).await.split(' ').nth(1).unwrap().parse::<u16>().unwrap()
    };
    for (what, headers) in [
        ("nothing", String::new()),
        ("an access token", bearer(&session.access_token)),
        ("a refresh token", bearer(session.refresh_token.as_deref().unwrap())),
        ("a browser's session", bearer(opened.cookie.expose())),
        ("one that was never made", bearer(never.expose())),
        ("60 KB", bearer(&format!("kore_kc_{}", "a".repeat(60_000)))),
        ("in a cookie", format!("Cookie: kore_session_8421={ana}\r\n")),
        ("basic", format!("Authorization: Basic {ana}\r\n")),
        ("as a protocol of web sockets", format!("Sec-WebSocket-Protocol: {disguised}\r\n")),
    ] {
        assert_eq!(ask(PODS, &headers).await, 401, "{what}");
    }
    assert_eq!(ask(&format!("{PODS}?access_token={ana}"), "").await, 401, "in the query");
    let own = bearer(&ana);
    for path in [
        "/k8s/payments/prod/api?x=/k8s/payments/dev/api",
        "/k8s/other/dev/api#/k8s/payments/dev",
        "/k8s/-/management/api?team=payments",
    ] {
        assert_eq!(ask(path, &own).await, 401, "{path}");
    }
    for path in ["/k8s/payments/dev/%2e%2e/prod/api", "/k8s/payments/dev%2f..%2fprod/api", "/k8s//payments/dev/api"] {
        assert_eq!(ask(path, &own).await, 400, "{path}");
    }
    for path in ["/K8S/payments/dev/api", "/k8s/PAYMENTS/dev/api", "/api/v1/pods", "/metrics", "/api/v1/teams"] {
        assert_eq!(ask(path, &own).await, 404, "{path}");
    }
    // Named by Connection or not, in whatever case, once or more: what says who somebody is, goes nowhere.
    for header in [
        "Connection: Impersonate-User\r\nImpersonate-User: system:admin\r\n",
        "Impersonate-Uid: 1\r\n",
        "Impersonate-Extra-Scopes: x\r\n",
        "IMPERSONATE-GROUP: system:masters\r\nImpersonate-Group: x\r\n",
        "X-Remote-Group: system:masters\r\n",
    ] {
        assert_eq!(ask(PODS, &format!("{own}{header}")).await, 403, "{header}");
    }
    assert_eq!(seen.taken(), Vec::<String>::new(), "nothing of it reached a cluster");
    assert_eq!(ask(PODS, &own).await, 200);
    assert_eq!(seen.taken(), ["payments/dev GET /api/v1/namespaces/default/pods"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_second_request_is_smuggled_past_the_gateway() {
    let seen = Arc::new(Seen::default());
    let running = Running::start(Arc::clone(&seen) as Arc<dyn Clusters>).await;
    everyone(&running).await;
    let vera = running.people.token("vera", "payments/dev").await;
    let hidden = "GET /k8s/payments/dev/api/v1/secrets HTTP/1.1\r\nHost: x\r\n\r\n";
    let chunked = format!("0\r\n\r\n{hidden}");
    let upgrade = "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n";
    for (what, headers, body) in [
        ("CL.TE", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", &*chunked),
        ("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", &*chunked),
        ("two lengths", "Content-Length: 0\r\nContent-Length: 9\r\n", hidden),
        ("TE.TE", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", &*chunked),
        ("folded", "X-A: b\r\n Content-Length: 9\r\n", hidden),
        ("space before the colon", "Content-Length : 9\r\n", hidden),
        ("after a body", "Content-Length: 0\r\n", hidden),
    ] {
        for wish in ["", upgrade] {
            let mut stream = running.raw().await;
            let head =
                format!("POST {PODS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {vera}\r\n{wish}{headers}\r\n{body}");
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut back = Vec::new();
            let _closed = stream.shutdown().await;
            let read = tokio::time::timeout(std::time::Duration::from_secs(20), stream.read_to_end(&mut back)).await;
            assert!(read.is_ok(), "{what}: the connection stays open");
            let forwarded = seen.taken();
            assert!(forwarded.iter().all(|one| !one.contains("secrets")), "{what} {wish}: {forwarded:?}");
            assert!(forwarded.len() <= 1, "{what} {wish}: {forwarded:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_an_upgrade_is_the_streams_own() {
    let running = Running::start(Arc::new(Echo)).await;
    everyone(&running).await;
    let ana = running.people.token("ana", "payments/dev").await;
    let mut stream = running.raw().await;
    let head = format!(
        "POST {PODS}/p/exec?command=cat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ana}\r\nConnection: Upgrade\r\n\
         Upgrade: SPDY/3.1\r\nContent-Length: 0\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 101"));
    let request = b"GET /k8s/payments/dev/api/v1/secrets HTTP/1.1\r\nHost: x\r\n\r\n";
    stream.write_all(request).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut back = Vec::new();
    tokio::time::timeout(std::time::Duration::from_secs(20), stream.read_to_end(&mut back)).await.unwrap().unwrap();
    assert_eq!(back, request, "bytes, as they were");
    assert_eq!(running.trail(1, "kubectl.exec").await.len(), 1);
}
