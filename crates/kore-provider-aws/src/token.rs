//! The token that EKS takes for who one is: a request to STS, signed and not sent, which the API server's verifier sends
//! (github.com/kubernetes-sigs/aws-iam-authenticator, "API Authorization from Outside a Cluster").

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SignatureLocation, SigningError, SigningSettings, sign},
    sign::v4,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use kore_api::cloud::AwsPartition;
use url::form_urlencoded::Serializer;

/// What the verifier knows a token by.
const PREFIX: &str = "k8s-aws-v1.";
/// The header that ties a token to one cluster: a token for another one is refused.
const CLUSTER_HEADER: &str = "x-k8s-aws-id";
/// Seconds for which the request says that it is good. The verifier takes no more than 60, and takes the token for 15
/// minutes from its time of signing.
const EXPIRES: Duration = Duration::from_secs(60);

/// Why a token could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// What is needed for signing is not there.
    #[error("the request to STS lacks something")]
    Incomplete(#[from] v4::signing_params::BuildError),
    /// The request is none.
    #[error("the request to STS cannot be signed")]
    Unsignable(#[from] SigningError),
}

/// A token for the cluster of this name, good for [`VALID`] from `now` on. `region` is the cluster's; its STS is asked.
///
/// # Errors
/// When the request cannot be signed: a region or name that is none.
pub fn token(credentials: &Credentials, region: &str, cluster: &str, now: SystemTime) -> Result<String, TokenError> {
    let url = presigned(credentials, region, cluster, now)?;
    Ok(format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(url)))
}

/// How long to use a token: less than the verifier does, whose clock may be another.
pub const VALID: Duration = Duration::from_secs(10 * 60);

fn presigned(credentials: &Credentials, region: &str, cluster: &str, now: SystemTime) -> Result<String, TokenError> {
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(EXPIRES);
    // The cluster's name is in a header, which is signed too.
    settings.excluded_headers = None;
    let identity = credentials.clone().into();
    let signing = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("sts")
        .time(now)
        .settings(settings)
        .build()?
        .into();
    let domain = AwsPartition::of_region(region).domain();
    let url = format!("https://sts.{region}.{domain}/?Action=GetCallerIdentity&Version=2011-06-15");
    let headers = std::iter::once((CLUSTER_HEADER, cluster));
    let request = SignableRequest::new("GET", url.clone(), headers, SignableBody::Bytes(&[]))?;
    let (instructions, _) = sign(request, &signing)?.into_parts();
    let (_, mut parameters) = instructions.into_parts();
    // The signature is the last, as botocore has it.
    parameters.sort_by_key(|(name, _)| *name == "X-Amz-Signature");
    let mut signed = Serializer::new(url);
    for (name, value) in &parameters {
        signed.append_pair(name, value);
    }
    Ok(signed.finish())
}
