//! Robots, the tokens that they have exchanged, and whom they may trust.

use sea_orm_migration::prelude::*;

use super::{Nullable, belongs_to, hash, index, integer, json, string, table, text, unique, uuid};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0008_robots"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // What a robot has that people have not; its name, team and revision are in its row of users.
        m.create_table(
            table(m, "robots")
                .col(uuid("id").primary_key())
                .col(text("description").or_null())
                .col(json("trust"))
                .col(integer("last_used_at").or_null())
                .foreign_key(&mut belongs_to("robots", "id", "users"))
                .take(),
        )
        .await?;

        // By hash of issuer and id: the database knows of no token that it could hand on.
        m.create_table(table(m, "used_tokens").col(hash("hash").primary_key()).col(integer("expires_at")).take())
            .await?;
        m.create_index(index("used_tokens", &["expires_at"])).await?;

        m.create_table(
            table(m, "trusted_issuers")
                .col(uuid("id").primary_key())
                .col(string("name", 64))
                .col(string("issuer", 255))
                .col(string("profile", 16))
                .col(text("jwks").or_null())
                .col(text("certificate_authority").or_null())
                .col(json("networks"))
                .col(integer("revision"))
                .col(integer("created_at"))
                .col(integer("updated_at"))
                .take(),
        )
        .await?;
        m.create_index(unique("trusted_issuers", &["name"])).await?;
        m.create_index(unique("trusted_issuers", &["issuer"])).await
    }
}
