//! The steps of an upgrade, after everything that the cluster has is as it should be at the version that
//! it comes from: the preflight, the control plane from the API server on, then node after node. Each is a
//! component that sees for itself how far things are, so that an upgrade which was cut off goes on where
//! it was. No kubelet is newer than the API server at any time: those come after it, and what is started
//! in between is started at the older version.

use std::sync::Arc;

use kore_baseline::probe::Access;
use kore_domain::upgrade::Minor;
use kore_engine::{
    error::StepError,
    part::{Act, Part},
};
use kore_localkube::{control_plane::ControlPlane, node::Node};

use crate::{
    parts::{
        drain::{Clear, Uncordon},
        node::Ready,
        process::At,
        upgrade::{Arrival, Gate},
    },
    provider::{API, CONTROLLERS, Graph, SCHEDULER, rights},
};

const GATE: &str = "upgrade/preflight";
const ACCESS: &str = "upgrade/access";

fn id(of: &str) -> String {
    format!("upgrade/{of}")
}

fn node_id(node: &str, part: &str) -> String {
    id(&crate::provider::node_id(node, part))
}

impl Graph<'_> {
    /// From a version to the one wanted.
    ///
    /// # Errors
    /// When the layout cannot be read.
    pub(crate) fn upgrade(&self, from: Minor) -> Result<Vec<Part>, StepError> {
        let site = self.site;
        let to = site.version;
        let gate = Gate { site: Arc::clone(site), from };
        let gate = Part::new(GATE, format!("Look whether it can go to {to}"), gate).after(self.before_upgrade()?);
        let mut parts = vec![gate];
        let (control_plane, mut last) = self.control_plane_upgrade();
        parts.extend(control_plane);
        for node in site.nodes.keys() {
            parts.extend(self.node_upgrade(node, &last));
            last = node_id(node, "uncordon");
        }
        parts.push(
            Part::new(id("arrival"), format!("Record that all of it is at {to}"), Arrival(Arc::clone(site)))
                .after([last]),
        );
        Ok(parts)
    }

    /// What an upgrade begins after: everything, so that it begins with a cluster that works. What is on its
    /// way waits for no pod: the name service may have been on the node that is empty now, the only one.
    fn before_upgrade(&self) -> Result<Vec<String>, StepError> {
        let begins = self.site.layout()?.is_none_or(|layout| layout.kubernetes.to.is_none());
        if begins && !self.site.is_behind() {
            return Ok(vec!["access".to_owned()]);
        }
        let scheduler = self.site.workloads().then_some(SCHEDULER);
        let access: &[&str] = if self.site.is_behind() { &[] } else { &["guardrails", "gateway-credential"] };
        let parts = [API, "rights", CONTROLLERS].iter().chain(access).copied().chain(scheduler);
        let nodes = self.site.nodes.keys().map(|node| crate::provider::node_id(node, "ready"));
        Ok(parts.map(str::to_owned).chain(nodes).collect())
    }

    /// And which of them is the last.
    fn control_plane_upgrade(&self) -> (Vec<Part>, String) {
        let site = self.site;
        let to = site.version;
        let process = |program: &str, what: &str, build: fn(&ControlPlane) -> _, after: &str| {
            let act = self.plane_process(program, At::Wanted, build);
            Part::new(id(program), format!("Bring {what} to {to}"), act).after([after.to_owned()])
        };
        let mut parts = vec![
            process(API, "the API server", ControlPlane::api_server, GATE),
            process(CONTROLLERS, "the controllers", ControlPlane::controller_manager, &id(API)),
        ];
        let mut last = CONTROLLERS;
        if site.workloads() {
            parts.push(process(SCHEDULER, "the scheduler", ControlPlane::scheduler, &id(CONTROLLERS)));
            last = SCHEDULER;
        }
        // Who may come in is the affair of whoever made the cluster before it.
        if site.is_behind() {
            return (parts, id(last));
        }
        parts.push(
            Part::new(id("rights"), format!("Grant Kore's own parts rights of {to}"), rights(site, to))
                .after([id(API)]),
        );
        let before: Vec<String> = parts.iter().map(Part::name).collect();
        let access = Access(Arc::clone(&site.ground));
        parts.push(Part::new(ACCESS, "Check access through the gateway again", access).after(before));
        (parts, ACCESS.to_owned())
    }

    fn node_upgrade(&self, node: &str, after: &str) -> Vec<Part> {
        let site = self.site;
        let to = site.version;
        let (kubelet, proxy) = (
            || self.node_process(node, "kubelet", At::Wanted, Node::kubelet),
            || self.node_process(node, "kube-proxy", At::Wanted, Node::kube_proxy),
        );
        let named = |part: &str| node_id(node, part);
        let owned = || node.to_owned();
        let programs: Vec<Box<dyn Act>> = vec![Box::new(kubelet()), Box::new(proxy())];
        let clear = Clear { site: Arc::clone(site), node: owned(), programs };
        let version = site.builds.of(to).map(|build| build.version.clone());
        let ready = Ready { site: Arc::clone(site), node: owned(), version };
        let uncordon = Uncordon { site: Arc::clone(site), node: owned() };
        vec![
            Part::new(named("drain"), format!("Move pods away from node {node}"), clear).after([after.to_owned()]),
            Part::new(named("kubelet"), format!("Bring node {node}'s kubelet to {to}"), kubelet())
                .after([named("drain")]),
            Part::new(named("kube-proxy"), format!("Bring node {node}'s services to {to}"), proxy())
                .after([named("kubelet")]),
            Part::new(named("ready"), format!("Wait for node {node} at {to}"), ready)
                .after([named("kubelet"), named("kube-proxy")]),
            Part::new(named("uncordon"), format!("Let pods come to node {node}"), uncordon).after([named("ready")]),
        ]
    }
}
