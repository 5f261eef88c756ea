//! One story a file. They share the machine, so they run one after another (`make e2e`).

mod conformance;
mod machine;
mod main_job;
