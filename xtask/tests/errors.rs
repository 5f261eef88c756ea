//! `docs/errors.md` is generated from the table of codes; `KORE_UPDATE=1` writes it anew.

use std::path::PathBuf;

use kore_api::codes::{Code, Owner};

fn page() -> String {
    let mut text = String::from(
        "# Problem codes\n\nGenerated from `crates/kore-api/src/codes.rs`; do not edit. A code never changes its meaning.\n\
         `kore explain CODE` prints the same page offline.\n",
    );
    let mut group = "";
    for code in Code::ALL {
        let entry = code.entry();
        let this = entry.code.split('-').nth(1).unwrap_or_default();
        if this != group {
            text += &format!("\n## {this}\n");
            group = this;
        }
        let owner = match entry.owner {
            Owner::You => "you",
            Owner::PlatformTeam => "your platform team",
            Owner::Cloud => "the cloud",
            Owner::Kore => "Kore",
        };
        let retry = if entry.retryable { "may pass by itself" } else { "does not pass by itself" };
        text += &format!(
            "\n### {}: {}\n\nHTTP {} · whose move: {owner} · {retry}\n\n{}\n\n",
            entry.code, entry.title, entry.status, entry.meaning
        );
        for fix in entry.fix {
            text += &format!("- {fix}\n");
        }
    }
    text
}

#[test]
fn the_page_of_codes_is_up_to_date() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/errors.md");
    let wanted = page();
    if std::env::var_os("KORE_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, wanted, "docs/errors.md is stale; write it anew with KORE_UPDATE=1 cargo test -p xtask");
}
