//! What the migrations make, on each database, and that it is made once.

use std::path::PathBuf;

use kore_store::Store;
use kore_testkit::databases::Engine;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

use crate::support::{Db, cases};

cases![the_schema_is_the_one_on_record, of_several_that_start_at_once_one_migrates];

async fn texts(connection: &DatabaseConnection, column: usize, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index::<String>(column).unwrap()).collect()
}

/// The schema as the database itself tells it.
async fn dump(engine: Engine, url: &str) -> String {
    let connection = Database::connect(url).await.unwrap();
    let mut lines = Vec::new();
    match engine {
        Engine::Sqlite => {
            lines =
                texts(&connection, 0, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY tbl_name, name")
                    .await;
        }
        Engine::Postgresql => {
            for sql in [
                "SELECT table_name || '.' || column_name || ' ' || data_type
                     || coalesce('(' || character_maximum_length || ')', '')
                     || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
                     || coalesce(' default ' || column_default, '')
                 FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname",
                "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                 WHERE contype = 'f' ORDER BY conname",
            ] {
                lines.extend(texts(&connection, 0, sql).await);
            }
        }
        Engine::Mariadb => {
            for table in texts(&connection, 0, "SHOW TABLES").await {
                lines.extend(texts(&connection, 1, &format!("SHOW CREATE TABLE `{table}`")).await);
            }
        }
    }
    connection.close().await.unwrap();
    lines.join("\n") + "\n"
}

/// Old code runs with the next schema and files of one version are opened by the next, so that a
/// change of what an old migration makes must not go by unseen.
async fn the_schema_is_the_one_on_record(db: Db) {
    let engine = db.database.engine;
    let found = dump(engine, &db.database.url).await;
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/schema/{}.sql", engine.name()));
    if std::env::var_os("KORE_UPDATE").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &found).unwrap();
    }
    let recorded = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, recorded, "{} is not what the migrations make: KORE_UPDATE=1 writes it", file.display());
}

async fn of_several_that_start_at_once_one_migrates(db: Db) {
    // One new SQLite file after the other: what comes between two that open it does so in some of them only.
    let rounds = if db.database.engine == Engine::Sqlite { 100 } else { 2 };
    for _ in 0..rounds {
        let database = db.databases.fresh(db.database.engine).await.unwrap();
        let opened = futures::future::join_all((0..4).map(|_| Store::connect(&database.url))).await;
        for store in opened {
            store.unwrap().close().await.unwrap();
        }
    }
    let database = db.databases.fresh(db.database.engine).await.unwrap();
    let stores = futures::future::join_all((0..4).map(|_| Store::connect(&database.url))).await;
    let stores: Vec<Store> = stores.into_iter().map(Result::unwrap).collect();
    let migrated = futures::future::join_all(stores.iter().map(Store::migrate)).await;
    for result in migrated {
        result.unwrap();
    }
    let connection = Database::connect(&database.url).await.unwrap();
    let made = texts(&connection, 0, "SELECT version FROM seaql_migrations ORDER BY version").await;
    let known = [
        "m0001_people",
        "m0002_operations",
        "m0003_records",
        "m0004_access",
        "m0005_audit",
        "m0006_sign_in",
        "m0007_invitations",
        "m0008_robots",
        "m0010_reservations",
        "m0011_namespaces",
    ];
    assert_eq!(made, known);
    connection.close().await.unwrap();
    assert_eq!(dump(db.database.engine, &database.url).await, dump(db.database.engine, &db.database.url).await);
    for store in stores {
        store.migrate().await.unwrap();
        store.close().await.unwrap();
    }
}
