//! Address arithmetic: which pools a cluster may take ranges of, and which range is free.

use ipnet::Ipv4Net;
use kore_api::{
    address::{AddressPoolSpec, PoolRanges, Purpose},
    plan::Provider,
    problem::FieldError,
};
use serde_json::Value;

/// The first and the last address of a range, as numbers.
#[must_use]
pub fn bounds(range: Ipv4Net) -> (u32, u32) {
    (range.network().to_bits(), range.broadcast().to_bits())
}

/// Whether two ranges share an address.
#[must_use]
pub fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}

/// The networks that a range of the pool's size fits into.
fn fitting(ranges: &PoolRanges) -> impl Iterator<Item = &Ipv4Net> {
    ranges.cidrs.iter().filter(|net| net.prefix_len() <= ranges.prefix && ranges.prefix <= 32)
}

/// How many ranges there are in all.
#[must_use]
pub fn count(ranges: &PoolRanges) -> u64 {
    fitting(ranges).map(|net| 1_u64 << (ranges.prefix - net.prefix_len())).sum()
}

/// A range of this prefix in one of the networks that overlaps nothing in `taken`; `None` when there is
/// none. The search begins at the range that `seed` leads to and goes round: two who do not know of each
/// other rarely meet when their seeds differ.
#[must_use]
pub fn free(ranges: &PoolRanges, taken: &[Ipv4Net], seed: u64) -> Option<Ipv4Net> {
    let mut taken: Vec<(u32, u32)> = taken.iter().map(|range| bounds(*range)).collect();
    taken.sort_unstable();
    let step = 1_u64.checked_shl(u32::from(32 - ranges.prefix.min(32)))?;
    let mut skip = seed.checked_rem(count(ranges))?;
    // From the seed's range to the end, then from the beginning.
    let mut parts = Vec::new();
    for net in fitting(ranges) {
        let (first, last) = bounds(net.trunc());
        let here = 1_u64 << (ranges.prefix - net.prefix_len());
        let begin = u64::from(first) + skip.min(here) * step;
        skip = skip.saturating_sub(here);
        parts.push((u64::from(first), begin, u64::from(last)));
    }
    let after = parts.iter().map(|(_, begin, last)| (*begin, *last + 1));
    let before = parts.iter().map(|(first, begin, _)| (*first, *begin));
    after
        .chain(before)
        .find_map(|(begin, end)| gap(begin, end, step, &taken))
        .and_then(|first| Ipv4Net::new(u32::try_from(first).ok()?.into(), ranges.prefix).ok())
}

/// The first multiple of `step` from `begin` on, of which a whole step below `end` is free.
fn gap(begin: u64, end: u64, step: u64, taken: &[(u32, u32)]) -> Option<u64> {
    let mut at = begin;
    for (first, last) in taken {
        if at + step > end {
            return None;
        }
        let (first, last) = (u64::from(*first), u64::from(*last));
        if last >= at && first < at + step {
            at = (last + 1).div_ceil(step) * step;
        }
    }
    (at + step <= end).then_some(at)
}

/// The ranges of one pool, each with what it is for.
pub type Allotment<'a> = (&'a str, Vec<(Purpose, Ipv4Net)>);

/// Ranges for all `purposes` of the first pool that has them all, besides those that one `has` already;
/// what is lacking in each pool where none has.
///
/// # Errors
/// Each pool with the first purpose that it has no range for.
pub fn allot<'a>(
    pools: &[(&'a str, &AddressPoolSpec)],
    purposes: &[Purpose],
    has: &[(Purpose, Ipv4Net)],
    taken: &[Ipv4Net],
    seed: u64,
) -> Result<Allotment<'a>, Vec<(String, Purpose)>> {
    let mut lacking = Vec::new();
    'pools: for (name, spec) in pools {
        let mut ranges = has.to_vec();
        for purpose in purposes {
            if ranges.iter().any(|(there, _)| there == purpose) {
                continue;
            }
            let taken: Vec<_> = taken.iter().copied().chain(ranges.iter().map(|(_, range)| *range)).collect();
            let Some(range) = spec.of(*purpose).and_then(|of| free(of, &taken, seed)) else {
                lacking.push(((*name).to_owned(), *purpose));
                continue 'pools;
            };
            ranges.push((*purpose, range));
        }
        return Ok((name, ranges));
    }
    Err(lacking)
}

