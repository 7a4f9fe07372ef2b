//! Runs planned cases under libtest-mimic: the one user of that crate.
//!
//! Cases are tasks on the runtime, taken from a queue by as many workers as there are jobs. The
//! trials of libtest-mimic run on one thread and wait for their case, so the output is in order.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::exec::Engine;
use crate::plan::PlannedCase;
use crate::verdict::{CaseResult, Level, Verdict};

/// How cases are run and shown.
pub struct RunnerOpts {
    /// How many cases run at the same time.
    pub jobs: usize,
    /// What libtest-mimic is told: format, colour, and what to do with its own filters.
    pub arguments: Arguments,
    /// Whether an unmet should fails its trial.
    pub strict: bool,
}

/// A case together with what came of it.
pub type Outcome = (Arc<PlannedCase>, CaseResult);

/// Shows a failure to the reader.
pub type Describe = dyn Fn(usize, &PlannedCase, &CaseResult) -> String + Send + Sync;

/// Lists the cases instead of running them.
pub fn list(cases: &[Arc<PlannedCase>], arguments: &Arguments) {
    let trials = cases.iter().map(|planned| trial(planned, || Ok(Completion::Completed))).collect();
    shielded(|| libtest_mimic::run(&Arguments { list: true, ..arguments.clone() }, trials));
}

/// Runs every case of every engine; clean-up is the caller's.
///
/// `describe` is given the engine's number, a case and its result, and returns the failure's text.
/// When this returns no case is running any more, and each has exactly one result, whatever became of
/// the output.
#[must_use]
pub fn run(
    runtime: &Runtime,
    engines: &[Arc<Engine>],
    opts: RunnerOpts,
    describe: &Arc<Describe>,
) -> Vec<Vec<Outcome>> {
    let mut queue = Vec::new();
    let mut trials = Vec::new();
    let mut slots = Vec::new();
    for (number, engine) in engines.iter().enumerate() {
        for batch in engine.plan.batches() {
            let mut senders = Vec::new();
            for planned in batch {
                let (sender, receiver) = oneshot::channel();
                let state = Mutex::new(State::Waiting(receiver));
                let slot = Arc::new(Slot { number, planned: Arc::clone(planned), state });
                senders.push(sender);
                let (own, describe, strict) = (Arc::clone(&slot), Arc::clone(describe), opts.strict);
                trials.push(trial(planned, move || own.tell(&*describe, strict)));
                slots.push(slot);
            }
            queue.push(Mutex::new(Some(Job { engine: Arc::clone(engine), batch: batch.to_vec(), senders })));
        }
    }
    let workers = work(runtime, queue, opts.jobs);
    shielded(|| libtest_mimic::run(&Arguments { test_threads: Some(1), ..opts.arguments }, trials));
    let mut by_engine: Vec<Vec<Outcome>> = engines.iter().map(|_| Vec::new()).collect();
    for slot in slots {
        // Trials that a closed output kept from running left their results here.
        by_engine[slot.number].push((Arc::clone(&slot.planned), slot.take()));
    }
    for worker in workers {
        // A worker catches the panics of its cases; it has nothing else to say.
        let _ = runtime.block_on(worker);
    }
    by_engine
}

/// Cases that run one after another, and where their results go.
struct Job {
    engine: Arc<Engine>,
    batch: Vec<Arc<PlannedCase>>,
    senders: Vec<oneshot::Sender<CaseResult>>,
}

/// Lets as many workers as there are jobs take batches from the queue, in order.
fn work(runtime: &Runtime, queue: Vec<Mutex<Option<Job>>>, jobs: usize) -> Vec<JoinHandle<()>> {
    let next = Arc::new(AtomicUsize::new(0));
    let queue = Arc::new(queue);
    let worker = |_| {
        let (next, queue) = (Arc::clone(&next), Arc::clone(&queue));
        runtime.spawn(async move {
            while let Some(slot) = queue.get(next.fetch_add(1, Ordering::Relaxed)) {
                let job = lock(slot).take();
                if let Some(Job { engine, batch, senders }) = job {
                    for (sender, result) in senders.into_iter().zip(all(&engine, &batch).await) {
                        // The receiver lives as long as the run; a result is never lost.
                        let _ = sender.send(result);
                    }
                }
            }
        })
    };
    (0..jobs.max(1)).map(worker).collect()
}

/// Runs the cases of a batch; a panic of the harness makes them inconclusive.
async fn all(engine: &Engine, batch: &[Arc<PlannedCase>]) -> Vec<CaseResult> {
    AssertUnwindSafe(engine.run_batch(batch)).catch_unwind().await.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        let reason = format!("the harness itself failed here, please report it: {}", text.unwrap_or("no message"));
        let unjudged =
            |planned: &Arc<PlannedCase>| CaseResult::unjudged(Verdict::Inconclusive, planned.level, reason.clone());
        batch.iter().map(unjudged).collect()
    })
}

/// Where the result of a case arrives, and stays until the run is over.
struct Slot {
    number: usize,
    planned: Arc<PlannedCase>,
    state: Mutex<State>,
}

enum State {
    Waiting(oneshot::Receiver<CaseResult>),
    Arrived(Box<CaseResult>),
    Taken,
}

impl Slot {
    /// Waits for the result and tells libtest-mimic what to make of it.
    fn tell(&self, describe: &Describe, strict: bool) -> Result<Completion, Failed> {
        let result = self.take();
        let least = if strict { Level::Should } else { Level::Must };
        let tell = || Failed::from(describe(self.number, &self.planned, &result));
        let told = match result.verdict {
            Verdict::Skip => Ok(Completion::ignored_with(&result.reason)),
            Verdict::Inconclusive if result.level >= least => Err(tell()),
            _ if result.breaks(least) => Err(tell()),
            _ => Ok(Completion::Completed),
        };
        *lock(&self.state) = State::Arrived(Box::new(result));
        told
    }

    /// Returns the result, waiting for it where it has not arrived.
    fn take(&self) -> CaseResult {
        let lost = || {
            let reason = "the case was lost, please report it";
            CaseResult::unjudged(Verdict::Inconclusive, self.planned.level, reason)
        };
        let state = std::mem::replace(&mut *lock(&self.state), State::Taken);
        match state {
            State::Waiting(receiver) => receiver.blocking_recv().unwrap_or_else(|_| lost()),
            State::Arrived(result) => *result,
            State::Taken => lost(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn trial(planned: &PlannedCase, run: impl FnOnce() -> Result<Completion, Failed> + Send + 'static) -> Trial {
    let trial = Trial::ignorable_test(planned.name.clone(), run);
    if planned.level == Level::Must { trial } else { trial.with_kind(planned.level.name()) }
}

/// Runs libtest-mimic so that a closed output is no crash: it unwraps its writes.
fn shielded<T>(run: impl FnOnce() -> T) {
    let main = std::thread::current().id();
    let hook = Arc::new(panic::take_hook());
    let others = Arc::clone(&hook);
    panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() != main {
            others(info);
        }
    }));
    let _ = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(Box::new(move |info| hook(info)));
}
