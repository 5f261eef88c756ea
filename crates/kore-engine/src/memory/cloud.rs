//! A cloud that answers what the test says, and whose units and accounts are things of a [`World`].

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use jiff::Timestamp;
use kore_api::cloud::{Cloud, CloudIdentity, CloudPermissions, PurposeCheck, Spent};
use kore_domain::cloud::budget::{month, spent};

use super::{Thing, Weather, World, lock};
use crate::{
    cloud::{AccountRequest, CloudProvider, KeptRequest, OrganizationRequest},
    component::{Component, ComponentId, Components},
    error::StepError,
};

type Answer = dyn Fn(&OrganizationRequest) -> Result<Vec<PurposeCheck>, StepError> + Send + Sync;

/// A cloud in memory.
#[derive(Clone)]
pub struct MemoryCloud {
    answer: Arc<Mutex<Arc<Answer>>>,
    asked: Arc<Mutex<Vec<OrganizationRequest>>>,
    /// What accounts have cost, by number, as the cloud's bill has it.
    pub bill: Arc<Mutex<BTreeMap<String, String>>>,
    /// What is there.
    pub world: World,
    /// What goes wrong.
    pub weather: Weather,
}

impl Default for MemoryCloud {
    fn default() -> Self {
        Self {
            answer: Arc::new(Mutex::new(Arc::new(|_| Ok(Vec::new())))),
            asked: Arc::default(),
            bill: Arc::default(),
            world: World::default(),
            weather: Weather::default(),
        }
    }
}

impl MemoryCloud {
    /// From now on checks are answered so.
    pub fn answers(
        &self,
        answer: impl Fn(&OrganizationRequest) -> Result<Vec<PurposeCheck>, StepError> + Send + Sync + 'static,
    ) {
        *lock(&self.answer) = Arc::new(answer);
    }

    /// What was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<OrganizationRequest> {
        lock(&self.asked).clone()
    }

    fn thing(&self, id: &str, after: &[&str], key: Option<String>, value: String) -> Box<dyn Component> {
        Box::new(Thing {
            id: ComponentId::new(id),
            after: after.iter().map(|name| ComponentId::new(*name)).collect(),
            key,
            value,
            world: self.world.clone(),
            weather: self.weather.clone(),
        })
    }

    fn unit(&self, organization: &str, name: &str) -> Box<dyn Component> {
        let key = format!("{organization}/{UNIT}/{name}");
        self.thing(&format!("{UNIT}/{name}"), &[UNIT], Some(key), UNIT.to_owned())
    }
}

const UNIT: &str = "unit";

#[async_trait]
impl CloudProvider for MemoryCloud {
    fn cloud(&self) -> Cloud {
        Cloud::Aws
    }

    fn permissions(&self) -> CloudPermissions {
        let identity = CloudIdentity::Tokens {
            issuer: "https://kore.example.org".to_owned(),
            subject: "kore".to_owned(),
            audience: "memory".to_owned(),
        };
        CloudPermissions {
            cloud: Cloud::Aws,
            identity,
            purposes: Vec::new(),
            boundary: None,
            templates: Vec::new(),
            warnings: Vec::new(),
        }
    }

    async fn estimate(
        &self,
        _: &OrganizationRequest,
        _: &serde_json::Value,
    ) -> Result<kore_api::preview::CostEstimate, StepError> {
        Ok(kore_api::preview::CostEstimate::none("nothing costs anything in memory".to_owned()))
    }

    async fn spent(&self, _: &OrganizationRequest, now: Timestamp) -> Result<Spent, StepError> {
        Ok(spent(month(now).0, now, "USD".to_owned(), lock(&self.bill).clone()))
    }

    async fn check(&self, request: &OrganizationRequest) -> Result<Vec<PurposeCheck>, StepError> {
        lock(&self.asked).push(request.clone());
        let answer = Arc::clone(&lock(&self.answer));
        answer(request)
    }

    fn kept(&self, request: &KeptRequest) -> Result<Components, StepError> {
        let name = &request.organization.name;
        let guardrails = serde_json::to_string(&request.common).unwrap_or_default();
        let mut all = vec![
            self.thing(UNIT, &[], Some(format!("{name}/{UNIT}")), UNIT.to_owned()),
            self.thing("guardrails", &[UNIT], Some(format!("{name}/guardrails")), guardrails),
        ];
        all.extend(request.units.iter().map(|unit| self.unit(name, unit)));
        Ok(all)
    }

    fn kept_leftovers(&self, request: &KeptRequest, keys: &[String]) -> Result<Components, StepError> {
        let name = &request.organization.name;
        let units = keys.iter().filter_map(|key| key.strip_prefix(&format!("{name}/{UNIT}/")));
        Ok(units.map(|unit| self.unit(name, unit)).collect())
    }

    fn known_as(&self, organization: &OrganizationRequest, name: &str, uid: &str) -> Result<String, StepError> {
        Ok(format!("{}/{name}-{uid}", organization.name))
    }

    fn account(&self, request: &AccountRequest) -> Result<Components, StepError> {
        let key = request.spec.close_when_deleted.then(|| request.known_as.clone());
        let unit = request.spec.organizational_unit.clone().unwrap_or_default();
        let held = request.guardrails.named().into_iter().filter(|(_, holds)| *holds);
        let held: Vec<_> = held.map(|(name, _)| name).collect();
        let value = format!("in unit {unit:?} under {}", held.join(" "));
        Ok(vec![self.thing(&request.known_as, &[], key, value)])
    }

    async fn account_number(&self, request: &AccountRequest) -> Result<Option<String>, StepError> {
        let at = self.world.keys().iter().position(|key| *key == request.known_as);
        Ok(at.map(|at| format!("{:012}", at + 1)))
    }
}
