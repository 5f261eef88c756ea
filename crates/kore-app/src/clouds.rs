//! Questions about clouds, and to them.

use kore_api::{
    cloud::{AccountRuleAnswer, Cloud, CloudOrganization, CloudPermissions},
    codes::Code,
    meta,
    names::TeamName,
    problem::Problem,
};
use kore_domain::{
    access::{OpContext, Permission, Platform},
    account_rule::{Named, Question, verdicts, which},
    cloud::{plan_of, vended},
};
use kube::ResourceExt;
use serde_json::Value;

use crate::{
    App, AppError,
    audit::Deed,
    envelope,
    objects::{Stored, note, seen},
};

/// As the audit trail has it.
pub const CHECK: &str = "cloudorganization.check";

impl App {
    /// What Kore needs to be allowed in a cloud, filled in for this installation.
    ///
    /// # Errors
    /// 403, 404 for a cloud that this installation does not know.
    pub async fn cloud_permissions(&self, cx: &OpContext, cloud: &str) -> Result<CloudPermissions, AppError> {
        self.authorize(cx, Permission::CloudRead, Platform, "cloud").await?;
        let cloud: Cloud = cloud.parse().map_err(|_| AppError::hidden())?;
        Ok(self.clouds.get(&cloud).ok_or_else(AppError::hidden)?.permissions())
    }

    /// Which account rule holds for a team and a stage, and why not the others.
    ///
    /// # Errors
    /// 403, 404 when there is no such team.
    pub async fn test_account_rules(
        &self,
        cx: &OpContext,
        team: &TeamName,
        stage: Option<&str>,
    ) -> Result<AccountRuleAnswer, AppError> {
        self.authorize(cx, Permission::CloudRead, Platform, "accountrule").await?;
        let found = self.team(team)?;
        let rules = self.indexes.account_rules.list(None);
        let names: Vec<_> = rules.iter().map(|rule| rule.name_any()).collect();
        let named: Vec<_> = rules.iter().zip(&names).map(|(rule, name)| Named { name, spec: &rule.spec }).collect();
        let question = Question { team, labels: found.labels(), stage };
        let rule = which(&named, &question);
        let planned = rule.and_then(|rule| vended(rule, team, stage));
        let account = planned.map(|planned| {
            let there = self.indexes.accounts.get(None, planned.0.as_str());
            plan_of(planned, there.as_deref().map(|account| &account.spec))
        });
        Ok(AccountRuleAnswer {
            team: team.clone(),
            stage: stage.map(str::to_owned),
            rule: rule.map(|rule| rule.name.to_owned()),
            account,
            verdicts: verdicts(&named, &question),
        })
    }

    /// Has an organisation checked now. Answers with the object: its annotation names the request, and so does
    /// `status.checkedFor` once the check is done.
    ///
    /// # Errors
    /// 403, 404, `NothingToRetry` while it is paused.
    pub async fn check_organization(&self, cx: &OpContext, name: &str) -> Result<Value, AppError> {
        let what = format!("cloudorganization/{name}");
        self.authorize_to(cx, CHECK, Permission::CloudWrite, Platform, &what).await?;
        let found = self.indexes.organizations.get(None, name).ok_or_else(AppError::hidden)?;
        if found.spec.paused {
            let problem = Problem::new(Code::NothingToRetry, format!("{what} is paused: nothing is done there"));
            return Err(problem.with_fix(format!("go on first: kore cloud edit {name} --resume")).into());
        }
        let deed = Deed { action: CHECK.to_owned(), team: None, object: what, detail: None, changes: Vec::new() };
        let asked = async {
            let annotations = serde_json::json!({ meta::ANNOTATION_RETRY: cx.request_id });
            let metadata = serde_json::json!({ "uid": found.uid(), "annotations": annotations });
            let noted = note(&CloudOrganization::api(&self.kube, None), name, metadata).await?;
            seen(self, &noted).await?;
            envelope::object(&noted).and_then(serde_json::to_value).map_err(AppError::internal)
        };
        self.attempt(cx, deed, asked).await
    }
}
