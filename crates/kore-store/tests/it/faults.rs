//! The database goes away in the middle, or its disk is full.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use kore_api::{
    audit::AuditResult,
    codes::Code,
    operation::{Step, StepState},
};
use kore_domain::access::{Permission, SystemContext};
use kore_engine::{error::Class, ledger::Ledger, operations::OperationLog};
use kore_store::{Store, StoreError, StoreOptions};
use kore_testkit::databases::Engine;
use sea_orm::{ConnectOptions, ConnectionTrait};

use crate::support::{Db, at, cases, grant};

cases![a_database_that_goes_away_is_named_and_comes_back];

/// What there is on SQLite alone, whose disk is ours to watch.
pub(crate) mod disk {
    use super::{
        a_full_disk_is_named_and_loses_nothing, a_full_file_is_named_and_loses_nothing,
        what_a_full_disk_broke_off_is_not_gone_on_with,
    };

    crate::support::cases![
        a_full_file_is_named_and_loses_nothing,
        a_full_disk_is_named_and_loses_nothing,
        what_a_full_disk_broke_off_is_not_gone_on_with,
    ];
}

async fn write(store: &Store, number: i64) -> Result<(), StoreError> {
    let context = SystemContext { component: "test", now: at(number) };
    let record = context.audit("test.write", None, format!("row/{number}"), AuditResult::Allowed);
    store.append_audit(&[record]).await.map(drop)
}

async fn a_database_that_goes_away_is_named_and_comes_back(db: Db) {
    let patient = StoreOptions { patience: Duration::from_secs(2), ..StoreOptions::default() };
    let store = Store::connect_with(&db.database.url, patient).await.unwrap();
    write(&store, 0).await.unwrap();
    let engine = db.database.engine;
    // SQLite has no server that could stop; another process that holds the file comes nearest.
    let holder = if engine == Engine::Sqlite {
        let mut options = ConnectOptions::new(&db.database.url);
        options.max_connections(1);
        let holder = sea_orm::Database::connect(options).await.unwrap();
        holder.execute_unprepared("BEGIN EXCLUSIVE").await.unwrap();
        Some(holder)
    } else {
        db.databases.server(engine).await.unwrap().interrupt().await.unwrap();
        None
    };
    // It is away all the while: whoever waited for it would never come back.
    for number in 1..3 {
        let error = write(&store, number).await.unwrap_err();
        assert_eq!(error.code(), Code::DatabaseUnavailable, "{error:?}");
    }
    let error = store.intend("u1", "c", "k").await.unwrap_err();
    assert_eq!(error.code, Code::DatabaseUnavailable);
    assert!(matches!(error.class, Class::Retry(_)));
    assert!(error.failure().retryable);
    if let Some(holder) = holder {
        holder.execute_unprepared("ROLLBACK").await.unwrap();
        holder.close().await.unwrap();
    } else {
        assert_eq!(store.ping().await.unwrap_err().code(), Code::DatabaseUnavailable);
        db.databases.server(engine).await.unwrap().resume().await.unwrap();
    }
    // The same store goes on by itself, with what it had.
    let deadline = Instant::now() + Duration::from_secs(30);
    while let Err(error) = write(&store, 9).await {
        assert!(Instant::now() < deadline, "it does not come back: {error:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    store.ping().await.unwrap();
    let verdict =
        store.verify_audit(&grant(Permission::AuditReadPlatform), &kore_store::Expected::new()).await.unwrap();
    assert_eq!((verdict.records.get("kored"), verdict.breaks.len()), (Some(&2), 0), "the first and the last");
}

/// A limit of SQLite's own, which it reports as it reports a full disk.
async fn a_full_file_is_named_and_loses_nothing(db: Db) {
    fill(&db.database.url, Some(150)).await;
}

async fn a_full_disk_is_named_and_loses_nothing(db: Db) {
    on_a_small_disk(db, "records", 2).await;
}

/// Steps are changed by statements that return what they wrote, in transactions: these end in other ways.
async fn what_a_full_disk_broke_off_is_not_gone_on_with(db: Db) {
    on_a_small_disk(db, "steps", 8).await;
}

/// A real full disk: a file system of so many MiB, in a mount namespace that ends with its process.
async fn on_a_small_disk(db: Db, what: &str, size: u32) {
    let file = db.database.file().unwrap();
    let directory = file.parent().unwrap();
    db.store.close().await.unwrap();
    let root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0;
    let script = r#"mount -t tmpfs -o size="$3" kore-test "$1" && exec "$2""#;
    let output = tokio::process::Command::new("unshare")
        .arg(if root { "-m" } else { "-rm" })
        .args(["sh", "-c", script, "sh"])
        .arg(directory)
        .arg(std::env::current_exe().unwrap())
        .arg(format!("{size}m"))
        .env(FILL, format!("{what} {}", db.database.url))
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
}

const FILL: &str = "KORE_STORE_TEST_FILL";

/// When this process is the one with the small disk.
pub(crate) fn child() -> Option<ExitCode> {
    let given = std::env::var(FILL).ok()?;
    let (what, url) = given.split_once(' ').unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        Store::connect(url).await.unwrap().migrate().await.unwrap();
        match what {
            "records" => fill(url, None).await,
            _ => break_off(url).await,
        }
    });
    Some(ExitCode::SUCCESS)
}

