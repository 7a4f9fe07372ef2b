//! One call of `run`, from the suite and the targets to the report and the exit code.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::Arguments;
use tokio::runtime::Runtime;

use super::connect::{connect, contract};
use super::snapshots::SnapshotOpts;
use super::{Settings, complain, runtime, say, talk};
use crate::contract::{Contract, Profile, Statements};
use crate::exec::{Engine, Keep, PreflightError, preflight};
use crate::exit::Exit;
use crate::http::{ClientOpts, Gated, Manners, Polite, Transport};
use crate::interrupt::{Gate, Interrupts};
use crate::mock::{MockCloud, MockOpts};
use crate::plan::{self, Plan, PlannedCase, Selection};
use crate::redact::Redactor;
use crate::report::{self, Report, RunFacts, human};
use crate::runner::{self, RunnerOpts};
use crate::suite::{FEATURES, Suite};
use crate::target::{Connected, Declared, Target, Writes, unknown_names, unknown_waived};
use crate::world::{Header, Journal, World};

/// How long the first image has to show, before a run that nobody told of a lag goes on without it.
const GRACE: Duration = Duration::from_secs(5);

/// What is to be checked.
pub(super) enum Wanted {
    /// A target.
    Target(Box<Declared>),
    /// The embedded mock: in one profile, or in every profile that has a contract.
    Mocks(Option<Profile>),
}

/// How the summary looks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown {
    /// A broken should fails the run.
    pub(super) strict: bool,
    /// Every observation is listed.
    pub(super) verbose: bool,
    /// The summary goes to stderr, because stdout is for a machine.
    pub(super) on_stderr: bool,
}

/// Everything that one call of `run` needs.
pub(super) struct Session {
    pub(super) suite: Suite,
    pub(super) wanted: Wanted,
    /// The file that describes the target, where there is one.
    pub(super) target_file: Option<PathBuf>,
    pub(super) client: ClientOpts,
    pub(super) selection: Selection,
    pub(super) arguments: Arguments,
    pub(super) jobs: usize,
    /// The longest that a call of the preflight may take.
    pub(super) patience: Duration,
    pub(super) deadline: Option<Duration>,
    pub(super) keep: Keep,
    pub(super) clean: bool,
    /// Whether to tell what would be done instead of doing it.
    pub(super) only_plan: bool,
    pub(super) report_json: Option<PathBuf>,
    pub(super) report_junit: Option<PathBuf>,
    pub(super) snapshots: SnapshotOpts,
    pub(super) shown: Shown,
}

/// A target with its cases, and the mock behind it if it is one. Nobody has signed in yet.
struct Planned {
    declared: Declared,
    contract: Arc<Contract>,
    cases: Vec<Arc<PlannedCase>>,
    mock: Option<MockCloud>,
}

/// An engine with what it took to get it ready.
struct Ready {
    engine: Arc<Engine>,
    preflight: u64,
    connected: Connected,
    manners: Arc<Manners>,
    _mock: Option<MockCloud>,
}

impl Session {
    /// Runs or lists the selected cases and returns the exit code.
    pub(super) fn run(self, settings: &Settings) -> Exit {
        let runtime = match runtime(2) {
            Ok(runtime) => runtime,
            Err(exit) => return exit,
        };
        let planned = match self.plans(&runtime) {
            Ok(planned) => planned,
            Err(exit) => return exit,
        };
        let cases: Vec<Arc<PlannedCase>> = planned.iter().flat_map(|planned| planned.cases.clone()).collect();
        if cases.is_empty() {
            talk("nothing is selected: no case fits the filters (see them all with --list)");
            return Exit::Nothing;
        }
        if self.arguments.list {
            runner::list(&cases, &self.arguments);
            return Exit::Holds;
        }
        self.remove_old_reports();
        let gate = Gate::default();
        let stop = Interrupts::listen(&runtime, &gate, self.deadline);
        let now = Now { settings, started: Instant::now() };
        let ready: Result<Vec<_>, _> =
            planned.into_iter().map(|planned| self.ready(&runtime, planned, &gate, now)).collect();
        match ready {
            Ok(ready) if self.only_plan => {
                for Ready { engine, .. } in &ready {
                    say(&report::preview::preview(&engine.plan, &engine.actors, &engine.world.unlent()));
                }
                Exit::Holds
            }
            Ok(ready) => self.carry_out(&runtime, &ready, &stop, now),
            Err(_) if stop.any() => Exit::Interrupted,
            Err(exit) => exit,
        }
    }

