//! `kore address-pool`.

use kore_client::resource;
use serde_json::{Map, Value, json};

use super::{
    confirmed, generic,
    objects::{self, Written},
    team::fields,
};
use crate::{
    app::App,
    cli::{AddressPoolCommand, RangesArgs},
    error::{CliError, Result},
    output,
    printer::Style,
    table::Cell,
    views,
};

/// Runs `kore address-pool`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: AddressPoolCommand) -> Result {
    let kind = resource::ADDRESS_POOL;
    let taken = resource::ADDRESS_RESERVATION;
    match command {
        AddressPoolCommand::List(args) => {
            let hint = "No pools. Make one:  kore address-pool create NAME --pods CIDR:PREFIX";
            objects::show_list(app, kind, None, &objects::query(&args), hint).await
        }
        AddressPoolCommand::Show { name } => {
            let client = app.client().await?;
            show(app, &objects::fetch(&client, kind, None, &name).await?.value)
        }
        AddressPoolCommand::Create { name, provider, ranges, write } => {
            let mut spec = json!({ "provider": provider });
            json_patch::merge(&mut spec, &changes(&ranges)?);
            let client = app.client().await?;
            let body = objects::new_object(kind, None, &name, spec);
            finish(app, kind, objects::create(app, &client, kind, None, &body, &write).await?, "created")
        }
        AddressPoolCommand::Edit { name, ranges, write } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, kind, None, &name).await?;
            let changes = changes(&ranges)?;
            let body = if changes.as_object().is_some_and(Map::is_empty) {
                generic::in_editor(app, &found.value)?
            } else {
                let mut body = found.value.clone();
                json_patch::merge(&mut body, &json!({ "spec": changes }));
                body
            };
            finish(app, kind, objects::replace(app, &client, kind, &found, &body, &write).await?, "changed")
        }
        AddressPoolCommand::Delete { name, write } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, kind, None, &name).await?;
            finish(app, kind, confirmed::delete(app, &client, kind, &found, &write).await?, "deleted")
        }
        AddressPoolCommand::Reservations(args) => {
            objects::show_list(app, taken, None, &objects::query(&args), "Nobody has any addresses.").await
        }
        AddressPoolCommand::Reserve { cidr, note, write } => {
            let client = app.client().await?;
            let body = json!({ "metadata": { "name": "" }, "spec": { "cidr": cidr, "note": note } });
            finish(app, taken, objects::create(app, &client, taken, None, &body, &write).await?, "recorded")
        }
        AddressPoolCommand::Release { cidr, write } => {
            let client = app.client().await?;
            let (rows, _) = objects::read_list(&client, &taken.collection(None), &Default::default()).await?;
            let row = rows.iter().find(|row| views::text(row, "spec.cidr") == cidr);
            let row = row.ok_or_else(|| {
                CliError::usage(format!("nobody has {cidr}")).fix("see who has what: kore address-pool reservations")
            })?;
            let found = objects::fetch(&client, taken, None, &views::text(row, "metadata.name")).await?;
            finish(app, taken, confirmed::delete(app, &client, taken, &found, &write).await?, "released")
        }
    }
}

fn finish(app: &App, kind: &resource::Kind, written: Written, verb: &str) -> Result {
    match written {
        Written::Done { object, .. } => objects::done(app, kind, &object, verb),
        Written::Dry => Ok(()),
    }
}

/// The flags as a patch of the spec.
fn changes(args: &RangesArgs) -> Result<Value> {
    let mut changes = fields(&[
        ("region", args.region.clone()),
        ("stage", args.stage.clone()),
        ("description", args.description.clone()),
    ]);
    for (name, given) in [("node", &args.nodes), ("pod", &args.pods), ("service", &args.services)] {
        if let Some(given) = given {
            changes[name] = ranges(given)?;
        }
    }
    Ok(changes)
}

/// `CIDR[,CIDR]:PREFIX`.
fn ranges(given: &str) -> Result<Value> {
    let wrong = || CliError::usage(format!("{given:?}: write it as 10.64.0.0/12:20"));
    let (cidrs, prefix) = given.rsplit_once(':').ok_or_else(wrong)?;
    let prefix: u8 = prefix.trim_start_matches('/').parse().map_err(|_| wrong())?;
    Ok(json!({ "cidrs": cidrs.split(',').collect::<Vec<_>>(), "prefix": prefix }))
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, "AddressPool", object, |app| {
        let ranges = |purpose: &str| {
            let Some(ranges) = views::at(object, &format!("spec.{purpose}")) else { return Cell::default() };
            let cidrs = views::at(ranges, "cidrs").and_then(Value::as_array).into_iter().flatten();
            let cidrs: Vec<_> = cidrs.filter_map(Value::as_str).collect();
            Cell::new(format!("/{} out of {}", views::text(ranges, "prefix"), cidrs.join(", ")))
        };
        super::cluster::pairs(
            app,
            vec![
                ("Pool", Cell::new(views::text(object, "metadata.name")).style(Style::Bold)),
                ("For", Cell::new(views::text(object, "spec.description"))),
                ("Provider", Cell::new(views::text(object, "spec.provider"))),
                ("Region", Cell::new(views::text(object, "spec.region"))),
                ("Stage", Cell::new(views::text(object, "spec.stage"))),
                ("Nodes", ranges("node")),
                ("Pods", ranges("pod")),
                ("Services", ranges("service")),
            ],
        );
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_people_write_them() {
        assert_eq!(
            ranges("10.64.0.0/12,10.80.0.0/14:20").unwrap(),
            json!({ "cidrs": ["10.64.0.0/12", "10.80.0.0/14"], "prefix": 20 })
        );
        for bad in ["10.64.0.0/12", "10.64.0.0/12:many", ""] {
            assert!(ranges(bad).is_err(), "{bad}");
        }
    }
}
