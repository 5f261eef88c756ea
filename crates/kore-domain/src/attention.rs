//! What needs somebody: from facts about one thing, whether it does, how much, and what they can do.

use jiff::{SignedDuration, Timestamp};
use kore_api::{
    attention::{Attention, AttentionKind, AttentionObject, AttentionSeverity as Severity},
    cloud::{AccountSpent, REASON_ACCESS_LOST},
    codes::{Code, Owner},
    condition::{self, Condition},
    operation::Failure,
};

use crate::{
    cloud::budget::{Budget, budget, said},
    upgrade::Minor,
};

/// How long something may be on its way before somebody should look.
const LONG: SignedDuration = SignedDuration::from_mins(30);
/// How long before a token ends somebody is told.
pub const SOON: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long before an invitation ends somebody is told: they usually last for a week, and are nothing to look after
/// when they are new.
const INVITED: SignedDuration = SignedDuration::from_hours(48);
/// How long before it ends it is urgent.
const URGENT: SignedDuration = SignedDuration::from_hours(24);
/// For how long what was put right is told of.
pub const LATELY: SignedDuration = SignedDuration::from_hours(24);
/// From how much on a pool of addresses is nearly used up, in percent.
const NEARLY: u128 = 80;
/// How many minor versions behind Kubernetes gets no more fixes: the project looks after the last three.
const UNSUPPORTED: u32 = 3;

/// Which object, and whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About<'a> {
    /// As `Cluster`.
    pub kind: &'a str,
    /// The team.
    pub team: Option<&'a str>,
    /// The name.
    pub name: &'a str,
}

impl About<'_> {
    fn said(&self) -> String {
        self.team.map_or_else(|| self.name.to_owned(), |team| format!("{team}/{}", self.name))
    }

    fn needs(&self, kind: AttentionKind, severity: Severity, title: String, detail: String, owner: Owner) -> Attention {
        Attention {
            kind,
            severity,
            team: self.team.map(str::to_owned),
            object: AttentionObject { kind: self.kind.to_owned(), name: self.name.to_owned() },
            code: None,
            title,
            detail,
            owner,
            since: None,
            fix: Vec::new(),
        }
    }
}

/// An object that is not as it should be, by its summary. `failure` is that of its last operation.
#[must_use]
pub fn readiness(
    about: &About<'_>,
    conditions: &[Condition],
    failure: Option<&Failure>,
    now: Timestamp,
) -> Option<Attention> {
    let ready = conditions.iter().find(|condition| condition.type_ == condition::READY)?;
    let since = ready.last_transition_time.0;
    if ready.status == "True" {
        return None;
    }
    let (what, message) = (about.said(), ready.message.clone());
    let found = match ready.reason.as_str() {
        condition::REASON_BLOCKED => Attention {
            fix: vec!["change what the plan or a policy does not allow, or ask its owner for more".to_owned()],
            ..about.needs(AttentionKind::Blocked, Severity::Critical, format!("{what} is blocked"), message, Owner::You)
        },
        condition::REASON_FAILED => failed(about, &message, failure),
        condition::REASON_PAUSED => return None,
        condition::REASON_RECONCILING | condition::REASON_DELETING => {
            if now.duration_since(since) < LONG {
                return None;
            }
            let title = format!("{what} has been on its way for long");
            about.needs(AttentionKind::NotReady, Severity::Warning, title, message, Owner::Kore)
        }
        _ => {
            about.needs(AttentionKind::NotReady, Severity::Warning, format!("{what} is not ready"), message, Owner::You)
        }
    };
    Some(Attention { since: Some(since), ..found })
}

fn failed(about: &About<'_>, message: &str, failure: Option<&Failure>) -> Attention {
    let title = format!("The last change of {} failed", about.said());
    let needs = |detail: String, owner| {
        about.needs(AttentionKind::OperationFailed, Severity::Critical, title.clone(), detail, owner)
    };
    match failure {
        Some(failure) => Attention {
            code: Some(failure.code.clone()),
            fix: failure.fix.clone(),
            ..needs(failure.message.clone(), failure.owner)
        },
        None => by_code(needs(message.to_owned(), Owner::You), message),
    }
}

