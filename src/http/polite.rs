//! A transport that waits where it is told to, and asks again where that does no harm.
//!
//! A request that was answered 429 was not carried out, whatever it is. After a 503 or a lost connection nobody knows
//! that, so only reads are sent again. What is left after the last try is judged as it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::fmt::rfc2822;

use super::pace::Pace;
use super::{ClientOpts, Exchange, Request, Response, Transport, TransportError};
use crate::contract::method_writes;
use crate::interrupt::Gate;

/// How long to wait before the second try, where nobody says; twice as long before each further one.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// How many requests in a row meet with trouble, to the last try, before none is sent again until one is answered: who
/// is gone need not be waited for.
const ENOUGH: u32 = 5;

/// How often, how soon and how fast requests are sent, and how many were sent again.
#[derive(Debug)]
pub struct Manners {
    retry: u32,
    longest: Duration,
    pace: Option<Pace>,
    repeated: AtomicU64,
}

impl Manners {
    /// Returns the manners that a client is asked to have.
    #[must_use]
    pub fn of(opts: &ClientOpts) -> Self {
        let pace = opts.rate.map(Pace::new);
        Self { retry: opts.retry, longest: opts.max_time, pace, repeated: AtomicU64::new(0) }
    }

    /// Returns how many requests were sent again.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }

    /// Returns how long to wait before a request goes out again; nothing where it does not.
    fn wait(&self, reads: bool, answer: &Result<Exchange, TransportError>, tries: u32) -> Option<Duration> {
        let wait = match answer {
            Ok(exchange) if exchange.response.status == 429 || exchange.response.status == 503 && reads => {
                pause_before_another(&exchange.response, tries)
            }
            Err(TransportError::Unreachable { .. } | TransportError::Broken { .. }) if reads => back_off(tries),
            _ => return None,
        };
        (tries < self.retry).then(|| wait.min(self.longest))
    }
}

/// Tells whether an answer is none of the endpoint's, which is throttling, in trouble or gone.
fn is_trouble(answer: &Result<Exchange, TransportError>) -> bool {
    match answer {
        Ok(exchange) => matches!(exchange.response.status, 429 | 503),
        Err(error) => matches!(error, TransportError::Unreachable { .. } | TransportError::Broken { .. }),
    }
}

/// A transport that asks again, until its gate closes.
pub struct Polite {
    inner: Arc<dyn Transport>,
    gate: Gate,
    manners: Arc<Manners>,
    /// How many requests in a row met with trouble to the end.
    in_vain: AtomicU32,
}

impl Polite {
    /// Gives manners to a transport; all that have the same share one pace.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, gate: Gate, manners: Arc<Manners>) -> Self {
        Self { inner, gate, manners, in_vain: AtomicU32::new(0) }
    }

    async fn ask(&self, request: Request) -> Result<Exchange, TransportError> {
        let reads = !method_writes(&request.method);
        let mut tries = 0;
        loop {
            if let Some(pace) = &self.manners.pace {
                self.sleep(pace.turn().saturating_duration_since(tokio::time::Instant::now())).await;
            }
            let answer = self.inner.send(request.clone()).await;
            let wait = self.manners.wait(reads, &answer, tries);
            let Some(wait) = wait.filter(|_| self.in_vain.load(Ordering::Relaxed) < ENOUGH) else {
                self.ended(&answer);
                return answer;
            };
            self.sleep(wait).await;
            if self.gate.closed().is_some() {
                return answer;
            }
            self.manners.repeated.fetch_add(1, Ordering::Relaxed);
            tries += 1;
        }
    }

    /// Notes what a request came to.
    fn ended(&self, answer: &Result<Exchange, TransportError>) {
        if is_trouble(answer) {
            self.in_vain.fetch_add(1, Ordering::Relaxed);
        } else {
            self.in_vain.store(0, Ordering::Relaxed);
        }
    }

    /// Waits for a while, or until the run is stopped.
    async fn sleep(&self, time: Duration) {
        if !time.is_zero() {
            tokio::select! {
                _ = self.gate.closing() => {}
                () = tokio::time::sleep(time) => {}
            }
        }
    }
}

impl Transport for Polite {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Exchange, TransportError>> {
        self.ask(request).boxed()
    }
}

/// Returns how long to wait before a request that was answered so is sent again: as the answer says, or longer with each try.
#[must_use]
pub fn pause_before_another(answer: &Response, tries: u32) -> Duration {
    retry_after(answer).unwrap_or_else(|| back_off(tries))
}

/// Returns how long the endpoint says to wait: in seconds, or until a time by its own clock.
fn retry_after(response: &Response) -> Option<Duration> {
    let told = response.header("retry-after")?.trim();
    if let Ok(seconds) = told.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let time = |text: &str| rfc2822::parse(text).ok().map(|time| time.timestamp());
    let (until, now) = (time(told)?, time(response.header("date")?)?);
    Some(Duration::try_from(until.duration_since(now)).unwrap_or_default())
}

