//! Who has which range of addresses. Clusters get theirs from their controller; what exists outside is
//! recorded here by administrators.

use std::{borrow::Cow, sync::LazyLock};

use async_trait::async_trait;
use kore_api::{
    address::{AddressPool, AddressPoolSpec, AddressReservationSpec, AddressReservationStatus, PoolRanges, Purpose},
    codes::Code,
    meta,
    names::TeamName,
    plan::Provider,
    problem::Problem,
};
use kore_domain::{
    access::{OpContext, Permission, Platform},
    addresses::{allot, candidates, describe_lack},
    query::{FieldValue, ListQuery, Lookup, RawQuery, page},
};
use kore_engine::provider::ClusterProvider;
use kore_store::AddressReservation;
use kube::{
    Api, ResourceExt,
    api::{ListParams, PostParams},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    App, AppError,
    audit::{Deed, changed},
    backend::{Backend, Found, ListPage, Place, WriteOptions, Written},
    kinds::{ADDRESS_RESERVATION, Change},
    rights::checked_text,
    rows::{self, loggable, named, preview, unlabelled, value, with_actions},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<AddressReservationSpec>("AddressReservation"));

/// A reservation never changes.
const REVISION: i64 = 1;

/// Name of the pool that a new installation begins with.
const STARTER: &str = "local";
/// Ranges for the services of local clusters: of the space for carriers (RFC 6598), which nobody's own
/// network should use, and outside of the installation's pool for nodes and pods.
const STARTER_SERVICES: &str = "100.92.0.0/15";

/// The back end of reservations.
pub(crate) struct Reservations;

struct Row(AddressReservation, String, String);

impl Lookup for Row {
    fn field(&self, name: &str) -> FieldValue<'_> {
        let row = &self.0;
        match name {
            "metadata.name" => FieldValue::Text(self.1.as_str().into()),
            "metadata.creationTimestamp" => FieldValue::Time(row.created_at),
            "spec.cidr" => FieldValue::Text(self.2.as_str().into()),
            "status.purpose" => FieldValue::Text(row.purpose.name().into()),
            "status.pool" => FieldValue::Text(row.pool.as_str().into()),
            "status.owner" => FieldValue::Text(row.object.as_str().into()),
            _ => FieldValue::Absent,
        }
    }

    fn unique(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.1)
    }
}

fn object(row: &AddressReservation) -> Result<Value, AppError> {
    let metadata = rows::metadata(&row.id, row.id, REVISION, row.created_at);
    let spec = AddressReservationSpec { cidr: row.cidr, note: row.note.clone() };
    let status = AddressReservationStatus {
        purpose: row.purpose,
        pool: row.pool.clone(),
        owner: row.object.clone(),
        made_by: row.made_by.clone(),
    };
    value(&rows::object(&ADDRESS_RESERVATION, metadata, spec, Some(status)))
}

fn deed(change: Change, what: String, spec: &AddressReservationSpec) -> Deed {
    let (before, after) = match change {
        Change::Delete => (Some(spec), None),
        Change::Create | Change::Update => (None, Some(spec)),
    };
    let action = ADDRESS_RESERVATION.action(change);
    Deed { action, team: None, object: what, detail: Some(spec.cidr.to_string()), changes: changed(before, after) }
}

/// Makes the pool that local clusters take their addresses from, where no pool is for them. `pods` is what
/// the installation was told to use.
///
/// # Errors
/// [`AppError`] of the management cluster.
pub async fn found_address_pool(kube: &kube::Client, pods: &str) -> Result<(), AppError> {
    let api: Api<AddressPool> = Api::all(kube.clone());
    let there = api.list(&ListParams::default()).await?;
    if there.items.iter().any(|pool| pool.spec.provider == Provider::Local) {
        return Ok(());
    }
    let of = |cidr: &str, prefix: u8| -> Result<Option<PoolRanges>, AppError> {
        Ok(Some(PoolRanges { cidrs: vec![cidr.parse().map_err(AppError::internal)?], prefix }))
    };
    let spec = AddressPoolSpec {
        provider: Provider::Local,
        region: None,
        stage: None,
        description: Some("Made at the first start: addresses of clusters on this machine.".to_owned()),
        node: None,
        pod: of(pods, 20)?,
        service: of(STARTER_SERVICES, 22)?,
    };
    let parameters = PostParams { field_manager: Some(meta::MANAGER_API.to_owned()), ..PostParams::default() };
    match api.create(&parameters, &AddressPool::new(STARTER, spec)).await {
        Err(kube::Error::Api(status)) if status.code == 409 => Ok(()),
        made => Ok(made.map(drop)?),
    }
}

/// Refuses a cluster that no pool has ranges for. Its controller gives it these; this is to say so before.
pub(crate) async fn check_room(app: &App, provider: &dyn ClusterProvider, parameters: &Value) -> Result<(), AppError> {
    if provider.purposes().is_empty() {
        return Ok(());
    }
    let pools = app.indexes.address_pools.list(None);
    let named: Vec<_> = pools.iter().map(|pool| (pool.name_any(), &pool.spec)).collect();
    let named = named.iter().map(|(name, spec)| (name.as_str(), *spec));
    let pools = candidates(named, provider.provider(), parameters);
    let mut taken = provider.occupied().await.map_err(|error| AppError::from_step(&error))?;
    taken.extend(app.store.addresses().await?.into_iter().map(|row| row.cidr));
    match allot(&pools, provider.purposes(), &[], &taken, 0) {
        Ok(_) => Ok(()),
        Err(lacking) => Err(AppError::new(Code::AddressesExhausted, describe_lack(&lacking))),
    }
}

