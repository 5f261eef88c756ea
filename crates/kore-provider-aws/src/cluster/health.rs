//! What EKS says is wrong with a thing, in its own code and words.

use std::time::Duration;

use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};

/// What EKS calls a limit of the account, of machines or of interfaces (EKS API reference, `Issue`, `ErrorDetail`).
const LIMITS: [&str; 3] = ["LimitExceeded", "LimitReached", "MaxSpotInstanceCountExceeded"];

/// Pods whose budget did not let them leave a node in the time that EKS gives them.
const EVICTION: &str = "PodEvictionFailure";

/// How long to wait before what was given up is asked for again.
pub(super) const AGAIN: Duration = Duration::from_secs(10);

/// Issues on one line.
pub(super) fn said<'a>(issues: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>)>) -> String {
    let said: Vec<_> = issues
        .into_iter()
        .map(|(code, message)| format!("{}: {}", code.unwrap_or("without a code"), message.unwrap_or_default()))
        .collect();
    said.join("; ")
}

/// A state, with what is wrong where something is.
pub(super) fn state(what: &str, status: Option<&str>, said: &str) -> String {
    let status = status.unwrap_or("UNKNOWN");
    if said.is_empty() { format!("{what}: {status}") } else { format!("{what}: {status} ({said})") }
}

/// What EKS gave up: whose move it is depends on why.
pub(super) fn failure<'a>(
    what: String,
    issues: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>)>,
) -> StepError {
    let said = said(issues);
    let (code, class) = if LIMITS.iter().any(|limit| said.contains(limit)) {
        (Code::CloudLimit, Class::Quota)
    } else if said.contains(EVICTION) {
        (Code::ClusterDrainBlocked, Class::Quota)
    } else {
        (Code::CloudFailed, Class::Terminal)
    };
    StepError::new(code, class, what).caused_by(said)
}

/// What held a deletion; the next attempt is under way.
pub(super) fn held(what: String, why: String) -> StepError {
    StepError::new(Code::CloudHeld, Class::Retry(AGAIN), what).caused_by(why)
}
