//! The cloud that a command speaks to: which one it is, how requests get there, and who signs in.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;
use tokio::runtime::Runtime;

use super::lint::show_without_lines;
use super::run::{ProfileArg, duration, size};
use super::{Settings, complain, talk};
use crate::contract::{Contract, Library, Profile};
use crate::diagnostic::SourceFile;
use crate::exit::Exit;
use crate::http::{ClientOpts, Rate};
use crate::interrupt::Gate;
use crate::target::{
    self, ActorFlag, Connected, Credentials, Declared, Overrides, SignInError, TargetError, TargetSpec, Writes,
};

/// The longest that one exchange may take, unless `--max-time` says otherwise.
const MAX_TIME: Duration = Duration::from_secs(30);
/// The longest that signing in or a call of the preflight may take, unless `--max-time` says otherwise.
const PREFLIGHT_TIME: Duration = Duration::from_secs(8);

/// Which cloud, and as whom.
#[derive(Debug, Args)]
pub(super) struct TargetOpts {
    /// Target file: the cloud to check
    #[arg(short, long, value_name = "FILE", env = "SHARECHECK_TARGET")]
    pub(super) target: Option<PathBuf>,
    /// Root of the API, in place of the target file's
    #[arg(short, long, value_name = "URL", env = "SHARECHECK_ENDPOINT")]
    endpoint: Option<String>,
    /// Profile to hold the target to, or the one of the embedded mock
    #[arg(short, long, value_name = "NAME", env = "SHARECHECK_PROFILE")]
    pub(super) profile: Option<ProfileArg>,
    /// Credentials of an actor, as owner=cloud:NAME (of clouds.yaml), owner=env:VARIABLE,PROJECT-ID or
    /// owner=token-command:COMMAND,PROJECT-ID
    #[arg(long = "actor", value_name = "NAME=…")]
    actors: Vec<ActorFlag>,
    /// What may be written on the target
    #[arg(long, env = "SHARECHECK_WRITES")]
    writes: Option<Writes>,
}

impl TargetOpts {
    /// Returns the target that file and flags describe, if they speak of one.
    pub(super) fn declared(&self, settings: &Settings) -> Result<Option<Declared>, TargetError> {
        let flags = Overrides {
            endpoint: self.endpoint.clone(),
            profile: self.profile.map(|profile| profile.0),
            actors: self.actors.clone(),
            writes: self.writes,
        };
        let env = |name: &str| settings.env(name);
        let Some(path) = &self.target else {
            if self.endpoint.is_some() || !self.actors.is_empty() {
                return target::resolve(None, &flags, &env).map(Some);
            }
            if self.writes.is_some() {
                let text = "--writes speaks of a target: give --target, --endpoint or --actor".to_owned();
                return Err(TargetError::Incomplete(text));
            }
            return Ok(None);
        };
        let (file, spec) = read_target(path)?;
        target::resolve(Some((&file, &spec)), &flags, &env).map(Some)
    }
}

/// Reads a target file as it is written.
pub(super) fn read_target(path: &Path) -> Result<(SourceFile, TargetSpec), TargetError> {
    let file = target_text(path)?;
    let spec = target::read(&file)?;
    Ok((file, spec))
}

/// Returns the text of a target file.
pub(super) fn target_text(path: &Path) -> Result<SourceFile, TargetError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        TargetError::Incomplete(format!("cannot read the target file `{}`: {error}", path.display()))
    })?;
    Ok(SourceFile::new(path.display().to_string(), text))
}

/// Returns the contract of a profile; where there is none, that is told.
pub(super) fn contract(library: &Library, profile: Profile) -> Result<Arc<Contract>, Exit> {
    library.contracts.get(&profile).cloned().ok_or_else(|| {
        let known: Vec<_> = library.contracts.keys().map(|profile| profile.name()).collect();
        talk(&format!("error: there is no contract for profile `{profile}`; there is one for {}", known.join(", ")));
        Exit::Usage
    })
}

