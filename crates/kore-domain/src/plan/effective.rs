//! What a plan version and overrides come to.

use jsonschema::{ValidationError, error::ValidationErrorKind};
use kore_api::{
    names::{ClusterName, MAX_LENGTH},
    plan::{AwsParameters, LocalDriver, LocalParameters, Provider},
    problem::FieldError,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::schema::{along, known_names, known_values, nearest, parameters_schema, validator};
use crate::upgrade::Minor;

/// Nodes that one local cluster may have over all its pools.
pub const MAX_NODES: u32 = 5;

/// Longest name of a node pool: node names are made of it and must stay RFC 1123 labels.
const MAX_POOL_NAME: usize = MAX_LENGTH / 2;

/// The parameters that a cluster gets: the plan version's, with the overrides merged over them
/// (RFC 7396) and every default filled in.
///
/// # Errors
/// Every field that is unknown, of the wrong type or outside its range, with pointers into the
/// parameters; at once, so that people correct them in one go.
pub fn effective(provider: Provider, plan: &Value, overrides: &Value) -> Result<Value, Vec<FieldError>> {
    if !overrides.is_object() {
        return Err(vec![error("", "type", "overrides are an object".to_owned())]);
    }
    let mut errors = Vec::new();
    unknown_nulls(parameters_schema(provider), overrides, &mut Vec::new(), &mut errors);
    let mut merged = plan.clone();
    json_patch::merge(&mut merged, overrides);
    for found in validator(provider).iter_errors(&merged) {
        explain(provider, &found, &mut errors);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    match provider {
        Provider::Local => filled(&local_parameters(&merged)?, check_local),
        Provider::Aws => {
            no_pools_of_its_own(&mut merged);
            filled(&aws_parameters(&merged)?, check_aws)
        }
    }
}

/// Where EKS chooses the nodes, the pool that there is by default is not one that anybody asked for.
fn no_pools_of_its_own(merged: &mut Value) {
    if let Some(fields) = merged.as_object_mut().filter(|fields| fields.get("autoMode") == Some(&true.into())) {
        fields.entry("nodePools").or_insert_with(|| Value::Object(serde_json::Map::new()));
    }
}

/// Parameters that keep the rules that no schema says, with every default.
fn filled<T: Serialize>(parameters: &T, check: impl Fn(&T) -> Vec<FieldError>) -> Result<Value, Vec<FieldError>> {
    let errors = check(parameters);
    if !errors.is_empty() {
        return Err(errors);
    }
    serde_json::to_value(parameters).map_err(|cause| vec![error("", "type", cause.to_string())])
}

/// Reads parameters of the `local` provider strictly.
///
/// # Errors
/// The first field that does not fit.
pub fn local_parameters(parameters: &Value) -> Result<LocalParameters, Vec<FieldError>> {
    LocalParameters::deserialize(parameters).map_err(|cause| vec![error("", "type", cause.to_string())])
}

/// Reads parameters of the `aws` provider strictly.
///
/// # Errors
/// The first field that does not fit.
pub fn aws_parameters(parameters: &Value) -> Result<AwsParameters, Vec<FieldError>> {
    AwsParameters::deserialize(parameters).map_err(|cause| vec![error("", "type", cause.to_string())])
}

/// How many nodes a cluster with these parameters has.
#[must_use]
pub fn total_nodes(parameters: &LocalParameters) -> u32 {
    if parameters.driver == LocalDriver::ControlPlaneOnly {
        return 0;
    }
    parameters.node_pools.values().fold(0, |sum, pool| sum.saturating_add(pool.size))
}

/// Puts the errors under the member of the request body that the parameters came from.
#[must_use]
pub fn prefixed(errors: Vec<FieldError>, prefix: &str) -> Vec<FieldError> {
    errors.into_iter().map(|error| FieldError { pointer: format!("{prefix}{}", error.pointer), ..error }).collect()
}

/// The rules that a schema cannot say.
fn check_local(parameters: &LocalParameters) -> Vec<FieldError> {
    let mut errors = check_version(&parameters.kubernetes_version);
    errors.extend(check_pool_names(parameters.node_pools.keys()));
    if parameters.driver != LocalDriver::ControlPlaneOnly && parameters.node_pools.is_empty() {
        let detail = "a cluster with nodes has at least one pool; without nodes choose the driver controlPlaneOnly";
        errors.push(error("/nodePools", "minProperties", detail.to_owned()));
    }
    let nodes = total_nodes(parameters);
    if nodes > MAX_NODES {
        let detail = format!("{nodes} nodes over all pools; a local cluster has at most {MAX_NODES}");
        errors.push(error("/nodePools", "maximum", detail));
    }
    errors
}

fn check_aws(parameters: &AwsParameters) -> Vec<FieldError> {
    let mut errors = check_version(&parameters.kubernetes_version);
    errors.extend(check_pool_names(parameters.node_pools.keys()));
    if parameters.node_pools.is_empty() && !parameters.auto_mode {
        let detail = "a cluster has at least one pool, or nodes as needed (autoMode)";
        errors.push(error("/nodePools", "minProperties", detail.to_owned()));
    }
    if parameters.auto_mode && !parameters.node_pools.is_empty() {
        let named: Vec<_> = parameters.node_pools.keys().map(String::as_str).collect();
        let detail = format!("with nodes as needed (autoMode) there are no pools; take out {}", named.join(", "));
        errors.push(error("/nodePools", "maxProperties", detail));
    }
    if parameters.api_access_from.is_empty() {
        let detail = "with none of them the API server is reachable from its own network alone, and Kore, which is outside \
                      of it, has no way in; name the network that Kore asks from, as [\"192.0.2.0/24\"]";
        errors.push(error("/apiAccessFrom", "minItems", detail.to_owned()));
    }
    for (at, range) in parameters.api_access_from.iter().enumerate() {
        let problem = match range {
            range if range.prefix_len() == 0 => "is the whole Internet",
            range if range.trunc() != *range => "has bits behind its prefix",
            _ => continue,
        };
        errors.push(error(&format!("/apiAccessFrom/{at}"), "range", format!("{range} {problem}")));
    }
    errors
}

fn check_version(version: &str) -> Vec<FieldError> {
    if version.parse::<Minor>().is_ok_and(|minor| minor.to_string() == version) {
        return Vec::new();
    }
    vec![error("/kubernetesVersion", "pattern", format!("{version:?} is not a version like 1.36"))]
}

fn check_pool_names<'a>(names: impl Iterator<Item = &'a String>) -> Vec<FieldError> {
    let is_name = |name: &&String| name.len() <= MAX_POOL_NAME && name.parse::<ClusterName>().is_ok();
    let wrong = names.filter(|name| !is_name(name));
    wrong
        .map(|name| {
            let detail = format!(
                "{name:?} is not a pool name: lower-case letters, digits and dashes, a letter first, at most {MAX_POOL_NAME}"
            );
            error(&format!("/nodePools/{}", escape(name)), "pattern", detail)
        })
        .collect()
}

/// A `null` for a field that does not exist would vanish in the merge unseen.
fn unknown_nulls(root: &Value, overrides: &Value, path: &mut Vec<String>, errors: &mut Vec<FieldError>) {
    let Some(members) = overrides.as_object() else { return };
    for (name, value) in members {
        path.push(name.clone());
        if value.is_null() && along(root, path).is_none() {
            let parent = path.get(..path.len() - 1).unwrap_or_default().to_vec();
            errors.push(unknown(root, &parent, name));
        } else {
            unknown_nulls(root, value, path, errors);
        }
        path.pop();
    }
}

fn unknown(root: &Value, parent: &[String], name: &str) -> FieldError {
    let known = known_names(root, parent);
    let mut detail = format!("there is no field {name:?} here");
    if let Some(hint) = nearest(name, &known) {
        detail.push_str(&format!("; did you mean {hint:?}?"));
    } else if !known.is_empty() {
        detail.push_str(&format!("; there are {}", known.join(", ")));
    }
    error(&format!("{}/{}", pointer(parent), escape(name)), "unknownField", detail)
}

fn explain(provider: Provider, found: &ValidationError<'_>, errors: &mut Vec<FieldError>) {
    let at = found.instance_path().as_str().to_owned();
    match found.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let parent: Vec<String> = at.split('/').skip(1).map(unescape).collect();
            errors.extend(unexpected.iter().map(|name| unknown(parameters_schema(provider), &parent, name)));
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            errors.push(error(&format!("{at}/{}", escape(name)), "required", format!("{name:?} is missing")));
        }
        ValidationErrorKind::OneOfNotValid { .. } | ValidationErrorKind::Enum { .. } => {
            let path: Vec<String> = at.split('/').skip(1).map(unescape).collect();
            let known = known_values(parameters_schema(provider), &path);
            let given = found.instance();
            let mut detail = format!("{given} is not one of {}", known.join(", "));
            if let Some(hint) = given.as_str().and_then(|given| nearest(given, &known)) {
                detail.push_str(&format!("; did you mean {hint:?}?"));
            }
            errors.push(error(&at, "enum", detail));
        }
        kind => errors.push(error(&at, kind.keyword(), found.to_string())),
    }
}

