//! How each kind looks in a table. Objects are read as JSON, so that a newer server's fields never
//! break an older command line.

use jiff::Timestamp;
use serde_json::Value;

use crate::{printer::Style, table::Cell};

/// A column of a kind's table.
#[derive(Debug)]
pub struct Column {
    /// Its title.
    pub title: &'static str,
    /// Shown by `-o wide` only.
    pub wide: bool,
    /// Its cell.
    pub cell: fn(&Value, Timestamp) -> Cell,
}

const fn col(title: &'static str, cell: fn(&Value, Timestamp) -> Cell) -> Column {
    Column { title, wide: false, cell }
}

const fn wide(title: &'static str, cell: fn(&Value, Timestamp) -> Cell) -> Column {
    Column { title, wide: true, cell }
}

/// The value at a dotted path.
#[must_use]
pub fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        _ => value.get(part),
    })
}

/// The text at a dotted path; empty when there is none.
#[must_use]
pub fn text(value: &Value, path: &str) -> String {
    at(value, path).map(crate::output::plain).unwrap_or_default()
}

/// `team/name`, or the name alone, or the id of a record.
#[must_use]
pub fn qualified(object: &Value) -> String {
    let name = match at(object, "metadata.name") {
        Some(name) => crate::output::plain(name),
        None => text(object, "id"),
    };
    match at(object, "metadata.team").and_then(Value::as_str) {
        Some(team) => format!("{team}/{name}"),
        None => name,
    }
}

fn ready_condition(object: &Value) -> Option<&Value> {
    let conditions = at(object, "status.conditions")?.as_array()?;
    conditions.iter().find(|c| c.get("type").and_then(Value::as_str) == Some("Ready"))
}

/// The `Ready` condition: status word, reason and message.
#[must_use]
pub fn ready(object: &Value) -> Option<(&str, &str, &str)> {
    let ready = ready_condition(object)?;
    let field = |name: &str| ready.get(name).and_then(Value::as_str).unwrap_or_default();
    Some((field("status"), field("reason"), field("message")))
}

/// Whether it is ready, and as it was last asked to be: a condition may tell of what it was before.
#[must_use]
pub fn is_settled(object: &Value) -> bool {
    let generation = |value: Option<&Value>| value.and_then(Value::as_i64);
    ready_condition(object).is_some_and(|ready| {
        let seen = generation(ready.get("observedGeneration"));
        ready.get("status").and_then(Value::as_str) == Some("True")
            && (seen.is_none() || seen == generation(at(object, "metadata.generation")))
    })
}

/// A word for how an object is doing, never a colour alone.
#[must_use]
pub fn state(object: &Value) -> (String, Style) {
    if at(object, "metadata.deletionTimestamp").is_some() {
        return ("Deleting".to_owned(), Style::Busy);
    }
    if at(object, "spec.paused").and_then(Value::as_bool) == Some(true) {
        return ("Paused".to_owned(), Style::Warn);
    }
    match ready(object) {
        Some(("True", ..)) => ("Ready".to_owned(), Style::Good),
        Some(("False", "OperationFailed", _)) => ("Failed".to_owned(), Style::Bad),
        Some(("False", "Blocked", _)) => ("Blocked".to_owned(), Style::Bad),
        Some(("False", "AccessLost", _)) => ("AccessLost".to_owned(), Style::Bad),
        Some(("False", "PermissionsMissing", _)) => ("PermissionsMissing".to_owned(), Style::Bad),
        Some(("Unknown", "NotChecked", _)) => ("NotChecked".to_owned(), Style::Warn),
        Some((_, "", _)) | None => ("Pending".to_owned(), Style::Busy),
        Some((_, reason, _)) => (reason.to_owned(), Style::Busy),
    }
}

/// How long ago, in one unit.
#[must_use]
pub fn age(then: Option<Timestamp>, now: Timestamp) -> String {
    let Some(then) = then else { return String::new() };
    let seconds = now.duration_since(then).as_secs().max(0);
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7200 => format!("{}m", seconds / 60),
        7200..172_800 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86400),
    }
}

