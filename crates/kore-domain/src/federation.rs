//! What the claims of an identity provider come to here: a name, groups, whether somebody may come in, and
//! which roles they hold.
//!
//! Who somebody *is* does not follow from any of this: an identity is the pair of issuer and subject,
//! and neither a name nor an e-mail address is taken for one.

use std::collections::{BTreeMap, BTreeSet};

use kore_api::{
    identity::{PlatformRole, TeamRole},
    identity_provider::{GroupMapping, IdentityProviderSpec},
    names::{MAX_LENGTH, TeamName, UserName},
};
use serde_json::{Map, Value};

/// Claims as a provider sends them.
pub type Claims = Map<String, Value>;

/// Names that nobody gets by signing in at a provider: they mean something here, whoever bears them.
const KEPT: [&str; 8] = ["admin", "root", "kore", "system", "anonymous", "platform", "management", "controller"];
/// Groups that one person may be in; more is a mistake or an attack.
const MOST_GROUPS: usize = 2000;

/// What is known of somebody whom a provider vouches for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Where their login name begins; see [`names`].
    pub name: String,
    /// How people read it.
    pub display_name: Option<String>,
    /// Their e-mail address, if the provider says that it is verified.
    pub email: Option<String>,
    /// Their groups, each once.
    pub groups: Vec<String>,
    /// The provider has groups for them and does not say which.
    pub groups_withheld: bool,
}

/// Why somebody may not come in. Says which list, and nothing that stands on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is a list of domains, and no verified address to compare with it.
    #[error("Only certain e-mail domains are admitted, and the provider does not say that your address is verified.")]
    Unverified,
    /// Their domain is not on the list.
    #[error("The domain of your e-mail address is not among those that are admitted.")]
    Domain,
    /// None of their groups is on the list.
    #[error("None of your groups is among those that are admitted.")]
    Group,
    /// They are in more groups than the provider names in a token.
    #[error("The provider does not name your groups: you are in more than it sends.")]
    Withheld,
}

/// A role that a group gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupRole {
    /// Which team; across the platform when there is none.
    pub team: Option<TeamName>,
    /// The role in the team; the platform has one role.
    pub role: Option<TeamRole>,
    /// The group that gives it.
    pub group: String,
}

/// What the groups of somebody are worth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// Across the platform, and by which group.
    pub platform: Option<(PlatformRole, String)>,
    /// In teams, the highest that any of their groups gives, and which group that is.
    pub teams: BTreeMap<TeamName, (TeamRole, String)>,
}

/// A claim; dots lead inwards unless the whole name is there.
fn claim<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    if let Some(found) = claims.get(name) {
        return Some(found);
    }
    let (first, rest) = name.split_once('.')?;
    claim(claims.get(first)?.as_object()?, rest)
}

fn text(claims: &Claims, name: &str) -> Option<String> {
    let text = claim(claims, name)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.chars().filter(|c| !c.is_control()).take(255).collect())
}

/// Reads the claims, as the provider's configuration names them.
#[must_use]
pub fn person(spec: &IdentityProviderSpec, claims: &Claims) -> Person {
    let names = &spec.claims;
    let email = text(claims, &names.email).filter(|_| verified(claims)).filter(|email| domain(email).is_some());
    let mut groups = Vec::new();
    match claim(claims, &names.groups) {
        Some(Value::String(one)) => groups.push(one.clone()),
        Some(Value::Array(many)) => groups.extend(many.iter().filter_map(Value::as_str).map(str::to_owned)),
        _ => {}
    }
    groups.retain(|group| !group.is_empty() && group.len() <= 255);
    groups.truncate(MOST_GROUPS);
    let mut seen = BTreeSet::new();
    groups.retain(|group| seen.insert(group.clone()));
    // OpenID Connect Core section 5.6.2: the claim is elsewhere; Entra ID does so beyond 200 groups.
    let first = names.groups.split('.').next().unwrap_or_default();
    let elsewhere = claims.get("_claim_names").and_then(|names| names.get(first)).is_some();
    let name = [&names.username, &names.email, &names.display_name].into_iter().find_map(|name| text(claims, name));
    Person {
        name: name.unwrap_or_default(),
        display_name: text(claims, &names.display_name),
        email,
        groups_withheld: elsewhere && groups.is_empty(),
        groups,
    }
}

