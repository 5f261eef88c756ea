//! What is decided of clouds when an installation is made, and how a rehearsal goes on after `kore up`.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use kore_api::{
    cloud::Cloud,
    codes::Code,
    config::{Configuration, FILE},
    platform::{Platform, RehearsedOrganization},
    supervisor::{self, ProcessStatus, Reply, Request},
};
use kore_client::{Client, ListQuery, resource};
use serde_json::Value;

use super::{cloud, objects};
use crate::{
    app::Installation,
    cli::{AwsArgs, CloudName, UpArgs},
    error::{CliError, Result},
    exit::Exit,
    supervisor::Supervisor,
    views,
};

/// How the processes that stand in for clouds are called.
const PROCESSES: &str = "rehearsal/";
/// How long what stands in for a cloud may take to be made ready.
const READY: Duration = Duration::from_secs(120);

/// Refuses to rehearse, or to evaluate, where an installation is that does not. What cannot be read there, its supervisor
/// tells. Where it is up `already`, another key is not taken.
///
/// # Errors
/// [`Code::LocalInstallation`].
pub fn refuse_other(installation: &Installation, asked: &UpArgs, already: bool) -> Result {
    let text = std::fs::read_to_string(installation.data.join(FILE)).unwrap_or_default();
    let Ok(there) = serde_saphyr::from_str::<Configuration>(&text) else { return Ok(()) };
    let refused = |what: &str, flag: String| {
        let what = format!("installation {} is {what}, which is decided when it is made", there.installation);
        let error = CliError::new(Code::LocalInstallation, what).exit(Exit::FAILED);
        Err(error.fix(format!("make one beside it: kore up --name NAME --port PORT {flag}")))
    };
    let mut rehearsed = asked.rehearse.iter().map(|name| name.cloud());
    if let Some(cloud) = rehearsed.find(|cloud| !there.cloud.rehearsal.contains_key(cloud)).map(Cloud::name) {
        return refused(&format!("no rehearsal of {cloud}"), format!("--rehearse {cloud}"));
    }
    let mut evaluated = asked.evaluate.iter().map(|(name, _)| name.cloud());
    if let Some(cloud) = evaluated.find(|cloud| !there.cloud.evaluation.contains_key(cloud)).map(Cloud::name) {
        return refused(&format!("not for evaluation in {cloud}"), format!("--evaluate {cloud}=FILE"));
    }
    let is_other = |(name, file): &&(CloudName, PathBuf)| there.cloud.evaluation.get(&name.cloud()) != Some(file);
    if already && asked.evaluate.iter().any(|asked| is_other(&asked)) {
        let what = format!("installation {} is up, with another file", there.installation);
        return Err(CliError::new(Code::LocalBusy, what).exit(Exit::FAILED).fix("stop it first: kore down"));
    }
    Ok(())
}

/// What a rehearsal does to clusters that are in its cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rehearsed {
    /// It is none.
    No,
    /// They are there as they were.
    GoesOn,
    /// What stands in for the cloud was started: nothing of what was made there is left.
    BeginsAnew,
}

/// How a rehearsal stands that was brought up since then.
pub async fn stands(installation: &Installation, platform: &supervisor::Platform, since: Timestamp) -> Rehearsed {
    if platform.rehearsal.is_empty() {
        return Rehearsed::No;
    }
    let Ok(Reply::Processes { processes }) = Supervisor::ask(&installation.supervisor_socket(), &Request::List).await
    else {
        return Rehearsed::GoesOn;
    };
    let is_new = |process: &ProcessStatus| process.started_at.is_some_and(|at| at >= since);
    let is_anew = processes.iter().any(|process| process.spec.name.starts_with(PROCESSES) && is_new(process));
    if is_anew { Rehearsed::BeginsAnew } else { Rehearsed::GoesOn }
}

/// Waits until the organisation is there that can be connected.
///
/// # Errors
/// When it is not in time.
pub async fn ready(client: &Client) -> Result<RehearsedOrganization> {
    let deadline = Instant::now() + READY;
    loop {
        let platform: Platform = client.get("/api/v1/platform").await?.value;
        if let Some(organization) = platform.rehearsal.into_iter().find_map(|one| one.aws) {
            return Ok(organization);
        }
        if Instant::now() > deadline {
            return Err(CliError::new(Code::LocalProcess, "what stands in for AWS is not ready")
                .exit(Exit::FAILED)
                .fix("look at its log and the server's: kore logs platform --component rehearsal"));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The command that connects the rehearsed organisation; none when one is connected already.
pub async fn next(client: &Client, organization: &RehearsedOrganization) -> Option<String> {
    let path = resource::CLOUD_ORGANIZATION.collection(None);
    let (there, _) = objects::read_list(client, &path, &ListQuery::default()).await.ok()?;
    let account = organization.management_account.as_str();
    let is_it = |one: &Value| views::text(one, "spec.aws.managementAccount") == account;
    (!there.iter().any(is_it)).then(|| command(organization))
}

fn command(organization: &RehearsedOrganization) -> String {
    let aws = AwsArgs {
        management_account: Some(organization.management_account.clone()),
        region: Some(organization.home_region.clone()),
        organizational_unit: Some(organization.organizational_unit.clone()),
        parent_zone: Some(organization.parent_zone.clone()),
        ..AwsArgs::default()
    };
    cloud::add_command(Some("rehearsal"), &aws)
}

#[cfg(test)]
mod tests {
    use kore_api::cloud::ParentZone;

    use super::*;

    #[test]
    fn the_command_has_what_the_stand_in_has() {
        let organization = RehearsedOrganization {
            management_account: "123456789012".to_owned(),
            home_region: "eu-central-1".to_owned(),
            organizational_unit: "r-ab12".to_owned(),
            parent_zone: ParentZone { id: "Z1".to_owned(), domain: "rehearsal.test".to_owned() },
        };
        assert_eq!(
            command(&organization),
            "kore cloud add aws rehearsal --management-account 123456789012 --region eu-central-1 \
             --organizational-unit r-ab12 --account-email 'aws+{account}@example.org' --parent-zone Z1:rehearsal.test"
        );
    }
}
