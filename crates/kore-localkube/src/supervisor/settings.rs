//! `kore.yaml`: what was told, what is there already, and the defaults, in this order.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use kore_api::{
    cloud::Cloud,
    codes::Code,
    config::{Configuration, FILE},
    names::InstallationName,
};
use kore_engine::error::{Class, StepError};

use crate::{addresses::Pool, failure, files, ports};

/// What the command line of `kored local` told.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Name of the installation.
    pub installation: Option<InstallationName>,
    /// Address of console and API.
    pub listen: Option<SocketAddr>,
    /// Address of the gateway.
    pub gateway_listen: Option<SocketAddr>,
    /// URL of the database.
    pub database_url: Option<String>,
    /// Where clusters take their addresses.
    pub address_pool: Option<String>,
    /// Clouds that are rehearsed.
    pub rehearse: Vec<Cloud>,
    /// Clouds in which it acts by an access key, for evaluation alone, and where that is: absolute.
    pub evaluate: Vec<(Cloud, PathBuf)>,
}

/// Longest path of a data directory: sockets below it must stay under the 107 bytes of `sun_path`.
const LONGEST_PATH: usize = 60;

/// Reads a configuration.
///
/// # Errors
/// `KORE-LOCAL-0010` when it is not one.
pub fn read(path: &Path) -> Result<Option<Configuration>, StepError> {
    let Some(text) = files::read(path)? else { return Ok(None) };
    serde_saphyr::from_str(&text)
        .map(Some)
        .map_err(|error| failure::damaged(format!("{} cannot be read", path.display())).caused_by(error.to_string()))
}

/// Works the configuration out and writes it.
///
/// # Errors
/// `KORE-LOCAL-0010` when the directory belongs to another installation or is no place for one.
pub(super) fn settle(data_dir: &Path, tools: &Path, told: &Told) -> Result<Configuration, StepError> {
    if data_dir.as_os_str().len() > LONGEST_PATH {
        let what = format!("the path {} is longer than {LONGEST_PATH} characters", data_dir.display());
        return Err(failure::damaged(what));
    }
    let mut configuration = match read(&data_dir.join(FILE))? {
        Some(present) => {
            if let Some(name) = told.installation.as_ref().filter(|&name| *name != present.installation) {
                let what = format!("{} holds installation {}, not {name}", data_dir.display(), present.installation);
                return Err(failure::damaged(what));
            }
            if present.data_dir != data_dir {
                let what = format!("{} was made for {}", data_dir.display(), present.data_dir.display());
                return Err(failure::damaged(what));
            }
            if let Some(cloud) = told.rehearse.iter().find(|cloud| !present.cloud.rehearsal.contains_key(cloud)) {
                let (name, cloud) = (&present.installation, cloud.name());
                let what = format!(
                    "installation {name} is no rehearsal of {cloud}, which is decided when it is made: make one beside it, \
                     kore up --name NAME --port PORT --rehearse {cloud}"
                );
                return Err(failure::damaged(what));
            }
            let mut evaluated = told.evaluate.iter().map(|(cloud, _)| cloud);
            if let Some(cloud) = evaluated.find(|cloud| !present.cloud.evaluation.contains_key(cloud)) {
                let (name, cloud) = (&present.installation, cloud.name());
                let what = format!(
                    "installation {name} is not for evaluation in {cloud}, which is decided when it is made: make one \
                     beside it, kore up --name NAME --port PORT --evaluate {cloud}=FILE"
                );
                return Err(failure::damaged(what));
            }
            Configuration { tools: tools.to_owned(), ..present }
        }
        None => fresh(data_dir, tools, told)?,
    };
    overlay(&mut configuration, told);
    configuration.address_pool.parse::<Pool>()?;
    if let Some(fault) = configuration.cloud.fault() {
        return Err(failure::damaged(format!("{}: {fault}", configuration.path().display())));
    }
    if configuration.listen == configuration.gateway_listen {
        let what = format!("{} is both the API's and the gateway's", configuration.listen);
        return Err(StepError::new(Code::LocalPortInUse, Class::Terminal, what));
    }
    let text = serde_saphyr::to_string(&configuration).map_err(|error| failure::internal(error.to_string()))?;
    files::write(&configuration.path(), text.as_bytes())?;
    Ok(configuration)
}

