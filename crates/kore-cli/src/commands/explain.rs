//! `kore explain`: codes, fields and exit codes, offline, from the same types as the server's.

use kore_api::{
    access::{ElevationSpec, RoleBindingSpec, RoleSpec},
    cluster::ClusterSpec,
    codes::Code,
    identity::{MembershipSpec, UserSpec},
    identity_provider::IdentityProviderSpec,
    invitation::InvitationSpec,
    namespace::ClusterNamespaceSpec,
    parameter::Parameter,
    plan::{PlanSpec, PlanVersionSpec, Provider},
    policy::PlanPolicySpec,
    robot::{RobotSpec, TrustedIssuerSpec},
    team::TeamSpec,
};
use kore_domain::plan::{fields, parameters};
use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

use super::generic;
use crate::{
    app::{App, with_suggestion},
    error::{CliError, Result, owner_text},
    exit, output,
    printer::Style,
    table::{Cell, Table},
};

/// Runs `kore explain`.
///
/// # Errors
/// When there is no such code, kind or field.
pub fn run(app: &App, what: &str) -> Result {
    if what.eq_ignore_ascii_case("exit-codes") {
        return exit_codes(app);
    }
    if what.to_ascii_uppercase().starts_with("KORE-") {
        return code(app, what);
    }
    let (kind_word, path) = what.split_once('.').unwrap_or((what, ""));
    let kind = generic::kind(kind_word)?;
    let root = match kind.kind {
        "Team" => schema::<TeamSpec>(),
        "Cluster" => schema::<ClusterSpec>(),
        "ClusterNamespace" => schema::<ClusterNamespaceSpec>(),
        "Plan" => schema::<PlanSpec>(),
        "PlanVersion" => schema::<PlanVersionSpec>(),
        "PlanPolicy" => schema::<PlanPolicySpec>(),
        "User" => schema::<UserSpec>(),
        "Membership" => schema::<MembershipSpec>(),
        "Invitation" => schema::<InvitationSpec>(),
        "IdentityProvider" => schema::<IdentityProviderSpec>(),
        "Role" => schema::<RoleSpec>(),
        "RoleBinding" => schema::<RoleBindingSpec>(),
        "Elevation" => schema::<ElevationSpec>(),
        "Robot" => schema::<RobotSpec>(),
        "TrustedIssuer" => schema::<TrustedIssuerSpec>(),
        _ => {
            return Err(CliError::usage(format!("{} is a record without a spec", kind.singular))
                .fix(format!("see one: kore get {} -o yaml --limit 1", kind.plural)));
        }
    };
    explain_fields(app, kind.singular, &root, path)
}

fn schema<T: JsonSchema>() -> Value {
    serde_json::to_value(schema_for!(T)).unwrap_or_default()
}

fn exit_codes(app: &App) -> Result {
    let mut table = Table::new(&["EXIT", "MEANING"]);
    let mut items = Vec::new();
    for (code, meaning) in exit::TABLE {
        table.row(vec![Cell::new(code.to_string()).style(Style::Bold), Cell::new(*meaning)]);
        items.push(json!({"exit": code, "meaning": meaning}));
    }
    if app.for_people() {
        table.print(&app.printer, !app.globals.no_headers);
        return Ok(());
    }
    output::list(app, "ExitCode", &items, &json!({}), "")
}

fn code(app: &App, text: &str) -> Result {
    let Some(code) = Code::find(text) else {
        let known: Vec<&str> = Code::ALL.iter().map(|code| code.entry().code).collect();
        let error = CliError::usage(format!("there is no code {text}")).fix("all codes are in docs/errors.md");
        return Err(with_suggestion(error, &text.to_ascii_uppercase(), &known));
    };
    let entry = code.entry();
    let value = json!({
        "code": entry.code, "title": entry.title, "status": entry.status, "owner": entry.owner,
        "retryable": entry.retryable, "meaning": entry.meaning, "fix": entry.fix,
    });
    output::one(app, "Code", &value, |app| {
        app.printer.line(&vec![(Style::Bold, entry.code.to_owned()), (Style::Plain, format!("  {}", entry.title))]);
        app.printer.text("");
        app.printer.text(&format!("  {}", entry.meaning));
        app.printer.text("");
        app.printer.text(&format!("  owner      {}", owner_text(entry.owner)));
        let retry = if entry.retryable { "yes: the same request may pass later" } else { "no: somebody must act" };
        app.printer.text(&format!("  retryable  {retry}"));
        app.printer.text(&format!("  status     {}", entry.status));
        for (index, fix) in entry.fix.iter().enumerate() {
            app.printer.text(&format!("  {:<9}  {fix}", if index == 0 { "fix" } else { "or" }));
        }
        Ok(())
    })
}

fn explain_fields(app: &App, kind: &str, root: &Value, path: &str) -> Result {
    let mut all: Vec<Parameter> = fields(root);
    for field in &mut all {
        field.path = format!("spec.{}", field.path);
    }
    if kind == "cluster" {
        for mut field in Provider::ALL.into_iter().flat_map(parameters) {
            field.path = format!("spec.overrides.{}", field.path);
            // What providers share is said once.
            if all.iter().all(|known| known.path != field.path) {
                all.push(field);
            }
        }
    }
    let below: Vec<&Parameter> = all
        .iter()
        .filter(|field| path.is_empty() || field.path == path || field.path.starts_with(&format!("{path}.")))
        .collect();
    if below.is_empty() {
        let known: Vec<&str> = all.iter().map(|field| field.path.as_str()).collect();
        let error = CliError::usage(format!("{kind} has no field {path}")).fix(format!("see all: kore explain {kind}"));
        return Err(with_suggestion(error, path, &known));
    }
    if !app.for_people() {
        let items: Vec<Value> = below.iter().map(|field| serde_json::to_value(field).unwrap_or_default()).collect();
        return output::list(app, "Field", &items, &json!({}), "");
    }
    let mut table = Table::new(&["FIELD", "TYPE", "ALLOWED", "LATER", "WHAT"]);
    for field in below {
        table.row(vec![
            Cell::new(field.path.clone()).style(Style::Bold),
            Cell::new(field.kind.clone()),
            Cell::new(field.allowed.clone()),
            Cell::new(if field.immutable { "fixed" } else { "" }),
            Cell::new(field.description.clone()).style(Style::Dim),
        ]);
    }
    table.print(&app.printer, !app.globals.no_headers);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clusters_plan_is_explained() {
        let all = fields(&schema::<ClusterSpec>());
        assert!(all.iter().any(|field| field.path == "plan.name" && field.kind == "string"), "{all:?}");
    }
}
