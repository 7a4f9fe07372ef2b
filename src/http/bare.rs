//! Sends a request as it stands, over HTTP/1.1: without the headers that a client adds by itself.

use std::sync::{Arc, OnceLock};

use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderValue};
use hyper_util::rt::TokioIo;
use reqwest::{Body, Url};
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::unseen::Unseen;
use super::{ClientOpts, TransportError};

/// Sends requests to any host, each over a connection of its own.
#[derive(Debug)]
pub(super) struct Bare {
    opts: ClientOpts,
    /// Made when it is first needed; or why it cannot be made.
    tls: OnceLock<Result<Arc<rustls::ClientConfig>, String>>,
}

/// A connection, with TLS or without.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Bare {
    /// Returns a sender with the bounds and the certificates of the ordinary one.
    pub(super) fn new(opts: &ClientOpts) -> Self {
        Self { opts: opts.clone(), tls: OnceLock::new() }
    }

    /// Sends a request; the body of the answer has yet to be read.
    pub(super) async fn send(&self, request: reqwest::Request) -> Result<reqwest::Response, TransportError> {
        if self.opts.proxy.is_some() || self.opts.environment_proxy.is_some() && request.url().scheme() == "https" {
            let reason = "one without `Accept` does not go through a proxy".to_owned();
            return Err(TransportError::Inexpressible { reason });
        }
        let limit = self.opts.max_time;
        timeout(limit, self.exchange(request)).await.unwrap_or(Err(TransportError::Timeout { limit }))
    }

    async fn exchange(&self, request: reqwest::Request) -> Result<reqwest::Response, TransportError> {
        let broken = |error: hyper::Error| TransportError::Broken { reason: error.to_string() };
        let stream = self.connect(request.url()).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        // Who never ends an answer is cut off as an ordinary request would be.
        tokio::spawn(timeout(self.opts.max_time, connection));
        let answer = sender.send_request(outgoing(request)?).await.map_err(broken)?;
        Ok(answer.map(Body::wrap).into())
    }

    async fn connect(&self, url: &Url) -> Result<Box<dyn Stream>, TransportError> {
        let unreachable = |reason: String| TransportError::Unreachable { reason };
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let connect = TcpStream::connect((host, url.port_or_known_default().unwrap_or(80)));
        let late = |_| unreachable(format!("no connection within {:?}", self.opts.connect_timeout));
        let stream = timeout(self.opts.connect_timeout, connect).await.map_err(late)?;
        let stream = stream.map_err(|error| unreachable(error.to_string()))?;
        if url.scheme() == "http" {
            return Ok(Box::new(stream));
        }
        let config = self.tls.get_or_init(|| config(&self.opts).map(Arc::new)).clone().map_err(unreachable)?;
        let name = ServerName::try_from(host.to_owned()).map_err(|error| unreachable(error.to_string()))?;
        let secured = TlsConnector::from(config).connect(name, stream).await;
        Ok(Box::new(secured.map_err(|error| unreachable(error.to_string()))?))
    }
}

/// Returns a request with a path alone in its first line, and the host in a header.
fn outgoing(mut request: reqwest::Request) -> Result<hyper::Request<Body>, TransportError> {
    let wrong = |reason: String| TransportError::Inexpressible { reason };
    let url = request.url();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let host = format!("{}{port}", url.host_str().unwrap_or_default());
    let host = HeaderValue::from_str(&host).map_err(|error| wrong(error.to_string()))?;
    let start = hyper::Request::builder().method(request.method()).uri(format!("{}{query}", url.path()));
    let body = request.body_mut().take().unwrap_or_default();
    let mut outgoing = start.body(body).map_err(|error| wrong(error.to_string()))?;
    outgoing.headers_mut().insert(HOST, host);
    outgoing.headers_mut().extend(std::mem::take(request.headers_mut()));
    Ok(outgoing)
}

/// Returns the TLS set-up: the system's certificates and those given, or none at all.
fn config(opts: &ClientOpts) -> Result<rustls::ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = verifier(opts, &provider)?;
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

fn verifier(opts: &ClientOpts, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, String> {
    if opts.insecure {
        return Ok(Arc::new(Unseen(Arc::clone(provider))));
    }
    let given = opts.ca_certificates.iter().flat_map(|(_, pem)| CertificateDer::pem_slice_iter(pem));
    let given = given.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
    let known = Verifier::new_with_extra_roots(given, Arc::clone(provider)).map_err(|error| error.to_string())?;
    Ok(Arc::new(known))
}
