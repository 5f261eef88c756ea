//! A request's way: who asks and what for, faults that were ordered, permission, the service that answers, the record.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    backing::{Backing, Followed},
    cloudformation,
    config::{Config, Settings},
    control, costs, ec2, eks,
    faults::{Fault, FaultKind, Faults},
    iam::{self, authorize},
    identity::{Identity, Keys},
    ids::Ids,
    kms, leftovers, model,
    moto::{Moto, Place, succeeded},
    organizations, pricing,
    protocol::{self, Trouble},
    quotas,
    record::{Record, Records},
    refusal::{Refusal, answer},
    route53, sts,
    wire::{Answer, Outcome, Request, Scope},
};

/// Services whose every operation is the front's own.
const ANSWERED: [&str; 5] = ["ce", "cloudformation", "eks", "pricing", "servicequotas"];

/// A request whose sender is known.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) request: Request,
    pub(crate) scope: Scope,
    pub(crate) operation: String,
    pub(crate) identity: Identity,
    /// The service of AWS that asks in somebody's name.
    pub(crate) by: Option<&'static str>,
    /// What it begins is never to end.
    pub(crate) stuck: bool,
}

impl Call {
    /// A request that a service makes in somebody's name.
    pub(crate) fn for_service(by: &'static str, identity: &Identity, scope: Scope, request: Request) -> Self {
        let operation = request.operation(&scope.service);
        Self { request, scope, operation, identity: identity.clone(), by: Some(by), stuck: false }
    }

    pub(crate) fn place(&self) -> Place {
        Place::new(&self.identity.account, &self.scope.region)
    }
}

/// The front and all that it knows.
pub(crate) struct Front {
    pub(crate) moto: Moto,
    pub(crate) keys: Keys,
    pub(crate) ids: Ids,
    pub(crate) faults: Faults,
    pub(crate) records: Records,
    pub(crate) eks: Mutex<eks::Eks>,
    pub(crate) stacks: cloudformation::Stacks,
    pub(crate) organizations: organizations::Organizations,
    pub(crate) zones: route53::Zones,
    pub(crate) costs: costs::Costs,
    pub(crate) own: leftovers::Own,
    pub(crate) issuers: sts::Issuers,
    pub(crate) backing: Arc<dyn Backing>,
    pub(crate) followed: Option<Arc<Followed>>,
    start: Settings,
    settings: Mutex<Settings>,
}

