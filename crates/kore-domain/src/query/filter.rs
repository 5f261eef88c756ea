//! `field=value,field!=value,field~text,field>=value,field<value`: all terms must hold.

use std::cmp::Ordering;

use super::{
    QueryError,
    value::{Field, Lookup},
};

/// Terms that must all hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
}

/// One term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The field's full name.
    pub field: &'static str,
    /// How it is compared.
    pub operator: Operator,
    /// With what.
    pub value: String,
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// The same text.
    Equal,
    /// Another text.
    NotEqual,
    /// Contains the text, whatever the case.
    Contains,
    /// The same or later, or more: times, numbers, texts byte by byte.
    AtLeast,
    /// Earlier, or less.
    Below,
}

impl Filter {
    /// Reads a filter. Values that contain commas or quotes are written in double quotes, with `\"` and `\\`.
    ///
    /// # Errors
    /// [`QueryError::Malformed`] for what is no term, or a field that is not on the list.
    pub fn parse(text: &str, fields: &[Field]) -> Result<Self, QueryError> {
        let mut terms = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let at = rest
                .find(['=', '!', '~', '>', '<', ','])
                .filter(|at| rest.as_bytes().get(*at) != Some(&b','))
                .ok_or_else(|| no_term(rest))?;
            let (name, tail) = rest.split_at(at);
            let (operator, tail) = if let Some(tail) = tail.strip_prefix("!=") {
                (Operator::NotEqual, tail)
            } else if let Some(tail) = tail.strip_prefix('=') {
                (Operator::Equal, tail.strip_prefix('=').unwrap_or(tail))
            } else if let Some(tail) = tail.strip_prefix('~') {
                (Operator::Contains, tail)
            } else if let Some(tail) = tail.strip_prefix(">=") {
                (Operator::AtLeast, tail)
            } else if let Some(tail) = tail.strip_prefix('<').filter(|tail| !tail.starts_with(['=', '>'])) {
                (Operator::Below, tail)
            } else {
                return Err(no_term(rest));
            };
            let field = Field::find(fields, name.trim()).map_err(bad)?;
            let (value, tail) = take_value(tail)?;
            terms.push(Term { field, operator, value });
            rest = tail;
        }
        Ok(Self { terms })
    }

    /// Whether the object fulfils every term.
    pub fn matches<T: Lookup + ?Sized>(&self, object: &T) -> bool {
        self.terms.iter().all(|term| {
            let value = object.field(term.field);
            let text = value.text();
            match term.operator {
                Operator::Equal => text == term.value,
                Operator::NotEqual => text != term.value,
                Operator::Contains => text.to_lowercase().contains(&term.value.to_lowercase()),
                Operator::AtLeast => value.compare(&term.value).is_some_and(Ordering::is_ge),
                Operator::Below => value.compare(&term.value).is_some_and(Ordering::is_lt),
            }
        })
    }

    /// The terms, for stores that filter in SQL.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }
}

fn no_term(text: &str) -> QueryError {
    bad(format!("{text:?} is not field=value, field!=value, field~text, field>=value or field<value"))
}

fn bad(detail: impl Into<String>) -> QueryError {
    QueryError::malformed("filter", detail)
}

/// The value at the beginning, and what comes after the comma that ends it.
fn take_value(text: &str) -> Result<(String, &str), QueryError> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_once(',').map_or((text, ""), |(value, rest)| (value, rest));
        if text.ends_with(',') && rest.is_empty() {
            return Err(bad("ends with a comma"));
        }
        return Ok((value.trim().to_owned(), rest.trim_start()));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                _ => return Err(bad("only \\\" and \\\\ are escaped in quotes")),
            },
            '"' => {
                let rest = quoted.get(at + 1..).unwrap_or_default().trim_start();
                return match rest.strip_prefix(',') {
                    Some(next) if !next.trim().is_empty() => Ok((value, next.trim_start())),
                    None if rest.is_empty() => Ok((value, "")),
                    _ => Err(bad("a comma and another term follow a quoted value, or nothing")),
                };
            }
            other => value.push(other),
        }
    }
    Err(bad("a quote is not closed"))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::query::FieldValue;

    const FIELDS: &[Field] = &[Field::new("at"), Field::new("count"), Field::new("name"), Field::new("paused")];

    struct Row;

    impl Lookup for Row {
        fn field(&self, name: &str) -> FieldValue<'_> {
            match name {
                "at" => FieldValue::Time("2026-11-22T12:00:00Z".parse().unwrap()),
                "count" => FieldValue::Number(10),
                "name" => FieldValue::Text("dev".into()),
                _ => FieldValue::Absent,
            }
        }

        fn unique(&self) -> Cow<'_, str> {
            "1".into()
        }
    }

    #[test]
    fn sizes_are_compared_as_what_they_are() {
        let holds = |text: &str| Filter::parse(text, FIELDS).unwrap().matches(&Row);
        for filter in [
            "at>=2026-11-22T12:00:00Z",
            "at>=2026-11-22T13:00:00+02:00,at<2026-11-22T12:00:01Z",
            "count>=9",
            "count<11",
            "name>=de,name<df",
            "count >= 10, name = dev",
        ] {
            assert!(holds(filter), "{filter}");
        }
        for filter in [
            "at<2026-11-22T12:00:00Z",
            "count>=11",
            "count<9",
            "at>=soon",
            "count>=ten",
            "paused>=a",
            "paused<z",
            "name<a",
        ] {
            assert!(!holds(filter), "{filter}");
        }
        for wrong in ["count>9", "count<=9", "count<>9", ">=9", "other>=1"] {
            assert!(Filter::parse(wrong, FIELDS).is_err(), "{wrong}");
        }
    }
}
