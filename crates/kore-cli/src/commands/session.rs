//! `kore session`.

use http::Method;
use kore_api::{codes::Code, identity::EndedSessions};
use kore_client::{Client, ClientError, ListQuery, Precondition, client::Outgoing, resource};
use serde_json::json;

use super::objects::{self, term};
use crate::{
    app::App,
    cli::SessionCommand,
    error::{CliError, Result},
    output,
};

/// Runs `kore session`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: SessionCommand) -> Result {
    match command {
        SessionCommand::List { user } => {
            let query = ListQuery {
                filter: user.as_deref().map(|user| term("user", "=", user)),
                order_by: Some("-lastUsedAt".to_owned()),
                ..ListQuery::default()
            };
            let hint = user.map_or_else(|| "Nothing holds.".to_owned(), |user| format!("{user} is signed in nowhere."));
            let client = app.client().await?;
            let (items, metadata) = objects::read_list(&client, &resource::SESSION.collection(None), &query).await?;
            output::list(app, resource::SESSION.kind, &items, &metadata, &hint)
        }
        SessionCommand::Revoke { id: Some(id), .. } => {
            let client = app.client().await?;
            end(&client, &id).await?;
            objects::done(app, resource::SESSION, &json!({"id": id}), "revoked")
        }
        SessionCommand::Revoke { user, .. } => {
            let question = match &user {
                Some(user) => format!("End every session of {user}?"),
                None => "End every session of yours but this one?".to_owned(),
            };
            app.confirm(&question)?;
            let path = resource::SESSION.collection(None);
            let path = match &user {
                Some(user) => format!("{path}?user={}", resource::segment(user)),
                None => path,
            };
            let answer = app.client().await?.send(Outgoing::new(Method::DELETE, path)).await?;
            let ended: EndedSessions = serde_json::from_slice(&answer.value)
                .map_err(|error| CliError::new(Code::Internal, format!("the answer about sessions: {error}")))?;
            let words = match ended.ended {
                0 => "There was no other session.".to_owned(),
                1 => "1 session has ended.".to_owned(),
                count => format!("{count} sessions have ended."),
            };
            output::one(app, resource::SESSION.kind, &json!({"ended": ended.ended}), |app| {
                app.printer.text(&words);
                Ok(())
            })
        }
    }
}

async fn end(client: &Client, id: &str) -> Result {
    match client.delete(&resource::SESSION.object(None, id), &Precondition::None).await {
        Ok(_) => Ok(()),
        Err(error @ ClientError::Problem(_)) if error.is_not_found() => {
            let mut error = CliError::from(error).fix("see which there are: kore session list");
            error.message = format!("session {id} does not exist, has ended, or is not yours");
            Err(error)
        }
        Err(error) => Err(error.into()),
    }
}
