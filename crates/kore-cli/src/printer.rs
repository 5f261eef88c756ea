//! The only printer. Data goes to stdout, everything else to stderr.

use std::{
    collections::HashMap,
    io::{IsTerminal, Write},
};

use anstyle::{AnsiColor, Style as Ansi};
use unicode_width::UnicodeWidthStr;

use crate::{
    error::CliError,
    output::{self, Format},
};

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorWhen {
    /// On a terminal that wants them.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a piece of text means; four-bit colours only, so the user's theme decides the contrast.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Style {
    /// Plain text.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// Under way.
    Busy,
    /// Worth a look.
    Warn,
    /// Wrong.
    Bad,
    /// Less important.
    Dim,
    /// More important.
    Bold,
}

impl Style {
    fn ansi(self) -> Ansi {
        let color = |color: AnsiColor| Ansi::new().fg_color(Some(color.into()));
        match self {
            Self::Plain => Ansi::new(),
            Self::Good => color(AnsiColor::Green),
            Self::Busy => color(AnsiColor::Cyan),
            Self::Warn => color(AnsiColor::Yellow),
            Self::Bad => color(AnsiColor::Red).bold(),
            Self::Dim => Ansi::new().dimmed(),
            Self::Bold => Ansi::new().bold(),
        }
    }
}

/// A line in pieces.
pub type Line = Vec<(Style, String)>;

/// Signs that never speak alone: a word stands beside each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Done.
    pub done: &'static str,
    /// Failed.
    pub failed: &'static str,
    /// Not begun.
    pub pending: &'static str,
    /// Tried again, or worth a look.
    pub warn: &'static str,
    /// Frames of a running step.
    pub spinner: &'static [&'static str],
    /// Cut text ends with it.
    pub ellipsis: &'static str,
    /// From one value to the next.
    pub arrow: &'static str,
}

/// For UTF-8 locales.
pub const UNICODE: Glyphs = Glyphs {
    done: "✓",
    failed: "✗",
    pending: "·",
    warn: "!",
    spinner: &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
    ellipsis: "…",
    arrow: "→",
};

/// For all others.
pub const ASCII: Glyphs = Glyphs {
    done: "+",
    failed: "x",
    pending: ".",
    warn: "!",
    spinner: &["|", "/", "-", "\\"],
    ellipsis: "...",
    arrow: "->",
};

/// What a stream can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    /// A person watches.
    pub terminal: bool,
    /// Colours are wanted.
    pub color: bool,
    /// Columns, on a terminal.
    pub width: Option<usize>,
}

/// The printer.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    /// Where data goes.
    pub out: Stream,
    /// Where everything else goes.
    pub err: Stream,
    /// Signs for this locale.
    pub glyphs: Glyphs,
    /// Nothing but data and errors.
    pub quiet: bool,
    /// `-v`s.
    pub verbose: u8,
}

/// What the environment says about a stream's colours (no-color.org, CLICOLOR).
#[must_use]
pub fn color_wanted(when: ColorWhen, terminal: bool, env: &HashMap<String, String>) -> bool {
    let set = |name: &str| env.get(name).is_some_and(|value| !value.is_empty());
    match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if set("NO_COLOR") => false,
        ColorWhen::Auto if env.get("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") => true,
        ColorWhen::Auto => terminal && !set("CI") && env.get("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Whether the locale can show more than ASCII (POSIX: the first of these that is set decides).
#[must_use]
pub fn is_utf8(env: &HashMap<String, String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| env.get(name).filter(|v| !v.is_empty()));
    locale.is_some_and(|value| {
        let value = value.to_ascii_lowercase();
        value.contains("utf-8") || value.contains("utf8")
    })
}

impl Printer {
    /// The printer for this process.
    #[must_use]
    pub fn new(when: ColorWhen, quiet: bool, verbose: u8, env: &HashMap<String, String>) -> Self {
        let stream = |terminal: bool| Stream {
            terminal,
            color: color_wanted(when, terminal, env),
            width: terminal.then(|| terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0))),
        };
        Self {
            out: stream(std::io::stdout().is_terminal()),
            err: stream(std::io::stderr().is_terminal()),
            glyphs: if is_utf8(env) { UNICODE } else { ASCII },
            quiet,
            verbose,
        }
    }

    /// Data, as it is.
    pub fn data(&self, text: &str) {
        write_all(std::io::stdout().lock(), text.as_bytes());
    }

    /// A line of data.
    pub fn line(&self, line: &Line) {
        self.data(&format!("{}\n", paint(line, self.out.color)));
    }

    /// A plain line of data.
    pub fn text(&self, text: &str) {
        self.data(&format!("{text}\n"));
    }

    /// A line for people, unless they want quiet.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.progress(&[vec![(Style::Plain, text.to_owned())]]);
        }
    }

    /// A styled line for people, unless they want quiet.
    pub fn say(&self, line: &Line) {
        if !self.quiet {
            self.progress(std::slice::from_ref(line));
        }
    }

    /// A line with details, at `-v`.
    pub fn debug(&self, text: &str) {
        if self.verbose > 0 {
            self.progress(&[vec![(Style::Dim, text.to_owned())]]);
        }
    }

    /// A warning, unless only data and errors are wanted.
    pub fn warn(&self, text: &str) {
        if self.quiet {
            return;
        }
        self.progress(&[vec![(Style::Warn, "warning".to_owned()), (Style::Plain, format!(": {text}"))]]);
    }

    /// Lines on stderr.
    pub fn progress(&self, lines: &[Line]) {
        let text: String = lines.iter().map(|line| format!("{}\n", paint(line, self.err.color))).collect();
        write_all(std::io::stderr().lock(), text.as_bytes());
    }

    /// Raw control text on stderr, for repainting.
    pub fn control(&self, text: &str) {
        write_all(std::io::stderr().lock(), text.as_bytes());
    }

    /// A question on stderr, without a line end.
    pub fn ask(&self, text: &str) {
        write_all(std::io::stderr().lock(), text.as_bytes());
    }

    /// The error: a block for people; problem details where data is for programs, in JSON on one line.
    pub fn error(&self, error: &CliError, format: Option<Format>) {
        if error.silent {
            return;
        }
        if let Some(text) = format.and_then(|format| output::problem(&error.problem(), format)) {
            write_all(std::io::stderr().lock(), text.as_bytes());
            return;
        }
        let head = error.code.as_ref().map_or_else(|| "error".to_owned(), |code| format!("error[{code}]"));
        let mut lines = vec![vec![(Style::Bad, head), (Style::Bold, format!(": {}", error.message))]];
        for (label, text) in error.lines(self.verbose > 0) {
            let mut parts = text.lines();
            lines.push(vec![
                (Style::Dim, format!("  {label:<9} ")),
                (Style::Plain, parts.next().unwrap_or_default().to_owned()),
            ]);
            lines.extend(parts.map(|part| vec![(Style::Plain, format!("            {part}"))]));
        }
        self.progress(&lines);
    }
}

