//! The operations on stacks.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Input, error, invalid,
    resources::is_iam,
    stack::{Stack, Work},
    template::{Template, text_of},
    work::check,
};
use crate::{
    front::{Call, Front},
    iam::{
        authorize, gather,
        policy::{Asked, Context, Principal, trusts},
    },
    identity::Identity,
    refusal::Refusal,
};

/// What is answered here.
pub(super) const OWN: [&str; 11] = [
    "CreateStack",
    "UpdateStack",
    "DeleteStack",
    "DescribeStacks",
    "DescribeStackEvents",
    "DescribeStackResources",
    "GetTemplate",
    "ListStacks",
    "UpdateTerminationProtection",
    "DetectStackDrift",
    "DescribeStackDriftDetectionStatus",
];

type Said = Result<Value, Refusal>;

pub(super) async fn perform(front: &Front, call: &Call, stacks: &mut Vec<Stack>, input: &Input) -> Said {
    match call.operation.as_str() {
        "CreateStack" => create(front, call, stacks, input).await,
        "UpdateStack" => update(front, call, stacks, input).await,
        "DeleteStack" => delete(front, call, stacks, input).await,
        "DescribeStacks" => describe(front, call, stacks, input).await,
        "ListStacks" => Ok(list(call, stacks, input)),
        "UpdateTerminationProtection" => {
            let stack = find(call, stacks, input)?;
            stack.protected = input.get("EnableTerminationProtection") == Some(&json!(true));
            Ok(json!({ "StackId": stack.id }))
        }
        "GetTemplate" => {
            let stack = find(call, stacks, input)?;
            Ok(json!({ "TemplateBody": stack.text, "StagesAvailable": ["Original", "Processed"] }))
        }
        "DescribeStackEvents" => {
            let stack = find(call, stacks, input)?;
            Ok(json!({ "StackEvents": stack.events.iter().rev().collect::<Vec<_>>() }))
        }
        "DescribeStackResources" => {
            let stack = find(call, stacks, input)?;
            Ok(json!({ "StackResources": resources(stack, &text(input, "LogicalResourceId")) }))
        }
        "DetectStackDrift" => {
            let stack = find(call, stacks, input)?;
            Ok(json!({ "StackDriftDetectionId": stack.id.rsplit('/').next().unwrap_or_default() }))
        }
        _ => drift(front, call, stacks, input).await,
    }
}

pub(super) fn text(input: &Input, name: &str) -> String {
    input.get(name).map(text_of).unwrap_or_default()
}

/// A stack by its name, while it exists, or by its id for as long as anybody remembers.
fn find<'a>(call: &Call, stacks: &'a mut [Stack], input: &Input) -> Result<&'a mut Stack, Refusal> {
    let (named, place) = (text(input, "StackName"), call.place());
    let fits = |stack: &&mut Stack| {
        stack.place == place && (stack.id == named || stack.name == named && stack.deleted.is_none())
    };
    let missing = || invalid(format!("Stack with id {named} does not exist"));
    stacks.iter_mut().find(fits).ok_or_else(missing)
}

