//! `kore team quota`.

use kore_api::quota::Dimension;
use kore_client::resource;
use serde_json::{Map, Value, json};

use super::objects::{self, Written};
use crate::{
    app::App,
    cli::QuotaCommand,
    error::{CliError, Result},
    output,
    table::{Cell, Table},
    views,
};

/// Runs `kore team quota`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: QuotaCommand) -> Result {
    let kind = resource::QUOTA;
    match command {
        QuotaCommand::List(args) => {
            objects::show_list(app, kind, None, &objects::query(&args), "You see no team's quota.").await
        }
        QuotaCommand::Show { team } => {
            let client = app.client().await?;
            let team = app.team_or(team.as_deref())?;
            show(app, &objects::fetch(&client, kind, None, &team).await?.value)
        }
        QuotaCommand::Set { team, limits, write } => {
            let changes = changes(&limits)?;
            let client = app.client().await?;
            let found = objects::fetch(&client, kind, None, &team).await?;
            let mut body = found.value.clone();
            json_patch::merge(&mut body, &json!({ "spec": changes }));
            match objects::replace(app, &client, kind, &found, &body, &write).await? {
                Written::Done { object, .. } => objects::done(app, kind, &object, "changed"),
                Written::Dry => Ok(()),
            }
        }
    }
}

/// `NAME=NUMBER`, `NAME=unlimited`, `NAME=default` as a patch of the spec.
fn changes(limits: &[String]) -> Result<Value> {
    let names: Vec<_> = Dimension::ALL.iter().map(|quota| quota.name()).collect();
    let mut changes = Map::new();
    for given in limits {
        let (name, value) = given.split_once('=').unwrap_or((given, ""));
        if !names.contains(&name) {
            return Err(CliError::usage(format!("there is no quota {name:?}")).fix(names.join(", ")));
        }
        let value = match value {
            "default" => Value::Null,
            "unlimited" => "unlimited".into(),
            number => number
                .parse::<u32>()
                .map(Value::from)
                .map_err(|_| CliError::usage(format!("{given:?}: a number, unlimited or default")))?,
        };
        changes.insert(name.to_owned(), value);
    }
    Ok(Value::Object(changes))
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, "Quota", object, |app| {
        let mut table = Table::new(&["QUOTA", "USED", "LIMIT", "FROM"]);
        for quota in Dimension::ALL.map(Dimension::name) {
            let own = views::text(object, &format!("spec.{quota}"));
            let lines = views::at(object, "status.lines").and_then(Value::as_array).into_iter().flatten();
            let line = lines.into_iter().find(|line| views::text(line, "quota") == quota);
            let limit = match line {
                Some(line) => views::text(line, "limit"),
                None => own.clone(),
            };
            let limit = if limit.is_empty() { "unlimited".to_owned() } else { limit };
            let used = line.map(views::share).map(|share| {
                let used = share.text.split('/').next().unwrap_or_default().to_owned();
                Cell::new(used).style(share.style)
            });
            let from = match (line, own.as_str()) {
                (None, _) => "",
                (Some(_), "") => "default",
                (Some(_), _) => "the team's own",
            };
            table.row(vec![Cell::new(quota), used.unwrap_or_default(), Cell::new(limit), Cell::new(from)]);
        }
        table.print(&app.printer, !app.globals.no_headers);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_people_write_them() {
        let read = |words: &[&str]| changes(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        let changes = read(&["clusters=5", "nodes=unlimited", "memoryMib=default"]).unwrap();
        assert_eq!(changes, json!({ "clusters": 5, "nodes": "unlimited", "memoryMib": null }));
        for bad in ["pods=1", "nodes", "nodes=", "nodes=-1", "nodes=many"] {
            assert!(read(&[bad]).is_err(), "{bad}");
        }
    }
}
