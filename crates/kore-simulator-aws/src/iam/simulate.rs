//! SimulatePrincipalPolicy, which moto answers with an error of its own (IAM API reference, `SimulatePrincipalPolicy`): a
//! principal's identity policies and boundary, for the context that the request gives.

use serde_json::{Value, json};

use super::{
    gather,
    policy::{Asked, Context, Verdict, judge, keys},
};
use crate::{
    front::{Call, Front},
    identity::account_of,
    model::{IAM, Mismatch},
    refusal::Refusal,
    wire::{Answer, Outcome},
};

pub(super) async fn handle(front: &Front, call: &Call) -> Outcome {
    let missing = || Refusal::new(500, "ServiceFailure", "the model has no SimulatePrincipalPolicy");
    let operation = IAM.operations.get(&call.operation).ok_or_else(missing)?;
    let input = IAM
        .query_input(operation, &call.request.form())
        .map_err(|Mismatch(message)| Refusal::new(400, "ValidationError", message))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list =
        |name: &str| input.get(name).and_then(Value::as_array).into_iter().flatten().map(text).collect::<Vec<_>>();
    let arn = input.get("PolicySourceArn").map(text).unwrap_or_default();
    let unknown = || Refusal::new(404, "NoSuchEntity", format!("The entity {arn} cannot be found."));
    let account = account_of(&arn).ok_or_else(unknown)?;
    let name = arn.rsplit('/').next().unwrap_or_default();
    let mut policies = match arn.split(':').next_back().and_then(|rest| rest.split('/').next()) {
        Some("role") => {
            gather::role_by_arn(&front.moto, &arn).await.map_err(|_| unknown())?;
            gather::of_role(&front.moto, account, name).await?
        }
        Some("user") => gather::of_user(&front.moto, account, name).await.map_err(|_| unknown())?,
        _ => return Err(unknown()),
    };
    policies.identity.extend(list("PolicyInputList").iter().map(|text| gather::document(text)));
    let mut context = Context::new();
    for entry in input.get("ContextEntries").and_then(Value::as_array).into_iter().flatten() {
        let values = entry.get("ContextKeyValues").and_then(Value::as_array).into_iter().flatten().map(text).collect();
        context.insert(entry.get("ContextKeyName").map(text).unwrap_or_default().to_lowercase(), values);
    }
    let mut resources = list("ResourceArns");
    if resources.is_empty() {
        resources.push("*".to_owned());
    }
    let mut wanted = keys(&policies.identity);
    wanted.retain(|key| !context.contains_key(&key.to_lowercase()));
    let mut results = Vec::new();
    for action in list("ActionNames") {
        for resource in &resources {
            let asked = Asked { action: &action, resource, context: &context };
            let mut verdict = judge(&policies.identity, asked);
            let bounded = policies.boundary.as_ref().map(|bound| judge(std::slice::from_ref(bound), asked));
            if let Some(bound) = bounded.filter(|_| verdict == Verdict::Allowed) {
                verdict = bound;
            }
            let decision = match verdict {
                Verdict::Allowed => "allowed",
                Verdict::Denied => "explicitDeny",
                Verdict::NotAllowed => "implicitDeny",
            };
            let mut result = json!({
                "EvalActionName": action, "EvalResourceName": resource, "EvalDecision": decision,
                "MatchedStatements": [], "MissingContextValues": wanted,
            });
            if let (Some(bound), Some(fields)) = (bounded, result.as_object_mut()) {
                let allowed = json!({ "AllowedByPermissionsBoundary": bound == Verdict::Allowed });
                fields.insert("PermissionsBoundaryDecisionDetail".to_owned(), allowed);
            }
            results.push(result);
        }
    }
    let answer = json!({ "EvaluationResults": results, "IsTruncated": false });
    IAM.check_output(operation, &answer).map_err(|Mismatch(message)| Refusal::new(500, "ServiceFailure", message))?;
    Ok(Answer::xml(IAM.xml(&call.operation, operation, &answer)))
}
