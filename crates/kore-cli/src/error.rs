//! What a command ends with when it does not end well, and how that is shown.

use kore_api::{
    codes::{Code, Owner},
    operation::Failure,
    problem::Problem,
};
use kore_client::ClientError;

use crate::exit::Exit;

/// Most field errors that are listed without `-v`.
const FIELDS_SHOWN: usize = 4;

/// An error as people read it: what, where, why, fix, more.
#[derive(Debug)]
pub struct CliError {
    /// What the process ends with.
    pub exit: Exit,
    /// Stable code, as `KORE-INPUT-0002`.
    pub code: Option<String>,
    /// What happened.
    pub message: String,
    /// Labelled lines between message and fix.
    pub notes: Vec<(String, String)>,
    /// Whose move it is.
    pub owner: Option<Owner>,
    /// What to do, one line each.
    pub fix: Vec<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// Nothing is printed; only the exit code speaks.
    pub silent: bool,
    /// The server's own refusal, as it came.
    pub refusal: Option<Box<Problem>>,
}

/// What every command returns.
pub type Result<T = ()> = std::result::Result<T, CliError>;

impl CliError {
    /// An error of this code, with the code's own owner and fix.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let entry = code.entry();
        Self {
            exit: exit_of(entry.code, entry.status),
            code: Some(entry.code.to_owned()),
            message: message.into(),
            notes: Vec::new(),
            owner: Some(entry.owner),
            fix: entry.fix.iter().map(|&line| line.to_owned()).collect(),
            request_id: None,
            silent: false,
            refusal: None,
        }
    }

    /// A wrong command line.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::USAGE, fix: vec!["see: kore help".to_owned()], ..Self::new(Code::InputInvalid, message) }
    }

    /// Only an exit code.
    #[must_use]
    pub fn silent(exit: Exit) -> Self {
        Self { exit, silent: true, ..Self::new(Code::Internal, "") }
    }

    /// An error of this machine's files.
    #[must_use]
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let code = match error.kind() {
            std::io::ErrorKind::StorageFull => Code::LocalDiskFull,
            std::io::ErrorKind::PermissionDenied => Code::LocalPermission,
            _ => Code::LocalInstallation,
        };
        let fix = match code {
            Code::LocalDiskFull => "free some space and run the command again".to_owned(),
            _ => format!("look at {}", path.display()),
        };
        Self::new(code, format!("{}: {error}", path.display())).exit(Exit::FAILED).fix(fix)
    }

    /// With another exit code.
    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// With a labelled line.
    #[must_use]
    pub fn note(mut self, label: &str, text: impl Into<String>) -> Self {
        self.notes.push((label.to_owned(), text.into()));
        self
    }

    /// With another fix than the code's own.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = vec![fix.into()];
        self
    }

    /// With a first fix before the others.
    #[must_use]
    pub fn fix_first(mut self, fix: impl Into<String>) -> Self {
        self.fix.insert(0, fix.into());
        self
    }

    /// From a failure of an operation, a step or the supervisor.
    #[must_use]
    pub fn failure(failure: &Failure) -> Self {
        let mut error = Self {
            exit: Exit::OPERATION_FAILED,
            code: Some(failure.code.clone()),
            message: failure.message.clone(),
            notes: Vec::new(),
            owner: Some(failure.owner),
            fix: failure.fix.clone(),
            request_id: None,
            silent: false,
            refusal: None,
        };
        if let Some(cause) = &failure.cause {
            error = error.note("cause", cause.clone());
        }
        error
    }

    /// For programs: problem details (RFC 9457) as the server answers them, with what this program
    /// knows besides, and the exit code as `exit`.
    #[must_use]
    pub fn problem(&self) -> serde_json::Value {
        let code = self.code.as_deref().and_then(Code::find).unwrap_or(Code::Internal);
        let mut problem = self.refusal.as_deref().cloned().unwrap_or_else(|| Problem::new(code, ""));
        problem.detail.clone_from(&self.message);
        problem.fix.clone_from(&self.fix);
        problem.owner = self.owner.unwrap_or(problem.owner);
        problem.code = self.code.clone().unwrap_or(problem.code);
        if let Some(id) = &self.request_id {
            problem.request_id.clone_from(id);
        }
        for (label, text) in self.notes.iter().filter(|(label, _)| label != "field") {
            let known = problem.metadata.entry(label.clone()).or_default();
            if !known.is_empty() {
                known.push('\n');
            }
            known.push_str(text);
        }
        let mut value = serde_json::to_value(&problem).unwrap_or_default();
        if let Some(map) = value.as_object_mut() {
            map.insert("exit".to_owned(), self.exit.0.into());
        }
        value
    }

    /// The block, without colours: `label` and text of every line after the first.
    #[must_use]
    pub fn lines(&self, verbose: bool) -> Vec<(String, String)> {
        let (fields, others): (Vec<_>, Vec<_>) = self.notes.iter().cloned().partition(|(label, _)| label == "field");
        let hidden = if verbose { 0 } else { fields.len().saturating_sub(FIELDS_SHOWN) };
        let mut lines: Vec<(String, String)> = fields.iter().take(fields.len() - hidden).cloned().collect();
        if hidden > 0 {
            lines.push(("".to_owned(), format!("and {hidden} more (-v)")));
        }
        lines.extend(others);
        if let Some(owner) = self.owner {
            lines.push(("owner".to_owned(), owner_text(owner).to_owned()));
        }
        for (index, fix) in self.fix.iter().enumerate() {
            lines.push((if index == 0 { "fix" } else { "or" }.to_owned(), fix.clone()));
        }
        let request = self.request_id.as_ref().filter(|id| !id.is_empty()).map(|id| format!("request {id}"));
        if let Some(code) = &self.code {
            let more = format!("kore explain {code}");
            lines.push((
                "more".to_owned(),
                match request {
                    Some(request) => format!("{more}      {request}"),
                    None => more,
                },
            ));
        } else if let Some(request) = request {
            lines.push(("more".to_owned(), request));
        }
        lines
    }
}

