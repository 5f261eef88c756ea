//! One transcript per noun and more.

use insta::assert_snapshot;
use kore_api::{codes::Code, preview::Preview, problem::Problem};
use serde_json::json;
use wiremock::{
    Mock,
    matchers::{body_partial_json, header, header_exists, method, path, query_param},
};

use crate::world::{OPERATION, World, cluster, code, filters, list, made, object, ok, operation, ready, refused};

const CLUSTERS: &str = "/api/v1/clusters";
const DEV: &str = "/api/v1/teams/payments/clusters/dev";

#[tokio::test]
async fn clusters_are_listed_in_every_format() {
    let _filters = filters();
    let world = World::new().await;
    let failed = object(
        "Cluster",
        Some("sandbox"),
        "first",
        json!({"plan": {"name": "development", "version": 2}}),
        json!({"nodes": {"desired": 2, "ready": 1}, "conditions": ready("False", "OperationFailed")}),
    );
    world.on("GET", CLUSTERS, list("Cluster", &[cluster(), failed])).await;
    assert_snapshot!("cluster-list", world.kore(&["cluster", "list"]).await);
    assert_snapshot!("cluster-list-wide", world.kore(&["clusters", "list", "-o", "wide"]).await);
    assert_snapshot!("cluster-list-name", world.kore(&["cluster", "list", "-o", "name"]).await);
    assert_snapshot!(
        "cluster-list-columns",
        world.kore(&["get", "clusters", "--columns", "name,.spec.plan.version", "--no-headers"]).await
    );
    let (exit, out, err) = world.run(&["cluster", "list", "-o", "json"]).await;
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((exit, err.as_str(), value["kind"].as_str()), (0, "", Some("ClusterList")));
    assert_eq!(value["items"][0]["metadata"]["name"], "dev");
    let (_, out, _) = world.run(&["cluster", "list", "-o", "jsonl"]).await;
    assert_eq!(out.lines().count(), 2);
    let (_, out, _) = world.run(&["cluster", "list", "-o", "yaml"]).await;
    assert!(out.starts_with("apiVersion: kore.internal/v1alpha1\n"), "{out}");
    let (exit, _, err) = world.run(&["cluster", "list", "-o", "env"]).await;
    assert_eq!(exit, 2, "{err}");
}

