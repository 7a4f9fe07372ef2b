//! `sharecheck prove`.

use clap::Args;

use super::lint::{SuiteOpts, load};
use super::run::ProfileArg;
use super::{Settings, complain, runtime, say, talk};
use crate::exit::Exit;
use crate::plan::Selection;
use crate::prove::{prove, table};

#[derive(Debug, Args)]
pub(super) struct ProveOpts {
    /// Prove only cases whose name holds one of these texts: whether they have teeth, not what they leave open
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// Only this profile
    #[arg(short, long, value_name = "NAME", env = "SHARECHECK_PROFILE")]
    profile: Option<ProfileArg>,
    /// Print the proof as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    suite: SuiteOpts,
}

pub(super) fn main(opts: &ProveOpts, settings: &Settings) -> Exit {
    let Some(suite) = load(&opts.suite, settings) else { return Exit::Usage };
    let wanted = opts.profile.as_ref().map(|profile| profile.0);
    let known = suite.library.contracts.keys().copied();
    let profiles: Vec<_> = known.filter(|profile| wanted.is_none_or(|wanted| wanted == *profile)).collect();
    if profiles.is_empty() {
        talk("error: there is no contract for that profile");
        return Exit::Usage;
    }
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = match runtime(jobs) {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    let selection = Selection { filters: opts.filters.clone(), ..Selection::default() };
    let proof = match runtime.block_on(prove(&suite, &profiles, &selection, jobs)) {
        Ok(proof) => proof,
        Err(error) => {
            complain(&error);
            return Exit::Unjudged;
        }
    };
    if opts.json {
        let json = serde_json::to_string_pretty(&proof).expect("a proof is plain data");
        say(&format!("{json}\n"));
    } else {
        say(&table(&proof));
    }
    match proof.holds() {
        true => Exit::Holds,
        false if proof.faults == 0 && proof.lost.is_empty() => Exit::Nothing,
        false => Exit::Broken,
    }
}
