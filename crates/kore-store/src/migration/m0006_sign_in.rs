//! Identity providers, who has signed in with them, what their groups are worth here, and second factors.

use sea_orm_migration::prelude::*;

use super::{Nullable, belongs_to, boolean, hash, index, integer, json, string, table, text, unique, uuid};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0006_sign_in"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            table(m, "identity_providers")
                .col(uuid("id").primary_key())
                .col(string("name", 64))
                .col(boolean("enabled"))
                .col(json("spec"))
                .col(string("secret_name", 255).or_null())
                .col(integer("revision"))
                .col(integer("created_at"))
                .col(integer("updated_at"))
                .take(),
        )
        .await?;
        m.create_index(unique("identity_providers", &["name"])).await?;

        // Found by a hash of issuer and subject: MariaDB takes "1" and "1 " for the same text.
        // The provider that was used last is no foreign key: who somebody is does not go with it.
        m.create_table(
            table(m, "identities")
                .col(uuid("id").primary_key())
                .col(uuid("user_id"))
                .col(hash("hash"))
                .col(string("issuer", 255))
                .col(string("subject", 255))
                .col(uuid("provider_id"))
                .col(string("email", 255).or_null())
                .col(json("user_groups"))
                .col(integer("created_at"))
                .col(integer("last_used_at"))
                .foreign_key(&mut belongs_to("identities", "user_id", "users"))
                .take(),
        )
        .await?;
        m.create_index(unique("identities", &["hash"])).await?;
        m.create_index(index("identities", &["user_id"])).await?;
        m.create_index(index("identities", &["provider_id"])).await?;

        m.create_table(
            table(m, "group_roles")
                .col(uuid("id").primary_key())
                .col(uuid("user_id"))
                .col(uuid("provider_id"))
                .col(string("team_id", 64).or_null())
                .col(string("team", 64).or_null())
                .col(string("role", 32))
                .col(string("group_name", 255))
                .col(integer("created_at"))
                .foreign_key(&mut belongs_to("group_roles", "user_id", "users"))
                .foreign_key(&mut belongs_to("group_roles", "provider_id", "identity_providers"))
                .take(),
        )
        .await?;
        m.create_index(index("group_roles", &["user_id"])).await?;
        m.create_index(index("group_roles", &["provider_id"])).await?;
        m.create_index(index("group_roles", &["team"])).await?;

        m.create_table(
            table(m, "sign_in_attempts")
                .col(uuid("id").primary_key())
                .col(hash("hash"))
                .col(uuid("provider_id"))
                .col(text("next"))
                .col(integer("created_at"))
                .col(integer("expires_at"))
                .col(integer("used_at").or_null())
                .foreign_key(&mut belongs_to("sign_in_attempts", "provider_id", "identity_providers"))
                .take(),
        )
        .await?;
        m.create_index(unique("sign_in_attempts", &["hash"])).await?;
        m.create_index(index("sign_in_attempts", &["expires_at"])).await?;

        m.create_table(
            table(m, "session_providers")
                .col(uuid("session_id").primary_key())
                .col(uuid("provider_id"))
                .foreign_key(&mut belongs_to("session_providers", "session_id", "sessions"))
                .foreign_key(&mut belongs_to("session_providers", "provider_id", "identity_providers"))
                .take(),
        )
        .await?;
        m.create_index(index("session_providers", &["provider_id"])).await?;

        m.create_table(
            table(m, "second_factors")
                .col(uuid("user_id").primary_key())
                .col(string("secret_name", 255))
                .col(integer("confirmed_at").or_null())
                .col(integer("last_step"))
                .col(integer("created_at"))
                .foreign_key(&mut belongs_to("second_factors", "user_id", "users"))
                .take(),
        )
        .await?;

        m.create_table(
            table(m, "recovery_codes")
                .col(uuid("id").primary_key())
                .col(uuid("user_id"))
                .col(hash("hash"))
                .col(integer("created_at"))
                .col(integer("used_at").or_null())
                .foreign_key(&mut belongs_to("recovery_codes", "user_id", "users"))
                .take(),
        )
        .await?;
        m.create_index(unique("recovery_codes", &["user_id", "hash"])).await?;

        m.create_table(
            table(m, "sign_in_challenges")
                .col(uuid("id").primary_key())
                .col(hash("hash"))
                .col(uuid("user_id"))
                .col(integer("tries"))
                .col(integer("created_at"))
                .col(integer("expires_at"))
                .col(integer("used_at").or_null())
                .foreign_key(&mut belongs_to("sign_in_challenges", "user_id", "users"))
                .take(),
        )
        .await?;
        m.create_index(unique("sign_in_challenges", &["hash"])).await?;
        m.create_index(index("sign_in_challenges", &["expires_at"])).await
    }
}
