//! Programs that live beside this one.

use std::path::{Path, PathBuf};

use kore_api::codes::Code;

use crate::{
    app::App,
    error::{CliError, Result},
};

/// This program, with links resolved.
#[must_use]
pub fn this_program() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("kore"));
    program.canonicalize().unwrap_or(program)
}

fn beside(name: &str) -> Vec<PathBuf> {
    let linked = std::env::current_exe().ok();
    [linked, Some(this_program())].into_iter().flatten().filter_map(|p| Some(p.parent()?.join(name))).collect()
}

/// The server's program: beside this one, else on `PATH`.
///
/// # Errors
/// When it is nowhere.
pub fn kored(app: &App) -> Result<PathBuf> {
    let given = app.var("KORE_KORED").map(PathBuf::from);
    let found = given.into_iter().chain(beside("kored")).find(|path| is_program(path));
    found.or_else(|| on_path(app, "kored")).ok_or_else(|| {
        CliError::new(Code::LocalToolMissing, "kored is neither beside this program nor on PATH")
            .note("looked in", beside("kored").first().map(|path| path.display().to_string()).unwrap_or_default())
    })
}

/// Directory of the tools: `KORE_TOOLS`, else `tools` beside this program.
#[must_use]
pub fn directory(app: &App) -> Option<PathBuf> {
    app.var("KORE_TOOLS").map(PathBuf::from).into_iter().chain(beside("tools")).find(|path| path.is_dir())
}

/// A program by name: on `PATH`, else among the tools.
#[must_use]
pub fn find(app: &App, name: &str) -> Option<PathBuf> {
    on_path(app, name).or_else(|| directory(app).map(|dir| dir.join(name)).filter(|path| is_program(path)))
}

/// A program on `PATH`.
#[must_use]
pub fn on_path(app: &App, name: &str) -> Option<PathBuf> {
    std::env::split_paths(app.var("PATH")?).map(|dir| dir.join(name)).find(|path| is_program(path))
}

/// How others call this program: by its name where that is this program, else by its path.
#[must_use]
pub fn command(app: &App) -> String {
    let this = this_program();
    let named = on_path(app, "kore").and_then(|path| path.canonicalize().ok());
    if named.as_deref() == Some(this.as_path()) { "kore".to_owned() } else { this.display().to_string() }
}

/// This program's directory, when typing `kore` would not find this program.
#[must_use]
pub fn to_put_on_path(app: &App) -> Option<PathBuf> {
    if command(app) == "kore" {
        return None;
    }
    std::env::current_exe().ok()?.parent().map(Path::to_owned)
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
