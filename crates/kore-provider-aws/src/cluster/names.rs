//! What the things of one cluster are called in AWS.

use std::collections::BTreeMap;

use kore_engine::provider::ClusterRequest;
use sha2::{Digest, Sha256};

use crate::permissions::{CLUSTER_TAG, OWNER_TAG, PREFIX};

/// Longest name of a cluster: the names of its roles begin with it, and have 64 characters at most (IAM User Guide, "IAM and AWS
/// STS quotas").
const LONGEST: usize = 52;
/// Characters of the mark that no other cluster has.
const MARK: usize = 8;

/// Names of one cluster's things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// Of cluster and stack, as `kore-payments-prod-1a2b3c4d`: unlike that of any other cluster, of other installations too.
    pub cluster: String,
    /// Twelve digits.
    pub account: String,
    /// As `eu-central-1`.
    pub region: String,
    /// Whose it is, as the tag has it: `INSTALLATION/UID`.
    pub owner: String,
    team: String,
}

impl Names {
    /// Those of a cluster.
    #[must_use]
    pub fn new(installation: &str, request: &ClusterRequest, account: &str, region: &str) -> Self {
        let owner = format!("{installation}/{}", request.uid);
        let digest = hex::encode(Sha256::digest(&owner));
        let mark = digest.get(..MARK).unwrap_or_default();
        let said = format!("{PREFIX}{}-{}", request.name.team, request.name.name);
        let kept: String = said.chars().take(LONGEST - MARK - 1).collect();
        let cluster = format!("{}-{mark}", kept.trim_end_matches('-'));
        Self {
            cluster,
            account: account.to_owned(),
            region: region.to_owned(),
            owner,
            team: request.name.team.to_string(),
        }
    }

    /// What everything of the cluster is tagged with.
    #[must_use]
    pub fn tags(&self) -> BTreeMap<String, String> {
        let tags = [(OWNER_TAG, &self.owner), (CLUSTER_TAG, &self.cluster), ("kore:team", &self.team)];
        tags.into_iter().map(|(key, value)| (key.to_owned(), value.clone())).collect()
    }

    /// Key of one of its things in the ledger: kind, place, and the name of the thing where it is not the cluster's.
    #[must_use]
    pub fn key(&self, kind: &str, thing: &str) -> String {
        let thing = if thing.is_empty() { String::new() } else { format!("/{thing}") };
        format!("{kind}/{}/{}/{}{thing}", self.account, self.region, self.cluster)
    }

    /// Kind and name of a key of [`Names::key`]; none for a key of something else.
    #[must_use]
    pub fn parse<'a>(&self, key: &'a str) -> Option<(&'a str, &'a str)> {
        let (kind, rest) = key.split_once('/')?;
        let place = format!("{}/{}/{}", self.account, self.region, self.cluster);
        let thing = rest.strip_prefix(&place)?;
        if thing.is_empty() { Some((kind, "")) } else { Some((kind, thing.strip_prefix('/')?)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(team: &str, cluster: &str, uid: &str) -> Names {
        let request = ClusterRequest {
            name: format!("{team}/{cluster}").parse().unwrap(),
            uid: uid.to_owned(),
            team_id: "t".to_owned(),
            parameters: serde_json::Value::Null,
            rung: None,
            account: None,
            addresses: None,
        };
        Names::new("one", &request, "111122223333", "eu-central-1")
    }

    proptest! {
        #[test]
        fn names_fit_and_no_two_clusters_share_one(
            team in "[a-z][a-z0-9]{0,20}", cluster in "[a-z][a-z0-9]{0,20}", uids in prop::collection::hash_set("[a-f0-9-]{8,36}", 2),
        ) {
            let all: Vec<_> = uids.iter().map(|uid| names(&team, &cluster, uid)).collect();
            for one in &all {
                // Its roles have up to eight characters behind it, of 64.
                prop_assert!(one.cluster.len() <= LONGEST && one.cluster.starts_with(PREFIX), "{}", one.cluster);
                let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
                prop_assert!(one.cluster.chars().all(is_allowed));
            }
            prop_assert_ne!(&all[0].cluster, &all[1].cluster);
        }

        #[test]
        fn keys_are_read_by_their_own_cluster_alone(kind in "[a-z-]{1,10}", thing in "[a-z0-9/:-]{0,20}") {
            let (mine, other) = (names("a", "b", "1"), names("a", "b", "2"));
            let thing = thing.trim_matches('/');
            let key = mine.key(&kind, thing);
            prop_assert_eq!(mine.parse(&key), Some((kind.as_str(), thing)));
            prop_assert_eq!(other.parse(&key), None);
        }
    }
}
