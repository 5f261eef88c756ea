//! Connections: one pool for reads and one for writes, which on SQLite is a single connection.

use std::{path::Path, sync::Arc, time::Duration};

use backon::{ConstantBuilder, Retryable};
use kore_engine::clock::{SharedClock, SystemClock};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, QueryTrait,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    sqlx::{
        self, Connection as _,
        sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous},
    },
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::{Mutex, watch};

use crate::{ChainKey, audit::ChainHead, error::StoreError, migration::Migrator};

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DatabaseKind {
    /// A file on this machine.
    Sqlite,
    /// A PostgreSQL server.
    Postgresql,
    /// A MariaDB server, or one that speaks its protocol.
    Mariadb,
}

impl DatabaseKind {
    /// Its name in logs and test reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgresql => "postgresql",
            Self::Mariadb => "mariadb",
        }
    }
}

/// How to connect.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Tells the time where a caller does not (operations, ledger).
    pub clock: SharedClock,
    /// Names this process in the audit trail: each writer has a hash chain of its own.
    pub writer: String,
    /// Seals records of the audit trail; never in the database.
    pub chain_key: Option<ChainKey>,
    /// How long a call waits for a connection before the database counts as gone.
    pub patience: Duration,
    /// Connections at most, for servers.
    pub connections: u32,
    /// Largest size of a SQLite file in pages of 4096 bytes, to leave room on a small disk.
    pub max_pages: Option<u32>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            writer: "kored".to_owned(),
            chain_key: None,
            patience: Duration::from_secs(5),
            connections: 10,
            max_pages: None,
        }
    }
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    read: DatabaseConnection,
    write: DatabaseConnection,
    kind: DatabaseKind,
    options: StoreOptions,
    chain: Mutex<Option<ChainHead>>,
    changed: watch::Sender<i64>,
}

impl Store {
    /// Connects with the usual options: `sqlite:///path/kore.sqlite`, `postgres://…`, `mysql://…` or `mariadb://…`.
    ///
    /// # Errors
    /// [`StoreError::Url`] and [`StoreError::Unavailable`].
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::connect_with(url, StoreOptions::default()).await
    }

    /// Connects.
    ///
    /// # Errors
    /// [`StoreError::Url`] and [`StoreError::Unavailable`].
    pub async fn connect_with(url: &str, options: StoreOptions) -> Result<Self, StoreError> {
        let (kind, url) = match url.split_once(':') {
            Some(("sqlite", _)) => (DatabaseKind::Sqlite, url.to_owned()),
            Some(("postgres" | "postgresql", _)) => (DatabaseKind::Postgresql, url.to_owned()),
            Some(("mysql", _)) => (DatabaseKind::Mariadb, url.to_owned()),
            Some(("mariadb", rest)) => (DatabaseKind::Mariadb, format!("mysql:{rest}")),
            // The URL may carry a password: it is not repeated.
            _ => return Err(StoreError::Url("it begins with sqlite:, postgres:, mysql: or mariadb:".to_owned())),
        };
        let (read, write) = match kind {
            DatabaseKind::Sqlite => sqlite(&url, &options).await?,
            DatabaseKind::Postgresql | DatabaseKind::Mariadb => {
                let pool = server(url, kind, &options).await?;
                (pool.clone(), pool)
            }
        };
        let inner = Inner { read, write, kind, options, chain: Mutex::default(), changed: watch::Sender::new(0) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Brings the schema up to date; does nothing when it is. Of several processes that start at once
    /// one does it, and the others wait for it.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        match self.kind() {
            // The transaction holds the writer's lock, and takes all of the schema back if it fails.
            DatabaseKind::Sqlite => Migrator::up(&transaction, None).await?,
            DatabaseKind::Postgresql => {
                transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
                Migrator::up(&transaction, None).await?;
            }
            // There every statement about the schema commits what was before it: the lock is the
            // connection's, and other connections do the work.
            DatabaseKind::Mariadb => {
                let name = "CONCAT(DATABASE(), '.kore-migrate')";
                let ask = format!("SELECT CAST(GET_LOCK({name}, {MIGRATION_PATIENCE}) AS SIGNED)");
                let answer = transaction.query_one_raw(Statement::from_string(DbBackend::MySql, ask)).await?;
                let got = answer.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten();
                if got != Some(1) {
                    return Err(StoreError::Busy("another process has been migrating for minutes".into()));
                }
                let done = Migrator::up(self.write(), None).await;
                transaction.execute_unprepared(&format!("DO RELEASE_LOCK({name})")).await?;
                done?;
            }
        }
        Ok(transaction.commit().await?)
    }

    /// Whether the database answers and can be written to, for readiness.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read().execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        self.inner.kind
    }

    /// Closes all connections; what runs ends first.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.inner.read.clone().close().await?;
        Ok(self.inner.write.clone().close().await?)
    }

    /// Tells of new revisions of operations made through this store, so that watchers in this
    /// process need not poll.
    #[must_use]
    pub fn operation_changes(&self) -> watch::Receiver<i64> {
        self.inner.changed.subscribe()
    }

    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.inner.read
    }

    pub(crate) fn write(&self) -> &DatabaseConnection {
        &self.inner.write
    }

    pub(crate) fn options(&self) -> &StoreOptions {
        &self.inner.options
    }

    pub(crate) fn chain(&self) -> &Mutex<Option<ChainHead>> {
        &self.inner.chain
    }

    pub(crate) fn announce(&self, revision: i64) {
        self.inner.changed.send_if_modified(|last| {
            let newer = revision > *last;
            *last = revision.max(*last);
            newer
        });
    }

    /// A transaction that means to write. On SQLite it takes the writer's lock at once
    /// (`BEGIN IMMEDIATE`): a lock that is upgraded later fails without waiting.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = match self.inner.kind {
            DatabaseKind::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            },
            DatabaseKind::Postgresql | DatabaseKind::Mariadb => TransactionOptions::default(),
        };
        Ok(self.write().begin_with_options(options).await?)
    }
}

