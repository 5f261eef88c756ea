//! Attacks on single sign-on: an issuer that lies, answers that were stolen, answers that come twice, answers
//! meant for somebody else.

use http::StatusCode;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use kore_testkit::{
    browser::{Browser, Page},
    identity_providers::EvilIssuer,
    test_app::TestApp,
};
use serde_json::{Value, json};
use url::Url;

use crate::sso::{HOME, object, save};

/// A key made here.
struct Key {
    private: EncodingKey,
    public: Value,
    id: String,
}

impl Key {
    fn new(id: &str) -> Self {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let private = EncodingKey::from_ec_der(&pair.serialize_der());
        let mut public = Jwk::from_encoding_key(&private, Algorithm::ES256).unwrap();
        public.common.key_id = Some(id.to_owned());
        Self { private, public: serde_json::to_value(public).unwrap(), id: id.to_owned() }
    }

    fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.id.clone());
        jsonwebtoken::encode(&header, claims, &self.private).unwrap()
    }
}

/// An issuer under our control, connected under this name.
struct Evil {
    issuer: EvilIssuer,
    key: Key,
    name: &'static str,
}

impl Evil {
    async fn connect(app: &TestApp, name: &'static str, changes: Value) -> Self {
        let (issuer, key) = (EvilIssuer::start().await.unwrap(), Key::new("k"));
        issuer.lies().keys = json!({ "keys": [key.public] });
        let admin = app.admin().await.unwrap();
        save(&admin, &object(name, &issuer.issuer, &changes)).await;
        Self { issuer, key, name }
    }

    /// Begins a sign-in; what the browser would take to the provider.
    async fn begin(&self, browser: &mut Browser, next: &str) -> Url {
        browser.stops_at = Some(self.issuer.issuer.clone());
        let page = browser.go(&format!("/auth/oidc/{}/start?next={next}", self.name)).await.unwrap();
        page.next.unwrap_or_else(|| panic!("{} {}", page.status, page.text))
    }

    /// Claims that are right in every way.
    fn right(&self, asked: &Url) -> Value {
        let now = Timestamp::now().as_second();
        json!({
            "iss": self.issuer.issuer, "sub": "1", "aud": "kore", "nonce": parameter(asked, "nonce"), "iat": now,
            "exp": now + 300, "preferred_username": "ana", "email": "ana@example.com", "email_verified": true,
            "name": "Ana", "groups": []
        })
    }

    fn answers(&self, id_token: &str) {
        self.issuer.lies().tokens = json!({ "access_token": "at", "token_type": "Bearer", "id_token": id_token });
    }

    async fn come_back(&self, browser: &mut Browser, state: &str, more: &str) -> Page {
        browser.go(&format!("/auth/oidc/{}/callback?code=c&state={state}{more}", self.name)).await.unwrap()
    }
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn signed_in(browser: &Browser) -> bool {
    browser.cookies.get(HOME).is_some_and(|jar| jar.keys().any(|name| name.contains("kore_session")))
}

#[track_caller]
fn refused(browser: &Browser, page: &Page, code: &str, what: &str) {
    assert!(page.text.contains(code), "{what}: {} {}", page.status, page.text);
    assert!(!signed_in(browser), "{what}");
}

#[tokio::test]
async fn what_is_asked_for_is_a_code_with_all_that_protects_it() {
    let app = TestApp::start().await.unwrap();
    let evil = Evil::connect(&app, "corp", json!({ "scopes": ["openid", "groups"] })).await;
    let mut browser = app.browser().unwrap();
    let asked = evil.begin(&mut browser, "").await;
    assert_eq!(parameter(&asked, "response_type"), "code");
    assert_eq!(parameter(&asked, "code_challenge_method"), "S256");
    assert_eq!(parameter(&asked, "redirect_uri"), format!("{HOME}/auth/oidc/corp/callback"));
    assert_eq!(parameter(&asked, "scope"), "openid groups");
    let (state, nonce) = (parameter(&asked, "state"), parameter(&asked, "nonce"));
    assert!(state.len() == 43 && nonce.len() == 43 && state != nonce);
    let cookie = browser.cookies[HOME].iter().find(|(name, _)| name.contains("sso-")).unwrap().1.clone();
    assert!(!asked.as_str().contains(&cookie));
    evil.answers(&evil.key.sign(&evil.right(&asked)));
    let page = evil.come_back(&mut browser, &state, "").await;
    assert_eq!(page.url.path(), "/", "{}", page.text);
    // The secret went as the provider wants it (basic, when it does not say), and the verifier fits.
    let asked_for = evil.issuer.lies().asked.clone();
    let form = &asked_for[0];
    let field =
        |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default();
    assert!(field("authorization").starts_with("Basic ") && field("client_secret").is_empty());
    use base64::Engine;
    use sha2::Digest;
    let challenge =
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(field("code_verifier")));
    assert_eq!(challenge, parameter(&asked, "code_challenge"));
    assert!(!browser.cookies[HOME].keys().any(|name| name.contains("sso-")), "its cookie is gone");
}

