//! Which headers pass. Everything that could say who the caller is, is taken away, and who they are
//! is written anew; hop-by-hop headers end here (RFC 9110 section 7.6.1).

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Who the request is made for, in the cluster's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// As `kore:ana`; never empty: without it the API server would serve the gateway itself.
    pub user: String,
    /// Immutable id.
    pub uid: String,
    /// Groups.
    pub groups: Vec<String>,
}

/// Why headers are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum HeaderError {
    /// The caller says who they are.
    #[error("requests may not carry {0} headers of their own")]
    Impersonation(&'static str),
    /// The person cannot be written as headers: a bug.
    #[error("the caller's name or groups cannot be written as headers")]
    Person,
}

const USER: HeaderName = HeaderName::from_static("impersonate-user");
const UID: HeaderName = HeaderName::from_static("impersonate-uid");
const GROUP: HeaderName = HeaderName::from_static("impersonate-group");
/// The API server takes its audit event's id from here: it joins the records of both. It is no part of who
/// the person is, or each of their requests would be another person's to the API server, and none of what
/// it remembers about impersonation of use.
const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");
/// A bearer token in disguise, for browsers.
const BEARER_PROTOCOL: &str = "base64url.bearer.authorization.k8s.io.";

const REFUSED: [(&str, &str); 2] = [("impersonate-", "Impersonate-*"), ("x-remote-", "X-Remote-*")];
const HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
const DROPPED: [&str; 8] =
    ["authorization", "cookie", "kore-client", "host", "forwarded", "x-real-ip", "expect", "audit-id"];

/// Rewrites a caller's headers for the API server. With `upgrade`, the wish to change the protocol
/// passes, and nothing else that `Connection` names.
///
/// # Errors
/// [`HeaderError`]; the request goes nowhere then.
pub(super) fn outgoing(
    headers: &mut HeaderMap,
    person: &Person,
    request_id: &str,
    upgrade: Option<&HeaderValue>,
) -> Result<(), HeaderError> {
    for name in headers.keys() {
        if let Some((_, what)) = REFUSED.iter().find(|(prefix, _)| name.as_str().starts_with(prefix)) {
            return Err(HeaderError::Impersonation(what));
        }
    }
    // What the caller nominates is taken away before ours is added, so that nothing of ours can be
    // named away by a hop behind us.
    strip_hops(headers);
    for name in DROPPED {
        headers.remove(name);
    }
    let forwarded: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().starts_with("x-forwarded-")).cloned().collect();
    for name in forwarded {
        headers.remove(name);
    }
    strip_bearer_protocol(headers);
    if let Some(protocol) = upgrade {
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::UPGRADE, protocol.clone());
    }
    if person.user.is_empty() || person.groups.is_empty() {
        return Err(HeaderError::Person);
    }
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| HeaderError::Person);
    headers.insert(USER, value(&person.user)?);
    headers.insert(UID, value(&person.uid)?);
    for group in &person.groups {
        headers.append(GROUP, value(group)?);
    }
    headers.insert(AUDIT_ID, value(request_id)?);
    Ok(())
}

/// Cleans an answer's headers. Cookies would be set for the console as well: they know no port.
pub(super) fn incoming(headers: &mut HeaderMap, upgrade: bool) {
    let protocol = if upgrade { headers.get(header::UPGRADE).cloned() } else { None };
    strip_hops(headers);
    headers.remove(header::SET_COOKIE);
    if let Some(protocol) = protocol {
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::UPGRADE, protocol);
    }
}

fn strip_hops(headers: &mut HeaderMap) {
    let nominated: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in nominated {
        headers.remove(name);
    }
    for name in HOP {
        headers.remove(name);
    }
}

