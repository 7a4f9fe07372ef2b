//! From a target file, flags and the environment to a target, or to every mistake in them.

use jiff::civil::Date;
use serde_saphyr::Spanned;
use thiserror::Error;

use super::{
    Consistency, ConsistencySpec, Credentials, DOMAIN_MEMBERS, Declared, ORGANIZATION_MEMBERS, Overrides, QUOTA,
    TargetSpec, Waiver, WaiverSpec, distinct,
};
use crate::case::Actor;
use crate::contract::{PolicySpec, Profile};
use crate::diagnostic::{Diagnostic, Mark, SourceFile, did_you_mean};
use crate::http::Endpoint;
use crate::yaml;

/// Why there is no usable target.
#[derive(Debug, Error)]
pub enum TargetError {
    /// The target file has mistakes.
    #[error("the target file cannot be used")]
    File(Vec<Diagnostic>),
    /// Flags and file together lack something, or contradict themselves.
    #[error("{0}")]
    Incomplete(String),
    /// The file of clouds is not on this machine.
    #[error("{0}")]
    NoClouds(String),
}

/// Reads a target file; its first mistake comes back with its place.
pub fn read(file: &SourceFile) -> Result<TargetSpec, TargetError> {
    yaml::parse(file).map_err(|mistake| TargetError::File(vec![*mistake]))
}

/// Returns the target that a file and flags describe together; flags win.
///
/// `env` looks up an environment variable. Files of clouds and certificates are read; nothing is sent.
pub fn resolve(
    file: Option<(&SourceFile, &TargetSpec)>,
    flags: &Overrides,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Declared, TargetError> {
    let empty = SourceFile::new("command line", "");
    let (source, spec) = file.map_or((&empty, None), |(source, spec)| (source, Some(spec)));
    let mut resolver = Resolver { source, env, mistakes: Vec::new() };
    let images = spec.iter().flat_map(|spec| &spec.images).map(|(kind, id)| (*kind, resolver.text(id))).collect();
    let recipients = spec.iter().flat_map(|spec| &spec.recipients).map(|id| resolver.text(id)).collect();
    let organization = spec.and_then(|spec| spec.organization.as_ref()).and_then(|urn| resolver.organization(urn));
    let domain = spec.and_then(|spec| spec.domain.as_ref()).map(|id| resolver.text(id));
    let waivers = spec.iter().flat_map(|spec| &spec.waivers).filter_map(|w| resolver.waiver(w)).collect();
    let consistency = resolver.consistency(spec.map(|spec| &spec.consistency));
    let written = spec.and_then(|spec| spec.endpoint.as_ref()).map(|text| resolver.text(text));
    let profile = flags.profile.or(spec.map(|spec| spec.profile));
    let policy = resolver.policy(spec, profile);
    let actors = resolver.actors(spec, flags)?;
    if !resolver.mistakes.is_empty() {
        return Err(TargetError::File(resolver.mistakes));
    }
    distinct::check(&actors.iter().map(|(actor, credentials)| (*actor, credentials.traits())).collect())?;
    let incomplete = |what: &str| TargetError::Incomplete(what.to_owned());
    let limit = spec.and_then(|spec| spec.limits.members_per_image);
    for (feature, key, there) in [
        (ORGANIZATION_MEMBERS, "organization:", organization.is_some()),
        (DOMAIN_MEMBERS, "domain:", domain.is_some()),
        (QUOTA, "limits: { members-per-image: N }", limit.is_some()),
    ] {
        if !there && spec.is_some_and(|spec| spec.features.iter().any(|listed| listed == feature)) {
            return Err(incomplete(&format!("`features` has `{feature}` without saying more: add `{key}`")));
        }
    }
    let endpoint = flags.endpoint.clone().or(written).map(|text| Endpoint::parse(&text)).transpose();
    let endpoint = endpoint.map_err(|error| TargetError::Incomplete(error.to_string()))?;
    let has_catalog = actors.values().any(|credentials| matches!(credentials, Credentials::Cloud(_)));
    if endpoint.is_none() && !has_catalog {
        return Err(incomplete("no endpoint is given: add `endpoint:` or pass --endpoint"));
    }
    let profile = profile.ok_or_else(|| incomplete("no profile is given: add `profile:` or pass --profile"))?;
    if !actors.contains_key(&Actor::Owner) {
        return Err(incomplete("no owner is given: every run needs the actor `owner`, who owns the images"));
    }
    Ok(Declared {
        name: spec.map_or_else(|| "command-line".to_owned(), |spec| spec.name.clone()),
        profile,
        kind: spec.map(|spec| spec.kind).unwrap_or_default(),
        endpoint,
        actors,
        writes: flags.writes.or(spec.map(|spec| spec.writes)).unwrap_or_default(),
        images,
        recipients,
        organization,
        domain,
        features: spec.iter().flat_map(|spec| &spec.features).cloned().collect(),
        without: spec.iter().flat_map(|spec| &spec.without).cloned().collect(),
        policy,
        consistency,
        images_created: spec.and_then(|spec| spec.limits.images_created),
        members_per_image: limit,
        waivers,
    })
}

/// Reads what a target file says, and gathers every mistake in it.
pub(super) struct Resolver<'a> {
    pub(super) source: &'a SourceFile,
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    pub(super) mistakes: Vec<Diagnostic>,
}

