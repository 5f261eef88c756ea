//! AWS Organizations, as far as moto is too quick: accounts take a while to be made, and may fail (AWS Organizations API
//! reference, `CreateAccount`, `CreateAccountStatus`, `CloseAccount`; User Guide, "Quotas for AWS Organizations").

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    front::{Call, Front},
    model::{Mismatch, ORGANIZATIONS},
    moto::Place,
    refusal::Refusal,
    wire::{Answer, Outcome},
};

/// An account on its way, or what became of it.
#[derive(Debug, Clone)]
struct Request {
    owner: String,
    id: String,
    input: Map<String, Value>,
    left: u32,
    stuck: bool,
    asked: f64,
    /// When it ended, and as which account or why in none.
    ended: Option<(f64, Result<String, String>)>,
}

/// An order that an account is not made: `POST /_kore/accounts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountOrder {
    /// Of which address; of the next one when it is left out.
    pub email: Option<String>,
    /// A failure reason of AWS's, as `INTERNAL_FAILURE`.
    pub failure: String,
}

/// Accounts on their way.
#[derive(Debug, Default)]
pub(crate) struct Organizations(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    requests: Vec<Request>,
    orders: Vec<AccountOrder>,
    closed: usize,
}

impl Organizations {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn reset(&self) {
        *self.state() = State::default();
    }

    pub(crate) fn unstick(&self) {
        self.state().requests.iter_mut().for_each(|request| request.stuck = false);
    }

    pub(crate) fn order(&self, order: AccountOrder) {
        self.state().orders.push(order);
    }
}

pub(crate) async fn handle(front: &Front, call: &Call) -> Outcome {
    match call.operation.as_str() {
        "CreateOrganization" => {
            // By chance every process would have another root, which is what people and programs write down.
            let (seed, account) = (front.ids.seed(), &call.identity.account);
            return front.moto.forward_seeded(seed, &call.request, &call.scope, account).await;
        }
        "MoveAccount" => return moved(front, call).await,
        "CreateOrganizationalUnit" => {
            // moto makes units below what is not there.
            let asked: Value = serde_json::from_slice(&call.request.body).unwrap_or_default();
            let parent = json!({ "ParentId": asked.get("ParentId") });
            front.moto.json(&call.place(), "organizations", "ListOrganizationalUnitsForParent", &parent).await?;
            return front.forward(call).await;
        }
        "DeleteOrganizationalUnit" => {
            empty(front, call).await?;
            return front.forward(call).await;
        }
        "CreateAccount" | "DescribeCreateAccountStatus" | "ListCreateAccountStatus" | "CloseAccount" => {}
        _ => return front.forward(call).await,
    }
    let Some(operation) = ORGANIZATIONS.operations.get(&call.operation) else { return front.forward(call).await };
    let input = ORGANIZATIONS.json_input(operation, &call.request.body).map_err(|Mismatch(message)| {
        Refusal::new(400, "InvalidInputException", message).with("Reason", "INVALID_PATTERN")
    })?;
    // Whether there is an organisation, and this is its management account, moto says.
    front.moto.json(&call.place(), "organizations", "DescribeOrganization", &json!({})).await?;
    let answer = match call.operation.as_str() {
        "CreateAccount" => create(front, call, input),
        "DescribeCreateAccountStatus" => describe(front, call, &input).await?,
        "ListCreateAccountStatus" => list(front, call, &input),
        _ => return close(front, call).await,
    };
    ORGANIZATIONS.check_output(operation, &answer).map_err(|Mismatch(message)| {
        tracing::error!(operation = call.operation, message, "an answer that AWS's model does not know");
        Refusal::new(500, "ServiceException", message)
    })?;
    Ok(Answer::json_1_1(&answer))
}

/// Ids and names of all units below a root or a unit.
pub(crate) async fn units_below(front: &Front, place: &Place, parent: &str) -> Result<Vec<(String, String)>, Refusal> {
    let (mut found, mut parents) = (Vec::new(), vec![parent.to_owned()]);
    while let Some(parent) = parents.pop() {
        let of = json!({ "ParentId": parent });
        let answer = front.moto.json(place, "organizations", "ListOrganizationalUnitsForParent", &of).await?;
        for unit in answer.get("OrganizationalUnits").and_then(Value::as_array).into_iter().flatten() {
            let text = |name: &str| unit.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            parents.push(text("Id"));
            found.push((text("Id"), text("Name")));
        }
    }
    Ok(found)
}

/// A unit that something is in is not deleted; moto would.
async fn empty(front: &Front, call: &Call) -> Result<(), Refusal> {
    let asked: Value = serde_json::from_slice(&call.request.body).unwrap_or_default();
    let parent = json!({ "ParentId": asked.get("OrganizationalUnitId") });
    for (operation, list) in
        [("ListAccountsForParent", "Accounts"), ("ListOrganizationalUnitsForParent", "OrganizationalUnits")]
    {
        let found = front.moto.json(&call.place(), "organizations", operation, &parent).await?;
        if found.get(list).and_then(Value::as_array).is_some_and(|list| !list.is_empty()) {
            let message = "This organizational unit (OU) is not empty. Move any accounts to another root or OU.";
            return Err(Refusal::new(400, "OrganizationalUnitNotEmptyException", message));
        }
    }
    Ok(())
}

/// Stack sets go where accounts go.
async fn moved(front: &Front, call: &Call) -> Outcome {
    let answer = front.forward(call).await?;
    let body: Map<String, Value> = serde_json::from_slice(&call.request.body).unwrap_or_default();
    if answer.status.is_success() {
        front.stacks.moved(front, &call.identity.account, &text(&body, "AccountId")).await;
    }
    Ok(answer)
}

