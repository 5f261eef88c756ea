//! What AWS answers when it does not do what was asked: one row for each code of its own, and what that means to the engine.
//!
//! Sources: "Common errors" of each service's API reference, and the errors that its operations name.

use std::time::Duration;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use kore_api::codes::Code;
use kore_engine::error::{Class, StepError};

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Fewer requests, please.
    Busy,
    /// Its own fault, or nobody's.
    Unavailable,
    /// A quota is used up.
    Limit,
    /// The role may not, or there is no such role.
    Denied,
    /// The credential is no longer good; a new one may be.
    Expired,
    /// Something else is going on with the thing just now.
    InUse,
    /// There is one already.
    Exists,
    /// There is none.
    NotFound,
    /// Something uses it.
    Dependency,
    /// It cannot be.
    Invalid,
    /// A role that was just made is not known everywhere yet.
    Settling,
}

/// Every code that AWS answers to what we ask, and its meaning.
pub const KNOWN: &[(&str, Meaning)] = &[
    ("AccessDenied", Meaning::Denied),
    ("AccessDeniedException", Meaning::Denied),
    ("AccountAlreadyClosedException", Meaning::NotFound),
    ("AccountNotFoundException", Meaning::NotFound),
    ("AlreadyExistsException", Meaning::Exists),
    ("AuthFailure", Meaning::Expired),
    ("AWSOrganizationsNotInUseException", Meaning::Denied),
    ("BadRequestException", Meaning::Invalid),
    ("ChildNotFoundException", Meaning::NotFound),
    ("ClientException", Meaning::Invalid),
    ("ConcurrentModification", Meaning::InUse),
    ("ConcurrentModificationException", Meaning::InUse),
    ("ConflictException", Meaning::InUse),
    ("ConstraintViolationException", Meaning::Limit),
    ("CreateAccountStatusNotFoundException", Meaning::NotFound),
    ("DependencyViolation", Meaning::Dependency),
    ("DuplicateAccountException", Meaning::InUse),
    ("DuplicateOrganizationalUnitException", Meaning::Exists),
    ("DuplicatePolicyAttachmentException", Meaning::Exists),
    ("DuplicatePolicyException", Meaning::Exists),
    ("EntityAlreadyExists", Meaning::Exists),
    ("ExpiredToken", Meaning::Expired),
    ("ExpiredTokenException", Meaning::Expired),
    ("FinalizingOrganizationException", Meaning::Unavailable),
    ("HostedZoneAlreadyExists", Meaning::Exists),
    ("HostedZoneNotEmpty", Meaning::Dependency),
    ("IDPCommunicationError", Meaning::Unavailable),
    ("IDPRejectedClaim", Meaning::Denied),
    ("IncompleteSignature", Meaning::Denied),
    ("InsufficientCapabilitiesException", Meaning::Invalid),
    ("InternalError", Meaning::Unavailable),
    ("InternalFailure", Meaning::Unavailable),
    ("InvalidChangeBatch", Meaning::Invalid),
    ("InvalidClientTokenId", Meaning::Expired),
    ("InvalidGroup.InUse", Meaning::Dependency),
    ("InvalidGroup.NotFound", Meaning::NotFound),
    ("InvalidGroupId.NotFound", Meaning::NotFound),
    ("InvalidIdentityToken", Meaning::Denied),
    ("InvalidInputException", Meaning::Invalid),
    ("InvalidLaunchTemplateId.NotFound", Meaning::NotFound),
    ("InvalidLaunchTemplateId.VersionNotFound", Meaning::NotFound),
    ("InvalidLaunchTemplateName.AlreadyExistsException", Meaning::Exists),
    ("InvalidLaunchTemplateName.NotFoundException", Meaning::NotFound),
    ("InvalidNetworkInterface.InUse", Meaning::Dependency),
    ("InvalidNetworkInterfaceID.NotFound", Meaning::NotFound),
    ("InvalidParameterCombination", Meaning::Invalid),
    ("InvalidParameterException", Meaning::Invalid),
    ("InvalidParameterValue", Meaning::Invalid),
    ("InvalidRequestException", Meaning::Invalid),
    ("InvalidVolume.NotFound", Meaning::NotFound),
    ("KMSInternalException", Meaning::Unavailable),
    ("LimitExceeded", Meaning::Limit),
    ("LimitExceededException", Meaning::Limit),
    ("LimitsExceeded", Meaning::Limit),
    ("LoadBalancerNotFound", Meaning::NotFound),
    ("MalformedPolicyDocument", Meaning::Invalid),
    ("MalformedPolicyDocumentException", Meaning::Invalid),
    ("MissingAuthenticationToken", Meaning::Denied),
    ("MissingAuthenticationTokenException", Meaning::Denied),
    ("NameAlreadyExistsException", Meaning::Exists),
    ("NoSuchChange", Meaning::NotFound),
    ("NoSuchEntity", Meaning::NotFound),
    ("NoSuchHostedZone", Meaning::NotFound),
    ("NoSuchResourceException", Meaning::NotFound),
    ("NotFoundException", Meaning::NotFound),
    ("OperationInProgressException", Meaning::InUse),
    ("OperationNotPermitted", Meaning::Dependency),
    ("OptInRequired", Meaning::Denied),
    ("OrganizationalUnitNotEmptyException", Meaning::Dependency),
    ("OrganizationalUnitNotFoundException", Meaning::NotFound),
    ("ParentNotFoundException", Meaning::NotFound),
    ("PolicyChangesInProgressException", Meaning::InUse),
    ("PolicyInUseException", Meaning::Dependency),
    ("PolicyNotAttachedException", Meaning::NotFound),
    ("PolicyNotFoundException", Meaning::NotFound),
    ("PolicyTypeNotEnabledException", Meaning::Invalid),
    ("PriorRequestNotComplete", Meaning::Busy),
    ("RegionDisabledException", Meaning::Denied),
    ("RequestExpired", Meaning::Expired),
    ("RequestLimitExceeded", Meaning::Busy),
    ("RequestThrottled", Meaning::Busy),
    ("ResourceInUse", Meaning::Dependency),
    ("ResourceInUseException", Meaning::InUse),
    ("ResourceLimitExceededException", Meaning::Limit),
    ("ResourceNotFoundException", Meaning::NotFound),
    ("ServerException", Meaning::Unavailable),
    ("ServiceException", Meaning::Unavailable),
    ("ServiceFailure", Meaning::Unavailable),
    ("ServiceUnavailable", Meaning::Unavailable),
    ("ServiceUnavailableException", Meaning::Unavailable),
    ("SignatureDoesNotMatch", Meaning::Denied),
    ("StackInstanceNotFoundException", Meaning::NotFound),
    ("StackSetNotEmptyException", Meaning::Dependency),
    ("StackSetNotFoundException", Meaning::NotFound),
    ("StaleRequestException", Meaning::InUse),
    ("TargetGroupNotFound", Meaning::NotFound),
    ("TargetNotFoundException", Meaning::NotFound),
    ("ThrottledException", Meaning::Busy),
    ("Throttling", Meaning::Busy),
    ("ThrottlingException", Meaning::Busy),
    ("TokenAlreadyExistsException", Meaning::InUse),
    ("TooManyHostedZones", Meaning::Limit),
    ("TooManyLoadBalancers", Meaning::Limit),
    ("TooManyRequestsException", Meaning::Busy),
    ("TooManyTargetGroups", Meaning::Limit),
    ("UnauthorizedOperation", Meaning::Denied),
    ("Unavailable", Meaning::Unavailable),
    ("UnrecognizedClientException", Meaning::Expired),
    ("UnsupportedAvailabilityZoneException", Meaning::Invalid),
    ("ValidationError", Meaning::Invalid),
    ("ValidationException", Meaning::Invalid),
    ("VolumeInUse", Meaning::Dependency),
];

