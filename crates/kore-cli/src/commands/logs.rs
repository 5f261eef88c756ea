//! `kore logs platform`: the platform's log files on this machine.

use std::{
    collections::VecDeque,
    fs::File,
    io::{BufRead, BufReader, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use kore_api::codes::Code;

use crate::{
    app::App,
    cli::LogsCommand,
    error::{CliError, Result},
    exit::Exit,
    printer::Style,
};

/// Runs `kore logs`.
///
/// # Errors
/// When there are no logs here.
pub async fn run(app: &App, command: LogsCommand) -> Result {
    let LogsCommand::Platform { installation, component, tail, follow } = command;
    let installation = app.installation(&installation)?;
    let root = installation.data.join("logs");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.sort();
    let wanted = component.unwrap_or_default();
    files.retain(|(name, _)| name.contains(&wanted));
    if files.is_empty() {
        let error = CliError::new(Code::LocalNotRunning, format!("no logs of {wanted:?} in {}", root.display()))
            .exit(Exit::NOT_FOUND)
            .fix("see what runs: kore status");
        return Err(error);
    }
    let mut offsets = Vec::new();
    for (name, path) in &files {
        if files.len() > 1 {
            app.printer.say(&vec![(Style::Bold, format!("== {name}"))]);
        }
        let (lines, offset) = last_lines(path, tail).map_err(|error| CliError::file(path, &error))?;
        for line in lines {
            app.printer.text(&line);
        }
        offsets.push(offset);
    }
    if !follow {
        return Ok(());
    }
    let mut interrupt = Box::pin(tokio::signal::ctrl_c());
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(300)) => {}
            _ = &mut interrupt => return Err(CliError::silent(Exit::INTERRUPTED)),
        }
        for ((name, path), offset) in files.iter().zip(&mut offsets) {
            let Ok((lines, next)) = lines_from(path, *offset) else { continue };
            *offset = next;
            for line in lines {
                let prefix = if files.len() > 1 { format!("{name}: ") } else { String::new() };
                app.printer.text(&format!("{prefix}{line}"));
            }
        }
    }
}

fn collect(root: &Path, dir: &Path, files: &mut Vec<(String, PathBuf)>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|ext| ext == "log") {
            let name = path.strip_prefix(root).unwrap_or(&path).with_extension("");
            files.push((name.display().to_string(), path));
        }
    }
}

fn last_lines(path: &Path, count: usize) -> std::io::Result<(Vec<String>, u64)> {
    let (lines, offset) = lines_from(path, 0)?;
    let mut last: VecDeque<String> = VecDeque::new();
    for line in lines {
        if last.len() == count {
            last.pop_front();
        }
        if count > 0 {
            last.push_back(line);
        }
    }
    Ok((last.into(), offset))
}

/// Whole lines after an offset, and the offset after them. A file that shrank begins again.
fn lines_from(path: &Path, offset: u64) -> std::io::Result<(Vec<String>, u64)> {
    let mut file = File::open(path)?;
    let start = if file.metadata()?.len() < offset { 0 } else { offset };
    file.seek(SeekFrom::Start(start))?;
    let mut reader = BufReader::new(file);
    let (mut lines, mut at, mut buffer) = (Vec::new(), start, Vec::new());
    loop {
        buffer.clear();
        let read = reader.read_until(b'\n', &mut buffer)?;
        if read == 0 || buffer.last() != Some(&b'\n') {
            return Ok((lines, at));
        }
        at += u64::try_from(read).unwrap_or(0);
        lines.push(String::from_utf8_lossy(&buffer).trim_end().to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_whole_and_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a\nb\nc").unwrap();
        let (lines, offset) = last_lines(file.path(), 1).unwrap();
        assert_eq!((lines, offset), (vec!["b".to_owned()], 4));
        std::fs::write(file.path(), "a\nb\ncd\n").unwrap();
        assert_eq!(lines_from(file.path(), offset).unwrap(), (vec!["cd".to_owned()], 7));
        std::fs::write(file.path(), "x\n").unwrap();
        assert_eq!(lines_from(file.path(), 7).unwrap(), (vec!["x".to_owned()], 2));
    }
}