fn text(input: &Map<String, Value>, name: &str) -> String {
    input.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn shown(request: &Request) -> Value {
    let mut status = json!({
        "Id": request.id, "AccountName": text(&request.input, "AccountName"), "State": "IN_PROGRESS",
        "RequestedTimestamp": request.asked,
    });
    if let (Some((at, outcome)), Some(fields)) = (&request.ended, status.as_object_mut()) {
        let (state, name, value) = match outcome {
            Ok(account) => ("SUCCEEDED", "AccountId", account),
            Err(reason) => ("FAILED", "FailureReason", reason),
        };
        fields.insert("State".to_owned(), json!(state));
        fields.insert("CompletedTimestamp".to_owned(), json!(at));
        fields.insert(name.to_owned(), json!(value));
    }
    status
}

fn create(front: &Front, call: &Call, input: Map<String, Value>) -> Value {
    let request = Request {
        owner: call.identity.account.clone(),
        id: format!("car-{}", front.ids.hex(32)),
        input,
        left: front.settings().polls,
        stuck: call.stuck,
        asked: front.keys.now().as_second() as f64,
        ended: None,
    };
    let answer = json!({ "CreateAccountStatus": shown(&request) });
    front.organizations.state().requests.push(request);
    answer
}

async fn describe(front: &Front, call: &Call, input: &Map<String, Value>) -> Result<Value, Refusal> {
    let id = text(input, "CreateAccountRequestId");
    let missing = || {
        let message = "We can't find an create account request with the CreateAccountRequestId that you specified.";
        Refusal::new(400, "CreateAccountStatusNotFoundException", message)
    };
    let due = {
        let mut state = front.organizations.state();
        let mine = state.requests.iter_mut().find(|request| request.id == id && request.owner == call.identity.account);
        let request = mine.ok_or_else(missing)?;
        match request.left.checked_sub(1) {
            _ if request.stuck || request.ended.is_some() => None,
            Some(left) => {
                request.left = left;
                None
            }
            None => Some(request.input.clone()),
        }
    };
    if let Some(wanted) = due {
        let outcome = make(front, &call.place(), &wanted).await;
        let now = front.keys.now().as_second() as f64;
        if let Some(request) = front.organizations.state().requests.iter_mut().find(|request| request.id == id) {
            request.ended = Some((now, outcome));
        }
    }
    let state = front.organizations.state();
    let request = state.requests.iter().find(|request| request.id == id).ok_or_else(missing)?;
    Ok(json!({ "CreateAccountStatus": shown(request) }))
}

/// Makes the account in moto, unless something stands in the way: then AWS's reason.
async fn make(front: &Front, place: &Place, wanted: &Map<String, Value>) -> Result<String, String> {
    let email = text(wanted, "Email");
    let ordered = {
        let mut state = front.organizations.state();
        let at = state.orders.iter().position(|order| order.email.is_none() || order.email.as_deref() == Some(&email));
        at.map(|at| state.orders.remove(at).failure)
    };
    if let Some(reason) = ordered {
        return Err(reason);
    }
    let failed = |refusal: Refusal| {
        tracing::warn!(code = refusal.code(), message = refusal.message(), "moto made no account");
        "INTERNAL_FAILURE".to_owned()
    };
    let there = accounts(front, place).await.map_err(failed)?;
    let same = |account: &Value| {
        account.get("Email").and_then(Value::as_str).is_some_and(|it| it.eq_ignore_ascii_case(&email))
    };
    if there.iter().any(same) {
        return Err("EMAIL_ALREADY_EXISTS".to_owned());
    }
    if there.len() >= front.settings().quotas.accounts {
        return Err("ACCOUNT_LIMIT_EXCEEDED".to_owned());
    }
    let answer = front.moto.json(place, "organizations", "CreateAccount", &json!(wanted)).await.map_err(failed)?;
    let account = answer.pointer("/CreateAccountStatus/AccountId").and_then(Value::as_str);
    account.map(str::to_owned).ok_or_else(|| "INTERNAL_FAILURE".to_owned())
}

async fn accounts(front: &Front, place: &Place) -> Result<Vec<Value>, Refusal> {
    let (mut all, mut from) = (Vec::new(), json!({}));
    loop {
        let page = front.moto.json(place, "organizations", "ListAccounts", &from).await?;
        all.extend(page.get("Accounts").and_then(Value::as_array).cloned().unwrap_or_default());
        match page.get("NextToken").filter(|token| !token.is_null()) {
            Some(token) => from = json!({ "NextToken": token }),
            None => return Ok(all),
        }
    }
}

fn list(front: &Front, call: &Call, input: &Map<String, Value>) -> Value {
    let wanted = input.get("States").and_then(Value::as_array);
    let state = front.organizations.state();
    let mine = state.requests.iter().filter(|request| request.owner == call.identity.account).map(shown);
    let fits =
        |status: &Value| wanted.is_none_or(|wanted| status.get("State").is_some_and(|state| wanted.contains(state)));
    json!({ "CreateAccountStatuses": mine.filter(fits).collect::<Vec<_>>() })
}

async fn close(front: &Front, call: &Call) -> Outcome {
    if front.organizations.state().closed >= front.settings().quotas.closures {
        let message =
            "You have exceeded the quota for the number of accounts that can be closed within a 30 day period.";
        return Err(
            Refusal::new(400, "ConstraintViolationException", message).with("Reason", "CLOSE_ACCOUNT_QUOTA_EXCEEDED")
        );
    }
    let answer = front.forward(call).await?;
    if answer.status.is_success() {
        front.organizations.state().closed += 1;
    }
    Ok(answer)
}
