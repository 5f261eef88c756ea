//! Who Kore is, and whether it may do what it is for.

use std::collections::BTreeSet;

use kore_api::cloud::{Cloud, PurposeResult};
use kore_engine::cloud::CloudProvider;
use kore_provider_aws::{
    check::{Finding, check},
    cloud::Role,
    permissions::{Place, Purpose},
};
use kore_simulator_aws::MANAGEMENT;

use crate::world::{PARENT_ZONE, REGION, World, organization};

fn role(purpose: Purpose) -> Role {
    Role { account: MANAGEMENT.into(), region: REGION.into(), purpose, object: "uid-1".into() }
}

#[tokio::test]
async fn every_permission_is_verified_by_name_and_a_missing_one_is_named() {
    let world = World::new().await;
    world.connect(MANAGEMENT, Place::Account).await;
    let cloud = world.cloud();
    let account = Purpose::ALL.into_iter().filter(|purpose| purpose.place() == Place::Account);
    for purpose in account {
        assert_eq!(check(&cloud, &role(purpose), None).await.unwrap(), Finding::Verified, "{purpose:?}");
    }
    // Roles of the management account were not made.
    let there = check(&cloud, &role(Purpose::Cost), None).await.unwrap();
    assert!(matches!(&there, Finding::Unreachable(why) if why.starts_with("AccessDenied")), "{there:?}");
    // A policy with less in it.
    let less = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:*","eks:*","kms:*","iam:*"],"Resource":"*"},
        {"Effect":"Deny","Action":["eks:CreateAddon","iam:PassRole"],"Resource":"*"}]}"#;
    let name = Purpose::Cluster.role();
    let put = [("Action", "PutRolePolicy"), ("RoleName", name), ("PolicyName", name), ("PolicyDocument", less)];
    world.form(MANAGEMENT, "iam", "2010-05-08", &put).await;
    let lacks = Finding::Missing(vec!["eks:CreateAddon".into(), "iam:PassRole".into()]);
    assert_eq!(check(&cloud, &role(Purpose::Cluster), None).await.unwrap(), lacks);
}

/// Each action of each role taken away alone: it is named, and no other one.
#[tokio::test]
async fn every_permission_that_is_taken_away_is_named() {
    let world = World::new().await;
    world.connect_for(MANAGEMENT, Purpose::ALL).await;
    let cloud = world.cloud();
    let mut taken = 0;
    for purpose in Purpose::ALL {
        let statements = purpose.statements();
        let actions: BTreeSet<&str> = statements.iter().flat_map(|statement| statement.actions).copied().collect();
        for action in &actions {
            // Who asks is needed for the question.
            if *action == "iam:SimulatePrincipalPolicy" {
                continue;
            }
            world.allow_all_but(MANAGEMENT, purpose, action).await;
            let lacks = Finding::Missing(vec![(*action).to_owned()]);
            let found = check(&cloud, &role(purpose), Some(PARENT_ZONE)).await.unwrap();
            assert_eq!(found, lacks, "{purpose:?} without {action}");
            taken += 1;
        }
        if !actions.is_empty() {
            world.allow_all_but(MANAGEMENT, purpose, "").await;
        }
        assert_eq!(check(&cloud, &role(purpose), Some(PARENT_ZONE)).await.unwrap(), Finding::Verified, "{purpose:?}");
    }
    println!("{taken} actions");
    assert!(taken > 100, "{taken} actions");
}

#[tokio::test]
async fn an_organisation_is_checked_as_the_platform_asks() {
    let world = World::new().await;
    let (provider, request) = (world.provider(), organization());
    assert_eq!(request.spec.provider, Cloud::Aws);
    let results =
        |checks: Vec<kore_api::cloud::PurposeCheck>| -> Vec<_> { checks.iter().map(|one| one.result).collect() };
    // Before the cloud team has done anything, and after.
    assert_eq!(results(provider.check(&request).await.unwrap()), [PurposeResult::Unreachable; 4]);
    world.connect(MANAGEMENT, Place::Management).await;
    assert_eq!(results(provider.check(&request).await.unwrap()), [PurposeResult::Verified; 4]);
}
