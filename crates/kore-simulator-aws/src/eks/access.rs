//! Access entries and the policies that are associated with them (EKS User Guide, "Grant IAM users access to Kubernetes
//! with EKS access entries").

use serde_json::{Value, json};

use super::{
    catalogue,
    state::{Cluster, Context, Eks, Fields, Said, Thing, in_use, invalid, not_found, page, text, texts, wrong_state},
};
use crate::refusal::Refusal;

const TYPES: [&str; 6] = ["STANDARD", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "EC2", "HYBRID_LINUX"];

fn entry(context: &Context<'_>, cluster: &str, principal: &str, kind: &str, groups: &Value) -> Thing {
    let (account, rest) =
        (principal.split(':').nth(4).unwrap_or_default(), principal.rsplit(':').next().unwrap_or_default());
    let (what, name) = (rest.split('/').next().unwrap_or_default(), rest.rsplit('/').next().unwrap_or_default());
    let username = match (kind, what) {
        ("EC2_LINUX" | "EC2", _) => "system:node:{{EC2PrivateDNSName}}".to_owned(),
        (_, "role") => format!("arn:aws:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}"),
        _ => principal.to_owned(),
    };
    let document = json!({
        "clusterName": cluster, "principalArn": principal, "kubernetesGroups": groups, "type": kind, "tags": {},
        "username": username, "createdAt": context.now, "modifiedAt": context.now,
        "accessEntryArn": context.arn(&format!("access-entry/{cluster}/{what}/{account}/{name}/{}", context.ids.uuid())),
    });
    Thing { document: document.as_object().cloned().unwrap_or_default(), progress: None }
}

/// Who makes a cluster is its administrator unless that is declined.
pub(super) fn bootstrap(context: &Context<'_>, cluster: &mut Cluster, principal: &str) {
    let thing = entry(context, cluster.thing.text("name"), principal, "STANDARD", &json!([]));
    let policy =
        association(context, &catalogue::policy_arn("AmazonEKSClusterAdminPolicy"), &json!({ "type": "cluster" }));
    cluster.entries.insert(principal.to_owned(), (thing, vec![policy]));
}

/// Nodes of a managed group are let in by EKS itself.
pub(super) fn nodes(context: &Context<'_>, cluster: &mut Cluster, role: &str) {
    if by_entries(cluster) && !cluster.entries.contains_key(role) {
        let thing = entry(context, cluster.thing.text("name"), role, "EC2_LINUX", &json!(["system:nodes"]));
        cluster.entries.insert(role.to_owned(), (thing, Vec::new()));
    }
}

fn by_entries(cluster: &Cluster) -> bool {
    let mode = cluster.thing.document.get("accessConfig").and_then(|config| config.get("authenticationMode"));
    mode != Some(&json!("CONFIG_MAP"))
}

fn association(context: &Context<'_>, policy: &str, scope: &Value) -> Value {
    json!({ "policyArn": policy, "accessScope": scope, "associatedAt": context.now, "modifiedAt": context.now })
}

impl Eks {
    /// A cluster that goes by entries.
    fn entered(&mut self, context: &Context<'_>, name: &str) -> Result<&mut Cluster, Refusal> {
        let cluster = self.cluster(context, name)?;
        if !by_entries(cluster) {
            return Err(wrong_state(
                name,
                "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
            ));
        }
        if ["CREATING", "FAILED", "DELETING"].contains(&cluster.thing.status()) {
            return Err(wrong_state(name, &format!("Cluster '{name}' is not in ACTIVE status")));
        }
        Ok(cluster)
    }

    fn entry(&mut self, context: &Context<'_>, input: &Fields) -> Result<&mut (Thing, Vec<Value>), Refusal> {
        let (name, principal) = (text(input, "clusterName"), text(input, "principalArn"));
        self.entered(context, name)?.entries.get_mut(principal).ok_or_else(|| {
            not_found("clusterName", name, &format!("The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'. ({principal})"))
        })
    }

