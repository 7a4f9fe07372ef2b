//! `sharecheck lint`.

use std::path::PathBuf;

use clap::Args;

use super::connect::target_text;
use super::snapshots::{self, SnapshotsDir};
use super::{Settings, complain, say, talk};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::exit::Exit;
use crate::suite::{Gap, Sources, Suite, gaps};
use crate::target;

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
    /// Target files to check, too
    #[arg(short, long = "target", value_name = "FILE", num_args = 1..)]
    targets: Vec<PathBuf>,
    /// List every warning
    #[arg(short, long)]
    verbose: bool,
}

pub(super) fn main(opts: &LintOpts, settings: &Settings) -> Exit {
    let Some(sources) = find(&opts.suite) else { return Exit::Usage };
    let Some(targets) = read(&opts.targets) else { return Exit::Usage };
    let suite = Suite::load(&sources);
    let mistakes = suite.as_ref().err().map(Vec::as_slice).unwrap_or_default();
    draw(mistakes, settings);
    let suite = suite.as_ref().ok();
    let today = settings.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let of_target = |file: &SourceFile| target::lint(file, suite, &|name: &str| settings.env(name), today);
    let of_targets: Vec<_> = targets.iter().flat_map(of_target).collect();
    tell(&of_targets);
    let of_snapshots = suite.map(|suite| snapshots::lint(&opts.snapshots, suite)).unwrap_or_default();
    let errors = of_targets.iter().filter(|told| told.severity == Severity::Error).count();
    let wrong = mistakes.len() + errors + of_snapshots;
    let gaps = suite.map(|suite| gaps(suite, &sources)).unwrap_or_default();
    for gap in &gaps {
        tell_gap(gap, opts.verbose);
    }
    let warnings = of_targets.len() - errors + gaps.iter().map(|gap| gap.places.len()).sum::<usize>();
    let warnings = if warnings == 0 { String::new() } else { format!("; {}", count(warnings, "warning")) };
    let Some(suite) = suite.filter(|_| wrong == 0) else {
        talk(&format!("\n{}{warnings}; nothing was sent", count(wrong, "mistake")));
        return Exit::Usage;
    };
    say(&format!("{}: no mistake{warnings}\n", looked_at(suite, targets.len())));
    Exit::Holds
}

/// Returns what was looked at: `231 cases, 272 statements, 3 contracts (glance, …), 1 target`.
fn looked_at(suite: &Suite, targets: usize) -> String {
    let library = &suite.library;
    let profiles: Vec<_> = library.contracts.keys().map(|profile| profile.name()).collect();
    let mut parts = vec![
        count(suite.cases.len(), "case"),
        count(library.statements.iter().count(), "statement"),
        format!("{} ({})", count(profiles.len(), "contract"), profiles.join(", ")),
    ];
    parts.extend((targets > 0).then(|| count(targets, "target")));
    parts.join(", ")
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn read(targets: &[PathBuf]) -> Option<Vec<SourceFile>> {
    let read = |path: &PathBuf| target_text(path).map_err(|error| complain(&error)).ok();
    let files: Vec<_> = targets.iter().map(read).collect();
    files.into_iter().collect()
}

/// Tells of one kind of gap, on a line or place by place.
fn tell_gap(gap: &Gap, verbose: bool) {
    let places = gap.places.len();
    if verbose {
        for place in &gap.places {
            talk(&format!("warning: {place}"));
        }
    } else {
        talk(&format!("warning: {places} {} (list them with -v)", gap.what));
    }
}

fn find(opts: &SuiteOpts) -> Option<Sources> {
    let sources = Sources::find(opts.cases.as_deref(), opts.schemas.as_deref());
    sources.map_err(|error| complain(&error)).ok()
}

/// Reads the suite, or tells of every mistake in it.
pub(super) fn load(opts: &SuiteOpts, settings: &Settings) -> Option<Suite> {
    let told = |mistakes: Vec<Diagnostic>| {
        draw(&mistakes, settings);
        talk(&format!("\n{}; nothing was sent", count(mistakes.len(), "mistake")));
    };
    Suite::load(&find(opts)?).map_err(told).ok()
}

/// Prints diagnostics of a file that may hold credentials: without its lines, and without its values.
pub(super) fn show_without_lines(mistakes: &[Diagnostic]) {
    tell(mistakes);
    talk("nothing was sent");
}

fn tell(mistakes: &[Diagnostic]) {
    for mistake in mistakes {
        let text = mistake.to_string();
        let masked: String =
            text.split('"').enumerate().map(|(at, part)| if at % 2 == 0 { part } else { "…" }).collect();
        talk(&format!("{}: {masked}", mistake.severity.name()));
    }
}

/// Prints diagnostics with the lines they speak of.
fn draw(mistakes: &[Diagnostic], settings: &Settings) {
    for mistake in mistakes {
        talk(&mistake.render(settings.color()));
    }
}
