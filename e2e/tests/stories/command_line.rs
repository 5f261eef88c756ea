//! The command line from outside: coming up beside others, signing in elsewhere, files, streams, Ctrl-C,
//! going down and coming back. One installation serves the whole story.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::{
    browser::Browser,
    machine::{Machine, eventually},
};

const APP: &str = include_str!("web.yaml");
const PASSWORD: &str = "nine lives of a ferry boat";
const OTHER_PASSWORD: &str = "seven bridges over cold water";

#[test]
fn the_command_line_is_lived_with() {
    let mut machine = Machine::new("cli");
    let block = comes_up_beside_others(&machine);
    let server = line_with(&block, "Address").split_whitespace().nth(1).unwrap().to_owned();
    let claim = word_with(&block, "/auth/claim/");

    let mut browser = claims(&claim);
    signs_in_elsewhere(&machine, &server, &mut browser);
    applies_files(&machine);
    runs_a_shell(&machine);
    follows_the_audit_trail(&machine);
    reads_logs(&machine);
    opens_an_app(&machine);
    detaches_from_work_that_goes_on(&machine);
    speaks_json_to_programs(&machine);
    goes_down_and_comes_back(&machine);
    resets_the_password(&machine, &server, browser);

    machine.purge();
}

/// The port is taken: another is suggested, and works. Two at the same moment: one of them does it.
fn comes_up_beside_others(machine: &Machine) -> String {
    let holder = TcpListener::bind(("127.0.0.1", machine.port())).unwrap();
    let port = machine.port().to_string();
    let error = machine.kore_fails(1, &["up", "--name", &machine.installation, "--port", &port]);
    assert!(error.contains("KORE-LOCAL-0001") && error.contains(&format!("pid {}", std::process::id())), "{error}");
    let fix = line_with(&error, "fix").split("kore up ").nth(1).expect("a command to type").to_owned();
    let suggested: Vec<&str> = fix.split_whitespace().collect();
    assert!(suggested.contains(&"--port") && !suggested.contains(&port.as_str()), "{fix}");

    let start = || {
        let mut command = machine.command("kore");
        command.arg("up").args(&suggested).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let (one, other) = (start(), start());
    let ended = [one.wait_with_output().unwrap(), other.wait_with_output().unwrap()];
    let codes: Vec<Option<i32>> = ended.iter().map(|output| output.status.code()).collect();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for output in &ended {
        println!("$ kore up {fix}\n{}{}", text(&output.stdout), text(&output.stderr));
    }
    assert!(codes == [Some(0), Some(7)] || codes == [Some(7), Some(0)], "one of them does it: {codes:?}");
    let (winner, loser) = if codes[0] == Some(0) { (&ended[0], &ended[1]) } else { (&ended[1], &ended[0]) };
    assert!(text(&loser.stderr).contains("KORE-LOCAL-0005"), "the other one is told");
    assert!(!text(&winner.stderr).contains('\u{1b}'), "no escape codes without a terminal");
    drop(holder);

    // A later one finds everything as it is, by the context alone.
    let again = machine.kore(&["up"]);
    assert!(again.contains("already up"), "{again}");
    text(&winner.stdout)
}

/// The one-use link sets the password, once.
fn claims(claim: &str) -> Browser {
    let mut browser = Browser::default();
    let page = browser.get(claim);
    assert!(page.status == 200 && page.body.contains("Welcome to Kore"), "{}", page.body);
    let short = browser.submit(&page, claim, &[("password", "short"), ("again", "short")]);
    assert_eq!(short.status, 422, "{}", short.body);
    let page = browser.get(claim);
    let done = browser.submit(&page, claim, &[("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(Browser::default().get(claim).status, 410, "it works once");
    browser
}

/// From a second home: by a code on another device, by the browser and proof key; and out again.
fn signs_in_elsewhere(machine: &Machine, server: &str, browser: &mut Browser) {
    let home = machine.path("elsewhere");
    std::fs::create_dir(&home).unwrap();
    let elsewhere = |arguments: &[&str]| {
        let mut command = machine.command("kore");
        command.args(arguments).env("HOME", &home);
        command
    };
    let run = |arguments: &[&str]| elsewhere(arguments).output().unwrap();
    assert_eq!(run(&["team", "list"]).status.code(), Some(4), "nobody is signed in there");

    let mut login = Spoken::start(elsewhere(&["login", server, "--name", "by-code", "--device"]));
    let address = word_with(&login.until("/auth/device/verify"), "http://");
    let code = login.until("code").split_whitespace().last().unwrap().to_owned();
    let asked = format!("{address}?user_code={code}");
    let page = browser.get(&asked);
    assert!(page.body.contains(&code) && page.body.contains("kore cli/"), "who asks is named: {}", page.body);
    let done = browser.submit(&page, &address, &[("decision", "allow")]);
    assert!(done.body.contains("The terminal is signed in"), "{}", done.body);
    assert_eq!(login.end(), Some(0));

    let mut login = Spoken::start(elsewhere(&["login", server, "--name", "by-browser", "--no-browser"]));
    let address = word_with(&login.until("/auth/authorize?"), "http://");
    let page = browser.get(&address);
    let authorize = address.split('?').next().unwrap();
    let sent = browser.submit(&page, authorize, &[("decision", "allow")]);
    let back = sent.location.unwrap_or_else(|| panic!("{} {}", sent.status, sent.body));
    // Somebody else's answer does not count.
    let forged = format!("{}?code=kore_ac_forged&state=forged", back.split('?').next().unwrap());
    assert_eq!(Browser::default().get(&forged).status, 404);
    assert!(Browser::default().get(&back).body.contains("You are signed in"));
    assert_eq!(login.end(), Some(0));

    let who = run(&["whoami", "-o", "json"]);
    let who: Value = serde_json::from_slice(&who.stdout).unwrap();
    assert_eq!(who["name"], "admin");
    let names = run(&["context", "list", "-o", "jsonl"]);
    let names = String::from_utf8(names.stdout).unwrap();
    assert!(names.contains("by-code") && names.contains("by-browser"), "{names}");

    // Signed out: here and at the server, and only this session.
    let token = String::from_utf8(run(&["auth", "token"]).stdout).unwrap();
    let with_token = |arguments: &[&str]| {
        elsewhere(arguments).env("KORE_SERVER", server).env("KORE_TOKEN", token.trim()).output().unwrap()
    };
    assert_eq!(with_token(&["team", "list"]).status.code(), Some(0));
    assert_eq!(run(&["logout"]).status.code(), Some(0));
    assert_eq!(run(&["team", "list"]).status.code(), Some(4));
    assert_eq!(with_token(&["team", "list"]).status.code(), Some(4), "the server knows the token no more");
    assert_eq!(run(&["team", "list", "--context", "by-code"]).status.code(), Some(0), "the other session lives");
}

fn applies_files(machine: &Machine) {
    let files = machine.path("files");
    std::fs::create_dir(&files).unwrap();
    let write = |name: &str, text: &str| std::fs::write(files.join(name), text).unwrap();
    let team = |description: &str| {
        format!(
            "apiVersion: kore.internal/v1alpha1\nkind: Team\nmetadata: {{name: paper}}\nspec: {{description: {description}}}\n"
        )
    };
    write("1-team.yaml", &team("first"));
    write(
        "2-cluster.yaml",
        "apiVersion: kore.internal/v1alpha1\nkind: Cluster\nmetadata: {name: dev, team: paper}\nspec: {plan: {name: evaluation}, overrides: {driver: controlPlaneOnly}}\n",
    );
    let path = files.to_str().unwrap();
    let teams = format!("{path}/1-team.yaml");
    let diff = machine.run("kore", &["diff", "-f", &teams]);
    assert_eq!(diff.status.code(), Some(1), "there is a difference");
    assert!(String::from_utf8_lossy(&diff.stdout).contains("would be made"));

    let applied = machine.run("kore", &["apply", "-f", path]);
    assert_eq!(applied.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&applied.stderr).contains("2 created, 0 changed, 0 unchanged"));
    assert_eq!(machine.kore(&["diff", "-f", path]), "", "no difference, exit 0");
    let again = machine.run("kore", &["apply", "-f", path]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("0 created, 0 changed, 2 unchanged"));
    // What is read can be applied as it is.
    let exported = machine.kore(&["get", "cluster", "paper/dev", "-o", "yaml", "--export"]);
    write("2-cluster.yaml", &exported);
    assert_eq!(machine.kore(&["diff", "-f", path]), "");

    write("1-team.yaml", &team("second"));
    let diff = machine.run("kore", &["diff", "-f", path]);
    assert!(diff.status.code() == Some(1) && String::from_utf8_lossy(&diff.stdout).contains("second"));
    machine.kore(&["apply", "-f", &teams]);
    assert_eq!(machine.kore(&["diff", "-f", path]), "");
    write(
        "3-wrong.yaml",
        "apiVersion: kore.internal/v1alpha1\nkind: Team\nmetadata: {name: paper}\nspec: {colour: red}\n",
    );
    let error = machine.kore_fails(1, &["apply", "-f", &format!("{path}/3-wrong.yaml")]);
    assert!(error.contains("KORE-INPUT-0002") && error.contains("colour"), "{error}");
    machine.kore_fails(2, &["diff", "-f", &format!("{path}/3-wrong.yaml")]);
    std::fs::remove_file(files.join("3-wrong.yaml")).unwrap();
    machine.kore(&["delete", "-f", path, "--yes"]);
    machine.kore_fails(6, &["team", "show", "paper"]);
}

fn runs_a_shell(machine: &Machine) {
    let mut command = machine.command("kore");
    command.args(["shell", "sandbox/first"]).env("SHELL", "/bin/sh");
    let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = b"echo on $KORE_CLUSTER\nkubectl get namespaces -o name\necho $KUBECONFIG\nexit 3\n";
    shell.stdin.take().unwrap().write_all(lines).unwrap();
    let output = shell.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("on sandbox/first") && text.contains("namespace/default"), "{text}");
    let kubeconfig = text.lines().last().unwrap();
    assert!(kubeconfig.starts_with('/') && !std::path::Path::new(kubeconfig).exists(), "it goes with the shell");
    assert!(!machine.path(".kube/config").exists(), "the person's own file is not touched");
}

fn follows_the_audit_trail(machine: &Machine) {
    let mut command = machine.command("kore");
    command.args(["audit", "list", "--follow", "--limit", "1", "-o", "jsonl"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    // The list comes first, then what happens from now on.
    lines.next().expect("what was there");
    machine.kore(&["team", "create", "watched"]);
    let record = lines.find(|line| line.contains("team.create") && line.contains("watched")).unwrap();
    let record: Value = serde_json::from_str(&record).unwrap();
    assert_eq!((&record["actor"], &record["result"]), (&Value::from("user:admin"), &Value::from("allowed")));
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    machine.kore(&["team", "delete", "watched", "--yes"]);
}

fn reads_logs(machine: &Machine) {
    let all = machine.run("kore", &["logs", "platform", "--tail", "1"]);
    let names = String::from_utf8_lossy(&all.stderr).into_owned();
    for process in ["management/kube-apiserver", "sandbox.first/etcd", "server"] {
        assert!(names.contains(&format!("== {process}")), "{names}");
    }
    machine.kore(&["logs", "platform", "--component", "kube-apiserver", "--tail", "3"]);
    machine.kore_fails(6, &["logs", "platform", "--component", "nothing-of-that-name"]);
}

fn opens_an_app(machine: &Machine) {
    let kubectl = ["exec", "sandbox/first", "--", "kubectl"];
    let manifest = machine.path("web.yaml");
    std::fs::write(&manifest, APP).unwrap();
    machine.kore(&[&kubectl[..], &["apply", "-f", manifest.to_str().unwrap()]].concat());
    machine.kore(&[&kubectl[..], &["rollout", "status", "deployment/web", "--timeout=180s"]].concat());
    let error = machine.kore_fails(6, &["open", "sandbox/first", "service/none", "--no-browser"]);
    assert!(error.contains("cannot be read") && error.contains("not found"), "{error}");

    let mut command = machine.command("kore");
    command.args(["open", "sandbox/first", "service/web", "--no-browser"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut address = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let host = address.trim().strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&host).unwrap();
    stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").unwrap();
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status).unwrap();
    assert!(status.contains("200 OK"), "the app answers in the browser: {status}");
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    eventually("the way in is closed", Duration::from_secs(10), || TcpStream::connect(&host).is_err().then_some(()));
}

fn detaches_from_work_that_goes_on(machine: &Machine) {
    machine.kore(&["team", "create", "payments"]);
    let mut command = machine.command("kore");
    command.args(["cluster", "create", "payments/dev", "--plan", "evaluation", "--set", "driver=controlPlaneOnly"]);
    let mut create = Spoken::start(command);
    create.until("running");
    interrupt(&create.child);
    let hint = create.until("kore operation follow");
    assert_eq!(create.end(), Some(130));
    let operation = hint.split_whitespace().last().unwrap().to_owned();
    let followed = machine.run("kore", &["operation", "watch", &operation]);
    assert_eq!(followed.status.code(), Some(0), "the work went on");
    machine.kore(&["wait", "cluster", "payments/dev", "--for", "condition=Ready", "--timeout", "60s"]);
    // A wait that is too short says that the work goes on; it does.
    let error = machine
        .kore_fails(8, &["wait", "cluster", "payments/dev", "--for", "condition=Ready=False", "--timeout", "1s"]);
    assert!(error.contains("is not there yet"), "{error}");
    machine.kore(&["cluster", "delete", "payments/dev", "--yes"]);
}

fn speaks_json_to_programs(machine: &Machine) {
    let mut command = machine.command("kore");
    let output = command.args(["cluster", "show", "sandbox/frist", "-o", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    let problem: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!((&problem["code"], &problem["exit"]), (&Value::from("KORE-OBJECT-0001"), &Value::from(6)));
    assert!(problem["fix"].to_string().contains("sandbox/first"), "{problem}");
    let list: Value = serde_json::from_str(&machine.kore(&["cluster", "list", "-o", "json"])).unwrap();
    assert_eq!(list["items"][0]["metadata"]["name"], "first");
    // The shell's completion asks the same server.
    let mut command = machine.command("kore");
    command.args(["--", "kore", "exec", "sand"]);
    command.env("KORE_COMPLETE", "bash").env("_CLAP_IFS", "\n").env("_CLAP_COMPLETE_INDEX", "2");
    assert_eq!(String::from_utf8(command.output().unwrap().stdout).unwrap(), "sandbox/first");
}

/// The same clusters with their data, and the same people.
fn goes_down_and_comes_back(machine: &Machine) {
    let identity = || {
        let cluster: Value =
            serde_json::from_str(&machine.kore(&["cluster", "show", "sandbox/first", "-o", "json"])).unwrap();
        cluster["metadata"]["uid"].as_str().unwrap().to_owned()
    };
    let before = identity();
    let kubectl = ["exec", "sandbox/first", "--", "kubectl"];
    machine.kore(&[&kubectl[..], &["create", "configmap", "kept", "--from-literal=a=b"]].concat());
    machine.kore(&["down"]);
    machine.kore_fails(1, &["status"]);
    let error = machine.kore_fails(10, &["cluster", "list"]);
    assert!(error.contains("KORE-SERVER-0001") && error.contains("kore up"), "{error}");
    machine.kore(&["down"]);
    machine.kore(&["up"]);
    assert_eq!(identity(), before);
    let kept = machine.kore(&[&kubectl[..], &["get", "configmap", "kept", "-o", "jsonpath={.data.a}"]].concat());
    assert_eq!(kept, "b");
}

/// A new link, a new password: the old one and everybody who was signed in by it are out.
fn resets_the_password(machine: &Machine, server: &str, mut browser: Browser) {
    let account = format!("{server}/auth/account");
    assert_eq!(browser.get(&account).status, 200, "signed in across down and up");
    let link = machine.kore(&["admin", "reset-link"]).trim().to_owned();
    let mut other = Browser::default();
    let page = other.get(&link);
    assert!(page.body.contains("Choose a new password"), "{}", page.body);
    let done = other.submit(&page, &link, &[("password", OTHER_PASSWORD), ("again", OTHER_PASSWORD)]);
    assert_eq!(done.status, 303, "{}", done.body);
    assert_ne!(browser.get(&account).status, 200, "whoever was signed in is out");
    machine.kore_fails(4, &["team", "list"]);

    let login = format!("{server}/auth/login");
    let sign_in = |password: &str| {
        let mut browser = Browser::default();
        let page = browser.get(&login);
        browser.submit(&page, &login, &[("name", "admin"), ("password", password)]).status
    };
    assert_eq!((sign_in(PASSWORD), sign_in(OTHER_PASSWORD)), (401, 303));
    machine.kore(&["up"]);
    machine.kore(&["team", "list"]);
}

/// A program whose standard error is read line by line.
struct Spoken {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStderr>>,
}

impl Spoken {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line with this text in it.
    fn until(&mut self, text: &str) -> String {
        let mut said = Vec::new();
        for line in self.lines.by_ref().map_while(Result::ok) {
            if line.contains(text) {
                return line;
            }
            said.push(line);
        }
        panic!("it never said {text:?}: {}", said.join("\n"));
    }

    fn end(mut self) -> Option<i32> {
        for line in self.lines.by_ref().map_while(Result::ok) {
            println!("{line}");
        }
        self.child.wait().unwrap().code()
    }
}

/// What Ctrl-C does.
fn interrupt(child: &Child) {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

fn line_with<'a>(text: &'a str, what: &str) -> &'a str {
    text.lines().find(|line| line.contains(what)).unwrap_or_else(|| panic!("no {what} in {text}"))
}

fn word_with(text: &str, what: &str) -> String {
    text.split_whitespace().find(|word| word.contains(what)).unwrap_or_else(|| panic!("no {what} in {text}")).to_owned()
}