/// [`age`] in words: `now` within a minute, which is as exact as some times are.
fn ago(then: Option<Timestamp>, now: Timestamp) -> String {
    match then {
        Some(then) if now.duration_since(then).as_secs() < 60 => "now".to_owned(),
        then => age(then, now),
    }
}

/// The time at a dotted path.
#[must_use]
pub fn time(value: &Value, path: &str) -> Option<Timestamp> {
    at(value, path)?.as_str()?.parse().ok()
}

/// A time to the second; nothing where there is none.
#[must_use]
pub fn second(value: &Value, path: &str) -> String {
    time(value, path).map(|at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()).unwrap_or_default()
}

/// A duration as people read it: `0.4s`, `41.0s`, `1m 52s`.
#[must_use]
pub fn span(duration: jiff::SignedDuration) -> String {
    let millis = duration.as_millis().max(0);
    match millis {
        0..60_000 => format!("{}.{}s", millis / 1000, millis % 1000 / 100),
        60_000..3_600_000 => format!("{}m {:02}s", millis / 60_000, millis / 1000 % 60),
        _ => format!("{}h {:02}m", millis / 3_600_000, millis / 60_000 % 60),
    }
}

fn name(object: &Value, _: Timestamp) -> Cell {
    Cell::new(qualified(object))
}

fn created(object: &Value, now: Timestamp) -> Cell {
    Cell::new(age(time(object, "metadata.creationTimestamp"), now)).style(Style::Dim)
}

fn status(object: &Value, _: Timestamp) -> Cell {
    let (text, style) = state(object);
    Cell::new(text).style(style)
}

fn message(object: &Value, _: Timestamp) -> Cell {
    Cell::new(ready(object).map(|(.., message)| message.to_owned()).unwrap_or_default())
}

fn operation_state(object: &Value, _: Timestamp) -> Cell {
    let state = text(object, "state");
    let style = match state.as_str() {
        "done" => Style::Good,
        "failed" => Style::Bad,
        "running" | "pending" => Style::Busy,
        _ => Style::Dim,
    };
    Cell::new(state).style(style)
}

/// What an operation works on, as `cluster/payments/dev`.
#[must_use]
pub fn target(operation: &Value) -> String {
    let kind = text(operation, "target.kind").to_lowercase();
    let name = text(operation, "target.name");
    match at(operation, "target.team").and_then(Value::as_str) {
        Some(team) => format!("{kind}/{team}/{name}"),
        None => format!("{kind}/{name}"),
    }
}

/// How long an operation ran, or has been running.
fn took(operation: &Value, now: Timestamp) -> String {
    let Some(start) = time(operation, "startedAt").or_else(|| time(operation, "createdAt")) else {
        return String::new();
    };
    span(time(operation, "endedAt").unwrap_or(now).duration_since(start))
}

const TEAM: &[Column] = &[
    col("NAME", name),
    col("DISPLAY NAME", |o, _| Cell::new(text(o, "spec.displayName"))),
    col("STATE", status),
    col("AGE", created),
    wide("DESCRIPTION", |o, _| Cell::new(text(o, "spec.description"))),
    wide("NAMESPACE", |o, _| Cell::new(text(o, "status.namespace"))),
];

const CLUSTER: &[Column] = &[
    col("NAME", name),
    col("PLAN", |o, _| {
        let version = text(o, "spec.plan.version");
        let plan = text(o, "spec.plan.name");
        Cell::new(if version.is_empty() { plan } else { format!("{plan} v{version}") })
    }),
    col("STATE", status),
    col("NODES", |o, _| {
        let (ready, desired) = (text(o, "status.nodes.ready"), text(o, "status.nodes.desired"));
        Cell::new(if desired.is_empty() { String::new() } else { format!("{ready}/{desired}") })
    }),
    col("VERSION", |o, _| Cell::new(text(o, "status.kubernetesVersion"))),
    col("AGE", created),
    wide("WORKLOADS", |o, _| match at(o, "status.rung.workloads").and_then(Value::as_bool) {
        Some(true) => Cell::new("yes"),
        Some(false) => Cell::new("no").style(Style::Warn),
        None => Cell::default(),
    }),
    wide("ENDPOINT", |o, _| Cell::new(text(o, "status.endpoint"))),
    wide("MESSAGE", message),
];

