//! Tokens of other issuers, exchanged for a robot's: what is believed, and the long list of what is not.

use axum::body::Body;
use http::{Request, header};
use jiff::Timestamp;
use kore_api::{identity::TeamRole, robot::LONGEST_EXCHANGED};
use kore_testkit::test_app::{Actor, Answer, TestApp};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use crate::{
    issuer::{AUDIENCE, Issuer, github, gitlab, kubernetes, merge},
    robots::{bind, robot},
};

const ROBOTS: &str = "/api/v1/teams/payments/robots";
const ISSUERS: &str = "/api/v1/trustedissuers";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// A platform with a team, its owner, and issuers of each kind.
struct World {
    app: TestApp,
    admin: Actor,
    ana: Actor,
    github: Issuer,
}

fn trusted(name: &str, profile: &str, issuer: &Issuer) -> Value {
    let spec = json!({ "issuer": issuer.name, "profile": profile, "keys": issuer.keys() });
    json!({ "metadata": { "name": name }, "spec": spec })
}

fn rule(issuer: &Issuer, claims: &Value) -> Value {
    json!({ "issuer": issuer.name, "audience": AUDIENCE, "claims": claims })
}

fn ids() -> Value {
    json!({ "repository_id": "74", "repository_owner_id": "65" })
}

