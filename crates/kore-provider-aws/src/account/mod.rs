//! Accounts of an organisation: what Kore keeps in the organisation, once, and what it does for each account. Both are
//! components.
//!
//! Sources: AWS Organizations API reference and User Guide ("Quotas", "Creating a member account"); CloudFormation User Guide,
//! "StackSets with self-managed and service-managed permissions".

mod adopt;
mod guardrails;
mod held;
mod member;
mod place;
mod policy;
mod roles;
mod room;
mod site;
mod unit;

use std::sync::Arc;

use kore_api::cloud::AccountGuardrails;
use kore_engine::{component::Components, part::Part};

use self::{
    adopt::Adopt,
    held::Held,
    member::Member,
    place::Place,
    policy::{OnUnit, Policy},
    roles::{Arrived, Roles},
    room::Room,
    site::Site,
    unit::Unit,
};
pub use self::{guardrails::document as guardrails, site::Organization};
use crate::{beforehand::Beforehand, cloud::Cloud};

/// An account, as it is to be.
#[derive(Debug, Clone)]
pub struct Account {
    /// Uid of the CloudAccount object.
    pub uid: String,
    /// The team's name, for its tag.
    pub team: String,
    /// What it is called in the organisation; unique among the installation's, at most 50 characters.
    pub name: String,
    /// Its e-mail address, unique in all of AWS: what an account is known by until it has a number.
    pub email: String,
    /// Its number, where it was there before: it is marked, and otherwise left as it is.
    pub number: Option<String>,
    /// The unit below the installation's that it is in; none for the installation's own.
    pub unit: Option<String>,
    /// What nobody in it may do.
    pub guardrails: AccountGuardrails,
    /// Whether it is closed when the object is deleted; otherwise it stays in the organisation as it is.
    pub close: bool,
}

const UNIT: &str = "unit";
const POLICY: &str = "guardrails";
const ATTACHED: &str = "guarded";
const ROLES: &str = "roles";
const MEMBER: &str = "account";
const PLACE: &str = "place";
const ROOM: &str = "room";

/// What Kore keeps in an organisation: a unit of its own, those below it, guardrails, and the roles of every account in it.
#[must_use]
pub fn organization(cloud: &Cloud, organization: &Organization) -> Components {
    let site = Arc::new(Site::new(cloud.clone(), organization.clone()));
    let s = || Arc::clone(&site);
    let mut parts = vec![
        Part::new(UNIT, "Make the installation's unit", Unit { site: s(), name: None })
            .key(site.key(UNIT, &site.name()))
            .removal("Remove the installation's unit"),
        Part::new(ROLES, "Give every account of the unit its roles", Roles(s()))
            .after([UNIT])
            .key(site.key(ROLES, &site.name()))
            .removal("Take the roles back from every account"),
    ];
    let is_guarded = policy::is_any(&organization.common);
    if is_guarded {
        parts.extend(on_unit(&site));
    }
    let sets = organization.guardrails.iter().filter(|set| policy::is_any(set));
    parts.extend(sets.map(|set| guarding(&site, Policy::of(s(), set))));
    // Before any account is moved in.
    let ready = if is_guarded { ATTACHED } else { UNIT };
    parts.extend(organization.units.iter().map(|name| below(&site, name).after([ready])));
    parts.into_iter().map(Part::boxed).collect()
}

/// What all accounts have in common, on the unit.
fn on_unit(site: &Arc<Site>) -> [Part; 2] {
    [
        Part::new(POLICY, "Write the guardrails", Policy::of_unit(Arc::clone(site)))
            .key(site.key(POLICY, &site.name()))
            .removal("Remove the guardrails"),
        Part::new(ATTACHED, "Put the guardrails on the unit", OnUnit(Arc::clone(site)))
            .after([UNIT, POLICY])
            .key(site.key(ATTACHED, &site.name()))
            .removal("Take the guardrails off the unit"),
    ]
}

