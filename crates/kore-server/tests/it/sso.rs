//! Single sign-on with a provider that others wrote, through the router, as a browser.

use http::StatusCode;
use kore_api::identity::TeamRole;
use kore_testkit::{
    browser::{Browser, Page},
    identity_providers::{Keycloak, OidcProvider},
    test_app::{Actor, TestApp},
};
use serde_json::{Value, json};

pub(crate) const HOME: &str = "http://127.0.0.1:8420";
const SECRET: &str = "a-secret-that-is-never-answered-0123";

/// A client of the provider, as it registers it for this name of ours.
fn client(name: &str) -> Value {
    json!({
        "client_id": "kore", "client_secret": SECRET, "scope": "openid profile email groups",
        "redirect_uris": [format!("{HOME}/auth/oidc/{name}/callback")],
        "post_logout_redirect_uris": [format!("{HOME}/auth/login")],
        "grant_types": ["authorization_code"], "response_types": ["code"],
    })
}

fn account(name: &str, email: &str, verified: bool, groups: &[&str]) -> Value {
    json!({ "preferred_username": name, "name": name.to_uppercase(), "email": email, "email_verified": verified, "groups": groups })
}

async fn provider(name: &str) -> OidcProvider {
    let accounts = json!({
        "u1": account("ana", "ana@example.com", true, &["dev", "all"]),
        "u2": account("admin", "boss@example.com", true, &["root"]),
        "u3": account("eve", "eve@elsewhere.org", true, &["dev"]),
        "u4": account("una", "una@example.com", false, &["dev"]),
        "u5": account("max", "max@example.com", true, &[]),
    });
    OidcProvider::start(&json!([client(name)]), &accounts).await.unwrap()
}

pub(crate) fn object(name: &str, issuer: &str, changes: &Value) -> Value {
    let mut spec = json!({
        "issuer": issuer, "clientId": "kore", "clientSecret": SECRET, "displayName": "Corp & Co",
        "scopes": ["profile", "email", "groups"],
        "network": { "allowedAddresses": ["127.0.0.1/32"] },
    });
    spec.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    json!({ "metadata": { "name": name }, "spec": spec })
}

fn mappings() -> Value {
    json!([
        { "group": "dev", "team": "payments", "role": "developer" },
        { "group": "all", "team": "payments", "role": "viewer" },
        { "group": "root", "platformRole": "admin" },
    ])
}

pub(crate) async fn save(admin: &Actor, object: &Value) {
    let made = admin.post("/api/v1/identityproviders", object).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert!(!made.text.contains(SECRET));
}

/// Signs in at the provider that a page of it asks for.
async fn at_provider(browser: &mut Browser, login: &Page, who: &str) -> Page {
    assert!(login.text.contains("Sign-in"), "the provider's own page: {} {}", login.url, login.text);
    let consent = browser.submit(login, &[("login", who), ("password", "any")]).await.unwrap();
    if consent.url.as_str().starts_with(HOME) || consent.next.is_some() {
        return consent;
    }
    browser.submit(&consent, &[]).await.unwrap()
}

async fn sign_in(app: &TestApp, name: &str, who: &str) -> (Browser, Page) {
    let mut browser = app.browser().unwrap();
    let login = browser.go("/auth/login").await.unwrap();
    let login = browser.click(&login, &format!("/auth/oidc/{name}/start")).await.unwrap();
    let page = at_provider(&mut browser, &login, who).await;
    // The console comes after a sign-in; the account's page says whose it was.
    let page = if page.url.path() == "/" { browser.go("/auth/account").await.unwrap() } else { page };
    (browser, page)
}

