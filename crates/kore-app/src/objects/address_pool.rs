//! Pools of addresses. A pool that somebody has a range of stays, and keeps that range.

use std::sync::LazyLock;

use async_trait::async_trait;
use kore_api::{
    address::{AddressPool, AddressPoolSpec, Purpose},
    codes::Code,
    condition::Condition,
    names::{PoolName, TeamName},
    problem::Problem,
};
use kore_domain::{
    access::{OpContext, Resource},
    addresses::{faults, is_of},
    query::FieldValue,
};
use kore_kube::index::Index;
use kore_store::AddressReservation;
use kube::{Api, Client, ResourceExt};

use super::{Sight, Stored, Verdict};
use crate::{
    App, AppError,
    backend::Place,
    kinds::{ADDRESS_POOL, Kind},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<AddressPoolSpec>("AddressPool"));

const PURPOSES: [Purpose; 3] = [Purpose::Node, Purpose::Pod, Purpose::Service];

#[async_trait]
impl Stored for AddressPool {
    fn entry() -> &'static Kind {
        &ADDRESS_POOL
    }

    fn decoder() -> &'static Decoder {
        &DECODER
    }

    fn make(name: &str, spec: AddressPoolSpec) -> Self {
        Self::new(name, spec)
    }

    fn index(app: &App) -> &Index<Self> {
        &app.indexes.address_pools
    }

    fn api(client: &Client, _: Option<&TeamName>) -> Api<Self> {
        Api::all(client.clone())
    }

    fn resource(place: &Place) -> Option<Resource> {
        place.name.parse::<PoolName>().ok().map(|_| Resource::Platform)
    }

    fn lookup(&self, field: &str) -> FieldValue<'_> {
        match field {
            "spec.provider" => FieldValue::Text(super::word(&self.spec.provider).into()),
            "spec.region" => self.spec.region.as_deref().into(),
            "spec.stage" => self.spec.stage.as_deref().into(),
            _ => FieldValue::Absent,
        }
    }

    fn conditions(&self) -> &[Condition] {
        &[]
    }

    fn visible(&self, sight: &Sight) -> bool {
        sight.pools()
    }

    async fn admit(app: &App, _: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError> {
        if before.is_some_and(|before| before.spec.provider != after.spec.provider) {
            let problem = Problem::new(Code::InputImmutable, "the provider of a pool never changes");
            return Err(problem.with_field("/spec/provider", "immutable", "never changes").into());
        }
        let mut errors = Vec::new();
        for purpose in PURPOSES {
            if let Some(ranges) = after.spec.of(purpose) {
                errors.extend(faults(ranges, &format!("/spec/{}", purpose.name())));
            }
        }
        if PURPOSES.iter().all(|purpose| after.spec.of(*purpose).is_none()) {
            errors.push(strict::error("/spec", "required", "a pool has ranges for node, pod or service"));
        }
        if !errors.is_empty() {
            return Err(strict::invalid("AddressPool", errors));
        }
        if let Some(provider) = app.providers.get(&after.spec.provider) {
            provider.fits(&after.spec).map_err(|error| AppError::from_step(&error))?;
        }
        if let Some(before) = before {
            let lost =
                |row: &AddressReservation| !after.spec.of(row.purpose).is_some_and(|ranges| is_of(ranges, row.cidr));
            used(app, &before.name_any(), "would lose", lost).await?;
        }
        Verdict::of_specs(before.map(|before| &before.spec), &after.spec)
    }

    async fn releasable(&self, app: &App) -> Result<(), AppError> {
        used(app, &self.name_any(), "has given", |_| true).await
    }
}

/// Refuses when somebody has such a range of the pool.
async fn used(app: &App, pool: &str, verb: &str, such: impl Fn(&AddressReservation) -> bool) -> Result<(), AppError> {
    let rows = app.store.addresses().await?;
    let rows: Vec<_> = rows.iter().filter(|row| row.pool == pool && such(row)).collect();
    let Some(first) = rows.first() else { return Ok(()) };
    let more = if rows.len() > 1 { format!(" and {} others", rows.len() - 1) } else { String::new() };
    let detail = format!("pool {pool} {verb} {} of {}{more}", first.cidr, first.object);
    let problem = Problem::new(Code::InUse, detail).with("owner", first.object.clone());
    Err(problem.with_fix("delete what has the ranges first: kore address-pool reservations").into())
}
