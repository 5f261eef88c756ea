//! Sign-in and renewal.

use jiff::SignedDuration;
use serde_json::{Value, json};
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{body_string_contains, header, method, path},
};

use crate::world::{World, list, ok};

fn tokens(access: &str, refresh: &str) -> ResponseTemplate {
    ok(&json!({"access_token": access, "token_type": "Bearer", "expires_in": 900, "refresh_token": refresh}))
}

#[tokio::test]
async fn commands_at_once_use_a_refresh_token_once() {
    let world = World::new().await;
    world.session("kore_at_old", SignedDuration::from_secs(-5));
    Mock::given(method("POST"))
        .and(path("/auth/token"))
        .and(body_string_contains("refresh_token=kore_rt_1"))
        .respond_with(tokens("kore_at_2", "kore_rt_2").set_delay(std::time::Duration::from_millis(300)))
        .expect(1)
        .mount(&world.server)
        .await;
    Mock::given(method("GET"))
        .and(path("/api/v1/teams"))
        .and(header("authorization", "Bearer kore_at_2"))
        .respond_with(list("Team", &[]))
        .expect(5)
        .mount(&world.server)
        .await;
    let line = ["team", "list", "-o", "name"];
    let all = tokio::join!(world.run(&line), world.run(&line), world.run(&line), world.run(&line), world.run(&line));
    for (exit, _, err) in [all.0, all.1, all.2, all.3, all.4] {
        assert_eq!(exit, 0, "{err}");
    }
    let kept: Value = serde_json::from_str(&world.read(".local/state/kore/sessions/test.json")).unwrap();
    assert_eq!(kept["refreshToken"], "kore_rt_2");
}

#[tokio::test]
async fn where_the_platform_runs_up_signs_in_again() {
    let world = World::new().await;
    std::fs::remove_file(world.path(".local/state/kore/sessions/test.json")).unwrap();
    let (exit, _, err) = world.run(&["team", "list"]).await;
    assert!(exit == 4 && err.contains("kore login") && !err.contains("kore up"), "{err}");
    let here = format!("{}    dataDir: /srv/kore\n", world.read(".config/kore/config.yaml"));
    world.write(".config/kore/config.yaml", &here);
    let (exit, _, err) = world.run(&["team", "list"]).await;
    assert!(exit == 4 && err.contains("kore login") && err.contains("which runs it: kore up"), "{err}");
}

#[tokio::test]
async fn a_sign_in_that_comes_to_nothing_changes_nothing() {
    let world = World::new().await;
    let (config, session) = (".config/kore/config.yaml", ".local/state/kore/sessions/test.json");
    let read = || -> (String, Value) { (world.read(config), serde_json::from_str(&world.read(session)).unwrap()) };
    let before = read();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (exit, _, err) = world.run(&["login", &format!("http://{closed}")]).await;
    assert_eq!(exit, 10, "{err}");
    // Neither a token that the server does not know.
    let unknown = kore_api::problem::Problem::new(kore_api::codes::Code::AuthRequired, "who is that?");
    world.on("GET", "/api/v1/whoami", crate::world::refused(&unknown)).await;
    world.write("token", "kore_at_wrong");
    let mut command = world.command(&["login", &world.server.uri(), "--name", "test", "--with-token"]);
    let output = command.stdin(std::fs::File::open(world.path("token")).unwrap()).output().await.unwrap();
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert_eq!(read(), before);
}

#[tokio::test]
async fn a_token_that_the_server_calls_expired_is_renewed_once() {
    let world = World::new().await;
    let expired = kore_api::problem::Problem::new(kore_api::codes::Code::AuthExpired, "expired");
    Mock::given(method("GET"))
        .and(path("/api/v1/teams"))
        .and(header("authorization", "Bearer kore_at_fresh"))
        .respond_with(crate::world::refused(&expired))
        .expect(1)
        .mount(&world.server)
        .await;
    world.on("POST", "/auth/token", tokens("kore_at_2", "kore_rt_2")).await;
    Mock::given(method("GET"))
        .and(path("/api/v1/teams"))
        .and(header("authorization", "Bearer kore_at_2"))
        .respond_with(list("Team", &[]))
        .expect(1)
        .mount(&world.server)
        .await;
    assert_eq!(world.run(&["team", "list"]).await.0, 0);
}

