//! Crashes: of each part alone, of everything at once, and of the machine. The same clusters come
//! back with their data.

use std::{
    collections::BTreeMap,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command},
    time::Duration,
};

use crate::{
    inventory::{Inventory, nothing_left_since, processes},
    machine::{Machine, eventually},
};

const POD: &str = include_str!("web.yaml");
const CONTEXT: &str = "kore/sandbox/first";

#[test]
fn a_cluster_survives_the_crash_of_each_part_of_everything_and_of_the_machine() {
    let mut machine = Machine::new("crashes");
    let before = Inventory::take(&machine.installation);
    machine.up(&[]);
    machine.kore(&["kubeconfig", "add", "sandbox/first"]);
    let manifest = machine.path("web.yaml");
    std::fs::write(&manifest, POD).unwrap();
    kubectl(&machine, &["apply", "-f", manifest.to_str().unwrap()]);
    kubectl(&machine, &["rollout", "status", "deployment/web", "--timeout=180s"]);
    kubectl(&machine, &["exec", "deployment/web", "--", "/bin/sh", "-c", "echo kept on the volume > /data/note"]);
    kubectl(&machine, &["create", "configmap", "kept", "--from-literal=word=kept in etcd"]);
    let identity = identity(&machine);

    each_part_is_started_again(&machine);
    a_container_runtime_ends_when_nodes_cannot_use_it(&machine);

    kill_everything(&machine);
    machine.up(&[]);
    // When kore up says that it is back, it is: the status of before the crash says so as well.
    kubectl(&machine, &["get", "configmap", "kept"]);
    all_is_there(&machine, &identity);

    kill_everything(&machine);
    let mut innocent = forget_as_a_reboot_does(&machine);
    machine.up(&[]);
    all_is_there(&machine, &identity);
    assert_eq!(innocent.try_wait().unwrap(), None, "a process that got an old process's id was ended");
    innocent.kill().unwrap();
    innocent.wait().unwrap();

    // Nobody is there who could delete the cluster as it should be.
    kill_everything(&machine);
    machine.purge();
    nothing_left_since(&before, &machine.installation);
}

fn kubectl(machine: &Machine, arguments: &[&str]) -> String {
    machine.kubectl(&[&["--context", CONTEXT], arguments].concat())
}

/// The same as soon as it works: an API server that has just started knows nobody's rights yet.
fn kubectl_soon(machine: &Machine, arguments: &[&str]) -> String {
    let arguments = [&["--context", CONTEXT], arguments].concat();
    let output = eventually(&format!("kubectl {}", arguments.join(" ")), Duration::from_secs(180), || {
        let output = machine.quietly("kubectl", &arguments);
        output.status.success().then_some(output.stdout)
    });
    String::from_utf8(output).unwrap()
}

/// What must not change: the cluster's uid for Kore, and the one that Kubernetes made for itself.
fn identity(machine: &Machine) -> [String; 2] {
    let cluster: serde_json::Value =
        serde_json::from_str(&machine.kore(&["cluster", "show", "sandbox/first", "-o", "json"])).unwrap();
    let own = kubectl_soon(machine, &["get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"]);
    let uid = cluster["metadata"]["uid"].as_str().unwrap().to_owned();
    assert!(uid.len() == 36 && own.len() == 36, "{uid} {own}");
    [uid, own]
}

/// Pids by name of everything that the supervisor runs; nothing while one of them is not ready.
fn ready_pids(machine: &Machine) -> Option<BTreeMap<String, i64>> {
    let output = machine.quietly("kore", &["status", "--name", &machine.installation, "-o", "json"]);
    let status: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let processes = status["processes"].as_array()?.iter();
    let pids: BTreeMap<String, i64> =
        processes.filter_map(|one| Some((one["spec"]["name"].as_str()?.to_owned(), one["pid"].as_i64()?))).collect();
    (output.status.success() && pids.len() == status["processes"].as_array()?.len()).then_some(pids)
}

