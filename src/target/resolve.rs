//! From a target file, flags and the environment to a target, or to every mistake in them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_saphyr::Spanned;
use thiserror::Error;

use super::{ActorSpec, Credentials, Target, TargetSpec, Waiver, WaiverSpec, Writes};
use crate::case::Actor;
use crate::contract::Profile;
use crate::diagnostic::{Diagnostic, Mark, SourceFile, did_you_mean};
use crate::http::Endpoint;
use crate::redact::{SHORTEST, Secret};
use crate::yaml;

/// What flags say in place of a target file, or over it.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The endpoint.
    pub endpoint: Option<String>,
    /// The profile.
    pub profile: Option<Profile>,
    /// Actors with their credentials.
    pub actors: Vec<ActorFlag>,
    /// What may be written.
    pub writes: Option<Writes>,
}

/// An actor given by a flag: `owner=env:OWNER_TOKEN,PROJECT-ID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorFlag {
    /// The actor.
    pub actor: Actor,
    /// The environment variable that holds the token.
    pub variable: String,
    /// The project id.
    pub project_id: String,
}

/// Why an `--actor` cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ActorFlagError {
    /// The text has another form.
    #[error("write it as NAME=env:VARIABLE,PROJECT-ID")]
    Form,
    /// There is no such actor, or it takes no credentials.
    #[error("`{name}` is no actor with credentials; known: {known}")]
    Actor {
        /// The given name.
        name: String,
        /// The names to choose from.
        known: String,
    },
}

impl std::str::FromStr for ActorFlag {
    type Err = ActorFlagError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, rest) = text.split_once('=').ok_or(ActorFlagError::Form)?;
        let (variable, project_id) =
            rest.strip_prefix("env:").and_then(|rest| rest.split_once(',')).ok_or(ActorFlagError::Form)?;
        if variable.is_empty() || project_id.is_empty() {
            return Err(ActorFlagError::Form);
        }
        let actor = Actor::from_name(name).filter(|actor| actor.has_credentials()).ok_or_else(|| {
            let known: Vec<_> = Actor::ALL.iter().filter(|actor| actor.has_credentials()).map(|a| a.name()).collect();
            ActorFlagError::Actor { name: name.to_owned(), known: known.join(", ") }
        })?;
        Ok(Self { actor, variable: variable.to_owned(), project_id: project_id.to_owned() })
    }
}

/// Why there is no usable target.
#[derive(Debug, Error)]
pub enum TargetError {
    /// The target file has mistakes.
    #[error("the target file cannot be used")]
    File(Vec<Diagnostic>),
    /// Flags and file together lack something, or contradict themselves.
    #[error("{0}")]
    Incomplete(String),
}

/// Reads a target file; its first mistake comes back with its place.
pub fn read(file: &SourceFile) -> Result<TargetSpec, TargetError> {
    yaml::parse(file).map_err(|mistake| TargetError::File(vec![*mistake]))
}

