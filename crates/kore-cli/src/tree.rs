//! The tree of steps, as lines. Pure: the driver in `progress` decides when and where they go.

use jiff::Timestamp;
use kore_api::operation::{Failure, Step, StepState};

use crate::{
    printer::{Glyphs, Line, Style, cut, width},
    views::span,
};

/// Column at which durations end.
const TITLE_COLUMN: usize = 48;
const DURATION_WIDTH: usize = 8;

/// A step or a group of steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Identity between updates.
    pub key: String,
    /// How people read it.
    pub title: String,
    /// Where it stands.
    pub state: StepState,
    /// What is waited for, or a remark once done.
    pub note: Option<String>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Steps within.
    pub children: Vec<Node>,
    /// Made here, to fold steps that belong together; nobody's step.
    pub group: bool,
}

impl Node {
    /// A step that runs since now.
    #[must_use]
    pub fn running(key: &str, title: &str, now: Timestamp) -> Self {
        Self {
            key: key.to_owned(),
            title: title.to_owned(),
            state: StepState::Running,
            note: None,
            failure: None,
            started_at: Some(now),
            ended_at: None,
            children: Vec::new(),
            group: false,
        }
    }

    /// The step has ended well.
    pub fn finish(&mut self, now: Timestamp, note: Option<String>) {
        self.state = StepState::Done;
        self.ended_at = Some(now);
        self.note = note;
    }

    /// The step has ended badly.
    pub fn fail(&mut self, now: Timestamp) {
        self.state = StepState::Failed;
        self.ended_at = Some(now);
    }

    fn ended(&self) -> bool {
        matches!(self.state, StepState::Done | StepState::Skipped)
    }
}

impl From<&Step> for Node {
    fn from(step: &Step) -> Self {
        let running = matches!(step.state, StepState::Running | StepState::Retrying);
        Self {
            key: step.name.clone(),
            title: step.title.clone(),
            state: step.state,
            note: match (&step.waiting_for, step.state) {
                // What it failed with stands below it.
                (_, StepState::Retrying) => Some(format!("tried {}", times(step.attempts))),
                // Looking again is no other try, and nothing new to tell.
                (Some(what), _) if running => Some(format!("waiting: {what}")),
                // A step that is done leaves what it found there.
                (Some(what), StepState::Done) => Some(what.clone()),
                _ => None,
            },
            failure: step.failure.clone(),
            started_at: step.started_at,
            ended_at: step.ended_at,
            children: Vec::new(),
            group: false,
        }
    }
}

/// Steps as nodes; neighbours whose names share a first part form a group, as `node/default-1`.
#[must_use]
pub fn from_steps(steps: &[Step]) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    for step in steps {
        let node = Node::from(step);
        let group = group_of(&step.name);
        match (nodes.last_mut(), group) {
            (Some(last), Some(group)) if last.key == group => last.children.push(node),
            (_, Some(group)) => nodes.push(Node {
                key: group.to_owned(),
                title: group_title(group),
                state: StepState::Pending,
                note: None,
                failure: None,
                started_at: None,
                ended_at: None,
                children: vec![node],
                group: true,
            }),
            (_, None) => nodes.push(node),
        }
    }
    nodes.into_iter().map(settle).collect()
}

fn times(attempts: u32) -> String {
    if attempts == 1 { "once".to_owned() } else { format!("{attempts} times") }
}

fn group_of(name: &str) -> Option<&str> {
    name.rsplit_once('/').map(|(group, _)| group)
}

fn group_title(group: &str) -> String {
    let text = group.replace(['/', '-', '_'], " ");
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// A group stands where its steps stand; a group of one is that step.
fn settle(mut node: Node) -> Node {
    if node.children.len() == 1
        && let Some(only) = node.children.pop()
    {
        return only;
    }
    if node.children.is_empty() {
        return node;
    }
    let any = |state: StepState| node.children.iter().any(|child| child.state == state);
    node.state = if any(StepState::Failed) {
        StepState::Failed
    } else if any(StepState::Running) {
        StepState::Running
    } else if any(StepState::Retrying) {
        StepState::Retrying
    } else if node.children.iter().all(Node::ended) {
        StepState::Done
    } else if node.children.iter().all(|child| child.state == StepState::Pending) {
        StepState::Pending
    } else {
        StepState::Running
    };
    node.started_at = node.children.iter().filter_map(|child| child.started_at).min();
    if node.ended() {
        node.ended_at = node.children.iter().filter_map(|child| child.ended_at).max();
        node.note = Some(format!("{} steps", node.children.len()));
    }
    node
}

/// How lines are made.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The time.
    pub now: Timestamp,
    /// Signs.
    pub glyphs: Glyphs,
    /// Which frame of the spinner.
    pub frame: usize,
    /// Columns, on a terminal.
    pub width: Option<usize>,
    /// Rows, on a terminal; what is pending goes first when they do not suffice.
    pub height: Option<usize>,
}

