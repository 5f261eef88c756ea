//! Who asks, and about what.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use kore_api::{
    identity::{PlatformRole, TeamRole},
    names::{ClusterRef, TeamName, UserName},
};
use uuid::Uuid;

/// A person who is signed in, with the roles that held when the request came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Immutable id.
    pub id: Uuid,
    /// Login name.
    pub name: UserName,
    /// Role across the platform.
    pub platform_role: Option<PlatformRole>,
    /// Role in each team that they belong to.
    pub teams: BTreeMap<TeamName, TeamRole>,
}

impl Subject {
    /// As audit records and operations name them: `user:ana`.
    #[must_use]
    pub fn actor(&self) -> String {
        format!("user:{}", self.name)
    }

    /// Whether they hold the platform's administrator role.
    #[must_use]
    pub fn is_platform_admin(&self) -> bool {
        self.platform_role == Some(PlatformRole::Admin)
    }

    /// Which teams' objects they may know about.
    #[must_use]
    pub fn visibility(&self) -> Visibility {
        if self.is_platform_admin() { Visibility::All } else { Visibility::Teams(self.teams.keys().cloned().collect()) }
    }
}

/// Which teams' objects someone may know about; lists across teams are cut down to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// Every team's, and what belongs to no team.
    All,
    /// Those of these teams.
    Teams(BTreeSet<TeamName>),
}

impl Visibility {
    /// Whether objects of this team may be shown.
    #[must_use]
    pub fn shows(&self, team: &str) -> bool {
        match self {
            Self::All => true,
            Self::Teams(teams) => teams.iter().any(|known| known.as_str() == team),
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
}

impl Resource {
    /// The team it belongs to.
    #[must_use]
    pub const fn team(&self) -> Option<&TeamName> {
        match self {
            Self::Platform => None,
            Self::Team(team) => Some(team),
            Self::Cluster(cluster) => Some(&cluster.team),
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => f.write_str("the platform"),
            Self::Team(team) => write!(f, "team {team}"),
            Self::Cluster(cluster) => write!(f, "cluster {cluster}"),
        }
    }
}

/// The platform as a whole, where a type is asked for that stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Platform;