fn each_part_is_started_again(machine: &Machine) {
    let pods = [
        "get",
        "pods",
        "-o",
        "jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[*].containerID}{\"\\n\"}{end}",
    ];
    let running = kubectl(machine, &pods);
    assert_eq!(running.lines().count(), 2, "{running}");
    let look = || ready_pids(machine);
    let mut pids = eventually("everything ready", Duration::from_secs(60), look);
    for part in [
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kore-storage-provisioner",
        "relay",
        "registry-relay",
        "containerd",
        "kubelet",
        "kube-proxy",
        "registry",
        "server",
    ] {
        let victims: Vec<String> =
            pids.keys().filter(|name| *name == part || name.ends_with(&format!("/{part}"))).cloned().collect();
        assert!(!victims.is_empty(), "no process {part} among {pids:?}");
        for victim in victims {
            println!("-- {victim} is killed");
            kill(pids[&victim]);
            let now = eventually(&format!("{victim} to be started again"), Duration::from_secs(90), || {
                ready_pids(machine).filter(|now| now.get(&victim).is_some_and(|pid| *pid != pids[&victim]))
            });
            if victim == "server" {
                let touched: Vec<_> = pids.iter().filter(|(name, pid)| now.get(*name) != Some(*pid)).collect();
                assert_eq!(touched.len(), 1, "the server's end touched others: {touched:?}");
            }
            pids = now;
        }
    }
    cluster_is_ready(machine);
    assert_eq!(kubectl(machine, &pods), running, "pods were not kept");
    let note = kubectl(machine, &["exec", "deployment/web", "--", "/bin/cat", "/data/note"]);
    assert_eq!(note, "kept on the volume\n");
}

/// Where inotify instances have run out, containerd serves on without CRI unless told otherwise: it
/// would never be started again, and its node never be ready.
fn a_container_runtime_ends_when_nodes_cannot_use_it(machine: &Machine) {
    let node = std::fs::read_dir(machine.data().join("nodes")).unwrap().next().unwrap().unwrap().path();
    let configuration = std::fs::read_to_string(node.join("containerd.toml")).unwrap();
    let elsewhere = machine.path("runtime");
    std::fs::create_dir(&elsewhere).unwrap();
    let file = elsewhere.join("containerd.toml");
    let moved = configuration.replace(node.to_str().unwrap(), elsewhere.to_str().unwrap());
    std::fs::write(&file, moved).unwrap();
    let script = "echo 0 >/proc/sys/user/max_inotify_instances && exec timeout 30 containerd --config \"$1\"";
    let arguments = ["-Urnm", "sh", "-c", script, "sh", file.to_str().unwrap()];
    let output = machine.run("unshare", &arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("couldn't initialize inotify"), "{}", output.status);
}

fn cluster_is_ready(machine: &Machine) {
    eventually("the cluster to be Ready", Duration::from_secs(120), || {
        let output = machine.quietly("kore", &["cluster", "show", "sandbox/first", "-o", "json"]);
        let cluster: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
        let conditions = cluster["status"]["conditions"].as_array()?;
        conditions.iter().any(|one| one["type"] == "Ready" && one["status"] == "True").then_some(())
    });
}

fn all_is_there(machine: &Machine, identity: &[String; 2]) {
    cluster_is_ready(machine);
    assert_eq!(&self::identity(machine), identity, "another cluster has come back");
    let word = kubectl(machine, &["get", "configmap", "kept", "-o", "jsonpath={.data.word}"]);
    assert_eq!(word, "kept in etcd");
    // What the status says may be from before; what runs in the pods may not.
    let pods = kubectl(machine, &["get", "pods", "-l", "app=web", "-o", "name"]);
    assert_eq!(pods.lines().count(), 2, "{pods}");
    for pod in pods.lines() {
        let note = kubectl_soon(machine, &["exec", pod, "--", "/bin/cat", "/data/note"]);
        assert_eq!(note, "kept on the volume\n");
    }
    kubectl(machine, &["rollout", "status", "deployment/web", "--timeout=180s"]);
}

