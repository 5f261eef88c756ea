//! The access gateway in front of a real API server.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use axum::body::Body;
use futures::future::BoxFuture;
use http::{Request, Response, StatusCode};
use jiff::Timestamp;
use kore_api::{
    access::ScopeSpec,
    identity::{PlatformRole, TeamRole},
    names::{Principal, TeamName},
    plan::Guardrails,
};
use kore_app::{signin::Audience, spool::Spool};
use kore_domain::{
    cluster_namespace::{self, Whose},
    cluster_rbac::{GATEWAY_USER, Impersonation, baseline, people},
};
use kore_kube::proxy::{Endpoint, Transport, TransportError};
use kore_localkube::certificates::{Request as Certificate, authority, issue};
use kore_server::gateway::{self, Clusters, Gateway, Target};
use kore_testkit::control_plane::{ControlPlane, tools};
use kube::{
    Api, Client,
    api::{DynamicObject, Patch, PatchParams},
    core::{ApiResource, GroupVersionKind},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use crate::people::People;

/// Clusters by name.
#[derive(Default)]
pub(crate) struct Known(pub(crate) HashMap<String, Transport>);

impl Clusters for Known {
    fn send<'a>(
        &'a self,
        target: &'a Target,
        request: Request<Body>,
    ) -> BoxFuture<'a, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let transport =
                self.0.get(&target.audience()).ok_or_else(|| TransportError::NoCredential(target.to_string()))?;
            Ok(transport.send(request).await?.map(Body::new))
        })
    }
}

