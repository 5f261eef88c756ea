//! `docs/roles.md` is generated from the roles that come with Kore; `KORE_UPDATE=1` writes it anew.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test: what is not as expected is a failure")]

use std::{fmt::Write, path::PathBuf};

use kore_api::names::{ClusterRef, Principal, TeamName};
use kore_domain::{
    access::{
        BUILT_IN, Circumstances, Grant, Level, PLATFORM_ADMIN, Permission, Reach, Role, SIGNED_IN, Scope, Subject, Via,
        cluster_groups,
    },
    cluster_namespace::{Whose, objects},
    cluster_rbac::{Impersonation, baseline},
};

const TEAM: &str = "payments";

/// The groups that the gateway puts on requests of somebody who has the role and nothing else.
fn groups(role: Role) -> Vec<String> {
    let grant = Grant {
        via: Via::Binding(uuid::Uuid::nil()),
        role: role.name.into(),
        permissions: role.permissions,
        reach: Reach::Platform,
        expires_at: None,
        networks: Vec::new(),
    };
    let ana: Principal = "user:ana".parse().unwrap();
    let subject = Subject { grants: vec![grant], ..Subject::new(uuid::Uuid::nil(), ana) };
    let cluster: ClusterRef = format!("{TEAM}/dev").parse().unwrap();
    let at = Circumstances { now: jiff::Timestamp::UNIX_EPOCH, address: None };
    cluster_groups(&subject, &cluster, &at)
}

/// What each group is bound to in every cluster of the team.
fn bound(group: &str) -> Vec<String> {
    let team: TeamName = TEAM.parse().unwrap();
    let objects = baseline(&team, Impersonation::Constrained);
    let bindings = objects.iter().filter(|object| object["kind"] == "ClusterRoleBinding");
    let of_group = bindings.filter(|binding| {
        let mut subjects = binding["subjects"].as_array().into_iter().flatten();
        subjects.any(|subject| subject["kind"] == "Group" && subject["name"] == group)
    });
    of_group.map(|binding| format!("`{}`", binding["roleRef"]["name"].as_str().unwrap())).collect()
}

/// What each role of a namespace is bound to in it, and to whom.
fn bound_in_namespaces() -> Vec<(String, String)> {
    let team: TeamName = TEAM.parse().unwrap();
    let spec = serde_json::from_value(serde_json::json!({ "cluster": "dev", "name": "web" })).unwrap();
    let whose = Whose { team: &team, installation: "default" };
    let objects =
        objects(whose, &spec, kore_api::plan::Guardrails::Production, jiff::Timestamp::UNIX_EPOCH).into_iter();
    let line = |one: serde_json::Value| {
        let names = one["subjects"].as_array().unwrap().iter().map(|subject| subject["name"].as_str().unwrap());
        let names = names.map(|name| format!("`{}`", name.replace(TEAM, "TEAM").replace("web", "NAMESPACE")));
        (names.collect::<Vec<_>>().join(", "), one["roleRef"]["name"].as_str().unwrap().to_owned())
    };
    objects.filter(|one| one["kind"] == "RoleBinding").map(line).collect()
}

fn page() -> String {
    let mut text = String::from(
        "# Roles\n\n\
         Generated from `crates/kore-domain/src/access`; do not edit.\n\
         What somebody holds: `kore access holds`. Whether they may, and why not: `kore access check`. Who may: `kore access who`.\n\n\
         | role | where | what it is for | in clusters |\n|---|---|---|---|\n",
    );
    for role in BUILT_IN {
        let place = match role.level {
            Level::Any => "platform, team, cluster or namespace",
            Level::Fixed if role == SIGNED_IN => "everybody",
            Level::Fixed => "a person's platform role",
        };
        let groups: Vec<_> = groups(role).iter().map(|group| format!("`{}`", group.replace(TEAM, "TEAM"))).collect();
        let groups = if groups.is_empty() { "nothing".to_owned() } else { groups.join(", ") };
        writeln!(text, "| `{}` | {place} | {} | {groups} |", role.name, role.summary).unwrap();
    }
    text += "\nThe last column is the groups that the access gateway puts on kubectl's requests, for the clusters that the\n\
             role reaches. In every cluster they are bound to these roles of Kubernetes; the guards of `cluster_rbac`\n\
             (admission policies) take away what leads from there to the node or to others' rights:\n\n\
             | group | cluster roles |\n|---|---|\n";
    let mut seen = Vec::new();
    for group in BUILT_IN.into_iter().flat_map(groups) {
        if !seen.contains(&group) && !bound(&group).is_empty() {
            writeln!(text, "| `{}` | {} |", group.replace(TEAM, "TEAM"), bound(&group).join(", ")).unwrap();
            seen.push(group);
        }
    }
    text += "\nA role that is bound in one namespace is good for what is inside of it, and gets into the cluster; so is\n\
             `deployer` wherever it is bound, for all namespaces there that Kore made. In a namespace:\n\n\
             | groups | cluster role |\n|---|---|\n";
    for (groups, role) in bound_in_namespaces() {
        writeln!(text, "| {groups} | `{role}` |").unwrap();
    }
    text += "\nA role of one's own is a name for a set of the permissions below. A binding gives a role to a person or a\n\
             robot, for the platform, a team, a cluster or a namespace, until a time and from some networks if it says so; with a rule\n\
             for elevations it gives nothing until it is asked for. Nobody hands on what they do not hold for as long.\n\
             A token's limit takes away and never gives.\n\n## Permissions\n\n| permission | about | what it allows |";
    let columns: Vec<Role> = BUILT_IN.into_iter().collect();
    for role in &columns {
        write!(text, " {} |", role.name).unwrap();
    }
    text += "\n|---|---|---|";
    text += &":-:|".repeat(columns.len());
    for permission in Permission::ALL {
        let about = match permission.scope() {
            Scope::Platform => "platform",
            Scope::Team => "team",
            Scope::Cluster => "cluster",
        };
        write!(text, "\n| `{}` | {about} | {} |", permission.name(), permission.summary().trim_end_matches('.'))
            .unwrap();
        for role in &columns {
            text += if role.allows(*permission) || SIGNED_IN.allows(*permission) { " ✓ |" } else { " |" };
        }
    }
    text + "\n"
}

#[test]
fn the_page_of_roles_is_up_to_date() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/roles.md");
    let wanted = page();
    if std::env::var_os("KORE_UPDATE").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, wanted, "docs/roles.md is stale; write it anew with KORE_UPDATE=1 cargo test -p xtask");
}

/// The page says of the platform's administrators that an elevation is all that gets them inside.
#[test]
fn the_platforms_administrators_only_look_into_clusters() {
    assert_eq!(groups(PLATFORM_ADMIN), ["kore:payments:view"]);
}