/// With the code that a condition's message carries, and what is fixed about it.
fn by_code(found: Attention, message: &str) -> Attention {
    let word = |word: &&str| word.starts_with("KORE-");
    let code = message.split_whitespace().find(word).map(|word| word.trim_end_matches([':', ',', '.']));
    let entry = code.and_then(Code::find).map(|code| code.entry());
    Attention {
        code: code.map(str::to_owned),
        fix: entry.map(|entry| entry.fix.iter().map(|fix| (*fix).to_owned()).collect()).unwrap_or_default(),
        owner: entry.map_or(found.owner, |entry| entry.owner),
        ..found
    }
}

/// An organisation in a cloud that does not allow Kore what it needs. What nobody could look at is no news.
#[must_use]
pub fn cloud_access(about: &About<'_>, conditions: &[Condition]) -> Option<Attention> {
    let ready = conditions.iter().find(|condition| condition.type_ == condition::READY)?;
    if ready.status != "False" {
        return None;
    }
    let (severity, title) = match ready.reason.as_str() {
        REASON_ACCESS_LOST => (Severity::Critical, format!("Cloud {} does not let Kore in", about.name)),
        _ => (Severity::Warning, format!("Cloud {} does not allow Kore all it needs", about.name)),
    };
    let found = about.needs(AttentionKind::CloudAccess, severity, title, ready.message.clone(), Owner::PlatformTeam);
    let found = by_code(found, &ready.message);
    let fix = found.fix.iter().map(|fix| fix.replace("NAME", about.name)).collect();
    Some(Attention { since: Some(ready.last_transition_time.0), fix, ..found })
}

/// A cluster whose plan has a newer version.
#[must_use]
pub fn plan_behind(about: &About<'_>, plan: &str, version: Option<u32>, current: Option<u32>) -> Option<Attention> {
    let (version, current) = version.zip(current).filter(|(version, current)| version < current)?;
    let title = format!("{} is at version {version} of plan {plan}", about.said());
    let detail = format!("version {current} is the current one; nothing changes until somebody moves the cluster");
    let found = about.needs(AttentionKind::PlanVersionBehind, Severity::Info, title, detail, Owner::You);
    let fix = vec![format!("look at what would change, and move it to version {current}")];
    Some(Attention { fix, ..found })
}

/// A cluster whose Kubernetes is behind what new clusters get.
#[must_use]
pub fn kubernetes_behind(about: &About<'_>, running: Minor, offered: Minor) -> Option<Attention> {
    if running >= offered {
        return None;
    }
    let behind = offered.minor.saturating_sub(running.minor);
    let old = running.major < offered.major || behind >= UNSUPPORTED;
    let severity = if old { Severity::Warning } else { Severity::Info };
    let title = format!("{} runs Kubernetes {running}", about.said());
    let detail = match old {
        true => format!("new clusters get {offered}; the Kubernetes project fixes nothing in {running} any more"),
        false => format!("new clusters get {offered}"),
    };
    let found = about.needs(AttentionKind::KubernetesBehind, severity, title, detail, Owner::You);
    Some(Attention { fix: vec![format!("upgrade it to {}", running.next())], ..found })
}

/// An elevation that somebody else waits for.
#[must_use]
pub fn elevation_waits(
    about: &About<'_>,
    who: &str,
    role: &str,
    place: &str,
    why: &str,
    since: Timestamp,
) -> Attention {
    let title = format!("{who} asks for {role} on {place}");
    let found = about.needs(AttentionKind::ElevationWaits, Severity::Warning, title, why.to_owned(), Owner::You);
    let fix = vec![format!("kore elevation approve {0}, or kore elevation refuse {0}", about.name)];
    Attention { since: Some(since), fix, ..found }
}

