//! Where the zone of a cluster is in the DNS, and what it is delegated from.

use kore_engine::provider::ClusterRequest;

/// A cluster's zone, and its parent zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Domain {
    /// As `prod.payments.apps.example.org`.
    pub(super) name: String,
    /// Id of the parent zone.
    pub(super) parent: String,
    /// The account that the parent zone is in.
    pub(super) account: String,
}

impl Domain {
    /// That of a cluster whose organisation has a parent zone.
    pub(super) fn of(request: &ClusterRequest) -> Option<Self> {
        let organization = &request.account.as_ref()?.organization.spec;
        let aws = organization.aws.as_ref()?;
        Some(Self {
            name: kore_domain::cloud::domain(organization, &request.name)?,
            parent: aws.parent_zone.as_ref()?.id.clone(),
            account: aws.management_account.clone(),
        })
    }

    /// As keys of the ledger have it.
    pub(super) fn thing(&self) -> String {
        format!("{}/{}/{}", self.account, self.parent, self.name)
    }

    /// The one that a key of the ledger names.
    pub(super) fn parse(thing: &str) -> Option<Self> {
        let mut parts = thing.splitn(3, '/').map(str::to_owned);
        Some(Self { account: parts.next()?, parent: parts.next()?, name: parts.next()? })
    }

    /// Name of the record beside the delegation that says whose it is.
    pub(super) fn marker(&self) -> String {
        format!("_kore-{}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_all_that_is_needed_to_remove_it() {
        let [name, parent, account] = ["prod.payments.apps.example.org", "Z1", "111122223333"].map(str::to_owned);
        let domain = Domain { name, parent, account };
        assert_eq!(Domain::parse(&domain.thing()), Some(domain));
        assert_eq!(Domain::parse("Z1/a.org"), None);
    }
}
