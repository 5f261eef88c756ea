//! The judgement before an upgrade. What could not be looked at holds it as what is wrong does: unknown
//! is never a pass.

use jiff::{SignedDuration, Timestamp};
use kore_api::upgrade::{Check, CheckResult, Preflight};

use super::{version::Minor, webhooks::Webhook};

/// Something that was looked at, or why it could not be.
pub type Seen<T> = Result<T, String>;

/// How long a use of a deprecated API counts: whoever did not come back within a day is taken for mended.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);
/// How many minor versions a kubelet may be behind the API server.
const SKEW: u32 = 3;
/// How many findings of a check are named.
const NAMED: usize = 10;

/// What a provider sees of a cluster that is to be upgraded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Version that the API server reports, as `v1.35.4`.
    pub control_plane: Seen<String>,
    /// Every node.
    pub nodes: Seen<Vec<Node>>,
    /// Deprecated APIs that were used and that some version removes.
    pub deprecated: Seen<Vec<DeprecatedUse>>,
    /// Every disruption budget.
    pub budgets: Seen<Vec<Budget>>,
    /// Webhooks whose silence is a refusal.
    pub webhooks: Seen<Vec<Webhook>>,
    /// Pods that nobody makes again, as `shop/once`.
    pub lone_pods: Seen<Vec<String>>,
    /// What whoever runs the control plane says about it; nothing where that is Kore.
    pub told: Seen<Vec<Told>>,
}

/// What a cloud says about a cluster's next version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What was looked at, in the cloud's words.
    pub name: String,
    /// What came of it.
    pub result: CheckResult,
    /// Why, in the cloud's words.
    pub reason: String,
}

impl Facts {
    /// Nothing could be looked at.
    #[must_use]
    pub fn unknown(why: &str) -> Self {
        let why = why.to_owned();
        Self {
            control_plane: Err(why.clone()),
            nodes: Err(why.clone()),
            deprecated: Err(why.clone()),
            budgets: Err(why.clone()),
            webhooks: Err(why.clone()),
            lone_pods: Err(why.clone()),
            told: Err(why),
        }
    }
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Version that its kubelet reports.
    pub version: String,
    /// Why it is not ready; none where it is.
    pub unready: Option<String>,
    /// Whether somebody keeps pods from coming to it.
    pub cordoned: bool,
}

/// A deprecated API that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeprecatedUse {
    /// As `flowschemas.v1beta3.flowcontrol.apiserver.k8s.io`.
    pub resource: String,
    /// The version that has it no more.
    pub removed: Minor,
    /// Its last use; none where it was used since the API server started and nobody knows when.
    pub last: Option<LastUse>,
}

/// The last use of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// Who, and with which program.
    pub by: String,
}

/// A disruption budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// As `shop/web`.
    pub name: String,
    /// How many pods it is about.
    pub pods: i32,
    /// How many of them may go now.
    pub allowed: i32,
    /// Whether the cluster has counted since the budget was last changed.
    pub counted: bool,
}

/// Judges whether a cluster may go from one version to another.
#[must_use]
pub fn judge(from: Minor, to: Minor, facts: &Facts, now: Timestamp) -> Preflight {
    let mut checks = vec![
        versions(from, to, facts),
        nodes(&facts.nodes),
        deprecated(to, &facts.deprecated, now),
        budgets(&facts.budgets),
        webhooks(&facts.webhooks),
        pods(&facts.lone_pods, &facts.nodes),
    ];
    checks.extend(told(&facts.told));
    Preflight { from: from.to_string(), to: to.to_string(), checks }
}

/// Collects the findings of one check. The worst of them is its result.
struct Findings {
    name: &'static str,
    title: &'static str,
    found: Vec<(CheckResult, String)>,
}

impl Findings {
    const fn of(name: &'static str, title: &'static str) -> Self {
        Self { name, title, found: Vec::new() }
    }

    fn add(&mut self, result: CheckResult, what: impl Into<String>) {
        self.found.push((result, what.into()));
    }

