//! What flags say in place of a target file, or over it.

use thiserror::Error;

use super::Writes;
use crate::case::Actor;
use crate::contract::Profile;

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

/// An actor given by a flag: `owner=cloud:lab`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorFlag {
    /// The actor.
    pub actor: Actor,
    /// Where its credentials are.
    pub credentials: CredentialsFlag,
}

/// Where the credentials of an actor are, as a flag says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialsFlag {
    /// `cloud:NAME`: in `clouds.yaml`.
    Cloud(String),
    /// `env:VARIABLE,PROJECT-ID`: the variable of the environment holds a token for the project. A token that is to be
    /// refused has no project: `env:VARIABLE`.
    Variable(String, Option<String>),
    /// `token-command:COMMAND,PROJECT-ID`: the command prints a token for the project, or `token-command:COMMAND` one
    /// that is to be refused.
    Command(String, Option<String>),
}

/// Why an `--actor` cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ActorFlagError {
    /// The text has another form.
    #[error("write it as NAME=cloud:CLOUD, NAME=env:VARIABLE,PROJECT-ID or NAME=token-command:COMMAND,PROJECT-ID")]
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
        let (kind, rest) = rest.split_once(':').ok_or(ActorFlagError::Form)?;
        let dead = Actor::from_name(name).is_some_and(Actor::is_dead_token);
        // A command may hold commas, a project id does not.
        let of_project = || match rest.rsplit_once(',') {
            _ if dead && !rest.is_empty() => Ok((rest.to_owned(), None)),
            Some((what, id)) if !what.is_empty() && !id.is_empty() => Ok((what.to_owned(), Some(id.to_owned()))),
            _ => Err(ActorFlagError::Form),
        };
        let credentials = match kind {
            "cloud" if !rest.is_empty() => CredentialsFlag::Cloud(rest.to_owned()),
            "env" => of_project().map(|(variable, id)| CredentialsFlag::Variable(variable, id))?,
            "token-command" => of_project().map(|(command, id)| CredentialsFlag::Command(command, id))?,
            _ => return Err(ActorFlagError::Form),
        };
        let actor = Actor::from_name(name).filter(|actor| actor.has_credentials()).ok_or_else(|| {
            let known: Vec<_> = Actor::ALL.iter().filter(|actor| actor.has_credentials()).map(|a| a.name()).collect();
            ActorFlagError::Actor { name: name.to_owned(), known: known.join(", ") }
        })?;
        Ok(Self { actor, credentials })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_flag_has_three_forms() {
        let credentials = |text: &str| text.parse::<ActorFlag>().map(|flag| flag.credentials);
        let pair = |one: &str, other: &str| (one.to_owned(), Some(other.to_owned()));
        assert_eq!(credentials("owner=cloud:a=b"), Ok(CredentialsFlag::Cloud("a=b".to_owned())));
        let (variable, id) = pair("TOKEN", "p1");
        assert_eq!(credentials("owner=env:TOKEN,p1"), Ok(CredentialsFlag::Variable(variable, id)));
        let (command, id) = pair("tool --a,b=c:d", "p1");
        assert_eq!(credentials("owner=token-command:tool --a,b=c:d,p1"), Ok(CredentialsFlag::Command(command, id)));
        let old = CredentialsFlag::Variable("OLD".to_owned(), None);
        assert_eq!(credentials("expired-token=env:OLD"), Ok(old), "what is refused is good for no project");
    }

    #[test]
    fn an_actor_flag_says_what_is_wrong() {
        for wrong in
            ["owner", "owner=", "owner=cloud:", "owner=env:A", "owner=env:,p", "owner=token-command:x,", "owner=x:y"]
        {
            assert_eq!(wrong.parse::<ActorFlag>(), Err(ActorFlagError::Form), "{wrong}");
        }
        assert!(matches!("nobody=env:A,b".parse::<ActorFlag>(), Err(ActorFlagError::Actor { .. })));
    }
}
