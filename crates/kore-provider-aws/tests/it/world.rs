//! AWS as it stands in for itself: moto behind the strict front, with Kore's roles in two accounts.

use std::{collections::HashMap, path::PathBuf, process::Command, sync::Arc, time::Duration};

use kore_engine::{
    clock::SystemClock,
    cloud::OrganizationRequest,
    component::Components,
    error::StepError,
    kill::NoKillPoints,
    ledger::{Ledger, LedgerState},
    memory::{MemoryLedger, MemoryOperations},
    run::{Engine, Outcome, Pace, Work},
};
use kore_provider_aws::{
    AwsProvider,
    cloud::Cloud,
    permissions::{BOUNDARY, Place, Purpose, boundary, policy, trust},
};
use kore_simulator_aws::{ADMINISTRATOR, MANAGEMENT, Running};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::issuer::Issuer;

pub(crate) const REGION: &str = "eu-central-1";
/// The zone of the management account that others are delegated from, and its id.
pub(crate) const DOMAIN: &str = "apps.example.org";
pub(crate) const PARENT_ZONE: &str = "5OASHFLUFLCGAKT7AYOHB1";

/// What a variable of the environment says, as how many or from which on.
pub(crate) fn told<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// An organisation in it.
pub(crate) fn organization() -> OrganizationRequest {
    let spec = json!({ "provider": "aws", "aws": {
        "managementAccount": MANAGEMENT, "homeRegion": REGION, "regions": [REGION],
        "organizationalUnit": "ou-ab12-cdefgh34", "accountEmail": "aws+{account}@example.org",
    } });
    let spec = serde_json::from_value(spec).unwrap();
    OrganizationRequest { name: "acme".to_owned(), uid: "org-uid".to_owned(), spec }
}

/// An AWS with nothing but Kore's roles in it.
pub(crate) struct World {
    simulator: Running,
    client: reqwest::Client,
    pub(crate) issuer: Arc<Issuer>,
    pub(crate) engine: Engine,
    pub(crate) ledger: Arc<MemoryLedger>,
}

fn python() -> PathBuf {
    let install = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tools/moto/install");
    let made = Command::new(install).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().into()
}

impl World {
    pub(crate) async fn new() -> Self {
        let simulator = Running::start(&python(), |_| {}).await.unwrap();
        let ledger = Arc::new(MemoryLedger::default());
        let engine = Engine {
            ledger: Arc::clone(&ledger) as Arc<dyn Ledger>,
            operations: Arc::new(MemoryOperations::new(Arc::new(SystemClock))),
            clock: Arc::new(SystemClock),
            kill: Arc::new(NoKillPoints),
            pace: Pace {
                fastest: Duration::from_millis(1),
                slowest: Duration::from_millis(5),
                // What waits for somebody, or for longer than this, is left to the next pass.
                stay: Duration::from_secs(2),
                width: 1,
                random: Arc::new(|| 0.5),
            },
        };
        let issuer = Arc::new(Issuer::start().await);
        Self { simulator, client: reqwest::Client::new(), issuer, engine, ledger }
    }

    /// Kore's way to it.
    pub(crate) fn cloud(&self) -> Cloud {
        let endpoint = Some(self.simulator.url().to_string());
        Cloud::new(self.issuer.identity(), endpoint, Arc::new(SystemClock))
    }

    /// AWS as the platform knows it.
    pub(crate) fn provider(&self) -> AwsProvider {
        AwsProvider::new("one".to_owned(), self.cloud())
    }

    /// Where it is.
    pub(crate) fn url(&self) -> &str {
        self.simulator.url().as_str()
    }

    /// Asks the control API.
    pub(crate) async fn control(&self, method: reqwest::Method, path: &str, body: Value) -> Value {
        let url = self.simulator.url().join(&format!("_kore/{path}")).unwrap();
        let answer = self.client.request(method, url).body(body.to_string()).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    fn authorization(key: &str, region: &str, service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
        )
    }

