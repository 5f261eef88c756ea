//! What teams may have and what they have taken, and ranges of addresses that somebody has.

use sea_orm_migration::prelude::*;

use super::{index, integer, json, string, table, text, unique, uuid};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0010_reservations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // The row of a team is also what its reservations wait for in turn.
        m.create_table(
            table(m, "quotas")
                .col(string("team_id", 64).primary_key())
                .col(json("limits"))
                .col(integer("revision"))
                .col(integer("created_at"))
                .col(integer("updated_at"))
                .take(),
        )
        .await?;

        m.create_table(
            table(m, "quota_reservations")
                .col(uuid("id").primary_key())
                .col(string("team_id", 64))
                .col(string("object", 128))
                // The uid of the object, or the request that is about to make or change it.
                .col(string("holder", 160))
                .col(integer("clusters"))
                .col(integer("nodes"))
                .col(integer("vcpus"))
                .col(integer("memory_mib"))
                .col(integer("namespaces"))
                .col(integer("created_at"))
                .col(integer("updated_at"))
                .take(),
        )
        .await?;
        m.create_index(unique("quota_reservations", &["team_id", "object", "holder"])).await?;
        m.create_index(index("quota_reservations", &["holder"])).await?;

        m.create_table(
            table(m, "address_reservations")
                .col(uuid("id").primary_key())
                .col(string("pool", 64))
                .col(string("purpose", 16))
                .col(string("cidr", 64))
                // First and last address as numbers: two ranges that overlap are found by comparing.
                .col(integer("first_address"))
                .col(integer("last_address"))
                .col(string("team", 64))
                .col(string("object", 128))
                .col(string("holder", 160))
                .col(text("note"))
                .col(string("made_by", 128))
                .col(integer("created_at"))
                .take(),
        )
        .await?;
        m.create_index(unique("address_reservations", &["holder", "purpose"])).await?;
        m.create_index(index("address_reservations", &["first_address"])).await?;
        // Whoever reserves addresses waits for whoever did before.
        let turn = Query::insert()
            .into_table("counters")
            .columns(["name", "value"])
            .values_panic(["addresses".into(), 0_i64.into()])
            .take();
        m.execute(turn).await
    }
}
