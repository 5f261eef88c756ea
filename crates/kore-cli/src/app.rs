//! What every command has at hand: flags, files, printer, the way to the server.

use std::{
    collections::HashMap,
    io::{BufRead, IsTerminal, Read},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use kore_api::codes::Code;
use kore_client::{Client, ClientConfig, ClientError, Credentials, session::SessionStore};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;
use url::Url;

use crate::{
    cli::{Globals, InstallationArgs},
    config::{self, Config, Context, Paths, Pin},
    error::{CliError, Result},
    output::Format,
    printer::Printer,
};

/// Value of `Kore-Client`.
pub const CLIENT: &str = concat!("cli/", env!("CARGO_PKG_VERSION"));

/// What every command has at hand.
#[derive(Debug)]
pub struct App {
    /// Flags of every command.
    pub globals: Globals,
    /// The only printer.
    pub printer: Printer,
    /// The environment.
    pub env: HashMap<String, String>,
    /// Where files are.
    pub paths: Paths,
    /// The directory's pin.
    pub pin: Option<Pin>,
    /// What the token of a CI job was exchanged for: it can be exchanged once.
    exchanged: OnceCell<SecretString>,
}

/// A context and its name.
#[derive(Debug, Clone)]
pub struct Selected {
    /// Its name.
    pub name: String,
    /// What it says.
    pub context: Context,
    /// Where the choice came from.
    pub origin: String,
}

impl App {
    /// From flags and environment.
    ///
    /// # Errors
    /// When `.kore.yaml` cannot be read.
    pub fn new(globals: Globals, env: HashMap<String, String>) -> Result<Self> {
        let printer = Printer::new(globals.color, globals.quiet, globals.verbose, &env);
        let paths = Paths::new(&env);
        let pin = std::env::current_dir().ok().map(|dir| config::find_pin(&dir)).transpose()?.flatten();
        Ok(Self { globals, printer, env, paths, pin, exchanged: OnceCell::new() })
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// The format that was asked for, or a table.
    #[must_use]
    pub fn format(&self) -> Format {
        self.globals.output.unwrap_or(Format::Table)
    }

    /// Whether data is for people.
    #[must_use]
    pub fn for_people(&self) -> bool {
        matches!(self.format(), Format::Table | Format::Wide)
    }

    /// A variable that is set and not empty.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether a person can be asked.
    #[must_use]
    pub fn interactive(&self) -> bool {
        !self.globals.no_input && std::io::stdin().is_terminal() && self.printer.err.terminal
    }

    /// The configuration; keys that this version does not know are warned about.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn config(&self) -> Result<Config> {
        let config = Config::load(&self.paths)?;
        if !config.unknown.is_empty() && !self.globals.quiet {
            let keys = config.unknown.keys().cloned().collect::<Vec<_>>().join(", ");
            self.printer.warn(&format!("{}: keys unknown to this version: {keys}", self.config_file().display()));
        }
        Ok(config)
    }

    /// The configuration's file.
    #[must_use]
    pub fn config_file(&self) -> PathBuf {
        self.paths.config.join("config.yaml")
    }

    /// The context to use: flag, variable, `.kore.yaml`, current.
    ///
    /// # Errors
    /// When none is chosen or the chosen one does not exist.
    pub fn selected(&self) -> Result<Selected> {
        let config = self.config()?;
        let (name, origin) = if let Some(name) = &self.globals.context {
            (name.clone(), "--context or KORE_CONTEXT".to_owned())
        } else if let Some((pin, name)) = self.pin.as_ref().and_then(|pin| Some((pin, pin.context.clone()?))) {
            (name, self.paths.tilde(&pin.path))
        } else if let Some(name) = &config.current_context {
            (name.clone(), self.paths.tilde(&self.config_file()))
        } else {
            return Err(CliError::new(Code::AuthRequired, "there is no context yet: no server is known")
                .fix("on this machine: kore up")
                .fix_last("elsewhere: kore login https://SERVER"));
        };
        match config.contexts.get(&name) {
            Some(context) => Ok(Selected { name, context: context.clone(), origin }),
            None => {
                let known: Vec<&str> = config.contexts.keys().map(String::as_str).collect();
                let error = CliError::new(Code::NotFound, format!("there is no context {name:?} (from {origin})"))
                    .fix("list them: kore context list");
                Err(with_suggestion(error, &name, &known))
            }
        }
    }

    /// The session store of a context.
    #[must_use]
    pub fn sessions(&self, context: &str) -> SessionStore {
        SessionStore::new(&self.paths.state, context)
    }

    /// A client with these credentials.
    ///
    /// # Errors
    /// When the address or the CA cannot be used.
    pub fn client_for(&self, context: &Context, credentials: Credentials) -> Result<Client> {
        let server =
            Url::parse(&context.server).map_err(|_| CliError::from(ClientError::Address(context.server.clone())))?;
        let certificate_authority = match &context.certificate_authority {
            Some(path) => Some(std::fs::read_to_string(path).map_err(|error| CliError::file(path, &error))?),
            None => None,
        };
        Ok(Client::new(ClientConfig {
            server,
            credentials,
            client: CLIENT.to_owned(),
            timeout: self.globals.request_timeout,
            certificate_authority,
            now: Timestamp::now,
        })?)
    }

    /// The signed-in client. `KORE_SERVER` and `KORE_TOKEN`, or `KORE_ROBOT`
    /// in a CI job, need no context. When the session has
    /// ended and a person is there, they sign in and the command goes on.
    ///
    /// # Errors
    /// When there is no server or no session.
    pub async fn client(&self) -> Result<Client> {
        if let Some(server) = self.var("KORE_SERVER") {
            let context = Context { server: server.to_owned(), ..Context::default() };
            let token = self.fixed_token(&context).await?;
            return self.client_for(&context, token.map_or(Credentials::Anonymous, Credentials::Token));
        }
        let selected = self.selected()?;
        if let Some(token) = self.fixed_token(&selected.context).await? {
            return self.client_for(&selected.context, Credentials::Token(token));
        }
        let store = self.sessions(&selected.name);
        let client = self.client_for(&selected.context, Credentials::Session(store.clone()))?;
        if store.load()?.is_none() && self.interactive() {
            self.printer.note(&format!("Not signed in to {}; signing in first.", client.server()));
            crate::commands::login::sign_in(self, &selected.name, &selected.context, false).await?;
        }
        Ok(client)
    }

    /// A token that comes from the environment: itself, or what a CI job's token is exchanged for.
    async fn fixed_token(&self, context: &Context) -> Result<Option<SecretString>> {
        if self.token_in_hand().is_none()
            && let Some(robot) = self.var("KORE_ROBOT")
        {
            let client = self.client_for(context, Credentials::Anonymous)?;
            let token = crate::federated::exchange(self, &client, robot).await?;
            self.exchanged.get_or_init(|| async { token }).await;
        }
        Ok(self.token_in_hand())
    }

    /// The token that requests are made with, where it is not that of a session. Children get it by
    /// `KORE_TOKEN`: a job's own token cannot be exchanged twice.
    #[must_use]
    pub fn token_in_hand(&self) -> Option<SecretString> {
        self.var("KORE_TOKEN").map(|token| token.to_owned().into()).or_else(|| self.exchanged.get().cloned())
    }

    /// What was exchanged, for children.
    pub(crate) fn exchanged(&self) -> Option<&str> {
        self.exchanged.get().map(ExposeSecret::expose_secret)
    }

    /// The name of the context in use, for caches.
    #[must_use]
    pub fn context_name(&self) -> String {
        self.selected().map_or_else(|_| "default".to_owned(), |selected| selected.name)
    }

    /// The team for names without one: flag, variable, `.kore.yaml`, context.
    #[must_use]
    pub fn team(&self) -> Option<String> {
        let pinned = || self.pin.as_ref().and_then(|pin| pin.team.clone());
        let context = || self.selected().ok().and_then(|selected| selected.context.team);
        self.globals.team.clone().or_else(pinned).or_else(context)
    }

    /// A team by its name or by what is set for this directory or context.
    ///
    /// # Errors
    /// When neither is there.
    pub fn team_or(&self, given: Option<&str>) -> Result<String> {
        given
            .map(str::to_owned)
            .or_else(|| self.team())
            .ok_or_else(|| CliError::usage("which team?").fix("name it, or set one: -t TEAM, KORE_TEAM, .kore.yaml"))
    }

    /// `team/name` from what was typed, the default team and the directory's pin.
    ///
    /// # Errors
    /// When the team or the name is missing or not a name.
    pub fn cluster(&self, given: Option<&str>) -> Result<kore_api::names::ClusterRef> {
        let pinned = || self.pin.as_ref().and_then(|pin| pin.cluster.clone());
        let text = given
            .map(str::to_owned)
            .or_else(pinned)
            .ok_or_else(|| CliError::usage("which cluster?").fix("name it as team/name, or set one in .kore.yaml"))?;
        let (team, name) = self.qualify(&text)?;
        let full = format!("{team}/{name}");
        if full != text {
            self.printer.note(&format!("cluster {full}"));
        }
        full.parse().map_err(|error: kore_api::names::NameError| CliError::new(Code::InputName, error.to_string()))
    }

    /// The namespace of a text: `team/cluster/name`, `cluster/name` of the usual team, or the name alone in the
    /// usual cluster.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn namespace(&self, text: &str) -> Result<kore_api::names::NamespaceRef> {
        let full = match text.matches('/').count() {
            0 => format!("{}/{text}", self.cluster(None)?),
            1 => {
                let usual =
                    || CliError::usage(format!("{text:?} names no team")).fix(format!("write team/{text}, or -t TEAM"));
                format!("{}/{text}", self.team().ok_or_else(usual)?)
            }
            _ => text.to_owned(),
        };
        full.parse().map_err(|error: kore_api::names::NameError| CliError::new(Code::InputName, error.to_string()))
    }

    /// Team and name of a text that may have no team.
    ///
    /// # Errors
    /// When there is no team.
    pub fn qualify(&self, text: &str) -> Result<(String, String)> {
        match text.split_once('/') {
            Some((team, name)) => Ok((team.to_owned(), name.to_owned())),
            None => {
                let team = self.team().ok_or_else(|| {
                    CliError::usage(format!("{text:?} names no team")).fix(format!("write team/{text}, or -t TEAM"))
                })?;
                Ok((team, text.to_owned()))
            }
        }
    }

    /// The installation's name and data directory.
    ///
    /// # Errors
    /// When the name is not one.
    pub fn installation(&self, args: &InstallationArgs) -> Result<Installation> {
        let selected = || self.selected().ok().filter(|selected| selected.context.data_dir.is_some());
        let (name, data) = match (&args.name, &args.data_dir) {
            (Some(name), data) => (name.clone(), data.clone()),
            (None, Some(data)) => {
                let last = data.file_name().map(|name| name.to_string_lossy().into_owned());
                (last.unwrap_or_else(|| "default".to_owned()), Some(data.clone()))
            }
            (None, None) => match selected() {
                Some(selected) => (selected.name, selected.context.data_dir),
                None => ("default".to_owned(), None),
            },
        };
        if !config::is_context_name(&name) {
            return Err(CliError::new(Code::InputName, format!("{name:?} cannot name an installation"))
                .fix("use letters, digits and dashes"));
        }
        let data = data.unwrap_or_else(|| self.paths.data.join(&name));
        let data = std::path::absolute(&data).map_err(|error| CliError::file(&data, &error))?;
        Ok(Installation { name, data })
    }

    /// Asks for a yes. `--yes` answers it; without a person it is a usage error.
    ///
    /// # Errors
    /// When it is refused or nobody can answer.
    pub fn confirm(&self, question: &str) -> Result {
        self.confirm_with(question, "y")
    }

    /// Asks for a word to be typed.
    ///
    /// # Errors
    /// When it is refused or nobody can answer.
    pub fn confirm_with(&self, question: &str, word: &str) -> Result {
        if self.globals.yes {
            return Ok(());
        }
        if !self.interactive() {
            return Err(CliError::usage("this needs a confirmation, and nobody can be asked").fix("repeat with --yes"));
        }
        let hint = if word == "y" { "[y/N]".to_owned() } else { format!("Type {word} to confirm:") };
        self.printer.ask(&format!("{question} {hint} "));
        let answer = read_line()?;
        let answer = answer.trim();
        if answer == word || (word == "y" && answer.eq_ignore_ascii_case("yes")) {
            return Ok(());
        }
        let mut error = CliError::usage("not confirmed; nothing was changed");
        error.exit = crate::exit::Exit::FAILED;
        error.fix = vec!["repeat the command to be asked again".to_owned()];
        Err(error)
    }
}

