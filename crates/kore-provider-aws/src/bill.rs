//! What accounts have cost, by AWS's bill (AWS Cost Explorer API reference, `GetCostAndUsage`). Each page that is read costs a cent.

use std::collections::BTreeMap;

use aws_sdk_costexplorer::types::{DateInterval, Dimension, Granularity, GroupDefinition, GroupDefinitionType};
use jiff::Timestamp;
use kore_api::cloud::Spent;
use kore_domain::cloud::budget::{month, spent};

use crate::{cloud::Session, error::Refusal};

/// What is added up: as it is billed, discounts and credits within.
const METRIC: &str = "UnblendedCost";
/// Of an account that nothing was spent in AWS says nothing, and then in no money.
const CURRENCY: &str = "USD";

/// What every account of the organisation has cost in the month of `now`.
pub(crate) async fn read(session: &Session, now: Timestamp) -> Result<Spent, Refusal> {
    let (first, end) = month(now);
    let period = DateInterval::builder().start(first.to_string()).end(end.to_string()).build();
    let period = period.map_err(|error| Refusal::unanswered(&error))?;
    let by_account = GroupDefinition::builder().r#type(GroupDefinitionType::Dimension);
    let by_account = by_account.key(Dimension::LinkedAccount.as_str()).build();
    let (mut amounts, mut currency, mut page) = (BTreeMap::new(), None, None);
    loop {
        let asked = session
            .costs()
            .await?
            .get_cost_and_usage()
            .time_period(period.clone())
            .granularity(Granularity::Monthly)
            .metrics(METRIC)
            .group_by(by_account.clone())
            .set_next_page_token(page)
            .send()
            .await;
        let answer = session.answer(asked)?;
        for group in answer.results_by_time().iter().flat_map(|result| result.groups()) {
            let metric = group.metrics().and_then(|metrics| metrics.get(METRIC));
            let (Some(account), Some(amount)) = (group.keys().first(), metric.and_then(|metric| metric.amount()))
            else {
                continue;
            };
            amounts.insert(account.clone(), amount.to_owned());
            currency = currency.or_else(|| metric.and_then(|metric| metric.unit()).map(str::to_owned));
        }
        page = answer.next_page_token;
        if page.is_none() {
            return Ok(spent(first, now, currency.unwrap_or_else(|| CURRENCY.to_owned()), amounts));
        }
    }
}
