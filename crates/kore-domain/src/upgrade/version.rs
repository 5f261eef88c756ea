//! Minor versions, and how a cluster goes from one to the next.

use std::{fmt, str::FromStr};

use kore_api::problem::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A minor version of Kubernetes, written `1.36`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Minor {
    /// 1, so far.
    pub major: u32,
    /// The number behind it.
    pub minor: u32,
}

/// A text that is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a version like 1.36")]
pub struct NoVersion(String);

impl Minor {
    /// The next one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self { major: self.major, minor: self.minor.saturating_add(1) }
    }
}

/// Reads `1.36` and, as programs report themselves, `v1.36.3` or `1.36.3-rc.1`.
impl FromStr for Minor {
    type Err = NoVersion;

    fn from_str(text: &str) -> Result<Self, NoVersion> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).splitn(3, '.');
        let mut number = || {
            let part = parts.next()?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten()
        };
        match (number(), number()) {
            (Some(major), Some(minor)) => Ok(Self { major, minor }),
            _ => Err(NoVersion(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Minor {
    type Error = NoVersion;

    fn try_from(text: String) -> Result<Self, NoVersion> {
        text.parse()
    }
}

impl From<Minor> for String {
    fn from(version: Minor) -> Self {
        version.to_string()
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Where a cluster is between versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// The version that all of it was brought to.
    pub at: Minor,
    /// The version that it is on its way to: a preflight let it go, and there is no way back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Minor>,
}

impl Standing {
    /// All of it at one version.
    #[must_use]
    pub const fn at(at: Minor) -> Self {
        Self { at, to: None }
    }

    /// The version of its control plane: the newer one as soon as it is on its way there.
    #[must_use]
    pub fn newest(self) -> Minor {
        self.to.unwrap_or(self.at)
    }

    /// Whether it may be asked to be at this version: where it is, the next minor version while it is on
    /// its way nowhere, and else where it is going.
    ///
    /// # Errors
    /// Why not, in a sentence without its subject.
    pub fn may_become(self, wanted: Minor) -> Result<(), String> {
        let Self { at, to } = self;
        match to {
            Some(to) if wanted == to => Ok(()),
            Some(to) => Err(format!(
                "cannot become {wanted}: the upgrade from {at} to {to} is under way and ends first; there is no way back"
            )),
            None if wanted == at || wanted == at.next() => Ok(()),
            None if wanted < at => Err(format!("is {at} and never goes down, to {wanted}")),
            None => {
                let next = at.next();
                Err(format!("is {at} and goes up by one minor version at a time: to {next} first, not to {wanted}"))
            }
        }
    }
}

/// The version that a provider's parameters ask for: all of them call it `kubernetesVersion`.
#[must_use]
pub fn wanted(parameters: &Value) -> Option<Minor> {
    parameters.get("kubernetesVersion")?.as_str()?.parse().ok()
}

/// What keeps a cluster that stands so from getting these parameters, with a pointer into them; nothing
/// when it may.
#[must_use]
pub fn version_change(standing: Standing, parameters: &Value) -> Option<FieldError> {
    let refused = standing.may_become(wanted(parameters)?).err()?;
    Some(FieldError::new("/kubernetesVersion", "oneMinorUp", refused))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn minor(text: &str) -> Minor {
        text.parse().unwrap()
    }

    #[test]
    fn versions_are_read_as_people_and_programs_write_them() {
        for text in ["1.36", "v1.36.3", "1.36.3", "v1.36.0-rc.1"] {
            assert_eq!(minor(text).to_string(), "1.36");
        }
        for bad in ["", "1", "v1", "1.x", "1.36+", "latest", "1.-1", "+1.36", "a.b", "vv1.36", "99999999999.1"] {
            assert!(bad.parse::<Minor>().is_err(), "{bad}");
        }
        let standing: Standing = serde_json::from_value(json!({"at": "1.35", "to": "1.36"})).unwrap();
        assert_eq!(standing, Standing { at: minor("1.35"), to: Some(minor("1.36")) });
        assert!(serde_json::from_value::<Standing>(json!({"at": "new"})).is_err());
    }

    #[test]
    fn a_refusal_says_where_it_is_and_what_goes() {
        let said = |standing: Standing, wanted: &str| {
            version_change(standing, &json!({"kubernetesVersion": wanted})).map(|error| error.detail)
        };
        let still = Standing::at(minor("1.35"));
        assert_eq!((said(still, "1.35"), said(still, "1.36")), (None, None));
        assert_eq!(said(still, "1.34").unwrap(), "is 1.35 and never goes down, to 1.34");
        assert_eq!(
            said(still, "1.37").unwrap(),
            "is 1.35 and goes up by one minor version at a time: to 1.36 first, not to 1.37"
        );
        let moving = Standing { to: Some(minor("1.36")), ..still };
        assert_eq!(said(moving, "1.36"), None);
        assert!(said(moving, "1.35").unwrap().contains("no way back"));
        assert!(said(moving, "1.37").unwrap().contains("ends first"));
        assert_eq!(version_change(still, &json!({})), None, "what no parameters ask for");
    }

    proptest! {
        /// Whatever is asked for in whichever order, and whenever an upgrade begins or ends.
        #[test]
        fn it_never_goes_down_and_never_skips(wishes in prop::collection::vec((30..40_u32, any::<bool>()), 0..40)) {
            let mut standing = Standing::at(minor("1.35"));
            let mut was = standing;
            for (wish, goes) in wishes {
                let wanted = Minor { major: 1, minor: wish };
                if standing.may_become(wanted).is_ok() {
                    standing = match standing.to {
                        None if wanted != standing.at && goes => Standing { to: Some(wanted), ..standing },
                        Some(to) if goes => Standing::at(to),
                        _ => standing,
                    };
                }
                prop_assert!(standing.at >= was.at && standing.newest() >= was.newest());
                prop_assert!(standing.at.minor - was.at.minor <= 1 && standing.newest().minor - standing.at.minor <= 1);
                was = standing;
            }
        }
    }
}
