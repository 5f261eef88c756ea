//! Which audit records: flags become a filter, which the server answers, and streams are cut down to here.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use kore_domain::query::{Field, FieldValue, Filter, Lookup};
use serde_json::Value;

use super::super::objects::term;
use crate::{
    cli::AuditArgs,
    error::{CliError, Result},
    views,
};

/// The fields of records, as the server names them.
const FIELDS: &[Field] = &[
    Field::new("at"),
    Field::new("actor"),
    Field::new("action"),
    Field::new("team"),
    Field::new("object"),
    Field::new("result"),
    Field::new("source"),
    Field::new("code"),
    Field::new("requestId"),
];

/// A record as it came.
pub(super) struct Row<'a>(pub(super) &'a Value);

impl Lookup for Row<'_> {
    fn field(&self, name: &str) -> FieldValue<'_> {
        match (name, views::at(self.0, name).and_then(Value::as_str)) {
            ("at", Some(at)) => at.parse().map_or(FieldValue::Absent, FieldValue::Time),
            (_, Some(text)) => FieldValue::Text(Cow::Borrowed(text)),
            (_, None) => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Owned(views::text(self.0, "id"))
    }
}

/// Flags and a filter as one filter.
///
/// # Errors
/// A time that is none.
pub(super) fn filter(args: &AuditArgs, given: Option<&str>, now: Timestamp) -> Result<Option<String>> {
    let mut terms = Vec::new();
    let mut add = |field: &str, operator: &str, value: Option<&str>| {
        terms.extend(value.map(|value| term(field, operator, value)));
    };
    let time = |name: &str, text: &Option<String>| {
        let wrong = || CliError::usage(format!("--{name}: write it as 2h, 7d, 2026-11-01 or 2026-11-01T08:00:00Z"));
        text.as_deref().map(|text| moment(text, now).map(|at| at.to_string()).ok_or_else(wrong)).transpose()
    };
    add("at", ">=", time("since", &args.since)?.as_deref());
    add("at", "<", time("until", &args.until)?.as_deref());
    // People are meant by their name alone.
    let person = |actor: &String| {
        if actor.contains(':') || actor == "anonymous" { actor.clone() } else { format!("user:{actor}") }
    };
    add("actor", "=", args.actor.as_ref().map(person).as_deref());
    add("action", "~", args.action.as_deref());
    add("object", "~", args.object.as_deref());
    add("result", "=", args.result.as_deref());
    add("source", "=", args.source.as_deref());
    add("code", "=", args.code.as_deref());
    add("requestId", "=", args.request.as_deref());
    terms.extend(given.map(str::to_owned).filter(|given| !given.trim().is_empty()));
    Ok((!terms.is_empty()).then(|| terms.join(",")))
}

/// The filter, for streams.
///
/// # Errors
/// What the server would refuse.
pub(super) fn parse(filter: Option<&str>) -> Result<Filter> {
    Filter::parse(filter.unwrap_or_default(), FIELDS).map_err(|error| CliError::usage(error.to_string()))
}

/// So long ago, a day (UTC), or a time.
fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse::<i32>().ok()).filter(|days| *days >= 0) {
        return now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).ok();
    }
    if let Ok(ago) = text.parse::<SignedDuration>() {
        return (!ago.is_negative()).then(|| now.checked_sub(ago).ok()).flatten();
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let day: Date = text.parse().ok()?;
    day.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-25T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let read = |text| moment(text, now()).map(|at| at.to_string());
        for (text, at) in [
            ("2h", "2026-11-25T10:00:00Z"),
            ("1h30m", "2026-11-25T10:30:00Z"),
            ("7d", "2026-11-18T12:00:00Z"),
            ("2026-11-01", "2026-11-01T00:00:00Z"),
            ("2026-11-01T08:00:00Z", "2026-11-01T08:00:00Z"),
            ("2026-11-01T08:00:00+02:00", "2026-11-01T06:00:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(at), "{text}");
        }
        for wrong in ["soon", "-2h", "-3d", "", "2026-13-01"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn flags_become_one_filter_that_streams_follow_too() {
        let args = AuditArgs {
            since: Some("1h".into()),
            actor: Some("ana".into()),
            action: Some("cluster".into()),
            result: Some("denied".into()),
            ..AuditArgs::default()
        };
        let text = filter(&args, Some("source!=cli"), now()).unwrap().unwrap();
        let expected = "at>=2026-11-25T11:00:00Z,actor=user:ana,action~cluster,result=denied,source!=cli";
        assert_eq!(text, expected);
        let filter = parse(Some(&text)).unwrap();
        let record = |change: &[(&str, &str)]| {
            let mut record = json!({
                "at": "2026-11-25T11:30:00Z", "actor": "user:ana", "action": "cluster.create",
                "result": "denied", "source": "api",
            });
            change.iter().for_each(|(name, value)| record[*name] = json!(value));
            filter.matches(&Row(&record))
        };
        assert!(record(&[]));
        for change in [
            ("at", "2026-11-25T10:30:00Z"),
            ("actor", "user:anan"),
            ("action", "team.create"),
            ("result", "allowed"),
            ("source", "cli"),
        ] {
            assert!(!record(&[change]), "{change:?}");
        }
        assert!(parse(Some("nothing=1")).is_err());
        assert_eq!(super::filter(&AuditArgs::default(), None, now()).unwrap(), None);
    }

    #[test]
    fn actors_that_are_no_people_and_odd_values_are_taken_as_they_are() {
        for (actor, expected) in [("anonymous", "actor=anonymous"), ("system:controller", "actor=system:controller")] {
            let args = AuditArgs { actor: Some(actor.into()), ..AuditArgs::default() };
            assert_eq!(filter(&args, None, now()).unwrap().unwrap(), expected);
        }
        let odd = r#"a,b"c\ "#;
        let filter = parse(Some(&term("object", "~", odd))).unwrap();
        assert!(filter.matches(&Row(&json!({ "object": format!("x{odd}y") }))));
        assert!(!filter.matches(&Row(&json!({ "object": "a" }))));
    }
}
