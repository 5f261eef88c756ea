//! What somebody sees first: what needs them, what is under way, how much there is. One answer, so that a page asks once.

use kore_api::{
    cluster::Cluster,
    names::TeamName,
    operation::{Operation, OperationState},
    overview::Overview,
    quota::Quantities,
    team::Team,
};
use kore_domain::access::{OpContext, Permission, Resource};
use kore_store::OperationQuery;

use crate::{
    App, AppError,
    attention::{Known, narrowed},
};

/// Failed operations that are looked at for what needs somebody.
const FAILURES: u64 = 500;
const SHOWN_FAILURES: usize = 5;
const SHOWN_RUNNING: u64 = 10;

impl App {
    /// How things are among what the caller may see. With `team` only what is that team's.
    ///
    /// # Errors
    /// 404 for a team that is not the caller's to know; those of the database.
    pub async fn overview(&self, cx: &OpContext, team: Option<&TeamName>) -> Result<Overview, AppError> {
        if let Some(team) = team {
            self.authorize(cx, Permission::TeamRead, team.clone(), &format!("overview/{team}")).await?;
            self.team(team)?;
        }
        let mut failed = self.newest(cx, team, vec![OperationState::Failed], FAILURES).await?;
        let clusters = self.in_sight::<Cluster>(cx, team)?;
        let invitations = match narrowed(cx, Permission::MembershipWrite, team)? {
            Some(proof) => Some(self.store.list_invitations(&proof).await?),
            None => None,
        };
        let known =
            Known { clusters: &clusters, failures: &failed, invitations: invitations.as_deref().unwrap_or_default() };
        let attention = self.attention(cx, team, &known).await?;
        failed.truncate(SHOWN_FAILURES);
        let under_way = vec![OperationState::Pending, OperationState::Running];
        Ok(Overview {
            attention,
            running: self.newest(cx, team, under_way, SHOWN_RUNNING).await?,
            failed,
            teams: match team {
                Some(_) => 1,
                None => self.in_sight::<Team>(cx, None)?.len() as u64,
            },
            clusters: clusters.len() as u64,
            quota: match team {
                Some(team) if cx.may(Permission::QuotaRead, &Resource::Team(team.clone())) => {
                    Some(self.quota_lines(&self.team(team)?.spec.id, Quantities::default()).await?)
                }
                _ => None,
            },
            open_invitations: match invitations.filter(|_| team.is_some()) {
                Some(found) => Some(self.open_invitations(found, cx.now).await?),
                None => None,
            },
        })
    }

    async fn newest(
        &self,
        cx: &OpContext,
        team: Option<&TeamName>,
        states: Vec<OperationState>,
        limit: u64,
    ) -> Result<Vec<Operation>, AppError> {
        let team = team.map(ToString::to_string);
        let query = OperationQuery { team, states, limit, ..OperationQuery::default() };
        let found = self.store.list_operations(&cx.visible(Permission::OperationRead), &query).await?;
        Ok(found.into_iter().map(|record| record.operation).collect())
    }
}
