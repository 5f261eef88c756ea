//! Finding things by a part of their name, among what the caller may see.

use kore_api::{
    cloud::{AccountRule, CloudAccount, CloudOrganization},
    cluster::Cluster,
    codes::Code,
    meta,
    names::TeamName,
    namespace::ClusterNamespace,
    plan::Plan,
    policy::PlanPolicy,
    problem::Problem,
    search::{Hit, Hits},
    team::Team,
};
use kore_domain::{
    access::{OpContext, Permission, Platform, Resource},
    search::{Fit, Typed},
};
use kube::ResourceExt;

use crate::{
    App, AppError,
    envelope::team_of,
    kinds::Scope,
    objects::{Sight, Stored},
};

/// What can be searched, in the order in which things that fit alike come.
pub const KINDS: [&str; 10] = [
    "Team",
    "Cluster",
    "ClusterNamespace",
    "Plan",
    "PlanPolicy",
    "CloudOrganization",
    "AccountRule",
    "CloudAccount",
    "Robot",
    "User",
];
/// Most that is answered.
pub const MOST: usize = 20;
/// Longest text that is looked for, in characters.
const LONGEST: usize = 100;
/// Rows of the database that are looked at for each kind.
const ROWS: u64 = 200;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Parts of names; each must be found.
    pub text: String,
    /// Of these kinds; of all when empty.
    pub kinds: Vec<String>,
    /// Of this team only.
    pub team: Option<TeamName>,
    /// So many, at most [`MOST`].
    pub limit: usize,
}

struct Found {
    fit: Fit,
    kind: usize,
    hit: Hit,
}