fn strip_bearer_protocol(headers: &mut HeaderMap) {
    let name = header::SEC_WEBSOCKET_PROTOCOL;
    let offered: Vec<String> = headers
        .get_all(&name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|protocol| protocol.trim().to_owned())
        .collect();
    if !offered.iter().any(|protocol| protocol.starts_with(BEARER_PROTOCOL)) {
        return;
    }
    headers.remove(&name);
    let kept: Vec<String> = offered.into_iter().filter(|protocol| !protocol.starts_with(BEARER_PROTOCOL)).collect();
    if let Ok(value) = HeaderValue::from_str(&kept.join(", "))
        && !kept.is_empty()
    {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> Person {
        Person {
            user: "kore:ana".into(),
            uid: "0190".into(),
            groups: vec!["kore:payments:admin".into(), "kore:platform:admin".into()],
        }
    }

    fn map(pairs: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn nothing_of_the_callers_identity_passes_and_every_group_does() {
        let mut headers = map(&[
            ("authorization", "Bearer kore_kc_x"),
            ("cookie", "a=b"),
            ("kore-client", "console"),
            ("host", "gateway"),
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-user", "root"),
            ("forwarded", "for=1"),
            ("connection", "close, X-Secret"),
            ("x-secret", "1"),
            ("te", "trailers"),
            ("audit-id", "forged"),
            ("accept", "application/json"),
            ("content-length", "3"),
        ]);
        outgoing(&mut headers, &ana(), "r-1", None).unwrap();
        let mut left: Vec<String> = headers.keys().map(ToString::to_string).collect();
        left.sort();
        assert_eq!(
            left,
            ["accept", "audit-id", "content-length", "impersonate-group", "impersonate-uid", "impersonate-user"]
        );
        let groups: Vec<_> = headers.get_all("impersonate-group").iter().collect();
        assert_eq!(groups, ["kore:payments:admin", "kore:platform:admin"]);
        assert_eq!(headers["audit-id"], "r-1");
    }

    #[test]
    fn callers_do_not_say_who_they_are() {
        for name in [
            "impersonate-user",
            "Impersonate-Group",
            "IMPERSONATE-EXTRA-x",
            "impersonate-uid",
            "x-remote-user",
            "X-Remote-Group",
        ] {
            let mut headers = map(&[(name, "system:masters")]);
            assert!(matches!(outgoing(&mut headers, &ana(), "r", None), Err(HeaderError::Impersonation(_))), "{name}");
        }
    }

    #[test]
    fn a_header_of_ours_cannot_be_nominated_away() {
        let mut headers =
            map(&[("connection", "Impersonate-User, impersonate-group, upgrade"), ("upgrade", "SPDY/3.1")]);
        let protocol = HeaderValue::from_static("SPDY/3.1");
        outgoing(&mut headers, &ana(), "r", Some(&protocol)).unwrap();
        assert_eq!(headers["connection"], "Upgrade");
        assert_eq!(headers["upgrade"], "SPDY/3.1");
        assert_eq!(headers["impersonate-user"], "kore:ana");
        assert_eq!(headers.get_all("impersonate-group").iter().count(), 2);
    }

    #[test]
    fn nobody_is_never_forwarded() {
        for person in [
            Person { user: String::new(), ..ana() },
            Person { groups: Vec::new(), ..ana() },
            Person { user: "kore:a\nb".into(), ..ana() },
        ] {
            assert_eq!(outgoing(&mut HeaderMap::new(), &person, "r", None), Err(HeaderError::Person));
        }
    }

    #[test]
    fn a_token_disguised_as_a_protocol_is_taken_out() {
        let token = format!("{BEARER_PROTOCOL}a29yZQ");
        let mut headers = map(&[
            ("sec-websocket-protocol", &format!("v5.channel.k8s.io, {token}")),
            ("sec-websocket-protocol", "v4.channel.k8s.io"),
        ]);
        outgoing(&mut headers, &ana(), "r", None).unwrap();
        assert_eq!(headers["sec-websocket-protocol"], "v5.channel.k8s.io, v4.channel.k8s.io");
        let mut headers = map(&[("sec-websocket-protocol", &token)]);
        outgoing(&mut headers, &ana(), "r", None).unwrap();
        assert!(!headers.contains_key("sec-websocket-protocol"));
    }

    #[test]
    fn answers_lose_their_hops_and_cookies() {
        let mut headers = map(&[
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("set-cookie", "kore=1"),
            ("content-type", "x/y"),
        ]);
        incoming(&mut headers, true);
        assert_eq!((headers.len(), headers["upgrade"].to_str().unwrap()), (3, "websocket"));
        incoming(&mut headers, false);
        assert_eq!(headers.len(), 1);
    }
}
