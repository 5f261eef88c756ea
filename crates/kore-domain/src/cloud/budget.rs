//! What an account has cost against what it may.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use kore_api::cloud::{AccountSpent, MonthlyBudget, Spent};

use crate::cost::{PARTS, micros, money};

/// How long a bill that was read is taken for the last: clouds write theirs a few times a day, and reading costs money (AWS Cost
/// Management User Guide, "Managing your costs with AWS Cost Explorer").
const AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// From how much of a budget on somebody is told, in percent.
const NEARLY: u64 = 80;
/// As amounts are written.
const NOTHING: &str = "0.00";

/// How a budget stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// There is enough left.
    Within,
    /// It is nearly used up.
    Nearly,
    /// It is used up.
    Over,
    /// The bill is in other money.
    OtherMoney,
}

/// The month that a moment is in, as bills go by it: its first day, and the day after the moment (both UTC; the last is not in
/// it).
#[must_use]
pub fn month(now: Timestamp) -> (Date, Date) {
    let day = now.to_zoned(TimeZone::UTC).date();
    (day.first_of_month(), day.tomorrow().unwrap_or(day))
}

/// How long until the bill is to be read again: not at all in another month than that which was read.
#[must_use]
pub fn due(spent: Option<&Spent>, now: Timestamp) -> SignedDuration {
    let (first, _) = month(now);
    let Some(spent) = spent.filter(|spent| spent.month == written(first)) else { return SignedDuration::ZERO };
    (spent.read_at + AGAIN).duration_since(now).max(SignedDuration::ZERO)
}

/// A month by its first day, as `2026-11`.
#[must_use]
pub fn written(first: Date) -> String {
    first.strftime("%Y-%m").to_string()
}

/// What accounts have cost by a bill: amounts as clouds write them, with more digits than money has.
#[must_use]
pub fn spent(first: Date, read_at: Timestamp, currency: String, amounts: BTreeMap<String, String>) -> Spent {
    let accounts = amounts.into_iter().filter_map(|(account, amount)| {
        // What is below nothing, a credit, is nothing.
        let amount = if amount.starts_with('-') { NOTHING.to_owned() } else { money(micros(&amount)?, 2) };
        (amount != NOTHING).then_some((account, amount))
    });
    Spent { month: written(first), read_at, currency, accounts: accounts.collect() }
}

/// What one account has cost, against what it may.
#[must_use]
pub fn of_account(spent: &Spent, number: &str, budget: Option<&MonthlyBudget>) -> AccountSpent {
    AccountSpent {
        month: spent.month.clone(),
        amount: spent.accounts.get(number).cloned().unwrap_or_else(|| NOTHING.to_owned()),
        currency: spent.currency.clone(),
        read_at: spent.read_at,
        budget: budget.cloned(),
    }
}

/// How its budget stands, where it has one.
#[must_use]
pub fn budget(spent: &AccountSpent) -> Option<Budget> {
    let budget = spent.budget.as_ref()?;
    if budget.currency != spent.currency {
        return Some(Budget::OtherMoney);
    }
    let (spent, most) = (micros(&spent.amount)?, u64::from(budget.amount) * PARTS);
    Some(if spent > most {
        Budget::Over
    } else if spent.saturating_mul(100) >= most.saturating_mul(NEARLY) {
        Budget::Nearly
    } else {
        Budget::Within
    })
}

/// For people: `123.45 of 500 USD in 2026-11`.
#[must_use]
pub fn said(spent: &AccountSpent) -> String {
    let of = spent.budget.as_ref().map(|budget| format!(" of {}", budget.amount)).unwrap_or_default();
    format!("{}{of} {} in {}", spent.amount, spent.currency, spent.month)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn of(amount: &str, budget: u32) -> Budget {
        let budget = MonthlyBudget { amount: budget, currency: "USD".to_owned() };
        let now = at("2026-11-30T12:00:00Z");
        let bill = BTreeMap::from([("1".to_owned(), amount.to_owned())]);
        let spent = spent(month(now).0, now, "USD".to_owned(), bill);
        super::budget(&of_account(&spent, "1", Some(&budget))).unwrap()
    }

    #[test]
    fn a_budget_is_nearly_used_up_before_it_is() {
        assert_eq!(of("79.99", 100), Budget::Within);
        assert_eq!(of("80.0000000000", 100), Budget::Nearly);
        assert_eq!(of("100.004", 100), Budget::Nearly);
        assert_eq!(of("100.005", 100), Budget::Over);
        assert_eq!(of("-3.5", 100), Budget::Within);
    }

    #[test]
    fn a_month_goes_from_its_first_day_to_the_next_one() {
        let days = |text: &str| {
            let (first, end) = month(at(text));
            (first.to_string(), end.to_string())
        };
        assert_eq!(days("2026-11-30T23:59:59Z"), ("2026-11-01".to_owned(), "2026-12-01".to_owned()));
        assert_eq!(days("2026-12-01T00:00:00Z"), ("2026-12-01".to_owned(), "2026-12-02".to_owned()));
    }

    #[test]
    fn a_bill_is_read_daily_and_anew_in_each_month() {
        let bill =
            spent(month(at("2026-11-30T12:00:00Z")).0, at("2026-11-30T12:00:00Z"), "USD".into(), BTreeMap::new());
        assert_eq!(due(None, at("2026-11-30T12:00:00Z")), SignedDuration::ZERO);
        assert_eq!(due(Some(&bill), at("2026-11-30T13:00:00Z")), SignedDuration::from_hours(23));
        assert_eq!(due(Some(&bill), at("2026-12-01T00:00:00Z")), SignedDuration::ZERO);
    }

    #[test]
    fn other_money_is_not_compared() {
        let now = at("2026-11-30T12:00:00Z");
        let spent = spent(month(now).0, now, "USD".to_owned(), BTreeMap::new());
        let budget = MonthlyBudget { amount: 1, currency: "EUR".to_owned() };
        let account = of_account(&spent, "1", Some(&budget));
        assert_eq!(super::budget(&account), Some(Budget::OtherMoney));
        assert_eq!(said(&account), "0.00 of 1 USD in 2026-11");
        assert_eq!(super::budget(&of_account(&spent, "1", None)), None);
    }

    proptest! {
        #[test]
        fn money_is_rounded_to_cents(whole in 0_u64..1_000_000, part in 0_u64..1_000_000) {
            let written = money(micros(&format!("{whole}.{part:06}")).unwrap(), 2);
            let cents: u64 = written.replace('.', "").parse().unwrap();
            let exact = whole as f64 * 100.0 + part as f64 / 10_000.0;
            prop_assert!((cents as f64 - exact).abs() <= 0.5 + 1e-6);
        }
    }
}
