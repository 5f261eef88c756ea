//! Questions: may they, who may, what may they. Answered by [`kore_domain::access`] alone, so that they
//! say what would be decided.

use kore_api::{
    access::{AccessAnswer, AccessReview, Holder, ScopeSpec, WhatMay, WhoMay},
    audit::AuditResult,
    codes::Code,
    names::Principal,
    problem::Problem,
};
use kore_domain::access::{
    Circumstances, Decision, OpContext, Permission, Reach, Resource, Subject, Visibility, decide, holders, holdings,
    via,
};

use crate::{App, AppError};

/// What is asked about.
#[derive(Debug, Clone)]
pub struct Question {
    /// As `cluster.delete`.
    pub permission: String,
    /// On what.
    pub scope: ScopeSpec,
}

impl Question {
    fn read(&self) -> Result<(Permission, Resource), AppError> {
        let unknown = || {
            let known: Vec<_> = Permission::ALL.iter().map(|permission| permission.name()).collect();
            let problem = Problem::new(Code::InputMalformed, format!("permission: there is no {:?}", self.permission));
            problem.with_fix(format!("one of {}", known.join(", ")))
        };
        let permission = Permission::find(&self.permission).ok_or_else(unknown)?;
        let reach = Reach::of(&self.scope).map_err(|why| AppError::new(Code::InputMalformed, why))?;
        Ok((permission, reach.resource()))
    }
}

/// What is said of what is not there, and of what is not theirs to know about.
const HIDDEN: &str = "there is no such object, or it is not theirs to know about";

fn answer(subject: &Subject, permission: Permission, resource: &Resource, at: &Circumstances) -> AccessReview {
    let reason = match decide(subject, permission, resource, at) {
        Decision::Allow => None,
        Decision::Deny { hidden: true, .. } => Some(HIDDEN.to_owned()),
        Decision::Deny { reason, .. } => Some(reason),
    };
    AccessReview {
        subject: subject.actor(),
        permission: permission.name().to_owned(),
        resource: resource.to_string(),
        allowed: reason.is_none(),
        via: via(subject, permission, resource, at),
        reason,
    }
}

impl App {
    /// May somebody do something, by what, or why not? Everybody may ask about themselves; about others,
    /// whoever may review access there. Where another person would come from is not known, so roles that
    /// hold from some networks only do not count for them.
    ///
    /// # Errors
    /// 400 for what is no permission; 403 and 404.
    pub async fn review(
        &self,
        cx: &OpContext,
        about: Option<&Principal>,
        question: &Question,
    ) -> Result<AccessReview, AppError> {
        let (permission, resource) = question.read()?;
        let Some(about) = about.filter(|about| **about != cx.subject.principal) else {
            return Ok(answer(&cx.subject, permission, &resource, &cx.circumstances()));
        };
        let object = format!("access/{about}");
        self.authorize(cx, Permission::AccessReview, resource.clone(), &object).await?;
        self.exists(&resource)?;
        let at = Circumstances { address: None, ..cx.circumstances() };
        let id = self.store.principal_id(about).await?.ok_or_else(AppError::hidden)?;
        let review = match self.store.subject(id, cx.now).await? {
            Some(subject) => answer(&subject, permission, &resource, &at),
            None => AccessReview {
                subject: about.to_string(),
                permission: permission.name().to_owned(),
                resource: resource.to_string(),
                allowed: false,
                via: Vec::new(),
                reason: Some(format!("{about} is disabled")),
            },
        };
        self.reviewed(cx, &resource, object).await?;
        Ok(review)
    }

