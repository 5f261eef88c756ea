//! Tokens are, byte for byte, those of botocore 1.44 (`eks-tokens.py` made the vectors), and the verifier that API servers of
//! EKS ask takes them (`tools/verifier`).

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_credential_types::Credentials;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kore_engine::clock::{Clock, SystemClock};
use kore_provider_aws::token::token;
use serde_json::{Value, json};

/// 2026-11-29T12:34:56Z, as `eks-tokens.py` has it.
const AT: u64 = 1_795_955_696;

fn credentials(session: Option<&str>) -> Credentials {
    let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    Credentials::new("AKIDEXAMPLE", secret, session.map(str::to_owned), None, "test")
}

#[test]
fn a_token_is_what_botocore_signs() {
    let vectors: Value = serde_json::from_str(include_str!("eks-tokens.json")).unwrap();
    for vector in vectors.as_array().unwrap() {
        let text = |name: &str| vector[name].as_str().unwrap();
        let at = UNIX_EPOCH + Duration::from_secs(AT);
        let made = token(&credentials(vector["session"].as_str()), text("region"), text("cluster"), at).unwrap();
        let url = BASE64_URL_SAFE_NO_PAD.decode(made.strip_prefix("k8s-aws-v1.").unwrap()).unwrap();
        assert_eq!(String::from_utf8(url).unwrap(), text("url"));
        assert_eq!(made, text("token"));
        // The verifier refuses longer ones.
        assert!(made.len() <= 4096);
    }
}

#[test]
fn a_token_is_for_one_cluster_and_one_moment_and_holds_no_secret() {
    let at = |seconds: u64| UNIX_EPOCH + Duration::from_secs(AT + seconds);
    let one = token(&credentials(None), "eu-central-1", "kore-a", at(0)).unwrap();
    assert_ne!(one, token(&credentials(None), "eu-central-1", "kore-b", at(0)).unwrap());
    assert_ne!(one, token(&credentials(None), "eu-central-1", "kore-a", at(1)).unwrap());
    let url = BASE64_URL_SAFE_NO_PAD.decode(one.trim_start_matches("k8s-aws-v1.")).unwrap();
    assert!(!String::from_utf8(url).unwrap().contains("wJalrXUtnFEMI"));
    assert!(token(&credentials(None), "eu central", "kore-a", at(0)).is_err(), "no region");
}

/// What the verifier says to each of these questions.
fn verified(questions: &[Value]) -> Vec<Value> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bin/verifier");
    assert!(program.exists(), "the verifier is missing: tools/verifier/install");
    let mut child = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines: Vec<_> = questions.iter().map(Value::to_string).collect();
    child.stdin.take().unwrap().write_all(lines.join("\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<_> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), questions.len());
    answers
}

/// A token for a cluster, of now and so many seconds, and what STS knows of who signed it.
fn question(partition: &str, region: &str, cluster: &str, seconds: u64) -> Value {
    let session = "FwoGZXIvYXdzE+/=example//token==";
    let at = SystemTime::from(SystemClock.now()) - Duration::from_secs(seconds);
    json!({
        "token": token(&credentials(Some(session)), region, cluster, at).unwrap(),
        "cluster": cluster, "partition": partition, "region": region,
        "key": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session": session,
        "arn": format!("arn:{partition}:sts::111122223333:assumed-role/kore-gateway/kore-uid"),
    })
}

#[test]
fn the_verifier_of_clusters_believes_a_token_for_its_cluster_and_for_a_while() {
    let with = |name: &str, value: &str| {
        let mut question = question("aws", "eu-central-1", "kore-a", 0);
        question[name] = value.into();
        question
    };
    let answers = verified(&[
        question("aws", "eu-central-1", "kore-a", 0),
        question("aws-us-gov", "us-gov-west-1", "kore-a", 0),
        question("aws-cn", "cn-north-1", "kore-a", 0),
        question("aws", "eu-central-1", "kore-a", 14 * 60),
        question("aws", "eu-central-1", "kore-a", 16 * 60),
        with("cluster", "kore-b"),
        with("secret", "another"),
        with("session", "another"),
        with("token", "k8s-aws-v1.aHR0cHM6Ly9ldmlsLmV4YW1wbGUub3JnLw"),
    ]);
    for (answer, partition) in answers.iter().zip(["aws", "aws-us-gov", "aws-cn", "aws"]) {
        let canonical = format!("arn:{partition}:iam::111122223333:role/kore-gateway");
        let said = ["canonical", "session", "key"].map(|name| answer[name].as_str());
        assert_eq!(said, [Some(canonical.as_str()), Some("kore-uid"), Some("AKIDEXAMPLE")], "{answer}");
    }
    let refused = ["is expired", "does not match", "does not match", "does not match", "unexpected hostname"];
    for (answer, why) in answers[4..].iter().zip(refused) {
        assert!(answer["error"].as_str().is_some_and(|error| error.contains(why)), "{why}: {answer}");
    }
}