impl App {
    /// What answers to a text, the best first: among what the caller may see, so that nothing else is told of by being
    /// found or not.
    ///
    /// # Errors
    /// 422 for nothing to look for, too much, and kinds that are not searched.
    pub async fn search(&self, cx: &OpContext, wanted: &Wanted) -> Result<Hits, AppError> {
        let invalid = |field: &str, detail: String| {
            let problem = Problem::new(Code::InputInvalid, detail.clone());
            AppError::from(problem.with_field(format!("/{field}"), "valid", detail))
        };
        if wanted.text.chars().count() > LONGEST {
            return Err(invalid("q", format!("is longer than {LONGEST} characters")));
        }
        let typed = Typed::new(&wanted.text).ok_or_else(|| invalid("q", "is empty".to_owned()))?;
        if let Some(kind) = wanted.kinds.iter().find(|kind| !KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind)))
        {
            return Err(invalid("kinds", format!("{kind:?} is not searched; there are {}", KINDS.join(", "))));
        }
        let mut found = Vec::new();
        for (place, kind) in KINDS.into_iter().enumerate() {
            if !wanted.kinds.is_empty() && !wanted.kinds.iter().any(|wanted| wanted.eq_ignore_ascii_case(kind)) {
                continue;
            }
            let team = wanted.team.as_ref();
            let hits = match kind {
                "Team" => self.indexed::<Team>(cx, &typed, team, |team| team.spec.display_name.clone())?,
                "Cluster" => self.indexed::<Cluster>(cx, &typed, team, |_| None)?,
                "ClusterNamespace" => self.indexed::<ClusterNamespace>(cx, &typed, team, |_| None)?,
                "Plan" => self.indexed::<Plan>(cx, &typed, team, |plan| plan.spec.title.clone())?,
                "PlanPolicy" => {
                    self.indexed::<PlanPolicy>(cx, &typed, team, |policy| policy.spec.description.clone())?
                }
                "CloudOrganization" => self.indexed::<CloudOrganization>(cx, &typed, team, |_| None)?,
                "CloudAccount" => {
                    self.indexed::<CloudAccount>(cx, &typed, team, |account| account.status.as_ref()?.account.clone())?
                }
                "AccountRule" => self.indexed::<AccountRule>(cx, &typed, team, |rule| rule.spec.description.clone())?,
                "Robot" => self.robots_like(cx, &typed, team).await?,
                _ => self.people_like(cx, &typed, team).await?,
            };
            found.extend(hits.into_iter().map(|(fit, hit)| Found { fit, kind: place, hit }));
        }
        found.sort_by(|a, b| {
            let key = |found: &Found| (found.fit, found.kind, found.hit.name.len());
            key(a).cmp(&key(b)).then_with(|| (&a.hit.name, &a.hit.team).cmp(&(&b.hit.name, &b.hit.team)))
        });
        found.truncate(wanted.limit.min(MOST));
        Ok(Hits { items: found.into_iter().map(|found| found.hit).collect() })
    }

    /// Objects of the management cluster.
    fn indexed<K: Stored>(
        &self,
        cx: &OpContext,
        typed: &Typed,
        team: Option<&TeamName>,
        title: impl Fn(&K) -> Option<String>,
    ) -> Result<Vec<(Fit, Hit)>, AppError> {
        let kind = K::entry();
        let reads = kind.verbs.get.unwrap_or(kind.verbs.list);
        let of_teams = kind.scope == Scope::Team;
        // A team is of itself; nothing else across the platform is of a team.
        let own = kind.name == "Team";
        if !of_teams && (!cx.may(kind.verbs.list, &Resource::Platform) || (team.is_some() && !own)) {
            return Ok(Vec::new());
        }
        let sight = Sight::new(self, cx, cx.visible(reads).get(reads)?.clone())?;
        let spaces: Vec<Option<String>> = match (team, sight.visibility.places()) {
            (Some(team), _) if of_teams => vec![Some(meta::team_namespace(team))],
            (None, Some(teams)) if of_teams => teams.into_iter().map(|team| Some(meta::team_namespace(team))).collect(),
            _ => vec![None],
        };
        let spaces: Vec<_> = spaces.iter().map(Option::as_deref).collect();
        let mut hits: Vec<(Fit, Hit)> = K::index(self).scan(&spaces, |objects| {
            objects
                .filter_map(|object| {
                    let name = object.meta().name.as_deref().unwrap_or_default();
                    if own && team.is_some_and(|team| team.as_str() != name) {
                        return None;
                    }
                    let team = object.meta().namespace.as_deref().and_then(team_of);
                    let (title, full) = (title(object), team.map(|team| format!("{team}/{name}")));
                    let texts = [Some(name), team, full.as_deref(), title.as_deref()];
                    let texts: Vec<&str> = texts.into_iter().flatten().collect();
                    let fit = typed.fit(&texts).filter(|_| object.visible(&sight))?;
                    let (kind, team) = (kind.name.to_owned(), team.map(str::to_owned));
                    Some((fit, Hit { kind, team, name: object.name_any(), title }))
                })
                .collect()
        });
        hits.sort_by_key(|(fit, hit)| (*fit, hit.name.len()));
        hits.truncate(MOST);
        Ok(hits)
    }

    async fn robots_like(
        &self,
        cx: &OpContext,
        typed: &Typed,
        team: Option<&TeamName>,
    ) -> Result<Vec<(Fit, Hit)>, AppError> {
        let proof = cx.visible(Permission::RobotRead);
        if proof.get(Permission::RobotRead)?.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.store.find_robots(&proof, typed.longest(), ROWS).await?;
        let rows = rows.into_iter().filter(|robot| team.is_none_or(|team| *team == robot.team));
        let hits = rows.filter_map(|robot| {
            let (team, name) = (robot.team.to_string(), robot.name.to_string());
            let fit = typed.fit(&[&name, &team, &format!("{team}/{name}")])?;
            Some((fit, Hit { kind: "Robot".to_owned(), team: Some(team), name, title: None }))
        });
        Ok(hits.collect())
    }

    async fn people_like(
        &self,
        cx: &OpContext,
        typed: &Typed,
        team: Option<&TeamName>,
    ) -> Result<Vec<(Fit, Hit)>, AppError> {
        // Nobody is of a team as a user; members are found where the team is.
        let Some(proof) = cx.authorize(Permission::UserRead, Platform).ok().filter(|_| team.is_none()) else {
            return Ok(Vec::new());
        };
        let rows = self.store.find_people(&proof, typed.longest(), ROWS).await?;
        let hits = rows.into_iter().filter_map(|(name, title)| {
            let fit = typed.fit(&[name.as_str(), title.as_deref().unwrap_or_default()])?;
            Some((fit, Hit { kind: "User".to_owned(), team: None, name: name.to_string(), title }))
        });
        Ok(hits.collect())
    }
}
