//! How a mock takes requests, whatever it answers: as soon and as many as it likes.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::http::{StatusCode, header};

use super::reply::{Body, Reply};

/// How a mock takes requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// How long reads of images and members show what was there before a write.
    pub converge: Duration,
    /// The mock throttles each request of this number.
    pub throttle: Option<NonZeroU32>,
}

/// Counts requests, and refuses each so many.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    each: Option<NonZeroU32>,
    seen: AtomicU32,
}

impl Throttle {
    /// Returns a throttle that refuses each request of a number, or none.
    pub(crate) fn new(each: Option<NonZeroU32>) -> Self {
        Self { each, seen: AtomicU32::new(0) }
    }

    /// Returns the refusal of a request, if it is one too many. Whoever asks again at once is served.
    pub(crate) fn refuse(&self) -> Option<Reply> {
        let each = self.each?;
        let number = self.seen.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let text = "429 Too Many Requests\n".to_owned();
        let reply = Reply::new(StatusCode::TOO_MANY_REQUESTS, Body::Text("text/plain; charset=UTF-8", text));
        number.is_multiple_of(each.get()).then(|| reply.with(header::RETRY_AFTER, "0"))
    }
}
