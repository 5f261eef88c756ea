//! Questions about access, and decisions about elevations.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use kore_api::{
    access::{AccessAnswers, AccessQuestion, AccessQuestions, AccessReview, ScopeSpec, WhatMay, WhoMay},
    codes::Code,
    names::Principal,
    problem::Problem,
};
use kore_app::{
    AppError,
    rights::{Decision, Question},
};
use kore_domain::access::Permission;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    extract::{Body, Cx},
    problem::ApiError,
    routes::{Access, Route},
    state::AppState,
};

/// Every route of this file.
#[must_use]
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![
        asked(Route::get("/api/v1/access/review", "reviewAccess", Access::SignedIn, "May they, and why not", review))
            .parameter("query", "subject", "user:NAME or robot:TEAM/NAME; you, if it is left out")
            .answers::<AccessReview>(200),
        Route::post(
            "/api/v1/access/reviews",
            "reviewOwnAccess",
            Access::SignedIn,
            "May I do each of these, and who could let me; changes nothing",
            reviews,
        )
        .changes_nothing()
        .takes::<AccessQuestions>()
        .answers::<AccessAnswers>(200),
        asked(Route::get(
            "/api/v1/access/subjects",
            "whoMay",
            Access::Needs(Permission::AccessReview),
            "Who may do it",
            who_may,
        ))
        .answers::<WhoMay>(200),
        Route::get("/api/v1/access/holdings", "whatMay", Access::SignedIn, "What they may do", what_may)
            .parameter("query", "subject", "user:NAME or robot:TEAM/NAME; you, if it is left out")
            .answers::<WhatMay>(200),
    ];
    for (verb, decision, summary) in [
        ("approve", Decision::Approve, "Approve what somebody else asks for"),
        ("refuse", Decision::Refuse, "Refuse it"),
        ("end", Decision::End, "End it early"),
    ] {
        let handler = move |state: State<AppState>, cx: Cx, path: Path<String>| decide(state, cx, path, decision);
        routes.push(
            Route::post(
                format!("/api/v1/elevations/{{name}}/{verb}"),
                format!("{verb}Elevation"),
                Access::Needs(if decision == Decision::End {
                    Permission::ElevationRequest
                } else {
                    Permission::ElevationDecide
                }),
                summary,
                handler,
            )
            .audited(decision.action(), "elevation")
            .answers_schema(200, "application/json", None),
        );
    }
    routes
}

fn asked(route: Route) -> Route {
    route
        .parameter("query", "permission", "As cluster.delete")
        .parameter("query", "team", "On this team; the platform, if it is left out")
        .parameter("query", "cluster", "On this cluster of the team")
        .parameter("query", "namespace", "In this namespace of the cluster")
}

/// What is asked, as the query says it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    permission: String,
    team: Option<String>,
    cluster: Option<String>,
    namespace: Option<String>,
    subject: Option<String>,
}

impl Asked {
    fn question(&self) -> Result<Question, AppError> {
        let malformed =
            |name: &str, why: &dyn std::fmt::Display| AppError::new(Code::InputMalformed, format!("{name}: {why}"));
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let team = given(&self.team).map(|team| team.parse().map_err(|why| malformed("team", &why))).transpose()?;
        let cluster =
            given(&self.cluster).map(|name| name.parse().map_err(|why| malformed("cluster", &why))).transpose()?;
        let namespace =
            given(&self.namespace).map(|name| name.parse().map_err(|why| malformed("namespace", &why))).transpose()?;
        Ok(Question { permission: self.permission.clone(), scope: ScopeSpec { team, cluster, namespace } })
    }

    fn about(&self) -> Result<Option<Principal>, AppError> {
        let given = self.subject.as_ref().filter(|subject| !subject.is_empty());
        let read = |subject: &String| {
            subject.parse().map_err(|why| AppError::new(Code::InputMalformed, format!("subject: {why}")))
        };
        given.map(read).transpose()
    }
}

async fn review(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Query(asked): Query<Asked>,
) -> Result<Json<AccessReview>, ApiError> {
    Ok(Json(state.app.review(&cx, asked.about()?.as_ref(), &asked.question()?).await?))
}

/// Most questions at once.
const QUESTIONS: usize = 100;

/// `POST /api/v1/access/reviews`
async fn reviews(State(state): State<AppState>, Cx(cx): Cx, body: Body) -> Result<Json<AccessAnswers>, ApiError> {
    let invalid = |detail: String| {
        let problem = Problem::new(Code::InputInvalid, detail.clone());
        ApiError::from(problem.with_field("/questions", "valid", detail))
    };
    let asked: AccessQuestions =
        serde_json::from_value(body.value).map_err(|error| invalid(format!("these are no questions: {error}")))?;
    if asked.questions.is_empty() || asked.questions.len() > QUESTIONS {
        return Err(invalid(format!("there are {} questions; 1 to {QUESTIONS} are answered", asked.questions.len())));
    }
    let read = |asked: AccessQuestion| {
        let AccessQuestion { permission, team, cluster, namespace } = asked;
        Asked { permission, team, cluster, namespace, subject: None }.question()
    };
    let questions = asked.questions.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(AccessAnswers { answers: state.app.review_own(&cx, &questions)? }))
}

async fn who_may(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Query(asked): Query<Asked>,
) -> Result<Json<WhoMay>, ApiError> {
    Ok(Json(state.app.who_may(&cx, &asked.question()?).await?))
}

async fn what_may(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Query(asked): Query<Asked>,
) -> Result<Json<WhatMay>, ApiError> {
    Ok(Json(state.app.what_may(&cx, asked.about()?.as_ref()).await?))
}

async fn decide(
    State(state): State<AppState>,
    Cx(cx): Cx,
    Path(name): Path<String>,
    decision: Decision,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(state.app.decide_elevation(&cx, &name, decision).await?))
}
