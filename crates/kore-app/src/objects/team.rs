//! Teams. Whoever makes one is its first owner.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use async_trait::async_trait;
use kore_api::{
    codes::Code,
    condition::Condition,
    meta,
    names::TeamName,
    problem::Problem,
    team::{Team, TeamSpec},
};
use kore_domain::{
    access::{OpContext, Permission, Resource},
    query::FieldValue,
};
use kore_kube::index::Index;
use kube::{Api, Client, ResourceExt};
use uuid::Uuid;

use super::{Sight, Stored, Verdict, names};
use crate::{
    App, AppError,
    backend::Place,
    kinds::{Kind, TEAM},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<TeamSpec>("Team"));

#[async_trait]
impl Stored for Team {
    fn entry() -> &'static Kind {
        &TEAM
    }

    fn decoder() -> &'static Decoder {
        &DECODER
    }

    fn make(name: &str, spec: TeamSpec) -> Self {
        Self::new(name, spec)
    }

    fn index(app: &App) -> &Index<Self> {
        &app.indexes.teams
    }

    fn api(client: &Client, _: Option<&TeamName>) -> Api<Self> {
        Api::all(client.clone())
    }

    fn resource(place: &Place) -> Option<Resource> {
        place.name.parse().ok().map(Resource::Team)
    }

    fn lookup(&self, field: &str) -> FieldValue<'_> {
        match field {
            "spec.displayName" => self.spec.display_name.as_deref().into(),
            _ => FieldValue::Absent,
        }
    }

    fn conditions(&self) -> &[Condition] {
        self.status.as_ref().map_or(&[], |status| &status.conditions)
    }

    fn visible(&self, sight: &Sight) -> bool {
        sight.visibility.shows(self.metadata.name.as_deref().unwrap_or_default())
    }

    async fn admit(app: &App, cx: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError> {
        guard_labels(app, cx, before, after)?;
        match before {
            None if after.spec.id.is_empty() => after.spec.id = Uuid::now_v7().to_string(),
            None => {
                let detail = "is minted by the server; leave it out";
                return Err(strict::invalid("Team", vec![strict::error("/spec/id", "reserved", detail)]));
            }
            Some(before) if after.spec.id.is_empty() => after.spec.id.clone_from(&before.spec.id),
            Some(before) if after.spec.id != before.spec.id => {
                let problem = Problem::new(Code::InputImmutable, "the id of a team never changes");
                return Err(problem.with_field("/spec/id", "immutable", "never changes").into());
            }
            Some(_) => {}
        }
        let mut view = serde_json::to_value(&after.spec).map_err(AppError::internal)?;
        // A fresh id is different in every preview of the same thing.
        if before.is_none()
            && let Some(view) = view.as_object_mut()
        {
            view.remove("id");
        }
        let before = before.map(|before| serde_json::to_value(&before.spec)).transpose().map_err(AppError::internal)?;
        Ok(Verdict { before, after: view, ..Verdict::default() })
    }

    async fn releasable(&self, app: &App) -> Result<(), AppError> {
        let Ok(team) = self.name_any().parse::<TeamName>() else { return Ok(()) };
        let clusters = app.indexes.clusters.list(Some(&meta::team_namespace(&team)));
        let accounts = app.indexes.accounts.select(None, |account| account.spec.team.as_ref() == Some(&team));
        if clusters.is_empty() && accounts.is_empty() {
            return Ok(());
        }
        if clusters.is_empty() {
            let (listed, count) = (names(&accounts), accounts.len());
            let problem = Problem::new(Code::StillOwns, format!("team {team} still owns {count} accounts: {listed}"));
            let problem = problem.with("accounts", listed).with("count", count.to_string());
            return Err(problem.with_fix("delete them first: kore account delete NAME").into());
        }
        let listed = names(&clusters);
        let problem =
            Problem::new(Code::StillOwns, format!("team {team} still owns {} clusters: {listed}", clusters.len()));
        Err(problem.with("clusters", listed).with("count", clusters.len().to_string()).into())
    }

    /// The creator's membership comes first: a team that nobody owns would be nobody's to see. A row
    /// whose team never came to be is removed by the sweeper.
    async fn intend(&self, app: &App, cx: &OpContext) -> Result<(), AppError> {
        app.intend_owner(cx, &name(self)?, &self.spec.id).await
    }

    /// Whoever made it is its owner, and what is left of an earlier team of this name, or of somebody who
    /// made one at the same moment, is no membership of it.
    async fn confirm(&self, app: &App, cx: &OpContext) -> Result<(), AppError> {
        app.confirm_owner(cx, &name(self)?, &self.spec.id).await
    }

    async fn withdraw(&self, app: &App, cx: &OpContext) -> Result<(), AppError> {
        app.forget_members(cx, &name(self)?, &self.spec.id).await
    }

    async fn gone(&self, app: &App, cx: &OpContext) -> Result<(), AppError> {
        app.forget_members(cx, &name(self)?, &self.spec.id).await
    }
}

fn name(team: &Team) -> Result<TeamName, AppError> {
    team.name_any().parse().map_err(|_| strict::bad_name(&team.name_any()))
}

/// Labels that plans and policies go by are set by whoever may write policies: a team's own people would
/// else get out of what holds for it.
fn guard_labels(app: &App, cx: &OpContext, before: Option<&Team>, after: &Team) -> Result<(), AppError> {
    let none = BTreeMap::new();
    let (old, new) = (before.map_or(&none, ResourceExt::labels), after.labels());
    let changed: Vec<&String> = old.keys().chain(new.keys()).filter(|key| old.get(*key) != new.get(*key)).collect();
    if changed.is_empty() || cx.may(Permission::PolicyWrite, &Resource::Platform) {
        return Ok(());
    }
    let plans = app.indexes.plans.list(None);
    let policies = app.indexes.plan_policies.list(None);
    let allocations = plans.iter().map(|plan| &plan.spec.teams).chain(policies.iter().map(|policy| &policy.spec.teams));
    let meant: BTreeSet<&String> = allocations.flat_map(|one| one.labels.keys()).collect();
    let Some(key) = changed.into_iter().find(|key| meant.contains(key)) else { return Ok(()) };
    let detail = format!("plans or policies go by the label {key}: only who may write policies sets it");
    let pointer = format!("/metadata/labels/{}", key.replace('~', "~0").replace('/', "~1"));
    Err(Problem::new(Code::AuthForbidden, detail.clone()).with_field(pointer, "reserved", detail).into())
}