    fn plans(&self, runtime: &Runtime) -> Result<Vec<Planned>, Exit> {
        let contracts = &self.suite.library.contracts;
        match &self.wanted {
            Wanted::Target(declared) => {
                let target = (**declared).clone();
                let contract = contract(&self.suite.library, target.profile)?;
                for doubt in unknown_names(&target, FEATURES) {
                    talk(&format!("warning: {doubt}"));
                }
                self.waivers_are_known(&target)?;
                Ok(vec![self.planned(target, contract, None)])
            }
            Wanted::Mocks(Some(profile)) => Ok(vec![self.mock_plan(runtime, *profile)?]),
            Wanted::Mocks(None) => contracts.keys().map(|profile| self.mock_plan(runtime, *profile)).collect(),
        }
    }

    fn planned(&self, declared: Declared, contract: Arc<Contract>, mock: Option<MockCloud>) -> Planned {
        let cases = plan::cases(&self.suite, &declared, &contract, &self.selection);
        Planned { declared, contract, cases, mock }
    }

    /// Refuses waivers of cases or statements that do not exist: nobody would ever see them rot.
    fn waivers_are_known(&self, target: &Declared) -> Result<(), Exit> {
        for waiver in &target.waivers {
            if let Some((message, hint)) = unknown_waived(&self.suite, &waiver.case, &waiver.statement) {
                let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
                talk(&format!("error: {message}{hint}"));
                return Err(Exit::Usage);
            }
        }
        Ok(())
    }

    fn mock_plan(&self, runtime: &Runtime, profile: Profile) -> Result<Planned, Exit> {
        let contract = contract(&self.suite.library, profile)?;
        let mock = runtime.block_on(MockCloud::start(MockOpts::new(profile))).map_err(|error| {
            complain(&error);
            Exit::Usage
        })?;
        let declared = Declared::of_mock(&mock, profile).map_err(|error| {
            complain(&error);
            Exit::Usage
        })?;
        Ok(self.planned(declared, contract, Some(mock)))
    }

    /// Lets the actors of a target sign in, looks at each, and gets everything ready to run its cases.
    fn ready(&self, runtime: &Runtime, planned: Planned, gate: &Gate, now: Now<'_>) -> Result<Ready, Exit> {
        let Planned { declared, contract, cases, mock } = planned;
        let opts = if mock.is_some() { self.client.without_proxy() } else { self.client.clone() };
        let connected = connect(runtime, declared, &opts, self.patience, gate)?;
        let mut plan = Plan { target: Arc::clone(&connected.target), contract, cases };
        let manners = Arc::new(Manners::of(&opts));
        let polite = |inner, gate| Arc::new(Polite::new(inner, gate, Arc::clone(&manners))) as Arc<dyn Transport>;
        let bare = polite(connected.client.clone(), Gate::default());
        let transport = polite(Arc::new(Gated::new(connected.client.clone(), gate.clone())), gate.clone());
        let seen = preflight(&*transport, &plan.target, &plan.contract, self.patience);
        let seen = runtime.block_on(seen).map_err(|error: PreflightError| {
            complain(&error);
            Exit::Unjudged
        })?;
        let run: String = uuid::Uuid::new_v4().simple().to_string().chars().take(8).collect();
        let mut world = World::new(
            Arc::clone(&transport),
            bare,
            Arc::clone(&plan.target),
            Arc::clone(&plan.contract),
            run.clone(),
            !self.clean,
        )
        .with_gate(gate.clone())
        .with_grace(GRACE);
        runtime.block_on(world.survey(&plan.borrowed_kinds()));
        for (kind, found) in world.lent() {
            plan.skip_where_in_the_way(kind, &found);
        }
        if mock.is_none() && !self.only_plan && plan.target.writes > Writes::None {
            world = world.with_journal(self.journal(&run, &plan.target, now)?);
        }
        let statements = Arc::clone(&self.suite.library.statements);
        let preflight = seen.requests;
        let snapshots = self.snapshots.of(&plan.target.name);
        let engine = Engine::new(plan, world, seen, transport, statements, self.keep, gate.clone());
        Ok(Ready { engine: Arc::new(engine.with_snapshots(snapshots)), preflight, connected, manners, _mock: mock })
    }

    /// Starts the journal, without which nothing may be made.
    fn journal(&self, run: &str, target: &Target, now: Now<'_>) -> Result<Journal, Exit> {
        let header = Header::new(run, target, self.target_file.as_deref(), now.settings.now.to_string());
        let journal = now.settings.state_folder().and_then(|folder| Journal::create(&folder, header));
        journal.map_err(|error| {
            complain(&error);
            talk("nothing was made: a run that is killed could not be finished without its journal");
            Exit::Unjudged
        })
    }

