//! Runs planned cases under libtest-mimic: the one user of that crate.
//!
//! Cases are tasks on the runtime, taken from a queue by as many workers as there are jobs. The
//! trials of libtest-mimic run on one thread and wait for their case, so the output is in order.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::runtime::Runtime;
use tokio::sync::{oneshot, watch};

use crate::exec::Engine;
use crate::plan::PlannedCase;
use crate::verdict::{CaseResult, Level, Verdict};

/// How cases are run and shown.
pub struct RunnerOpts {
    /// How many cases run at the same time.
    pub jobs: usize,
    /// What libtest-mimic is told: format, colour, and what to do with its own filters.
    pub arguments: Arguments,
    /// The longest that all cases together may take.
    pub deadline: Option<Duration>,
    /// Whether an unmet should fails its trial.
    pub strict: bool,
}

/// A case together with what came of it.
pub type Outcome = (Arc<PlannedCase>, CaseResult);

/// What came of all cases.
pub struct Outcomes {
    /// For each engine its cases, in order.
    pub by_engine: Vec<Vec<Outcome>>,
    /// Whether the user stopped the run.
    pub interrupted: bool,
}

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
#[must_use]
pub fn run(runtime: &Runtime, engines: &[Arc<Engine>], opts: RunnerOpts, describe: &Arc<Describe>) -> Outcomes {
    let stop = Stop::new(runtime, opts.deadline);
    let collected: Arc<Mutex<Vec<(usize, Outcome)>>> = Arc::default();
    let mut queue = Vec::new();
    let mut trials = Vec::new();
    for (number, engine) in engines.iter().enumerate() {
        for planned in &engine.plan.cases {
            let (sender, receiver) = oneshot::channel();
            queue.push((Arc::clone(engine), Arc::clone(planned), sender));
            let context = Context { number, collected: Arc::clone(&collected), describe: Arc::clone(describe) };
            let waiting = Arc::clone(planned);
            let strict = opts.strict;
            trials.push(trial(planned, move || context.wait(&waiting, receiver, strict)));
        }
    }
    work(runtime, queue, opts.jobs, &stop);
    shielded(|| libtest_mimic::run(&Arguments { test_threads: Some(1), ..opts.arguments }, trials));
    let mut by_engine: Vec<Vec<Outcome>> = engines.iter().map(|_| Vec::new()).collect();
    let mut collected = std::mem::take(&mut *collected.lock().unwrap_or_else(PoisonError::into_inner));
    for (number, outcome) in collected.drain(..) {
        by_engine[number].push(outcome);
    }
    Outcomes { by_engine, interrupted: stop.reason().is_some_and(|reason| reason == Reason::Interrupted) }
}

type Job = (Arc<Engine>, Arc<PlannedCase>, oneshot::Sender<CaseResult>);

/// Lets as many workers as there are jobs take cases from the queue, in order.
fn work(runtime: &Runtime, queue: Vec<Job>, jobs: usize, stop: &Stop) {
    let next = Arc::new(AtomicUsize::new(0));
    let queue: Arc<Vec<Mutex<Option<Job>>>> = Arc::new(queue.into_iter().map(|job| Mutex::new(Some(job))).collect());
    for _ in 0..jobs.max(1) {
        let (next, queue, stop) = (Arc::clone(&next), Arc::clone(&queue), stop.clone());
        runtime.spawn(async move {
            while let Some(slot) = queue.get(next.fetch_add(1, Ordering::Relaxed)) {
                let job = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
                if let Some((engine, planned, sender)) = job {
                    // The trial may be gone when libtest-mimic stopped early; nobody waits then.
                    let _ = sender.send(one(&engine, &planned, &stop).await);
                }
            }
        });
    }
}

/// Runs one case, unless the run is stopped before its end.
async fn one(engine: &Engine, planned: &PlannedCase, stop: &Stop) -> CaseResult {
    let unjudged = |reason: &str| CaseResult::unjudged(Verdict::Inconclusive, planned.level, reason);
    if planned.shape.skip.is_none()
        && let Some(reason) = stop.reason()
    {
        return unjudged(reason.words());
    }
    let case = AssertUnwindSafe(engine.run(planned)).catch_unwind();
    tokio::select! {
        biased;
        result = case => result.unwrap_or_else(|_| unjudged("the harness itself failed on this case; please report it")),
        reason = stop.wait() => unjudged(reason.words()),
    }
}

struct Context {
    number: usize,
    collected: Arc<Mutex<Vec<(usize, Outcome)>>>,
    describe: Arc<Describe>,
}

impl Context {
    /// Waits for a case, keeps its result, and tells libtest-mimic what it makes of it.
    fn wait(
        self,
        planned: &Arc<PlannedCase>,
        receiver: oneshot::Receiver<CaseResult>,
        strict: bool,
    ) -> Result<Completion, Failed> {
        let lost = || CaseResult::unjudged(Verdict::Inconclusive, planned.level, "the case was lost; please report it");
        let result = receiver.blocking_recv().unwrap_or_else(|_| lost());
        let least = if strict { Level::Should } else { Level::Must };
        let told = match result.verdict {
            Verdict::Skip => Ok(Completion::ignored_with(&result.reason)),
            Verdict::Pass | Verdict::Waived => Ok(Completion::Completed),
            Verdict::Fail | Verdict::Inconclusive if result.level < least => Ok(Completion::Completed),
            Verdict::Fail | Verdict::Inconclusive => Err(Failed::from((self.describe)(self.number, planned, &result))),
        };
        let outcome = (Arc::clone(planned), result);
        self.collected.lock().unwrap_or_else(PoisonError::into_inner).push((self.number, outcome));
        told
    }
}

fn trial(planned: &PlannedCase, run: impl FnOnce() -> Result<Completion, Failed> + Send + 'static) -> Trial {
    let trial = Trial::ignorable_test(planned.name.clone(), run);
    if planned.level == Level::Must { trial } else { trial.with_kind(planned.level.name()) }
}

/// Runs libtest-mimic so that a closed output is no crash: it unwraps its writes.
fn shielded<T>(run: impl FnOnce() -> T) -> Option<T> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let ended = panic::catch_unwind(AssertUnwindSafe(run));
    panic::set_hook(hook);
    ended.ok()
}

/// Why a run stops before its last case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Interrupted,
    Deadline,
}

impl Reason {
    const fn words(self) -> &'static str {
        match self {
            Self::Interrupted => "the run was interrupted",
            Self::Deadline => "the deadline of the run had passed",
        }
    }
}

/// Tells every worker when the run is to stop.
#[derive(Clone)]
struct Stop(watch::Receiver<Option<Reason>>);

impl Stop {
    /// Watches for an interrupt and for the deadline.
    fn new(runtime: &Runtime, deadline: Option<Duration>) -> Self {
        let (sender, receiver) = watch::channel(None);
        runtime.spawn(async move {
            let deadline = async {
                match deadline {
                    Some(after) => tokio::time::sleep(after).await,
                    None => std::future::pending().await,
                }
            };
            let reason = tokio::select! {
                () = interrupted() => Reason::Interrupted,
                () = deadline => Reason::Deadline,
            };
            let _ = sender.send(Some(reason));
            sender.closed().await;
        });
        Self(receiver)
    }

    fn reason(&self) -> Option<Reason> {
        *self.0.borrow()
    }

    async fn wait(&self) -> Reason {
        let mut receiver = self.0.clone();
        loop {
            if let Some(reason) = *receiver.borrow_and_update() {
                return reason;
            }
            if receiver.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Waits for Ctrl-C or a request to terminate.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
