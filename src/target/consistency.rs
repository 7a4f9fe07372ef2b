//! How soon a cloud shows what was written.

use std::time::Duration;

/// How soon every read of a cloud shows what was written before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consistency {
    /// After this long, at the latest; no time at all where reads never lag behind.
    pub within: Duration,
    /// How long to wait between one look and the next.
    pub every: Duration,
}

impl Default for Consistency {
    fn default() -> Self {
        Self { within: Duration::ZERO, every: Duration::from_millis(200) }
    }
}
