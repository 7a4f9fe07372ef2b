//! The suite on the embedded mock under the arguments of a test harness.

use std::time::Duration;

use libtest_mimic::Arguments;

use super::lint::{SuiteOpts, load};
use super::session::{Session, Shown, Wanted};
use super::snapshots::SnapshotOpts;
use super::{Settings, talk};
use crate::exec::Keep;
use crate::exit::Exit;
use crate::http::ClientOpts;
use crate::plan::Selection;

/// Cases that run at the same time unless `--test-threads` says otherwise.
const JOBS: usize = 4;
/// How long the mock may take to answer the preflight on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the suite on the embedded mock in every profile, with the arguments that `cargo test` and
/// nextest pass: a filter, `--exact`, `--skip`, `--list`, `--ignored`, `--format`, `--test-threads`.
pub(super) fn main(settings: &Settings) -> Exit {
    let arguments = Arguments::from_iter(settings.arguments.clone());
    if arguments.ignored {
        // On the mock no case is skipped, and nextest asks for the ignored ones apart.
        return Exit::Holds;
    }
    let Some(suite) = load(&SuiteOpts::default(), settings) else { return Exit::Usage };
    let selection = Selection {
        filters: arguments.filter.iter().cloned().collect(),
        exact: arguments.exact,
        skip: arguments.skip.clone(),
        ..Selection::default()
    };
    let jobs = arguments.test_threads.unwrap_or(JOBS);
    let session = Session {
        suite,
        wanted: Wanted::Mocks(None),
        target_file: None,
        client: ClientOpts::default(),
        selection,
        arguments: Arguments { filter: None, exact: false, skip: Vec::new(), ..arguments },
        jobs,
        patience: PATIENCE,
        deadline: None,
        keep: Keep::None,
        clean: true,
        only_plan: false,
        report_json: None,
        report_junit: None,
        snapshots: SnapshotOpts::off(),
        shown: Shown { on_stderr: true, ..Shown::default() },
    };
    match session.run(settings) {
        Exit::Nothing => {
            talk("(a filter of `cargo test` that speaks of other tests leaves none here)");
            Exit::Holds
        }
        exit => exit,
    }
}
