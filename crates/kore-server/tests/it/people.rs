//! People for tests: a store, sign-in over it, and whoever is needed.

use std::sync::Arc;

use jiff::Timestamp;
use kore_api::{
    identity::{PlatformRole, TeamRole, UserSpec},
    names::{ClusterRef, TeamName, UserName},
};
use kore_app::signin::{Audience, Credential, Entered, Origin, SignIn, password::Hasher, token::system_entropy};
use kore_domain::access::{OpContext, Permission, Platform, Source, Subject, SystemContext};
use kore_engine::clock::{Clock, SystemClock};
use kore_store::{NewUser, Store};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "korrekt pferd batterie";

/// A store, and sign-in over it.
pub(crate) struct People {
    pub(crate) store: Store,
    pub(crate) signin: Arc<SignIn>,
    pub(crate) directory: tempfile::TempDir,
}

impl People {
    pub(crate) async fn new(url: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store =
            Store::connect(&format!("sqlite://{}/kore.sqlite?mode=rwc", directory.path().display())).await.unwrap();
        store.migrate().await.unwrap();
        let signin = SignIn::new(store.clone(), Arc::new(SystemClock), system_entropy, url).unwrap();
        Self { store, signin: Arc::new(signin), directory }
    }

    fn system(&self) -> SystemContext {
        SystemContext { component: "test", now: SystemClock.now() }
    }

    pub(crate) async fn add(&self, name: &str, role: Option<PlatformRole>, teams: &[(&str, TeamRole)]) {
        let hash = Hasher::new().unwrap().hash(PASSWORD.into()).await.unwrap();
        let name: UserName = name.parse().unwrap();
        let spec = UserSpec { platform_role: role, ..UserSpec::default() };
        let new = NewUser { name: name.clone(), spec, password_hash: Some(hash.into()) };
        let proof = self.system().grant(Permission::UserWrite, Platform);
        self.store.create_user(&proof, &new, self.system().now).await.unwrap();
        for (team, role) in teams {
            let team: TeamName = team.parse().unwrap();
            let proof = self.system().grant(Permission::MembershipWrite, team.clone());
            let id = format!("id-{team}");
            self.store.add_membership(&proof, &id, &name, *role, self.system().now).await.unwrap();
        }
    }

    pub(crate) async fn disable(&self, name: &str) {
        let name: UserName = name.parse().unwrap();
        let user = self.store.user_by_name(&name).await.unwrap().unwrap();
        let proof = self.system().grant(Permission::UserWrite, Platform);
        let spec = UserSpec { disabled: true, ..user.spec };
        self.store.update_user(&proof, &name, user.revision, &spec, self.system().now).await.unwrap();
        self.signin.forget();
    }

    pub(crate) async fn sign_in(&self, name: &str) -> Credential {
        let entered = self.signin.sign_in(name, PASSWORD, &Origin::default()).await.unwrap();
        let Entered::In(opened) = entered else { panic!("{name} has no second factor") };
        self.signin.authenticate(opened.cookie.expose(), Audience::Browser).await.unwrap()
    }

    pub(crate) fn context(&self, credential: &Credential) -> OpContext {
        OpContext {
            subject: Subject::clone(&credential.subject),
            request_id: "test".into(),
            source: Source::Api,
            address: None,
            now: Timestamp::now(),
            session: Some(credential.session),
        }
    }

    /// A token for a cluster, as kubectl gets it.
    pub(crate) async fn token(&self, name: &str, cluster: &str) -> String {
        let credential = self.sign_in(name).await;
        let cluster: ClusterRef = cluster.parse().unwrap();
        let context = self.context(&credential);
        self.signin.cluster_credential(&context, &credential, &cluster).await.unwrap().token
    }
}
