//! `kore explain`: codes, fields and exit codes, offline, from the same types as the server's.

use kore_api::{
    cluster::ClusterSpec,
    codes::Code,
    identity::{MembershipSpec, UserSpec},
    identity_provider::IdentityProviderSpec,
    invitation::InvitationSpec,
    namespace::ClusterNamespaceSpec,
    plan::{PlanSpec, PlanVersionSpec, Provider},
    robot::{RobotSpec, TrustedIssuerSpec},
    team::TeamSpec,
};
use kore_domain::plan::parameters_schema;
use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

use super::generic;
use crate::{
    app::{App, with_suggestion},
    error::{CliError, Result, owner_text},
    exit, output,
    printer::Style,
    table::{Cell, Table},
    views,
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
        "User" => schema::<UserSpec>(),
        "Membership" => schema::<MembershipSpec>(),
        "Invitation" => schema::<InvitationSpec>(),
        "IdentityProvider" => schema::<IdentityProviderSpec>(),
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

/// A field of a schema, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Dotted path; `*` stands for any name.
    pub path: String,
    /// Type, for people.
    pub kind: String,
    /// Range or values.
    pub allowed: String,
    /// Whether it is fixed when the object is made.
    pub immutable: bool,
    /// What it is.
    pub description: String,
}

impl Field {
    /// As JSON, with its value.
    #[must_use]
    pub fn json(&self, value: Option<&Value>) -> Value {
        json!({
            "path": self.path, "type": self.kind, "allowed": self.allowed, "immutable": self.immutable,
            "description": self.description, "value": value,
        })
    }

    /// The field's real paths in these values, with the value at each.
    #[must_use]
    pub fn concrete(&self, values: &Value) -> Vec<(String, Option<Value>)> {
        let Some((before, after)) = self.path.split_once(".*") else {
            return vec![(self.path.clone(), views::at(values, &self.path).cloned())];
        };
        let names: Vec<String> = match views::at(values, before).and_then(Value::as_object) {
            Some(map) if !map.is_empty() => map.keys().cloned().collect(),
            _ => return vec![(self.path.clone(), None)],
        };
        names
            .into_iter()
            .map(|name| format!("{before}.{name}{after}"))
            .map(|path| (path.clone(), views::at(values, &path).cloned()))
            .collect()
    }
}

/// Every leaf of a schema.
#[must_use]
pub fn fields(root: &Value) -> Vec<Field> {
    let mut found = Vec::new();
    walk(root, root, String::new(), &mut found, 0);
    found
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|text| root.pointer(text.trim_start_matches('#')));
    if let Some(target) = target {
        return resolve(root, target);
    }
    // Option<T> is anyOf [T, null]; a described reference is allOf [T].
    for key in ["anyOf", "allOf"] {
        let first = schema
            .get(key)
            .and_then(Value::as_array)
            .and_then(|all| all.iter().find(|one| one.get("type").and_then(Value::as_str) != Some("null")));
        if let Some(first) = first {
            return resolve(root, first);
        }
    }
    schema
}

fn walk(root: &Value, schema: &Value, path: String, found: &mut Vec<Field>, depth: usize) {
    let resolved = resolve(root, schema);
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if depth > 8 {
        return;
    }
    if let Some(properties) = resolved.get("properties").and_then(Value::as_object) {
        for (name, property) in properties {
            walk(root, property, join(name), found, depth + 1);
        }
        return;
    }
    if let Some(each) = resolved.get("additionalProperties").filter(|each| each.is_object()) {
        walk(root, each, join("*"), found, depth + 1);
        return;
    }
    found.push(describe(schema, resolved, path));
}

fn describe(schema: &Value, resolved: &Value, path: String) -> Field {
    let text = |key: &str| schema.get(key).or_else(|| resolved.get(key)).and_then(Value::as_str).map(str::to_owned);
    let values: Vec<String> = match (resolved.get("enum"), resolved.get("oneOf")) {
        (Some(Value::Array(all)), _) => all.iter().filter(|value| !value.is_null()).map(output::plain).collect(),
        (_, Some(Value::Array(all))) => all.iter().filter_map(|one| one.get("const")).map(output::plain).collect(),
        _ => Vec::new(),
    };
    let number = |key: &str| resolved.get(key).filter(|value| value.is_number()).map(output::plain);
    let allowed = match (number("minimum"), number("maximum")) {
        _ if !values.is_empty() => values.join(" | "),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        _ => text("pattern").unwrap_or_default(),
    };
    let kind = match resolved.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("any").to_owned()
        }
        _ if !values.is_empty() => "string".to_owned(),
        _ => "any".to_owned(),
    };
    let flag = |value: &Value| value.get("x-kore-immutable").and_then(Value::as_bool) == Some(true);
    let description = text("description").unwrap_or_default().replace('\n', " ");
    Field { path, kind, allowed, immutable: flag(schema) || flag(resolved), description }
}

fn explain_fields(app: &App, kind: &str, root: &Value, path: &str) -> Result {
    let mut all: Vec<Field> = fields(root);
    for field in &mut all {
        field.path = format!("spec.{}", field.path);
    }
    if kind == "cluster" {
        all.extend(fields(parameters_schema(Provider::Local)).into_iter().map(|mut field| {
            field.path = format!("spec.overrides.{}", field.path);
            field
        }));
    }
    let below: Vec<&Field> = all
        .iter()
        .filter(|field| path.is_empty() || field.path == path || field.path.starts_with(&format!("{path}.")))
        .collect();
    if below.is_empty() {
        let known: Vec<&str> = all.iter().map(|field| field.path.as_str()).collect();
        let error = CliError::usage(format!("{kind} has no field {path}")).fix(format!("see all: kore explain {kind}"));
        return Err(with_suggestion(error, path, &known));
    }
    if !app.for_people() {
        let items: Vec<Value> = below.iter().map(|field| field.json(None)).collect();
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
    fn fields_come_from_the_types() {
        let all = fields(parameters_schema(Provider::Local));
        let size = all.iter().find(|field| field.path == "nodePools.*.size").unwrap();
        assert_eq!((size.kind.as_str(), size.allowed.as_str()), ("integer", "1 to 5"));
        let driver = all.iter().find(|field| field.path == "driver").unwrap();
        assert!(driver.allowed.contains("controlPlaneOnly") && driver.immutable, "{driver:?}");
        let values = json!({"nodePools": {"default": {"size": 1}, "big": {"size": 3}}});
        let concrete = size.concrete(&values);
        assert!(concrete.contains(&("nodePools.big.size".into(), Some(json!(3)))), "{concrete:?}");
    }

    #[test]
    fn a_clusters_plan_is_explained() {
        let all = fields(&schema::<ClusterSpec>());
        assert!(all.iter().any(|field| field.path == "plan.name" && field.kind == "string"), "{all:?}");
    }
}
