//! Who asks, and about what.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use kore_api::{
    identity::{PlatformRole, TeamRole},
    names::{ClusterRef, NamespaceRef, Principal, TeamName},
};
use uuid::Uuid;

use super::grant::{Grant, Limit};

/// A person or robot that is signed in, with what they held when the request came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Immutable id.
    pub id: Uuid,
    /// Who.
    pub principal: Principal,
    /// Role across the platform.
    pub platform_role: Option<PlatformRole>,
    /// Role in each team that they belong to.
    pub teams: BTreeMap<TeamName, TeamRole>,
    /// What they hold besides, by bindings and elevations.
    pub grants: Vec<Grant>,
    /// What the token that they show is good for at most; a session has no limit.
    pub limit: Option<Limit>,
}

impl Subject {
    /// Somebody without any role.
    #[must_use]
    pub const fn new(id: Uuid, principal: Principal) -> Self {
        Self { id, principal, platform_role: None, teams: BTreeMap::new(), grants: Vec::new(), limit: None }
    }

    /// As audit records and operations name them: `user:ana`, `robot:payments/ci`.
    #[must_use]
    pub fn actor(&self) -> String {
        self.principal.to_string()
    }

    /// The same with a token's limit.
    #[must_use]
    pub fn within(self, limit: Option<Limit>) -> Self {
        Self { limit, ..self }
    }

    /// Whether they hold the platform's administrator role.
    #[must_use]
    pub fn is_platform_admin(&self) -> bool {
        self.platform_role == Some(PlatformRole::Admin)
    }
}

/// Whose objects someone may know about; lists across teams are cut down to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// Every team's, and what belongs to no team.
    All,
    /// Those of these teams, and these clusters of other teams.
    Only {
        /// The teams.
        teams: BTreeSet<TeamName>,
        /// The clusters.
        clusters: BTreeSet<ClusterRef>,
    },
}

impl Visibility {
    /// Of these teams only.
    #[must_use]
    pub const fn teams(teams: BTreeSet<TeamName>) -> Self {
        Self::Only { teams, clusters: BTreeSet::new() }
    }

    /// Whether it shows nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Only { teams, clusters } if teams.is_empty() && clusters.is_empty())
    }

    /// Whether what belongs to this team may be shown.
    #[must_use]
    pub fn shows(&self, team: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only { teams, .. } => teams.iter().any(|known| known.as_str() == team),
        }
    }

    /// Whether this cluster may be shown.
    #[must_use]
    pub fn shows_cluster(&self, team: &str, name: &str) -> bool {
        let known = |cluster: &ClusterRef| cluster.team.as_str() == team && cluster.name.as_str() == name;
        self.shows(team) || matches!(self, Self::Only { clusters, .. } if clusters.iter().any(known))
    }

    /// The teams in which there is anything to show; `None` when it is every one.
    #[must_use]
    pub fn places(&self) -> Option<BTreeSet<&TeamName>> {
        match self {
            Self::All => None,
            Self::Only { teams, clusters } => {
                Some(teams.iter().chain(clusters.iter().map(|cluster| &cluster.team)).collect())
            }
        }
    }
}

/// What a decision is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Resource {
    /// The platform as a whole, or all teams at once.
    Platform,
    /// A team and what is in it.
    Team(TeamName),
    /// A cluster of a team.
    Cluster(ClusterRef),
    /// What is in a namespace of a cluster.
    Namespace(NamespaceRef),
}

impl Resource {
    /// The team it belongs to.
    #[must_use]
    pub const fn team(&self) -> Option<&TeamName> {
        match self {
            Self::Platform => None,
            Self::Team(team) => Some(team),
            Self::Cluster(cluster) => Some(&cluster.team),
            Self::Namespace(namespace) => Some(&namespace.cluster.team),
        }
    }

    /// The cluster that it is, or is in.
    #[must_use]
    pub const fn cluster(&self) -> Option<&ClusterRef> {
        match self {
            Self::Platform | Self::Team(_) => None,
            Self::Cluster(cluster) => Some(cluster),
            Self::Namespace(namespace) => Some(&namespace.cluster),
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => f.write_str("the platform"),
            Self::Team(team) => write!(f, "team {team}"),
            Self::Cluster(cluster) => write!(f, "cluster {cluster}"),
            Self::Namespace(namespace) => write!(f, "namespace {namespace}"),
        }
    }
}

/// The platform as a whole, where a type is asked for that stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Platform;