#[tokio::test]
async fn a_session_is_never_sent_to_another_server() {
    let world = World::new().await;
    let other = wiremock::MockServer::start().await;
    let config = format!("currentContext: test\ncontexts:\n  test:\n    server: '{}'\n", other.uri());
    world.write(".config/kore/config.yaml", &config);
    let (exit, _, err) = world.run(&["team", "list"]).await;
    assert_eq!(exit, 4, "{err}");
    assert!(other.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_code_on_another_device_signs_in() {
    let world = World::new().await;
    let device = json!({"device_code": "d", "user_code": "BCDF-GHJK", "verification_uri": "http://x/auth/device", "verification_uri_complete": "http://x/auth/device?c", "expires_in": 60, "interval": 1});
    world.on("POST", "/auth/device", ok(&device)).await;
    world
        .once(
            "POST",
            "/auth/token",
            ResponseTemplate::new(400).set_body_json(json!({"error": "authorization_pending"})),
        )
        .await;
    world.on("POST", "/auth/token", tokens("kore_at_9", "kore_rt_9")).await;
    world
        .on(
            "GET",
            "/api/v1/whoami",
            ok(&json!({"name": "ana", "id": "1", "teams": [], "sessionExpiresAt": "2030-01-01T00:00:00Z"})),
        )
        .await;
    let uri = world.server.uri();
    let (exit, out, err) = world.run(&["login", &uri, "--name", "other", "--device"]).await;
    assert_eq!((exit, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("BCDF-GHJK") && err.contains("as ana (context other)") && !err.contains("kore_at_"), "{err}");
    world.on("POST", "/auth/logout", ResponseTemplate::new(204)).await;
    assert_eq!(world.run(&["logout"]).await.0, 0);
    assert!(!world.path(".local/state/kore/sessions/other.json").exists());
    assert!(world.path(".local/state/kore/sessions/test.json").exists());
}

#[tokio::test]
async fn a_browser_signs_in_by_loopback_and_proof_key() {
    let world = World::new().await;
    Mock::given(method("POST"))
        .and(path("/auth/token"))
        .and(body_string_contains("code=abc"))
        .and(body_string_contains("code_verifier="))
        .respond_with(tokens("kore_at_9", "kore_rt_9"))
        .expect(1)
        .mount(&world.server)
        .await;
    world
        .on(
            "GET",
            "/api/v1/whoami",
            ok(&json!({"name": "ana", "id": "1", "teams": [], "sessionExpiresAt": "2030-01-01T00:00:00Z"})),
        )
        .await;
    let mut command = world.command(&["login", "--no-browser"]);
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(child.stderr.take().unwrap()));
    let address = loop {
        let line = lines.next_line().await.unwrap().expect("an address is printed");
        if let Some(at) = line.find("http://") {
            break line[at..].to_owned();
        }
    };
    let query: std::collections::HashMap<String, String> = address
        .split_once('?')
        .unwrap()
        .1
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.replace("%3A", ":").replace("%2F", "/")))
        .collect();
    assert_eq!((query["client_id"].as_str(), query["code_challenge_method"].as_str()), ("kore-cli", "S256"));
    // What a browser does after the server's redirect; a wrong state is not heeded.
    let redirect = query["redirect_uri"].strip_prefix("http://").unwrap().to_owned();
    let (host, at) = redirect.split_once('/').unwrap();
    for state in ["wrong", &query["state"]] {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
        let request = format!("GET /{at}?code=abc&state={state} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(if state == "wrong" { "HTTP/1.1 404" } else { "HTTP/1.1 200" }), "{answer}");
    }
    assert!(child.wait().await.unwrap().success());
}
