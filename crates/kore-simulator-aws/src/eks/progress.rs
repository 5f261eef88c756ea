//! Things on their way: how often they are still observed so, and how it ends.

use serde::{Deserialize, Serialize};

/// How a thing's way ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "fate", deny_unknown_fields)]
pub enum Fate {
    /// Where it was to go.
    Well,
    /// Never.
    Stuck,
    /// In failure, with a health code of EKS.
    Failed {
        /// As `InsufficientFreeAddresses`.
        code: String,
        /// What is told about it.
        #[serde(default)]
        message: String,
    },
}

/// A way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) left: u32,
    pub(super) fate: Fate,
}

impl Progress {
    /// Whether the next observation is where it was to go.
    pub(super) fn is_due(&self) -> bool {
        self.left == 0 && self.fate == Fate::Well
    }

    /// One more observation; how it ended, once it has.
    pub(super) fn observed(&mut self) -> Option<Fate> {
        if self.fate == Fate::Stuck {
            return None;
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                None
            }
            None => Some(self.fate.clone()),
        }
    }
}

/// A kind of thing in EKS that is on its way sometimes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EksKind {
    /// A cluster, made or deleted.
    Cluster,
    /// A node group, made or deleted.
    Nodegroup,
    /// An add-on, made or deleted.
    Addon,
    /// An update of any of these; its name is that of the node group or the add-on.
    Update,
}

/// An order how something is to end: `POST /_kore/fates`. It holds for what is on its way, or for the next time it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FateOrder {
    /// Of which kind.
    pub kind: EksKind,
    /// Name of the cluster, in any account.
    pub cluster: String,
    /// Name of the node group or add-on.
    pub name: Option<String>,
    /// How it ends.
    #[serde(flatten)]
    pub fate: Fate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_as_long_as_was_said_and_a_stuck_one_has_no_end() {
        let mut way = Progress { left: 2, fate: Fate::Well };
        assert_eq!([way.observed(), way.observed(), way.observed()], [None, None, Some(Fate::Well)]);
        let mut stuck = Progress { left: 0, fate: Fate::Stuck };
        assert_eq!((0..9).find_map(|_| stuck.observed()), None);
    }
}