async fn fill(url: &str, max_pages: Option<u32>) {
    let store = Store::connect_with(url, StoreOptions { max_pages, ..StoreOptions::default() }).await.unwrap();
    let ballast = url.strip_prefix("sqlite://").map(|file| format!("{file}.ballast")).unwrap();
    if max_pages.is_none() {
        // What somebody else wrote to the same disk; freed later.
        std::fs::write(&ballast, vec![1; 300_000]).unwrap();
    }
    let (mut written, mut full) = (0_u64, None);
    for number in 0..10_000 {
        match write(&store, number).await {
            Ok(()) => written += 1,
            Err(error) => {
                full = Some(error);
                break;
            }
        }
    }
    let error = full.expect("it is full at some time");
    assert_eq!(error.code(), Code::LocalDiskFull, "{error:?}");
    assert_eq!(write(&store, 0).await.unwrap_err().code(), Code::LocalDiskFull, "still full");
    store.ping().await.unwrap();
    let verdict =
        store.verify_audit(&grant(Permission::AuditReadPlatform), &kore_store::Expected::new()).await.unwrap();
    assert_eq!((verdict.records.get("kored"), verdict.breaks.len()), (Some(&written), 0));
    let roomy = if max_pages.is_none() {
        std::fs::remove_file(&ballast).unwrap();
        store
    } else {
        store.close().await.unwrap();
        Store::connect(url).await.unwrap()
    };
    write(&roomy, 20_000).await.unwrap();
    let verdict =
        roomy.verify_audit(&grant(Permission::AuditReadPlatform), &kore_store::Expected::new()).await.unwrap();
    assert_eq!((verdict.records.get("kored"), verdict.breaks.len()), (Some(&(written + 1)), 0));
}

async fn break_off(url: &str) {
    let (store, other) = (Store::connect(url).await.unwrap(), Store::connect(url).await.unwrap());
    let operation = crate::operations::new("payments", "dev", 1);
    store.begin(operation.clone()).await.unwrap();
    let step =
        |number: i64| Step { attempts: number.try_into().unwrap(), ..crate::operations::step("a", StepState::Running) };
    store.step(operation.id, &step(0)).await.unwrap();
    let seen = async || other.get(operation.id).await.unwrap().unwrap().steps[0].attempts;
    for round in 0..40 {
        // Another page boundary each time.
        let ballast = url.strip_prefix("sqlite://").map(|file| format!("{file}.ballast")).unwrap();
        let mut file = std::fs::File::create(&ballast).unwrap();
        let block = vec![1; 1000 + 97 * round];
        while std::io::Write::write_all(&mut file, &block).is_ok() {}
        drop(file);
        let mut acknowledged = seen().await;
        let mut full = false;
        for number in 1..200 {
            let number = (round as i64) * 1000 + number;
            match store.step(operation.id, &step(number)).await {
                Ok(()) => acknowledged = number.try_into().unwrap(),
                Err(error) => {
                    assert_eq!(error.code, Code::LocalDiskFull, "{error:?}");
                    full = true;
                }
            }
            assert_eq!(seen().await, acknowledged, "what was answered as done is what others see");
        }
        assert!(full, "it is full at some time");
        std::fs::remove_file(&ballast).unwrap();
        let last = (round as i64) * 1000 + 999;
        store.step(operation.id, &step(last)).await.unwrap();
        assert_eq!(i64::from(seen().await), last);
        write(&other, last).await.unwrap();
    }
}
