//! The fields that a list can be filtered and sorted by.

use std::{borrow::Cow, cmp::Ordering};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A field of the allow-list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its dotted path, as `spec.plan.name`.
    pub name: &'static str,
    /// A shorter name that people may use as well, as `name` for `metadata.name`.
    pub alias: Option<&'static str>,
}

impl Field {
    /// A field without an alias.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, alias: None }
    }

    /// A field with an alias.
    #[must_use]
    pub const fn aliased(name: &'static str, alias: &'static str) -> Self {
        Self { name, alias: Some(alias) }
    }

    pub(super) fn find(fields: &[Self], wanted: &str) -> Result<&'static str, String> {
        fields
            .iter()
            .find(|field| field.name == wanted || field.alias == Some(wanted))
            .map(|field| field.name)
            .ok_or_else(|| {
                let known: Vec<_> = fields.iter().map(|field| field.alias.unwrap_or(field.name)).collect();
                format!("{wanted:?} is not a field of this list; there are {}", known.join(", "))
            })
    }
}

/// The value of a field of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldValue<'a> {
    /// A truth.
    #[serde(rename = "b")]
    Bool(bool),
    /// A number.
    #[serde(rename = "n")]
    Number(i64),
    /// A time.
    #[serde(rename = "t")]
    Time(Timestamp),
    /// A text.
    #[serde(rename = "s")]
    Text(Cow<'a, str>),
    /// The object has no such field.
    #[serde(rename = "-")]
    Absent,
}

impl<'a, T: Into<Cow<'a, str>>> From<Option<T>> for FieldValue<'a> {
    fn from(text: Option<T>) -> Self {
        text.map_or(Self::Absent, |text| Self::Text(text.into()))
    }
}

impl FieldValue<'_> {
    /// As it is compared with the text of a filter.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Self::Number(value) => Cow::Owned(value.to_string()),
            Self::Time(value) => Cow::Owned(value.to_string()),
            Self::Text(value) => Cow::Borrowed(value),
            Self::Absent => Cow::Borrowed(""),
        }
    }

    /// How it stands to the text of a filter; nothing when the two cannot be compared.
    pub(super) fn compare(&self, text: &str) -> Option<Ordering> {
        match self {
            Self::Number(value) => Some(value.cmp(&text.parse().ok()?)),
            Self::Time(value) => Some(value.cmp(&text.parse().ok()?)),
            Self::Text(value) => Some(value.as_ref().cmp(text)),
            Self::Bool(_) | Self::Absent => None,
        }
    }

    /// Without borrowing.
    #[must_use]
    pub fn into_owned(self) -> FieldValue<'static> {
        match self {
            Self::Bool(value) => FieldValue::Bool(value),
            Self::Number(value) => FieldValue::Number(value),
            Self::Time(value) => FieldValue::Time(value),
            Self::Text(value) => FieldValue::Text(Cow::Owned(value.into_owned())),
            Self::Absent => FieldValue::Absent,
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Absent => 0,
            Self::Bool(_) => 1,
            Self::Number(_) => 2,
            Self::Time(_) => 3,
            Self::Text(_) => 4,
        }
    }
}

impl PartialOrd for FieldValue<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FieldValue<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

/// An object that can be listed.
pub trait Lookup {
    /// The value of a field of the allow-list, by its full name.
    fn field(&self, name: &str) -> FieldValue<'_>;
    /// The value of a label; most kinds carry none.
    fn label(&self, key: &str) -> Option<&str> {
        let _ = key;
        None
    }
    /// What no two objects of the list share (the uid); breaks ties, so that an order is total.
    fn unique(&self) -> Cow<'_, str>;
}

impl<T: Lookup + ?Sized> Lookup for &T {
    fn field(&self, name: &str) -> FieldValue<'_> {
        (**self).field(name)
    }

    fn label(&self, key: &str) -> Option<&str> {
        (**self).label(key)
    }

    fn unique(&self) -> Cow<'_, str> {
        (**self).unique()
    }
}
