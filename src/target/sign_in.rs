//! From what is declared to a target whose actors have signed in, and the client that speaks for them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use thiserror::Error;

use super::command::TokenCommand;
use super::distinct::{self, Traits};
use super::identity::Grant;
use super::keystone::Keystone;
use super::{Account, Cloud, Credentials, Declared, Target, TargetError};
use crate::case::Actor;
use crate::http::{Client, ClientOpts, ClientSetupError, Endpoint, Key, Token, TokenError, TokenSource, Wire};
use crate::redact::{Redactor, Secret, printable};

/// A target whose actors have signed in, and the client that speaks for them.
pub struct Connected {
    /// The target.
    pub target: Arc<Target>,
    /// The client; it renews tokens as they end.
    pub client: Arc<Client>,
    logins: Arc<AtomicU64>,
}

impl Connected {
    /// Returns how many requests tokens took so far: those for a token, and those that went out again with a new one.
    #[must_use]
    pub fn overhead(&self) -> u64 {
        self.logins.load(Ordering::Relaxed) + self.client.repeated()
    }
}

/// Why nobody speaks for the actors of a target.
#[derive(Debug, Error)]
pub enum SignInError {
    /// The client cannot be set up.
    #[error(transparent)]
    Setup(#[from] ClientSetupError),
    /// The actors are not who they must be, or do not agree on where the API is.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The owner cannot sign in.
    #[error("the owner of target `{target}` cannot sign in: {reason}")]
    Owner {
        /// The target's name.
        target: String,
        /// What happened.
        reason: String,
    },
}

/// Lets every actor sign in, all at once; each call for a token may take as long as `patience`.
///
/// An actor other than the owner that cannot sign in is kept, with the reason. Nothing is sent for given tokens.
pub async fn sign_in(declared: Declared, opts: &ClientOpts, patience: Duration) -> Result<Connected, SignInError> {
    let mut desk = Desk { opts, patience, redactor: Redactor::new([]), logins: Arc::default(), wires: Vec::new() };
    let sources = declared.actors.iter().map(|(actor, credentials)| Ok((*actor, desk.source(*actor, credentials)?)));
    let sources: Vec<_> = sources.collect::<Result<_, ClientSetupError>>()?;
    let entered = join_all(sources.iter().map(|(_, source)| source.enter())).await;
    let mut entered: BTreeMap<Actor, _> = sources.iter().map(|(actor, _)| *actor).zip(entered).collect();
    prove_dead(&sources, &mut entered).await;
    if let Some(Err(error)) = entered.get(&Actor::Owner) {
        return Err(SignInError::Owner { target: declared.name, reason: error.reason.clone() });
    }
    let parties: BTreeMap<Actor, &Entered> =
        entered.iter().filter_map(|(actor, entered)| Some((*actor, entered.as_ref().ok()?))).collect();
    distinct::check(&parties.iter().map(|(actor, entered)| (*actor, entered.traits())).collect())?;
    have_projects(&parties, &declared)?;
    let endpoint = match &declared.endpoint {
        Some(endpoint) => endpoint.clone(),
        None => agreed(&parties, &declared)?,
    };
    let mut keys = Vec::new();
    for (actor, entered) in &parties {
        let wire = desk.wire(&endpoint, &desk.opts_of(&declared.actors[actor]))?;
        keys.push((*actor, Key { token: entered.token.clone(), source: entered.source.clone(), wire }));
    }
    // Who has no credentials speaks as the owner does.
    let wire = desk.wire(&endpoint, &desk.opts_of(&declared.actors[&Actor::Owner]))?;
    let never_issued = Secret::new(format!("never-issued-{}", uuid::Uuid::new_v4()));
    keys.push((Actor::BadToken, Key::of_token(never_issued, wire.clone())));
    let client = Arc::new(Client::new(endpoint.clone(), wire, keys)?);
    let accounts = entered.into_iter().map(|(actor, entered)| (actor, account(entered))).collect();
    let insecure = declared.actors.values().any(|credentials| desk.opts_of(credentials).insecure);
    let target = Arc::new(Target { declared, endpoint, accounts, insecure, redactor: desk.redactor });
    Ok(Connected { target, client, logins: desk.logins })
}

fn account(entered: Result<Entered, TokenError>) -> Result<Account, String> {
    entered
        .map(|entered| Account { project_id: entered.project_id, user_id: entered.user_id })
        .map_err(|error| format!("it cannot sign in: {}", error.reason))
}

/// What signing in takes, whoever does it.
struct Desk<'a> {
    opts: &'a ClientOpts,
    patience: Duration,
    redactor: Redactor,
    logins: Arc<AtomicU64>,
    /// One for all who trust the same certificates, with or without TLS.
    wires: Vec<(bool, ClientOpts, Wire)>,
}

