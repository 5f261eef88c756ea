//! Invitations and who used them, where memberships come from, and the address that a person may be
//! invited by.

use sea_orm_migration::prelude::*;

use super::{Nullable, belongs_to, hash, index, integer, string, table, unique, uuid};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0007_invitations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            table(m, "invitations")
                .col(uuid("id").primary_key())
                .col(string("name", 32))
                .col(hash("hash"))
                .col(string("team_id", 64))
                .col(string("team", 64))
                .col(string("role", 32))
                .col(integer("uses"))
                .col(integer("used"))
                .col(string("address", 255).or_null())
                .col(uuid("inviter_id"))
                .col(string("inviter", 128))
                .col(integer("created_at"))
                .col(integer("expires_at"))
                .col(integer("revoked_at").or_null())
                .take(),
        )
        .await?;
        m.create_index(unique("invitations", &["hash"])).await?;
        m.create_index(unique("invitations", &["team", "name"])).await?;
        m.create_index(index("invitations", &["expires_at"])).await?;

        m.create_table(
            table(m, "invitation_uses")
                .col(uuid("id").primary_key())
                .col(uuid("invitation_id"))
                .col(uuid("user_id"))
                .col(string("user_name", 64))
                .col(integer("used_at"))
                .foreign_key(&mut belongs_to("invitation_uses", "invitation_id", "invitations"))
                .take(),
        )
        .await?;
        m.create_index(unique("invitation_uses", &["invitation_id", "user_id"])).await?;

        m.alter_table(Table::alter().table("memberships").add_column(string("source", 128).or_null()).take()).await?;
        m.alter_table(Table::alter().table("users").add_column(string("email", 255).or_null()).take()).await
    }
}
