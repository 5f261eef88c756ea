//! A stand-in of AWS, strict enough to rehearse with and to test a provisioner hard: an HTTP front before moto.
//!
//! Where moto answers, a stranger's code judges the provisioner; where the front answers itself, AWS's published model
//! (`models/`, cut out of botocore by `tools/moto/export-models.py`) and AWS's own SDK for Python do, which drives it in the
//! tests. Every request to a service of the front's own is read by that model, and every answer of one is checked against it.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use kore_simulator_aws::Running;
//! // The path that `tools/moto/install` prints.
//! let python = std::path::Path::new("PYTHON");
//! let aws = Running::start(python, |config| config.settings.polls = 1).await?;
//! // Every SDK: endpoint_url = aws.url(), access key id = kore_simulator_aws::ADMINISTRATOR, any secret.
//! # let _ = aws.url();
//! # Ok(()) }
//! ```
//!
//! Start it in the test's own task, not in a blocking one: moto ends with the thread that started it.
//!
//! # What the front does itself
//!
//! | service | rules | from |
//! |---|---|---|
//! | all | access keys are known, sessions end; identity policies, boundary and session policy, when `enforce` is set | IAM User Guide: "Policy evaluation logic" |
//! | STS | roles are there and trust; tokens are signed by their issuer's published keys; chains last an hour | STS API reference; IAM User Guide: "Roles terms and concepts" |
//! | EKS | all of the operations in `models/eks.json` | EKS API reference and User Guide |
//! | CloudFormation | stacks and service-managed stack sets, made by calls that take the way of everybody's | CloudFormation User Guide: "Stack status codes", "StackSets concepts" |
//! | EC2 | requests that Kore makes are as the model has them; what is used cannot be deleted; quotas of VPCs, addresses and vCPUs; gateways take their interface with them; node groups run instances, with the tags of their launch template | VPC User Guide, EC2 User Guide |
//! | Organizations | accounts take a while and can fail; closing has a quota | Organizations API reference |
//! | Route 53 | changes are pending; zones with records stay; a reference makes one zone; each has name servers of its own, and what resolvers see of them is answered by DNS (UDP) at the same port | Route 53 API reference |
//! | IAM | `SimulatePrincipalPolicy` | IAM API reference |
//! | Service Quotas, Price List, Cost Explorer | what is enforced here; a fixture; what is ordered | their API references |
//!
//! Where AWS does not document an error's code, the nearest was taken that the model lists for the operation.
//!
//! # What is lax
//!
//! Signatures are not checked: whoever names a known key is believed. States go by observations (`polls`), never by time; only
//! sessions and tokens end by the clock, which tests put ahead. Policies of resources and organisations are not weighed, and of
//! conditions those in `iam/policy.rs`. An update of a stack that fails does not undo what it changed in place. moto's NAT
//! gateways are available at once. Nothing is eventually consistent.
//!
//! # The control API
//!
//! JSON, below `/_kore/`, without credentials:
//!
//! | request | |
//! |---|---|
//! | `POST reset` | forgets everything, in moto too |
//! | `GET settings`, `PUT settings` `{"polls": 2, "enforce": false, "leftovers": false, "quotas": {"clusters": 100}}` | [`Settings`]; what is left out is as by default |
//! | `GET credentials`, `POST credentials` `{"account": "111111111111"}` → `{"accessKeyId": "AKIAKORE111111111111", …}` | an administrator of an account |
//! | `GET issuers`, `POST issuers` `{"issuer": "https://…", "jwks": {"keys": […]}}` | keys of an issuer of web-identity tokens, which is then not asked for them |
//! | `POST clock` `{"advanceSeconds": 3600}` | sessions end |
//! | `GET`, `POST`, `DELETE faults` `{"service": "eks", "operation": "CreateCluster", "kind": "lost", "skip": 0, "times": 1}` | [`Fault`], [`FaultKind`] |
//! | `POST fates` `{"kind": "cluster", "cluster": "dev", "fate": "failed", "code": "InsufficientFreeAddresses"}` | [`FateOrder`]: of what is on its way, or the next time |
//! | `POST unstick` | what a fault `stuck` or a fate kept from its end goes on |
//! | `POST insights` `{"cluster": "dev", "name": "…", "status": "ERROR", "reason": "…"}` | what an insight says |
//! | `POST leftovers` `{"account": "…", "region": "…", "cluster": "dev"}` → `{"volumes": ["vol-…"], …}` | [`LeftoverOrder`] |
//! | `GET backing`, `PUT backing/NAME` `{"endpoint": …, "authority": …, "issuer": …, "version": "1.36", "ready": {"main": 2}, "gone": false}` | with [`Followed`]: clusters that somebody is to make, and how far they are |
//! | `POST token-reviews/NAME` | with [`Followed`]: a `TokenReview` of Kubernetes, of a token for the cluster that is made by this name |
//! | `POST accounts` `{"failure": "INTERNAL_FAILURE"}` | [`AccountOrder`] |
//! | `POST costs` `{"account": "111111111111", "amount": "123.45"}` | [`CostOrder`]: what it has cost this month |
//! | `GET requests` → `[{"service": "ec2", "operation": "CreateVpc", "account": …, "role": …, "by": null, "status": 200, …}]` | [`Record`] |
//! | `GET requests/count` → `17` | how many those are |
//! | `GET world` → `{"clusters": […], "stacks": […], "accounts": {"111111111111": {"roles": […], "eu-central-1": {"vpcs": […]}}}, "organization": {"units": […], "policies": […], "stackSets": […]}}` | everything that exists, accounts of an organisation but for what is in them; default VPCs left out |

mod backing;
mod cloudformation;
mod config;
mod control;
mod costs;
mod ec2;
mod eks;
mod faults;
mod front;
mod iam;
mod identity;
mod ids;
mod json;
mod kms;
mod leftovers;
mod machines;
mod model;
mod moto;
mod organizations;
mod pricing;
mod process;
mod protocol;
mod quotas;
mod record;
mod refusal;
mod route53;
mod server;
mod sts;
mod wire;
mod world;

pub use backing::{Backing, ClusterRef, Followed, Reached, Synthetic};
pub use config::{ADMINISTRATOR, Config, MANAGEMENT, Quotas, Settings};
pub use costs::CostOrder;
pub use eks::{EksKind, Fate, FateOrder};
pub use faults::{Fault, FaultKind};
pub use leftovers::LeftoverOrder;
pub use organizations::AccountOrder;
pub use process::{MotoProcess, Running};
pub use record::Record;
pub use server::Simulator;
