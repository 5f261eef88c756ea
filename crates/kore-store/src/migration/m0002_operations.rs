//! Operations with their steps, the ledger, and the counter that numbers changes of operations.

use sea_orm_migration::prelude::*;

use super::{Nullable, belongs_to, index, integer, json, string, table, text, unique, uuid};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0002_operations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        m.create_table(
            table(m, "operations")
                .col(uuid("id").primary_key())
                .col(string("action", 16))
                .col(string("target_kind", 64))
                .col(string("team", 64).or_null())
                .col(string("target_name", 128))
                .col(string("target_uid", 64))
                .col(integer("generation"))
                .col(string("requested_by", 128))
                .col(string("request_id", 128).or_null())
                .col(string("state", 16))
                .col(json("parameters"))
                .col(json("failure").or_null())
                .col(integer("remainder_gone").or_null())
                .col(integer("remainder_left").or_null())
                .col(integer("created_at"))
                .col(integer("started_at").or_null())
                .col(integer("ended_at").or_null())
                .col(integer("revision"))
                .take(),
        )
        .await?;
        m.create_index(index("operations", &["revision"])).await?;
        m.create_index(index("operations", &["created_at", "id"])).await?;
        m.create_index(index("operations", &["team", "created_at", "id"])).await?;
        m.create_index(index("operations", &["target_uid", "ended_at"])).await?;
        m.create_index(index("operations", &["state", "created_at"])).await?;

        m.create_table(
            table(m, "operation_steps")
                .col(uuid("operation_id"))
                .col(string("name", 191))
                .col(integer("position"))
                .col(string("title", 255))
                .col(string("state", 16))
                .col(text("waiting_for").or_null())
                .col(integer("attempts"))
                .col(json("failure").or_null())
                .col(integer("started_at").or_null())
                .col(integer("ended_at").or_null())
                .primary_key(Index::create().col("operation_id").col("name"))
                .foreign_key(&mut belongs_to("operation_steps", "operation_id", "operations"))
                .take(),
        )
        .await?;

        m.create_table(
            table(m, "ledger")
                .col(integer("id").primary_key().auto_increment())
                .col(string("owner", 64))
                .col(string("component", 191))
                .col(string("natural_key", 512))
                .col(string("open_key", 512).or_null())
                .col(string("state", 16))
                .col(integer("created_at"))
                .col(integer("updated_at"))
                .take(),
        )
        .await?;
        // The key while the thing may exist, null once it is gone: unique among what is open, on
        // databases with and without partial indexes.
        m.create_index(unique("ledger", &["open_key"])).await?;
        m.create_index(index("ledger", &["owner", "id"])).await?;

        m.create_table(table(m, "counters").col(string("name", 64).primary_key()).col(integer("value")).take()).await?;
        let first = Query::insert()
            .into_table("counters")
            .columns(["name", "value"])
            .values_panic(["operations".into(), 0_i64.into()])
            .take();
        m.execute(first).await
    }
}
