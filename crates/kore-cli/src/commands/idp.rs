//! `kore idp`.

use std::time::{Duration, Instant};

use kore_api::{
    codes::Code,
    identity::PlatformRole,
    identity_provider::{PreviewOutcome, ProviderPreview, SignInSettings},
};
use kore_client::{Client, Precondition, resource};
use serde_json::{Map, Value, json};

use super::{
    cluster::pairs,
    confirmed,
    objects::{self, Written},
    team,
};
use crate::{
    app::{App, read_input},
    cli::{IdpCommand, ProviderArgs, Switch, WriteArgs},
    error::{CliError, Result},
    output,
    printer::Style,
    table::Cell,
    views,
};

const PREVIEWS: &str = "/api/v1/identityproviderpreviews";
const SETTINGS: &str = "/api/v1/settings/sign-in";
/// How long a preview is waited for; the server forgets it then.
const PATIENCE: Duration = Duration::from_secs(600);
const LOOK: Duration = Duration::from_secs(1);

/// Runs `kore idp`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: IdpCommand) -> Result {
    let kind = resource::IDENTITY_PROVIDER;
    match command {
        IdpCommand::List(args) => {
            let hint = "No identity providers. Connect one:  kore idp create NAME --issuer URL --client-id ID";
            objects::show_list(app, kind, None, &objects::query(&args), hint).await
        }
        IdpCommand::Show { name } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, kind, None, &name).await?;
            show(app, &found.value)
        }
        IdpCommand::Create { name, provider, write } => {
            let body = objects::new_object(kind, None, &name, changes(&provider)?);
            let client = app.client().await?;
            let Written::Done { object, .. } = objects::create(app, &client, kind, None, &body, &write).await? else {
                return Ok(());
            };
            objects::done(app, kind, &object, "created")?;
            app.printer.note(&format!("Register there:  {}", views::text(&object, "status.redirectUri")));
            app.printer.note(&format!("Then try it:     kore idp preview {name}"));
            Ok(())
        }
        IdpCommand::Edit { name, enabled, provider, write } => {
            let mut changes = changes(&provider)?;
            if let Some(enabled) = enabled {
                changes["enabled"] = enabled.into();
            }
            edit(app, &name, &changes, &write).await
        }
        IdpCommand::Preview { name, file, provider, no_browser, no_wait } => {
            let client = app.client().await?;
            let body = draft(&client, &name, file.as_deref(), &changes(&provider)?).await?;
            preview(app, &client, &body, no_browser, no_wait).await
        }
        IdpCommand::Delete { name, write } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, kind, None, &name).await?;
            let written = confirmed::delete(app, &client, kind, &found, &write).await?;
            let Written::Done { object, .. } = written else { return Ok(()) };
            objects::done(app, kind, &object, "deleted")
        }
        IdpCommand::Passwords { switch } => passwords(app, switch).await,
    }
}

/// The fields that flags give.
fn changes(args: &ProviderArgs) -> Result<Value> {
    let mut spec = team::fields(&[
        ("issuer", args.issuer.clone()),
        ("clientId", args.client_id.clone()),
        ("displayName", args.display_name.clone()),
    ]);
    if args.client_secret_stdin {
        let secret = read_input(std::path::Path::new("-"))?;
        spec["clientSecret"] = secret.trim_end_matches(['\r', '\n']).into();
    }
    for (field, values) in
        [("scopes", &args.scopes), ("allowedDomains", &args.allow_domains), ("allowedGroups", &args.allow_groups)]
    {
        if !values.is_empty() {
            spec[field] = json!(values);
        }
    }
    let claims = team::fields(&[("username", args.username_claim.clone()), ("groups", args.groups_claim.clone())]);
    if claims.as_object().is_some_and(|claims| !claims.is_empty()) {
        spec["claims"] = claims;
    }
    if !args.maps.is_empty() {
        spec["groupMappings"] = Value::Array(args.maps.iter().map(|text| mapping(text)).collect::<Result<_>>()?);
    }
    if let Some(path) = &args.keys {
        let text = read_input(path)?;
        spec["keys"] = serde_json::from_str(&text)
            .map_err(|error| CliError::usage(format!("{}: not JSON: {error}", path.display())))?;
    }
    let mut network = Map::new();
    if let Some(path) = &args.certificate_authority {
        network.insert("certificateAuthority".to_owned(), read_input(path)?.into());
    }
    if !args.allow_addresses.is_empty() {
        network.insert("allowedAddresses".to_owned(), json!(args.allow_addresses));
    }
    if !network.is_empty() {
        spec["network"] = Value::Object(network);
    }
    Ok(spec)
}

