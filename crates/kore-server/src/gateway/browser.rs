//! Kubernetes on the console's own origin: what a page may ask there, and what of an answer reaches it.
//!
//! A browser sends our cookie along with whatever any page makes it send, and treats as ours whatever comes from
//! here. So a request must show that a page of ours made it, reads too; and an answer is data, never a document.

use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use kore_api::codes::Code;

use super::{refusal::Refusal, request_info::RequestInfo};
use crate::signin::CLIENT;

/// Of every answer: nothing of it runs, loads, or is shown, whatever it says that it is.
const POLICY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";
/// What Kubernetes speaks over WebSocket. A page elsewhere could name them too; they keep out what is for others.
const CHANNELS: [&str; 2] = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/// What a cluster may say to a browser. Everything else, as cookies, redirects, policies and demands for a password,
/// would be about our origin, or about all that the browser has of it.
const KEPT: [HeaderName; 12] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::DATE,
    header::RETRY_AFTER,
    header::WARNING,
    HeaderName::from_static("audit-id"),
    header::CONNECTION,
    header::UPGRADE,
    header::SEC_WEBSOCKET_ACCEPT,
    header::SEC_WEBSOCKET_EXTENSIONS,
    header::SEC_WEBSOCKET_PROTOCOL,
];

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what no page of ours has made. `home` is how people reach the console.
///
/// A header of our own takes a preflight to be sent across origins, and nobody answers that; Fetch Metadata and
/// `Origin` must agree where they are sent (browsers leave Fetch Metadata out where a host is reached by plain http).
/// A WebSocket can carry no header of ours, and no preflight protects it: it must say where it comes from.
pub(super) fn from_our_pages(request: &Request<Body>, home: &str) -> Result<(), Refusal> {
    let headers = request.headers();
    let elsewhere = |what: &str| Err(Refusal::new(Code::AuthForbidden, what));
    let agrees = |name: &HeaderName, wanted: &str| headers.get_all(name).iter().all(|value| value == wanted);
    if !agrees(&SITE, "same-origin") || !agrees(&header::ORIGIN, home) {
        return elsewhere("a request with a cookie must come from Kore's own pages");
    }
    if headers.contains_key(header::UPGRADE) {
        let websocket = headers.get_all(header::UPGRADE).iter().all(|value| value == "websocket");
        if request.method() != Method::GET || !websocket {
            return elsewhere("a browser changes to a WebSocket and to nothing else");
        }
        if !headers.contains_key(header::ORIGIN) {
            return elsewhere("a WebSocket must say that it comes from Kore's own pages");
        }
        let mut offered = words(headers, &header::SEC_WEBSOCKET_PROTOCOL).peekable();
        if offered.peek().is_none() || !offered.all(|one| CHANNELS.contains(&one)) {
            return elsewhere("a WebSocket must speak v5.channel.k8s.io or v4.channel.k8s.io");
        }
        return Ok(());
    }
    if !headers.contains_key(CLIENT) {
        return elsewhere("a request with a cookie must carry the header kore-client");
    }
    Ok(())
}

fn words<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("?"));
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// Refuses what would serve somebody else's pages on our origin.
pub(super) fn no_pages(info: &RequestInfo) -> Result<(), Refusal> {
    if info.subresource != "proxy" && info.verb != "proxy" {
        return Ok(());
    }
    let why = "what a pod or service serves is not shown on Kore's own address; use kubectl port-forward";
    Err(Refusal::new(Code::AuthForbidden, why))
}

