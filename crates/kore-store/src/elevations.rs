//! Roles for a while: asked for, perhaps approved, active, gone by themselves.

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use kore_api::{
    access::{ElevationSpec, ElevationState},
    names::Principal,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Condition, Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    connect::Change,
    convert::{from_word, json, maybe_time, micros, new_id, time, word},
    entity::elevation,
    role_bindings::{columns, scope},
};

/// How long a request waits for somebody to decide.
pub const WAITS: SignedDuration = SignedDuration::from_hours(24);

/// A role for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elevation {
    /// Its id, which is its name.
    pub id: Uuid,
    /// Id of whoever asked.
    pub subject_id: Uuid,
    /// Who asked.
    pub subject: Principal,
    /// What for.
    pub spec: ElevationSpec,
    /// Whether somebody else has to approve.
    pub approval: bool,
    /// How far it had come when it was read.
    pub state: ElevationState,
    /// Who approved, refused or ended it.
    pub decided_by: Option<String>,
    /// When it ends, once it is active.
    pub active_until: Option<Timestamp>,
    /// Counts changes; the ETag.
    pub revision: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
}

fn assemble(row: elevation::Model, subject: Principal, now: Timestamp) -> Result<Elevation, StoreError> {
    let created_at = time(row.created_at)?;
    let active_until = maybe_time(row.active_until)?;
    let state = match from_word(row.state)? {
        ElevationState::Active if active_until.is_none_or(|end| end <= now) => ElevationState::Expired,
        ElevationState::Requested if now.duration_since(created_at) >= WAITS => ElevationState::Expired,
        state => state,
    };
    Ok(Elevation {
        id: row.id,
        subject_id: row.user_id,
        subject,
        spec: ElevationSpec {
            role: row.role,
            scope: scope([&row.team, &row.cluster, &row.namespace])?,
            minutes: u32::try_from(row.minutes).map_err(|cause| StoreError::corrupt("a number of minutes", cause))?,
            reason: row.reason,
        },
        approval: row.approval,
        state,
        decided_by: row.decided_by,
        active_until,
        revision: row.revision,
        created_at,
    })
}

/// An elevation to be recorded.
#[derive(Debug, Clone)]
pub struct NewElevation {
    /// Id of whoever asks.
    pub subject: Uuid,
    /// What for.
    pub spec: ElevationSpec,
    /// Immutable id of the scope's team, empty without one.
    pub team_id: String,
    /// The binding by whose rule they may; none for the rule of the platform's administrators.
    pub binding: Option<Uuid>,
    /// From which networks it is of use.
    pub networks: Vec<IpNet>,
    /// Whether somebody else has to approve.
    pub approval: bool,
}

impl Store {
    /// Records a request; without approval it is active at once.
    ///
    /// # Errors
    /// `Reference` when the subject is gone.
    pub async fn create_elevation(&self, new: &NewElevation, now: Timestamp) -> Result<Elevation, StoreError> {
        let NewElevation { spec, approval, .. } = new;
        let approval = *approval;
        let [team, cluster, namespace] = columns(&spec.scope);
        let (id, end) = (new_id(now), after(now, spec.minutes));
        let state = if approval { ElevationState::Requested } else { ElevationState::Active };
        elevation::Entity::insert(elevation::ActiveModel {
            id: Set(id),
            user_id: Set(new.subject),
            role: Set(spec.role.clone()),
            team: Set(team),
            team_id: Set(new.team_id.clone()),
            cluster: Set(cluster),
            namespace: Set(namespace),
            minutes: Set(spec.minutes.into()),
            reason: Set(spec.reason.clone()),
            binding_id: Set(new.binding),
            networks: Set(json(&new.networks)?),
            approval: Set(approval),
            state: Set(word(&state)),
            decided_by: Set(None),
            active_until: Set((!approval).then(|| micros(end))),
            revision: Set(1),
            created_at: Set(micros(now)),
            updated_at: Set(micros(now)),
        })
        .run(self)
        .await?;
        self.elevation(id, now).await?.ok_or(StoreError::NotFound("the elevation"))
    }