#[tokio::test]
async fn people_come_by_two_providers_and_groups_say_what_they_may() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let (corp, partner) = (provider("corp").await, provider("partner").await);

    // Tried before it is saved: the claims and what they would come to, and nothing is there afterwards.
    let draft = object("corp", &corp.issuer, &json!({ "groupMappings": mappings() }));
    let preview = admin.post("/api/v1/identityproviderpreviews", &draft).await;
    assert_eq!(preview.status, StatusCode::CREATED, "{}", preview.text);
    assert_eq!(preview.body["redirectUri"], format!("{HOME}/auth/oidc/corp/callback"));
    let place = format!("/api/v1/identityproviderpreviews/{}", preview.body["id"].as_str().unwrap());
    assert!(admin.get(&place).await.body.get("outcome").is_none());
    let mut browser = app.browser().unwrap();
    let login = browser.go(preview.body["url"].as_str().unwrap()).await.unwrap();
    let shown = at_provider(&mut browser, &login, "u1").await;
    for part in ["Preview of corp", "ana@example.com", "payments", "developer", "preferred_username"] {
        assert!(shown.text.contains(part), "{part}: {}", shown.text);
    }
    let outcome = admin.get(&place).await.body["outcome"].clone();
    assert_eq!(outcome["teams"], json!([{ "team": "payments", "role": "developer", "group": "dev" }]));
    assert_eq!((&outcome["name"], &outcome["claims"]["sub"]), (&json!("ana"), &json!("u1")));
    assert_eq!(browser.go("/auth/account").await.unwrap().url.path(), "/auth/login", "nobody is signed in");
    let again = app.browser().unwrap().go(preview.body["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "once");
    assert_eq!(admin.get("/api/v1/identityproviders").await.names(), Vec::<&str>::new());
    assert_eq!(admin.get("/api/v1/users").await.names(), ["admin"]);
    let other = app.person("boss", Some(kore_api::identity::PlatformRole::Admin)).await.unwrap();
    assert_eq!(other.get(&place).await.status, StatusCode::NOT_FOUND, "somebody else's preview");

    save(&admin, &draft).await;
    save(&admin, &object("partner", &partner.issuer, &json!({ "displayName": "Partner" }))).await;
    let (mut ana, page) = sign_in(&app, "corp", "u1").await;
    assert!(page.url.path() == "/auth/account" && page.text.contains("<strong>ana</strong>"), "{}", page.text);
    let members = admin.get("/api/v1/teams/payments/memberships/ana").await;
    assert_eq!(members.body["status"], json!({ "source": "group:corp", "role": "developer", "group": "dev" }));
    let fixed = admin.delete("/api/v1/teams/payments/memberships/ana", "*").await;
    assert_eq!(fixed.code(), "KORE-OBJECT-0014", "{}", fixed.text);

    // The same name at another provider, and the name of the administrator: somebody else, and nobody special.
    let (_, page) = sign_in(&app, "partner", "u1").await;
    assert!(page.text.contains("<strong>ana-2</strong>") && !page.text.contains("payments"), "{}", page.text);
    let (mut boss, page) = sign_in(&app, "partner", "u2").await;
    assert!(page.text.contains("<strong>admin-2</strong>") && !page.text.contains("administrator"), "{}", page.text);
    let (_, page) = sign_in(&app, "corp", "u2").await;
    assert!(page.text.contains("<strong>admin-3</strong>, platform administrator"), "{}", page.text);

    let seen = admin.get("/api/v1/users/admin-3").await;
    assert_eq!(seen.body["status"], json!({ "platformRole": "admin", "byGroup": true, "secondFactor": false }));
    assert!(seen.body["spec"].get("platformRole").is_none(), "what a group gives is not what was given");

    // What a group is worth changes at once; a role that was given stays when the group goes.
    let direct = json!({ "metadata": { "name": "ana" }, "spec": { "role": "viewer" } });
    let given = admin.post("/api/v1/teams/payments/memberships", &direct).await;
    assert_eq!(
        (given.status, &given.body["status"]["role"]),
        (StatusCode::CREATED, &json!("developer")),
        "{}",
        given.text
    );
    let saved = admin.get("/api/v1/identityproviders/corp").await;
    assert!(saved.body["status"]["clientSecretSet"] == true && !saved.text.contains(SECRET));
    let patch = json!({ "spec": { "groupMappings": [] } });
    let changed = admin.patch("/api/v1/identityproviders/corp", saved.etag(), &patch).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    let membership = admin.get("/api/v1/teams/payments/memberships/ana").await;
    assert_eq!(membership.body["status"], json!({ "source": "direct", "role": "viewer" }));
    assert!(ana.go("/auth/account").await.unwrap().text.contains("viewer"));
    let (_, page) = sign_in(&app, "corp", "u1").await;
    assert!(page.text.contains("viewer"), "signs in with the kept secret: {}", page.text);

    // Signed out here and there.
    let page = ana.go("/auth/account").await.unwrap();
    let out = ana.submit(&page, &[]).await.unwrap();
    assert!(out.text.contains("You are signed out"), "{}", out.text);
    assert!(out.headers["refresh"].to_str().unwrap().contains("post_logout_redirect_uri"));
    let there = ana.click(&out, "client_id=kore").await.unwrap();
    let back = ana.submit(&there, &[("logout", "yes")]).await.unwrap();
    assert_eq!(back.url.as_str(), format!("{HOME}/auth/login"), "{}", back.text);
    let login = ana.click(&back, "/auth/oidc/corp/start").await.unwrap();
    assert!(login.text.contains("Enter any login"), "the provider has forgotten them: {}", login.text);

    // A disabled user loses everything at the next request, and does not come back.
    let user = admin.get("/api/v1/users/admin-2").await;
    admin.patch("/api/v1/users/admin-2", user.etag(), &json!({ "spec": { "disabled": true } })).await;
    assert_eq!(boss.go("/auth/account").await.unwrap().url.path(), "/auth/login");
    let (_, page) = sign_in(&app, "partner", "u2").await;
    assert!(page.status == StatusCode::FORBIDDEN && page.text.contains("KORE-AUTH-0013"), "{}", page.text);
}

#[tokio::test]
async fn the_command_line_signs_in_through_the_provider_as_it_is() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    let corp = provider("corp").await;
    save(&admin, &object("corp", &corp.issuer, &json!({}))).await;
    let mut browser = app.browser().unwrap();
    let authorize = "/auth/authorize?response_type=code&client_id=kore-cli&redirect_uri=http%3A%2F%2F127.0.0.1%3A49152%2Fcallback\
                     &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&state=s%26t";
    let login = browser.go(authorize).await.unwrap();
    let login = browser.click(&login, "/auth/oidc/corp/start").await.unwrap();
    let page = at_provider(&mut browser, &login, "u1").await;
    assert!(page.url.path() == "/auth/authorize" && page.text.contains("Sign in the command line?"), "{}", page.text);
    browser.stops_at = Some("http://127.0.0.1:49152/".into());
    let page = browser.submit(&page, &[("decision", "allow")]).await.unwrap();
    let back = page.next.unwrap();
    assert!(back.query().unwrap().contains("state=s%26t") && back.query().unwrap().contains("code="));
}

