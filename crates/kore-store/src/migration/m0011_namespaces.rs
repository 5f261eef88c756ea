//! Roles in one namespace of a cluster.

use sea_orm_migration::prelude::*;

use super::{string, unique};

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0011_namespaces"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, m: &SchemaManager) -> Result<(), DbErr> {
        // Empty where the role holds in the whole cluster, or further.
        for table in ["role_bindings", "elevations"] {
            let column = string("namespace", 64).default("").take();
            m.alter_table(Table::alter().table(table).add_column(column).take()).await?;
        }
        let after = unique("role_bindings", &["user_id", "role", "team", "cluster", "namespace"]);
        // First the new one: a foreign key of MariaDB holds on to an index that begins with its column.
        m.create_index(after).await?;
        let before = "role_bindings_user_id_role_team_cluster";
        m.drop_index(Index::drop().name(before).table("role_bindings").to_owned()).await
    }
}
