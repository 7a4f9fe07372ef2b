//! `sharecheck snapshots`, and the flags by which other subcommands speak of snapshots.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::lint::{SuiteOpts, load};
use super::{Settings, complain, say, talk};
use crate::check::snapshot::{SnapshotError, SnapshotMode, Snapshots, Survey, survey};
use crate::exit::Exit;
use crate::suite::Suite;

/// How many snapshots without a case lint names.
const NAMED: usize = 10;

/// Where snapshots stand.
#[derive(Clone, Debug, Args)]
pub(super) struct SnapshotsDir {
    /// Folder of accepted snapshots, one folder in it for each target
    #[arg(long = "snapshots-dir", value_name = "DIR", default_value = "snapshots", env = "SHARECHECK_SNAPSHOTS_DIR")]
    folder: PathBuf,
}

/// What a run does with snapshots.
#[derive(Clone, Debug, Args)]
pub(super) struct SnapshotOpts {
    /// What is done with accepted answers
    #[arg(long = "snapshots", value_name = "MODE", default_value = "check", env = "SHARECHECK_SNAPSHOTS")]
    pub(super) mode: SnapshotMode,
    #[command(flatten)]
    dir: SnapshotsDir,
}

impl SnapshotOpts {
    /// Returns the options by which nothing is done.
    pub(super) fn off() -> Self {
        Self { mode: SnapshotMode::Off, dir: SnapshotsDir { folder: PathBuf::new() } }
    }

    /// Returns the snapshots of a target, where they are wanted.
    pub(super) fn of(&self, target: &str) -> Option<Snapshots> {
        Snapshots::new(self.mode, &self.dir.folder, target)
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Remove snapshots whose case, row or file of cases no longer exists.
    Prune(PruneOpts),
}

#[derive(Debug, Args)]
pub(super) struct PruneOpts {
    #[command(flatten)]
    dir: SnapshotsDir,
    #[command(flatten)]
    suite: SuiteOpts,
    /// Tell what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn main(command: &Command, settings: &Settings) -> Exit {
    let Command::Prune(opts) = command;
    let Some(suite) = load(&opts.suite, settings) else { return Exit::Usage };
    match prune(opts, &suite) {
        Ok(()) => Exit::Holds,
        Err(error) => {
            complain(&error);
            Exit::Unjudged
        }
    }
}

fn prune(opts: &PruneOpts, suite: &Suite) -> Result<(), SnapshotError> {
    let folder = &opts.dir.folder;
    let found = look(&opts.dir, suite)?;
    if !opts.dry_run {
        found.prune(folder)?;
    }
    let done = if opts.dry_run { "would be removed" } else { "removed" };
    for path in &found.stale {
        say(&format!("{done}: {}\n", path.display()));
    }
    let (count, ending) = (found.stale.len(), if found.stale.len() == 1 { "" } else { "s" });
    say(&format!("{count} snapshot{ending} without a case {done} in {}\n", folder.display()));
    Ok(())
}

/// Tells of snapshots without a case, which check nothing, and of files that are none; returns how many of the latter.
pub(super) fn lint(dir: &SnapshotsDir, suite: &Suite) -> usize {
    let found = look(dir, suite).unwrap_or_else(|error| Survey { broken: vec![error], ..Survey::default() });
    for path in found.stale.iter().take(NAMED) {
        talk(&format!("warning: `{}` is the snapshot of no case", path.display()));
    }
    if found.stale.len() > NAMED {
        talk(&format!("warning: {} more snapshots without a case", found.stale.len() - NAMED));
    }
    if !found.stale.is_empty() {
        talk("`sharecheck snapshots prune` removes snapshots without a case");
    }
    found.broken.iter().for_each(|error| complain(error));
    found.broken.len()
}

fn look(dir: &SnapshotsDir, suite: &Suite) -> Result<Survey, SnapshotError> {
    let with_snapshot = suite.cases.iter().filter(|case| case.facts.snapshot);
    survey(&dir.folder, with_snapshot.map(|case| case.id.as_str()))
}
