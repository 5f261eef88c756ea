//! In which zones of its region a cluster is.

use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};
use serde::Deserialize;

use super::{answers::Items, site::Site};
use crate::permissions::Purpose;

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "availabilityZoneInfo", default)]
    zones: Items<Zone>,
}

#[derive(Deserialize)]
struct Zone {
    #[serde(rename = "zoneName")]
    name: String,
}

/// The zones of a cluster that has none yet: the first of its account's, by name. Once there is a stack it says them itself,
/// so that a zone more or less in the region moves nothing.
pub(super) async fn choose(site: &Site) -> Result<Vec<String>, StepError> {
    let filters = [
        ("Filter.1.Name", "zone-type"),
        ("Filter.1.Value.1", "availability-zone"),
        ("Filter.2.Name", "state"),
        ("Filter.2.Value.1", "available"),
    ];
    let filters = filters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let answer: Answer = site
        .within(Purpose::Information)
        .ec2("DescribeAvailabilityZones", &filters)
        .await
        .map_err(|refusal| refusal.step(format!("look which zones {} has", site.names.region)))?;
    let mut zones: Vec<_> = answer.zones.items.into_iter().map(|zone| zone.name).collect();
    zones.sort();
    let wanted = usize::from(site.parameters.zones);
    if zones.len() < wanted {
        let what = format!("{} has {} zones for this account, and {wanted} are wanted", site.names.region, zones.len());
        return Err(StepError::new(Code::CloudRefused, Class::Invalid, what));
    }
    zones.truncate(wanted);
    Ok(zones)
}
