//! Signs in to a cloud of `clouds.yaml`, as often as it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::Instant;

use super::clouds::Cloud;
use super::identity::{Grant, TOKENS};
use crate::http::{Method, Response, Token, TokenError, TokenSource, TransportError, Wire, pause_before_another};
use crate::redact::{Redactor, Secret, printable};

/// The shortest password that is masked wherever it stands: a shorter one is an ordinary word too often.
const DISTINCT: usize = 8;
/// How much of what the identity service says of a refusal is told, in characters.
const COMPLAINT: usize = 300;
/// How coarse the clocks are that a lifetime is measured by.
const TICK: Duration = Duration::from_secs(1);
/// The most that a token is renewed before its time, so that a request with it arrives in time.
const MARGIN: Duration = Duration::from_secs(5);

/// The identity service of a cloud, and who signs in there.
pub(super) struct Keystone {
    cloud: Cloud,
    wire: Wire,
    patience: Duration,
    /// How many more times it is asked while it has no time for us.
    retry: u32,
    /// Learns the tokens.
    redactor: Redactor,
    /// How many requests were sent, by all that share it.
    sent: Arc<AtomicU64>,
}

impl Keystone {
    pub(super) fn new(
        cloud: Cloud,
        wire: Wire,
        (patience, retry): (Duration, u32),
        redactor: Redactor,
        sent: Arc<AtomicU64>,
    ) -> Self {
        if cloud.login.secret().expose().len() >= DISTINCT {
            redactor.learn_unsent(cloud.login.secret());
        }
        Self { cloud, wire, patience, retry, redactor, sent }
    }

    /// Signs in; the token comes with what it is good for.
    pub(super) async fn sign_in(&self) -> Result<(Token, Grant), TokenError> {
        let asked = Instant::now();
        let answer = self.ask().await.map_err(|error| self.failed(&error.to_string()))?;
        if !matches!(answer.status, 200 | 201) {
            return Err(self.refusal(&answer));
        }
        let grant =
            Grant::read(&answer).map_err(|lack| self.failed(&format!("it answered {} {lack}", answer.status)))?;
        self.redactor.learn(&grant.token);
        let until = grant.lifetime.and_then(usable).map(|usable| asked + usable);
        Ok((Token { secret: grant.token.clone(), until }, grant))
    }

    /// Asks for a token: again after a pause where it is throttled or the service is not up to it, as nothing came of that.
    async fn ask(&self) -> Result<Response, TransportError> {
        let until = Instant::now() + self.patience;
        let mut tries = 0;
        loop {
            let answer = self.ask_once().await?;
            let wait = pause_before_another(&answer, tries);
            if !matches!(answer.status, 429 | 503) || tries >= self.retry || Instant::now() + wait >= until {
                return Ok(answer);
            }
            tokio::time::sleep(wait).await;
            tries += 1;
        }
    }

    async fn ask_once(&self) -> Result<Response, TransportError> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let body = self.cloud.login.body();
        let answer = self.wire.post_json(&self.cloud.identity, TOKENS, &body);
        let answer = tokio::time::timeout(self.patience, answer).await;
        answer.unwrap_or(Err(TransportError::Timeout { limit: self.patience }))
    }

    /// Takes a token back: it proves by itself that it is good, once more and for the last time.
    pub(super) async fn revoke(&self, token: &Secret) -> Result<(), TokenError> {
        match self.ask_about(Method::DELETE, token).await? {
            200 | 204 => Ok(()),
            status => Err(self.unproven(&format!("was to be revoked, and was answered {status}"))),
        }
    }

    /// Makes sure that a token is not good, or not any more.
    pub(super) async fn refuses(&self, token: &Secret) -> Result<(), TokenError> {
        match self.ask_about(Method::GET, token).await? {
            401 => Ok(()),
            200 => Err(self.unproven("is good there, and so is none that must be refused")),
            status => Err(self.unproven(&format!("may be good: asked about it, the answer is {status}"))),
        }
    }

    /// Returns the status of the answer to a call about a token that is sent with that token.
    async fn ask_about(&self, method: Method, token: &Secret) -> Result<u16, TokenError> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let headers = [("x-auth-token", token), ("x-subject-token", token)];
        let answer = self.wire.ask(method, &self.cloud.identity, TOKENS, &headers);
        let answer = tokio::time::timeout(self.patience, answer).await;
        let answer = answer.unwrap_or(Err(TransportError::Timeout { limit: self.patience }));
        answer.map(|answer| answer.status).map_err(|error| self.unproven(&format!("cannot be asked about: {error}")))
    }

    fn unproven(&self, what: &str) -> TokenError {
        let Cloud { name, identity, .. } = &self.cloud;
        TokenError { reason: format!("cloud `{name}`: the token {what} ({identity})"), refused: false }
    }

    fn failed(&self, reason: &str) -> TokenError {
        let Cloud { name, identity, .. } = &self.cloud;
        TokenError { reason: format!("cloud `{name}`: no token from {identity}: {reason}"), refused: false }
    }

    fn refusal(&self, answer: &Response) -> TokenError {
        let said = answer.json().and_then(|body| body["error"]["message"].as_str()).unwrap_or_default();
        // It may repeat what it was sent, however short.
        let redactor = Redactor::joined([self.redactor.clone(), Redactor::new([self.cloud.login.secret()])]);
        let said = redactor.redact(said);
        let said: String = printable(&said).replace('\n', " ").trim().chars().take(COMPLAINT).collect();
        let said = if said.is_empty() { said } else { format!(": {said}") };
        let status = answer.status;
        let hint = match status {
            300..=399 | 404 | 405 => ": is `auth_url` the root of an Identity API v3?",
            _ => "",
        };
        let refused = matches!(status, 400 | 401 | 403);
        TokenError { refused, ..self.failed(&format!("it answered {status}{said}{hint}")) }
    }
}

impl TokenSource for Keystone {
    fn fetch(&self) -> BoxFuture<'_, Result<Token, TokenError>> {
        async { self.sign_in().await.map(|(token, _)| token) }.boxed()
    }
}

/// Returns how long a token is used; one whose end is too near to tell is used until it is refused.
fn usable(lifetime: Duration) -> Option<Duration> {
    let sure = lifetime.checked_sub(TICK)?;
    let usable = sure.saturating_sub((sure / 10).min(MARGIN));
    (usable >= TICK).then_some(usable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_nearly_to_its_end_and_a_short_one_too() {
        let seconds = |lifetime| usable(Duration::from_secs(lifetime)).map(|usable| usable.as_millis());
        assert_eq!(seconds(3600), Some(3_594_000));
        assert_eq!(seconds(10), Some(8_100));
        assert_eq!(seconds(5), Some(3_600));
        assert_eq!([seconds(2), seconds(1), seconds(0)], [None; 3], "or each request would sign in");
    }
}
