//! What one decision costs, for somebody who holds much more than people do.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use kore_api::{identity::TeamRole, names::Principal};
use kore_domain::access::{BUILT_IN, Grant, OpContext, Permission, Reach, Resource, Source, Subject, Via};

/// Teams that they are in, and as many in which they have a binding.
pub(crate) const TEAMS: usize = 50;
const ROUNDS: u32 = 2_000;

/// The mean of every permission on a team of theirs, on one by a binding, and on somebody else's: those
/// are looked for to the end. And the mean of finding out what of everybody's they see.
pub(crate) fn measure() -> anyhow::Result<(Duration, Duration)> {
    let ana: Principal = "user:ana".parse()?;
    let mut subject = Subject::new(uuid::Uuid::nil(), ana);
    for number in 0..TEAMS {
        subject.teams.insert(format!("member-{number}").parse()?, TeamRole::Maintainer);
        let [role, ..] = BUILT_IN;
        subject.grants.push(Grant {
            via: Via::Binding(uuid::Uuid::nil()),
            role: role.name.into(),
            permissions: role.permissions,
            reach: Reach::Team(format!("bound-{number}").parse()?),
            expires_at: Some(jiff::Timestamp::MAX),
            networks: vec!["192.0.2.0/24".parse()?],
        });
    }
    let cx = OpContext {
        subject,
        request_id: String::new(),
        source: Source::Api,
        address: Some("192.0.2.1".parse()?),
        now: jiff::Timestamp::UNIX_EPOCH,
        session: None,
    };
    let last = TEAMS - 1;
    let mut places = Vec::new();
    for name in [format!("member-{last}"), format!("bound-{last}"), "strangers".to_owned()] {
        places.push(Resource::Team(name.parse()?));
    }
    let began = Instant::now();
    for _ in 0..ROUNDS {
        for permission in Permission::ALL {
            for place in &places {
                black_box(cx.may(black_box(*permission), black_box(place)));
            }
        }
    }
    let decisions = ROUNDS * u32::try_from(Permission::ALL.len() * places.len())?;
    let decision = began.elapsed() / decisions;
    let began = Instant::now();
    for _ in 0..ROUNDS {
        black_box(cx.visible(black_box(Permission::ClusterRead)));
    }
    Ok((decision, began.elapsed() / ROUNDS))
}
