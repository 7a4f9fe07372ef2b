//! The state of the world that cases start from: images of our own, made, shared and removed again.

mod build;
mod clean;
mod fixture;
mod ledger;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub use fixture::{Fixture, Trouble};
use ledger::Ledger;
pub use ledger::Leftover;
use serde_json::{Map, Value};
use tokio::sync::OnceCell;

use crate::case::Actor;
use crate::case::spec::GivenSpec;
use crate::check::passive::{self, Passive};
use crate::contract::{Contract, Operation};
use crate::http::{Exchange, Request, Transport, TransportError, request_for};
use crate::plan::{Pool, can_borrow};
use crate::redact::Redactor;
use crate::target::Target;

/// A fixture that cases share, built by the first of them.
type SharedCell = Arc<OnceCell<Result<Arc<Fixture>, Trouble>>>;

/// Makes fixtures, lends them to cases, and removes everything it made.
pub struct World {
    transport: Arc<dyn Transport>,
    target: Arc<Target>,
    contract: Arc<Contract>,
    redactor: Redactor,
    /// Marks the images of this run: `sharecheck-<run>-<number>`.
    run: String,
    /// Whether what is made stays where it is.
    keep: bool,
    serial: AtomicUsize,
    created: AtomicUsize,
    ledger: Ledger,
    shared: Mutex<BTreeMap<GivenSpec, SharedCell>>,
    idle: Mutex<BTreeMap<GivenSpec, Vec<Arc<Fixture>>>>,
    requests: AtomicU64,
    asides: Mutex<Vec<Passive>>,
}

impl World {
    /// Returns a world in which nothing is made yet; `run` marks what will be, and `keep`
    /// leaves it where it is.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        target: Arc<Target>,
        contract: Arc<Contract>,
        redactor: Redactor,
        run: String,
        keep: bool,
    ) -> Self {
        Self {
            transport,
            target,
            contract,
            redactor,
            run,
            keep,
            serial: AtomicUsize::new(0),
            created: AtomicUsize::new(0),
            ledger: Ledger::default(),
            shared: Mutex::default(),
            idle: Mutex::default(),
            requests: AtomicU64::new(0),
            asides: Mutex::default(),
        }
    }

    /// Returns the image that a case starts with, making it where it has to be.
    pub async fn acquire(&self, given: &GivenSpec, pool: Pool) -> Result<Arc<Fixture>, Trouble> {
        match pool {
            Pool::Shared | Pool::None => {
                let cell = Arc::clone(lock(&self.shared).entry(given.clone()).or_default());
                cell.get_or_init(|| async { self.shared_fixture(given, pool).await.map(Arc::new) }).await.clone()
            }
            Pool::Refused => {
                if let Some(fixture) = lock(&self.idle).get_mut(given).and_then(Vec::pop) {
                    return Ok(fixture);
                }
                let fixture = Arc::new(self.build(given).await?);
                self.observe(&fixture).await;
                Ok(fixture)
            }
            Pool::Own => self.build(given).await.map(Arc::new),
        }
    }

    async fn shared_fixture(&self, given: &GivenSpec, pool: Pool) -> Result<Fixture, Trouble> {
        match self.target.images.get(&given.image) {
            Some(id) if can_borrow(given, pool, &self.target) => Ok(Fixture::new(self.next(), id.clone(), Vec::new())),
            _ => self.build(given).await,
        }
    }

    /// Gives a fixture back after its case; what a case had for itself is removed at once.
    pub async fn release(&self, given: &GivenSpec, pool: Pool, fixture: Arc<Fixture>, unchanged: bool) {
        match pool {
            Pool::Shared | Pool::None => {}
            Pool::Refused if unchanged => lock(&self.idle).entry(given.clone()).or_default().push(fixture),
            Pool::Refused | Pool::Own if self.keep => {}
            Pool::Refused | Pool::Own => self.remove(&fixture.image_id).await,
        }
    }

    /// Returns how a refused write left its mark on a fixture: the list before and after, if they differ.
    pub async fn changed(&self, fixture: &Fixture) -> Option<(Value, Value)> {
        let before = fixture.baseline()?;
        let after = self.member_list(&fixture.image_id).await?;
        (*before != after).then(|| (before.clone(), after))
    }

    /// Keeps the image of a case that makes one itself, so that it is removed in the end.
    pub fn adopt(&self, image_id: &str) {
        self.ledger.made(&self.name(), image_id);
    }

    /// Returns how many requests the world sent.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Returns what the passive checks saw in the world's own exchanges.
    #[must_use]
    pub fn asides(&self) -> Vec<Passive> {
        lock(&self.asides).clone()
    }

    /// Remembers what a refused write must leave as it is.
    async fn observe(&self, fixture: &Fixture) {
        if let Some(list) = self.member_list(&fixture.image_id).await {
            fixture.set_baseline(list);
        }
    }

    /// Returns the owner's member list: status and body.
    async fn member_list(&self, image_id: &str) -> Option<Value> {
        let (_, exchange) = self.call("v2.member.list", Actor::Owner, &[("image_id", image_id)], None).await.ok()?;
        let response = &exchange.response;
        let body = response.json().filter(|_| response.status < 300).cloned();
        Some(serde_json::json!({ "status": response.status, "body": body }))
    }

    /// Sends a request of the world's own and looks at the answer in passing.
    async fn call(
        &self,
        operation: &str,
        actor: Actor,
        path: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<(Arc<Operation>, Exchange), Trouble> {
        let operation = self.contract.operations.get(operation).cloned().ok_or_else(|| {
            Trouble::new(format!("profile `{}` does not document `{operation}`", self.contract.profile))
        })?;
        let path: Map<_, _> = path.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        let mut request = request_for(&operation, actor, &path, &Map::new());
        if let Some(body) = body {
            request = request.with_json(&operation, body);
        }
        let exchange = self.send(request).await.map_err(|error| Trouble::new(error.to_string()))?;
        let seen = passive::check(Some(&operation), &[], &exchange, &self.redactor);
        lock(&self.asides).extend(seen);
        Ok((operation, exchange))
    }

    async fn send(&self, request: Request) -> Result<Exchange, TransportError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.transport.send(request).await
    }

    fn next(&self) -> usize {
        self.serial.fetch_add(1, Ordering::Relaxed)
    }

    fn name(&self) -> String {
        format!("sharecheck-{}-{}", self.run, self.next())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
