//! Pages and the tokens between them.

use std::cmp::Ordering;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{
    ListQuery, QueryError,
    value::{FieldValue, Lookup},
};

const MAC_LENGTH: usize = 16;

/// The place of an object in an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The values it is ordered by.
    #[serde(rename = "v")]
    pub values: Vec<FieldValue<'static>>,
    /// What breaks ties.
    #[serde(rename = "u")]
    pub unique: String,
}

impl Cursor {
    pub(super) fn encode(&self, key: &[u8], fingerprint: &[u8; 32]) -> String {
        let payload = serde_json::to_vec(self).unwrap_or_default();
        let mut token = mac(key, fingerprint, &payload);
        token.extend_from_slice(&payload);
        URL_SAFE_NO_PAD.encode(token)
    }

    pub(super) fn decode(token: &str, key: &[u8], fingerprint: &[u8; 32]) -> Result<Self, QueryError> {
        let token = URL_SAFE_NO_PAD.decode(token).map_err(|_| QueryError::Continue)?;
        let (given, payload) = token.split_at_checked(MAC_LENGTH).ok_or(QueryError::Continue)?;
        let expected = mac(key, fingerprint, payload);
        if !bool::from(subtle::ConstantTimeEq::ct_eq(given, expected.as_slice())) {
            return Err(QueryError::Continue);
        }
        serde_json::from_slice(payload).map_err(|_| QueryError::Continue)
    }
}

fn mac(key: &[u8], fingerprint: &[u8; 32], payload: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length, so that the error cannot happen; without a MAC no token is good.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(fingerprint);
    mac.update(payload);
    mac.finalize().into_bytes().iter().take(MAC_LENGTH).copied().collect()
}

/// A page of an in-memory list.
#[derive(Debug)]
pub struct Page<T> {
    /// The objects, in order.
    pub items: Vec<T>,
    /// Token of the next page; empty at the end.
    pub continue_token: String,
    /// How many follow this page.
    pub remaining: u64,
}

