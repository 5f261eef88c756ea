//! What something costs a month by its cloud's price list. The arithmetic is shown: so much of this, at this price.

use kore_api::preview::{CostEstimate, CostLine};

/// Hours of a month, as clouds count them (AWS Pricing Calculator User Guide, "Time units": 730).
pub const HOURS: u64 = 730;
/// Prices are whole numbers of this part of a unit of money.
pub(crate) const PARTS: u64 = 1_000_000;

/// Something that costs by the month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// As `2 nodes of pool default, m7i.large`.
    pub what: String,
    /// How much of it in a month.
    pub quantity: u64,
    /// Of what, as `hours` or `GB-months`.
    pub unit: &'static str,
    /// What one costs; none where the list has no price.
    pub price: Option<Price>,
}

/// A price of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// Millionths of a unit of the currency, for one.
    pub micros: u64,
    /// Since when, as the list says: `2026-11-01`.
    pub since: String,
}

impl Price {
    /// Reads `0.1008000000` as price lists write it; none for what is no such number.
    #[must_use]
    pub fn read(text: &str, since: &str) -> Option<Self> {
        Some(Self { micros: micros(text)?, since: since.chars().take(10).collect() })
    }
}

/// Millionths of what clouds write as `0.1008000000`; none for what is no such number.
pub(crate) fn micros(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = part.chars().chain("000000".chars()).take(6).collect();
    whole.parse::<u64>().ok()?.checked_mul(PARTS)?.checked_add(digits.parse().ok()?)
}

/// The estimate of these together, in a currency. `without` says what is not in it.
#[must_use]
pub fn estimate(items: &[Item], currency: &str, without: &str) -> CostEstimate {
    let unpriced: Vec<&str> = items.iter().filter(|item| item.price.is_none()).map(|item| item.what.as_str()).collect();
    if !unpriced.is_empty() {
        return CostEstimate::none(format!("no price in the list for {}", unpriced.join("; ")));
    }
    let mut total = 0_u64;
    let mut since = "";
    let mut lines = Vec::new();
    for item in items {
        let Some(price) = &item.price else { continue };
        let monthly = price.micros.saturating_mul(item.quantity);
        total = total.saturating_add(monthly);
        since = since.max(price.since.as_str());
        lines.push(CostLine {
            what: item.what.clone(),
            quantity: item.quantity,
            unit: item.unit.to_owned(),
            price: money(price.micros, 4),
            monthly: money(monthly, 2),
        });
    }
    CostEstimate {
        note: format!("by list prices of {since}, for a month of {HOURS} hours; without {without}"),
        monthly: Some(money(total, 2)),
        currency: Some(currency.to_owned()),
        lines,
    }
}

/// With so many decimals, rounded.
pub(crate) fn money(micros: u64, decimals: u32) -> String {
    let step = PARTS / 10_u64.pow(decimals.min(6));
    let steps = micros.saturating_add(step / 2) / step;
    let whole = PARTS / step;
    format!("{}.{:0width$}", steps / whole, steps % whole, width = decimals as usize)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn item(quantity: u64, price: &str) -> Item {
        let price = Price::read(price, "2026-11-01T00:00:00Z");
        Item { what: "a node".into(), quantity, unit: "hours", price }
    }

    #[test]
    fn the_arithmetic_is_shown() {
        let said = estimate(&[item(HOURS, "0.1000000000"), item(2 * HOURS, "0.1008000000")], "USD", "traffic");
        assert_eq!((said.monthly.as_deref(), said.currency.as_deref()), (Some("220.17"), Some("USD")));
        let lines: Vec<_> =
            said.lines.iter().map(|line| (line.quantity, line.price.as_str(), line.monthly.as_str())).collect();
        assert_eq!(lines, [(730, "0.1000", "73.00"), (1460, "0.1008", "147.17")]);
        assert_eq!(said.note, "by list prices of 2026-11-01, for a month of 730 hours; without traffic");
    }

    #[test]
    fn without_a_price_there_is_no_sum() {
        let said = estimate(&[item(1, "0.1"), item(1, "free")], "USD", "traffic");
        assert_eq!((said.monthly, said.lines.len()), (None, 0));
        assert_eq!(said.note, "no price in the list for a node");
    }

    #[test]
    fn prices_are_read_as_lists_write_them() {
        let micros = |text| Price::read(text, "").map(|price| price.micros);
        assert_eq!(micros("0.0952000000"), Some(95_200));
        assert_eq!(micros("12"), Some(12_000_000));
        assert_eq!(micros("0.0000004"), Some(0));
        assert_eq!([micros("-1"), micros("1,5"), micros("")], [None, None, None]);
    }

    proptest! {
        #[test]
        fn the_sum_is_that_of_its_lines_within_their_rounding(all in prop::collection::vec((0..10_000_u64, 0..50_000_000_u64), 1..8)) {
            let items: Vec<_> = all.iter().map(|(quantity, micros)| Item {
                price: Some(Price { micros: *micros, since: "2026-11-01".into() }), ..item(*quantity, "1")
            }).collect();
            let said = estimate(&items, "USD", "x");
            let cents = |text: &str| text.replace('.', "").parse::<i128>().unwrap();
            let lines: i128 = said.lines.iter().map(|line| cents(&line.monthly)).sum();
            prop_assert!((cents(&said.monthly.unwrap()) - lines).abs() <= items.len() as i128);
        }
    }
}
