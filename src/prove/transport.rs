//! Sends requests to a mock in this process.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::request::Builder;
use axum::http::{self, HeaderMap};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};

use crate::actor::Actor;
use crate::http::{Exchange, Request, Response, Transport, TransportError, status_line};
use crate::mock::LocalMock;

/// A mock as a transport: no port, no socket, no waiting.
pub(super) struct InProcess {
    mock: LocalMock,
    tokens: BTreeMap<Actor, String>,
}

impl InProcess {
    /// Returns a transport with the tokens of the mock's accounts, those that it must refuse, and one that it never issued.
    pub(super) fn new(mock: LocalMock) -> Self {
        let accounts = mock.offer().accounts.iter();
        let known = accounts.filter_map(|account| Some((Actor::from_name(account.actor)?, account.token.clone())));
        let dead = mock.offer().dead_tokens.iter();
        let dead = dead.filter_map(|(actor, token)| Some((Actor::from_name(actor)?, token.clone())));
        let tokens = known.chain(dead).chain([(Actor::BadToken, "never-issued".to_owned())]).collect();
        Self { mock, tokens }
    }

    fn exchange(&self, request: Request) -> Result<Exchange, TransportError> {
        let inexpressible = |error: http::Error| TransportError::Inexpressible { reason: error.to_string() };
        let answer = self.mock.answer(self.inbound(&request).map_err(inexpressible)?);
        let (status, headers) = (answer.status().as_u16(), texts(answer.headers()));
        let line = status_line(answer.version(), answer.status(), answer.extensions());
        let response = Response::new(status, headers, answer.into_body().into_bytes()).with_line(line);
        Ok(Exchange { request, response, elapsed: Duration::ZERO })
    }

    fn inbound(&self, request: &Request) -> Result<http::Request<Vec<u8>>, http::Error> {
        let token = self.tokens.get(&request.actor).map(|token| ("x-auth-token", token.as_str()));
        let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(token);
        let start = Builder::new().method(request.method.as_str()).uri(&request.path).header("host", "mock.invalid");
        headers
            .fold(start, |builder, (name, value)| builder.header(name, value))
            .body(request.body.clone().unwrap_or_default())
    }
}

impl Transport for InProcess {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Exchange, TransportError>> {
        ready(self.exchange(request)).boxed()
    }
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}
