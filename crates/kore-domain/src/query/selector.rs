//! Label selectors, as Kubernetes writes them
//! (<https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors>).

use super::{QueryError, value::Lookup};

/// Requirements that must all hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Requirement {
    Exists(String),
    Missing(String),
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
}

impl LabelSelector {
    /// Reads `a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x,y)`, `a`, `!a`, with commas between.
    ///
    /// # Errors
    /// [`QueryError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let requirements = split(text)?.into_iter().map(requirement).collect::<Result<_, _>>()?;
        Ok(Self { requirements })
    }

    /// Whether the object's labels fulfil every requirement. As in Kubernetes, `!=` and `notin` also
    /// hold for objects without the label.
    pub fn matches<T: Lookup + ?Sized>(&self, object: &T) -> bool {
        self.requirements.iter().all(|requirement| match requirement {
            Requirement::Exists(key) => object.label(key).is_some(),
            Requirement::Missing(key) => object.label(key).is_none(),
            Requirement::In(key, values) => {
                object.label(key).is_some_and(|value| values.iter().any(|wanted| wanted == value))
            }
            Requirement::NotIn(key, values) => {
                object.label(key).is_none_or(|value| values.iter().all(|unwanted| unwanted != value))
            }
        })
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }
}

fn bad(detail: impl Into<String>) -> QueryError {
    QueryError::malformed("labelSelector", detail)
}

/// Splits at commas outside parentheses.
fn split(text: &str) -> Result<Vec<&str>, QueryError> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or_else(|| bad("a parenthesis too many"))?,
            ',' if depth == 0 => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    if depth != 0 {
        return Err(bad("a parenthesis is not closed"));
    }
    parts.push(text.get(start..).unwrap_or_default());
    Ok(parts)
}

fn requirement(part: &str) -> Result<Requirement, QueryError> {
    let part = part.trim();
    if let Some((head, tail)) = part.split_once('(') {
        let values = tail.strip_suffix(')').ok_or_else(|| bad(format!("{part:?} is not key in (a,b)")))?;
        let values = values.split(',').map(|value| label_value(value.trim())).collect::<Result<Vec<_>, _>>()?;
        let mut words = head.split_whitespace();
        return match (words.next(), words.next(), words.next()) {
            (Some(key), Some("in"), None) => Ok(Requirement::In(label_key(key)?, values)),
            (Some(key), Some("notin"), None) => Ok(Requirement::NotIn(label_key(key)?, values)),
            _ => Err(bad(format!("{part:?} is not key in (a,b) or key notin (a,b)"))),
        };
    }
    if let Some((key, value)) = part.split_once("!=") {
        return Ok(Requirement::NotIn(label_key(key)?, vec![label_value(value.trim())?]));
    }
    if let Some((key, value)) = part.split_once('=') {
        let value = value.strip_prefix('=').unwrap_or(value);
        return Ok(Requirement::In(label_key(key)?, vec![label_value(value.trim())?]));
    }
    match part.strip_prefix('!') {
        Some(key) => Ok(Requirement::Missing(label_key(key)?)),
        None => Ok(Requirement::Exists(label_key(part)?)),
    }
}

fn plain(text: &str, also: &[u8]) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) || also.contains(&byte))
}

fn label_key(key: &str) -> Result<String, QueryError> {
    let key = key.trim();
    if key.is_empty() || key.len() > 317 || !plain(key, b"/") {
        return Err(bad(format!("{key:?} is not a label key")));
    }
    Ok(key.to_owned())
}

fn label_value(value: &str) -> Result<String, QueryError> {
    if value.len() > 63 || !plain(value, b"") {
        return Err(bad(format!("{value:?} is not a label value")));
    }
    Ok(value.to_owned())
}
