//! Shows a tree of steps as it grows: repainted on a terminal, one line per change elsewhere.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;
use kore_api::operation::{Failure, StepState};
use serde_json::json;

use crate::{
    app::App,
    printer::{Line, Printer, Style},
    tree::{self, Node, View},
};

/// How running work is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// Repainted on a terminal, plain elsewhere and in CI
    Auto,
    /// Repainted
    Tty,
    /// One line with the time per change
    Plain,
    /// One JSON object per change
    Json,
    /// Not at all
    Quiet,
}

/// Time between repaints.
pub const TICK: Duration = Duration::from_millis(120);
/// In plain mode a step that goes on says so this often.
const HEARTBEAT: jiff::SignedDuration = jiff::SignedDuration::from_secs(30);

/// In plain mode what a step waits for is said anew this often at most.
const PAUSE: jiff::SignedDuration = jiff::SignedDuration::from_secs(2);

/// A tree on the screen.
#[derive(Debug)]
pub struct Progress {
    mode: Mode,
    printer: Printer,
    painted: usize,
    frame: usize,
    seen: HashMap<String, Seen>,
    remark: Option<String>,
}

/// What was last said of a step.
#[derive(Debug, Clone)]
struct Seen {
    state: StepState,
    note: Option<String>,
    failure: Option<Failure>,
    at: Timestamp,
}

impl Progress {
    /// In the mode that flags and environment ask for. `KORE_ACCESSIBLE` and `ACCESSIBLE` mean
    /// append-only lines.
    #[must_use]
    pub fn new(app: &App) -> Self {
        let accessible = ["KORE_ACCESSIBLE", "ACCESSIBLE"].into_iter().any(|name| app.var(name).is_some());
        let dumb = app.var("TERM").is_some_and(|term| term == "dumb") || app.var("CI").is_some();
        let mode = match app.globals.progress {
            Mode::Auto if app.globals.quiet => Mode::Quiet,
            Mode::Auto if app.printer.err.terminal && !accessible && !dumb => Mode::Tty,
            Mode::Auto => Mode::Plain,
            mode => mode,
        };
        Self { mode, printer: app.printer, painted: 0, frame: 0, seen: HashMap::new(), remark: None }
    }

    /// Whether the tree stays on the screen.
    #[must_use]
    pub fn is_tty(&self) -> bool {
        self.mode == Mode::Tty
    }

    /// Something about the whole, as how long it usually takes: below the tree while it runs, or a line
    /// of its own.
    pub fn remark(&mut self, text: String, now: Timestamp) {
        match self.mode {
            Mode::Plain => self.printer.progress(&[vec![(Style::Dim, format!("{}          {text}", stamp(now)))]]),
            Mode::Json => {
                let line = json!({
                    "specversion": "1.0", "type": "kore.remark", "source": "kore", "time": now.to_string(),
                    "data": {"text": text},
                });
                self.printer.progress(&[vec![(Style::Plain, line.to_string())]]);
            }
            Mode::Tty | Mode::Auto | Mode::Quiet => {}
        }
        self.remark = Some(text);
    }

    /// Shows the tree as it is now.
    pub fn update(&mut self, nodes: &[Node], now: Timestamp) {
        match self.mode {
            Mode::Tty => self.paint(nodes, now, true),
            Mode::Plain | Mode::Json => self.append(nodes, now),
            Mode::Auto | Mode::Quiet => {}
        }
    }

    /// Shows the tree for the last time; it stays.
    pub fn finish(&mut self, nodes: &[Node], now: Timestamp) {
        self.remark = None;
        match self.mode {
            Mode::Tty => {
                self.paint(nodes, now, false);
                self.painted = 0;
            }
            Mode::Plain | Mode::Json => self.append(nodes, now),
            Mode::Auto | Mode::Quiet => {}
        }
    }

