//! Faults that tests order: which call of which operation goes wrong, and how.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::{
    protocol::{self, Trouble},
    refusal::Refusal,
};

/// A fault, as `POST /_kore/faults` has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// As `eks`.
    pub service: String,
    /// As `CreateCluster`; any when it is left out.
    pub operation: Option<String>,
    /// In which account; any when it is left out.
    pub account: Option<String>,
    /// How it goes wrong.
    pub kind: FaultKind,
    /// How many calls go well before.
    #[serde(default)]
    pub skip: u32,
    /// How many go wrong then.
    #[serde(default = "once")]
    pub times: u32,
    /// Of `slow`: how much.
    #[serde(default)]
    pub milliseconds: u64,
}

const fn once() -> u32 {
    1
}

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// Refused as too many.
    Throttled,
    /// 503.
    Unavailable,
    /// 500.
    Internal,
    /// Done, but the connection is cut before the answer.
    Lost,
    /// The connection is cut before anything is done.
    Cut,
    /// Refused as not allowed.
    Denied,
    /// Refused as over a quota.
    Quota,
    /// Refused because the session is over.
    Expired,
    /// Done and answered, but late.
    Slow,
    /// Done, but what it began never ends.
    Stuck,
}

/// The faults that are ordered.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn add(&self, fault: Fault) {
        self.all().push(fault);
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        self.all().clone()
    }

    pub(crate) fn clear(&self) {
        self.all().clear();
    }

    /// What this call meets; each that fits counts it. Of several that are due, the first ordered is met.
    pub(crate) fn meet(&self, service: &str, operation: &str, account: &str) -> Option<Fault> {
        let mut met = None;
        self.all().retain_mut(|fault| {
            let fits = fault.service == service
                && fault.operation.as_deref().is_none_or(|name| name == operation)
                && fault.account.as_deref().is_none_or(|name| name == account);
            if !fits {
                return true;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if met.is_none() {
                met = Some(fault.clone());
                fault.times = fault.times.saturating_sub(1);
            }
            fault.times > 0
        });
        met
    }
}

impl FaultKind {
    /// How the service refuses the call for it, when it does.
    pub(crate) fn refusal(self, service: &str, operation: &str, who: &str) -> Option<Refusal> {
        let (trouble, message) = match self {
            Self::Throttled => (Trouble::Throttled, "Rate exceeded".to_owned()),
            Self::Unavailable => (Trouble::Unavailable, "Service is temporarily unavailable".to_owned()),
            Self::Internal => (Trouble::Internal, "An internal error occurred".to_owned()),
            Self::Denied => {
                (Trouble::Denied, format!("User: {who} is not authorized to perform: {service}:{operation}"))
            }
            Self::Quota => {
                (Trouble::Quota, format!("The maximum number of resources for {operation} has been reached"))
            }
            Self::Expired => (Trouble::Expired, "The security token included in the request is expired".to_owned()),
            Self::Cut => return Some(Refusal::Cut),
            Self::Lost | Self::Slow | Self::Stuck => return None,
        };
        Some(protocol::refusal(service, operation, trouble, &message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nth_call_of_an_operation_meets_it() {
        let faults = Faults::default();
        faults.add(Fault {
            service: "eks".to_owned(),
            operation: Some("CreateCluster".to_owned()),
            account: None,
            kind: FaultKind::Throttled,
            skip: 1,
            times: 2,
            milliseconds: 0,
        });
        let meets = |operation| faults.meet("eks", operation, "1").is_some();
        assert_eq!(["ListClusters", "CreateCluster"].map(meets), [false, false]);
        assert_eq!(
            ["CreateCluster", "ListClusters", "CreateCluster", "CreateCluster"].map(meets),
            [true, false, true, false]
        );
        assert!(faults.list().is_empty());
    }

    #[test]
    fn each_service_words_it_its_own_way() {
        let code =
            |service, operation, kind: FaultKind| kind.refusal(service, operation, "x").unwrap().code().to_owned();
        assert_eq!(code("ec2", "CreateVpc", FaultKind::Throttled), "RequestLimitExceeded");
        assert_eq!(code("eks", "CreateCluster", FaultKind::Throttled), "ThrottlingException");
        assert_eq!(code("iam", "CreateRole", FaultKind::Throttled), "Throttling");
        assert_eq!(code("organizations", "CreateAccount", FaultKind::Throttled), "TooManyRequestsException");
        assert_eq!(code("ec2", "AllocateAddress", FaultKind::Quota), "AddressLimitExceeded");
        assert_eq!(code("ec2", "CreateVpc", FaultKind::Denied), "UnauthorizedOperation");
        assert_eq!(code("eks", "CreateVpc", FaultKind::Expired), "ExpiredTokenException");
        assert_eq!(code("eks", "x", FaultKind::Cut), "cut");
    }
}
