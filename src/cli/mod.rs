//! The command line: one module for each subcommand.

mod conformance;
mod connect;
mod coverage;
mod lint;
mod mock;
mod private;
mod prove;
mod run;
mod session;
mod settings;
mod snapshots;
mod sweep;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};

pub use settings::Settings;

use crate::exit::Exit;

/// Contract and conformance tests for image sharing in clouds, run against a live endpoint.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the cases against a target; without one, against the embedded mock in every profile.
    Run(Box<run::RunOpts>),
    /// Serve the mock cloud until interrupted.
    ///
    /// It has an image API at its address, and an identity API (Keystone v3) at /identity/v3, where each actor is a
    /// user of that name. With --write-target, sharecheck reaches it by the target file, and every other client of
    /// OpenStack by the clouds.yaml beside it: `OS_CLIENT_CONFIG_FILE=clouds.yaml OS_CLOUD=owner`.
    Mock(mock::ServeOpts),
    /// Check cases, contracts, bodies, statements and snapshots without sending anything.
    Lint(lint::LintOpts),
    /// Show which statements the cases exercise, profile by profile; fails while one is uncovered.
    Coverage(coverage::CoverageOpts),
    /// Run the suite against every fault of the embedded mock: each must be noticed, and each case must notice one.
    Prove(prove::ProveOpts),
    /// Look after accepted snapshots.
    #[command(subcommand)]
    Snapshots(snapshots::Command),
    /// Finish runs that were killed: remove what they made, from their journals and by name.
    Sweep(sweep::SweepOpts),
}

/// Runs the command that the arguments give.
#[must_use]
pub fn main(settings: &Settings) -> ExitCode {
    let cli = match Cli::try_parse_from(&settings.arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout and are no mistake.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Holds }.into();
        }
    };
    match cli.command {
        Command::Run(opts) => run::main(&opts, settings),
        Command::Mock(opts) => mock::main(&opts, settings),
        Command::Lint(opts) => lint::main(&opts, settings),
        Command::Coverage(opts) => coverage::main(&opts, settings),
        Command::Prove(opts) => prove::main(&opts, settings),
        Command::Snapshots(command) => snapshots::main(&command, settings),
        Command::Sweep(opts) => sweep::main(&opts, settings),
    }
    .into()
}

/// Returns a runtime of so many threads; where there can be none, that is told.
fn runtime(threads: usize) -> Result<Runtime, Exit> {
    Builder::new_multi_thread().worker_threads(threads).enable_all().build().map_err(|error| {
        complain(&error);
        Exit::Unjudged
    })
}

/// Runs the suite on the embedded mock, as a test harness asks for it.
#[must_use]
pub fn conformance(settings: &Settings) -> ExitCode {
    conformance::main(settings).into()
}

/// Prints an error with its causes on stderr.
fn complain(error: &(dyn std::error::Error + 'static)) {
    let causes = std::iter::successors(Some(error), |error| error.source());
    talk(&format!("error: {}", causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")));
}

/// Prints a line on stderr; a closed pipe is no crash.
fn talk(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Prints data on stdout; a closed pipe is no crash.
fn say(text: &str) {
    let _ = write!(anstream::stdout(), "{text}").and_then(|()| anstream::stdout().flush());
}
