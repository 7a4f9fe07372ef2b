//! The mock as a server on a loopback port, or any other.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use axum::serve::ListenerExt;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::account::Account;
use super::dialect::Dialect;
use super::fault::Broken;
use super::inbound::Inbound;
use super::service::Service;
use crate::contract::Profile;

/// The largest body that the mock reads; Glance takes at least 8 MiB.
const MAX_BODY: usize = 16 << 20;

/// What the mock is to be.
#[derive(Clone, Debug)]
pub struct MockOpts {
    /// The profile that it speaks.
    pub profile: Profile,
    /// The ids of the faults that it has.
    pub faults: Vec<String>,
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
}

/// A running mock cloud; dropping it stops it.
#[derive(Debug)]
pub struct MockCloud {
    address: SocketAddr,
    accounts: Vec<Account>,
    features: &'static [&'static str],
    task: JoinHandle<io::Result<()>>,
    // Held, never used: the server shuts down when it is dropped.
    _stop: oneshot::Sender<()>,
}

/// Why a mock cloud did not start.
#[derive(Debug, Error)]
pub enum MockError {
    /// The mock does not speak this profile yet.
    #[error("there is no mock of profile `{profile}`")]
    ProfileNotBuilt {
        /// The profile asked for.
        profile: Profile,
    },
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
        let MockOpts { profile, faults, listen } = opts;
        let dialect = Dialect::of(profile).ok_or(MockError::ProfileNotBuilt { profile })?;
        let service = Service::new(dialect, Broken::new(profile, &faults)?);
        let bind = |source| MockError::Bind { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let accounts = service.directory().accounts().to_vec();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, service, stopped));
        Ok(Self { address, accounts, features: dialect.features, task, _stop: stop })
    }

    /// Returns the address to call, `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns an account for every actor.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Returns what a target file for this mock may list under `features`.
    #[must_use]
    pub fn features(&self) -> &'static [&'static str] {
        self.features
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
    let response = match to_bytes(body, MAX_BODY).await {
        Ok(body) => service.handle(&Inbound::new(head, body)),
        Err(_) => service.too_large(&Inbound::new(head, Bytes::new())),
    };
    response.map(Body::from)
}