/// The template and parameters of a request.
pub(super) fn read(
    input: &Input,
    before: Option<&Stack>,
) -> Result<(String, Template, BTreeMap<String, Value>), Refusal> {
    if input.contains_key("TemplateURL") {
        return Err(invalid("This stand-in reads no templates from S3: use TemplateBody"));
    }
    let previous = input.get("UsePreviousTemplate") == Some(&json!(true));
    let body = match before {
        Some(stack) if previous => stack.text.clone(),
        _ => text(input, "TemplateBody"),
    };
    // Of a template in a request (CloudFormation User Guide, "Understand CloudFormation quotas").
    if body.len() > 51_200 {
        return Err(invalid(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
        ));
    }
    let template = Template::read(&body).map_err(invalid)?;
    check(&template).map_err(invalid)?;
    let mut values = BTreeMap::new();
    for (name, declared) in &template.parameters {
        let given = input.get("Parameters").and_then(Value::as_array).into_iter().flatten();
        let given = given.filter(|it| it.get("ParameterKey") == Some(&json!(name))).find_map(|it| {
            let previous = before.filter(|_| it.get("UsePreviousValue") == Some(&json!(true)));
            it.get("ParameterValue").cloned().or_else(|| previous?.parameters.get(name).cloned())
        });
        let value = given.or_else(|| declared.get("Default").cloned());
        let value = value.ok_or_else(|| invalid(format!("Parameters: [{name}] must have values")))?;
        let list = declared.get("Type").and_then(Value::as_str).is_some_and(|kind| kind.contains("List"));
        let value = if let (true, Some(text)) = (list, value.as_str()) {
            text.split(',').map(|part| json!(part.trim())).collect()
        } else {
            value
        };
        values.insert(name.clone(), value);
    }
    let makes_iam = template.resources.values().any(|resource| is_iam(&resource.kind));
    let named = template
        .resources
        .values()
        .any(|resource| ["RoleName", "ManagedPolicyName"].iter().any(|name| resource.properties.get(*name).is_some()));
    let given: Vec<_> =
        input.get("Capabilities").and_then(Value::as_array).into_iter().flatten().map(text_of).collect();
    let has = |capability: &str| given.iter().any(|given| given == capability);
    if makes_iam && !(has("CAPABILITY_NAMED_IAM") || !named && has("CAPABILITY_IAM")) {
        let needed = if named { "CAPABILITY_NAMED_IAM" } else { "CAPABILITY_IAM" };
        return Err(error("InsufficientCapabilitiesException", format!("Requires capabilities : [{needed}]")));
    }
    Ok((body, template, values))
}

fn tags(input: &Input) -> Vec<(String, String)> {
    let part = |tag: &Value, name: &str| tag.get(name).map(text_of).unwrap_or_default();
    let tags = input.get("Tags").and_then(Value::as_array).into_iter().flatten();
    tags.map(|tag| (part(tag, "Key"), part(tag, "Value"))).collect()
}

/// In whose name a stack works: its role's, which has to trust CloudFormation, or else the caller's.
async fn worker(front: &Front, call: &Call, role: &str) -> Result<Identity, Refusal> {
    if role.is_empty() {
        return Ok(call.identity.clone());
    }
    let refused = || invalid(format!("Role {role} is invalid or cannot be assumed"));
    let found = gather::role_by_arn(&front.moto, role).await.map_err(|_| refused())?;
    let context = Context::from([
        ("aws:sourceaccount".to_owned(), vec![call.identity.account.clone()]),
        ("iam:passedtoservice".to_owned(), vec!["cloudformation.amazonaws.com".to_owned()]),
    ]);
    let asked = Asked { action: "sts:AssumeRole", resource: role, context: &context };
    if !trusts(&found.trust, &Principal::Service("cloudformation.amazonaws.com"), asked) {
        return Err(refused());
    }
    if front.settings().enforce {
        let asked = Asked { action: "iam:PassRole", resource: role, context: &context };
        authorize::allowed(front, &call.identity, "cloudformation", asked).await?;
    }
    Identity::session(role, "AWSCloudFormation", jiff::Timestamp::MAX, None).ok_or_else(refused)
}