const CLUSTER_NAMESPACE: &[Column] = &[
    col("NAME", |o, _| {
        let part = |path| text(o, path);
        Cell::new(format!("{}/{}/{}", part("metadata.team"), part("spec.cluster"), part("spec.name")))
            .style(Style::Bold)
    }),
    col("QUOTA", |o, _| Cell::new(text(o, "spec.quota.template"))),
    col("STATE", status),
    col("PODS", |o, _| {
        let (used, hard) = (text(o, "status.quota.pods.used"), text(o, "status.quota.pods.hard"));
        Cell::new(if hard.is_empty() { String::new() } else { format!("{used}/{hard}") })
    }),
    col("OPEN", |o, _| Cell::new(crate::commands::namespace::openings(o))),
    col("AGE", created),
    wide("POD SECURITY", |o, _| Cell::new(text(o, "status.podSecurity"))),
    wide("MESSAGE", message),
];

const PLAN: &[Column] = &[
    col("NAME", name),
    col("PROVIDER", |o, _| Cell::new(text(o, "spec.provider"))),
    col("CURRENT", |o, _| {
        let version = text(o, "spec.currentVersion");
        Cell::new(if version.is_empty() { "none".to_owned() } else { format!("v{version}") })
    }),
    col("TITLE", |o, _| Cell::new(text(o, "spec.title"))),
    col("AGE", created),
    wide("DESCRIPTION", |o, _| Cell::new(text(o, "spec.description"))),
];

const PLAN_VERSION: &[Column] = &[
    col("NAME", name),
    col("PLAN", |o, _| Cell::new(text(o, "spec.plan"))),
    col("VERSION", |o, _| Cell::new(text(o, "spec.version"))),
    col("STAGE", |o, _| {
        let stage = text(o, "spec.stage");
        let style = match stage.as_str() {
            "published" => Style::Good,
            "deprecated" => Style::Warn,
            _ => Style::Dim,
        };
        Cell::new(stage).style(style)
    }),
    col("USED BY", |o, _| Cell::new(text(o, "status.usedBy"))),
    col("AGE", created),
    col("NOTES", |o, _| {
        let reason = text(o, "spec.stageReason");
        Cell::new(if reason.is_empty() { text(o, "spec.notes") } else { reason })
    }),
    wide("SINCE", |o, _| Cell::new(second(o, "spec.stageSince"))),
];

const PLAN_POLICY: &[Column] = &[
    col("NAME", name),
    col("OWNER", |o, _| Cell::new(text(o, "spec.owner"))),
    col("TEAMS", |o, _| Cell::new(crate::commands::policy::teams(o))),
    col("PLANS", |o, _| {
        let plans = at(o, "spec.plans").and_then(Value::as_array).into_iter().flatten();
        let plans: Vec<String> = plans.map(crate::output::plain).collect();
        Cell::new(if plans.is_empty() { "every plan".to_owned() } else { plans.join(", ") })
    }),
    col("RULES", |o, _| {
        Cell::new(at(o, "spec.rules").and_then(Value::as_object).map_or(0, serde_json::Map::len).to_string())
    }),
    col("AGE", created),
    wide("REASON", |o, _| Cell::new(text(o, "spec.reason"))),
];

/// The role that holds, and whether a group gives it.
#[must_use]
pub fn platform_role(object: &Value) -> String {
    let held = text(object, "status.platformRole");
    if at(object, "status.byGroup").and_then(Value::as_bool) == Some(true) {
        return format!("{held} (by group)");
    }
    if held.is_empty() { text(object, "spec.platformRole") } else { held }
}

