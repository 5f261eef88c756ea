//! Audit records on their way to the database, kept on disk in between.
//!
//! The gateway may not let a request that changes something pass before its record is safe, and a
//! database that is slow or away may not hold up `kubectl`. So records are appended to a file first
//! (synced, for those who wait for it), and a shipper takes whole files to the database in batches.
//!
//! A request that changes something leaves two lines: the intent before it is forwarded, and the
//! outcome. The audit trail gets one record of both, or the intent alone when no outcome came within
//! [`PATIENCE`]. After a crash a batch may arrive twice; its records carry their ids, and the database
//! leaves out those that it has.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    future::Future,
    io::{self, BufRead, Write},
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use kore_api::audit::AuditRecord;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// How long an intent waits for its outcome before it is recorded alone.
pub const PATIENCE: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_millis(300);
const RETRY: Duration = Duration::from_secs(1);
const WAITING: usize = 4096;
const BATCH: usize = 500;
const SEGMENT: u64 = 8 << 20;

/// Any error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Where records end up.
pub trait Sink: Send + Sync + 'static {
    /// Appends records, all or none.
    fn append<'a>(
        &'a self,
        records: &'a [AuditRecord],
    ) -> Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>>;
}

impl Sink for kore_store::Store {
    fn append<'a>(
        &'a self,
        records: &'a [AuditRecord],
    ) -> Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>> {
        Box::pin(async move { self.append_audit(records).await.map(|_| ()).map_err(Into::into) })
    }
}

/// Why a record could not be made safe.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SpoolError {
    /// The file could not be written.
    #[error("the audit record could not be written")]
    Write(#[source] Arc<io::Error>),
    /// The spool has ended, or is too far behind.
    #[error("the audit spool does not take records")]
    Closed,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// Joins intent and outcome.
    key: String,
    /// Whether this is the outcome.
    done: bool,
    record: AuditRecord,
}

enum Order {
    Write {
        line: Box<Line>,
        safe: Option<oneshot::Sender<Result<(), SpoolError>>>,
    },
    /// Write what nobody waits for: it is much.
    Flush,
    /// Close the current file, if there is anything in it, and tell of all that were closed.
    Rotate(oneshot::Sender<Vec<PathBuf>>),
}

/// Records that nobody waits for, until the writer comes round, a few times a second: it is not woken for
/// each.
type Pending = Arc<Mutex<Vec<Line>>>;

/// Takes records. Cheap to clone.
#[derive(Clone)]
pub struct Spool {
    orders: mpsc::Sender<Order>,
    pending: Pending,
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spool").field("free", &self.orders.capacity()).finish()
    }
}

/// A record whose outcome is not known yet.
#[derive(Debug)]
pub struct Intent {
    spool: Spool,
    key: String,
    record: AuditRecord,
    written: bool,
}

impl Intent {
    /// Records how it ended. Does not wait for the disk.
    pub fn finish(mut self, outcome: impl FnOnce(&mut AuditRecord)) {
        outcome(&mut self.record);
        self.send();
    }

    fn send(&mut self) {
        let line = Line { key: std::mem::take(&mut self.key), done: true, record: self.record.clone() };
        let sent = if self.written {
            self.spool.orders.try_send(Order::Write { line: Box::new(line), safe: None }).is_ok()
        } else {
            self.spool.put_by(line)
        };
        if !sent {
            // The intents of changes are on disk already; a read is worth less than the next request.
            metrics::counter!("kore_audit_spool_lost_total").increment(1);
            tracing::error!(request_id = ?self.record.request_id, "the audit spool is full: a record is lost");
        }
    }
}

impl Drop for Intent {
    /// The caller went away before there was an answer.
    fn drop(&mut self) {
        if !self.key.is_empty() && !self.written {
            self.record.detail = Some("the caller went away before the answer".to_owned());
            self.send();
        }
    }
}

