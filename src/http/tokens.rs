//! The token of an actor, and how it is renewed when it ends or is refused.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;
use reqwest::header::HeaderValue;
use thiserror::Error;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{ClientSetupError, TransportError, Wire};
use crate::case::Actor;
use crate::redact::Secret;

/// A token, and until when it is good.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token.
    pub secret: Secret,
    /// From when on it is not sent any more; none where nobody said.
    pub until: Option<Instant>,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct TokenError {
    /// What happened, without any credential.
    pub reason: String,
    /// Whether the credentials themselves were refused, so that asking again only does harm.
    pub refused: bool,
}

/// Where an actor's tokens come from.
pub trait TokenSource: Send + Sync {
    /// Asks for a new token. Every redactor that must mask it knows it when this returns.
    fn fetch(&self) -> BoxFuture<'_, Result<Token, TokenError>>;
}

/// What an actor needs to send requests.
#[derive(Clone)]
pub struct Key {
    /// The token to begin with.
    pub token: Token,
    /// Where another comes from, if there can be another.
    pub source: Option<Arc<dyn TokenSource>>,
    /// What carries the actor's requests.
    pub wire: Wire,
}

impl Key {
    /// Returns a key of a token that cannot be renewed.
    #[must_use]
    pub fn of_token(secret: Secret, wire: Wire) -> Self {
        Self { token: Token { secret, until: None }, source: None, wire }
    }
}

/// The token in use.
#[derive(Clone, Debug)]
pub(super) struct Current {
    /// The token as a header.
    pub(super) header: HeaderValue,
    /// How many tokens there were before.
    number: u64,
    until: Option<Instant>,
    /// Whether it was refused although it was new: then a newer one would fare no better.
    hopeless: bool,
}

/// The token of one actor, shared by all of its requests.
pub(super) struct Holder {
    actor: Actor,
    source: Option<Arc<dyn TokenSource>>,
    current: RwLock<Current>,
    /// Held while a new token is fetched; what came of the last attempt that failed.
    failure: Mutex<Option<TokenError>>,
    attempts: AtomicU64,
}

impl Holder {
    /// Returns the holder of an actor's first token.
    pub(super) fn new(
        actor: Actor,
        token: &Token,
        source: Option<Arc<dyn TokenSource>>,
    ) -> Result<Self, ClientSetupError> {
        let header = header(&token.secret).ok_or(ClientSetupError::Token { actor })?;
        let current = RwLock::new(Current { header, number: 0, until: token.until, hopeless: false });
        Ok(Self { actor, source, current, failure: Mutex::default(), attempts: AtomicU64::new(0) })
    }

    /// Returns the token to send now: a new one, where the old one's time is over.
    pub(super) async fn current(&self) -> Result<Current, TransportError> {
        let current = self.read();
        match &self.source {
            Some(source) if current.until.is_some_and(|until| Instant::now() >= until) => {
                self.renew(&**source, &current).await
            }
            _ => Ok(current),
        }
    }

