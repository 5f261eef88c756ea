//! The database matrix: a real PostgreSQL and a real MariaDB from Debian's packages, and SQLite.
//!
//! A server lives in a temporary directory and speaks on a Unix socket in it, so that any number of
//! test processes run side by side. It belongs to a small shell that waits for the end of its input:
//! when the test process ends, in whatever way, the kernel closes the pipe, and the shell stops the
//! server and removes the directory. A missing program is an error, never a reason to skip.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::AsyncWriteExt,
    process::{Child, ChildStdin, Command},
    sync::OnceCell,
    time::{Instant, sleep},
};

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// Debian's `postgresql`.
    Postgresql,
    /// Debian's `mariadb-server`.
    Mariadb,
}

impl Engine {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgresql, Self::Mariadb];

    /// As reports name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgresql => "postgresql",
            Self::Mariadb => "mariadb",
        }
    }
}

/// A fresh database of one test.
#[derive(Debug)]
pub struct TestDatabase {
    /// Which kind it is.
    pub engine: Engine,
    /// How the store reaches it.
    pub url: String,
    directory: Option<tempfile::TempDir>,
}

impl TestDatabase {
    /// The file, for SQLite.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        self.directory.as_ref().map(|directory| directory.path().join("kore.sqlite"))
    }
}

/// The servers of this test process; each starts when it is first asked for.
#[derive(Debug, Default)]
pub struct Databases {
    postgresql: OnceCell<DatabaseServer>,
    mariadb: OnceCell<DatabaseServer>,
}

impl Databases {
    /// None started yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A fresh, empty database.
    ///
    /// # Errors
    /// A server that is not installed or does not start.
    pub async fn fresh(&self, engine: Engine) -> Result<TestDatabase> {
        match engine {
            Engine::Sqlite => {
                let directory = tempfile::Builder::new().prefix("kore-sqlite-").tempdir()?;
                let url = format!("sqlite://{}/kore.sqlite", directory.path().display());
                Ok(TestDatabase { engine, url, directory: Some(directory) })
            }
            Engine::Postgresql | Engine::Mariadb => self.server(engine).await?.fresh().await,
        }
    }

    /// The server of a kind, started when it does not run yet.
    ///
    /// # Errors
    /// As [`DatabaseServer::start`].
    pub async fn server(&self, engine: Engine) -> Result<&DatabaseServer> {
        let cell = match engine {
            Engine::Postgresql => &self.postgresql,
            Engine::Mariadb => &self.mariadb,
            Engine::Sqlite => bail!("SQLite has no server"),
        };
        cell.get_or_try_init(|| DatabaseServer::start(engine)).await
    }

    /// Stops what runs and waits until it is gone.
    ///
    /// # Errors
    /// A server that does not end.
    pub async fn stop(self) -> Result<()> {
        for server in [self.postgresql.into_inner(), self.mariadb.into_inner()].into_iter().flatten() {
            server.end().await?;
        }
        Ok(())
    }
}

/// A database server of this process.
#[derive(Debug)]
pub struct DatabaseServer {
    engine: Engine,
    directory: PathBuf,
    user: Option<User>,
    keeper: tokio::sync::Mutex<Option<Keeper>>,
    made: AtomicU32,
}

/// The shell that the server belongs to, and the pipe that keeps both alive.
#[derive(Debug)]
struct Keeper {
    child: Child,
    alive: ChildStdin,
}

#[derive(Debug, Clone)]
struct User {
    name: &'static str,
    uid: u32,
    gid: u32,
}

/// Runs the server given as arguments until a line or the end of the input comes; stops it as `$1`
/// says, by its own id, and removes the directory `$2` unless the line says `keep`.
const KEEPER: &str = r#"
signal=$1; directory=$2; shift 2
"$@" </dev/null &
server=$!
read -r word
kill -s "$signal" "$server" 2>/dev/null
wait "$server"
[ "$word" = keep ] || rm -rf -- "$directory"
exit 0
"#;

/// Long, for machines that are busy with other things.
const DEADLINE: Duration = Duration::from_secs(120);