/// What whoever finds no room is told.
#[must_use]
pub fn describe_lack(lacking: &[(String, Purpose)]) -> String {
    if lacking.is_empty() {
        return "there is no pool of addresses for this provider, region and stage".to_owned();
    }
    let one = |(pool, purpose): &(String, Purpose)| format!("{pool} has no {} range left", purpose.name());
    let each: Vec<_> = lacking.iter().map(one).collect();
    format!("no pool has all the ranges that the cluster needs: {}", each.join(", "))
}

/// Names of the pools that a cluster with these parameters may take ranges of, the ones made for its
/// region and stage first. A provider's parameters name these `region` and `stage`, where it has any.
#[must_use]
pub fn candidates<'a>(
    pools: impl IntoIterator<Item = (&'a str, &'a AddressPoolSpec)>,
    provider: Provider,
    parameters: &Value,
) -> Vec<(&'a str, &'a AddressPoolSpec)> {
    let of = |name: &str| parameters.get(name).and_then(Value::as_str);
    let meets = |wanted: &Option<String>, name: &str| wanted.as_deref().is_none_or(|wanted| of(name) == Some(wanted));
    let mut found: Vec<_> = pools
        .into_iter()
        .filter(|(_, pool)| pool.provider == provider && meets(&pool.region, "region") && meets(&pool.stage, "stage"))
        .collect();
    let exact = |pool: &AddressPoolSpec| usize::from(pool.region.is_some()) + usize::from(pool.stage.is_some());
    found.sort_by(|(a, one), (b, other)| exact(other).cmp(&exact(one)).then(a.cmp(b)));
    found
}

/// Whether a range is one of those that a pool hands out.
#[must_use]
pub fn is_of(ranges: &PoolRanges, range: Ipv4Net) -> bool {
    ranges.cidrs.iter().any(|net| net.contains(&range))
}

