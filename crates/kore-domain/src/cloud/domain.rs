//! Names of clusters in the DNS.

use kore_api::{
    cloud::{CloudOrganizationSpec, ParentZone},
    names::ClusterRef,
    problem::FieldError,
};

/// Longest name of a zone that others are delegated from: below it fit a team and a cluster (RFC 1035, section 2.3.4: 255
/// octets in all, 63 in a label).
const LONGEST: usize = 253 - 2 * 64;
const LONGEST_LABEL: usize = 63;

/// The zone of a cluster in an organisation, where that has one to delegate it from.
#[must_use]
pub fn domain(organization: &CloudOrganizationSpec, cluster: &ClusterRef) -> Option<String> {
    let parent = organization.aws.as_ref()?.parent_zone.as_ref()?;
    Some(format!("{}.{}.{}", cluster.name, cluster.team, parent.domain))
}

/// What is wrong with a zone that others are to be delegated from, by path below it.
#[must_use]
pub(super) fn check_parent_zone(zone: &ParentZone) -> Vec<FieldError> {
    let mut errors = Vec::new();
    // Amazon Route 53 API reference, `ResourceId`: 32 characters at most.
    let is_id = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    if !(1..=32).contains(&zone.id.len()) || !zone.id.bytes().all(is_id) {
        let detail = format!("{:?} is no id of a hosted zone: write it as Z0123456789ABCDEFGHIJ", zone.id);
        errors.push(FieldError::new("/id", "pattern", detail));
    }
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let domain = zone.domain.as_str();
    if domain.len() > LONGEST {
        let detail =
            format!("has {} characters, and {LONGEST} is the most: teams and clusters go before it", domain.len());
        errors.push(FieldError::new("/domain", "maxLength", detail));
    } else if !domain.contains('.') || !domain.split('.').all(is_label) {
        let detail = format!("{domain:?} is no domain: write it as apps.example.org");
        errors.push(FieldError::new("/domain", "pattern", detail));
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(id: &str, domain: &str) -> Vec<String> {
        let zone = ParentZone { id: id.to_owned(), domain: domain.to_owned() };
        check_parent_zone(&zone).into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn a_parent_zone_has_an_id_and_a_domain() {
        assert!(faults("Z0123456789ABCDEFGHIJ", "apps.example.org").is_empty());
        assert_eq!(faults("", "apps.example.org"), ["/id"]);
        assert_eq!(faults("/hostedzone/Z1", "apps.example.org"), ["/id"]);
        let (long, label) = (format!("a.{}", "b.".repeat(80)), format!("{}.org", "a".repeat(64)));
        for domain in ["", "org", "apps.example.org.", "Apps.example.org", "-a.org", "a_b.org", "a..org", &long, &label]
        {
            assert_eq!(faults("Z1", domain), ["/domain"], "{domain}");
        }
    }
}