/// Returns the target that a file and flags describe together; flags win.
///
/// `env` looks up an environment variable.
pub fn resolve(
    file: Option<(&SourceFile, &TargetSpec)>,
    flags: &Overrides,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Target, TargetError> {
    let empty = SourceFile::new("command line", "");
    let (source, spec) = file.map_or((&empty, None), |(source, spec)| (source, Some(spec)));
    let mut resolver = Resolver { source, env, mistakes: Vec::new() };
    let mut actors: BTreeMap<_, _> = spec
        .iter()
        .flat_map(|spec| &spec.actors)
        .filter(|(actor, _)| !flags.actors.iter().any(|flag| flag.actor == **actor))
        .filter_map(|(actor, given)| Some((*actor, resolver.actor(*actor, given)?)))
        .collect();
    let images = spec.iter().flat_map(|spec| &spec.images).map(|(kind, id)| (*kind, resolver.text(id))).collect();
    let recipients = spec.iter().flat_map(|spec| &spec.recipients).map(|id| resolver.text(id)).collect();
    let waivers = spec.iter().flat_map(|spec| &spec.waivers).filter_map(|w| resolver.waiver(w)).collect();
    let written = spec.and_then(|spec| spec.endpoint.as_ref()).map(|text| resolver.text(text));
    if !resolver.mistakes.is_empty() {
        return Err(TargetError::File(resolver.mistakes));
    }
    for flag in &flags.actors {
        actors.insert(flag.actor, from_flag(flag, env)?);
    }
    distinct(&actors)?;
    let incomplete = |what: &str| TargetError::Incomplete(what.to_owned());
    let endpoint = flags.endpoint.clone().or(written);
    let endpoint = endpoint.ok_or_else(|| incomplete("no endpoint is given: add `endpoint:` or pass --endpoint"))?;
    let endpoint = Endpoint::parse(&endpoint).map_err(|error| TargetError::Incomplete(error.to_string()))?;
    let profile = flags.profile.or(spec.map(|spec| spec.profile));
    let profile = profile.ok_or_else(|| incomplete("no profile is given: add `profile:` or pass --profile"))?;
    if !actors.contains_key(&Actor::Owner) {
        return Err(incomplete("no owner is given: every run needs the actor `owner`, who owns the images"));
    }
    Ok(Target {
        name: spec.map_or_else(|| "command-line".to_owned(), |spec| spec.name.clone()),
        profile,
        kind: spec.map(|spec| spec.kind).unwrap_or_default(),
        endpoint,
        actors,
        writes: flags.writes.or(spec.map(|spec| spec.writes)).unwrap_or_default(),
        images,
        recipients,
        features: spec.iter().flat_map(|spec| &spec.features).cloned().collect(),
        without: spec.iter().flat_map(|spec| &spec.without).cloned().collect(),
        images_created: spec.and_then(|spec| spec.limits.images_created),
        waivers,
    })
}

fn from_flag(flag: &ActorFlag, env: &dyn Fn(&str) -> Option<String>) -> Result<Credentials, TargetError> {
    let token = env(&flag.variable).filter(|token| !token.is_empty()).ok_or_else(|| {
        TargetError::Incomplete(format!(
            "the environment variable `{}`, which holds the token of {}, is not set",
            flag.variable, flag.actor
        ))
    })?;
    long_enough(flag.actor, &token).map_err(TargetError::Incomplete)?;
    Ok(Credentials { token: Secret::new(token), project_id: flag.project_id.clone() })
}

fn long_enough(actor: Actor, token: &str) -> Result<(), String> {
    if token.len() >= SHORTEST {
        return Ok(());
    }
    Err(format!("the token of {actor} is shorter than {SHORTEST} characters, so it cannot be kept out of reports"))
}

/// Refuses two actors who are one: the answers to one would be taken for the other's.
fn distinct(actors: &BTreeMap<Actor, Credentials>) -> Result<(), TargetError> {
    for (first, one) in actors {
        for (second, other) in actors.range(first..).skip(1) {
            let own_projects = first.has_own_project() && second.has_own_project();
            let what = if one.token == other.token {
                "the same token"
            } else if own_projects && one.project_id == other.project_id {
                "the same project"
            } else {
                continue;
            };
            let message = format!("{first} and {second} have {what}: each must be a party of its own");
            return Err(TargetError::Incomplete(message));
        }
    }
    for actor in [Actor::Reader, Actor::Ungranted] {
        if let (Some(one), Some(owner)) = (actors.get(&actor), actors.get(&Actor::Owner))
            && one.project_id != owner.project_id
        {
            let message = format!("{actor} and owner have different projects: {actor} must be in the owner's");
            return Err(TargetError::Incomplete(message));
        }
    }
    Ok(())
}

struct Resolver<'a> {
    source: &'a SourceFile,
    env: &'a dyn Fn(&str) -> Option<String>,
    mistakes: Vec<Diagnostic>,
}

impl Resolver<'_> {
    fn actor(&mut self, actor: Actor, given: &Spanned<ActorSpec>) -> Option<Credentials> {
        let mark = Mark::from(given.referenced);
        if !actor.has_credentials() {
            let message = format!("`{actor}` takes no credentials");
            self.mistakes.push(Diagnostic::error(self.source, mark, message).hint("remove it".to_owned()));
            return None;
        }
        let token = self.expand(mark, &given.value.token)?;
        let project_id = self.expand(mark, &given.value.project_id)?;
        if let Err(message) = long_enough(actor, &token) {
            self.mistakes.push(Diagnostic::error(self.source, mark, message));
        }
        if project_id.is_empty() {
            self.mistakes.push(Diagnostic::error(self.source, mark, format!("the project id of {actor} is empty")));
        }
        Some(Credentials { token: Secret::new(token), project_id })
    }

    fn text(&mut self, given: &Spanned<String>) -> String {
        self.expand(given.referenced.into(), &given.value).unwrap_or_default()
    }

    /// Replaces every `${VAR}` by the variable of the environment.
    fn expand(&mut self, mark: Mark, text: &str) -> Option<String> {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else {
                self.mistakes.push(Diagnostic::error(self.source, mark, "`${` is not closed".to_owned()));
                return None;
            };
            let Some(value) = (self.env)(name) else {
                let message = format!("the environment variable `{name}` is not set");
                let at = self.source.find(mark.line, &format!("${{{name}}}"));
                self.mistakes.push(Diagnostic::error(self.source, at, message).hint(format!("export {name}=…")));
                return None;
            };
            expanded.push_str(before);
            expanded.push_str(&value);
            rest = after;
        }
        expanded.push_str(rest);
        Some(expanded)
    }

    fn waiver(&mut self, given: &Spanned<WaiverSpec>) -> Option<Waiver> {
        let spec = &given.value;
        let until = match spec.until.as_deref().map(str::parse::<Date>) {
            None => None,
            Some(Ok(date)) => Some(date),
            Some(Err(_)) => {
                let mark = self.source.find(Mark::from(given.referenced).line, "until");
                let message = "`until` is no date".to_owned();
                self.mistakes.push(Diagnostic::error(self.source, mark, message).hint("as 2027-03-31".to_owned()));
                return None;
            }
        };
        Some(Waiver {
            case: spec.case.clone(),
            statement: spec.statement.clone(),
            observed: spec.observed.clone(),
            reason: spec.reason.clone(),
            link: spec.link.clone(),
            until,
            intermittent: spec.intermittent,
        })
    }
}

