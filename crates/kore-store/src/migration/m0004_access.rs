//! Robots beside people, names and limits of tokens, roles, bindings, elevations.

use sea_orm_migration::prelude::*;

use super::{Nullable, belongs_to, boolean, index, integer, json, string, table, text, unique, uuid};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0004_access"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // A robot is a row beside people's: sessions and tokens hang on either.
        for column in ["robot_team", "robot_team_id", "robot_name"] {
            m.alter_table(Table::alter().table("users").add_column(string(column, 64).or_null()).take()).await?;
        }
        m.create_index(unique("users", &["robot_team", "robot_name"])).await?;

        m.alter_table(Table::alter().table("sessions").add_column(string("name", 64).or_null()).take()).await?;
        m.alter_table(Table::alter().table("sessions").add_column(text("limits").or_null()).take()).await?;

        m.create_table(
            table(m, "roles")
                .col(uuid("id").primary_key())
                .col(string("name", 64))
                .col(text("description").or_null())
                .col(json("permissions"))
                .col(integer("revision"))
                .col(integer("created_at"))
                .col(integer("updated_at"))
                .take(),
        )
        .await?;
        m.create_index(unique("roles", &["name"])).await?;

        m.create_table(
            table(m, "role_bindings")
                .col(uuid("id").primary_key())
                .col(uuid("user_id"))
                .col(string("role", 64))
                // Empty where the role holds across the platform, or in the whole team: a unique rule
                // tells no two rows apart by what is missing.
                .col(string("team", 64))
                .col(string("team_id", 64))
                .col(string("cluster", 64))
                .col(integer("expires_at").or_null())
                .col(json("networks"))
                .col(integer("max_minutes").or_null())
                .col(boolean("approval"))
                .col(string("granted_by", 128))
                .col(integer("created_at"))
                .foreign_key(&mut belongs_to("role_bindings", "user_id", "users"))
                .take(),
        )
        .await?;
        m.create_index(unique("role_bindings", &["user_id", "role", "team", "cluster"])).await?;
        m.create_index(index("role_bindings", &["team"])).await?;
        m.create_index(index("role_bindings", &["role"])).await?;

        m.create_table(
            table(m, "elevations")
                .col(uuid("id").primary_key())
                .col(uuid("user_id"))
                .col(string("role", 64))
                .col(string("team", 64))
                .col(string("team_id", 64))
                .col(string("cluster", 64))
                .col(integer("minutes"))
                .col(text("reason"))
                .col(uuid("binding_id").or_null())
                .col(json("networks"))
                .col(boolean("approval"))
                .col(string("state", 16))
                .col(string("decided_by", 128).or_null())
                .col(integer("active_until").or_null())
                .col(integer("revision"))
                .col(integer("created_at"))
                .col(integer("updated_at"))
                .foreign_key(&mut belongs_to("elevations", "user_id", "users"))
                .take(),
        )
        .await?;
        m.create_index(index("elevations", &["user_id", "state"])).await?;
        m.create_index(index("elevations", &["team"])).await
    }
}
