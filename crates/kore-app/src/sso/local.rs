//! Whether people may sign in with a password of Kore's own.

use kore_api::{codes::Code, identity_provider::SignInSettings, problem::Problem};
use kore_domain::access::{OpContext, Permission, Platform};

use kore_store::Store;

use crate::{App, AppError, audit::Deed, signin::from_store};

/// Name of the setting; `off` or anything else.
pub const LOCAL_SIGN_IN: &str = "signIn.local";

/// Whether people may sign in with a password of Kore's own. The machine's socket and its links work in any
/// case.
pub(crate) async fn passwords_are_on(store: &Store) -> Result<bool, AppError> {
    Ok(store.setting(LOCAL_SIGN_IN).await.map_err(from_store)?.as_deref() != Some("off"))
}

impl App {
    /// Whether people may sign in with a password of Kore's own. The machine's socket and its links work
    /// in any case.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn local_sign_in(&self) -> Result<bool, AppError> {
        passwords_are_on(&self.store).await
    }

    /// How people may sign in.
    ///
    /// # Errors
    /// 403; those of the database.
    pub async fn sign_in_settings(&self, cx: &OpContext) -> Result<SignInSettings, AppError> {
        self.authorize(cx, Permission::IdentityProviderRead, Platform, "signInSettings").await?;
        Ok(SignInSettings { local: self.local_sign_in().await? })
    }

    /// Decides how people may sign in.
    ///
    /// # Errors
    /// 403; `InputInvalid` when nobody could sign in any more; those of the database.
    pub async fn set_sign_in(&self, cx: &OpContext, settings: SignInSettings) -> Result<SignInSettings, AppError> {
        let action = "signIn.settings";
        self.authorize_to(cx, action, Permission::IdentityProviderWrite, Platform, "signInSettings").await?;
        if !settings.local && self.store.enabled_identity_providers().await.map_err(from_store)?.is_empty() {
            let problem =
                Problem::new(Code::InputInvalid, "without passwords and without a provider nobody could sign in");
            let problem = problem.with_field("/local", "provider", "there is no identity provider that is enabled");
            return Err(problem.with_fix("connect one first: kore idp create NAME --issuer URL --client-id ID").into());
        }
        let detail = if settings.local { "passwords on" } else { "passwords off" };
        let object = "signInSettings".to_owned();
        let deed = Deed {
            action: action.to_owned(),
            team: None,
            object,
            detail: Some(detail.to_owned()),
            changes: Vec::new(),
        };
        let value = if settings.local { "on" } else { "off" };
        let work = async {
            self.store.set_setting(LOCAL_SIGN_IN, value, cx.now).await?;
            // A link opens a session besides setting a password.
            if !settings.local {
                self.store.forget_claim_links().await?;
            }
            Ok(())
        };
        self.attempt(cx, deed, work).await?;
        Ok(settings)
    }
}
