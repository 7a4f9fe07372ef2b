//! The mock's clock: no two writes share a second, so that no client has to wait for the next one.

use std::time::{SystemTime, UNIX_EPOCH};

use super::model::Stamp;

/// Returns the wall clock's second, counted from 1970.
pub(crate) fn wall() -> i64 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// The time of the last write.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    last: i64,
}

impl Clock {
    /// Returns the time that a write at the wall clock's `second` would have.
    pub(crate) fn next(&self, second: i64) -> Stamp {
        Stamp(second.max(self.last + 1))
    }

    /// Notes that a write happened at `now`; a refused one leaves the clock alone.
    pub(crate) fn advance(&mut self, now: Stamp) {
        self.last = now.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_never_share_a_second_and_never_lag_behind() {
        let mut clock = Clock::default();
        clock.advance(clock.next(100));
        assert_eq!(clock.next(100), Stamp(101));
        clock.advance(clock.next(100));
        assert_eq!(clock.next(100), Stamp(102));
        assert_eq!(clock.next(500), Stamp(500));
    }
}
