//! A rehearsal is called one wherever somebody looks, and an installation is one from its beginning or never.

use kore_api::config::Configuration;
use serde_json::{Value, json};

use crate::world::{World, list, ok};

const LABEL: &str = "AWS is a stand-in on this machine; nothing here is real";

async fn signed_in(world: &World, marks: &Value) {
    let mut me = json!({ "name": "ana", "id": "0193-ana", "teams": [], "sessionExpiresAt": "2099-01-01T00:00:00Z" });
    me.as_object_mut().unwrap().extend(marks.as_object().unwrap().clone());
    world.on("GET", "/api/v1/whoami", ok(&me)).await;
    world.on("GET", "/api/v1/cloudorganizations", list("CloudOrganization", &[])).await;
}

#[tokio::test]
async fn people_are_told_beside_what_they_asked_for_and_programs_are_not() {
    let world = World::new().await;
    signed_in(&world, &json!({ "rehearsal": ["aws"] })).await;
    let (exit, _, err) = world.run(&["cloud", "list"]).await;
    assert!(exit == 0 && err.contains(&format!("rehearsal: {LABEL}")), "{err}");
    let (exit, _, err) = world.run(&["cloud", "list", "-o", "json"]).await;
    assert!(exit == 0 && !err.contains("rehearsal"), "{err}");
    let (_, out, _) = world.run(&["whoami"]).await;
    assert!(out.contains(LABEL), "{out}");
}

#[tokio::test]
async fn nothing_is_said_where_nothing_is_rehearsed() {
    let world = World::new().await;
    signed_in(&world, &json!({})).await;
    let (_, out, err) = world.run(&["cloud", "list"]).await;
    assert!(!format!("{out}{err}").contains("ehears"), "{out}{err}");
    let (_, out, _) = world.run(&["whoami"]).await;
    assert!(!out.contains("Rehears"), "{out}");
}

#[tokio::test]
async fn an_evaluation_is_called_one() {
    const LABEL: &str = "AWS is reached by a stored access key; nothing that matters belongs here";
    let world = World::new().await;
    signed_in(&world, &json!({ "evaluation": ["aws"] })).await;
    let (exit, _, err) = world.run(&["cloud", "list"]).await;
    assert!(exit == 0 && err.contains(&format!("evaluation: {LABEL}")) && !err.contains("rehearsal"), "{err}");
    let (_, out, _) = world.run(&["whoami"]).await;
    assert!(out.contains("Evaluation") && out.contains(LABEL), "{out}");
}

#[tokio::test]
async fn an_installation_does_not_become_a_rehearsal_or_an_evaluation() {
    let world = World::new().await;
    let data = world.path("data");
    let there = Configuration::new("one".parse().unwrap(), &data, &world.path("tools"), 24_100);
    // What is JSON is YAML.
    world.write("data/kore.yaml", &serde_json::to_string(&there).unwrap());
    let data = data.display().to_string();
    let (exit, _, err) = world.run(&["up", "--name", "one", "--data-dir", &data, "--rehearse", "aws"]).await;
    assert!(exit == 1 && err.contains("KORE-LOCAL-0010") && err.contains("is no rehearsal of aws"), "{exit} {err}");
    let (exit, _, err) = world.run(&["up", "--name", "one", "--data-dir", &data, "--evaluate", "aws=key.json"]).await;
    assert!(
        exit == 1 && err.contains("KORE-LOCAL-0010") && err.contains("is not for evaluation in aws"),
        "{exit} {err}"
    );
    let (exit, _, err) = world.run(&["up", "--evaluate", "key.json"]).await;
    assert!(exit == 2 && err.contains("say which cloud, and the file: aws=key.json"), "{exit} {err}");
    let (exit, _, err) = world.run(&["up", "--rehearse", "gcp"]).await;
    assert!(exit == 2 && err.contains("aws"), "{exit} {err}");
}