/// Returns warnings about names in `features` and `without` that nothing knows.
#[must_use]
pub fn unknown_names(target: &Target, known: &[&str]) -> Vec<String> {
    let given = target.features.iter().chain(&target.without);
    given
        .filter_map(|name| {
            let (message, hint) = unknown_name(name, known)?;
            Some(hint.map_or_else(|| message.clone(), |hint| format!("{message} ({hint})")))
        })
        .collect()
}

/// Returns what is to be said of a name that is neither a known feature nor an actor, and a likely one.
pub(super) fn unknown_name(name: &str, known: &[&str]) -> Option<(String, Option<String>)> {
    let actors = Actor::ALL.iter().map(|actor| actor.name());
    let known: Vec<&str> = known.iter().copied().chain(actors).chain(["recipients"]).collect();
    let unknown = !known.contains(&name);
    unknown
        .then(|| (format!("`{name}` is neither an actor nor a feature that a case needs"), did_you_mean(name, known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "name: lab\nprofile: glance\nendpoint: http://127.0.0.1:9292\nactors:\n  \
        owner: { token: \"${OWNER}\", project-id: aaaa }\n  stranger: { token: stranger-token, project-id: bbbb }\n";

    fn target(text: &str, flags: &Overrides) -> Result<Target, String> {
        let file = SourceFile::new("target.yaml", text);
        let env = |name: &str| (name == "OWNER").then(|| "owner-token".to_owned());
        let spec = read(&file).map_err(|error| show(&error))?;
        resolve(Some((&file, &spec)), flags, &env).map_err(|error| show(&error))
    }

    fn show(error: &TargetError) -> String {
        match error {
            TargetError::File(mistakes) => mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            TargetError::Incomplete(text) => text.clone(),
        }
    }

    #[test]
    fn a_file_becomes_a_target_with_variables_filled() {
        let target = target(FILE, &Overrides::default()).expect("is complete");
        assert_eq!(target.actors[&Actor::Owner].token.expose(), "owner-token");
        assert_eq!(target.writes, Writes::None);
    }

    #[test]
    fn flags_win_over_the_file() {
        let flags = Overrides {
            endpoint: Some("http://localhost:1/".to_owned()),
            writes: Some(Writes::Images),
            actors: vec!["stranger=env:OWNER,cccc".parse().expect("is one")],
            ..Overrides::default()
        };
        assert_eq!(
            target(FILE, &flags).expect_err("one token for two"),
            "owner and stranger have the same token: each must be a party of its own"
        );
        let flags = Overrides { actors: Vec::new(), ..flags };
        assert_eq!(target(FILE, &flags).expect("is complete").endpoint.as_str(), "http://localhost:1");
    }

    #[test]
    fn mistakes_say_where_and_what() {
        let missing = target(&FILE.replace("${OWNER}", "${NOBODY}"), &Overrides::default()).expect_err("is missing");
        assert_eq!(missing, "target.yaml:5:20: the environment variable `NOBODY` is not set (export NOBODY=…)");
        let same = target(&FILE.replace("bbbb", "aaaa"), &Overrides::default()).expect_err("is refused");
        assert!(same.starts_with("owner and stranger have the same project"), "{same}");
        let typo = target(&FILE.replace("endpoint", "endpiont"), &Overrides::default()).expect_err("is refused");
        assert!(typo.contains("unknown key `endpiont`") && typo.contains("`endpoint`"), "{typo}");
        let date = format!("{FILE}waivers:\n  - {{ case: a, statement: b, observed: 200, reason: c, until: soon }}\n");
        assert!(target(&date, &Overrides::default()).expect_err("is refused").contains("`until` is no date"));
    }

    #[test]
    fn an_actor_flag_says_what_is_wrong() {
        assert_eq!("owner".parse::<ActorFlag>(), Err(ActorFlagError::Form));
        assert!(matches!("nobody=env:A,b".parse::<ActorFlag>(), Err(ActorFlagError::Actor { .. })));
    }
}
