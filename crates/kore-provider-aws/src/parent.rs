//! Whether the zone that others are to be delegated from is what was said of it.

use kore_api::cloud::{ParentZone, PurposeCheck, PurposeResult};

use crate::{cloud::Session, error::Refusal, records, resolver::NameServers};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Looked {
    /// It is what was said.
    Good,
    /// It is not there, or another one: this is missing, and why.
    Another(String, String),
    /// It is, and the world asks somebody else.
    Undelegated(String),
}

impl Looked {
    /// Into what was found of the role that is for it.
    pub(crate) fn into_check(self, check: &mut PurposeCheck) {
        match self {
            Self::Good => {}
            Self::Another(missing, why) => {
                check.result = PurposeResult::Missing;
                (check.missing, check.message) = (vec![missing], why);
            }
            Self::Undelegated(why) => check.message = why,
        }
    }
}

/// Looks at it, and asks name servers whether they find the way to it.
pub(crate) async fn look(session: &Session, said: &ParentZone) -> Result<Looked, Refusal> {
    let missing = || format!("a hosted zone {} of {}", said.id, said.domain);
    let Some(zone) = records::zone(session, &said.id).await? else {
        return Ok(Looked::Another(missing(), "there is none of this id".to_owned()));
    };
    if zone.name != said.domain {
        return Ok(Looked::Another(missing(), format!("it is {}", zone.name)));
    }
    let Some(world) = session.resolver() else { return Ok(Looked::Good) };
    let list = |servers: &NameServers| servers.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    Ok(match world.name_servers(&said.domain).await {
        Ok(seen) if seen == zone.name_servers => Looked::Good,
        Ok(seen) if seen.is_empty() => Looked::Undelegated(format!(
            "name servers here do not know {}: have it delegated to {}",
            said.domain,
            list(&zone.name_servers)
        )),
        Ok(seen) => Looked::Undelegated(format!(
            "{} is delegated to {}, and this zone has {}",
            said.domain,
            list(&seen),
            list(&zone.name_servers)
        )),
        Err(error) => Looked::Undelegated(format!("nobody here could ask for {}: {error}", said.domain)),
    })
}