impl Front {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            moto: Moto::new(&config.moto),
            keys: Keys::new(config.now),
            ids: Ids::new(config.seed),
            faults: Faults::default(),
            records: Records::default(),
            eks: Mutex::default(),
            stacks: cloudformation::Stacks::default(),
            organizations: organizations::Organizations::default(),
            zones: route53::Zones::default(),
            costs: costs::Costs::default(),
            own: leftovers::Own::default(),
            issuers: sts::Issuers::default(),
            followed: config.followed.clone(),
            backing: config.followed.map_or(config.backing, |followed| followed),
            settings: Mutex::new(config.settings.clone()),
            start: config.settings,
        }
    }

    fn lock_settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn settings(&self) -> Settings {
        self.lock_settings().clone()
    }

    pub(crate) fn set(&self, settings: Settings) {
        *self.lock_settings() = settings;
    }

    /// Forgets everything, here and in moto.
    ///
    /// # Errors
    /// When moto does not answer.
    pub(crate) async fn reset(&self) -> Result<(), Refusal> {
        self.moto.reset().await?;
        self.keys.reset();
        self.faults.clear();
        self.records.clear();
        *eks::lock(self) = eks::Eks::default();
        self.stacks.reset().await;
        self.organizations.reset();
        self.zones.reset();
        self.costs.reset();
        self.own.reset();
        self.issuers.reset();
        self.set(self.start.clone());
        Ok(())
    }

    /// What would never end goes on.
    pub(crate) async fn unstick(&self) {
        eks::lock(self).unstick();
        self.stacks.unstick().await;
        self.organizations.unstick();
    }

    /// Answers a request; none when the connection is to end without.
    pub(crate) async fn answer(&self, request: Request) -> Option<Answer> {
        if let Some(path) = request.path.strip_prefix("/_kore/") {
            return Some(control::handle(self, path, &request).await);
        }
        let service = request.scope().map_or_else(|| "sts".to_owned(), |scope| scope.service);
        match self.outside(request).await {
            Ok(answer) => Some(answer),
            Err(Refusal::Said(said)) => Some(answer(&service, &said)),
            Err(Refusal::Cut) => None,
        }
    }

    async fn outside(&self, request: Request) -> Outcome {
        let scope = request.scope();
        let service = scope.as_ref().map_or_else(|| "sts".to_owned(), |scope| scope.service.clone());
        let service = service.as_str();
        let operation = request.operation(service);
        let (identity, scope) = match scope {
            Some(scope) => (
                self.keys.whose(&scope.key).map_err(|trouble| {
                    let message = match trouble {
                        Trouble::Expired => "The security token included in the request is expired",
                        _ => "The security token included in the request is invalid.",
                    };
                    let refused = protocol::refusal(service, &operation, trouble, message);
                    self.note(&request, &scope, &operation, None, &Err(refused.clone()));
                    refused
                })?,
                scope,
            ),
            // The one operation that shows something else than a signature.
            None if operation == "AssumeRoleWithWebIdentity" => {
                let scope = Scope { key: String::new(), region: "us-east-1".to_owned(), service: "sts".to_owned() };
                let role = request.form().into_iter().find(|(name, _)| name == "RoleArn");
                let account = role.and_then(|(_, arn)| crate::identity::account_of(&arn).map(str::to_owned));
                (Identity::nobody(&account.unwrap_or_default()), scope)
            }
            None => {
                return Err(protocol::refusal(
                    service,
                    &operation,
                    Trouble::Unsigned,
                    "Request is missing Authentication Token",
                ));
            }
        };
        self.run(Call { request, scope, operation, identity, by: None, stuck: false }).await
    }

    /// Accounts and regions in which something was asked, control requests left out.
    pub(crate) fn places(&self) -> Vec<(String, String)> {
        let mut places: Vec<_> =
            self.records.list().into_iter().map(|record| (record.account, record.region)).collect();
        places.retain(|(account, _)| !account.is_empty());
        places.sort();
        places.dedup();
        places
    }

    /// A request's way from where its sender is known. Services that ask others take it too.
    pub(crate) fn run(&self, call: Call) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async move {
            let fault = self.faults.meet(&call.scope.service, &call.operation, &call.identity.account);
            let outcome = self.with_fault(call.clone(), fault.as_ref()).await;
            // Services of AWS ask again when an answer is lost on their way.
            let lost = call.by.is_none() && fault.is_some_and(|fault| fault.kind == FaultKind::Lost);
            self.note(&call.request, &call.scope, &call.operation, Some((&call, lost)), &outcome);
            if lost { Err(Refusal::Cut) } else { outcome }
        })
    }

    async fn with_fault(&self, mut call: Call, fault: Option<&Fault>) -> Outcome {
        if let Some(fault) = fault {
            if let Some(refusal) = fault.kind.refusal(&call.scope.service, &call.operation, &call.identity.arn) {
                return Err(refusal);
            }
            if fault.kind == FaultKind::Slow {
                tokio::time::sleep(Duration::from_millis(fault.milliseconds)).await;
            }
            call.stuck = fault.kind == FaultKind::Stuck;
        }
        if self.settings().enforce {
            authorize::check(self, &call).await?;
        }
        let service = call.scope.service.as_str();
        // What services answer here they read themselves, and refuse in words of their own.
        if call.by.is_none() && !ANSWERED.contains(&service) {
            model::check_request(service, &call.operation, &call.request)
                .map_err(|mismatch| protocol::invalid(service, mismatch))?;
        }
        self.dispatch(&call).await
    }

    async fn dispatch(&self, call: &Call) -> Outcome {
        match call.scope.service.as_str() {
            "sts" => sts::handle(self, call).await,
            "eks" => eks::handle(self, call).await,
            "ec2" => ec2::handle(self, call).await,
            "iam" => iam::handle(self, call).await,
            "servicequotas" => quotas::handle(self, call),
            "pricing" => pricing::handle(call),
            "ce" => costs::handle(self, call),
            "organizations" => organizations::handle(self, call).await,
            "route53" => route53::handle(self, call).await,
            "elasticloadbalancing" => leftovers::handle_balancers(self, call).await,
            "cloudformation" => cloudformation::handle(self, call).await,
            "kms" => kms::handle(self, call).await,
            _ => self.forward(call).await,
        }
    }

    /// Hands a request on to moto; what moto refuses is an answer like any other.
    pub(crate) async fn forward(&self, call: &Call) -> Outcome {
        self.moto.forward(&call.request, &call.scope, &call.identity.account).await
    }

    /// The same, with what moto refuses as a refusal: for services that ask others.
    pub(crate) async fn ask(&self, call: Call) -> Outcome {
        let service = call.scope.service.clone();
        self.run(call).await.and_then(|answer| succeeded(&service, answer))
    }

    fn note(&self, request: &Request, scope: &Scope, operation: &str, call: Option<(&Call, bool)>, outcome: &Outcome) {
        let identity = call.map(|(call, _)| &call.identity);
        let (status, code) = match outcome {
            Ok(answer) => {
                let refused = (!answer.status.is_success()).then(|| succeeded(&scope.service, answer.clone()).err());
                (answer.status.as_u16(), refused.flatten().map(|refusal| refusal.code().to_owned()))
            }
            Err(Refusal::Said(said)) => (said.status, Some(said.code.to_string())),
            Err(Refusal::Cut) => (0, Some("cut".to_owned())),
        };
        self.records.add(Record {
            service: scope.service.clone(),
            operation: operation.to_owned(),
            account: identity.map(|identity| identity.account.clone()).unwrap_or_default(),
            region: scope.region.clone(),
            principal: identity.map(|identity| identity.arn.clone()).unwrap_or_default(),
            role: identity.and_then(Identity::role).map(str::to_owned),
            by: call.and_then(|(call, _)| call.by),
            described: model::described(&scope.service, operation, request).is_some(),
            parameters: request.parameters(&scope.service),
            status,
            code,
            lost: call.is_some_and(|(_, lost)| lost),
        });
    }
}
