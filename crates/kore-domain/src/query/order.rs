//! `orderBy`: fields, each with `-` in front for descending (AIP-132's idea, Kore's spelling).

use std::cmp::Ordering;

use super::{
    QueryError,
    value::{Field, FieldValue, Lookup},
};

/// By which fields, most important first. The object's unique text always comes last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderBy {
    keys: Vec<(&'static str, bool)>,
}

impl OrderBy {
    /// Reads an order; an empty text orders by the first field of the list.
    ///
    /// # Errors
    /// [`QueryError::Malformed`] for a field that is not on the list or comes twice.
    pub fn parse(text: &str, fields: &[Field]) -> Result<Self, QueryError> {
        if text.trim().is_empty() {
            return Ok(Self { keys: fields.first().map(|field| (field.name, false)).into_iter().collect() });
        }
        let mut keys: Vec<(&'static str, bool)> = Vec::new();
        for part in text.split(',') {
            let part = part.trim();
            let (name, descending) = part.strip_prefix('-').map_or((part, false), |name| (name, true));
            let field = Field::find(fields, name).map_err(|detail| QueryError::malformed("orderBy", detail))?;
            if keys.iter().any(|(known, _)| *known == field) {
                return Err(QueryError::malformed("orderBy", format!("{name:?} comes twice")));
            }
            keys.push((field, descending));
        }
        Ok(Self { keys })
    }

    /// The fields and whether each is descending, for stores that sort in SQL.
    #[must_use]
    pub fn keys(&self) -> &[(&'static str, bool)] {
        &self.keys
    }

    pub(super) fn values<'a, T: Lookup + ?Sized>(&self, object: &'a T) -> Vec<FieldValue<'a>> {
        self.keys.iter().map(|(name, _)| object.field(name)).collect()
    }

    pub(super) fn compare(&self, a: (&[FieldValue<'_>], &str), b: (&[FieldValue<'_>], &str)) -> Ordering {
        for (((_, descending), left), right) in self.keys.iter().zip(a.0).zip(b.0) {
            let ordering = left.cmp(right);
            if ordering != Ordering::Equal {
                return if *descending { ordering.reverse() } else { ordering };
            }
        }
        a.1.cmp(b.1)
    }
}