/// `GROUP=admin`, `GROUP=auditor` or `GROUP=TEAM:ROLE`. Groups may hold `=` and `:`, teams and roles do not.
fn mapping(text: &str) -> Result<Value> {
    let wrong = || {
        CliError::usage(format!("--map {text:?} is not of the form GROUP=admin, GROUP=auditor or GROUP=TEAM:ROLE"))
            .fix("as --map platform-admins=admin --map payments-devs=payments:developer")
    };
    let (group, worth) = text.rsplit_once('=').filter(|(group, _)| !group.is_empty()).ok_or_else(wrong)?;
    match worth.split_once(':') {
        None if matches!(worth, "admin" | "auditor") => Ok(json!({ "group": group, "platformRole": worth })),
        Some((team, role)) if !team.is_empty() && !role.is_empty() => {
            Ok(json!({ "group": group, "team": team, "role": role }))
        }
        _ => Err(wrong()),
    }
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, "IdentityProvider", object, |app| {
        let on = views::at(object, "spec.enabled").and_then(Value::as_bool) != Some(false);
        let (word, style) = if on { ("enabled", Style::Good) } else { ("disabled", Style::Warn) };
        let secret = views::at(object, "status.clientSecretSet").and_then(Value::as_bool) == Some(true);
        pairs(
            app,
            vec![
                ("Provider", Cell::new(views::text(object, "metadata.name")).style(Style::Bold)),
                ("Display name", Cell::new(views::text(object, "spec.displayName"))),
                ("Issuer", Cell::new(views::text(object, "spec.issuer"))),
                ("Client id", Cell::new(views::text(object, "spec.clientId"))),
                ("Client secret", Cell::new(if secret { "kept" } else { "none" })),
                ("State", Cell::new(word).style(style)),
                ("Scopes", Cell::new(listed(object, "spec.scopes"))),
                ("Domains", Cell::new(listed(object, "spec.allowedDomains"))),
                ("Groups", Cell::new(listed(object, "spec.allowedGroups"))),
                ("People", Cell::new(views::text(object, "status.identities"))),
                ("Redirect URI", Cell::new(views::text(object, "status.redirectUri"))),
                ("After logout", Cell::new(views::text(object, "status.postLogoutRedirectUri"))),
            ],
        );
        let mappings = views::at(object, "spec.groupMappings").and_then(Value::as_array).into_iter().flatten();
        for mapping in mappings {
            let worth = match views::text(mapping, "platformRole").as_str() {
                "" => format!("{} in team {}", views::text(mapping, "role"), views::text(mapping, "team")),
                "admin" => "platform administrator".to_owned(),
                role => format!("{role} across the platform"),
            };
            app.printer.text(&format!("  group {} is worth {worth}", views::text(mapping, "group")));
        }
        Ok(())
    })
}

fn listed(object: &Value, path: &str) -> String {
    let all = views::at(object, path).and_then(Value::as_array).into_iter().flatten();
    let words: Vec<_> = all.filter_map(Value::as_str).collect();
    if words.is_empty() { "any".to_owned() } else { words.join(", ") }
}

async fn edit(app: &App, name: &str, changes: &Value, write: &WriteArgs) -> Result {
    let kind = resource::IDENTITY_PROVIDER;
    let client = app.client().await?;
    let found = objects::fetch(&client, kind, None, name).await?;
    let body = if changes.as_object().is_some_and(Map::is_empty) {
        super::generic::in_editor(app, &found.value)?
    } else {
        let mut body = found.value.clone();
        json_patch::merge(&mut body, &json!({ "spec": changes }));
        body
    };
    match objects::replace(app, &client, kind, &found, &body, write).await? {
        Written::Done { object, .. } => objects::done(app, kind, &object, "changed"),
        Written::Dry => Ok(()),
    }
}

/// What is tried: a file, or what is saved with what flags say, or flags alone.
async fn draft(client: &Client, name: &str, file: Option<&std::path::Path>, changes: &Value) -> Result<Value> {
    let kind = resource::IDENTITY_PROVIDER;
    let mut body = match file {
        Some(path) => {
            let text = read_input(path)?;
            serde_saphyr::from_str(&text)
                .map_err(|error| CliError::usage(format!("{}: not YAML: {error}", path.display())))?
        }
        None => match client.get::<Value>(&kind.object(None, name)).await {
            Ok(answer) => json!({ "metadata": { "name": name }, "spec": answer.value["spec"] }),
            Err(error) if error.is_not_found() && changes.get("issuer").is_some() => {
                objects::new_object(kind, None, name, json!({}))
            }
            Err(error) if error.is_not_found() => {
                return Err(CliError::usage(format!("there is no identity provider {name}, and no --issuer"))
                    .fix("try one that is not saved: kore idp preview NAME --issuer URL --client-id ID"));
            }
            Err(error) => return Err(error.into()),
        },
    };
    body["metadata"]["name"] = name.into();
    json_patch::merge(&mut body, &json!({ "spec": changes }));
    Ok(body)
}

