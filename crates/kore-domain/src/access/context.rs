//! What travels with a request, and the proof that its subject may do what it does.

use std::{collections::BTreeSet, fmt, net::IpAddr};

use jiff::Timestamp;
use kore_api::{
    audit::{AuditRecord, AuditResult},
    names::{ClusterRef, NamespaceRef, TeamName},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    decide::{Decision, Denied, allowed_actions, decide},
    grant::{Circumstances, Reach},
    permission::{Permission, Scope},
    subject::{Platform, Resource, Subject, Visibility},
};

/// From where a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// The command line.
    Cli,
    /// The console in a browser, sign-in pages among it.
    Console,
    /// Any other client of the API.
    Api,
    /// kubectl through the access gateway.
    Gateway,
    /// A token of a CI system or another issuer, exchanged by a robot.
    Ci,
    /// Kore's own controllers.
    Controller,
}

impl Source {
    /// As audit records have it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Console => "console",
            Self::Api => "api",
            Self::Gateway => "gateway",
            Self::Ci => "ci",
            Self::Controller => "controller",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who does something, in which request, from where and when.
#[derive(Debug, Clone)]
pub struct OpContext {
    /// Who.
    pub subject: Subject,
    /// The request's id, the same in answer, log, audit and operation.
    pub request_id: String,
    /// From where.
    pub source: Source,
    /// The client's address.
    pub address: Option<IpAddr>,
    /// When the request came.
    pub now: Timestamp,
    /// The session behind the request's credential.
    pub session: Option<Uuid>,
}

impl OpContext {
    /// When and from where.
    #[must_use]
    pub const fn circumstances(&self) -> Circumstances {
        Circumstances { now: self.now, address: self.address }
    }

    /// Whether the subject may.
    #[must_use]
    pub fn may(&self, permission: Permission, resource: &Resource) -> bool {
        decide(&self.subject, permission, resource, &self.circumstances()) == Decision::Allow
    }

    /// What the subject may do with an object, as `metadata.actions` lists it.
    #[must_use]
    pub fn actions(&self, resource: &Resource) -> Vec<String> {
        allowed_actions(&self.subject, resource, &self.circumstances())
    }

    /// Decides, and gives the proof of it that stores and use cases ask for.
    ///
    /// # Errors
    /// [`Denied`] when the subject may not.
    pub fn authorize<T: Protected>(&self, permission: Permission, resource: T) -> Result<Authorized<T>, Denied> {
        match decide(&self.subject, permission, &resource.resource(), &self.circumstances()) {
            Decision::Allow => Ok(Authorized { resource, permission, actor: self.subject.actor() }),
            Decision::Deny { reason, hidden } => Err(Denied { permission, reason, hidden }),
        }
    }

    /// Where the subject may do this, as the proof that lists across teams ask for. Never refuses:
    /// whoever may nowhere gets an empty list.
    #[must_use]
    pub fn visible(&self, permission: Permission) -> Authorized<Visibility> {
        let actor = self.subject.actor();
        if self.may(permission, &Resource::Platform) {
            return Authorized { resource: Visibility::All, permission, actor };
        }
        let subject = &self.subject;
        let limits = subject.limit.iter().filter_map(|limit| limit.teams.as_ref()).flatten();
        let bound = subject.grants.iter().filter_map(|grant| match &grant.reach {
            Reach::Team(team) => Some(team),
            Reach::Platform | Reach::Cluster(_) | Reach::Namespace(_) => None,
        });
        let teams = subject.teams.keys().chain(bound).chain(limits);
        let teams = teams.filter(|team| self.may(permission, &Resource::Team((*team).clone()))).cloned().collect();
        let clusters = subject.grants.iter().filter_map(|grant| match &grant.reach {
            Reach::Cluster(cluster) if permission.scope() == Scope::Cluster => Some(cluster),
            _ => None,
        });
        let clusters =
            clusters.filter(|one| self.may(permission, &Resource::Cluster((*one).clone()))).cloned().collect();
        Authorized { resource: Visibility::Only { teams, clusters }, permission, actor }
    }

    /// An audit record of this request; the store gives it its id.
    #[must_use]
    pub fn audit(&self, action: &str, team: Option<&TeamName>, object: String, result: AuditResult) -> AuditRecord {
        AuditRecord {
            id: String::new(),
            at: self.now,
            actor: self.subject.actor(),
            action: action.to_owned(),
            team: team.map(ToString::to_string),
            object,
            result,
            status: None,
            code: None,
            source: self.source.to_string(),
            address: self.address.map(|address| address.to_string()),
            request_id: Some(self.request_id.clone()),
            detail: None,
            changes: Vec::new(),
        }
    }
}

/// Kore itself at work: controllers, the seeding of a new installation, the machine's own
/// administrator on the socket that only they can open.
#[derive(Debug, Clone)]
pub struct SystemContext {
    /// Which part, as `controller` or `admin-socket`.
    pub component: &'static str,
    /// When.
    pub now: Timestamp,
}

impl SystemContext {
    /// As audit records name it: `system:controller`.
    #[must_use]
    pub fn actor(&self) -> String {
        format!("system:{}", self.component)
    }

