//! Second factors, through the router as a browser.

use std::sync::Arc;

use http::StatusCode;
use jiff::Timestamp;
use kore_testkit::{
    browser::{Browser, Page},
    clock::TestClock,
    test_app::TestApp,
};
use serde_json::Value;

const PASSWORD: &str = "korrekt pferd batterie";

/// When all of this happens; codes turn with time, and time stands still.
fn now() -> Timestamp {
    "2026-11-25T12:00:10Z".parse().unwrap()
}

async fn start() -> TestApp {
    TestApp::start_by(Arc::new(TestClock::at(now()))).await.unwrap()
}

/// The app in somebody's pocket.
struct Pocket(totp_rs::Totp);

impl Pocket {
    fn looking_at(page: &Page) -> Self {
        assert!(page.text.contains("<svg") && !page.text.contains("<?xml"), "{}", page.text);
        let code = page.text.split("<p><code>").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
        let secret = totp_rs::Secret::try_from_base32(code).unwrap();
        Self(totp_rs::Builder::new().with_secret(secret).build().unwrap())
    }

    /// The code of so many steps from now.
    fn code(&self, steps: i64) -> String {
        let at = u64::try_from(now().as_second() + 30 * steps).unwrap();
        self.0.generate(at).to_string()
    }
}

/// The administrator, with a password, in a browser.
async fn claimed(app: &TestApp) -> Browser {
    let link = app.app.signin.claim_link(true).await.unwrap();
    let mut browser = app.browser().unwrap();
    let mut page = browser.go(&link.url).await.unwrap();
    page.text =
        page.text.replace("<form method=\"post\">", &format!("<form method=\"post\" action=\"{}\">", page.url.path()));
    let page = browser.submit(&page, &[("password", PASSWORD), ("again", PASSWORD)]).await.unwrap();
    assert_eq!(page.url.path(), "/", "{}", page.text);
    browser
}

/// Sets a second factor up, with a wrong code first or without.
async fn set_up(browser: &mut Browser, wrong: bool) -> (Pocket, Vec<String>) {
    let page = browser.go("/auth/account/factor").await.unwrap();
    let mut page = browser.submit(&page, &[]).await.unwrap();
    let pocket = Pocket::looking_at(&page);
    if wrong {
        page = browser.submit(&page, &[("code", "no code")]).await.unwrap();
        assert!(page.status == StatusCode::UNAUTHORIZED && page.text.contains("The code is wrong"), "{}", page.text);
    }
    // The step before is good as well, and leaves those of now for what comes.
    let page = browser.submit(&page, &[("code", &pocket.code(-1))]).await.unwrap();
    let codes = page.text.split("<pre><code>").nth(1).unwrap().split("</code>").next().unwrap();
    let codes: Vec<String> = codes.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    assert_eq!(codes.len(), 10, "{}", page.text);
    (pocket, codes)
}

async fn with_password(app: &TestApp) -> (Browser, Page) {
    let mut browser = app.browser().unwrap();
    let page = browser.go("/auth/login").await.unwrap();
    let page = browser.submit(&page, &[("name", "admin"), ("password", PASSWORD)]).await.unwrap();
    assert!(page.text.contains("Your code"), "{}", page.text);
    assert_eq!(browser.go("/auth/account").await.unwrap().url.path(), "/auth/login", "a password alone is not enough");
    (browser, page)
}

#[tokio::test]
async fn a_code_is_asked_for_and_is_good_once() {
    let app = start().await;
    let admin = app.admin().await.unwrap();
    let mut browser = claimed(&app).await;
    let (pocket, codes) = set_up(&mut browser, false).await;
    let (mut one, page) = with_password(&app).await;
    let code = pocket.code(0);
    let used = one.submit(&page, &[("code", &pocket.code(-1))]).await.unwrap();
    assert!(used.text.contains("was used before"), "the code that confirmed: {}", used.text);
    let entered = one.submit(&used, &[("code", &code)]).await.unwrap();
    assert_eq!(entered.url.path(), "/", "{}", entered.text);
    let (mut other, page) = with_password(&app).await;
    let again = other.submit(&page, &[("code", &code)]).await.unwrap();
    assert!(again.status == StatusCode::UNAUTHORIZED && again.text.contains("was used before"), "{}", again.text);
    // A recovery code, however it is written, once.
    let written = codes[0].to_uppercase().replace('-', " ");
    let entered = other.submit(&again, &[("code", &written)]).await.unwrap();
    assert_eq!(entered.url.path(), "/", "{}", entered.text);
    assert!(other.go("/auth/account/factor").await.unwrap().text.contains("9 recovery codes left"));
    // Neither secret nor codes are where they can be read.
    app.app.audit.flush(Timestamp::MAX).await;
    let records = admin.get("/api/v1/auditrecords").await.text;
    assert!(records.contains("user.enableSecondFactor") && !records.contains(&codes[1]) && !records.contains(&code));
    // An administrator takes it away; nobody else may.
    let path = "/api/v1/users/admin/second-factor";
    let nobody = app.person("nobody", None).await.unwrap();
    assert_eq!(nobody.delete(path, "*").await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.anonymous().delete(path, "*").await.status, StatusCode::UNAUTHORIZED);
    let gone = admin.delete(path, "*").await;
    assert_eq!((gone.status, gone.body), (StatusCode::NO_CONTENT, Value::Null));
    let mut third = app.browser().unwrap();
    let page = third.go("/auth/login").await.unwrap();
    let page = third.submit(&page, &[("name", "admin"), ("password", PASSWORD)]).await.unwrap();
    assert_eq!(page.url.path(), "/", "{}", page.text);
}

#[tokio::test]
async fn codes_cannot_be_guessed() {
    let app = start().await;
    let mut browser = claimed(&app).await;
    let (pocket, _) = set_up(&mut browser, true).await;
    // What the browser holds is nothing without the password, and nothing in another browser's form.
    let mut stranger = app.browser().unwrap();
    let (thief, page) = with_password(&app).await;
    stranger.go("/auth/login").await.unwrap();
    let refused = stranger.submit(&page, &[("code", &pocket.code(0))]).await.unwrap();
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    // Few tries for all passwords together: two were used up while it was set up.
    let mut thief = thief;
    let mut page = page;
    let mut said = Vec::new();
    for guess in 0..8 {
        page = thief.submit(&page, &[("code", &format!("guess {guess}"))]).await.unwrap();
        said.push(page.status.as_u16());
        if page.status == StatusCode::BAD_REQUEST {
            break;
        }
    }
    assert_eq!(said, [401, 401, 401, 429, 429, 400], "and then the password is asked for again");
    let (mut fresh, page) = with_password(&app).await;
    let right = fresh.submit(&page, &[("code", &pocket.code(0))]).await.unwrap();
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS, "not even the right one: {}", right.text);
}