#[tokio::test]
async fn who_is_not_on_the_lists_is_told_which_and_nothing_that_stands_on_it() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    let corp = provider("corp").await;
    let lists = json!({ "allowedDomains": ["example.com"], "allowedGroups": ["dev", "only-insiders-know"] });
    save(&admin, &object("corp", &corp.issuer, &lists)).await;
    for (who, says) in [("u3", "domain"), ("u4", "verified"), ("u5", "None of your groups")] {
        let (mut browser, page) = sign_in(&app, "corp", who).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text);
        assert!(page.text.contains(says) && page.text.contains("KORE-AUTH-0011"), "{who}: {}", page.text);
        assert!(!page.text.contains("only-insiders-know") && !page.text.contains("example.com"), "{}", page.text);
        assert_eq!(browser.go("/auth/account").await.unwrap().url.path(), "/auth/login");
    }
    assert_eq!(admin.get("/api/v1/users").await.names(), ["admin"], "nobody is made who may not come in");
    let (_, page) = sign_in(&app, "corp", "u1").await;
    assert_eq!(page.url.path(), "/auth/account", "{}", page.text);
}

#[tokio::test]
async fn providers_are_administrators_business_and_their_secrets_nobodys() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let corp = object("corp", "https://id.example.com", &json!({ "network": null }));
    save(&admin, &corp).await;
    let owner = app.member("olga", "payments", TeamRole::Owner).await.unwrap();
    for (actor, status) in [(app.anonymous(), StatusCode::UNAUTHORIZED), (owner, StatusCode::FORBIDDEN)] {
        let all = [
            actor.get("/api/v1/identityproviders").await,
            actor.get("/api/v1/identityproviders/corp").await,
            actor.post("/api/v1/identityproviders", &corp).await,
            actor.put("/api/v1/identityproviders/corp", "*", &corp).await,
            actor.delete("/api/v1/identityproviders/corp", "*").await,
            actor.post("/api/v1/identityproviderpreviews", &corp).await,
            actor.get("/api/v1/identityproviderpreviews/x").await,
            actor.get("/api/v1/settings/sign-in").await,
            actor.send(http::Method::PUT, "/api/v1/settings/sign-in", &[], Some(&json!({ "local": false }))).await,
        ];
        for answer in all {
            assert_eq!(answer.status, status, "{}", answer.text);
        }
    }
    // The secret is kept where secrets are, and told nowhere else.
    let secrets: kube::Api<k8s_openapi::api::core::v1::Secret> =
        kube::Api::namespaced(app.app.kube.clone(), "kore-system");
    let kept = async || {
        let all = secrets.list(&Default::default()).await.unwrap().items.into_iter();
        let values = all.flat_map(|secret| secret.data.unwrap_or_default().into_values());
        values.map(|value| String::from_utf8(value.0).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(kept().await, [SECRET]);
    let dry = admin
        .post(
            "/api/v1/identityproviders?dryRun=All",
            &object("other", "https://id.example.com", &json!({ "network": null })),
        )
        .await;
    assert_eq!(dry.status, StatusCode::OK, "{}", dry.text);
    let records = admin.get("/api/v1/auditrecords").await;
    let (one, all) = (admin.get("/api/v1/identityproviders/corp").await, admin.get("/api/v1/identityproviders").await);
    for answer in [&dry, &records, &one, &all] {
        assert!(answer.status == StatusCode::OK && !answer.text.contains(SECRET), "{}", answer.text);
    }
    // It goes to nobody else: another issuer, or another way to it, needs it anew.
    for moved in
        [json!({ "issuer": "https://evil.example" }), json!({ "network": { "allowedAddresses": ["10.0.0.0/8"] } })]
    {
        let patch = admin.patch("/api/v1/identityproviders/corp", one.etag(), &json!({ "spec": moved })).await;
        assert_eq!((patch.status, patch.pointers()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["/spec/clientSecret"]));
    }
    let replaced = admin
        .patch("/api/v1/identityproviders/corp", one.etag(), &json!({ "spec": { "clientSecret": "another" } }))
        .await;
    assert_eq!(replaced.status, StatusCode::OK, "{}", replaced.text);
    assert_eq!(kept().await, ["another"]);
    let gone = admin.delete("/api/v1/identityproviders/corp", "*").await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    assert_eq!(kept().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_wrong_with_a_provider_is_said_field_by_field() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    let refused = async |changes: Value| {
        let object = object("corp", "https://id.example.com", &changes);
        let answer = admin.post("/api/v1/identityproviders", &object).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{changes}: {}", answer.text);
        let preview = admin.post("/api/v1/identityproviderpreviews", &object).await;
        assert_eq!(preview.pointers(), answer.pointers());
        answer.pointers().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for issuer in [
        "http://id.example.com",
        "https://10.0.0.1",
        "https://169.254.169.254",
        "https://[::1]",
        "http://127.0.0.2:1",
        "https://user:pw@id.example.com",
        "https://id.example.com/?x",
        "not a url",
        "file:///etc/passwd",
    ] {
        assert_eq!(refused(json!({ "issuer": issuer })).await, ["/spec/issuer"], "{issuer}");
    }
    let mapping = |mapping: Value| json!({ "groupMappings": [mapping] });
    assert_eq!(
        refused(mapping(json!({ "group": "a", "team": "nowhere", "role": "owner" }))).await,
        ["/spec/groupMappings/0/team"]
    );
    assert_eq!(refused(mapping(json!({ "group": "a", "role": "owner" }))).await, ["/spec/groupMappings/0/team"]);
    assert_eq!(refused(mapping(json!({ "group": "a" }))).await, ["/spec/groupMappings/0"]);
    assert_eq!(refused(mapping(json!({ "group": "a", "platformRole": "root" }))).await.len(), 1);
    assert_eq!(refused(json!({ "allowedDomains": ["@example.com"] })).await, ["/spec/allowedDomains/0"]);
    let private = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": "a", "y": "b", "d": "c" }] });
    for keys in [json!({}), json!({ "keys": [] }), private] {
        assert_eq!(refused(json!({ "keys": keys })).await, ["/spec/keys"], "{keys}");
    }
    let network = |network: Value| json!({ "network": network });
    assert_eq!(
        refused(network(json!({ "allowedAddresses": ["everything"] }))).await,
        ["/spec/network/allowedAddresses"]
    );
    assert_eq!(
        refused(network(json!({ "certificateAuthority": "-----BEGIN" }))).await,
        ["/spec/network/certificateAuthority"]
    );
}

#[tokio::test]
async fn passwords_can_be_switched_off_and_the_machine_is_the_way_back() {
    let app = TestApp::start().await.unwrap();
    let admin = app.admin().await.unwrap();
    let off = async || {
        let body = json!({ "local": false });
        admin.send(http::Method::PUT, "/api/v1/settings/sign-in", &[], Some(&body)).await
    };
    let refused = off().await;
    assert_eq!((refused.status, refused.pointers()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["/local"]));
    save(&admin, &object("corp", "https://id.example.com", &json!({ "network": null }))).await;
    let body = json!({ "metadata": { "name": "ben" }, "spec": {} });
    assert_eq!(admin.post("/api/v1/users", &body).await.status, StatusCode::CREATED);
    let link = admin.post("/api/v1/users/ben/claim", &json!({})).await;
    let link = link.body["url"].as_str().unwrap().to_owned();
    assert_eq!(off().await.status, StatusCode::OK);
    let refused = admin.post("/api/v1/users/ben/claim", &json!({})).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "KORE-AUTH-0003"));
    let page = app.browser().unwrap().go(&link).await.unwrap();
    assert!(!page.text.contains("<form"), "a link from before is one more way to a password: {}", page.text);
    let mut browser = app.browser().unwrap();
    let page = browser.go("/auth/login").await.unwrap();
    assert!(!page.text.contains("<form") && page.text.contains("Sign in with Corp &#38; Co"), "{}", page.text);
    // The link of the machine's own socket sets a password, and opens a session.
    let link = app.app.signin.claim_link(false).await.unwrap();
    let page = browser.go(&link.url).await.unwrap();
    let password = "korrekt pferd batterie";
    let mut form = page.clone();
    form.text =
        form.text.replace("<form method=\"post\">", &format!("<form method=\"post\" action=\"{}\">", page.url.path()));
    let page = browser.submit(&form, &[("password", password), ("again", password)]).await.unwrap();
    assert_eq!(page.url.path(), "/", "{}", page.text);
    // The password itself does nothing at the sign-in page.
    let mut other = app.browser().unwrap();
    let mut page = other.go("/auth/device/verify").await.unwrap();
    let csrf = browser.go("/auth/account").await.unwrap();
    page.text = csrf.text.replace("/auth/logout", "/auth/login");
    other.cookies = browser.cookies.clone();
    let refused = other.submit(&page, &[("name", "admin"), ("password", password)]).await.unwrap();
    assert!(refused.status == StatusCode::FORBIDDEN && refused.text.contains("switched off"), "{}", refused.text);
}

/// A second provider that others wrote, with its own ideas: groups in the ID token, a login page of its own, the
/// secret in the body or by basic authentication as it says, a page that asks before signing out.
#[tokio::test]
#[ignore = "half a minute and half a gigabyte: make soak"]
async fn keycloak_signs_people_in_as_well() {
    let realm = json!({
        "realm": "kore", "enabled": true, "sslRequired": "none", "groups": [{ "name": "dev" }],
        "clients": [{
            "clientId": "kore", "secret": SECRET, "enabled": true, "standardFlowEnabled": true,
            "redirectUris": [format!("{HOME}/auth/oidc/corp/callback")],
            "attributes": { "post.logout.redirect.uris": format!("{HOME}/auth/login"), "pkce.code.challenge.method": "S256" },
            "protocolMappers": [{
                "name": "groups", "protocol": "openid-connect", "protocolMapper": "oidc-group-membership-mapper",
                "config": {
                    "full.path": "false", "claim.name": "groups", "id.token.claim": "true", "userinfo.token.claim": "true"
                }
            }]
        }],
        "users": [{
            "username": "ana", "enabled": true, "email": "ana@example.com", "emailVerified": true,
            "firstName": "Ana", "lastName": "A", "groups": ["dev"],
            "credentials": [{ "type": "password", "value": "geheim-geheim" }]
        }]
    });
    let (app, keycloak) = tokio::join!(TestApp::start(), Keycloak::start(&realm));
    let (app, keycloak) = (app.unwrap(), keycloak.unwrap());
    let admin = app.admin().await.unwrap();
    app.team(&admin, "payments").await.unwrap();
    let changes = json!({
        "scopes": ["profile", "email"], "allowedDomains": ["example.com"], "allowedGroups": ["dev"],
        "groupMappings": mappings()
    });
    save(&admin, &object("corp", &keycloak.issuer, &changes)).await;
    let mut browser = app.browser().unwrap();
    let login = browser.go("/auth/oidc/corp/start").await.unwrap();
    let page = browser.submit(&login, &[("username", "ana"), ("password", "geheim-geheim")]).await.unwrap();
    assert_eq!(page.url.path(), "/", "{}", page.text);
    let page = browser.go("/auth/account").await.unwrap();
    assert!(page.text.contains("<strong>ana</strong>"), "{}", page.text);
    assert!(page.text.contains("payments") && page.text.contains("developer"), "{}", page.text);
    let out = browser.submit(&page, &[]).await.unwrap();
    let there = browser.click(&out, "client_id=kore").await.unwrap();
    assert!(there.url.as_str().starts_with(&keycloak.issuer), "{}", there.url);
    let back = browser.submit(&there, &[]).await.unwrap();
    assert_eq!(back.url.as_str(), format!("{HOME}/auth/login"), "{}", back.text);
    let login = browser.go("/auth/oidc/corp/start").await.unwrap();
    assert!(login.text.contains("password"), "Keycloak has forgotten them: {}", login.text);
}
