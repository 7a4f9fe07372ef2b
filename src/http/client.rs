//! The client of one endpoint: requests of actors, each with the token of its actor.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Url};
use thiserror::Error;

use super::tokens::{Current, Holder};
use super::{ClientSetupError, Endpoint, Exchange, Key, Request, Response, Wire};
use crate::case::Actor;
use crate::contract::method_writes;

/// Sends requests; tests put a fake in its place.
pub trait Transport: Send + Sync {
    /// Sends a request and reads the whole answer.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Exchange, TransportError>>;
}

/// Why there is no answer to judge.
#[derive(Debug, Error)]
pub enum TransportError {
    /// No connection came about.
    #[error("no connection to the endpoint: {reason}")]
    Unreachable {
        /// The innermost cause.
        reason: String,
    },
    /// The answer took too long.
    #[error("no answer within {limit:?}")]
    Timeout {
        /// How long was waited.
        limit: Duration,
    },
    /// The answer broke off or is no HTTP.
    #[error("the answer broke off: {reason}")]
    Broken {
        /// The innermost cause.
        reason: String,
    },
    /// The body is larger than allowed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The run is stopped, and sends nothing more.
    #[error("{reason}")]
    Stopped {
        /// Why it is stopped.
        reason: &'static str,
        /// Whether the request was on its way already.
        sent: bool,
    },
    /// The token of the actor has ended, and there is no other.
    #[error("the token of {actor} cannot be renewed: {reason}")]
    NoToken {
        /// Whose token.
        actor: Actor,
        /// Why there is no other.
        reason: String,
    },
    /// The request cannot be put on the wire as it was described.
    #[error("this request cannot be sent: {reason}")]
    Inexpressible {
        /// What is in the way.
        reason: String,
    },
}

/// A client of one endpoint, with the tokens of its actors.
pub struct Client {
    endpoint: Endpoint,
    /// The endpoint again, whose origin no path may leave.
    root: Url,
    /// For requests without credentials.
    wire: Wire,
    actors: BTreeMap<Actor, (Holder, Wire)>,
    repeated: AtomicU64,
}

impl Client {
    /// Returns a client; redirects are not followed, and only a read that a closed connection swallowed and a request
    /// that was refused for its token are sent twice.
    pub fn new(
        endpoint: Endpoint,
        wire: Wire,
        keys: impl IntoIterator<Item = (Actor, Key)>,
    ) -> Result<Self, ClientSetupError> {
        let held = |(actor, key): (Actor, Key)| Ok((actor, (Holder::new(actor, &key.token, key.source)?, key.wire)));
        let actors = keys.into_iter().map(held).collect::<Result<_, _>>()?;
        let root = endpoint.url();
        Ok(Self { endpoint, root, wire, actors, repeated: AtomicU64::new(0) })
    }

    /// Returns how many requests were sent again with a new token.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    fn prepare(&self, request: &Request, token: Option<&HeaderValue>) -> Result<reqwest::Request, TransportError> {
        let wrong = |reason: String| TransportError::Inexpressible { reason };
        let text = format!("{}{}", self.endpoint, request.path);
        let url = Url::parse(&text).map_err(|error| wrong(error.to_string()))?;
        if !request.path.starts_with('/') || url.origin() != self.root.origin() || !url.username().is_empty() {
            return Err(wrong("its path leads to another host".to_owned()));
        }
        if url.as_str() != text {
            return Err(wrong(format!("the client would send `{}`", url.path())));
        }
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|error| wrong(error.to_string()))?;
        let mut built = reqwest::Request::new(method, url);
        let headers = built.headers_mut();
        if let Some(token) = token {
            headers.insert("x-auth-token", token.clone());
        }
        for (name, value) in &request.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| wrong(error.to_string()))?;
            let value = HeaderValue::from_str(value).map_err(|error| wrong(error.to_string()))?;
            headers.append(name, value);
        }
        if let Some(body) = &request.body {
            *built.body_mut() = Some(body.clone().into());
        }
        Ok(built)
    }

    /// Sends a request; one that is refused for its token was not carried out, and goes out again with a new one.
    async fn exchange(&self, request: Request) -> Result<Exchange, TransportError> {
        let started = Instant::now();
        let response = match self.actors.get(&request.actor) {
            None => self.once(&request, None, &self.wire).await?,
            Some((holder, wire)) => {
                let token = holder.current().await?;
                let response = self.once(&request, Some(&token.header), wire).await?;
                let other = if response.status == 401 { holder.instead_of(&token).await? } else { None };
                match other {
                    Some(other) => self.again(&request, holder, &other, wire).await?,
                    None => response,
                }
            }
        };
        Ok(Exchange { request, response, elapsed: started.elapsed() })
    }

    /// Sends a request with another token than the refused one.
    async fn again(
        &self,
        request: &Request,
        holder: &Holder,
        token: &Current,
        wire: &Wire,
    ) -> Result<Response, TransportError> {
        self.repeated.fetch_add(1, Ordering::Relaxed);
        let response = self.once(request, Some(&token.header), wire).await?;
        if response.status == 401 {
            holder.refused_anew(token);
        }
        Ok(response)
    }

    /// Sends a request as it is; a read whose connection turns out to be closed already is sent once more.
    async fn once(
        &self,
        request: &Request,
        token: Option<&HeaderValue>,
        wire: &Wire,
    ) -> Result<Response, TransportError> {
        let mut answer = wire.send(self.prepare(request, token)?).await;
        if matches!(answer, Err(TransportError::Broken { .. })) && !method_writes(&request.method) {
            answer = wire.send(self.prepare(request, token)?).await;
        }
        wire.read(answer?).await
    }
}

impl TransportError {
    /// Tells whether the request surely never reached the endpoint.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::Inexpressible { .. }
                | Self::NoToken { .. }
                | Self::Stopped { sent: false, .. }
        )
    }
}

impl Transport for Client {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Exchange, TransportError>> {
        self.exchange(request).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::ClientOpts;

    #[test]
    fn a_path_that_the_client_would_change_is_not_sent() {
        let endpoint = Endpoint::parse("http://127.0.0.1:1").expect("is one");
        let wire = Wire::new(&endpoint, &ClientOpts::default()).expect("builds");
        let client = Client::new(endpoint, wire, []).expect("builds");
        let request = |path: &str| Request {
            actor: Actor::Nobody,
            method: "GET".to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
        };
        assert!(client.prepare(&request("/v2/images/a%2Fb/members/%21%21"), None).is_ok());
        for path in ["/v2/a/../b", "@127.0.0.1:2/", ".example.org/", ":2/v2"] {
            assert!(
                matches!(client.prepare(&request(path), None), Err(TransportError::Inexpressible { .. })),
                "{path}"
            );
        }
    }
}
