//! Settings of the installation; never secrets.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use crate::{Store, StoreError, connect::Change, convert::micros, entity::setting};

impl Store {
    /// One setting.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let row = setting::Entity::find_by_id(name.to_owned()).one(self.read()).await?;
        Ok(row.map(|row| row.value))
    }

    /// Sets it.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn set_setting(&self, name: &str, value: &str, now: Timestamp) -> Result<(), StoreError> {
        let conflict = OnConflict::column(setting::Column::Name)
            .update_columns([setting::Column::Value, setting::Column::UpdatedAt])
            .to_owned();
        setting::Entity::insert(setting::ActiveModel {
            name: Set(name.to_owned()),
            value: Set(value.to_owned()),
            updated_at: Set(micros(now)),
        })
        .on_conflict(conflict)
        .run(self)
        .await?;
        Ok(())
    }
}
