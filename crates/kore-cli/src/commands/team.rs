//! `kore team`.

use kore_client::{Precondition, resource};
use serde_json::{Map, Value, json};

use super::{
    confirmed,
    objects::{self, Written},
};
use crate::{
    app::App,
    cli::{MemberCommand, Role, TeamCommand, WriteArgs},
    error::Result,
    output,
    printer::Style,
    table::Cell,
    views,
};

/// Runs `kore team`.
///
/// # Errors
/// Whatever the command ends with.
pub async fn run(app: &App, command: TeamCommand) -> Result {
    match command {
        TeamCommand::List(args) => {
            let hint = "You are in no team. Make one:  kore team create NAME";
            objects::show_list(app, resource::TEAM, None, &objects::query(&args), hint).await
        }
        TeamCommand::Show { name } => {
            let client = app.client().await?;
            let name = app.team_or(name.as_deref())?;
            let found = objects::fetch(&client, resource::TEAM, None, &name).await?;
            show(app, &found.value)
        }
        TeamCommand::Create { name, display_name, description, write } => {
            let spec = fields(&[("displayName", display_name), ("description", description)]);
            let client = app.client().await?;
            let body = objects::new_object(resource::TEAM, None, &name, spec);
            let written = objects::create(app, &client, resource::TEAM, None, &body, &write).await?;
            let Written::Done { object, .. } = written else { return Ok(()) };
            let object = objects::settle(app, &client, resource::TEAM, object, &write).await?;
            objects::done(app, resource::TEAM, &object, "created")?;
            app.printer.note(&format!("Next:  kore cluster create {name}/NAME --plan PLAN"));
            Ok(())
        }
        TeamCommand::Edit { name, display_name, description, write } => {
            let changes = fields(&[("displayName", display_name), ("description", description)]);
            edit(app, &name, &changes, &write).await
        }
        TeamCommand::Delete { name, write } => delete(app, &name, &write).await,
        TeamCommand::Members { team } => members(app, team).await,
        TeamCommand::Member(command) => member(app, command).await,
        TeamCommand::Invitation(command) => super::invitation::run(app, command).await,
        TeamCommand::Quota(command) => super::quota::run(app, command).await,
    }
}

async fn members(app: &App, team: Option<String>) -> Result {
    let team = app.team_or(team.as_deref())?;
    let hint = format!("No members. Add one:  kore team member add {team} USER");
    objects::show_list(app, resource::MEMBERSHIP, Some(&team), &objects::query(&Default::default()), &hint).await
}

/// The fields that were given.
pub(crate) fn fields(pairs: &[(&str, Option<String>)]) -> Value {
    let given = pairs.iter().filter_map(|(key, value)| Some(((*key).to_owned(), Value::from(value.clone()?))));
    Value::Object(given.collect::<Map<_, _>>())
}

fn show(app: &App, object: &Value) -> Result {
    output::one(app, "Team", object, |app| {
        let (state, style) = views::state(object);
        super::cluster::pairs(
            app,
            vec![
                ("Team", Cell::new(views::text(object, "metadata.name")).style(Style::Bold)),
                ("Display name", Cell::new(views::text(object, "spec.displayName"))),
                ("Description", Cell::new(views::text(object, "spec.description"))),
                ("State", Cell::new(state).style(style)),
                ("Namespace", Cell::new(views::text(object, "status.namespace"))),
                ("Id", Cell::new(views::text(object, "spec.id"))),
                ("Made", Cell::new(views::text(object, "metadata.creationTimestamp"))),
            ],
        );
        Ok(())
    })
}

async fn edit(app: &App, name: &str, changes: &Value, write: &WriteArgs) -> Result {
    let client = app.client().await?;
    let found = objects::fetch(&client, resource::TEAM, None, name).await?;
    let body = if changes.as_object().is_some_and(Map::is_empty) {
        super::generic::in_editor(app, &found.value)?
    } else {
        let mut body = found.value.clone();
        json_patch::merge(&mut body, &json!({"spec": changes}));
        body
    };
    match objects::replace(app, &client, resource::TEAM, &found, &body, write).await? {
        Written::Done { object, .. } => objects::done(app, resource::TEAM, &object, "changed"),
        Written::Dry => Ok(()),
    }
}

pub(crate) async fn delete(app: &App, name: &str, write: &WriteArgs) -> Result {
    let client = app.client().await?;
    let found = objects::fetch(&client, resource::TEAM, None, name).await?;
    let written = confirmed::delete(app, &client, resource::TEAM, &found, write).await?;
    let Written::Done { object, .. } = written else { return Ok(()) };
    if !write.no_wait {
        let timeout = write.timeout.unwrap_or(std::time::Duration::from_secs(120));
        let gone = |object: Option<&Value>| object.is_none().then_some(());
        objects::wait_until(app, &client, resource::TEAM, None, name, timeout, gone).await?;
    }
    objects::done(app, resource::TEAM, &object, "deleted")
}

pub(super) fn role_text(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer",
        Role::Developer => "developer",
        Role::Maintainer => "maintainer",
        Role::Owner => "owner",
    }
}

async fn member(app: &App, command: MemberCommand) -> Result {
    let kind = resource::MEMBERSHIP;
    let client = app.client().await?;
    match command {
        MemberCommand::List { team } => members(app, team).await,
        MemberCommand::Add { team, user, role } => {
            let body = objects::new_object(kind, Some(&team), &user, json!({"role": role_text(role)}));
            let object = client.create::<_, Value>(&kind.collection(Some(&team)), &body).await?.value;
            objects::done(app, kind, &object, "added")
        }
        MemberCommand::Remove { team, user } => {
            let found = objects::fetch(&client, kind, Some(&team), &user).await?;
            app.confirm(&format!("Remove {user} from team {team}?"))?;
            client.delete(&kind.object(Some(&team), &user), &found.precondition).await?;
            objects::done(app, kind, &found.value, "removed")
        }
        MemberCommand::Role { team, user, role } => {
            let found = objects::fetch(&client, kind, Some(&team), &user).await?;
            let mut body = found.value.clone();
            body["spec"]["role"] = role_text(role).into();
            let precondition: &Precondition = &found.precondition;
            let path = kind.object(Some(&team), &user);
            let object = client.replace::<_, Value>(&path, &body, precondition).await?.value;
            objects::done(app, kind, &object, "changed")
        }
    }
}
