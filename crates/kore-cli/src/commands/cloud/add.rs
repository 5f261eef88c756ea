//! `kore cloud add`: what to hand to the cloud team first, then the organisation.

use std::time::Duration;

use kore_client::{Client, resource};
use serde_json::{Value, json};

use super::{
    super::objects::{self, Written},
    check, permissions, said,
};
use crate::{
    app::App,
    cli::{AwsArgs, WriteArgs},
    error::{CliError, Result},
    output,
};

/// How long the first check may take.
const FIRST: Duration = Duration::from_secs(60);

/// Connects an organisation of AWS; without a name or a word about where it is, says what it takes.
///
/// # Errors
/// Exit 2 when something is missing, and what the server answers.
pub(super) async fn aws(app: &App, name: Option<&str>, aws: &AwsArgs, write: &WriteArgs) -> Result {
    let client = app.client().await?;
    let missing = missing(name, aws);
    if name.is_none() && *aws == AwsArgs::default() {
        return hand_over(app, &client).await;
    }
    if !missing.is_empty() {
        let mut error = CliError::usage(format!("not all is said that it takes: {} missing", missing.join(", ")));
        error.fix = vec![next(name, aws), "what to hand to the cloud team first: kore cloud add aws".to_owned()];
        return Err(error);
    }
    let kind = resource::CLOUD_ORGANIZATION;
    let name = name.unwrap_or_default();
    let mut spec = json!({ "provider": "aws", "aws": said(aws) });
    if aws.regions.is_empty() {
        spec["aws"]["regions"] = json!([aws.region]);
    }
    let body = objects::new_object(kind, None, name, spec);
    let object = match objects::create(app, &client, kind, None, &body, write).await? {
        Written::Done { object, .. } => object,
        Written::Dry => return Ok(()),
    };
    if write.no_wait {
        return objects::done(app, kind, &object, "connected");
    }
    if app.for_people() {
        objects::done(app, kind, &object, "connected")?;
    }
    let timeout = write.timeout.unwrap_or(FIRST);
    let seen = |object: &Value| crate::views::ready(object).is_some();
    check::outcome(app, &check::wait(app, &client, name, timeout, seen).await?)?;
    app.printer.note(&format!("Next:  kore account-rule create RULE --cloud {name}   which teams get accounts there"));
    app.printer.note("       kore address-pool create POOL --provider aws --nodes RANGE:20   where their clusters are");
    app.printer.note("       kore plan create PLAN --provider aws   what they are");
    Ok(())
}

/// What a cloud team is handed, and the command for when they are done.
async fn hand_over(app: &App, client: &Client) -> Result {
    let all = permissions::read(client, "aws").await?;
    if !app.for_people() {
        return output::document(app, &serde_json::to_value(&all).unwrap_or_default());
    }
    app.printer.text("First, hand this to whoever looks after the organisation in AWS.");
    app.printer.text("");
    permissions::print(app, &all);
    app.printer.text("");
    app.printer.text("Once the roles of the management account are there:");
    app.printer.text(&next(None, &AwsArgs::default()));
    Ok(())
}

/// The flags that are missing.
fn missing(name: Option<&str>, aws: &AwsArgs) -> Vec<&'static str> {
    let given = [
        ("NAME", name.is_some()),
        ("--management-account", aws.management_account.is_some()),
        ("--region", aws.region.is_some()),
        ("--organizational-unit", aws.organizational_unit.is_some()),
        ("--account-email", aws.account_email.is_some()),
    ];
    given.into_iter().filter(|(_, given)| !given).map(|(flag, _)| flag).collect()
}

/// The whole command, with what was given filled in.
pub(in crate::commands) fn next(name: Option<&str>, aws: &AwsArgs) -> String {
    let or = |given: &Option<String>, blank: &str| given.clone().unwrap_or_else(|| blank.to_owned());
    let zone = aws.parent_zone.as_ref().map(|zone| format!(" --parent-zone {}:{}", zone.id, zone.domain));
    format!(
        "kore cloud add aws {} --management-account {} --region {} --organizational-unit {} --account-email {}{}",
        name.unwrap_or("NAME"),
        or(&aws.management_account, "ACCOUNT"),
        or(&aws.region, "REGION"),
        or(&aws.organizational_unit, "UNIT"),
        output::quote(&or(&aws.account_email, "aws+{account}@example.org")),
        zone.unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_command_has_what_was_given_in_it() {
        let given = AwsArgs { region: Some("eu-central-1".to_owned()), ..AwsArgs::default() };
        assert_eq!(
            next(Some("acme"), &given),
            "kore cloud add aws acme --management-account ACCOUNT --region eu-central-1 --organizational-unit UNIT \
             --account-email 'aws+{account}@example.org'"
        );
        assert_eq!(missing(Some("acme"), &given), ["--management-account", "--organizational-unit", "--account-email"]);
    }
}
