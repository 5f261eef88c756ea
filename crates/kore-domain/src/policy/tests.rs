//! What policies allow, by examples and by laws.

use kore_api::policy::PlanPolicySpec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Named, explain_parameters, judge};
use crate::plan::starter_plans;

fn policy(body: &Value) -> PlanPolicySpec {
    let mut spec = json!({ "provider": "local", "owner": "platform-team", "reason": "saves money" });
    json_patch::merge(&mut spec, body);
    serde_json::from_value(spec).unwrap()
}

fn merged(plan: &Value, overrides: &Value) -> Value {
    let mut value = plan.clone();
    json_patch::merge(&mut value, overrides);
    value
}

fn refused(policies: &[(&str, &PlanPolicySpec)], plan: &Value, overrides: &Value) -> Vec<String> {
    let named: Vec<_> = policies.iter().map(|(name, spec)| Named { name, spec }).collect();
    judge(&named, plan, &merged(plan, overrides))
        .into_iter()
        .map(|error| format!("{} {}: {}", error.pointer, error.rule, error.detail))
        .collect()
}

fn small() -> Value {
    json!({ "driver": "auto", "kubernetesVersion": "1.36", "nodePools": { "default": { "size": 1 } } })
}

#[test]
fn a_refusal_says_value_policy_owner_and_reason() {
    let sizes = policy(&json!({ "rules": {
        "nodePools.*.size": { "maximum": 2 },
        "driver": { "access": "locked", "reason": "nodes are what the plan is for", "owner": "ana" },
        "kubernetesVersion": { "pattern": "1\\.\\d+", "enum": ["1.36", "1.37"] },
    } }));
    let of = |overrides| refused(&[("small-nodes", &sizes)], &small(), &overrides);
    assert_eq!(of(json!({})), Vec::<String>::new());
    assert_eq!(of(json!({ "nodePools": { "default": { "size": 2 }, "more": { "size": 1 } } })), Vec::<String>::new());
    insta::assert_snapshot!(
        [
            of(json!({ "nodePools": { "default": { "size": 3 } } })),
            of(json!({ "nodePools": { "big": { "size": 5 } } })),
            of(json!({ "driver": "native" })),
            of(json!({ "driver": null })),
            of(json!({ "kubernetesVersion": "1.36-beta" })),
        ]
        .map(|lines| lines.join("\n"))
        .join("\n--\n"),
        @r#"
    /nodePools/default/size maximum: is 3, more than 2: policy "small-nodes" of platform-team: saves money
    --
    /nodePools/big/size maximum: is 5, more than 2: policy "small-nodes" of platform-team: saves money
    --
    /driver locked: is locked at auto, not native: policy "small-nodes" of ana: nodes are what the plan is for
    --
    /driver locked: is locked at auto, not nothing: policy "small-nodes" of ana: nodes are what the plan is for
    --
    /kubernetesVersion enum: is 1.36-beta, not one of 1.36, 1.37: policy "small-nodes" of platform-team: saves money
    /kubernetesVersion pattern: is 1.36-beta, which is not of the form 1\.\d+: policy "small-nodes" of platform-team: saves money
    "#
    );
}

#[test]
fn a_lock_holds_all_below_it_whatever_others_allow() {
    let locks = policy(&json!({ "rules": { "nodePools": { "access": "locked" } } }));
    let allows = policy(&json!({ "default": "locked", "rules": { "nodePools.*.size": {} } }));
    let bigger = json!({ "nodePools": { "default": { "size": 2 } } });
    assert_eq!(refused(&[("allows", &allows)], &small(), &bigger).len(), 0);
    assert_eq!(refused(&[("allows", &allows), ("locks", &locks)], &small(), &bigger).len(), 1);
    // The same within one policy.
    let both = policy(&json!({ "rules": { "nodePools": { "access": "locked" }, "nodePools.*.size": {} } }));
    assert_eq!(refused(&[("both", &both)], &small(), &bigger).len(), 1);
    // What no rule is about is locked by the default: adding a pool with anything else, and removing the last.
    assert_eq!(refused(&[("allows", &allows)], &small(), &json!({ "driver": "native" })).len(), 1);
    assert_eq!(refused(&[("allows", &allows)], &small(), &json!({ "nodePools": { "default": null } })).len(), 1);
    // Saying what the plan says anyway changes nothing.
    assert_eq!(refused(&[("locks", &locks)], &small(), &json!({ "nodePools": { "default": { "size": 1 } } })).len(), 0);
}

#[test]
fn an_explanation_says_who_locks_what_and_why() {
    let sizes =
        policy(&json!({ "default": "locked", "rules": { "nodePools.*.size": { "minimum": 1, "maximum": 2 } } }));
    let named = [Named { name: "small-nodes", spec: &sizes }];
    let lines: Vec<_> = explain_parameters(&named, kore_api::plan::Provider::Local, &small())
        .into_iter()
        .map(|one| {
            let rules: Vec<_> = one.rules.iter().map(|rule| format!("{} by {}", rule.says, rule.policy)).collect();
            format!("{} editable={} {}", one.parameter.path, one.editable, rules.join(", "))
        })
        .filter(|line| line.contains("driver") || line.contains("size"))
        .collect();
    assert_eq!(
        lines,
        [
            "driver editable=false locked by small-nodes",
            "nodePools.default.size editable=true 1 to 2 by small-nodes",
            "nodePools.*.size editable=true 1 to 2 by small-nodes",
        ]
    );
}

