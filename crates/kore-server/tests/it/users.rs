//! People whom an administrator lets in: the link that sets their password, and its end.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::signin::{Browser, Edge, PASSWORD, URL};

const ANOTHER: &str = "ein ganz anderes wort";

async fn link(edge: &Edge, token: &str, path: &str) -> Result<String, (u16, String)> {
    let (status, body) = edge.call(token, Method::POST, &format!("/api/v1/users/{path}"), None).await;
    match body["url"].as_str() {
        Some(url) => Ok(url.to_owned()),
        None => Err((status, body["code"].as_str().unwrap_or_default().to_owned())),
    }
}

async fn works(edge: &Edge, link: &str) -> StatusCode {
    Browser::new(edge).get(link.strip_prefix(URL).unwrap()).await.0
}

async fn add(edge: &Edge, admin: &str, name: &str) {
    let user = json!({ "metadata": { "name": name }, "spec": { "displayName": "Ana" } });
    assert_eq!(edge.call(admin, Method::POST, "/api/v1/users", Some(&user)).await.0, 201);
}

/// Every record of the trail, as text.
async fn trail(edge: &Edge, admin: &str) -> (String, Vec<String>) {
    let (_, records) = edge.call(admin, Method::GET, "/api/v1/auditrecords?limit=200", None).await;
    let line = |record: &Value| {
        let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
        format!("{} {} {} {}", text("actor"), text("action"), text("object"), text("result"))
    };
    let lines = records["items"].as_array().unwrap().iter().map(line).collect();
    (records.to_string(), lines)
}

#[tokio::test]
async fn somebody_who_was_added_sets_their_password_and_signs_in() {
    let edge = Edge::new().await;
    let admin = edge.admin().await;
    add(&edge, &admin, "ana").await;
    let first = link(&edge, &admin, "ana/claim").await.unwrap();
    let second = link(&edge, &admin, "ana/claim").await.unwrap();
    assert_eq!(works(&edge, &first).await, StatusCode::GONE, "the newer link is the one that works");
    let mut browser = Browser::new(&edge);
    let (_, page) = browser.get(second.strip_prefix(URL).unwrap()).await;
    assert!(page.contains("You are <strong>ana</strong> here") && !page.contains("administrator"), "{page}");
    browser.set_password(&second, PASSWORD).await;
    let (_, page) = browser.get("/auth/account").await;
    assert!(page.contains("ana") && !page.contains("platform administrator"), "{page}");
    assert_eq!(works(&edge, &second).await, StatusCode::GONE, "once");
    assert!(Browser::new(&edge).sign_in("ana", PASSWORD).await);
    assert_eq!(link(&edge, &admin, "ana/claim").await, Err((409, "KORE-OBJECT-0002".into())), "they have one");

    // Taking it all away again, and another password.
    let reset = link(&edge, &admin, "ana/claim?reset=true").await.unwrap();
    let (status, _) = browser.get("/auth/account").await;
    assert_eq!(status, StatusCode::SEE_OTHER, "signed out at once");
    assert!(!Browser::new(&edge).sign_in("ana", PASSWORD).await, "the old password is gone before the new one is set");
    browser.set_password(&reset, ANOTHER).await;
    assert!(Browser::new(&edge).sign_in("ana", ANOTHER).await);

    let (text, lines) = trail(&edge, &admin).await;
    assert!(!text.contains("kore_cl_"), "a link is on no record");
    for wanted in [
        "user:admin user.claimLink user/ana allowed",
        "user:ana user.claim user/ana allowed",
        "user:admin user.resetLink user/ana allowed",
        "user:ana user.resetPassword user/ana allowed",
    ] {
        assert!(lines.contains(&wanted.to_owned()), "{wanted}: {lines:#?}");
    }
}

#[tokio::test]
async fn a_link_is_made_by_administrators_only_and_for_who_is_there() {
    let edge = Edge::new().await;
    let admin = edge.admin().await;
    add(&edge, &admin, "ana").await;
    let ana = edge.token_of("ana").await;
    let forbidden = Err((403, "KORE-AUTH-0003".to_owned()));
    for path in ["ana/claim", "admin/claim?reset=true", "nobody/claim"] {
        assert_eq!(link(&edge, &ana, path).await, forbidden, "{path}");
    }
    assert_eq!(link(&edge, "kore_at_nothing", "ana/claim").await, Err((401, "KORE-AUTH-0001".into())));
    let hidden = Err((404, "KORE-OBJECT-0001".to_owned()));
    for path in ["nobody/claim", "No%20Name/claim"] {
        assert_eq!(link(&edge, &admin, path).await, hidden, "{path}");
    }
    assert_eq!(link(&edge, &admin, "ana/claim?rest=true").await, Err((400, "KORE-INPUT-0001".into())), "a slip");
    let disable = json!({ "metadata": { "name": "ana" }, "spec": { "disabled": true } });
    assert_eq!(edge.call(&admin, Method::PUT, "/api/v1/users/ana", Some(&disable)).await.0, 200);
    assert_eq!(link(&edge, &admin, "ana/claim").await, Err((409, "KORE-OBJECT-0002".into())));
    let (_, lines) = trail(&edge, &admin).await;
    assert!(lines.contains(&"user:ana user.resetLink user/admin denied".to_owned()), "{lines:#?}");
}

#[tokio::test]
async fn a_link_does_not_outlive_the_person_that_it_was_made_for() {
    let edge = Edge::new().await;
    let admin = edge.admin().await;
    add(&edge, &admin, "ana").await;
    let old = link(&edge, &admin, "ana/claim").await.unwrap();
    assert_eq!(edge.call(&admin, Method::DELETE, "/api/v1/users/ana", None).await.0, 200);
    assert_eq!(works(&edge, &old).await, StatusCode::GONE);
    add(&edge, &admin, "ana").await;
    assert_eq!(works(&edge, &old).await, StatusCode::GONE, "another person of the same name is another person");
    assert_eq!(edge.state.app.store.count_users().await.unwrap(), 2);
}