impl Store {
    /// Runs a transaction again when a server chose it to end a deadlock; it has changed nothing
    /// then. SQLite has no deadlocks, and has waited for its lock already.
    pub(crate) async fn again<T, F, W>(&self, mut work: F) -> Result<T, StoreError>
    where
        F: FnMut() -> W,
        W: Future<Output = Result<T, StoreError>>,
    {
        let mut attempts = 0;
        loop {
            match work().await {
                Err(StoreError::Busy(_)) if self.kind() != DatabaseKind::Sqlite && attempts < ATTEMPTS => attempts += 1,
                result => return result,
            }
        }
    }
}

/// One statement that changes rows.
pub(crate) trait Change {
    /// Runs it, and again where a server chose it to end a deadlock, as MariaDB does with single statements
    /// too: it locks the gaps beside the rows. How many rows it changed.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    async fn run(self, store: &Store) -> Result<u64, StoreError>;
}

impl<Q: QueryTrait> Change for Q {
    async fn run(self, store: &Store) -> Result<u64, StoreError> {
        let statement = self.build(store.write().get_database_backend());
        store.again(async || Ok(store.write().execute_raw(statement.clone()).await?.rows_affected())).await
    }
}

/// Any number that no other program uses in the same PostgreSQL database ("kore" in ASCII).
const MIGRATION_LOCK: i64 = 0x6b6f_7265;
/// Seconds that a process waits for another one's migrations on MariaDB.
const MIGRATION_PATIENCE: u32 = 120;

/// Until a SQLite file is asked again that somebody else is turning to WAL.
const TURN: Duration = Duration::from_millis(20);

/// More deadlocks than this in a row are no accident.
const ATTEMPTS: u32 = 10;

fn common(url: String, options: &StoreOptions) -> ConnectOptions {
    let mut connect = ConnectOptions::new(url);
    connect
        .acquire_timeout(options.patience)
        .connect_timeout(options.patience)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .connect_lazy(false);
    connect
}

async fn sqlite(url: &str, options: &StoreOptions) -> Result<(DatabaseConnection, DatabaseConnection), StoreError> {
    let parsed: SqliteConnectOptions = url.parse().map_err(|cause: sqlx::Error| StoreError::Url(cause.to_string()))?;
    create_private(parsed.get_filename())?;
    let patience = options.patience;
    let pool = |connections: u32, max_pages: Option<u32>| {
        let mut connect = common(url.to_owned(), options);
        connect.max_connections(connections).test_before_acquire(false);
        connect.map_sqlx_sqlite_before_acquire(|connection, _| Box::pin(is_clean(connection)));
        connect.map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(patience);
            match max_pages {
                Some(pages) => sqlite.pragma("max_page_count", pages.to_string()),
                None => sqlite,
            }
        });
        connect
    };
    // SQLite refuses at once, and does not wait for its lock, where two turn a new file to WAL at the same
    // moment: of several that start at once one does, and the others find it done.
    let tries = usize::try_from(patience.as_millis() / TURN.as_millis()).unwrap_or(usize::MAX);
    let write = (|| async { Ok::<_, StoreError>(Database::connect(pool(1, options.max_pages)).await?) })
        .retry(ConstantBuilder::default().with_delay(TURN).with_max_times(tries))
        .when(|error| matches!(error, StoreError::Busy(_)))
        .await?;
    let read = Database::connect(pool(4, None)).await?;
    Ok((read, write))
}

/// Whether nothing is open on a connection. A transaction that met a full disk can neither be committed
/// nor rolled back, and its connection goes back to the pool with it: what is written there next would be
/// answered as done, be in no database, and lock out every other process. It is closed instead, which
/// takes back what nobody was told is done.
async fn is_clean(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Fails where nothing is open; and waits for a roll-back that is under way.
    let nothing_open = sqlx::query("ROLLBACK").execute(&mut *connection).await.is_err();
    Ok(nothing_open && !connection.is_in_transaction())
}

/// The file holds hashes of passwords: nobody but its owner reads it. SQLite gives its companions
/// (`-wal`, `-shm`) the same mode.
fn create_private(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)
            .map_err(|cause| StoreError::Unavailable(cause.into()))?;
    }
    std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map(drop)
        .map_err(|cause| StoreError::Unavailable(cause.into()))
}

async fn server(url: String, kind: DatabaseKind, options: &StoreOptions) -> Result<DatabaseConnection, StoreError> {
    let mut connect = common(url, options);
    connect.max_connections(options.connections).min_connections(0);
    if kind == DatabaseKind::Mariadb {
        connect.after_connect(|connection| {
            Box::pin(async move {
                debug_assert_eq!(connection.get_database_backend(), DbBackend::MySql);
                // Repeatable read takes gap locks, which turn independent inserts into deadlocks.
                let isolation = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
                connection.execute_unprepared(isolation).await?;
                Ok(())
            })
        });
    }
    Ok(Database::connect(connect).await?)
}
