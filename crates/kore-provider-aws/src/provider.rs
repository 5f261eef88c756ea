//! AWS as the platform knows clouds.

use async_trait::async_trait;
use jiff::Timestamp;
use kore_api::{
    cloud::{
        AccountGuardrails, AwsOrganization, Cloud, CloudBoundary, CloudIdentity, CloudPermissions, CloudPlace,
        CloudTemplate, PurposeCheck, PurposePermissions, PurposeResult, Spent, TemplateParameter,
    },
    codes::Code,
    plan::AwsParameters,
    preview::CostEstimate,
};
use kore_domain::cloud::{email, token};
use kore_engine::{
    cloud::{AccountRequest, CloudProvider, KeptRequest, OrganizationRequest},
    component::Components,
    error::{Class, StepError},
};
use serde_json::Value;

use crate::{
    account::{self, Account, Organization},
    bill,
    check::{Finding, check},
    cloud::{Cloud as Aws, Identity, Role},
    parent,
    permissions::{
        AUDIENCE, BOUNDARY, EVALUATOR, PREFIX, Place, Purpose, Target, Trusted, boundary, policy, template, trust,
    },
    prices::Prices,
};

/// Ends of host names that nobody outside of a network reaches (RFC 6762, RFC 6761, RFC 8375, ICANN 2024).
const INTERNAL: [&str; 6] = [".local", ".localhost", ".internal", ".home.arpa", ".test", ".invalid"];

/// AWS, as this installation reaches it.
#[derive(Debug, Clone)]
pub struct AwsProvider {
    installation: String,
    aws: Aws,
    prices: Prices,
}

impl AwsProvider {
    /// For an installation of this name.
    #[must_use]
    pub fn new(installation: String, aws: Aws) -> Self {
        Self { installation, aws, prices: Prices::default() }
    }

    /// An organisation and where it is; nothing is kept there yet.
    fn organization(&self, of: &OrganizationRequest) -> Result<Organization, StepError> {
        let spec = said_of(of)?;
        Ok(Organization {
            installation: self.installation.clone(),
            uid: of.uid.clone(),
            management: spec.management_account.clone(),
            home: spec.home_region.clone(),
            regions: spec.regions.clone(),
            parent: spec.organizational_unit.clone(),
            units: Vec::new(),
            common: AccountGuardrails::default(),
            guardrails: Vec::new(),
            is_going: false,
            trusted: self.aws.identity().trusted(),
        })
    }

    /// An organisation, with what is to be kept there.
    fn keeping(&self, request: &KeptRequest) -> Result<Organization, StepError> {
        Ok(Organization {
            units: request.units.clone(),
            common: request.common,
            guardrails: request.guardrails.clone(),
            is_going: request.is_going,
            ..self.organization(&request.organization)?
        })
    }

    /// An account, and where it is.
    fn member(&self, request: &AccountRequest) -> Result<(Organization, Account), StepError> {
        let spec = &request.spec;
        let account = Account {
            uid: request.uid.clone(),
            team: spec.team.as_ref().map(ToString::to_string).unwrap_or_default(),
            number: spec.existing.clone(),
            name: format!("{PREFIX}{}-{}", self.installation, token(&request.name, &request.uid)),
            email: request.known_as.clone(),
            unit: spec.organizational_unit.clone(),
            guardrails: request.guardrails,
            close: spec.close_when_deleted,
        };
        Ok((self.organization(&request.organization)?, account))
    }

    /// The issuer, where AWS is shown its tokens and cannot read its keys: at its address is where IAM does (IAM User Guide,
    /// "Create an OpenID Connect identity provider").
    fn out_of_reach(&self) -> Option<&str> {
        let Identity::Tokens { issuer, .. } = self.aws.identity() else { return None };
        let host = issuer.trim_start_matches("https://").split(['/', ':']).next().unwrap_or_default();
        let is_out = host.parse::<std::net::IpAddr>().is_ok()
            || !host.contains('.')
            || INTERNAL.iter().any(|end| host.ends_with(end));
        (is_out && !self.aws.is_stand_in()).then_some(issuer)
    }

