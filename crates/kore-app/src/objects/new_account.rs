//! What is known of an account before it is made.

use std::time::Duration;

use kore_api::{
    cloud::{CloudAccountSpec, CloudOrganization},
    condition,
    names::AccountName,
    preview::{Action, ActionVerb},
    upgrade::{Check, CheckResult},
};
use kore_domain::account_rule::guardrails;
use kore_engine::{
    cloud::{AccountRequest, OrganizationRequest},
    error::StepError,
};
use kube::ResourceExt;

use super::Outlook;
use crate::App;

/// How long a preview waits for what the cloud says.
const PATIENCE: Duration = Duration::from_secs(5);

/// A cluster whose account comes first: nobody can look into what is not there.
pub(super) async fn in_new_account(app: &App, name: &AccountName, spec: &CloudAccountSpec) -> Outlook {
    let make = |component: &str, title: String, detail: Vec<String>| Action {
        component: component.to_owned(),
        title,
        verb: ActionVerb::Create,
        detail,
    };
    let by = spec.rule.iter().map(|rule| format!("by rule {rule}"));
    let detail = std::iter::once(format!("in cloud {}", spec.organization)).chain(by).collect();
    let account = make("account", format!("Make the account {name}"), detail);
    let rest = make("cluster", "Make network, cluster, nodes and the way into it there".to_owned(), Vec::new());
    Outlook {
        actions: vec![account, rest],
        digest: format!("account/{name}"),
        beforehand: beforehand(app, name, spec).await,
        ..Outlook::default()
    }
}

/// What is asked before it is made: of its organisation, and of the cloud, where Kore may ask. That nobody could look keeps
/// nothing from being done: whoever makes it asks again.
pub(super) async fn beforehand(app: &App, name: &AccountName, spec: &CloudAccountSpec) -> Vec<Check> {
    let Some(organization) = app.indexes.organizations.get(None, spec.organization.as_str()) else { return Vec::new() };
    let usable = usable(&organization);
    let is_usable = usable.result == CheckResult::Pass;
    let mut checks = vec![usable];
    if is_usable && let Ok(Ok(asked)) = tokio::time::timeout(PATIENCE, asked(app, &organization, name, spec)).await {
        checks.extend(asked);
    }
    checks
}

async fn asked(
    app: &App,
    organization: &CloudOrganization,
    name: &AccountName,
    spec: &CloudAccountSpec,
) -> Result<Vec<Check>, StepError> {
    let Some(cloud) = app.clouds.get(&organization.spec.provider) else { return Ok(Vec::new()) };
    let organization = OrganizationRequest::from(organization);
    let request = AccountRequest {
        known_as: cloud.known_as(&organization, name.as_str(), "")?,
        organization,
        name: name.to_string(),
        uid: String::new(),
        spec: spec.clone(),
        guardrails: guardrails(None),
    };
    Ok(app.engine.preview(&cloud.account(&request)?, &[]).await?.checks)
}

/// Whether accounts can be made in a cloud. What it lacks is not everybody's affair.
fn usable(organization: &CloudOrganization) -> Check {
    let name = organization.name_any();
    let conditions = organization.status.as_ref().map_or(&[][..], |status| &status.conditions);
    let ready = conditions.iter().find(|one| one.type_ == condition::READY).map(|one| one.status.as_str());
    let (result, found) = match ready {
        _ if organization.spec.paused => (CheckResult::Fail, "it is paused"),
        Some("True") => (CheckResult::Pass, ""),
        Some(_) => (CheckResult::Warn, "Kore is not allowed all that it needs there, or could not look"),
        None => (CheckResult::Unknown, "nobody has looked yet"),
    };
    let is_good = result == CheckResult::Pass;
    Check {
        name: "cloud".to_owned(),
        title: format!("Look whether accounts can be made in cloud {name}"),
        result,
        detail: if is_good { Vec::new() } else { vec![found.to_owned()] },
        fix: if is_good { Vec::new() } else { vec![format!("an administrator: kore cloud check {name}")] },
    }
}