impl World {
    async fn new() -> Self {
        let app = TestApp::start().await.unwrap();
        let admin = app.admin().await.unwrap();
        app.team(&admin, "payments").await.unwrap();
        let ana = app.member("ana", "payments", TeamRole::Owner).await.unwrap();
        let github = Issuer::new("https://github.example.com/_services/token");
        let answer = admin.post(ISSUERS, &trusted("ghes", "github", &github)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        Self { app, admin, ana, github }
    }

    async fn robot(&self, name: &str, rules: &[Value]) {
        let answer = self.ana.post(ROBOTS, &robot(name, &json!({ "trust": rules }))).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }

    async fn exchange(&self, robot: &str, token: &str) -> Answer {
        self.post(&[("audience", &format!("robot:{robot}")), ("subject_token", token), ("subject_token_type", JWT)])
            .await
    }

    async fn post(&self, fields: &[(&str, &str)]) -> Answer {
        let grant = [("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")];
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(grant.iter().chain(fields));
        let request = Request::post("/auth/token").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.app.anonymous().raw(request.body(Body::from(form.finish())).unwrap()).await
    }

    /// The last refusal in the team's trail. Those of a minute are one; it is over now.
    async fn why(&self) -> String {
        self.app.app.audit.flush(Timestamp::MAX).await;
        let path = "/api/v1/teams/payments/auditrecords?filter=action%3Drobot.exchange&limit=1";
        let trail = self.ana.get(path).await;
        trail.body["items"][0]["detail"].as_str().unwrap_or_default().to_owned()
    }

    async fn refused(&self, robot: &str, token: &str, why: &str) {
        self.app.app.audit.flush(Timestamp::MAX).await;
        let answer = self.exchange(robot, token).await;
        assert_eq!((answer.status.as_u16(), answer.body["error"].as_str()), (400, Some("invalid_grant")), "{why}");
        let text = "the token is not exchanged; the audit trail of the robot's team says why";
        assert_eq!(answer.body["error_description"], text, "the same words each time");
        let said = self.why().await;
        assert!(said.contains(why), "{said:?} says not {why:?}");
    }
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_and_pods_act_as_the_robot_that_trusts_them() {
    let world = World::new().await;
    let gitlab_ = Issuer::new("https://gitlab.example.com");
    let cluster = Issuer::new("https://kubernetes.default.svc.cluster.local");
    for (name, profile, issuer) in [("gl", "gitlab", &gitlab_), ("dev", "kubernetes", &cluster)] {
        let answer = world.admin.post(ISSUERS, &trusted(name, profile, issuer)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    let mut production = ids();
    merge(&mut production, &json!({ "environment": "production", "ref": "refs/heads/main" }));
    let protected = json!({ "project_id": "20", "namespace_id": "72", "ref_protected": "true" });
    let pod = json!({ "/kubernetes.io/namespace": "ci", "/kubernetes.io/serviceaccount/name": "deployer" });
    let rules = [rule(&world.github, &production), rule(&gitlab_, &protected), rule(&cluster, &pod)];
    world.robot("ci", &rules).await;
    assert_eq!(bind(&world.ana, "payments/ci", "developer", &json!({ "team": "payments" })).await.status, 201);

    for (number, signed) in
        [world.github.token(&github()), gitlab_.token(&gitlab()), cluster.token(&kubernetes())].iter().enumerate()
    {
        let answer = world.exchange("payments/ci", signed).await;
        let ci = world.app.with_token(&token(&answer));
        assert!(answer.body["expires_in"].as_u64().unwrap() <= 900);
        assert_eq!(answer.body["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
        assert!(answer.body.get("refresh_token").is_none() && answer.header("cache-control") == "no-store");
        assert_eq!(ci.get("/api/v1/whoami").await.body["name"], "payments/ci");
        assert_eq!(ci.get("/api/v1/teams/payments/clusters").await.status, 200);
        assert_eq!(ci.get("/api/v1/users").await.status, 403);
        let why = world.why().await;
        assert!(why.contains(&format!("by rule {}", number + 1)) && !why.contains(signed.as_str()), "{why}");
    }
    let trail = world.ana.get("/api/v1/teams/payments/auditrecords?filter=action%3Drobot.exchange").await;
    assert!(trail.body["items"].as_array().unwrap().iter().all(|one| one["actor"] == "robot:payments/ci"));
    assert!(world.ana.get(&format!("{ROBOTS}/ci")).await.body["status"]["lastUsedAt"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_exactly_right_is_exchanged_for_nothing() {
    let world = World::new().await;
    let hub = &world.github;
    let mut claims = ids();
    merge(&mut claims, &json!({ "environment": "production" }));
    world.robot("ci", &[rule(hub, &claims)]).await;
    let with = |changes: Value| {
        let mut all = hub.claims(&github());
        merge(&mut all, &changes);
        hub.sign(&all, "k1")
    };
    let now = Timestamp::now().as_second();
    let (thief, stranger) = (Issuer::new(&hub.name), Issuer::new("https://evil.example"));
    let cases = [
        (with(json!({ "aud": "https://github.com/acme" })), "it is for somebody else"),
        (with(json!({ "aud": [AUDIENCE, "https://other.example"] })), "it is for somebody else"),
        (with(json!({ "iss": "https://evil.example" })), "no rule of the robot trusts"),
        (stranger.token(&github()), "no rule of the robot trusts \"https://evil.example\""),
        (thief.token(&github()), "the signature is wrong"),
        (with(json!({ "repository_id": "75" })), "repository_id is \"75\", not \"74\""),
        (with(json!({ "repository_id": 74 })), "repository_id is 74, not \"74\""),
        (with(json!({ "repository_id": null })), "repository_id is missing"),
        (with(json!({ "repository_owner_id": "66" })), "repository_owner_id is \"66\""),
        (with(json!({ "environment": "Production" })), "environment is"),
        (with(json!({ "exp": now - 120 })), "it has expired"),
        (with(json!({ "nbf": now + 600 })), "it is from the future (nbf)"),
        (with(json!({ "iat": now + 600 })), "it is from the future (iat)"),
        (with(json!({ "iat": now - 7200, "nbf": now - 7200, "exp": now + 86400 })), "it is too old"),
        (with(json!({ "exp": null })), "exp is missing"),
        (with(json!({ "jti": null })), "no jti"),
        (with(json!({ "jti": "" })), "no jti"),
        (with(json!({ "jti": 7 })), "no jti"),
        (with(json!({ "event_name": "pull_request" })), "event_name is \"pull_request\""),
        (with(json!({ "event_name": "pull_request_target" })), "event_name is \"pull_request_target\""),
        (with(json!({ "event_name": null })), "event_name is missing"),
        (hub.unsigned(&github()), "the algorithm none is not accepted"),
        (hub.confused(&github()), "the algorithm HS256 is not accepted"),
        (hub.sign(&hub.claims(&github()), "k2"), "the issuer has no such key"),
        ("not.a.token".to_owned(), "the token cannot be read"),
        (String::new(), "the token cannot be read"),
    ];
    for (signed, why) in &cases {
        world.refused("payments/ci", signed, why).await;
    }
    // Nothing of this has used up what is right.
    assert_eq!(world.exchange("payments/ci", &with(json!({}))).await.status, 200);

    // Whoever names no robot, or one that is not, hears the same and is in nobody's trail.
    let before = world.why().await;
    for name in ["payments/nobody", "nobody/ci", "payments", ""] {
        let answer = world.exchange(name, &with(json!({}))).await;
        assert_eq!((answer.status.as_u16(), answer.body["error"].as_str()), (400, Some("invalid_grant")), "{name}");
    }
    assert_eq!(world.why().await, before);
    let good = with(json!({}));
    for (audience, kind) in [("payments/ci", JWT), ("user:ana", JWT), ("robot:payments/ci", "urn:x:saml2")] {
        let fields = [("audience", audience), ("subject_token", &*good), ("subject_token_type", kind)];
        assert_eq!(world.post(&fields).await.body["error"], "invalid_grant", "{audience} {kind}");
    }
    // Neither is a token of Kore's own one.
    let own = world.ana.token().unwrap().to_owned();
    world.refused("payments/ci", &own, "the token cannot be read").await;
    assert_eq!(world.exchange("payments/ci", &good).await.status, 200, "still good: nothing of it was used");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_exchanged_once_however_many_come_with_it() {
    let world = World::new().await;
    world.robot("ci", &[rule(&world.github, &ids())]).await;
    world.robot("other", &[rule(&world.github, &ids())]).await;
    let signed = world.github.token(&github());
    let answers = futures::future::join_all((0..8).map(|_| world.exchange("payments/ci", &signed))).await;
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((won, answers.iter().filter(|answer| answer.status == 400).count()), (1, 7));
    world.refused("payments/ci", &signed, "the token was exchanged before").await;
    world.refused("payments/other", &signed, "the token was exchanged before").await;
    // Signed again with the same id it is the same token.
    let claims = world.github.claims(&github());
    let (first, again) = (world.github.sign(&claims, "k1"), world.github.sign(&claims, "k1"));
    assert_ne!(first, again, "signatures of this kind differ each time");
    token(&world.exchange("payments/ci", &first).await);
    world.refused("payments/ci", &again, "the token was exchanged before").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_exchanged_ends_with_the_trust_the_robot_and_the_issuer() {
    let world = World::new().await;
    let path = format!("{ROBOTS}/ci");
    let named =
        rule(&world.github, &json!({ "repository_id": "74", "repository_owner_id": "65", "ref": "refs/heads/main" }));
    world.robot("ci", &[rule(&world.github, &ids()), named.clone()]).await;
    let enter =
        async || world.app.with_token(&token(&world.exchange("payments/ci", &world.github.token(&github())).await));

    // A pull request, where a rule says so.
    let mut proposed = github();
    merge(&mut proposed, &json!({ "event_name": "pull_request" }));
    let ci = enter().await;
    assert_eq!(ci.get("/api/v1/whoami").await.status, 200);
    let spec = json!({ "spec": { "trust": [named] } });
    assert_eq!(world.ana.patch(&path, "*", &spec).await.status, 200);
    assert_eq!(ci.get("/api/v1/whoami").await.code(), "KORE-AUTH-0002", "trust was taken away");

    let ci = enter().await;
    assert_eq!(world.ana.patch(&path, "*", &json!({ "spec": { "disabled": true } })).await.status, 200);
    assert_eq!(ci.get("/api/v1/whoami").await.code(), "KORE-AUTH-0002");
    world.refused("payments/ci", &world.github.token(&github()), "the robot is disabled").await;
    assert_eq!(world.ana.patch(&path, "*", &json!({ "spec": { "disabled": false } })).await.status, 200);

    world.refused("payments/ci", &world.github.token(&proposed), "event_name").await;
    let mut asked = ids();
    merge(&mut asked, &json!({ "event_name": "pull_request" }));
    let spec = json!({ "spec": { "trust": [rule(&world.github, &asked)] } });
    assert_eq!(world.ana.patch(&path, "*", &spec).await.status, 200);
    token(&world.exchange("payments/ci", &world.github.token(&proposed)).await);

    // The platform has something else to say about the issuer.
    let ci = world.app.with_token(&token(&world.exchange("payments/ci", &world.github.token(&proposed)).await));
    let issuer = format!("{ISSUERS}/ghes");
    let keys = json!({ "spec": { "profile": "other" } });
    assert_eq!(world.admin.patch(&issuer, "*", &keys).await.status, 200);
    assert_eq!(ci.get("/api/v1/whoami").await.code(), "KORE-AUTH-0002", "it came of what was said before");
    assert_eq!(world.admin.patch(&issuer, "*", &json!({ "spec": { "profile": "github" } })).await.status, 200);

    // The platform trusts the issuer no longer.
    let ci = world.app.with_token(&token(&world.exchange("payments/ci", &world.github.token(&proposed)).await));
    assert_eq!(world.admin.delete(&format!("{ISSUERS}/ghes"), "*").await.status, 200);
    assert_eq!(ci.get("/api/v1/whoami").await.code(), "KORE-AUTH-0002");
    world.refused("payments/ci", &world.github.token(&proposed), "is not trusted here any more").await;
    // Another of the same name has other keys; nothing of the first is remembered.
    let next = Issuer::new(&world.github.name);
    assert_eq!(world.admin.post(ISSUERS, &trusted("ghes", "github", &next)).await.status, 201);
    world.refused("payments/ci", &world.github.token(&proposed), "the signature is wrong").await;
    token(&world.exchange("payments/ci", &next.token(&proposed)).await);

    let ci = world.app.with_token(&token(&world.exchange("payments/ci", &next.token(&proposed)).await));
    assert_eq!(world.ana.delete(&path, "*").await.status, 200);
    assert_eq!(ci.get("/api/v1/whoami").await.status, 401);
    assert_eq!(world.exchange("payments/ci", &next.token(&proposed)).await.body["error"], "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_and_issuers_that_open_too_much_are_refused() {
    let world = World::new().await;
    let hub = &world.github;
    let trust = async |rule: Value| world.ana.post(ROBOTS, &robot("x", &json!({ "trust": [rule] }))).await;
    let unknown = Issuer::new("https://gitlab.internal");
    for (rule, wrong) in [
        (
            rule(hub, &json!({ "repository": "acme/app" })),
            vec!["/spec/trust/0/claims/repository_id", "/spec/trust/0/claims/repository_owner_id"],
        ),
        (
            rule(hub, &json!({ "repository_id": "74", "repository_owner_id": "65", "sub": "repo:acme/app" })),
            vec!["/spec/trust/0/claims/sub"],
        ),
        (rule(&unknown, &json!({ "sub": "x" })), vec!["/spec/trust/0/issuer"]),
        (json!({ "issuer": hub.name, "audience": "", "claims": ids() }), vec!["/spec/trust/0/audience"]),
        (
            json!({ "issuer": hub.name, "audience": "k", "claims": ids(), "maxMinutes": LONGEST_EXCHANGED + 1 }),
            vec!["/spec/trust/0/maxMinutes"],
        ),
        (
            json!({ "issuer": hub.name, "audience": "k", "claims": { "repository_id": ["74"], "repository_owner_id": "65" } }),
            vec!["/spec/trust/0/claims/repository_id"],
        ),
    ] {
        let answer = trust(rule.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, wrong), "{rule}: {}", answer.text);
    }
    let many: Vec<Value> = (0..17).map(|_| rule(hub, &ids())).collect();
    assert_eq!(world.ana.post(ROBOTS, &robot("x", &json!({ "trust": many }))).await.pointers(), ["/spec/trust"]);

    // Whom robots may trust is the platform's to say, and no address inside is asked unless it says so.
    let own = trusted("own", "other", &unknown);
    assert_eq!(world.ana.post(ISSUERS, &own).await.status, 403);
    assert_eq!(world.ana.get(ISSUERS).await.names(), ["ghes"], "everybody sees whom");
    for (spec, at) in [
        (json!({ "issuer": "http://ci.example", "profile": "other" }), "/spec/issuer"),
        (json!({ "issuer": "https://10.0.0.7", "profile": "other" }), "/spec/issuer"),
        // A private key should not have left its owner.
        (
            json!({ "issuer": "https://ci.example", "profile": "other", "keys": { "keys": [
                { "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                  "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" },
            ] } }),
            "/spec/keys",
        ),
        (json!({ "issuer": "http://127.0.0.1:80", "profile": "other" }), "/spec/issuer"),
        (json!({ "issuer": "https://169.254.169.254", "profile": "other" }), "/spec/issuer"),
        (json!({ "issuer": "https://ci.example/?x=1", "profile": "other" }), "/spec/issuer"),
        (json!({ "issuer": "https://token.actions.githubusercontent.com", "profile": "other" }), "/spec/issuer"),
        (json!({ "issuer": "https://ci.example", "profile": "other", "keys": { "keys": [] } }), "/spec/keys"),
        (
            json!({ "issuer": "https://ci.example", "profile": "other", "keys": { "keys": [{ "kty": "RSA" }] } }),
            "/spec/keys",
        ),
        (
            json!({ "issuer": "https://ci.example", "profile": "other", "keys": { "keys": [{ "kty": "oct", "k": "c2VjcmV0" }] } }),
            "/spec/keys",
        ),
        (json!({ "issuer": "https://ci.example", "profile": "jenkins" }), "/spec/profile"),
    ] {
        let answer = world.admin.post(ISSUERS, &json!({ "metadata": { "name": "bad" }, "spec": spec })).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec![at]), "{spec}: {}", answer.text);
    }
    assert_eq!(world.admin.post(ISSUERS, &trusted("twice", "other", hub)).await.code(), "KORE-OBJECT-0002");
    let path = format!("{ISSUERS}/ghes");
    let moved = world.admin.patch(&path, "*", &json!({ "spec": { "issuer": "https://evil.example" } })).await;
    assert_eq!(moved.pointers(), ["/spec/issuer"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_is_reached_hands_out_its_keys_itself() {
    let world = World::new().await;
    let server = MockServer::start().await;
    let issuer = Issuer::new(&server.uri());
    let serve = async |place: &str, body: Value| {
        let answer = ResponseTemplate::new(200).set_body_json(body);
        Mock::given(method("GET")).and(path(place)).respond_with(answer).mount(&server).await;
    };
    let discovery = json!({ "issuer": issuer.name, "jwks_uri": format!("{}/jwks", issuer.name) });
    serve("/.well-known/openid-configuration", discovery).await;
    serve("/jwks", issuer.keys()).await;
    let spec = json!({ "issuer": issuer.name, "profile": "other", "networks": ["127.0.0.0/8"] });
    let made = world.admin.post(ISSUERS, &json!({ "metadata": { "name": "local" }, "spec": spec })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    world.robot("ci", &[rule(&issuer, &json!({ "sub": "builder", "level": 3 }))]).await;
    let signed = || issuer.token(&json!({ "sub": "builder", "level": 3 }));
    token(&world.exchange("payments/ci", &signed()).await);
    token(&world.exchange("payments/ci", &signed()).await);
    world
        .refused("payments/ci", &issuer.token(&json!({ "sub": "builder", "level": "3" })), "level is \"3\", not 3")
        .await;
    let asked = server.received_requests().await.unwrap();
    assert_eq!(asked.len(), 2, "its keys are remembered");
    // One that does not answer is a refusal like any other.
    let away = Issuer::new("http://127.0.0.1:9");
    let spec = json!({ "issuer": away.name, "profile": "other", "networks": ["127.0.0.0/8"] });
    assert_eq!(world.admin.post(ISSUERS, &json!({ "metadata": { "name": "away" }, "spec": spec })).await.status, 201);
    world.robot("away", &[rule(&away, &json!({ "sub": "builder" }))]).await;
    world.refused("payments/away", &away.token(&json!({ "sub": "builder" })), "does not answer as it should").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exchanges_are_limited_for_each_address() {
    let world = World::new().await;
    let mut limited = 0;
    for _ in 0..130 {
        let answer = world.exchange("payments/nobody", "x").await;
        limited += u32::from(answer.code() == "KORE-AUTH-0006");
    }
    assert!(limited > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_of_a_real_cluster_is_the_robot_that_trusts_its_service_account() {
    use k8s_openapi::api::{authentication::v1::TokenRequest, core::v1::ServiceAccount};
    use kube::{Api, api::PostParams};

    let world = World::new().await;
    let cluster = world.app.plane.client().await.unwrap();
    let raw = async |path: &str| -> Value {
        let request = http::Request::get(path).body(Vec::new()).unwrap();
        serde_json::from_str(&cluster.request_text(request).await.unwrap()).unwrap()
    };
    let name = raw("/.well-known/openid-configuration").await["issuer"].as_str().unwrap().to_owned();
    let spec = json!({ "issuer": name, "profile": "kubernetes", "keys": raw("/openid/v1/jwks").await });
    let made = world.admin.post(ISSUERS, &json!({ "metadata": { "name": "own" }, "spec": spec })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let claims = json!({ "/kubernetes.io/namespace": "default", "/kubernetes.io/serviceaccount/name": "deployer" });
    let rule = json!({ "issuer": name, "audience": AUDIENCE, "claims": claims, "maxMinutes": 5 });
    world.robot("ci", &[rule]).await;

    let accounts = Api::<ServiceAccount>::namespaced(cluster.clone(), "default");
    let projected = async |account: &str, audience: &str| {
        let body: ServiceAccount = serde_json::from_value(json!({ "metadata": { "name": account } })).unwrap();
        let _ = accounts.create(&PostParams::default(), &body).await;
        let request: TokenRequest = serde_json::from_value(json!({
            "metadata": {}, "spec": { "audiences": [audience], "expirationSeconds": 600 } }))
        .unwrap();
        let answer = accounts.create_token_request(account, &PostParams::default(), &request).await.unwrap();
        answer.status.unwrap().token.unwrap()
    };
    let good = projected("deployer", AUDIENCE).await;
    let answer = world.exchange("payments/ci", &good).await;
    let ci = world.app.with_token(&token(&answer));
    assert!(answer.body["expires_in"].as_u64().unwrap() <= 300, "no longer than the rule lets it");
    assert_eq!(ci.get("/api/v1/whoami").await.body["name"], "payments/ci");
    world.refused("payments/ci", &good, "the token was exchanged before").await;
    world.refused("payments/ci", &projected("other", AUDIENCE).await, "/kubernetes.io/serviceaccount/name is").await;
    world.refused("payments/ci", &projected("deployer", "https://elsewhere.example").await, "somebody else").await;
}