/// Whose move it is, for people.
#[must_use]
pub fn owner_text(owner: Owner) -> &'static str {
    match owner {
        Owner::You => "you",
        Owner::PlatformTeam => "your platform team",
        Owner::Cloud => "the cloud",
        Owner::Kore => "Kore",
    }
}

fn exit_of(code: &str, status: u16) -> Exit {
    let group = code.split('-').nth(1).unwrap_or_default();
    match (group, status) {
        ("POLICY" | "QUOTA" | "BUDGET", _) | (_, 403) => Exit::DENIED,
        (_, 401) => Exit::AUTH,
        (_, 404) => Exit::NOT_FOUND,
        (_, 409 | 410 | 412 | 428) => Exit::CONFLICT,
        ("LOCAL", _) if code == Code::LocalNotRunning.entry().code => Exit::UNREACHABLE,
        ("LOCAL", _) => Exit::FAILED,
        (_, 429 | 500..) => Exit::UNREACHABLE,
        _ => Exit::FAILED,
    }
}

/// `/spec/plan/name` as people write it.
fn dotted(pointer: &str) -> String {
    pointer
        .trim_start_matches('/')
        .split('/')
        .map(|part| part.replace("~1", "/").replace("~0", "~"))
        .collect::<Vec<_>>()
        .join(".")
}

impl From<Problem> for CliError {
    fn from(problem: Problem) -> Self {
        let detail = if problem.detail.is_empty() { &problem.title } else { &problem.detail };
        let mut error = Self {
            exit: exit_of(&problem.code, problem.status),
            message: detail.clone(),
            code: Some(problem.code.clone()),
            notes: Vec::new(),
            owner: Some(problem.owner),
            fix: problem.fix.clone(),
            request_id: Some(problem.request_id.clone()),
            silent: false,
            refusal: None,
        };
        match problem.errors.as_slice() {
            // One field that the text speaks of already: said once, by the path that people write.
            [field] if error.message.contains(&field.detail) => {
                error.message = format!("{}: {}", dotted(&field.pointer), field.detail);
            }
            fields => {
                for field in fields {
                    error = error.note("field", format!("{}: {}", dotted(&field.pointer), field.detail));
                }
            }
        }
        error.refusal = Some(Box::new(problem));
        error
    }
}

