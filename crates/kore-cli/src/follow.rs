//! Follows an operation until it ends: the tree, Ctrl-C that detaches, the limit, the end.

use std::time::{Duration, Instant};

use kore_api::{
    codes::Code,
    operation::{Operation, OperationState, StepState},
};
use kore_client::{Client, ClientError, resource};
use tokio::sync::watch;

use crate::{
    app::App,
    error::{CliError, Result},
    estimate,
    exit::Exit,
    progress::{Progress, TICK},
    tree::{self, Node},
    views,
};

/// Time between two looks at the operation.
const POLL: Duration = Duration::from_millis(400);
/// How long a server may be away before we give up; it may be restarted meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is known while following.
#[derive(Debug, Clone, Default)]
enum Look {
    #[default]
    Nothing,
    Seen(Box<Operation>),
    Away(String),
    Lost(String, Option<Code>),
}

/// Where the tree goes: alone, or below a step of a larger tree.
#[derive(Debug)]
pub struct Place<'a> {
    /// Steps before this one.
    pub before: &'a [Node],
    /// The step that the operation is.
    pub title: String,
}

/// Path of an operation.
#[must_use]
pub fn path(id: &str) -> String {
    resource::OPERATION.object(None, id)
}

/// Follows an operation until it is done.
///
/// # Errors
/// Exit 9 when it failed for good, 8 when `timeout` passed, 130 on Ctrl-C, 7 when a newer change took over.
pub async fn operation(
    app: &App,
    client: &Client,
    id: &str,
    timeout: Option<Duration>,
    place: Option<Place<'_>>,
    progress: &mut Progress,
) -> Result<Operation> {
    let (sender, mut looks) = watch::channel(Look::Nothing);
    let poller = tokio::spawn(poll(client.clone(), path(id), sender));
    let guess = tokio::spawn(guess(client.clone(), looks.clone()));
    let result = show(app, id, timeout, place, progress, &mut looks, guess).await;
    poller.abort();
    result
}

/// How long it usually takes, once it is known what it is.
async fn guess(client: Client, mut looks: watch::Receiver<Look>) -> Option<String> {
    let seen = looks.wait_for(|look| matches!(look, Look::Seen(_))).await.ok()?.clone();
    match seen {
        Look::Seen(operation) if !is_over(&operation) => estimate::usual(&client, &operation).await,
        _ => None,
    }
}

