//! Tokens are, byte for byte, those of botocore 1.44 (`eks-tokens.py` made the vectors), which the official verifier takes.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kore_provider_aws::token::token;
use serde_json::Value;

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
