//! Typed names, parsed once at the edge.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was given.
    #[error("a name may not be empty")]
    Empty,
    /// Longer than [`MAX_LENGTH`].
    #[error("{0:?} is longer than {MAX_LENGTH} characters")]
    TooLong(String),
    /// Not an RFC 1123 label.
    #[error(
        "{0:?} may use lower-case letters, digits and dashes, and begins with a letter and ends with a letter or digit"
    )]
    Form(String),
    /// A name that Kore keeps for itself.
    #[error("{0:?} is reserved")]
    Reserved(String),
    /// Not of the form `team/name`.
    #[error("{0:?} is not of the form team/name")]
    NotQualified(String),
    /// Not of the form `team/cluster/name`.
    #[error("{0:?} is not of the form team/cluster/name")]
    NotNamespace(String),
    /// Neither `user:NAME` nor `robot:TEAM/NAME`.
    #[error("{0:?} is neither user:NAME nor robot:TEAM/NAME")]
    NotPrincipal(String),
}

/// Longest name: leaves room for the suffixes that providers add to a 63-character label.
pub const MAX_LENGTH: usize = 40;

/// `platform` among them because the group `kore:platform:admin` is the administrators' own.
const RESERVED: [&str; 6] = ["kore", "management", "platform", "system", "default", "all"];

fn check(text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.len() > MAX_LENGTH {
        return Err(NameError::TooLong(text.to_owned()));
    }
    let body = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    let last = text.bytes().next_back().is_some_and(|b| b != b'-');
    if body && first && last { Ok(()) } else { Err(NameError::Form(text.to_owned())) }
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $reserved:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $type(String);

        impl $type {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                check(text)?;
                if $reserved && RESERVED.contains(&text) {
                    return Err(NameError::Reserved(text.to_owned()));
                }
                Ok(Self(text.to_owned()))
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn inline_schema() -> bool {
                true
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string", "minLength": 1, "maxLength": MAX_LENGTH,
                    "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$"
                })
            }
        }
    };
}

name!(
    /// Name of a team (an RFC 1123 label, at most 40 characters).
    TeamName, true
);
name!(
    /// Name of a cluster within its team.
    ClusterName, false
);
name!(
    /// Name of a namespace in a cluster.
    NamespaceName, false
);
name!(
    /// Name of a plan.
    PlanName, false
);
name!(
    /// Name of a policy over plans.
    PolicyName, false
);
name!(
    /// Name of a pool of addresses.
    PoolName, false
);
name!(
    /// Name of an organisation in a cloud.
    OrganizationName, false
);
name!(
    /// Name of a rule that gives teams accounts.
    RuleName, false
);
name!(
    /// Name of an account in a cloud.
    AccountName, false
);
name!(
    /// Login name of a person.
    UserName, false
);
name!(
    /// Name of an identity provider.
    ProviderName, false
);

name!(
    /// Name of a robot within its team.
    RobotName, false
);

name!(
    /// Name of a role that an administrator made.
    RoleName, false
);

name!(
    /// Name of an issuer that robots may trust.
    IssuerName, false
);

name!(
    /// Name of an installation on its machine.
    InstallationName, false
);

/// A cluster as people write it: `team/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClusterRef {
    /// The team that owns it.
    pub team: TeamName,
    /// Its name there.
    pub name: ClusterName,
}

impl FromStr for ClusterRef {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let (team, name) = text.split_once('/').ok_or_else(|| NameError::NotQualified(text.to_owned()))?;
        Ok(Self { team: team.parse()?, name: name.parse()? })
    }
}

impl fmt::Display for ClusterRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.team, self.name)
    }
}

/// A namespace of a cluster as people write it: `team/cluster/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NamespaceRef {
    /// The cluster.
    pub cluster: ClusterRef,
    /// Its name there.
    pub name: NamespaceName,
}

impl FromStr for NamespaceRef {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let (cluster, name) = text.rsplit_once('/').ok_or_else(|| NameError::NotNamespace(text.to_owned()))?;
        let cluster = cluster.parse().map_err(|error| match error {
            NameError::NotQualified(_) => NameError::NotNamespace(text.to_owned()),
            error => error,
        })?;
        Ok(Self { cluster, name: name.parse()? })
    }
}

impl fmt::Display for NamespaceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.cluster, self.name)
    }
}

/// A robot as people write it: `team/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RobotRef {
    /// The team that owns it.
    pub team: TeamName,
    /// Its name there.
    pub name: RobotName,
}

impl FromStr for RobotRef {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        let (team, name) = text.split_once('/').ok_or_else(|| NameError::NotQualified(text.to_owned()))?;
        Ok(Self { team: team.parse()?, name: name.parse()? })
    }
}

impl fmt::Display for RobotRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.team, self.name)
    }
}

/// Who acts, as audit records and bindings write it: `user:ana`, `robot:payments/ci`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Principal {
    /// A person.
    User(UserName),
    /// A robot of a team.
    Robot(RobotRef),
}

impl Principal {
    /// The person, if it is one.
    #[must_use]
    pub const fn user(&self) -> Option<&UserName> {
        match self {
            Self::User(name) => Some(name),
            Self::Robot(_) => None,
        }
    }

    /// As the object of audit records: `user/ana`, `robot/payments/ci`.
    #[must_use]
    pub fn object(&self) -> String {
        match self {
            Self::User(name) => format!("user/{name}"),
            Self::Robot(robot) => format!("robot/{robot}"),
        }
    }

    /// The name as people are called by it: `ana`, `payments/ci`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::User(name) => name.to_string(),
            Self::Robot(robot) => robot.to_string(),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => write!(f, "user:{name}"),
            Self::Robot(robot) => write!(f, "robot:{robot}"),
        }
    }
}

impl FromStr for Principal {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        match text.split_once(':') {
            Some(("user", name)) => Ok(Self::User(name.parse()?)),
            Some(("robot", name)) => Ok(Self::Robot(name.parse()?)),
            _ => Err(NameError::NotPrincipal(text.to_owned())),
        }
    }
}

impl From<UserName> for Principal {
    fn from(name: UserName) -> Self {
        Self::User(name)
    }
}

impl Serialize for Principal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Principal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Principal {
    fn schema_name() -> Cow<'static, str> {
        "Principal".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "pattern": "^(user:[-a-z0-9]+|robot:[-a-z0-9]+/[-a-z0-9]+)$",
            "description": "user:NAME or robot:TEAM/NAME"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_is_a_user_or_a_robot() {
        for text in ["user:ana", "robot:payments/ci"] {
            assert_eq!(text.parse::<Principal>().unwrap().to_string(), text);
        }
        for bad in ["ana", "robot:ci", "user:payments/ci", "group:x", "user:", "robot:a/b/c"] {
            assert!(bad.parse::<Principal>().is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_rfc_1123_labels() {
        for good in ["a", "payments", "a-1", "x2"] {
            assert_eq!(good.parse::<TeamName>().unwrap().as_str(), good);
        }
        for bad in ["", "A", "-a", "a-", "1a", "a_b", "a.b", "ä", "a/b", &"a".repeat(41), "management"] {
            assert!(bad.parse::<TeamName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_cluster_is_written_team_slash_name() {
        let cluster: ClusterRef = "payments/dev".parse().unwrap();
        assert_eq!((cluster.team.as_str(), cluster.name.as_str()), ("payments", "dev"));
        assert_eq!(cluster.to_string(), "payments/dev");
        assert_eq!("dev".parse::<ClusterRef>(), Err(NameError::NotQualified("dev".into())));
    }
}
