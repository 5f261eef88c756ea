//! Device codes (RFC 8628): a terminal polls with one code while a person approves the other.

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Store, StoreError, TokenHash,
    connect::Change,
    convert::{clip, from_word, micros, new_id, time, word},
    entity::device_code,
};

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceState {
    /// Nobody has decided.
    Pending,
    /// A person said yes.
    Approved,
    /// A person said no.
    Denied,
    /// The device has its session.
    Used,
}

/// A request to be recorded.
#[derive(Debug, Clone)]
pub struct NewDeviceCode {
    /// Hash of the device's secret.
    pub hash: TokenHash,
    /// What the person types.
    pub user_code: String,
    /// What asks, as people know it again.
    pub label: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// Seconds between polls.
    pub interval_seconds: u32,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// A request as the person sees it before deciding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCode {
    /// What the person types.
    pub user_code: String,
    /// What asks.
    pub label: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// Where it stands.
    pub state: DeviceState,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// The answer to a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DevicePoll {
    /// Nobody has decided.
    Pending,
    /// Nobody has decided, and the device asks too often; it has five seconds more to wait each time.
    SlowDown,
    /// A person said yes; told once.
    Approved {
        /// Who.
        user_id: Uuid,
    },
    /// A person said no.
    Denied,
    /// Its time is over, or it was used.
    Expired,
    /// No such code.
    Unknown,
}

impl Store {
    /// Records a request.
    ///
    /// # Errors
    /// `Unique("device_codes_user_code")`: choose another code.
    pub async fn create_device_code(&self, new: &NewDeviceCode, now: Timestamp) -> Result<(), StoreError> {
        device_code::Entity::insert(device_code::ActiveModel {
            id: Set(new_id(now)),
            hash: Set(new.hash.bytes()),
            user_code: Set(new.user_code.clone()),
            state: Set(word(&DeviceState::Pending)),
            user_id: Set(None),
            label: Set(new.label.as_deref().map(|label| clip(label, 255))),
            address: Set(new.address.as_deref().map(|address| clip(address, 64))),
            interval_seconds: Set(i64::from(new.interval_seconds)),
            polled_at: Set(None),
            created_at: Set(micros(now)),
            expires_at: Set(micros(new.expires_at)),
        })
        .run(self)
        .await?;
        Ok(())
    }

    /// The request behind a code that a person typed, while it can be decided.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn device_code(&self, user_code: &str, now: Timestamp) -> Result<Option<DeviceCode>, StoreError> {
        let query = device_code::Entity::find()
            .filter(device_code::Column::UserCode.eq(user_code))
            .filter(device_code::Column::ExpiresAt.gt(micros(now)));
        let Some(row) = query.one(self.read()).await? else { return Ok(None) };
        Ok(Some(DeviceCode {
            user_code: row.user_code,
            label: row.label,
            address: row.address,
            state: from_word(row.state)?,
            expires_at: time(row.expires_at)?,
        }))
    }

    /// Records the person's decision; `false` when there was nothing to decide any more.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn decide_device_code(
        &self,
        user_code: &str,
        user_id: Uuid,
        approve: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let state = if approve { DeviceState::Approved } else { DeviceState::Denied };
        let decided = device_code::Entity::update_many()
            .col_expr(device_code::Column::State, Expr::value(word(&state)))
            .col_expr(device_code::Column::UserId, Expr::value(user_id))
            .filter(device_code::Column::UserCode.eq(user_code))
            .filter(device_code::Column::State.eq(word(&DeviceState::Pending)))
            .filter(device_code::Column::ExpiresAt.gt(micros(now)))
            .run(self)
            .await?;
        Ok(decided > 0)
    }

    /// Answers a poll. An approval is told exactly once.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn poll_device_code(&self, hash: TokenHash, now: Timestamp) -> Result<DevicePoll, StoreError> {
        let query = device_code::Entity::find().filter(device_code::Column::Hash.eq(hash.bytes()));
        let Some(row) = query.one(self.write()).await? else { return Ok(DevicePoll::Unknown) };
        if time(row.expires_at)? <= now {
            return Ok(DevicePoll::Expired);
        }
        match (from_word(row.state)?, row.user_id) {
            (DeviceState::Denied, _) => Ok(DevicePoll::Denied),
            (DeviceState::Approved, Some(user_id)) => {
                let told = device_code::Entity::update_many()
                    .col_expr(device_code::Column::State, Expr::value(word(&DeviceState::Used)))
                    .filter(device_code::Column::Id.eq(row.id))
                    .filter(device_code::Column::State.eq(word(&DeviceState::Approved)))
                    .run(self)
                    .await?;
                Ok(if told > 0 { DevicePoll::Approved { user_id } } else { DevicePoll::Expired })
            }
            (DeviceState::Approved | DeviceState::Used, _) => Ok(DevicePoll::Expired),
            (DeviceState::Pending, _) => {
                let early = match row.polled_at {
                    Some(polled) => {
                        // A second's grace: networks do not keep time.
                        let wait = SignedDuration::from_secs(row.interval_seconds.saturating_sub(1));
                        now.duration_since(time(polled)?) < wait
                    }
                    None => false,
                };
                let interval = if early { row.interval_seconds.saturating_add(5) } else { row.interval_seconds };
                device_code::Entity::update_many()
                    .col_expr(device_code::Column::PolledAt, Expr::value(micros(now)))
                    .col_expr(device_code::Column::IntervalSeconds, Expr::value(interval))
                    .filter(device_code::Column::Id.eq(row.id))
                    .run(self)
                    .await?;
                Ok(if early { DevicePoll::SlowDown } else { DevicePoll::Pending })
            }
        }
    }
}
