//! `kore cost`: what things cost, with the arithmetic.

use kore_api::{codes::Code, preview::CostEstimate};
use kore_client::resource;
use serde_json::json;

use super::{
    cluster::{edited_with, sets},
    objects,
};
use crate::{
    app::App,
    cli::{CostCommand, CostEstimateArgs},
    error::{CliError, Result},
    output,
    printer::{Line, Style},
};

/// Runs `kore cost`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: CostCommand) -> Result {
    match command {
        CostCommand::Estimate(args) => estimate(app, &args).await,
    }
}

async fn estimate(app: &App, args: &CostEstimateArgs) -> Result {
    let cluster = app.cluster(Some(&args.cluster))?;
    let (client, kind, team) = (app.client().await?, resource::CLUSTER, Some(cluster.team.as_str()));
    let preview = match &args.plan {
        Some(plan) => {
            let spec = json!({ "plan": { "name": plan }, "overrides": sets(&args.set)? });
            let body = objects::new_object(kind, team, cluster.name.as_str(), spec);
            client.preview_create(&kind.collection(team), &body).await?
        }
        None => {
            let found = objects::fetch(&client, kind, team, cluster.name.as_str()).await?;
            let body = edited_with(&found.value, &args.set)?;
            client.preview_replace(&objects::path_of(kind, &found.value), &body, &found.precondition).await?
        }
    };
    if let Some(problem) = preview.problems.into_iter().next() {
        return Err(CliError::from(problem));
    }
    let cost = preview.cost.ok_or_else(|| CliError::new(Code::Internal, "the server says nothing of what it costs"))?;
    if !app.for_people() {
        return output::document(app, &serde_json::to_value(&cost).unwrap_or_default());
    }
    for line in lines(&cost) {
        app.printer.line(&line);
    }
    Ok(())
}

/// An estimate, as people read it.
#[must_use]
pub fn lines(cost: &CostEstimate) -> Vec<Line> {
    let Some((monthly, currency)) = cost.monthly.as_ref().zip(cost.currency.as_ref()) else {
        return vec![vec![(Style::Bold, "Cost  ".to_owned()), (Style::Dim, cost.note.clone())]];
    };
    let width = cost.lines.iter().map(|line| line.what.chars().count()).max().unwrap_or_default();
    let mut all =
        vec![vec![(Style::Bold, "Cost  ".to_owned()), (Style::Bold, format!("{monthly} {currency} a month"))]];
    all.extend(cost.lines.iter().map(|line| {
        let sum = format!("{} {} at {}", line.quantity, line.unit, line.price);
        vec![(Style::Plain, format!("  {:<width$}  {:>10}  ", line.what, line.monthly)), (Style::Dim, sum)]
    }));
    all.push(vec![(Style::Dim, format!("  {}", cost.note))]);
    all
}

#[cfg(test)]
mod tests {
    use kore_api::preview::CostLine;

    use super::*;

    #[test]
    fn the_sum_comes_first_and_its_parts_below() {
        let line = CostLine {
            what: "control plane".into(),
            quantity: 730,
            unit: "hours".into(),
            price: "0.1000".into(),
            monthly: "73.00".into(),
        };
        let cost = CostEstimate {
            note: "by list prices of 2026-11-01".into(),
            monthly: Some("73.00".into()),
            currency: Some("USD".into()),
            lines: vec![line],
        };
        let text = |cost: &CostEstimate| -> Vec<String> {
            lines(cost).into_iter().map(|line| line.into_iter().map(|(_, text)| text).collect()).collect()
        };
        assert_eq!(
            text(&cost),
            [
                "Cost  73.00 USD a month",
                "  control plane       73.00  730 hours at 0.1000",
                "  by list prices of 2026-11-01",
            ]
        );
        assert_eq!(text(&CostEstimate::none("not priced: local".into())), ["Cost  not priced: local"]);
    }
}