/// The lines of a tree. Finished groups are folded, others unfolded.
#[must_use]
pub fn lines(nodes: &[Node], view: &View) -> Vec<Line> {
    let mut all = Vec::new();
    for node in nodes {
        push(node, 0, view, &mut all);
    }
    if let Some(height) = view.height.map(|rows| rows.saturating_sub(2).max(4)) {
        fit(&mut all, height);
    }
    all.into_iter().map(|(_, line)| line).collect()
}

/// Drops the least telling lines until the rest fits.
fn fit(lines: &mut Vec<(Rank, Line)>, height: usize) {
    for rank in [Rank::Pending, Rank::DoneBelow, Rank::Done] {
        while lines.len() > height {
            let Some(index) = lines.iter().rposition(|(other, _)| *other == rank) else { break };
            lines.remove(index);
        }
    }
    lines.truncate(height);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    Pending,
    DoneBelow,
    Done,
    Live,
}

fn push(node: &Node, depth: usize, view: &View, out: &mut Vec<(Rank, Line)>) {
    let (glyph, style) = match node.state {
        StepState::Pending => (view.glyphs.pending, Style::Dim),
        StepState::Running => (spinner(view), Style::Busy),
        StepState::Retrying => (view.glyphs.warn, Style::Warn),
        StepState::Failed => (view.glyphs.failed, Style::Bad),
        StepState::Done => (view.glyphs.done, Style::Good),
        StepState::Skipped => (view.glyphs.done, Style::Dim),
    };
    let rank = match node.state {
        StepState::Pending => Rank::Pending,
        StepState::Done | StepState::Skipped if depth > 0 => Rank::DoneBelow,
        StepState::Done | StepState::Skipped => Rank::Done,
        _ => Rank::Live,
    };
    let indent = "  ".repeat(1 + depth * 2);
    let taken = node
        .started_at
        .filter(|_| node.state != StepState::Pending)
        .map(|start| span(node.ended_at.filter(|_| !is_live(node.state)).unwrap_or(view.now).duration_since(start)));
    let mut line: Line = vec![(Style::Plain, indent.clone()), (style, glyph.to_owned())];
    let used = width(&indent) + width(glyph);
    let title = format!(" {}", node.title);
    let title_style = if node.state == StepState::Pending { Style::Dim } else { Style::Plain };
    let tail = [taken.is_some(), node.note.is_some()].contains(&true);
    if tail {
        let padding = TITLE_COLUMN.saturating_sub(used + width(&title)).max(1);
        line.push((title_style, title));
        line.push((Style::Dim, format!("{}{:>DURATION_WIDTH$}", " ".repeat(padding), taken.unwrap_or_default())));
    } else {
        line.push((title_style, title));
    }
    if let Some(note) = &node.note {
        line.push((Style::Dim, format!("   {note}")));
    }
    out.push((rank, clip(line, view)));
    if let Some(failure) = node.failure.as_ref().filter(|_| !node.ended()) {
        let style = if node.state == StepState::Failed { Style::Bad } else { Style::Warn };
        let below = "  ".repeat(3 + depth * 2);
        out.push((Rank::Live, clip(vec![(style, format!("{below}{}", failure.line()))], view)));
    }
    if !node.ended() {
        for child in &node.children {
            push(child, depth + 1, view, out);
        }
    }
}

fn is_live(state: StepState) -> bool {
    matches!(state, StepState::Running | StepState::Retrying)
}

fn spinner(view: &View) -> &'static str {
    let frames = view.glyphs.spinner;
    frames.get(view.frame % frames.len().max(1)).copied().unwrap_or("*")
}