/// Parameters of any provider: named maps in named maps, of scalars and lists.
fn parameters() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        (-9_i64..10).prop_map(|number| json!(number)),
        "[a-c]{0,2}".prop_map(Value::String),
        prop::collection::vec((0_i64..3).prop_map(|number| json!(number)), 0..3).prop_map(Value::Array),
    ];
    let nested = leaf.prop_recursive(3, 16, 3, |inner| {
        prop::collection::btree_map("[a-c]", inner, 0..3)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    });
    prop::collection::btree_map("[a-c]", nested, 0..4).prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// Overrides: like parameters, and nulls, which remove.
fn overrides() -> impl Strategy<Value = Value> {
    (parameters(), prop::collection::vec("[a-c](\\.[a-c]){0,2}", 0..3)).prop_map(|(mut patch, removed)| {
        for path in removed {
            let segments = path.split('.').rev();
            let removal =
                segments.fold(Value::Null, |inner, name| Value::Object(Map::from_iter([(name.to_owned(), inner)])));
            lay(&mut patch, removal);
        }
        patch
    })
}

/// A merge that keeps nulls.
fn lay(target: &mut Value, patch: Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (name, value) in patch {
                lay(target.entry(name).or_insert(Value::Null), value);
            }
        }
        (target, patch) => *target = patch,
    }
}

fn policies() -> impl Strategy<Value = Vec<PlanPolicySpec>> {
    let access = prop_oneof![Just("locked"), Just("editable")];
    let rule = (access.clone(), prop::option::of(-5_i64..6), prop::option::of("[a-b]?")).prop_map(
        |(access, maximum, pattern)| {
            let mut rule = json!({ "access": access });
            if access == "editable" {
                rule["maximum"] = json!(maximum);
                rule["pattern"] = json!(pattern);
            }
            rule
        },
    );
    let rules = prop::collection::btree_map("([a-c]|\\*)(\\.([a-c]|\\*)){0,2}", rule, 0..4);
    let one = (prop_oneof![Just("locked"), Just("editable")], rules)
        .prop_map(|(default, rules)| policy(&json!({ "default": default, "rules": rules })));
    prop::collection::vec(one, 0..4)
}

fn named(policies: &[PlanPolicySpec]) -> Vec<Named<'_>> {
    policies.iter().map(|spec| Named { name: "p", spec }).collect()
}

/// What is at each place that a path is about, found without the code under test.
fn at(value: &Value, path: &[&str]) -> Vec<(String, Value)> {
    let Some((first, rest)) = path.split_first() else { return vec![(String::new(), value.clone())] };
    let members = value.as_object().into_iter().flatten();
    members
        .filter(|(name, _)| *first == "*" || first == name)
        .flat_map(|(name, value)| {
            at(value, rest).into_iter().map(move |(below, value)| (format!("{name}/{below}"), value))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// The law of the whole thing.
    #[test]
    fn what_passes_changes_nothing_that_is_locked(plan in parameters(), overrides in overrides(), policies in policies()) {
        let effective = merged(&plan, &overrides);
        if judge(&named(&policies), &plan, &effective).is_empty() {
            for spec in &policies {
                for (path, _) in spec.rules.iter().filter(|(_, rule)| rule.access == kore_api::policy::PolicyAccess::Locked) {
                    let path: Vec<&str> = path.split('.').collect();
                    prop_assert_eq!(at(&plan, &path), at(&effective, &path));
                }
                if spec.rules.is_empty() && spec.default == kore_api::policy::PolicyAccess::Locked {
                    prop_assert_eq!(&plan, &effective);
                }
            }
        }
    }

    /// Several policies are the intersection: one more never allows more, in any order.
    #[test]
    fn several_policies_refuse_what_each_of_them_refuses(plan in parameters(), overrides in overrides(), policies in policies()) {
        let effective = merged(&plan, &overrides);
        let together = judge(&named(&policies), &plan, &effective);
        let mut apart: Vec<_> = named(&policies).iter().flat_map(|one| judge(&[*one], &plan, &effective)).collect();
        apart.sort_by(|a, b| (&a.pointer, &a.rule).cmp(&(&b.pointer, &b.rule)));
        prop_assert_eq!(together, apart);
    }

    /// Without overrides nothing is locked, and each refusal is of a limit.
    #[test]
    fn a_plan_as_it_is_meets_every_lock(plan in parameters(), policies in policies()) {
        for error in judge(&named(&policies), &plan, &plan) {
            prop_assert_ne!(error.rule, "locked");
        }
    }
}

/// Nothing that comes with Kore is open to the whole world.
#[test]
fn no_starter_plan_is_open_to_everybody() {
    for plan in starter_plans() {
        let text = plan.version.parameters.to_string();
        assert!(!text.contains("0.0.0.0/0") && !text.contains("::/0"), "{}: {text}", plan.name);
    }
}