impl Desk<'_> {
    fn source(&mut self, actor: Actor, credentials: &Credentials) -> Result<Source, ClientSetupError> {
        Ok(match credentials {
            Credentials::Token { token, project_id } => {
                self.redactor.learn(token);
                Source::Given(token.clone(), project_id.clone())
            }
            Credentials::Command { command, project_id } => {
                let (patience, redactor) = (self.patience, self.redactor.clone());
                let command = TokenCommand { command: command.clone(), patience, redactor };
                Source::Command(Arc::new(command), project_id.clone())
            }
            Credentials::Cloud(cloud) => {
                let wire = self.wire(&cloud.identity, &self.opts_of(credentials))?;
                let (redactor, logins) = (self.redactor.clone(), Arc::clone(&self.logins));
                let keystone =
                    Keystone::new((**cloud).clone(), wire, (self.patience, self.opts.retry), redactor, logins);
                let keystone = Arc::new(keystone);
                if actor.is_dead_token() { Source::Revoked(keystone) } else { Source::Cloud(keystone) }
            }
        })
    }

    /// Returns how requests of an actor are sent: as all are, and as its cloud asks for.
    fn opts_of(&self, credentials: &Credentials) -> ClientOpts {
        let mut opts = self.opts.clone();
        if let Credentials::Cloud(cloud) = credentials {
            opts.insecure |= cloud.insecure;
            opts.ca_certificates.extend(cloud.ca_certificates.clone());
        }
        opts
    }

    fn wire(&mut self, endpoint: &Endpoint, opts: &ClientOpts) -> Result<Wire, ClientSetupError> {
        let plain = endpoint.is_plain();
        if let Some((.., wire)) = self.wires.iter().find(|(other, of, _)| *other == plain && of == opts) {
            return Ok(wire.clone());
        }
        let wire = Wire::new(endpoint, opts)?;
        self.wires.push((plain, opts.clone(), wire.clone()));
        Ok(wire)
    }
}

/// Where the tokens of an actor come from.
enum Source {
    Given(Secret, Option<String>),
    Command(Arc<TokenCommand>, Option<String>),
    Cloud(Arc<Keystone>),
    /// One that is revoked as soon as it is there.
    Revoked(Arc<Keystone>),
}

/// An actor that has signed in.
struct Entered {
    token: Token,
    source: Option<Arc<dyn TokenSource>>,
    project_id: Option<String>,
    user_id: Option<String>,
    grant: Option<Grant>,
}

impl Source {
    async fn enter(&self) -> Result<Entered, TokenError> {
        match self {
            Self::Given(token, project_id) => {
                let token = Token { secret: token.clone(), until: None };
                Ok(Entered::of_token(token, None, project_id.as_deref()))
            }
            Self::Command(command, project_id) => {
                // A token that is to be refused is not renewed when it is.
                let source: Option<Arc<dyn TokenSource>> = project_id.is_some().then(|| command.clone() as _);
                Ok(Entered::of_token(command.fetch().await?, source, project_id.as_deref()))
            }
            Self::Revoked(keystone) => {
                let (token, _) = keystone.sign_in().await?;
                keystone.revoke(&token.secret).await?;
                Ok(Entered::of_token(Token { until: None, ..token }, None, None))
            }
            Self::Cloud(keystone) => {
                let (token, grant) = keystone.sign_in().await?;
                let source: Arc<dyn TokenSource> = keystone.clone();
                let (project_id, user_id) = (grant.project_id.clone(), grant.user_id.clone());
                Ok(Entered { token, source: Some(source), project_id, user_id, grant: Some(grant) })
            }
        }
    }
}