/// Only `true` counts; some providers send it as text.
fn verified(claims: &Claims) -> bool {
    match claims.get("email_verified") {
        Some(Value::Bool(verified)) => *verified,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

/// What is behind the last `@`, in lower case.
fn domain(email: &str) -> Option<String> {
    let (local, domain) = email.rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then(|| domain.to_ascii_lowercase())
}

/// Whether somebody may come in.
///
/// # Errors
/// [`Refusal`]: the first list that they are not on.
pub fn admit(spec: &IdentityProviderSpec, person: &Person) -> Result<(), Refusal> {
    if !spec.allowed_domains.is_empty() {
        let domain = person.email.as_deref().and_then(domain).ok_or(Refusal::Unverified)?;
        // A domain is itself, not what ends like it, and not what is within it.
        if !spec.allowed_domains.iter().any(|allowed| allowed.eq_ignore_ascii_case(&domain)) {
            return Err(Refusal::Domain);
        }
    }
    if !spec.allowed_groups.is_empty() && !person.groups.iter().any(|group| spec.allowed_groups.contains(group)) {
        return Err(if person.groups_withheld { Refusal::Withheld } else { Refusal::Group });
    }
    Ok(())
}

/// What these groups are worth: in each place the highest role that any of them gives.
#[must_use]
pub fn roles(mappings: &[GroupMapping], groups: &[String]) -> Roles {
    let groups: BTreeSet<&str> = groups.iter().map(String::as_str).collect();
    let mut roles = Roles::default();
    for mapping in mappings.iter().filter(|mapping| groups.contains(mapping.group.as_str())) {
        if let Some(role) = mapping.platform_role
            && roles.platform.as_ref().is_none_or(|(known, _)| role > *known)
        {
            roles.platform = Some((role, mapping.group.clone()));
        }
        if let (Some(team), Some(role)) = (&mapping.team, mapping.role)
            && roles.teams.get(team).is_none_or(|(known, _)| role > *known)
        {
            roles.teams.insert(team.clone(), (role, mapping.group.clone()));
        }
    }
    roles
}

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where, within the spec.
    pub pointer: String,
    /// Which rule.
    pub rule: &'static str,
    /// Why.
    pub detail: String,
}

/// What is wrong with a configuration, as far as it can be seen from itself.
#[must_use]
pub fn faults(spec: &IdentityProviderSpec) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |pointer: String, rule, detail: &str| {
        faults.push(Fault { pointer, rule, detail: detail.to_owned() });
    };
    for (place, mapping) in spec.group_mappings.iter().enumerate() {
        let pointer = format!("/groupMappings/{place}");
        match (mapping.platform_role, &mapping.team, mapping.role) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => {}
            (None, Some(_), None) => fault(format!("{pointer}/role"), "required", "which role in the team?"),
            (None, None, Some(_)) => fault(format!("{pointer}/team"), "required", "in which team?"),
            _ => fault(pointer, "oneOf", "a group is worth platformRole, or team and role; for both, list it twice"),
        }
    }
    for (place, domain) in spec.allowed_domains.iter().enumerate() {
        let plain = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
        if !plain || domain.is_empty() || domain.starts_with('.') {
            let why = "is not a domain, as example.com; subdomains are listed one by one";
            fault(format!("/allowedDomains/{place}"), "format", why);
        }
    }
    for (place, scope) in spec.scopes.iter().enumerate() {
        // RFC 6749 section 3.3.
        if scope.is_empty() || !scope.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\')) {
            fault(format!("/scopes/{place}"), "format", "is not a scope");
        }
    }
    let claims = &spec.claims;
    for (name, value) in [("username", &claims.username), ("email", &claims.email), ("groups", &claims.groups)] {
        if value.is_empty() || value.len() > 200 {
            fault(format!("/claims/{name}"), "minLength", "is not the name of a claim");
        }
    }
    faults
}

/// What deserves a look in what a provider says of somebody.
#[must_use]
pub fn warnings(spec: &IdentityProviderSpec, claims: &Claims, person: &Person) -> Vec<String> {
    let mut warnings = Vec::new();
    let names = &spec.claims;
    if text(claims, &names.username).is_none() {
        warnings.push(format!("There is no claim {:?}: the login name is made from something else.", names.username));
    }
    if claim(claims, &names.groups).is_none() && (!spec.group_mappings.is_empty() || !spec.allowed_groups.is_empty()) {
        warnings.push(if person.groups_withheld {
            format!("The claim {:?} is withheld: this person is in more groups than the provider sends.", names.groups)
        } else {
            format!("There is no claim {:?}: no group gives a role.", names.groups)
        });
    }
    if claim(claims, &names.email).is_some() && person.email.is_none() {
        warnings.push("The e-mail address is not verified (email_verified), so that it counts for nothing.".to_owned());
    }
    let known: BTreeSet<&str> = spec.group_mappings.iter().map(|mapping| mapping.group.as_str()).collect();
    let unmapped: Vec<&str> =
        person.groups.iter().map(String::as_str).filter(|group| !known.contains(group)).take(10).collect();
    if !unmapped.is_empty() && !spec.group_mappings.is_empty() {
        warnings.push(format!("Groups that are worth nothing here: {}.", unmapped.join(", ")));
    }
    warnings
}

