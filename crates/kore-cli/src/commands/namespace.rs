//! `kore namespace`.

use clap::ValueEnum;
use jiff::SignedDuration;
use kore_api::{names::NamespaceRef, namespace::object_name};
use kore_client::{Client, resource};
use serde_json::{Value, json};

use super::{
    cluster::{pairs, set_spec},
    confirmed,
    objects::{self, Found, Written},
};
use crate::{
    app::App,
    cli::{NamespaceCommand, NamespaceFields, NamespaceRole, WaiveArgs, WriteArgs},
    error::{CliError, Result},
    output,
    printer::Style,
    table::Cell,
    views,
};

/// How long a deletion is waited for unless --timeout says.
const GONE: std::time::Duration = std::time::Duration::from_secs(300);

/// Runs `kore namespace`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: NamespaceCommand) -> Result {
    match command {
        NamespaceCommand::List(args) => {
            let team = app.globals.team.clone();
            let hint = "No namespaces. Make one:  kore namespace create TEAM/CLUSTER/NAME";
            objects::show_list(app, resource::CLUSTER_NAMESPACE, team.as_deref(), &objects::query(&args), hint).await
        }
        NamespaceCommand::Show { namespace } => {
            let (_, _, found) = find(app, &namespace).await?;
            show(app, &found.value)
        }
        NamespaceCommand::Create { namespace, adopt, fields, write } => {
            create(app, &namespace, adopt, &fields, &write).await
        }
        NamespaceCommand::Edit { namespace, fields, write } => edit(app, &namespace, &fields, &write).await,
        NamespaceCommand::Waive(args) => waive(app, &args).await,
        NamespaceCommand::Delete { namespace, write } => delete(app, &namespace, &write).await,
    }
}

async fn find(app: &App, given: &str) -> Result<(Client, NamespaceRef, Found)> {
    let namespace = app.namespace(given)?;
    let client = app.client().await?;
    let team = namespace.cluster.team.as_str();
    let name = object_name(&namespace.cluster.name, &namespace.name);
    let found = objects::fetch(&client, resource::CLUSTER_NAMESPACE, Some(team), &name).await?;
    Ok((client, namespace, found))
}

/// Says what was done, under the name that people write: `namespace/payments/dev/web created`.
fn done(app: &App, namespace: &NamespaceRef, object: &Value, verb: &str) -> Result {
    if app.for_people() {
        app.printer.text(&format!("namespace/{namespace} {verb}"));
        return Ok(());
    }
    objects::done(app, resource::CLUSTER_NAMESPACE, object, verb)
}

async fn create(app: &App, given: &str, adopt: bool, fields: &NamespaceFields, write: &WriteArgs) -> Result {
    let namespace = app.namespace(given)?;
    let team = Some(namespace.cluster.team.as_str());
    let mut spec = json!({"cluster": namespace.cluster.name, "name": namespace.name});
    if adopt {
        spec["adopt"] = true.into();
    }
    fill(&mut spec, fields)?;
    let name = object_name(&namespace.cluster.name, &namespace.name);
    let body = objects::new_object(resource::CLUSTER_NAMESPACE, team, &name, spec);
    let client = app.client().await?;
    let written = objects::create(app, &client, resource::CLUSTER_NAMESPACE, team, &body, write).await?;
    let Written::Done { object, .. } = written else { return Ok(()) };
    let object = objects::settle(app, &client, resource::CLUSTER_NAMESPACE, object, write).await?;
    done(app, &namespace, &object, "created")?;
    app.printer.note(&format!(
        "  kore exec {} -- kubectl -n {} create deployment web --image IMAGE:TAG",
        namespace.cluster, namespace.name
    ));
    app.printer.note(&format!("  kore kubeconfig add {} --namespace {}", namespace.cluster, namespace.name));
    Ok(())
}

async fn edit(app: &App, given: &str, fields: &NamespaceFields, write: &WriteArgs) -> Result {
    let (client, namespace, found) = find(app, given).await?;
    let kind = resource::CLUSTER_NAMESPACE;
    let written = if fields.is_empty() {
        let body = super::generic::in_editor(app, &found.value)?;
        let again = |now: &Value| super::generic::same_spec(&found.value, now).map(|()| body.clone());
        confirmed::replace(app, &client, kind, &found, &again, write).await?
    } else {
        let edited = |now: &Value| {
            let mut body = objects::exported(now);
            body.get_mut("spec").map_or(Ok(()), |spec| fill(spec, fields)).map(|()| body)
        };
        confirmed::replace(app, &client, kind, &found, &edited, write).await?
    };
    let Written::Done { object, .. } = written else { return Ok(()) };
    let generation = |value: &Value| views::at(value, "metadata.generation").and_then(Value::as_i64);
    if generation(&object) == generation(&found.value) {
        return done(app, &namespace, &object, "unchanged");
    }
    let object = objects::settle(app, &client, kind, object, write).await?;
    done(app, &namespace, &object, "changed")
}