fn kill(pid: i64) {
    // Ended in between is what we want.
    let _ = Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
}

/// The supervisor first, or it would start the others again.
fn kill_everything(machine: &Machine) {
    println!("-- everything is killed");
    // Sees what runs, so that it is known when it stays.
    Inventory::take(&machine.installation);
    eventually("everything to be dead", Duration::from_secs(30), || {
        let mut ours: Vec<_> = processes()
            .into_iter()
            .filter(|process| process.installation.as_ref() == Some(&machine.installation))
            .collect();
        ours.sort_by_key(|process| !process.supervises);
        ours.iter().for_each(|process| kill(process.pid.into()));
        ours.is_empty().then_some(())
    });
}

/// Takes away what a reboot takes, and answers a process that has got the id of those before it.
fn forget_as_a_reboot_does(machine: &Machine) -> Child {
    println!("-- the machine forgets");
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().unwrap();
        assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let now = Inventory::take(&machine.installation);
    let names = |kind: &'static str| now.of(kind).map(str::to_owned).collect::<Vec<_>>();
    let dotted = format!("kore.{}.", machine.installation);
    let data = machine.data().display().to_string();
    for mount in names("mount").iter().rev().filter(|mount| mount.starts_with(&data)) {
        run("umount", &["--lazy", mount]);
    }
    for namespace in names("netns").iter().filter(|name| name.starts_with(&dotted)) {
        run("ip", &["netns", "delete", namespace.split(' ').next().unwrap()]);
    }
    let alias = format!("kore:{}:", machine.installation);
    for link in names("link").iter().filter(|link| link.contains(&alias)) {
        // One end of a pair takes the other along, and a namespace those that are in it.
        let _ = Command::new("ip").args(["link", "delete", link.split(' ').next().unwrap()]).output().unwrap();
    }
    for table in names("nft").iter().filter(|table| table.contains(&dotted)) {
        run("nft", &[&["delete"], &table.split(' ').collect::<Vec<_>>()[..]].concat());
    }
    let group = format!("/kore/{}", machine.installation);
    // The deepest first.
    for directory in names("cgroup").iter().rev().filter(|directory| directory.contains(&group)) {
        run("rmdir", &[directory]);
    }
    for socket in names("socket") {
        std::fs::remove_file(socket).unwrap();
    }
    let left = Inventory::take(&machine.installation);
    let kinds = ["process", "netns", "cgroup", "socket"];
    let left: Vec<_> =
        kinds.iter().flat_map(|kind| left.of(kind)).filter(|item| item.contains(&machine.installation)).collect();
    assert!(left.is_empty(), "{left:?}");

    // Another boot, in which somebody else has the ids.
    let innocent = Command::new("sleep").arg("1000").process_group(0).spawn().unwrap();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", innocent.id())).unwrap();
    let ticks: u64 = stat.rsplit_once(')').unwrap().1.split_whitespace().nth(19).unwrap().parse().unwrap();
    let changed = rewrite(&machine.data().join("run/processes"), &|record| {
        let running = &mut record["running"];
        running["boot"] = "11111111-2222-4333-8444-555555555555".into();
        running["pid"] = innocent.id().into();
        running["startTicks"] = ticks.into();
    });
    assert!(changed > 10, "only {changed} records of processes");
    innocent
}

/// Changes every record below a directory; answers how many.
fn rewrite(directory: &Path, change: &impl Fn(&mut serde_json::Value)) -> usize {
    let mut count = 0;
    for path in std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            count += rewrite(&path, change);
            continue;
        }
        let mut record = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        change(&mut record);
        std::fs::write(&path, record.to_string()).unwrap();
        count += 1;
    }
    count
}