    /// What was seen; what was not is a finding.
    fn see<'a, T>(&mut self, seen: &'a Seen<T>) -> Option<&'a T> {
        seen.as_ref().map_err(|why| self.add(CheckResult::Unknown, format!("could not be looked at: {why}"))).ok()
    }

    /// The check: what speaks against it first, or in a word what was looked at.
    fn check(mut self, fine: impl Into<String>, fix: &[&str]) -> Check {
        self.found.sort_by_key(|(result, _)| std::cmp::Reverse(*result));
        let result = self.found.first().map_or(CheckResult::Pass, |(result, _)| *result);
        let count = self.found.len();
        let mut detail: Vec<String> = self.found.into_iter().take(NAMED).map(|(_, what)| what).collect();
        if count > NAMED {
            detail.push(format!("and {} more", count - NAMED));
        }
        if detail.is_empty() {
            detail.push(fine.into());
        }
        let fix = if result == CheckResult::Pass { &[] } else { fix };
        Check {
            name: self.name.to_owned(),
            title: self.title.to_owned(),
            result,
            detail,
            fix: fix.iter().map(|&line| line.to_owned()).collect(),
        }
    }
}

fn versions(from: Minor, to: Minor, facts: &Facts) -> Check {
    let mut found = Findings::of("versions", "Versions fit together");
    let api = found.see(&facts.control_plane).cloned();
    let api = api.and_then(|text| readable(&mut found, "the API server", &text));
    if let Some(api) = api.filter(|api| *api != from || from.next() != to) {
        let what = format!("the API server is at {api}, from where it does not go to {to}");
        found.add(CheckResult::Fail, what);
    }
    for node in found.see(&facts.nodes).into_iter().flatten() {
        let name = &node.name;
        let Some(kubelet) = readable(&mut found, &format!("node {name}"), &node.version) else { continue };
        if api.is_some_and(|api| kubelet > api) {
            let what = format!("node {name} is at {kubelet}, newer than the API server");
            found.add(CheckResult::Fail, what);
        }
        if kubelet.major != to.major || kubelet.minor.saturating_add(SKEW) < to.minor {
            let what = format!("node {name} is at {kubelet}, too far behind {to}");
            found.add(CheckResult::Fail, what);
        }
    }
    let fix = ["bring control plane and nodes to one version first: see kore cluster show TEAM/NAME"];
    found.check(format!("all at {from}"), &fix)
}

fn readable(found: &mut Findings, whose: &str, text: &str) -> Option<Minor> {
    let read = text.parse();
    read.map_err(|error| found.add(CheckResult::Unknown, format!("{whose} reports a version that is none: {error}")))
        .ok()
}

fn nodes(seen: &Seen<Vec<Node>>) -> Check {
    let mut found = Findings::of("nodes", "Nodes are ready");
    let all = found.see(seen).map_or(&[][..], Vec::as_slice);
    for node in all {
        let name = &node.name;
        if let Some(why) = &node.unready {
            found.add(CheckResult::Fail, format!("node {name} is not ready: {why}"));
        }
        if node.cordoned {
            found.add(CheckResult::Warn, format!("node {name} is cordoned, and stays so"));
        }
    }
    let fix = ["see what a node lacks: kubectl describe node NAME", "let pods come to it again: kubectl uncordon NAME"];
    found.check(format!("{} ready", all.len()), &fix)
}

fn deprecated(to: Minor, seen: &Seen<Vec<DeprecatedUse>>, now: Timestamp) -> Check {
    let mut found = Findings::of("deprecatedApis", "Nobody uses APIs that go away");
    for used in found.see(seen).into_iter().flatten() {
        let (resource, removed) = (&used.resource, used.removed);
        let recent = used.last.as_ref().is_none_or(|last| now.duration_since(last.at) <= REMEMBERED);
        let last = used.last.as_ref().map_or_else(
            || "used since the API server started, it is not known when and by whom".to_owned(),
            |last| format!("last used by {} at {}", last.by, last.at.strftime("%Y-%m-%dT%H:%M:%SZ")),
        );
        let result = if removed <= to && recent { CheckResult::Fail } else { CheckResult::Warn };
        found.add(result, format!("{resource} is gone with {removed}: {last}"));
    }
    let fix = [
        "move whoever is named to the API's successor: https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
        "a day after its last use it holds nothing any more",
    ];
    found.check("none was used", &fix)
}