/// Filters, orders and cuts. Linear in the number of objects, of which it keeps no more than two pages:
/// nearly all of ten thousand are put aside by one comparison.
pub fn page<T: Lookup>(objects: impl IntoIterator<Item = T>, query: &ListQuery, key: &[u8]) -> Page<T> {
    let order = |a: &T, b: &T| query.order.compare(a, b);
    let mut best: Vec<T> = Vec::new();
    let (mut full, mut count) = (false, 0_usize);
    for object in objects {
        let later = query
            .after
            .as_ref()
            .is_none_or(|after| query.order.compare_to(&object, &after.values, &after.unique) == Ordering::Greater);
        if !later || !query.matches(&object) {
            continue;
        }
        count += 1;
        // Once a page is full, its last object stands at the page's end, and others push it out.
        if full && best.get(query.limit - 1).is_some_and(|last| order(&object, last) == Ordering::Greater) {
            continue;
        }
        best.push(object);
        if best.len() >= query.limit * 2 {
            best.select_nth_unstable_by(query.limit - 1, order);
            best.truncate(query.limit);
            full = true;
        }
    }
    best.sort_unstable_by(order);
    best.truncate(query.limit);
    let remaining = count - best.len();
    let continue_token = match best.last().filter(|_| remaining > 0) {
        Some(last) => {
            let last = Cursor { values: query.order.values(last), unique: last.unique().into_owned() };
            query.continue_token(&last, key)
        }
        None => String::new(),
    };
    Page { items: best, continue_token, remaining: remaining as u64 }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::{super::*, *};

    #[derive(Debug, Clone)]
    struct Row {
        uid: u32,
        name: String,
        team: Option<String>,
        paused: bool,
    }

    impl Lookup for Row {
        fn field(&self, name: &str) -> FieldValue<'_> {
            match name {
                "metadata.name" => FieldValue::Text(Cow::Borrowed(&self.name)),
                "metadata.team" => {
                    self.team.as_deref().map_or(FieldValue::Absent, |team| FieldValue::Text(Cow::Borrowed(team)))
                }
                "spec.paused" => FieldValue::Bool(self.paused),
                _ => FieldValue::Absent,
            }
        }
        fn label(&self, key: &str) -> Option<&str> {
            match key {
                "team" => self.team.as_deref(),
                "kore.internal/name" => Some(&self.name),
                _ => None,
            }
        }
        fn unique(&self) -> Cow<'_, str> {
            Cow::Owned(format!("{:08}", self.uid))
        }
    }

    const FIELDS: &[Field] =
        &[Field::aliased("metadata.name", "name"), Field::aliased("metadata.team", "team"), Field::new("spec.paused")];
    const KEY: &[u8] = b"a key of this test";

    fn row(uid: u32, name: &str, team: Option<&str>) -> Row {
        Row { uid, name: name.to_owned(), team: team.map(str::to_owned), paused: uid.is_multiple_of(2) }
    }

    fn names(raw: &RawQuery<'_>) -> Result<Vec<String>, QueryError> {
        let rows = [
            row(1, "dev", Some("payments")),
            row(2, "prod", Some("payments")),
            row(3, "dev", Some("fraud")),
            row(4, "a, \"b\"", None),
        ];
        let query = ListQuery::parse(raw, FIELDS, KEY, "clusters")?;
        Ok(page(rows.iter(), &query, KEY).items.iter().map(|row| format!("{}{}", row.name, row.uid)).collect())
    }

    #[test]
    fn filters_orders_and_selectors() {
        let filter = |text| names(&RawQuery { filter: Some(text), ..RawQuery::default() }).unwrap();
        assert_eq!(filter("name=dev"), ["dev1", "dev3"]);
        assert_eq!(filter("metadata.name==dev, team!=fraud"), ["dev1"]);
        assert_eq!(filter("name~DE"), ["dev1", "dev3"]);
        assert_eq!(filter("team="), ["a, \"b\"4"]);
        assert_eq!(filter("spec.paused=true,team=payments"), ["prod2"]);
        assert_eq!(filter(r#"name="a, \"b\"""#), ["a, \"b\"4"]);
        let order = |text| names(&RawQuery { order_by: Some(text), ..RawQuery::default() }).unwrap();
        assert_eq!(order("-name"), ["prod2", "dev1", "dev3", "a, \"b\"4"]);
        assert_eq!(order("team,-name"), ["a, \"b\"4", "dev3", "prod2", "dev1"]);
        let select = |text| names(&RawQuery { label_selector: Some(text), ..RawQuery::default() }).unwrap();
        assert_eq!(select("team in (payments,x)"), ["dev1", "prod2"]);
        assert_eq!(select("team!=fraud,kore.internal/name"), ["a, \"b\"4", "dev1", "prod2"]);
        assert_eq!(select("!team"), ["a, \"b\"4"]);
        assert_eq!(select("team notin (payments), team"), ["dev3"]);
    }

    #[test]
    fn what_is_malformed_says_where() {
        for bad in ["owner=x", "name", "name=a,", "name!a", r#"name="a"#, r#"name="a"x"#, ",", "=a"] {
            let error = names(&RawQuery { filter: Some(bad), ..RawQuery::default() }).unwrap_err();
            assert!(matches!(error, QueryError::Malformed { parameter: "filter", .. }), "{bad}: {error}");
        }
        for bad in ["owner", "name,name", "-", "name,"] {
            assert!(names(&RawQuery { order_by: Some(bad), ..RawQuery::default() }).is_err(), "{bad}");
        }
        for bad in ["a in (b", "a) in (b", "a is (b)", "=b", "a=b c", "ä", "a,,b"] {
            assert!(names(&RawQuery { label_selector: Some(bad), ..RawQuery::default() }).is_err(), "{bad}");
        }
        for bad in [0, 501] {
            assert!(names(&RawQuery { limit: Some(bad), ..RawQuery::default() }).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_token_is_good_for_its_own_query_and_key_only() {
        let rows: Vec<_> = (0..5).map(|uid| row(uid, "x", None)).collect();
        let raw = RawQuery { limit: Some(2), filter: Some("name=x"), ..RawQuery::default() };
        let query = ListQuery::parse(&raw, FIELDS, KEY, "clusters").unwrap();
        let token = page(rows.iter(), &query, KEY).continue_token;
        let next = RawQuery { continue_token: Some(&token), ..raw.clone() };
        assert!(ListQuery::parse(&next, FIELDS, KEY, "clusters").is_ok());
        let other_limit = RawQuery { limit: Some(1), ..next.clone() };
        assert!(ListQuery::parse(&other_limit, FIELDS, KEY, "clusters").is_ok(), "the limit may change between pages");
        for (raw, key, scope) in [
            (RawQuery { filter: Some("name=y"), ..next.clone() }, KEY, "clusters"),
            (RawQuery { order_by: Some("-name"), ..next.clone() }, KEY, "clusters"),
            (next.clone(), b"other".as_slice(), "clusters"),
            (next.clone(), KEY, "teams"),
            (RawQuery { continue_token: Some("rubbish"), ..raw.clone() }, KEY, "clusters"),
            (RawQuery { continue_token: Some("%%"), ..raw }, KEY, "clusters"),
        ] {
            let error = ListQuery::parse(&raw, FIELDS, key, scope).unwrap_err();
            assert_eq!(error.code(), kore_api::codes::Code::ContinueExpired);
        }
    }

    proptest! {
        /// Pages put together are the whole list in order, each object once, whatever the page size.
        #[test]
        fn pages_add_up(seeds in prop::collection::vec(("[a-c]{0,2}", any::<bool>()), 0..40), limit in 1_usize..7, order in 0..4_usize) {
            let rows: Vec<_> = seeds.iter().enumerate()
                .map(|(uid, (name, team))| row(uid as u32, name, team.then_some("t"))).collect();
            let order_by = Some(["", "-name", "team,-name", "-spec.paused"][order]);
            let whole = ListQuery::parse(&RawQuery { limit: Some(500), order_by, ..RawQuery::default() }, FIELDS, KEY, "").unwrap();
            let whole: Vec<_> = page(rows.iter(), &whole, KEY).items.iter().map(|row| row.uid).collect();
            let (mut got, mut token) = (Vec::new(), String::new());
            loop {
                let raw = RawQuery { limit: Some(limit), order_by, continue_token: Some(&token), ..RawQuery::default() };
                let query = ListQuery::parse(&raw, FIELDS, KEY, "").unwrap();
                let part = page(rows.iter(), &query, KEY);
                got.extend(part.items.iter().map(|row| row.uid));
                prop_assert_eq!(part.remaining as usize, whole.len() - got.len());
                if part.continue_token.is_empty() { break; }
                token = part.continue_token;
            }
            prop_assert_eq!(got, whole);
        }
    }
}
