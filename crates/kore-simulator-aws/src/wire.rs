//! Requests and answers as they are on the wire, and which operation of which service a request is for.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::{model, protocol, protocol::Protocol, refusal::Refusal};

/// Who made a request, where, and what it asks: the credential scope of its signature (IAM User Guide, "AWS Signature
/// Version 4 for API requests").
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Access key id.
    pub(crate) key: String,
    /// As `eu-central-1`.
    pub(crate) region: String,
    /// As `eks`.
    pub(crate) service: String,
}

impl Scope {
    /// Of a `Credential`: `KEY/DATE/REGION/SERVICE/aws4_request`.
    fn parse(credential: &str) -> Option<Self> {
        let mut parts = credential.split('/');
        let (key, _, region, service) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        (parts.next() == Some("aws4_request")).then(|| Self {
            key: key.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        })
    }
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// As it came, percent-encoded.
    pub(crate) path: String,
    /// Without the question mark.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    /// What its signature says, in the header or, of a presigned address, in the query.
    pub(crate) fn scope(&self) -> Option<Scope> {
        if let Some(text) = self.header("authorization") {
            let (_, credential) = text.split_once("Credential=")?;
            return Scope::parse(credential.split(',').next()?.trim());
        }
        let (_, credential) =
            url::form_urlencoded::parse(self.query.as_bytes()).find(|(k, _)| k == "X-Amz-Credential")?;
        Scope::parse(&credential)
    }

    /// Of a service whose protocol has forms: the fields of the query and the body.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        let parsed = |text: &[u8]| url::form_urlencoded::parse(text).into_owned().collect::<Vec<_>>();
        let mut form = parsed(self.query.as_bytes());
        if self.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            form.extend(parsed(&self.body));
        }
        form
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Name of the operation that it asks `service` for: the action of a form, the target of a JSON request, the path of a
    /// REST one. Of REST services that the front does not answer itself, method and path stand in for names not known.
    pub(crate) fn operation(&self, service: &str) -> String {
        let named = match protocol::of(service) {
            Protocol::Query | Protocol::Ec2 => {
                self.form().into_iter().find(|(name, _)| name == "Action").map(|(_, value)| value)
            }
            Protocol::Json => {
                self.header("x-amz-target").and_then(|target| target.rsplit('.').next()).map(str::to_owned)
            }
            Protocol::RestJson if service == "eks" => {
                model::EKS.route(self.method.as_str(), &self.path).map(|(name, _)| name.to_owned())
            }
            Protocol::RestXml if service == "route53" => {
                crate::route53::operation(&self.method, &self.path).map(str::to_owned)
            }
            Protocol::RestJson | Protocol::RestXml => None,
        };
        named.unwrap_or_else(|| format!("{} {}", self.method, self.path))
    }

    /// Its parameters as people read them: the fields of a form, or the JSON body, with what is in
    /// the path of EKS's; secrets left out.
    pub(crate) fn parameters(&self, service: &str) -> Value {
        let secret = |name: &str| ["WebIdentityToken", "X-Amz-Security-Token", "X-Amz-Signature"].contains(&name);
        if service == "eks"
            && let Some(said) = model::EKS.rest_said(self.method.as_str(), &self.path, &self.query, &self.body)
        {
            return Value::Object(said);
        }
        match protocol::of(service) {
            Protocol::Json | Protocol::RestJson => {
                let mut body = serde_json::from_slice::<Map<String, Value>>(&self.body).unwrap_or_default();
                let query = url::form_urlencoded::parse(self.query.as_bytes());
                body.extend(query.filter(|(name, _)| !secret(name)).map(|(k, v)| (k.into_owned(), json!(v))));
                Value::Object(body)
            }
            _ => self.form().into_iter().filter(|(name, _)| !secret(name)).map(|(k, v)| (k, json!(v))).collect(),
        }
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn new(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Self {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
        Self { status, headers, body: body.into() }
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self::new(StatusCode::OK, "application/json", value.to_string())
    }

    pub(crate) fn json_1_1(value: &Value) -> Self {
        Self::new(StatusCode::OK, "application/x-amz-json-1.1", value.to_string())
    }

    pub(crate) fn xml(text: String) -> Self {
        Self::new(StatusCode::OK, "text/xml", text)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

/// What became of a request.
pub(crate) type Outcome = Result<Answer, Refusal>;

/// The text of the first element of this name in an XML document.
pub(crate) fn element(document: &str, name: &str) -> Option<String> {
    let tree = roxmltree::Document::parse(document).ok()?;
    let node = tree.descendants().find(|node| node.has_tag_name(name) || node.tag_name().name() == name)?;
    node.text().map(|text| text.trim().to_owned())
}

/// The texts of all elements of this name.
pub(crate) fn elements(document: &str, name: &str) -> Vec<String> {
    let Ok(tree) = roxmltree::Document::parse(document) else { return Vec::new() };
    let nodes = tree.descendants().filter(|node| node.tag_name().name() == name);
    nodes.filter_map(|node| node.text()).map(|text| text.trim().to_owned()).collect()
}

/// An XML document as JSON: elements with elements in them are objects, with several `item` or `member` lists, others
/// text. `item`s and `member`s are lists also when there is one.
pub(crate) fn tree(document: &str) -> Value {
    roxmltree::Document::parse(document).map_or(Value::Null, |tree| of_node(tree.root_element()))
}

fn of_node(node: roxmltree::Node<'_, '_>) -> Value {
    let inside: Vec<_> = node.children().filter(roxmltree::Node::is_element).collect();
    if inside.is_empty() {
        return json!(node.text().unwrap_or_default().trim());
    }
    if inside.iter().all(|child| ["item", "member"].contains(&child.tag_name().name())) {
        return inside.into_iter().map(of_node).collect();
    }
    Value::Object(inside.into_iter().map(|child| (child.tag_name().name().to_owned(), of_node(child))).collect())
}
