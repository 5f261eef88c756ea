//! What the world's name servers say of a zone.

use std::{collections::BTreeSet, time::Duration};

use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts},
    net::{NetError, runtime::TokioRuntimeProvider},
    proto::rr::{RData, RecordType},
};
use url::Url;

/// How long one answer may take.
const LONGEST: Duration = Duration::from_secs(3);

/// Asks name servers. Nothing is kept: what was not there a moment ago may be now.
#[derive(Debug, Clone)]
pub(crate) struct Resolver(TokioResolver);

/// Name servers, without the dot at their end.
pub(crate) type NameServers = BTreeSet<String>;

/// As records and API write a name, without the dot at its end.
pub(crate) fn bare(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

impl Resolver {
    /// The name servers that this machine asks; none where it has none.
    pub(crate) fn of_system() -> Option<Self> {
        let (config, options) = hickory_resolver::system_conf::read_system_conf().ok()?;
        Self::with(config, options)
    }

    /// The one of what stands in for AWS at `http://127.0.0.1:…`: by UDP at its port.
    pub(crate) fn at(endpoint: &str) -> Option<Self> {
        let address = Url::parse(endpoint).ok()?.socket_addrs(|| None).ok()?.into_iter().next()?;
        let mut connection = ConnectionConfig::udp();
        connection.port = address.port();
        let server = NameServerConfig::new(address.ip(), true, vec![connection]);
        Self::with(ResolverConfig::from_parts(None, Vec::new(), vec![server]), ResolverOpts::default())
    }

    fn with(config: ResolverConfig, options: ResolverOpts) -> Option<Self> {
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        *builder.options_mut() = options;
        let options = builder.options_mut();
        (options.cache_size, options.timeout, options.attempts) = (0, LONGEST, 1);
        builder.build().ok().map(Self)
    }

    /// The name servers of a zone, as the world sees them; empty where it sees no such zone.
    ///
    /// # Errors
    /// When nobody answers, or the ones that should know do not.
    pub(crate) async fn name_servers(&self, zone: &str) -> Result<NameServers, NetError> {
        match self.0.lookup(format!("{zone}."), RecordType::NS).await {
            Ok(found) => Ok(found
                .answers()
                .iter()
                .filter_map(|record| match &record.data {
                    RData::NS(server) => Some(bare(&server.0.to_ascii())),
                    _ => None,
                })
                .collect()),
            Err(error) if error.is_no_records_found() => Ok(NameServers::new()),
            Err(error) => Err(error),
        }
    }
}