async fn create(front: &Front, call: &Call, stacks: &mut Vec<Stack>, input: &Input) -> Said {
    let (name, token, place) = (text(input, "StackName"), text(input, "ClientRequestToken"), call.place());
    if let Ok(there) = find(call, stacks, input) {
        if !token.is_empty() && there.tokens.contains(&token) {
            return Ok(json!({ "StackId": there.id }));
        }
        return Err(error("AlreadyExistsException", format!("Stack [{name}] already exists")));
    }
    let (body, template, parameters) = read(input, None)?;
    let role = text(input, "RoleARN");
    let identity = worker(front, call, &role).await?;
    let now = front.keys.now().as_second() as f64;
    let on_failure = match (text(input, "OnFailure"), input.get("DisableRollback") == Some(&json!(true))) {
        (given, true) if !given.is_empty() => {
            return Err(invalid("You can specify either DisableRollback or OnFailure, but not both."));
        }
        (_, true) => "DO_NOTHING".to_owned(),
        (given, false) => given,
    };
    let id = format!("arn:aws:cloudformation:{}:{}:stack/{name}/{}", place.region, place.account, front.ids.uuid());
    let mut stack = Stack {
        id: id.clone(),
        place,
        text: body,
        parameters,
        tags: tags(input),
        capabilities: input.get("Capabilities").and_then(Value::as_array).into_iter().flatten().map(text_of).collect(),
        role: Some(role).filter(|role| !role.is_empty()),
        identity,
        protected: input.get("EnableTerminationProtection") == Some(&json!(true)),
        on_failure,
        status: String::new(),
        reason: String::new(),
        created: now,
        updated: None,
        deleted: None,
        resources: BTreeMap::new(),
        replaced: Vec::new(),
        added: Vec::new(),
        before: None,
        events: Vec::new(),
        outputs: Vec::new(),
        going: None,
        tokens: vec![token],
        name,
        template,
    };
    stack.turn(&front.ids.uuid(), now, "CREATE_IN_PROGRESS", "User Initiated");
    stack.begin(front, Work::Create, stack.template.order.clone(), call.stuck);
    stacks.push(stack);
    Ok(json!({ "StackId": id }))
}

async fn update(front: &Front, call: &Call, stacks: &mut [Stack], input: &Input) -> Said {
    let token = text(input, "ClientRequestToken");
    let stack = find(call, stacks, input)?;
    if !token.is_empty() && stack.tokens.contains(&token) {
        return Ok(json!({ "StackId": stack.id }));
    }
    let updatable = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"].contains(&stack.status.as_str());
    if !updatable || stack.busy() {
        return Err(invalid(format!("Stack:{} is in {} state and can not be updated.", stack.id, stack.status)));
    }
    let (body, template, parameters) = read(input, Some(stack))?;
    let role =
        if input.contains_key("RoleARN") { text(input, "RoleARN") } else { stack.role.clone().unwrap_or_default() };
    let identity = worker(front, call, &role).await?;
    let tags = if input.contains_key("Tags") { tags(input) } else { stack.tags.clone() };
    if template == stack.template && parameters == stack.parameters && tags == stack.tags {
        return Err(invalid("No updates are to be performed."));
    }
    let now = front.keys.now().as_second() as f64;
    stack.before = Some(Box::new(Stack { before: None, ..stack.clone() }));
    (stack.text, stack.template, stack.parameters, stack.tags) = (body, template, parameters, tags);
    (stack.identity, stack.role, stack.updated) = (identity, Some(role).filter(|role| !role.is_empty()), Some(now));
    stack.tokens.push(token);
    stack.turn(&front.ids.uuid(), now, "UPDATE_IN_PROGRESS", "User Initiated");
    stack.begin(front, Work::Update, stack.template.order.clone(), call.stuck);
    Ok(json!({ "StackId": stack.id }))
}

async fn delete(front: &Front, call: &Call, stacks: &mut [Stack], input: &Input) -> Said {
    // Deleting what is not there is no error (API reference, `DeleteStack`).
    let Ok(stack) = find(call, stacks, input) else { return Ok(json!({})) };
    if stack.deleted.is_some() || stack.status == "DELETE_IN_PROGRESS" {
        return Ok(json!({}));
    }
    if stack.protected {
        return Err(invalid(format!(
            "Stack [{}] cannot be deleted while TerminationProtection is enabled",
            stack.name
        )));
    }
    if stack.status == "UPDATE_IN_PROGRESS" {
        return Err(invalid(format!("Stack [{}] cannot be deleted while in status UPDATE_IN_PROGRESS", stack.name)));
    }
    let role =
        if input.contains_key("RoleARN") { text(input, "RoleARN") } else { stack.role.clone().unwrap_or_default() };
    stack.identity = worker(front, call, &role).await?;
    stack.turn(&front.ids.uuid(), front.keys.now().as_second() as f64, "DELETE_IN_PROGRESS", "User Initiated");
    stack.begin_delete(front, "DELETE_COMPLETE", "DELETE_FAILED", call.stuck);
    Ok(json!({}))
}

