//! The credentials of the actors, from file, flags and environment.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::Path;

use serde_saphyr::Spanned;

use super::clouds::{CloudError, Clouds, Search};
use super::distinct::Traits;
use super::resolve::Resolver;
use super::{ActorFlag, ActorSpec, Credentials, CredentialsFlag, Overrides, TargetError, TargetSpec};
use crate::case::Actor;
use crate::diagnostic::{Diagnostic, Mark};
use crate::redact::{SHORTEST, Secret};

impl Credentials {
    /// Returns what is known before anybody has signed in.
    pub(super) fn traits(&self) -> Traits<'_> {
        match self {
            Self::Token { token, project_id } => {
                Traits { token: Some(token), project_id: project_id.as_deref(), ..Traits::default() }
            }
            Self::Command { project_id, .. } => Traits { project_id: project_id.as_deref(), ..Traits::default() },
            Self::Cloud(_) => Traits::default(),
        }
    }
}

/// The file of clouds, read when the first actor names one.
struct Lookup<'a> {
    search: Search<'a>,
    clouds: OnceCell<Clouds>,
}

impl Lookup<'_> {
    fn clouds(&self) -> Result<&Clouds, TargetError> {
        if let Some(clouds) = self.clouds.get() {
            return Ok(clouds);
        }
        let clouds = Clouds::read(&self.search)?;
        Ok(self.clouds.get_or_init(|| clouds))
    }

    /// Returns a cloud that no place in a file names.
    fn cloud(&self, actor: Actor, name: &str) -> Result<Credentials, TargetError> {
        self.clouds()?.get(name, &self.search).map(|cloud| Credentials::Cloud(Box::new(cloud))).map_err(|error| {
            match error {
                CloudError::Unknown(message, hint) => TargetError::Incomplete(format!("{actor}: {message} ({hint})")),
                CloudError::Wrong(mistakes) => TargetError::File(mistakes),
            }
        })
    }
}

