//! The state of the world that cases start from: images of our own, made, shared and removed again, and borrowed
//! ones, where only member rows of our own come and go.

mod batch;
mod borrowed;
mod build;
mod clean;
mod fixture;
mod journal;
mod ledger;
mod pool;
mod reuse;
mod rows;
mod settle;
mod shown;
mod sweep;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use borrowed::Borrowed;
pub use borrowed::{CHANGE, Lent};
use fixture::Rows;
pub use fixture::{Fixture, Trouble, Unchanged};
pub use journal::{Dead, Found, Header, Journal, JournalError};
use ledger::Ledger;
pub use ledger::Leftover;
pub use pool::{Pool, borrows, lent};
use reuse::Used;
pub use rows::Permit;
use serde_json::{Map, Value};
use settle::Settling;
pub use sweep::{Fate, Runs, Swept};
use tokio::sync::OnceCell;

use crate::case::Actor;
use crate::case::spec::{GivenSpec, ImageKind};
use crate::check::own;
use crate::check::passive::{self, Passive};
use crate::contract::{Contract, Operation, method_writes};
use crate::http::{Exchange, Request, Transport, TransportError, request_for};
use crate::redact::Redactor;
use crate::target::Target;

/// The fixture that refused writes of one state are sent to, while nobody has it.
type Turns = Arc<tokio::sync::Mutex<Option<Fixture>>>;
/// A fixture that cases share, built by the first of them.
type SharedCell = Arc<OnceCell<Result<Arc<Fixture>, Trouble>>>;

/// Makes fixtures, lends them to cases, and removes everything it made.
pub struct World {
    /// Sends what cases need, until the run is stopped.
    gated: Arc<dyn Transport>,
    /// Sends what clean-up needs, whatever happened.
    transport: Arc<dyn Transport>,
    target: Arc<Target>,
    contract: Arc<Contract>,
    redactor: Redactor,
    /// Marks the images of this run: `sharecheck-<run>-<number>`.
    run: String,
    /// Whether what is made stays where it is.
    keep: bool,
    /// Whether this finishes a run that was killed.
    finishing: bool,
    serial: AtomicUsize,
    created: AtomicUsize,
    ledger: Ledger,
    /// What was found of the borrowed images, by kind.
    borrowed: BTreeMap<ImageKind, Result<Arc<Borrowed>, Trouble>>,
    settling: Settling,
    /// How long the first image has to show, where its target says that all does at once.
    grace: Duration,
    /// Whether it did.
    instant: OnceCell<Result<(), Trouble>>,
    shared: Mutex<BTreeMap<GivenSpec, SharedCell>>,
    /// The images for writes that are refused, one for each state; cases take turns.
    refused: Mutex<BTreeMap<GivenSpec, Turns>>,
    /// Images whose rows a case has written, and that may serve another.
    used: Mutex<Vec<Used>>,
    requests: AtomicU64,
    asides: Mutex<Vec<Passive>>,
}

impl World {
    /// Returns a world in which nothing is made yet; `run` marks what will be, and `keep`
    /// leaves it where it is.
    #[must_use]
    pub fn new(
        gated: Arc<dyn Transport>,
        transport: Arc<dyn Transport>,
        target: Arc<Target>,
        contract: Arc<Contract>,
        run: String,
        keep: bool,
    ) -> Self {
        Self {
            gated,
            transport,
            redactor: target.redactor(),
            target,
            contract,
            run,
            keep,
            finishing: false,
            serial: AtomicUsize::new(0),
            created: AtomicUsize::new(0),
            ledger: Ledger::default(),
            borrowed: BTreeMap::new(),
            settling: Settling::default(),
            shared: Mutex::default(),
            grace: Duration::ZERO,
            instant: OnceCell::new(),
            refused: Mutex::default(),
            used: Mutex::default(),
            requests: AtomicU64::new(0),
            asides: Mutex::default(),
        }
    }

