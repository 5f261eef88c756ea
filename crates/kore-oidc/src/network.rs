//! Which addresses an issuer may have: https to public ones, and what an administrator allows besides.
//!
//! An issuer's address is configuration, and the addresses in its answers are its own choice: without
//! these rules either could make the server ask machines that only the server can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use url::{Host, Url};

use crate::Error;

/// What an administrator says about the way to one issuer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// PEM of the only authorities to trust; those of the system when there are none.
    pub authorities: Option<String>,
    /// Address ranges that are not public and may be asked all the same. One of loopback allows http there.
    pub allowed: Vec<IpNet>,
}

impl Network {
    /// Whether this address may be asked.
    #[must_use]
    pub fn admits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.allowed.iter().any(|range| range.contains(&address))
    }

    /// Checks an address before it is asked. Names are looked up later, and what they lead to is
    /// checked then, at the moment of connecting.
    ///
    /// # Errors
    /// [`Error::Address`].
    pub fn check(&self, url: &Url) -> Result<(), Error> {
        let refuse = |why: &str| Err(Error::Address(format!("{url} may not be asked: {why}")));
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Address("an address with a name or password in it may not be asked".to_owned()));
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return refuse("it names no host"),
        };
        match url.scheme() {
            "https" => {}
            // What never leaves the machine needs no TLS, if an administrator says so.
            "http" if literal.is_some_and(|address| address.to_canonical().is_loopback()) => {}
            _ => return refuse("only https is"),
        }
        match literal {
            Some(address) if !self.admits(address) => refuse("it is not public, and no address range allows it"),
            _ => Ok(()),
        }
    }
}

/// Whether an address is one of the Internet at large: everything that a registry keeps for something
/// else is not (RFC 6890 and the IANA special-purpose registries).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => public_v4(address),
        IpAddr::V6(address) => public_v6(address),
    }
}

fn public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || (a == 100 && (64..128).contains(&b)) // RFC 6598, shared
        || (a == 192 && b == 0 && c == 0) // RFC 6890, protocol assignments
        || (a == 192 && b == 88 && c == 99) // RFC 7526, 6to4 relays
        || (a == 198 && (b == 18 || b == 19)) // RFC 2544, benchmarks
        || a >= 224; // multicast, reserved, broadcast
    !special
}

fn public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Only 2000::/3 is handed out (RFC 4291); within it are tunnels that hide a v4 address, and documentation.
    let global = first & 0xe000 == 0x2000;
    let special = first == 0x2002 // 6to4
        || (first == 0x2001 && second < 0x0200) // Teredo, ORCHID and other assignments
        || (first == 0x2001 && second == 0x0db8)
        || (first == 0x3fff && second < 0x1000);
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_public_is_asked_by_itself() {
        for public in ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "0.0.0.0",
            "10.0.0.1",
            "127.0.0.1",
            "127.8.8.8",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "192.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a00:1::1",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
    }

    #[test]
    fn an_address_is_https_and_public_unless_an_administrator_says_otherwise() {
        let (open, inside) = (
            Network::default(),
            Network {
                allowed: vec!["10.1.0.0/16".parse().unwrap(), "127.0.0.0/8".parse().unwrap()],
                authorities: None,
            },
        );
        let asks = |network: &Network, url: &str| network.check(&Url::parse(url).unwrap()).is_ok();
        assert!(asks(&open, "https://accounts.example.com/x") && asks(&inside, "https://accounts.example.com/x"));
        for url in [
            "http://accounts.example.com",
            "https://10.1.0.7",
            "https://[::1]:8443/",
            "https://169.254.169.254/latest",
            "http://127.0.0.1:9/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://user:pw@accounts.example.com/",
            "file:///etc/passwd",
            "gopher://accounts.example.com/",
            "https://[::ffff:127.0.0.1]/",
        ] {
            assert!(!asks(&open, url), "{url}");
        }
        assert!(asks(&inside, "https://10.1.0.7/realm") && asks(&inside, "http://127.0.0.1:9/"));
        for url in ["http://10.1.0.7/realm", "https://10.2.0.7/", "http://localhost.example.com/"] {
            assert!(!asks(&inside, url), "{url}");
        }
    }
}
