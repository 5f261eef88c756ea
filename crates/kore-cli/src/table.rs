//! Tables: aligned by spaces, cut to the terminal's width on a terminal and never elsewhere.

use crate::printer::{Line, Printer, Style, cut, width};

const GAP: usize = 3;

/// One cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// What it means.
    pub style: Style,
}

impl Cell {
    /// A plain cell.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::Plain }
    }

    /// With a meaning.
    #[must_use]
    pub fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }
}

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Titles of the columns.
    pub headers: Vec<String>,
    /// Rows, as wide as the headers.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table with these columns.
    #[must_use]
    pub fn new(headers: &[&str]) -> Self {
        Self { headers: headers.iter().map(|&text| text.to_owned()).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// The lines of the table.
    #[must_use]
    pub fn lines(&self, with_headers: bool, columns: Option<usize>, ellipsis: &str) -> Vec<Line> {
        let header: Vec<Cell> = self.headers.iter().map(|text| Cell::new(text.clone()).style(Style::Bold)).collect();
        let rows: Vec<&Vec<Cell>> = with_headers.then_some(&header).into_iter().chain(&self.rows).collect();
        let widths: Vec<usize> = (0..self.headers.len())
            .map(|column| {
                rows.iter().filter_map(|row| row.get(column)).map(|cell| width(&cell.text)).max().unwrap_or(0)
            })
            .collect();
        rows.into_iter().map(|row| line(row, &widths, columns, ellipsis)).collect()
    }

    /// Prints it as data.
    pub fn print(&self, printer: &Printer, with_headers: bool) {
        for line in self.lines(with_headers, printer.out.width, printer.glyphs.ellipsis) {
            printer.line(&line);
        }
    }
}

fn line(row: &[Cell], widths: &[usize], columns: Option<usize>, ellipsis: &str) -> Line {
    let mut line = Line::new();
    let mut used = 0;
    let last = row.iter().rposition(|cell| !cell.text.is_empty()).unwrap_or(0);
    for (index, (cell, wide)) in row.iter().zip(widths).enumerate() {
        if index > last {
            break;
        }
        let room = columns.map_or(usize::MAX, |columns| columns.saturating_sub(used));
        let text = cut(&cell.text, room, ellipsis);
        let length = width(&text);
        line.push((cell.style, text));
        if index == last || room <= length {
            break;
        }
        let padding = (wide - length.min(*wide) + GAP).min(room - length);
        line.push((Style::Plain, " ".repeat(padding)));
        used += length + padding;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::paint;

    fn table() -> Table {
        let mut table = Table::new(&["NAME", "READY", "AGE"]);
        table.row(vec![Cell::new("payments/dev"), Cell::new("Yes").style(Style::Good), Cell::new("3h")]);
        table.row(vec![Cell::new("sandbox/first"), Cell::new(""), Cell::new("")]);
        table
    }

    fn text(lines: &[Line]) -> String {
        lines.iter().map(|line| paint(line, false)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn columns_are_aligned_and_nothing_trails() {
        let shown = text(&table().lines(true, None, "…"));
        assert_eq!(shown, "NAME            READY   AGE\npayments/dev    Yes     3h\nsandbox/first");
    }

    #[test]
    fn a_terminal_cuts_and_headers_can_go() {
        assert_eq!(text(&table().lines(false, Some(10), "…")), "payments/…\nsandbox/f…");
        assert_eq!(text(&table().lines(false, Some(18), "…")), "payments/dev    Y…\nsandbox/first");
    }
}
