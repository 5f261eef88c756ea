//! Organisations in clouds. Whether Kore is allowed what it needs there, their controller looks.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use async_trait::async_trait;
use kore_api::{
    cloud::{CloudOrganization, CloudOrganizationSpec},
    cluster::Cluster,
    codes::Code,
    condition::Condition,
    names::{OrganizationName, TeamName},
    problem::{FieldError, Problem},
};
use kore_domain::{
    access::{OpContext, Resource},
    cloud::{check_organization, fixed_changes},
    plan::prefixed,
    query::FieldValue,
};
use kore_kube::index::Index;
use kube::{Api, Client, ResourceExt};

use super::{Sight, Stored, Verdict, names};
use crate::{
    App, AppError,
    backend::Place,
    kinds::{CLOUD_ORGANIZATION, Kind},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<CloudOrganizationSpec>("CloudOrganization"));

#[async_trait]
impl Stored for CloudOrganization {
    fn entry() -> &'static Kind {
        &CLOUD_ORGANIZATION
    }

    fn decoder() -> &'static Decoder {
        &DECODER
    }

    fn make(name: &str, spec: CloudOrganizationSpec) -> Self {
        Self::new(name, spec)
    }

    fn index(app: &App) -> &Index<Self> {
        &app.indexes.organizations
    }

    fn api(client: &Client, _: Option<&TeamName>) -> Api<Self> {
        Api::all(client.clone())
    }

    fn resource(place: &Place) -> Option<Resource> {
        place.name.parse::<OrganizationName>().ok().map(|_| Resource::Platform)
    }

    fn lookup(&self, field: &str) -> FieldValue<'_> {
        match field {
            "spec.provider" => FieldValue::Text(self.spec.provider.name().into()),
            "spec.aws.managementAccount" => self.spec.aws.as_ref().map(|aws| aws.management_account.as_str()).into(),
            "status.checkedAt" => {
                self.status.as_ref().and_then(|status| status.checked_at).map_or(FieldValue::Absent, FieldValue::Time)
            }
            _ => FieldValue::Absent,
        }
    }

    fn conditions(&self) -> &[Condition] {
        self.status.as_ref().map_or(&[], |status| &status.conditions)
    }

    fn visible(&self, sight: &Sight) -> bool {
        sight.clouds()
    }

    async fn admit(app: &App, _: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError> {
        let fixed = before.map(|before| fixed_changes(&before.spec, &after.spec)).unwrap_or_default();
        if !fixed.is_empty() {
            let problem =
                Problem::new(Code::InputImmutable, "which organisation it is never changes: connect another one");
            return Err(Problem { errors: prefixed(fixed, "/spec"), ..problem }.into());
        }
        let mut errors = check_organization(&after.spec);
        errors.extend(twin(app, after));
        if let Some(before) = before {
            errors.extend(zones_in_use(app, before, after));
            errors.extend(regions_in_use(app, before, after));
            errors.extend(moved_while_kept(before, after));
        }
        if !errors.is_empty() {
            return Err(strict::invalid("CloudOrganization", prefixed(errors, "/spec")));
        }
        let mut verdict = Verdict::of_specs(before.map(|before| &before.spec), &after.spec)?;
        if after.spec.paused {
            verdict.warnings.push("the organisation is paused: nothing is done there until it is not".to_owned());
        }
        Ok(verdict)
    }

    async fn releasable(&self, app: &App) -> Result<(), AppError> {
        let name = self.name_any();
        let rules = app.indexes.account_rules.select(None, |rule| rule.spec.organization.as_str() == name);
        let accounts = app.indexes.accounts_in(&name);
        if !accounts.is_empty() {
            let listed = names(&accounts);
            let problem = Problem::new(Code::InUse, format!("cloud {name} has accounts: {listed}"));
            return Err(problem
                .with("accounts", listed)
                .with_fix("delete them first: kore account delete NAME")
                .into());
        }
        if rules.is_empty() {
            return Ok(());
        }
        let listed = names(&rules);
        let problem = Problem::new(Code::InUse, format!("cloud {name} is used by account rules: {listed}"));
        Err(problem.with("rules", listed).with_fix("delete them first: kore account-rule delete NAME").into())
    }
}

/// Zones below one that is to be another: they would be left where nobody takes them away.
fn zones_in_use(app: &App, before: &CloudOrganization, after: &CloudOrganization) -> Option<FieldError> {
    let parent = |one: &CloudOrganization| one.spec.aws.as_ref().and_then(|aws| aws.parent_zone.clone());
    let was = parent(before).filter(|was| parent(after).as_ref() != Some(was))?;
    let below = clusters_of(app, before);
    if below.is_empty() {
        return None;
    }
    let detail = format!("clusters have zones below {}, and keep them: {}", was.domain, names(&below));
    Some(FieldError::new("/aws/parentZone", "inUse", detail))
}

fn clusters_of(app: &App, organization: &CloudOrganization) -> Vec<Arc<Cluster>> {
    let name = organization.name_any();
    app.indexes.clusters.select(None, |cluster| {
        app.indexes.account_of(cluster).is_some_and(|account| account.organization.name == name)
    })
}

/// Regions that clusters are in: the guardrails of accounts shut out every other, for those clusters and for Kore.
fn regions_in_use(app: &App, before: &CloudOrganization, after: &CloudOrganization) -> Option<FieldError> {
    let of = |one: &CloudOrganization| one.spec.aws.as_ref().map(|aws| aws.regions.clone()).unwrap_or_default();
    let left: BTreeSet<_> = of(after).into_iter().collect();
    if of(before).iter().all(|region| left.contains(region)) {
        return None;
    }
    let mut there = clusters_of(app, before);
    there.retain(|cluster| {
        let parameters = cluster.status.as_ref().and_then(|status| status.parameters.as_ref());
        let region = parameters.and_then(|parameters| parameters.get("region")?.as_str());
        region.is_some_and(|region| !left.contains(region))
    });
    let detail = format!("clusters are in regions that would be shut out: {}", names(&there));
    (!there.is_empty()).then(|| FieldError::new("/aws/regions", "inUse", detail))
}

/// What Kore keeps in an organisation stays where it was made: it would be made a second time elsewhere, and the first forgotten.
fn moved_while_kept(before: &CloudOrganization, after: &CloudOrganization) -> Vec<FieldError> {
    let (Some(was), Some(is)) = (&before.spec.aws, &after.spec.aws) else { return Vec::new() };
    if before.finalizers().is_empty() {
        return Vec::new();
    }
    let fields = [
        ("/aws/homeRegion", was.home_region != is.home_region),
        ("/aws/organizationalUnit", was.organizational_unit != is.organizational_unit),
    ];
    let moved = fields.into_iter().filter(|(_, moved)| *moved);
    let detail = "does not change once Kore keeps something there: delete its rules and accounts, and connect it anew";
    moved.map(|(path, _)| FieldError::new(path, "inUse", detail)).collect()
}

/// Two objects about one organisation would work against each other.
fn twin(app: &App, this: &CloudOrganization) -> Option<FieldError> {
    let which =
        |one: &CloudOrganization| one.spec.aws.as_ref().map(|aws| (aws.partition, aws.management_account.clone()));
    let mine = which(this)?;
    let others = app
        .indexes
        .organizations
        .select(None, |one| one.name_any() != this.name_any() && which(one).as_ref() == Some(&mine));
    let other = others.first()?;
    let detail = format!("{} is connected already, as {}", mine.1, other.name_any());
    Some(FieldError::new("/aws/managementAccount", "unique", detail))
}
