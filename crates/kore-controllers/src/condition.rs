//! Conditions by the Kubernetes API conventions.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kore_api::condition::Condition;

/// What a condition says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It holds.
    True,
    /// It does not.
    False,
    /// Nobody knows.
    Unknown,
}

impl Truth {
    const fn word(self) -> &'static str {
        match self {
            Self::True => "True",
            Self::False => "False",
            Self::Unknown => "Unknown",
        }
    }
}

/// Sets one condition; its transition time moves only when its status does.
pub(crate) fn set(
    conditions: &mut Vec<Condition>,
    kind: &str,
    truth: Truth,
    reason: &str,
    message: &str,
    generation: Option<i64>,
    now: Timestamp,
) {
    let found = conditions.iter_mut().find(|condition| condition.type_ == kind);
    let since = match &found {
        Some(found) if found.status == truth.word() => found.last_transition_time.clone(),
        _ => Time(now),
    };
    let condition = Condition {
        type_: kind.to_owned(),
        status: truth.word().to_owned(),
        reason: reason.to_owned(),
        message: message.to_owned(),
        observed_generation: generation,
        last_transition_time: since,
    };
    match found {
        Some(found) => *found = condition,
        None => conditions.push(condition),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transition_time_moves_only_with_the_status() {
        let (early, late) = (Timestamp::from_second(1).unwrap(), Timestamp::from_second(2).unwrap());
        let mut conditions = Vec::new();
        set(&mut conditions, "Ready", Truth::False, "Reconciling", "a", Some(1), early);
        set(&mut conditions, "Ready", Truth::False, "OperationFailed", "b", Some(1), late);
        assert_eq!((conditions.len(), conditions[0].last_transition_time.0), (1, early));
        assert_eq!((conditions[0].reason.as_str(), conditions[0].message.as_str()), ("OperationFailed", "b"));
        set(&mut conditions, "Ready", Truth::True, "Reconciled", "", Some(2), late);
        assert_eq!(conditions[0].last_transition_time.0, late);
    }
}
