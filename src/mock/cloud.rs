//! The mock as a server on a loopback port, or any other.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use axum::serve::ListenerExt;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::dialect::Dialect;
use super::fault::Broken;
use super::identity;
use super::inbound::Inbound;
use super::manner::Manner;
use super::offer::Offer;
use super::service::Service;
use crate::contract::{PolicySpec, Profile};

/// The largest body that the mock reads; Glance takes at least 8 MiB.
const MAX_BODY: usize = 16 << 20;

/// How many members an image may have where nobody says it: few, so that going beyond costs little.
pub const QUOTA: usize = 10;

/// What the mock is to be.
#[derive(Clone, Debug)]
pub struct MockOpts {
    /// The profile that it speaks.
    pub profile: Profile,
    /// How it is set, where clouds of the profile differ.
    pub policy: PolicySpec,
    /// The ids of the faults that it has.
    pub faults: Vec<String>,
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// How many calls of the image API a token from the identity API is good for; none for any number.
    pub token_uses: Option<u32>,
    /// How it takes requests.
    pub manner: Manner,
    /// How many members an image may have.
    pub quota: usize,
}

impl MockOpts {
    /// Returns a mock without faults on a free loopback port.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        let policy = PolicySpec::default();
        Self {
            profile,
            policy,
            faults: Vec::new(),
            listen: ([127, 0, 0, 1], 0).into(),
            token_uses: None,
            manner: Manner::default(),
            quota: QUOTA,
        }
    }
}

/// A running mock cloud; dropping it stops it.
#[derive(Debug)]
pub struct MockCloud {
    address: SocketAddr,
    offer: Offer,
    converge: Duration,
    task: JoinHandle<io::Result<()>>,
    // Held, never used: the server shuts down when it is dropped.
    _stop: oneshot::Sender<()>,
}

/// Why a mock cloud did not start.
#[derive(Debug, Error)]
pub enum MockError {
    /// There is no such fault.
    #[error("there is no fault `{id}`")]
    UnknownFault {
        /// The id asked for.
        id: String,
    },
    /// The fault breaks nothing that this profile promises.
    #[error("fault `{id}` does not apply to profile `{profile}`")]
    FaultNotInProfile {
        /// The id asked for.
        id: String,
        /// The profile asked for.
        profile: Profile,
    },
    /// Clouds of this profile have no such setting.
    #[error("profile `{profile}` has no `{policy}`")]
    PolicyNotInProfile {
        /// The setting asked for.
        policy: PolicySpec,
        /// The profile asked for.
        profile: Profile,
    },
    /// The fault breaks what is promised under another setting alone.
    #[error("fault `{id}` does not apply under `{policy}`")]
    FaultNotUnderPolicy {
        /// The id asked for.
        id: String,
        /// The setting asked for.
        policy: PolicySpec,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

impl MockCloud {
    /// Binds the address and serves on the current runtime.
    pub async fn start(opts: MockOpts) -> Result<Self, MockError> {
        let MockOpts { profile, policy, faults, listen, token_uses, manner, quota } = opts;
        let dialect = Dialect::of(profile);
        let service = Service::new(dialect, policy, Broken::new(profile, policy, &faults)?, token_uses);
        let service = service.with_manner(manner).with_quota(quota);
        let bind = |source| MockError::Bind { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let offer = Offer::of(&service, dialect, policy, quota);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, service, stopped));
        Ok(Self { address, offer, converge: manner.converge, task, _stop: stop })
    }

    /// Returns the address to call, `http://127.0.0.1:PORT`. For a mock that listens on every address it is the
    /// loopback one, because no client can call `0.0.0.0`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        let mut address = self.address;
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("http://{address}")
    }

    /// Returns the address of its identity API, which is Keystone v3.
    #[must_use]
    pub fn identity(&self) -> String {
        self.endpoint() + identity::PATH
    }

    /// Returns what it offers.
    #[must_use]
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// Returns how long its reads lag behind writes.
    #[must_use]
    pub fn converge(&self) -> Duration {
        self.converge
    }

