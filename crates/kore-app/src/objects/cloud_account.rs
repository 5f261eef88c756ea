//! Accounts in clouds. Their controller makes them.

use std::sync::LazyLock;

use async_trait::async_trait;
use kore_api::{
    cloud::{CloudAccount, CloudAccountSpec},
    cluster::Cluster,
    codes::Code,
    condition::Condition,
    names::{AccountName, TeamName},
    operation::OperationAction,
    problem::{FieldError, Problem},
};
use kore_domain::{
    access::{OpContext, Resource},
    cloud::check_account,
    plan::prefixed,
    query::FieldValue,
};
use kore_kube::index::Index;
use kube::{Api, Client, ResourceExt};

use super::{Outlook, Sight, Stored, Verdict, account_rule::unknown_organization, names, new_account};
use crate::{
    App, AppError,
    backend::Place,
    kinds::{CLOUD_ACCOUNT, Kind},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<CloudAccountSpec>("CloudAccount"));

#[async_trait]
impl Stored for CloudAccount {
    fn entry() -> &'static Kind {
        &CLOUD_ACCOUNT
    }

    fn decoder() -> &'static Decoder {
        &DECODER
    }

    fn make(name: &str, spec: CloudAccountSpec) -> Self {
        Self::new(name, spec)
    }

    fn index(app: &App) -> &Index<Self> {
        &app.indexes.accounts
    }

    fn api(client: &Client, _: Option<&TeamName>) -> Api<Self> {
        Api::all(client.clone())
    }

    fn resource(place: &Place) -> Option<Resource> {
        place.name.parse::<AccountName>().ok().map(|_| Resource::Platform)
    }

    fn lookup(&self, field: &str) -> FieldValue<'_> {
        let status = self.status.as_ref();
        match field {
            "spec.organization" => FieldValue::Text(self.spec.organization.as_str().into()),
            "spec.team" => self.spec.team.as_ref().map(TeamName::as_str).into(),
            "spec.stage" => self.spec.stage.as_deref().into(),
            "status.account" => status.and_then(|status| status.account.as_deref()).into(),
            _ => FieldValue::Absent,
        }
    }

    fn conditions(&self) -> &[Condition] {
        self.status.as_ref().map_or(&[], |status| &status.conditions)
    }

    fn visible(&self, sight: &Sight) -> bool {
        sight.clouds()
    }

    fn has_operation(&self, _: OperationAction) -> bool {
        true
    }

    async fn outlook(app: &App, before: Option<&Self>, after: Option<&Self>) -> Result<Outlook, AppError> {
        let (None, Some(after)) = (before, after) else { return Ok(Outlook::default()) };
        let Ok(name) = after.name_any().parse() else { return Ok(Outlook::default()) };
        // One that is there already needs no room.
        if after.spec.existing.is_some() {
            return Ok(Outlook::default());
        }
        Ok(Outlook { beforehand: new_account::beforehand(app, &name, &after.spec).await, ..Outlook::default() })
    }

    async fn releasable(&self, app: &App) -> Result<(), AppError> {
        let name = self.name_any();
        let is_in =
            |cluster: &Cluster| cluster.status.as_ref().is_some_and(|status| status.account.as_ref() == Some(&name));
        let clusters = app.indexes.clusters.select(None, is_in);
        if clusters.is_empty() {
            return Ok(());
        }
        let listed = names(&clusters);
        let problem = Problem::new(Code::InUse, format!("account {name} has clusters: {listed}"));
        Err(problem.with("clusters", listed).with_fix("delete them first: kore cluster delete TEAM/NAME").into())
    }

    async fn admit(app: &App, _: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError> {
        let spec = &after.spec;
        if let Some(before) = before {
            for (path, is_same) in [
                ("/spec/organization", before.spec.organization == spec.organization),
                ("/spec/team", before.spec.team == spec.team),
                ("/spec/existing", before.spec.existing == spec.existing),
            ] {
                if !is_same {
                    let problem = Problem::new(Code::InputImmutable, "whose an account is, and where, never changes");
                    return Err(problem.with_field(path, "immutable", "never changes").into());
                }
            }
        }
        let mut errors = check_account(spec);
        errors.extend(unknown_organization(app, &spec.organization));
        let is_unknown = |team: &&TeamName| app.indexes.teams.get(None, team.as_str()).is_none();
        if let Some(team) = spec.team.as_ref().filter(is_unknown) {
            errors.push(FieldError::new("/team", "exists", format!("there is no team {team}")));
        }
        errors.extend(twin(app, after));
        if !errors.is_empty() {
            return Err(strict::invalid("CloudAccount", prefixed(errors, "/spec")));
        }
        let mut verdict = Verdict::of_specs(before.map(|before| &before.spec), spec)?;
        if spec.close_when_deleted && before.is_none_or(|before| !before.spec.close_when_deleted) {
            verdict.warnings.push("the account, with everything in it, is closed when this is deleted".to_owned());
        }
        if let (Some(number), None) = (&spec.existing, before) {
            let what = "moves into Kore's unit: its guardrails hold for everything in it from then on";
            verdict.warnings.push(format!("account {number} {what}"));
        }
        Ok(verdict)
    }
}

/// Two objects about one account would work against each other.
fn twin(app: &App, this: &CloudAccount) -> Option<FieldError> {
    let number = this.spec.existing.as_ref()?;
    let is_it = |one: &CloudAccount| {
        let has = one.status.as_ref().and_then(|status| status.account.as_ref());
        one.name_any() != this.name_any() && (one.spec.existing.as_ref() == Some(number) || has == Some(number))
    };
    let others = app.indexes.accounts.select(None, is_it);
    let other = others.first()?;
    Some(FieldError::new("/existing", "unique", format!("account {number} is there already, as {}", other.name_any())))
}