async fn waive(app: &App, args: &WaiveArgs) -> Result {
    let (client, namespace, found) = find(app, &args.namespace).await?;
    let kind = resource::CLUSTER_NAMESPACE;
    let waiver = match (args.time, &args.reason) {
        (Some(time), Some(reason)) => {
            let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
            let end = app.now().checked_add(time).map_err(|_| CliError::usage("--for: that is too long"))?;
            json!({ "reason": reason, "until": end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string() })
        }
        _ => Value::Null,
    };
    let edited = |now: &Value| {
        let mut body = objects::exported(now);
        json_patch::merge(&mut body, &json!({ "spec": { "waivers": { args.guardrail.as_str(): waiver } } }));
        Ok(body)
    };
    let written = confirmed::replace(app, &client, kind, &found, &edited, &args.write).await?;
    let Written::Done { object, .. } = written else { return Ok(()) };
    let object = objects::settle(app, &client, kind, object, &args.write).await?;
    done(app, &namespace, &object, "changed")
}

async fn delete(app: &App, given: &str, write: &WriteArgs) -> Result {
    let (client, namespace, found) = find(app, given).await?;
    let kind = resource::CLUSTER_NAMESPACE;
    let Written::Done { object, .. } = confirmed::delete(app, &client, kind, &found, write).await? else {
        return Ok(());
    };
    if !write.no_wait {
        let (team, name) = (views::text(&object, "metadata.team"), views::text(&object, "metadata.name"));
        let gone = |object: Option<&Value>| object.is_none().then_some(());
        let timeout = write.timeout.unwrap_or(GONE);
        objects::wait_until(app, &client, kind, Some(&team), &name, timeout, gone).await?;
    }
    let verb = if write.no_wait { "is being deleted" } else { "deleted" };
    app.printer.text(&format!("namespace/{namespace} {verb}"));
    Ok(())
}

/// Lays what the flags say over a spec.
fn fill(spec: &mut Value, fields: &NamespaceFields) -> Result {
    let word = |value: &dyn Fn() -> Option<clap::builder::PossibleValue>| {
        value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    };
    let mut patch = json!({});
    if let Some(quota) = fields.quota {
        patch["quota"]["template"] = word(&|| quota.to_possible_value()).into();
        if quota != crate::cli::QuotaTemplate::Own {
            patch["quota"]["hard"] = Value::Null;
        }
    }
    for text in &fields.hard {
        let wrong = || CliError::usage(format!("{text:?} is not RESOURCE=AMOUNT")).fix("as --hard requests.cpu=4");
        let (resource, amount) = text.split_once('=').ok_or_else(wrong)?;
        patch["quota"]["hard"][resource] = amount.into();
    }
    if let Some(standard) = fields.pod_security {
        patch["podSecurity"] = word(&|| standard.to_possible_value()).into();
    }
    for (who, role) in [("viewers", fields.viewers), ("developers", fields.developers)] {
        let Some(role) = role else { continue };
        let none = role == NamespaceRole::None;
        patch["access"][who] = if none { Value::Null } else { word(&|| role.to_possible_value()).into() };
    }
    json_patch::merge(spec, &patch);
    for (openings, open) in [(&fields.open, true), (&fields.close, false)] {
        for opening in openings {
            turn(spec, opening, open)?;
        }
    }
    fields.set_spec.iter().try_for_each(|text| set_spec(spec, text))
}

/// Opens or closes one thing.
fn turn(spec: &mut Value, opening: &str, open: bool) -> Result {
    if !spec.get("network").is_some_and(Value::is_object) {
        spec["network"] = json!({});
    }
    let field = match opening {
        "dns" => "dns",
        "same-namespace" => "sameNamespace",
        "ingress" => "ingress",
        "internet" => "internet",
        other => {
            let (list, namespace) = match other.split_once('=') {
                Some(("from", namespace)) if !namespace.is_empty() => ("fromNamespaces", namespace),
                Some(("to", namespace)) if !namespace.is_empty() => ("toNamespaces", namespace),
                _ => {
                    return Err(CliError::usage(format!("{other:?} is no opening"))
                        .fix("dns, same-namespace, ingress, internet, from=NAMESPACE, to=NAMESPACE"));
                }
            };
            let present = views::at(spec, &format!("network.{list}")).and_then(Value::as_array).cloned();
            let mut names: Vec<Value> = present.unwrap_or_default();
            names.retain(|name| name.as_str() != Some(namespace));
            if open {
                names.push(namespace.into());
            }
            spec["network"][list] = names.into();
            return Ok(());
        }
    };
    spec["network"][field] = open.into();
    Ok(())
}