impl Entered {
    fn of_token(token: Token, source: Option<Arc<dyn TokenSource>>, project_id: Option<&str>) -> Self {
        Self { token, source, project_id: project_id.map(str::to_owned), user_id: None, grant: None }
    }

    fn traits(&self) -> Traits<'_> {
        Traits {
            token: Some(&self.token.secret),
            project_id: self.project_id.as_deref(),
            user_id: self.user_id.as_deref(),
        }
    }
}

/// Asks Keystone about the tokens that are to be refused, where there is one to ask: one that it still takes is none.
///
/// Keystone that revoked a token, or else the owner's, is asked. The endpoint never sees the token here.
async fn prove_dead(sources: &[(Actor, Source)], entered: &mut BTreeMap<Actor, Result<Entered, TokenError>>) {
    let owners = sources.iter().find_map(|(actor, source)| match source {
        Source::Cloud(keystone) if *actor == Actor::Owner => Some(keystone),
        _ => None,
    });
    let dead = sources.iter().filter(|(actor, _)| actor.is_dead_token());
    let asked = dead.filter_map(|(actor, source)| {
        let keystone = if let Source::Revoked(own) = source { own } else { owners? };
        let token = entered.get(actor)?.as_ref().ok()?.token.secret.clone();
        Some(async move { (*actor, keystone.refuses(&token).await) })
    });
    for (actor, answer) in join_all(asked).await {
        if let Err(error) = answer {
            entered.insert(actor, Err(error));
        }
    }
}

/// Refuses actors without a project, but for those who need none.
fn have_projects(parties: &BTreeMap<Actor, &Entered>, declared: &Declared) -> Result<(), TargetError> {
    for (actor, entered) in parties {
        if let (None, Credentials::Cloud(cloud)) = (&entered.project_id, &declared.actors[actor])
            && *actor != Actor::Admin
            && actor.has_project()
        {
            let name = &cloud.name;
            let text = format!("the token of {actor} is scoped to no project: name one in the entry of cloud `{name}`");
            return Err(TargetError::Incomplete(text));
        }
    }
    Ok(())
}

/// Returns the endpoint of the image service, on which all catalogues must agree.
fn agreed(parties: &BTreeMap<Actor, &Entered>, declared: &Declared) -> Result<Endpoint, TargetError> {
    let incomplete = |text: String| TargetError::Incomplete(printable(&text).into_owned());
    let mut agreed: Option<(Actor, Endpoint)> = None;
    for (actor, entered) in parties {
        let (Credentials::Cloud(cloud), Some(grant)) = (&declared.actors[actor], &entered.grant) else { continue };
        let found = image_endpoint(cloud, grant).map_err(|reason| {
            incomplete(format!("no endpoint is given, and for {actor} (cloud `{}`) {reason}", cloud.name))
        })?;
        match &agreed {
            None => agreed = Some((*actor, found)),
            Some((other, endpoint)) if *endpoint != found => {
                return Err(incomplete(format!(
                    "{other} finds the image service at {endpoint}, {actor} at {found}: add `endpoint:` or pass --endpoint"
                )));
            }
            Some(_) => {}
        }
    }
    let endpoint = agreed.map(|(_, endpoint)| endpoint);
    endpoint.ok_or_else(|| incomplete("no endpoint is given, and nobody has a catalogue that tells it".to_owned()))
}

fn image_endpoint(cloud: &Cloud, grant: &Grant) -> Result<Endpoint, String> {
    match &cloud.image {
        Some(endpoint) => Ok(endpoint.clone()),
        None => grant.catalog.image(cloud.region.as_deref(), cloud.interface),
    }
}
