//! AWS's own description of the operations that the front answers itself: what a request may say, what an answer has in
//! it. The files below `models/` are cut out of botocore by `tools/moto/export-models.py`; each says of which version.

mod check;
mod query;
mod rest;
mod xml;

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use serde_json::{Map, Value};

use self::{check::Side, query::Dialect};
use crate::{
    protocol::{self, Protocol},
    wire::Request,
};

pub(crate) use xml::escape;

/// The description of one service.
#[derive(Debug, Deserialize)]
pub(crate) struct Model {
    /// Version of its API.
    version: String,
    /// XML namespace of its answers.
    pub(crate) namespace: String,
    /// By name.
    pub(crate) operations: BTreeMap<String, Operation>,
    shapes: BTreeMap<String, Shape>,
}

/// One operation of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    /// HTTP method.
    pub(crate) method: String,
    /// Path, with `{name}` where parameters are.
    pub(crate) uri: String,
    /// Shape of its parameters.
    pub(crate) input: Option<String>,
    /// Element around the parameters in XML.
    pub(crate) root: Option<String>,
    /// Shape of its answer.
    pub(crate) output: Option<String>,
    /// Element around an answer in XML.
    pub(crate) wrapper: Option<String>,
    /// Shapes of the errors that it documents.
    pub(crate) errors: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Structure,
    List,
    Map,
    String,
    Boolean,
    #[serde(alias = "long")]
    Integer,
    Double,
    Timestamp,
}

#[derive(Debug, Deserialize)]
struct Shape {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    members: BTreeMap<String, Member>,
    member: Option<Member>,
    value: Option<Member>,
    #[serde(rename = "enum")]
    names: Option<Vec<String>>,
    min: Option<f64>,
    max: Option<f64>,
    pattern: Option<String>,
    error: Option<ErrorTraits>,
}

#[derive(Debug, Deserialize)]
struct Member {
    shape: String,
    location: Option<String>,
    #[serde(rename = "locationName")]
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ErrorTraits {
    code: Option<String>,
    #[serde(rename = "httpStatusCode")]
    status: Option<u16>,
}

/// What was said is not what the model says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Mismatch(pub(crate) String);

impl Model {
    /// What a request to `operation` says, of the path's and the query's parts and its JSON body, when that is what the
    /// model allows: no unknown member, none of the required ones missing, types, enumerations, ranges and patterns.
    pub(crate) fn rest_input(
        &self,
        operation: &Operation,
        path: &str,
        query: &str,
        body: &[u8],
    ) -> Result<Map<String, Value>, Mismatch> {
        self.checked(operation, rest::input(self, operation, path, query, body)?)
    }

    /// What a request says, whether or not it may: for the record. Path, query and body are one.
    pub(crate) fn rest_said(&self, method: &str, path: &str, query: &str, body: &[u8]) -> Option<Map<String, Value>> {
        let (_, operation) = self.route(method, path)?;
        rest::input(self, operation, path, query, body).ok()
    }

    /// What a form says, when the model allows it (query protocol: `Name.member.1.Key=…`).
    pub(crate) fn query_input(
        &self,
        operation: &Operation,
        form: &[(String, String)],
    ) -> Result<Map<String, Value>, Mismatch> {
        self.checked(operation, query::input(self, operation, form, Dialect::Query)?)
    }

    /// What a form to EC2 says, when the model allows it (`Name.1.Key=…`).
    pub(crate) fn ec2_input(
        &self,
        operation: &Operation,
        form: &[(String, String)],
    ) -> Result<Map<String, Value>, Mismatch> {
        self.checked(operation, query::input(self, operation, form, Dialect::Ec2)?)
    }

    /// What a JSON document says, when the model allows it.
    pub(crate) fn json_input(&self, operation: &Operation, body: &[u8]) -> Result<Map<String, Value>, Mismatch> {
        self.checked(operation, rest::document(body)?)
    }

    /// What a request with an XML document says, of the path's and the query's parts too, when the model allows it.
    pub(crate) fn xml_input(&self, operation: &Operation, request: &Request) -> Result<Map<String, Value>, Mismatch> {
        let said = std::str::from_utf8(&request.body).map_err(|error| Mismatch(error.to_string()))?;
        let body = xml::input(self, operation, said)?;
        self.checked(operation, rest::bound(self, operation, &request.path, &request.query, body)?)
    }