#[tokio::test]
async fn no_token_that_lies_opens_a_session() {
    let app = TestApp::start().await.unwrap();
    let evil = Evil::connect(&app, "corp", json!({})).await;
    let other = Key::new("k");
    let now = Timestamp::now().as_second();
    let lies: Vec<(&str, Value)> = vec![
        ("another issuer", json!({ "iss": "https://evil.example" })),
        ("another audience", json!({ "aud": "grafana" })),
        ("also for us, but not to us", json!({ "aud": ["kore", "grafana"], "azp": "grafana" })),
        ("another party", json!({ "azp": "grafana" })),
        ("expired", json!({ "exp": now - 120 })),
        ("not yet", json!({ "nbf": now + 120 })),
        ("from the future", json!({ "iat": now + 120 })),
        ("another sign-in", json!({ "nonce": "x" })),
        ("no sign-in", json!({ "nonce": null })),
        ("nobody", json!({ "sub": "" })),
    ];
    for (what, lie) in lies {
        let mut browser = app.browser().unwrap();
        let asked = evil.begin(&mut browser, "").await;
        let mut claims = evil.right(&asked);
        claims.as_object_mut().unwrap().extend(lie.as_object().unwrap().clone());
        evil.answers(&evil.key.sign(&claims));
        let page = evil.come_back(&mut browser, &parameter(&asked, "state"), "").await;
        refused(&browser, &page, "KORE-AUTH-0010", what);
        assert!(!page.text.contains("grafana") && !page.text.contains("evil.example"), "the page tells no details");
    }
    // Right claims under wrong signatures, and answers that are none.
    let mut browser = app.browser().unwrap();
    let asked = evil.begin(&mut browser, "").await;
    let right = evil.right(&asked);
    let none = format!("{}.", evil.key.sign(&right).rsplit_once('.').unwrap().0);
    let mut symmetric = Header::new(Algorithm::HS256);
    symmetric.kid = Some("k".into());
    let secret = EncodingKey::from_secret(evil.key.public.to_string().as_bytes());
    for (what, answer) in [
        ("another key of the same id", json!({ "id_token": other.sign(&right) })),
        ("no signature", json!({ "id_token": none })),
        ("what everybody knows", json!({ "id_token": jsonwebtoken::encode(&symmetric, &right, &secret).unwrap() })),
        ("no ID token", json!({})),
        ("no token at all", json!({ "id_token": "" })),
    ] {
        let asked = evil.begin(&mut browser, "").await;
        let mut tokens = json!({ "access_token": "at", "token_type": "Bearer" });
        tokens.as_object_mut().unwrap().extend(answer.as_object().unwrap().clone());
        evil.issuer.lies().tokens = tokens;
        let page = evil.come_back(&mut browser, &parameter(&asked, "state"), "").await;
        refused(&browser, &page, "KORE-AUTH-0010", what);
    }
    let asked = evil.begin(&mut browser, "").await;
    evil.issuer.lies().tokens = json!({ "error": "invalid_grant", "error_description": "<script>alert(1)</script>" });
    let page = evil.come_back(&mut browser, &parameter(&asked, "state"), "").await;
    refused(&browser, &page, "KORE-AUTH-0010", "a code that the provider refuses");
    assert!(!page.text.contains("script>alert"), "{}", page.text);
    // An access token that is not the ID token's, and a userinfo endpoint that speaks of somebody else.
    let asked = evil.begin(&mut browser, "").await;
    let mut claims = evil.right(&asked);
    claims["at_hash"] = "of-another".into();
    evil.answers(&evil.key.sign(&claims));
    let page = evil.come_back(&mut browser, &parameter(&asked, "state"), "").await;
    refused(&browser, &page, "KORE-AUTH-0010", "at_hash");
    assert_eq!(app.admin().await.unwrap().get("/api/v1/users").await.names(), ["admin"], "nobody was made");
}

