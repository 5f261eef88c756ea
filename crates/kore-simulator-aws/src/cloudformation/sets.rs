//! Stack sets of an organisation: the same stack in every account of a unit (CloudFormation User Guide, "StackSets concepts",
//! "Enable or disable automatic deployments for StackSets in AWS Organizations").
//!
//! Only those that AWS manages the permissions of: they work in each account as its administrator. An operation works when it,
//! or the instances, are looked at. Accounts that leave a unit keep their stacks.

use serde_json::{Value, json};

use super::{
    All, Input, error, invalid,
    operations::{self, text},
    template::text_of,
};
use crate::{
    front::{Call, Front},
    identity::Identity,
    moto::{self, Place},
    organizations,
    refusal::Refusal,
    wire::Scope,
};

/// What is answered here.
pub(super) const OWN: [&str; 8] = [
    "CreateStackSet",
    "DescribeStackSet",
    "UpdateStackSet",
    "DeleteStackSet",
    "CreateStackInstances",
    "DeleteStackInstances",
    "ListStackInstances",
    "DescribeStackSetOperation",
];
/// By this name AWS Organizations lets StackSets in.
const ACCESS: &str = "member.org.stacksets.cloudformation.amazonaws.com";

/// A stack set.
#[derive(Debug, Clone)]
pub(super) struct StackSet {
    place: Place,
    name: String,
    id: String,
    /// What each of its stacks is made with.
    input: Input,
    units: Vec<String>,
    regions: Vec<String>,
    instances: Vec<Instance>,
    operations: Vec<Operation>,
    tokens: Vec<String>,
}

/// One of its stacks.
#[derive(Debug, Clone)]
struct Instance {
    place: Place,
    unit: String,
    stack: String,
    detailed: &'static str,
    reason: String,
    operation: String,
}

/// What is done to its stacks.
#[derive(Debug, Clone)]
struct Operation {
    id: String,
    action: &'static str,
    status: &'static str,
    places: Vec<Place>,
    left: u32,
    stuck: bool,
    begun: f64,
    ended: Option<f64>,
}

type Said = Result<Value, Refusal>;

pub(super) async fn perform(front: &Front, call: &Call, all: &mut All, input: &Input) -> Said {
    match call.operation.as_str() {
        "CreateStackSet" => create(front, call, all, input).await,
        "DescribeStackSet" => {
            let id = find(call, all, input)?.id.clone();
            work(front, all, &id, None).await;
            find(call, all, input).map(|set| json!({ "StackSet": described(set) }))
        }
        "UpdateStackSet" => update(front, call, all, input),
        "DeleteStackSet" => delete(call, all, input),
        "CreateStackInstances" | "DeleteStackInstances" => instances(front, call, all, input).await,
        "ListStackInstances" => {
            let id = find(call, all, input)?.id.clone();
            work(front, all, &id, None).await;
            find(call, all, input).map(|set| listed(set, input))
        }
        _ => {
            let (id, operation) = (find(call, all, input)?.id.clone(), text(input, "OperationId"));
            work(front, all, &id, Some(&operation)).await;
            let set = find(call, all, input)?;
            let found = set.operations.iter().find(|it| it.id == operation);
            let found =
                found.ok_or_else(|| error("OperationNotFoundException", format!("Operation {operation} not found")))?;
            let mut shown = json!({
                "OperationId": found.id, "StackSetId": set.id, "Action": found.action, "Status": found.status,
                "CreationTimestamp": found.begun,
            });
            if let (Some(ended), Some(fields)) = (found.ended, shown.as_object_mut()) {
                fields.insert("EndTimestamp".to_owned(), json!(ended));
            }
            Ok(json!({ "StackSetOperation": shown }))
        }
    }
}

fn find<'a>(call: &Call, all: &'a mut All, input: &Input) -> Result<&'a mut StackSet, Refusal> {
    let (name, place) = (text(input, "StackSetName"), call.place());
    let found = all.sets.iter_mut().find(|set| set.place == place && (set.name == name || set.id == name));
    found.ok_or_else(|| error("StackSetNotFoundException", format!("StackSet {name} not found")))
}

fn texts(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).into_iter().flatten().map(text_of).collect()
}

