//! Rules that give teams accounts.

use std::sync::LazyLock;

use async_trait::async_trait;
use kore_api::{
    cloud::{AccountMode, AccountRule, AccountRuleSpec},
    codes::Code,
    condition::Condition,
    names::{OrganizationName, RuleName, TeamName},
    problem::{FieldError, Problem},
};
use kore_domain::{
    access::{OpContext, Resource},
    account_rule::check_rule,
    plan::prefixed,
    query::FieldValue,
};
use kore_kube::index::Index;
use kube::{Api, Client, ResourceExt};

use super::{Sight, Stored, Verdict, plan::unknown_teams, word};
use crate::{
    App, AppError,
    backend::Place,
    kinds::{ACCOUNT_RULE, Kind},
    strict::{self, Decoder},
};

static DECODER: LazyLock<Decoder> = LazyLock::new(|| Decoder::of::<AccountRuleSpec>("AccountRule"));

#[async_trait]
impl Stored for AccountRule {
    fn entry() -> &'static Kind {
        &ACCOUNT_RULE
    }

    fn decoder() -> &'static Decoder {
        &DECODER
    }

    fn make(name: &str, spec: AccountRuleSpec) -> Self {
        Self::new(name, spec)
    }

    fn index(app: &App) -> &Index<Self> {
        &app.indexes.account_rules
    }

    fn api(client: &Client, _: Option<&TeamName>) -> Api<Self> {
        Api::all(client.clone())
    }

    fn resource(place: &Place) -> Option<Resource> {
        place.name.parse::<RuleName>().ok().map(|_| Resource::Platform)
    }

    fn lookup(&self, field: &str) -> FieldValue<'_> {
        match field {
            "spec.organization" => FieldValue::Text(self.spec.organization.as_str().into()),
            "spec.accounts.mode" => FieldValue::Text(word(&self.spec.accounts.mode).into()),
            "spec.priority" => FieldValue::Number(self.spec.priority.into()),
            _ => FieldValue::Absent,
        }
    }

    fn conditions(&self) -> &[Condition] {
        &[]
    }

    fn visible(&self, sight: &Sight) -> bool {
        sight.clouds()
    }

    async fn admit(app: &App, _: &OpContext, before: Option<&Self>, after: &mut Self) -> Result<Verdict, AppError> {
        let spec = &after.spec;
        if before.is_some_and(|before| before.spec.organization != spec.organization) {
            let problem = Problem::new(Code::InputImmutable, "the organisation of a rule never changes");
            return Err(problem.with_field("/spec/organization", "immutable", "never changes").into());
        }
        let mut errors = check_rule(spec);
        errors.extend(unknown_organization(app, &spec.organization));
        if !errors.is_empty() {
            return Err(strict::invalid("AccountRule", prefixed(errors, "/spec")));
        }
        let mut verdict = Verdict::of_specs(before.map(|before| &before.spec), spec)?;
        verdict.warnings.extend(unknown_teams(app, &spec.teams));
        if spec.accounts.mode == AccountMode::Existing && (spec.teams.all || !spec.teams.labels.is_empty()) {
            verdict.warnings.push("every team that it is for shares the one account".to_owned());
        }
        Ok(verdict)
    }
}

/// An organisation that is not connected.
pub(super) fn unknown_organization(app: &App, name: &OrganizationName) -> Option<FieldError> {
    let wanted = name.as_str();
    if app.indexes.organizations.get(None, wanted).is_some() {
        return None;
    }
    let known: Vec<_> = app.indexes.organizations.list(None).iter().map(|one| one.name_any()).collect();
    let hint = strict::nearest(wanted, &known).map(|name| format!("; did you mean {name:?}?")).unwrap_or_default();
    Some(FieldError::new("/organization", "exists", format!("no cloud {wanted:?} is connected{hint}")))
}