fn error(pointer: &str, rule: &str, detail: String) -> FieldError {
    FieldError::new(pointer, rule, detail)
}

fn pointer(path: &[String]) -> String {
    path.iter().map(|segment| format!("/{}", escape(segment))).collect()
}

/// RFC 6901 section 3.
fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plan() -> Value {
        serde_json::to_value(LocalParameters::default()).unwrap()
    }

    fn refused(overrides: &Value) -> Vec<String> {
        let errors = effective(Provider::Local, &plan(), overrides).unwrap_err();
        errors.into_iter().map(|error| format!("{} {}: {}", error.pointer, error.rule, error.detail)).collect()
    }

    #[test]
    fn overrides_are_merged_and_defaults_filled_in() {
        let value = effective(Provider::Local, &json!({}), &json!({"nodePools": {"default": {"size": 2}}})).unwrap();
        assert_eq!(
            value,
            json!({
                "kubernetesVersion": "1.36", "driver": "auto",
                "nodePools": {"default": {"size": 2, "vcpus": 2, "memoryMib": 4096}},
                "guardrails": "evaluation", "allowedRegistries": ["docker.io/library", "registry.k8s.io"],
            })
        );
        let removed =
            effective(Provider::Local, &plan(), &json!({"nodePools": {"default": null, "big": {"size": 3}}})).unwrap();
        assert_eq!(removed["nodePools"], json!({"big": {"size": 3, "vcpus": 2, "memoryMib": 4096}}));
    }

    #[test]
    fn nodes_as_needed_and_pools_are_one_or_the_other() {
        let plan = |more: Value| {
            let mut plan = json!({ "region": "eu-central-1", "apiAccessFrom": ["192.0.2.0/24"] });
            json_patch::merge(&mut plan, &more);
            effective(Provider::Aws, &plan, &json!({}))
        };
        assert_eq!(plan(json!({})).unwrap()["nodePools"]["default"]["size"], 3);
        assert_eq!(plan(json!({ "autoMode": true })).unwrap()["nodePools"], json!({}));
        let both = plan(json!({ "autoMode": true, "nodePools": { "batch": { "size": 1 } } })).unwrap_err();
        assert_eq!(both[0].pointer, "/nodePools");
        assert!(both[0].detail.contains("take out batch"), "{}", both[0].detail);
        assert!(plan(json!({ "nodePools": {} })).unwrap_err()[0].detail.contains("autoMode"));
    }

    #[test]
    fn every_wrong_field_is_named_with_its_path() {
        insta::assert_snapshot!(
            [
                refused(&json!({"nodePool": {"default": {"size": 2}}})),
                refused(&json!({"nodePools": {"default": {"sise": 2}, "big": {"size": 9}}})),
                refused(&json!({"driver": "native2", "kubernetesVersion": 1})),
                refused(&json!({"nodePols": null})),
                refused(&json!({"zzz": 1})),
                refused(&json!({"nodePools": {"Big": {"size": 1}}})),
                refused(&json!({"nodePools": {"default": null}})),
                refused(&json!({"nodePools": {"a": {"size": 5}}})),
                refused(&json!({"nodePools": {"a": {}}})),
                refused(&json!({"nodePools": {"default": {"size": -1}}})),
                refused(&json!({"nodePools": {"default": {"size": 1.5}}})),
                refused(&json!({"kubernetesVersion": "latest"})),
                refused(&json!([1])),
                refused(&json!({"guardrails": "prod", "allowedRegistries": ["https://ghcr.io"]})),
            ]
            .map(|errors| errors.join("\n"))
            .join("\n--\n")
        );
    }

    #[test]
    fn a_cluster_that_kore_has_no_way_into_is_none() {
        let refused = |from: Value| {
            let plan = json!({ "region": "eu-central-1", "apiAccessFrom": from });
            effective(Provider::Aws, &plan, &json!({})).err().unwrap_or_default()
        };
        assert!(refused(json!(["192.0.2.0/24"])).is_empty());
        assert_eq!(refused(json!(["0.0.0.0/0"]))[0].pointer, "/apiAccessFrom/0");
        let [none] = refused(json!([])).try_into().unwrap();
        assert_eq!((none.pointer.as_str(), none.rule.as_str()), ("/apiAccessFrom", "minItems"));
        assert!(none.detail.contains("Kore") && none.detail.contains("192.0.2.0/24"), "{}", none.detail);
    }

    #[test]
    fn a_control_plane_has_no_nodes_whatever_its_pools_say() {
        let parameters = effective(Provider::Local, &plan(), &json!({"driver": "controlPlaneOnly"})).unwrap();
        assert_eq!(total_nodes(&local_parameters(&parameters).unwrap()), 0);
        assert_eq!(prefixed(vec![error("/a", "x", String::new())], "/spec/overrides")[0].pointer, "/spec/overrides/a");
    }
}