/// Returns a wait that grows with each try, by chance shorter, so that those who were refused together do not come
/// again together.
fn back_off(tries: u32) -> Duration {
    let whole = FIRST_WAIT * 2_u32.saturating_pow(tries.min(10));
    let chance = u32::from(uuid::Uuid::new_v4().as_bytes()[0]);
    whole / 2 + whole / 2 * chance / 255
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::case::Actor;

    type Script = Mutex<Vec<Result<(u16, &'static str), ()>>>;

    /// Answers by a list of statuses with their `Retry-After`, or with a lost connection; then with 200.
    struct Fake {
        script: Script,
        sent: AtomicU64,
    }

    impl Transport for Fake {
        fn send(&self, request: Request) -> BoxFuture<'_, Result<Exchange, TransportError>> {
            self.sent.fetch_add(1, Ordering::Relaxed);
            let mut script = self.script.lock().unwrap();
            let next = if script.is_empty() { Ok((200, "")) } else { script.remove(0) };
            let answer =
                next.map_err(|()| TransportError::Broken { reason: "gone".to_owned() }).map(|(status, wait)| {
                    let mut headers = vec![("date".to_owned(), "Sun, 22 Nov 2026 02:00:00 GMT".to_owned())];
                    headers.extend((!wait.is_empty()).then(|| ("retry-after".to_owned(), wait.to_owned())));
                    let response = Response::new(status, headers, Vec::new());
                    Exchange { request, response, elapsed: Duration::ZERO }
                });
            std::future::ready(answer).boxed()
        }
    }

    /// Sends one request; returns the status, how often it was sent, and the seconds that it took.
    async fn sent(method: &str, retry: u32, script: Vec<Result<(u16, &'static str), ()>>) -> (Option<u16>, u64, f64) {
        let fake = Arc::new(Fake { script: Mutex::new(script), sent: AtomicU64::new(0) });
        let opts = ClientOpts { retry, ..ClientOpts::default() };
        let polite = Polite::new(fake.clone(), Gate::default(), Arc::new(Manners::of(&opts)));
        let (actor, method, path) = (Actor::Owner, method.to_owned(), "/v2/images".to_owned());
        let started = tokio::time::Instant::now();
        let answer = polite.send(Request { actor, method, path, headers: Vec::new(), body: None }).await;
        let sent = fake.sent.load(Ordering::Relaxed);
        assert_eq!(polite.manners.repeated(), sent - 1);
        (answer.ok().map(|exchange| exchange.response.status), sent, started.elapsed().as_secs_f64())
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_not_carried_out_is_sent_again_and_what_may_have_been_only_where_it_reads() {
        let lost = || Err(());
        for (method, script, status, times) in [
            ("GET", vec![Ok((429, ""))], Some(200), 2),
            ("POST", vec![Ok((429, ""))], Some(200), 2),
            ("GET", vec![Ok((503, ""))], Some(200), 2),
            ("DELETE", vec![Ok((503, ""))], Some(503), 1),
            ("GET", vec![lost()], Some(200), 2),
            ("POST", vec![lost()], None, 1),
            ("GET", vec![Ok((500, ""))], Some(500), 1),
            ("GET", vec![Ok((502, ""))], Some(502), 1),
            ("PUT", vec![Ok((429, "")), Ok((429, "")), lost()], None, 3),
            ("GET", vec![Ok((429, "")); 9], Some(429), 4),
        ] {
            let (seen, sent, _) = sent(method, 3, script).await;
            assert_eq!((seen, sent), (status, times), "{method}");
        }
        assert_eq!(sent("GET", 0, vec![Ok((429, ""))]).await, (Some(429), 1, 0.0));
    }

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_that_is_gone_is_not_waited_for() {
        let fake = Arc::new(Fake { script: Mutex::new(vec![Err(()); 30]), sent: AtomicU64::new(0) });
        let polite = Polite::new(
            fake.clone(),
            Gate::default(),
            Arc::new(Manners::of(&ClientOpts { retry: 1, ..ClientOpts::default() })),
        );
        let mut sent = Vec::new();
        for _ in 0..7 {
            let (method, path) = ("GET".to_owned(), "/v2/images".to_owned());
            let request = Request { actor: Actor::Owner, method, path, headers: Vec::new(), body: None };
            assert!(polite.send(request).await.is_err());
            sent.push(fake.sent.load(Ordering::Relaxed));
        }
        assert_eq!(sent, [2, 4, 6, 8, 10, 11, 12]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_endpoint_says_how_long_to_wait() {
        for (told, seconds) in [
            ("7", 7.0),
            ("0", 0.0),
            ("Sun, 22 Nov 2026 02:00:05 GMT", 5.0),
            ("Sun, 22 Nov 2026 01:00:00 GMT", 0.0),
            ("86400", 30.0),
        ] {
            let (status, _, took) = sent("GET", 3, vec![Ok((429, told))]).await;
            assert_eq!(status, Some(200));
            assert!((took - seconds).abs() < 0.01, "{told}: {took}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn where_nobody_says_the_wait_grows() {
        let (_, _, took) = sent("GET", 3, vec![Ok((429, "soon")); 3]).await;
        assert!((0.875..=1.76).contains(&took), "{took}");
    }

    #[tokio::test]
    async fn a_run_that_is_stopped_waits_for_nothing() {
        let script = vec![Ok((429, "86400"))];
        let fake = Arc::new(Fake { script: Mutex::new(script), sent: AtomicU64::new(0) });
        let gate = Gate::default();
        let polite = Polite::new(fake, gate.clone(), Arc::new(Manners::of(&ClientOpts::default())));
        let (method, path) = ("GET".to_owned(), "/v2/images".to_owned());
        let request = Request { actor: Actor::Owner, method, path, headers: Vec::new(), body: None };
        let stop = async {
            tokio::task::yield_now().await;
            gate.close_for_test();
        };
        let (answer, ()) = tokio::join!(polite.send(request), stop);
        assert_eq!(answer.unwrap().response.status, 429);
    }
}