    /// The proof for what Kore does by itself, where no person's right is in question.
    #[must_use]
    pub fn grant<T: Protected>(&self, permission: Permission, resource: T) -> Authorized<T> {
        Authorized { resource, permission, actor: self.actor() }
    }

    /// An audit record of what Kore did by itself; the store gives it its id.
    #[must_use]
    pub fn audit(&self, action: &str, team: Option<&TeamName>, object: String, result: AuditResult) -> AuditRecord {
        AuditRecord {
            id: String::new(),
            at: self.now,
            actor: self.actor(),
            action: action.to_owned(),
            team: team.map(ToString::to_string),
            object,
            result,
            status: None,
            code: None,
            source: Source::Controller.to_string(),
            address: None,
            request_id: None,
            detail: None,
            changes: Vec::new(),
        }
    }
}

/// What a decision can be made about.
pub trait Protected {
    /// The resource that it is.
    fn resource(&self) -> Resource;
}

impl Protected for Platform {
    fn resource(&self) -> Resource {
        Resource::Platform
    }
}

impl Protected for TeamName {
    fn resource(&self) -> Resource {
        Resource::Team(self.clone())
    }
}

impl Protected for ClusterRef {
    fn resource(&self) -> Resource {
        Resource::Cluster(self.clone())
    }
}

/// Of all teams' objects; one's own part of it comes from [`OpContext::visible`].
impl Protected for Visibility {
    fn resource(&self) -> Resource {
        Resource::Platform
    }
}

impl Protected for NamespaceRef {
    fn resource(&self) -> Resource {
        Resource::Namespace(self.clone())
    }
}

impl Protected for Resource {
    fn resource(&self) -> Resource {
        self.clone()
    }
}

/// The proof that somebody may do one thing to one resource. Its fields are private to this module:
/// only [`OpContext::authorize`] and [`SystemContext::grant`] make one, so a function that takes it
/// cannot be called without the decision.
#[derive(Debug, Clone)]
pub struct Authorized<T> {
    resource: T,
    permission: Permission,
    actor: String,
}

/// A proof for one action was handed to a function that does another: a bug in Kore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("authorised for {}, used for {}", granted.name(), wanted.name())]
pub struct Misused {
    /// What was decided.
    pub granted: Permission,
    /// What was about to be done.
    pub wanted: Permission,
}

impl<T> Authorized<T> {
    /// The resource, for the function that does this very action.
    ///
    /// # Errors
    /// [`Misused`] when the proof is for another action.
    pub fn get(&self, wanted: Permission) -> Result<&T, Misused> {
        if self.permission == wanted { Ok(&self.resource) } else { Err(Misused { granted: self.permission, wanted }) }
    }

    /// The same proof for a part of the resource that the decision covers.
    fn narrow<U>(self, resource: U) -> Authorized<U> {
        Authorized { resource, permission: self.permission, actor: self.actor }
    }

    /// Who it was decided for, as `user:ana`.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// The action that was decided.
    #[must_use]
    pub const fn permission(&self) -> Permission {
        self.permission
    }
}

impl From<Authorized<TeamName>> for Authorized<Visibility> {
    /// What may be done in one team may be done in a list of that team.
    fn from(proof: Authorized<TeamName>) -> Self {
        let teams = BTreeSet::from([proof.resource.clone()]);
        proof.narrow(Visibility::teams(teams))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kore_api::{identity::TeamRole, names::UserName};

    use super::*;

    #[test]
    fn a_proof_is_for_one_action() {
        let team: TeamName = "payments".parse().unwrap();
        let context = OpContext {
            subject: Subject {
                teams: BTreeMap::from([(team.clone(), TeamRole::Viewer)]),
                ..Subject::new(Uuid::nil(), "ana".parse::<UserName>().unwrap().into())
            },
            request_id: "r1".into(),
            source: Source::Cli,
            address: None,
            now: Timestamp::UNIX_EPOCH,
            session: None,
        };
        let proof = context.authorize(Permission::MembershipRead, team.clone()).unwrap();
        assert_eq!(proof.get(Permission::MembershipRead), Ok(&team));
        assert!(proof.get(Permission::MembershipWrite).is_err());
        assert_eq!(proof.actor(), "user:ana");
        assert!(!context.authorize(Permission::MembershipWrite, team.clone()).unwrap_err().hidden);
        assert!(context.authorize(Permission::TeamCreate, Platform).is_err());
        let visible = |permission| context.visible(permission).get(permission).unwrap().clone();
        assert_eq!(visible(Permission::ClusterRead), Visibility::teams(BTreeSet::from([team])));
        assert_eq!(visible(Permission::AuditReadTeam), Visibility::teams(BTreeSet::new()));
    }
}
