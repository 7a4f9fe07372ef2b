//! Points in time, in whole seconds.

use std::fmt;

use jiff::Timestamp;

/// A second of UTC, counted from 1970, as the rows carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stamp(pub(crate) i64);

impl Stamp {
    /// Writes `2026-11-21T18:30:32.000000Z`, as tokens carry it.
    pub(crate) fn precise(self) -> String {
        format!("{:.6}", self.time())
    }

    fn time(self) -> Timestamp {
        Timestamp::from_second(self.0).unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Display for Stamp {
    /// Writes `2026-11-21T18:30:32Z`, the only form that the documents show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0}", self.time())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_whole_seconds_and_the_zone() {
        assert_eq!(Stamp(1_472_695_514).to_string(), "2016-09-01T02:05:14Z");
        assert_eq!(Stamp(1_472_695_514).precise(), "2016-09-01T02:05:14.000000Z");
    }

    #[test]
    fn survives_a_time_beyond_the_calendar() {
        assert!(Stamp(i64::MAX).to_string().ends_with('Z'));
    }
}
