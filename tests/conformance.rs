//! The suite on the embedded mock, as a target of `cargo test` and of nextest.

use std::process::ExitCode;

fn main() -> ExitCode {
    sharecheck::cli::conformance(&sharecheck::cli::Settings::of_process())
}