    /// May the caller do each of these, and which roles would let them? What is not there is answered like what is not
    /// theirs to know about. Nothing is recorded: it is their own rights that they look at.
    ///
    /// # Errors
    /// 422 for what is no permission, or a cluster of no team, with its place.
    pub fn review_own(&self, cx: &OpContext, questions: &[Question]) -> Result<Vec<AccessAnswer>, AppError> {
        let read = |(place, question): (usize, &Question)| {
            let (permission, resource) = question.read().map_err(|error| {
                let problem = Problem::new(Code::InputInvalid, error.problem.detail.clone());
                let problem = problem.with_field(format!("/questions/{place}"), "known", error.problem.detail);
                AppError::from(problem)
            })?;
            let decision = match self.exists(&resource) {
                Ok(()) => decide(&cx.subject, permission, &resource, &cx.circumstances()),
                Err(_) => Decision::Deny { reason: String::new(), hidden: true },
            };
            let holders = || holders(permission, &resource).into_iter().map(str::to_owned).collect();
            Ok(match decision {
                Decision::Allow => AccessAnswer { allowed: true, reason: None, holders: holders() },
                Decision::Deny { hidden: true, .. } => {
                    AccessAnswer { allowed: false, reason: Some(HIDDEN.to_owned()), holders: Vec::new() }
                }
                Decision::Deny { reason, .. } => {
                    AccessAnswer { allowed: false, reason: Some(reason), holders: holders() }
                }
            })
        };
        questions.iter().enumerate().map(read).collect()
    }

    /// Who may do something?
    ///
    /// # Errors
    /// As [`App::review`].
    pub async fn who_may(&self, cx: &OpContext, question: &Question) -> Result<WhoMay, AppError> {
        let (permission, resource) = question.read()?;
        let object = format!("access/{}", permission.name());
        self.authorize(cx, Permission::AccessReview, resource.clone(), &object).await?;
        self.exists(&resource)?;
        let at = Circumstances { address: None, ..cx.circumstances() };
        let subjects = self.store.subjects(cx.now).await?;
        let mut subjects: Vec<_> = subjects
            .iter()
            .map(|subject| Holder { subject: subject.actor(), via: via(subject, permission, &resource, &at) })
            .filter(|holder| !holder.via.is_empty())
            .collect();
        subjects.sort_by(|a, b| a.subject.cmp(&b.subject));
        self.reviewed(cx, &resource, object).await?;
        Ok(WhoMay { permission: permission.name().to_owned(), resource: resource.to_string(), subjects })
    }

    /// What does somebody hold? Of others one sees what they hold where one may review access.
    ///
    /// # Errors
    /// 403 and 404.
    pub async fn what_may(&self, cx: &OpContext, about: Option<&Principal>) -> Result<WhatMay, AppError> {
        let Some(about) = about.filter(|about| **about != cx.subject.principal) else {
            return Ok(WhatMay { subject: cx.subject.actor(), holds: holdings(&cx.subject) });
        };
        let object = format!("access/{about}");
        let proof = cx.visible(Permission::AccessReview);
        let visible = proof.get(Permission::AccessReview)?;
        if visible.is_empty() {
            self.authorize(cx, Permission::AccessReview, Resource::Platform, &object).await?;
        }
        let id = self.store.principal_id(about).await?.ok_or_else(AppError::hidden)?;
        let subject = self.store.subject(id, cx.now).await?;
        let cut = |subject: Subject| match visible {
            Visibility::All => subject,
            Visibility::Only { teams, .. } => Subject {
                platform_role: None,
                teams: subject.teams.into_iter().filter(|(team, _)| teams.contains(team)).collect(),
                grants: subject
                    .grants
                    .into_iter()
                    .filter(|grant| grant.reach.team().is_some_and(|team| teams.contains(team)))
                    .collect(),
                ..subject
            },
        };
        self.reviewed(cx, &Resource::Platform, object).await?;
        Ok(WhatMay { subject: about.to_string(), holds: subject.map(cut).as_ref().map(holdings).unwrap_or_default() })
    }

    fn exists(&self, resource: &Resource) -> Result<(), AppError> {
        if let Some(team) = resource.team() {
            self.team(team)?;
        }
        let there = resource.cluster().is_none_or(|cluster| self.has_cluster(cluster))
            && !matches!(resource, Resource::Namespace(namespace) if !self.has_namespace(namespace));
        if there { Ok(()) } else { Err(AppError::hidden()) }
    }

    /// Looking up what others may do is on record.
    async fn reviewed(&self, cx: &OpContext, resource: &Resource, object: String) -> Result<(), AppError> {
        let action = Permission::AccessReview.name();
        self.audit.append(cx.audit(action, resource.team(), object, AuditResult::Allowed)).await
    }
}
