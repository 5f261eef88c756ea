//! An installation for evaluation: it has the access key of a user, who can take Kore's roles.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use kore_api::cloud::PurposeResult;
use kore_engine::{clock::SystemClock, cloud::CloudProvider};
use kore_provider_aws::{
    AwsProvider,
    cloud::{Cloud, Identity, KeyFile},
    cluster::EksProvider,
    permissions::{EVALUATOR, Trusted},
    rehearsal::StandIn,
};
use kore_simulator_aws::MANAGEMENT;
use reqwest::Method;
use serde_json::json;

use crate::{
    accounts::{below, kept, members, payments, vend},
    clusters::{AT_ONCE, Bench, request},
    world::{World, organization},
};

const IAM: &str = "2010-05-08";

fn way(world: &World, file: &Path) -> Cloud {
    let endpoint = world.url().trim_end_matches('/').to_owned();
    Cloud::new(Identity::AccessKey(KeyFile(file.to_owned())), Some(endpoint), Arc::new(SystemClock))
}

/// What the cloud team does: a key of a user, in a file for Kore alone. Its id.
async fn make_key(world: &World, user: &str, file: &Path) -> String {
    let made = world.form(MANAGEMENT, "iam", IAM, &[("Action", "CreateAccessKey"), ("UserName", user)]).await;
    let of = |name: &str| made.split(&format!("<{name}>")).nth(1).unwrap().split('<').next().unwrap().to_owned();
    let (id, secret) = (of("AccessKeyId"), of("SecretAccessKey"));
    let answer =
        json!({ "AccessKey": { "UserName": user, "AccessKeyId": id, "Status": "Active", "SecretAccessKey": secret } });
    fs::write(file, answer.to_string()).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    id
}

/// What the check finds in the management account, and what it says of it.
async fn found(world: &World, file: &Path) -> (Vec<PurposeResult>, String) {
    let provider = AwsProvider::new("one".to_owned(), way(world, file));
    let checks = provider.check(&organization()).await.unwrap();
    let said: Vec<_> = checks.iter().map(|check| check.message.as_str()).collect();
    (checks.iter().map(|check| check.result).collect(), said.concat())
}

#[tokio::test]
async fn an_access_key_is_enough_for_all_of_it_and_the_published_policies_for_the_key() {
    let world = World::new().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("key.json");
    let cloud = way(&world, &file);
    assert_eq!(cloud.identity().trusted(), Trusted::AccessKey);
    // The roles by the very template, which makes the user too.
    let stand_in =
        StandIn::new(cloud.clone(), world.url().trim_end_matches('/').to_owned(), "https://kore.test".into());
    let ready = stand_in.prepare(&json!({ "keys": [] })).await.unwrap();
    let (results, said) = found(&world, &file).await;
    assert_eq!(results, [PurposeResult::Unreachable; 4]);
    assert!(said.contains(&format!("the access key in {} cannot be read", file.display())), "{said}");

    world.control(Method::PUT, "settings", json!({ "enforce": true })).await;
    let first = make_key(&world, EVALUATOR, &file).await;
    assert_eq!(found(&world, &file).await.0, [PurposeResult::Verified; 4]);

    // An account, its roles by the stack set, and a cluster in it.
    let organization = below(ready.organizational_unit, Trusted::AccessKey);
    kept(&world, &cloud, &organization).await;
    vend(&world, &cloud, &organization, &payments()).await;
    let number = members(&world).await[0]["Id"].as_str().unwrap().to_owned();
    let provider = Arc::new(EksProvider::new(cloud, Arc::new(SystemClock), AT_ONCE, "one"));
    let mut bench = Bench { world, provider };
    let mut asked = request("uid-1", &json!({ "default": { "size": 1 } }));
    let account = asked.account.as_mut().unwrap();
    account.number = number;
    account.organization.spec.aws.as_mut().unwrap().parent_zone = None;
    bench.until_done(&asked).await;
    // Nobody came in by a token.
    let all = bench.requests().await;
    let took = |how: &str| all.iter().filter(|one| one["operation"] == how).count();
    assert_eq!(took("AssumeRoleWithWebIdentity"), 0);
    assert!(took("AssumeRole") > 5);

    // Another key in its place is taken the next time one is needed.
    let second = make_key(&bench.world, EVALUATOR, &file).await;
    let gone = [("Action", "DeleteAccessKey"), ("UserName", EVALUATOR), ("AccessKeyId", first.as_str())];
    bench.world.form(MANAGEMENT, "iam", IAM, &gone).await;
    bench.provider = Arc::new(EksProvider::new(way(&bench.world, &file), Arc::new(SystemClock), AT_ONCE, "one"));
    bench.until_gone(&asked).await;

    // One that is gone is said, and so is that of somebody whom no role trusts.
    let gone = [("Action", "DeleteAccessKey"), ("UserName", EVALUATOR), ("AccessKeyId", second.as_str())];
    bench.world.form(MANAGEMENT, "iam", IAM, &gone).await;
    let (results, said) = found(&bench.world, &file).await;
    assert_eq!(results, [PurposeResult::Unreachable; 4]);
    assert!(said.contains(&format!("AWS does not take the access key in {}", file.display())), "{said}");
    bench.world.form(MANAGEMENT, "iam", IAM, &[("Action", "CreateUser"), ("UserName", "somebody")]).await;
    make_key(&bench.world, "somebody", &file).await;
    let (results, said) = found(&bench.world, &file).await;
    assert_eq!(results, [PurposeResult::Unreachable; 4]);
    assert!(said.contains("AccessDenied"), "{said}");
}
