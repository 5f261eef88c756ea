//! Edits kubeconfigs as text: entries that are ours come and go, every other byte stays.
//!
//! Ours are entries that carry our extension. The text is edited line by line inside `clusters`,
//! `contexts` and `users`, and the result is compared with the same edit made on the parsed file;
//! where text editing cannot be sure (JSON, flow style), the file is written anew with equal values.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use kore_api::names::ClusterRef;
use serde_json::{Map, Value, json};

/// Name of the extension that marks our entries.
pub const MARK: &str = "kore.internal/managed";
const SECTIONS: [(&str, &str); 3] = [("clusters", "cluster"), ("contexts", "context"), ("users", "user")];

/// Why a kubeconfig is left alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KubeconfigError {
    /// It cannot be parsed.
    #[error("it is not a kubeconfig: {0}")]
    Malformed(String),
    /// An entry of that name is somebody else's.
    #[error("an entry named {0} exists that Kore did not make")]
    Foreign(String),
    /// An entry of that name leads to a cluster of the same name on another server.
    #[error("the entry {name} belongs to context {context}")]
    OtherContext {
        /// The entry.
        name: String,
        /// Kore's context that made it.
        context: String,
    },
}

/// What is written for one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The cluster.
    pub cluster: ClusterRef,
    /// Kore's context that reaches it.
    pub context: String,
    /// The gateway's address of the cluster.
    pub server: String,
    /// PEM of the CA.
    pub certificate_authority: String,
    /// The program that kubectl runs for a credential.
    pub command: String,
    /// The namespace that kubectl works in unless it is told another.
    pub namespace: Option<String>,
}

/// An entry of ours that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// Name of context, cluster and user.
    pub name: String,
    /// Kore's context that made it.
    pub context: String,
    /// The server's address.
    pub server: String,
}

/// Name of a cluster's context, cluster and user.
#[must_use]
pub fn entry_name(cluster: &ClusterRef) -> String {
    format!("kore/{cluster}")
}

impl Entry {
    fn name(&self) -> String {
        entry_name(&self.cluster)
    }

    fn value(&self, section: &str) -> Value {
        let mark = json!([{"name": MARK, "extension": {"context": self.context}}]);
        let name = self.name();
        match section {
            "clusters" => json!({"name": name, "cluster": {
                "server": self.server,
                "certificate-authority-data": STANDARD.encode(&self.certificate_authority),
                "extensions": mark,
            }}),
            "contexts" => {
                let mut context = json!({"cluster": name, "user": name, "extensions": mark});
                if let Some(namespace) = &self.namespace {
                    context["namespace"] = namespace.as_str().into();
                }
                json!({"name": name, "context": context})
            }
            _ => json!({"name": name, "user": {
                "exec": {
                    "apiVersion": "client.authentication.k8s.io/v1",
                    "command": self.command,
                    "args": ["auth", "kube-credential", "--context", self.context, "--cluster", self.cluster.to_string()],
                    "interactiveMode": "IfAvailable",
                    "provideClusterInfo": true,
                    "installHint": "This entry needs the command line of Kore: kore",
                },
                "extensions": mark,
            }}),
        }
    }

    /// The lines of the entry, as a list item at this indent. Written by hand: the same every time.
    fn text(&self, section: &str, indent: usize) -> String {
        let q = |text: &str| Value::from(text).to_string();
        let (name, context) = (q(&self.name()), q(&self.context));
        let mark = format!("    extensions:\n    - name: {MARK}\n      extension:\n        context: {context}\n");
        let body = match section {
            "clusters" => format!(
                "- name: {name}\n  cluster:\n    server: {}\n    certificate-authority-data: {}\n{mark}",
                q(&self.server),
                STANDARD.encode(&self.certificate_authority),
            ),
            "contexts" => {
                let namespace = self.namespace.as_deref().map(|name| format!("    namespace: {}\n", q(name)));
                let namespace = namespace.unwrap_or_default();
                format!("- name: {name}\n  context:\n    cluster: {name}\n    user: {name}\n{namespace}{mark}")
            }
            _ => format!(
                "- name: {name}\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      \
                 command: {}\n      args:\n      - auth\n      - kube-credential\n      - --context\n      - {context}\n      \
                 - --cluster\n      - {}\n      interactiveMode: IfAvailable\n      provideClusterInfo: true\n      \
                 installHint: \"This entry needs the command line of Kore: kore\"\n{mark}",
                q(&self.command),
                q(&self.cluster.to_string()),
            ),
        };
        body.lines().map(|line| format!("{}{line}\n", " ".repeat(indent))).collect()
    }
}

