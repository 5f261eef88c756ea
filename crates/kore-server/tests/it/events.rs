//! The event stream: what is told, to whom, and what somebody who comes back is told.

use std::{net::SocketAddr, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use futures::{Stream, StreamExt, stream::BoxStream};
use http::{Method, Request, StatusCode, header};
use kore_api::identity::TeamRole;
use kore_testkit::test_app::{Actor, TestApp};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Reads a stream frame by frame.
struct Listener {
    chunks: BoxStream<'static, Bytes>,
    text: String,
}

#[derive(Debug, Clone)]
struct Frame {
    event: String,
    id: Option<String>,
    data: Value,
}

impl Frame {
    /// What happened to which object.
    fn told(&self) -> String {
        let object = &self.data["object"];
        let (team, name) = (&object["metadata"]["team"], &object["metadata"]["name"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        format!("{} {} {}/{}", self.event, text(&self.data["kind"]), text(team), text(name))
    }
}

impl Listener {
    fn new(chunks: impl Stream<Item = Bytes> + Send + 'static) -> Self {
        Self { chunks: chunks.boxed(), text: String::new() }
    }

    async fn open(actor: &Actor, query: &str, last: Option<&str>) -> Result<Self, (StatusCode, String)> {
        let mut request = Request::get(format!("/api/v1/events?{query}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", actor.token().unwrap()));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let answer = actor.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = answer.status();
        if status != StatusCode::OK {
            let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
            let body: Value = serde_json::from_slice(&body).unwrap();
            return Err((status, body["code"].as_str().unwrap().to_owned()));
        }
        Ok(Self::new(answer.into_body().into_data_stream().map(Result::unwrap)))
    }

    /// The next frame; `None` when the stream has ended.
    async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some((frame, rest)) = self.text.split_once("\n\n") {
                let (frame, rest) = (frame.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    let line = frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                    line.map(|line| line.trim_start().to_owned())
                };
                let Some(event) = field("event") else { continue };
                let data = serde_json::from_str(&field("data").unwrap()).unwrap();
                return Some(Frame { event, id: field("id"), data });
            }
            let chunk = tokio::time::timeout(Duration::from_secs(120), self.chunks.next()).await;
            self.text.push_str(std::str::from_utf8(&chunk.expect("no event within 30 seconds")?).unwrap());
        }
    }

    /// Everything until a frame of which this is true, that one among it.
    async fn until(&mut self, last: impl Fn(&Frame) -> bool) -> Vec<Frame> {
        let mut frames = Vec::new();
        loop {
            let frame = self.next().await.unwrap_or_else(|| panic!("the stream ended after {frames:?}"));
            frames.push(frame.clone());
            if last(&frame) {
                return frames;
            }
        }
    }

    async fn synced(&mut self) -> Vec<Frame> {
        self.until(|frame| frame.event == "synced").await
    }
}

fn told(frames: &[Frame]) -> Vec<String> {
    frames.iter().map(Frame::told).collect()
}

fn cluster(name: &str) -> Value {
    json!({ "metadata": { "name": name }, "spec": { "plan": { "name": "small" }, "paused": true } })
}

async fn make(actor: &Actor, team: &str, name: &str) {
    let made = actor.post(&format!("/api/v1/teams/{team}/clusters"), &cluster(name)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
}

async fn two_teams() -> (TestApp, Actor, Actor) {
    let test = TestApp::start().await.unwrap();
    let admin = test.admin().await.unwrap();
    test.team(&admin, "payments").await.unwrap();
    test.team(&admin, "fraud").await.unwrap();
    test.plan(&admin, "small").await.unwrap();
    let viewer = test.member("vera", "payments", TeamRole::Viewer).await.unwrap();
    (test, admin, viewer)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_list_people_hears_of_them() {
    let (test, admin, viewer) = two_teams().await;
    let refused = Listener::open(&viewer, "kinds=User", None).await.err().unwrap();
    assert_eq!(refused, (StatusCode::FORBIDDEN, "KORE-AUTH-0003".to_owned()));
    let mut members = Listener::open(&viewer, "kinds=Membership", None).await.unwrap();
    let there = members.synced().await;
    let wanted = ["snapshot Membership payments/admin", "snapshot Membership payments/vera", "synced  /"];
    let mut heard = told(&there);
    heard.sort();
    assert_eq!(heard, wanted);
    let mut people = Listener::open(&admin, "kinds=User,Membership", None).await.unwrap();
    let there = people.synced().await;
    assert!(told(&there).contains(&"snapshot User /vera".to_owned()), "{there:?}");
    let last = there.last().unwrap().id.clone().unwrap();

    let otto = json!({ "metadata": { "name": "otto" }, "spec": {} });
    assert_eq!(admin.post("/api/v1/users", &otto).await.status, StatusCode::CREATED);
    assert_eq!(people.next().await.unwrap().told(), "applied User /otto");
    for team in ["fraud", "payments"] {
        let body = json!({ "metadata": { "name": "otto" }, "spec": { "role": "viewer" } });
        let made = admin.post(&format!("/api/v1/teams/{team}/memberships"), &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        assert_eq!(people.next().await.unwrap().told(), format!("applied Membership {team}/otto"));
    }
    assert_eq!(members.next().await.unwrap().told(), "applied Membership payments/otto", "and not of another team's");
    let path = "/api/v1/teams/payments/memberships/otto";
    let gone = admin.delete(path, admin.get(path).await.etag()).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    assert_eq!(people.next().await.unwrap().told(), "deleted Membership payments/otto");
    assert_eq!(members.next().await.unwrap().told(), "deleted Membership payments/otto");

    // Somebody was made since: whoever comes back lists again. Nothing happened since: they go on.
    let old = Listener::open(&admin, "kinds=User,Membership", Some(&last)).await.err().unwrap();
    assert_eq!(old, (StatusCode::GONE, "KORE-OBJECT-0007".to_owned()));
    let mut again = Listener::open(&admin, "kinds=User", None).await.unwrap();
    let last = again.synced().await.pop().unwrap().id.unwrap();
    let mut back = Listener::open(&admin, "kinds=User", Some(&last)).await.unwrap();
    assert_eq!(told(&back.synced().await), ["synced  /"]);
    drop(test);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_hears_of_their_team_and_of_no_other_and_of_nothing_once_they_are_out() {
    let (_test, admin, viewer) = two_teams().await;
    make(&admin, "payments", "old").await;
    make(&admin, "fraud", "old").await;
    let mut stream = Listener::open(&viewer, "kinds=Team,Cluster,Nothing", None).await;
    assert_eq!(stream.as_ref().map(|_| ()).unwrap_err(), &(StatusCode::BAD_REQUEST, "KORE-INPUT-0001".to_owned()));
    stream = Listener::open(&viewer, "kinds=Team,Cluster&team=fraud", None).await;
    assert_eq!(stream.as_ref().map(|_| ()).unwrap_err().0, StatusCode::NOT_FOUND);
    let mut stream = Listener::open(&viewer, "kinds=Team,Cluster", None).await.unwrap();
    let there = stream.synced().await;
    assert_eq!(told(&there[..2]), ["snapshot Team /payments", "snapshot Cluster payments/old"]);
    assert_eq!(there.len(), 3, "{there:?}");

    make(&admin, "fraud", "hidden").await;
    make(&admin, "payments", "dev").await;
    let (path, change) = ("/api/v1/teams/payments/clusters/dev", json!({ "spec": { "deletionProtection": true } }));
    let changed = admin.send(Method::PATCH, path, &[("if-match", "*")], Some(&change)).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    let open = json!({ "spec": { "deletionProtection": null } });
    admin.send(Method::PATCH, path, &[("if-match", "*")], Some(&open)).await;
    let gone = admin.delete(path, "*").await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    let frames = stream.until(|frame| frame.event == "deleted").await;
    assert_eq!(frames.first().unwrap().told(), "applied Cluster payments/dev");
    assert_eq!(frames.last().unwrap().told(), "deleted Cluster payments/dev");
    assert_eq!(frames[1].data["object"]["spec"]["deletionProtection"], true, "{:?}", frames[1]);
    assert!(!format!("{frames:?}").contains("fraud"), "{frames:?}");
    assert!(frames.iter().all(|frame| frame.id.is_some()));

    // Out of the team: the stream ends, and what happens afterwards is not in it.
    let member = "/api/v1/teams/payments/memberships/vera";
    assert_eq!(admin.delete(member, "*").await.status, StatusCode::OK);
    make(&admin, "payments", "secret").await;
    let frames = stream.until(|frame| frame.event == "resync").await;
    assert_eq!(frames.len(), 1, "{frames:?}");
    assert!(stream.next().await.is_none());
    let mut again = Listener::open(&viewer, "kinds=Team,Cluster", None).await.unwrap();
    assert_eq!(again.synced().await.len(), 1, "nothing is theirs any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_back_hears_what_they_missed_or_that_they_must_list_again() {
    let (test, admin, viewer) = two_teams().await;
    let query = "kinds=Cluster,AuditRecord,Operation";
    let mut stream = Listener::open(&admin, query, None).await.unwrap();
    let begun = stream.synced().await.pop().unwrap().id.unwrap();
    drop(stream);
    make(&admin, "payments", "one").await;
    make(&admin, "fraud", "two").await;
    assert_eq!(admin.delete("/api/v1/teams/payments/clusters/one", "*").await.status, StatusCode::OK);

    let mut stream = Listener::open(&admin, query, Some(&begun)).await.unwrap();
    let missed = stream.synced().await;
    let names = told(&missed);
    assert!(missed.iter().all(|frame| frame.event != "snapshot"), "{names:?}");
    assert_eq!(names.first().unwrap(), "applied Cluster payments/one");
    assert!(names.contains(&"applied Cluster fraud/two".to_owned()));
    assert_eq!(names[names.len() - 2], "deleted Cluster payments/one");
    // The audit records of that time too.
    let object = |frame: &Frame| frame.data["object"]["object"].as_str().map(str::to_owned);
    stream.until(|frame| object(frame).as_deref() == Some("cluster/payments/one")).await;
    make(&admin, "payments", "three").await;
    let three = stream.until(|frame| frame.told() == "applied Cluster payments/three").await.pop().unwrap();
    drop(stream);

    // From the last event nothing is missing and nothing comes twice.
    let mut stream = Listener::open(&admin, query, three.id.as_deref()).await.unwrap();
    let missed = stream.synced().await;
    assert_eq!(missed.len(), 1, "{missed:?}");

    let gone = (StatusCode::GONE, "KORE-OBJECT-0007".to_owned());
    for (actor, query, last) in [
        (&admin, query, "rubbish"),
        (&admin, "kinds=Cluster&team=payments", begun.as_str()),
        (&viewer, query, begun.as_str()),
    ] {
        assert_eq!(Listener::open(actor, query, Some(last)).await.map(|_| ()).unwrap_err(), gone, "{query} {last}");
    }
    // Longer ago than anybody remembers.
    let plan = |number: u64| {
        serde_json::from_value(json!({
            "apiVersion": "kore.internal/v1alpha1", "kind": "Plan", "spec": { "provider": "local" },
            "metadata": { "name": "small", "resourceVersion": number.to_string() },
        }))
        .unwrap()
    };
    let mut stream = Listener::open(&admin, "kinds=Plan", None).await.unwrap();
    let old = stream.synced().await.pop().unwrap().id.unwrap();
    drop(stream);
    for number in 0..2000 {
        test.app.indexes.plans.apply(plan(number));
    }
    assert_eq!(Listener::open(&admin, "kinds=Plan", Some(&old)).await.map(|_| ()).unwrap_err(), gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_lists_anyway_hears_of_changes_only_and_may_want_other_kinds() {
    let (test, admin, _) = two_teams().await;
    let mut first = Listener::open(&admin, "kinds=Team,Cluster&snapshot=false", None).await.unwrap();
    assert_eq!(told(&first.synced().await), ["synced  /"], "nothing of what there is");
    make(&admin, "payments", "one").await;
    let heard = first.next().await.unwrap();
    assert_eq!(heard.told(), "applied Cluster payments/one");
    let last = heard.id;
    drop(first);

    make(&admin, "payments", "two").await;
    let mut second = Listener::open(&admin, "kinds=Cluster,User&snapshot=false", last.as_deref()).await.unwrap();
    let missed = told(&second.synced().await);
    assert!(missed.contains(&"applied Cluster payments/two".to_owned()), "{missed:?}");
    assert!(missed.iter().all(|one| !one.contains("User")), "what begins has missed nothing: {missed:?}");
    let otto = json!({ "metadata": { "name": "otto" }, "spec": {} });
    assert_eq!(admin.post("/api/v1/users", &otto).await.status, StatusCode::CREATED);
    assert_eq!(second.next().await.unwrap().told(), "applied User /otto");

    let refused = Listener::open(&admin, "snapshot=maybe", None).await.err().unwrap();
    assert_eq!(refused.0, StatusCode::BAD_REQUEST);
    drop(test);
}

#[tokio::test(flavor = "multi_thread")]
async fn pools_of_addresses_are_told_of_to_whom_they_are_shown() {
    let (_test, admin, viewer) = two_teams().await;
    let pods = json!({ "cidrs": ["10.0.0.0/16"], "prefix": 24 });
    let pool = |name: &str| json!({ "metadata": { "name": name }, "spec": { "provider": "local", "pod": pods } });
    assert_eq!(admin.post("/api/v1/addresspools", &pool("one")).await.status, StatusCode::CREATED);
    let mut told_of = Listener::open(&admin, "kinds=AddressPool", None).await.unwrap();
    let there = told_of.synced().await;
    assert_eq!(told(&there[..1]), ["snapshot AddressPool /one"]);
    let mut not = Listener::open(&viewer, "kinds=AddressPool,Cluster", None).await.unwrap();
    assert!(not.synced().await.iter().all(|frame| frame.data["kind"] != "AddressPool"));
    assert_eq!(admin.post("/api/v1/addresspools", &pool("two")).await.status, StatusCode::CREATED);
    assert_eq!(told_of.next().await.unwrap().told(), "applied AddressPool /two");
    make(&admin, "payments", "after").await;
    let seen = not.next().await.unwrap();
    assert_eq!(seen.told(), "applied Cluster payments/after", "and nothing of the pool before it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_goes_over_the_wire_and_ends_with_the_server() {
    let (test, admin, viewer) = two_teams().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = admin.router().into_make_service_with_connect_info::<SocketAddr>();
    let stop = test.state.stopping.clone();
    let server = tokio::spawn(
        axum::serve(listener, service).with_graceful_shutdown(async move { stop.cancelled().await }).into_future(),
    );
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{address}/api/v1/events?kinds=Cluster&team=payments");
    let answer = http.get(url).bearer_auth(viewer.token().unwrap()).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["cache-control"], "no-cache");
    let mut stream = Listener::new(answer.bytes_stream().map(Result::unwrap));
    assert_eq!(stream.synced().await.len(), 1);
    make(&admin, "fraud", "hidden").await;
    make(&admin, "payments", "dev").await;
    assert_eq!(stream.next().await.unwrap().told(), "applied Cluster payments/dev");
    test.state.stopping.cancel();
    assert!(stream.next().await.is_none(), "a stream does not hold up the end");
    server.await.unwrap().unwrap();
}