impl Resolver<'_> {
    pub(super) fn text(&mut self, given: &Spanned<String>) -> String {
        self.expand(given.referenced.into(), &given.value).unwrap_or_default()
    }

    /// Reads the URN of an organizational unit: its account, its organization, and the unit itself.
    fn organization(&mut self, given: &Spanned<String>) -> Option<String> {
        let urn = self.expand(given.referenced.into(), &given.value)?;
        let unit =
            urn.strip_prefix("organizations::").and_then(|rest| rest.split_once(":ou:")).is_some_and(|(_, unit)| {
                unit.split_once('/').is_some_and(|(of, unit)| of.starts_with("o-") && unit.starts_with("ou-"))
            });
        if !unit {
            let mark = Mark::from(given.referenced);
            let message = format!("`{urn}` is no URN of an organizational unit");
            let hint = "as organizations::ACCOUNT:ou:o-…/ou-…".to_owned();
            self.mistakes.push(Diagnostic::error(self.source, mark, message).hint(hint));
        }
        unit.then_some(urn)
    }

    /// Replaces every `${VAR}` by the variable of the environment.
    pub(super) fn expand(&mut self, mark: Mark, text: &str) -> Option<String> {
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

    /// Returns the dials; those that clouds of the profile do not have are a mistake.
    fn policy(&mut self, spec: Option<&TargetSpec>, profile: Option<Profile>) -> PolicySpec {
        let policy = spec.map(|spec| spec.policy).unwrap_or_default();
        if let Some(profile) = profile.filter(|profile| !policy.is_of(*profile)) {
            let message = format!("`{policy}` is a dial of `{}`, and the profile is `{profile}`", Profile::Glance);
            let mistake = Diagnostic::error(self.source, self.source.find(1, "rbac"), message);
            self.mistakes.push(mistake.hint("remove `policy`".to_owned()));
        }
        policy
    }

    fn consistency(&mut self, given: Option<&ConsistencySpec>) -> Consistency {
        let (default, given) = (Consistency::default(), given.cloned().unwrap_or_default());
        let within = given.within.map_or(default.within, |time| time.0);
        let every = given.every.map_or(default.every, |time| time.0);
        if every.is_zero() {
            let line = self.source.find(1, "\nconsistency:").line + 1;
            let message = "`every` is no time at all, so the endpoint would be asked without a pause".to_owned();
            let mistake = Diagnostic::error(self.source, self.source.find(line, "every"), message);
            self.mistakes.push(mistake.hint("200ms unless given".to_owned()));
        }
        Consistency { within, every }
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
pub fn unknown_names(target: &Declared, known: &[&str]) -> Vec<String> {
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
    use crate::target::Writes;

    const FILE: &str = "name: lab\nprofile: glance\nendpoint: http://127.0.0.1:9292\nactors:\n  \
        owner: { token: \"${OWNER}\", project-id: aaaa }\n  stranger: { token: stranger-token, project-id: bbbb }\n";

    fn target(text: &str, flags: &Overrides) -> Result<Declared, String> {
        let file = SourceFile::new("target.yaml", text);
        let env = |name: &str| (name == "OWNER").then(|| "owner-token".to_owned());
        let spec = read(&file).map_err(|error| show(&error))?;
        resolve(Some((&file, &spec)), flags, &env).map_err(|error| show(&error))
    }

    fn show(error: &TargetError) -> String {
        match error {
            TargetError::File(mistakes) => mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            TargetError::Incomplete(text) | TargetError::NoClouds(text) => text.clone(),
        }
    }

    #[test]
    fn a_file_becomes_a_target_with_variables_filled() {
        let target = target(FILE, &Overrides::default()).expect("is complete");
        let Credentials::Token { token, .. } = &target.actors[&Actor::Owner] else { panic!("it is a token") };
        assert_eq!(token.expose(), "owner-token");
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
        let endpoint = target(FILE, &flags).expect("is complete").endpoint.expect("is given");
        assert_eq!(endpoint.as_str(), "http://localhost:1");
    }

    #[test]
    fn recipients_beyond_projects_are_named_and_give_their_features() {
        let urn = "organizations::3a2d:ou:o-wvnt/ou-5wz2";
        let named = format!("{FILE}organization: {urn}\ndomain: 3a2d\nlimits: {{ members-per-image: 4 }}\n");
        let named = target(&named, &Overrides::default()).expect("is complete");
        for (name, value) in [("organization.urn", urn), ("organization.id", "ou-5wz2"), ("domain.id", "3a2d")] {
            assert_eq!(named.recipient(name), Some(value));
        }
        for feature in [ORGANIZATION_MEMBERS, DOMAIN_MEMBERS, QUOTA] {
            assert!(named.has(feature), "{feature}");
            let bare =
                target(&format!("{FILE}features: [{feature}]\n"), &Overrides::default()).expect_err("says little");
            assert!(bare.starts_with(&format!("`features` has `{feature}` without saying more: add ")), "{bare}");
        }
        for urn in ["ou-5wz2", "organizations::3a2d:organization:o-wvnt", "organizations::3a2d:ou:o-wvnt"] {
            let refused = target(&format!("{FILE}organization: {urn}\n"), &Overrides::default()).expect_err("is none");
            let wanted = format!("target.yaml:7:15: `{urn}` is no URN of an organizational unit (as ");
            assert!(refused.starts_with(&wanted), "{refused}");
        }
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
}
