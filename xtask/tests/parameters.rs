//! `docs/parameters.md` is generated from the providers' parameters; `KORE_UPDATE=1` writes it anew.
#![expect(clippy::unwrap_used, reason = "a test: what is not as expected is a failure")]

use std::{fmt::Write, path::PathBuf};

use kore_api::plan::Provider;
use kore_domain::plan::{parameters, starter_plans};

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn page() -> String {
    let mut text = String::from(
        "# Parameters of plans\n\n\
         Generated from `crates/kore-api/src/plan.rs` and `plan/`; do not edit.\n\
         What a plan says, and what your team may change about it: `kore plan explain PLAN --team TEAM`.\n\
         How plans and policies are made: [plans.md](plans.md).\n\n\
         `*` stands for any name. *In place*: what runs goes on running. *Rolling*: nodes or servers are renewed one\n\
         after the other. *Replaces*: what it describes is removed and made again. *Fixed*: cannot be changed once\n\
         the cluster is made.\n",
    );
    text += "\n## Provider `local`: clusters on the machine that Kore runs on\n";
    section(&mut text, Provider::Local);
    text += "\n## Provider `aws`: clusters of Amazon EKS\n\nPlans of it cannot be made yet: [aws.md](aws.md) says what is there.\n";
    section(&mut text, Provider::Aws);
    text += "\n## Plans that a new installation begins with\n\n| plan | for | parameters |\n|---|---|---|\n";
    for plan in starter_plans() {
        let parameters = serde_json::to_string(&plan.version.parameters).unwrap();
        writeln!(text, "| `{}` | {} | `{parameters}` |", plan.name, plan.plan.description.unwrap_or_default()).unwrap();
    }
    text
}

fn section(text: &mut String, provider: Provider) {
    let all = parameters(provider);
    let mut groups: Vec<_> = all.iter().map(|one| one.group.clone().unwrap_or_default()).collect();
    groups.dedup();
    let mut seen = Vec::new();
    for group in groups {
        if seen.contains(&group) {
            continue;
        }
        write!(text, "\n### {group}\n\n| parameter | type | allowed | without a word | a change | what it is |\n|---|---|---|---|---|---|\n")
            .unwrap();
        for one in all.iter().filter(|one| one.group.as_deref() == Some(&group)) {
            let unit = one.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
            let change = match one.effect {
                _ if one.immutable => "fixed",
                Some(effect) => effect.words(),
                None => "",
            };
            let default = one.default.as_ref().map(|value| format!("`{value}`")).unwrap_or_default();
            writeln!(
                text,
                "| `{}` | {} | {}{unit} | {} | {change} | **{}.** {} |",
                one.path,
                one.kind,
                cell(&one.allowed),
                cell(&default),
                one.title,
                cell(&one.description)
            )
            .unwrap();
        }
        seen.push(group);
    }
}

#[test]
fn the_page_of_parameters_is_up_to_date() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/parameters.md");
    let wanted = page();
    if std::env::var_os("KORE_UPDATE").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, wanted, "docs/parameters.md is stale; write it anew with KORE_UPDATE=1 cargo test -p xtask");
}