    fn warnings(&self) -> Vec<String> {
        let rehearsed = self.aws.is_stand_in().then(|| {
            "AWS is rehearsed here: what stands in for it has the roles of its management account already".to_owned()
        });
        let evaluated = (self.aws.identity().trusted() == Trusted::AccessKey).then(|| {
            format!(
                "for evaluation alone: whoever reads the access key of {EVALUATOR} has all of Kore's roles, until \
                 somebody deletes it"
            )
        });
        let unreachable = self.out_of_reach().map(|issuer| {
            format!(
                "AWS cannot reach the issuer {issuer}: publish the management cluster's discovery document and keys at a \
                 public address, and set cloud.issuer in kore.yaml to it"
            )
        });
        rehearsed.into_iter().chain(evaluated).chain(unreachable).collect()
    }

    fn template(&self, place: Place) -> CloudTemplate {
        let document = template(&Target { place, trusted: &self.aws.identity().trusted() });
        let asked = document.get("Parameters").and_then(Value::as_object).into_iter().flatten();
        let parameters: Vec<_> = asked
            .map(|(name, about)| TemplateParameter {
                name: name.clone(),
                description: about.get("Description").and_then(Value::as_str).unwrap_or_default().to_owned(),
            })
            .collect();
        let stack = match place {
            Place::Management => "kore-management",
            Place::Account => "kore-account",
        };
        let given: Vec<_> = parameters.iter().map(|one| format!("{0}=\"${0}\"", one.name)).collect();
        CloudTemplate {
            place: said(place),
            file: format!("{stack}.json"),
            // AWS CLI Command Reference, "cloudformation deploy".
            apply: format!(
                "aws cloudformation deploy --stack-name {stack} --template-file {stack}.json \
                 --capabilities CAPABILITY_NAMED_IAM --parameter-overrides {}",
                given.join(" ")
            ),
            parameters,
            document,
        }
    }
}

#[async_trait]
impl CloudProvider for AwsProvider {
    fn cloud(&self) -> Cloud {
        Cloud::Aws
    }

    fn permissions(&self) -> CloudPermissions {
        let trusted = self.aws.identity().trusted();
        CloudPermissions {
            cloud: Cloud::Aws,
            identity: match self.aws.identity() {
                Identity::Tokens { issuer, subject, .. } => CloudIdentity::Tokens {
                    issuer: issuer.clone(),
                    subject: subject.clone(),
                    audience: AUDIENCE.to_owned(),
                },
                Identity::AccessKey(file) => {
                    CloudIdentity::AccessKey { user: EVALUATOR.to_owned(), file: file.0.display().to_string() }
                }
            },
            purposes: Purpose::ALL
                .into_iter()
                .map(|purpose| PurposePermissions {
                    purpose: purpose.name().to_owned(),
                    role: purpose.role().to_owned(),
                    why: purpose.why().to_owned(),
                    place: said(purpose.place()),
                    policy: policy(purpose),
                    trust: trust(purpose, &trusted),
                })
                .collect(),
            boundary: Some(CloudBoundary { name: BOUNDARY.to_owned(), policy: boundary() }),
            templates: [Place::Management, Place::Account].map(|place| self.template(place)).into(),
            warnings: self.warnings(),
        }
    }

    async fn estimate(
        &self,
        organization: &OrganizationRequest,
        parameters: &Value,
    ) -> Result<CostEstimate, StepError> {
        let spec = said_of(organization)?;
        let parameters: AwsParameters = serde_json::from_value(parameters.clone()).map_err(|error| {
            StepError::new(Code::InputInvalid, Class::Invalid, format!("parameters of a cluster of EKS: {error}"))
        })?;
        let read = self.prices.estimate(&self.aws, spec, &organization.uid, &parameters).await;
        read.map_err(|refusal| refusal.step("read the price list"))
    }

    async fn spent(&self, organization: &OrganizationRequest, now: Timestamp) -> Result<Spent, StepError> {
        let role = managing(organization, said_of(organization)?, Purpose::Cost);
        let read = bill::read(&self.aws.within(role), now).await;
        read.map_err(|refusal| refusal.step("read what accounts have cost"))
    }