    fn carry_out(&self, runtime: &Runtime, ready: &[Ready], stop: &Interrupts, now: Now<'_>) -> Exit {
        let engines: Vec<_> = ready.iter().map(|ready| Arc::clone(&ready.engine)).collect();
        let redactor = Redactor::joined(engines.iter().map(|engine| engine.plan.target.redactor()));
        let opts = RunnerOpts { jobs: self.jobs, arguments: self.arguments.clone(), strict: self.shown.strict };
        let describe = describe(&engines, &self.suite.library.statements, &redactor);
        let outcomes = runner::run(runtime, &engines, opts, &describe);
        let runs: Vec<_> = ready
            .iter()
            .zip(&outcomes)
            .map(|(ready, outcomes)| {
                let engine = &ready.engine;
                let leftovers = runtime.block_on(async {
                    tokio::select! {
                        left = engine.world.clean() => left,
                        () = stop.another() => engine.world.left("the clean-up was interrupted"),
                    }
                });
                if let Some(journal) = engine.world.unfinished() {
                    talk(&format!("`sharecheck sweep` removes what was left; the journal is {}", journal.display()));
                }
                let preflight = ready.preflight + ready.connected.overhead() + ready.manners.repeated();
                RunFacts { engine, outcomes, preflight, leftovers }
            })
            .collect();
        let today = now.settings.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let (statements, elapsed) = (&self.suite.library.statements, now.started.elapsed());
        let (report, mut facts) = report::build(runs, statements, now.settings.now, elapsed, today, self.shown.strict);
        facts.interrupted = stop.any();
        facts.unjudged |= !self.write_reports(&report, &redactor);
        let Shown { strict, verbose, .. } = self.shown;
        let snapshots = self.snapshots.mode;
        let opts = human::SummaryOpts { strict, verbose, cleaned: self.clean, snapshots };
        let summary = human::summary(&report, opts);
        let summary = redactor.redact(&summary);
        if self.shown.on_stderr {
            talk(summary.trim_end());
        } else {
            say(&summary);
        }
        facts.exit()
    }

    /// Removes the reports of an earlier run, which would be taken for this one's if it ended early.
    fn remove_old_reports(&self) {
        for path in [&self.report_json, &self.report_junit].into_iter().flatten().filter(|path| is_plain_file(path)) {
            // What cannot be removed cannot be written either, and then that is told.
            let _ = std::fs::remove_file(path);
        }
    }

    /// Writes the reports that are wanted; tells whether each stands where it should.
    fn write_reports(&self, report: &Report, redactor: &Redactor) -> bool {
        let json = || {
            let mut value = serde_json::to_value(report)?;
            redactor.redact_value(&mut value);
            Ok(format!("{}\n", serde_json::to_string_pretty(&value)?))
        };
        let junit = || {
            let xml = report::junit::xml(report, self.shown.strict).map_err(std::io::Error::other)?;
            Ok(redactor.redact(&xml).into_owned())
        };
        let json = self.report_json.as_deref().is_none_or(|path| write_whole(path, json()));
        self.report_junit.as_deref().is_none_or(|path| write_whole(path, junit())) && json
    }
}

/// When a run began, by the settings' clock and by the stopwatch.
#[derive(Clone, Copy)]
struct Now<'a> {
    settings: &'a Settings,
    started: Instant,
}

fn is_plain_file(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_file())
}

/// Writes a file whole or not at all; tells whether it stands. What is no plain file is written in place.
fn write_whole(path: &Path, text: std::io::Result<String>) -> bool {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let new = path.symlink_metadata().is_err();
    let written = text.and_then(|text| {
        if new || is_plain_file(path) {
            std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, path))
        } else {
            std::fs::write(path, text)
        }
    });
    written
        .inspect_err(|error| {
            let _ = std::fs::remove_file(&part);
            talk(&format!("error: cannot write the report `{}`: {error}", path.display()));
        })
        .is_ok()
}

fn describe(engines: &[Arc<Engine>], statements: &Arc<Statements>, redactor: &Redactor) -> Arc<runner::Describe> {
    let profiles: Vec<_> = engines.iter().map(|engine| engine.plan.target.profile).collect();
    let (statements, redactor) = (Arc::clone(statements), redactor.clone());
    Arc::new(move |number, planned, result| {
        let block = human::block(planned, result, &statements, profiles[number]);
        redactor.redact(&block).into_owned()
    })
}
