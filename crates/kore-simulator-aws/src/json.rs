//! Services of the JSON protocol that are answered here by AWS's model alone.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::{
    front::Call,
    model::{Mismatch, Model},
    refusal::Refusal,
    wire::{Answer, Outcome},
};

/// Such a service.
pub(crate) struct Service {
    pub(crate) model: &'static LazyLock<Model>,
    /// As people call it.
    pub(crate) title: &'static str,
    /// Code for a request that is not as the model has it.
    pub(crate) invalid: &'static str,
    /// Code for an answer that is not.
    pub(crate) broken: &'static str,
}

impl Service {
    /// Answers a request: read by the model, performed, and checked against it.
    ///
    /// # Errors
    /// When the model does not allow it, and what `perform` refuses.
    pub(crate) fn answer(
        &self,
        call: &Call,
        perform: impl FnOnce(&Map<String, Value>) -> Result<Value, Refusal>,
    ) -> Outcome {
        let Self { model, title, invalid, broken } = *self;
        let unknown =
            || Refusal::new(400, "UnknownOperationException", format!("{title} here knows no {}", call.operation));
        let operation = model.operations.get(&call.operation).ok_or_else(unknown)?;
        let input = model.json_input(operation, &call.request.body);
        let input = input.map_err(|Mismatch(message)| Refusal::new(400, invalid, message))?;
        let answer = perform(&input)?;
        let checked = model.check_output(operation, &answer);
        checked.map_err(|Mismatch(message)| Refusal::new(500, broken, message))?;
        Ok(Answer::json_1_1(&answer))
    }
}