impl Spool {
    /// Opens a spool in a directory of its own, with what an earlier process left there. Ends, with
    /// everything shipped that can be, when `stop` is cancelled.
    ///
    /// # Errors
    /// When the directory cannot be used.
    pub fn open(directory: &Path, sink: Arc<dyn Sink>, stop: CancellationToken) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        let mut left: Vec<PathBuf> = std::fs::read_dir(directory)?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
            .collect();
        left.sort();
        let next = left.last().and_then(|path| number(path)).map_or(0, |last| last + 1);
        let (orders, inbox) = mpsc::channel(WAITING);
        let pending = Pending::default();
        let writer = Writer { next, ..Writer::new(directory, Arc::clone(&pending)) };
        tokio::task::spawn_blocking(move || writer.run(inbox));
        let spool = Self { orders, pending };
        let shipper = Shipper { orders: spool.orders.clone(), sink, open: HashMap::new(), closed: left };
        tokio::spawn(shipper.run(stop));
        Ok(spool)
    }

    /// Takes note of something that begins. With `safe`, returns when the record is on disk.
    ///
    /// # Errors
    /// [`SpoolError`]: then it may not begin. Only with `safe`.
    pub async fn begin(&self, mut record: AuditRecord, safe: bool) -> Result<Intent, SpoolError> {
        // The record's own id: a batch that arrives twice is recorded once.
        let key = uuid::Uuid::now_v7().to_string();
        record.id.clone_from(&key);
        if safe {
            let (tell, told) = oneshot::channel();
            let line = Box::new(Line { key: key.clone(), done: false, record: record.clone() });
            let order = self.orders.send(Order::Write { line, safe: Some(tell) });
            // A writer that does not come round within this time has a disk that does not.
            let sent = tokio::time::timeout(Duration::from_secs(5), async {
                order.await.map_err(|_| SpoolError::Closed)?;
                told.await.map_err(|_| SpoolError::Closed)?
            });
            sent.await.map_err(|_| SpoolError::Closed)??;
        }
        Ok(Intent { spool: self.clone(), key, record, written: safe })
    }
}

impl Spool {
    /// Keeps a record until the writer comes round; false when there are too many.
    fn put_by(&self, line: Line) -> bool {
        let count = {
            let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
            if pending.len() >= WAITING {
                return false;
            }
            pending.push(line);
            pending.len()
        };
        if count.is_multiple_of(BATCH) {
            // A writer that has no time for it comes round all the same.
            let _busy = self.orders.try_send(Order::Flush);
        }
        true
    }
}

fn number(path: &Path) -> Option<u64> {
    path.file_stem()?.to_str()?.parse().ok()
}

/// Owns the files that are written; a thread of its own, as it waits for the disk.
struct Writer {
    directory: PathBuf,
    next: u64,
    current: Option<(PathBuf, std::fs::File, u64)>,
    /// Closed, and not told of yet.
    closed: Vec<PathBuf>,
    /// Records that nobody waits for, and that nobody has looked at.
    pending: Pending,
    /// Records that nobody waits for and that the disk had no room for, until it has.
    held: VecDeque<Line>,
}

impl Writer {
    fn new(directory: &Path, pending: Pending) -> Self {
        let (closed, held) = (Vec::new(), VecDeque::new());
        Self { directory: directory.to_owned(), next: 0, current: None, closed, pending, held }
    }

    fn run(mut self, mut inbox: mpsc::Receiver<Order>) {
        while let Some(first) = inbox.blocking_recv() {
            // Everybody who waits by now shares one sync.
            let mut waiting = Vec::new();
            let mut result = self.write_waiting();
            let mut order = Some(first);
            while let Some(next) = order {
                match next {
                    Order::Write { line, safe } => {
                        if result.is_ok() {
                            result = self.write(&line);
                        }
                        match safe {
                            Some(tell) => waiting.push(tell),
                            None if result.is_err() => self.hold(*line),
                            None => {}
                        }
                    }
                    Order::Flush => {}
                    Order::Rotate(tell) => {
                        self.close();
                        let _gone = tell.send(std::mem::take(&mut self.closed));
                    }
                }
                order = if waiting.len() < BATCH { inbox.try_recv().ok() } else { None };
            }
            if !waiting.is_empty()
                && result.is_ok()
                && let Some((_, file, _)) = &self.current
            {
                result = file.sync_data();
            }
            let result = result.map_err(|error| SpoolError::Write(Arc::new(error)));
            if let Err(error) = &result {
                tracing::error!(error = %error, "the audit spool cannot be written");
            }
            for tell in waiting {
                let _gone = tell.send(result.clone());
            }
        }
        // Nobody orders any more: what is left is for the next process.
        if let Err(error) = self.write_waiting() {
            tracing::error!(%error, "the last records of reads are lost");
        }
    }

