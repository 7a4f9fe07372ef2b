//! The `sharecheck` command.

use std::process::ExitCode;

use sharecheck::cli::{self, Settings};

fn main() -> ExitCode {
    cli::main(&Settings::of_process())
}
