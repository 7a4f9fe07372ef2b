//! What the README shows is true: its target file and its cases are read as they stand there.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// Returns the blocks of YAML in the README, without those inside a list.
fn blocks() -> Vec<String> {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let blocks = readme.split("\n```yaml\n").skip(1);
    blocks.map(|rest| format!("{}\n", rest.split("\n```").next().unwrap())).collect()
}

fn sharecheck() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sharecheck"));
    for actor in ["OWNER", "MEMBER", "MEMBER2", "STRANGER"] {
        command.env(format!("{actor}_TOKEN"), format!("a-token-of-{actor}"));
    }
    command
}

#[test]
fn the_target_file_is_one() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lab.yaml");
    fs::write(&path, &blocks()[0]).unwrap();
    let said = sharecheck().args(["run", "--list", "--target"]).arg(&path).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert_eq!(String::from_utf8_lossy(&said.stderr), "");
}

#[test]
fn the_cases_are_in_order() {
    let folder = TempDir::new().unwrap();
    let cases = folder.path().join("v2");
    fs::create_dir(&cases).unwrap();
    fs::write(cases.join("member-show.yaml"), &blocks()[1]).unwrap();
    let said = sharecheck().args(["lint", "--cases"]).arg(folder.path()).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}