pub(crate) struct Running {
    address: SocketAddr,
    ca: PathBuf,
    pub(crate) people: People,
    stop: CancellationToken,
    spool: PathBuf,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Running {
    pub(crate) async fn start(clusters: Arc<dyn Clusters>) -> Self {
        Self::start_on(clusters, None).await
    }

    /// With its spool in another place than usual.
    pub(crate) async fn start_on(clusters: Arc<dyn Clusters>, spool: Option<PathBuf>) -> Self {
        let people = People::new("http://127.0.0.1:1").await;
        let now = Timestamp::now();
        let ca = authority("test gateway", now).unwrap();
        let request = Certificate::server("gateway", &["localhost"], &[Ipv4Addr::LOCALHOST.into()]);
        let leaf = issue(&ca, &request, now).unwrap();
        let file = |name: &str, text: &str| {
            let path = people.directory.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let (ca, certificate, key) =
            (file("ca.crt", &ca.certificate), file("tls.crt", &leaf.certificate), file("tls.key", &leaf.key));
        let tls = gateway::tls::config(&certificate, &key).unwrap();
        let (stop, spool) = (CancellationToken::new(), spool.unwrap_or_else(|| people.directory.path().join("spool")));
        let records = Spool::open(&spool, Arc::new(people.store.clone()), stop.clone()).unwrap();
        let gateway = Gateway::new(Arc::clone(&people.signin), clusters, records);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(gateway::serve(listener, tls, gateway, stop.clone()));
        Self { address, ca, people, stop, spool }
    }

    pub(crate) fn http(&self) -> reqwest::Client {
        let ca = reqwest::Certificate::from_pem(&std::fs::read(&self.ca).unwrap()).unwrap();
        reqwest::Client::builder().tls_certs_only([ca]).no_proxy().build().unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> (StatusCode, Value) {
        let answer = self.http().get(self.url(path)).bearer_auth(token).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or(Value::Null))
    }

    /// A bare HTTP/1.1 connection, for paths and headers that no client would send.
    pub(crate) async fn raw(&self) -> tokio_rustls::client::TlsStream<TcpStream> {
        use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(&self.ca).unwrap()).unwrap();
        let config =
            rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(roots)
                .with_no_client_auth();
        let tcp = TcpStream::connect(self.address).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await.unwrap()
    }

    async fn raw_status(&self, token: &str, path: &str, headers: &str) -> u16 {
        let mut stream = self.raw().await;
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{headers}Connection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let head = read_head(&mut stream).await;
        head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// Waits for the audit trail to have these actions.
    pub(crate) async fn trail(&self, wanted: usize, action: &str) -> Vec<kore_api::audit::AuditRecord> {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            let records = self.records().await;
            let found: Vec<_> = records.into_iter().filter(|record| record.action == action).collect();
            if found.len() >= wanted {
                return found;
            }
            assert!(tokio::time::Instant::now() < deadline, "{} of {wanted} {action}", found.len());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn records(&self) -> Vec<kore_api::audit::AuditRecord> {
        // Without signing in, of which there may be few in a minute.
        let system = kore_domain::access::SystemContext { component: "test", now: self.people.signin.now() };
        let proof = system.grant(kore_domain::access::Permission::AuditReadTeam, kore_domain::access::Visibility::All);
        let query = kore_store::AuditQuery { limit: 500, ..kore_store::AuditQuery::default() };
        self.people.store.list_audit(&proof, &query).await.unwrap()
    }
}

pub(crate) async fn read_head<S: AsyncReadExt + Unpin>(stream: &mut S) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

pub(crate) async fn apply(client: &Client, object: &Value) {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
    let api_version = text("/apiVersion");
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    let kind = GroupVersionKind::gvk(group, version, &text("/kind"));
    let plural = match kind.kind.as_str() {
        "ValidatingAdmissionPolicy" => "validatingadmissionpolicies".to_owned(),
        kind => format!("{}s", kind.to_lowercase()),
    };
    let resource = ApiResource::from_gvk_with_plural(&kind, &plural);
    let api: Api<DynamicObject> = match object.pointer("/metadata/namespace").and_then(Value::as_str) {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    };
    api.patch(&text("/metadata/name"), &PatchParams::apply("kore-baseline").force(), &Patch::Apply(object))
        .await
        .unwrap();
}

/// A team's cluster with everything that its baseline brings, and ana bound in it.
pub(crate) async fn cluster(mode: Impersonation) -> (ControlPlane, Transport) {
    let cluster = ControlPlane::start().await.unwrap();
    let transport = based(&cluster, mode).await;
    (cluster, transport)
}

async fn based(cluster: &ControlPlane, mode: Impersonation) -> Transport {
    let admin = cluster.client().await.unwrap();
    let team: TeamName = "payments".parse().unwrap();
    for object in baseline(&team, mode) {
        apply(&admin, &object).await;
    }
    let bound = ["user:ana", "user:dora", "user:max", "user:root", "user:vera", "robot:payments/ci"];
    let bound: Vec<Principal> = bound.iter().map(|name| name.parse().unwrap()).collect();
    apply(&admin, &people(&bound, mode)).await;
    let kubeconfig = cluster.kubeconfig_as(GATEWAY_USER, None).unwrap();
    Transport::new(&Endpoint::from_kubeconfig(&kubeconfig).unwrap()).unwrap()
}

pub(crate) async fn everyone(running: &Running) {
    running.people.add("ana", None, &[("payments", TeamRole::Owner)]).await;
    running.people.add("olga", None, &[("payments", TeamRole::Owner)]).await;
    running.people.add("vera", None, &[("payments", TeamRole::Viewer)]).await;
    running.people.add("dora", None, &[("payments", TeamRole::Developer)]).await;
    running.people.add("max", None, &[("payments", TeamRole::Maintainer)]).await;
    running.people.add("otto", None, &[("other", TeamRole::Owner)]).await;
    running.people.add("root", Some(PlatformRole::Admin), &[]).await;
}

fn message(status: &Value) -> &str {
    status["message"].as_str().unwrap_or_default()
}

pub(crate) const PODS: &str = "/k8s/payments/dev/api/v1/namespaces/default/pods";

#[tokio::test(flavor = "multi_thread")]
async fn a_person_reaches_their_cluster_as_themselves_and_nobody_else_does() {
    let (cluster, transport) = cluster(Impersonation::Constrained).await;
    let known = Known(HashMap::from([("payments/dev".to_owned(), transport.clone())]));
    let running = Running::start(Arc::new(known)).await;
    everyone(&running).await;
    let ana = running.people.token("ana", "payments/dev").await;

    // Who the API server thinks it is.
    let review = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
    let path = "/k8s/payments/dev/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let answer = running.http().post(running.url(path)).bearer_auth(&ana).json(&review).send().await.unwrap();
    let request_id = answer.headers()["audit-id"].to_str().unwrap().to_owned();
    let answer: Value = answer.json().await.unwrap();
    let info = &answer["status"]["userInfo"];
    let subject = running.people.sign_in("ana").await.subject;
    assert_eq!(info["username"], "kore:ana");
    assert_eq!(info["uid"], subject.id.to_string());
    assert_eq!(info["groups"], json!(["kore:payments:admin", "system:authenticated"]));
    assert_eq!(info["extra"], Value::Null, "the same person in each request");

    // Its own audit log shows the person, by which right, and our request's id.
    let log = std::fs::read_to_string(cluster.directory().join("audit.log")).unwrap();
    let event = log.lines().find(|line| line.contains(&request_id) && line.contains("ResponseComplete")).unwrap();
    let event: Value = serde_json::from_str(event).unwrap();
    assert_eq!(event["user"]["username"], GATEWAY_USER);
    assert_eq!(event["impersonatedUser"]["username"], "kore:ana");
    assert_eq!(event["authenticationMetadata"]["impersonationConstraint"], "impersonate:user-info");
    assert_eq!(event["auditID"], request_id.as_str());

    // The gateway's own credential is good for nothing on any real resource.
    let lists = cluster.client().await.unwrap().list_core_api_resources("v1").await.unwrap();
    let mut asked = 0;
    for resource in lists.resources.iter().filter(|resource| resource.verbs.contains(&"list".to_owned())) {
        let request = Request::get(format!("/api/v1/{}", resource.name)).body(Body::empty()).unwrap();
        assert_eq!(transport.send(request).await.unwrap().status(), StatusCode::FORBIDDEN, "{}", resource.name);
        asked += 1;
    }
    assert!(asked > 10, "{asked}");
    for path in [
        "/apis/apps/v1/deployments",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(transport.send(request).await.unwrap().status(), StatusCode::FORBIDDEN, "{path}");
    }

    // What kubectl is told: roles, other teams, other credentials.
    let (status, body) = running.get(&ana, "/k8s/payments/dev/api/v1/nodes").await;
    assert_eq!((status, body["kind"].as_str()), (StatusCode::OK, Some("NodeList")));
    let vera = running.people.token("vera", "payments/dev").await;
    let (status, body) = running.get(&vera, "/k8s/payments/dev/api/v1/secrets").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(message(&body).contains(r#"User "kore:vera" cannot list"#), "{body}");
    let (status, body) = running.get(&vera, &format!("{PODS}/p/exec?command=ls")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(message(&body).starts_with("KORE-AUTH-0003: ") && body["kind"] == "Status", "{body}");
    for name in ["dora", "max"] {
        let token = running.people.token(name, "payments/dev").await;
        let answer = running.http().post(running.url(path)).bearer_auth(&token).json(&review).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["status"]["userInfo"]["groups"], json!(["kore:payments:edit", "system:authenticated"]));
        let (status, body) = running.get(&token, &format!("{PODS}/p/exec?command=ls")).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(message(&body).contains(&format!(r#"User "kore:{name}" cannot"#)), "the cluster decides: {body}");
    }
    let (status, _) = running.get(&ana, "/k8s/payments/dev/api/v1/nodes/n/proxy/pods").await;
    assert_eq!(status, StatusCode::FORBIDDEN, "nobody reaches nodes");
    for (path, code) in [
        ("/k8s/payments/prod/api/v1/pods", "KORE-AUTH-0007"),
        ("/k8s/other/dev/api/v1/pods", "KORE-AUTH-0007"),
        ("/k8s/-/management/api/v1/pods", "KORE-AUTH-0007"),
    ] {
        let (status, body) = running.get(&ana, path).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(message(&body).starts_with(code), "{body}");
    }
    let otto = running.people.sign_in("otto").await;
    let context = running.people.context(&otto);
    let error = running.people.signin.cluster_credential(&context, &otto, &"payments/dev".parse().unwrap()).await;
    assert_eq!(error.unwrap_err().problem.status, 404, "a foreign team's cluster is not there");
    let (status, body) = running.get("kore_kc_nonsense", PODS).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(message(&body).starts_with("KORE-AUTH-0001"), "{body}");
    assert_eq!(running.http().get(running.url(PODS)).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);

    // Whom nobody knows is on record, once for each reason and not each time.
    let strangers = running.trail(2, "authenticate").await;
    let mut codes: Vec<_> = strangers.iter().map(|record| record.code.as_deref().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["KORE-AUTH-0001", "KORE-AUTH-0007"]);
    assert!(strangers.iter().all(|record| record.actor == "anonymous" && record.object == "gateway"), "{strangers:?}");
    assert!(!format!("{strangers:?}").contains("nonsense"));

    // Smuggling.
    for header in ["Impersonate-User: system:admin", "impersonate-group: system:masters", "X-Remote-User: root"] {
        assert_eq!(running.raw_status(&ana, PODS, &format!("{header}\r\n")).await, 403, "{header}");
    }
    let nominate = "Connection: Impersonate-User\r\nConnection: impersonate-group, authorization\r\n";
    let answer = running.raw_status(&ana, PODS, nominate).await;
    assert_eq!(answer, 200, "what is nominated is the caller's, never ours");
    for path in [
        "/k8s/payments/dev/../prod/api/v1/pods",
        "/k8s/payments/dev/api/v1/%2e%2e/secrets",
        "/k8s/payments/dev//api/v1/pods",
        "/k8s/payments%2fdev/api/v1/pods",
        "/k8s/payments/dev/api/v1/namespaces/default%2fpods",
    ] {
        assert_eq!(running.raw_status(&ana, path, "").await, 400, "{path}");
    }

    // On record as well, as paths of no cluster; and what only asks what there is.
    let turned_away = running.trail(3, "authenticate").await;
    let codes = |code: &str| turned_away.iter().filter(|record| record.code.as_deref() == Some(code)).count();
    assert_eq!(codes("KORE-INPUT-0001"), 1, "{turned_away:?}");
    let (status, _) = running.get(&ana, "/k8s/payments/dev/api").await;
    assert_eq!(status, StatusCode::OK);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while !running.records().await.iter().any(|record| record.object == "payments/dev /api") {
        assert!(tokio::time::Instant::now() < deadline, "every request is on record");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    // Change something: recorded once, with its outcome; reading too.
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "c" } });
    let path = "/k8s/payments/dev/api/v1/namespaces";
    let made = running.http().post(running.url(path)).bearer_auth(&ana).json(&namespace).send().await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    let records = running.trail(4, "kubectl.create").await;
    let record = records.iter().find(|record| record.object.contains("namespaces")).unwrap();
    assert_eq!((record.actor.as_str(), record.status), ("user:ana", Some(201)));
    assert_eq!(record.object, "payments/dev namespaces");
    assert_eq!(record.team.as_deref(), Some("payments"));
    let denied = running.trail(3, "kubectl.exec").await;
    assert!(denied.iter().all(|record| record.status == Some(403)), "{denied:?}");
    let codes: Vec<_> =
        denied.iter().filter_map(|record| Some((record.actor.as_str(), record.code.as_deref()?))).collect();
    assert_eq!(codes, [("user:vera", "KORE-AUTH-0003")], "the others were refused by the cluster");

    watches_stream_over_http_and_websocket(&running, &ana).await;
    kubectl_works(&running, &ana).await;

    // A person who is disabled loses everything at the next request, and their streams end.
    let mut watch = running
        .http()
        .get(running.url("/k8s/payments/dev/api/v1/namespaces?watch=true"))
        .bearer_auth(&ana)
        .send()
        .await
        .unwrap();
    assert!(watch.chunk().await.unwrap().is_some());
    running.people.disable("ana").await;
    let (status, body) = running.get(&ana, PODS).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(message(&body).starts_with("KORE-AUTH-0002"), "{body}");
    let ended =
        tokio::time::timeout(Duration::from_secs(120), async { while let Ok(Some(_)) = watch.chunk().await {} });
    ended.await.expect("the watch of somebody without access ends");

    // A cluster that is gone.
    drop(cluster);
    let (status, body) = running.get(&vera, PODS).await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert!(message(&body).starts_with("KORE-CLUSTER-0004"), "{body}");
    assert!(running.spool.exists());
}

async fn watches_stream_over_http_and_websocket(running: &Running, token: &str) {
    let path = "/k8s/payments/dev/api/v1/namespaces?watch=true";
    let mut watch = running.http().get(running.url(path)).bearer_auth(token).send().await.unwrap();
    let first = tokio::time::timeout(Duration::from_secs(120), watch.chunk()).await.unwrap().unwrap().unwrap();
    assert!(std::str::from_utf8(&first).unwrap().contains("ADDED"), "frames come as they are made");
    drop(watch);

    let mut stream = running.raw().await;
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://x\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "the answer is the API server's own: {head}");
    let mut frame = [0_u8; 64];
    let read = tokio::time::timeout(Duration::from_secs(120), stream.read(&mut frame)).await.unwrap().unwrap();
    assert!(read > 2 && frame[0] & 0x80 != 0, "a frame");
}

async fn kubectl_works(running: &Running, token: &str) {
    let kubectl = |arguments: &[&str]| {
        let mut command = tokio::process::Command::new(tools().unwrap().join("kubectl"));
        command
            .env_clear()
            .env("HOME", running.people.directory.path())
            .args(["--server", &running.url("/k8s/payments/dev"), "--token", token])
            .args(["--certificate-authority", running.ca.to_str().unwrap()])
            .args(arguments)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        async move {
            let output = tokio::time::timeout(Duration::from_secs(120), command.output()).await.unwrap().unwrap();
            let text =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            (output.status.code(), text)
        }
    };
    let (code, text) = kubectl(&["auth", "whoami"]).await;
    assert!(code == Some(0) && text.contains("kore:ana") && text.contains("kore:payments:admin"), "{text}");
    let (code, text) = kubectl(&["get", "namespace", "c", "-o", "jsonpath={.metadata.name}"]).await;
    assert_eq!((code, text.as_str()), (Some(0), "c"));
    let (code, text) = kubectl(&["label", "namespace", "c", "a=b"]).await;
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = kubectl(&["get", "pods", "--as", "system:admin"]).await;
    assert_ne!(code, Some(0));
    assert!(text.contains("KORE-CLUSTER-0005"), "kubectl prints the code: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn below_1_36_the_legacy_right_does_the_same() {
    let (cluster, transport) = cluster(Impersonation::Legacy).await;
    let known = Known(HashMap::from([("payments/dev".to_owned(), transport.clone())]));
    let running = Running::start(Arc::new(known)).await;
    everyone(&running).await;
    let ana = running.people.token("ana", "payments/dev").await;
    assert_eq!(running.get(&ana, "/k8s/payments/dev/api/v1/nodes").await.0, StatusCode::OK);
    let request = Request::get("/api/v1/pods").body(Body::empty()).unwrap();
    assert_eq!(transport.send(request).await.unwrap().status(), StatusCode::FORBIDDEN);
    let mut request = Request::get("/api/v1/pods").body(Body::empty()).unwrap();
    request.headers_mut().insert("impersonate-user", "kore:mallory".parse().unwrap());
    assert_eq!(
        transport.send(request).await.unwrap().status(),
        StatusCode::FORBIDDEN,
        "nobody whom Kore has not bound"
    );
    drop(cluster);
}

/// A role in one namespace is good there, by the groups of that namespace, and nowhere else; whichever way the cluster
/// checks impersonation.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_in_a_namespace_is_good_there_and_nowhere_else() {
    for mode in [Impersonation::Constrained, Impersonation::Legacy] {
        // Kubernetes' own roles `view` and `edit` are put together by a controller.
        let cluster = ControlPlane::start_with_controllers().await.unwrap();
        let transport = based(&cluster, mode).await;
        let admin = cluster.client().await.unwrap();
        let team: TeamName = "payments".parse().unwrap();
        let whose = Whose { team: &team, installation: "test" };
        for name in ["web", "shop"] {
            let spec = serde_json::from_value(json!({ "cluster": "dev", "name": name })).unwrap();
            for object in cluster_namespace::objects(whose, &spec, Guardrails::Evaluation, Timestamp::now()) {
                // Who reaches it, without what makes no difference to that.
                let kind = object["kind"].as_str().unwrap();
                if kind == "Namespace" || kind.contains("Role") {
                    apply(&admin, &object).await;
                }
            }
        }
        let known = Known(HashMap::from([("payments/dev".to_owned(), transport.clone())]));
        let running = Running::start(Arc::new(known)).await;
        everyone(&running).await;
        let scope = |namespace: &str| ScopeSpec {
            team: Some(team.clone()),
            cluster: Some("dev".parse().unwrap()),
            namespace: Some(namespace.parse().unwrap()),
        };
        let robot = running.people.robot_in(&"payments/ci".parse().unwrap(), "deployer", scope("web")).await;
        let (token, _) = running.people.robot_token(&robot, None).await;
        let ci = running.people.cluster_token(&token, "payments/dev").await.unwrap();
        let inside = |namespace: &str, what: &str| format!("/k8s/payments/dev/api/v1/namespaces/{namespace}/{what}");
        let post = async |token: &str, namespace: &str, what: &str, body: Value| {
            let answer = running.http().post(running.url(&inside(namespace, what))).bearer_auth(token).json(&body);
            answer.send().await.unwrap().status().as_u16()
        };
        let map = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "made" } });
        let secret = json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "made" } });
        // The API server hears of new roles a moment after they are written: what is to be allowed is waited for.
        let until = async |token: &str, namespace: &str, name: &str| {
            let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
            loop {
                let map = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name } });
                let got = post(token, namespace, "configmaps", map).await;
                if got == 201 || tokio::time::Instant::now() > deadline {
                    return got;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        // It deploys into web: writes, and reads no Secret; and there is nothing for it elsewhere.
        assert_eq!(until(&ci, "web", "its").await, 201, "{mode:?}");
        assert_eq!(post(&ci, "web", "secrets", secret).await, 201);
        assert_eq!(running.get(&ci, &inside("web", "secrets/made")).await.0, 403, "written and never read back");
        assert_eq!(running.get(&ci, &inside("web", "pods")).await.0, 200);
        for path in [inside("shop", "pods"), inside("default", "pods"), inside("kube-system", "pods")] {
            assert_eq!(running.get(&ci, &path).await.0, 403, "{path}");
        }
        assert_eq!(running.get(&ci, "/k8s/payments/dev/api/v1/nodes").await.0, 403);
        assert_eq!(post(&ci, "shop", "configmaps", map.clone()).await, 403);
        let (status, body) = running.get(&ci, &inside("web", "pods/p/exec?command=ls")).await;
        assert!(status == 403 && message(&body).starts_with("KORE-AUTH-0003"), "no shell: {body}");

        // A viewer of the team who is a developer of one namespace: a shell is decided by where it is.
        let bound = running.people.bind("user:vera".parse().unwrap(), "developer", scope("web")).await;
        let vera = running.people.token("vera", "payments/dev").await;
        assert_eq!(until(&vera, "web", "hers").await, 201);
        assert_eq!(post(&vera, "shop", "configmaps", map.clone()).await, 403);
        assert_eq!(running.get(&vera, &inside("shop", "pods")).await.0, 200, "what she sees of the rest stays");
        let (status, body) = running.get(&vera, &inside("web", "pods/p/exec?command=ls")).await;
        assert!(!message(&body).starts_with("KORE-AUTH"), "the cluster's to say, {status}: {body}");
        let (status, body) = running.get(&vera, &inside("shop", "pods/p/exec?command=ls")).await;
        assert!(status == 403 && message(&body).starts_with("KORE-AUTH-0003"), "{body}");

        // Her watch there ends with the binding, and what she had stays what it was.
        let mut watch = running
            .http()
            .get(running.url(&inside("web", "configmaps?watch=true")))
            .bearer_auth(&vera)
            .send()
            .await
            .unwrap();
        assert!(watch.chunk().await.unwrap().is_some());
        running.people.unbind(&bound).await;
        let ended = async { while let Ok(Some(_)) = watch.chunk().await {} };
        tokio::time::timeout(Duration::from_secs(120), ended).await.expect("a watch ends with what it was opened on");
        assert_eq!(post(&vera, "web", "configmaps", map.clone()).await, 403);
        assert_eq!(running.get(&vera, &inside("web", "pods")).await.0, 200);

        // The gateway speaks for no group of a namespace that Kore did not make, nor for anybody by this alone.
        for (user, group) in [("kore:vera", "kore:payments/old:admin"), ("kore:mallory", "kore:payments/web:admin")] {
            let mut request = Request::get("/api/v1/namespaces/web/pods").body(Body::empty()).unwrap();
            request.headers_mut().insert("impersonate-user", user.parse().unwrap());
            request.headers_mut().insert("impersonate-group", group.parse().unwrap());
            assert_eq!(transport.send(request).await.unwrap().status(), StatusCode::FORBIDDEN, "{user} as {group}");
        }
    }
}

