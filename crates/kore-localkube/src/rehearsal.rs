//! What stands in for AWS while an installation rehearses: one process, with moto as its child. What was made in it is gone
//! when it ends.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use kore_api::{
    cloud::Cloud,
    codes::Code,
    config::Configuration,
    supervisor::{ProcessSpec, Readiness},
};
use kore_engine::error::{Class, StepError};

use crate::control_plane::SpecExt;

/// Name of its process.
pub const PROCESS: &str = "rehearsal/aws";

/// The stand-in of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// Where it listens.
    pub address: SocketAddr,
    program: PathBuf,
    python: PathBuf,
}

impl StandIn {
    /// That of an installation which rehearses AWS. Its programs lie beside `kored`: `kore-simulator-aws`, and `moto`, the
    /// environment that `tools/moto/install` makes.
    #[must_use]
    pub fn of(configuration: &Configuration, kored: &Path) -> Option<Self> {
        let address = *configuration.cloud.rehearsal.get(&Cloud::Aws)?;
        let beside = |name: &str| kored.with_file_name(name);
        Some(Self { address, program: beside("kore-simulator-aws"), python: beside("moto").join("bin/python") })
    }

    /// What of it is not installed.
    #[must_use]
    pub fn missing(&self) -> Vec<&Path> {
        let programs = [self.program.as_path(), self.python.as_path()];
        programs.into_iter().filter(|path| !path.exists()).collect()
    }

    /// Its process.
    ///
    /// # Errors
    /// `KORE-LOCAL-0014` when it is not installed.
    pub fn process(&self) -> Result<ProcessSpec, StepError> {
        if let Some(missing) = self.missing().first() {
            let what = format!("{} is missing, which the rehearsal of AWS needs", missing.display());
            return Err(StepError::new(Code::LocalRehearsal, Class::Terminal, what));
        }
        let args =
            ["--followed", "--listen", &self.address.to_string(), "--python", &self.python.display().to_string()];
        Ok(ProcessSpec::new(PROCESS, self.program.clone(), args.map(str::to_owned).into())
            .ready(Readiness::Http { url: format!("http://{}/_kore/settings", self.address) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_where_aws_is_rehearsed_and_what_it_lacks_is_named() {
        let home = tempfile::tempdir().unwrap();
        let kored = home.path().join("kored");
        let mut configuration = Configuration::new("one".parse().unwrap(), home.path(), Path::new("/tools"), 24_100);
        assert_eq!(StandIn::of(&configuration, &kored), None);
        configuration.cloud.rehearsal.insert(Cloud::Aws, "127.0.0.1:24102".parse().unwrap());
        let there = StandIn::of(&configuration, &kored).unwrap();
        assert_eq!(there.missing().len(), 2);
        assert_eq!(there.process().unwrap_err().code, Code::LocalRehearsal);
        std::fs::create_dir_all(home.path().join("moto/bin")).unwrap();
        for program in ["kore-simulator-aws", "moto/bin/python"] {
            std::fs::write(home.path().join(program), "").unwrap();
        }
        let process = there.process().unwrap();
        assert_eq!(process.args[..3], ["--followed", "--listen", "127.0.0.1:24102"]);
        assert_eq!(process.program, home.path().join("kore-simulator-aws"));
    }
}