impl Meaning {
    /// The meaning of a code; of one that nobody knows by its end, as EC2 has one for each of its limits, or by the status of
    /// its answer.
    #[must_use]
    pub fn of(code: &str, status: u16) -> Self {
        let known = KNOWN.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning);
        known.unwrap_or(match status {
            _ if code.trim_end_matches("Exception").ends_with("LimitExceeded") => Self::Limit,
            429 => Self::Busy,
            500.. => Self::Unavailable,
            403 => Self::Denied,
            404 => Self::NotFound,
            _ => Self::Invalid,
        })
    }

    /// What it is called, and what the engine does about it.
    #[must_use]
    pub const fn consequence(self) -> (Code, Class) {
        let seconds = Duration::from_secs;
        match self {
            Self::Busy => (Code::CloudBusy, Class::Retry(seconds(5))),
            Self::Unavailable => (Code::CloudUnavailable, Class::Retry(seconds(2))),
            Self::Limit => (Code::CloudLimit, Class::Quota),
            Self::Denied => (Code::CloudAccessLost, Class::AccessLost),
            // A new one is asked for the next time.
            Self::Expired => (Code::CloudAccessLost, Class::Retry(seconds(1))),
            Self::InUse => (Code::CloudRefused, Class::Retry(seconds(5))),
            Self::Exists => (Code::CloudForeign, Class::Conflict),
            Self::NotFound => (Code::CloudRefused, Class::NotFound),
            Self::Dependency => (Code::CloudHeld, Class::Retry(seconds(10))),
            Self::Invalid => (Code::CloudRefused, Class::Invalid),
            Self::Settling => (Code::CloudRefused, Class::Settling(seconds(5))),
        }
    }
}