    fn paint(&mut self, nodes: &[Node], now: Timestamp, limited: bool) {
        self.frame += 1;
        let rows = terminal_size::terminal_size_of(std::io::stderr()).map(|(_, height)| usize::from(height.0));
        let width = terminal_size::terminal_size_of(std::io::stderr()).map(|(width, _)| usize::from(width.0));
        let view = View {
            now,
            glyphs: self.printer.glyphs,
            frame: self.frame,
            width: Some(width.unwrap_or(80)),
            height: if limited { Some(rows.unwrap_or(24)) } else { None },
        };
        let mut lines = tree::lines(nodes, &view);
        if let Some(remark) = self.remark.as_ref().filter(|_| limited) {
            lines.push(vec![(Style::Dim, format!("  {remark}"))]);
        }
        let mut text = if self.painted > 0 { format!("\x1b[{}A\r\x1b[J", self.painted) } else { String::new() };
        for line in &lines {
            text.push_str(&crate::printer::paint(line, self.printer.err.color));
            text.push('\n');
        }
        self.printer.control(&text);
        self.painted = lines.len();
    }

    fn append(&mut self, nodes: &[Node], now: Timestamp) {
        for node in nodes {
            if node.children.is_empty() {
                self.append_one(node, now);
            } else if node.group {
                // Folding is for the eye; whoever reads lines has read these.
                self.append(&node.children, now);
            } else {
                // A parent's first line comes before its children's, its last one after.
                if !matches!(node.state, StepState::Done | StepState::Failed) {
                    self.append_one(node, now);
                }
                self.append(&node.children, now);
                self.append_one(node, now);
            }
        }
    }

    fn append_one(&mut self, node: &Node, now: Timestamp) {
        let last = self.seen.get(&node.key);
        let live = matches!(node.state, StepState::Running | StepState::Retrying);
        let due = match last {
            None => true,
            Some(last) if last.state != node.state => true,
            // A further try, or another reason: said at once. What is waited for may change often.
            Some(last) if node.state == StepState::Retrying => last.note != node.note || last.failure != node.failure,
            Some(last) => {
                let passed = now.duration_since(last.at);
                let news = last.note != node.note && node.note.is_some() && passed >= PAUSE;
                live && node.children.is_empty() && (news || passed >= HEARTBEAT)
            }
        };
        if !due {
            return;
        }
        let seen = Seen { state: node.state, note: node.note.clone(), failure: node.failure.clone(), at: now };
        self.seen.insert(node.key.clone(), seen);
        if node.state == StepState::Pending {
            return;
        }
        match self.mode {
            Mode::Json => self.printer.progress(&[vec![(Style::Plain, event(node, now))]]),
            _ => self.printer.progress(&[plain(node, now)]),
        }
    }
}

fn stamp(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn plain(node: &Node, now: Timestamp) -> Line {
    let style = match node.state {
        StepState::Done | StepState::Skipped => Style::Good,
        StepState::Failed => Style::Bad,
        StepState::Retrying => Style::Warn,
        _ => Style::Plain,
    };
    let mut text = format!(" {}", node.title);
    if let (Some(start), Some(end)) = (node.started_at, node.ended_at)
        && node.state == StepState::Done
    {
        text.push_str(&format!("  {}", crate::views::span(end.duration_since(start))));
    }
    if let Some(note) = &node.note {
        text.push_str(&format!("  {note}"));
    }
    if let Some(failure) = node.failure.as_ref().filter(|_| node.state != StepState::Done) {
        text.push_str(&format!("  {}", failure.line()));
    }
    vec![
        (Style::Dim, format!("{} ", stamp(now))),
        (style, format!("{:<8}", tree::spoken(node.state))),
        (Style::Plain, text),
    ]
}

/// Shaped like a CloudEvent, so that one reader serves all of Kore's lines.
fn event(node: &Node, now: Timestamp) -> String {
    json!({
        "specversion": "1.0", "type": "kore.step", "source": "kore", "time": now.to_string(), "subject": node.key,
        "data": {
            "title": node.title, "state": tree::word(node.state), "note": node.note,
            "code": node.failure.as_ref().map(|failure| failure.code.clone()),
            "message": node.failure.as_ref().map(|failure| failure.message.clone()),
            "cause": node.failure.as_ref().and_then(|failure| failure.cause.clone()),
        },
    })
    .to_string()
}
