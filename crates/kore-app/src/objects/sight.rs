//! What somebody sees of the objects in the management cluster.

use std::collections::BTreeSet;

use kore_api::{allocation::Allocation, names::TeamName};
use kore_domain::access::{OpContext, Permission, Resource, Visibility};
use kore_kube::indexes::Indexes;
use kube::ResourceExt;

use crate::{App, AppError};

/// What somebody sees of a kind.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    /// Where they may read it.
    pub visibility: Visibility,
    /// Teams that they see; none for those who see what is for any team.
    teams: Option<BTreeSet<TeamName>>,
    /// Whether they see pools of addresses, which are nobody's in particular.
    pools: bool,
    /// Whether they see clouds and what teams get there.
    clouds: bool,
    indexes: Indexes,
}

impl Sight {
    /// The sight of whoever asks.
    ///
    /// # Errors
    /// Never: the permission that is asked about is the one that is read.
    pub(crate) fn new(app: &App, cx: &OpContext, visibility: Visibility) -> Result<Self, AppError> {
        let teams = if cx.may(Permission::PolicyRead, &Resource::Platform) {
            None
        } else {
            // Whoever has something on a single cluster of a team meets its plan there.
            let mut teams = BTreeSet::new();
            for permission in [Permission::TeamRead, Permission::ClusterRead] {
                let visible = cx.visible(permission);
                teams.extend(visible.get(permission)?.places().into_iter().flatten().cloned());
            }
            Some(teams)
        };
        let pools = cx.may(Permission::AddressRead, &Resource::Platform);
        let clouds = cx.may(Permission::CloudRead, &Resource::Platform);
        Ok(Self { visibility, teams, pools, clouds, indexes: app.indexes.clone() })
    }

    /// The same somebody's, of another kind.
    pub(crate) fn within(&self, visibility: Visibility) -> Self {
        Self { visibility, ..self.clone() }
    }

    /// Whether they see what is for any team, and what is not for teams yet.
    pub(crate) const fn everything(&self) -> bool {
        self.teams.is_none()
    }

    /// Whether they see pools of addresses.
    pub(crate) const fn pools(&self) -> bool {
        self.pools
    }

    /// Whether they see clouds and what teams get there.
    pub(crate) const fn clouds(&self) -> bool {
        self.clouds
    }

    /// Whether something is for them, or for a team of theirs.
    pub(crate) fn covers(&self, allocation: &Allocation) -> bool {
        let Some(teams) = &self.teams else { return true };
        allocation.all
            || teams.iter().any(|team| {
                let found = self.indexes.teams.get(None, team.as_str());
                found.is_some_and(|found| allocation.covers(team, found.labels()))
            })
    }

    /// Whether a plan is for them.
    pub(crate) fn covers_plan(&self, plan: &str) -> bool {
        self.everything() || self.indexes.plans.get(None, plan).is_some_and(|plan| self.covers(&plan.spec.teams))
    }
}
