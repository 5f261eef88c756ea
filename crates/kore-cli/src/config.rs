//! Contexts on disk: which server, which team. No secrets; safe to sync.

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
};

use kore_client::session::write_private;
use serde::{Deserialize, Serialize};

use crate::error::{CliError, Result};

/// Name of the file that pins a directory's team and cluster.
const PIN: &str = ".kore.yaml";

/// Where this program keeps things (XDG base directories).
#[derive(Debug, Clone)]
pub struct Paths {
    /// `$XDG_CONFIG_HOME/kore`.
    pub config: PathBuf,
    /// `$XDG_STATE_HOME/kore`.
    pub state: PathBuf,
    /// `$XDG_CACHE_HOME/kore`.
    pub cache: PathBuf,
    /// `$XDG_DATA_HOME/kore`.
    pub data: PathBuf,
    /// The home directory.
    pub home: PathBuf,
}

impl Paths {
    /// From the environment; relative XDG values are ignored, as the specification says.
    #[must_use]
    pub fn new(env: &HashMap<String, String>) -> Self {
        let home = env.get("HOME").filter(|home| !home.is_empty()).map_or_else(|| PathBuf::from("/"), PathBuf::from);
        let base = |name: &str, default: &str| {
            let given = env.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
            given.unwrap_or_else(|| home.join(default)).join("kore")
        };
        Self {
            config: base("XDG_CONFIG_HOME", ".config"),
            state: base("XDG_STATE_HOME", ".local/state"),
            cache: base("XDG_CACHE_HOME", ".cache"),
            data: base("XDG_DATA_HOME", ".local/share"),
            home,
        }
    }

    /// A path as people write it, with `~`.
    #[must_use]
    pub fn tilde(&self, path: &Path) -> String {
        match path.strip_prefix(&self.home) {
            Ok(rest) if self.home != Path::new("/") => format!("~/{}", rest.display()),
            _ => path.display().to_string(),
        }
    }
}

/// `config.yaml`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// The context that is used when none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_context: Option<String>,
    /// The one before, for `kore context use -`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_context: Option<String>,
    /// Contexts by name.
    #[serde(default)]
    pub contexts: BTreeMap<String, Context>,
    /// Keys of other versions: kept, and warned about.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

/// One server, one identity, one default team.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// Address of the server.
    pub server: String,
    /// Team for names without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// PEM file of a CA to trust besides the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_authority: Option<PathBuf>,
    /// Data directory of the installation on this machine, where `kore up` made this context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
}

/// `.kore.yaml` of a directory or one above it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Pin {
    /// Context to use here.
    #[serde(default)]
    pub context: Option<String>,
    /// Team for names without one.
    #[serde(default)]
    pub team: Option<String>,
    /// Cluster where none is named; `team/name` or a name.
    #[serde(default)]
    pub cluster: Option<String>,
    /// Where it was found.
    #[serde(skip)]
    pub path: PathBuf,
}

fn broken(path: &Path, error: &dyn std::fmt::Display) -> CliError {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default().to_owned();
    CliError::usage(format!("{} cannot be read: {first}", path.display()))
        .fix(format!("correct or remove {}", path.display()))
}

impl Config {
    /// Reads it; an absent file is an empty one.
    ///
    /// # Errors
    /// When the file is there but cannot be read.
    pub fn load(paths: &Paths) -> Result<Self> {
        let path = paths.config.join("config.yaml");
        match fs::read_to_string(&path) {
            Ok(text) if text.trim().is_empty() => Ok(Self::default()),
            Ok(text) => serde_saphyr::from_str(&text).map_err(|error| broken(&path, &error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(CliError::file(&path, &error)),
        }
    }

    /// Replaces it atomically.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, paths: &Paths) -> Result {
        let path = paths.config.join("config.yaml");
        let text = serde_saphyr::to_string(self).map_err(|error| broken(&path, &error))?;
        write_private(&path, text.as_bytes()).map_err(|error| CliError::file(&path, &error))
    }
}

/// Finds the pin of a directory, looking upwards.
///
/// # Errors
/// When one is found that cannot be read.
pub fn find_pin(from: &Path) -> Result<Option<Pin>> {
    for directory in from.ancestors() {
        let path = directory.join(PIN);
        match fs::read_to_string(&path) {
            Ok(text) if text.trim().is_empty() => return Ok(Some(Pin { path, ..Pin::default() })),
            Ok(text) => {
                let pin: Pin = serde_saphyr::from_str(&text).map_err(|error| broken(&path, &error))?;
                return Ok(Some(Pin { path, ..pin }));
            }
            Err(_) => {}
        }
    }
    Ok(None)
}

/// Whether a context's name can be a file's name as well.
#[must_use]
pub fn is_context_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !name.is_empty() && name.len() <= 64 && !name.starts_with(['.', '-']) && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_keeps_what_it_does_not_know() {
        let dir = tempfile::tempdir().unwrap();
        let env = HashMap::from([("HOME".to_owned(), dir.path().display().to_string())]);
        let paths = Paths::new(&env);
        fs::create_dir_all(&paths.config).unwrap();
        let text = "currentContext: a\nfuture: {x: 1}\ncontexts:\n  a: {server: 'http://x', team: payments}\n";
        fs::write(paths.config.join("config.yaml"), text).unwrap();
        let mut config = Config::load(&paths).unwrap();
        assert_eq!(config.contexts["a"].team.as_deref(), Some("payments"));
        config.contexts.insert("b".into(), Context { server: "http://y".into(), ..Context::default() });
        config.save(&paths).unwrap();
        let back = Config::load(&paths).unwrap();
        assert_eq!(back, config);
        assert_eq!(back.unknown["future"]["x"], 1);
    }

    #[test]
    fn xdg_directories_are_honoured_when_absolute() {
        let env = |value: &str| {
            HashMap::from([("HOME".to_owned(), "/h".to_owned()), ("XDG_STATE_HOME".to_owned(), value.to_owned())])
        };
        assert_eq!(Paths::new(&env("/s")).state, Path::new("/s/kore"));
        assert_eq!(Paths::new(&env("s")).state, Path::new("/h/.local/state/kore"));
        assert_eq!(Paths::new(&env("")).tilde(Path::new("/h/a")), "~/a");
    }

    #[test]
    fn a_pin_is_found_from_below() {
        let dir = tempfile::tempdir().unwrap();
        let below = dir.path().join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::write(dir.path().join(PIN), "team: payments\ncluster: dev\n").unwrap();
        let pin = find_pin(&below).unwrap().unwrap();
        assert_eq!((pin.team.as_deref(), pin.cluster.as_deref()), (Some("payments"), Some("dev")));
    }

    #[test]
    fn context_names_are_file_names() {
        assert!(is_context_name("h-cli") && is_context_name("kore.example.com"));
        assert!(!is_context_name("../x") && !is_context_name("") && !is_context_name("a/b"));
    }
}