    /// One elevation. Whoever asks is to be authorised by what is in it.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn elevation(&self, id: Uuid, now: Timestamp) -> Result<Option<Elevation>, StoreError> {
        let row = elevation::Entity::find_by_id(id).one(self.read()).await?;
        Ok(self.elevations(row.into_iter().collect(), now).await?.pop())
    }

    /// The elevations of these teams (`None`: of all, and of the platform) and one's own, newest first.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn list_elevations(
        &self,
        teams: Option<&[String]>,
        own: Uuid,
        now: Timestamp,
    ) -> Result<Vec<Elevation>, StoreError> {
        let shown = teams.map_or_else(Condition::all, |teams| {
            Condition::any()
                .add(elevation::Column::Team.is_in(teams.iter().map(String::as_str)))
                .add(elevation::Column::UserId.eq(own))
        });
        let query = elevation::Entity::find().filter(shown).order_by_desc(elevation::Column::Id);
        self.elevations(query.all(self.read()).await?, now).await
    }

    async fn elevations(&self, rows: Vec<elevation::Model>, now: Timestamp) -> Result<Vec<Elevation>, StoreError> {
        let names = self.principals(rows.iter().map(|row| row.user_id)).await?;
        rows.into_iter()
            .filter_map(|row| names.get(&row.user_id).cloned().map(|subject| assemble(row, subject, now)))
            .collect()
    }

    /// Ends what came of a binding that is removed; how many.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn end_elevations_of(&self, binding: Uuid, by: &str, now: Timestamp) -> Result<u64, StoreError> {
        let ended = elevation::Entity::update_many()
            .col_expr(elevation::Column::State, Expr::value(word(&ElevationState::Ended)))
            .col_expr(elevation::Column::DecidedBy, Expr::value(Some(by.to_owned())))
            .col_expr(elevation::Column::Revision, Expr::col(elevation::Column::Revision).add(1))
            .col_expr(elevation::Column::UpdatedAt, Expr::value(micros(now)))
            .filter(elevation::Column::BindingId.eq(binding))
            .filter(elevation::Column::State.is_in(["requested", "active"]))
            .run(self)
            .await?;
        Ok(ended)
    }

    /// Decides about an elevation: from one state to another, by whom. Of two who decide at once, one
    /// does. An approval makes it active from now on.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it is not in that state any more.
    pub async fn decide_elevation(
        &self,
        seen: &Elevation,
        to: ElevationState,
        by: &str,
        now: Timestamp,
    ) -> Result<Elevation, StoreError> {
        let until = match to {
            ElevationState::Active => Some(micros(after(now, seen.spec.minutes))),
            ElevationState::Ended => Some(micros(now)).filter(|_| seen.active_until.is_some()),
            _ => seen.active_until.map(micros),
        };
        let changed = elevation::Entity::update_many()
            .col_expr(elevation::Column::State, Expr::value(word(&to)))
            .col_expr(elevation::Column::DecidedBy, Expr::value(Some(by.to_owned())))
            .col_expr(elevation::Column::ActiveUntil, Expr::value(until))
            .col_expr(elevation::Column::Revision, Expr::value(seen.revision.saturating_add(1)))
            .col_expr(elevation::Column::UpdatedAt, Expr::value(micros(now)))
            .filter(elevation::Column::Id.eq(seen.id))
            .filter(elevation::Column::Revision.eq(seen.revision))
            .run(self)
            .await?;
        match (self.elevation(seen.id, now).await?, changed) {
            (None, _) => Err(StoreError::NotFound("the elevation")),
            (Some(_), 0) => Err(StoreError::Conflict("the elevation")),
            (Some(elevation), _) => Ok(elevation),
        }
    }
}

fn after(now: Timestamp, minutes: u32) -> Timestamp {
    now.checked_add(SignedDuration::from_mins(minutes.into())).unwrap_or(now)
}
