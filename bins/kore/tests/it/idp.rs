//! Identity providers from the command line.

use kore_api::codes::Code;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{body_partial_json, method, path},
};

use crate::world::{World, code as refusal, object, ok};

const ALL: &str = "/api/v1/identityproviders";
const PREVIEWS: &str = "/api/v1/identityproviderpreviews";

fn corp() -> Value {
    object(
        "IdentityProvider",
        None,
        "corp",
        json!({
            "issuer": "https://id.example.com", "clientId": "kore", "enabled": true, "scopes": ["profile", "groups"],
            "groupMappings": [{ "group": "dev", "team": "payments", "role": "developer" }, { "group": "ops", "platformRole": "admin" }]
        }),
        json!({
            "redirectUri": "https://kore.example.com/auth/oidc/corp/callback", "clientSecretSet": true, "identities": 3,
            "postLogoutRedirectUri": "https://kore.example.com/auth/login"
        }),
    )
}

#[tokio::test]
async fn a_provider_is_connected_with_a_secret_that_is_no_argument() {
    let world = World::new().await;
    Mock::given(method("POST"))
        .and(path(ALL))
        .and(body_partial_json(json!({
            "kind": "IdentityProvider", "metadata": { "name": "corp" },
            "spec": {
                "issuer": "https://id.example.com", "clientId": "kore", "clientSecret": "hush", "allowedDomains": ["example.com"],
                "groupMappings": [{ "group": "dev", "team": "payments", "role": "developer" }, { "group": "ops", "platformRole": "admin" }],
                "network": { "allowedAddresses": ["10.1.0.0/16"] }
            }
        })))
        .respond_with(ResponseTemplate::new(201).set_body_json(corp()))
        .expect(1)
        .mount(&world.server)
        .await;
    let mut command = world.command(&[
        "idp",
        "create",
        "corp",
        "--issuer",
        "https://id.example.com",
        "--client-id",
        "kore",
        "--client-secret-stdin",
        "--allow-domain",
        "example.com",
        "--allow-address",
        "10.1.0.0/16",
        "--map",
        "dev=payments:developer",
        "--map",
        "ops=admin",
    ]);
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"hush\n").await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("https://kore.example.com/auth/oidc/corp/callback") && said.contains("kore idp preview corp"),
        "{said}"
    );
    assert!(!said.contains("hush"));
    let (code, _, err) =
        world.run(&["idp", "create", "corp", "--issuer", "https://x.example", "--map", "ops=root"]).await;
    assert!(code == 2 && err.contains("GROUP=TEAM:ROLE"), "{code} {err}");
}

#[tokio::test]
async fn a_preview_waits_for_a_sign_in_and_shows_what_it_would_come_to() {
    let world = World::new().await;
    let begun = json!({
        "id": "kore_cl_x", "url": "https://kore.example.com/auth/oidc/corp/start?preview=kore_cl_x",
        "redirectUri": "https://kore.example.com/auth/oidc/corp/callback", "expiresAt": "2026-11-25T12:00:00Z"
    });
    world.on("GET", &format!("{ALL}/corp"), ok(&corp())).await;
    Mock::given(method("POST"))
        .and(path(PREVIEWS))
        .and(body_partial_json(json!({ "spec": { "issuer": "https://id.example.com", "allowedGroups": ["dev"] } })))
        .respond_with(ResponseTemplate::new(201).set_body_json(&begun))
        .mount(&world.server)
        .await;
    let place = format!("{PREVIEWS}/kore_cl_x");
    let mut done = begun.clone();
    done["outcome"] = json!({
        "claims": { "sub": "1", "groups": ["dev"] }, "name": "ana", "email": "ana@example.com", "groups": ["dev"],
        "teams": [{ "team": "payments", "role": "developer", "group": "dev" }], "warnings": ["Look at this."]
    });
    world.once("GET", &place, ok(&begun)).await;
    world.on("GET", &place, ok(&done)).await;
    let (code, out, err) = world.run(&["idp", "preview", "corp", "--allow-group", "dev", "--no-browser"]).await;
    assert_eq!(code, 0, "{err}");
    for part in ["ana@example.com", "payments developer (group dev)", "sub: "] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(
        err.contains("start?preview=kore_cl_x") && err.contains("Look at this.") && err.contains("Nothing was stored"),
        "{err}"
    );
    let (_, out, _) =
        world.run(&["idp", "preview", "corp", "--allow-group", "dev", "--no-browser", "-o", "json"]).await;
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["claims"]["sub"], "1");
    let (code, out, _) = world.run(&["idp", "show", "corp"]).await;
    assert!(
        code == 0 && out.contains("group dev is worth developer in team payments") && out.contains("kept"),
        "{out}"
    );
    world.on("GET", &format!("{ALL}/nobody"), refusal(Code::NotFound, "there is no such object")).await;
    let (code, _, err) = world.run(&["idp", "preview", "nobody"]).await;
    assert!(code == 2 && err.contains("--issuer"), "{code} {err}");
}

#[tokio::test]
async fn passwords_are_switched_off_on_confirmation_only() {
    let world = World::new().await;
    world.on("GET", "/api/v1/settings/sign-in", ok(&json!({ "local": true }))).await;
    world.on("PUT", "/api/v1/settings/sign-in", ok(&json!({ "local": false }))).await;
    assert_eq!(world.run(&["idp", "passwords"]).await.1.trim(), "on");
    let (code, _, err) = world.run(&["idp", "passwords", "off"]).await;
    assert_ne!(code, 0, "{err}");
    let (code, _, err) = world.run(&["idp", "passwords", "off", "--yes"]).await;
    assert!(code == 0 && err.contains("kore admin reset-link"), "{err}");
}