/// What is open, in words.
pub(crate) fn openings(object: &Value) -> String {
    let at = |field: &str| views::at(object, &format!("spec.network.{field}"));
    let on = |field: &str, default| at(field).and_then(Value::as_bool).unwrap_or(default);
    let mut words: Vec<String> = [
        ("dns", "dns", true),
        ("sameNamespace", "same-namespace", true),
        ("ingress", "ingress", false),
        ("internet", "internet", false),
    ]
    .into_iter()
    .filter(|(field, _, default)| on(field, *default))
    .map(|(_, word, _)| word.to_owned())
    .collect();
    for (field, word) in [("fromNamespaces", "from"), ("toNamespaces", "to")] {
        let names = at(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        words.extend(names.map(|name| format!("{word}={name}")));
    }
    words.join(", ")
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, "ClusterNamespace", object, |app| {
        let (state, style) = views::state(object);
        let text = |path: &str| views::text(object, path);
        let name = format!("{}/{}/{}", text("metadata.team"), text("spec.cluster"), text("spec.name"));
        let mut rows =
            vec![("Namespace", Cell::new(name).style(Style::Bold)), ("State", Cell::new(state).style(style))];
        if let Some((_, reason, message)) = views::ready(object).filter(|(status, ..)| *status != "True") {
            rows.push(("Because", Cell::new(format!("{reason}: {message}"))));
        }
        rows.push(("Quota", Cell::new(text("spec.quota.template"))));
        let used = views::at(object, "status.quota").and_then(Value::as_object).into_iter().flatten();
        let used: Vec<_> = used
            .map(|(name, one)| format!("{name} {} of {}", views::text(one, "used"), views::text(one, "hard")))
            .collect();
        rows.push(("Used", Cell::new(used.join(", "))));
        rows.push(("Open", Cell::new(openings(object))));
        rows.push(("Pod security", Cell::new(text("status.podSecurity"))));
        for (label, path) in [("Viewers are", "spec.access.viewers"), ("Developers are", "spec.access.developers")] {
            rows.push((label, Cell::new(text(path))));
        }
        let waivers = views::at(object, "spec.waivers").and_then(Value::as_object).into_iter().flatten();
        let waived = views::at(object, "status.waived").and_then(Value::as_array).into_iter().flatten();
        let waived: Vec<_> = waived.filter_map(Value::as_str).collect();
        for (name, waiver) in waivers {
            let until = views::second(waiver, "until");
            let said = if waived.contains(&name.as_str()) { "does not hold until" } else { "was waived until" };
            rows.push(("Guardrail", Cell::new(format!("{name} {said} {until}: {}", views::text(waiver, "reason")))));
        }
        if views::at(object, "spec.deletionProtection").and_then(Value::as_bool) == Some(true) {
            rows.push(("Protection", Cell::new("deletion is refused")));
        }
        if let Some(drift) = views::at(object, "status.drift") {
            let what = views::at(drift, "what").and_then(Value::as_array).into_iter().flatten();
            let what: Vec<_> = what.filter_map(Value::as_str).collect();
            let found = format!("{}: {}", views::second(drift, "at"), what.join("; "));
            rows.push(("Put right", Cell::new(found).style(Style::Warn)));
        }
        rows.push(("Made", Cell::new(text("metadata.creationTimestamp"))));
        pairs(app, rows);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_are_opened_and_closed() {
        let mut object = json!({"spec": {"cluster": "dev", "name": "web"}});
        assert_eq!(openings(&object), "dns, same-namespace");
        let flags = |open: &[&str], close: &[&str]| {
            let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
            NamespaceFields { open: texts(open), close: texts(close), ..NamespaceFields::default() }
        };
        fill(&mut object["spec"], &flags(&["internet", "from=shop", "from=shop", "to=db"], &["dns"])).unwrap();
        assert_eq!(openings(&object), "same-namespace, internet, from=shop, to=db");
        fill(&mut object["spec"], &flags(&["dns"], &["from=shop", "internet"])).unwrap();
        assert_eq!(openings(&object), "dns, same-namespace, to=db");
        for wrong in ["everything", "from=", "from"] {
            assert!(fill(&mut object["spec"], &flags(&[wrong], &[])).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_template_puts_an_own_quota_away() {
        let mut spec = json!({"quota": {"template": "own", "hard": {"pods": "5"}}});
        let medium = NamespaceFields { quota: Some(crate::cli::QuotaTemplate::Medium), ..NamespaceFields::default() };
        fill(&mut spec, &medium).unwrap();
        assert_eq!(spec, json!({"quota": {"template": "medium"}}));
        let own = NamespaceFields {
            quota: Some(crate::cli::QuotaTemplate::Own),
            hard: vec!["count/jobs.batch=7".to_owned()],
            ..NamespaceFields::default()
        };
        fill(&mut spec, &own).unwrap();
        assert_eq!(spec, json!({"quota": {"template": "own", "hard": {"count/jobs.batch": "7"}}}));
    }
}
