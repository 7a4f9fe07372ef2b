//! The HTTP client: the one place that calls reqwest.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use thiserror::Error;

use crate::case::Actor;
use crate::contract::method_writes;
use crate::http::{Exchange, Request, Response};
use crate::redact::Secret;

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
    /// The request cannot be put on the wire as it was described.
    #[error("this request cannot be sent: {reason}")]
    Inexpressible {
        /// What is in the way.
        reason: String,
    },
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

/// The root of an API: scheme, host, port and perhaps a path prefix, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(String);

impl Endpoint {
    /// Reads an endpoint; user info, query and fragment are refused.
    pub fn parse(text: &str) -> Result<Self, ClientSetupError> {
        // A text with an `@` may hold a password.
        let shown = if text.contains('@') { "[secret]" } else { text };
        let wrong = |reason: &str| ClientSetupError::Endpoint { text: shown.to_owned(), reason: reason.to_owned() };
        let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("it must start with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("it must not hold a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("it must not have a query or a fragment"));
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// Returns the text without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn url(&self) -> Url {
        Url::parse(&self.0).expect("an endpoint was parsed as a URL")
    }

    fn is_plain(&self) -> bool {
        self.0.starts_with("http://")
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How requests are sent.
#[derive(Clone, Debug)]
pub struct ClientOpts {
    /// The longest that one exchange may take.
    pub max_time: Duration,
    /// The longest that a connection may take.
    pub connect_timeout: Duration,
    /// The largest body that is read, in bytes.
    pub max_body: usize,
    /// Further trusted certificates, as PEM: the file's name and content.
    pub ca_certificates: Option<(String, Vec<u8>)>,
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
            ca_certificates: None,
            insecure: false,
            proxy: None,
            environment_proxy: None,
            no_proxy: None,
        }
    }
}

/// A client of one endpoint, with the tokens of its actors.
pub struct Client {
    http: reqwest::Client,
    endpoint: Endpoint,
    /// The endpoint again, whose origin no path may leave.
    root: Url,
    tokens: BTreeMap<Actor, HeaderValue>,
    max_body: usize,
    max_time: Duration,
}

impl Client {
    /// Returns a client; redirects are not followed and nothing is sent twice.
    pub fn new(
        endpoint: Endpoint,
        tokens: impl IntoIterator<Item = (Actor, Secret)>,
        opts: &ClientOpts,
    ) -> Result<Self, ClientSetupError> {
        let mut headers = BTreeMap::new();
        for (actor, token) in tokens {
            let mut value = HeaderValue::from_str(token.expose()).map_err(|_| ClientSetupError::Token { actor })?;
            value.set_sensitive(true);
            headers.insert(actor, value);
        }
        let http = build(&endpoint, opts)?;
        let root = endpoint.url();
        Ok(Self { http, endpoint, root, tokens: headers, max_body: opts.max_body, max_time: opts.max_time })
    }

    fn prepare(&self, request: &Request) -> Result<reqwest::Request, TransportError> {
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
        if let Some(token) = self.tokens.get(&request.actor) {
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

    /// Sends a request; a read whose connection turns out to be closed already is sent once more.
    async fn exchange(&self, request: Request) -> Result<Exchange, TransportError> {
        let prepared = self.prepare(&request)?;
        let again = (!method_writes(&request.method)).then(|| prepared.try_clone()).flatten();
        let started = Instant::now();
        let mut answer = self.http.execute(prepared).await.map_err(|error| self.classify(&error));
        if let (Err(TransportError::Broken { .. }), Some(again)) = (&answer, again) {
            answer = self.http.execute(again).await.map_err(|error| self.classify(&error));
        }
        let answer = answer?;
        let status = answer.status().as_u16();
        let headers = header_list(answer.headers());
        let mut body = Vec::new();
        let mut stream = answer.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| self.classify(&error))?;
            if body.len() + chunk.len() > self.max_body {
                return Err(TransportError::TooLarge { limit: self.max_body });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Exchange { request, response: Response::new(status, headers, body), elapsed: started.elapsed() })
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

impl TransportError {
    /// Tells whether the request surely never reached the endpoint.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Inexpressible { .. } | Self::Stopped { sent: false, .. })
    }
}

impl Transport for Client {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Exchange, TransportError>> {
        self.exchange(request).boxed()
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
    if let Some((path, pem)) = &opts.ca_certificates {
        let unusable = |source| ClientSetupError::Certificates { path: path.clone(), source };
        let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| unusable(error.into()))?;
        if certificates.is_empty() {
            return Err(unusable("it holds no certificate in PEM form".into()));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_plain_root() {
        assert_eq!(Endpoint::parse("http://h:9292/").expect("is one").as_str(), "http://h:9292");
        assert_eq!(Endpoint::parse("https://h/image").expect("is one").as_str(), "https://h/image");
        for wrong in ["h:9292", "ftp://h", "http://u:p@h", "http://h?x=1", "", "http://"] {
            assert!(Endpoint::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_path_that_the_client_would_change_is_not_sent() {
        let endpoint = Endpoint::parse("http://127.0.0.1:1").expect("is one");
        let client = Client::new(endpoint, [], &ClientOpts::default()).expect("builds");
        let request = |path: &str| Request {
            actor: Actor::Nobody,
            method: "GET".to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
        };
        assert!(client.prepare(&request("/v2/images/a%2Fb/members/%21%21")).is_ok());
        for path in ["/v2/a/../b", "@127.0.0.1:2/", ".example.org/", ":2/v2"] {
            assert!(matches!(client.prepare(&request(path)), Err(TransportError::Inexpressible { .. })), "{path}");
        }
    }
}
