//! The cache of built programs keeps what is used and loses what is not.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

#[test]
fn what_nobody_asked_for_in_weeks_leaves_the_cache_unless_it_runs() {
    let clone = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let set = fs::read_link(clone.join("bin/tools")).expect("`make tools` comes first");
    let home = tempfile::tempdir().unwrap();
    let (copy, cache) = (home.path().join("clone"), home.path().join("tools"));
    fs::create_dir(&copy).unwrap();
    run(Command::new("cp").arg("-r").args([clone.join("tools"), clone.join("kubernetes"), copy.clone()]));
    let entry = |name: &Path| {
        let path = cache.join(name);
        fs::create_dir_all(&path).unwrap();
        fs::copy("/bin/sleep", path.join("sleep")).unwrap();
        path
    };
    let used = entry(Path::new(set.file_name().unwrap()));
    let (young, old, running) = (entry(Path::new("young")), entry(Path::new("old")), entry(Path::new("running")));
    let mut sleeper = Command::new(running.join("sleep")).arg("100").spawn().unwrap();
    run(Command::new("touch").args(["-d", "20 days ago"]).args([&used, &old, &running]));

    let built = Command::new(copy.join("tools/build")).env("KORE_CACHE", home.path()).output();
    sleeper.kill().unwrap();
    sleeper.wait().unwrap();
    let built = built.unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let there = [&used, &young, &old, &running].map(|path| path.exists());
    assert_eq!(
        there,
        [true, true, false, true],
        "used (of this state of the sources: `make tools` comes first), young, old, running"
    );
    assert_eq!(fs::read_link(copy.join("bin/tools")).unwrap(), used);
}

fn run(command: &mut Command) {
    assert!(command.status().is_ok_and(|status| status.success()), "{command:?}");
}

/// Clones share cargo's target directory, and cargo goes by the times of files.
#[test]
fn a_clone_runs_what_it_is_made_of_also_when_another_one_built_later() {
    let home = tempfile::tempdir().unwrap();
    let target = home.path().join("target");
    let clone = |word: &str, crates: &str| {
        let clone = home.path().join(word);
        for directory in ["tools", "bench", "bins", "e2e", "xtask", "kubernetes/crds", "docs", "crates/one/src"] {
            fs::create_dir_all(clone.join(directory)).unwrap();
        }
        fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/mine"), clone.join("tools/mine")).unwrap();
        fs::write(clone.join("Cargo.toml"), "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n").unwrap();
        fs::write(clone.join("Cargo.lock"), "").unwrap();
        fs::write(clone.join("crates/one/Cargo.toml"), "[package]\nname = \"one\"\nedition = \"2024\"\n").unwrap();
        fs::write(clone.join("crates/one/src/main.rs"), format!("fn main() {{ print!({word:?}) }}")).unwrap();
        run(Command::new("touch").args(["-d", crates]).arg(clone.join("crates/one/src/main.rs")));
        clone
    };
    let (old, new) = (clone("old", "2 hours ago"), clone("new", "1 hour ago"));
    let says = |clone: &Path| {
        run(Command::new(clone.join("tools/mine")).env("CARGO_TARGET_DIR", &target));
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["run", "--quiet", "--offline"]).current_dir(clone).env("CARGO_TARGET_DIR", &target);
        String::from_utf8(cargo.output().unwrap().stdout).unwrap()
    };
    for clone in [&old, &new, &old, &old] {
        assert_eq!(says(clone), clone.file_name().unwrap().to_str().unwrap());
    }
}
