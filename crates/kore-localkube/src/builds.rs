//! The builds of Kubernetes that an installation has: the newest among the tools, each older one in a
//! directory of its own, `kubernetes-1.35`. A file `VERSION` in each says what it is.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use kore_domain::upgrade::Minor;

use crate::files;

/// What an older one's directory is called, before its minor version.
const OLDER: &str = "kubernetes-";

/// Each build, by its minor version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Builds(BTreeMap<Minor, Build>);

/// One build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// As its programs report it, `v1.36.3`.
    pub version: String,
    /// Where they are.
    pub directory: PathBuf,
}

impl Builds {
    /// Those among the tools. What says of itself nothing that can be read is none.
    #[must_use]
    pub fn among(tools: &Path) -> Self {
        let entries = fs::read_dir(tools).into_iter().flatten().flatten();
        let older = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(OLDER));
        let directories = older.map(|entry| entry.path()).chain([tools.to_owned()]);
        let builds = directories.filter_map(|directory| {
            let version = version(&directory)?;
            Some((version.parse().ok()?, Build { version, directory }))
        });
        Self(builds.collect())
    }

    /// The build of a minor version.
    #[must_use]
    pub fn of(&self, minor: Minor) -> Option<&Build> {
        self.0.get(&minor)
    }

    /// What there is, oldest first, as `1.35 (v1.35.4)`.
    #[must_use]
    pub fn words(&self) -> String {
        let all: Vec<_> = self.0.iter().map(|(minor, build)| format!("{minor} ({})", build.version)).collect();
        all.join(", ")
    }
}

/// What the line `kubernetes=v1.36.3` of a directory's `VERSION` says.
#[must_use]
pub fn version(directory: &Path) -> Option<String> {
    let text = files::read(&directory.join("VERSION")).ok().flatten()?;
    text.lines().find_map(|line| line.strip_prefix("kubernetes=")).map(|version| version.trim().to_owned())
}

/// The minor version of the build that a program is of.
#[must_use]
pub fn minor_of(program: &Path) -> Option<Minor> {
    version(program.parent()?)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_what_they_say_they_are() {
        let tools = tempfile::tempdir().unwrap();
        let say = |directory: &str, version: &str| {
            let path = tools.path().join(directory);
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("VERSION"), format!("go=1\nkubernetes={version}\n")).unwrap();
        };
        assert_eq!(Builds::among(tools.path()), Builds::default());
        say("", "v1.36.3");
        say("kubernetes-1.35", "v1.35.4");
        say("kubernetes-1.34", "broken");
        say("containerd-2", "v1.1.1");
        let builds = Builds::among(tools.path());
        assert_eq!(builds.words(), "1.35 (v1.35.4), 1.36 (v1.36.3)");
        let minor = |text: &str| text.parse::<Minor>().unwrap();
        assert_eq!(builds.of(minor("1.36")).unwrap().directory, tools.path());
        assert_eq!(builds.of(minor("1.35")).unwrap().directory, tools.path().join("kubernetes-1.35"));
        assert_eq!(builds.of(minor("1.34")), None);
        assert_eq!(minor_of(&tools.path().join("kubernetes-1.35/kubelet")), Some(minor("1.35")));
        assert_eq!(minor_of(&tools.path().join("kubelet")), Some(minor("1.36")));
        assert_eq!(minor_of(Path::new("/nowhere/kubelet")), None);
    }
}
