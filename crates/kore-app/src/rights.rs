//! Roles, bindings and elevations, and questions about who may do what.

mod bindings;
mod elevations;
mod review;
mod roles;

use kore_api::{
    access::ScopeSpec,
    codes::Code,
    identity::PlatformRole,
    names::Principal,
    problem::{FieldError, Problem},
};
use kore_domain::access::{Level, Limit, OpContext, Permission, PermissionSet, Reach, Role, may_grant};
use kore_store::{Robot, Store};
use uuid::Uuid;

use crate::{App, AppError, strict};

pub(crate) use bindings::RoleBindings;
pub use elevations::Decision;
pub(crate) use elevations::Elevations;
pub use review::Question;
pub(crate) use roles::Roles;

/// Longest text of a description or reason, in characters.
const TEXT: usize = 500;

/// What the role of this name allows, if it may be bound.
async fn bindable(store: &Store, name: &str) -> Result<Result<PermissionSet, FieldError>, AppError> {
    let at = "/spec/role";
    Ok(match Role::built_in(name) {
        Some(role) if role.level == Level::Any => Ok(role.permissions),
        Some(role) => {
            let why = format!("{} is not bound: it comes with being somebody, or is set on the user", role.name);
            Err(strict::error(at, "bindable", why))
        }
        None => match store.role(name).await? {
            Some(role) => Ok(role.permissions()),
            None => Err(strict::error(at, "exists", "there is no such role; kore role list shows what there is")),
        },
    })
}

/// Where a scope reaches, if it leads to something that is there; with the immutable id of its team.
fn reached(app: &App, scope: &ScopeSpec) -> Result<(Reach, String), FieldError> {
    let reach = Reach::of(scope).map_err(|why| strict::error("/spec/scope/team", "required", why))?;
    let Some(team) = reach.team() else { return Ok((reach, String::new())) };
    let missing = |at: &str, what: &str| strict::error(at, "exists", format!("there is no such {what}"));
    let found = app.indexes.teams.get(None, team.as_str()).ok_or_else(|| missing("/spec/scope/team", "team"))?;
    if let Some(cluster) = reach.resource().cluster()
        && !app.has_cluster(cluster)
    {
        return Err(missing("/spec/scope/cluster", "cluster"));
    }
    if let Reach::Namespace(namespace) = &reach
        && !app.has_namespace(namespace)
    {
        let why = "the cluster has no such namespace that Kore made: kore namespace create makes one, or adopts it";
        return Err(strict::error("/spec/scope/namespace", "exists", why));
    }
    Ok((reach, found.spec.id.clone()))
}

/// Refuses what the caller may not hand on.
pub(crate) fn within_own(
    cx: &OpContext,
    role: &str,
    permissions: PermissionSet,
    reach: &Reach,
    until: Option<jiff::Timestamp>,
) -> Result<(), AppError> {
    let beyond = may_grant(&cx.subject, permissions, reach, until, &cx.circumstances());
    if beyond.is_empty() {
        return Ok(());
    }
    let names = beyond.names();
    let detail = format!("role {role} on {reach} has what you do not hold there yourself: {}", names.join(", "));
    Err(Problem::new(Code::GrantBeyond, detail).with("beyond", names.join(" ")).into())
}

/// Refuses a role across the platform that the caller does not hold themselves: they neither give it
/// nor take anything from those who have it.
pub(crate) fn within_platform_role(cx: &OpContext, role: Option<PlatformRole>) -> Result<(), AppError> {
    let Some(role) = role.map(Role::from) else { return Ok(()) };
    within_own(cx, role.name, role.permissions, &Reach::Platform, None)
}

/// Refuses to let somebody become a person, or decide about their account, who holds less: whoever sets
/// their password, ends their sessions or deletes them acts with all that they have.
pub(crate) async fn within_person(store: &Store, cx: &OpContext, user: Uuid) -> Result<(), AppError> {
    let Some(held) = store.held_by(user, cx.now).await? else { return Ok(()) };
    within_platform_role(cx, held.platform_role)?;
    for (team, role) in held.teams {
        let role = Role::from(role);
        within_own(cx, role.name, role.permissions, &Reach::Team(team), None)?;
    }
    for grant in held.grants {
        within_own(cx, &grant.role, grant.permissions, &grant.reach, grant.expires_at)?;
    }
    // What they may ask for counts as theirs.
    for spec in store.role_bindings_of(user).await?.into_iter().map(|binding| binding.spec) {
        if spec.elevation.is_some()
            && let Ok(permissions) = bindable(store, &spec.role).await?
        {
            let reach = Reach::of(&spec.scope).map_err(AppError::internal)?;
            within_own(cx, &spec.role, permissions, &reach, spec.expires_at)?;
        }
    }
    Ok(())
}

/// Refuses to let somebody act as a robot, within that limit, who may not do themselves what it may do.
pub(crate) async fn within_robot(
    app: &App,
    cx: &OpContext,
    robot: &Robot,
    limit: Option<&Limit>,
) -> Result<(), AppError> {
    let bindings = app.store.role_bindings_of(robot.id).await?;
    for spec in bindings.into_iter().map(|binding| binding.spec) {
        if spec.expires_at.is_some_and(|end| end <= cx.now) {
            continue;
        }
        // A role that is gone allows nothing.
        let Ok(allowed) = bindable(&app.store, &spec.role).await? else { continue };
        let reach = Reach::of(&spec.scope).map_err(AppError::internal)?;
        let elsewhere = limit
            .and_then(|limit| limit.teams.as_ref())
            .is_some_and(|teams| reach.team().is_some_and(|team| !teams.contains(team)));
        let of_use = |one: &Permission| limit.is_none_or(|limit| limit.permissions.contains(one.name()));
        let permissions: PermissionSet = allowed.iter().filter(of_use).collect();
        if !elsewhere {
            within_own(cx, &spec.role, permissions, &reach, spec.expires_at)?;
        }
    }
    Ok(())
}

/// A scope as people write it: `the platform`, `team payments`, `cluster payments/dev`, `namespace payments/dev/web`.
pub(crate) fn shown(scope: &ScopeSpec) -> String {
    Reach::of(scope).map_or_else(|why| why.to_owned(), |reach| reach.to_string())
}

/// An id in a path; what is no id is the name of nothing.
fn id(name: &str) -> Result<Uuid, AppError> {
    name.parse().map_err(|_| AppError::hidden())
}

/// A text of people's, cut to nothing but length.
pub(crate) fn checked_text(at: &str, text: &str, errors: &mut Vec<FieldError>) {
    if text.chars().count() > TEXT {
        errors.push(strict::error(at, "maxLength", format!("at most {TEXT} characters")));
    }
}

/// Whether somebody is a person.
const fn is_person(principal: &Principal) -> bool {
    matches!(principal, Principal::User(_))
}
