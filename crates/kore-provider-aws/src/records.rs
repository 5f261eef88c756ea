//! Zones of Amazon Route 53 and the records in them, as whoever has a session may read and change them.

use aws_sdk_route53::{
    error::BuildError,
    types::{Change, ChangeAction, ChangeBatch, ChangeStatus, ResourceRecord, ResourceRecordSet, RrType},
};

use crate::{
    cloud::Session,
    error::{Refusal, if_there},
    resolver::{NameServers, bare},
};

/// A hosted zone.
#[derive(Debug, Clone)]
pub(crate) struct HostedZone {
    /// Without `/hostedzone/`.
    pub(crate) id: String,
    /// Without the dot at its end.
    pub(crate) name: String,
    pub(crate) name_servers: NameServers,
}

/// Its id, without what the API writes before it.
pub(crate) fn id(written: &str) -> &str {
    written.trim_start_matches("/hostedzone/")
}

/// A hosted zone by its id.
pub(crate) async fn zone(session: &Session, id: &str) -> Result<Option<HostedZone>, Refusal> {
    let asked = session.route53().await?.get_hosted_zone().id(id).send().await;
    let found = if_there(session.answer(asked))?;
    Ok(found.and_then(|found| {
        let zone = found.hosted_zone()?;
        let servers = found.delegation_set().map(|set| set.name_servers()).unwrap_or_default();
        Some(HostedZone {
            id: id.to_owned(),
            name: bare(zone.name()),
            name_servers: servers.iter().map(|server| bare(server)).collect(),
        })
    }))
}

/// A record as it is; none where there is none, or no such zone.
pub(crate) async fn read(
    session: &Session,
    zone: &str,
    name: &str,
    kind: &RrType,
) -> Result<Option<ResourceRecordSet>, Refusal> {
    let client = session.route53().await?;
    let asked = client
        .list_resource_record_sets()
        .hosted_zone_id(zone)
        .start_record_name(name)
        .start_record_type(kind.clone())
        .max_items(1)
        .send()
        .await;
    let found = if_there(session.answer(asked))?.map(|found| found.resource_record_sets).unwrap_or_default();
    // The list begins where the record would be.
    Ok(found.into_iter().find(|record| bare(record.name()) == name && record.r#type() == kind))
}

/// What it says.
pub(crate) fn values(record: &ResourceRecordSet) -> impl Iterator<Item = &str> {
    record.resource_records().iter().map(ResourceRecord::value)
}

/// A record of these values.
pub(crate) fn record(
    name: &str,
    kind: RrType,
    seconds: i64,
    values: impl IntoIterator<Item = String>,
) -> Result<ResourceRecordSet, BuildError> {
    let values: Result<_, _> = values.into_iter().map(|value| ResourceRecord::builder().value(value).build()).collect();
    let record = ResourceRecordSet::builder().name(format!("{name}.")).r#type(kind).ttl(seconds);
    record.set_resource_records(Some(values?)).build()
}

/// Makes, changes or removes records, all or none; the id of the change, which takes a while to arrive everywhere.
pub(crate) async fn change(
    session: &Session,
    zone: &str,
    action: &ChangeAction,
    records: impl IntoIterator<Item = ResourceRecordSet>,
) -> Result<Option<String>, Refusal> {
    let changes: Result<_, _> = records
        .into_iter()
        .map(|record| Change::builder().action(action.clone()).resource_record_set(record).build())
        .collect();
    let batch = changes.and_then(|changes| ChangeBatch::builder().set_changes(Some(changes)).build());
    let batch = batch.map_err(|error| Refusal::unanswered(&error))?;
    let client = session.route53().await?;
    let asked = client.change_resource_record_sets().hosted_zone_id(zone).change_batch(batch).send().await;
    let answer = session.answer(asked)?;
    Ok(answer.change_info().map(|change| change.id().to_owned()))
}

/// Whether a change has arrived at every name server. One that nobody knows any more has.
pub(crate) async fn has_arrived(session: &Session, change: &str) -> Result<bool, Refusal> {
    let asked = session.route53().await?.get_change().id(change).send().await;
    let found = if_there(session.answer(asked))?;
    let status = found.and_then(|found| found.change_info().map(|change| change.status().clone()));
    Ok(status.is_none_or(|status| status == ChangeStatus::Insync))
}

/// Removes every record of a zone but those that it was made with.
pub(crate) async fn empty(session: &Session, zone: &HostedZone) -> Result<(), Refusal> {
    let is_own = |record: &ResourceRecordSet| {
        matches!(record.r#type(), RrType::Ns | RrType::Soa) && bare(record.name()) == zone.name
    };
    loop {
        let client = session.route53().await?;
        let page = client.list_resource_record_sets().hosted_zone_id(&zone.id).send().await;
        // A page is of more than the two that stay: one with nothing else is the last.
        let mut records = session.answer(page)?.resource_record_sets;
        records.retain(|record| !is_own(record));
        if records.is_empty() {
            return Ok(());
        }
        change(session, &zone.id, &ChangeAction::Delete, records).await?;
    }
}