#[tokio::test]
async fn a_userinfo_endpoint_speaks_of_the_same_person_and_changes_nothing_of_the_token() {
    let app = TestApp::start().await.unwrap();
    let issuer = EvilIssuer::start().await.unwrap();
    let key = Key::new("k");
    {
        let mut lies = issuer.lies();
        lies.keys = json!({ "keys": [key.public] });
        lies.metadata = json!({ "userinfo_endpoint": format!("{}/userinfo", issuer.issuer) });
    }
    let admin = app.admin().await.unwrap();
    let mapped = json!({ "groupMappings": [{ "group": "root", "platformRole": "admin" }] });
    save(&admin, &object("corp", &issuer.issuer, &mapped)).await;
    let evil = Evil { issuer, key, name: "corp" };
    for (userinfo, comes) in [
        (json!({ "sub": "2", "groups": ["root"] }), false),
        (json!({ "groups": ["root"] }), false),
        (json!({ "sub": "1", "groups": ["root"], "iss": "https://evil.example", "preferred_username": "other" }), true),
    ] {
        let mut browser = app.browser().unwrap();
        let asked = evil.begin(&mut browser, "").await;
        let mut claims = evil.right(&asked);
        claims.as_object_mut().unwrap().remove("groups");
        evil.answers(&evil.key.sign(&claims));
        evil.issuer.lies().userinfo = userinfo;
        let page = evil.come_back(&mut browser, &parameter(&asked, "state"), "").await;
        assert_eq!(signed_in(&browser), comes, "{}", page.text);
        if comes {
            let page = browser.go("/auth/account").await.unwrap();
            assert!(page.text.contains("<strong>ana</strong>, platform administrator"), "{}", page.text);
        }
    }
}

