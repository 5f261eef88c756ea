//! A stand-in that nobody has made ready but we: what `kored server` does while it rehearses.

use std::sync::Arc;

use kore_engine::clock::SystemClock;
use kore_provider_aws::{
    check::{Finding, check},
    cloud::{Cloud, Role},
    permissions::{Place, Purpose},
    rehearsal::StandIn,
};
use reqwest::Method;
use serde_json::json;

use crate::{issuer::Issuer, world::World};

/// What nobody reaches, as the management cluster on somebody's machine.
const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";

#[tokio::test]
async fn a_stand_in_is_made_ready_and_again_after_it_forgot_everything() {
    let world = World::new().await;
    let issuer = Arc::new(Issuer::at(ISSUER.trim_start_matches("https://").to_owned()));
    let keys = issuer.keys.clone();
    let endpoint = world.url().trim_end_matches('/').to_owned();
    let cloud = Cloud::new(issuer.identity(), Some(endpoint.clone()), Arc::new(SystemClock));
    let stand_in = StandIn::new(cloud.clone(), endpoint, ISSUER.to_owned());
    let role = |purpose| Role {
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
        purpose,
        object: "uid".to_owned(),
    };
    let mut roots = Vec::new();
    for _ in 0..2 {
        assert!(!stand_in.is_ready().await.unwrap());
        let organization = stand_in.prepare(&keys).await.unwrap();
        assert!(stand_in.is_ready().await.unwrap());
        // Somebody who begins anew, as a server that was started again does, finds the same.
        assert_eq!(stand_in.prepare(&keys).await.unwrap(), organization);
        let there = |purpose: &Purpose| purpose.place() == Place::Management && *purpose != Purpose::ParentZone;
        for purpose in Purpose::ALL.into_iter().filter(there) {
            // The second time with credentials that are kept from the first.
            assert_eq!(check(&cloud, &role(purpose), None).await.unwrap(), Finding::Verified, "{purpose:?}");
        }
        roots.push(organization.organizational_unit);
        world.control(Method::POST, "reset", json!({})).await;
    }
    assert!(roots[0].starts_with("r-"), "{roots:?}");
    assert_eq!(roots[0], roots[1]);
}
