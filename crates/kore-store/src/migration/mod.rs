//! Migrations, numbered and never edited once released; old code runs with the next schema
//! (expand first, contract later). The same Rust makes the schema on every database.
//!
//! There is no way down: what a newer schema added is left alone by the code before it, and dropping
//! it would drop what was recorded. Whoever must go back starts the older program.

mod m0001_people;
mod m0002_operations;
mod m0003_records;
mod m0004_access;
mod m0005_audit;
mod m0006_sign_in;
mod m0007_invitations;
mod m0008_robots;
mod m0010_reservations;
mod m0011_namespaces;

use sea_orm::{DbBackend, sea_query::*};
use sea_orm_migration::prelude::*;

pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_people::Migration),
            Box::new(m0002_operations::Migration),
            Box::new(m0003_records::Migration),
            Box::new(m0004_access::Migration),
            Box::new(m0005_audit::Migration),
            Box::new(m0006_sign_in::Migration),
            Box::new(m0007_invitations::Migration),
            Box::new(m0008_robots::Migration),
            Box::new(m0010_reservations::Migration),
            Box::new(m0011_namespaces::Migration),
        ]
    }
}

/// A table whose texts are compared byte by byte, as they are on the other two: the usual collation
/// of MariaDB takes `Ana` and `ana` for the same name.
fn table(manager: &SchemaManager<'_>, name: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    if manager.get_database_backend() == DbBackend::MySql {
        table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_bin");
    }
    table
}

fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

fn string(name: &'static str, length: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(length).not_null().take()
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn integer(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

fn boolean(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

fn json(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).json().not_null().take()
}

/// A SHA-256.
fn hash(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).var_binary(32).not_null().take()
}

trait Nullable {
    fn or_null(self) -> Self;
}

impl Nullable for ColumnDef {
    fn or_null(mut self) -> Self {
        self.null().take()
    }
}

/// The index is named after its columns, so that a broken unique rule has one name everywhere.
fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).unique().take()
}

/// Rows go when the row that they belong to goes.
fn belongs_to(table: &'static str, column: &'static str, other: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{column}_fk"))
        .from(table, column)
        .to(other, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}
