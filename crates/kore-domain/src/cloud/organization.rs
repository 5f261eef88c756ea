//! What is wrong with an organisation as it is written.

use std::collections::BTreeSet;

use kore_api::{
    cloud::{AwsOrganization, AwsPartition, Cloud, CloudOrganizationSpec},
    problem::FieldError,
};

use super::domain::check_parent_zone;
use crate::plan::prefixed;

/// What stands for the account in `accountEmail`.
pub(super) const ACCOUNT: &str = "{account}";
/// Longest address of an account (AWS Organizations API Reference, `CreateAccount`).
const LONGEST_EMAIL: usize = 64;
/// What Kore puts for `{account}` is at most this long.
pub(super) const LONGEST_ACCOUNT: usize = 24;

/// Everything that is wrong with it, by path below the spec.
#[must_use]
pub fn check_organization(spec: &CloudOrganizationSpec) -> Vec<FieldError> {
    match (spec.provider, &spec.aws) {
        (Cloud::Aws, None) => vec![FieldError::new("/aws", "required", "an organisation of aws says where it is")],
        (Cloud::Aws, Some(aws)) => check_aws(aws),
    }
}

/// What never changes and would, by path below the spec.
#[must_use]
pub fn fixed_changes(before: &CloudOrganizationSpec, after: &CloudOrganizationSpec) -> Vec<FieldError> {
    let aws = |spec: &CloudOrganizationSpec| spec.aws.clone();
    let moved =
        |read: fn(&AwsOrganization) -> String| aws(before).map(|one| read(&one)) != aws(after).map(|one| read(&one));
    let fields = [
        ("/provider", before.provider != after.provider),
        ("/aws/partition", moved(|one| one.partition.name().to_owned())),
        ("/aws/managementAccount", moved(|one| one.management_account.clone())),
    ];
    let changed = fields.into_iter().filter(|(_, changed)| *changed);
    changed.map(|(path, _)| FieldError::new(path, "immutable", "never changes")).collect()
}

/// Whether it is the number of an account of AWS: 12 digits (AWS Account Management, "View AWS account identifiers").
#[must_use]
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn check_aws(aws: &AwsOrganization) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |path: &str, rule: &str, detail: String| errors.push(FieldError::new(path, rule, detail));
    if !is_account(&aws.management_account) {
        let detail = format!("{:?} is no account: it has 12 digits, as 123456789012", aws.management_account);
        wrong("/aws/managementAccount", "pattern", detail);
    }
    let regions = std::iter::once(("/aws/homeRegion".to_owned(), &aws.home_region));
    let regions =
        regions.chain(aws.regions.iter().enumerate().map(|(at, region)| (format!("/aws/regions/{at}"), region)));
    for (path, region) in regions {
        if !is_region(region) {
            wrong(&path, "pattern", format!("{region:?} is no region: write it as eu-central-1"));
        } else if AwsPartition::of_region(region) != aws.partition {
            let (of, partition) = (AwsPartition::of_region(region).name(), aws.partition.name());
            wrong(&path, "partition", format!("{region} is in {of}, and the organisation in {partition}"));
        }
    }
    if aws.regions.is_empty() {
        wrong("/aws/regions", "minItems", "names at least one region".to_owned());
    }
    let mut seen = BTreeSet::new();
    for (at, region) in aws.regions.iter().enumerate() {
        if !seen.insert(region) {
            wrong(&format!("/aws/regions/{at}"), "unique", format!("{region} is there twice"));
        }
    }
    if !is_parent(&aws.organizational_unit) {
        let detail =
            format!("{:?} is neither a unit, as ou-ab12-cdefgh34, nor the root, as r-ab12", aws.organizational_unit);
        wrong("/aws/organizationalUnit", "pattern", detail);
    }
    if let Some(detail) = email_fault(&aws.account_email) {
        wrong("/aws/accountEmail", "pattern", detail);
    }
    let zone = aws.parent_zone.as_ref().map(check_parent_zone).unwrap_or_default();
    errors.extend(prefixed(zone, "/aws/parentZone"));
    errors
}