impl DatabaseServer {
    /// Makes a new server in a temporary directory and waits until it answers.
    ///
    /// # Errors
    /// Programs that are missing, with the package to install; a server that does not answer.
    pub async fn start(engine: Engine) -> Result<Self> {
        let program = program(engine)?;
        let base = std::env::temp_dir();
        let directory = tempfile::Builder::new().prefix(&format!("kore-{}-", engine.name())).tempdir_in(base)?.keep();
        let user = if is_root()? { Some(user(engine).await?) } else { None };
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o700))?;
        if let Some(user) = &user {
            chown(&directory, Some(user.uid), Some(user.gid))?;
        }
        let server =
            Self { engine, directory, user, keeper: tokio::sync::Mutex::default(), made: AtomicU32::default() };
        let data = server.directory.join("data");
        let init = match engine {
            Engine::Postgresql => {
                let initdb = program.with_file_name("initdb");
                let mut command = server.command(&initdb);
                command.args(["--username=kore", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"]);
                command.arg("-D").arg(&data);
                command
            }
            _ => {
                let mut command = server.command(&which("mariadb-install-db", "mariadb-server")?);
                command.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
                command.arg(format!("--datadir={}", data.display()));
                command
            }
        };
        if let Err(error) = run(init).await {
            fs::remove_dir_all(&server.directory)?;
            return Err(error.context(format!("{} could not be set up", engine.name())));
        }
        server.resume().await?;
        Ok(server)
    }

    /// Starts it again after [`Self::interrupt`]; with the data it had.
    ///
    /// # Errors
    /// A server that does not answer.
    pub async fn resume(&self) -> Result<()> {
        let program = program(self.engine)?;
        let data = self.directory.join("data");
        let mut server: Vec<std::ffi::OsString> = self.as_user(&program);
        match self.engine {
            Engine::Postgresql => {
                server.extend(["-D".into(), data.into()]);
                // Data survives the end of the process, which is what tests end; not a power cut.
                for setting in [
                    "listen_addresses=",
                    "fsync=off",
                    "max_connections=200",
                    "shared_buffers=32MB",
                    "log_min_messages=fatal",
                ] {
                    server.extend(["-c".into(), setting.into()]);
                }
                server.extend(["-c".into(), format!("unix_socket_directories={}", self.directory.display()).into()]);
            }
            _ => server.extend([
                "--no-defaults".into(),
                "--skip-networking".into(),
                "--innodb-flush-log-at-trx-commit=2".into(),
                "--innodb-buffer-pool-size=64M".into(),
                "--innodb-log-file-size=16M".into(),
                "--performance-schema=OFF".into(),
                "--max-connections=200".into(),
                format!("--datadir={}", data.display()).into(),
                format!("--socket={}", self.socket().display()).into(),
                format!("--pid-file={}", self.directory.join("pid").display()).into(),
            ]),
        }
        let signal = if self.engine == Engine::Postgresql { "QUIT" } else { "KILL" };
        let log = fs::File::options().create(true).append(true).open(self.directory.join("log"))?;
        let mut child = Command::new("sh")
            .arg("-c")
            .arg(KEEPER)
            .args(["keeper", signal])
            .arg(&self.directory)
            .args(&server)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .spawn()?;
        let alive = child.stdin.take().context("no pipe")?;
        *self.keeper.lock().await = Some(Keeper { child, alive });
        let begun = Instant::now();
        loop {
            match self.sql("SELECT 1").await {
                Ok(()) => return Ok(()),
                Err(error) if begun.elapsed() > DEADLINE => {
                    let log = fs::read_to_string(self.directory.join("log")).unwrap_or_default();
                    return Err(error.context(format!("{} does not answer: {log}", self.engine.name())));
                }
                Err(_) => sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Stops it at once, as a crash would; its data stay for [`Self::resume`].
    ///
    /// # Errors
    /// A server that does not end.
    pub async fn interrupt(&self) -> Result<()> {
        let Some(Keeper { mut child, mut alive }) = self.keeper.lock().await.take() else { return Ok(()) };
        alive.write_all(b"keep\n").await?;
        tokio::time::timeout(DEADLINE, child.wait()).await.context("the server does not end")??;
        Ok(())
    }

    /// Stops it for good and removes what it had.
    async fn end(self) -> Result<()> {
        if let Some(Keeper { mut child, alive }) = self.keeper.lock().await.take() {
            drop(alive);
            tokio::time::timeout(DEADLINE, child.wait()).await.context("the server does not end")??;
        }
        if self.directory.exists() { bail!("{} is left", self.directory.display()) } else { Ok(()) }
    }

    async fn fresh(&self) -> Result<TestDatabase> {
        let name = format!("kore{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.sql(&format!("CREATE DATABASE {name}")).await?;
        let socket = self.socket();
        let url = match self.engine {
            Engine::Postgresql => format!("postgres://kore@localhost/{name}?host={}", self.directory.display()),
            _ => format!("mysql://root@localhost/{name}?socket={}", socket.display()),
        };
        Ok(TestDatabase { engine: self.engine, url, directory: None })
    }

    /// One statement as the administrator, by the server's own client.
    async fn sql(&self, statement: &str) -> Result<()> {
        let mut command = match self.engine {
            Engine::Postgresql => {
                let mut command = Command::new(which("psql", "postgresql")?);
                command.args(["-X", "-q", "-U", "kore", "-d", "postgres", "-h"]).arg(&self.directory);
                command.args(["-c", statement]);
                command
            }
            _ => {
                let mut command = Command::new(which("mariadb", "mariadb-server")?);
                command.args(["--no-defaults", "-u", "root", "-e", statement, "--socket"]).arg(self.socket());
                command
            }
        };
        command.current_dir("/");
        run(command).await
    }

    fn socket(&self) -> PathBuf {
        self.directory.join(if self.engine == Engine::Postgresql { ".s.PGSQL.5432" } else { "socket" })
    }

    /// The servers refuse to be root: then they get their package's own user.
    fn as_user(&self, program: &Path) -> Vec<std::ffi::OsString> {
        match &self.user {
            None => vec![program.into()],
            Some(User { name, .. }) => vec![
                "setpriv".into(),
                format!("--reuid={name}").into(),
                format!("--regid={name}").into(),
                "--init-groups".into(),
                program.into(),
            ],
        }
    }

    fn command(&self, program: &Path) -> Command {
        let words = self.as_user(program);
        let mut words = words.iter();
        let mut command = Command::new(words.next().map_or(OsStr::new("false"), |word| word.as_os_str()));
        command.args(words).current_dir("/");
        command
    }
}

async fn run(mut command: Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    bail!("{:?} ended with {}: {}", command.as_std().get_program(), output.status, String::from_utf8_lossy(&text))
}

/// The server's program. Debian keeps PostgreSQL's out of the path.
fn program(engine: Engine) -> Result<PathBuf> {
    if engine == Engine::Mariadb {
        return which("mariadbd", "mariadb-server");
    }
    let mut versions: Vec<_> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    versions.sort();
    let programs = versions.into_iter().rev().map(|version| version.join("bin/postgres"));
    programs.into_iter().find(|program| program.exists()).context(missing("postgres", "postgresql"))
}

fn which(program: &str, package: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/bin".into()]);
    places.map(|place| place.join(program)).find(|file| file.exists()).with_context(|| missing(program, package))
}

fn missing(program: &str, package: &str) -> String {
    format!("{program} is not installed: apt-get install {package}")
}

fn is_root() -> Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(fs::metadata("/proc/self")?.uid() == 0)
}

async fn user(engine: Engine) -> Result<User> {
    let name = if engine == Engine::Postgresql { "postgres" } else { "mysql" };
    let id = async |which: &str| -> Result<u32> {
        let output = Command::new("id").args([which, name]).output().await?;
        let text = String::from_utf8(output.stdout)?;
        text.trim().parse().with_context(|| format!("there is no user {name}"))
    };
    Ok(User { name, uid: id("-u").await?, gid: id("-g").await? })
}