async fn create(front: &Front, call: &Call, all: &mut All, input: &Input) -> Said {
    let (name, token) = (text(input, "StackSetName"), text(input, "ClientRequestToken"));
    if let Ok(there) = find(call, all, input) {
        if !token.is_empty() && there.tokens.contains(&token) {
            return Ok(json!({ "StackSetId": there.id }));
        }
        return Err(error("NameAlreadyExistsException", format!("StackSet {name} already exists")));
    }
    if text(input, "PermissionModel") != "SERVICE_MANAGED" {
        return Err(invalid("This stand-in makes stack sets with PermissionModel SERVICE_MANAGED only"));
    }
    if !input.contains_key("AutoDeployment") {
        return Err(invalid("AutoDeployment must be set for stack sets with service-managed permissions"));
    }
    operations::read(input, None)?;
    let access =
        front.moto.json(&call.place(), "organizations", "ListAWSServiceAccessForOrganization", &json!({})).await?;
    if !access.to_string().contains(ACCESS) {
        return Err(invalid("You must enable organizations access to operate a service managed stack set"));
    }
    let id = format!("{name}:{}", front.ids.uuid());
    all.sets.push(StackSet {
        place: call.place(),
        name,
        id: id.clone(),
        input: input.clone(),
        units: Vec::new(),
        regions: Vec::new(),
        instances: Vec::new(),
        operations: Vec::new(),
        tokens: vec![token],
    });
    Ok(json!({ "StackSetId": id }))
}

fn described(set: &StackSet) -> Value {
    let mut shown = json!({
        "StackSetName": set.name, "StackSetId": set.id, "Status": "ACTIVE", "PermissionModel": "SERVICE_MANAGED",
        "StackSetARN": format!("arn:aws:cloudformation:{}:{}:stackset/{}", set.place.region, set.place.account, set.id),
        "OrganizationalUnitIds": set.units, "Regions": set.regions,
    });
    if let Some(fields) = shown.as_object_mut() {
        for name in ["Description", "TemplateBody", "Parameters", "Capabilities", "Tags", "AutoDeployment"] {
            if let Some(value) = set.input.get(name) {
                fields.insert(name.to_owned(), value.clone());
            }
        }
    }
    shown
}

fn idle(set: &StackSet) -> Result<(), Refusal> {
    match set.operations.iter().find(|operation| operation.status == "RUNNING") {
        Some(running) => Err(error(
            "OperationInProgressException",
            format!("Another Operation on StackSet {} is in progress: {}", set.id, running.id),
        )),
        None => Ok(()),
    }
}

fn delete(call: &Call, all: &mut All, input: &Input) -> Said {
    let set = find(call, all, input)?;
    idle(set)?;
    if !set.instances.is_empty() {
        return Err(error("StackSetNotEmptyException", "StackSet is not empty".to_owned()));
    }
    let id = set.id.clone();
    all.sets.retain(|set| set.id != id);
    Ok(json!({}))
}

