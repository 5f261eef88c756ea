//! How long something usually takes, from the operations that the server has on record. Never invented:
//! too few of them, or none that are alike, and nothing is said.

use jiff::SignedDuration;
use kore_api::operation::{Operation, OperationState};
use kore_client::{Client, ListQuery, resource};

/// Fewer than this say nothing.
const SAMPLES: usize = 4;
/// How many past operations are looked at.
const LOOKED_AT: u32 = 100;

/// "usually 18-24 s" of an operation, from those like it: same kind, same action, same parameters.
pub async fn usual(client: &Client, operation: &Operation) -> Option<String> {
    let query = ListQuery { order_by: Some("-createdAt".to_owned()), limit: Some(LOOKED_AT), ..ListQuery::default() };
    let past = client.list::<Operation>(&resource::OPERATION.collection(None), &query).await.ok()?;
    text(&mut past.items.iter().filter(|past| is_like(past, operation)).filter_map(took).collect::<Vec<_>>())
}

fn is_like(past: &Operation, operation: &Operation) -> bool {
    past.state == OperationState::Done
        && past.action == operation.action
        && past.target.kind == operation.target.kind
        && past.parameters == operation.parameters
}

fn took(operation: &Operation) -> Option<SignedDuration> {
    Some(operation.ended_at?.duration_since(operation.started_at.unwrap_or(operation.created_at)))
}

/// From the median to the ninth decile (nearest rank), in whole seconds, rounded up.
fn text(samples: &mut [SignedDuration]) -> Option<String> {
    if samples.len() < SAMPLES {
        return None;
    }
    samples.sort();
    let rank = |tenths: usize| samples.get((samples.len() * tenths).div_ceil(10).saturating_sub(1)).copied();
    let seconds = |span: SignedDuration| (span.as_millis().max(1) + 999) / 1000;
    let (middle, most) = (seconds(rank(5)?), seconds(rank(9)?));
    Some(if middle == most { format!("usually {most} s") } else { format!("usually {middle}-{most} s") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(seconds: &[f64]) -> Option<String> {
        text(&mut seconds.iter().map(|seconds| SignedDuration::from_secs_f64(*seconds)).collect::<Vec<_>>())
    }

    #[test]
    fn estimates_come_from_enough_samples() {
        assert_eq!(shown(&[20.0, 21.0, 19.0]), None);
        assert_eq!(shown(&[24.2, 18.0, 19.0, 17.5]).as_deref(), Some("usually 18-25 s"));
        assert_eq!(shown(&[3.0; 8]).as_deref(), Some("usually 3 s"));
        let ten: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(shown(&ten).as_deref(), Some("usually 5-9 s"));
    }
}
