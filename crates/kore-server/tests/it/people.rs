//! People for tests: a store, sign-in over it, and whoever is needed.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use kore_api::{
    access::{RoleBindingSpec, ScopeSpec},
    identity::{PlatformRole, TeamRole, UserSpec},
    names::{ClusterRef, Principal, RobotRef, TeamName, UserName},
    robot::RobotSpec,
};
use kore_app::{
    AppError,
    signin::{
        Audience, Credential, Entered, Origin, SignIn,
        password::Hasher,
        token::{Kind, Secret, system_entropy},
    },
};
use kore_domain::access::{Limit, OpContext, Permission, Platform, Resource, Source, Subject, SystemContext};
use kore_engine::clock::{Clock, SystemClock};
use kore_store::{
    LongToken, NewSession, NewToken, NewUser, Robot, RoleBinding, Store, StoreOptions, TokenHash, TokenKind,
};
use uuid::Uuid;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "korrekt pferd batterie";

/// How long a busy machine takes says nothing of the database.
pub(crate) fn patient() -> StoreOptions {
    StoreOptions { patience: Duration::from_secs(120), ..StoreOptions::default() }
}

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
            Store::connect_with(&format!("sqlite://{}/kore.sqlite?mode=rwc", directory.path().display()), patient())
                .await
                .unwrap();
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

    /// A robot that has a role in its team.
    pub(crate) async fn robot(&self, text: &str, role: &str) -> Robot {
        let robot: RobotRef = text.parse().unwrap();
        let scope = ScopeSpec { team: Some(robot.team.clone()), ..ScopeSpec::default() };
        self.robot_in(&robot, role, scope).await
    }

    /// A robot that has a role somewhere in its team.
    pub(crate) async fn robot_in(&self, robot: &RobotRef, role: &str, scope: ScopeSpec) -> Robot {
        let (now, id) = (self.system().now, format!("id-{}", robot.team));
        let proof = self.system().grant(Permission::RobotWrite, robot.team.clone());
        let made = self.store.create_robot(&proof, &id, &robot.name, &RobotSpec::default(), now).await.unwrap();
        self.bind(Principal::Robot(robot.clone()), role, scope).await;
        made
    }

    /// Binds a role.
    pub(crate) async fn bind(&self, subject: Principal, role: &str, scope: ScopeSpec) -> RoleBinding {
        let id = scope.team.as_ref().map(|team| format!("id-{team}")).unwrap_or_default();
        let (role, networks) = (role.to_owned(), Vec::new());
        let spec = RoleBindingSpec { subject, role, scope, expires_at: None, networks, elevation: None };
        let proof = self.system().grant(Permission::RoleBindingWrite, Resource::Platform);
        self.store.create_role_binding(&proof, &spec, &id, self.system().now).await.unwrap()
    }

    /// Takes a binding away again.
    pub(crate) async fn unbind(&self, binding: &RoleBinding) {
        let proof = self.system().grant(Permission::RoleBindingWrite, Resource::Platform);
        assert!(self.store.delete_role_binding(&proof, binding.id).await.unwrap());
        self.signin.forget();
    }

    /// A static token of a robot and its session, good for at most this permission.
    pub(crate) async fn robot_token(&self, robot: &Robot, limit: Option<&str>) -> (Secret, Uuid) {
        let (secret, now) = (Secret::new(Kind::Robot, system_entropy), self.system().now);
        let expires_at = now + jiff::SignedDuration::from_hours(1);
        let new = NewSession {
            user_id: robot.id,
            source: Source::Api,
            label: None,
            address: None,
            expires_at,
            name: Some("ci".into()),
            limit: limit.map(|one| Limit { permissions: [one.to_owned()].into(), teams: None }),
        };
        let hash = TokenHash::of(secret.expose());
        let token = NewToken { kind: TokenKind::Access, hash, audience: None, expires_at };
        match self.store.create_long_token(&new, &token, 2, None, now).await.unwrap() {
            LongToken::Made(session) => (secret, session.id),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn revoke(&self, session: Uuid) {
        assert!(self.store.revoke_session(session, self.system().now).await.unwrap());
        self.signin.forget();
    }

    pub(crate) async fn disable_robot(&self, robot: &Robot) {
        let proof = self.system().grant(Permission::RobotWrite, robot.robot.team.clone());
        let spec = RobotSpec { disabled: true, ..robot.spec.clone() };
        let (name, now) = (&robot.robot.name, self.system().now);
        self.store.update_robot(&proof, name, robot.revision, &spec, now).await.unwrap();
        self.signin.forget();
    }

    /// A token for a cluster, for whoever has this one for the API.
    pub(crate) async fn cluster_token(&self, token: &Secret, cluster: &str) -> Result<String, AppError> {
        let credential = self.signin.authenticate(token.expose(), Audience::Api).await?;
        let context = self.context(&credential);
        Ok(self.signin.cluster_credential(&context, &credential, &cluster.parse().unwrap()).await?.token)
    }

    /// A token for a cluster, as kubectl gets it.
    pub(crate) async fn token(&self, name: &str, cluster: &str) -> String {
        let credential = self.sign_in(name).await;
        let cluster: ClusterRef = cluster.parse().unwrap();
        let context = self.context(&credential);
        self.signin.cluster_credential(&context, &credential, &cluster).await.unwrap().token
    }
}
