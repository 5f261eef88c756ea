//! The permissions as people read them: `docs/aws-permissions.md` is made of this.

use std::fmt::Write;

use super::{Condition, EVALUATOR, Place, Purpose, evaluator_policy, judges};

/// The whole table, in Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(
        "# What Kore may do in AWS\n\nMade from `crates/kore-provider-aws/src/permissions`; do not edit. One role for each purpose: \
         whoever gets hold of one has none of the others.\nRoles that Kore makes for clusters have the path `/kore/cluster/` and \
         are bounded by the policy `kore-boundary`; no role of Kore's can change\nanother one of Kore's. None of this \
         was run against AWS itself. Of each statement it is said who has judged it instead: *judge* is an evaluator of policies by \
         somebody else,\nwith conditions, boundary and guardrails; *front* the stand-in that enforces the policies while a cluster \
         lives, see [aws.md](aws.md).\n",
    );
    for (place, title) in
        [(Place::Management, "In the management account"), (Place::Account, "In each account with clusters")]
    {
        let _ = write!(text, "\n## {title}\n");
        for purpose in Purpose::ALL.into_iter().filter(|purpose| purpose.place() == place) {
            section(&mut text, purpose);
        }
    }
    let _ = write!(
        text,
        "\n## In an installation for evaluation\n\nThe roles trust the user `{EVALUATOR}` of the management account instead of an \
         issuer. It may take them, and nothing else; judged by *judge* and *front*.\n\n```json\n{:#}\n```\n",
        evaluator_policy()
    );
    text
}

// Writing to a String does not fail.
fn section(text: &mut String, purpose: Purpose) {
    let _ = write!(text, "\n### `{}`\n\nKore {}.\n\n", purpose.role(), purpose.why());
    if purpose.statements().is_empty() {
        text.push_str("It has no policy.\n");
        return;
    }
    text.push_str("| statement | why | actions | on | if | judged by |\n|---|---|---|---|---|---|\n");
    for statement in purpose.statements() {
        let code = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join("<br>");
        let conditions: Vec<_> = statement.conditions.iter().map(condition).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            statement.sid,
            statement.why,
            code(statement.actions),
            code(statement.resources),
            conditions.join("<br>"),
            judges(purpose, &statement),
        );
    }
}

fn condition(Condition { operator, key, values }: &Condition) -> String {
    match *operator {
        "Null" => format!("`{key}` is there"),
        operator => format!(
            "`{key}` {operator} {}",
            values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
        ),
    }
}
