//! A stand-in of AWS, strict enough to rehearse with and to test a provisioner hard: an HTTP front before moto.
//!
//! Where moto answers, a stranger's code judges the provisioner; where the front answers itself, AWS's published model
//! (`models/`, cut out of botocore) and AWS's own SDK for Python do, which drives it in the tests.

mod backing;
mod cloudformation;
mod config;
mod control;
mod ec2;
mod eks;
mod faults;
mod front;
mod iam;
mod identity;
mod ids;
mod kms;
mod leftovers;
mod model;
mod moto;
mod organizations;
mod process;
mod protocol;
mod record;
mod refusal;
mod route53;
mod server;
mod sts;
mod wire;
mod world;

pub use backing::{Backing, ClusterRef, Reached, Synthetic};
pub use config::{ADMINISTRATOR, Config, MANAGEMENT, Quotas, Settings};
pub use eks::{EksKind, Fate, FateOrder};
pub use faults::{Fault, FaultKind};
pub use leftovers::LeftoverOrder;
pub use organizations::AccountOrder;
pub use process::{MotoProcess, Running};
pub use record::Record;
pub use server::Simulator;
