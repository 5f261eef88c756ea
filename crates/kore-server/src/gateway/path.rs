//! Which cluster a path is for, and which paths are refused: what two servers could read differently
//! is not forwarded.

use kore_api::names::{ClusterName, ClusterRef, TeamName};

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A team's cluster.
    Cluster(ClusterRef),
    /// The management cluster.
    Management,
}

impl Target {
    /// What credentials for it are made out to: `team/name`, or `-/management`.
    #[must_use]
    pub fn audience(&self) -> String {
        self.to_string()
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cluster(cluster) => cluster.fmt(f),
            Self::Management => f.write_str("-/management"),
        }
    }
}

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Not below `/k8s/TEAM/CLUSTER/`.
    #[error("the gateway serves /k8s/TEAM/CLUSTER/… and nothing else")]
    Elsewhere,
    /// Readable in two ways.
    #[error("the path has {0}, which the gateway does not forward")]
    Ambiguous(&'static str),
}

/// Splits a raw path into the cluster and the path within it, which begins with `/`.
///
/// # Errors
/// [`PathError`].
pub fn split(path: &str) -> Result<(Target, &str), PathError> {
    check(path)?;
    let rest = path.strip_prefix("/k8s/").ok_or(PathError::Elsewhere)?;
    let (team, rest) = rest.split_once('/').ok_or(PathError::Elsewhere)?;
    let end = rest.find('/').unwrap_or(rest.len());
    let (cluster, inner) = rest.split_at_checked(end).ok_or(PathError::Elsewhere)?;
    let inner = if inner.is_empty() { "/" } else { inner };
    let target = match (team, cluster) {
        ("-", "management") => Target::Management,
        (team, cluster) => Target::Cluster(ClusterRef {
            team: team.parse::<TeamName>().map_err(|_| PathError::Elsewhere)?,
            name: cluster.parse::<ClusterName>().map_err(|_| PathError::Elsewhere)?,
        }),
    };
    Ok((target, inner))
}

/// Refuses a path that two programs could read in different ways.
///
/// # Errors
/// [`PathError::Ambiguous`].
pub(crate) fn check(path: &str) -> Result<(), PathError> {
    if path.contains("//") {
        return Err(PathError::Ambiguous("an empty segment"));
    }
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(PathError::Ambiguous("a dot segment"));
    }
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => return Err(PathError::Ambiguous("a backslash")),
            b'%' => {
                let digits = bytes.next().zip(bytes.next());
                let code = digits.and_then(|(high, low)| Some(hex(high)? * 16 + hex(low)?));
                match code {
                    None => return Err(PathError::Ambiguous("a broken escape")),
                    Some(b'/' | b'\\' | b'.' | b'%' | 0..=0x1f | 0x7f) => {
                        return Err(PathError::Ambiguous("an escape that changes its structure"));
                    }
                    // RFC 3986 section 2.3: the same as the letter itself, which no client writes so. `%65xec` would
                    // be a shell to the API server and a name to whoever decides before it.
                    Some(b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'~') => {
                        return Err(PathError::Ambiguous("an escape of what needs none"));
                    }
                    Some(_) => {}
                }
            }
            0x21..=0x7e => {}
            _ => return Err(PathError::Ambiguous("a character outside ASCII")),
        }
    }
    Ok(())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_cluster() {
        let (target, inner) = split("/k8s/payments/dev/api/v1/pods").unwrap();
        assert_eq!((target.audience().as_str(), inner), ("payments/dev", "/api/v1/pods"));
        assert_eq!(split("/k8s/payments/dev").unwrap().1, "/");
        assert_eq!(split("/k8s/payments/dev/").unwrap().1, "/");
        assert_eq!(split("/k8s/-/management/api").unwrap(), (Target::Management, "/api"));
        assert_eq!(split("/k8s/a/b/api/v1/namespaces/n/services/s:80/proxy/a%20b").unwrap().1.len(), 46);
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused() {
        for bad in [
            "/k8s/a/b/../c/api",
            "/k8s/a/b/./api",
            "/k8s/a/b/..",
            "/k8s/a/b//api",
            "//k8s/a/b/api",
            "/k8s/a/b/api/v1/%2e%2e/secrets",
            "/k8s/a/b/api/v1/%2E/secrets",
            "/k8s/a/b%2fc/api",
            "/k8s/a/b/api%2Fv1",
            "/k8s/a/b/api%252fv1",
            "/k8s/a/b/api%5cv1",
            "/k8s/a/b/api\\v1",
            "/k8s/a/b/api%00",
            "/k8s/a/b/api%0d%0aX:y",
            "/k8s/a/b/api%7f",
            "/k8s/a/b/api/v1/namespaces/n/pods/p/%65xec",
            "/k8s/a/b/api/v1/nodes/n/%70roxy/",
            "/k8s/a/b/api/v1/nodes/n/prox%79/",
            "/k8s/a/b/%61pi",
            "/k8s/a/b/api%zz",
            "/k8s/a/b/api%2",
            "/k8s/a/b/api%",
            "/k8s/a/b/ä",
        ] {
            assert!(matches!(split(bad), Err(PathError::Ambiguous(_))), "{bad}: {:?}", split(bad));
        }
        for elsewhere in [
            "/",
            "/k8s",
            "/k8s/",
            "/k8s/a",
            "/api/v1",
            "/k8s/A/b/api",
            "/k8s/-/other/api",
            "/k8s/management/x/",
            "/K8s/a/b/",
        ] {
            assert_eq!(split(elsewhere), Err(PathError::Elsewhere), "{elsewhere}");
        }
    }
}
