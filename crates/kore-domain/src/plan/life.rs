//! The life of a plan version: what may become of it. The definition in the management cluster says the
//! same (CEL at [`PlanVersionSpec`]).

use kore_api::{
    plan::{PlanVersionSpec, Stage},
    problem::FieldError,
};

/// What keeps a version from becoming this, with pointers into the spec; nothing when it may. What it is a
/// version of never changes; its stage goes forward only; once it is no draft, it says the same for ever.
#[must_use]
pub fn life_errors(before: &PlanVersionSpec, after: &PlanVersionSpec) -> Vec<FieldError> {
    let published = before.stage != Stage::Draft;
    let stage = before.stage.as_str();
    let fixed = |name: &str, differs: bool, why: &str| {
        differs.then(|| FieldError::new(format!("/{name}"), "immutable", why.to_owned()))
    };
    let never = format!("never changes: the version is {stage}");
    let back = after.stage < before.stage;
    let back = back.then(|| FieldError::new("/stage", "forward", format!("is {stage}, and goes forward only")));
    [
        fixed("plan", before.plan != after.plan, "never changes"),
        fixed("version", before.version != after.version, "never changes"),
        fixed("provider", before.provider != after.provider, "never changes"),
        fixed("parameters", published && before.parameters != after.parameters, &never),
        fixed("notes", published && before.notes != after.notes, &never),
        back,
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use kore_api::plan::Provider;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn stage() -> impl Strategy<Value = Stage> {
        prop_oneof![Just(Stage::Draft), Just(Stage::Published), Just(Stage::Deprecated), Just(Stage::Retired)]
    }

    fn version() -> impl Strategy<Value = PlanVersionSpec> {
        let parameters = prop::collection::btree_map("[a-c]", 0..3_i32, 0..3)
            .prop_map(|members| Value::Object(members.into_iter().map(|(k, v)| (k, json!(v))).collect()));
        let reason = prop::option::of("[a-b]");
        (
            prop_oneof![9 => Just("web"), 1 => Just("api")],
            1_u32..3,
            prop::option::of("[a-b]"),
            parameters,
            stage(),
            reason,
        )
            .prop_map(|(plan, version, notes, parameters, stage, stage_reason)| PlanVersionSpec {
                plan: plan.parse().unwrap(),
                version,
                provider: Provider::Local,
                notes,
                parameters,
                stage,
                stage_reason,
                stage_since: None,
            })
    }

    /// What it says, without where it is in its life.
    fn said(version: &PlanVersionSpec) -> Vec<u8> {
        let mut value = serde_json::to_value(version).unwrap();
        for name in ["stage", "stageReason", "stageSince"] {
            value.as_object_mut().unwrap().remove(name);
        }
        serde_json::to_vec(&value).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

        /// Whatever anybody tries in whichever order.
        #[test]
        fn what_is_published_is_byte_identical_for_ever(tries in prop::collection::vec(version(), 1..12)) {
            let mut tries = tries.into_iter();
            let mut present = tries.next().unwrap();
            let mut published: Option<Vec<u8>> = (present.stage != Stage::Draft).then(|| said(&present));
            for next in tries {
                let stage = present.stage;
                if life_errors(&present, &next).is_empty() {
                    present = next;
                }
                prop_assert!(present.stage >= stage);
                if let Some(bytes) = &published {
                    prop_assert_eq!(bytes, &said(&present));
                } else if present.stage != Stage::Draft {
                    published = Some(said(&present));
                }
            }
        }
    }

    #[test]
    fn a_draft_may_become_anything_of_the_same_name() {
        let draft = PlanVersionSpec {
            plan: "web".parse().unwrap(),
            version: 1,
            provider: Provider::Local,
            notes: None,
            parameters: json!({}),
            stage: Stage::Draft,
            stage_reason: None,
            stage_since: None,
        };
        let next = PlanVersionSpec {
            stage: Stage::Retired,
            parameters: json!({ "driver": "native" }),
            notes: Some("new".into()),
            ..draft.clone()
        };
        assert_eq!(life_errors(&draft, &next), []);
        let pointers: Vec<_> = life_errors(&next, &PlanVersionSpec { version: 2, ..draft })
            .into_iter()
            .map(|error| error.pointer)
            .collect();
        assert_eq!(pointers, ["/version", "/parameters", "/notes", "/stage"]);
    }
}