    fn checked(&self, operation: &Operation, input: Map<String, Value>) -> Result<Map<String, Value>, Mismatch> {
        let input = Value::Object(input);
        if let Some(shape) = &operation.input {
            check::check(self, shape, &input, "", Side::Request)?;
        }
        match input {
            Value::Object(input) => Ok(input),
            _ => Ok(Map::new()),
        }
    }

    /// Whether an answer is one that the model knows.
    pub(crate) fn check_output(&self, operation: &Operation, output: &Value) -> Result<(), Mismatch> {
        match &operation.output {
            Some(shape) => check::check(self, shape, output, "", Side::Answer),
            None if output.as_object().is_none_or(Map::is_empty) => Ok(()),
            None => Err(Mismatch("this operation answers nothing".to_owned())),
        }
    }

    /// The operation that a path belongs to.
    pub(crate) fn route(&self, method: &str, path: &str) -> Option<(&str, &Operation)> {
        let fits = |operation: &Operation| operation.method == method && rest::binds(&operation.uri, path).is_some();
        self.operations
            .iter()
            .find(|(_, operation)| fits(operation))
            .map(|(name, operation)| (name.as_str(), operation))
    }

    /// An answer in XML, as the query protocol has it.
    pub(crate) fn xml(&self, name: &str, operation: &Operation, output: &Value) -> String {
        xml::answer(self, name, operation, output)
    }

    /// HTTP status of an error of this code, and the code as it is on the wire.
    pub(crate) fn error(&self, code: &str) -> (u16, String) {
        let traits = self.shapes.get(code).and_then(|shape| shape.error.as_ref());
        let status = traits.and_then(|traits| traits.status).unwrap_or(400);
        (status, traits.and_then(|traits| traits.code.clone()).unwrap_or_else(|| code.to_owned()))
    }

    fn shape(&self, name: &str) -> Result<&Shape, Mismatch> {
        self.shapes.get(name).ok_or_else(|| Mismatch(format!("the model has no shape {name}")))
    }
}

// A model that cannot be read has no operations: every test fails, and nothing is answered that is not described.
fn read(text: &str) -> Model {
    serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::error!(%error, "a model cannot be read");
        Model { version: String::new(), namespace: String::new(), operations: BTreeMap::new(), shapes: BTreeMap::new() }
    })
}

/// Amazon EKS.
pub(crate) static EKS: LazyLock<Model> = LazyLock::new(|| read(include_str!("../../models/eks.json")));
/// AWS CloudFormation.
pub(crate) static CLOUDFORMATION: LazyLock<Model> =
    LazyLock::new(|| read(include_str!("../../models/cloudformation.json")));
/// AWS Organizations.
pub(crate) static ORGANIZATIONS: LazyLock<Model> =
    LazyLock::new(|| read(include_str!("../../models/organizations.json")));
/// AWS Identity and Access Management.
pub(crate) static IAM: LazyLock<Model> = LazyLock::new(|| read(include_str!("../../models/iam.json")));

/// Service Quotas.
pub(crate) static QUOTAS: LazyLock<Model> = LazyLock::new(|| read(include_str!("../../models/service-quotas.json")));
/// AWS Cost Explorer.
pub(crate) static COSTS: LazyLock<Model> = LazyLock::new(|| read(include_str!("../../models/ce.json")));
/// Amazon EC2; of this one and those below requests alone, as moto answers them.
pub(crate) static EC2: LazyLock<Model> = LazyLock::new(|| read(include_str!("../../models/ec2.json")));
/// Elastic Load Balancing, of today's kinds.
static BALANCERS: LazyLock<Model> = LazyLock::new(|| read(include_str!("../../models/elbv2.json")));
/// Amazon Route 53.
static ROUTE53: LazyLock<Model> = LazyLock::new(|| read(include_str!("../../models/route53.json")));
/// AWS Security Token Service.
static STS: LazyLock<Model> = LazyLock::new(|| read(include_str!("../../models/sts.json")));
/// AWS Price List.
pub(crate) static PRICING: LazyLock<Model> = LazyLock::new(|| read(include_str!("../../models/pricing.json")));

