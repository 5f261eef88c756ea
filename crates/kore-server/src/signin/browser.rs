//! Cookies, and the proof that a form was filled in on our own page.
//!
//! The proof: a random cookie that only our pages can have set, and in the form the hash of it. A page
//! elsewhere can send the form, but knows neither. It works before and after sign-in alike.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use kore_app::signin::{
    Opened, SignIn,
    token::{Kind, Secret, system_entropy},
};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Names of cookies carry the port: browsers tell hosts apart, not ports, and two installations may
/// share a machine. Over https the prefix makes browsers refuse what another host has set.
fn name(signin: &SignIn, what: &str) -> String {
    let url = signin.public_url();
    let port: String = url.rsplit(':').next().unwrap_or_default().chars().take_while(char::is_ascii_digit).collect();
    let prefix = if signin.is_https() { "__Host-" } else { "" };
    format!("{prefix}kore_{what}_{}", if port.is_empty() { "0" } else { &port })
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

/// The session's cookie, if one came.
pub(super) fn session_cookie(signin: &SignIn, headers: &HeaderMap) -> Option<String> {
    cookie(headers, &name(signin, "session"))
}

fn set(signin: &SignIn, what: &str, value: &str, same_site: &str, max_age: i64) -> Option<HeaderValue> {
    let secure = if signin.is_https() { "; Secure" } else { "" };
    let name = name(signin, what);
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={max_age}{secure}");
    HeaderValue::from_str(&text).ok()
}

/// The header that hands a browser its session. `Lax`, so that a link to the console from elsewhere
/// finds the person signed in.
pub(super) fn open(signin: &SignIn, opened: &Opened) -> Option<HeaderValue> {
    let left = opened.expires_at.duration_since(signin.now()).as_secs().max(0);
    set(signin, "session", opened.cookie.expose(), "Lax", left)
}

/// The header that takes it away.
pub(super) fn close(signin: &SignIn) -> Option<HeaderValue> {
    set(signin, "session", "", "Lax", 0)
}

/// A cookie of one sign-in at a provider, by its own name.
pub(super) fn cookie_of(signin: &SignIn, headers: &HeaderMap, what: &str) -> Option<String> {
    cookie(headers, &name(signin, what))
}

/// The header that gives a browser the cookie of a sign-in at a provider; it lives as long as that.
pub(super) fn sign_in_cookie(signin: &SignIn, what: &str, value: &str) -> Option<HeaderValue> {
    set(signin, what, value, "Lax", 600)
}

/// The header that gives a browser the cookie of a password that was right; only our own pages send it back.
pub(super) fn challenge_cookie(signin: &SignIn, what: &str, value: &str) -> Option<HeaderValue> {
    set(signin, what, value, "Strict", 300)
}

/// The header that takes such a cookie away.
pub(super) fn drop_cookie(signin: &SignIn, what: &str) -> Option<HeaderValue> {
    set(signin, what, "", "Lax", 0)
}

/// What a form carries, and the header that must go with it where the browser has no such cookie yet.
pub(super) struct Csrf {
    pub(super) field: String,
    pub(super) cookie: Option<HeaderValue>,
}

fn field(cookie: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("kore form {cookie}").as_bytes()))
}

/// For a page with a form.
pub(super) fn csrf(signin: &SignIn, headers: &HeaderMap) -> Csrf {
    match cookie(headers, &name(signin, "form")).filter(|value| Secret::parse_as(Kind::Browser, value).is_some()) {
        Some(known) => Csrf { field: field(&known), cookie: None },
        None => fresh_csrf(signin),
    }
}

/// A new one: who signs in gets new cookies throughout.
pub(super) fn fresh_csrf(signin: &SignIn) -> Csrf {
    let made = Secret::new(Kind::Browser, system_entropy);
    Csrf { field: field(made.expose()), cookie: set(signin, "form", made.expose(), "Strict", 12 * 60 * 60) }
}

/// Whether a form was filled in on our own page.
pub(super) fn is_ours(signin: &SignIn, headers: &HeaderMap, given: &str) -> bool {
    let Some(cookie) = cookie(headers, &name(signin, "form")) else { return false };
    same_site(headers) && bool::from(field(&cookie).as_bytes().ct_eq(given.as_bytes()))
}

/// What browsers say about where a request came from (Fetch Metadata); old ones say nothing.
pub(super) fn same_site(headers: &HeaderMap) -> bool {
    let site = headers.get(HeaderName::from_static("sec-fetch-site")).and_then(|value| value.to_str().ok());
    matches!(site, None | Some("same-origin" | "none"))
}