    /// Writes what nobody waits for.
    fn write_waiting(&mut self) -> io::Result<()> {
        let mut result = self.write_held();
        let pending = std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner));
        for line in pending {
            if result.is_ok() {
                result = self.write(&line);
            }
            if result.is_err() {
                self.hold(line);
            }
        }
        result
    }

    fn close(&mut self) {
        self.closed.extend(self.current.take().map(|(path, ..)| path));
    }

    fn write_held(&mut self) -> io::Result<()> {
        while let Some(line) = self.held.pop_front() {
            if let Err(error) = self.write(&line) {
                self.held.push_front(line);
                return Err(error);
            }
        }
        Ok(())
    }

    fn hold(&mut self, line: Line) {
        if self.held.len() < WAITING {
            self.held.push_back(line);
        } else {
            // The intents of changes are on disk already; a read is worth less than the next request.
            metrics::counter!("kore_audit_spool_lost_total").increment(1);
        }
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        if let Some((_, file, size)) = &self.current
            && *size > SEGMENT
        {
            let synced = file.sync_data();
            self.close();
            synced?;
        }
        if self.current.is_none() {
            // Twenty digits, so that names sort as numbers do.
            let path = self.directory.join(format!("{:020}.jsonl", self.next));
            let file = std::fs::OpenOptions::new().create_new(true).append(true).open(&path)?;
            self.next += 1;
            self.current = Some((path, file, 0));
        }
        if let Some((_, file, size)) = &mut self.current {
            if let Err(error) = file.write_all(&text) {
                // What was written of the line would spoil the next one: that begins a file of its own.
                self.close();
                return Err(error);
            }
            *size += text.len() as u64;
        }
        Ok(())
    }
}

/// An intent without outcome, and the file that keeps it.
struct Open {
    record: AuditRecord,
    since: Instant,
    file: PathBuf,
}

struct Shipper {
    orders: mpsc::Sender<Order>,
    sink: Arc<dyn Sink>,
    open: HashMap<String, Open>,
    closed: Vec<PathBuf>,
}

