//! One request and its answer on the wire, within bounds, believing no redirect.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use hyper::ext::ReasonPhrase;
use hyper::http::Extensions;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode, Version};
use serde_json::Value;
use thiserror::Error;

use super::bare::Bare;
use super::{Endpoint, Rate, Response, TransportError};
use crate::case::Actor;
use crate::redact::Secret;

/// How requests are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientOpts {
    /// The longest that one exchange may take.
    pub max_time: Duration,
    /// The longest that a connection may take.
    pub connect_timeout: Duration,
    /// The largest body that is read, in bytes.
    pub max_body: usize,
    /// How often a request goes out again that was throttled, or, if it reads, met with a 503 or a lost connection.
    pub retry: u32,
    /// The most requests in a time; none for as many as there are.
    pub rate: Option<Rate>,
    /// Further trusted certificates, as PEM: each file's name and content.
    pub ca_certificates: Vec<(String, Vec<u8>)>,
    /// Whether certificates are believed unseen.
    pub insecure: bool,
    /// The proxy, where one is wanted.
    pub proxy: Option<String>,
    /// The proxy for https that the environment names.
    pub environment_proxy: Option<String>,
    /// The hosts that the environment's proxy is not for.
    pub no_proxy: Option<String>,
}

impl ClientOpts {
    /// Returns the same without any proxy: for a mock in this process.
    #[must_use]
    pub fn without_proxy(&self) -> Self {
        Self { proxy: None, environment_proxy: None, ..self.clone() }
    }
}

impl Default for ClientOpts {
    fn default() -> Self {
        Self {
            max_time: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            max_body: 8 << 20,
            retry: 3,
            rate: None,
            ca_certificates: Vec::new(),
            insecure: false,
            proxy: None,
            environment_proxy: None,
            no_proxy: None,
        }
    }
}

