//! What a request is about, as policies see it: its resource and the keys of its context (Service Authorization Reference of
//! each service; IAM User Guide, "AWS global condition context keys").
//!
//! Known here are the services that Kore uses. A request whose resource is not known is asked for on `*`, which only
//! statements about all resources allow.

use serde_json::Value;

use super::{gather, organization, policy::Context};
use crate::{
    eks,
    front::{Call, Front},
    wire::tree,
};

/// Each resource that it is about, and the context: all of them have to be allowed.
pub(super) async fn of(front: &Front, call: &Call) -> Vec<(String, Context)> {
    let mut context = Context::new();
    let who = &call.identity;
    put(&mut context, "aws:PrincipalAccount", &who.account);
    put(&mut context, "aws:PrincipalArn", &who.arn);
    put(&mut context, "aws:RequestedRegion", &call.scope.region);
    let fields = fields(call);
    for (key, value) in request_tags(&fields) {
        put(&mut context, &format!("aws:RequestTag/{key}"), &value);
        context.entry("aws:tagkeys".to_owned()).or_default().push(key);
    }
    if call.scope.service == "organizations" {
        return organization::of(front, call, context).await;
    }
    let resource = match call.scope.service.as_str() {
        "eks" => of_eks(front, call, &mut context),
        "iam" => of_iam(front, call, &fields, &mut context).await,
        "ec2" => of_ec2(front, call, &fields, &mut context).await,
        "elasticloadbalancing" => of_balancers(front, call, &fields, &mut context).await,
        "kms" => of_kms(front, call, &mut context).await,
        "cloudformation" => of_stack(call, &fields),
        "logs" => of_logs(call),
        "sts" => text(&fields, "RoleArn").unwrap_or("*").to_owned(),
        "route53" => of_zone(call, &mut context),
        _ => "*".to_owned(),
    };
    vec![(resource, context)]
}

fn put(context: &mut Context, key: &str, value: &str) {
    context.insert(key.to_lowercase(), vec![value.to_owned()]);
}

fn fields(call: &Call) -> Vec<(String, String)> {
    let mut found = Vec::new();
    flat("", &call.request.parameters(&call.scope.service), &mut found);
    found
}

/// Members of documents by their paths, `a.b.1.c`.
fn flat(path: &str, value: &Value, found: &mut Vec<(String, String)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| flat(&below(name), field, found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| flat(&below(&(at + 1).to_string()), item, found));
        }
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        other => found.push((path.to_owned(), other.to_string())),
    }
}

fn text<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Tags in a request, whichever way its service writes them.
fn request_tags(fields: &[(String, String)]) -> Vec<(String, String)> {
    let mut tags = Vec::new();
    // What a launch template gives others is not its own.
    for (path, value) in fields.iter().filter(|(path, _)| !path.starts_with("LaunchTemplateData.")) {
        if let Some(key) = path.strip_prefix("tags.").filter(|rest| !rest.ends_with(".Key")) {
            tags.push((key.to_owned(), value.clone()));
        }
        for (key, other) in [(".Key", ".Value"), (".TagKey", ".TagValue")] {
            if let Some(start) = path.strip_suffix(key).filter(|start| start.contains("Tag")) {
                let paired = text(fields, &format!("{start}{other}")).unwrap_or_default();
                tags.push((value.clone(), paired.to_owned()));
            }
        }
    }
    tags
}

fn arn(call: &Call, service: &str, rest: &str) -> String {
    format!("arn:aws:{service}:{}:{}:{rest}", call.scope.region, call.identity.account)
}

pub(super) fn resource_tags(context: &mut Context, tags: impl IntoIterator<Item = (String, String)>) {
    tags.into_iter().for_each(|(key, value)| put(context, &format!("aws:ResourceTag/{key}"), &value));
}