fn clip(line: Line, view: &View) -> Line {
    let Some(columns) = view.width else { return line };
    let mut room = columns.saturating_sub(1);
    let mut out = Line::new();
    for (style, text) in line {
        let text = cut(&text, room, view.glyphs.ellipsis);
        room -= width(&text).min(room);
        out.push((style, text));
    }
    out
}

/// A word for a state, for people who read lines instead of signs.
#[must_use]
pub fn spoken(state: StepState) -> &'static str {
    match state {
        // Nothing was to be done: it was so before.
        StepState::Skipped => "already",
        other => word(other),
    }
}

/// A word for a state, for programs.
#[must_use]
pub fn word(state: StepState) -> &'static str {
    match state {
        StepState::Pending => "pending",
        StepState::Running => "running",
        StepState::Retrying => "retrying",
        StepState::Failed => "failed",
        StepState::Done => "done",
        StepState::Skipped => "skipped",
    }
}

#[cfg(test)]
mod tests {
    use kore_api::codes::Owner;

    use super::*;
    use crate::printer::{ASCII, UNICODE, paint};

    fn time(text: &str) -> Timestamp {
        format!("2026-11-22T12:{text}Z").parse().unwrap()
    }

    fn step(name: &str, state: StepState, start: Option<&str>, end: Option<&str>, waiting: Option<&str>) -> Step {
        Step {
            name: name.into(),
            title: format!("Do {name}"),
            state,
            waiting_for: waiting.map(str::to_owned),
            attempts: 1,
            failure: None,
            started_at: start.map(time),
            ended_at: end.map(time),
        }
    }

    fn example() -> Vec<Step> {
        vec![
            step("validate", StepState::Done, Some("00:00"), Some("00:00.1"), None),
            step("control-plane/etcd", StepState::Done, Some("00:01"), Some("00:04"), None),
            step("control-plane/kube-apiserver", StepState::Done, Some("00:04"), Some("00:09.5"), None),
            step(
                "node/default-1/kubelet",
                StepState::Running,
                Some("00:10"),
                None,
                Some("Node \"first-0\" Ready=False"),
            ),
            step("node/default-1/kube-proxy", StepState::Pending, None, None, None),
            step("access", StepState::Pending, None, None, None),
        ]
    }

    fn shown(nodes: &[Node], glyphs: Glyphs, width: Option<usize>, height: Option<usize>) -> String {
        let view = View { now: time("00:28.2"), glyphs, frame: 2, width, height };
        lines(nodes, &view).iter().map(|line| paint(line, false)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn finished_groups_fold_and_running_ones_say_what_they_wait_for() {
        insta::assert_snapshot!(shown(&from_steps(&example()), UNICODE, None, None), @r#"
          ✓ Do validate                                     0.1s
          ✓ Control plane                                   8.5s   2 steps
          ⠹ Node default 1                                 18.2s
              ⠹ Do node/default-1/kubelet                  18.2s   waiting: Node "first-0" Ready=False
              · Do node/default-1/kube-proxy
          · Do access
        "#);
    }

    #[test]
    fn a_small_ascii_terminal_gets_the_telling_lines() {
        insta::assert_snapshot!(shown(&from_steps(&example()), ASCII, Some(60), Some(6)), @r"
          + Do validate                                     0.1s
          + Control plane                                   8.5s...
          - Node default 1                                 18.2s
              - Do node/default-1/kubelet                  18.2s...
        ");
    }

    #[test]
    fn a_failure_is_shown_below_its_step() {
        let mut steps = example();
        steps[3].state = StepState::Failed;
        steps[3].waiting_for = None;
        steps[3].ended_at = Some(time("00:20"));
        steps[3].failure = Some(Failure {
            code: "KORE-LOCAL-0012".into(),
            message: "too few inotify instances".into(),
            cause: Some("EMFILE".into()),
            owner: Owner::You,
            fix: vec![],
            retryable: false,
        });
        insta::assert_snapshot!(shown(&from_steps(&steps), ASCII, None, None), @r"
          + Do validate                                     0.1s
          + Control plane                                   8.5s   2 steps
          x Node default 1                                 18.2s
              x Do node/default-1/kubelet                  10.0s
                  KORE-LOCAL-0012: too few inotify instances: EMFILE
              . Do node/default-1/kube-proxy
          . Do access
        ");
    }
}
