//! The address plan: however many ask at once, no two ranges overlap; what is given back can be had
//! again; where there is none left, that is what is said.

use std::collections::HashSet;

use futures::{StreamExt, stream};
use ipnet::Ipv4Net;
use kore_api::address::{AddressPoolSpec, AddressReservationSpec, ClusterAddresses, Purpose};
use kore_domain::{
    access::Permission,
    addresses::{is_of, overlap},
};
use kore_store::{AddressAsk, Addressed, Store};
use proptest::{
    prelude::{Strategy as _, any},
    strategy::ValueTree,
    test_runner::TestRunner,
};
use serde_json::json;

use crate::support::{Db, at, cases, grant, now};

cases![
    of_thousands_at_once_no_two_have_the_same_addresses,
    what_is_given_back_can_be_had_again_and_the_end_is_named,
    a_cluster_keeps_its_ranges_and_gets_them_of_one_pool,
    what_exists_outside_is_nobody_s_to_have,
];

const PURPOSES: &[Purpose] = &[Purpose::Pod, Purpose::Service];

fn pool(pods: &str, services: &str) -> AddressPoolSpec {
    let of = |cidr: &str, prefix: u8| json!({ "cidrs": [cidr], "prefix": prefix });
    serde_json::from_value(json!({ "provider": "local", "pod": of(pods, 24), "service": of(services, 26) })).unwrap()
}

async fn ask(store: &Store, holder: &str, pools: &[(&str, &AddressPoolSpec)], seed: u64) -> Addressed {
    let object = format!("cluster/payments/{holder}");
    let ask = AddressAsk {
        holder,
        object: &object,
        made_by: "user:ana",
        purposes: PURPOSES,
        pools,
        has: None,
        occupied: &[],
        seed,
    };
    store.reserve_addresses(ask, now()).await.unwrap()
}

fn no_two_overlap(ranges: &[Ipv4Net]) {
    let mut sorted = ranges.to_vec();
    sorted.sort();
    for pair in sorted.windows(2) {
        assert!(!overlap(pair[0], pair[1]), "{} and {}", pair[0], pair[1]);
    }
}

async fn ranges(store: &Store) -> Vec<Ipv4Net> {
    store.addresses().await.unwrap().into_iter().map(|row| row.cidr).collect()
}

async fn of_thousands_at_once_no_two_have_the_same_addresses(db: Db) {
    // Room for 128 clusters; pods and services come out of one network.
    let shared = pool("10.0.0.0/17", "10.0.128.0/19");
    let more = pool("10.1.0.0/20", "10.0.128.0/18");
    let pools = [("shared", &shared), ("more", &more)];
    let mut runner = TestRunner::deterministic();
    let lives = proptest::collection::vec((any::<u64>(), any::<bool>(), 0_usize..3), 900);
    let lives = lives.new_tree(&mut runner).unwrap().current();
    let outcomes = stream::iter(lives.into_iter().enumerate())
        .map(|(number, (seed, stays, repeats))| {
            let store = &db.store;
            async move {
                let holder = format!("uid-{number}");
                let first = ask(store, &holder, &pools, seed).await;
                for _ in 0..repeats {
                    let again = ask(store, &holder, &pools, seed.wrapping_add(1)).await;
                    if matches!(first, Addressed::Yes(_)) {
                        assert_eq!(again, first, "what one has one keeps");
                    } else if let Addressed::Yes(_) = again {
                        return Some(holder);
                    }
                }
                if !stays {
                    store.release_addresses(&holder).await.unwrap();
                    return None;
                }
                matches!(first, Addressed::Yes(_)).then_some(holder)
            }
        })
        .buffer_unordered(24)
        .collect::<Vec<_>>()
        .await;
    let holders: HashSet<String> = outcomes.into_iter().flatten().collect();
    let rows = db.store.addresses().await.unwrap();
    let all: Vec<Ipv4Net> = rows.iter().map(|row| row.cidr).collect();
    no_two_overlap(&all);
    assert!(holders.len() > 100, "{} have ranges", holders.len());
    for row in &rows {
        assert!(holders.contains(&row.holder), "{row:?} is somebody's who gave it back");
        let (_, of) = pools.iter().find(|(name, _)| *name == row.pool).unwrap();
        assert!(is_of(of.of(row.purpose).unwrap(), row.cidr), "{row:?}");
    }
    assert_eq!(rows.len(), 2 * holders.len(), "each has both of its ranges or none");
}