impl From<ClientError> for CliError {
    fn from(error: ClientError) -> Self {
        let text = error.to_string();
        match error {
            ClientError::Problem(problem) => (*problem).into(),
            ClientError::AuthNeeded { server, why } => {
                Self::new(Code::AuthRequired, format!("not signed in to {server}")).note("because", why)
            }
            ClientError::OAuth(_) => Self::new(Code::AuthRequired, text),
            ClientError::Unreachable { .. } => {
                let mut error = Self::new(Code::Unavailable, text).exit(Exit::UNREACHABLE);
                error.fix = vec![
                    "on the machine that runs Kore: kore status, kore up".to_owned(),
                    "see which server is meant: kore context show".to_owned(),
                ];
                error
            }
            ClientError::Unexpected { status, .. } => {
                let exit = if status >= 500 { Exit::UNREACHABLE } else { Exit::FAILED };
                Self::new(Code::Internal, text).exit(exit).fix("see which server is meant: kore context show")
            }
            ClientError::Session { ref path, ref source } => Self::file(path, source),
            ClientError::Address(_) => Self::usage(text).fix("addresses look like http://127.0.0.1:8420"),
            ClientError::Setup(_) => Self::new(Code::Internal, text).exit(Exit::FAILED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_exit() {
        for (code, exit) in [
            (Code::AuthRequired, Exit::AUTH),
            (Code::AuthForbidden, Exit::DENIED),
            (Code::InputInvalid, Exit::FAILED),
            (Code::NotFound, Exit::NOT_FOUND),
            (Code::AlreadyExists, Exit::CONFLICT),
            (Code::PreconditionFailed, Exit::CONFLICT),
            (Code::LocalBusy, Exit::CONFLICT),
            (Code::LocalNotRunning, Exit::UNREACHABLE),
            (Code::LocalPortInUse, Exit::FAILED),
            (Code::DatabaseUnavailable, Exit::UNREACHABLE),
            (Code::RateLimited, Exit::UNREACHABLE),
        ] {
            assert_eq!(CliError::new(code, "").exit, exit, "{code:?}");
        }
    }

    #[test]
    fn one_wrong_field_is_said_once() {
        let text = "99 is greater than the maximum of 5";
        let problem = Problem::new(Code::InputInvalid, format!("Cluster: /spec/nodePools/size {text}"));
        let error = CliError::from(problem.with_field("/spec/nodePools/size", "maximum", text));
        assert_eq!(
            (error.message.as_str(), error.notes.len()),
            ("spec.nodePools.size: 99 is greater than the maximum of 5", 0)
        );
    }

    #[test]
    fn programs_get_problem_details() {
        let mut problem = Problem::new(Code::InputInvalid, "two fields").with_field("/spec/a", "maximum", "too large");
        problem.request_id = "0193".into();
        let error = CliError::from(problem).note("because", "one").note("because", "two").fix("mend it");
        let value = error.problem();
        let kept: Problem = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(kept.code, "KORE-INPUT-0002");
        assert_eq!((kept.status, kept.request_id.as_str(), kept.errors.len()), (422, "0193", 1));
        assert_eq!((kept.metadata["because"].as_str(), kept.fix), ("one\ntwo", vec!["mend it".to_owned()]));
        assert_eq!(value["exit"], 1);
        assert_eq!(CliError::usage("which?").problem()["exit"], 2);
    }

    #[test]
    fn a_problem_becomes_a_short_block() {
        let mut problem = Problem::new(Code::InputInvalid, "cluster payments/dev has invalid fields");
        for field in 0..6 {
            problem = problem.with_field(format!("/spec/a~1b/{field}"), "maximum", "too large");
        }
        problem.request_id = "0193".into();
        let error = CliError::from(problem);
        let lines = error.lines(false);
        assert_eq!(lines.len(), 8, "{lines:?}");
        assert_eq!(lines[0], ("field".into(), "spec.a/b.0: too large".into()));
        assert_eq!(lines[4].1, "and 2 more (-v)");
        assert_eq!(lines[7], ("more".into(), "kore explain KORE-INPUT-0002      request 0193".into()));
        assert_eq!(error.lines(true).len(), 9);
    }
}