/// Something that ends soon: an invitation that may still be used, or a long-lived token.
#[must_use]
pub fn ends(about: &About<'_>, token: bool, whose: &str, end: Timestamp, now: Timestamp) -> Option<Attention> {
    let left = end.duration_since(now);
    if left <= SignedDuration::ZERO || left > if token { SOON } else { INVITED } {
        return None;
    }
    let (kind, title, fix) = match token {
        true => (
            AttentionKind::TokenEnds,
            format!("Token {} of {whose} ends soon", about.name),
            "make a new one, and put it where the old one is used",
        ),
        false => (
            AttentionKind::InvitationEnds,
            format!("Invitation {} ends soon", about.said()),
            "remind whom it is for, or make a new one",
        ),
    };
    // A token that ends stops something; an invitation can be made again.
    let severity = if token && left <= URGENT { Severity::Warning } else { Severity::Info };
    let hours = left.as_hours();
    let detail = match hours {
        ..1 => "it ends within the hour".to_owned(),
        1..48 => format!("it ends in {hours} hours"),
        _ => format!("it ends in {} days", hours / 24),
    };
    let found = about.needs(kind, severity, title, detail, Owner::You);
    Some(Attention { since: Some(end), fix: vec![fix.to_owned()], ..found })
}

/// A pool that has given nearly all its ranges for a purpose.
#[must_use]
pub fn addresses_short(about: &About<'_>, purpose: &str, given: u64, all: u64) -> Option<Attention> {
    if u128::from(given) * 100 <= u128::from(all) * NEARLY {
        return None;
    }
    let full = given >= all;
    let severity = if full { Severity::Critical } else { Severity::Warning };
    let title = format!("Pool {} is {} for {purpose}", about.name, if full { "used up" } else { "nearly used up" });
    let detail = format!("{given} of {all} ranges are given; clusters that need one more wait when there is none");
    let found = about.needs(AttentionKind::AddressesShort, severity, title, detail, Owner::PlatformTeam);
    let fix = vec!["add a range to the pool, or delete clusters that are not needed".to_owned()];
    Some(Attention { fix, ..found })
}

/// An account that costs more than its rule allows, or nearly.
#[must_use]
pub fn over_budget(about: &About<'_>, spent: &AccountSpent) -> Option<Attention> {
    let (severity, word) = match budget(spent)? {
        Budget::Over => (Severity::Critical, "has used up its budget"),
        Budget::Nearly => (Severity::Warning, "has nearly used up its budget"),
        Budget::Within | Budget::OtherMoney => return None,
    };
    let title = format!("Account {} {word}", about.name);
    let found = about.needs(AttentionKind::OverBudget, severity, title, said(spent), Owner::PlatformTeam);
    let fix = vec!["see which clusters it has, and pause or shrink them; or raise the budget of its rule".to_owned()];
    Some(Attention { since: Some(spent.read_at), fix, ..found })
}

/// Something that came loose in a cluster and was put right.
#[must_use]
pub fn drift(about: &About<'_>, what: &str, at: Timestamp, now: Timestamp) -> Option<Attention> {
    if now.duration_since(at) > LATELY {
        return None;
    }
    let title = format!("Something of {} was put right", about.said());
    let found = about.needs(AttentionKind::DriftRepaired, Severity::Info, title, what.to_owned(), Owner::You);
    let fix = vec!["see in the activity who changed it, and what with".to_owned()];
    Some(Attention { since: Some(at), fix, ..found })
}