fn update(front: &Front, call: &Call, all: &mut All, input: &Input) -> Said {
    let set = find(call, all, input)?;
    idle(set)?;
    let mut changed = set.input.clone();
    let kept = ["StackSetName", "OperationId", "UsePreviousTemplate", "OperationPreferences", "CallAs"];
    changed.extend(
        input
            .iter()
            .filter(|(name, _)| !kept.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    operations::read(&changed, None)?;
    set.input = changed;
    let places = set.instances.iter().map(|instance| instance.place.clone()).collect();
    Ok(json!({ "OperationId": begin(front, set, "UPDATE", places, &text(input, "OperationId"), call.stuck) }))
}

fn begin(front: &Front, set: &mut StackSet, action: &'static str, places: Vec<Place>, id: &str, stuck: bool) -> String {
    let id = if id.is_empty() { front.ids.uuid() } else { id.to_owned() };
    for instance in set.instances.iter_mut().filter(|instance| places.contains(&instance.place)) {
        (instance.detailed, instance.operation) = ("PENDING", id.clone());
    }
    let begun = front.keys.now().as_second() as f64;
    let left = front.settings().polls;
    set.operations.push(Operation {
        id: id.clone(),
        action,
        status: "RUNNING",
        places,
        left,
        stuck,
        begun,
        ended: None,
    });
    id
}

async fn instances(front: &Front, call: &Call, all: &mut All, input: &Input) -> Said {
    let set = find(call, all, input)?;
    idle(set)?;
    let targets = input.get("DeploymentTargets");
    let units = texts(targets.and_then(|targets| targets.get("OrganizationalUnitIds")));
    if units.is_empty() {
        return Err(invalid("OrganizationalUnitIds are required for stack sets with service-managed permissions"));
    }
    let regions = texts(input.get("Regions"));
    let mut places = Vec::new();
    for unit in &units {
        for account in accounts(front, &set.place, unit).await? {
            places.extend(regions.iter().map(|region| (Place::new(&account, region), unit.clone())));
        }
    }
    let only = texts(targets.and_then(|targets| targets.get("Accounts")));
    match targets.and_then(|targets| targets.get("AccountFilterType")).and_then(Value::as_str) {
        Some("INTERSECTION") => places.retain(|(place, _)| only.contains(&place.account)),
        Some("DIFFERENCE") => places.retain(|(place, _)| !only.contains(&place.account)),
        _ => {}
    }
    let creates = call.operation == "CreateStackInstances";
    if creates {
        set.units.extend(units.into_iter().filter(|unit| !set.units.contains(unit)).collect::<Vec<_>>());
        set.regions.extend(regions.into_iter().filter(|region| !set.regions.contains(region)).collect::<Vec<_>>());
        places.iter().for_each(|(place, unit)| set.expect(place, unit));
    } else if only.is_empty() {
        set.units.retain(|unit| !units.contains(unit));
    }
    let action = if creates { "CREATE" } else { "DELETE" };
    let places = places.into_iter().map(|(place, _)| place).collect();
    Ok(json!({ "OperationId": begin(front, set, action, places, &text(input, "OperationId"), call.stuck) }))
}

impl StackSet {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn unstick(&mut self) {
        self.operations.iter_mut().for_each(|operation| operation.stuck = false);
    }

    fn expect(&mut self, place: &Place, unit: &str) {
        if !self.instances.iter().any(|instance| instance.place == *place) {
            self.instances.push(Instance {
                place: place.clone(),
                unit: unit.to_owned(),
                stack: String::new(),
                detailed: "PENDING",
                reason: String::new(),
                operation: String::new(),
            });
        }
    }
}

/// The active accounts in a unit and the units in it; the management account is never among them.
async fn accounts(front: &Front, place: &Place, unit: &str) -> Result<Vec<String>, Refusal> {
    let below = organizations::units_below(front, place, unit).await?.into_iter().map(|(id, _)| id);
    let (mut found, units) = (Vec::new(), [unit.to_owned()].into_iter().chain(below));
    for unit in units {
        let of = json!({ "ParentId": unit });
        let answer = front.moto.json(place, "organizations", "ListAccountsForParent", &of).await?;
        for account in answer.get("Accounts").and_then(Value::as_array).into_iter().flatten() {
            let text = |name: &str| account.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            if text("Status") == "ACTIVE" && text("Id") != place.account {
                found.push(text("Id"));
            }
        }
    }
    Ok(found)
}

/// An account has come into a unit or left one: sets that are deployed by themselves go there, and away from there
/// (CloudFormation User Guide, "Enable or disable automatic deployments for StackSets in AWS Organizations").
pub(super) async fn moved(front: &Front, all: &mut All, organisation: &str, account: &str) {
    for set in all.sets.iter_mut().filter(|set| set.place.account == organisation) {
        let auto = |name: &str| set.input.get("AutoDeployment").and_then(|auto| auto.get(name)) == Some(&json!(true));
        let (automatic, retained) = (auto("Enabled"), auto("RetainStacksOnAccountRemoval"));
        let mut unit = None;
        for one in &set.units {
            if accounts(front, &set.place, one).await.unwrap_or_default().iter().any(|id| id == account) {
                unit = Some(one.clone());
                break;
            }
        }
        let there: Vec<_> =
            set.instances.iter().map(|one| one.place.clone()).filter(|at| at.account == account).collect();
        match unit {
            _ if !automatic => {}
            Some(unit) => {
                let places: Vec<_> = set.regions.iter().map(|region| Place::new(account, region)).collect();
                places.iter().for_each(|place| set.expect(place, &unit));
                begin(front, set, "CREATE", places, "", false);
            }
            None if retained => set.instances.retain(|instance| instance.place.account != account),
            None if there.is_empty() => {}
            None => {
                begin(front, set, "DELETE", there, "", false);
            }
        }
    }
}

/// One look at a set: at its one operation that is named, or at all that run.
async fn work(front: &Front, all: &mut All, id: &str, only: Option<&str>) {
    let Some(set) = all.sets.iter_mut().find(|set| set.id == id) else { return };
    let mut due = Vec::new();
    for operation in set.operations.iter_mut().filter(|it| it.status == "RUNNING" && !it.stuck) {
        if only.is_some_and(|only| only != operation.id) {
            continue;
        }
        match operation.left.checked_sub(1) {
            Some(left) => operation.left = left,
            None => due.push(operation.clone()),
        }
    }
    for operation in due {
        let mut status = "SUCCEEDED";
        for place in &operation.places {
            let Some(set) = all.sets.iter().find(|set| set.id == id).cloned() else { return };
            let done = deploy(front, all, &set, place, operation.action).await;
            let Some(set) = all.sets.iter_mut().find(|set| set.id == id) else { return };
            if operation.action == "DELETE" && done.is_ok() {
                set.instances.retain(|instance| instance.place != *place);
                continue;
            }
            let Some(instance) = set.instances.iter_mut().find(|instance| instance.place == *place) else { continue };
            match done {
                Ok(stack) => (instance.detailed, instance.stack, instance.reason) = ("SUCCEEDED", stack, String::new()),
                Err(reason) => {
                    (instance.detailed, instance.reason) = ("FAILED", reason);
                    status = "FAILED";
                }
            }
        }
        let ended = front.keys.now().as_second() as f64;
        let found = all.sets.iter_mut().flat_map(|set| &mut set.operations).find(|it| it.id == operation.id);
        if let Some(found) = found {
            (found.status, found.ended) = (status, Some(ended));
        }
    }
}

/// Makes, changes or deletes one stack, and waits for its end; its id.
async fn deploy(front: &Front, all: &mut All, set: &StackSet, place: &Place, action: &str) -> Result<String, String> {
    let known = set.instances.iter().find(|instance| instance.place == *place).map(|instance| instance.stack.clone());
    let known = known.filter(|stack| !stack.is_empty());
    let operation = match (action, &known) {
        ("DELETE", None) => return Ok(String::new()),
        ("DELETE", Some(_)) => "DeleteStack",
        (_, Some(_)) => "UpdateStack",
        (_, None) => "CreateStack",
    };
    let mut input = set.input.clone();
    input.retain(|name, _| ["TemplateBody", "Parameters", "Capabilities", "Tags"].contains(&name.as_str()));
    let name = known.unwrap_or_else(|| format!("StackSet-{}-{}", set.name, front.ids.uuid()));
    input.insert("StackName".to_owned(), json!(name));
    let scope =
        Scope { key: "STACKSETS".to_owned(), region: place.region.clone(), service: "cloudformation".to_owned() };
    let request = moto::form(&scope, operation, &[]);
    let call = Call::for_service("stacksets", &Identity::administrator(&place.account), scope, request);
    match operations::perform(front, &call, &mut all.stacks, &input).await {
        Err(refusal) if !refusal.message().contains("No updates") => return Err(refusal.message().to_owned()),
        _ => {}
    }
    let fits = |stack: &&mut super::stack::Stack| stack.place == *place && (stack.name == name || stack.id == name);
    let Some(stack) = all.stacks.iter_mut().rev().find(fits) else { return Ok(name) };
    // Rolling back takes as many looks again.
    for _ in 0..=3 * (front.settings().polls + 1) {
        stack.observed(front).await;
    }
    match stack.status.as_str() {
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "DELETE_COMPLETE" => Ok(stack.id.clone()),
        other => Err(format!("{other}: {}", stack.reason)),
    }
}

fn listed(set: &StackSet, input: &Input) -> Value {
    let (account, region) = (text(input, "StackInstanceAccount"), text(input, "StackInstanceRegion"));
    let fits = |instance: &&Instance| {
        (account.is_empty() || instance.place.account == account)
            && (region.is_empty() || instance.place.region == region)
    };
    let shown = set.instances.iter().filter(fits).map(|instance| {
        let mut shown = json!({
            "StackSetId": set.id, "Region": instance.place.region, "Account": instance.place.account,
            "Status": if instance.detailed == "SUCCEEDED" { "CURRENT" } else { "OUTDATED" },
            "StackInstanceStatus": { "DetailedStatus": instance.detailed }, "OrganizationalUnitId": instance.unit,
            "DriftStatus": "NOT_CHECKED", "LastOperationId": instance.operation,
        });
        if let Some(fields) = shown.as_object_mut() {
            for (name, value) in [("StackId", &instance.stack), ("StatusReason", &instance.reason)] {
                if !value.is_empty() {
                    fields.insert(name.to_owned(), json!(value));
                }
            }
        }
        shown
    });
    json!({ "Summaries": shown.collect::<Vec<_>>() })
}