    async fn administrator(&self, account: &str) -> String {
        if account == MANAGEMENT {
            return ADMINISTRATOR.to_owned();
        }
        let made = self.control(reqwest::Method::POST, "credentials", json!({ "account": account })).await;
        made["accessKeyId"].as_str().unwrap().to_owned()
    }

    /// Does something as an account's administrator, by a form.
    pub(crate) async fn form(&self, account: &str, service: &str, version: &str, form: &[(&str, &str)]) -> String {
        self.form_in("us-east-1", account, service, version, form).await
    }

    /// As [`World::form`], in a region.
    pub(crate) async fn form_in(
        &self,
        region: &str,
        account: &str,
        service: &str,
        version: &str,
        form: &[(&str, &str)],
    ) -> String {
        let key = self.administrator(account).await;
        let mut fields: HashMap<&str, &str> = form.iter().copied().collect();
        fields.insert("Version", version);
        let request = self.client.post(self.simulator.url().clone()).form(&fields);
        let answer = request.header("authorization", Self::authorization(&key, region, service)).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{form:?}: {text}");
        text
    }

    /// Makes the zone that others are delegated from, as the administrator of the management account.
    pub(crate) async fn parent_zone(&self) {
        let made = self.make_zone(DOMAIN).await;
        assert!(made.contains(&format!("<Id>/hostedzone/{PARENT_ZONE}</Id>")), "{made}");
    }

    /// Makes a zone as the administrator of the management account.
    pub(crate) async fn make_zone(&self, name: &str) -> String {
        let body = format!(
            "<CreateHostedZoneRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Name>{name}</Name>\
             <CallerReference>{name}</CallerReference></CreateHostedZoneRequest>"
        );
        self.zones(reqwest::Method::POST, "hostedzone", body).await
    }

    /// Does something in Route 53 as the administrator of the management account.
    pub(crate) async fn zones(&self, method: reqwest::Method, path: &str, body: String) -> String {
        let url = self.simulator.url().join(&format!("2013-04-01/{path}")).unwrap();
        let authorization = Self::authorization(ADMINISTRATOR, "us-east-1", "route53");
        let request = self.client.request(method, url).header("authorization", authorization).body(body);
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {text}");
        text
    }

