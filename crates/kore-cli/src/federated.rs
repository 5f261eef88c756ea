//! A robot without a stored secret: the token that the CI system or cluster gives the job is exchanged
//! for one of Kore's, which stays in memory.

use kore_client::{Client, ClientError, oauth};
use secrecy::SecretString;

use crate::{
    app::App,
    error::{CliError, Result},
};

/// Exchanges the job's token for one of this robot's (`team/name`).
///
/// # Errors
/// When there is no token to exchange, or the server does not take it.
pub async fn exchange(app: &App, client: &Client, robot: &str) -> Result<SecretString> {
    let token = own_token(app, client).await?;
    match oauth::exchange_token(client, &token, robot).await {
        Ok(answer) => Ok(answer.access_token.into()),
        Err(error @ ClientError::OAuth(_)) => {
            let team = robot.split('/').next().unwrap_or_default();
            Err(CliError::from(error)
                .fix(format!(
                    "why, somebody of the team reads: kore audit list -t {team} --filter action=robot.exchange"
                ))
                .fix_last(format!("whom it trusts: kore robot trust list {robot}"))
                .fix_last("a token is exchanged once: for several commands  export KORE_TOKEN=\"$(kore auth token)\""))
        }
        Err(error) => Err(error.into()),
    }
}

/// The job's own token: given, in a file, or asked for at GitHub.
async fn own_token(app: &App, client: &Client) -> Result<SecretString> {
    if let Some(token) = app.var("KORE_ID_TOKEN") {
        return Ok(token.to_owned().into());
    }
    if let Some(path) = app.var("KORE_ID_TOKEN_FILE") {
        let path = std::path::Path::new(path);
        let text = std::fs::read_to_string(path).map_err(|error| CliError::file(path, &error))?;
        return Ok(text.trim().to_owned().into());
    }
    let github = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"].map(|name| app.var(name));
    if let [Some(url), Some(bearer)] = github {
        let audience = app.var("KORE_AUDIENCE").unwrap_or_else(|| client.server());
        return Ok(oauth::github_id_token(client, url, &bearer.to_owned().into(), audience).await?);
    }
    Err(CliError::usage("KORE_ROBOT is set, and there is no token to exchange")
        .fix("GitHub Actions: permissions: id-token: write")
        .fix_last("GitLab CI: id_tokens: KORE_ID_TOKEN: aud: SERVER")
        .fix_last("in a pod: KORE_ID_TOKEN_FILE with the path of its projected token"))
}