fn parse(text: &str) -> Result<Value, KubeconfigError> {
    if text.trim().is_empty() {
        return Ok(json!({}));
    }
    let value: Value = serde_saphyr::from_str(text)
        .map_err(|error| KubeconfigError::Malformed(error.to_string().lines().next().unwrap_or_default().to_owned()))?;
    match value {
        Value::Object(_) => Ok(value),
        Value::Null => Ok(json!({})),
        _ => Err(KubeconfigError::Malformed("it is not a mapping".to_owned())),
    }
}

fn marked_context<'a>(item: &'a Value, key: &str) -> Option<&'a str> {
    let extensions = item.get(key)?.get("extensions")?.as_array()?;
    let ours = extensions.iter().find(|extension| extension.get("name").and_then(Value::as_str) == Some(MARK))?;
    ours.get("extension")?.get("context")?.as_str()
}

fn item_name(item: &Value) -> Option<&str> {
    item.get("name").and_then(Value::as_str)
}

/// Entries of ours in a kubeconfig, by their contexts.
///
/// # Errors
/// When it cannot be parsed.
pub fn owned(text: &str) -> Result<Vec<Owned>, KubeconfigError> {
    let value = parse(text)?;
    let items = |section: &str| value.get(section).and_then(Value::as_array).cloned().unwrap_or_default();
    let clusters = items("clusters");
    let server = |name: &str| {
        let found = clusters.iter().find(|item| item_name(item) == Some(name));
        found.and_then(|item| item.get("cluster")?.get("server")?.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let entries = items("contexts");
    Ok(entries
        .iter()
        .filter_map(|item| {
            let context = marked_context(item, "context")?.to_owned();
            let name = item_name(item)?.to_owned();
            Some(Owned { server: server(&name), name, context })
        })
        .collect())
}

/// The current context's name.
///
/// # Errors
/// When it cannot be parsed.
pub fn current(text: &str) -> Result<Option<String>, KubeconfigError> {
    let value = parse(text)?;
    Ok(value.get("current-context").and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned))
}

/// Adds or renews entries; with `switch` the first becomes the current context.
///
/// # Errors
/// When the file cannot be parsed or a name is taken by somebody else's entry.
pub fn add(text: &str, entries: &[Entry], switch: bool) -> Result<String, KubeconfigError> {
    let value = parse(text)?;
    for (section, key) in SECTIONS {
        for item in value.get(section).and_then(Value::as_array).into_iter().flatten() {
            let Some(entry) = entries.iter().find(|entry| Some(entry.name().as_str()) == item_name(item)) else {
                continue;
            };
            match marked_context(item, key) {
                None => return Err(KubeconfigError::Foreign(entry.name())),
                Some(context) if context != entry.context => {
                    return Err(KubeconfigError::OtherContext { name: entry.name(), context: context.to_owned() });
                }
                Some(_) => {}
            }
        }
    }
    let switch_to = entries.first().filter(|_| switch).map(Entry::name);
    edit(text, &value, entries, &BTreeSet::new(), switch_to.as_deref())
}

/// Removes entries of ours by name; others of that name stay. A current context that goes is unset.
///
/// # Errors
/// When the file cannot be parsed.
pub fn remove(text: &str, names: &BTreeSet<String>) -> Result<String, KubeconfigError> {
    let value = parse(text)?;
    let ours: BTreeSet<String> = owned(text)?.into_iter().map(|owned| owned.name).collect();
    let current = value.get("current-context").and_then(Value::as_str).unwrap_or_default();
    let unset = (names.contains(current) && ours.contains(current)).then_some("");
    edit(text, &value, &[], names, unset)
}

/// A kubeconfig with one entry, current, as for a child process.
#[must_use]
pub fn single(entry: &Entry) -> String {
    let mut text = "apiVersion: v1\nkind: Config\n".to_owned();
    for (section, _) in SECTIONS {
        text.push_str(&format!("{section}:\n{}", entry.text(section, 0)));
    }
    text.push_str(&format!("current-context: {}\n", Value::from(entry.name())));
    text
}

fn edit(
    text: &str,
    value: &Value,
    entries: &[Entry],
    gone: &BTreeSet<String>,
    current: Option<&str>,
) -> Result<String, KubeconfigError> {
    let wanted = edit_value(value, entries, gone, current);
    if wanted == *value {
        return Ok(text.to_owned());
    }
    let edited = edit_text(text, entries, gone, current);
    if let Some(edited) = edited.filter(|edited| parse(edited).as_ref() == Ok(&wanted)) {
        return Ok(edited);
    }
    if text.trim_start().starts_with('{') {
        return Ok(format!("{wanted:#}\n"));
    }
    serde_saphyr::to_string(&wanted).map_err(|error| KubeconfigError::Malformed(error.to_string()))
}

fn edit_value(value: &Value, entries: &[Entry], gone: &BTreeSet<String>, current: Option<&str>) -> Value {
    let mut map: Map<String, Value> = value.as_object().cloned().unwrap_or_default();
    if map.is_empty() {
        map.insert("apiVersion".into(), "v1".into());
        map.insert("kind".into(), "Config".into());
    }
    for (section, key) in SECTIONS {
        let present = map.get(section).and_then(Value::as_array).cloned();
        let mut items = present.clone().unwrap_or_default();
        items.retain(|item| {
            !(marked_context(item, key).is_some() && item_name(item).is_some_and(|name| gone.contains(name)))
        });
        for entry in entries {
            let new = entry.value(section);
            match items.iter_mut().find(|item| item_name(item) == Some(&entry.name())) {
                Some(item) => *item = new,
                None => items.push(new),
            }
        }
        if present.as_ref() != Some(&items) && !(present.is_none() && items.is_empty()) {
            map.insert(section.into(), items.into());
        }
    }
    if let Some(current) = current {
        map.insert("current-context".into(), current.into());
    }
    Value::Object(map)
}

/// The same edit on the text; none where the text is not in block style.
fn edit_text(text: &str, entries: &[Entry], gone: &BTreeSet<String>, current: Option<&str>) -> Option<String> {
    let mut text = if text.trim().is_empty() { "apiVersion: v1\nkind: Config\n".to_owned() } else { text.to_owned() };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for (section, key) in SECTIONS {
        edit_section(&mut lines, section, key, entries, gone)?;
    }
    if let Some(current) = current {
        let line = format!("current-context: {}\n", Value::from(current));
        match lines.iter_mut().find(|line| line.starts_with("current-context:")) {
            Some(old) => *old = line,
            None => lines.push(line),
        }
    }
    Some(lines.concat())
}

fn is_blank_or_comment(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn edit_section(
    lines: &mut Vec<String>,
    section: &str,
    key: &str,
    entries: &[Entry],
    gone: &BTreeSet<String>,
) -> Option<()> {
    let head = format!("{section}:");
    let Some(start) = lines.iter().position(|line| line.starts_with(&head)) else {
        if !entries.is_empty() {
            lines.push(format!("{section}:\n"));
            lines.extend(entries.iter().map(|entry| entry.text(section, 0)));
        }
        return Some(());
    };
    let rest = lines.get(start)?.strip_prefix(&head)?.trim().to_owned();
    if !rest.is_empty() && !rest.starts_with('#') {
        if !matches!(rest.as_str(), "[]" | "null" | "~") {
            return None;
        }
        if entries.is_empty() {
            return Some(());
        }
        *lines.get_mut(start)? = format!("{section}:\n");
    }
    let end = lines
        .iter()
        .enumerate()
        .skip(start + 1)
        .find(|(_, line)| !is_blank_or_comment(line) && !line.starts_with([' ', '-', '\t']))
        .map_or(lines.len(), |(index, _)| index);
    let mut body: Vec<String> = lines.drain(start + 1..end).collect();
    let indent = body.iter().find(|line| line.trim_start().starts_with('-')).map_or(0, |line| indent_of(line));
    let mut pending: Vec<&Entry> = entries.iter().collect();
    for (from, to) in items(&body, indent).into_iter().rev() {
        let item = body.get(from..to)?.concat();
        let parsed: Option<Vec<Value>> = serde_saphyr::from_str(&item).ok();
        let Some(parsed) = parsed.as_ref().and_then(|items| items.first()) else { continue };
        let Some(name) = item_name(parsed).filter(|_| marked_context(parsed, key).is_some()) else { continue };
        if let Some(index) = pending.iter().position(|entry| entry.name() == name) {
            let entry = pending.remove(index);
            body.splice(from..to, [entry.text(section, indent)]);
        } else if gone.contains(name) {
            body.drain(from..to);
        }
    }
    let tail = body.iter().rposition(|line| !is_blank_or_comment(line)).map_or(0, |index| index + 1);
    body.splice(tail..tail, pending.into_iter().map(|entry| entry.text(section, indent)));
    if !body.iter().any(|line| !is_blank_or_comment(line)) {
        *lines.get_mut(start)? = format!("{section}: []\n");
    }
    lines.splice(start + 1..start + 1, body);
    Some(())
}

/// Where each item begins and ends; blank lines and comments after an item are nobody's.
fn items(body: &[String], indent: usize) -> Vec<(usize, usize)> {
    let is_start =
        |line: &String| indent_of(line) == indent && line.trim_start().starts_with('-') && !is_blank_or_comment(line);
    let starts: Vec<usize> = body.iter().enumerate().filter(|(_, line)| is_start(line)).map(|(i, _)| i).collect();
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(from, to)| {
            let content = body.iter().take(to).skip(from).rposition(|line| !is_blank_or_comment(line)).unwrap_or(0);
            (from, from + content + 1)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(name: &str) -> Entry {
        Entry {
            cluster: name.parse().unwrap(),
            context: "default".into(),
            server: format!("https://127.0.0.1:8421/k8s/{name}"),
            certificate_authority: "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n".into(),
            command: "/usr/local/bin/kore".into(),
            namespace: None,
        }
    }

    #[test]
    fn a_context_may_have_a_namespace() {
        let with = Entry { namespace: Some("web".into()), ..entry("payments/dev") };
        let text = add(FOREIGN, std::slice::from_ref(&with), false).unwrap();
        let value: Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(value["contexts"][1]["context"]["namespace"], "web");
        let text = add(&text, &[entry("payments/dev")], false).unwrap();
        assert!(!text.contains("namespace:"), "{text}");
    }

    const FOREIGN: &str = "# mine\napiVersion: v1\nkind: Config\npreferences: {}\nclusters:\n  # prod\n  - cluster:\n      \
                           server: https://prod   # do not touch\n      certificate-authority-data: QUFB\n    name: 'prod'\n\n\
                           contexts:\n- context: {cluster: prod, user: me}\n  name: prod\ncurrent-context: prod\nusers:\n\
                           - name: me\n  user:\n    token: |\n      - abc\n\n      def\n# the end\n";

    fn names(list: &[&str]) -> BTreeSet<String> {
        list.iter().map(|name| format!("kore/{name}")).collect()
    }

    #[test]
    fn what_the_text_says_is_what_is_meant() {
        let entry = entry("payments/dev");
        let value = parse(&single(&entry)).unwrap();
        for (section, _) in SECTIONS {
            assert_eq!(value[section][0], entry.value(section));
        }
        assert_eq!(value["current-context"], "kore/payments/dev");
        assert!(!single(&entry).contains("token:"));
    }

    #[test]
    fn entries_come_and_go_and_leave_every_other_byte() {
        let added = add(FOREIGN, &[entry("payments/dev"), entry("sandbox/first")], false).unwrap();
        assert_eq!(owned(&added).unwrap().len(), 2);
        assert_eq!(current(&added).unwrap().as_deref(), Some("prod"));
        for line in FOREIGN.lines() {
            assert!(added.contains(line), "{line:?} is gone from\n{added}");
        }
        assert_eq!(add(&added, &[entry("payments/dev")], false).unwrap(), added, "adding again changes nothing");
        let one = remove(&added, &names(&["payments/dev"])).unwrap();
        assert_eq!(owned(&one).unwrap().len(), 1);
        assert_eq!(remove(&one, &names(&["sandbox/first"])).unwrap(), FOREIGN);
    }

    #[test]
    fn an_empty_file_becomes_a_kubeconfig_and_empty_again() {
        for empty in ["", "\n", "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: null\nusers: ~\n"] {
            let added = add(empty, &[entry("a/b")], true).unwrap();
            assert_eq!(owned(&added).unwrap()[0].server, "https://127.0.0.1:8421/k8s/a/b");
            assert_eq!(current(&added).unwrap().as_deref(), Some("kore/a/b"));
            let removed = remove(&added, &names(&["a/b"])).unwrap();
            assert!(owned(&removed).unwrap().is_empty());
            assert_eq!(current(&removed).unwrap(), None, "a current context that is gone is unset");
        }
    }

    #[test]
    fn renewing_replaces_in_place() {
        let added = add(FOREIGN, &[entry("a/b"), entry("c/d")], false).unwrap();
        let moved = Entry { server: "https://elsewhere/k8s/a/b".into(), ..entry("a/b") };
        let renewed = add(&added, &[moved], false).unwrap();
        assert_eq!(renewed, added.replace("https://127.0.0.1:8421/k8s/a/b", "https://elsewhere/k8s/a/b"));
    }

    #[test]
    fn somebody_elses_entry_is_never_taken() {
        let text = "clusters:\n- name: kore/a/b\n  cluster: {server: x}\n";
        assert_eq!(add(text, &[entry("a/b")], false), Err(KubeconfigError::Foreign("kore/a/b".into())));
        assert_eq!(remove(text, &names(&["a/b"])).unwrap(), text);
        let added = add("", &[entry("a/b")], false).unwrap();
        let other = Entry { context: "prod".into(), ..entry("a/b") };
        assert!(matches!(add(&added, &[other], false), Err(KubeconfigError::OtherContext { .. })));
        assert!(matches!(add(": : [", &[entry("a/b")], false), Err(KubeconfigError::Malformed(_))));
    }

    #[test]
    fn json_and_flow_style_keep_their_values() {
        let json =
            r#"{"apiVersion":"v1","kind":"Config","clusters":[{"name":"p","cluster":{"server":"s"}}],"users":[]}"#;
        let flow = "kind: Config\nclusters: [{name: p, cluster: {server: s}}]\n";
        for text in [json, flow] {
            let added = add(text, &[entry("a/b")], false).unwrap();
            let value = parse(&added).unwrap();
            assert_eq!(value["clusters"][0], json!({"name": "p", "cluster": {"server": "s"}}));
            assert_eq!(owned(&added).unwrap().len(), 1);
            let back = parse(&remove(&added, &names(&["a/b"])).unwrap()).unwrap();
            assert_eq!(back["clusters"], parse(text).unwrap()["clusters"]);
        }
        assert!(add(json, &[entry("a/b")], false).unwrap().starts_with('{'));
    }

    fn foreign_item(kind: &'static str) -> impl Strategy<Value = String> {
        ("[a-z]{1,8}", 0..3_usize, any::<bool>(), "[ -~]{0,12}").prop_map(move |(name, deep, comment, text)| {
            let quoted = Value::from(text.clone()).to_string();
            let comment = if comment { format!("  # {text}\n") } else { String::new() };
            let more: String = (0..deep).map(|n| format!("    x{n}: |\n      - a\n\n      b {n}\n")).collect();
            format!("- name: {name}\n{comment}  {kind}:\n    server: {quoted}\n{more}")
        })
    }

    fn foreign_file() -> impl Strategy<Value = String> {
        let section =
            |kind: &'static str| (proptest::collection::vec(foreign_item(kind), 0..4), 0..3_usize, any::<bool>());
        (section("cluster"), section("context"), section("user"), any::<bool>()).prop_map(|(a, b, c, head)| {
            let mut text = if head { "# kept\napiVersion: v1\nkind: Config\n".to_owned() } else { String::new() };
            for (name, (items, indent, blank)) in [("clusters", a), ("contexts", b), ("users", c)] {
                if items.is_empty() {
                    text.push_str(&format!("{name}: []\n"));
                    continue;
                }
                text.push_str(&format!("{name}:\n"));
                for item in items {
                    for line in item.lines() {
                        let pad = if line.is_empty() { 0 } else { indent };
                        text.push_str(&format!("{}{line}\n", " ".repeat(pad)));
                    }
                    if blank {
                        text.push_str("\n# between\n");
                    }
                }
            }
            text
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn foreign_files_come_back_byte_for_byte(
            text in foreign_file(),
            clusters in proptest::collection::btree_set("[a-z]{1,4}/[a-z]{1,4}", 1..4),
        ) {
            let clusters: Vec<String> =
                clusters.into_iter().filter(|name| name.parse::<ClusterRef>().is_ok()).collect();
            prop_assume!(!clusters.is_empty());
            let entries: Vec<Entry> = clusters.iter().map(|name| entry(name)).collect();
            let added = add(&text, &entries, false).unwrap();
            prop_assert_eq!(owned(&added).unwrap().len(), entries.len());
            let mut rest = added.as_str();
            for line in text.lines().filter(|line| !line.ends_with(": []")) {
                let at = rest.find(line);
                prop_assert!(at.is_some(), "{:?} is gone or out of order in\n{}", line, added);
                rest = &rest[at.unwrap() + line.len()..];
            }
            let all: BTreeSet<String> = clusters.iter().map(|name| format!("kore/{name}")).collect();
            prop_assert_eq!(remove(&added, &all).unwrap(), text);
        }
    }
}
