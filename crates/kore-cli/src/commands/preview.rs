//! Shows what a write would do.

use kore_api::{
    finding::{Finding, Findings, Severity},
    preview::{ActionVerb, FieldChange, Preview},
    quota::QuotaLine,
    upgrade::{Check, CheckResult},
};
use serde_json::Value;

use crate::{
    app::App,
    error::{CliError, Result},
    output,
    printer::{Line, Style},
};

/// Most lines of actions that are shown without `-v`.
const ACTIONS_SHOWN: usize = 24;

/// Prints a preview as data, then ends as the real call would.
///
/// # Errors
/// The first problem that would refuse it.
pub fn show(app: &App, preview: &Preview) -> Result {
    if app.for_people() && !preview.problems.is_empty() {
        // What is refused has no outcome to show.
    } else if app.for_people() {
        for line in lines(app, preview) {
            app.printer.line(&line);
        }
        app.printer.note("Dry run: nothing was changed.");
    } else {
        output::document(app, &serde_json::to_value(preview).unwrap_or_default())?;
    }
    refuse(preview)
}

/// Shows a preview to the person who is about to confirm it.
pub fn say(app: &App, preview: &Preview) {
    for line in lines(app, preview) {
        app.printer.say(&line);
    }
}

/// Ends as the real call would.
///
/// # Errors
/// The first problem that would refuse it.
pub fn refuse(preview: &Preview) -> Result {
    let mut problems = preview.problems.iter();
    match problems.next() {
        None => Ok(()),
        Some(first) => {
            Err(problems.fold(CliError::from(first.clone()), |error, next| error.note("also", next.to_string())))
        }
    }
}

/// One changed field: path, before, after.
#[must_use]
pub fn change(app: &App, change: &FieldChange) -> Line {
    let text = |value: &Option<Value>| value.as_ref().map_or_else(|| "(none)".to_owned(), output::plain);
    let (sign, style) = match (&change.before, &change.after) {
        (None, _) => ("+", Style::Good),
        (_, None) => ("-", Style::Bad),
        _ => ("~", Style::Warn),
    };
    vec![
        (style, format!("  {sign} ")),
        (Style::Plain, format!("{:<34} ", change.path)),
        (Style::Dim, format!("{} {} ", text(&change.before), app.printer.glyphs.arrow)),
        (Style::Bold, text(&change.after)),
        (Style::Dim, change.effect.map(|effect| format!("  {}", effect.words())).unwrap_or_default()),
    ]
}

/// What would be taken of a quota: `nodes  2 used, 2 more, of 5`.
fn quota(line: &QuotaLine) -> Line {
    let limit = line.limit.map_or_else(|| "no limit".to_owned(), |limit| format!("of {limit}"));
    vec![
        (Style::Plain, format!("    {:<34} ", line.quota.name())),
        (Style::Dim, format!("{} used, ", line.used)),
        (Style::Bold, format!("{} more", line.asked)),
        (Style::Dim, format!(", {limit}")),
    ]
}

/// What is less safe than it could be: what comes, what goes, and what stays as it is.
fn security(found: &Findings) -> Vec<Line> {
    let line = |style, sign: &str, one: &Finding| {
        let severity = match one.severity {
            Severity::Low => "low",
            Severity::Medium => "medium",
        };
        vec![
            (style, format!("  {sign} {severity:<7}")),
            (Style::Plain, one.message.clone()),
            (Style::Dim, format!("  ({})", one.fix)),
        ]
    };
    let new = found.after.iter().filter(|one| !found.before.contains(one));
    let gone = found.before.iter().filter(|one| !found.after.contains(one));
    let still = found.after.iter().filter(|one| found.before.contains(one));
    let mut lines: Vec<Line> = new.map(|one| line(Style::Warn, "+", one)).collect();
    lines.extend(gone.map(|one| line(Style::Good, "-", one)));
    lines.extend(still.map(|one| line(Style::Dim, " ", one)));
    if !lines.is_empty() {
        lines.insert(0, vec![(Style::Bold, "Security".to_owned())]);
    }
    lines
}

/// One check of a preflight, what was found, and what to do.
fn check(check: &Check) -> Vec<Line> {
    let style = match check.result {
        CheckResult::Pass => Style::Good,
        CheckResult::Warn | CheckResult::Unknown => Style::Warn,
        CheckResult::Fail => Style::Bad,
    };
    let mut found = check.detail.iter();
    let first = found.next().map(String::as_str).unwrap_or_default();
    let mut lines = vec![vec![
        (style, format!("  {:<8}", check.result.as_str())),
        (Style::Plain, format!("{:<40} ", check.title)),
        (Style::Dim, first.to_owned()),
    ]];
    let below = |text: String| vec![(Style::Dim, format!("{:<51}{text}", ""))];
    lines.extend(found.map(|line| below(line.clone())));
    lines.extend(check.fix.iter().map(|line| below(format!("fix: {line}"))));
    lines
}

