//! What EKS says is wrong with a thing, in its own code and words.

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