fn budgets(seen: &Seen<Vec<Budget>>) -> Check {
    let mut found = Findings::of("disruptionBudgets", "Disruption budgets let pods move");
    let all = found.see(seen).map_or(&[][..], Vec::as_slice);
    for budget in all {
        let Budget { name, pods, allowed, counted } = budget;
        if !counted {
            found.add(CheckResult::Unknown, format!("budget {name} has not been counted since it was changed"));
        } else if *pods > 0 && *allowed < 1 {
            found.add(CheckResult::Fail, format!("budget {name} allows no disruption of its {pods} pods now"));
        }
    }
    let fix = [
        "run more replicas of what the budget protects, or let it allow one disruption: kubectl edit pdb NAME",
        "a budget that waits for an unready pod lets go once the pod is ready",
    ];
    found.check(format!("{} looked at", all.len()), &fix)
}

fn webhooks(seen: &Seen<Vec<Webhook>>) -> Check {
    let mut found = Findings::of("webhooks", "Admission webhooks answer");
    let all = found.see(seen).map_or(&[][..], Vec::as_slice);
    for (result, what) in all.iter().flat_map(Webhook::findings) {
        found.add(result, what);
    }
    let fix = [
        "bring the webhook's pods back, on two nodes",
        "or let it leave out nodes, leases, cluster roles and pods, or set failurePolicy: Ignore",
    ];
    found.check(format!("{} that must answer, none in the way", all.len()), &fix)
}

fn pods(lone: &Seen<Vec<String>>, nodes: &Seen<Vec<Node>>) -> Check {
    let mut found = Findings::of("pods", "Pods have where to go");
    for name in found.see(lone).into_iter().flatten() {
        found.add(CheckResult::Warn, format!("pod {name} belongs to nobody who would make it again: it will be gone"));
    }
    if let Some([only]) = found.see(nodes).map(Vec::as_slice) {
        let what = format!("{} is the only node: its pods are away while it is upgraded", only.name);
        found.add(CheckResult::Warn, what);
    }
    let fix = ["make such pods by a Deployment", "have a second node: kore cluster edit TEAM/NAME --nodes 2"];
    found.check("each is made again elsewhere", &fix)
}