async fn preview(app: &App, client: &Client, body: &Value, no_browser: bool, no_wait: bool) -> Result {
    let begun: ProviderPreview = client.create(PREVIEWS, body).await?.value;
    if no_wait {
        return output::document(app, &serde_json::to_value(&begun).unwrap_or_default());
    }
    app.printer.note(&format!("The provider must know this address:  {}", begun.redirect_uri));
    // Asked for, so said even with -q.
    app.printer.progress(&[
        vec![(Default::default(), "Sign in at the provider (works once, ten minutes):".to_owned())],
        vec![(Default::default(), format!("  {}", begun.url))],
    ]);
    if !no_browser && webbrowser::open(&begun.url).is_err() {
        app.printer.note("No browser could be started here; open the address in one.");
    }
    let path = format!("{PREVIEWS}/{}", resource::segment(&begun.id));
    let deadline = Instant::now() + PATIENCE;
    let mut interrupt = Box::pin(tokio::signal::ctrl_c());
    while Instant::now() < deadline {
        let now: ProviderPreview = client.get(&path).await?.value;
        if let Some(outcome) = now.outcome {
            return came_to(app, &outcome);
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = &mut interrupt => return Err(CliError::silent(crate::exit::Exit::INTERRUPTED)),
        }
    }
    Err(CliError::new(Code::AuthAttempt, "nobody signed in within ten minutes"))
}

fn came_to(app: &App, outcome: &PreviewOutcome) -> Result {
    if let Some(failure) = &outcome.failure {
        return Err(CliError::new(Code::AuthProvider, failure.clone()));
    }
    let object = serde_json::to_value(outcome).unwrap_or_default();
    output::one(app, "IdentityProviderPreview", &object, |app| {
        let admitted = match &outcome.refusal {
            None => Cell::new("yes").style(Style::Good),
            Some(why) => Cell::new(format!("no: {why}")).style(Style::Bad),
        };
        let platform = match outcome.platform_role {
            Some(PlatformRole::Admin) => "administrator",
            Some(PlatformRole::Auditor) => "auditor",
            None => "no role",
        };
        let teams: Vec<String> = outcome
            .teams
            .iter()
            .map(|given| {
                format!("{} {} (group {})", given.team, format!("{:?}", given.role).to_lowercase(), given.group)
            })
            .collect();
        pairs(
            app,
            vec![
                ("Admitted", admitted),
                ("Login name", Cell::new(outcome.name.clone()).style(Style::Bold)),
                ("E-mail", Cell::new(outcome.email.clone().unwrap_or_else(|| "none that is verified".to_owned()))),
                ("Groups", Cell::new(outcome.groups.join(", "))),
                ("Platform", Cell::new(platform)),
                ("Teams", Cell::new(teams.join(", "))),
            ],
        );
        for warning in &outcome.warnings {
            app.printer.warn(warning);
        }
        app.printer.text("");
        app.printer.text("Claims");
        app.printer.data(&output::yaml(&outcome.claims)?);
        app.printer.note("Nothing was stored, and nobody was signed in.");
        Ok(())
    })
}

async fn passwords(app: &App, switch: Option<Switch>) -> Result {
    let client = app.client().await?;
    let Some(switch) = switch else {
        let now: SignInSettings = client.get(SETTINGS).await?.value;
        app.printer.text(if now.local { "on" } else { "off" });
        return Ok(());
    };
    let local = switch == Switch::On;
    if !local {
        app.confirm("Switch passwords off? People then sign in with identity providers only.")?;
    }
    let body = SignInSettings { local };
    let _: Value =
        client.replace(SETTINGS, &serde_json::to_value(body).unwrap_or_default(), &Precondition::None).await?.value;
    if local {
        app.printer.note("Passwords are on.");
    } else {
        app.printer.note("Passwords are off. The way back, on the machine that runs Kore:  kore admin reset-link");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_group_is_worth_is_read_from_the_end() {
        assert_eq!(mapping("ops=admin").unwrap(), json!({ "group": "ops", "platformRole": "admin" }));
        assert_eq!(mapping("law=auditor").unwrap(), json!({ "group": "law", "platformRole": "auditor" }));
        assert_eq!(
            mapping("cn=devs,ou=a:b=payments:developer").unwrap(),
            json!({ "group": "cn=devs,ou=a:b", "team": "payments", "role": "developer" })
        );
        for wrong in ["ops", "=admin", "ops=root", "ops=payments", "ops=:owner", "ops=payments:"] {
            assert!(mapping(wrong).is_err(), "{wrong}");
        }
    }
}
