//! What the process is told from outside: read once, in `main`, and passed down.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use crate::world::JournalError;

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

    /// Returns the folder of the journals: `SHARECHECK_STATE_DIR`, or that of this program for state.
    pub fn state_folder(&self) -> Result<PathBuf, JournalError> {
        let given = |name: &str| self.env(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        // The specification of these folders has relative ones ignored.
        let absolute = |name: &str| given(name).filter(|path| path.is_absolute());
        let state = || absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
        let own = || state().map(|folder| folder.join("sharecheck"));
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        given("SHARECHECK_STATE_DIR").map(absolute).or_else(own).ok_or(JournalError::NoFolder)
    }

    /// Tells whether messages on stderr may be coloured.
    #[must_use]
    pub fn color(&self) -> bool {
        self.terminal && self.env("NO_COLOR").is_none_or(|value| value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journals_are_kept_where_state_is() {
        let folder = |variables: &[(&str, &str)]| {
            let environment = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let settings =
                Settings { arguments: Vec::new(), environment, now: jiff::Timestamp::UNIX_EPOCH, terminal: false };
            settings.state_folder().ok().map(|path| path.display().to_string())
        };
        let home = ("HOME", "/home/a");
        assert_eq!(folder(&[home]).as_deref(), Some("/home/a/.local/state/sharecheck"));
        assert_eq!(folder(&[home, ("XDG_STATE_HOME", "/s")]).as_deref(), Some("/s/sharecheck"));
        assert_eq!(folder(&[home, ("XDG_STATE_HOME", "s")]).as_deref(), Some("/home/a/.local/state/sharecheck"));
        assert_eq!(folder(&[home, ("XDG_STATE_HOME", "/s"), ("SHARECHECK_STATE_DIR", "/x")]).as_deref(), Some("/x"));
        assert_eq!(folder(&[]), None);
    }
}