/// None where nobody else has a say.
fn told(seen: &Seen<Vec<Told>>) -> Option<Check> {
    if seen.as_ref().is_ok_and(Vec::is_empty) {
        return None;
    }
    let mut found = Findings::of("cloud", "The cloud sees nothing in the way");
    let all = found.see(seen).map_or(&[][..], Vec::as_slice);
    for Told { name, result, reason } in all.iter().filter(|one| one.result != CheckResult::Pass) {
        found.add(*result, format!("{name}: {reason}"));
    }
    let fix = ["see what the cloud advises: the cluster's upgrade insights in its console"];
    Some(found.check(format!("{} looked at", all.len()), &fix))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: &str = "2026-11-22T12:00:00Z";

    fn minor(text: &str) -> Minor {
        text.parse().unwrap()
    }

    fn node(name: &str) -> Node {
        Node { name: name.into(), version: "v1.35.4".into(), unready: None, cordoned: false }
    }

    fn fine() -> Facts {
        Facts {
            control_plane: Ok("v1.35.4".into()),
            nodes: Ok(vec![node("a"), node("b")]),
            deprecated: Ok(vec![]),
            budgets: Ok(vec![Budget { name: "shop/web".into(), pods: 2, allowed: 1, counted: true }]),
            webhooks: Ok(vec![]),
            lone_pods: Ok(vec![]),
            told: Ok(vec![]),
        }
    }

    fn judged(facts: &Facts) -> Preflight {
        judge(minor("1.35"), minor("1.36"), facts, NOW.parse().unwrap())
    }

    /// The results that are no pass, by name.
    fn results(facts: &Facts) -> Vec<(String, CheckResult)> {
        let checks = judged(facts).checks.into_iter().filter(|check| check.result != CheckResult::Pass);
        checks.map(|check| (check.name, check.result)).collect()
    }

    fn only(facts: &Facts) -> (String, CheckResult) {
        let results = results(facts);
        assert_eq!(results.len(), 1, "{results:?}");
        results.into_iter().next().unwrap()
    }

    #[test]
    fn a_healthy_cluster_goes() {
        let preflight = judged(&fine());
        assert!(!preflight.holds() && preflight.checks.iter().all(|check| check.result == CheckResult::Pass));
        assert!(preflight.checks.iter().all(|check| !check.detail.is_empty() && check.fix.is_empty()));
    }

    #[test]
    fn what_a_cloud_says_counts_as_what_was_seen() {
        let told = |result| Told { name: "Kubelet version skew".into(), result, reason: "too far behind".into() };
        let facts = |all| Facts { told: Ok(all), ..fine() };
        assert_eq!(results(&facts(vec![told(CheckResult::Pass)])), []);
        let judged = judged(&facts(vec![told(CheckResult::Pass), told(CheckResult::Fail)]));
        let check = judged.checks.last().unwrap();
        assert_eq!((check.name.as_str(), check.result), ("cloud", CheckResult::Fail));
        assert_eq!(check.detail, ["Kubelet version skew: too far behind"]);
        assert_eq!(only(&facts(vec![told(CheckResult::Unknown)])), ("cloud".to_owned(), CheckResult::Unknown));
        assert_eq!(only(&Facts { told: Err("denied".into()), ..fine() }), ("cloud".to_owned(), CheckResult::Unknown));
    }

    #[test]
    fn versions_that_do_not_fit_hold_it() {
        let at = |api: &str, kubelet: &str| Facts {
            control_plane: Ok(api.into()),
            nodes: Ok(vec![node("a"), Node { version: kubelet.into(), ..node("b") }]),
            ..fine()
        };
        let fail = ("versions".to_owned(), CheckResult::Fail);
        assert_eq!(results(&at("v1.35.4", "v1.33.9")), []);
        assert_eq!(only(&at("v1.35.4", "v1.32.9")), fail, "four behind once the API server is upgraded");
        assert_eq!(only(&at("v1.35.4", "v1.36.3")), fail, "newer than the API server");
        assert_eq!(only(&at("v1.34.1", "v1.34.1")), fail, "two steps at once");
        assert_eq!(only(&at("new", "v1.35.4")), ("versions".to_owned(), CheckResult::Unknown));
        assert_eq!(only(&at("v1.35.4", "new")), ("versions".to_owned(), CheckResult::Unknown));
    }

    #[test]
    fn deprecated_apis_hold_it_for_as_long_as_somebody_uses_them() {
        let used = |removed: &str, at: Option<&str>| {
            let last = at.map(|at| LastUse { at: at.parse().unwrap(), by: "kore:ana with helm".into() });
            let resource = "leases.v1beta1.coordination.k8s.io".to_owned();
            Facts { deprecated: Ok(vec![DeprecatedUse { resource, removed: minor(removed), last }]), ..fine() }
        };
        let (recent, old) = (Some("2026-11-21T12:00:01Z"), Some("2026-11-21T11:59:59Z"));
        let of = |facts: &Facts| only(facts).1;
        assert_eq!(of(&used("1.36", recent)), CheckResult::Fail);
        assert_eq!(of(&used("1.35", recent)), CheckResult::Fail);
        assert_eq!(of(&used("1.36", None)), CheckResult::Fail, "nobody knows that it is over");
        assert_eq!(of(&used("1.36", old)), CheckResult::Warn);
        assert_eq!(of(&used("1.37", recent)), CheckResult::Warn, "not by this upgrade");
        let said = judged(&used("1.36", recent)).checks.into_iter().find(|check| check.result == CheckResult::Fail);
        assert_eq!(
            said.unwrap().detail,
            ["leases.v1beta1.coordination.k8s.io is gone with 1.36: last used by kore:ana with helm at \
              2026-11-21T12:00:01Z"]
        );
    }

    #[test]
    fn budgets_nodes_and_pods_are_named() {
        let budget = |pods, allowed, counted| Facts {
            budgets: Ok(vec![Budget { name: "shop/web".into(), pods, allowed, counted }]),
            ..fine()
        };
        assert_eq!(only(&budget(2, 0, true)), ("disruptionBudgets".to_owned(), CheckResult::Fail));
        assert_eq!(results(&budget(0, 0, true)), [], "it protects nothing");
        assert_eq!(only(&budget(2, 1, false)), ("disruptionBudgets".to_owned(), CheckResult::Unknown));
        let unready = Node { unready: Some("kubelet stopped".into()), ..node("a") };
        let facts = Facts { nodes: Ok(vec![unready, node("b")]), ..fine() };
        assert_eq!(only(&facts), ("nodes".to_owned(), CheckResult::Fail));
        let facts = Facts { nodes: Ok(vec![Node { cordoned: true, ..node("a") }, node("b")]), ..fine() };
        assert_eq!(only(&facts), ("nodes".to_owned(), CheckResult::Warn));
        assert_eq!(only(&Facts { nodes: Ok(vec![node("a")]), ..fine() }), ("pods".to_owned(), CheckResult::Warn));
        assert_eq!(results(&Facts { nodes: Ok(vec![]), ..fine() }), [], "a control plane alone");
        let facts = Facts { lone_pods: Ok(vec!["shop/once".into()]), ..fine() };
        assert_eq!(only(&facts), ("pods".to_owned(), CheckResult::Warn));
    }

    #[test]
    fn what_is_wrong_comes_first_and_not_all_of_it() {
        let many = (0..20).map(|n| Budget { name: format!("shop/{n}"), pods: 1, allowed: 0, counted: n != 0 });
        let preflight = judged(&Facts { budgets: Ok(many.collect()), ..fine() });
        let check = preflight.held().next().unwrap();
        assert_eq!((check.result, check.detail.len()), (CheckResult::Fail, NAMED + 1));
        assert!(check.detail[0].contains("shop/1 allows no") && check.detail[NAMED] == "and 10 more");
    }

    fn seen<T: Clone + std::fmt::Debug + 'static>(good: T, bad: T) -> impl Strategy<Value = Seen<T>> {
        prop_oneof![Just(Ok(good)), Just(Ok(bad)), Just(Err("timed out".to_owned()))]
    }

    fn facts() -> impl Strategy<Value = Facts> {
        let budget = |allowed| vec![Budget { name: "shop/web".into(), pods: 2, allowed, counted: true }];
        let used = DeprecatedUse { resource: "a.v1.b".into(), removed: minor("1.36"), last: None };
        let unready = vec![Node { unready: Some("x".into()), ..node("a") }, node("b")];
        (
            seen("v1.35.4".to_owned(), "v1.34.0".to_owned()),
            seen(vec![node("a"), node("b")], unready),
            seen(vec![], vec![used]),
            seen(budget(1), budget(0)),
            seen(vec![], vec![]),
            seen(vec![], vec!["shop/once".to_owned()]),
            seen(vec![], vec![Told { name: "health".into(), result: CheckResult::Warn, reason: "x".into() }]),
        )
            .prop_map(|(control_plane, nodes, deprecated, budgets, webhooks, lone_pods, told)| Facts {
                control_plane,
                nodes,
                deprecated,
                budgets,
                webhooks,
                lone_pods,
                told,
            })
    }

    proptest! {
        /// Not seeing one thing more never lets go what was held, and always holds.
        #[test]
        fn what_is_not_seen_always_holds(facts in facts(), which in 0..7) {
            let why = || "nobody looked".to_owned();
            let mut blind = facts;
            match which {
                0 => blind.control_plane = Err(why()),
                1 => blind.nodes = Err(why()),
                2 => blind.deprecated = Err(why()),
                3 => blind.budgets = Err(why()),
                4 => blind.webhooks = Err(why()),
                5 => blind.lone_pods = Err(why()),
                _ => blind.told = Err(why()),
            }
            prop_assert!(judged(&blind).holds());
        }

        /// Each check stands for itself: mending another changes nothing of it.
        #[test]
        fn a_held_check_says_why(facts in facts()) {
            let preflight = judged(&facts);
            for check in &preflight.checks {
                prop_assert!(!check.detail.is_empty());
                prop_assert_eq!(check.fix.is_empty(), check.result == CheckResult::Pass);
            }
            let all_good = facts == fine() || results(&facts).iter().all(|(_, result)| !result.holds());
            prop_assert_eq!(preflight.holds(), !all_good);
        }
    }
}