#[tokio::test]
async fn an_answer_is_good_once_in_the_browser_that_began_for_the_provider_that_was_asked() {
    let app = TestApp::start().await.unwrap();
    let honest = Evil::connect(&app, "honest", json!({})).await;
    let evil = Evil::connect(&app, "evil", json!({})).await;

    // Replayed: by the same browser and by one that stole its address.
    let mut browser = app.browser().unwrap();
    let asked = honest.begin(&mut browser, "").await;
    let state = parameter(&asked, "state");
    honest.answers(&honest.key.sign(&honest.right(&asked)));
    let before = browser.clone();
    let mut thief = app.browser().unwrap();
    let page = honest.come_back(&mut thief, &state, "").await;
    refused(&thief, &page, "KORE-AUTH-0012", "another browser");
    honest.begin(&mut thief, "").await;
    let page = honest.come_back(&mut thief, &state, "").await;
    refused(&thief, &page, "KORE-AUTH-0012", "another browser in a sign-in of its own");
    honest.come_back(&mut browser, &state, "").await;
    assert!(signed_in(&browser), "the thief has used nothing up");
    let mut again = before.clone();
    let page = honest.come_back(&mut again, &state, "").await;
    refused(&again, &page, "KORE-AUTH-0012", "twice");
    let asked_for = honest.issuer.lies().asked.len();
    assert_eq!(asked_for, 1, "a code that comes twice is not even tried");

    // Mixed up: what was begun at one provider ends at the other.
    let mut browser = app.browser().unwrap();
    let asked = honest.begin(&mut browser, "").await;
    let state = parameter(&asked, "state");
    evil.answers(&evil.key.sign(&evil.right(&asked)));
    let page = evil.come_back(&mut browser, &state, "").await;
    refused(&browser, &page, "KORE-AUTH-0012", "another provider's address");
    assert!(evil.issuer.lies().asked.is_empty(), "the honest provider's code did not go to the evil one");
    let asked = honest.begin(&mut browser, "").await;
    let state = parameter(&asked, "state");
    // At the right address, with the word of another issuer (RFC 9207), or without the promised one.
    let page = honest.come_back(&mut browser, &state, &format!("&iss={}", evil.issuer.issuer)).await;
    refused(&browser, &page, "KORE-AUTH-0010", "another issuer's answer");
    honest.issuer.lies().metadata = json!({ "authorization_response_iss_parameter_supported": true });
    let admin = app.admin().await.unwrap();
    let touched =
        admin.patch("/api/v1/identityproviders/honest", "*", &json!({ "spec": { "displayName": "H" } })).await;
    assert_eq!(touched.status, StatusCode::OK);
    let asked = honest.begin(&mut browser, "").await;
    let page = honest.come_back(&mut browser, &parameter(&asked, "state"), "").await;
    refused(&browser, &page, "KORE-AUTH-0010", "an issuer that does not say who it is, though it said that it would");
    // A token of one provider, brought in by the other: the same audience, another issuer.
    let asked = evil.begin(&mut browser, "").await;
    let mut claims = honest.right(&asked);
    claims["nonce"] = parameter(&asked, "nonce").into();
    evil.answers(&honest.key.sign(&claims));
    let page = evil.come_back(&mut browser, &parameter(&asked, "state"), "").await;
    refused(&browser, &page, "KORE-AUTH-0010", "the honest provider's token at the evil one");
    // And the evil one saying that it is the honest one, under its own key.
    let asked = evil.begin(&mut browser, "").await;
    let mut claims = evil.right(&asked);
    claims["iss"] = honest.issuer.issuer.clone().into();
    evil.answers(&evil.key.sign(&claims));
    let page = evil.come_back(&mut browser, &parameter(&asked, "state"), "").await;
    refused(&browser, &page, "KORE-AUTH-0010", "a stolen name");
}

#[tokio::test]
async fn what_is_no_answer_leads_nowhere_and_is_on_record() {
    let app = TestApp::start().await.unwrap();
    let evil = Evil::connect(&app, "corp", json!({})).await;
    for query in [
        "",
        "?",
        "?state=&code=",
        "?code=c",
        "?state=x",
        "?error=access_denied",
        "?state=%00&code=c",
        "?state=x&code=c&iss=https://evil.example",
    ] {
        let mut browser = app.browser().unwrap();
        let page = browser.go(&format!("/auth/oidc/corp/callback{query}")).await.unwrap();
        refused(&browser, &page, "KORE-AUTH-0012", query);
    }
    let mut browser = app.browser().unwrap();
    for name in ["nobody", "..", "%2e%2e", "corp%2f..", "CORP"] {
        let page = browser.go(&format!("/auth/oidc/{name}/start")).await.unwrap();
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{name}");
    }
    let asked = evil.begin(&mut browser, "").await;
    let page = browser
        .go(&format!("/auth/oidc/corp/callback?error=access_denied&state={}", parameter(&asked, "state")))
        .await
        .unwrap();
    assert!(page.text.contains("did not let you in"), "{}", page.text);
    app.app.audit.flush(Timestamp::MAX).await;
    let admin = app.admin().await.unwrap();
    let records = admin.get("/api/v1/auditrecords?filter=result%3Ddenied").await;
    assert!(
        records.text.contains("identityProvider/corp") && records.text.contains("KORE-AUTH-0012"),
        "{}",
        records.text
    );
    let asked = evil.begin(&mut browser, "").await;
    evil.answers("lies");
    evil.come_back(&mut browser, &parameter(&asked, "state"), "").await;
    app.app.audit.flush(Timestamp::MAX).await;
    let records = admin.get("/api/v1/auditrecords?filter=object%3DidentityProvider/corp").await;
    assert!(records.text.contains("KORE-AUTH-0010"), "a token that lies is on record: {}", records.text);
    // Switched off, there is no such way.
    let off = admin.patch("/api/v1/identityproviders/corp", "*", &json!({ "spec": { "enabled": false } })).await;
    assert_eq!(off.status, StatusCode::OK, "{}", off.text);
    assert_eq!(browser.go("/auth/oidc/corp/start").await.unwrap().status, StatusCode::NOT_FOUND);
    assert!(!browser.go("/auth/login").await.unwrap().text.contains("/auth/oidc/corp"));
}