/// As `eu-central-1`, `us-gov-west-1`, `cn-north-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [area, middle @ .., number] = parts.as_slice() else { return false };
    let word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    area.len() == 2
        && word(area)
        && (1..=3).contains(&middle.len())
        && middle.iter().all(|part| word(part))
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// `ParentId` of the AWS Organizations API Reference: `r-[0-9a-z]{4,32}` or `ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}`.
fn is_parent(text: &str) -> bool {
    let part = |part: &str, least: usize| {
        (least..=32).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    match text.split('-').collect::<Vec<_>>().as_slice() {
        ["r", root] => part(root, 4),
        ["ou", root, unit] => part(root, 4) && part(unit, 8),
        _ => false,
    }
}

/// What is wrong with the pattern of addresses, `[^\s@]+@[^\s@]+\.[^\s@]+` with `{account}` before the `@`.
fn email_fault(text: &str) -> Option<String> {
    let written = "write it as aws+{account}@example.org";
    let Some((local, domain)) = text.split_once('@') else { return Some(format!("has no @: {written}")) };
    let outside = text.replacen(ACCOUNT, "", 1);
    let room = LONGEST_EMAIL - LONGEST_ACCOUNT;
    if domain.contains('@')
        || text.chars().any(char::is_whitespace)
        || outside.contains(['{', '}']) && local.contains(ACCOUNT)
    {
        Some(format!("is no address with one {ACCOUNT} in it: {written}"))
    } else if !local.contains(ACCOUNT) {
        Some(format!("has no {ACCOUNT} before the @, so that accounts would share an address: {written}"))
    } else if !domain.split_once('.').is_some_and(|(host, rest)| !host.is_empty() && !rest.is_empty()) {
        Some(format!("has no domain after the @: {written}"))
    } else if outside.len() > room {
        Some(format!(
            "has {} characters beside {ACCOUNT}, and {room} is the most: AWS takes {LONGEST_EMAIL} in all",
            outside.len()
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> CloudOrganizationSpec {
        CloudOrganizationSpec {
            provider: Cloud::Aws,
            aws: Some(AwsOrganization {
                partition: AwsPartition::Aws,
                management_account: "123456789012".to_owned(),
                home_region: "eu-central-1".to_owned(),
                regions: vec!["eu-central-1".to_owned(), "eu-west-1".to_owned()],
                organizational_unit: "ou-ab12-cdefgh34".to_owned(),
                account_email: "aws+{account}@example.org".to_owned(),
                parent_zone: None,
            }),
            paused: false,
        }
    }

    fn faults(change: impl FnOnce(&mut AwsOrganization)) -> Vec<String> {
        let mut spec = good();
        change(spec.aws.as_mut().unwrap());
        check_organization(&spec).into_iter().map(|error| format!("{} {}", error.pointer, error.detail)).collect()
    }

    #[test]
    fn a_good_one_is_good_in_every_partition() {
        assert_eq!(check_organization(&good()), []);
        assert!(faults(|aws| aws.organizational_unit = "r-ab12".to_owned()).is_empty());
        assert!(
            faults(|aws| {
                aws.partition = AwsPartition::UsGov;
                aws.home_region = "us-gov-west-1".to_owned();
                aws.regions = vec!["us-gov-east-1".to_owned()];
            })
            .is_empty()
        );
    }

    #[test]
    fn what_is_wrong_is_said_by_path_and_all_at_once() {
        let found = faults(|aws| {
            aws.management_account = "1234".to_owned();
            aws.home_region = "cn-north-1".to_owned();
            aws.regions = vec!["frankfurt".to_owned(), "eu-west-1".to_owned(), "eu-west-1".to_owned()];
            aws.organizational_unit = "ou-1".to_owned();
            aws.account_email = "aws@example.org".to_owned();
        });
        insta::assert_snapshot!(found.join("\n"));
        assert!(faults(|aws| aws.regions.clear()).concat().contains("/aws/regions names at least one"));
        let none = CloudOrganizationSpec { aws: None, ..good() };
        assert_eq!(check_organization(&none)[0].pointer, "/aws");
    }

    #[test]
    fn each_account_has_an_address_of_its_own() {
        let long = "a".repeat(40);
        for bad in [
            "",
            "{account}",
            "aws@{account}.example.org",
            "aws+{account}@example",
            "a b+{account}@example.org",
            "aws+{account}@x@example.org",
            "{account}{account}@example.org",
            "aws+{team}{account}@example.org",
            &format!("{long}+{{account}}@example.org"),
        ] {
            assert!(faults(|aws| aws.account_email = bad.to_owned()).len() == 1, "{bad}");
        }
    }

    #[test]
    fn regions_are_told_from_words() {
        for good in ["eu-central-1", "ap-southeast-4", "us-gov-west-1", "us-iso-east-1", "il-central-1"] {
            assert!(is_region(good), "{good}");
        }
        for bad in ["", "eu", "eu-1", "eu-central", "EU-central-1", "eu-central-one", "eu--1", "eu-central-100"] {
            assert!(!is_region(bad), "{bad}");
        }
    }

    #[test]
    fn what_it_is_never_changes() {
        let mut after = good();
        assert_eq!(fixed_changes(&good(), &after), []);
        let aws = after.aws.as_mut().unwrap();
        aws.management_account = "210987654321".to_owned();
        aws.regions.pop();
        let found: Vec<_> = fixed_changes(&good(), &after).into_iter().map(|error| error.pointer).collect();
        assert_eq!(found, ["/aws/managementAccount"]);
    }
}
