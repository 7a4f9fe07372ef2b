//! `sharecheck sweep`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use tokio::runtime::Runtime;

use super::connect::{ConnectOpts, connect, contract, read_target, tell};
use super::lint::{SuiteOpts, load};
use super::{Settings, complain, runtime, say, talk};
use crate::case::Actor;
use crate::contract::Contract;
use crate::exec::preflight;
use crate::exit::Exit;
use crate::http::{ClientOpts, Manners, Polite, Transport};
use crate::interrupt::Gate;
use crate::redact::printable;
use crate::suite::Suite;
use crate::target::{self, Declared, Overrides, Target, TargetError};
use crate::world::{Dead, Fate, Found, Header, Journal, Runs, Swept, World};

#[derive(Debug, Args)]
pub(super) struct SweepOpts {
    /// Target file: the cloud to clean up; without one, those that the journals name
    #[arg(short, long, value_name = "FILE", env = "SHARECHECK_TARGET")]
    target: Option<PathBuf>,
    /// Tell what would be removed, sending nothing but GET; exits 3 if there is anything
    #[arg(long)]
    dry_run: bool,
    /// Age from which an image is removed by its name alone, where no journal here speaks of its run
    #[arg(long, default_value = "1h", value_name = "TIME", value_parser = age)]
    older_than: Duration,
    #[command(flatten)]
    suite: SuiteOpts,
    #[command(flatten)]
    connect: ConnectOpts,
}

/// What a sweep came to.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    found: usize,
    removed: usize,
    stays: usize,
    /// What could not be removed, or not even looked for.
    left: usize,
}

pub(super) fn main(opts: &SweepOpts, settings: &Settings) -> Exit {
    let Some(suite) = load(&opts.suite, settings) else { return Exit::Usage };
    let Some(client) = opts.connect.client(settings) else { return Exit::Usage };
    let journals = settings.state_folder().and_then(|folder| Ok((Journal::all(&folder)?, folder)));
    let (journals, folder) = match journals {
        Ok(journals) => journals,
        Err(error) => {
            complain(&error);
            return Exit::Unjudged;
        }
    };
    let runtime = match runtime(1) {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    let mut sweep = Sweep { opts, settings, suite, client, runtime, runs: Runs::default(), tally: Tally::default() };
    let dead = sweep.sort(journals);
    let Some(path) = &opts.target else {
        if dead.is_empty() {
            let folder = folder.display();
            talk(&format!("no run has left a journal in {folder}; --target FILE looks for images by their names"));
        }
        sweep.all(dead);
        return sweep.tell();
    };
    match sweep.one(path, dead) {
        Err(exit) => exit,
        Ok(others) => {
            for Header { run, target, .. } in others {
                talk(&format!("run {run} left a journal of another target, `{}`", printable(&target)));
            }
            sweep.tell()
        }
    }
}

/// One call of `sweep`.
struct Sweep<'a> {
    opts: &'a SweepOpts,
    settings: &'a Settings,
    suite: Suite,
    client: ClientOpts,
    runtime: Runtime,
    runs: Runs,
    tally: Tally,
}

/// A target with what it takes to speak to it as its owner.
struct Reached {
    target: Arc<Target>,
    contract: Arc<Contract>,
    transport: Arc<dyn Transport>,
}