impl Resolver<'_> {
    /// Returns the actors of the file and of the flags; an owner that neither gives is the cloud `OS_CLOUD`.
    pub(super) fn actors(
        &mut self,
        spec: Option<&TargetSpec>,
        flags: &Overrides,
    ) -> Result<BTreeMap<Actor, Credentials>, TargetError> {
        let named = spec.and_then(|spec| spec.clouds_file.as_ref()).map(|path| {
            let folder = Path::new(&*self.source.path).parent().unwrap_or(Path::new(""));
            folder.join(self.text(path))
        });
        let lookup = Lookup { search: Search { named, env: self.env }, clouds: OnceCell::new() };
        let mut actors = BTreeMap::new();
        let written = spec.iter().flat_map(|spec| &spec.actors);
        for (actor, given) in written.filter(|(actor, _)| !flags.actors.iter().any(|flag| flag.actor == **actor)) {
            if let Some(credentials) = self.actor(*actor, given, &lookup)? {
                actors.insert(*actor, credentials);
            }
        }
        if !self.mistakes.is_empty() {
            return Ok(actors);
        }
        for flag in &flags.actors {
            actors.insert(flag.actor, self.flagged(flag, &lookup)?);
        }
        if let Some(name) = (self.env)("OS_CLOUD").filter(|name| !name.is_empty())
            && !actors.contains_key(&Actor::Owner)
        {
            actors.insert(Actor::Owner, lookup.cloud(Actor::Owner, &name)?);
        }
        Ok(actors)
    }

    /// Returns the credentials that the file gives an actor; its mistakes are kept.
    fn actor(
        &mut self,
        actor: Actor,
        given: &Spanned<ActorSpec>,
        lookup: &Lookup<'_>,
    ) -> Result<Option<Credentials>, TargetError> {
        let mark = Mark::from(given.referenced);
        if !actor.has_credentials() {
            self.wrong(mark, format!("`{actor}` takes no credentials"), "remove it");
            return Ok(None);
        }
        if actor.is_dead_token() {
            return self.dead(actor, given, lookup);
        }
        let ActorSpec { cloud, token, token_command, project_id } = &given.value;
        Ok(match (cloud, token, token_command, project_id) {
            (Some(name), None, None, None) => return self.cloud(name, lookup),
            (None, Some(token), None, Some(project_id)) => self.token(actor, token, project_id),
            (None, None, Some(command), Some(project_id)) => self.project_id(actor, project_id).map(|project_id| {
                // The shell expands variables itself, and more carefully.
                Credentials::Command { command: command.value.clone(), project_id: Some(project_id) }
            }),
            (None, Some(_), None, None) | (None, None, Some(_), None) => {
                self.wrong(mark, "key `project-id` is missing".to_owned(), "name the project that the token is for");
                None
            }
            _ => {
                let message = format!("the credentials of {actor} are neither one thing nor another");
                self.wrong(
                    mark,
                    message,
                    "give `cloud`, or `token` and `project-id`, or `token-command` and `project-id`",
                );
                None
            }
        })
    }

    /// Returns a token that is to be refused: one that is given, or one that is got and taken back.
    fn dead(
        &mut self,
        actor: Actor,
        given: &Spanned<ActorSpec>,
        lookup: &Lookup<'_>,
    ) -> Result<Option<Credentials>, TargetError> {
        let ActorSpec { cloud, token, token_command, project_id } = &given.value;
        Ok(match (cloud, token, token_command, project_id) {
            (Some(name), None, None, None) if actor == Actor::RevokedToken => return self.cloud(name, lookup),
            (None, Some(token), None, None) => {
                self.secret(actor, token).map(|token| Credentials::Token { token, project_id: None })
            }
            (None, None, Some(command), None) => {
                Some(Credentials::Command { command: command.value.clone(), project_id: None })
            }
            _ => {
                let message = format!("`{actor}` is a token and nothing else");
                let hint = match actor {
                    Actor::RevokedToken => {
                        "give `token` or `token-command`, or a `cloud` where one is got and revoked at once"
                    }
                    _ => "give `token` or `token-command` alone",
                };
                self.wrong(Mark::from(given.referenced), message, hint);
                None
            }
        })
    }

    fn cloud(&mut self, name: &Spanned<String>, lookup: &Lookup<'_>) -> Result<Option<Credentials>, TargetError> {
        let mark = Mark::from(name.referenced);
        let Some(name) = self.expand(mark, &name.value) else { return Ok(None) };
        match lookup.clouds()?.get(&name, &lookup.search) {
            Ok(cloud) => return Ok(Some(Credentials::Cloud(Box::new(cloud)))),
            Err(CloudError::Unknown(message, hint)) => self.wrong(mark, message, &hint),
            Err(CloudError::Wrong(mistakes)) => self.mistakes.extend(mistakes),
        }
        Ok(None)
    }

    fn token(&mut self, actor: Actor, token: &Spanned<String>, project_id: &Spanned<String>) -> Option<Credentials> {
        let token = self.secret(actor, token);
        let project_id = self.project_id(actor, project_id);
        Some(Credentials::Token { token: token?, project_id: Some(project_id?) })
    }

    fn secret(&mut self, actor: Actor, token: &Spanned<String>) -> Option<Secret> {
        let mark = Mark::from(token.referenced);
        let token = self.expand(mark, &token.value)?;
        if let Err(message) = long_enough(actor, &token) {
            self.mistakes.push(Diagnostic::error(self.source, mark, message));
        }
        Some(Secret::new(token))
    }

    fn project_id(&mut self, actor: Actor, given: &Spanned<String>) -> Option<String> {
        let mark = Mark::from(given.referenced);
        let id = self.expand(mark, &given.value)?;
        if id.is_empty() {
            self.mistakes.push(Diagnostic::error(self.source, mark, format!("the project id of {actor} is empty")));
        }
        Some(id)
    }

    /// Returns the credentials that a flag gives an actor.
    fn flagged(&self, flag: &ActorFlag, lookup: &Lookup<'_>) -> Result<Credentials, TargetError> {
        let actor = flag.actor;
        match &flag.credentials {
            CredentialsFlag::Cloud(_) if actor.is_dead_token() && actor != Actor::RevokedToken => {
                let text = format!("`{actor}` is a token and nothing else: give `env:` or `token-command:`");
                Err(TargetError::Incomplete(text))
            }
            CredentialsFlag::Cloud(name) => lookup.cloud(actor, name),
            CredentialsFlag::Command(command, project_id) => {
                Ok(Credentials::Command { command: command.clone(), project_id: project_id.clone() })
            }
            CredentialsFlag::Variable(variable, project_id) => {
                let token = (self.env)(variable).filter(|token| !token.is_empty()).ok_or_else(|| {
                    let text =
                        format!("the environment variable `{variable}`, which holds the token of {actor}, is not set");
                    TargetError::Incomplete(text)
                })?;
                long_enough(actor, &token).map_err(TargetError::Incomplete)?;
                Ok(Credentials::Token { token: Secret::new(token), project_id: project_id.clone() })
            }
        }
    }

    fn wrong(&mut self, mark: Mark, message: String, hint: &str) {
        self.mistakes.push(Diagnostic::error(self.source, mark, message).hint(hint.to_owned()));
    }
}

fn long_enough(actor: Actor, token: &str) -> Result<(), String> {
    if token.len() >= SHORTEST {
        return Ok(());
    }
    Err(format!("the token of {actor} is shorter than {SHORTEST} characters, so it cannot be kept out of reports"))
}