    /// Does something in EKS as the administrator of the management account.
    pub(crate) async fn eks(&self, method: reqwest::Method, path: &str, body: Value) -> Value {
        let url = self.simulator.url().join(path).unwrap();
        let authorization = Self::authorization(ADMINISTRATOR, REGION, "eks");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = self.client.request(method, url).header("authorization", authorization).body(body);
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Does something in the organisation as its administrator.
    pub(crate) async fn organizations(&self, operation: &str, body: Value) -> Value {
        let request = self.client.post(self.simulator.url().clone()).body(body.to_string());
        let answer = request
            .header("authorization", Self::authorization(ADMINISTRATOR, "us-east-1", "organizations"))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AWSOrganizationsV20161128.{operation}"))
            .send()
            .await
            .unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{operation}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// What a cloud team does with the template: Kore's roles of a place in an account.
    pub(crate) async fn connect(&self, account: &str, place: Place) {
        self.connect_for(account, Purpose::ALL.into_iter().filter(|purpose| purpose.place() == place)).await;
    }

    /// As [`World::connect`], the roles of these purposes.
    pub(crate) async fn connect_for(&self, account: &str, purposes: impl IntoIterator<Item = Purpose>) {
        let purposes: Vec<_> = purposes.into_iter().collect();
        const IAM: &str = "2010-05-08";
        let (issuer, trusted) = (&self.issuer.address, self.issuer.identity().trusted());
        let filled = |document: Value| Self::filled(account, &document);
        let url = format!("https://{issuer}");
        let provider = [
            ("Action", "CreateOpenIDConnectProvider"),
            ("Url", url.as_str()),
            ("ClientIDList.member.1", "sts.amazonaws.com"),
            ("ThumbprintList.member.1", "0000000000000000000000000000000000000000"),
        ];
        self.form(account, "iam", IAM, &provider).await;
        if purposes.iter().any(|purpose| purpose.place() == Place::Account) {
            let document = filled(boundary());
            let form = [("Action", "CreatePolicy"), ("PolicyName", BOUNDARY), ("PolicyDocument", &document)];
            self.form(account, "iam", IAM, &form).await;
        }
        for purpose in purposes {
            let (trusted, may) = (filled(trust(purpose, &trusted)), filled(policy(purpose)));
            let role = purpose.role();
            let make = [("Action", "CreateRole"), ("RoleName", role), ("AssumeRolePolicyDocument", &trusted)];
            self.form(account, "iam", IAM, &make).await;
            if purpose.statements().is_empty() {
                continue;
            }
            self.allow(account, role, &may).await;
        }
    }

    /// Gives a role of ours a policy, instead of the one that it had.
    async fn allow(&self, account: &str, role: &str, may: &str) {
        let put = [("Action", "PutRolePolicy"), ("RoleName", role), ("PolicyName", role), ("PolicyDocument", may)];
        self.form(account, "iam", "2010-05-08", &put).await;
    }

    /// A document with what stands for its account in it.
    fn filled(account: &str, document: &Value) -> String {
        let text = document.to_string().replace("${Partition}", "aws").replace("${Account}", account);
        text.replace("\"${Regions}\"", &json!(REGION).to_string()).replace("${ParentZone}", PARENT_ZONE)
    }

    /// Gives the role of a purpose what is published, without an action.
    pub(crate) async fn allow_all_but(&self, account: &str, purpose: Purpose, action: &str) {
        let mut document = policy(purpose);
        for statement in document["Statement"].as_array_mut().unwrap() {
            statement["Action"].as_array_mut().unwrap().retain(|one| one != action);
        }
        document["Statement"].as_array_mut().unwrap().retain(|one| one["Action"] != json!([]));
        let role = purpose.role();
        if document["Statement"] == json!([]) {
            let take = [("Action", "DeleteRolePolicy"), ("RoleName", role), ("PolicyName", role)];
            self.form(account, "iam", "2010-05-08", &take).await;
            return;
        }
        self.allow(account, role, &Self::filled(account, &document)).await;
    }

    /// One pass towards components, and away from others.
    pub(crate) async fn run(&self, owner: &str, up: &Components, down: &Components) -> Result<Outcome, StepError> {
        self.engine.run(&Work::new(owner, Uuid::now_v7()), up, down).await
    }

    /// One pass towards components.
    pub(crate) async fn pass(&self, owner: &str, components: &Components) -> Result<Outcome, StepError> {
        self.run(owner, components, &Components::new()).await
    }

    /// Keys of an owner on record that none of these components claims.
    pub(crate) async fn unclaimed(&self, owner: &str, up: &Components) -> Result<Vec<String>, StepError> {
        let mut keys = self.open(owner).await?;
        keys.retain(|key| !up.iter().any(|component| component.external_key().as_ref() == Some(key)));
        Ok(keys)
    }

    /// Whatever Kore asked was held against AWS's description of it.
    pub(crate) async fn all_described(&self) {
        let all = self.control(reqwest::Method::GET, "requests", Value::Null).await;
        let all = all.as_array().unwrap();
        let by_kore = |one: &&Value| {
            let role = one["role"].as_str().unwrap_or_default();
            let took = ["AssumeRole", "AssumeRoleWithWebIdentity"].iter().any(|how| one["operation"] == *how);
            one["by"].is_null() && (role.starts_with("kore-") || took)
        };
        let asked: Vec<_> = all.iter().filter(by_kore).collect();
        assert!(asked.iter().any(|one| one["service"] != "sts"), "{asked:?}");
        for one in asked {
            assert_eq!(one["described"], true, "{} {}", one["service"], one["operation"]);
        }
    }

    /// Keys of an owner that are not seen to be gone.
    pub(crate) async fn open(&self, owner: &str) -> Result<Vec<String>, StepError> {
        let entries = self.ledger.entries(owner).await?;
        Ok(entries.into_iter().filter(|entry| entry.state != LedgerState::Gone).map(|entry| entry.key).collect())
    }
}