#[tokio::test]
async fn an_empty_list_is_no_error_and_says_what_to_do() {
    let world = World::new().await;
    world.on("GET", "/api/v1/teams/payments/clusters", list("Cluster", &[])).await;
    assert_snapshot!(world.kore(&["cluster", "list", "-t", "payments"]).await, @r"
    $ kore cluster list -t payments
    [0]
    --- stderr
    No clusters in team payments. Make one:  kore cluster create payments/NAME --plan PLAN
    ");
}

#[tokio::test]
async fn long_lists_are_read_page_by_page() {
    let world = World::new().await;
    let page = |items: Vec<serde_json::Value>, next: &str| {
        ok(
            &json!({"apiVersion": "kore.internal/v1alpha1", "kind": "ClusterList", "metadata": {"resourceVersion": "9", "continue": next}, "items": items}),
        )
    };
    let second = Mock::given(method("GET")).and(path(CLUSTERS)).and(query_param("continue", "next"));
    second.respond_with(page(vec![cluster()], "")).with_priority(1).mount(&world.server).await;
    world.on("GET", CLUSTERS, page(vec![cluster()], "next")).await;
    let (_, out, _) = world.run(&["cluster", "list", "-o", "name"]).await;
    assert_eq!(out, "cluster/payments/dev\ncluster/payments/dev\n");
}

#[tokio::test]
async fn a_cluster_is_made_and_its_steps_are_shown() {
    let _filters = filters();
    let world = World::new().await;
    Mock::given(method("POST"))
        .and(path("/api/v1/teams/payments/clusters"))
        .and(body_partial_json(json!({"kind": "Cluster", "metadata": {"name": "dev", "team": "payments"}, "spec": {"plan": {"name": "evaluation"}, "overrides": {"nodePools": {"default": {"size": 2}}}}})))
        .and(header_exists("idempotency-key"))
        .and(header_exists("x-request-id"))
        .and(header_exists("kore-client"))
        .and(header("authorization", "Bearer kore_at_fresh"))
        .respond_with(ok(&cluster()).insert_header("kore-operation", OPERATION))
        .expect(1)
        .mount(&world.server)
        .await;
    let at = format!("/api/v1/operations/{OPERATION}");
    world.once("GET", &at, code(Code::NotFound, "not yet")).await;
    world.once("GET", &at, ok(&operation("create", "running", &json!({})))).await;
    world.on("GET", &at, ok(&operation("create", "done", &json!({})))).await;
    world.on("GET", DEV, ok(&cluster())).await;
    assert_snapshot!(
        "cluster-create",
        world.kore(&["cluster", "create", "payments/dev", "--plan", "evaluation", "--nodes", "2"]).await
    );
}

#[tokio::test]
async fn a_slip_in_a_plan_is_met_with_its_name() {
    let world = World::new().await;
    world
        .on("POST", "/api/v1/teams/payments/clusters", code(Code::InputUnknownPlan, "there is no plan evaluatio"))
        .await;
    let plan = object("Plan", None, "evaluation", json!({"provider": "local", "currentVersion": 1}), json!({}));
    world.on("GET", "/api/v1/plans", list("Plan", &[plan])).await;
    assert_snapshot!(world.kore(&["cluster", "create", "payments/x", "--plan", "evaluatio"]).await, @r"
    $ kore cluster create payments/x --plan evaluatio
    [1]
    --- stderr
    error[KORE-INPUT-0003]: there is no plan evaluatio
      owner     you
      fix       did you mean evaluation?
      or        see what there is: kore plan list
      more      kore explain KORE-INPUT-0003      request 0193-request
    ");
}

#[tokio::test]
async fn a_slip_in_a_team_is_met_with_its_name() {
    let world = World::new().await;
    world.on("POST", "/api/v1/teams/paymnts/clusters", code(Code::NotFound, "there is no such object")).await;
    world.on("GET", "/api/v1/teams/paymnts/clusters", code(Code::NotFound, "there is no such object")).await;
    world.on("GET", "/api/v1/teams/paymnts", code(Code::NotFound, "there is no such object")).await;
    world.on("GET", "/api/v1/teams", list("Team", &[object("Team", None, "payments", json!({}), json!({}))])).await;
    let create = ["cluster", "create", "paymnts/x", "--plan", "p"];
    for line in [&create[..], &[&create[..], &["--dry-run"]].concat(), &["cluster", "list", "-t", "paymnts"]] {
        let (exit, _, err) = world.run(line).await;
        assert_eq!(exit, 6, "{err}");
        assert!(
            err.contains("team paymnts does not exist") && err.contains("did you mean payments?"),
            "{line:?} {err}"
        );
    }
}

#[tokio::test]
async fn a_failed_operation_says_whose_move_it_is() {
    let _filters = filters();
    let world = World::new().await;
    world
        .on("POST", "/api/v1/teams/payments/clusters", ok(&cluster()).insert_header("kore-operation", OPERATION))
        .await;
    let failure = json!({
        "code": "KORE-LOCAL-0012", "message": "this host allows too few inotify instances", "cause": "inotify_init1: too many open files",
        "owner": "you", "fix": ["sudo sysctl fs.inotify.max_user_instances=512"], "retryable": false,
    });
    let failed = operation("create", "failed", &json!({"failure": failure}));
    world.on("GET", &format!("/api/v1/operations/{OPERATION}"), ok(&failed)).await;
    assert_snapshot!(
        "cluster-create-failed",
        world.kore(&["cluster", "create", "payments/dev", "--plan", "evaluation"]).await
    );
}

#[tokio::test]
async fn waiting_can_end_before_the_work() {
    let _filters = filters();
    let world = World::new().await;
    world
        .on("POST", "/api/v1/teams/payments/clusters", ok(&cluster()).insert_header("kore-operation", OPERATION))
        .await;
    world.on("GET", &format!("/api/v1/operations/{OPERATION}"), ok(&operation("create", "running", &json!({})))).await;
    let create = ["cluster", "create", "payments/dev", "--plan", "evaluation"];
    assert_snapshot!("cluster-create-timeout", world.kore(&[&create[..], &["--timeout", "1s", "-q"]].concat()).await);
    assert_snapshot!("cluster-create-no-wait", world.kore(&[&create[..], &["--no-wait"]].concat()).await);
}

fn preview(problems: &[Problem]) -> Preview {
    serde_json::from_value(json!({
        "object": cluster(), "digest": "d1", "problems": problems, "warnings": ["the machine has two processors"],
        "changes": [{"path": "nodePools.default.size", "before": 1, "after": 2}],
        "actions": [{"component": "node/default-2/kubelet", "title": "Start kubelet", "verb": "create", "detail": []}],
    }))
    .unwrap()
}

#[tokio::test]
async fn a_change_is_shown_before_it_is_made() {
    let _filters = filters();
    let world = World::new().await;
    world.on("GET", DEV, ok(&cluster())).await;
    let body = serde_json::to_value(preview(&[])).unwrap();
    let dry =
        Mock::given(method("PUT")).and(path(DEV)).and(query_param("dryRun", "All")).and(header("if-match", "\"7\""));
    dry.respond_with(ok(&body)).with_priority(1).mount(&world.server).await;
    assert_snapshot!(
        "cluster-edit-dry-run",
        world.kore(&["cluster", "edit", "payments/dev", "--nodes", "2", "--dry-run"]).await
    );
    assert_snapshot!(
        "cluster-edit-unconfirmed",
        world.kore(&["cluster", "edit", "payments/dev", "--nodes", "2", "--no-input"]).await
    );
    let mut changed = cluster();
    changed["metadata"]["generation"] = 2.into();
    let put = Mock::given(method("PUT")).and(path(DEV)).and(header("if-match", "\"7\""));
    put.and(body_partial_json(json!({"spec": {"overrides": {"nodePools": {"default": {"size": 2}}}}})))
        .respond_with(ok(&changed).insert_header("kore-operation", OPERATION))
        .expect(1)
        .mount(&world.server)
        .await;
    world.on("GET", &format!("/api/v1/operations/{OPERATION}"), ok(&operation("change", "done", &json!({})))).await;
    assert_snapshot!(
        "cluster-edit",
        world.kore(&["cluster", "edit", "payments/dev", "--nodes", "2", "--yes", "--progress", "quiet"]).await
    );
}

/// What speaks against an upgrade is shown with what to do, and without `--to` it is the next version.
#[tokio::test]
async fn an_upgrade_shows_what_holds_it() {
    let _filters = filters();
    let world = World::new().await;
    let mut old = cluster();
    old["status"]["kubernetesVersion"] = "v1.35.4".into();
    world.on("GET", DEV, ok(&old)).await;
    let mut body = serde_json::to_value(preview(&[])).unwrap();
    let check = |name: &str, result: &str, title: &str, detail: &[&str], fix: &[&str]| json!({"name": name, "title": title, "result": result, "detail": detail, "fix": fix});
    body["preflight"] = json!({"from": "1.35", "to": "1.36", "checks": [
        check("versions", "pass", "Versions fit together", &["all at 1.35"], &[]),
        check("disruptionBudgets", "fail", "Disruption budgets let pods move",
            &["budget shop/web allows no disruption of its 2 pods now", "budget shop/api allows none"],
            &["run more replicas"]),
        check("webhooks", "unknown", "Admission webhooks answer", &["could not be looked at: timed out"], &["look"]),
    ]});
    let wanted = json!({"spec": {"overrides": {"kubernetesVersion": "1.36"}}});
    let dry = Mock::given(method("PUT")).and(path(DEV)).and(query_param("dryRun", "All"));
    dry.and(body_partial_json(wanted)).respond_with(ok(&body)).with_priority(1).mount(&world.server).await;
    assert_snapshot!("cluster-upgrade-dry-run", world.kore(&["cluster", "upgrade", "payments/dev", "--dry-run"]).await);
    let (exit, _, err) = world.run(&["cluster", "upgrade", "payments/dev", "--to", "new", "--dry-run"]).await;
    assert!(exit == 2 && err.contains("is not a version like 1.36"), "{exit} {err}");
}

/// Something moves between preview and write, and the server refuses once. `by_ben`: somebody changed
/// the spec; else only the status has. `shown` is what the second preview shows.
async fn meets_another_change(by_ben: bool, shown: &str) -> World {
    let world = World::new().await;
    world.once("GET", DEV, ok(&cluster())).await;
    let mut moved = cluster();
    moved["metadata"]["resourceVersion"] = "8".into();
    if by_ben {
        moved["spec"]["overrides"] = json!({"nodePools": {"default": {"labels": {"by": "ben"}}}});
    }
    world.on("GET", DEV, ok(&moved)).await;
    for (etag, digest, shown) in [("\"7\"", "d1", "one node more"), ("\"8\"", "d2", shown)] {
        let mut body = serde_json::to_value(preview(&[])).unwrap();
        body["digest"] = digest.into();
        body["changes"][0]["path"] = shown.into();
        for verb in ["PUT", "DELETE"] {
            let dry = Mock::given(method(verb))
                .and(path(DEV))
                .and(query_param("dryRun", "All"))
                .and(header("if-match", etag));
            dry.respond_with(ok(&body)).with_priority(1).mount(&world.server).await;
            let refusal = Mock::given(method(verb)).and(path(DEV)).and(header("if-match", "\"7\""));
            refusal
                .respond_with(code(Code::PreconditionFailed, "it moved"))
                .with_priority(2)
                .mount(&world.server)
                .await;
        }
    }
    world.on("GET", &format!("/api/v1/operations/{OPERATION}"), ok(&operation("change", "done", &json!({})))).await;
    world
}

/// The server takes a write of what is there now, on exactly these terms, once.
async fn takes(world: &World, verb: &str, digest: Option<&'static str>) {
    let terms = move |request: &wiremock::Request| {
        request.url.query().is_none()
            && request.headers.get("if-match").is_some_and(|etag| etag == "\"8\"")
            && request.headers.get("if-preview-digest").map(|sent| sent.to_str().unwrap()) == digest
    };
    let taken = Mock::given(method(verb)).and(path(DEV)).and(terms);
    taken.respond_with(ok(&cluster()).insert_header("kore-operation", OPERATION)).expect(1).mount(&world.server).await;
}

#[tokio::test]
async fn what_is_done_is_what_was_confirmed() {
    let edit = ["cluster", "edit", "payments/dev", "--nodes", "2"];
    // What would happen is something else now: it is shown, and asked for again.
    let world = meets_another_change(true, "another image").await;
    let (exit, shown) = world.typed(&edit, "y\nn\n").await;
    assert!(exit == 1 && shown.contains("one node more") && shown.contains("another image"), "{exit} {shown}");
    assert!(shown.contains("it changed in the meantime") && shown.contains("not confirmed"), "{shown}");
    takes(&world, "PUT", Some("d2")).await;
    world.once("GET", DEV, ok(&cluster())).await;
    let (exit, shown) = world.typed(&edit, "y\ny\n").await;
    assert!(exit == 0 && shown.contains("cluster/payments/dev changed"), "{exit} {shown}");
    // It shows the same: nobody is asked twice.
    let world = meets_another_change(true, "one node more").await;
    takes(&world, "PUT", Some("d2")).await;
    let (exit, shown) = world.typed(&edit, "y\n").await;
    assert!(exit == 0 && shown.matches("one node more").count() == 1, "{exit} {shown}");
}

#[tokio::test]
async fn a_yes_beforehand_covers_no_change_by_others() {
    let edit = ["cluster", "edit", "payments/dev", "--nodes", "2", "--yes"];
    let delete = ["cluster", "delete", "payments/dev", "--yes"];
    for line in [&edit[..], &delete] {
        let world = meets_another_change(true, "another image").await;
        let (exit, out, err) = world.run(line).await;
        assert_eq!((exit, out.as_str()), (7, ""), "{err}");
        assert!(err.contains("warning: it changed in the meantime") && err.contains("another image"), "{err}");
        assert!(err.contains("error[KORE-OBJECT-0003]") && err.contains("repeat the command"), "{err}");
    }
    // A cluster that is still being made moves all the time; its spec is what it was.
    for (verb, line) in [("PUT", &edit[..]), ("DELETE", &delete)] {
        let world = meets_another_change(false, "one thing less to make").await;
        takes(&world, verb, None).await;
        let (exit, _, err) = world.run(line).await;
        assert!(exit == 0 && !err.contains("in the meantime"), "{exit} {err}");
    }
}

#[tokio::test]
async fn a_dry_run_ends_as_the_real_call_would() {
    let world = World::new().await;
    world.on("GET", DEV, ok(&cluster())).await;
    let problem = Problem::new(Code::InputInvalid, "size is 9").with_field(
        "/spec/overrides/nodePools/default/size",
        "maximum",
        "at most 5",
    );
    world.on("PUT", DEV, ok(&serde_json::to_value(preview(&[problem])).unwrap())).await;
    let (exit, out, err) =
        world.run(&["cluster", "edit", "payments/dev", "--nodes", "9", "--dry-run", "-o", "json"]).await;
    assert_eq!(exit, 1, "{err}");
    let refusal: Problem = serde_json::from_str(&err).unwrap();
    assert!(out.contains("\"digest\": \"d1\"") && refusal.errors[0].detail == "at most 5", "{out}{err}");
}

#[tokio::test]
async fn a_deletion_ends_with_the_record_that_nothing_is_left() {
    let _filters = filters();
    let world = World::new().await;
    world.on("GET", DEV, ok(&cluster())).await;
    let mut what = serde_json::to_value(preview(&[])).unwrap();
    what["actions"][0]["verb"] = "delete".into();
    let dry = Mock::given(method("DELETE")).and(path(DEV)).and(query_param("dryRun", "All"));
    dry.respond_with(ok(&what)).with_priority(1).mount(&world.server).await;
    world.on("DELETE", DEV, ok(&cluster()).insert_header("kore-operation", OPERATION)).await;
    let done = operation("delete", "done", &json!({"remainder": {"gone": 23, "left": 0}}));
    world.on("GET", &format!("/api/v1/operations/{OPERATION}"), ok(&done)).await;
    assert_snapshot!("cluster-delete", world.kore(&["cluster", "delete", "payments/dev", "--yes"]).await);
    let (exit, ..) = world.run(&["cluster", "delete", "payments/dev"]).await;
    assert_eq!(exit, 2, "nobody can be asked");
}

#[tokio::test]
async fn a_cluster_is_shown_and_a_missing_one_is_named() {
    let _filters = filters();
    let world = World::new().await;
    world.on("GET", DEV, ok(&cluster())).await;
    world.on("GET", &format!("/api/v1/operations/{OPERATION}"), ok(&operation("create", "done", &json!({})))).await;
    world.on("GET", "/api/v1/teams/payments/clusters/dve", code(Code::NotFound, "no")).await;
    world.on("GET", CLUSTERS, list("Cluster", &[cluster()])).await;
    assert_snapshot!("cluster-show", world.kore(&["cluster", "show", "payments/dev"]).await);
    assert_snapshot!("cluster-show-missing", world.kore(&["cluster", "show", "dve", "-t", "payments"]).await);
    world.write(".kore.yaml", "team: payments\ncluster: dev\n");
    let (exit, out, err) = world.run(&["cluster", "show", "-o", "name"]).await;
    assert_eq!((exit, out.as_str(), err.as_str()), (0, "cluster/payments/dev\n", "cluster payments/dev\n"));
}

#[tokio::test]
async fn teams_and_members() {
    let _filters = filters();
    let world = World::new().await;
    let team = object(
        "Team",
        None,
        "payments",
        json!({"id": "0193", "displayName": "Payments"}),
        json!({"namespace": "team-payments", "conditions": ready("True", "Reconciled")}),
    );
    let ana = object("Membership", Some("payments"), "ana", json!({"role": "owner"}), json!({}));
    world.on("GET", "/api/v1/teams", list("Team", std::slice::from_ref(&team))).await;
    world.on("POST", "/api/v1/teams", ok(&team)).await;
    world.on("GET", "/api/v1/teams/payments", ok(&team)).await;
    world.on("GET", "/api/v1/teams/payments/memberships", list("Membership", std::slice::from_ref(&ana))).await;
    world.on("POST", "/api/v1/teams/payments/memberships", ok(&ana)).await;
    world.on("GET", "/api/v1/teams/payments/memberships/ana", ok(&ana)).await;
    world.on("PUT", "/api/v1/teams/payments/memberships/ana", ok(&ana)).await;
    world.on("DELETE", "/api/v1/teams/payments/memberships/ana", ok(&ana)).await;
    let mut all = String::new();
    for line in [
        &["team", "create", "payments", "--display-name", "Payments"][..],
        &["team", "list"],
        &["team", "show", "payments"],
        &["team", "members", "payments"],
        &["team", "member", "add", "payments", "ana", "--role", "owner"],
        &["team", "member", "role", "payments", "ana", "owner"],
        &["team", "member", "remove", "payments", "ana", "--yes"],
    ] {
        all.push_str(&world.kore(line).await);
    }
    assert_snapshot!("team", all);
    let owns = Problem::new(Code::StillOwns, "team payments still owns cluster dev");
    world.on("DELETE", "/api/v1/teams/payments", refused(&owns)).await;
    let (exit, _, err) = world.run(&["team", "delete", "payments", "--yes"]).await;
    assert!(exit == 7 && err.contains("KORE-OBJECT-0005") && err.contains("dev"), "{err}");
}

#[tokio::test]
async fn people_plans_records() {
    let _filters = filters();
    let world = World::new().await;
    let user = object(
        "User",
        None,
        "ana",
        json!({"displayName": "Ana", "platformRole": "admin", "disabled": false}),
        json!({}),
    );
    world.on("GET", "/api/v1/users", list("User", std::slice::from_ref(&user))).await;
    world.on("GET", "/api/v1/users/ana", ok(&user)).await;
    world.on("PUT", "/api/v1/users/ana", ok(&user)).await;
    let plan = object(
        "Plan",
        None,
        "evaluation",
        json!({"provider": "local", "title": "Evaluation", "currentVersion": 1}),
        json!({"versions": [1]}),
    );
    let parameters = json!({"kubernetesVersion": "1.36", "driver": "auto", "nodePools": {"default": {"size": 1}}});
    let version = object(
        "PlanVersion",
        None,
        "evaluation-v1",
        json!({"plan": "evaluation", "version": 1, "provider": "local", "stage": "published", "parameters": parameters}),
        json!({"usedBy": 2}),
    );
    world.on("GET", "/api/v1/plans", list("Plan", std::slice::from_ref(&plan))).await;
    world.on("GET", "/api/v1/plans/evaluation", ok(&plan)).await;
    let driver = json!({
        "path": "driver", "title": "Driver", "description": "How far up the ladder a cluster goes.", "type": "string",
        "allowed": "auto | native | controlPlaneOnly", "immutable": true, "value": "auto", "editable": true,
    });
    let size = json!({
        "path": "nodePools.default.size", "title": "Nodes", "description": "Number of nodes.", "type": "integer",
        "allowed": "1 to 5", "unit": "nodes", "immutable": false, "effect": "inPlace", "value": 1, "editable": true,
    });
    let mut explanation = json!({
        "plan": "evaluation", "version": 1, "stage": "published", "policies": [], "parameters": [driver, size], "schema": {},
    });
    let explained = "/api/v1/plans/evaluation/explanation";
    world.once("GET", explained, ok(&explanation)).await;
    explanation["team"] = "payments".into();
    explanation["policies"] = json!(["small-nodes"]);
    for (index, says) in [(0, "locked"), (1, "at most 2")] {
        explanation["parameters"][index]["editable"] = json!(index == 1);
        explanation["parameters"][index]["rules"] =
            json!([{"policy": "small-nodes", "says": says, "reason": "nodes cost money", "owner": "platform-team"}]);
    }
    world.on("GET", explained, ok(&explanation)).await;
    world.on("GET", "/api/v1/planversions", list("PlanVersion", std::slice::from_ref(&version))).await;
    world.on("GET", "/api/v1/planversions/evaluation-v1", ok(&version)).await;
    world.on("GET", "/api/v1/operations", list("Operation", &[operation("create", "done", &json!({}))])).await;
    world.on("GET", &format!("/api/v1/operations/{OPERATION}"), ok(&operation("create", "done", &json!({})))).await;
    let record = json!({"id": "0193", "at": made(), "actor": "user:ana", "action": "cluster.create", "team": "payments", "object": "cluster/payments/dev", "result": "denied", "code": "KORE-AUTH-0003", "source": "cli"});
    world.on("GET", "/api/v1/auditrecords", list("AuditRecord", &[record])).await;
    world.on("GET", "/api/v1/whoami", ok(&json!({"name": "ana", "id": "0193", "platformRole": "admin", "teams": [{"team": "payments", "role": "owner"}], "sessionExpiresAt": made()}))).await;
    let mut all = String::new();
    for line in [
        &["user", "list"][..],
        &["user", "show", "ana"],
        &["user", "disable", "ana", "--yes"],
        &["plan", "list"],
        &["plan", "show", "evaluation"],
        &["plan", "explain", "evaluation"],
        &["policy", "explain", "--team", "payments", "--plan", "evaluation"],
        &["policy", "explain", "--plan", "evaluation"],
        &["plan", "versions", "evaluation"],
        &["operation", "list"],
        &["operation", "show", OPERATION],
        &["audit", "list", "--limit", "5"],
        &["whoami"],
        &["context", "list"],
        &["get", "nothings"],
        &["explain", "cluster.spec.overides"],
    ] {
        all.push_str(&world.kore(line).await);
    }
    assert_snapshot!("people-plans-records", all);
}

#[tokio::test]
async fn a_plan_version_is_published_with_all_its_defaults() {
    let world = World::new().await;
    let plan = object("Plan", None, "big", json!({"provider": "local"}), json!({}));
    world.on("GET", "/api/v1/plans/big", ok(&plan)).await;
    world.on("GET", "/api/v1/planversions", list("PlanVersion", &[])).await;
    let wanted = json!({"metadata": {"name": "big-v1"}, "spec": {"plan": "big", "version": 1, "provider": "local", "parameters": {"kubernetesVersion": "1.36", "driver": "native", "nodePools": {"default": {"size": 3}}}}});
    let version = object("PlanVersion", None, "big-v1", wanted["spec"].clone(), json!({}));
    let post = Mock::given(method("POST")).and(path("/api/v1/planversions")).and(body_partial_json(&wanted));
    post.respond_with(ok(&version)).expect(1).mount(&world.server).await;
    world.on("PUT", "/api/v1/plans/big", ok(&plan)).await;
    let (exit, out, err) = world.run(&["plan", "publish", "big", "--nodes", "3", "--set", "driver=native"]).await;
    assert_eq!((exit, out.as_str()), (0, "planversion/big-v1 published\n"), "{err}");
    let (exit, _, err) = world.run(&["plan", "publish", "big", "--nodes", "9"]).await;
    assert!(exit == 1 && err.contains("nodePools.default.size"), "{err}");
}

#[tokio::test]
async fn files_are_diffed_and_applied() {
    let world = World::new().await;
    world.write("cluster.yaml", "apiVersion: kore.internal/v1alpha1\nkind: Cluster\nmetadata: {name: dev, team: payments}\nspec:\n  plan: {name: evaluation}\n  overrides: {nodePools: {default: {size: 2}}}\n");
    world.on("GET", DEV, ok(&cluster())).await;
    let dry = Mock::given(method("PUT")).and(path(DEV)).and(query_param("dryRun", "All"));
    dry.respond_with(ok(&serde_json::to_value(preview(&[])).unwrap())).with_priority(1).mount(&world.server).await;
    assert_snapshot!(world.kore(&["diff", "-f", "cluster.yaml"]).await, @r"
    $ kore diff -f cluster.yaml
    [1]
    cluster/payments/dev
      ~ nodePools.default.size             1 → 2
    ");
    let put =
        Mock::given(method("PUT")).and(path(DEV)).and(body_partial_json(json!({"spec": {"plan": {"version": 1}}})));
    put.respond_with(ok(&cluster()).insert_header("kore-operation", OPERATION)).expect(1).mount(&world.server).await;
    world.on("GET", &format!("/api/v1/operations/{OPERATION}"), ok(&operation("change", "done", &json!({})))).await;
    assert_snapshot!(world.kore(&["apply", "-f", "cluster.yaml", "--progress", "quiet"]).await, @r"
    $ kore apply -f cluster.yaml --progress quiet
    [0]
    cluster/payments/dev changed
    --- stderr
    0 created, 1 changed, 0 unchanged
    ");
    let (exit, _, err) = world.run(&["diff", "-f", "nothing.yaml"]).await;
    assert_eq!(exit, 2, "1 means different and nothing else: {err}");
}

#[tokio::test]
async fn kube_entries_and_credentials() {
    let world = World::new().await;
    let access = json!({"server": "https://127.0.0.1:8421/k8s/payments/dev", "certificateAuthority": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"});
    world.on("GET", &format!("{DEV}/access"), ok(&access)).await;
    let expires = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(10);
    let credential = ok(&json!({"token": "kore_kc_secret", "expiresAt": expires}));
    Mock::given(method("POST"))
        .and(path(format!("{DEV}/credential")))
        .respond_with(credential)
        .expect(1)
        .mount(&world.server)
        .await;
    world.write(".kube/config", "# mine\nclusters: []\ncurrent-context: prod\n");
    let (exit, out, err) = world.run(&["kubeconfig", "add", "payments/dev"]).await;
    assert_eq!((exit, out.as_str()), (0, "context/kore/payments/dev\n"), "{err}");
    let text = world.read(".kube/config");
    assert!(
        text.starts_with("# mine\n") && text.contains("current-context: prod\n") && text.contains("kube-credential"),
        "{text}"
    );
    assert!(!text.contains("kore_kc_") && !text.contains("token:"), "{text}");
    let (_, out, _) = world.run(&["kubeconfig", "list"]).await;
    assert!(out.contains("kore/payments/dev"), "{out}");

    // The plugin answers from its cache the second time: the server is asked once.
    for _ in 0..2 {
        let (exit, out, err) =
            world.run(&["auth", "kube-credential", "--context", "test", "--cluster", "payments/dev"]).await;
        let value: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{exit} {out} {err}"));
        assert_eq!(value["apiVersion"], "client.authentication.k8s.io/v1");
        assert_eq!(value["status"]["token"], "kore_kc_secret");
    }
    use std::os::unix::fs::PermissionsExt;
    let cached = world.path(".cache/kore/credentials/test/payments.dev.json");
    assert_eq!(cached.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    // A child gets a kubeconfig of its own, which is gone afterwards; its exit code is ours.
    let (exit, out, err) =
        world.run(&["exec", "payments/dev", "--", "sh", "-c", "echo $KUBECONFIG; cat $KUBECONFIG; exit 7"]).await;
    assert_eq!(exit, 7, "{err}");
    assert!(out.contains("current-context: \"kore/payments/dev\"") && !out.contains("kore_kc_"), "{out}");
    assert!(!std::path::Path::new(out.lines().next().unwrap()).exists());

    let (exit, out, _) = world.run(&["kubeconfig", "remove", "payments/dev"]).await;
    assert_eq!((exit, out.as_str()), (0, "context/kore/payments/dev removed\n"));
    let text = world.read(".kube/config");
    assert!(text.starts_with("# mine\nclusters: []\ncurrent-context: prod\n"), "{text}");
}

fn audit_record(n: u32, more: &serde_json::Value) -> serde_json::Value {
    let mut record = json!({"id": format!("0193-{n}"), "at": "2026-11-22T12:00:00Z", "actor": "user:ana", "action": "cluster.update", "team": "payments", "object": "cluster/payments/dev", "result": "allowed", "source": "cli", "requestId": "r-1"});
    record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    record
}

#[tokio::test]
async fn the_audit_trail_is_narrowed_exported_and_shown_by_request() {
    let world = World::new().await;
    let changed = audit_record(1, &json!({"changes": [{"path": "spec.paused", "before": true, "after": false}]}));
    let refused =
        audit_record(2, &json!({"result": "failed", "code": "KORE-CLUSTER-0001", "status": 503, "detail": "=a,b"}));
    let page = |items: &[serde_json::Value], token: &str| {
        ok(
            &json!({"apiVersion": "kore.internal/v1alpha1", "kind": "AuditRecordList", "metadata": {"continue": token}, "items": items}),
        )
    };
    let get = |filter: &str| {
        let get = Mock::given(method("GET")).and(path("/api/v1/auditrecords"));
        get.and(query_param("filter", filter))
    };
    let narrowed = "at>=2026-11-01T00:00:00Z,actor=user:ana,action~cluster";
    let second =
        get(narrowed).and(query_param("continue", "next")).respond_with(page(std::slice::from_ref(&changed), ""));
    second.with_priority(1).expect(3).mount(&world.server).await;
    get(narrowed).respond_with(page(std::slice::from_ref(&refused), "next")).mount(&world.server).await;
    get("requestId=r-1").respond_with(page(&[refused.clone(), changed.clone()], "")).mount(&world.server).await;
    get("requestId=r-2").respond_with(page(&[], "")).mount(&world.server).await;
    let which = ["--since", "2026-11-01", "--actor", "ana", "--action", "cluster"];
    let (exit, out, err) = world.run(&[&["audit", "export", "--format", "csv"][..], &which].concat()).await;
    assert_eq!((exit, err.as_str()), (0, "2 records exported\n"));
    let mut all = out.replace("\r\n", "\n");
    let (exit, out, _) = world.run(&[&["audit", "export"][..], &which].concat()).await;
    assert_eq!((exit, out), (0, format!("{refused}\n{changed}\n")));
    world.write("place/x", "");
    let (exit, out, err) = world.run(&[&["audit", "export", "--file", "place/all.jsonl"][..], &which].concat()).await;
    assert_eq!((exit, out.as_str(), err.as_str()), (0, "", "2 records exported to place/all.jsonl\n"));
    for line in [&["audit", "show", "r-1"][..], &["audit", "show", "r-2"], &["audit", "list", "--since", "soon"]] {
        all.push_str(&world.kore(line).await);
    }
    assert_snapshot!("audit-records", all);
}

#[tokio::test]
async fn a_trail_is_verified_and_its_delivery_told() {
    let world = World::new().await;
    let chain = json!({"writer": "kored/default/host", "first": 1, "last": 120, "signed": 118, "records": 120});
    let verified = json!({"intact": true, "at": "2026-11-22T12:00:00Z", "records": 120, "chains": [chain], "checkpoints": 7, "lastCheckpoint": "2026-11-22T12:00:00Z", "key": "0123456789abcdef", "findings": []});
    let mut broken = verified.clone();
    broken["intact"] = json!(false);
    broken["findings"] = json!([{"place": "record 17 of kored/default/host", "what": "it was changed"}]);
    let answer = Mock::given(method("GET")).and(path("/api/v1/audit/verification")).respond_with(ok(&verified));
    answer.up_to_n_times(1).with_priority(1).mount(&world.server).await;
    world.on("GET", "/api/v1/audit/verification", ok(&broken)).await;
    let mut all = world.kore(&["audit", "verify"]).await;
    all.push_str(&world.kore(&["audit", "verify"]).await);
    let (exit, out, _) = world.run(&["audit", "verify", "-o", "json"]).await;
    assert_eq!((exit, serde_json::from_str::<serde_json::Value>(&out).unwrap()), (1, broken));
    let sinks = json!({"items": [
        {"name": "archive", "target": "/var/log/kore/audit.jsonl", "delivered": 120, "behind": 0, "upTo": "2026-11-22T12:00:00Z", "deliveredAt": "2026-11-22T12:00:00Z"},
        {"name": "siem", "target": "https://siem.example/kore", "delivered": 20, "behind": 100, "failingSince": made(), "lastError": "it answered 503 Service Unavailable"},
    ]});
    world.on("GET", "/api/v1/audit/sinks", ok(&sinks)).await;
    all.push_str(&world.kore(&["audit", "sinks"]).await);
    assert_snapshot!("audit-trail", all);
}
