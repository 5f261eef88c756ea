//! Users, sessions, tokens, memberships, and the one-use codes of sign-in.

use sea_orm_migration::prelude::*;

use super::{Nullable, belongs_to, boolean, hash, index, integer, string, table, text, unique, uuid};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            table(m, "users")
                .col(uuid("id").primary_key())
                .col(string("name", 64))
                .col(string("display_name", 255).or_null())
                .col(string("platform_role", 32).or_null())
                .col(boolean("disabled"))
                .col(string("password_hash", 255).or_null())
                .col(integer("revision"))
                .col(integer("created_at"))
                .col(integer("updated_at"))
                .take(),
        )
        .await?;
        m.create_index(unique("users", &["name"])).await?;

        m.create_table(
            table(m, "sessions")
                .col(uuid("id").primary_key())
                .col(uuid("user_id"))
                .col(string("source", 16))
                .col(string("label", 255).or_null())
                .col(string("address", 64).or_null())
                .col(integer("created_at"))
                .col(integer("last_used_at"))
                .col(integer("expires_at"))
                .col(integer("revoked_at").or_null())
                .foreign_key(&mut belongs_to("sessions", "user_id", "users"))
                .take(),
        )
        .await?;
        m.create_index(index("sessions", &["user_id"])).await?;
        m.create_index(index("sessions", &["expires_at"])).await?;

        m.create_table(
            table(m, "tokens")
                .col(uuid("id").primary_key())
                .col(string("kind", 16))
                .col(hash("hash"))
                .col(uuid("session_id"))
                .col(string("audience", 128).or_null())
                .col(integer("created_at"))
                .col(integer("expires_at"))
                .col(integer("used_at").or_null())
                .foreign_key(&mut belongs_to("tokens", "session_id", "sessions"))
                .take(),
        )
        .await?;
        m.create_index(unique("tokens", &["hash"])).await?;
        m.create_index(index("tokens", &["session_id"])).await?;
        m.create_index(index("tokens", &["expires_at"])).await?;

        m.create_table(
            table(m, "claim_links")
                .col(uuid("id").primary_key())
                .col(hash("hash"))
                .col(string("purpose", 16))
                .col(string("user_name", 64).or_null())
                .col(integer("created_at"))
                .col(integer("expires_at"))
                .col(integer("used_at").or_null())
                .take(),
        )
        .await?;
        m.create_index(unique("claim_links", &["hash"])).await?;

        m.create_table(
            table(m, "auth_codes")
                .col(uuid("id").primary_key())
                .col(hash("hash"))
                .col(uuid("user_id"))
                .col(string("challenge", 128))
                .col(text("redirect_uri"))
                .col(uuid("session_id").or_null())
                .col(integer("created_at"))
                .col(integer("expires_at"))
                .col(integer("used_at").or_null())
                .foreign_key(&mut belongs_to("auth_codes", "user_id", "users"))
                .take(),
        )
        .await?;
        m.create_index(unique("auth_codes", &["hash"])).await?;

        m.create_table(
            table(m, "device_codes")
                .col(uuid("id").primary_key())
                .col(hash("hash"))
                .col(string("user_code", 32))
                .col(string("state", 16))
                .col(uuid("user_id").or_null())
                .col(string("label", 255).or_null())
                .col(string("address", 64).or_null())
                .col(integer("interval_seconds"))
                .col(integer("polled_at").or_null())
                .col(integer("created_at"))
                .col(integer("expires_at"))
                .foreign_key(&mut belongs_to("device_codes", "user_id", "users"))
                .take(),
        )
        .await?;
        m.create_index(unique("device_codes", &["hash"])).await?;
        m.create_index(unique("device_codes", &["user_code"])).await?;

        m.create_table(
            table(m, "memberships")
                .col(uuid("id").primary_key())
                .col(string("team_id", 64))
                .col(string("team", 64))
                .col(uuid("user_id"))
                .col(string("role", 32))
                .col(integer("revision"))
                .col(integer("created_at"))
                .col(integer("updated_at"))
                .foreign_key(&mut belongs_to("memberships", "user_id", "users"))
                .take(),
        )
        .await?;
        m.create_index(unique("memberships", &["team", "user_id"])).await?;
        m.create_index(index("memberships", &["user_id"])).await
    }
}