    /// Serves until the server's task ends, which it does only when it fails.
    pub async fn stopped(self) {
        let Self { task, _stop, .. } = self;
        // How it ended is nobody's concern: there is nothing left to serve.
        let _ = task.await;
    }
}

/// Serves until the other end of `stopped` is gone; connections that are idle are closed then.
async fn serve(listener: TcpListener, service: Service, stopped: oneshot::Receiver<()>) -> io::Result<()> {
    let listener = listener.tap_io(|stream| {
        // Without it an answer may wait for the client's next packet; if it fails, it only gets slower.
        let _ = stream.set_nodelay(true);
    });
    let router = Router::new().fallback(answer).with_state(Arc::new(service));
    let shutdown = async {
        let _ = stopped.await;
    };
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}

async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let response = match read(body).await {
        Some(body) => service.handle(&Inbound::new(head, body)),
        None => service.too_large(&Inbound::new(head, Bytes::new())),
    };
    response.map(Body::from)
}

/// Reads a body, unless it is or announces itself as too large.
async fn read(body: Body) -> Option<Bytes> {
    let announced = body.size_hint().lower();
    if announced > MAX_BODY as u64 { None } else { to_bytes(body, MAX_BODY).await.ok() }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::time::{Duration, Instant};

    use super::*;

    /// Sends a request beside the runtime, which has the server, and reads to the end.
    async fn exchange(address: SocketAddr, request: String) -> String {
        let talk = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        tokio::task::spawn_blocking(talk).await.unwrap()
    }

    #[tokio::test]
    async fn serves_with_length_date_and_mark_until_it_is_dropped() {
        let cloud = MockCloud::start(MockOpts::new(Profile::Glance)).await.unwrap();
        let address = cloud.address;
        assert_eq!(cloud.endpoint(), format!("http://{address}"));
        let token = &cloud.offer().accounts[0].token;
        let head = "HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n";
        let answer = exchange(address, format!("GET /v2/images {head}x-auth-token: {token}\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        for line in ["content-length: 69\r\n", "\r\ndate: ", "x-sharecheck-mock: glance\r\n"] {
            assert!(answer.contains(line), "{answer}");
        }
        let answer = exchange(address, format!("DELETE /v2/images/x {head}x-auth-token: {token}\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{answer}");
        drop(cloud);
        let deadline = Instant::now() + Duration::from_secs(5);
        while TcpStream::connect(address).is_ok() {
            assert!(Instant::now() < deadline, "still listening");
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_body_beyond_all_measure_is_refused() {
        let cloud = MockCloud::start(MockOpts::new(Profile::Glance)).await.unwrap();
        let (length, token) = (MAX_BODY + 1, &cloud.offer().accounts[0].token);
        let head = format!("HTTP/1.1\r\nhost: mock\r\ncontent-length: {length}\r\n");
        for (path, rest, status) in [
            ("/v2/images", format!("x-auth-token: {token}\r\n\r\n"), 413),
            ("/v2/images", "\r\n".to_owned(), 401),
            ("/identity/v3/auth/tokens", "\r\n".to_owned(), 413),
        ] {
            let answer = exchange(cloud.address, format!("POST {path} {head}{rest}")).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        }
    }

    #[tokio::test]
    async fn does_not_start_where_it_cannot() {
        let reason = |opts| async { MockCloud::start(opts).await.unwrap_err().to_string() };
        let unknown = MockOpts { faults: vec!["nope".to_owned()], ..MockOpts::new(Profile::Ntt) };
        assert_eq!(reason(unknown).await, "there is no fault `nope`");
        let cloud = MockCloud::start(MockOpts::new(Profile::Ntt)).await.unwrap();
        let taken = MockOpts { listen: cloud.address, ..MockOpts::new(Profile::Ntt) };
        assert_eq!(reason(taken).await, format!("cannot listen on {}", cloud.address));
    }
}