/// Takes from an answer what is not for a browser, and says what the browser may do with the rest.
pub(crate) fn seal(headers: &mut HeaderMap) {
    let kept: Vec<(HeaderName, HeaderValue)> = headers
        .iter()
        .filter(|(name, _)| KEPT.contains(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    headers.clear();
    for (name, value) in kept {
        headers.append(name, value);
    }
    guard(headers);
}

/// What every answer at such a path carries, also one that the edge makes by itself.
pub(crate) fn guard(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "https://kore.example";

    fn ask(method: &str, headers: &[(&str, &str)]) -> Result<(), Refusal> {
        let mut request = Request::builder().method(method);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        from_our_pages(&request.body(Body::empty()).unwrap(), HOME)
    }

    #[test]
    fn a_request_shows_that_a_page_of_ours_made_it() {
        const OURS: (&str, &str) = ("kore-client", "console");
        for good in [
            &[OURS][..],
            &[OURS, ("sec-fetch-site", "same-origin")],
            &[OURS, ("sec-fetch-site", "same-origin"), ("origin", HOME)],
        ] {
            for method in ["GET", "POST", "DELETE"] {
                assert!(ask(method, good).is_ok(), "{method} {good:?}");
            }
        }
        for bad in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[OURS, ("sec-fetch-site", "same-site")],
            &[OURS, ("sec-fetch-site", "cross-site")],
            &[OURS, ("sec-fetch-site", "none")],
            &[OURS, ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            &[OURS, ("origin", "https://evil.example")],
            &[OURS, ("origin", "null")],
            &[OURS, ("origin", "https://kore.example.evil.example")],
            &[OURS, ("origin", "https://kore.example:8443")],
            &[OURS, ("origin", "http://kore.example")],
        ] {
            for method in ["GET", "POST"] {
                assert!(ask(method, bad).is_err(), "{method} {bad:?}");
            }
        }
    }

    #[test]
    fn a_websocket_says_where_it_comes_from_and_speaks_as_kubernetes_does() {
        const TO: (&str, &str) = ("upgrade", "websocket");
        const SPEAKS: (&str, &str) = ("sec-websocket-protocol", "v5.channel.k8s.io");
        const FROM: (&str, &str) = ("origin", HOME);
        assert!(ask("GET", &[TO, SPEAKS, FROM]).is_ok());
        assert!(ask("GET", &[TO, SPEAKS, FROM, ("sec-fetch-site", "same-origin")]).is_ok());
        assert!(ask("GET", &[TO, FROM, ("sec-websocket-protocol", "v5.channel.k8s.io, v4.channel.k8s.io")]).is_ok());
        for (method, bad) in [
            ("GET", &[TO, SPEAKS][..]),
            ("GET", &[TO, SPEAKS, ("kore-client", "console")]),
            ("GET", &[TO, SPEAKS, ("origin", "https://evil.example")]),
            ("GET", &[TO, SPEAKS, ("origin", "null")]),
            ("GET", &[TO, SPEAKS, FROM, ("origin", "https://evil.example")]),
            ("GET", &[TO, SPEAKS, FROM, ("sec-fetch-site", "cross-site")]),
            ("GET", &[TO, FROM]),
            ("GET", &[TO, FROM, ("sec-websocket-protocol", "graphql-ws")]),
            (
                "GET",
                &[TO, FROM, ("sec-websocket-protocol", "v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.x")],
            ),
            ("POST", &[TO, SPEAKS, FROM]),
            ("GET", &[("upgrade", "SPDY/3.1"), SPEAKS, FROM, ("kore-client", "console")]),
            ("GET", &[TO, ("upgrade", "SPDY/3.1"), SPEAKS, FROM]),
        ] {
            assert!(ask(method, bad).is_err(), "{method} {bad:?}");
        }
    }

    #[test]
    fn nothing_is_proxied_onto_our_origin() {
        let info = |path: &str| RequestInfo::parse(&Method::GET, path, None);
        for path in [
            "/api/v1/namespaces/a/pods/p/proxy",
            "/api/v1/namespaces/a/pods/p:8080/proxy/index.html",
            "/api/v1/namespaces/a/services/https:s:443/proxy/",
            "/api/v1/nodes/n/proxy/pods",
            "/api/v1/proxy/namespaces/a/pods/p",
        ] {
            assert!(no_pages(&info(path)).is_err(), "{path}");
        }
        for path in ["/api/v1/namespaces/a/configmaps/proxy", "/api/v1/namespaces/proxy/pods", "/version"] {
            assert!(no_pages(&info(path)).is_ok(), "{path}");
        }
    }

    #[test]
    fn an_answer_is_data_and_says_nothing_about_our_origin() {
        let mut headers = HeaderMap::new();
        for name in [
            "set-cookie",
            "location",
            "refresh",
            "clear-site-data",
            "www-authenticate",
            "service-worker-allowed",
            "access-control-allow-origin",
            "strict-transport-security",
            "link",
            "content-type",
            "content-length",
            "audit-id",
        ] {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static("1"));
        }
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src *"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public"));
        seal(&mut headers);
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(
            left,
            [
                "audit-id",
                "cache-control",
                "content-length",
                "content-security-policy",
                "content-type",
                "cross-origin-resource-policy",
                "x-content-type-options"
            ]
        );
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], POLICY);
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }
}