/// AWS's description of an operation of a service, where there is one.
pub(crate) fn described(
    service: &str,
    operation: &str,
    request: &Request,
) -> Option<(&'static Model, &'static Operation)> {
    let model: &'static Model = match service {
        "ce" => &COSTS,
        "cloudformation" => &CLOUDFORMATION,
        "ec2" => &EC2,
        "eks" => &EKS,
        // The older kind of load balancers has the same name.
        "elasticloadbalancing" if request.form().iter().any(|(_, value)| *value == BALANCERS.version) => &BALANCERS,
        "iam" => &IAM,
        "organizations" => &ORGANIZATIONS,
        "pricing" => &PRICING,
        "route53" => &ROUTE53,
        "servicequotas" => &QUOTAS,
        "sts" => &STS,
        _ => return None,
    };
    model.operations.get(operation).map(|found| (model, found))
}

/// Whether a request is one that AWS's description allows, where there is one.
pub(crate) fn check_request(service: &str, operation: &str, request: &Request) -> Result<(), Mismatch> {
    let Some((model, operation)) = described(service, operation, request) else { return Ok(()) };
    let said = match protocol::of(service) {
        Protocol::Query => model.query_input(operation, &request.form()),
        Protocol::Ec2 => model.ec2_input(operation, &request.form()),
        Protocol::Json => model.json_input(operation, &request.body),
        Protocol::RestJson => model.rest_input(operation, &request.path, &request.query, &request.body),
        Protocol::RestXml => model.xml_input(operation, request),
    };
    said.map(drop)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_model_is_there() {
        for model in
            [&EKS, &CLOUDFORMATION, &ORGANIZATIONS, &IAM, &QUOTAS, &PRICING, &COSTS, &EC2, &BALANCERS, &ROUTE53, &STS]
        {
            assert!(!model.operations.is_empty());
        }
        assert_eq!(EKS.error("ResourceInUseException").0, 409);
    }

    #[test]
    fn a_request_is_read_from_path_query_and_body() {
        let (name, operation) = EKS.route("POST", "/clusters/dev/addons/coredns/update").unwrap();
        assert_eq!(name, "UpdateAddon");
        let input =
            EKS.rest_input(operation, "/clusters/dev/addons/coredns/update", "", br#"{"resolveConflicts":"NONE"}"#);
        assert_eq!(
            Value::Object(input.unwrap()),
            json!({"clusterName": "dev", "addonName": "coredns", "resolveConflicts": "NONE"})
        );
        let (_, list) = EKS.route("GET", "/cluster-versions").unwrap();
        let input =
            EKS.rest_input(list, "/cluster-versions", "clusterVersions=1.35&clusterVersions=1.36&maxResults=5", b"");
        assert_eq!(Value::Object(input.unwrap()), json!({"clusterVersions": ["1.35", "1.36"], "maxResults": 5}));
        let arn = "/clusters/dev/access-entries/arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx";
        let (name, entry) = EKS.route("GET", arn).unwrap();
        assert_eq!(name, "DescribeAccessEntry");
        assert_eq!(EKS.rest_input(entry, arn, "", b"").unwrap()["principalArn"], "arn:aws:iam::1:role/x");
    }

    #[test]
    fn what_the_model_does_not_know_is_refused() {
        let (_, operation) = EKS.route("POST", "/clusters").unwrap();
        let refused = |body: Value| {
            EKS.rest_input(operation, "/clusters", "", body.to_string().as_bytes()).unwrap_err().to_string()
        };
        let with = |name: &str, value: Value| {
            let mut body = json!({"name": "a", "roleArn": "r", "resourcesVpcConfig": {}});
            body[name] = value;
            body
        };
        assert!(refused(json!({"name": "a"})).contains("roleArn"));
        assert!(refused(with("nmae", json!("x"))).contains("nmae"));
        assert!(refused(with("deletionProtection", json!("yes"))).contains("deletionProtection"));
        assert!(refused(with("upgradePolicy", json!({"supportType": "SOME"}))).contains("supportType"));
        assert!(refused(with("name", json!("-a"))).contains("name"));
        assert!(refused(with("name", json!("a".repeat(101)))).contains("name"));
    }

    #[test]
    fn forms_have_lists_and_structures_in_their_names() {
        let form = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect::<Vec<_>>();
        let operation = &CLOUDFORMATION.operations["CreateStack"];
        let pairs = form(&[
            ("Action", "CreateStack"),
            ("Version", "2010-05-15"),
            ("StackName", "s"),
            ("Tags.member.1.Key", "a"),
            ("Tags.member.1.Value", "b"),
            ("EnableTerminationProtection", "true"),
        ]);
        assert_eq!(
            Value::Object(CLOUDFORMATION.query_input(operation, &pairs).unwrap()),
            json!({"StackName": "s", "EnableTerminationProtection": true, "Tags": [{"Key": "a", "Value": "b"}]})
        );
        let wrong = CLOUDFORMATION.query_input(operation, &form(&[("StackName", "s"), ("StackNam", "s")]));
        assert!(wrong.unwrap_err().to_string().contains("StackNam"));
    }

    #[test]
    fn forms_of_ec2_begin_with_capitals_and_number_their_items() {
        let form = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect::<Vec<_>>();
        let operation = &EC2.operations["CreateLaunchTemplate"];
        let mut pairs = form(&[
            ("LaunchTemplateName", "a-b"),
            ("LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit", "1"),
            ("LaunchTemplateData.BlockDeviceMapping.1.Ebs.Encrypted", "true"),
            ("LaunchTemplateData.TagSpecification.1.ResourceType", "volume"),
            ("LaunchTemplateData.TagSpecification.1.Tag.1.Key", "a"),
        ]);
        assert_eq!(
            Value::Object(EC2.ec2_input(operation, &pairs).unwrap()),
            json!({ "LaunchTemplateName": "a-b", "LaunchTemplateData": {
                "MetadataOptions": { "HttpPutResponseHopLimit": 1 },
                "BlockDeviceMappings": [{ "Ebs": { "Encrypted": true } }],
                "TagSpecifications": [{ "ResourceType": "volume", "Tags": [{ "Key": "a" }] }],
            } })
        );
        pairs.push(("LaunchTemplateData.MetadataOptions.HopLimit".into(), "1".into()));
        assert!(EC2.ec2_input(operation, &pairs).unwrap_err().to_string().contains("HopLimit"));
    }

    #[test]
    fn a_request_in_xml_is_read_from_path_and_document() {
        let request = |method: http::Method, path: &str, body: &str| Request {
            method,
            path: path.to_owned(),
            query: String::new(),
            headers: http::HeaderMap::new(),
            body: body.to_owned().into(),
        };
        let change = |inside: &str| {
            let change =
                format!("<Change><Action>UPSERT</Action><ResourceRecordSet>{inside}</ResourceRecordSet></Change>");
            let batch = format!("<ChangeBatch><Changes>{change}</Changes></ChangeBatch>");
            let namespace = "https://route53.amazonaws.com/doc/2013-04-01/";
            let root = "ChangeResourceRecordSetsRequest";
            let body = format!("<{root} xmlns=\"{namespace}\">{batch}</{root}>");
            request(http::Method::POST, "/2013-04-01/hostedzone/Z123/rrset", &body)
        };
        let records = "<ResourceRecords><ResourceRecord><Value>a.</Value></ResourceRecord></ResourceRecords>";
        let good = change(&format!("<Name>b.</Name><Type>NS</Type><TTL>60</TTL>{records}"));
        let operation = &ROUTE53.operations["ChangeResourceRecordSets"];
        assert_eq!(
            Value::Object(ROUTE53.xml_input(operation, &good).unwrap()),
            json!({ "HostedZoneId": "Z123", "ChangeBatch": { "Changes": [{ "Action": "UPSERT", "ResourceRecordSet": {
                "Name": "b.", "Type": "NS", "TTL": 60, "ResourceRecords": [{ "Value": "a." }] } }] } })
        );
        for (inside, why) in [
            ("<Name>b.</Name>".to_owned(), "Type"),
            ("<Name>b.</Name><Type>NSS</Type>".to_owned(), "NSS"),
            ("<Name>b.</Name><Type>NS</Type><Ttl>60</Ttl>".to_owned(), "Ttl"),
            ("<Name>b.</Name><Type>NS</Type><TTL>long</TTL>".to_owned(), "TTL"),
        ] {
            let refused = check_request("route53", "ChangeResourceRecordSets", &change(&inside)).unwrap_err();
            assert!(refused.to_string().contains(why), "{refused}");
        }
        let get = request(http::Method::GET, "/2013-04-01/hostedzone/Z123", "");
        check_request("route53", "GetHostedZone", &get).unwrap();
        let get = request(http::Method::GET, "/2013-04-01/hostedzone/Z123", "<GetHostedZoneRequest/>");
        assert!(check_request("route53", "GetHostedZone", &get).is_err());
    }
}