/// The worst first; of what is as bad, by kind, and what is so for longest.
pub fn worst_first(found: &mut [Attention]) {
    found.sort_by(|a, b| {
        let key = |one: &Attention| (one.severity, one.kind, one.since.unwrap_or(Timestamp::MAX));
        let name = |one: &Attention| (one.team.clone(), one.object.name.clone());
        key(a).cmp(&key(b)).then_with(|| name(a).cmp(&name(b)))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const DEV: About<'_> = About { kind: "Cluster", team: Some("payments"), name: "dev" };

    fn ready(status: &str, reason: &str, ago: i64) -> Vec<Condition> {
        let condition = serde_json::json!({
            "type": condition::READY, "status": status, "reason": reason, "message": "KORE-LOCAL-0004: the disk is full",
            "lastTransitionTime": (NOW - SignedDuration::from_mins(ago)).to_string(),
        });
        vec![serde_json::from_value(condition).unwrap()]
    }

    fn minor(text: &str) -> Minor {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_not_as_it_should_be_is_told_of_and_what_is_on_its_way_is_not() {
        for (status, reason, ago, found) in [
            ("True", condition::REASON_RECONCILED, 500, None),
            ("Unknown", condition::REASON_PAUSED, 500, None),
            ("False", condition::REASON_RECONCILING, 5, None),
            ("False", condition::REASON_RECONCILING, 31, Some((AttentionKind::NotReady, Severity::Warning))),
            ("False", condition::REASON_DELETING, 60, Some((AttentionKind::NotReady, Severity::Warning))),
            ("False", condition::REASON_BLOCKED, 1, Some((AttentionKind::Blocked, Severity::Critical))),
            ("False", condition::REASON_FAILED, 1, Some((AttentionKind::OperationFailed, Severity::Critical))),
            ("False", "NodesMissing", 1, Some((AttentionKind::NotReady, Severity::Warning))),
        ] {
            let one = readiness(&DEV, &ready(status, reason, ago), None, NOW);
            assert_eq!(one.map(|one| (one.kind, one.severity)), found, "{status} {reason} {ago}");
        }
        assert_eq!(readiness(&DEV, &[], None, NOW), None, "nothing is known yet");
    }

    #[test]
    fn a_failure_says_whose_move_it_is() {
        let failure = Failure {
            code: "KORE-CLOUD-0001".into(),
            message: "no quota".into(),
            cause: None,
            owner: Owner::Cloud,
            fix: vec!["ask for more".into()],
            retryable: false,
        };
        let failed = ready("False", condition::REASON_FAILED, 3);
        let one = readiness(&DEV, &failed, Some(&failure), NOW).unwrap();
        assert_eq!(
            (one.code.as_deref(), one.owner, one.detail.as_str()),
            (Some("KORE-CLOUD-0001"), Owner::Cloud, "no quota")
        );
        assert_eq!((one.fix.as_slice(), one.team.as_deref()), (&["ask for more".to_owned()][..], Some("payments")));
        assert_eq!(one.since, Some(NOW - SignedDuration::from_mins(3)));
        // Without the operation, what the condition says.
        let one = readiness(&DEV, &failed, None, NOW).unwrap();
        assert_eq!(one.code.as_deref(), Some("KORE-LOCAL-0004"));
        assert!(one.title.contains("payments/dev"));
    }

    #[test]
    fn what_is_behind_is_told_of_and_worse_when_nobody_fixes_it_any_more() {
        assert_eq!(plan_behind(&DEV, "small", Some(2), Some(2)), None);
        assert_eq!(plan_behind(&DEV, "small", Some(3), Some(2)), None, "somebody tries the next one");
        assert_eq!(plan_behind(&DEV, "small", None, Some(2)), None);
        assert_eq!(plan_behind(&DEV, "small", Some(1), None), None);
        assert_eq!(plan_behind(&DEV, "small", Some(1), Some(2)).unwrap().severity, Severity::Info);
        for (running, severity) in [
            ("1.37", None),
            ("1.36", None),
            ("1.35", Some(Severity::Info)),
            ("v1.34.9", Some(Severity::Info)),
            ("1.33", Some(Severity::Warning)),
            ("0.9", Some(Severity::Warning)),
        ] {
            let one = kubernetes_behind(&DEV, minor(running), minor("1.36"));
            assert_eq!(one.map(|one| one.severity), severity, "{running}");
        }
    }

    #[test]
    fn what_ends_is_told_of_before() {
        let hours = |hours| NOW + SignedDuration::from_hours(hours);
        for (end, token, invitation) in [
            (hours(-1), None, None),
            (NOW, None, None),
            (hours(5), Some(Severity::Warning), Some(Severity::Info)),
            (hours(48), Some(Severity::Info), Some(Severity::Info)),
            (hours(49), Some(Severity::Info), None),
            (hours(7 * 24), Some(Severity::Info), None),
            (hours(7 * 24 + 1), None, None),
        ] {
            let of = |token| ends(&DEV, token, "robot:payments/ci", end, NOW).map(|one| one.severity);
            assert_eq!((of(true), of(false)), (token, invitation), "{end}");
        }
        assert!(ends(&DEV, true, "user:ana", hours(50), NOW).unwrap().detail.contains("2 days"));
    }

    #[test]
    fn a_cloud_needs_somebody_when_it_was_looked_at_and_found_wanting() {
        let acme = About { kind: "CloudOrganization", team: None, name: "acme" };
        let with = |status: &str, reason: &str, message: &str| {
            let mut conditions = ready(status, reason, 5);
            conditions[0].message = message.to_owned();
            cloud_access(&acme, &conditions)
        };
        let lost = with("False", "AccessLost", "KORE-CLOUD-0002: kore-org cannot be taken").unwrap();
        assert_eq!((lost.severity, lost.code.as_deref()), (Severity::Critical, Some("KORE-CLOUD-0002")));
        assert_eq!(lost.fix.last().map(String::as_str), Some("then have it looked at: kore cloud check acme"));
        let missing = with("False", "PermissionsMissing", "KORE-CLOUD-0001: kore-org lacks one").unwrap();
        assert_eq!((missing.severity, missing.owner), (Severity::Warning, Owner::PlatformTeam));
        assert_eq!(with("Unknown", "NotChecked", "KORE-CLOUD-0003: nobody looked"), None);
        assert_eq!(with("True", "Reconciled", ""), None);
    }

    #[test]
    fn a_pool_is_short_above_four_fifths() {
        let pool = About { kind: "AddressPool", team: None, name: "local" };
        for (given, all, severity) in [
            (0, 0, None),
            (80, 100, None),
            (81, 100, Some(Severity::Warning)),
            (5, 5, Some(Severity::Critical)),
            (u64::MAX, u64::MAX, Some(Severity::Critical)),
        ] {
            let one = addresses_short(&pool, "pod", given, all);
            assert_eq!(one.map(|one| one.severity), severity, "{given} of {all}");
        }
    }

    #[test]
    fn the_worst_comes_first_and_then_what_is_so_for_longest() {
        let at = |minutes| NOW - SignedDuration::from_mins(minutes);
        let mut found = vec![
            drift(&DEV, "x", at(5), NOW).unwrap(),
            kubernetes_behind(&DEV, minor("1.35"), minor("1.36")).unwrap(),
            readiness(&DEV, &ready("False", "Other", 1), None, NOW).unwrap(),
            readiness(&DEV, &ready("False", condition::REASON_BLOCKED, 1), None, NOW).unwrap(),
            readiness(&DEV, &ready("False", condition::REASON_FAILED, 1), None, NOW).unwrap(),
            readiness(&DEV, &ready("False", condition::REASON_FAILED, 9), None, NOW).unwrap(),
        ];
        worst_first(&mut found);
        let kinds: Vec<_> = found.iter().map(|one| one.kind).collect();
        assert_eq!(
            kinds,
            [
                AttentionKind::OperationFailed,
                AttentionKind::OperationFailed,
                AttentionKind::Blocked,
                AttentionKind::NotReady,
                AttentionKind::KubernetesBehind,
                AttentionKind::DriftRepaired
            ]
        );
        assert_eq!(found[0].since, Some(at(9)));
        assert_eq!(drift(&DEV, "x", at(25 * 60), NOW), None);
    }
}
