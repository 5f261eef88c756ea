//! `kore issuer`.

use kore_client::resource;
use serde_json::{Value, json};

use super::{
    confirmed,
    objects::{self, Written},
};
use crate::{
    app::{App, read_input},
    cli::{IssuerCommand, Profile},
    error::{CliError, Result},
    output,
    printer::Style,
    table::Cell,
    views,
};

/// Runs `kore issuer`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: IssuerCommand) -> Result {
    let kind = resource::TRUSTED_ISSUER;
    match command {
        IssuerCommand::List(args) => {
            let hint = "None but GitHub's and GitLab's own, which robots may always trust.";
            objects::show_list(app, kind, None, &objects::query(&args), hint).await
        }
        IssuerCommand::Show { name } => {
            let client = app.client().await?;
            show(app, &objects::fetch(&client, kind, None, &name).await?.value)
        }
        IssuerCommand::Create { name, issuer, profile, keys, certificate_authority, networks, write } => {
            let profile = match profile {
                Profile::Github => "github",
                Profile::Gitlab => "gitlab",
                Profile::Kubernetes => "kubernetes",
                Profile::Other => "other",
            };
            let mut spec = json!({ "issuer": issuer, "profile": profile });
            if let Some(path) = keys {
                let keys: Value = serde_json::from_str(&read_input(&path)?)
                    .map_err(|error| CliError::usage(format!("{}: {error}", path.display())))?;
                spec["keys"] = keys;
            }
            if let Some(path) = certificate_authority {
                spec["certificateAuthority"] = read_input(&path)?.into();
            }
            if !networks.is_empty() {
                spec["networks"] = json!(networks);
            }
            let client = app.client().await?;
            let body = objects::new_object(kind, None, &name, spec);
            match objects::create(app, &client, kind, None, &body, &write).await? {
                Written::Done { object, .. } => objects::done(app, kind, &object, "created"),
                Written::Dry => Ok(()),
            }
        }
        IssuerCommand::Delete { name, write } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, kind, None, &name).await?;
            match confirmed::delete(app, &client, kind, &found, &write).await? {
                Written::Done { object, .. } => objects::done(app, kind, &object, "deleted"),
                Written::Dry => Ok(()),
            }
        }
    }
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, resource::TRUSTED_ISSUER.kind, object, |app| {
        let keys = views::at(object, "spec.keys.keys").and_then(Value::as_array).map(Vec::len);
        let networks = views::at(object, "spec.networks").and_then(Value::as_array).into_iter().flatten();
        let networks: Vec<&str> = networks.filter_map(Value::as_str).collect();
        super::cluster::pairs(
            app,
            vec![
                ("Issuer", Cell::new(views::text(object, "metadata.name")).style(Style::Bold)),
                ("Address", Cell::new(views::text(object, "spec.issuer"))),
                ("Profile", Cell::new(views::text(object, "spec.profile"))),
                ("Keys", Cell::new(keys.map_or_else(|| "asked for".to_owned(), |count| format!("{count}, given")))),
                ("Networks", Cell::new(networks.join(" "))),
            ],
        );
        Ok(())
    })
}
