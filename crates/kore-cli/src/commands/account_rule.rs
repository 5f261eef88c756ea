//! `kore account-rule`.

use kore_api::cloud::{AccountRuleAnswer, RuleResult};
use kore_client::{Client, resource};
use serde_json::{Value, json};

use super::{
    account, confirmed, generic,
    objects::{self, Written},
    policy,
    team::fields,
};
use crate::{
    app::App,
    cli::{AccountRuleArgs, AccountRuleCommand, AccountsOf, GuardrailName, WriteArgs},
    error::{CliError, Result},
    output,
    printer::Style,
    table::{Cell, Table},
    views,
};

/// Runs `kore account-rule`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: AccountRuleCommand) -> Result {
    let kind = resource::ACCOUNT_RULE;
    match command {
        AccountRuleCommand::List(args) => {
            let hint = "No account rules. Make one:  kore account-rule create NAME --cloud CLOUD";
            objects::show_list(app, kind, None, &objects::query(&args), hint).await
        }
        AccountRuleCommand::Show { name } => {
            let client = app.client().await?;
            show(app, &objects::fetch(&client, kind, None, &name).await?.value)
        }
        AccountRuleCommand::Create { name, cloud, says, write } => {
            let mut spec = json!({ "organization": cloud });
            say(&mut spec, &says)?;
            let client = app.client().await?;
            let body = objects::new_object(kind, None, &name, spec);
            finish(app, objects::create(app, &client, kind, None, &body, &write).await?, "created")
        }
        AccountRuleCommand::Edit { name, says, write } => edit(app, &name, &says, &write).await,
        AccountRuleCommand::Delete { name, write } => {
            let client = app.client().await?;
            let found = objects::fetch(&client, kind, None, &name).await?;
            finish(app, confirmed::delete(app, &client, kind, &found, &write).await?, "deleted")
        }
        AccountRuleCommand::Test { stage } => test(app, stage.as_deref()).await,
    }
}

async fn edit(app: &App, name: &str, says: &AccountRuleArgs, write: &WriteArgs) -> Result {
    let kind = resource::ACCOUNT_RULE;
    let client = app.client().await?;
    let found = objects::fetch(&client, kind, None, name).await?;
    let written = if *says == AccountRuleArgs::default() {
        let body = generic::in_editor(app, &found.value)?;
        objects::replace(app, &client, kind, &found, &body, write).await?
    } else {
        let body = |now: &Value| {
            let mut body = now.clone();
            say(&mut body["spec"], says)?;
            Ok(body)
        };
        confirmed::replace(app, &client, kind, &found, &body, write).await?
    };
    finish(app, written, "changed")
}

fn finish(app: &App, written: Written, verb: &str) -> Result {
    match written {
        Written::Done { object, .. } => objects::done(app, resource::ACCOUNT_RULE, &object, verb),
        Written::Dry => Ok(()),
    }
}

/// Lays what flags say over a rule's spec.
fn say(spec: &mut Value, says: &AccountRuleArgs) -> Result {
    let mut changes = fields(&[("description", says.description.clone()), ("organizationalUnit", says.unit.clone())]);
    if !says.stages.is_empty() {
        changes["stages"] = json!(says.stages);
    }
    if let Some(priority) = says.priority {
        changes["priority"] = priority.into();
    }
    if let Some(account) = &says.existing {
        changes["accounts"] = json!({ "mode": "existing", "account": account });
    }
    if let Some(of) = says.accounts {
        let mode = match of {
            AccountsOf::PerTeam => "perTeam",
            AccountsOf::PerTeamAndStage => "perTeamAndStage",
        };
        changes["accounts"] = json!({ "mode": mode, "account": null });
    }
    if let Some(given) = &says.monthly_budget {
        changes["monthlyBudget"] = budget(given)?;
    }
    for (guardrails, holds) in [(&says.without, false), (&says.with, true)] {
        for guardrail in guardrails {
            changes["guardrails"][field(*guardrail)] = holds.into();
        }
    }
    json_patch::merge(spec, &changes);
    if let Some(teams) = policy::allocation(&says.allocation)? {
        spec["teams"] = teams;
    }
    Ok(())
}

const fn field(guardrail: GuardrailName) -> &'static str {
    match guardrail {
        GuardrailName::Regions => "regions",
        GuardrailName::LeaveOrganization => "leaveOrganization",
        GuardrailName::AuditTrail => "auditTrail",
        GuardrailName::KoreRoles => "koreRoles",
        GuardrailName::RootUser => "rootUser",
        GuardrailName::BootstrapRole => "bootstrapRole",
    }
}

/// `500USD`, and `500` in dollars.
fn budget(given: &str) -> Result<Value> {
    let wrong = || CliError::usage(format!("{given:?} is no budget")).fix("write it as --monthly-budget 500USD");
    let digits = given.find(|one: char| !one.is_ascii_digit()).unwrap_or(given.len());
    let (amount, currency) = given.split_at(digits);
    let amount: u32 = amount.parse().map_err(|_| wrong())?;
    let currency = if currency.is_empty() { "USD" } else { currency.trim() };
    Ok(json!({ "amount": amount, "currency": currency.to_ascii_uppercase() }))
}