fn lines(app: &App, preview: &Preview) -> Vec<Line> {
    let mut lines = Vec::new();
    // What goes as a whole has no fields to show.
    let fields: Vec<_> = preview.changes.iter().filter(|field| !field.path.is_empty()).collect();
    if !fields.is_empty() {
        lines.push(vec![(Style::Bold, "Fields".to_owned())]);
        lines.extend(fields.into_iter().map(|field| change(app, field)));
    }
    if !preview.actions.is_empty() {
        lines.push(vec![(Style::Bold, "What happens".to_owned())]);
        let all = app.printer.verbose > 0 || preview.actions.len() <= ACTIONS_SHOWN + 1;
        let shown = if all { preview.actions.len() } else { ACTIONS_SHOWN };
        for action in preview.actions.iter().take(shown) {
            let (word, style) = match action.verb {
                ActionVerb::Create => ("create", Style::Good),
                ActionVerb::Change => ("change", Style::Warn),
                ActionVerb::Replace => ("replace", Style::Warn),
                ActionVerb::Delete => ("delete", Style::Bad),
            };
            let mut line = vec![
                (style, format!("  {word:<8}")),
                (Style::Plain, format!("{:<40} ", action.title)),
                (Style::Dim, action.component.clone()),
            ];
            if !action.detail.is_empty() {
                line.push((Style::Dim, format!("  {}", action.detail.join(", "))));
            }
            lines.push(line);
        }
        if shown < preview.actions.len() {
            lines.push(vec![(Style::Dim, format!("  and {} more (-v)", preview.actions.len() - shown))]);
        }
    }
    if !preview.beforehand.is_empty() {
        lines.push(vec![(Style::Bold, "Before anything is made".to_owned())]);
        lines.extend(preview.beforehand.iter().flat_map(check));
        if preview.beforehand.iter().any(|check| check.result.holds()) {
            let what = "  Nothing is made before what lacks is there; then it goes on by itself.";
            lines.push(vec![(Style::Warn, what.to_owned())]);
        }
    }
    if let Some(preflight) = &preview.preflight {
        let title = format!("Upgrade from {} to {}", preflight.from, preflight.to);
        lines.push(vec![(Style::Bold, title)]);
        lines.extend(preflight.checks.iter().flat_map(check));
        if preflight.holds() {
            let what =
                "  Nothing is touched before what failed or is unknown has been mended; then it goes on by itself.";
            lines.push(vec![(Style::Warn, what.to_owned())]);
        }
    }
    if let Some(policy) = preview.policy.as_ref().filter(|policy| !policy.policies.is_empty()) {
        let (style, word) = if policy.allowed { (Style::Good, "allowed by") } else { (Style::Bad, "refused by") };
        lines.push(vec![(Style::Bold, "Policy".to_owned())]);
        lines.push(vec![(style, format!("  {word} ")), (Style::Plain, policy.policies.join(", "))]);
        lines.extend(policy.refusals.iter().map(|refusal| {
            let why = format!("  {} ({}, {})", refusal.path, refusal.reason, refusal.owner);
            vec![(Style::Plain, why)]
        }));
    }
    if !preview.verdicts.is_empty() {
        lines.push(vec![(Style::Bold, "Judged otherwise".to_owned())]);
        lines.extend(preview.verdicts.iter().map(|change| {
            let what = match &change.cluster {
                Some(cluster) => format!("{}/{cluster}", change.team),
                None => format!("{} with {}", change.team, change.plan),
            };
            let word = |refused: bool| if refused { "refused" } else { "allowed" };
            let (before, after) = (word(!change.before.is_empty()), word(!change.after.is_empty()));
            let paths: Vec<_> = change.after.iter().map(|one| one.path.as_str()).collect();
            vec![
                (Style::Plain, format!("  {what:<34} ")),
                (Style::Dim, format!("{before} {} ", app.printer.glyphs.arrow)),
                (Style::Bold, after.to_owned()),
                (Style::Dim, format!("  {}", paths.join(", "))),
            ]
        }));
    }
    if let Some(found) = &preview.security {
        lines.extend(security(found));
    }
    if let Some(cost) = preview.cost.as_ref().filter(|_| !preview.changes.is_empty()) {
        lines.extend(super::cost::lines(cost));
    }
    let asks: Vec<_> = preview.quota.iter().filter(|line| line.asked > 0).collect();
    if !asks.is_empty() {
        lines.push(vec![(Style::Bold, "Quota of the team".to_owned())]);
        lines.extend(asks.into_iter().map(quota));
    }
    lines.extend(
        preview.warnings.iter().map(|text| vec![(Style::Warn, "warning".into()), (Style::Plain, format!(": {text}"))]),
    );
    if lines.is_empty() {
        lines.push(vec![(Style::Plain, "Nothing changes.".to_owned())]);
    }
    lines
}