impl Roles {
    /// One by one, as they are recorded.
    #[must_use]
    pub fn list(&self) -> Vec<GroupRole> {
        let platform =
            self.platform.iter().map(|(_, group)| GroupRole { team: None, role: None, group: group.clone() });
        let teams = self.teams.iter().map(|(team, (role, group))| GroupRole {
            team: Some(team.clone()),
            role: Some(*role),
            group: group.clone(),
        });
        platform.chain(teams).collect()
    }
}

/// Login names to try for somebody new, in this order; the first that nobody bears is theirs. Somebody
/// who is called like another gets another name, never the other's account.
pub fn names(wanted: &str) -> impl Iterator<Item = UserName> {
    let base = base(wanted);
    let kept = KEPT.contains(&base.as_str());
    let numbered = (2..).map({
        let base = base.clone();
        move |number: u32| {
            let end = format!("-{number}");
            let begin: String = base.chars().take(MAX_LENGTH.saturating_sub(end.len())).collect();
            format!("{}{end}", begin.trim_end_matches('-'))
        }
    });
    let first = (!kept).then_some(base);
    first.into_iter().chain(numbered.take(10_000)).filter_map(|name| name.parse().ok())
}

/// What is nearest to the wanted name among those that are names.
fn base(wanted: &str) -> String {
    let local = wanted.split('@').next().unwrap_or_default();
    let mut name = String::new();
    for letter in local.chars() {
        let letter = letter.to_ascii_lowercase();
        if letter.is_ascii_lowercase() || letter.is_ascii_digit() {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_start_matches(|letter: char| !letter.is_ascii_lowercase());
    let name: String = name.chars().take(MAX_LENGTH).collect();
    let name = name.trim_end_matches('-');
    if name.is_empty() { "user".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn spec(changes: &Value) -> IdentityProviderSpec {
        let mut spec = json!({ "issuer": "https://id.example.com", "clientId": "kore" });
        spec.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        serde_json::from_value(spec).unwrap()
    }

    fn claims(claims: &Value) -> Claims {
        claims.as_object().unwrap().clone()
    }

    #[test]
    fn claims_are_read_as_the_configuration_names_them() {
        let usual = person(
            &spec(&json!({})),
            &claims(&json!({
                "sub": "1", "preferred_username": "Ana.M", "name": "Ana María", "email": "ana@Example.com",
                "email_verified": true, "groups": ["dev", "dev", 7, ""]
            })),
        );
        assert_eq!(usual.groups, ["dev"]);
        assert_eq!((usual.name.as_str(), usual.email.as_deref()), ("Ana.M", Some("ana@Example.com")));
        let named = spec(&json!({ "claims": { "username": "upn", "groups": "realm_access.roles" } }));
        let keycloak = person(&named, &claims(&json!({ "upn": "ana@corp", "realm_access": { "roles": ["a", "b"] } })));
        assert_eq!((keycloak.name.as_str(), keycloak.groups.len()), ("ana@corp", 2));
        let url = spec(&json!({ "claims": { "groups": "https://example.com/groups" } }));
        assert_eq!(person(&url, &claims(&json!({ "https://example.com/groups": "ops" }))).groups, ["ops"]);
        for unverified in [json!(null), json!(false), json!("false"), json!(1), json!("TRUE")] {
            let claims = claims(&json!({ "email": "ana@example.com", "email_verified": unverified }));
            assert_eq!(person(&spec(&json!({})), &claims).email, None, "{unverified}");
        }
    }

    #[test]
    fn allow_lists_count_what_is_verified_and_nothing_that_looks_like_it() {
        let by_domain = spec(&json!({ "allowedDomains": ["Example.com"] }));
        let comes = |spec: &IdentityProviderSpec, claims: &Value| admit(spec, &person(spec, &self::claims(claims)));
        let mail = |email: &str| json!({ "email": email, "email_verified": true });
        assert_eq!(comes(&by_domain, &mail("ana@example.COM")), Ok(()));
        for other in
            ["ana@evil-example.com", "ana@sub.example.com", "ana@example.com.evil.org", "ana@example.com@evil.org"]
        {
            assert_eq!(comes(&by_domain, &mail(other)), Err(Refusal::Domain), "{other}");
        }
        assert_eq!(comes(&by_domain, &json!({ "email": "ana@example.com" })), Err(Refusal::Unverified));
        assert_eq!(comes(&by_domain, &json!({})), Err(Refusal::Unverified));
        let by_group = spec(&json!({ "allowedGroups": ["kore"] }));
        assert_eq!(comes(&by_group, &json!({ "groups": ["x", "kore"] })), Ok(()));
        assert_eq!(comes(&by_group, &json!({ "groups": "kore" })), Ok(()));
        for other in [json!({}), json!({ "groups": ["Kore", "kore "] }), json!({ "groups": { "kore": true } })] {
            assert_eq!(comes(&by_group, &other), Err(Refusal::Group), "{other}");
        }
        let overage = json!({ "_claim_names": { "groups": "src1" }, "_claim_sources": {} });
        assert_eq!(comes(&by_group, &overage), Err(Refusal::Withheld));
        let both = spec(&json!({ "allowedDomains": ["example.com"], "allowedGroups": ["kore"] }));
        assert_eq!(comes(&both, &mail("ana@example.com")), Err(Refusal::Group), "both must agree");
        assert_eq!(comes(&spec(&json!({})), &json!({})), Ok(()));
    }

    #[test]
    fn the_highest_role_wins_whatever_the_order() {
        let mapping = |group: &str, role: &str| json!({ "group": group, "team": "payments", "role": role });
        let mut mappings = vec![mapping("dev", "developer"), mapping("lead", "owner"), mapping("all", "viewer")];
        mappings.push(json!({ "group": "root", "platformRole": "admin" }));
        let groups: Vec<String> = ["all", "lead", "dev", "unknown"].map(str::to_owned).to_vec();
        for turn in 0..4 {
            mappings.rotate_left(turn);
            let spec = spec(&json!({ "groupMappings": mappings }));
            let roles = roles(&spec.group_mappings, &groups);
            assert_eq!(roles.platform, None);
            let team: TeamName = "payments".parse().unwrap();
            assert_eq!(roles.teams[&team], (TeamRole::Owner, "lead".to_owned()));
            assert_eq!(roles.list().len(), 1);
        }
    }

    #[test]
    fn nobody_becomes_the_administrator_by_being_called_so() {
        for wanted in
            ["admin", "Admin", "ADMIN@example.com", "admin-", "-admin", "..admin..", "1admin", "root", "system"]
        {
            let first = names(wanted).next().unwrap();
            assert!(first.as_str().ends_with("-2"), "{wanted} → {first}");
        }
        let of = |wanted: &str| names(wanted).take(2).map(|name| name.to_string()).collect::<Vec<_>>();
        assert_eq!(of("Ana.María@example.com"), ["ana-mar-a", "ana-mar-a-2"]);
        assert_eq!(of("李"), ["user", "user-2"]);
        assert_eq!(of(""), ["user", "user-2"]);
    }

    proptest! {
        #[test]
        fn whatever_a_provider_says_there_is_a_name_and_it_is_nobodys(wanted in any::<String>()) {
            let some: Vec<UserName> = names(&wanted).take(20).collect();
            prop_assert_eq!(some.len(), 20);
            let distinct: BTreeSet<_> = some.iter().collect();
            prop_assert_eq!(distinct.len(), 20);
            for name in &some {
                prop_assert!(!KEPT.contains(&name.as_str()));
            }
        }

        #[test]
        fn a_role_never_comes_from_a_group_that_one_is_not_in(groups in proptest::collection::vec("[a-e]", 0..4)) {
            let mappings: Vec<GroupMapping> = ["a", "b", "c"].iter().map(|group| GroupMapping {
                group: (*group).to_owned(),
                platform_role: (*group == "c").then_some(PlatformRole::Admin),
                team: (*group != "c").then(|| "payments".parse().unwrap()),
                role: (*group != "c").then_some(if *group == "a" { TeamRole::Viewer } else { TeamRole::Owner }),
            }).collect();
            let roles = roles(&mappings, &groups);
            let within = |group: &str| groups.iter().any(|one| one == group);
            prop_assert_eq!(roles.platform.is_some(), within("c"));
            prop_assert_eq!(roles.teams.len(), usize::from(within("a") || within("b")));
            prop_assert!(roles.list().iter().all(|role| within(&role.group)));
        }
    }
}