    pub(super) fn create_access_entry(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, principal) = (text(input, "clusterName"), text(input, "principalArn"));
        let kind = if text(input, "type").is_empty() { "STANDARD" } else { text(input, "type") };
        let groups = input.get("kubernetesGroups").cloned().unwrap_or_else(|| json!([]));
        let cluster = self.entered(context, name)?;
        if cluster.entries.contains_key(principal) {
            return Err(in_use(name, "The specified access entry resource is already in use on this cluster."));
        }
        if !TYPES.contains(&kind) {
            return Err(invalid(name, &format!("The specified type {kind} is invalid")));
        }
        if texts(Some(&groups)).iter().any(|group| group.starts_with("system:")) {
            return Err(invalid(name, "The kubernetes group name must not begin with 'system:'"));
        }
        if kind != "STANDARD" && (input.contains_key("username") || input.contains_key("kubernetesGroups")) {
            return Err(invalid(name, &format!("username and kubernetesGroups cannot be set for type {kind}")));
        }
        let mut thing = entry(context, name, principal, kind, &groups);
        for member in ["username", "tags"] {
            if let Some(value) = input.get(member) {
                thing.set(member, value.clone());
            }
        }
        let answer = json!({ "accessEntry": thing.document });
        cluster.entries.insert(principal.to_owned(), (thing, Vec::new()));
        Ok(answer)
    }

    pub(super) fn describe_access_entry(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        self.entry(context, input).map(|(thing, _)| json!({ "accessEntry": thing.document }))
    }

    pub(super) fn list_access_entries(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (cluster, policy) =
            (self.entered(context, text(input, "clusterName"))?, text(input, "associatedPolicyArn"));
        let fits = |policies: &[Value]| {
            policy.is_empty() || policies.iter().any(|it| it.get("policyArn") == Some(&json!(policy)))
        };
        let entries = cluster.entries.iter().filter(|(_, (_, policies))| fits(policies));
        page(input, "accessEntries", entries.map(|(principal, _)| json!(principal)).collect())
    }

    pub(super) fn update_access_entry(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (thing, _) = self.entry(context, input)?;
        for member in ["kubernetesGroups", "username"] {
            if let Some(value) = input.get(member) {
                thing.set(member, value.clone());
            }
        }
        thing.set("modifiedAt", json!(context.now));
        Ok(json!({ "accessEntry": thing.document }))
    }

    pub(super) fn delete_access_entry(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        self.entry(context, input)?;
        let (name, principal) = (text(input, "clusterName"), text(input, "principalArn"));
        self.cluster(context, name)?.entries.remove(principal);
        self.tokens.retain(|token| token.cluster != name || token.name.as_deref() != Some(principal));
        Ok(json!({}))
    }

    pub(super) fn associate_access_policy(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, policy) = (text(input, "clusterName"), text(input, "policyArn"));
        let scope = input.get("accessScope").cloned().unwrap_or_default();
        let (thing, policies) = self.entry(context, input)?;
        if !catalogue::is_policy(policy) {
            return Err(invalid(name, "The policyArn parameter format is not valid"));
        }
        if thing.text("type") != "STANDARD" {
            return Err(invalid(name, "Access policies can be associated with entries of type STANDARD only"));
        }
        let namespaces = texts(scope.get("namespaces"));
        match scope.get("type").and_then(Value::as_str) {
            Some("namespace") if namespaces.is_empty() => {
                return Err(invalid(name, "A namespace access scope must name namespaces"));
            }
            Some("cluster") if !namespaces.is_empty() => {
                return Err(invalid(name, "A cluster access scope must not name namespaces"));
            }
            None => return Err(invalid(name, "The access scope must have a type")),
            _ => {}
        }
        policies.retain(|known| known.get("policyArn") != Some(&json!(policy)));
        let made = association(context, policy, &scope);
        policies.push(made.clone());
        Ok(json!({ "clusterName": name, "principalArn": text(input, "principalArn"), "associatedAccessPolicy": made }))
    }

    pub(super) fn disassociate_access_policy(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, policy) = (text(input, "clusterName"), text(input, "policyArn"));
        let (_, policies) = self.entry(context, input)?;
        let before = policies.len();
        policies.retain(|known| known.get("policyArn") != Some(&json!(policy)));
        if policies.len() == before {
            return Err(not_found("clusterName", name, &format!("No association of {policy} was found")));
        }
        Ok(json!({}))
    }

    pub(super) fn list_associated_access_policies(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (_, policies) = self.entry(context, input)?;
        let mut answer = page(input, "associatedAccessPolicies", policies.clone())?;
        for member in ["clusterName", "principalArn"] {
            answer = super::state::merged(&answer, &json!({ member: text(input, member) }));
        }
        Ok(answer)
    }
}