/// Which rule holds for a team and a stage.
pub(super) async fn ask(client: &Client, team: &str, stage: Option<&str>) -> Result<AccountRuleAnswer> {
    let stage = stage.map(|stage| format!("&stage={}", resource::segment(stage))).unwrap_or_default();
    let path = format!("/api/v1/accountruletest?team={}{stage}", resource::segment(team));
    Ok(client.get(&path).await?.value)
}

async fn test(app: &App, stage: Option<&str>) -> Result {
    let Some(team) = app.globals.team.as_deref() else {
        return Err(CliError::usage("for which team?").fix("say it: kore account-rule test --team TEAM --stage STAGE"));
    };
    let answer = ask(&app.client().await?, team, stage).await?;
    if !app.for_people() {
        return output::document(app, &serde_json::to_value(&answer).unwrap_or_default());
    }
    let whom = match &answer.stage {
        Some(stage) => format!("team {} and stage {stage}", answer.team),
        None => format!("team {} without a stage", answer.team),
    };
    match &answer.rule {
        Some(rule) => app.printer.text(&format!("Rule {rule} holds for {whom}.")),
        None => app.printer.text(&format!("No rule holds for {whom}: it gets no account.")),
    }
    if let Some(account) = &answer.account {
        let verb = if account.exists { "is" } else { "would be" };
        app.printer.text(&format!("Its account {verb} {}, in cloud {}.", account.name, account.spec.organization));
    }
    if answer.verdicts.is_empty() {
        return Ok(());
    }
    app.printer.text("");
    let glyphs = app.printer.glyphs;
    let mut table = Table::new(&["", "RULE", "CLOUD", "PRIORITY", "WHY"]);
    for one in &answer.verdicts {
        let (sign, style) = match one.result {
            RuleResult::Applies => (glyphs.done, Style::Good),
            RuleResult::NotForTeam | RuleResult::NotForStage | RuleResult::Outranked => (glyphs.pending, Style::Dim),
        };
        table.row(vec![
            Cell::new(sign).style(style),
            Cell::new(&one.rule).style(Style::Bold),
            Cell::new(one.organization.as_str()),
            Cell::new(one.priority.to_string()),
            Cell::new(&one.why).style(Style::Dim),
        ]);
    }
    table.print(&app.printer, !app.globals.no_headers);
    Ok(())
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, resource::ACCOUNT_RULE.kind, object, |app| {
        let text = |path: &str| views::text(object, path);
        let stages = views::at(object, "spec.stages").and_then(Value::as_array).filter(|all| !all.is_empty());
        let stages = stages.map_or_else(
            || "every stage".to_owned(),
            |all| all.iter().map(output::plain).collect::<Vec<_>>().join(", "),
        );
        let account = text("spec.accounts.account");
        let accounts = match text("spec.accounts.mode").as_str() {
            "perTeam" => "one for each team".to_owned(),
            "existing" => format!("{account}, for all of them"),
            _ => "one for each team and stage".to_owned(),
        };
        let unit = Some(text("spec.organizationalUnit")).filter(|unit| !unit.is_empty());
        let budget = format!("{} {}", text("spec.monthlyBudget.amount"), text("spec.monthlyBudget.currency"));
        super::cluster::pairs(
            app,
            vec![
                ("Rule", Cell::new(text("metadata.name")).style(Style::Bold)),
                ("For", Cell::new(text("spec.description"))),
                ("Cloud", Cell::new(text("spec.organization"))),
                ("Teams", Cell::new(policy::teams(object))),
                ("Stages", Cell::new(stages)),
                ("Accounts", Cell::new(accounts)),
                ("Unit", Cell::new(unit.unwrap_or_else(|| "Kore's own".to_owned()))),
                ("Guardrails", account::guardrails(object, "spec.guardrails")),
                ("Monthly budget", Cell::new(budget.trim())),
                ("Priority", Cell::new(text("spec.priority"))),
            ],
        );
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_say_a_rule() {
        let says = AccountRuleArgs {
            stages: vec!["production".to_owned()],
            existing: Some("123456789012".to_owned()),
            monthly_budget: Some("500eur".to_owned()),
            without: vec![GuardrailName::Regions],
            priority: Some(-1),
            ..AccountRuleArgs::default()
        };
        let mut spec = json!({ "organization": "acme" });
        say(&mut spec, &says).unwrap();
        assert_eq!(
            spec,
            json!({
                "organization": "acme", "stages": ["production"], "priority": -1,
                "accounts": { "mode": "existing", "account": "123456789012" },
                "monthlyBudget": { "amount": 500, "currency": "EUR" }, "guardrails": { "regions": false },
            })
        );
        say(&mut spec, &AccountRuleArgs { accounts: Some(AccountsOf::PerTeam), ..AccountRuleArgs::default() }).unwrap();
        assert_eq!(spec["accounts"], json!({ "mode": "perTeam" }), "an account goes with its mode");
    }

    #[test]
    fn budgets_are_read_as_people_write_them() {
        assert_eq!(budget("500").unwrap(), json!({ "amount": 500, "currency": "USD" }));
        assert_eq!(budget("1200 GBP").unwrap(), json!({ "amount": 1200, "currency": "GBP" }));
        for bad in ["", "USD", "-5", "99999999999"] {
            assert!(budget(bad).is_err(), "{bad}");
        }
    }
}