const USER: &[Column] = &[
    col("NAME", name),
    col("DISPLAY NAME", |o, _| Cell::new(text(o, "spec.displayName"))),
    col("PLATFORM ROLE", |o, _| Cell::new(platform_role(o))),
    col("STATE", |o, _| match at(o, "spec.disabled").and_then(Value::as_bool) {
        Some(true) => Cell::new("disabled").style(Style::Warn),
        _ => Cell::new("enabled").style(Style::Good),
    }),
    col("AGE", created),
];

const MEMBERSHIP: &[Column] = &[
    col("USER", |o, _| Cell::new(text(o, "metadata.name"))),
    col("TEAM", |o, _| Cell::new(text(o, "metadata.team"))),
    col("ROLE", |o, _| {
        let held = text(o, "status.role");
        Cell::new(if held.is_empty() { text(o, "spec.role") } else { held })
    }),
    col("SOURCE", |o, _| Cell::new(text(o, "status.source"))),
    wide("GROUP", |o, _| Cell::new(text(o, "status.group"))),
    col("AGE", created),
];

const IDENTITY_PROVIDER: &[Column] = &[
    col("NAME", name),
    col("ISSUER", |o, _| Cell::new(text(o, "spec.issuer"))),
    col("STATE", |o, _| match at(o, "spec.enabled").and_then(Value::as_bool) {
        Some(false) => Cell::new("disabled").style(Style::Warn),
        _ => Cell::new("enabled").style(Style::Good),
    }),
    col("PEOPLE", |o, _| Cell::new(text(o, "status.identities"))),
    col("AGE", created),
];

const INVITATION: &[Column] = &[
    col("NAME", |o, _| Cell::new(text(o, "metadata.name"))),
    col("TEAM", |o, _| Cell::new(text(o, "metadata.team"))),
    col("ROLE", |o, _| Cell::new(text(o, "spec.role"))),
    col("STATE", |o, _| match text(o, "status.state").as_str() {
        "open" => Cell::new("open").style(Style::Good),
        "usedUp" => Cell::new("used up").style(Style::Dim),
        other => Cell::new(other.to_owned()).style(Style::Dim),
    }),
    col("USED", |o, _| {
        let used = at(o, "status.usedBy").and_then(Value::as_array).map_or(0, Vec::len);
        Cell::new(format!("{used}/{}", text(o, "spec.uses")))
    }),
    col("FOR", |o, _| Cell::new(text(o, "spec.address"))),
    col("INVITED BY", |o, _| Cell::new(text(o, "status.invitedBy"))),
    col("UNTIL", |o, _| {
        let until = time(o, "spec.expiresAt").map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
        Cell::new(until.unwrap_or_default())
    }),
    wide("USED BY", |o, _| {
        let used = at(o, "status.usedBy").and_then(Value::as_array).into_iter().flatten();
        Cell::new(used.map(|used| text(used, "user")).collect::<Vec<_>>().join(", "))
    }),
];

const OPERATION: &[Column] = &[
    col("ID", |o, _| Cell::new(text(o, "id"))),
    col("ACTION", |o, _| Cell::new(text(o, "action"))),
    col("TARGET", |o, _| Cell::new(target(o))),
    col("STATE", operation_state),
    col("TOOK", |o, now| Cell::new(took(o, now))),
    col("AGE", |o, now| Cell::new(age(time(o, "createdAt"), now)).style(Style::Dim)),
    wide("BY", |o, _| Cell::new(text(o, "requestedBy"))),
    wide("CODE", |o, _| Cell::new(text(o, "failure.code"))),
    wide("MESSAGE", |o, _| Cell::new(text(o, "failure.message"))),
];