/// The configuration of an installation that is not there yet.
pub(super) fn fresh(data_dir: &Path, tools: &Path, told: &Told) -> Result<Configuration, StepError> {
    let name = match &told.installation {
        Some(name) => name.clone(),
        None => "default".parse().map_err(|_| failure::internal("the default name is none"))?,
    };
    let port = ports::pick(&format!("{name} registry"), 1, &BTreeSet::new(), ports::free)?;
    let mut taken = BTreeSet::from([port]);
    let mut configuration = Configuration::new(name, data_dir, tools, port);
    for &cloud in &told.rehearse {
        let seed = format!("{} rehearsal {}", configuration.installation, cloud.name());
        let port = ports::pick(&seed, 1, &taken, ports::free)?;
        taken.insert(port);
        configuration.cloud.rehearsal.insert(cloud, SocketAddr::from(([127, 0, 0, 1], port)));
    }
    overlay(&mut configuration, told);
    Ok(configuration)
}

fn overlay(configuration: &mut Configuration, told: &Told) {
    if let Some(listen) = told.listen {
        configuration.listen = listen;
    }
    if let Some(listen) = told.gateway_listen {
        configuration.gateway_listen = listen;
    }
    if let Some(url) = &told.database_url {
        configuration.database_url.clone_from(url);
    }
    configuration.cloud.evaluation.extend(told.evaluate.iter().cloned());
    if let Some(pool) = &told.address_pool {
        configuration.address_pool.clone_from(pool);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_once_stays() {
        let home = tempfile::tempdir().unwrap();
        let told = Told {
            installation: Some("one".parse().unwrap()),
            listen: Some("127.0.0.1:9000".parse().unwrap()),
            ..Told::default()
        };
        let first = settle(home.path(), Path::new("/tools"), &told).unwrap();
        let second = settle(home.path(), Path::new("/other"), &Told::default()).unwrap();
        assert_eq!((second.listen.port(), second.installation.as_str()), (9000, "one"));
        assert_eq!((second.registry, second.tools.as_path()), (first.registry, Path::new("/other")));
        let other = Told { installation: Some("two".parse().unwrap()), ..Told::default() };
        let refused = settle(home.path(), Path::new("/tools"), &other).unwrap_err();
        assert_eq!(refused.code, Code::LocalInstallation);
        files::write(&home.path().join(FILE), b"dataDir: 3\nnonsense").unwrap();
        assert_eq!(settle(home.path(), Path::new("/t"), &Told::default()).unwrap_err().code, Code::LocalInstallation);
    }

    #[test]
    fn whether_a_cloud_is_rehearsed_is_decided_when_the_installation_is_made() {
        let told = Told { rehearse: vec![Cloud::Aws], ..Told::default() };
        let home = tempfile::tempdir().unwrap();
        let first = settle(home.path(), Path::new("/tools"), &told).unwrap();
        let port = first.cloud.rehearsal[&Cloud::Aws].port();
        assert!(!first.registry.ends_with(&format!(":{port}")));
        for again in [Told::default(), told.clone()] {
            assert_eq!(settle(home.path(), Path::new("/tools"), &again).unwrap().cloud, first.cloud);
        }
        let real = tempfile::tempdir().unwrap();
        assert!(settle(real.path(), Path::new("/tools"), &Told::default()).unwrap().cloud.rehearsal.is_empty());
        let refused = settle(real.path(), Path::new("/tools"), &told).unwrap_err();
        assert_eq!(refused.code, Code::LocalInstallation);
        assert!(refused.message.contains("no rehearsal of aws"), "{refused}");
    }

    #[test]
    fn whether_an_installation_is_for_evaluation_is_decided_when_it_is_made() {
        let with = |file: &str| Told { evaluate: vec![(Cloud::Aws, file.into())], ..Told::default() };
        let home = tempfile::tempdir().unwrap();
        let settled = |told: &Told| settle(home.path(), Path::new("/tools"), told).unwrap().cloud.evaluation;
        for (told, file) in [(with("/one"), "/one"), (Told::default(), "/one"), (with("/other"), "/other")] {
            assert_eq!(settled(&told)[&Cloud::Aws], Path::new(file));
        }
        let other = tempfile::tempdir().unwrap();
        assert!(settle(other.path(), Path::new("/tools"), &with("relative")).is_err());
        assert!(settle(other.path(), Path::new("/tools"), &Told::default()).unwrap().cloud.evaluation.is_empty());
        let refused = settle(other.path(), Path::new("/tools"), &with("/one")).unwrap_err();
        assert!(refused.message.contains("is not for evaluation in aws"), "{refused}");
    }
}
