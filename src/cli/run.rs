//! `sharecheck run`.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};

use super::Settings;
use super::connect::{ConnectOpts, TargetOpts, tell};
use super::lint::{SuiteOpts, load};
use super::session::{Session, Shown, Wanted};
use super::snapshots::SnapshotOpts;
use crate::contract::Profile;
use crate::diagnostic::did_you_mean;
use crate::exec::Keep;
use crate::exit::Exit;
use crate::plan::Selection;
use crate::timespan::Timespan;
use crate::verdict::Level;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct RunOpts {
    /// Run only cases whose name holds one of these texts
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    #[command(flatten)]
    target: TargetOpts,
    #[command(flatten)]
    suite: SuiteOpts,
    /// Cases that run at the same time
    #[arg(short, long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), env = "SHARECHECK_JOBS")]
    jobs: u16,
    /// A filter must be the whole name
    #[arg(long)]
    exact: bool,
    /// Leave out cases whose name holds this text
    #[arg(long, value_name = "TEXT")]
    skip: Vec<String>,
    /// Run only cases with one of these tags
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Run only cases of at least this level
    #[arg(long, value_name = "LEVEL")]
    level: Option<LevelArg>,
    /// Tell what would be done, sending nothing but the preflight
    #[arg(long)]
    plan: bool,
    /// List the cases instead of running them
    #[arg(long)]
    list: bool,
    /// How the lines of the cases look
    #[arg(long, default_value = "pretty", env = "SHARECHECK_FORMAT")]
    format: Format,
    /// A broken should fails the run, too
    #[arg(long, env = "SHARECHECK_STRICT", value_parser = BoolishValueParser::new())]
    strict: bool,
    /// Write the report as JSON
    #[arg(long, value_name = "FILE", env = "SHARECHECK_REPORT_JSON")]
    report_json: Option<PathBuf>,
    /// Write the report as JUnit XML
    #[arg(long, value_name = "FILE", env = "SHARECHECK_REPORT_JUNIT")]
    report_junit: Option<PathBuf>,
    #[command(flatten)]
    snapshots: SnapshotOpts,
    /// Exchanges that the report keeps
    #[arg(long, default_value = "failed", env = "SHARECHECK_EXCHANGES")]
    exchanges: Keep,
    #[command(flatten)]
    connect: ConnectOpts,
    /// Longest time for all cases together
    #[arg(long, value_name = "TIME", value_parser = duration, env = "SHARECHECK_DEADLINE")]
    deadline: Option<Duration>,
    /// Leave what the run makes where it is
    #[arg(long)]
    no_cleanup: bool,
    /// When to colour the output
    #[arg(long, default_value = "auto", env = "SHARECHECK_COLOR")]
    color: Color,
    /// List every observation
    #[arg(short, long)]
    verbose: bool,
}

/// A profile as an argument.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProfileArg(pub(super) Profile);

impl FromStr for ProfileArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Profile::ALL.iter().map(|profile| profile.name());
        Profile::ALL.into_iter().find(|profile| profile.name() == text).map(Self).ok_or_else(|| {
            did_you_mean(text, names()).unwrap_or_else(|| format!("known: {}", names().collect::<Vec<_>>().join(", ")))
        })
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LevelArg {
    Must,
    Should,
    Observe,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Pretty,
    Terse,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let Timespan(time) = Timespan::parse(text).ok_or_else(|| "write it as 500ms, 30s or 10m".to_owned())?;
    Some(time).filter(|time| !time.is_zero()).ok_or_else(|| "it must be longer than nothing".to_owned())
}

pub(super) fn size(text: &str) -> Result<usize, String> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let factor = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err("write it as 65536, 64KiB or 8MiB".to_owned()),
    };
    let number: usize = number.parse().map_err(|_| "write it as 65536, 64KiB or 8MiB".to_owned())?;
    number.checked_mul(factor).filter(|size| *size > 0).ok_or_else(|| "it is out of range".to_owned())
}

pub(super) fn main(opts: &RunOpts, settings: &Settings) -> Exit {
    match opts.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let Some(suite) = load(&opts.suite, settings) else { return Exit::Usage };
    let wanted = match opts.target.declared(settings) {
        Ok(Some(declared)) => Wanted::Target(Box::new(declared)),
        Ok(None) => Wanted::Mocks(opts.target.profile.map(|profile| profile.0)),
        Err(error) => {
            tell(&error);
            return Exit::Usage;
        }
    };
    let Some(client) = opts.connect.client(settings) else { return Exit::Usage };
    let session = Session {
        suite,
        wanted,
        target_file: opts.target.target.clone(),
        client,
        selection: selection(opts),
        arguments: arguments(opts, settings),
        jobs: usize::from(opts.jobs),
        patience: opts.connect.patience(),
        deadline: opts.deadline,
        keep: opts.exchanges,
        clean: !opts.no_cleanup,
        only_plan: opts.plan,
        report_json: opts.report_json.clone(),
        report_junit: opts.report_junit.clone(),
        snapshots: opts.snapshots.clone(),
        shown: Shown { strict: opts.strict, verbose: opts.verbose, on_stderr: opts.format == Format::Json },
    };
    session.run(settings)
}

fn selection(opts: &RunOpts) -> Selection {
    Selection {
        filters: opts.filters.clone(),
        exact: opts.exact,
        skip: opts.skip.clone(),
        tags: opts.tags.clone(),
        level: opts.level.map(|level| match level {
            LevelArg::Must => Level::Must,
            LevelArg::Should => Level::Should,
            LevelArg::Observe => Level::Observe,
        }),
    }
}

fn arguments(opts: &RunOpts, settings: &Settings) -> libtest_mimic::Arguments {
    use libtest_mimic::{Arguments, ColorSetting, FormatSetting};
    let no_color = settings.env("NO_COLOR").is_some_and(|value| !value.is_empty());
    Arguments {
        list: opts.list,
        format: Some(match opts.format {
            Format::Pretty => FormatSetting::Pretty,
            Format::Terse => FormatSetting::Terse,
            Format::Json => FormatSetting::Json,
        }),
        color: Some(match opts.color {
            Color::Always => ColorSetting::Always,
            Color::Auto if !no_color => ColorSetting::Auto,
            Color::Auto | Color::Never => ColorSetting::Never,
        }),
        ..Arguments::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_have_units() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("10m"), Ok(Duration::from_mins(10)));
        assert!(duration("soon").is_err() && duration("0s").is_err() && duration("-1s").is_err());
        assert_eq!(size("8MiB"), Ok(8 << 20));
        assert_eq!(size("65536"), Ok(65_536));
        assert!(size("8MB").is_err() && size("").is_err() && size("0").is_err() && size("99999999999GiB").is_err());
    }
}