const AUDIT: &[Column] = &[
    col("TIME", |o, _| {
        Cell::new(time(o, "at").map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default())
            .style(Style::Dim)
    }),
    col("WHO", |o, _| Cell::new(text(o, "actor"))),
    col("WHAT", |o, _| Cell::new(text(o, "action"))),
    col("WHERE", |o, _| Cell::new(text(o, "object"))),
    col("RESULT", |o, _| {
        let result = text(o, "result");
        let style = match result.as_str() {
            "allowed" => Style::Good,
            "denied" => Style::Warn,
            _ => Style::Bad,
        };
        let code = text(o, "code");
        Cell::new(if code.is_empty() { result } else { format!("{result} {code}") }).style(style)
    }),
    wide("FROM", |o, _| Cell::new(format!("{} {}", text(o, "source"), text(o, "address")).trim().to_owned())),
    wide("REQUEST", |o, _| Cell::new(text(o, "requestId"))),
    wide("DETAIL", |o, _| Cell::new(text(o, "detail"))),
    wide("CHANGES", |o, _| {
        let changes = at(o, "changes").and_then(Value::as_array).into_iter().flatten();
        Cell::new(changes.map(|change| text(change, "path")).collect::<Vec<_>>().join(" "))
    }),
];

/// Where a role holds, as people write it.
#[must_use]
pub fn place(object: &Value) -> String {
    let parts = ["team", "cluster", "namespace"].map(|part| text(object, &format!("spec.scope.{part}")));
    let said: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if said.is_empty() { "platform".to_owned() } else { said.join("/") }
}

