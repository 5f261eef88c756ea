//! Organisations in clouds. Whether Kore is allowed what it needs there, their controller looks.

use std::sync::LazyLock;

use async_trait::async_trait;
use kore_api::{
    cloud::{CloudOrganization, CloudOrganizationSpec},
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
            "spec.aws.managementAccount" => self
                .spec
                .aws
                .as_ref()
                .map_or(FieldValue::Absent, |aws| FieldValue::Text(aws.management_account.as_str().into())),
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
        errors.extend(before.and_then(|before| zones_in_use(app, before, after)));
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
    let organization = before.name_any();
    let below = app.indexes.clusters.select(None, |cluster| {
        let account = app.indexes.account_of(cluster);
        account.is_some_and(|account| account.organization.name == organization)
    });
    if below.is_empty() {
        return None;
    }
    let detail = format!("clusters have zones below {}, and keep them: {}", was.domain, names(&below));
    Some(FieldError::new("/aws/parentZone", "inUse", detail))
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
