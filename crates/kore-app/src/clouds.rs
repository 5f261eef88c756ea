//! Questions about clouds.

use kore_api::cloud::{Cloud, CloudPermissions};
use kore_domain::access::{OpContext, Permission, Platform};

use crate::{App, AppError};

impl App {
    /// What Kore needs to be allowed in a cloud, filled in for this installation.
    ///
    /// # Errors
    /// 403, 404 for a cloud that this installation does not know.
    pub async fn cloud_permissions(&self, cx: &OpContext, cloud: &str) -> Result<CloudPermissions, AppError> {
        self.authorize(cx, Permission::CloudRead, Platform, "cloud").await?;
        let cloud: Cloud = cloud.parse().map_err(|_| AppError::hidden())?;
        Ok(self.clouds.get(&cloud).ok_or_else(AppError::hidden)?.permissions())
    }
}