    async fn check(&self, request: &OrganizationRequest) -> Result<Vec<PurposeCheck>, StepError> {
        let spec = said_of(request)?;
        // Without a way to the issuer's keys AWS takes no token of ours: it need not be asked.
        let in_vain = self.out_of_reach().map(|issuer| {
            format!("AWS cannot reach the issuer {issuer}: `kore cloud permissions aws` says what to do")
        });
        let mut checks = Vec::new();
        let zone = spec.parent_zone.as_ref();
        let there = |purpose: &Purpose| {
            purpose.place() == Place::Management && (*purpose != Purpose::ParentZone || zone.is_some())
        };
        for purpose in Purpose::ALL.into_iter().filter(there) {
            let role = managing(request, spec, purpose);
            let parent = zone.map(|zone| zone.id.as_str());
            let found = match &in_vain {
                Some(why) => Ok(Finding::Unknown(why.clone())),
                None => check(&self.aws, &role, parent).await,
            };
            let mut found = told(&role, found.map_err(|refusal| refusal.step("ask AWS what Kore may do there"))?);
            if let (Purpose::ParentZone, Some(zone), PurposeResult::Verified) = (purpose, zone, found.result) {
                let session = self.aws.within(role);
                let looked = parent::look(&session, zone).await;
                looked.map_err(|refusal| refusal.step("look at the parent zone"))?.into_check(&mut found);
            }
            checks.push(found);
        }
        Ok(checks)
    }

    fn kept(&self, request: &KeptRequest) -> Result<Components, StepError> {
        Ok(account::organization(&self.aws, &self.keeping(request)?))
    }

    fn kept_leftovers(&self, request: &KeptRequest, keys: &[String]) -> Result<Components, StepError> {
        Ok(account::leftovers(&self.aws, &self.keeping(request)?, keys))
    }

    fn known_as(&self, organization: &OrganizationRequest, name: &str, uid: &str) -> Result<String, StepError> {
        Ok(email(&said_of(organization)?.account_email, name, uid))
    }

    fn account(&self, request: &AccountRequest) -> Result<Components, StepError> {
        let (organization, member) = self.member(request)?;
        Ok(account::account(&self.aws, &organization, &member))
    }

    async fn account_number(&self, request: &AccountRequest) -> Result<Option<String>, StepError> {
        let (organization, member) = self.member(request)?;
        account::number(&self.aws, &organization, &member).await
    }
}

/// What is said of where an organisation is.
fn said_of(request: &OrganizationRequest) -> Result<&AwsOrganization, StepError> {
    request.spec.aws.as_ref().ok_or_else(|| {
        StepError::new(Code::InputInvalid, Class::Invalid, format!("{} says nothing of AWS", request.name))
    })
}

/// The role of a purpose in the account that manages an organisation.
fn managing(request: &OrganizationRequest, spec: &AwsOrganization, purpose: Purpose) -> Role {
    let (account, region) = (spec.management_account.clone(), spec.home_region.clone());
    Role { account, region, purpose, object: request.uid.clone() }
}

/// A finding, as the platform shows it.
fn told(role: &Role, finding: Finding) -> PurposeCheck {
    let (result, missing, message) = match finding {
        Finding::Verified => (PurposeResult::Verified, Vec::new(), String::new()),
        Finding::Missing(actions) => (PurposeResult::Missing, actions, String::new()),
        Finding::Unreachable(why) => (PurposeResult::Unreachable, Vec::new(), why),
        Finding::Unknown(why) => (PurposeResult::NotChecked, Vec::new(), why),
    };
    PurposeCheck {
        purpose: role.purpose.name().to_owned(),
        role: role.purpose.role().to_owned(),
        account: role.account.clone(),
        result,
        missing,
        message,
    }
}