    /// Returns another token than one that was refused, if one can be had.
    pub(super) async fn instead_of(&self, refused: &Current) -> Result<Option<Current>, TransportError> {
        match &self.source {
            Some(source) if !refused.hopeless => self.renew(&**source, refused).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Notes that a token was refused at its first use: that is the endpoint's answer, whatever the token.
    pub(super) fn refused_anew(&self, token: &Current) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.hopeless |= current.number == token.number;
    }

    /// Fetches a new token. Whoever wants one in the meantime waits for the same, and gets the same failure.
    async fn renew(&self, source: &dyn TokenSource, old: &Current) -> Result<Current, TransportError> {
        let attempts = self.attempts.load(Ordering::Acquire);
        let mut failure = self.failure.lock().await;
        let current = self.read();
        if current.number != old.number {
            return Ok(current);
        }
        let failed_meanwhile = self.attempts.load(Ordering::Acquire) != attempts;
        if let Some(error) = failure.as_ref().filter(|error| error.refused || failed_meanwhile) {
            return Err(self.unrenewed(error));
        }
        let fetched = source.fetch().await.and_then(|token| self.replace(&token));
        self.attempts.fetch_add(1, Ordering::Release);
        *failure = fetched.as_ref().err().cloned();
        fetched.map_err(|error| self.unrenewed(&error))
    }

    fn replace(&self, token: &Token) -> Result<Current, TokenError> {
        let header = header(&token.secret).ok_or_else(|| TokenError {
            reason: "the new token cannot be sent in a header".to_owned(),
            refused: false,
        })?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = Current { header, number: current.number + 1, until: token.until, hopeless: false };
        Ok(current.clone())
    }

    fn unrenewed(&self, error: &TokenError) -> TransportError {
        TransportError::NoToken { actor: self.actor, reason: error.reason.clone() }
    }

    fn read(&self) -> Current {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Returns a token as a header that no debug output shows.
fn header(secret: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(secret.expose()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt;
    use futures_util::future::join_all;

    use super::*;

    const LIFE: Duration = Duration::from_secs(5);

    /// Issues `token-1`, `token-2`, … for a while each, slowly; fails where it is told to.
    #[derive(Default)]
    struct Office {
        asked: AtomicU64,
        failure: std::sync::Mutex<Option<TokenError>>,
    }

    impl TokenSource for Office {
        fn fetch(&self) -> BoxFuture<'_, Result<Token, TokenError>> {
            async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
                match &*self.failure.lock().unwrap() {
                    Some(error) => Err(error.clone()),
                    None => Ok(token(number)),
                }
            }
            .boxed()
        }
    }

    fn token(number: u64) -> Token {
        Token { secret: Secret::new(format!("token-{number}")), until: Some(Instant::now() + LIFE) }
    }

    fn holder() -> (Arc<Office>, Holder) {
        let office = Arc::new(Office::default());
        let holder = Holder::new(Actor::Owner, &token(0), Some(office.clone())).expect("is a header");
        (office, holder)
    }

    fn shown(current: &Current) -> &str {
        current.header.to_str().expect("is text")
    }

    #[tokio::test(start_paused = true)]
    async fn one_renewal_serves_all_who_wait() {
        let (office, holder) = holder();
        assert_eq!(shown(&holder.current().await.unwrap()), "token-0");
        tokio::time::advance(LIFE).await;
        let all = join_all((0..20).map(|_| holder.current())).await;
        assert!(all.iter().all(|current| shown(current.as_ref().unwrap()) == "token-1"));
        assert_eq!(office.asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_replaced_once_and_late_refusals_take_the_new_one() {
        let (office, holder) = holder();
        let old = holder.current().await.unwrap();
        let all = join_all((0..20).map(|_| holder.instead_of(&old))).await;
        assert!(all.iter().all(|found| shown(found.as_ref().unwrap().as_ref().unwrap()) == "token-1"));
        let late = holder.instead_of(&old).await.unwrap().unwrap();
        assert_eq!((shown(&late), office.asked.load(Ordering::SeqCst)), ("token-1", 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_token_that_is_refused_is_not_renewed_until_its_time_is_over() {
        let (office, holder) = holder();
        let old = holder.current().await.unwrap();
        let new = holder.instead_of(&old).await.unwrap().unwrap();
        holder.refused_anew(&new);
        let again = holder.current().await.unwrap();
        assert!(holder.instead_of(&again).await.unwrap().is_none());
        assert_eq!(office.asked.load(Ordering::SeqCst), 1);
        tokio::time::advance(LIFE).await;
        assert_eq!(shown(&holder.current().await.unwrap()), "token-2");
        holder.refused_anew(&new);
        assert!(!holder.current().await.unwrap().hopeless, "the refusal was another token's");
    }

    #[tokio::test(start_paused = true)]
    async fn all_who_wait_share_a_failure_and_the_next_asks_again() {
        let (office, holder) = holder();
        *office.failure.lock().unwrap() = Some(TokenError { reason: "nobody is there".to_owned(), refused: false });
        tokio::time::advance(LIFE).await;
        let all = join_all((0..20).map(|_| holder.current())).await;
        assert!(all.iter().all(|current| current.as_ref().unwrap_err().to_string().contains("nobody is there")));
        assert_eq!(office.asked.load(Ordering::SeqCst), 1);
        *office.failure.lock().unwrap() = None;
        assert_eq!(shown(&holder.current().await.unwrap()), "token-2");
    }

    #[tokio::test(start_paused = true)]
    async fn refused_credentials_are_not_offered_again() {
        let (office, holder) = holder();
        *office.failure.lock().unwrap() = Some(TokenError { reason: "wrong password".to_owned(), refused: true });
        tokio::time::advance(LIFE).await;
        for _ in 0..3 {
            assert!(holder.current().await.is_err());
        }
        assert_eq!(office.asked.load(Ordering::SeqCst), 1, "an account would be locked");
    }

    #[tokio::test]
    async fn a_given_token_is_all_there_is() {
        let given = Holder::new(Actor::Owner, &Token { secret: Secret::new("given".to_owned()), until: None }, None);
        let given = given.expect("is a header");
        let current = given.current().await.unwrap();
        assert!(given.instead_of(&current).await.unwrap().is_none());
        assert!(!format!("{current:?}").contains("given"));
    }
}