    /// Keeps a journal from now on.
    #[must_use]
    pub fn with_journal(mut self, journal: Journal) -> Self {
        self.ledger = Ledger::new(Vec::new(), Some(journal));
        self
    }

    /// Returns the image that a case starts with, making it where it has to be.
    pub async fn acquire(&self, given: &GivenSpec, pool: Pool) -> Result<Arc<Fixture>, Trouble> {
        if borrows(given, pool, &self.target, &self.contract) {
            let unseen = || Trouble::new("nobody looked at the borrowed image before".to_owned(), false);
            let found = self.borrowed.get(&given.image).cloned().unwrap_or_else(|| Err(unseen()));
            return self.lend(&*found?, given, pool).await;
        }
        match pool {
            Pool::Shared | Pool::None => {
                let cell = Arc::clone(lock(&self.shared).entry(given.clone()).or_default());
                cell.get_or_init(|| async { self.make(given).await.map(Arc::new) }).await.clone()
            }
            Pool::Refused => self.in_turn(given).await.map(Arc::new),
            Pool::Own => match self.reuse(given).await {
                Some(fixture) => Ok(Arc::new(fixture)),
                None => self.make(given).await.map(Arc::new),
            },
        }
    }

    /// Returns the image kept for refused writes, once no other case has it; makes one where there is none.
    async fn in_turn(&self, given: &GivenSpec) -> Result<Fixture, Trouble> {
        let turns = Arc::clone(lock(&self.refused).entry(given.clone()).or_default());
        let mut turn = turns.lock_owned().await;
        let mut fixture = if let Some(fixture) = turn.take() { fixture } else { self.watched(given).await? };
        fixture.turn = Some(turn);
        Ok(fixture)
    }

    /// Makes a fixture whose rows are known, so that it is seen when they change.
    async fn watched(&self, given: &GivenSpec) -> Result<Fixture, Trouble> {
        let fixture = self.make(given).await?;
        let rows = self.member_rows(&fixture.image_id).await.map_err(|error| Trouble::new(error, false))?;
        if let (Rows::Refused(status), ImageKind::Shareable) = (&rows, given.image) {
            return Err(Trouble::new(format!("the owner's member list answered {status}"), false));
        }
        fixture.set_baseline(rows);
        Ok(fixture)
    }

    /// Makes a fixture, trying a second time where the first failed on something that passes.
    async fn make(&self, given: &GivenSpec) -> Result<Fixture, Trouble> {
        match self.build(given).await {
            Err(trouble) if trouble.passes => self.build(given).await,
            made => made,
        }
    }

    /// Gives a fixture back after its case; one that is not fit for another case is removed at once.
    pub async fn release(&self, given: &GivenSpec, pool: Pool, fixture: Arc<Fixture>, fit: bool) {
        match pool {
            _ if fixture.lease.is_some() => drop(fixture),
            Pool::Shared | Pool::None => {}
            Pool::Refused if fit => fixture::give_back(fixture),
            Pool::Refused | Pool::Own if self.keep => {}
            Pool::Own if fit && given.image == ImageKind::Shareable => self.keep_for_others(&fixture.image_id),
            Pool::Refused | Pool::Own => self.remove(&fixture.image_id).await,
        }
    }

    /// Tells whether refused writes left a fixture as it was.
    pub async fn unchanged(&self, fixture: &Fixture) -> Unchanged {
        if let Err(reason) = self.settle(&fixture.image_id).await {
            return Unchanged::Unknown(reason);
        }
        let now = self.member_rows(&fixture.image_id).await;
        match (fixture.baseline(), now) {
            (Some(before), Ok(after)) if *before == after => Unchanged::Same,
            (Some(before), Ok(after)) => Unchanged::Changed(before.to_json(), after.to_json()),
            (_, Err(reason)) => Unchanged::Unknown(reason),
            (None, _) => Unchanged::Unknown("nobody looked at the members before".to_owned()),
        }
    }