/// A policy that accounts are under.
fn guarding(site: &Arc<Site>, policy: Policy) -> Part {
    let (name, key) = (policy.name.clone(), site.key(POLICY, &policy.name));
    Part::new(format!("{POLICY}/{name}"), format!("Write the guardrails {name}"), policy)
        .key(key)
        .removal(format!("Remove the guardrails {name}"))
}

/// A unit below the installation's.
fn below(site: &Arc<Site>, name: &str) -> Part {
    let unit = Unit { site: Arc::clone(site), name: Some(name.to_owned()) };
    Part::new(format!("{UNIT}/{name}"), format!("Make the unit {name}"), unit)
        .key(site.key(UNIT, &format!("{}/{name}", site.name())))
        .removal(format!("Remove the unit {name}"))
}

/// What is on record and not wanted any more. Units below the installation's and policies of accounts go when everything does:
/// accounts that were let go are still in those, and under these.
#[must_use]
pub fn leftovers(cloud: &Cloud, organization: &Organization, keys: &[String]) -> Components {
    let site = Arc::new(Site::new(cloud.clone(), organization.clone()));
    let named = |kind: &str| {
        let own = site.key(kind, &site.name());
        keys.iter().filter_map(move |key| key.strip_prefix(&own).map(str::to_owned)).collect::<Vec<_>>()
    };
    let mut parts: Vec<Part> = Vec::new();
    let policies = named(POLICY);
    if policies.iter().any(String::is_empty) {
        parts.extend(on_unit(&site));
    }
    if organization.is_going {
        parts.extend(named(UNIT).iter().filter_map(|unit| Some(below(&site, unit.strip_prefix('/')?))));
        parts.extend(policies.iter().filter(|policy| !policy.is_empty()).map(|policy| {
            let name = format!("{}{policy}", site.name());
            guarding(&site, Policy { name, guardrails: AccountGuardrails::default(), site: Arc::clone(&site) })
        }));
    }
    parts.into_iter().map(Part::boxed).collect()
}

/// An account of the organisation: there, in its unit, with its roles.
#[must_use]
pub fn account(cloud: &Cloud, organization: &Organization, account: &Account) -> Components {
    let site = Arc::new(Site::new(cloud.clone(), organization.clone()));
    let account = Arc::new(account.clone());
    let mut parts = Vec::new();
    let made = match &account.number {
        Some(number) => {
            let adopt = Adopt { site: Arc::clone(&site), account: Arc::clone(&account), number: number.clone() };
            Part::new(MEMBER, format!("Mark the account {number}"), adopt)
        }
        None => {
            let room = Beforehand(Room { site: Arc::clone(&site), account: Arc::clone(&account) });
            parts.push(Part::new(ROOM, "Look whether the organisation has room", room).question());
            let member = Member::new(Arc::clone(&site), Arc::clone(&account));
            let made = Part::new(MEMBER, format!("Make the account {}", account.name), member);
            let made = made.after([ROOM]).patience(site::LONG);
            if account.close {
                made.key(site.key(MEMBER, &account.email)).removal(format!("Close the account {}", account.name))
            } else {
                made
            }
        }
    };
    let held = Held { site: Arc::clone(&site), account: Arc::clone(&account) };
    let place = Place { site: Arc::clone(&site), account: Arc::clone(&account) };
    let arrived = Arrived { site, account };
    parts.extend([
        made,
        Part::new(ATTACHED, "Put the guardrails on the account", held).after([MEMBER]),
        Part::new(PLACE, "Move the account into its unit", place).after([MEMBER, ATTACHED]),
        Part::new(ROLES, "Wait for the account's roles", arrived).after([PLACE]).patience(site::LONG),
    ]);
    parts.into_iter().map(Part::boxed).collect()
}

/// The number of an account, once it has one.
///
/// # Errors
/// When AWS cannot be asked, or the account of that address is not this installation's.
pub async fn number(
    cloud: &Cloud,
    organization: &Organization,
    account: &Account,
) -> Result<Option<String>, kore_engine::error::StepError> {
    Site::new(cloud.clone(), organization.clone()).find(account).await
}
