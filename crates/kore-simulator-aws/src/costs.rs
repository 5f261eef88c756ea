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
    model::{COSTS, Mismatch},
    refusal::Refusal,
    wire::{Answer, Outcome},
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

pub(crate) fn handle(front: &Front, call: &Call) -> Outcome {
    let unknown =
        || Refusal::new(400, "UnknownOperationException", format!("Cost Explorer here knows no {}", call.operation));
    let operation = COSTS.operations.get(&call.operation).ok_or_else(unknown)?;
    let refused = |message| Refusal::new(400, "ValidationException", message);
    let input = COSTS.json_input(operation, &call.request.body).map_err(|Mismatch(message)| refused(message))?;
    let answer = perform(&front.costs.lock(), &input).map_err(refused)?;
    COSTS
        .check_output(operation, &answer)
        .map_err(|Mismatch(message)| Refusal::new(500, "InternalErrorException", message))?;
    Ok(Answer::json_1_1(&answer))
}

fn perform(amounts: &BTreeMap<String, String>, input: &Map<String, Value>) -> Result<Value, String> {
    let at = |path: &str| {
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        let value = input.get(first)?;
        if rest.is_empty() { Some(value) } else { value.pointer(&format!("/{rest}")) }
    };
    let text = |path: &str| at(path).and_then(Value::as_str).unwrap_or_default();
    let (start, end) = (text("TimePeriod/Start"), text("TimePeriod/End"));
    if start >= end {
        return Err("Start date (and hour) should be before end date (and hour)".to_owned());
    }
    if text("Granularity") != "MONTHLY" || text("GroupBy/0/Key") != "LINKED_ACCOUNT" {
        return Err("this one knows of months and linked accounts alone".to_owned());
    }
    let metric = text("Metrics/0");
    let from: usize = text("NextPageToken").parse().unwrap_or_default();
    let groups: Vec<_> = amounts.iter().skip(from).take(PAGE)
        .map(|(account, amount)| json!({ "Keys": [account], "Metrics": { metric: { "Amount": amount, "Unit": "USD" } } }))
        .collect();
    let result =
        json!({ "TimePeriod": { "Start": start, "End": end }, "Total": {}, "Groups": groups, "Estimated": true });
    let mut answer =
        json!({ "GroupDefinitions": [{ "Type": "DIMENSION", "Key": "LINKED_ACCOUNT" }], "ResultsByTime": [result] });
    if from + PAGE < amounts.len() {
        let next = json!((from + PAGE).to_string());
        answer.as_object_mut().and_then(|answer| answer.insert("NextPageToken".to_owned(), next));
    }
    Ok(answer)
}
