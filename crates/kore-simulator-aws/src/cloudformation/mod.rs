//! AWS CloudFormation, answered by the front itself: moto's makes everything in one go, raises failures to the caller and
//! deletes in a wrong order.
//!
//! A stack works when it is looked at (`DescribeStacks`): for as many looks as settings say it is IN_PROGRESS, and does an
//! equal share of its resources at each, so that a provisioner can fail half way on either side.
//!
//! Rules: AWS CloudFormation API reference, `CreateStack`, `UpdateStack`, `DeleteStack`, `DescribeStacks`; User Guide, "AWS
//! CloudFormation service role", "Protect stacks from being deleted".

mod operations;
mod resources;
mod sets;
mod stack;
mod template;
mod work;

use serde_json::{Map, Value};
use tokio::sync::Mutex;

use self::{sets::StackSet, stack::Stack};
use crate::{
    front::{Call, Front},
    model::{CLOUDFORMATION, Mismatch},
    refusal::Refusal,
    wire::{Answer, Outcome},
};

pub(super) type Input = Map<String, Value>;

/// Everything of CloudFormation's.
#[derive(Debug, Default)]
pub(crate) struct Stacks(Mutex<All>);

/// Stacks, those that were deleted too, and stack sets.
#[derive(Debug, Default)]
pub(super) struct All {
    stacks: Vec<Stack>,
    sets: Vec<StackSet>,
}

impl Stacks {
    pub(crate) async fn reset(&self) {
        *self.0.lock().await = All::default();
    }

    pub(crate) async fn unstick(&self) {
        let mut all = self.0.lock().await;
        all.stacks.iter_mut().filter_map(|stack| stack.going.as_mut()).for_each(|going| going.stuck = false);
        all.sets.iter_mut().for_each(StackSet::unstick);
    }

    /// Names of the stack sets that exist.
    pub(crate) async fn sets(&self) -> Vec<String> {
        self.0.lock().await.sets.iter().map(|set| set.name().to_owned()).collect()
    }

    /// An account has come into a unit of an organisation.
    pub(crate) async fn moved(&self, front: &Front, organisation: &str, account: &str) {
        sets::moved(front, &mut *self.0.lock().await, organisation, account).await;
    }

    /// Every stack that exists.
    pub(crate) async fn world(&self) -> Vec<Value> {
        let all = self.0.lock().await;
        let there = all.stacks.iter().filter(|stack| stack.deleted.is_none());
        there
            .map(|stack| {
                serde_json::json!({
                    "account": stack.place.account, "region": stack.place.region, "stack": stack.name, "status": stack.status,
                })
            })
            .collect()
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ValidationError", message)
}

fn error(code: &str, message: String) -> Refusal {
    let (status, code) = CLOUDFORMATION.error(code);
    Refusal::new(status, code, message)
}

/// Answers a request; operations that are not modelled here are moto's.
pub(crate) async fn handle(front: &Front, call: &Call) -> Outcome {
    let name = call.operation.as_str();
    let of_sets = sets::OWN.contains(&name);
    let Some(operation) = CLOUDFORMATION.operations.get(name).filter(|_| of_sets || operations::OWN.contains(&name))
    else {
        return front.forward(call).await;
    };
    let form = call.request.form();
    let input = CLOUDFORMATION.query_input(operation, &form).map_err(|Mismatch(message)| invalid(message))?;
    let mut all = front.stacks.0.lock().await;
    let answer = if of_sets {
        sets::perform(front, call, &mut all, &input).await?
    } else {
        operations::perform(front, call, &mut all.stacks, &input).await?
    };
    CLOUDFORMATION.check_output(operation, &answer).map_err(|Mismatch(message)| {
        tracing::error!(operation = name, message, "an answer that AWS's model does not know");
        Refusal::new(500, "InternalFailure", format!("the simulator answered {name}: {message}"))
    })?;
    Ok(Answer::xml(CLOUDFORMATION.xml(name, operation, &answer)))
}
