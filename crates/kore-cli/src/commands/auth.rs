//! `kore auth`, `kore whoami`.

use kore_api::{codes::Code, identity::WhoAmI};
use kore_client::{Client, Credentials};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{
    exec,
    marks::{self, Mark},
};
use crate::{
    app::App,
    cli::AuthCommand,
    error::{CliError, Result},
    output::{self, Format},
    printer::Style,
    table::Cell,
    views,
};

/// Runs `kore auth`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: &AuthCommand) -> Result {
    match command {
        AuthCommand::Status => status(app).await,
        AuthCommand::Token => token(app).await,
        AuthCommand::KubeCredential { cluster } => {
            let cluster = cluster
                .parse()
                .map_err(|error: kore_api::names::NameError| CliError::new(Code::InputName, error.to_string()))?;
            let credential = exec::credential(app, &cluster).await?;
            app.printer.text(
                &json!({
                    "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                    "status": {
                        "token": credential.token.expose_secret(),
                        "expirationTimestamp": credential.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
                    },
                })
                .to_string(),
            );
            Ok(())
        }
    }
}

async fn me(client: &Client) -> Result<(WhoAmI, Value)> {
    let value = client.get::<Value>("/api/v1/whoami").await?.value;
    let me = serde_json::from_value(value.clone())
        .map_err(|error| CliError::new(Code::Internal, format!("the answer to who am I: {error}")))?;
    Ok((me, value))
}

/// What the installation is marked with where we are signed in.
///
/// # Errors
/// As [`whoami`].
pub(super) async fn marks(client: &Client) -> Result<Vec<Mark>> {
    me(client).await.map(|(me, _)| marks::of(&me.rehearsal, &me.evaluation))
}

/// Runs `kore whoami`.
///
/// # Errors
/// When nobody is signed in or the server does not answer.
pub async fn whoami(app: &App) -> Result {
    let client = app.client().await?;
    let (me, value) = me(&client).await?;
    if app.format() == Format::Name {
        app.printer.text(&me.name);
        return Ok(());
    }
    if app.format() == Format::Env {
        output::env(app, &[("KORE_USER", me.name), ("KORE_SERVER", client.server().to_owned())]);
        return Ok(());
    }
    output::one(app, "WhoAmI", &value, |app| {
        let role = match me.platform_role {
            Some(kore_api::identity::PlatformRole::Admin) => "administrator of the platform",
            Some(kore_api::identity::PlatformRole::Auditor) => "auditor of the platform",
            None => "none",
        };
        let teams: Vec<String> = me
            .teams
            .iter()
            .map(|membership| {
                let role = serde_json::to_value(membership.role).map(|role| output::plain(&role)).unwrap_or_default();
                format!("{} ({role})", membership.team)
            })
            .collect();
        let mut rows = vec![
            ("You", Cell::new(me.name.as_str()).style(Style::Bold)),
            ("Platform role", Cell::new(role)),
            ("Teams", Cell::new(if teams.is_empty() { "none".to_owned() } else { teams.join(", ") })),
            ("Server", Cell::new(client.server())),
        ];
        rows.extend(marks::rows(marks::of(&me.rehearsal, &me.evaluation)));
        if app.printer.verbose > 0 {
            rows.push(("Id", Cell::new(me.id.as_str())));
            rows.push(("Session ends", Cell::new(format!("{}, if it is not used", me.session_expires_at))));
            if let Some(store) = client.session_store() {
                rows.push(("Kept in", Cell::new(app.paths.tilde(store.path()))));
            }
        }
        super::cluster::pairs(app, rows);
        Ok(())
    })
}

async fn status(app: &App) -> Result {
    let selected = app.selected()?;
    let store = app.sessions(&selected.name);
    let session = store.load()?;
    let client = app.client_for(&selected.context, Credentials::Session(store.clone()))?;
    let answer = if session.is_some() { Some(me(&client).await) } else { None };
    let (signed_in, name, why) = match answer {
        Some(Ok((me, _))) => (true, me.name, String::new()),
        Some(Err(error)) => (false, String::new(), error.message),
        None => (false, String::new(), "there is no session".to_owned()),
    };
    // A renewal may just have replaced it.
    let session = store.load()?;
    let expires = session.map(|session| session.expires_at.to_string());
    let value = json!({
        "signedIn": signed_in, "user": name, "context": selected.name, "server": selected.context.server,
        "session": store.path(), "accessTokenExpiresAt": expires, "because": why,
    });
    output::one(app, "AuthStatus", &value, |app| {
        let (word, style) = if signed_in { ("signed in", Style::Good) } else { ("not signed in", Style::Bad) };
        super::cluster::pairs(
            app,
            vec![
                ("State", Cell::new(word).style(style)),
                ("Because", Cell::new(why)),
                ("You", Cell::new(name)),
                ("Server", Cell::new(selected.context.server)),
                ("Context", Cell::new(selected.name)),
                ("Kept in", Cell::new(app.paths.tilde(store.path()))),
                ("Access token", Cell::new(views::text(&value, "accessTokenExpiresAt"))),
            ],
        );
        Ok(())
    })?;
    if signed_in { Ok(()) } else { Err(CliError::silent(crate::exit::Exit::AUTH)) }
}

/// Prints a token that works now. It is a secret on standard output, so only for pipes.
async fn token(app: &App) -> Result {
    let client = app.client().await?;
    me(&client).await?;
    let token = match client.session_store() {
        Some(store) => store.load()?.map(|session| session.access_token.expose_secret().to_owned()),
        None => app.token_in_hand().map(|token| token.expose_secret().to_owned()),
    };
    let token = token.ok_or_else(|| CliError::new(Code::AuthRequired, "there is no session"))?;
    match app.format() {
        Format::Env => output::env(app, &[("KORE_TOKEN", token)]),
        Format::Json | Format::Yaml | Format::Jsonl => output::document(app, &json!({"token": token}))?,
        _ => app.printer.text(&token),
    }
    Ok(())
}