/// How requests get to the cloud.
#[derive(Debug, Args)]
pub(super) struct ConnectOpts {
    /// Longest time for one exchange
    ///
    /// 30s unless given; signing in and the calls of the preflight, which only ask whether anybody is there, then
    /// take 8s at most
    #[arg(long, value_name = "TIME", value_parser = duration, env = "SHARECHECK_MAX_TIME")]
    max_time: Option<Duration>,
    /// Longest time for a connection
    #[arg(long, default_value = "5s", value_name = "TIME", value_parser = duration, env = "SHARECHECK_CONNECT_TIMEOUT")]
    connect_timeout: Duration,
    /// Largest answer that is read
    #[arg(long, default_value = "8MiB", value_name = "SIZE", value_parser = size, env = "SHARECHECK_MAX_BODY")]
    max_body: usize,
    /// How often a request is sent again that was throttled (429); one that only reads also after a 503 or a lost
    /// connection
    #[arg(long, default_value_t = 3, value_name = "N", env = "SHARECHECK_RETRY")]
    retry: u32,
    /// Most requests in a time, as 20/s or 600/m
    #[arg(long, value_name = "RATE", env = "SHARECHECK_RATE")]
    rate: Option<Rate>,
    /// File of further trusted certificates (PEM)
    #[arg(long, value_name = "FILE", env = "SHARECHECK_CACERT")]
    cacert: Option<PathBuf>,
    /// Believe any certificate
    #[arg(short = 'k', long, env = "SHARECHECK_INSECURE", value_parser = BoolishValueParser::new())]
    insecure: bool,
    /// Proxy for the target, in place of the environment's
    #[arg(long, value_name = "URL", env = "SHARECHECK_PROXY", hide_env_values = true)]
    proxy: Option<String>,
}

impl ConnectOpts {
    /// Returns the longest that signing in or a call of the preflight may take.
    pub(super) fn patience(&self) -> Duration {
        self.max_time.unwrap_or(PREFLIGHT_TIME)
    }

    /// Returns how requests are sent; a file of certificates that cannot be read is told.
    pub(super) fn client(&self, settings: &Settings) -> Option<ClientOpts> {
        let mut ca_certificates = Vec::new();
        if let Some(path) = &self.cacert {
            match std::fs::read(path) {
                Ok(pem) => ca_certificates.push((path.display().to_string(), pem)),
                Err(error) => {
                    talk(&format!("error: cannot read the certificates `{}`: {error}", path.display()));
                    return None;
                }
            }
        }
        if self.insecure {
            talk("warning: --insecure: certificates are not checked, so the answers may be anybody's");
        }
        let env =
            |name: &str| settings.env(name).or_else(|| settings.env(&name.to_lowercase())).filter(|v| !v.is_empty());
        Some(ClientOpts {
            max_time: self.max_time.unwrap_or(MAX_TIME),
            connect_timeout: self.connect_timeout,
            max_body: self.max_body,
            retry: self.retry,
            rate: self.rate,
            ca_certificates,
            insecure: self.insecure,
            proxy: self.proxy.clone(),
            environment_proxy: env("HTTPS_PROXY"),
            no_proxy: env("NO_PROXY"),
        })
    }
}

/// Lets the actors of a target sign in, unless the gate closes first; what went wrong is told.
pub(super) fn connect(
    runtime: &Runtime,
    declared: Declared,
    opts: &ClientOpts,
    patience: Duration,
    gate: &Gate,
) -> Result<Connected, Exit> {
    let unchecked = declared.actors.values().filter_map(|credentials| match credentials {
        Credentials::Cloud(cloud) if cloud.insecure => Some(format!("`{}`", cloud.name)),
        _ => None,
    });
    let unchecked = unchecked.collect::<Vec<_>>().join(", ");
    if !unchecked.is_empty() {
        talk(&format!("warning: certificates of cloud {unchecked} are not checked, so the answers may be anybody's"));
    }
    let connected = runtime.block_on(async {
        tokio::select! {
            connected = target::sign_in(declared, opts, patience) => connected.map_err(Some),
            reason = gate.closing() => {
                talk(&format!("error: {reason} before all actors had signed in"));
                Err(None)
            }
        }
    });
    connected.map_err(|error| match error {
        None => Exit::Unjudged,
        Some(error) => {
            complain(&error);
            if matches!(error, SignInError::Owner { .. }) { Exit::Unjudged } else { Exit::Usage }
        }
    })
}

/// Tells what is wrong with a target, without showing lines that may hold credentials.
pub(super) fn tell(error: &TargetError) {
    match error {
        TargetError::File(mistakes) => show_without_lines(mistakes),
        TargetError::Incomplete(_) | TargetError::NoClouds(_) => complain(error),
    }
}
