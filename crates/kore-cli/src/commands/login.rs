//! `kore login`, `kore logout`.

use std::time::Duration;

use kore_api::{
    codes::Code,
    identity::{TokenResponse, WhoAmI},
};
use kore_client::{
    Client, Credentials,
    loopback::{Loopback, LoopbackError},
    oauth::{self, DevicePoll, Pkce},
    session::Session,
};
use secrecy::SecretString;

use super::context;
use crate::{
    app::App,
    cli::{LoginArgs, LogoutArgs},
    config::Context,
    error::{CliError, Result},
    exit::Exit,
};

/// How long the browser may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// Runs `kore login`.
///
/// # Errors
/// When nobody signs in.
pub async fn run(app: &App, args: &LoginArgs) -> Result {
    let (name, context) = match &args.server {
        Some(server) => {
            let server = context::parse_server(server)?;
            let name = args.name.clone().or_else(|| app.globals.context.clone()).unwrap_or_else(|| host_of(&server));
            let ca = match &args.certificate_authority {
                Some(path) => Some(std::path::absolute(path).map_err(|error| CliError::file(path, &error))?),
                None => None,
            };
            let old = app.config()?.contexts.get(&name).filter(|old| old.server == server).cloned();
            let context = Context { server, certificate_authority: ca, ..old.unwrap_or_default() };
            // A name that cannot be one is refused before anybody signs in.
            context::put(&mut app.config()?, &name, context.clone(), true)?;
            (name, context)
        }
        None => {
            let selected = app.selected()?;
            (selected.name, selected.context)
        }
    };
    let before = app.sessions(&name).load()?;
    let me = match enter(app, args, &name, &context).await {
        Ok(me) => me,
        Err(error) => {
            // A sign-in that came to nothing changes nothing.
            match before {
                Some(before) => app.sessions(&name).save(&before)?,
                None => app.sessions(&name).remove()?,
            }
            return Err(error);
        }
    };
    if args.server.is_some() {
        let mut config = app.config()?;
        context::put(&mut config, &name, context.clone(), true)?;
        config.save(&app.paths)?;
    }
    app.printer.note(&format!("Signed in to {} as {} (context {name}).", context.server, me.name));
    Ok(())
}

/// Signs in by the way that was asked for; who that is.
async fn enter(app: &App, args: &LoginArgs, name: &str, context: &Context) -> Result<WhoAmI> {
    if args.with_token {
        with_token(app, name, context)?;
    } else if args.device {
        let client = app.client_for(context, Credentials::Anonymous)?;
        let tokens = device(app, &client).await?;
        keep(app, name, &client, tokens)?;
    } else {
        sign_in(app, name, context, args.no_browser).await?;
    }
    let client = app.client_for(context, Credentials::Session(app.sessions(name)))?;
    Ok(client.get("/api/v1/whoami").await?.value)
}

fn host_of(server: &str) -> String {
    url::Url::parse(server).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| "default".into())
}

fn keep(app: &App, name: &str, client: &Client, tokens: TokenResponse) -> Result {
    app.sessions(name).save(&Session::new(client.server(), tokens, app.now())).map_err(CliError::from)
}

fn with_token(app: &App, name: &str, context: &Context) -> Result {
    let token = crate::app::read_input(std::path::Path::new("-"))?;
    let token = token.trim();
    if token.is_empty() {
        return Err(CliError::usage("standard input holds no token").fix("kore login SERVER --with-token < FILE"));
    }
    // The token says itself how long it lives, and the server is the judge; a day is what we try.
    let tokens = TokenResponse {
        access_token: token.to_owned(),
        token_type: "Bearer".to_owned(),
        expires_in: 86_400,
        refresh_token: None,
        issued_token_type: None,
    };
    app.sessions(name).save(&Session::new(&context.server, tokens, app.now())).map_err(CliError::from)
}

/// Signs in through the browser, or with a code where there is none, and keeps the session.
///
/// # Errors
/// When nobody signs in.
pub async fn sign_in(app: &App, name: &str, context: &Context, no_browser: bool) -> Result {
    let client = app.client_for(context, Credentials::Anonymous)?;
    let tokens = if has_browser(app) || no_browser {
        browser(app, &client, no_browser).await?
    } else {
        device(app, &client).await?
    };
    keep(app, name, &client, tokens)
}

