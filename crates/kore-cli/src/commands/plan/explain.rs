//! `kore plan explain` and `kore policy explain`.

use kore_api::policy::{ExplainedParameter, Explanation};
use kore_client::resource;

use super::super::objects;
use crate::{
    app::App,
    error::Result,
    output,
    printer::Style,
    table::{Cell, Table},
};

/// Parameters: path, type, value in this plan, range, what a change does; with a team, what it may change.
///
/// # Errors
/// See [`kore_client::ClientError`].
pub(crate) async fn explain(app: &App, name: &str, version: Option<u32>) -> Result {
    let client = app.client().await?;
    let mut query = form_urlencoded(&[("version", version.map(|version| version.to_string()))]);
    query.extend(form_urlencoded(&[("team", app.globals.team.clone())]));
    let path = format!("{}/explanation", resource::PLAN.object(None, name));
    let path = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
    let explanation: Explanation = match client.get(&path).await {
        Ok(answer) => answer.value,
        Err(error) if error.is_not_found() => {
            // The plan, or the version: whichever there is not says so, with what there is.
            objects::fetch(&client, resource::PLAN, None, name).await?;
            return Err(error.into());
        }
        Err(error) => return Err(error.into()),
    };
    if !app.for_people() {
        return output::document(app, &serde_json::to_value(&explanation).unwrap_or_default());
    }
    let team = explanation.team.as_ref();
    let mut headings = vec!["PARAMETER", "TYPE", "IN THIS PLAN", "ALLOWED", "A CHANGE"];
    headings.push(if team.is_some() { "THE TEAM" } else { "WHAT" });
    let mut table = Table::new(&headings);
    for one in &explanation.parameters {
        let parameter = &one.parameter;
        let change = match parameter.effect {
            _ if parameter.immutable => "cannot be: fixed",
            Some(effect) => effect.words(),
            None => "",
        };
        let unit = parameter.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
        let allowed = if parameter.allowed.is_empty() { String::new() } else { format!("{}{unit}", parameter.allowed) };
        let last = match team {
            Some(_) => verdict(one),
            None => Cell::new(parameter.description.clone()).style(Style::Dim),
        };
        table.row(vec![
            Cell::new(parameter.path.clone()).style(Style::Bold),
            Cell::new(parameter.kind.clone()),
            Cell::new(one.value.as_ref().map(output::plain).unwrap_or_default()),
            Cell::new(allowed),
            Cell::new(change),
            last,
        ]);
    }
    table.print(&app.printer, !app.globals.no_headers);
    match team {
        Some(team) if explanation.policies.is_empty() => {
            app.printer.note(&format!("No policy holds for {team} with {name}."));
        }
        Some(_) => app.printer.note(&format!("Policies that apply: {}", explanation.policies.join(", "))),
        None => {
            app.printer.note(&format!("Override:  kore cluster create TEAM/NAME --plan {name} --set PARAMETER=VALUE"));
        }
    }
    Ok(())
}

/// What policies say about a parameter, for people.
fn verdict(one: &ExplainedParameter) -> Cell {
    let said: Vec<String> = one
        .rules
        .iter()
        .map(|rule| format!("{} by {} of {}: {}", rule.says, rule.policy, rule.owner, rule.reason))
        .collect();
    match (one.editable, said.is_empty()) {
        (true, true) => Cell::new("may set it").style(Style::Good),
        (true, false) => Cell::new(format!("may set it: {}", said.join("; "))).style(Style::Good),
        (false, _) => Cell::new(said.join("; ")).style(Style::Warn),
    }
}

/// Parameters of a query that are given; neither names nor numbers need escaping, other texts are escaped.
fn form_urlencoded(given: &[(&str, Option<String>)]) -> Vec<String> {
    given.iter().filter_map(|(name, value)| Some(format!("{name}={}", resource::segment(value.as_ref()?)))).collect()
}
