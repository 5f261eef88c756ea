//! What a cloud is: where accounts and clusters of teams are made, by rights that somebody grants there.

use std::{collections::HashMap, sync::Arc};

use kore_api::cloud::{Cloud, CloudPermissions};

/// One cloud, as this installation reaches it.
pub trait CloudProvider: Send + Sync {
    /// Which.
    fn cloud(&self) -> Cloud;

    /// What Kore needs to be allowed there, filled in for this installation. Asks nobody.
    fn permissions(&self) -> CloudPermissions;
}

/// The clouds of an installation.
pub type Clouds = HashMap<Cloud, Arc<dyn CloudProvider>>;