/// Why a client cannot be set up.
#[derive(Debug, Error)]
pub enum ClientSetupError {
    /// The endpoint is no absolute http or https URL.
    #[error("`{text}` is no endpoint: {reason}")]
    Endpoint {
        /// What was given.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file of certificates cannot be used.
    #[error("the certificates in `{path}` cannot be used")]
    Certificates {
        /// The file.
        path: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A proxy cannot be used.
    #[error("the proxy that --proxy or the environment names is no URL of one")]
    Proxy,
    /// A token cannot stand in a header.
    #[error("the token of {actor} cannot be sent in a header")]
    Token {
        /// Whose token.
        actor: Actor,
    },
    /// The TLS set-up failed.
    #[error("the client cannot be built")]
    Build(#[source] reqwest::Error),
}

/// Sends single requests to any host; redirects are not followed and nothing is sent twice.
#[derive(Clone, Debug)]
pub struct Wire {
    http: reqwest::Client,
    /// For what the client would not send as it stands.
    bare: Arc<Bare>,
    max_body: usize,
    max_time: Duration,
}

impl Wire {
    /// Returns a wire for an endpoint, or for any other that is as plain.
    pub fn new(endpoint: &Endpoint, opts: &ClientOpts) -> Result<Self, ClientSetupError> {
        let bare = Arc::new(Bare::new(opts));
        Ok(Self { http: build(endpoint, opts)?, bare, max_body: opts.max_body, max_time: opts.max_time })
    }

    /// Sends JSON and reads the whole answer.
    pub async fn post_json(&self, endpoint: &Endpoint, path: &str, body: &Value) -> Result<Response, TransportError> {
        let json = HeaderValue::from_static("application/json");
        let request = self.http.post(format!("{endpoint}{path}")).body(body.to_string());
        let request = request.header(CONTENT_TYPE, &json).header(ACCEPT, &json);
        let request = request.build().map_err(|error| self.classify(&error))?;
        self.read(self.send(request).await?).await
    }

    /// Sends a request without a body, with secrets as headers, and reads the whole answer.
    pub async fn ask(
        &self,
        method: Method,
        endpoint: &Endpoint,
        path: &str,
        headers: &[(&'static str, &Secret)],
    ) -> Result<Response, TransportError> {
        let mut request = self.http.request(method, format!("{endpoint}{path}")).header(ACCEPT, "*/*");
        for (name, secret) in headers {
            let mut value = HeaderValue::from_str(secret.expose())
                .map_err(|error| TransportError::Inexpressible { reason: error.to_string() })?;
            value.set_sensitive(true);
            request = request.header(*name, value);
        }
        let request = request.build().map_err(|error| self.classify(&error))?;
        self.read(self.send(request).await?).await
    }

    /// Sends a request; the body of the answer has yet to be read.
    pub(super) async fn send(&self, request: reqwest::Request) -> Result<reqwest::Response, TransportError> {
        if !request.headers().contains_key(ACCEPT) {
            return self.bare.send(request).await;
        }
        self.http.execute(request).await.map_err(|error| self.classify(&error))
    }

    /// Reads the whole answer.
    pub(super) async fn read(&self, answer: reqwest::Response) -> Result<Response, TransportError> {
        let status = answer.status().as_u16();
        let headers = header_list(answer.headers());
        let line = status_line(answer.version(), answer.status(), answer.extensions());
        let mut body = Vec::new();
        let mut stream = answer.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| self.classify(&error))?;
            if body.len() + chunk.len() > self.max_body {
                return Err(TransportError::TooLarge { limit: self.max_body });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response::new(status, headers, body).with_line(line))
    }

    fn classify(&self, error: &reqwest::Error) -> TransportError {
        let reason = innermost(error);
        if error.is_connect() {
            TransportError::Unreachable { reason }
        } else if error.is_timeout() {
            TransportError::Timeout { limit: self.max_time }
        } else {
            TransportError::Broken { reason }
        }
    }
}

/// How long an idle connection is kept: less than servers commonly do.
const IDLE: Duration = Duration::from_secs(4);

fn build(endpoint: &Endpoint, opts: &ClientOpts) -> Result<reqwest::Client, ClientSetupError> {
    // A second call finds the provider installed already, which is all that is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("sharecheck/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .timeout(opts.max_time)
        .connect_timeout(opts.connect_timeout)
        .tcp_nodelay(true)
        .pool_idle_timeout(IDLE)
        .no_proxy()
        .tls_danger_accept_invalid_certs(opts.insecure);
    if let Some(proxy) = proxy(opts)? {
        builder = builder.proxy(proxy);
    }
    let mut certificates = Vec::new();
    for (path, pem) in &opts.ca_certificates {
        let unusable = |source| ClientSetupError::Certificates { path: path.clone(), source };
        let held = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| unusable(error.into()))?;
        if held.is_empty() {
            return Err(unusable("it holds no certificate in PEM form".into()));
        }
        certificates.extend(held);
    }
    if !certificates.is_empty() {
        builder = builder.tls_certs_merge(certificates);
    } else if endpoint.is_plain() {
        // Spares the search for the system's certificates, which fails where there are none.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(ClientSetupError::Build)
}

fn proxy(opts: &ClientOpts) -> Result<Option<reqwest::Proxy>, ClientSetupError> {
    let proxy = match (&opts.proxy, &opts.environment_proxy) {
        (Some(text), _) => reqwest::Proxy::all(text.as_str()),
        (None, Some(text)) => {
            let but = opts.no_proxy.as_deref().and_then(reqwest::NoProxy::from_string);
            reqwest::Proxy::https(text.as_str()).map(|proxy| proxy.no_proxy(but))
        }
        (None, None) => return Ok(None),
    };
    // Neither the URL nor the cause is shown: a proxy's URL may hold a password.
    proxy.map(Some).map_err(|_| ClientSetupError::Proxy)
}

/// Returns the first line of an answer, as hyper read it or would write it; later protocols have none.
pub(crate) fn status_line(version: Version, status: StatusCode, extensions: &Extensions) -> Option<String> {
    let known = status.canonical_reason().unwrap_or_default();
    // A reason is kept only where it is another than the known one.
    let own = extensions.get::<ReasonPhrase>();
    let reason = own.map_or(Cow::Borrowed(known), |own| String::from_utf8_lossy(own.as_bytes()));
    (version <= Version::HTTP_11).then(|| format!("{version:?} {} {reason}", status.as_u16()))
}

fn header_list(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    headers.iter().map(pair).collect()
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
