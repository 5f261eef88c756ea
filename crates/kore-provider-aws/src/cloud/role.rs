//! As whom Kore asks.

use kore_api::cloud::AwsPartition;

use crate::permissions::Purpose;

/// A role of Kore's in an account, for the work on one object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Role {
    /// Twelve digits.
    pub account: String,
    /// Where it is asked, as `eu-central-1`.
    pub region: String,
    /// What for.
    pub purpose: Purpose,
    /// Uid of the object that is worked on: AWS's own audit trail leads back to it.
    pub object: String,
}

impl Role {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        role_arn(&self.region, &self.account, self.purpose.role())
    }

    /// What its sessions are called (STS API reference, `RoleSessionName`: at most 64 of these characters).
    #[must_use]
    pub fn session(&self) -> String {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "=,.@-".contains(c);
        format!("kore-{}", self.object).chars().filter(|c| allowed(*c)).take(64).collect()
    }
}

/// The ARN of a role in an account.
#[must_use]
pub fn role_arn(region: &str, account: &str, path: &str) -> String {
    format!("arn:{}:iam::{account}:role/{path}", AwsPartition::of_region(region).name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(region: &str, object: &str) -> Role {
        Role { account: "111122223333".into(), region: region.into(), purpose: Purpose::Cluster, object: object.into() }
    }

    #[test]
    fn roles_are_of_their_partition() {
        let arns = ["eu-central-1", "us-gov-west-1", "cn-north-1"].map(|region| role(region, "o").arn());
        assert_eq!(
            arns,
            [
                "arn:aws:iam::111122223333:role/kore-cluster",
                "arn:aws-us-gov:iam::111122223333:role/kore-cluster",
                "arn:aws-cn:iam::111122223333:role/kore-cluster"
            ]
        );
    }

    #[test]
    fn sessions_lead_back_to_the_object() {
        assert_eq!(role("x", "5e0f-11").session(), "kore-5e0f-11");
        assert_eq!(role("x", "a b/c").session(), "kore-abc");
        assert_eq!(role("x", &"a".repeat(99)).session().len(), 64);
    }
}