/// An installation on this machine.
#[derive(Debug, Clone)]
pub struct Installation {
    /// Its name.
    pub name: String,
    /// Its data directory, absolute.
    pub data: PathBuf,
}

impl Installation {
    /// The supervisor's socket.
    #[must_use]
    pub fn supervisor_socket(&self) -> PathBuf {
        self.data.join("run/supervisor.sock")
    }

    /// The server's administration socket.
    #[must_use]
    pub fn admin_socket(&self) -> PathBuf {
        self.data.join("run/admin.sock")
    }
}

impl CliError {
    /// With a further fix after the others.
    #[must_use]
    pub fn fix_last(mut self, fix: impl Into<String>) -> Self {
        self.fix.push(fix.into());
        self
    }
}

/// Adds "did you mean" when one of the known words is near.
#[must_use]
pub fn with_suggestion(error: CliError, given: &str, known: &[&str]) -> CliError {
    match nearest(given, known) {
        // The server may have said so already.
        Some(word) if error.message.contains(&format!("{word:?}")) => error,
        Some(word) => error.fix_first(format!("did you mean {word}?")),
        None => error,
    }
}

/// The known word that is nearest, if it is near.
#[must_use]
pub fn nearest<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    let best = known.iter().map(|word| (strsim::jaro_winkler(given, word), *word)).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, word)| *score > 0.85 && *word != given).map(|(_, word)| word)
}

/// A line of standard input.
///
/// # Errors
/// When it cannot be read.
pub fn read_line() -> Result<String> {
    let mut line = String::new();
    let error = |error: std::io::Error| CliError::usage(format!("standard input: {error}"));
    std::io::stdin().lock().read_line(&mut line).map_err(error)?;
    Ok(line)
}

/// All of standard input, or of a file.
///
/// # Errors
/// When it cannot be read.
pub fn read_input(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        let error = |error: std::io::Error| CliError::usage(format!("standard input: {error}"));
        std::io::stdin().lock().read_to_string(&mut text).map_err(error)?;
        return Ok(text);
    }
    std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => CliError::usage(format!("{}: no such file", path.display())),
        _ => CliError::file(path, &error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_near_or_absent() {
        let known = ["evaluation", "local-large", "production"];
        assert_eq!(nearest("evaluatio", &known), Some("evaluation"));
        assert_eq!(nearest("prodution", &known), Some("production"));
        assert_eq!(nearest("xyz", &known), None);
    }
}
