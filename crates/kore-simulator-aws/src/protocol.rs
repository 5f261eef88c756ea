//! Which wire protocol a service speaks, and how it says what can go wrong anywhere.
//!
//! Codes: the "Common errors" and "Errors" sections of each service's API reference; for Amazon EC2, "Error codes for the
//! Amazon EC2 API".

use crate::{model::Mismatch, refusal::Refusal};

/// A protocol of AWS (Smithy, "AWS protocols").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Forms, answered in XML.
    Query,
    /// The same, of EC2's own form.
    Ec2,
    /// JSON 1.1: the operation is in a header.
    Json,
    /// JSON, the operation is in the path.
    RestJson,
    /// XML, the operation is in the path.
    RestXml,
}

/// The protocol of a service, by its name in signatures.
pub(crate) fn of(service: &str) -> Protocol {
    match service {
        "ec2" => Protocol::Ec2,
        "sts" | "iam" | "cloudformation" | "elasticloadbalancing" | "autoscaling" | "monitoring" | "sns" => {
            Protocol::Query
        }
        "route53" | "s3" => Protocol::RestXml,
        "eks" | "account" | "eks-auth" => Protocol::RestJson,
        _ => Protocol::Json,
    }
}

/// What can go wrong with any operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Too many requests.
    Throttled,
    /// Not now (503).
    Unavailable,
    /// The service's own fault (500).
    Internal,
    /// Not allowed.
    Denied,
    /// The session is over.
    Expired,
    /// Nobody has this access key.
    UnknownKey,
    /// Not signed.
    Unsigned,
    /// More than the account may have.
    Quota,
}

/// How `service` refuses `operation` for this reason.
pub(crate) fn refusal(service: &str, operation: &str, trouble: Trouble, message: &str) -> Refusal {
    use Protocol::{Ec2, Json, Query, RestJson, RestXml};
    let protocol = of(service);
    let (status, code) = match (trouble, protocol) {
        (Trouble::Throttled, Ec2) => (503, "RequestLimitExceeded"),
        (Trouble::Throttled, Json) if service == "organizations" => (400, "TooManyRequestsException"),
        (Trouble::Throttled, Json) => (400, "ThrottlingException"),
        (Trouble::Throttled, RestJson) => (429, "ThrottlingException"),
        (Trouble::Throttled, Query | RestXml) => (400, "Throttling"),
        (Trouble::Unavailable, Ec2) => (503, "Unavailable"),
        (Trouble::Unavailable, RestJson | Json) => (503, "ServiceUnavailableException"),
        (Trouble::Unavailable, Query | RestXml) => (503, "ServiceUnavailable"),
        (Trouble::Internal, Ec2) => (500, "InternalError"),
        (Trouble::Internal, RestJson) if service == "eks" => (500, "ServerException"),
        (Trouble::Internal, Json) if service == "organizations" => (500, "ServiceException"),
        (Trouble::Internal, Json) if service == "kms" => (500, "KMSInternalException"),
        (Trouble::Internal, Query) if service == "iam" => (500, "ServiceFailure"),
        (Trouble::Internal, _) => (500, "InternalFailure"),
        (Trouble::Denied, Ec2) => (403, "UnauthorizedOperation"),
        (Trouble::Denied, Json) => (400, "AccessDeniedException"),
        (Trouble::Denied, RestJson) => (403, "AccessDeniedException"),
        (Trouble::Denied, Query | RestXml) => (403, "AccessDenied"),
        (Trouble::Expired, Ec2) => (400, "RequestExpired"),
        (Trouble::Expired, Json) => (400, "ExpiredTokenException"),
        (Trouble::Expired, RestJson) => (403, "ExpiredTokenException"),
        (Trouble::Expired, Query | RestXml) => (403, "ExpiredToken"),
        (Trouble::UnknownKey, Ec2) => (401, "AuthFailure"),
        (Trouble::UnknownKey, Json) => (400, "UnrecognizedClientException"),
        (Trouble::UnknownKey, RestJson) => (403, "UnrecognizedClientException"),
        (Trouble::UnknownKey, Query | RestXml) => (403, "InvalidClientTokenId"),
        (Trouble::Unsigned, Json | RestJson) => (403, "MissingAuthenticationTokenException"),
        (Trouble::Unsigned, _) => (403, "MissingAuthenticationToken"),
        (Trouble::Quota, _) => quota(service, operation),
    };
    Refusal::new(status, code, message)
}

/// How `service` refuses a request that its description does not allow.
pub(crate) fn invalid(service: &str, Mismatch(message): Mismatch) -> Refusal {
    let code = match (of(service), service) {
        (Protocol::Ec2, _) if message.starts_with("unknown parameter") => "UnknownParameter",
        (Protocol::Ec2, _) if message.starts_with("missing required") => "MissingParameter",
        (Protocol::Ec2, _) => "InvalidParameterValue",
        (Protocol::RestXml, _) => "InvalidInput",
        (Protocol::Json, "organizations") => "InvalidInputException",
        (Protocol::Json | Protocol::RestJson, _) => "ValidationException",
        (Protocol::Query, _) => "ValidationError",
    };
    Refusal::new(400, code, message)
}

fn quota(service: &str, operation: &str) -> (u16, &'static str) {
    match (service, operation) {
        ("ec2", "CreateVpc") => (400, "VpcLimitExceeded"),
        ("ec2", "AllocateAddress") => (400, "AddressLimitExceeded"),
        ("ec2", "CreateNatGateway") => (400, "NatGatewayLimitExceeded"),
        ("ec2", "CreateSubnet") => (400, "SubnetLimitExceeded"),
        ("ec2", "CreateInternetGateway") => (400, "InternetGatewayLimitExceeded"),
        ("ec2", "CreateRouteTable") => (400, "RouteTableLimitExceeded"),
        ("ec2", "CreateSecurityGroup") => (400, "SecurityGroupLimitExceeded"),
        ("ec2", "CreateVpcEndpoint") => (400, "VpcEndpointLimitExceeded"),
        ("ec2", _) => (400, "ResourceLimitExceeded"),
        ("eks", _) => (400, "ResourceLimitExceededException"),
        ("iam", _) => (409, "LimitExceeded"),
        ("cloudformation", _) => (400, "LimitExceededException"),
        ("organizations", _) => (400, "ConstraintViolationException"),
        ("route53", "CreateHostedZone") => (400, "TooManyHostedZones"),
        ("route53", _) => (400, "LimitsExceeded"),
        ("elasticloadbalancing", _) => (400, "TooManyLoadBalancers"),
        _ => (400, "LimitExceededException"),
    }
}
