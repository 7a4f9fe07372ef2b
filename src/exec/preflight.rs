//! The preflight: one call for each actor that must succeed before anything is believed.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use thiserror::Error;

use crate::case::Actor;
use crate::contract::Contract;
use crate::http::{Exchange, Transport, TransportError, request_for};
use crate::mock::HEADER;
use crate::target::{Kind, Target};

/// The call that every actor must be able to make.
const ALIVE: &str = "v2.image.list";

/// What the preflight found out.
#[derive(Clone, Debug)]
pub struct Preflight {
    /// Each actor of the target, alive or not, and why.
    pub actors: BTreeMap<Actor, Result<(), String>>,
    /// Whether the answers are a mock's, whatever the target file says.
    pub is_mock: bool,
    /// How many requests it took.
    pub requests: u64,
}

/// Why a run ends before its first case.
#[derive(Debug, Error)]
pub enum PreflightError {
    /// The endpoint does not answer.
    #[error("target `{target}` at {endpoint} cannot be reached: {cause}")]
    Unreachable {
        /// The target's name.
        target: String,
        /// Its endpoint.
        endpoint: String,
        /// What went wrong.
        cause: TransportError,
    },
    /// The owner's credentials do not work.
    #[error("the credentials of the owner do not work on target `{target}`: {reason}")]
    Owner {
        /// The target's name.
        target: String,
        /// What the endpoint answered.
        reason: String,
    },
}

/// Looks at every actor of a target; the owner must be alive. `patience` bounds each call.
pub async fn preflight(
    transport: &dyn Transport,
    target: &Target,
    contract: &Contract,
    patience: Duration,
) -> Result<Preflight, PreflightError> {
    let (present, absent): (Vec<_>, Vec<_>) = target.accounts.iter().partition(|(_, account)| account.is_ok());
    // A token that must be refused is not shown to the endpoint before a case does: it may know it from then on.
    let (dead, living): (Vec<_>, Vec<_>) = present.into_iter().partition(|(actor, _)| actor.is_dead_token());
    let calls = living.iter().map(|(actor, _)| async {
        let answer = tokio::time::timeout(patience, call(transport, contract, **actor)).await;
        (**actor, answer.unwrap_or(Err(TransportError::Timeout { limit: patience })))
    });
    let answers = join_all(calls).await;
    let reasons = absent.into_iter().filter_map(|(actor, account)| Some((*actor, Err(account.clone().err()?))));
    let mut seen =
        Preflight { actors: reasons.collect(), is_mock: target.kind == Kind::Mock, requests: answers.len() as u64 };
    seen.actors.extend(dead.iter().map(|(actor, _)| (**actor, Ok(()))));
    for (actor, answer) in answers {
        let state = match answer {
            Ok(exchange) => {
                seen.is_mock |= exchange.response.header(HEADER).is_some();
                alive(actor, &exchange)
            }
            Err(cause @ TransportError::NoToken { .. }) => Err(cause.to_string()),
            Err(cause) if actor == Actor::Owner => {
                let (target, endpoint) = (target.name.clone(), target.endpoint.to_string());
                return Err(PreflightError::Unreachable { target, endpoint, cause });
            }
            Err(cause) => Err(cause.to_string()),
        };
        seen.actors.insert(actor, state);
    }
    match seen.actors.get(&Actor::Owner) {
        Some(Err(reason)) => Err(PreflightError::Owner { target: target.name.clone(), reason: reason.clone() }),
        _ => Ok(seen),
    }
}

/// Asks whether an actor's credentials work; returns why not.
pub(super) async fn ask(transport: &dyn Transport, contract: &Contract, actor: Actor) -> Result<(), String> {
    let exchange = call(transport, contract, actor).await.map_err(|error| error.to_string())?;
    alive(actor, &exchange)
}

async fn call(transport: &dyn Transport, contract: &Contract, actor: Actor) -> Result<Exchange, TransportError> {
    let operation = contract.operations.get(ALIVE).ok_or_else(|| TransportError::Inexpressible {
        reason: format!("profile `{}` does not document `{ALIVE}`", contract.profile),
    })?;
    let empty = serde_json::Map::new();
    let query = json!({ "limit": 1 });
    let request = request_for(operation, actor, &empty, query.as_object().unwrap_or(&empty));
    transport.send(request).await
}

/// Tells whether an actor's credentials work. Those of a user without any grant are known, and refused.
fn alive(actor: Actor, exchange: &Exchange) -> Result<(), String> {
    match exchange.response.status {
        403 if actor == Actor::Ungranted => Ok(()),
        200 if exchange.response.json().is_some_and(|body| body["images"].is_array()) => Ok(()),
        200 => Err(format!("{} {} answered 200 without images", exchange.request.method, exchange.request.path)),
        status => Err(format!("{} {} answered {status}, not 200", exchange.request.method, exchange.request.path)),
    }
}