/// Whether a browser can come back to a loopback port here: a display, and no session over SSH.
fn has_browser(app: &App) -> bool {
    let remote = ["SSH_CONNECTION", "SSH_TTY"].into_iter().any(|name| app.var(name).is_some());
    let display = ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"].into_iter().any(|name| app.var(name).is_some());
    !remote && (display || cfg!(target_os = "macos"))
}

async fn browser(app: &App, client: &Client, no_browser: bool) -> Result<TokenResponse> {
    let listener = |error: std::io::Error| CliError::new(Code::LocalNetwork, format!("loopback listener: {error}"));
    let loopback = Loopback::bind().await.map_err(listener)?;
    let redirect = loopback.redirect_uri().to_owned();
    let pkce = Pkce::new(&mut rand::rng());
    let url = oauth::authorize_url(client, &pkce, &redirect);
    if no_browser {
        // Asked for, so said even with -q.
        app.printer.progress(&[
            vec![(Default::default(), "Open this address on this machine to sign in:".to_owned())],
            vec![(Default::default(), format!("  {url}"))],
        ]);
    } else {
        app.printer.note("Opening the browser to sign in. If nothing opens, go to:");
        app.printer.note(&format!("  {url}"));
        if webbrowser::open(&url).is_err() {
            app.printer.note("No browser could be started here; signing in with a code instead.");
            return device(app, client).await;
        }
    }
    let code: SecretString = tokio::select! {
        code = tokio::time::timeout(PATIENCE, loopback.code(&pkce.state)) => match code {
            Ok(Ok(code)) => code,
            Ok(Err(LoopbackError::Io(error))) => return Err(listener(error)),
            Ok(Err(error)) => return Err(CliError::new(Code::AuthRequired, error.to_string())),
            Err(_) => return Err(CliError::new(Code::AuthRequired, "nobody signed in within ten minutes")),
        },
        _ = tokio::signal::ctrl_c() => return Err(CliError::silent(Exit::INTERRUPTED)),
    };
    Ok(oauth::exchange(client, &code, &pkce, &redirect).await?)
}

async fn device(app: &App, client: &Client) -> Result<TokenResponse> {
    let authorization = oauth::device_start(client).await?;
    app.printer.progress(&[
        vec![(Default::default(), format!("On any device, open  {}", authorization.verification_uri))],
        vec![(Default::default(), format!("and enter the code   {}", authorization.user_code))],
    ]);
    let device_code = SecretString::from(authorization.device_code.clone());
    let mut interval = Duration::from_secs(authorization.interval.max(1));
    let deadline = std::time::Instant::now() + Duration::from_secs(authorization.expires_in);
    let mut interrupt = Box::pin(tokio::signal::ctrl_c());
    while std::time::Instant::now() < deadline {
        tokio::select! {
            () = tokio::time::sleep(interval) => {}
            _ = &mut interrupt => return Err(CliError::silent(Exit::INTERRUPTED)),
        }
        match oauth::device_poll(client, &device_code).await? {
            DevicePoll::Done(tokens) => return Ok(tokens),
            DevicePoll::Pending => {}
            DevicePoll::SlowDown => interval += Duration::from_secs(5),
        }
    }
    Err(CliError::new(Code::AuthRequired, "the code has expired and nobody entered it"))
}

/// Runs `kore logout`.
///
/// # Errors
/// When the session cannot be ended.
pub async fn logout(app: &App, args: &LogoutArgs) -> Result {
    let selected = app.selected()?;
    let store = app.sessions(&selected.name);
    if store.load()?.is_none() {
        app.printer.note(&format!("You are not signed in (context {}).", selected.name));
        return Ok(());
    }
    let client = app.client_for(&selected.context, Credentials::Session(store.clone()))?;
    let ended = oauth::logout(&client, args.all).await;
    super::exec::forget_credentials(app, &selected.name);
    match ended {
        // The tokens go from this machine in any case.
        Ok(()) | Err(kore_client::ClientError::AuthNeeded { .. }) => store.remove()?,
        Err(error) => {
            store.remove()?;
            let error = CliError::from(error);
            return Err(error.note("because", "the tokens are gone from this machine, but the server was not told"));
        }
    }
    app.printer.note(&format!("Signed out of {} (context {}).", client.server(), selected.name));
    Ok(())
}
