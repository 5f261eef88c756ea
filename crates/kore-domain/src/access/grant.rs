//! What a subject holds besides the role of a member: bindings and elevations, where they hold, and
//! under which conditions; and what a token takes away.

use std::{collections::BTreeSet, fmt, net::IpAddr, sync::Arc};

use ipnet::IpNet;
use jiff::Timestamp;
use kore_api::{
    access::{ScopeSpec, from_networks},
    names::{ClusterRef, NamespaceRef, TeamName},
};
use uuid::Uuid;

use super::{
    permission::{Permission, PermissionSet, Scope},
    subject::Resource,
};

/// When and from where something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// When.
    pub now: Timestamp,
    /// From where, as far as that is known.
    pub address: Option<IpAddr>,
}

/// How far a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Across the platform: every team and cluster.
    Platform,
    /// A team and its clusters.
    Team(TeamName),
    /// One cluster.
    Cluster(ClusterRef),
    /// What is in one namespace of a cluster.
    Namespace(NamespaceRef),
}

impl Reach {
    /// The reach that a scope says.
    ///
    /// # Errors
    /// A cluster without a team, or a namespace without a cluster.
    pub fn of(scope: &ScopeSpec) -> Result<Self, &'static str> {
        let cluster = match (&scope.team, &scope.cluster) {
            (_, None) if scope.namespace.is_some() => return Err("a namespace belongs to a cluster: say which"),
            (None, None) => return Ok(Self::Platform),
            (Some(team), None) => return Ok(Self::Team(team.clone())),
            (Some(team), Some(name)) => ClusterRef { team: team.clone(), name: name.clone() },
            (None, Some(_)) => return Err("a cluster belongs to a team: say which"),
        };
        Ok(match &scope.namespace {
            Some(name) => Self::Namespace(NamespaceRef { cluster, name: name.clone() }),
            None => Self::Cluster(cluster),
        })
    }

    /// The team that it is limited to.
    #[must_use]
    pub const fn team(&self) -> Option<&TeamName> {
        match self {
            Self::Platform => None,
            Self::Team(team) => Some(team),
            Self::Cluster(cluster) => Some(&cluster.team),
            Self::Namespace(namespace) => Some(&namespace.cluster.team),
        }
    }

    /// The thing that it reaches as a whole.
    #[must_use]
    pub fn resource(&self) -> Resource {
        match self {
            Self::Platform => Resource::Platform,
            Self::Team(team) => Resource::Team(team.clone()),
            Self::Cluster(cluster) => Resource::Cluster(cluster.clone()),
            Self::Namespace(namespace) => Resource::Namespace(namespace.clone()),
        }
    }

    /// Whether a permission over this resource lies within it. What is about the platform takes a grant
    /// across the platform, and what is about a team as a whole takes one of the team. Whoever holds anything in a
    /// namespace gets into its cluster, where the groups of their requests say what they may.
    #[must_use]
    pub fn covers(&self, permission: Permission, resource: &Resource) -> bool {
        match self {
            Self::Platform => true,
            Self::Team(team) => permission.scope() != Scope::Platform && resource.team() == Some(team),
            Self::Cluster(cluster) => permission.scope() == Scope::Cluster && resource.cluster() == Some(cluster),
            Self::Namespace(own) => match resource {
                Resource::Namespace(asked) => permission.in_namespaces() && asked == own,
                Resource::Cluster(asked) => permission == Permission::ClusterEnter && *asked == own.cluster,
                Resource::Platform | Resource::Team(_) => false,
            },
        }
    }

    /// Whether whoever has something within it knows that the resource is there.
    #[must_use]
    pub fn knows(&self, resource: &Resource) -> bool {
        match (self, resource) {
            (Self::Platform, _) => true,
            (_, Resource::Platform) => false,
            (Self::Cluster(own), asked @ (Resource::Cluster(_) | Resource::Namespace(_))) => {
                asked.cluster() == Some(own)
            }
            (Self::Namespace(own), Resource::Cluster(asked)) => own.cluster == *asked,
            (Self::Namespace(own), Resource::Namespace(asked)) => own == asked,
            (own, asked) => own.team() == asked.team(),
        }
    }

    /// Whether everything within the other lies within it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Platform, _) => true,
            (Self::Team(own), other) => other.team() == Some(own),
            (Self::Cluster(own), Self::Cluster(other)) => own == other,
            (Self::Cluster(own), Self::Namespace(other)) => *own == other.cluster,
            (Self::Namespace(own), Self::Namespace(other)) => own == other,
            (Self::Cluster(_) | Self::Namespace(_), _) => false,
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.resource().fmt(f)
    }
}

/// By what a grant came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    /// A binding.
    Binding(Uuid),
    /// An elevation that is active.
    Elevation(Uuid),
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binding(id) => write!(f, "binding {id}"),
            Self::Elevation(id) => write!(f, "elevation {id}"),
        }
    }
}

/// A role that a subject holds by a binding or an elevation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// By what.
    pub via: Via,
    /// Name of the role.
    pub role: Arc<str>,
    /// What the role allows.
    pub permissions: PermissionSet,
    /// Where.
    pub reach: Reach,
    /// Not after this.
    pub expires_at: Option<Timestamp>,
    /// Only from these networks; none means from anywhere.
    pub networks: Vec<IpNet>,
}

impl Grant {
    /// Whether it holds then and from there.
    #[must_use]
    pub fn holds(&self, at: &Circumstances) -> bool {
        self.expires_at.is_none_or(|end| at.now < end) && from_networks(&self.networks, at.address)
    }
}

/// What a token is good for at most, whatever its holder may do.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limit {
    /// Names of permissions. One that no longer exists allows nothing.
    pub permissions: BTreeSet<String>,
    /// Only in these teams; none means in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub teams: Option<BTreeSet<TeamName>>,
}

impl Limit {
    /// Whether it lets this pass. A limit to teams leaves nothing of the platform as a whole.
    #[must_use]
    pub fn allows(&self, permission: Permission, resource: &Resource) -> bool {
        let entered = || Permission::ALL.iter().any(|one| one.in_namespaces() && self.permissions.contains(one.name()));
        (self.permissions.contains(permission.name()) || permission == Permission::ClusterEnter && entered())
            && self.teams.as_ref().is_none_or(|teams| resource.team().is_some_and(|team| teams.contains(team)))
    }
}
