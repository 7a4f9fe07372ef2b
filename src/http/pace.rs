//! How fast requests may follow each other.

use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::time::Instant;

/// The most requests in a time, as `20/s` or `600/m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The shortest time from one request to the next.
    pub every: Duration,
}

/// Why a text is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("write it as 20/s or 600/m")]
pub struct RateError;

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let (number, unit) = text.split_once('/').ok_or(RateError)?;
        let number: u32 = number.parse().ok().filter(|number| *number > 0).ok_or(RateError)?;
        let time = match unit {
            "s" => Duration::from_secs(1),
            "m" => Duration::from_mins(1),
            _ => return Err(RateError),
        };
        Ok(Self { every: time / number })
    }
}

/// Gives out turns, each so much later than the one before.
#[derive(Debug)]
pub(super) struct Pace {
    rate: Rate,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// Returns a pace that begins with the first turn.
    pub(super) fn new(rate: Rate) -> Self {
        Self { rate, next: Mutex::default() }
    }

    /// Returns when the next request may be sent.
    pub(super) fn turn(&self) -> Instant {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        *next = Some(turn + self.rate.every);
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_in_a_time() {
        let every = |text: &str| text.parse::<Rate>().map(|rate| rate.every.as_millis());
        assert_eq!(every("20/s"), Ok(50));
        assert_eq!(every("600/m"), Ok(100));
        for text in ["20", "0/s", "-1/s", "20/h", "/s", ""] {
            assert_eq!(every(text), Err(RateError), "{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn turns_follow_each_other_and_time_that_passed_is_not_saved_up() {
        let pace = Pace::new("10/s".parse().expect("is a rate"));
        let started = Instant::now();
        let after = |turn: Instant| (turn - started).as_millis();
        assert_eq!([pace.turn(), pace.turn(), pace.turn()].map(after), [0, 100, 200]);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!([pace.turn(), pace.turn()].map(after), [1_000, 1_100]);
    }
}
