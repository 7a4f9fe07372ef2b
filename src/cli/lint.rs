//! `sharecheck lint`.

use std::path::PathBuf;

use clap::Args;

use super::snapshots::{self, SnapshotsDir};
use super::{Settings, complain, say, talk};
use crate::diagnostic::Diagnostic;
use crate::exit::Exit;
use crate::suite::{Sources, Suite};

/// Which files are meant in place of the embedded ones.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct SuiteOpts {
    /// Folder of case files, in place of the embedded ones
    #[arg(long, value_name = "DIR", env = "SHARECHECK_CASES")]
    pub(super) cases: Option<PathBuf>,
    /// Folder of contracts, bodies and statements, in place of the embedded ones
    #[arg(long, value_name = "DIR", env = "SHARECHECK_SCHEMAS")]
    pub(super) schemas: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct LintOpts {
    #[command(flatten)]
    suite: SuiteOpts,
    #[command(flatten)]
    snapshots: SnapshotsDir,
}

pub(super) fn main(opts: &LintOpts, settings: &Settings) -> Exit {
    let Some(suite) = load(&opts.suite, settings) else { return Exit::Usage };
    if !snapshots::lint(&opts.snapshots, &suite) {
        return Exit::Usage;
    }
    let (cases, statements) = (suite.cases.len(), suite.library.statements.iter().count());
    let profiles: Vec<_> = suite.library.contracts.keys().map(|profile| profile.name()).collect();
    say(&format!("{cases} cases, {statements} statements, profiles {}: no mistake\n", profiles.join(", ")));
    Exit::Holds
}

/// Reads the suite, or tells of every mistake in it.
pub(super) fn load(opts: &SuiteOpts, settings: &Settings) -> Option<Suite> {
    let sources = Sources::find(opts.cases.as_deref(), opts.schemas.as_deref());
    let sources = sources.map_err(|error| complain(&error)).ok()?;
    Suite::load(&sources).map_err(|mistakes| show(&mistakes, settings)).ok()
}

/// Prints diagnostics of a file that may hold credentials: without its lines, and without its values.
pub(super) fn show_without_lines(mistakes: &[Diagnostic]) {
    for mistake in mistakes {
        let text = mistake.to_string();
        let masked: String =
            text.split('"').enumerate().map(|(at, part)| if at % 2 == 0 { part } else { "…" }).collect();
        talk(&format!("error: {masked}"));
    }
    talk("nothing was sent");
}

/// Prints diagnostics, and how many there are.
fn show(mistakes: &[Diagnostic], settings: &Settings) {
    for mistake in mistakes {
        talk(&mistake.render(settings.color()));
    }
    let count = mistakes.len();
    talk(&format!("\n{count} mistake{}; nothing was sent", if count == 1 { "" } else { "s" }));
}
