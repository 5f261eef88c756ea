//! AWS Cost Explorer: what accounts have cost, as whoever orders it says (AWS Cost Explorer API reference, `GetCostAndUsage`, of a
//! month by linked account).

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    front::{Call, Front},
    json::Service,
    model::COSTS,
    refusal::Refusal,
    wire::Outcome,
};

/// Accounts on a page.
const PAGE: usize = 50;

/// What an account has cost in the month that is asked for, whichever.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CostOrder {
    /// Its number.
    pub account: String,
    /// As `123.45`, in USD.
    pub amount: String,
}

/// Amounts by account.
#[derive(Debug, Default)]
pub(crate) struct Costs(Mutex<BTreeMap<String, String>>);

impl Costs {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn reset(&self) {
        self.lock().clear();
    }

    pub(crate) fn order(&self, CostOrder { account, amount }: CostOrder) {
        self.lock().insert(account, amount);
    }
}

const SERVICE: Service =
    Service { model: &COSTS, title: "Cost Explorer", invalid: "ValidationException", broken: "InternalErrorException" };

pub(crate) fn handle(front: &Front, call: &Call) -> Outcome {
    SERVICE.answer(call, |input| perform(&front.costs.lock(), &json!(input)))
}

fn perform(amounts: &BTreeMap<String, String>, input: &Value) -> Result<Value, Refusal> {
    let text = |path: &str| input.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let refused = |message: &str| Refusal::new(400, SERVICE.invalid, message);
    let (start, end) = (text("/TimePeriod/Start"), text("/TimePeriod/End"));
    if start >= end {
        return Err(refused("Start date (and hour) should be before end date (and hour)"));
    }
    if text("/Granularity") != "MONTHLY" || text("/GroupBy/0/Key") != "LINKED_ACCOUNT" {
        return Err(refused("this one knows of months and linked accounts alone"));
    }
    let metric = text("/Metrics/0");
    let from: usize = text("/NextPageToken").parse().unwrap_or_default();
    let group = |(account, amount): (&String, &String)| json!({ "Keys": [account], "Metrics": { metric: { "Amount": amount, "Unit": "USD" } } });
    let groups: Vec<_> = amounts.iter().skip(from).take(PAGE).map(group).collect();
    let result =
        json!({ "TimePeriod": { "Start": start, "End": end }, "Total": {}, "Groups": groups, "Estimated": true });
    let mut answer = Map::from_iter([
        ("GroupDefinitions".to_owned(), json!([{ "Type": "DIMENSION", "Key": "LINKED_ACCOUNT" }])),
        ("ResultsByTime".to_owned(), json!([result])),
    ]);
    if from + PAGE < amounts.len() {
        answer.insert("NextPageToken".to_owned(), json!((from + PAGE).to_string()));
    }
    Ok(Value::Object(answer))
}
