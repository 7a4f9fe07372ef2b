//! `sharecheck mock`.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::private::{check, clouds_beside, place};
use super::run::{ProfileArg, duration};
use super::{Settings, complain, runtime, say, talk};
use crate::contract::{PolicySpec, Profile, Rbac};
use crate::diagnostic::did_you_mean;
use crate::exit::Exit;
use crate::mock::{Fault, Manner, MockCloud, MockError, MockOpts, QUOTA, faults};
use crate::target::Declared;

#[derive(Debug, Args)]
pub(super) struct ServeOpts {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS", env = "SHARECHECK_LISTEN")]
    listen: SocketAddr,
    /// Profile to speak
    #[arg(short, long, default_value = "glance", value_name = "NAME", env = "SHARECHECK_PROFILE")]
    profile: ProfileArg,
    /// Role-based defaults in force: those of today, or those of before (of a Glance)
    #[arg(long, default_value = "new", value_name = "DEFAULTS")]
    rbac: Rbac,
    /// Break a promise on purpose; may be given several times
    #[arg(long, value_name = "ID")]
    fault: Vec<String>,
    /// List the faults and what each breaks
    #[arg(long)]
    list_faults: bool,
    /// Let each token from the identity API expire after N calls of the image API; those of the target file never do
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    token_uses: Option<u32>,
    /// Let reads of images and members show what was there so long ago, as on a cloud that converges slowly
    #[arg(long, value_name = "TIME", value_parser = duration)]
    converge: Option<Duration>,
    /// Answer each Nth call of the image API with 429
    #[arg(long, value_name = "N")]
    throttle: Option<NonZeroU32>,
    /// Let an image have at most N members
    #[arg(long, value_name = "N", default_value_t = QUOTA)]
    members_per_image: usize,
    /// Write a target file with a token for every actor, and beside it a clouds.yaml with their passwords
    #[arg(long, value_name = "FILE")]
    write_target: Option<PathBuf>,
}

impl ServeOpts {
    fn mock(&self) -> MockOpts {
        MockOpts {
            profile: self.profile.0,
            policy: PolicySpec { rbac: self.rbac },
            faults: self.fault.clone(),
            listen: self.listen,
            token_uses: self.token_uses,
            manner: Manner { converge: self.converge.unwrap_or_default(), throttle: self.throttle },
            quota: self.members_per_image,
        }
    }
}

pub(super) fn main(opts: &ServeOpts, _settings: &Settings) -> Exit {
    if opts.list_faults {
        list();
        return Exit::Holds;
    }
    let runtime = match runtime(2) {
        Ok(runtime) => runtime,
        Err(exit) => return exit,
    };
    runtime.block_on(serve(opts))
}

async fn serve(opts: &ServeOpts) -> Exit {
    if let Some(target) = &opts.write_target
        && let Err(error) = check(target)
    {
        complain(&error);
        return Exit::Usage;
    }
    let mock = match MockCloud::start(opts.mock()).await {
        Ok(mock) => mock,
        Err(error) => {
            complain(&error);
            if let MockError::UnknownFault { id } = &error
                && let Some(hint) = did_you_mean(id, faults().map(|fault| fault.id))
            {
                talk(&hint);
            }
            return Exit::Usage;
        }
    };
    if let Some(path) = &opts.write_target
        && let Err(exit) = write_target(&mock, opts.profile.0, path)
    {
        return exit;
    }
    say(&format!("listening on {}\n", mock.endpoint()));
    tokio::select! {
        () = mock.stopped() => Exit::Unjudged,
        _ = tokio::signal::ctrl_c() => Exit::Holds,
    }
}

fn write_target(mock: &MockCloud, profile: Profile, path: &Path) -> Result<(), Exit> {
    let target = Declared::of_mock(mock, profile).map_err(|error| {
        complain(&error);
        Exit::Unjudged
    })?;
    let clouds = clouds_beside(path);
    place(&[(&clouds, &mock.clouds_yaml()), (path, &target.to_yaml())]).map_err(|error| {
        complain(&error);
        Exit::Unjudged
    })?;
    talk(&format!("wrote `{}`, and `{}` with a cloud for every actor", path.display(), clouds.display()));
    Ok(())
}

fn list() {
    let entry = |fault: &Fault| {
        let profiles: Vec<_> = fault.profiles.iter().map(|profile| profile.name()).collect();
        let breaks = if fault.breaks.is_empty() { "no statement".to_owned() } else { fault.breaks.join(", ") };
        format!("{}\n  {}\n  breaks {breaks} in {}\n", fault.id, fault.summary, profiles.join(", "))
    };
    say(&faults().map(entry).collect::<String>());
}
