//! Writes that are shown before they are made. What a person looked at and confirmed is what is done:
//! the preview's digest binds it. A `--yes` looked at nothing: it is bound to the object's spec. When
//! something moves in between, the server refuses, and we look again.

use kore_api::{codes::Code, preview::Preview};
use kore_client::{Client, ClientError, Precondition, resource::Kind};
use serde_json::Value;

use super::{
    objects::{self, Found, Written},
    preview,
};
use crate::{
    app::App,
    cli::{DryRun, WriteArgs},
    error::{CliError, Result},
    output, views,
};

/// How often a write meets another change before we give up.
const ATTEMPTS: u32 = 5;

/// Replaces an object after its preview was shown and confirmed. `body` makes what is written from
/// the object as it is, once more when it has changed in between.
///
/// # Errors
/// See [`ClientError`]; exit 7 when it would no longer do what was confirmed and nobody can be asked
/// again. A dry run ends as the real call would.
pub async fn replace(
    app: &App,
    client: &Client,
    kind: &Kind,
    found: &Found,
    body: &dyn Fn(&Value) -> Result<Value>,
    write: &WriteArgs,
) -> Result<Written> {
    if write.dry_run.is_some() {
        return objects::replace(app, client, kind, found, &body(&found.value)?, write).await;
    }
    let path = objects::path_of(kind, &found.value);
    let full = views::qualified(&found.value);
    let mut found = found.clone();
    let mut confirmation = Confirmation::default();
    loop {
        let wanted = body(&found.value)?;
        let moved = match client.preview_replace(&path, &wanted, &found.precondition).await {
            Ok(preview) => {
                preview::refuse(&preview)?;
                if preview.changes.is_empty() && preview.actions.is_empty() {
                    app.printer.note("Nothing changes.");
                    return Ok(Written::Done { object: found.value, operation: None });
                }
                let question = format!("Change {} {full}?", kind.singular);
                let terms = confirmation.seek(app, &found, &preview, || app.confirm(&question))?;
                match client.replace::<_, Value>(&path, &wanted, &terms).await {
                    Ok(answer) => return Ok(Written::new(app, answer)),
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        found = confirmation.look_again(client, kind, &found, moved).await?;
    }
}

/// Deletes an object after its impact was shown and its name typed.
///
/// # Errors
/// As [`replace`].
pub async fn delete(app: &App, client: &Client, kind: &Kind, found: &Found, write: &WriteArgs) -> Result<Written> {
    let path = objects::path_of(kind, &found.value);
    let full = views::qualified(&found.value);
    match write.dry_run {
        Some(DryRun::Client) => return output::document(app, &found.value).map(|()| Written::Dry),
        Some(DryRun::Server) => {
            let preview = client.preview_delete(&path, &found.precondition).await?;
            return preview::show(app, &preview).map(|()| Written::Dry);
        }
        None => {}
    }
    let mut found = found.clone();
    let mut confirmation = Confirmation { silent: app.globals.yes, ..Confirmation::default() };
    loop {
        let moved = match client.preview_delete(&path, &found.precondition).await {
            Ok(preview) => {
                preview::refuse(&preview)?;
                let question = format!("Delete {} {full} for good?", kind.singular);
                let terms = confirmation.seek(app, &found, &preview, || app.confirm_with(&question, &full))?;
                match client.delete(&path, &terms).await {
                    Ok(answer) => {
                        let object = answer.value.unwrap_or(found.value);
                        return Ok(Written::Done { object, operation: answer.operation });
                    }
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        found = confirmation.look_again(client, kind, &found, moved).await?;
    }
}

/// What was confirmed so far.
#[derive(Debug, Default)]
struct Confirmation {
    /// The preview that was confirmed, and the spec that it was made from.
    seen: Option<(Preview, Option<Value>)>,
    /// A first preview needs no showing.
    silent: bool,
    attempts: u32,
}

impl Confirmation {
    /// Has this preview confirmed, unless it shows what the confirmed one showed: the digest also moves
    /// with what is observed and not shown. Answers on which terms the write goes out.
    fn seek(
        &mut self,
        app: &App,
        found: &Found,
        preview: &Preview,
        ask: impl FnOnce() -> Result,
    ) -> Result<Precondition> {
        let shows = |preview: &Preview| {
            let Preview { changes, actions, warnings, policy, verdicts, preflight, .. } = preview.clone();
            // What a check found moves all the time; what it came to is what was confirmed.
            let checks =
                preflight.map(|one| one.checks.into_iter().map(|check| (check.name, check.result)).collect::<Vec<_>>());
            (changes, actions, warnings, policy, verdicts, checks)
        };
        let spec = views::at(&found.value, "spec");
        let still_holds = match &self.seen {
            // The world moves while a cluster is made; who said yes beforehand does not mind.
            Some((_, before)) if app.globals.yes => before.as_ref() == spec,
            Some((seen, _)) => shows(seen) == shows(preview),
            None => false,
        };
        if !still_holds {
            if self.seen.is_some() {
                app.printer.warn("it changed in the meantime; this is what would happen now");
                preview::say(app, preview);
                if app.globals.yes || !app.interactive() {
                    let text =
                        "it changed in the meantime, so that the write would do something else; nothing was done";
                    return Err(
                        CliError::new(Code::PreconditionFailed, text).fix("if it is right so, repeat the command")
                    );
                }
            } else if !self.silent {
                preview::say(app, preview);
            }
            ask()?;
            self.seen = Some((preview.clone(), spec.cloned()));
        }
        let looked = !app.globals.yes;
        Ok(if looked { found.precondition.shown(&preview.digest) } else { found.precondition.clone() })
    }

    /// Reads the object again when the write met another change; any other error is the end.
    async fn look_again(&mut self, client: &Client, kind: &Kind, found: &Found, moved: ClientError) -> Result<Found> {
        self.attempts += 1;
        if moved.code() != Some(Code::PreconditionFailed) || self.attempts >= ATTEMPTS {
            return Err(moved.into());
        }
        let team = views::at(&found.value, "metadata.team").and_then(Value::as_str);
        objects::fetch(client, kind, team, &views::text(&found.value, "metadata.name")).await
    }
}
