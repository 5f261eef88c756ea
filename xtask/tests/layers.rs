//! Who may know whom (ARCHITECTURE.md): read from `cargo metadata`, compared with the table below.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: what is not as expected is a failure")]

use std::{collections::BTreeMap, path::PathBuf, process::Command};

/// Every crate and the crates of ours that it may depend on outside of tests.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("kore-api", &[]),
    ("kore-domain", &["kore-api"]),
    ("kore-engine", &["kore-api", "kore-domain"]),
    ("kore-store", &["kore-api", "kore-domain", "kore-engine"]),
    ("kore-kube", &["kore-api", "kore-domain", "kore-engine"]),
    ("kore-localkube", &["kore-api", "kore-domain", "kore-engine"]),
    ("kore-baseline", &["kore-api", "kore-domain", "kore-engine", "kore-kube"]),
    (
        "kore-provider-local",
        &["kore-api", "kore-baseline", "kore-domain", "kore-engine", "kore-localkube", "kore-kube"],
    ),
    ("kore-provider-aws", &["kore-api", "kore-baseline", "kore-domain", "kore-engine", "kore-kube"]),
    ("kore-simulator-aws", &[]),
    ("kore-oidc", &[]),
    ("kore-app", &["kore-api", "kore-domain", "kore-engine", "kore-store", "kore-kube", "kore-oidc"]),
    ("kore-controllers", &["kore-api", "kore-domain", "kore-engine", "kore-store", "kore-kube"]),
    ("kore-server", &["kore-api", "kore-domain", "kore-engine", "kore-kube", "kore-app"]),
    ("kore-client", &["kore-api", "kore-domain"]),
    ("kore-cli", &["kore-api", "kore-domain", "kore-client"]),
    ("kore", &["kore-cli"]),
    ("xtask", &[]),
];

/// Libraries that only some crates may name: (library, who may).
const ONLY: &[(&str, &[&str])] = &[
    ("sea-orm", &["kore-store"]),
    ("sqlx", &["kore-store"]),
    ("jsonwebtoken", &["kore-oidc", "kore-simulator-aws"]),
    ("oauth2", &["kore-oidc"]),
    ("aws-sigv4", &["kore-provider-aws"]),
    ("axum", &["kore-server", "kored", "kore-testkit"]),
    ("clap", &["kore-cli", "kore", "kored", "kore-simulator-aws", "bench-gateway", "bench-list"]),
];

/// Test support and the server's binary tie everything together.
const MAY_KNOW_ALL: &[&str] = &["kored", "kore-testkit", "bench-gateway", "bench-list", "e2e"];

fn dependencies() -> BTreeMap<String, Vec<String>> {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path"])
        .arg(manifest)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let names = package["dependencies"].as_array().unwrap().iter();
            let names = names.filter(|d| d["kind"].is_null()).map(|d| d["name"].as_str().unwrap().to_owned());
            (package["name"].as_str().unwrap().to_owned(), names.collect())
        })
        .collect()
}

#[test]
fn nobody_knows_more_than_they_may() {
    let mut wrong = Vec::new();
    for (name, dependencies) in dependencies() {
        if MAY_KNOW_ALL.contains(&name.as_str()) {
            continue;
        }
        let Some((_, allowed)) = MAY_KNOW.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("{name} is not in the table of layers"));
            continue;
        };
        for dependency in dependencies.iter().filter(|d| d.starts_with("kore-") || *d == "kored") {
            if !allowed.contains(&dependency.as_str()) {
                wrong.push(format!("{name} may not know {dependency}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn libraries_stay_in_their_crates() {
    let mut wrong = Vec::new();
    for (name, dependencies) in dependencies() {
        for (library, users) in ONLY {
            if dependencies.iter().any(|d| d == library) && !users.contains(&name.as_str()) {
                wrong.push(format!("{name} may not use {library}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_tls_provider() {
    let lock = std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock")).unwrap();
    // `ring` may stand in the lock file as an optional dependency of a dependency; what counts is the build.
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--offline", "--prefix", "none", "--edges", "normal,build", "--format", "{p}"])
        .current_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8_lossy(&output.stdout);
    for banned in ["ring v", "openssl v", "openssl-sys v", "native-tls v"] {
        assert!(!tree.lines().any(|line| line.starts_with(banned)), "{banned} is in the build");
    }
    assert!(lock.contains("name = \"aws-lc-rs\""));
}
