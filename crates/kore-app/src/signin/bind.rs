//! Who is bound in a cluster: the only people whom the gateway may speak for there.
//!
//! Kept when a credential is handed out: whoever has a role by then is in the list, whoever lost
//! theirs is out of it. Access does not wait for that: the gateway decides every request first.

use std::{collections::HashMap, fmt, future::Future, pin::Pin, sync::Mutex};

use kore_api::names::{ClusterRef, UserName};

use crate::AppError;

/// Writes the list of people into a cluster.
pub trait Binder: Send + Sync + fmt::Debug {
    /// Makes these people, and nobody else, bound in the cluster.
    fn bind<'a>(
        &'a self,
        cluster: &'a ClusterRef,
        people: &'a [UserName],
    ) -> Pin<Box<dyn Future<Output = Result<(), AppError>> + Send + 'a>>;
}

/// Binds when the list has changed since it was last written by this process.
#[derive(Debug)]
pub struct PeopleBinder {
    binder: Box<dyn Binder>,
    written: Mutex<HashMap<ClusterRef, Vec<UserName>>>,
}

impl PeopleBinder {
    /// A binder that remembers what it wrote.
    #[must_use]
    pub fn new(binder: Box<dyn Binder>) -> Self {
        Self { binder, written: Mutex::default() }
    }

    /// Makes sure that the cluster knows these people.
    ///
    /// # Errors
    /// When the cluster does not answer.
    pub async fn ensure(&self, cluster: &ClusterRef, people: &[UserName]) -> Result<(), AppError> {
        if self.lock().get(cluster).is_some_and(|written| written == people) {
            return Ok(());
        }
        self.binder.bind(cluster, people).await?;
        self.lock().insert(cluster.clone(), people.to_vec());
        Ok(())
    }

    /// Forgets what was written to a cluster, which may be another one of the same name by now.
    pub fn forget(&self, cluster: &ClusterRef) {
        self.lock().remove(cluster);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ClusterRef, Vec<UserName>>> {
        self.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
