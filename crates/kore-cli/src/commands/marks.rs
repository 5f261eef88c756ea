//! What an installation is marked with that whoever uses it has to know: a rehearsal, an evaluation.

use kore_api::cloud::Cloud;

use super::auth;
use crate::{app::App, printer::Style, table::Cell};

/// A mark, as `Rehearsal`, and what it means.
pub type Mark = (&'static str, String);

/// The marks of an installation that rehearses these clouds, and acts in those by an access key.
#[must_use]
pub fn of(rehearsal: &[Cloud], evaluation: &[Cloud]) -> Vec<Mark> {
    let all = [
        ("Rehearsal", rehearsal, "is a stand-in on this machine; nothing here is real"),
        ("Evaluation", evaluation, "is reached by a stored access key; nothing that matters belongs here"),
    ];
    let marked = all.into_iter().filter(|(_, clouds, _)| !clouds.is_empty());
    let said = |clouds: &[Cloud]| clouds.iter().map(|&cloud| said(cloud)).collect::<Vec<_>>().join(", ");
    marked.map(|(name, clouds, means)| (name, format!("{} {means}", said(clouds)))).collect()
}

/// Marks as rows of what is shown.
pub fn rows(marks: Vec<Mark>) -> impl Iterator<Item = (&'static str, Cell)> {
    marks.into_iter().map(|(name, means)| (name, Cell::new(means).style(Style::Warn)))
}

/// A cloud, as people call it.
const fn said(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Aws => "AWS",
    }
}

/// Says the marks where we are signed in, to people. Whatever keeps the server from saying so, the command itself tells.
pub async fn tell(app: &App) {
    if !app.for_people() {
        return;
    }
    let Ok(client) = app.client().await else { return };
    let Ok(marks) = auth::marks(&client).await else { return };
    for (name, means) in marks {
        app.printer.say(&vec![(Style::Warn, name.to_lowercase()), (Style::Plain, format!(": {means}"))]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_installation_is_marked_with_is_said() {
        assert_eq!(of(&[], &[]), []);
        let both = of(&[Cloud::Aws], &[Cloud::Aws]);
        assert_eq!(both.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["Rehearsal", "Evaluation"]);
        assert!(both.iter().all(|(_, means)| means.starts_with("AWS is ")), "{both:?}");
    }
}