const ROLE: &[Column] = &[
    col("NAME", name),
    col("KIND", |o, _| match at(o, "status.builtIn").and_then(Value::as_bool) {
        Some(true) => Cell::new("built in").style(Style::Dim),
        _ => Cell::new("made"),
    }),
    col("FOR", |o, _| Cell::new(text(o, "spec.description"))),
    wide("PERMISSIONS", |o, _| {
        let names = at(o, "spec.permissions").and_then(Value::as_array).into_iter().flatten();
        Cell::new(names.filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
    }),
];

const ROLE_BINDING: &[Column] = &[
    col("ID", |o, _| Cell::new(text(o, "metadata.name"))),
    col("WHO", |o, _| Cell::new(text(o, "spec.subject"))),
    col("ROLE", |o, _| Cell::new(text(o, "spec.role"))),
    col("ON", |o, _| Cell::new(place(o))),
    col("UNTIL", |o, _| Cell::new(second(o, "spec.expiresAt"))),
    col("BY ELEVATION", |o, _| {
        let minutes = text(o, "spec.elevation.maxMinutes");
        let approval = at(o, "spec.elevation.approval").and_then(Value::as_bool) == Some(true);
        let rule = if approval { format!("{minutes} min, approved") } else { format!("{minutes} min") };
        Cell::new(if minutes.is_empty() { String::new() } else { rule })
    }),
    wide("FROM", |o, _| {
        let networks = at(o, "spec.networks").and_then(Value::as_array).into_iter().flatten();
        Cell::new(networks.filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
    }),
    wide("GRANTED BY", |o, _| Cell::new(text(o, "status.grantedBy"))),
    wide("AGE", created),
];

const ELEVATION: &[Column] = &[
    col("ID", |o, _| Cell::new(text(o, "metadata.name"))),
    col("WHO", |o, _| Cell::new(text(o, "status.subject"))),
    col("ROLE", |o, _| Cell::new(text(o, "spec.role"))),
    col("ON", |o, _| Cell::new(place(o))),
    col("STATE", |o, _| {
        let state = text(o, "status.state");
        let style = match state.as_str() {
            "active" => Style::Good,
            "requested" => Style::Warn,
            _ => Style::Dim,
        };
        Cell::new(state).style(style)
    }),
    col("UNTIL", |o, _| Cell::new(second(o, "status.activeUntil"))),
    col("REASON", |o, _| Cell::new(text(o, "spec.reason"))),
    wide("DECIDED BY", |o, _| Cell::new(text(o, "status.decidedBy"))),
    wide("AGE", created),
];

const ROBOT: &[Column] = &[
    col("ROBOT", |o, _| Cell::new(qualified(o))),
    col("STATE", |o, _| match at(o, "spec.disabled").and_then(Value::as_bool) {
        Some(true) => Cell::new("disabled").style(Style::Warn),
        _ => Cell::new("enabled").style(Style::Good),
    }),
    col("TRUSTS", |o, _| {
        let rules = at(o, "spec.trust").and_then(Value::as_array).into_iter().flatten();
        let mut issuers: Vec<String> = rules.map(|rule| text(rule, "issuer")).collect();
        issuers.sort();
        issuers.dedup();
        Cell::new(issuers.join(" "))
    }),
    col("TOKENS", |o, _| Cell::new(text(o, "status.tokens"))),
    col("LAST USED", |o, now| match time(o, "status.lastUsedAt") {
        None => Cell::new("never").style(Style::Dim),
        used => Cell::new(ago(used, now)).style(Style::Dim),
    }),
    col("FOR", |o, _| Cell::new(text(o, "spec.description"))),
    wide("AGE", created),
];

const TRUSTED_ISSUER: &[Column] = &[
    col("NAME", name),
    col("ISSUER", |o, _| Cell::new(text(o, "spec.issuer"))),
    col("PROFILE", |o, _| Cell::new(text(o, "spec.profile"))),
    col("KEYS", |o, _| Cell::new(if at(o, "spec.keys").is_some() { "given" } else { "asked for" })),
    wide("AGE", created),
];

const TOKEN: &[Column] = &[
    col("ID", |o, _| Cell::new(text(o, "id"))),
    col("NAME", |o, _| Cell::new(text(o, "name"))),
    col("EXPIRES", |o, _| {
        let at = time(o, "expiresAt").map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
        Cell::new(at.unwrap_or_default())
    }),
    col("LAST USED", |o, now| match time(o, "lastUsedAt") {
        None => Cell::new("never").style(Style::Dim),
        used => Cell::new(ago(used, now)).style(Style::Dim),
    }),
    col("ONLY FOR", |o, _| Cell::new(words(o, "permissions"))),
    col("ONLY IN", |o, _| Cell::new(words(o, "teams"))),
    wide("OWNER", |o, _| Cell::new(text(o, "owner"))),
];

/// The texts of a list.
fn words(object: &Value, path: &str) -> String {
    let items = at(object, path).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
}

const SESSION: &[Column] = &[
    col("ID", |o, _| Cell::new(text(o, "id"))),
    col("FROM", |o, _| Cell::new(text(o, "source"))),
    col("WITH", |o, _| Cell::new(text(o, "label"))),
    col("ADDRESS", |o, _| Cell::new(text(o, "address"))),
    col("LAST USED", |o, now| Cell::new(ago(time(o, "lastUsedAt"), now)).style(Style::Dim)),
    col("", |o, _| match at(o, "current").and_then(Value::as_bool) {
        Some(true) => Cell::new("this one").style(Style::Good),
        _ => Cell::default(),
    }),
    wide("USER", |o, _| Cell::new(text(o, "user"))),
    wide("SIGNED IN", |o, now| Cell::new(ago(time(o, "createdAt"), now)).style(Style::Dim)),
    wide("EXPIRES", |o, _| {
        let at = time(o, "expiresAt").map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
        Cell::new(at.unwrap_or_default())
    }),
];

/// `2/5`, or `2` where there is no limit.
#[must_use]
pub fn share(line: &Value) -> Cell {
    let (used, limit) = (at(line, "used").and_then(Value::as_u64), at(line, "limit").and_then(Value::as_u64));
    let used = used.unwrap_or_default();
    match limit {
        None => Cell::new(used.to_string()),
        Some(limit) if used < limit => Cell::new(format!("{used}/{limit}")),
        Some(limit) if used == limit => Cell::new(format!("{used}/{limit}")).style(Style::Warn),
        Some(limit) => Cell::new(format!("{used}/{limit}")).style(Style::Bad),
    }
}

/// A quota's line of this name; of the default one, what it allows.
fn quota(object: &Value, name: &str) -> Cell {
    let lines = at(object, "status.lines").and_then(Value::as_array).into_iter().flatten();
    match lines.into_iter().find(|line| text(line, "quota") == name) {
        Some(line) => share(line),
        None => Cell::new(text(object, &format!("spec.{name}"))).style(Style::Dim),
    }
}

const QUOTA: &[Column] = &[
    col("TEAM", name),
    col("CLUSTERS", |o, _| quota(o, "clusters")),
    col("NODES", |o, _| quota(o, "nodes")),
    col("NAMESPACES", |o, _| quota(o, "namespaces")),
    col("VCPUS", |o, _| quota(o, "vcpus")),
    col("MEMORY MIB", |o, _| quota(o, "memoryMib")),
];

/// `100.88.0.0/14 → /20`.
fn ranges(object: &Value, purpose: &str) -> Cell {
    let Some(ranges) = at(object, &format!("spec.{purpose}")) else { return Cell::default() };
    Cell::new(format!("{} → /{}", words(ranges, "cidrs"), text(ranges, "prefix")))
}

const ADDRESS_POOL: &[Column] = &[
    col("NAME", name),
    col("PROVIDER", |o, _| Cell::new(text(o, "spec.provider"))),
    col("REGION", |o, _| Cell::new(text(o, "spec.region"))),
    col("STAGE", |o, _| Cell::new(text(o, "spec.stage"))),
    col("NODES", |o, _| ranges(o, "node")),
    col("PODS", |o, _| ranges(o, "pod")),
    col("SERVICES", |o, _| ranges(o, "service")),
    wide("FOR", |o, _| Cell::new(text(o, "spec.description"))),
    wide("AGE", created),
];

const ADDRESS_RESERVATION: &[Column] = &[
    col("CIDR", |o, _| Cell::new(text(o, "spec.cidr"))),
    col("FOR", |o, _| Cell::new(text(o, "status.purpose"))),
    col("OWNER", |o, _| Cell::new(text(o, "status.owner"))),
    col("POOL", |o, _| Cell::new(text(o, "status.pool"))),
    col("NOTE", |o, _| Cell::new(text(o, "spec.note"))),
    col("AGE", created),
    wide("BY", |o, _| Cell::new(text(o, "status.madeBy"))),
    wide("ID", |o, _| Cell::new(text(o, "metadata.name"))),
];

const CLOUD_ORGANIZATION: &[Column] = &[
    col("NAME", name),
    col("CLOUD", |o, _| Cell::new(text(o, "spec.provider"))),
    col("ACCOUNT", |o, _| Cell::new(text(o, "spec.aws.managementAccount"))),
    col("REGION", |o, _| Cell::new(text(o, "spec.aws.homeRegion"))),
    col("STATE", status),
    col("CHECKED", |o, now| Cell::new(ago(time(o, "status.checkedAt"), now))),
    wide("UNIT", |o, _| Cell::new(text(o, "spec.aws.organizationalUnit"))),
    wide("REGIONS", |o, _| Cell::new(words(o, "spec.aws.regions"))),
    wide("MESSAGE", message),
    col("AGE", created),
];

const CLOUD_ACCOUNT: &[Column] = &[
    col("NAME", name),
    col("TEAM", |o, _| Cell::new(text(o, "spec.team"))),
    col("STAGE", |o, _| Cell::new(text(o, "spec.stage"))),
    col("CLOUD", |o, _| Cell::new(text(o, "spec.organization"))),
    col("ACCOUNT", |o, _| Cell::new(text(o, "status.account"))),
    col("STATE", status),
    col("SPENT", |o, _| Cell::new(crate::commands::account::amount(o))),
    wide("UNIT", |o, _| Cell::new(text(o, "spec.organizationalUnit"))),
    wide("RULE", |o, _| Cell::new(text(o, "spec.rule"))),
    wide("ADDRESS", |o, _| Cell::new(text(o, "status.email"))),
    wide("MESSAGE", message),
    col("AGE", created),
];

const ACCOUNT_RULE: &[Column] = &[
    col("NAME", name),
    col("CLOUD", |o, _| Cell::new(text(o, "spec.organization"))),
    col("TEAMS", |o, _| Cell::new(crate::commands::policy::teams(o))),
    col("STAGES", |o, _| Cell::new(words(o, "spec.stages"))),
    col("ACCOUNTS", |o, _| Cell::new(text(o, "spec.accounts.mode"))),
    col("PRIORITY", |o, _| Cell::new(text(o, "spec.priority"))),
    wide("UNIT", |o, _| Cell::new(text(o, "spec.organizationalUnit"))),
    wide("FOR", |o, _| Cell::new(text(o, "spec.description"))),
    col("AGE", created),
];

const OTHER: &[Column] = &[col("NAME", name), col("STATE", status), col("AGE", created)];

/// The columns of a kind.
#[must_use]
pub fn columns(kind: &str) -> &'static [Column] {
    match kind {
        "Team" => TEAM,
        "Cluster" => CLUSTER,
        "ClusterNamespace" => CLUSTER_NAMESPACE,
        "Plan" => PLAN,
        "PlanVersion" => PLAN_VERSION,
        "PlanPolicy" => PLAN_POLICY,
        "User" => USER,
        "Membership" => MEMBERSHIP,
        "IdentityProvider" => IDENTITY_PROVIDER,
        "Operation" => OPERATION,
        "AuditRecord" => AUDIT,
        "Role" => ROLE,
        "RoleBinding" => ROLE_BINDING,
        "Elevation" => ELEVATION,
        "Robot" => ROBOT,
        "TrustedIssuer" => TRUSTED_ISSUER,
        "Token" => TOKEN,
        "Session" => SESSION,
        "Invitation" => INVITATION,
        "Quota" => QUOTA,
        "AddressPool" => ADDRESS_POOL,
        "AddressReservation" => ADDRESS_RESERVATION,
        "CloudOrganization" => CLOUD_ORGANIZATION,
        "CloudAccount" => CLOUD_ACCOUNT,
        "AccountRule" => ACCOUNT_RULE,
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_state_is_a_word() {
        let with = |status: &str, reason: &str| json!({"status": {"conditions": [{"type": "Ready", "status": status, "reason": reason}]}});
        assert_eq!(state(&with("True", "Reconciled")).0, "Ready");
        assert_eq!(state(&with("False", "OperationFailed")).0, "Failed");
        assert_eq!(state(&with("False", "Reconciling")).0, "Reconciling");
        assert_eq!(state(&json!({})).0, "Pending");
        assert_eq!(state(&json!({"spec": {"paused": true}})).0, "Paused");
        assert_eq!(state(&json!({"metadata": {"deletionTimestamp": "x"}})).0, "Deleting");
    }

    #[test]
    fn ages_and_spans_are_short() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        for (then, shown) in [
            ("2026-11-22T11:59:01Z", "59s"),
            ("2026-11-22T11:30:00Z", "30m"),
            ("2026-11-22T02:00:00Z", "10h"),
            ("2026-11-01T12:00:00Z", "21d"),
            ("2026-11-22T12:00:05Z", "0s"),
        ] {
            assert_eq!(age(Some(then.parse().unwrap()), now), shown);
        }
        assert_eq!(span(jiff::SignedDuration::from_millis(440)), "0.4s");
        assert_eq!(span(jiff::SignedDuration::from_secs(112)), "1m 52s");
        assert_eq!(span(jiff::SignedDuration::from_secs(7260)), "2h 01m");
    }

    #[test]
    fn paths_reach_into_lists() {
        let value = json!({"a": [{"b": 7}]});
        assert_eq!(text(&value, "a.0.b"), "7");
        assert_eq!(text(&value, "a.1.b"), "");
    }
}