const fn said(place: Place) -> CloudPlace {
    match place {
        Place::Management => CloudPlace::Management,
        Place::Account => CloudPlace::Account,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kore_engine::{clock::SystemClock, identity::WebIdentity};
    use secrecy::SecretString;

    use super::*;
    use crate::cloud::KeyFile;

    /// What is asked of nobody needs no identity.
    #[derive(Debug)]
    struct Nobody;

    #[async_trait]
    impl WebIdentity for Nobody {
        async fn token(&self, _audience: &str) -> Result<SecretString, StepError> {
            Err(StepError::new(Code::Internal, Class::Terminal, "nobody"))
        }
    }

    const SUBJECT: &str = "system:serviceaccount:kore-system:provider-aws";

    fn provider(identity: Identity) -> AwsProvider {
        AwsProvider::new("one".to_owned(), Aws::new(identity, None, Arc::new(SystemClock)))
    }

    fn of_issuer(issuer: &str) -> AwsProvider {
        let (issuer, subject) = (issuer.to_owned(), SUBJECT.to_owned());
        provider(Identity::Tokens { from: Arc::new(Nobody), issuer, subject })
    }

    fn permissions(issuer: &str) -> CloudPermissions {
        of_issuer(issuer).permissions()
    }

    #[test]
    fn every_purpose_trusts_this_installation_or_cloudformation_alone() {
        let all = permissions("https://oidc.example.org/kore");
        assert_eq!(all.purposes.len(), Purpose::ALL.len());
        assert!(all.warnings.is_empty(), "{:?}", all.warnings);
        for one in &all.purposes {
            let trust = one.trust.to_string();
            let ours = trust.contains("oidc.example.org/kore:sub") && trust.contains(SUBJECT);
            assert!(ours != trust.contains("cloudformation.amazonaws.com"), "{trust}");
            assert!(!trust.contains("https://"), "IAM writes issuers without their scheme: {trust}");
        }
    }

    #[test]
    fn templates_come_with_a_command_that_gives_all_they_ask_for() {
        let all = permissions("https://oidc.example.org/kore");
        for template in &all.templates {
            assert!(!template.parameters.is_empty());
            for parameter in &template.parameters {
                assert!(template.apply.contains(&format!("{0}=\"${0}\"", parameter.name)), "{}", template.apply);
            }
            assert!(template.apply.contains(&template.file));
            assert!(template.document.to_string().contains("https://oidc.example.org/kore"));
        }
    }

    #[test]
    fn an_issuer_that_aws_cannot_reach_is_said() {
        for issuer in
            ["https://kubernetes.default.svc.cluster.local", "https://10.0.0.1", "https://kore", "https://k.test:8443"]
        {
            assert!(permissions(issuer).warnings.concat().contains(issuer), "{issuer}");
        }
    }

    #[test]
    fn an_evaluation_is_warned_of_and_nobody_but_its_user_is_trusted() {
        let all = provider(Identity::AccessKey(KeyFile("/keys/aws.json".into()))).permissions();
        assert!(all.warnings.concat().starts_with("for evaluation alone"), "{:?}", all.warnings);
        for one in &all.purposes {
            let trust = one.trust.to_string();
            assert!(!trust.contains("Federated") && !trust.contains('*'), "{trust}");
            assert!(trust.contains(EVALUATOR) != trust.contains("cloudformation.amazonaws.com"), "{trust}");
        }
        for template in &all.templates {
            let text = template.document.to_string();
            assert!(!text.contains("OIDCProvider") && !text.contains("\"AWS::IAM::AccessKey"), "{text}");
            assert_eq!(text.contains("\"AWS::IAM::User\""), template.place == CloudPlace::Management);
        }
    }

    #[tokio::test]
    async fn aws_is_not_asked_where_it_could_not_know_who_asks() {
        let provider = of_issuer("https://kubernetes.default.svc.cluster.local");
        let spec = serde_json::json!({ "provider": "aws", "aws": {
            "managementAccount": "111122223333", "homeRegion": "eu-central-1", "regions": ["eu-central-1"],
            "organizationalUnit": "ou-ab12-cdefgh34", "accountEmail": "aws+{account}@example.org",
        } });
        let spec = serde_json::from_value(spec).unwrap();
        let request = OrganizationRequest { name: "acme".to_owned(), uid: "uid".to_owned(), spec };
        // Nobody would give a token: an answer shows that none was asked for.
        let checks = provider.check(&request).await.unwrap();
        assert_eq!(checks.len(), 4);
        for check in checks {
            assert_eq!(check.result, PurposeResult::NotChecked);
            assert!(check.message.starts_with("AWS cannot reach the issuer"), "{}", check.message);
        }
    }
}
