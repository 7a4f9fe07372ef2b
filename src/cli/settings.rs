//! What the process is told from outside: read once, in `main`, and passed down.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::IsTerminal;

/// Arguments, environment, clock and terminal.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The arguments, the program's name first.
    pub arguments: Vec<OsString>,
    /// The environment; values that are no text are left out.
    pub environment: HashMap<String, String>,
    /// Now.
    pub now: jiff::Timestamp,
    /// Whether stderr is a terminal.
    pub terminal: bool,
}

impl Settings {
    /// Reads everything from the process.
    #[must_use]
    pub fn of_process() -> Self {
        let text = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        Self {
            arguments: std::env::args_os().collect(),
            environment: std::env::vars_os().filter_map(text).collect(),
            now: jiff::Timestamp::now(),
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Returns an environment variable.
    #[must_use]
    pub fn env(&self, name: &str) -> Option<String> {
        self.environment.get(name).cloned()
    }

    /// Tells whether messages on stderr may be coloured.
    #[must_use]
    pub fn color(&self) -> bool {
        self.terminal && self.env("NO_COLOR").is_none_or(|value| value.is_empty())
    }
}
