//! Tags of everything in EKS that has an ARN.

use serde_json::{Value, json};

use super::state::{Context, Eks, Fields, Said, Thing, text, texts};
use crate::refusal::Refusal;

impl Eks {
    fn tagged(&mut self, context: &Context<'_>, arn: &str) -> Result<&mut Thing, Refusal> {
        let clusters = self.clusters.iter_mut().filter(|((place, _), _)| place == context.place);
        for (_, cluster) in clusters {
            let things = std::iter::once(&mut cluster.thing)
                .chain(cluster.nodegroups.values_mut())
                .chain(cluster.addons.values_mut())
                .chain(cluster.entries.values_mut().map(|(thing, _)| thing))
                .chain(cluster.pods.values_mut());
            for thing in things {
                let own = ["arn", "nodegroupArn", "addonArn", "accessEntryArn", "associationArn"];
                if own.iter().any(|name| thing.text(name) == arn) {
                    return Ok(thing);
                }
            }
        }
        Err(Refusal::new(404, "NotFoundException", format!("No resource was found for {arn}")))
    }

    pub(super) fn list_tags(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let thing = self.tagged(context, text(input, "resourceArn"))?;
        Ok(json!({ "tags": thing.document.get("tags").cloned().unwrap_or_else(|| json!({})) }))
    }

    pub(super) fn tag(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let thing = self.tagged(context, text(input, "resourceArn"))?;
        let mut tags = thing.document.get("tags").and_then(Value::as_object).cloned().unwrap_or_default();
        tags.extend(input.get("tags").and_then(Value::as_object).cloned().unwrap_or_default());
        if tags.len() > 50 {
            return Err(Refusal::new(400, "BadRequestException", "A resource has 50 tags at most"));
        }
        thing.set("tags", Value::Object(tags));
        Ok(json!({}))
    }

    pub(super) fn untag(&mut self, context: &Context<'_>, input: &Fields) -> Said {
        let thing = self.tagged(context, text(input, "resourceArn"))?;
        let mut tags = thing.document.get("tags").and_then(Value::as_object).cloned().unwrap_or_default();
        texts(input.get("tagKeys")).iter().for_each(|key| drop(tags.remove(key)));
        thing.set("tags", Value::Object(tags));
        Ok(json!({}))
    }

    /// The tags of a thing, for conditions of policies.
    pub(crate) fn tags_of(&self, arn: &str) -> Vec<(String, String)> {
        let things = self.clusters.values().flat_map(|cluster| {
            std::iter::once(&cluster.thing)
                .chain(cluster.nodegroups.values())
                .chain(cluster.addons.values())
                .chain(cluster.entries.values().map(|(thing, _)| thing))
                .chain(cluster.pods.values())
        });
        let own = ["arn", "nodegroupArn", "addonArn", "accessEntryArn", "associationArn"];
        let found = things.into_iter().find(|thing| own.iter().any(|name| thing.text(name) == arn));
        let tags = found.and_then(|thing| thing.document.get("tags")).and_then(Value::as_object);
        tags.into_iter().flatten().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    }
}
