//! The local OCI registry: on loopback, TLS, a password. Nodes reach it through a relay on their
//! bridge and find it by the same name as the host does (see the node's `hosts.toml`).

use std::{
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    process::Stdio,
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use kore_api::{
    codes::Code,
    config::Configuration,
    supervisor::{ProcessSpec, Readiness},
};
use kore_engine::error::{Class, StepError};
use serde_json::json;
use tokio::process::Command;

use crate::{
    addresses::Pool,
    certificates::{LeafFiles, Request},
    control_plane::SpecExt,
    failure, files,
};

/// Name of its process.
pub const PROCESS: &str = "registry";
const USER: &str = "kore";

/// The registry of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    /// Its files: `registry/` of the data directory.
    pub directory: PathBuf,
    /// Certificate and key.
    pub leaf: LeafFiles,
    /// The installation's CA.
    pub ca: PathBuf,
    /// Its loopback port.
    pub port: u16,
    /// Where the programs are.
    pub tools: PathBuf,
}

/// What nodes need to pull from the registry.
#[derive(Clone, PartialEq, Eq)]
pub struct Access {
    /// How names of images on it begin, as `localhost:24100`; nodes reach the same port on their bridge.
    pub address: String,
    /// File with the CA of its certificate.
    pub ca: PathBuf,
    /// Value of the `Authorization` header.
    pub authorization: String,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Access {
    /// The access to the registry of an installation.
    ///
    /// # Errors
    /// `KORE-LOCAL-0010` when the platform was never brought up.
    pub fn read(configuration: &Configuration) -> Result<Self, StepError> {
        let path = configuration.data_dir.join("registry/password");
        let password = files::read(&path)?.ok_or_else(|| failure::damaged(format!("{} is missing", path.display())))?;
        Ok(Self {
            address: configuration.registry.clone(),
            ca: configuration.data_dir.join("pki/ca.crt"),
            authorization: format!("Basic {}", BASE64.encode(format!("{USER}:{password}"))),
        })
    }
}

impl Registry {
    /// How names of images on it begin.
    #[must_use]
    pub fn name(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// The certificate it shows: valid on loopback and on the bridge of every cluster there may be.
    #[must_use]
    pub fn certificate(pool: Pool) -> Request {
        let mut addresses = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
        addresses.extend(pool.blocks().map(|block| IpAddr::V4(block.bridge())));
        Request::server("kore:registry", &["localhost"], &addresses)
    }

    /// Credentials in the form of Docker's `config.json`.
    #[must_use]
    pub fn credentials(&self) -> PathBuf {
        self.directory.join("auth.json")
    }

    /// Writes its configuration; the password is made once, from `random`.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn write(&self, random: [u8; 24]) -> Result<(), StepError> {
        let (secret, hashed) = (self.directory.join("password"), self.directory.join("htpasswd"));
        let password = match files::read(&secret)? {
            Some(password) if hashed.exists() => password,
            _ => {
                let password = hex::encode(random);
                // Hashed once and checked on each request: the cost protects a random password of
                // 24 bytes against nothing, so it is the lowest there is.
                let hash = bcrypt::hash_with_result(&password, 4)
                    .map_err(|error| failure::internal("cannot hash the registry's password").caused_by(error))?
                    .format_for_version(bcrypt::Version::TwoY);
                files::write(&secret, password.as_bytes())?;
                files::write(&hashed, format!("{USER}:{hash}\n").as_bytes())?;
                password
            }
        };
        let entry = json!({"username": USER, "password": password});
        files::write(&self.credentials(), json!({"auths": {self.name(): entry}}).to_string().as_bytes())?;
        let configuration = json!({
            "version": "0.1",
            "log": {"level": "error", "accesslog": {"disabled": true}},
            "storage": {
                "filesystem": {"rootdirectory": self.directory.join("data")},
                "delete": {"enabled": true},
                "cache": {"blobdescriptor": "inmemory"},
                "maintenance": {"uploadpurging": {
                    "enabled": true, "age": "24h", "interval": "24h", "dryrun": false}},
            },
            "http": {
                "addr": format!("127.0.0.1:{}", self.port),
                "secret": files::short_hash(&password, 32),
                "tls": {"certificate": self.leaf.certificate, "key": self.leaf.key, "minimumtls": "tls1.2"},
            },
            "auth": {"htpasswd": {"realm": "kore", "path": hashed}},
        });
        files::write(&self.configuration(), configuration.to_string().as_bytes()).map(drop)
    }

    fn configuration(&self) -> PathBuf {
        self.directory.join("config.yaml")
    }

    /// Its process.
    #[must_use]
    pub fn process(&self) -> ProcessSpec {
        let args = vec!["serve".to_owned(), self.configuration().display().to_string()];
        ProcessSpec::new(PROCESS, self.tools.join("registry"), args)
            .reads([&self.configuration(), &self.leaf.certificate])
            .ready(Readiness::Https {
                url: format!("https://127.0.0.1:{}/", self.port),
                ca: self.ca.clone(),
                identity: None,
            })
    }

    /// Puts the images that come with Kore on it; those that are there already take no time.
    ///
    /// # Errors
    /// When the registry refuses them.
    pub async fn push_images(&self) -> Result<(), StepError> {
        let images = archives(&self.tools.join("images"))?;
        let program = self.tools.join("kore-images");
        let output = Command::new(&program)
            .arg("push")
            .args(["--registry", &self.name()])
            .arg("--ca")
            .arg(&self.ca)
            .arg("--auth")
            .arg(self.credentials())
            .args(images)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|error| failure::io(format!("cannot start {}", program.display()), error))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(StepError::new(Code::LocalProcess, Class::Retry(failure::SOON), "images cannot be put on the registry")
            .caused_by(said))
    }
}

fn archives(directory: &Path) -> Result<Vec<PathBuf>, StepError> {
    let entries = std::fs::read_dir(directory).map_err(failure::file("read", directory))?;
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "tar"))
        .collect();
    found.sort();
    Ok(found)
}