/// A cluster that upgrades everything and gives back what it gets, until it is half-closed.
pub(crate) struct Echo;

impl Clusters for Echo {
    fn send<'a>(
        &'a self,
        _: &'a Target,
        request: Request<Body>,
    ) -> BoxFuture<'a, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            assert_eq!(request.headers()["impersonate-user"], "kore:ana");
            let (mut near, far) = tokio::io::duplex(1024);
            let service = hyper::service::service_fn(|mut request: Request<hyper::body::Incoming>| async move {
                let protocol = request.headers()["upgrade"].clone();
                let upgrade = hyper::upgrade::on(&mut request);
                tokio::spawn(async move {
                    let mut io = hyper_util::rt::TokioIo::new(upgrade.await.unwrap());
                    let mut all = Vec::new();
                    // Answers only after the other side has closed its half.
                    io.read_to_end(&mut all).await.unwrap();
                    io.write_all(&all).await.unwrap();
                    io.shutdown().await.unwrap();
                });
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
                response.headers_mut().insert("connection", "Upgrade".parse().unwrap());
                response.headers_mut().insert("upgrade", protocol);
                Ok::<_, std::convert::Infallible>(response)
            });
            tokio::spawn(async move {
                let io = hyper_util::rt::TokioIo::new(far);
                hyper::server::conn::http1::Builder::new().serve_connection(io, service).with_upgrades().await
            });
            near.flush().await.unwrap();
            let (mut sender, connection) =
                hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(near)).await.unwrap();
            tokio::spawn(connection.with_upgrades());
            Ok(sender.send_request(request).await.unwrap().map(Body::new))
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn spdy_connections_are_spliced_and_keep_half_close() {
    let running = Running::start(Arc::new(Echo)).await;
    everyone(&running).await;
    let ana = running.people.token("ana", "payments/dev").await;
    let mut stream = running.raw().await;
    let head = format!(
        "POST {PODS}/p/exec?command=cat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ana}\r\nConnection: Upgrade\r\n\
         Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\nContent-Length: 0\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let head = read_head(&mut stream).await;
    assert!(head.starts_with("HTTP/1.1 101") && head.to_lowercase().contains("upgrade: spdy/3.1"), "{head}");
    let sent: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    stream.write_all(&sent).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut back = Vec::new();
    tokio::time::timeout(Duration::from_secs(120), stream.read_to_end(&mut back)).await.unwrap().unwrap();
    assert!(back == sent, "{} bytes of {}", back.len(), sent.len());
    let records = running.trail(1, "kubectl.exec").await;
    assert_eq!((records[0].status, records[0].object.as_str()), (Some(101), "payments/dev pods/p/exec in default"));

    // The end of a session closes what was opened on its strength, and nothing else.
    let open = async |token: &str| {
        let mut stream = running.raw().await;
        let head = format!(
            "POST {PODS}/p/attach HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\n\
             Upgrade: SPDY/3.1\r\nContent-Length: 0\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 101"));
        stream
    };
    let elsewhere = running.people.token("ana", "payments/dev").await;
    let (mut ended, mut stream) = (open(&elsewhere).await, open(&ana).await);
    let signin = &running.people.signin;
    let session = signin.authenticate(&elsewhere, Audience::Cluster("payments/dev")).await.unwrap();
    signin.sign_out(&session, &kore_app::signin::Origin::default()).await.unwrap();
    let end = tokio::time::timeout(Duration::from_secs(120), ended.read_to_end(&mut back)).await;
    assert!(end.is_ok(), "an open shell ends with its session");
    let (status, body) = running.get(&elsewhere, PODS).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "and the credential at its next request");
    assert!(message(&body).starts_with("KORE-AUTH-0002"), "{body}");
    let mut byte = [0];
    let quiet = tokio::time::timeout(Duration::from_millis(300), stream.read(&mut byte)).await;
    assert!(quiet.is_err(), "the other session's shell goes on: {quiet:?}");
    let session = running.people.signin.authenticate(&ana, Audience::Cluster("payments/dev")).await.unwrap();
    running.people.signin.sign_out_everywhere(&session, &kore_app::signin::Origin::default()).await.unwrap();
    let end = tokio::time::timeout(Duration::from_secs(120), stream.read_to_end(&mut back)).await;
    assert!(end.is_ok(), "an open shell ends with the session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_robot_reaches_a_cluster_as_itself_until_its_token_is_revoked() {
    let (_cluster, transport) = cluster(Impersonation::Constrained).await;
    let known = Known(HashMap::from([("payments/dev".to_owned(), transport)]));
    let running = Running::start(Arc::new(known)).await;
    everyone(&running).await;
    let robot = running.people.robot("payments/ci", "developer").await;
    let (api, limited) = (
        running.people.robot_token(&robot, None).await,
        running.people.robot_token(&robot, Some("cluster.accessView")).await,
    );
    let (status, body) = running.get(api.0.expose(), PODS).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "a robot's token is for the API");
    assert!(message(&body).starts_with("KORE-AUTH-0007"), "{body}");

    let token = running.people.cluster_token(&api.0, "payments/dev").await.unwrap();
    let review = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
    let path = "/k8s/payments/dev/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let answer = running.http().post(running.url(path)).bearer_auth(&token).json(&review).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    let info = &answer["status"]["userInfo"];
    assert_eq!(info["username"], "kore:robot:payments:ci", "{answer}");
    assert_eq!(info["uid"], robot.id.to_string());
    assert_eq!(info["groups"], json!(["kore:payments:edit", "system:authenticated"]));
    let (status, _) = running.get(&token, PODS).await;
    assert_eq!(status, StatusCode::OK);
    let records = running.trail(1, "kubectl.list").await;
    assert!(records.iter().any(|record| record.actor == "robot:payments/ci"), "{records:?}");
    let elsewhere = running.people.cluster_token(&api.0, "other/dev").await;
    assert_eq!(elsewhere.unwrap_err().problem.status, 404, "another team's cluster is not there");

    // What a token is limited to it is limited to in the cluster.
    let viewing = running.people.cluster_token(&limited.0, "payments/dev").await.unwrap();
    let answer = running.http().post(running.url(path)).bearer_auth(&viewing).json(&review).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["status"]["userInfo"]["groups"], json!(["kore:payments:view", "system:authenticated"]));

    // Its token is revoked: nothing at the next request, and its streams end; the other's go on.
    let watch = async |token: &str| {
        let url = running.url("/k8s/payments/dev/api/v1/namespaces?watch=true");
        let mut watch = running.http().get(url).bearer_auth(token).send().await.unwrap();
        assert!(watch.chunk().await.unwrap().is_some());
        watch
    };
    let (mut ended, mut kept) = (watch(&token).await, watch(&viewing).await);
    running.people.revoke(api.1).await;
    let (status, body) = running.get(&token, PODS).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(message(&body).starts_with("KORE-AUTH-0002"), "{body}");
    let end = async { while let Ok(Some(_)) = ended.chunk().await {} };
    tokio::time::timeout(Duration::from_secs(120), end).await.expect("the watch ends with the token");
    assert_eq!(running.get(&viewing, PODS).await.0, StatusCode::OK);

    // Disabled: all of it.
    running.people.disable_robot(&robot).await;
    assert_eq!(running.get(&viewing, PODS).await.0, StatusCode::UNAUTHORIZED);
    let end = async { while let Ok(Some(_)) = kept.chunk().await {} };
    tokio::time::timeout(Duration::from_secs(120), end).await.expect("the watch of a disabled robot ends");
}