/// An answer that was no success.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// AWS's own code; of an answer that never came what kept it.
    pub code: String,
    /// AWS's own words.
    pub message: String,
    /// What it means.
    pub meaning: Meaning,
}

impl Refusal {
    /// Of an answer with a code.
    #[must_use]
    pub fn new(code: &str, message: &str, status: u16) -> Self {
        let meaning = match Meaning::of(code, status) {
            // IAM User Guide, "Changes that I make are not always immediately visible"; EKS has no code of its own for it.
            Meaning::Invalid if message.contains("could not be assumed") => Meaning::Settling,
            other => other,
        };
        Self { code: code.to_owned(), message: message.to_owned(), meaning }
    }

    /// Of a request that got no answer that can be read.
    #[must_use]
    pub fn unanswered(why: &(dyn std::error::Error + 'static)) -> Self {
        let message = kore_engine::error::chain(why);
        Self { code: "NoAnswer".to_owned(), message, meaning: Meaning::Unavailable }
    }

    /// The error of a step that does `what`, as "cannot make the cluster".
    #[must_use]
    pub fn step(self, what: impl std::fmt::Display) -> StepError {
        let (code, class) = self.meaning.consequence();
        StepError::new(code, class, format!("cannot {what}")).caused_by(self)
    }
}

impl<E> From<SdkError<E, HttpResponse>> for Refusal
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let status = error.raw_response().map_or(0, |response| response.status().as_u16());
        match error.as_service_error().map(ProvideErrorMetadata::meta) {
            Some(meta) => {
                Self::new(meta.code().unwrap_or("NoCode"), meta.message().unwrap_or("without a reason"), status)
            }
            None => Self::unanswered(&error),
        }
    }
}

/// What was found, where not being there is an answer like any other.
///
/// # Errors
/// Every other refusal.
pub fn if_there<T>(answer: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(refusal) if refusal.meaning == Meaning::NotFound => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// What came of asking for a change: what is going on already is waited for, and what is gone is gone.
///
/// # Errors
/// Every other refusal.
pub fn settled(answer: Result<(), Refusal>) -> Result<(), Refusal> {
    match answer {
        Err(refusal) if matches!(refusal.meaning, Meaning::InUse | Meaning::NotFound) => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_code_has_one_row_in_order() {
        let codes: Vec<_> = KNOWN.iter().map(|(code, _)| *code).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable_by_key(|code| code.to_lowercase());
        sorted.dedup();
        assert_eq!(codes, sorted);
    }

    #[test]
    fn what_passes_by_itself_is_tried_again_and_what_does_not_is_not() {
        let meanings: HashSet<_> = KNOWN.iter().map(|(_, meaning)| *meaning).collect();
        for meaning in meanings {
            let (code, class) = meaning.consequence();
            let somebody_acts = matches!(meaning, Meaning::Exists | Meaning::Invalid | Meaning::NotFound);
            assert_eq!(class.retryable(), !somebody_acts, "{meaning:?}");
            assert!(code.entry().code.starts_with("KORE-CLOUD-"), "{meaning:?}");
        }
    }

    #[test]
    fn a_role_that_is_not_known_everywhere_yet_is_waited_for() {
        let said = "The role AWSServiceRoleForAmazonEKS could not be assumed";
        let refusal = Refusal::new("InvalidParameterException", said, 400);
        assert_eq!(refusal.meaning, Meaning::Settling);
        assert!(matches!(refusal.step("make the cluster").class, Class::Settling(_)));
        assert_eq!(Refusal::new("InvalidParameterException", "no such subnet", 400).meaning, Meaning::Invalid);
        assert_eq!(Refusal::new("AccessDeniedException", said, 403).meaning, Meaning::Denied);
    }

    #[test]
    fn of_unknown_codes_the_status_says_what_to_do() {
        let of = |status| Meaning::of("Whatever", status);
        assert_eq!(
            [of(429), of(500), of(503), of(403), of(404), of(400)],
            [
                Meaning::Busy,
                Meaning::Unavailable,
                Meaning::Unavailable,
                Meaning::Denied,
                Meaning::NotFound,
                Meaning::Invalid
            ]
        );
        // The code counts more: EKS answers 409 and 400 to much.
        assert_eq!(Meaning::of("ResourceLimitExceededException", 400), Meaning::Limit);
        assert_eq!(Meaning::of("NatGatewayLimitExceeded", 400), Meaning::Limit);
        assert_eq!(Meaning::of("RequestLimitExceeded", 503), Meaning::Busy);
    }
}
