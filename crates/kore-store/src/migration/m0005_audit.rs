//! What the audit trail's integrity, retention and delivery need: what a record changed, its seal, signed
//! checkpoints, and how far each sink has got.

use sea_orm_migration::prelude::*;

use super::{Nullable, hash, index, integer, string, table, text};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0005_audit"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for mut column in [text("changes").or_null(), hash("seal").or_null()] {
            m.alter_table(Table::alter().table("audit_records").add_column(&mut column).take()).await?;
        }
        m.create_index(index("audit_records", &["at"])).await?;

        m.create_table(
            table(m, "audit_checkpoints")
                .col(integer("number").primary_key())
                .col(text("body"))
                .col(string("signature", 128))
                .take(),
        )
        .await?;

        m.create_table(
            table(m, "audit_sinks")
                .col(string("name", 64).primary_key())
                .col(text("taken"))
                .col(integer("records"))
                .col(integer("up_to").or_null())
                .col(integer("delivered_at").or_null())
                .col(integer("failing_since").or_null())
                .col(text("last_error").or_null())
                .take(),
        )
        .await
    }
}