#[tokio::test]
async fn a_sign_in_leads_to_our_own_pages_and_into_a_fresh_session() {
    let app = TestApp::start().await.unwrap();
    let evil = Evil::connect(&app, "corp", json!({})).await;
    for next in [
        "https%3A%2F%2Fevil.example",
        "%2F%2Fevil.example",
        "%2Fauth%2F%2Fevil",
        "%2Fauth%2F%5Cevil",
        "%2F%5Cevil.example",
        "%2F%252fevil.example",
        "%2Fapi%2Fv1",
        "javascript%3A1",
    ] {
        let mut browser = app.browser().unwrap();
        let asked = evil.begin(&mut browser, next).await;
        evil.answers(&evil.key.sign(&evil.right(&asked)));
        let page = evil.come_back(&mut browser, &parameter(&asked, "state"), "").await;
        assert_eq!(page.url.as_str(), format!("{HOME}/"), "{next}");
    }
    // A session that somebody slipped into the browser beforehand is not the one that signs in.
    let mut browser = app.browser().unwrap();
    let asked = evil.begin(&mut browser, "").await;
    let jar = browser.cookies.get_mut(HOME).unwrap();
    let planted = kore_app::signin::token::Secret::new(
        kore_app::signin::token::Kind::Browser,
        kore_app::signin::token::system_entropy,
    );
    jar.insert("kore_session_8420".into(), planted.expose().to_owned());
    evil.answers(&evil.key.sign(&evil.right(&asked)));
    evil.come_back(&mut browser, &parameter(&asked, "state"), "").await;
    let session = &browser.cookies[HOME]["kore_session_8420"];
    assert_ne!(session, planted.expose());
    // Two tabs at once do not get in each other's way.
    let mut browser = app.browser().unwrap();
    let (first, second) = (evil.begin(&mut browser, "").await, evil.begin(&mut browser, "").await);
    evil.answers(&evil.key.sign(&evil.right(&first)));
    assert_eq!(evil.come_back(&mut browser, &parameter(&first, "state"), "").await.url.path(), "/");
    evil.answers(&evil.key.sign(&evil.right(&second)));
    assert_eq!(evil.come_back(&mut browser, &parameter(&second, "state"), "").await.url.path(), "/");
}

#[tokio::test]
async fn an_issuer_with_inline_keys_is_believed_by_those_alone() {
    let app = TestApp::start().await.unwrap();
    let (pinned, served) = (Key::new("k"), Key::new("k"));
    let issuer = EvilIssuer::start().await.unwrap();
    issuer.lies().keys = json!({ "keys": [served.public] });
    let admin = app.admin().await.unwrap();
    save(&admin, &object("corp", &issuer.issuer, &json!({ "keys": { "keys": [pinned.public] } }))).await;
    let evil = Evil { issuer, key: pinned, name: "corp" };
    let mut browser = app.browser().unwrap();
    let asked = evil.begin(&mut browser, "").await;
    evil.answers(&served.sign(&evil.right(&asked)));
    let page = evil.come_back(&mut browser, &parameter(&asked, "state"), "").await;
    refused(&browser, &page, "KORE-AUTH-0010", "a key that the issuer serves now");
    let asked = evil.begin(&mut browser, "").await;
    evil.answers(&evil.key.sign(&evil.right(&asked)));
    assert_eq!(evil.come_back(&mut browser, &parameter(&asked, "state"), "").await.url.path(), "/");
}
