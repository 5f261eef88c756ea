//! A writing process is killed (SIGKILL): what it was told is recorded, and the next one goes on.

use std::{
    process::{ExitCode, Stdio},
    time::Duration,
};

use kore_api::audit::AuditResult;
use kore_domain::access::{Permission, SystemContext};
use kore_engine::ledger::Ledger;
use kore_store::AuditQuery;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::support::{Db, at, cases, connect, everything, grant};

cases![a_killed_writer_loses_nothing_that_was_acknowledged];

const CHILD: &str = "KORE_STORE_TEST_CHILD";

/// When this process is the writer: writes until it is killed, and says each time what is recorded.
pub(crate) fn child() -> Option<ExitCode> {
    let url = std::env::var(CHILD).ok()?;
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = connect(&url).await;
        for number in 0_i64.. {
            let context = SystemContext { component: "writer", now: at(number) };
            let record = context.audit("test.write", None, format!("row/{number}"), AuditResult::Allowed);
            store.append_audit(&[record]).await.unwrap();
            store.intend("writer", "row", &format!("row/{number}")).await.unwrap();
            println!("{number}");
        }
    });
    Some(ExitCode::SUCCESS)
}

async fn a_killed_writer_loses_nothing_that_was_acknowledged(db: Db) {
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(CHILD, &db.database.url)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Killed at another moment each time, in the middle of whatever it does then.
        let wanted = 5 + round * 3;
        let mut said = 0;
        while said < wanted {
            let line = tokio::time::timeout(Duration::from_secs(120), lines.next_line()).await.unwrap().unwrap();
            assert_eq!(line.unwrap().parse(), Ok(said));
            said += 1;
        }
        child.start_kill().unwrap();
        while let Some(line) = lines.next_line().await.unwrap() {
            assert_eq!(line.parse(), Ok(said));
            said += 1;
        }
        child.wait().await.unwrap();
        acknowledged.push(said);

        let query = AuditQuery { limit: 10_000, ..AuditQuery::default() };
        let rows = db.store.list_audit(&everything(Permission::AuditReadTeam), &query).await.unwrap();
        let total: i64 = acknowledged.iter().sum();
        let count = i64::try_from(rows.len()).unwrap();
        // At most one more per kill: written, not told.
        assert!((total..=total + round + 1).contains(&count), "{count} rows of {total} acknowledged");
        let verdict =
            db.store.verify_audit(&grant(Permission::AuditReadPlatform), &kore_store::Expected::new()).await.unwrap();
        assert!(verdict.breaks.is_empty(), "{verdict:?}");
        let ledger = db.store.entries("writer").await.unwrap();
        for number in 0..said {
            assert!(ledger.iter().any(|entry| entry.key == format!("row/{number}")), "row {number}");
        }
    }
    let context = SystemContext { component: "test", now: at(100_000) };
    db.store.append_audit(&[context.audit("a", None, "b".into(), AuditResult::Allowed)]).await.unwrap();
    let verdict =
        db.store.verify_audit(&grant(Permission::AuditReadPlatform), &kore_store::Expected::new()).await.unwrap();
    assert!(verdict.breaks.is_empty(), "{verdict:?}");
}