impl Sweep<'_> {
    /// Returns the journals of runs that have ended, and notes which runs have, and which not.
    fn sort(&mut self, journals: Vec<Found>) -> Vec<Dead> {
        let mut dead = Vec::new();
        for found in journals {
            match found {
                Found::Live { run } => {
                    self.runs.live.insert(run);
                }
                Found::Dead(found) => dead.push(*found),
                Found::Unusable(error) => {
                    complain(&error);
                    self.tally.left += 1;
                }
            }
        }
        dead
    }

    /// Cleans up the target of a file; returns the runs that were not against it.
    fn one(&mut self, path: &Path, dead: Vec<Dead>) -> Result<Vec<Header>, Exit> {
        let declared = self.owner_of(path).map_err(|error| {
            tell(&error);
            Exit::Usage
        })?;
        let reached = self.reach(declared)?;
        let target = &reached.target;
        let theirs = |header: &Header| {
            header.endpoint == target.endpoint.as_str() && target.project_id(Actor::Owner) == Some(&header.owner)
        };
        let (dead, others): (Vec<_>, Vec<_>) = dead.into_iter().partition(|dead| theirs(&dead.header));
        self.clean(&reached, dead);
        Ok(others.into_iter().map(|dead| dead.header).collect())
    }

    /// Cleans up every target that a journal names.
    fn all(&mut self, dead: Vec<Dead>) {
        let mut by_file: BTreeMap<Option<PathBuf>, Vec<Dead>> = BTreeMap::new();
        for dead in dead {
            by_file.entry(dead.header.target_file.clone()).or_default().push(dead);
        }
        for (path, dead) in by_file {
            let runs: Vec<_> = dead.iter().map(|dead| dead.header.clone()).collect();
            let Some(path) = path else {
                self.unfinished(&runs, "no target file is known: write one, and pass it with --target");
                continue;
            };
            let shown = path.display();
            match self.one(&path, dead) {
                Ok(others) => self.unfinished(&others, &format!("`{shown}` describes another target by now")),
                Err(_) => self.unfinished(&runs, &format!("`{shown}` does not lead to its target")),
            }
        }
    }

    /// Tells of runs that cannot be finished.
    fn unfinished(&mut self, runs: &[Header], why: &str) {
        for Header { run, target, endpoint, .. } in runs {
            let (target, endpoint) = (printable(target), printable(endpoint));
            talk(&format!("error: run {run} against `{target}` at {endpoint} is not finished: {why}"));
            self.tally.left += 1;
        }
    }

    /// Reads a target file as far as its owner is concerned: the other actors need no credentials here.
    fn owner_of(&self, path: &Path) -> Result<Declared, TargetError> {
        let (file, spec) = read_target(path)?;
        let env = |name: &str| self.settings.env(name);
        target::resolve(Some((&file, &spec.of_the_owner())), &Overrides::default(), &env)
    }

    /// Lets the owner of a target sign in, and looks whether it is alive.
    fn reach(&self, declared: Declared) -> Result<Reached, Exit> {
        let contract = contract(&self.suite.library, declared.profile)?;
        let patience = self.opts.connect.patience();
        let connected = connect(&self.runtime, declared, &self.client, patience, &Gate::default())?;
        let manners = Arc::new(Manners::of(&self.client));
        let transport: Arc<dyn Transport> = Arc::new(Polite::new(connected.client.clone(), Gate::default(), manners));
        let seen = preflight(&*transport, &connected.target, &contract, patience);
        self.runtime.block_on(seen).map_err(|error| {
            complain(&error);
            Exit::Unjudged
        })?;
        Ok(Reached { target: connected.target, contract, transport })
    }

    /// Finishes the runs of a target that have ended, and then looks for images by their names.
    fn clean(&mut self, reached: &Reached, dead: Vec<Dead>) {
        let Reached { target, .. } = reached;
        let owner = target.project_id(Actor::Owner).unwrap_or_default();
        self.print(&format!("{} at {}, project {owner}", target.name, target.endpoint));
        let mut told = BTreeSet::new();
        for dead in dead {
            let Header { run, started, .. } = &dead.header;
            self.print(&format!("  run {run}, started {started}, has ended"));
            for line in &dead.unreadable {
                talk(&format!("warning: a line of a journal cannot be read: {line}"));
            }
            self.runs.dead.insert(run.clone());
            let world = reached.world().of_dead(dead);
            for swept in self.runtime.block_on(world.finish(self.opts.dry_run)) {
                told.insert(swept.what.name.clone());
                self.count(&swept);
            }
        }
        let world = reached.world();
        let (least, dry) = (self.opts.older_than, self.opts.dry_run);
        match self.runtime.block_on(world.finish_strays(&self.runs, &told, least, dry)) {
            Ok(swept) => swept.iter().for_each(|swept| self.count(swept)),
            Err(reason) => {
                talk(&format!("error: images cannot be looked for by their names: {}", printable(&reason)));
                self.tally.left += 1;
            }
        }
    }

    /// Tells of one thing, and counts it.
    fn count(&mut self, swept: &Swept) {
        let Swept { what, fate } = swept;
        let (word, count) = match fate {
            Fate::Found => ("found", &mut self.tally.found),
            Fate::Removed => ("removed", &mut self.tally.removed),
            Fate::Stays => ("stays", &mut self.tally.stays),
            Fate::Left => ("left", &mut self.tally.left),
        };
        *count += 1;
        let id = what.id.as_deref().unwrap_or("id unknown");
        let of = if what.kind == "member" { format!("of image {id}") } else { format!("({id})") };
        let reason = if what.reason.is_empty() { String::new() } else { format!(": {}", what.reason) };
        self.print(&format!("    {word:8} {} {} {of}{reason}", what.kind, what.name));
    }

    #[expect(clippy::unused_self, reason = "everything that a sweep prints goes through here")]
    fn print(&self, line: &str) {
        say(&format!("{}\n", printable(line)));
    }

    /// Tells what the sweep came to.
    fn tell(&self) -> Exit {
        let Tally { found, removed, stays, left } = self.tally;
        if found + removed + stays + left == 0 {
            self.print("nothing is left of any run: nothing to do");
        } else if self.opts.dry_run {
            self.print(&format!("{found} would be removed, {stays} would stay, {left} could not be looked at"));
        } else {
            self.print(&format!("{removed} removed, {stays} stay, {left} could not be removed"));
        }
        if found + left == 0 { Exit::Holds } else { Exit::Unjudged }
    }
}

impl Reached {
    fn world(&self) -> World {
        let (transport, contract) = (Arc::clone(&self.transport), Arc::clone(&self.contract));
        World::new(Arc::clone(&transport), transport, Arc::clone(&self.target), contract, String::new(), false)
    }
}

/// Reads a time such as `1h`, which may be `0s`.
fn age(text: &str) -> Result<Duration, String> {
    let parsed: SignedDuration = text.parse().map_err(|_| "write it as 0s, 90m or 1h".to_owned())?;
    Duration::try_from(parsed).map_err(|_| "it cannot be less than nothing".to_owned())
}