impl Shipper {
    async fn run(mut self, stop: CancellationToken) {
        // What an earlier process left has no outcome to wait for.
        let mut left = std::mem::take(&mut self.closed);
        for file in left.drain(..) {
            self.ship(file, &stop).await;
        }
        self.give_up(Duration::ZERO, "Kore ended before the answer", &stop).await;
        loop {
            let last = stop.is_cancelled();
            let (tell, told) = oneshot::channel();
            if self.orders.send(Order::Rotate(tell)).await.is_err() {
                return;
            }
            for file in told.await.unwrap_or_default() {
                self.ship(file, &stop).await;
            }
            self.give_up(PATIENCE, "no answer within a minute", &stop).await;
            if last {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Takes one file to the database; returns when it is there, or when everything ends.
    async fn ship(&mut self, file: PathBuf, stop: &CancellationToken) {
        let path = file.clone();
        let lines = tokio::task::spawn_blocking(move || read(&path)).await.map_err(io::Error::other);
        let lines = match lines.and_then(|lines| lines) {
            Ok(lines) => lines,
            Err(error) => {
                tracing::error!(file = %file.display(), %error, "a file of the audit spool cannot be read");
                return;
            }
        };
        let mut records = Vec::new();
        let mut finished_elsewhere = Vec::new();
        for line in lines {
            if line.done {
                if let Some(open) = self.open.remove(&line.key) {
                    finished_elsewhere.push(open.file);
                }
                records.push(line.record);
            } else {
                let open = Open { record: line.record, since: Instant::now(), file: file.clone() };
                self.open.insert(line.key, open);
            }
        }
        if self.deliver(&records, stop).await {
            finished_elsewhere.push(file);
            self.drop_files(finished_elsewhere);
        }
    }

    /// Records intents that have waited long enough.
    async fn give_up(&mut self, after: Duration, why: &str, stop: &CancellationToken) {
        let late: Vec<String> =
            self.open.iter().filter(|(_, open)| open.since.elapsed() >= after).map(|(key, _)| key.clone()).collect();
        let (mut records, mut files) = (Vec::new(), Vec::new());
        for key in late {
            if let Some(mut open) = self.open.remove(&key) {
                open.record.detail = Some(why.to_owned());
                records.push(open.record);
                files.push(open.file);
            }
        }
        if self.deliver(&records, stop).await {
            self.drop_files(files);
        }
    }

    async fn deliver(&self, records: &[AuditRecord], stop: &CancellationToken) -> bool {
        for batch in records.chunks(BATCH) {
            while let Err(error) = self.sink.append(batch).await {
                tracing::warn!(%error, "audit records wait on disk for the database");
                // So do those that come meanwhile.
                let _busy = self.orders.try_send(Order::Flush);
                if stop.is_cancelled() {
                    return false;
                }
                tokio::select! {
                    () = tokio::time::sleep(RETRY) => {}
                    () = stop.cancelled() => {}
                }
            }
        }
        true
    }

    /// Removes files that keep nothing open any more.
    fn drop_files(&self, files: Vec<PathBuf>) {
        for file in files {
            if self.open.values().any(|open| open.file == file) {
                continue;
            }
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    tracing::error!(file = %file.display(), %error, "a file of the audit spool cannot be removed");
                }
                _ => {}
            }
        }
    }
}

/// The lines of a file; one that was cut off by a crash is the last and is left out.
fn read(file: &Path) -> io::Result<Vec<Line>> {
    let reader = io::BufReader::new(std::fs::File::open(file)?);
    let mut lines = Vec::new();
    for text in reader.lines() {
        if let Ok(line) = serde_json::from_str(&text?) {
            lines.push(line);
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use jiff::Timestamp;
    use kore_api::audit::AuditResult;

    use super::*;

    #[derive(Default)]
    struct Memory {
        records: Mutex<Vec<AuditRecord>>,
        away: std::sync::atomic::AtomicBool,
    }

    impl Sink for Memory {
        fn append<'a>(
            &'a self,
            records: &'a [AuditRecord],
        ) -> Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>> {
            Box::pin(async move {
                if self.away.load(std::sync::atomic::Ordering::SeqCst) {
                    return Err("away".into());
                }
                self.records.lock().unwrap().extend_from_slice(records);
                Ok(())
            })
        }
    }

    impl Memory {
        async fn wait(&self, count: usize) -> Vec<AuditRecord> {
            let deadline = Instant::now() + Duration::from_secs(20);
            loop {
                let records = self.records.lock().unwrap().clone();
                if records.len() >= count {
                    return records;
                }
                assert!(Instant::now() < deadline, "{} of {count}", records.len());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    fn record(action: &str) -> AuditRecord {
        AuditRecord {
            id: String::new(),
            at: Timestamp::UNIX_EPOCH,
            actor: "user:ana".into(),
            action: action.into(),
            team: None,
            object: "pods".into(),
            result: AuditResult::Allowed,
            status: None,
            code: None,
            source: "gateway".into(),
            address: None,
            request_id: None,
            detail: None,
            changes: Vec::new(),
        }
    }

    fn files(directory: &Path) -> usize {
        std::fs::read_dir(directory).unwrap().count()
    }

    #[tokio::test]
    async fn a_change_is_on_disk_before_it_begins_and_arrives_once_with_its_outcome() {
        let directory = tempfile::tempdir().unwrap();
        let (sink, stop) = (Arc::new(Memory::default()), CancellationToken::new());
        sink.away.store(true, std::sync::atomic::Ordering::SeqCst);
        let spool = Spool::open(directory.path(), sink.clone(), stop.clone()).unwrap();
        let intent = spool.begin(record("kubectl.create"), true).await.unwrap();
        assert_eq!(files(directory.path()), 1, "a database that is away holds nothing up");
        intent.finish(|record| record.status = Some(201));
        spool.begin(record("kubectl.get"), false).await.unwrap().finish(|record| record.status = Some(200));
        sink.away.store(false, std::sync::atomic::Ordering::SeqCst);
        let records = sink.wait(2).await;
        // Which of the two comes first is the writer's own business: their ids tell which was.
        let mut seen: Vec<_> = records.iter().map(|record| (record.action.as_str(), record.status)).collect();
        seen.sort_unstable();
        assert_eq!(seen, [("kubectl.create", Some(201)), ("kubectl.get", Some(200))]);
        let deadline = Instant::now() + Duration::from_secs(10);
        while files(directory.path()) > 0 {
            assert!(Instant::now() < deadline, "shipped files go away");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.cancel();
    }

    #[tokio::test]
    async fn what_a_crash_left_is_shipped_by_the_next_process() {
        let directory = tempfile::tempdir().unwrap();
        let line =
            |key: &str, done| serde_json::to_string(&Line { key: key.into(), done, record: record(key) }).unwrap();
        let text = format!("{}\n{}\n{}\n{{\"key\":\"cut o", line("a", false), line("a", true), line("b", false));
        std::fs::write(directory.path().join("00000000000000000007.jsonl"), text).unwrap();
        let (sink, stop) = (Arc::new(Memory::default()), CancellationToken::new());
        let spool = Spool::open(directory.path(), sink.clone(), stop.clone()).unwrap();
        let records = sink.wait(2).await;
        assert_eq!(records.len(), 2);
        assert_eq!(records[1].detail.as_deref(), Some("Kore ended before the answer"));
        drop(spool.begin(record("gone"), false).await.unwrap());
        assert!(sink.wait(3).await[2].detail.as_deref().unwrap().contains("went away"));
        stop.cancel();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn records_of_reads_are_on_disk_after_the_end_and_while_the_database_is_away() {
        let directory = tempfile::tempdir().unwrap();
        let lines = || {
            let files = std::fs::read_dir(directory.path()).unwrap().flatten();
            files
                .map(|file| file.path())
                .collect::<std::collections::BTreeSet<_>>()
                .into_iter()
                .flat_map(|file| read(&file).unwrap_or_default())
                .map(|line| line.record.action)
                .collect::<Vec<_>>()
        };
        let until = async |wanted: &[&str]| {
            let deadline = Instant::now() + Duration::from_secs(20);
            while lines() != wanted {
                assert!(Instant::now() < deadline, "{:?}, not {wanted:?}", lines());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let (sink, stop) = (Arc::new(Memory::default()), CancellationToken::new());
        sink.away.store(true, std::sync::atomic::Ordering::SeqCst);
        let spool = Spool::open(directory.path(), sink.clone(), stop.clone()).unwrap();
        for action in ["first", "second"] {
            spool.begin(record(action), false).await.unwrap().finish(|record| record.status = Some(200));
            until(&["first", "second"][..if action == "first" { 1 } else { 2 }]).await;
        }
        stop.cancel();
        spool.begin(record("last"), false).await.unwrap().finish(|record| record.status = Some(200));
        drop(spool);
        until(&["first", "second", "last"]).await;
    }

    /// A real full disk: a file system of a few pages, in a mount namespace that ends with its process.
    #[test]
    fn a_full_disk_costs_no_line_but_the_one_that_did_not_fit() {
        const PLACE: &str = "KORE_SPOOL_TEST_PLACE";
        if let Some(directory) = std::env::var_os(PLACE) {
            return fill(Path::new(&directory));
        }
        let directory = tempfile::tempdir().unwrap();
        let root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0;
        let script = r#"mount -t tmpfs -o size=64k kore-test "$1" && exec "$2" --exact "$3" --nocapture"#;
        let output = std::process::Command::new("unshare")
            .arg(if root { "-m" } else { "-rm" })
            .args(["sh", "-c", script, "sh"])
            .arg(directory.path())
            .arg(std::env::current_exe().unwrap())
            .arg("spool::tests::a_full_disk_costs_no_line_but_the_one_that_did_not_fit")
            .env(PLACE, directory.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }

    fn fill(directory: &Path) {
        let filler = directory.join("filler");
        std::fs::write(&filler, vec![0; 40 << 10]).unwrap();
        let mut writer = Writer::new(directory, Pending::default());
        let line = |key: u32| Line { key: key.to_string(), done: true, record: record("kubectl.create") };
        let mut kept: Vec<String> = Vec::new();
        let mut key = 0;
        let error = loop {
            key += 1;
            match writer.write(&line(key)) {
                Ok(()) => kept.push(key.to_string()),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        // There is room again.
        std::fs::remove_file(&filler).unwrap();
        for key in key + 1..key + 10 {
            writer.write(&line(key)).unwrap();
            kept.push(key.to_string());
        }
        writer.close();
        let found: Vec<String> =
            writer.closed.iter().flat_map(|file| read(file).unwrap()).map(|line| line.key).collect();
        assert_eq!(found, kept, "what was taken is there, and nothing else");
    }
}