async fn poll(client: Client, path: String, sender: watch::Sender<Look>) {
    let mut away_since: Option<Instant> = None;
    loop {
        match client.get::<Operation>(&path).await {
            Ok(answer) => {
                away_since = None;
                let operation = answer.value;
                let ended = is_over(&operation);
                if sender.send(Look::Seen(Box::new(operation))).is_err() || ended {
                    return;
                }
            }
            // The controller may not have recorded it yet.
            Err(error) if error.is_passing() || error.is_not_found() => {
                let since = *away_since.get_or_insert_with(Instant::now);
                let look = if since.elapsed() > PATIENCE {
                    Look::Lost(error.to_string(), error.code())
                } else if error.is_not_found() {
                    Look::Nothing
                } else {
                    Look::Away(error.to_string())
                };
                let lost = matches!(look, Look::Lost(..));
                if sender.send(look).is_err() || lost {
                    return;
                }
            }
            Err(error) => {
                let auth = matches!(error, ClientError::AuthNeeded { .. });
                let code = error.code().or(auth.then_some(Code::AuthRequired));
                let _ = sender.send(Look::Lost(error.to_string(), code));
                return;
            }
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Whether nothing more happens by itself.
#[must_use]
pub fn is_over(operation: &Operation) -> bool {
    match operation.state {
        OperationState::Done | OperationState::Superseded => true,
        OperationState::Failed => operation.failure.as_ref().is_none_or(|failure| !failure.retryable),
        OperationState::Pending | OperationState::Running => false,
    }
}

async fn show(
    app: &App,
    id: &str,
    timeout: Option<Duration>,
    place: Option<Place<'_>>,
    progress: &mut Progress,
    looks: &mut watch::Receiver<Look>,
    mut guess: tokio::task::JoinHandle<Option<String>>,
) -> Result<Operation> {
    let mut guessing = true;
    let began = app.now();
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    let mut ticks = tokio::time::interval(TICK);
    let mut interrupt = Box::pin(tokio::signal::ctrl_c());
    loop {
        tokio::select! {
            biased;
            _ = &mut interrupt => {
                let now = app.now();
                progress.finish(&nodes(&looks.borrow(), place.as_ref(), began), now);
                app.printer.progress(&[vec![(
                    crate::printer::Style::Plain,
                    format!("Detached; the work goes on. Follow it:  kore operation follow {id}"),
                )]]);
                return Err(CliError::silent(Exit::INTERRUPTED));
            }
            guessed = &mut guess, if guessing => {
                guessing = false;
                if let Ok(Some(usual)) = guessed {
                    progress.remark(usual, app.now());
                }
            }
            _ = ticks.tick() => {}
        }
        let look = looks.borrow().clone();
        let now = app.now();
        let nodes = nodes(&look, place.as_ref(), began);
        match look {
            Look::Seen(operation) if is_over(&operation) => {
                progress.finish(&nodes, now);
                return end(*operation);
            }
            Look::Lost(text, code) => {
                progress.finish(&nodes, now);
                let error = CliError::new(code.unwrap_or(Code::Unavailable), text)
                    .fix(format!("the work may go on; follow it: kore operation follow {id}"));
                return Err(error);
            }
            _ => progress.update(&nodes, now),
        }
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            progress.finish(&nodes, now);
            let error = CliError::new(Code::ClusterStepTimeout, "the wait is over, the work is not: still running")
                .exit(Exit::TIMED_OUT)
                .fix(format!("follow it: kore operation follow {id}"));
            return Err(error);
        }
    }
}

fn nodes(look: &Look, place: Option<&Place<'_>>, began: jiff::Timestamp) -> Vec<Node> {
    let (steps, state, ended) = match look {
        Look::Seen(operation) => (tree::from_steps(&operation.steps), Some(operation.state), operation.ended_at),
        _ => (Vec::new(), None, None),
    };
    let Some(place) = place else { return steps };
    let mut nodes = place.before.to_vec();
    let mut node = Node::running(&place.title, &place.title, began);
    node.note = match look {
        Look::Nothing => Some("waiting: its operation to begin".to_owned()),
        Look::Away(text) => Some(format!("waiting: {text}")),
        _ => None,
    };
    match state {
        Some(OperationState::Done) => node.finish(ended.unwrap_or(began), None),
        Some(OperationState::Failed | OperationState::Superseded) => node.state = StepState::Failed,
        _ => {}
    }
    node.children = steps;
    node.children.iter_mut().for_each(|child| below(&place.title, child));
    nodes.push(node);
    nodes
}

/// Steps of an operation may be called like steps before it (`machine`): their keys must differ, or
/// each look would seem to be a change.
fn below(title: &str, node: &mut Node) {
    node.key = format!("{title}: {}", node.key);
    node.children.iter_mut().for_each(|child| below(title, child));
}

fn end(operation: Operation) -> Result<Operation> {
    match operation.state {
        OperationState::Failed => Err(failed(&operation)),
        OperationState::Superseded => {
            Err(CliError::new(Code::PreconditionFailed, "a newer change of the same object took over")
                .fix("see it: kore operation list"))
        }
        _ => Ok(operation),
    }
}

/// The error of a failed operation: the step, its cause, whose move it is.
#[must_use]
pub fn failed(operation: &Operation) -> CliError {
    let step = operation.steps.iter().find(|step| step.state == StepState::Failed);
    let failure = operation.failure.as_ref().or_else(|| step.and_then(|step| step.failure.as_ref()));
    let mut error = match failure {
        Some(failure) => CliError::failure(failure),
        None => CliError::new(Code::Internal, "the operation failed and does not say why").exit(Exit::OPERATION_FAILED),
    };
    error.exit = Exit::OPERATION_FAILED;
    if let Some(step) = step {
        error.notes.insert(0, ("step".to_owned(), step.title.clone()));
    }
    error.request_id = operation.request_id.clone();
    error.note("operation", operation.id.clone())
}

/// "took 41.0s" of an operation that has ended.
#[must_use]
pub fn took(operation: &Operation) -> String {
    let start = operation.started_at.unwrap_or(operation.created_at);
    operation.ended_at.map(|end| views::span(end.duration_since(start))).unwrap_or_default()
}
