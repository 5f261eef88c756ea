//! Add-ons (EKS API reference, `CreateAddon`; EKS User Guide, "Amazon EKS add-ons").

use serde_json::{Value, json};

use super::{
    catalogue, pods,
    progress::{EksKind, Fate, Progress},
    state::{Context, Eks, Fields, Said, Target, Thing, in_use, invalid, not_found, page, picked, text},
    updates::params,
};
use crate::refusal::Refusal;

const KEPT: [&str; 6] =
    ["addonName", "clusterName", "serviceAccountRoleArn", "tags", "configurationValues", "namespaceConfig"];

impl Eks {
    fn addon(&mut self, context: &Context<'_>, input: &Fields) -> Result<&mut Thing, Refusal> {
        let (name, addon) = (text(input, "clusterName"), text(input, "addonName"));
        let found = self.cluster(context, name)?.addons.get_mut(addon);
        found.ok_or_else(|| not_found("addonName", addon, &format!("No addon: {addon} found in cluster: {name}")))
    }

    pub(super) fn create_addon(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, addon) = (text(input, "clusterName"), text(input, "addonName"));
        let cluster = self.cluster(context, name)?;
        cluster.active()?;
        if cluster.addons.contains_key(addon) {
            return Err(in_use(name, "Addon already exists.").with("addonName", addon));
        }
        if text(input, "resolveConflicts") == "PRESERVE" {
            return Err(invalid(name, "PRESERVE is not a valid value for resolveConflicts on creation")
                .with("addonName", addon));
        }
        let version = version(name, cluster.thing.text("version"), addon, text(input, "addonVersion"))?;
        values(name, addon, input)?;
        let mut document = picked(input, &KEPT);
        document.entry("tags").or_insert_with(|| json!({}));
        let arn = context.arn(&format!("addon/{name}/{addon}/{}", context.ids.uuid()));
        let associations = pods::of_addon(context, cluster, input, &arn)?;
        for (member, value) in [
            ("addonArn", json!(arn)),
            ("addonVersion", json!(version)),
            ("status", json!("CREATING")),
            ("health", json!({ "issues": [] })),
            ("createdAt", json!(context.now)),
            ("modifiedAt", json!(context.now)),
            ("podIdentityAssociations", json!(associations)),
        ] {
            document.insert(member.to_owned(), value);
        }
        let answer = json!({ "addon": document });
        let progress = Some(self.begin(context, EksKind::Addon, name, Some(addon)));
        self.cluster(context, name)?.addons.insert(addon.to_owned(), Thing { document, progress });
        Ok(answer)
    }

    pub(super) fn describe_addon(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, addon) = (text(input, "clusterName"), text(input, "addonName"));
        self.observe_updates(context, name, &Target::Addon(addon.to_owned()));
        let has_nodes = self.cluster(context, name)?.has_nodes();
        let thing = self.addon(context, input)?;
        if let Some(fate) = thing.progress.as_mut().and_then(Progress::observed) {
            thing.progress = None;
            let deleting = thing.is("DELETING");
            match fate {
                Fate::Failed { code, message } => {
                    thing.set("status", json!(if deleting { "DELETE_FAILED" } else { "CREATE_FAILED" }));
                    thing.fall_ill(&code, &message);
                }
                Fate::Well | Fate::Stuck if deleting => {
                    let arn = json!(thing.text("addonArn"));
                    let cluster = self.cluster(context, name)?;
                    cluster.addons.remove(addon);
                    cluster.pods.retain(|_, pod| pod.document.get("ownerArn") != Some(&arn));
                    self.tokens.retain(|token| token.cluster != name || token.name.as_deref() != Some(addon));
                    return self.addon(context, input).map(|_| Value::Null);
                }
                Fate::Well | Fate::Stuck => thing.set("status", json!("ACTIVE")),
            }
        }
        // Its pods run nowhere before there are nodes.
        if thing.is("ACTIVE") && catalogue::needs_nodes(addon) && !has_nodes {
            thing.set("status", json!("DEGRADED"));
            thing.fall_ill(
                "InsufficientNumberOfReplicas",
                "The add-on is unhealthy because it doesn't have the desired number of replicas.",
            );
        } else if thing.is("DEGRADED") && has_nodes {
            thing.set("status", json!("ACTIVE"));
            thing.recover();
        }
        Ok(json!({ "addon": thing.document }))
    }

    pub(super) fn list_addons(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let cluster = self.cluster(context, text(input, "clusterName"))?;
        page(input, "addons", cluster.addons.keys().map(|name| json!(name)).collect())
    }

    pub(super) fn update_addon(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, addon) = (text(input, "clusterName"), text(input, "addonName"));
        let thing = self.addon(context, input)?;
        if ["CREATING", "UPDATING", "DELETING"].contains(&thing.status()) {
            return Err(in_use(
                name,
                &format!("Addon {addon} cannot be updated as it is currently in {} state", thing.status()),
            )
            .with("addonName", addon));
        }
        let arn = thing.text("addonArn").to_owned();
        let cluster = self.cluster(context, name)?;
        cluster.active()?;
        let mut change = picked(input, &["serviceAccountRoleArn", "configurationValues"]);
        if !text(input, "addonVersion").is_empty() {
            let version = version(name, cluster.thing.text("version"), addon, text(input, "addonVersion"))?;
            change.insert("addonVersion".to_owned(), json!(version));
        }
        values(name, addon, input)?;
        if input.contains_key("podIdentityAssociations") {
            cluster.pods.retain(|_, pod| pod.text("ownerArn") != arn);
            let associations = pods::of_addon(context, cluster, input, &arn)?;
            change.insert("podIdentityAssociations".to_owned(), json!(associations));
        }
        change.insert("modifiedAt".to_owned(), json!(context.now));
        let named = [
            "addonVersion",
            "configurationValues",
            "resolveConflicts",
            "serviceAccountRoleArn",
            "podIdentityAssociations",
        ];
        let params = params(input, &named);
        self.start_update(context, name, Target::Addon(addon.to_owned()), "AddonUpdate", &params, change)
    }

    pub(super) fn delete_addon(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let (name, addon) = (text(input, "clusterName"), text(input, "addonName"));
        let thing = self.addon(context, input)?;
        if ["UPDATING", "DELETING"].contains(&thing.status()) {
            return Err(wrong(name, addon, &format!("Addon {addon} is {} and cannot be deleted", thing.status())));
        }
        let progress = Some(self.begin(context, EksKind::Addon, name, Some(addon)));
        let thing = self.addon(context, input)?;
        thing.set("status", json!("DELETING"));
        thing.progress = progress;
        Ok(json!({ "addon": thing.document }))
    }
}