async fn describe(front: &Front, call: &Call, stacks: &mut [Stack], input: &Input) -> Said {
    if input.contains_key("StackName") {
        let id = find(call, stacks, input)?.id.clone();
        let Some(stack) = stacks.iter_mut().find(|stack| stack.id == id) else { return Ok(json!({ "Stacks": [] })) };
        let before = stack.described();
        let busy = stack.busy();
        stack.observed(front).await;
        // By its name, a stack that has gone at this look is not there any more.
        if stack.deleted.is_some() && busy && text(input, "StackName") == stack.name {
            find(call, stacks, input)?;
        }
        let Some(stack) = stacks.iter().find(|stack| stack.id == id) else { return Ok(json!({ "Stacks": [] })) };
        // What is still on its way after this look was so at it.
        let shown = if stack.busy() { before } else { stack.described() };
        return Ok(json!({ "Stacks": [shown] }));
    }
    let place = call.place();
    let mut shown = Vec::new();
    for stack in stacks.iter_mut().filter(|stack| stack.place == place && stack.deleted.is_none()) {
        stack.observed(front).await;
        if stack.deleted.is_none() {
            shown.push(stack.described());
        }
    }
    Ok(json!({ "Stacks": shown }))
}

fn list(call: &Call, stacks: &[Stack], input: &Input) -> Value {
    let (place, wanted) = (call.place(), input.get("StackStatusFilter").and_then(Value::as_array));
    let fits =
        |stack: &&Stack| stack.place == place && wanted.is_none_or(|wanted| wanted.contains(&json!(stack.status)));
    let summary = |stack: &Stack| {
        json!({
            "StackId": stack.id, "StackName": stack.name, "CreationTime": stack.created, "StackStatus": stack.status,
        })
    };
    json!({ "StackSummaries": stacks.iter().filter(fits).map(summary).collect::<Vec<_>>() })
}

fn resources(stack: &Stack, only: &str) -> Vec<Value> {
    let wanted = stack.resources.iter().filter(|(id, _)| only.is_empty() || *id == only);
    wanted
        .map(|(id, resource)| {
            let mut shown = json!({
                "StackName": stack.name, "StackId": stack.id, "LogicalResourceId": id, "ResourceType": resource.kind,
                "Timestamp": resource.at, "ResourceStatus": resource.status,
                "DriftInformation": { "StackResourceDriftStatus": "NOT_CHECKED" },
            });
            if let Some(fields) = shown.as_object_mut() {
                if let Some(made) = &resource.made {
                    fields.insert("PhysicalResourceId".to_owned(), json!(made.physical));
                }
                if !resource.reason.is_empty() {
                    fields.insert("ResourceStatusReason".to_owned(), json!(resource.reason));
                }
            }
            shown
        })
        .collect()
}

/// Drift, as far as it is seen here: a network's thing that is gone.
async fn drift(front: &Front, call: &Call, stacks: &[Stack], input: &Input) -> Said {
    let id = text(input, "StackDriftDetectionId");
    let found = stacks.iter().find(|stack| stack.id.ends_with(&format!("/{id}")) && stack.place == call.place());
    let stack = found.ok_or_else(|| invalid(format!("Drift detection ID {id} was not found")))?;
    let mut drifted = 0;
    for made in stack.resources.values().filter_map(|resource| resource.made.as_ref()) {
        let looked = [("vpc-", "DescribeVpcs", "VpcId.1"), ("subnet-", "DescribeSubnets", "SubnetId.1")];
        if let Some((_, action, parameter)) = looked.iter().find(|(prefix, ..)| made.physical.starts_with(prefix)) {
            let answer = front.moto.query(&stack.place, "ec2", action, &[(parameter, &made.physical)]).await;
            drifted += i64::from(answer.is_err());
        }
    }
    Ok(json!({
        "StackId": stack.id, "StackDriftDetectionId": id, "DetectionStatus": "DETECTION_COMPLETE",
        "StackDriftStatus": if drifted == 0 { "IN_SYNC" } else { "DRIFTED" }, "DriftedStackResourceCount": drifted,
        "Timestamp": front.keys.now().as_second() as f64,
    }))
}
