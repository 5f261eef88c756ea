//! Sign-in over HTTP: pages without JavaScript, the OAuth endpoints of the command line, who-am-I,
//! and the credentials for kubectl. The use cases are [`kore_app::signin`]'s.

pub mod admin;
mod api;
mod authenticate;
mod browser;
mod factor;
mod invitation;
mod oauth;
mod pages;
mod sso;
mod views;

use std::sync::Arc;

use axum::routing::{MethodRouter, any};
use http::Method;
use kore_api::{
    identity::{ClaimLink, ClusterCredential, DeviceAuthorization, TokenResponse, WhoAmI},
    identity_provider::{ProviderPreview, SignInSettings},
};
use kore_app::kinds::IDENTITY_PROVIDER;
use kore_domain::access::Permission;

pub use self::authenticate::authenticate;
pub(crate) use self::authenticate::{CLIENT, address};
pub(crate) use self::pages::{Around, no_console, sign_in_first};
use crate::{
    routes::{Access, Route},
    state::AppState,
};

/// What answers where there is no route.
pub(crate) fn unknown() -> MethodRouter<AppState> {
    any(pages::unknown)
}

/// Every route of sign-in.
#[must_use]
pub fn routes() -> Vec<Route> {
    let public = Access::Public;
    vec![
        Route::get("/auth/assets/page.css", "authStyle", public, "How the pages look", pages::style)
            .answers_schema(200, "text/css", None),
        Route::get("/favicon.ico", "favicon", public, "Nothing: browsers ask for it", pages::favicon).empty(204),
        Route::get("/auth/account", "authAccount", public, "Who the browser is signed in as", pages::account).html(),
        Route::get("/auth/login", "authLoginPage", public, "The sign-in page", pages::login_page)
            .parameter(
                "query",
                "next",
                "Where to go afterwards: a page below /auth/ or of the console; / when not given",
            )
            .html(),
        Route::post("/auth/login", "authLogin", public, "Sign in by name and password", pages::login).form().empty(303),
        Route::post("/auth/login/code", "authLoginCode", public, "The code after the password", factor::login)
            .form()
            .empty(303),
        Route::get("/auth/account/factor", "authFactorPage", public, "One's own second factor", factor::page).html(),
        Route::post("/auth/account/factor", "authFactor", public, "Set it up, confirm it, remove it", factor::change)
            .form()
            .html(),
        Route::new(
            Method::DELETE,
            "/api/v1/users/{name}/second-factor",
            "resetSecondFactor",
            Access::Needs(Permission::UserWrite),
            "Take a person's second factor away",
            factor::reset,
        )
        .audited("user.resetSecondFactor", "user")
        .empty(204),
        Route::get("/auth/oidc/{provider}/start", "authProviderStart", public, "To an identity provider", sso::start)
            .parameter(
                "query",
                "next",
                "Where to go afterwards: a page below /auth/ or of the console; / when not given",
            )
            .parameter("query", "preview", "A configuration that is tried, instead of the saved one")
            .empty(303),
        Route::get(
            "/auth/oidc/{provider}/callback",
            "authProviderCallback",
            public,
            "Back from an identity provider (RFC 6749, RFC 9207)",
            sso::callback,
        )
        .parameter("query", "code", "What the sign-in is worth")
        .parameter("query", "state", "Which sign-in it answers")
        .parameter("query", "iss", "Which provider says so")
        .parameter("query", "error", "Why there is no code")
        .empty(303),
        Route::post(
            "/api/v1/identityproviderpreviews",
            "createIdentityProviderPreview",
            Access::Needs(Permission::IdentityProviderWrite),
            "Try an identity provider before it is saved: answers where to sign in",
            sso::preview,
        )
        .audited("identityProvider.preview", "identityProvider")
        .takes_schema("application/json", Some(Arc::new(|generator| IDENTITY_PROVIDER.schema(generator))))
        .answers::<ProviderPreview>(201),
        Route::get(
            "/api/v1/identityproviderpreviews/{id}",
            "getIdentityProviderPreview",
            Access::Needs(Permission::IdentityProviderWrite),
            "What a try has come to",
            sso::previewed,
        )
        .answers::<ProviderPreview>(200),
        Route::get(
            "/api/v1/settings/sign-in",
            "getSignInSettings",
            Access::Needs(Permission::IdentityProviderRead),
            "How people may sign in",
            sso::settings,
        )
        .answers::<SignInSettings>(200),
        Route::new(
            Method::PUT,
            "/api/v1/settings/sign-in",
            "replaceSignInSettings",
            Access::Needs(Permission::IdentityProviderWrite),
            "Switch passwords of Kore's own on or off",
            sso::set_settings,
        )
        .audited("signIn.settings", "signInSettings")
        .takes::<SignInSettings>()
        .answers::<SignInSettings>(200),
        Route::get("/auth/claim/{code}", "authClaimPage", public, "The page behind a claim link", pages::claim_page)
            .html(),
        Route::post("/auth/claim/{code}", "authClaim", public, "Use a claim link", pages::claim).form().empty(303),
        Route::get(
            "/auth/invitation/{code}",
            "authInvitationPage",
            public,
            "The page behind an invitation",
            invitation::page,
        )
        .html(),
        Route::post("/auth/invitation/{code}", "authInvitation", public, "The person's answer", invitation::decide)
            .form()
            .html(),
        Route::get("/auth/authorize", "authAuthorizePage", public, "Ask the person (RFC 6749)", oauth::authorize_page)
            .html(),
        Route::post("/auth/authorize", "authAuthorize", public, "The person's answer", oauth::authorize)
            .form()
            .empty(303),
        Route::post(
            "/auth/token",
            "authToken",
            public,
            "Tokens for a code, a device code or a refresh token, or for another issuer's token (RFC 8693)",
            oauth::token,
        )
        .form()
        .answers::<TokenResponse>(200),
        Route::post("/auth/device", "authDevice", public, "Begin the device flow (RFC 8628)", oauth::device)
            .form()
            .answers::<DeviceAuthorization>(200),
        Route::get(
            "/auth/device/verify",
            "authDevicePage",
            public,
            "Type or confirm a device's code",
            pages::device_page,
        )
        .parameter("query", "user_code", "The code")
        .html(),
        Route::post("/auth/device/verify", "authDeviceDecide", public, "The person's answer", pages::device)
            .form()
            .html(),
        Route::post("/auth/revoke", "authRevoke", public, "End the session of a token (RFC 7009)", oauth::revoke)
            .form()
            .empty(200),
        Route::post("/auth/logout", "authLogout", public, "End the session; with all=true every one", pages::logout)
            .parameter("query", "all", "true ends every session of the person")
            .empty(204),
        Route::get("/api/v1/whoami", "whoami", Access::SignedIn, "Who am I", api::whoami).answers::<WhoAmI>(200),
        Route::post(
            "/api/v1/teams/{team}/clusters/{name}/credential",
            "createClusterCredential",
            Access::Needs(Permission::ClusterEnter),
            "A short-lived credential for kubectl",
            api::cluster_credential,
        )
        .audited("cluster.credential", "cluster")
        .answers::<ClusterCredential>(200),
        Route::post(
            "/api/v1/management/credential",
            "createManagementCredential",
            Access::Needs(Permission::ManagementRead),
            "A short-lived credential for reading the management cluster",
            api::management_credential,
        )
        .audited("management.credential", "management")
        .answers::<ClusterCredential>(200),
        Route::post(
            "/api/v1/users/{name}/claim",
            "createClaimLink",
            Access::Needs(Permission::UserWrite),
            "A link with which a person sets their password, once",
            api::claim_link,
        )
        .audited("user.claimLink", "user")
        .parameter("query", "reset", "true: take their password and their sessions away first")
        .answers::<ClaimLink>(200),
    ]
}
