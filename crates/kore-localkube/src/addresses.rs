//! Addresses of local clusters: each has a /20 of the installation's pool, of which the first /24 is
//! for nodes and each further /24 for the pods of one node. Arithmetic only; which /20 a cluster has, the
//! address plan says.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use ipnet::Ipv4Net;
use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};
use serde::{Deserialize, Serialize, de};

/// Prefix length of a cluster's block.
pub const BLOCK_PREFIX: u8 = 20;
/// Highest index of a node: as many as the block has room for pods of.
pub const MAX_NODES: u8 = 15;
/// Addresses of a node net that are not a node's: network, bridge, and some room.
const FIRST_NODE_HOST: u32 = 10;

/// An IPv4 network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    address: u32,
    prefix: u8,
}

impl Network {
    /// A network; host bits are cleared. Prefix lengths over 32 count as 32.
    #[must_use]
    pub fn new(address: Ipv4Addr, prefix: u8) -> Self {
        let prefix = prefix.min(32);
        Self { address: u32::from(address) & mask(prefix), prefix }
    }

    /// Length of the prefix.
    #[must_use]
    pub const fn prefix(self) -> u8 {
        self.prefix
    }

    /// The address at this offset.
    #[must_use]
    pub fn host(self, offset: u32) -> Ipv4Addr {
        Ipv4Addr::from(self.address.wrapping_add(offset))
    }

    /// Whether two networks share an address.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let shorter = mask(self.prefix.min(other.prefix));
        self.address & shorter == other.address & shorter
    }

    /// Sub-networks of a longer prefix, in order.
    pub fn split(self, prefix: u8) -> impl Iterator<Item = Self> {
        let count = 1_u32.checked_shl(u32::from(prefix.saturating_sub(self.prefix))).unwrap_or(0);
        let step = 1_u32.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
        (0..count).map(move |index| Self { address: self.address.wrapping_add(index.wrapping_mul(step)), prefix })
    }
}

fn mask(prefix: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)
}

impl From<Ipv4Net> for Network {
    fn from(net: Ipv4Net) -> Self {
        Self::new(net.network(), net.prefix_len())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.address), self.prefix)
    }
}

impl FromStr for Network {
    type Err = StepError;
    fn from_str(text: &str) -> Result<Self, StepError> {
        let bad = || StepError::new(Code::InputInvalid, Class::Invalid, format!("{text:?} is no IPv4 network"));
        let (address, prefix) = text.split_once('/').unwrap_or((text, "32"));
        let prefix: u8 = prefix.parse().map_err(|_| bad())?;
        let address: Ipv4Addr = address.parse().map_err(|_| bad())?;
        if prefix <= 32 { Ok(Self::new(address, prefix)) } else { Err(bad()) }
    }
}

impl Serialize for Network {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Where clusters of an installation take their blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool(Network);

impl FromStr for Pool {
    type Err = StepError;
    fn from_str(text: &str) -> Result<Self, StepError> {
        let network: Network = text.parse()?;
        // The registry's certificate names the bridge of every block.
        if (12..=BLOCK_PREFIX).contains(&network.prefix) {
            return Ok(Self(network));
        }
        let what = format!("address pool {text}: its prefix must be between /12 and /{BLOCK_PREFIX}");
        Err(StepError::new(Code::InputInvalid, Class::Invalid, what))
    }
}

impl Pool {
    /// Every block.
    pub fn blocks(self) -> impl Iterator<Item = Block> {
        self.0.split(BLOCK_PREFIX).map(Block)
    }

    /// Whether it contains all of a network.
    #[must_use]
    pub fn contains(self, network: Network) -> bool {
        network.prefix >= self.0.prefix && self.0.overlaps(network)
    }
}

/// The addresses of one cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Block(Network);

impl Block {
    /// The block that this range is.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(range: Ipv4Net) -> Result<Self, StepError> {
        if range.prefix_len() == BLOCK_PREFIX {
            return Ok(Self(range.into()));
        }
        let what = format!("{range}: the pods and nodes of a local cluster have a /{BLOCK_PREFIX}");
        Err(StepError::new(Code::InputInvalid, Class::Invalid, what))
    }

    /// All of it.
    #[must_use]
    pub const fn network(self) -> Network {
        self.0
    }

    /// The net between bridge and nodes.
    #[must_use]
    pub fn nodes(self) -> Network {
        Network::new(self.0.host(0), 24)
    }

    /// The bridge's own address.
    #[must_use]
    pub fn bridge(self) -> Ipv4Addr {
        self.0.host(1)
    }

    /// Address of the node of this index (1 to [`MAX_NODES`]).
    #[must_use]
    pub fn node(self, index: u8) -> Ipv4Addr {
        self.0.host(FIRST_NODE_HOST + u32::from(index))
    }

    /// Addresses of the pods on the node of this index.
    #[must_use]
    pub fn pods(self, index: u8) -> Network {
        Network::new(self.0.host(u32::from(index) << 8), 24)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_room_for_nodes_and_their_pods() {
        let pool: Pool = "100.88.0.0/14".parse().unwrap();
        assert_eq!(pool.blocks().count(), 64);
        let block = pool.blocks().nth(1).unwrap();
        assert_eq!(block.network().to_string(), "100.88.16.0/20");
        assert_eq!(block.bridge().to_string(), "100.88.16.1");
        assert_eq!(block.node(1).to_string(), "100.88.16.11");
        assert_eq!(block.pods(1).to_string(), "100.88.17.0/24");
        assert_eq!(block.pods(MAX_NODES).to_string(), "100.88.31.0/24");
        for index in 1..=MAX_NODES {
            assert!(block.network().overlaps(block.pods(index)) && !block.nodes().overlaps(block.pods(index)));
        }
    }

    #[test]
    fn a_block_is_a_range_of_its_size() {
        let pool: Pool = "10.0.0.0/16".parse().unwrap();
        let range: Ipv4Net = "10.0.32.0/20".parse().unwrap();
        assert_eq!(Block::of(range).unwrap(), pool.blocks().nth(2).unwrap());
        assert!(Block::of("10.0.32.0/21".parse().unwrap()).is_err());
        assert!(pool.contains(range.into()) && !pool.contains("10.1.0.0/20".parse().unwrap()));
        assert!(!pool.contains("10.0.0.0/8".parse().unwrap()));
        assert!("10.0.0.0/8".parse::<Pool>().is_err() && "10.0.0.0/24".parse::<Pool>().is_err());
        assert!("10.0.0/16".parse::<Network>().is_err() && "10.0.0.0/33".parse::<Network>().is_err());
    }
}