/// A reader that went away (`kore cluster list | head`) is no error.
fn write_all(mut stream: impl Write, bytes: &[u8]) {
    let _ = stream.write_all(bytes).and_then(|()| stream.flush());
}

/// A line as text, with colours or without. Control characters from elsewhere never reach the terminal.
#[must_use]
pub fn paint(line: &Line, color: bool) -> String {
    let mut text = String::new();
    for (style, piece) in line {
        let clean: String = piece.chars().filter(|c| !c.is_control() || *c == '\t').collect();
        if color && *style != Style::Plain && !clean.is_empty() {
            let ansi = style.ansi();
            text.push_str(&format!("{ansi}{clean}{ansi:#}"));
        } else {
            text.push_str(&clean);
        }
    }
    text
}

/// Columns that a text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// Cuts a text to this many columns.
#[must_use]
pub fn cut(text: &str, columns: usize, ellipsis: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(width(ellipsis));
    let mut out = String::new();
    for character in text.chars() {
        let mut next = out.clone();
        next.push(character);
        if width(&next) > room {
            break;
        }
        out = next;
    }
    out.push_str(ellipsis);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn colours_follow_the_conventions() {
        use ColorWhen::{Always, Auto, Never};
        for (when, terminal, vars, wanted) in [
            (Auto, true, env(&[]), true),
            (Auto, false, env(&[]), false),
            (Auto, true, env(&[("NO_COLOR", "1")]), false),
            (Auto, true, env(&[("NO_COLOR", "")]), true),
            (Auto, true, env(&[("TERM", "dumb")]), false),
            (Auto, true, env(&[("CI", "true")]), false),
            (Auto, false, env(&[("CLICOLOR_FORCE", "1")]), true),
            (Auto, false, env(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), false),
            (Always, false, env(&[("NO_COLOR", "1")]), true),
            (Never, true, env(&[("CLICOLOR_FORCE", "1")]), false),
        ] {
            assert_eq!(color_wanted(when, terminal, &vars), wanted, "{when:?} {terminal} {vars:?}");
        }
    }

    #[test]
    fn the_first_locale_variable_decides() {
        assert!(is_utf8(&env(&[("LANG", "en_US.UTF-8")])));
        assert!(is_utf8(&env(&[("LC_CTYPE", "C.utf8"), ("LANG", "C")])));
        assert!(!is_utf8(&env(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")])));
        assert!(!is_utf8(&env(&[])));
    }

    #[test]
    fn foreign_text_cannot_drive_the_terminal() {
        let line = vec![(Style::Good, "a\x1b[2Jb".to_owned())];
        assert_eq!(paint(&line, false), "a[2Jb");
        assert_eq!(paint(&line, true), "\u{1b}[32ma[2Jb\u{1b}[0m");
    }

    #[test]
    fn cutting_counts_columns() {
        assert_eq!(cut("payments", 8, "…"), "payments");
        assert_eq!(cut("payments-long", 8, "…"), "payment…");
        assert_eq!(cut("日本語テキスト", 5, "…"), "日本…");
    }
}
