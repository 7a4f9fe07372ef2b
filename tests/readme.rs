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

/// Returns the block that starts so.
fn block(start: &str) -> String {
    blocks().into_iter().find(|block| block.starts_with(start)).unwrap()
}

#[test]
fn the_target_file_is_one() {
    const CLOUDS: &str = "clouds:\n  lab-owner: &auth\n    auth: { auth_url: http://127.0.0.1:1, username: a, password: \
                          not-shown, project_id: aaaa, user_domain_id: default }\n  lab-member: *auth\n";
    let folder = TempDir::new().unwrap();
    let [path, clouds] = ["lab.yaml", "clouds.yaml"].map(|name| folder.path().join(name));
    fs::write(&path, block("# lab.yaml") + &block("waivers:")).unwrap();
    fs::write(&clouds, CLOUDS).unwrap();
    let mut command = sharecheck();
    command.env("OS_CLIENT_CONFIG_FILE", clouds).args(["run", "--list", "--target"]).arg(&path);
    let said = command.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stderr), "");
    assert!(said.status.success());
}

#[test]
fn the_cases_are_in_order() {
    let folder = TempDir::new().unwrap();
    let cases = folder.path().join("v2");
    fs::create_dir(&cases).unwrap();
    fs::write(cases.join("member-show.yaml"), block("operation: v2.member.show")).unwrap();
    let said = sharecheck().args(["lint", "--cases"]).arg(folder.path()).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}
