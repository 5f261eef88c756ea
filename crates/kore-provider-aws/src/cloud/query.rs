//! Requests to the services that are asked by forms and answer in XML (EC2 API reference, "Query requests"; Elastic Load
//! Balancing API reference). Their crates would take longer to build than all others together.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use kore_api::cloud::AwsPartition;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, de::DeserializeOwned};
use url::form_urlencoded::Serializer;

use super::LONGEST;
use crate::error::Refusal;

/// Of an answer that nobody understands, so many characters are shown.
const SHOWN: usize = 200;
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// A service that is asked by forms.
#[derive(Debug, Clone, Copy)]
pub(super) enum Service {
    /// Elastic Compute Cloud.
    Ec2,
    /// Elastic Load Balancing.
    LoadBalancing,
    /// Identity and Access Management, which has one place in each partition.
    Iam,
}

impl Service {
    /// Its name in signatures, and the version of its API.
    const fn known_as(self) -> (&'static str, &'static str) {
        match self {
            Self::Ec2 => ("ec2", "2016-11-15"),
            Self::LoadBalancing => ("elasticloadbalancing", "2015-12-01"),
            Self::Iam => ("iam", "2010-05-08"),
        }
    }

    /// Its host for a region, and the region that its requests are signed for (AWS General Reference, "Service endpoints").
    fn host(self, region: &str) -> (String, &str) {
        let partition = AwsPartition::of_region(region);
        match (self, partition) {
            (Self::Iam, AwsPartition::China) => ("iam.cn-north-1.amazonaws.com.cn".to_owned(), "cn-north-1"),
            (Self::Iam, AwsPartition::UsGov) => ("iam.us-gov.amazonaws.com".to_owned(), "us-gov-west-1"),
            (Self::Iam, AwsPartition::Aws) => ("iam.amazonaws.com".to_owned(), "us-east-1"),
            _ => (format!("{}.{region}.{}", self.known_as().0, partition.domain()), region),
        }
    }
}

/// Asks by forms.
#[derive(Debug)]
pub(super) struct Query {
    client: reqwest::Client,
    endpoint: Option<String>,
}

impl Query {
    pub(super) fn new(endpoint: Option<String>) -> Self {
        Self { client: reqwest::Client::new(), endpoint }
    }

    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        service: Service,
        region: &str,
        credentials: &Credentials,
        action: &str,
        parameters: &[(String, String)],
        now: SystemTime,
    ) -> Result<T, Refusal> {
        let (name, version) = service.known_as();
        let (host, region) = service.host(region);
        let url = self.endpoint.clone().unwrap_or_else(|| format!("https://{host}"));
        let url = format!("{}/", url.trim_end_matches('/'));
        let named = [("Action", action), ("Version", version)];
        let body = Serializer::new(String::new()).extend_pairs(named).extend_pairs(parameters).finish();

        let signed =
            signed(&url, &body, (name, region), credentials, now).map_err(|error| Refusal::unanswered(&*error))?;
        let request = self.client.post(url).timeout(LONGEST).headers(signed).header(CONTENT_TYPE, FORM).body(body);
        let answer = request.send().await.map_err(|error| Refusal::unanswered(&error))?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| Refusal::unanswered(&error))?;
        if status.is_success() {
            quick_xml::de::from_str(&text).map_err(|error| Refusal::unanswered(&error))
        } else {
            Err(refusal(&text, status.as_u16()))
        }
    }
}

/// The headers that say who asks, and that nobody changed what (AWS Signature Version 4).
fn signed(
    url: &str,
    body: &str,
    (service, region): (&str, &str),
    credentials: &Credentials,
    now: SystemTime,
) -> Result<HeaderMap, Box<dyn std::error::Error + Send + Sync>> {
    let identity = credentials.clone().into();
    let signing = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(now)
        .settings(SigningSettings::default())
        .build()?
        .into();
    let headers = std::iter::once((CONTENT_TYPE.as_str(), FORM));
    let request = SignableRequest::new("POST", url, headers, SignableBody::Bytes(body.as_bytes()))?;
    let (instructions, _) = sign(request, &signing)?.into_parts();
    let mut headers = HeaderMap::new();
    for (name, value) in instructions.headers() {
        headers.insert(name.parse::<HeaderName>()?, HeaderValue::from_str(value)?);
    }
    Ok(headers)
}

/// EC2 says `Response/Errors/Error`, others `ErrorResponse/Error`.
#[derive(Deserialize)]
struct Refused {
    #[serde(rename = "Errors", alias = "Error")]
    errors: Errors,
}

#[derive(Deserialize)]
struct Errors {
    #[serde(rename = "Error")]
    nested: Option<Said>,
    #[serde(rename = "Code")]
    code: Option<String>,
    #[serde(rename = "Message", default)]
    message: String,
}

#[derive(Deserialize)]
struct Said {
    #[serde(rename = "Code")]
    code: String,
    #[serde(rename = "Message", default)]
    message: String,
}

fn refusal(text: &str, status: u16) -> Refusal {
    match quick_xml::de::from_str::<Refused>(text).map(|refused| refused.errors) {
        Ok(Errors { nested: Some(Said { code, message }), .. } | Errors { code: Some(code), message, .. }) => {
            Refusal::new(&code, &message, status)
        }
        _ => {
            let begins: String = text.chars().take(SHOWN).collect();
            Refusal::new("NoCode", &format!("an answer with status {status} that begins with {begins:?}"), status)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Meaning;

    #[test]
    fn refusals_of_both_kinds_are_read() {
        let ec2 = "<Response><Errors><Error><Code>DependencyViolation</Code><Message>in use</Message></Error></Errors><RequestID>1</RequestID></Response>";
        let others = "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>";
        let read = |text| {
            let Refusal { code, message, meaning } = refusal(text, 400);
            (code, message, meaning)
        };
        assert_eq!(read(ec2), ("DependencyViolation".into(), "in use".into(), Meaning::Dependency));
        assert_eq!(read(others), ("Throttling".into(), "Rate exceeded".into(), Meaning::Busy));
        assert_eq!(refusal("<html>", 503).meaning, Meaning::Unavailable);
    }
}
