//! The page behind an invitation.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use kore_domain::access::{OpContext, Role};
use serde::Deserialize;

use super::{
    pages::{Around, sign_in_first},
    views::{Invitation, Message, problem, show},
};
use crate::state::AppState;

const NO_INVITATION: &str = "This invitation does not work";

/// `GET /auth/invitation/{code}`
pub(super) async fn page(
    State(state): State<AppState>,
    Path(code): Path<String>,
    context: Option<Extension<Arc<OpContext>>>,
    around: Around,
) -> Response {
    let Some(Extension(cx)) = context else { return first(&code) };
    match state.app.invitation(&cx, &code).await {
        Ok(offer) => show(
            StatusCode::OK,
            Invitation {
                page: around.page(&state),
                user: cx.subject.principal.name(),
                team: offer.team.to_string(),
                role: role(offer.role),
                current: offer.current.map(role).unwrap_or_default(),
                changes: offer.changes(),
                until: offer.expires_at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
                invited_by: offer.invited_by,
            },
        ),
        Err(error) => problem(around.page(&state), NO_INVITATION, &error),
    }
}

/// To sign in, and back here.
fn first(code: &str) -> Response {
    let code: String = code.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(64).collect();
    sign_in_first(&format!("/auth/invitation/{code}"))
}

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    decision: String,
}

/// `POST /auth/invitation/{code}`
pub(super) async fn decide(
    State(state): State<AppState>,
    Path(code): Path<String>,
    context: Option<Extension<Arc<OpContext>>>,
    around: Around,
    Form(form): Form<Answer>,
) -> Response {
    if let Err(response) = around.check(&state, &form.csrf) {
        return response;
    }
    let Some(Extension(cx)) = context else { return first(&code) };
    let say = |title: String, text: String, on: Option<(String, String)>| {
        let (page, fix, code) = (around.page(&state), String::new(), String::new());
        show(StatusCode::OK, Message { page, title, text, fix, code, on })
    };
    if form.decision != "accept" {
        return say("Declined".to_owned(), "Nothing was changed. The link works as before.".to_owned(), None);
    }
    match state.app.accept_invitation(&cx, &code).await {
        Ok(accepted) => {
            let (team, role) = (&accepted.team, role(accepted.role));
            let title = format!("You are in team {team}");
            let before = if accepted.changed { "You are" } else { "Nothing was changed: you were" };
            let text = format!("{before} {role} there. See what there is with: kore cluster list -t {team}");
            say(title, text, Some((format!("/teams/{team}"), format!("Open team {team}"))))
        }
        Err(error) => problem(around.page(&state), NO_INVITATION, &error),
    }
}

fn role(role: kore_api::identity::TeamRole) -> String {
    Role::from(role).name.to_owned()
}