    /// Tells whether an image was made by this run, though it may be gone.
    #[must_use]
    pub fn made(&self, image_id: &str) -> bool {
        self.ledger.has_made(image_id)
    }

    /// Returns the journal from which another process can finish this run, where something is left.
    #[must_use]
    pub fn unfinished(&self) -> Option<std::path::PathBuf> {
        self.ledger.unfinished()
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

    /// Returns the rows that the owner sees, in an order of their own, or how the list is refused.
    async fn member_rows(&self, image_id: &str) -> Result<Rows, String> {
        Ok(match self.list_members(&*self.gated, image_id).await? {
            Ok(rows) => Rows::listed(&rows),
            Err(status) => Rows::Refused(status),
        })
    }

    /// Returns the rows that the owner sees, or the status with which the API itself refuses them.
    async fn list_members(&self, over: &dyn Transport, image_id: &str) -> Result<Result<Vec<Value>, u16>, String> {
        let (operation, exchange) = self
            .call_over(over, "v2.member.list", Actor::Owner, &[("image_id", image_id)], None)
            .await
            .map_err(|trouble| trouble.to_string())?;
        if let Some(reason) = own::unjudgeable(&self.contract, Some(&operation), &exchange) {
            return Err(format!("the owner's member list cannot be read: {reason}"));
        }
        let response = &exchange.response;
        let rows = response.json().and_then(|body| body.get("members")).and_then(Value::as_array);
        match (response.status, rows) {
            (200, Some(rows)) => Ok(Ok(rows.clone())),
            (status @ 400.., _) => Ok(Err(status)),
            (status, _) => Err(format!("the owner's member list answered {status} without members")),
        }
    }

    /// Tells whether a write was throttled, or the API itself refused it, so that nothing came of it.
    fn is_refusal(&self, operation: &Operation, exchange: &Exchange) -> bool {
        let status = exchange.response.status;
        let own = || own::unjudgeable(&self.contract, Some(operation), exchange).is_none();
        status == 429 || (400..500).contains(&status) && own()
    }

    /// Sends a request of the world's own, unless the run is stopped, and looks at the answer in passing.
    async fn call(
        &self,
        operation: &str,
        actor: Actor,
        path: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<(Arc<Operation>, Exchange), Trouble> {
        self.call_over(&*self.gated, operation, actor, path, body).await
    }

    async fn call_over(
        &self,
        over: &dyn Transport,
        operation: &str,
        actor: Actor,
        path: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<(Arc<Operation>, Exchange), Trouble> {
        let operation = self.operation(operation).map_err(|text| Trouble::new(text, false))?;
        let path: Map<_, _> = path.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        let mut request = request_for(&operation, actor, &path, &Map::new());
        if let Some(body) = body {
            request = request.with_json(&operation, body);
        }
        let exchange = self.send(over, request).await.map_err(|error| Trouble::of(&error))?;
        self.look(&operation, &exchange);
        Ok((operation, exchange))
    }

    fn operation(&self, name: &str) -> Result<Arc<Operation>, String> {
        let operation = self.contract.operations.get(name).cloned();
        operation.ok_or_else(|| format!("profile `{}` does not document `{name}`", self.contract.profile))
    }

    /// Holds an exchange of the world's own against the passive checks, if the API itself answered.
    fn look(&self, operation: &Operation, exchange: &Exchange) {
        let own = own::unjudgeable(&self.contract, Some(operation), exchange).is_none();
        let documented = own.then_some(operation);
        let mut asides = lock(&self.asides);
        for seen in passive::check(documented, &[], exchange, &self.redactor) {
            if !asides.contains(&seen) {
                asides.push(seen);
            }
        }
    }

    async fn send(&self, over: &dyn Transport, request: Request) -> Result<Exchange, TransportError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let written = request.image_id().filter(|_| method_writes(&request.method));
        let sent = over.send(request).await;
        if let Some(image_id) = written {
            self.wrote(&image_id);
        }
        sent
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
