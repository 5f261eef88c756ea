//! A refusal, and how each protocol words it.

use std::borrow::Cow;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    model::escape,
    protocol::{self, Protocol},
    wire::Answer,
};

/// Why a request is not answered with what it asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    /// The service says no.
    Said(Said),
    /// The connection ends without an answer.
    Cut,
}

/// What a service says when it says no.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// What REST-JSON errors have besides the message.
    pub(crate) members: Map<String, Value>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::Said(Said { status, code: code.into(), message: message.into(), members: Map::new() })
    }

    /// With a further member.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Said(said) = &mut self {
            said.members.insert(name.to_owned(), json!(value));
        }
        self
    }

    /// Its code, for what goes on record.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Said(said) => &said.code,
            Self::Cut => "cut",
        }
    }

    /// What it says, for reasons of stacks.
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Said(said) => &said.message,
            Self::Cut => "the connection was cut",
        }
    }
}

/// A refusal as `service` puts it on the wire.
pub(crate) fn answer(service: &str, said: &Said) -> Answer {
    let Said { status, code, message, members } = said;
    let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_REQUEST);
    let kind = if status.is_server_error() { "Receiver" } else { "Sender" };
    let (code_, text) = (escape(code), escape(message));
    const ID: &str = "00000000-0000-0000-0000-000000000000";
    match protocol::of(service) {
        Protocol::Ec2 => Answer::new(
            status,
            "text/xml",
            format!(
                "<Response><Errors><Error><Code>{code_}</Code><Message>{text}</Message></Error></Errors><RequestID>{ID}</RequestID></Response>"
            ),
        ),
        Protocol::Query | Protocol::RestXml => Answer::new(
            status,
            "text/xml",
            format!(
                "<ErrorResponse><Error><Type>{kind}</Type><Code>{code_}</Code><Message>{text}</Message></Error><RequestId>{ID}</RequestId></ErrorResponse>"
            ),
        ),
        Protocol::Json => {
            let mut body = members.clone();
            body.insert("__type".to_owned(), json!(code));
            body.insert("Message".to_owned(), json!(message));
            body.insert("message".to_owned(), json!(message));
            Answer::new(status, "application/x-amz-json-1.1", Value::Object(body).to_string())
                .with("x-amzn-errortype", code)
        }
        Protocol::RestJson => {
            let mut body = members.clone();
            body.insert("message".to_owned(), json!(message));
            Answer::new(status, "application/json", Value::Object(body).to_string()).with("x-amzn-errortype", code)
        }
    }
}