fn wrong(cluster: &str, addon: &str, message: &str) -> Refusal {
    super::state::wrong_state(cluster, message).with("addonName", addon)
}

/// The version that is asked for, or the default one.
fn version(cluster: &str, kubernetes: &str, addon: &str, asked: &str) -> Result<String, Refusal> {
    let refused = |message: &str| invalid(cluster, message).with("addonName", addon);
    let minor = catalogue::minor(kubernetes).unwrap_or_default();
    let versions =
        catalogue::addon_versions(addon, minor).ok_or_else(|| refused("Addon specified is not supported"))?;
    if asked.is_empty() {
        return Ok(versions.last().cloned().unwrap_or_default());
    }
    if versions.iter().any(|version| version == asked) {
        return Ok(asked.to_owned());
    }
    Err(refused("Addon version specified is not supported"))
}

/// Values are an object; that JSON is YAML too makes it the one form that is read here.
fn values(cluster: &str, addon: &str, input: &Fields) -> Result<(), Refusal> {
    let text = text(input, "configurationValues").trim_start();
    if text.starts_with('{') && serde_json::from_str::<Fields>(text).is_err() {
        return Err(
            invalid(cluster, "ConfigurationValue is not in valid JSON or YAML format.").with("addonName", addon)
        );
    }
    Ok(())
}