#[async_trait]
impl Backend for Reservations {
    async fn list(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        raw: &RawQuery<'_>,
    ) -> Result<ListPage, AppError> {
        let proof = app.authorize(cx, Permission::AddressRead, Platform, "addressreservations").await?;
        let query = ListQuery::parse(raw, ADDRESS_RESERVATION.fields, &app.page_key, ADDRESS_RESERVATION.plural)?;
        let row = |row: AddressReservation| {
            let (name, cidr) = (row.id.to_string(), row.cidr.to_string());
            Row(row, name, cidr)
        };
        let rows: Vec<_> = app.store.list_addresses(&proof).await?.into_iter().map(row).collect();
        let page = page(&rows, &query, &app.page_key);
        let revision = rows.len().to_string();
        ListPage::of(page, revision, |row| object(&row.0))
    }

    async fn get(&self, app: &App, cx: &OpContext, place: &Place) -> Result<Found, AppError> {
        let what = format!("addressreservation/{}", loggable(&place.name));
        let proof = app.authorize(cx, Permission::AddressRead, Platform, &what).await?;
        let id: Uuid = place.name.parse().map_err(|_| AppError::hidden())?;
        let row = app.store.address(&proof, id).await?.ok_or_else(AppError::hidden)?;
        let mut object = object(&row)?;
        let writes = row.purpose == Purpose::External
            && cx.may(Permission::AddressWrite, &kore_domain::access::Resource::Platform);
        with_actions(&mut object, if writes { &["delete"] } else { &[] });
        Ok(Found { object, etag: Some(REVISION.to_string()) })
    }

    async fn create(
        &self,
        app: &App,
        cx: &OpContext,
        _: Option<&TeamName>,
        body: Value,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let action = ADDRESS_RESERVATION.action(Change::Create);
        let what = "addressreservation/external".to_owned();
        let proof = app.authorize_to(cx, &action, Permission::AddressWrite, Platform, &what).await?;
        let input = DECODER.read::<AddressReservationSpec>(&body)?;
        unlabelled(ADDRESS_RESERVATION.name, &input.metadata)?;
        let (spec, mut errors) = (input.spec, Vec::new());
        if !named(&body).is_empty() {
            errors.push(strict::error("/metadata/name", "maxLength", "the server names reservations"));
        }
        if spec.cidr.trunc() != spec.cidr {
            let why = format!("is an address within {}", spec.cidr.trunc());
            errors.push(strict::error("/spec/cidr", "network", why));
        }
        checked_text("/spec/note", &spec.note, &mut errors);
        if !errors.is_empty() {
            return Err(strict::invalid(ADDRESS_RESERVATION.name, errors));
        }
        if let Some(preview) = preview(options, &what, &body, &Value::Null, &value(&spec)?)? {
            return Ok(preview);
        }
        let made = async {
            match app.store.record_address(&proof, &spec, cx.now).await? {
                Ok(made) => Ok(made),
                Err(other) => {
                    let who = if other.object.is_empty() { other.note } else { other.object };
                    let detail = format!("{} overlaps {}, which is reserved for {who}", spec.cidr, other.cidr);
                    Err(Problem::new(Code::AddressesOverlap, detail).with("owner", who).into())
                }
            }
        };
        let made = app.attempt(cx, deed(Change::Create, what, &spec), made).await?;
        Ok(Written::made(object(&made)?, REVISION))
    }

    async fn delete(
        &self,
        app: &App,
        cx: &OpContext,
        place: &Place,
        options: &WriteOptions,
    ) -> Result<Written, AppError> {
        let what = format!("addressreservation/{}", loggable(&place.name));
        let action = ADDRESS_RESERVATION.action(Change::Delete);
        let proof = app.authorize_to(cx, &action, Permission::AddressWrite, Platform, &what).await?;
        let reads = cx.authorize(Permission::AddressRead, Platform)?;
        let id: Uuid = place.name.parse().map_err(|_| AppError::hidden())?;
        let row = app.store.address(&reads, id).await?.ok_or_else(AppError::hidden)?;
        options.check(REVISION)?;
        if row.purpose != Purpose::External {
            let detail = format!("{} is reserved for {}", row.cidr, row.object);
            return Err(Problem::new(Code::InUse, detail).with_fix("it is free once that is gone").into());
        }
        let shown = object(&row)?;
        let spec = AddressReservationSpec { cidr: row.cidr, note: row.note.clone() };
        if let Some(preview) = preview(options, &what, &shown, &value(&spec)?, &Value::Null)? {
            return Ok(preview);
        }
        let gone = async { Ok(app.store.forget_address(&proof, id).await?) };
        app.attempt(cx, deed(Change::Delete, what, &spec), gone).await?;
        Ok(Written::gone(shown))
    }
}
