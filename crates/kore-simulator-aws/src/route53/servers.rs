//! The name servers of zones. moto has four for all of them; each zone has four of its own here, as in AWS (Amazon Route 53
//! Developer Guide, "Name servers for a hosted zone").

use sha2::{Digest, Sha256};

/// moto's, by the domains that they are in.
const MOTO: [(&str, &str); 4] = [
    ("ns-2048.awsdns-64.com", "com"),
    ("ns-2049.awsdns-65.net", "net"),
    ("ns-2050.awsdns-66.org", "org"),
    ("ns-2051.awsdns-67.co.uk", "co.uk"),
];
/// How many there are in each of these domains.
const EACH: u16 = 512;
/// Of these, so many share a part of a name.
const TOGETHER: u16 = 8;

/// Those of a zone.
pub(super) fn of(zone: &str) -> [String; 4] {
    let digest = Sha256::digest(zone);
    let mut pairs = (0_u16..).zip(digest.chunks_exact(2));
    MOTO.map(|(_, domain)| {
        let (at, pair) = pairs.next().unwrap_or_default();
        let number = pair.iter().fold(0, |number, byte| (number << 8) | u16::from(*byte)) % EACH;
        format!("ns-{}.awsdns-{:02}.{domain}", at * EACH + number, number / TOGETHER)
    })
}

/// What moto said of a zone, with the zone's own name servers.
pub(super) fn own(zone: &str, text: &str) -> String {
    let named = MOTO.iter().zip(of(zone));
    named.fold(text.to_owned(), |text, ((moto, _), own)| text.replace(moto, &own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_zone_has_four_of_its_own() {
        let (one, other) = (of("Z1"), of("Z2"));
        assert!(one.iter().zip(&other).all(|(one, other)| one != other), "{one:?} {other:?}");
        assert_eq!(own("Z1", "<Value>ns-2050.awsdns-66.org.</Value>"), format!("<Value>{}.</Value>", one[2]));
    }
}
