//! Amazon Route 53, as far as moto is too lax.

use http::Method;

/// Name of the operation that a path is (Amazon Route 53 API reference).
pub(crate) fn operation(method: &Method, path: &str) -> Option<&'static str> {
    let mut parts = path.trim_end_matches('/').strip_prefix("/2013-04-01/")?.split('/');
    let parts = (parts.next()?, parts.next(), parts.next(), parts.next());
    match (method.as_str(), parts) {
        ("POST", ("hostedzone", None, ..)) => Some("CreateHostedZone"),
        ("GET", ("hostedzone", None, ..)) => Some("ListHostedZones"),
        ("GET", ("hostedzonesbyname", ..)) => Some("ListHostedZonesByName"),
        ("GET", ("hostedzone", Some(_), None, _)) => Some("GetHostedZone"),
        ("DELETE", ("hostedzone", Some(_), None, _)) => Some("DeleteHostedZone"),
        ("GET", ("hostedzone", Some(_), Some("rrset"), _)) => Some("ListResourceRecordSets"),
        ("POST", ("hostedzone", Some(_), Some("rrset"), _)) => Some("ChangeResourceRecordSets"),
        ("GET", ("change", Some(_), ..)) => Some("GetChange"),
        ("GET", ("tags", Some(_), Some(_), _)) => Some("ListTagsForResource"),
        ("POST", ("tags", Some(_), Some(_), _)) => Some("ChangeTagsForResource"),
        _ => None,
    }
}
