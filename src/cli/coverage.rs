//! `sharecheck coverage`.

use clap::Args;

use super::lint::{SuiteOpts, load};
use super::run::ProfileArg;
use super::{Settings, say, talk};
use crate::exit::Exit;
use crate::report::coverage::table;
use crate::suite::Coverage;

#[derive(Debug, Args)]
pub(super) struct CoverageOpts {
    /// Only this profile
    #[arg(short, long, value_name = "NAME", env = "SHARECHECK_PROFILE")]
    profile: Option<ProfileArg>,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    /// List the statements that are exercised, too
    #[arg(short, long)]
    verbose: bool,
    #[command(flatten)]
    suite: SuiteOpts,
}

pub(super) fn main(opts: &CoverageOpts, settings: &Settings) -> Exit {
    let Some(suite) = load(&opts.suite, settings) else { return Exit::Usage };
    let only = opts.profile.map(|profile| profile.0);
    if only.is_some_and(|profile| !suite.library.contracts.contains_key(&profile)) {
        talk("error: there is no contract for that profile");
        return Exit::Usage;
    }
    let coverage = Coverage::of(&suite, only);
    if opts.json {
        let json = serde_json::to_string_pretty(&coverage).expect("coverage is plain data");
        say(&format!("{json}\n"));
    } else {
        say(&table(&coverage, opts.verbose));
    }
    if coverage.is_complete() { Exit::Holds } else { Exit::Broken }
}
