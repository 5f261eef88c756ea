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

    /// The values that an object is ordered by.
    pub(super) fn values<T: Lookup + ?Sized>(&self, object: &T) -> Vec<FieldValue<'static>> {
        self.keys.iter().map(|(name, _)| object.field(name).into_owned()).collect()
    }

    /// Which of two objects comes first. Reads what it needs to know and no more.
    pub(super) fn compare<T: Lookup + ?Sized>(&self, a: &T, b: &T) -> Ordering {
        self.first_difference(|_, name| a.field(name).cmp(&b.field(name))).then_with(|| a.unique().cmp(&b.unique()))
    }

    /// Whether an object comes before or after a place in the order.
    pub(super) fn compare_to<T: Lookup + ?Sized>(
        &self,
        object: &T,
        values: &[FieldValue<'_>],
        unique: &str,
    ) -> Ordering {
        let absent = FieldValue::Absent;
        self.first_difference(|index, name| object.field(name).cmp(values.get(index).unwrap_or(&absent)))
            .then_with(|| (*object.unique()).cmp(unique))
    }

    fn first_difference(&self, compare: impl Fn(usize, &'static str) -> Ordering) -> Ordering {
        for (index, (name, descending)) in self.keys.iter().enumerate() {
            let ordering = compare(index, name);
            if ordering != Ordering::Equal {
                return if *descending { ordering.reverse() } else { ordering };
            }
        }
        Ordering::Equal
    }
}
