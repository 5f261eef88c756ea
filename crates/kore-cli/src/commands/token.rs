//! `kore token`, and what it shares with `kore robot token`.

use std::time::Duration;

use http::Method;
use jiff::{SignedDuration, Timestamp};
use kore_api::{
    codes::Code,
    robot::{NewToken, Token, TokenList, TokenRequest},
};
use kore_client::{Client, client::Outgoing, resource::segment};
use serde_json::{Value, json};

use crate::{
    app::App,
    cli::{TokenArgs, TokenCommand},
    error::{CliError, Result},
    output::{self, Format},
};

const OWN: &str = "/api/v1/tokens";

/// Runs `kore token`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: TokenCommand) -> Result {
    let client = app.client().await?;
    match command {
        TokenCommand::List => {
            list(app, &client, OWN, "No tokens. Make one:  kore token create NAME --permission cluster.read").await
        }
        TokenCommand::Create { name, token } => create(app, &client, OWN, &request(app, name, &token)?).await,
        TokenCommand::Revoke { token } => revoke(app, &client, OWN, &token).await,
    }
}

/// When something ends that lasts this long.
pub(super) fn end(app: &App, time: Duration) -> Result<Timestamp> {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
    app.now().checked_add(time).map_err(|_| CliError::usage("--expires: that is too long"))
}

/// What flags ask for.
pub(super) fn request(app: &App, name: String, args: &TokenArgs) -> Result<TokenRequest> {
    let teams = args.teams.iter().map(|team| team.parse()).collect::<std::result::Result<_, _>>();
    let teams = teams.map_err(|error: kore_api::names::NameError| CliError::new(Code::InputName, error.to_string()))?;
    Ok(TokenRequest {
        name,
        expires_at: Some(end(app, args.expires)?),
        permissions: args.permissions.clone(),
        teams,
        ..TokenRequest::default()
    })
}

/// The tokens that work.
pub(super) async fn all(client: &Client, path: &str) -> Result<Vec<Token>> {
    Ok(client.get::<TokenList>(path).await?.value.items)
}

/// The token of this id, or of this name where no other has it.
pub(super) fn find<'a>(there: &'a [Token], text: &str) -> Result<&'a Token> {
    let by_name: Vec<_> = there.iter().filter(|token| token.name == text).collect();
    let missing = match (there.iter().find(|token| token.id == text), by_name.as_slice()) {
        (Some(token), _) => return Ok(token),
        (None, [only]) => return Ok(only),
        (None, []) => CliError::new(Code::NotFound, format!("there is no token {text:?} that works")),
        (None, many) => CliError::usage(format!("{} tokens are called {text:?}: say the id", many.len())),
    };
    Err(missing.fix("see which there are: list instead of revoke"))
}

/// Prints the tokens that work.
pub(super) async fn list(app: &App, client: &Client, path: &str, hint: &str) -> Result {
    let items = client.get::<Value>(path).await?.value;
    let items = items.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    output::list(app, "Token", &items, &json!({}), hint)
}

/// Makes a token and prints it, this once.
pub(super) async fn create(app: &App, client: &Client, path: &str, request: &TokenRequest) -> Result {
    let made: NewToken = client.create(path, request).await?.value;
    if app.format() == Format::Env {
        output::env(app, &[("KORE_SERVER", client.server().to_owned()), ("KORE_TOKEN", made.token)]);
        return Ok(());
    }
    let value = serde_json::to_value(&made).unwrap_or_default();
    output::one(app, "Token", &value, |app| {
        app.printer.text(&made.token);
        let until = made.about.expires_at.strftime("%Y-%m-%d %H:%M UTC");
        app.printer.note(&format!("Works until {until}, and is shown only now. As lines for a CI system: -o env"));
        Ok(())
    })
}

/// Ends a token.
pub(super) async fn revoke(app: &App, client: &Client, path: &str, text: &str) -> Result {
    let there = all(client, path).await?;
    let token = find(&there, text)?;
    client.send(Outgoing::new(Method::DELETE, format!("{path}/{}", segment(&token.id)))).await?;
    match app.format() {
        Format::Table | Format::Wide => app.printer.text(&format!("token/{} revoked", token.id)),
        _ => return output::one(app, "Token", &json!({ "id": token.id, "name": token.name }), |_| Ok(())),
    }
    Ok(())
}
