//! `kore cloud permissions`: what a cloud team is handed.

use kore_api::cloud::{CloudIdentity, CloudPermissions, CloudPlace, PurposePermissions};
use kore_client::Client;
use serde_json::Value;

use crate::{
    app::{App, with_suggestion},
    cli::{CloudPermissionsArgs, PlaceName},
    error::{CliError, Result},
    output::{self, Format},
    printer::Style,
    table::{Cell, Table},
};

/// Prints all of it, one purpose, or a template.
///
/// # Errors
/// Whatever the command ends with.
pub(super) async fn run(app: &App, args: &CloudPermissionsArgs) -> Result {
    let cloud = args.cloud.cloud().name();
    let client = app.client().await?;
    let all = read(&client, cloud).await?;
    match (&args.purpose, args.template) {
        (Some(purpose), _) => one(app, cloud, &all, purpose),
        (None, Some(place)) => template(app, &all, place),
        (None, None) if app.for_people() => {
            print(app, &all);
            Ok(())
        }
        (None, None) => document(app, &serde_json::to_value(&all).unwrap_or_default()),
    }
}

/// What the server says.
///
/// # Errors
/// See [`kore_client::ClientError`].
pub(super) async fn read(client: &Client, cloud: &str) -> Result<CloudPermissions> {
    Ok(client.get(&format!("/api/v1/clouds/{cloud}/permissions")).await?.value)
}

/// Everything, for people: who Kore is, the roles by place, and how they are made.
pub(super) fn print(app: &App, all: &CloudPermissions) {
    let line = |text: &str| app.printer.text(text);
    let (head, who) = match &all.identity {
        CloudIdentity::Tokens { issuer, subject, audience } => (
            "Kore holds no key of the cloud. It shows tokens of its own issuer, and takes one role for each purpose.",
            vec![("Issuer", issuer), ("Subject", subject), ("Audience", audience)],
        ),
        CloudIdentity::AccessKey { user, file } => (
            "For evaluation: Kore holds the access key of one user, who can do nothing but take its roles, one for each purpose.",
            vec![("User", user), ("Key in", file)],
        ),
    };
    line(head);
    line("");
    let who = who.into_iter().map(|(name, value)| (name, Cell::new(value).style(Style::Bold)));
    crate::commands::cluster::pairs(app, who.collect());
    for (place, title) in
        [(CloudPlace::Management, "In the management account"), (CloudPlace::Account, "In each account with clusters")]
    {
        line("");
        app.printer.line(&vec![(Style::Bold, title.to_owned())]);
        let mut table = Table::new(&["ROLE", "PURPOSE", "KORE"]);
        for one in all.purposes.iter().filter(|one| one.place == place) {
            table.row(vec![
                Cell::new(&one.role).style(Style::Bold),
                Cell::new(&one.purpose),
                Cell::new(&one.why).style(Style::Dim),
            ]);
        }
        table.print(&app.printer, !app.globals.no_headers);
    }
    if let Some(boundary) = &all.boundary {
        line("");
        line(&format!("Every role that Kore makes for clusters is bounded by the policy {}.", boundary.name));
    }
    for template in &all.templates {
        line("");
        let title = match template.place {
            CloudPlace::Management => "To make the roles of the management account, there",
            CloudPlace::Account => "What each account gets: Kore applies it, as a stack set; for reading",
        };
        app.printer.line(&vec![(Style::Bold, title.to_owned())]);
        line(&format!(
            "kore cloud permissions {} --template {} > {}",
            all.cloud.name(),
            word(template.place),
            template.file
        ));
        if template.place == CloudPlace::Account {
            continue;
        }
        line(&template.apply);
        for parameter in &template.parameters {
            line(&format!("  {}  {}", parameter.name, parameter.description));
        }
    }
    for warning in &all.warnings {
        app.printer.warn(warning);
    }
    let cloud = all.cloud.name();
    app.printer.note(&format!("Look at one:  kore cloud permissions {cloud} --purpose PURPOSE"));
}

fn one(app: &App, cloud: &str, all: &CloudPermissions, purpose: &str) -> Result {
    let found = all.purposes.iter().find(|one| one.purpose == purpose || one.role == purpose);
    let Some(found) = found else {
        let known: Vec<&str> = all.purposes.iter().map(|one| one.purpose.as_str()).collect();
        let error = CliError::usage(format!("Kore has no purpose {purpose:?} in {cloud}"))
            .fix(format!("one of {}", known.join(", ")));
        return Err(with_suggestion(error, purpose, &known));
    };
    if !app.for_people() {
        return document(app, &serde_json::to_value(found).unwrap_or_default());
    }
    let PurposePermissions { purpose, role, why, place, policy, trust } = found;
    let place = match place {
        CloudPlace::Management => "the management account",
        CloudPlace::Account => "each account with clusters",
    };
    crate::commands::cluster::pairs(
        app,
        vec![
            ("Purpose", Cell::new(purpose).style(Style::Bold)),
            ("Role", Cell::new(role)),
            ("Kore", Cell::new(why)),
            ("In", Cell::new(place)),
        ],
    );
    for (title, document) in [("What it may do", policy), ("Who may take it", trust)] {
        app.printer.text("");
        app.printer.line(&vec![(Style::Bold, title.to_owned())]);
        app.printer.text(&format!("{document:#}"));
    }
    Ok(())
}

fn template(app: &App, all: &CloudPermissions, place: PlaceName) -> Result {
    let wanted = match place {
        PlaceName::Management => CloudPlace::Management,
        PlaceName::Account => CloudPlace::Account,
    };
    let found = all.templates.iter().find(|template| template.place == wanted);
    let found = found.ok_or_else(|| CliError::usage(format!("there is no template for {}", word(wanted))))?;
    document(app, &found.document)?;
    for warning in &all.warnings {
        app.printer.warn(warning);
    }
    app.printer.note(&format!("Apply it:  {}", found.apply));
    Ok(())
}

/// A document is the same for people and programs.
fn document(app: &App, value: &Value) -> Result {
    match app.format() {
        Format::Name | Format::Env => {
            Err(CliError::usage("there is no such format of permissions").fix("use -o json or -o yaml"))
        }
        _ => output::document(app, value),
    }
}

const fn word(place: CloudPlace) -> &'static str {
    match place {
        CloudPlace::Management => "management",
        CloudPlace::Account => "account",
    }
}
