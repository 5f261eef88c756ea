//! A request that is sent again gets the first one's answer.

use kore_api::codes::Code;
use kore_domain::access::OpContext;
use kore_store::{Idempotency, IdempotencyKey};

pub use kore_store::StoredResponse;

use crate::{App, AppError};

/// A claimed key; whoever holds it says how the request ended.
#[derive(Debug)]
pub struct Claim(IdempotencyKey);

/// What to do with a request that carries a key.
#[derive(Debug)]
pub enum Turn {
    /// It is the first: go on, and say how it ended.
    First(Claim),
    /// It was answered: answer the same.
    Again(StoredResponse),
}

impl App {
    /// Claims a key for this caller, route and body.
    ///
    /// # Errors
    /// `KORE-OBJECT-0008` when the key was used for something else, `-0009` while the first runs.
    pub async fn claim(&self, cx: &OpContext, key: &str, route: &str, body: &[u8]) -> Result<Turn, AppError> {
        if key.is_empty() || key.len() > 255 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let detail = "Idempotency-Key: 1 to 255 visible ASCII characters";
            return Err(AppError::new(Code::InputMalformed, detail));
        }
        let key = IdempotencyKey::new(key, &cx.subject.id.to_string(), route, body);
        match self.store.begin_idempotent(&key, cx.now).await? {
            Idempotency::New => Ok(Turn::First(Claim(key))),
            Idempotency::Replay(response) => Ok(Turn::Again(response)),
            Idempotency::Running => {
                Err(AppError::new(Code::IdempotencyRunning, "the first request with this key has not ended yet"))
            }
            Idempotency::Different => Err(AppError::new(
                Code::IdempotencyConflict,
                "the key was used for another request within the last day",
            )),
        }
    }

    /// Keeps the answer of what was done; forgets a request that changed nothing, so that it can be sent again.
    ///
    /// # Errors
    /// [`AppError`] of the database.
    pub async fn settle(&self, claim: &Claim, answer: Option<&StoredResponse>) -> Result<(), AppError> {
        match answer {
            Some(answer) => self.store.finish_idempotent(&claim.0, answer).await?,
            None => self.store.forget_idempotent(&claim.0).await?,
        }
        Ok(())
    }
}