/// What is wrong with the ranges of a pool; `at` is where they are in it.
#[must_use]
pub fn faults(ranges: &PoolRanges, at: &str) -> Vec<FieldError> {
    let fault = |place: String, rule: &str, detail: String| FieldError::new(format!("{at}{place}"), rule, detail);
    let mut faults = Vec::new();
    for (index, net) in ranges.cidrs.iter().enumerate() {
        if net.trunc() != *net {
            let detail = format!("{net} is an address within {}", net.trunc());
            faults.push(fault(format!("/cidrs/{index}"), "network", detail));
        }
        if net.prefix_len() > ranges.prefix {
            let detail = format!("{net} is smaller than the /{} that is handed out", ranges.prefix);
            faults.push(fault(format!("/cidrs/{index}"), "maximum", detail));
        }
        if let Some(other) = ranges.cidrs.iter().take(index).find(|other| overlap(**other, *net)) {
            faults.push(fault(format!("/cidrs/{index}"), "overlap", format!("{net} overlaps {other}")));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranges(cidrs: &[&str], prefix: u8) -> PoolRanges {
        PoolRanges { cidrs: cidrs.iter().map(|text| text.parse().unwrap()).collect(), prefix }
    }

    #[test]
    fn the_search_begins_at_the_seed_and_goes_round() {
        let pool = ranges(&["10.0.0.0/23", "10.1.0.0/24"], 24);
        let find = |taken: &[&str], seed| {
            let taken: Vec<Ipv4Net> = taken.iter().map(|text| text.parse().unwrap()).collect();
            free(&pool, &taken, seed).map(|range| range.to_string())
        };
        assert_eq!(find(&[], 0).as_deref(), Some("10.0.0.0/24"));
        assert_eq!(find(&[], 2).as_deref(), Some("10.1.0.0/24"));
        assert_eq!(find(&[], 4).as_deref(), Some("10.0.1.0/24"));
        assert_eq!(find(&["10.1.0.7/32"], 2).as_deref(), Some("10.0.0.0/24"));
        assert_eq!(find(&["10.0.0.0/23"], 1).as_deref(), Some("10.1.0.0/24"));
        assert_eq!(find(&["10.0.0.128/25", "10.0.1.0/32", "10.1.0.0/16"], 0), None);
        assert_eq!(free(&ranges(&["10.0.0.0/25"], 24), &[], 0), None, "too small");
        let last = ranges(&["255.255.255.0/24"], 28);
        assert_eq!(free(&last, &["255.255.255.0/25".parse().unwrap()], 0).unwrap().to_string(), "255.255.255.128/28");
        assert_eq!(free(&last, &["0.0.0.0/0".parse().unwrap()], 5), None);
    }

    #[test]
    fn the_pool_that_fits_best_comes_first() {
        let pool = |region: Option<&str>, stage: Option<&str>| AddressPoolSpec {
            provider: Provider::Local,
            region: region.map(str::to_owned),
            stage: stage.map(str::to_owned),
            description: None,
            node: None,
            pod: None,
            service: None,
        };
        let (any, west, prod) = (pool(None, None), pool(Some("west"), None), pool(Some("west"), Some("production")));
        let pools = [("any", &any), ("west", &west), ("production", &prod)];
        let names = |parameters: Value| -> Vec<&str> {
            candidates(pools, Provider::Local, &parameters).into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(serde_json::json!({})), ["any"]);
        assert_eq!(names(serde_json::json!({ "region": "west" })), ["west", "any"]);
        assert_eq!(
            names(serde_json::json!({ "region": "west", "stage": "production" })),
            ["production", "west", "any"]
        );
    }

    #[test]
    fn faults_of_a_pool_are_named() {
        let wrong = ranges(&["10.0.0.1/16", "10.0.4.0/28", "10.1.0.0/16"], 24);
        let found: Vec<_> = faults(&wrong, "/spec/pod").into_iter().map(|fault| (fault.pointer, fault.rule)).collect();
        let at = |index: u8, rule: &str| (format!("/spec/pod/cidrs/{index}"), rule.to_owned());
        assert_eq!(found, [at(0, "network"), at(1, "maximum"), at(1, "overlap")]);
    }

    proptest! {
        /// What is found is of the pool and free; what is not found is not there.
        #[test]
        fn a_range_is_found_exactly_where_one_is_free(
            nets in prop::collection::vec((0_u32..64, 20_u8..26), 1..4),
            prefix in 22_u8..27,
            taken in prop::collection::vec((0_u32..4096, 22_u8..30), 0..24),
            seed in any::<u64>(),
        ) {
            let base = u32::from_be_bytes([10, 0, 0, 0]);
            let net = |offset: u32, step: u32, length: u8| {
                Ipv4Net::new((base + offset * step).into(), length).unwrap().trunc()
            };
            let mut cidrs: Vec<Ipv4Net> = Vec::new();
            for (offset, length) in nets {
                let next = net(offset, 1024, length);
                if !cidrs.iter().any(|other| overlap(*other, next)) {
                    cidrs.push(next);
                }
            }
            let taken: Vec<Ipv4Net> = taken.into_iter().map(|(offset, length)| net(offset, 16, length)).collect();
            let pool = PoolRanges { cidrs, prefix };
            let all: Vec<Ipv4Net> = pool
                .cidrs
                .iter()
                .filter(|net| net.prefix_len() <= prefix)
                .flat_map(|net| net.subnets(prefix).unwrap())
                .collect();
            let is_free = |range: &Ipv4Net| !taken.iter().any(|other| overlap(*other, *range));
            match free(&pool, &taken, seed) {
                Some(found) => {
                    prop_assert!(all.contains(&found) && is_free(&found), "{} of {:?}", found, pool);
                    prop_assert!(is_of(&pool, found));
                }
                None => prop_assert!(!all.iter().any(is_free), "{:?} has a free range", pool),
            }
        }
    }
}
