//! The store on SQLite, PostgreSQL and MariaDB: every case on every database, the same number on
//! each, counted and printed. Its own harness, because the counts are part of the result.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test with a harness of its own is not told from a program"
)]

mod access;
mod addresses;
mod audit;
mod crash;
mod faults;
mod federation;
mod invitations;
mod operations;
mod people;
mod quotas;
mod records;
mod robots;
mod schema;
mod signin;
mod size;
mod support;

use std::{collections::BTreeMap, process::ExitCode, sync::Arc, time::Duration};

use kore_testkit::databases::{Databases, Engine};
use support::{Case, Db};
use tokio::{runtime::Runtime, sync::Semaphore, task::JoinSet, time::timeout};

const LIMIT: Duration = Duration::from_secs(600);

fn main() -> ExitCode {
    if let Some(code) = crash::child().or_else(faults::child) {
        return code;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let filters: Vec<String> = arguments.iter().filter(|text| !text.starts_with('-')).cloned().collect();
    let wanted = |name: &str| filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()));
    let mut cases: Vec<Case> = Vec::new();
    cases.extend(people::CASES);
    cases.extend(access::CASES);
    cases.extend(robots::CASES);
    cases.extend(signin::CASES);
    cases.extend(invitations::CASES);
    cases.extend(federation::CASES);
    cases.extend(operations::CASES);
    cases.extend(quotas::CASES);
    cases.extend(addresses::CASES);
    cases.extend(audit::CASES);
    cases.extend(records::CASES);
    cases.extend(schema::CASES);
    cases.extend(crash::CASES);
    if std::env::var_os("KORE_SOAK").is_some() {
        cases.extend(size::CASES);
    }
    let runs: Vec<(Engine, Case)> = Engine::ALL
        .into_iter()
        .flat_map(|engine| cases.iter().map(move |case| (engine, *case)))
        .filter(|(engine, case)| wanted(&format!("{}::{}", engine.name(), case.name)))
        .collect();
    // These stop the server that others use: one by one, at the end.
    let alone: Vec<(Engine, Case)> = Engine::ALL
        .into_iter()
        .flat_map(|engine| faults::CASES.iter().map(move |case| (engine, *case)))
        .filter(|(engine, case)| wanted(&format!("{}::{}", engine.name(), case.name)))
        .collect();
    let disk = faults::disk::CASES.iter().map(|case| (Engine::Sqlite, *case));
    let disk: Vec<(Engine, Case)> = disk.filter(|(_, case)| wanted(&format!("sqlite::{}", case.name))).collect();
    if arguments.iter().any(|text| text == "--list") {
        for (engine, case) in runs.iter().chain(&alone).chain(&disk) {
            println!("{}::{}: test", engine.name(), case.name);
        }
        return ExitCode::SUCCESS;
    }
    let failed = Runtime::new().unwrap().block_on(run(runs, alone, disk, filters.is_empty()));
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

async fn run(runs: Vec<(Engine, Case)>, alone: Vec<(Engine, Case)>, disk: Vec<(Engine, Case)>, whole: bool) -> bool {
    let databases = Arc::new(Databases::new());
    let slots = Arc::new(Semaphore::new(4));
    let mut set = JoinSet::new();
    for (engine, case) in runs {
        let (databases, slots) = (databases.clone(), slots.clone());
        set.spawn(async move {
            let _slot = slots.acquire_owned().await.unwrap();
            (engine, case, one(databases, engine, case).await)
        });
    }
    let mut failed = false;
    let mut results = set.join_all().await;
    for (engine, case) in alone {
        results.push((engine, case, one(databases.clone(), engine, case).await));
    }
    let mut passed_disk = 0;
    for (engine, case) in disk {
        let result = one(databases.clone(), engine, case).await;
        passed_disk += u32::from(report(engine, case, &result));
        failed |= result.is_err();
    }
    let mut passed: BTreeMap<Engine, u32> = Engine::ALL.into_iter().map(|engine| (engine, 0)).collect();
    for (engine, case, result) in results {
        *passed.entry(engine).or_default() += u32::from(report(engine, case, &result));
        failed |= result.is_err();
    }
    let stopped = Arc::into_inner(databases).expect("nobody holds the databases any more").stop().await;
    if let Err(error) = stopped {
        failed = true;
        println!("a server was left: {error:#}");
    }
    let counts: Vec<_> = passed.iter().map(|(engine, count)| format!("{} {count} passed", engine.name())).collect();
    println!("\n{} (and on the disk of sqlite alone: {passed_disk} passed)", counts.join(", "));
    let equal = passed.values().all(|count| Some(count) == passed.values().next());
    if whole && !equal {
        println!("the counts differ");
    }
    failed || (whole && !equal)
}

fn report(engine: Engine, case: Case, result: &Result<(), String>) -> bool {
    match result {
        Ok(()) => println!("test {}::{} ... ok", engine.name(), case.name),
        Err(error) => println!("test {}::{} ... FAILED\n{error}", engine.name(), case.name),
    }
    result.is_ok()
}

async fn one(databases: Arc<Databases>, engine: Engine, case: Case) -> Result<(), String> {
    let task = tokio::spawn(async move {
        let db = Db::fresh(databases, engine).await;
        (case.run)(db).await;
    });
    let abort = task.abort_handle();
    match timeout(LIMIT, task).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => match error.try_into_panic() {
            Ok(panic) => Err(panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_default()),
            Err(error) => Err(error.to_string()),
        },
        Err(_) => {
            abort.abort();
            Err(format!("took longer than {LIMIT:?}"))
        }
    }
}
