//! One thing that a role may do, with the reason for it.

/// A condition on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// Operator, as `StringEquals`.
    pub operator: &'static str,
    /// Key, as `aws:ResourceTag/kore:cluster`.
    pub key: &'static str,
    /// One of these.
    pub values: &'static [&'static str],
}

/// A statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its `Sid`: letters and digits, unique in a role.
    pub sid: &'static str,
    /// Why Kore needs it: people who review it read this.
    pub why: &'static str,
    /// Actions, as `eks:CreateCluster`.
    pub actions: &'static [&'static str],
    /// Resources, with `${Partition}`, `${Region}` and `${Account}` where the account's own are meant.
    pub resources: &'static [&'static str],
    /// All of these hold.
    pub conditions: &'static [Condition],
}

impl Statement {
    /// Reads only, by the names that AWS gives such actions.
    #[must_use]
    pub fn reads_only(&self) -> bool {
        self.actions.iter().all(|action| {
            let name = action.split_once(':').map_or("", |(_, name)| name);
            ["Describe", "List", "Get", "Simulate"].iter().any(|verb| name.starts_with(verb))
        })
    }

    /// Narrowed to some things: by their names, or by what they carry.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.conditions.is_empty() || !self.resources.contains(&"*")
    }
}