fn of_eks(front: &Front, call: &Call, context: &mut Context) -> String {
    let decode = |part: &str| {
        url::form_urlencoded::parse(format!("x={part}").as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    let parts: Vec<_> = call.request.path.split('/').skip(1).filter_map(decode).collect();
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    let body = call.request.parameters("eks");
    let named = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let resource = match parts.as_slice() {
        ["clusters"] if call.operation == "CreateCluster" => arn(call, "eks", &format!("cluster/{}", named("name"))),
        ["clusters", cluster, kind, rest @ ..] => {
            let kind = match *kind {
                "node-groups" => "nodegroup",
                "addons" => "addon",
                "access-entries" => "access-entry",
                "pod-identity-associations" => "podidentityassociation",
                _ => "cluster",
            };
            // Making and listing is asked for on the cluster.
            match rest.first() {
                Some(thing) if kind != "cluster" => arn(call, "eks", &format!("{kind}/{cluster}/{thing}/x")),
                _ => arn(call, "eks", &format!("cluster/{cluster}")),
            }
        }
        ["clusters", cluster] => arn(call, "eks", &format!("cluster/{cluster}")),
        ["tags", arn] => (*arn).to_owned(),
        _ => "*".to_owned(),
    };
    resource_tags(context, eks::lock(front).tags_of(&resource));
    resource
}

async fn of_iam(front: &Front, call: &Call, fields: &[(String, String)], context: &mut Context) -> String {
    let account = &call.identity.account;
    if let Some(policy) = text(fields, "PolicyArn") {
        put(context, "iam:PolicyARN", policy);
    }
    if let Some(boundary) = text(fields, "PermissionsBoundary") {
        put(context, "iam:PermissionsBoundary", boundary);
    }
    if let Some(service) = text(fields, "AWSServiceName") {
        put(context, "iam:AWSServiceName", service);
        return format!("arn:aws:iam::{account}:role/aws-service-role/{service}/x");
    }
    if let Some(role) = text(fields, "RoleName") {
        let Ok(role) = gather::role(&front.moto, account, role).await else {
            return format!("arn:aws:iam::{account}:role{}{role}", text(fields, "Path").unwrap_or("/"));
        };
        // Of operations on a role that is bounded, the boundary is what it has.
        if let Some(boundary) = role.boundary.filter(|_| call.operation != "CreateRole") {
            put(context, "iam:PermissionsBoundary", &boundary);
        }
        return role.arn;
    }
    let named =
        ["PolicySourceArn", "OpenIDConnectProviderArn", "PolicyArn"].into_iter().find_map(|name| text(fields, name));
    named.unwrap_or("*").to_owned()
}

async fn of_ec2(front: &Front, call: &Call, fields: &[(String, String)], context: &mut Context) -> String {
    if call.operation == "CreateLaunchTemplate" {
        return arn(call, "ec2", "launch-template/*");
    }
    let own = ["NetworkInterfaceId", "GroupId", "VolumeId", "SubnetId", "VpcId", "LaunchTemplateId"]
        .into_iter()
        .find_map(|name| text(fields, name));
    if let Some(id) = own.filter(|_| !call.operation.starts_with("Describe")) {
        let parameters = [("Filter.1.Name", "resource-id"), ("Filter.1.Value.1", id)];
        if let Ok(answer) = front.moto.query(&call.place(), "ec2", "DescribeTags", &parameters).await {
            resource_tags(context, pairs(tree(&answer).get("tagSet"), "key", "value"));
        }
        let kind = if id.starts_with("lt-") { "launch-template" } else { "*" };
        return arn(call, "ec2", &format!("{kind}/{id}"));
    }
    arn(call, "ec2", "*/*")
}

async fn of_balancers(front: &Front, call: &Call, fields: &[(String, String)], context: &mut Context) -> String {
    let named = ["LoadBalancerArn", "TargetGroupArn"].into_iter().find_map(|name| text(fields, name));
    let Some(arn) = named.filter(|_| !call.operation.starts_with("Describe")) else { return "*".to_owned() };
    let answer = front
        .moto
        .query(&call.place(), "elasticloadbalancing", "DescribeTags", &[("ResourceArns.member.1", arn)])
        .await;
    if let Ok(answer) = answer {
        let answer = tree(&answer);
        resource_tags(context, pairs(answer.pointer("/DescribeTagsResult/TagDescriptions/0/Tags"), "Key", "Value"));
    }
    arn.to_owned()
}

async fn of_kms(front: &Front, call: &Call, context: &mut Context) -> String {
    let body = call.request.parameters("kms");
    let Some(key) = body.get("KeyId").and_then(Value::as_str) else { return "*".to_owned() };
    let answer = front.moto.json(&call.place(), "kms", "ListResourceTags", &serde_json::json!({ "KeyId": key })).await;
    resource_tags(context, pairs(answer.ok().as_ref().and_then(|answer| answer.get("Tags")), "TagKey", "TagValue"));
    if key.starts_with("arn:") { key.to_owned() } else { arn(call, "kms", &format!("key/{key}")) }
}

fn of_stack(call: &Call, fields: &[(String, String)]) -> String {
    if let Some(set) = text(fields, "StackSetName") {
        return arn(call, "cloudformation", &format!("stackset/{set}:x"));
    }
    match text(fields, "StackName") {
        Some(name) if name.starts_with("arn:") => name.to_owned(),
        Some(name) => arn(call, "cloudformation", &format!("stack/{name}/x")),
        None => "*".to_owned(),
    }
}

fn of_logs(call: &Call) -> String {
    let body = call.request.parameters("logs");
    let named =
        ["logGroupName", "logGroupNamePrefix"].into_iter().find_map(|name| body.get(name).and_then(Value::as_str));
    match (named, body.get("resourceArn").and_then(Value::as_str)) {
        (Some(name), _) => arn(call, "logs", &format!("log-group:{name}")),
        (None, Some(arn)) => arn.to_owned(),
        (None, None) => "*".to_owned(),
    }
}

fn of_zone(call: &Call, context: &mut Context) -> String {
    let parts: Vec<_> = call.request.path.split('/').collect();
    if call.operation == "ChangeResourceRecordSets" {
        let body = std::str::from_utf8(&call.request.body).unwrap_or_default();
        context.insert("route53:changeresourcerecordsetsrecordtypes".to_owned(), crate::wire::elements(body, "Type"));
    }
    match parts.as_slice() {
        [_, _, kind @ ("hostedzone" | "change"), id, ..] => format!("arn:aws:route53:::{kind}/{id}"),
        [_, _, "tags", "hostedzone", id] => format!("arn:aws:route53:::hostedzone/{id}"),
        _ => "*".to_owned(),
    }
}

pub(super) fn pairs(list: Option<&Value>, key: &str, value: &str) -> Vec<(String, String)> {
    let items = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let part = |item: &Value, name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
    items.iter().filter_map(|item| Some((part(item, key)?, part(item, value)?))).collect()
}