async fn what_is_given_back_can_be_had_again_and_the_end_is_named(db: Db) {
    let small = pool("10.0.0.0/22", "10.9.0.0/24");
    let pools = [("small", &small)];
    for round in 0..3 {
        let asks = (0..12).map(|number| ask_owned(db.store.clone(), format!("uid-{round}-{number}"), small.clone()));
        let answers = futures::future::join_all(asks).await;
        let given = answers.iter().filter(|(_, answer)| matches!(answer, Addressed::Yes(_))).count();
        assert_eq!(given, 4, "round {round}");
        no_two_overlap(&ranges(&db.store).await);
        for (holder, answer) in answers {
            match answer {
                Addressed::Yes(_) => db.store.release_addresses(&holder).await.unwrap(),
                Addressed::Exhausted(lacking) => assert_eq!(lacking, [("small".to_owned(), Purpose::Pod)]),
            }
        }
        assert!(ranges(&db.store).await.is_empty());
    }
    let none: [(&str, &AddressPoolSpec); 0] = [];
    assert_eq!(ask(&db.store, "uid", &none, 0).await, Addressed::Exhausted(Vec::new()));
    assert!(matches!(ask(&db.store, "uid", &pools, 7).await, Addressed::Yes(_)));
    assert_eq!(db.store.sweep_addresses(&HashSet::from(["uid".to_owned()]), at(9)).await.unwrap(), 0);
    assert_eq!(db.store.sweep_addresses(&HashSet::new(), now()).await.unwrap(), 0, "it may still come");
    assert_eq!(db.store.sweep_addresses(&HashSet::new(), at(9)).await.unwrap(), 2);
}

async fn ask_owned(store: Store, holder: String, pool: AddressPoolSpec) -> (String, Addressed) {
    let answer = ask(&store, &holder, &[("small", &pool)], 1).await;
    (holder, answer)
}

async fn a_cluster_keeps_its_ranges_and_gets_them_of_one_pool(db: Db) {
    let (first, second) = (pool("10.0.0.0/24", "10.9.0.0/25"), pool("10.1.0.0/24", "10.9.1.0/25"));
    let pools = [("first", &first), ("second", &second)];
    let Addressed::Yes(one) = ask(&db.store, "one", &pools, 0).await else { panic!("there is room") };
    assert_eq!((one.pool.as_str(), one.node), ("first", None));
    let Addressed::Yes(two) = ask(&db.store, "two", &pools, 0).await else { panic!("there is room") };
    assert_eq!(two.pool, "second", "the first has room for its services only");
    assert!(two.ranges().all(|(purpose, range)| is_of(second.of(purpose).unwrap(), range)));
    let Addressed::Exhausted(lacking) = ask(&db.store, "three", &pools, 0).await else { panic!("there is none") };
    assert_eq!(lacking, [("first".to_owned(), Purpose::Pod), ("second".to_owned(), Purpose::Pod)]);

    // The record was lost; what runs has what it has.
    db.store.release_addresses("one").await.unwrap();
    let ask = AddressAsk {
        holder: "one",
        object: "cluster/payments/one",
        made_by: "system:controller",
        purposes: PURPOSES,
        pools: &[],
        has: Some(&one),
        occupied: &[],
        seed: 9,
    };
    assert_eq!(db.store.reserve_addresses(ask, now()).await.unwrap(), Addressed::Yes(one.clone()));
    let held = db.store.addresses_of("one").await.unwrap();
    assert_eq!(ClusterAddresses::new("first", held.iter().map(|row| (row.purpose, row.cidr))), one);
    assert!(held.iter().all(|row| row.object == "cluster/payments/one" && row.made_by == "system:controller"));
}

async fn what_exists_outside_is_nobody_s_to_have(db: Db) {
    let (write, read) = (grant(Permission::AddressWrite), grant(Permission::AddressRead));
    let record = async |cidr: &str| {
        let spec = AddressReservationSpec { cidr: cidr.parse().unwrap(), note: "the office".into() };
        db.store.record_address(&write, &spec, now()).await.unwrap()
    };
    let office = record("10.0.0.0/25").await.unwrap();
    assert_eq!((office.cidr.to_string().as_str(), office.purpose), ("10.0.0.0/25", Purpose::External));
    assert_eq!(record("10.0.0.64/26").await.unwrap_err().id, office.id);
    let one = pool("10.0.0.0/24", "10.9.0.0/26");
    let pools = [("one", &one)];
    assert!(matches!(ask(&db.store, "uid", &pools, 0).await, Addressed::Exhausted(_)));
    assert!(!db.store.forget_address(&write, uuid::Uuid::nil()).await.unwrap());
    assert!(db.store.forget_address(&write, office.id).await.unwrap());
    assert!(matches!(ask(&db.store, "uid", &pools, 0).await, Addressed::Yes(_)));
    let taken = record("10.0.0.128/25").await.unwrap_err();
    assert_eq!((taken.object.as_str(), taken.purpose), ("cluster/payments/uid", Purpose::Pod));
    assert!(!db.store.forget_address(&write, taken.id).await.unwrap(), "a cluster's range goes with the cluster");
    assert_eq!(db.store.list_addresses(&read).await.unwrap().len(), 2);
    assert_eq!(db.store.address(&read, taken.id).await.unwrap(), Some(taken));
    assert!(db.store.list_addresses(&write).await.is_err(), "a proof is for one thing");
}
