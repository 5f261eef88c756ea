//! What the cases share: a migrated database, contexts, and a clock that stands still.

use std::{pin::Pin, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use kore_api::{
    identity::{PlatformRole, TeamRole, UserSpec},
    names::{TeamName, UserName},
};
use kore_domain::access::{Authorized, Permission, Platform, SystemContext, Visibility};
use kore_store::{NewSession, NewUser, Session, Store, StoreOptions, TokenHash, User};
use kore_testkit::databases::{Databases, Engine, TestDatabase};

/// One case; runs on each database.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) run: fn(Db) -> Pin<Box<dyn Future<Output = ()> + Send>>,
}

macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        /// The cases of this module.
        pub(crate) const CASES: &[$crate::support::Case] = &[$($crate::support::Case {
            name: concat!(module_path!(), "::", stringify!($name)),
            run: |db| Box::pin($name(db)),
        }),*];
    };
}
pub(crate) use cases;

/// A fresh database with Kore's schema.
pub(crate) struct Db {
    pub(crate) store: Store,
    pub(crate) database: TestDatabase,
    pub(crate) databases: Arc<Databases>,
}

impl Db {
    pub(crate) async fn fresh(databases: Arc<Databases>, engine: Engine) -> Self {
        let database = databases.fresh(engine).await.unwrap();
        let store = connect(&database.url).await;
        store.migrate().await.unwrap();
        Self { store, database, databases }
    }

    pub(crate) async fn user(&self, name: &str) -> User {
        let new = NewUser { name: name.parse().unwrap(), spec: spec(None), password_hash: None };
        self.store.create_user(&grant(Permission::UserWrite), &new, now()).await.unwrap()
    }

    pub(crate) async fn session(&self, user: &User) -> Session {
        let new = NewSession {
            user_id: user.id,
            source: kore_domain::access::Source::Cli,
            label: Some("kore on a laptop".into()),
            address: Some("127.0.0.1".into()),
            expires_at: at(3600),
            name: None,
            limit: None,
        };
        self.store.create_session(&new, now()).await.unwrap()
    }
}

pub(crate) async fn connect(url: &str) -> Store {
    let options = StoreOptions { connections: 8, ..StoreOptions::default() };
    Store::connect_with(url, options).await.unwrap()
}

/// The moment at which cases happen.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T12:00:00.123456Z".parse().unwrap()
}

/// Seconds after it.
pub(crate) fn at(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

pub(crate) fn system() -> SystemContext {
    SystemContext { component: "test", now: now() }
}

pub(crate) fn grant(permission: Permission) -> Authorized<Platform> {
    system().grant(permission, Platform)
}

pub(crate) fn team_grant(permission: Permission, team: &str) -> Authorized<TeamName> {
    system().grant(permission, team.parse().unwrap())
}

pub(crate) fn everything(permission: Permission) -> Authorized<Visibility> {
    system().grant(permission, Visibility::All)
}

pub(crate) fn spec(platform_role: Option<PlatformRole>) -> UserSpec {
    UserSpec { display_name: Some("Ana Ålvarez 🦀".into()), platform_role, ..UserSpec::default() }
}

pub(crate) fn name(text: &str) -> UserName {
    text.parse().unwrap()
}

pub(crate) fn hash(text: &str) -> TokenHash {
    TokenHash::of(text)
}

pub(crate) const OWNER: TeamRole = TeamRole::Owner;
pub(crate) const VIEWER: TeamRole = TeamRole::Viewer;
