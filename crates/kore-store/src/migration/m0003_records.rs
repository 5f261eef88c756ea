//! The audit trail, idempotency keys, settings.

use sea_orm_migration::prelude::*;

use super::{Nullable, hash, index, integer, json, string, table, text, unique, uuid};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0003_records"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            table(m, "audit_records")
                .col(uuid("id").primary_key())
                .col(integer("at"))
                .col(string("actor", 128))
                .col(string("action", 128))
                .col(string("team", 64).or_null())
                .col(text("object"))
                .col(string("result", 16))
                .col(integer("status").or_null())
                .col(string("code", 32).or_null())
                .col(string("source", 16))
                .col(string("address", 64).or_null())
                .col(string("request_id", 128).or_null())
                .col(text("detail").or_null())
                .col(string("writer", 128))
                .col(integer("sequence"))
                .col(hash("previous"))
                .col(hash("hash"))
                .take(),
        )
        .await?;
        m.create_index(unique("audit_records", &["writer", "sequence"])).await?;
        m.create_index(index("audit_records", &["team", "id"])).await?;
        m.create_index(index("audit_records", &["actor", "id"])).await?;
        m.create_index(index("audit_records", &["request_id"])).await?;

        m.create_table(
            table(m, "idempotency_keys")
                .col(hash("scope").primary_key())
                .col(hash("request"))
                .col(json("response").or_null())
                .col(integer("started_at"))
                .col(integer("expires_at"))
                .take(),
        )
        .await?;
        m.create_index(index("idempotency_keys", &["expires_at"])).await?;

        m.create_table(
            table(m, "settings")
                .col(string("name", 128).primary_key())
                .col(text("value"))
                .col(integer("updated_at"))
                .take(),
        )
        .await
    }
}
