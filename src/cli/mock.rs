//! `sharecheck mock`.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;

use super::run::ProfileArg;
use super::{Settings, complain, say, talk};
use crate::contract::Profile;
use crate::diagnostic::did_you_mean;
use crate::exit::Exit;
use crate::mock::{Fault, MockCloud, MockError, MockOpts, faults};
use crate::target::Declared;

#[derive(Debug, Args)]
pub(super) struct ServeOpts {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS", env = "SHARECHECK_LISTEN")]
    listen: SocketAddr,
    /// Profile to speak
    #[arg(short, long, default_value = "glance", value_name = "NAME", env = "SHARECHECK_PROFILE")]
    profile: ProfileArg,
    /// Break a promise on purpose; may be given several times
    #[arg(long, value_name = "ID")]
    fault: Vec<String>,
    /// List the faults and what each breaks
    #[arg(long)]
    list_faults: bool,
    /// Write a target file with a token for every actor
    #[arg(long, value_name = "FILE")]
    write_target: Option<PathBuf>,
}

pub(super) fn main(opts: &ServeOpts, _settings: &Settings) -> Exit {
    if opts.list_faults {
        list();
        return Exit::Holds;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&error);
            return Exit::Unjudged;
        }
    };
    runtime.block_on(serve(opts))
}

async fn serve(opts: &ServeOpts) -> Exit {
    let profile = opts.profile.0;
    let mock = match MockCloud::start(MockOpts { profile, faults: opts.fault.clone(), listen: opts.listen }).await {
        Ok(mock) => mock,
        Err(error) => {
            complain(&error);
            if let MockError::UnknownFault { id } = &error
                && let Some(hint) = did_you_mean(id, faults().iter().map(|fault| fault.id))
            {
                talk(&hint);
            }
            return Exit::Usage;
        }
    };
    if let Some(path) = &opts.write_target
        && let Err(exit) = write_target(&mock, profile, path)
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
    write_private(path, &target.to_yaml()).map_err(|error| {
        talk(&format!("error: cannot write `{}`: {error}", path.display()));
        Exit::Unjudged
    })
}

/// Writes a file that only its owner may read: it holds tokens.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        if path.exists() {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        }
    }
    options.open(path)?.write_all(text.as_bytes())
}

fn list() {
    let entry = |fault: &Fault| {
        let profiles: Vec<_> = fault.profiles.iter().map(|profile| profile.name()).collect();
        let (breaks, profiles) = (fault.breaks.join(", "), profiles.join(", "));
        format!("{}\n  {}\n  breaks {breaks} in {profiles}\n", fault.id, fault.summary)
    };
    say(&faults().iter().map(entry).collect::<String>());
}
