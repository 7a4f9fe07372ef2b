//! The examples do not rot: every target file is in order, and the workflow calls what there is.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sharecheck::diagnostic::SourceFile;
use support::{Said, run, sharecheck};

fn examples(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(folder);
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!files.is_empty());
    files
}

/// Returns the names of all `${VAR}` in a text.
fn variables(text: &str) -> BTreeSet<&str> {
    text.split("${").skip(1).map(|rest| rest.split('}').next().unwrap()).collect()
}

fn lint(target: &Path, set: bool) -> Said {
    let text = fs::read_to_string(target).unwrap();
    let mut command = sharecheck();
    command.args(["lint", "--target"]).arg(target);
    // Nobody's own clouds are looked at.
    let nowhere = tempfile::TempDir::new().unwrap();
    command.env("HOME", nowhere.path()).env_remove("XDG_CONFIG_HOME").env_remove("OS_CLIENT_CONFIG_FILE");
    command.env_remove("OS_CLOUD").current_dir(nowhere.path());
    for name in variables(&text) {
        let value =
            if name.ends_with("ENDPOINT") { "https://ims.example".to_owned() } else { format!("value-of-{name}") };
        if set {
            command.env(name, value);
        } else {
            command.env_remove(name);
        }
    }
    run(&mut command)
}

#[test]
fn every_target_file_is_in_order() {
    for target in examples("targets") {
        let said = lint(&target, true).exits(0);
        assert!(said.stdout.contains(", 1 target: no mistake"), "{}", said.all());
        let of_clouds = said.stderr.matches("there is no clouds.yaml").count();
        assert_eq!(of_clouds, usize::from(target.ends_with("keystone-staging.yaml")), "{}", said.all());
        assert!(!said.stderr.contains("is not set here"), "{}", said.all());
    }
}

#[test]
fn what_is_not_set_here_is_a_warning() {
    let target = examples("targets").into_iter().find(|path| path.ends_with("huawei-borrowed.yaml")).unwrap();
    let said = lint(&target, false).exits(0);
    let text = fs::read_to_string(&target).unwrap();
    assert_eq!(said.stderr.matches("is not set here").count(), variables(&text).len(), "{}", said.all());
}

#[test]
fn the_workflow_calls_what_there_is() {
    let path = examples("ci").remove(0);
    let file = SourceFile::new("github.yaml", fs::read_to_string(path).unwrap());
    let workflow: Value = sharecheck::yaml::parse(&file).unwrap_or_else(|mistake| panic!("{mistake}"));
    let steps = workflow["jobs"]["staging"]["steps"].as_array().unwrap();
    let calls: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()?.strip_prefix("sharecheck ")).collect();
    let called: Vec<_> = calls.iter().map(|call| call.split(' ').next().unwrap()).collect();
    assert_eq!(called, ["lint", "run", "sweep"]);
    for call in calls {
        let command = call.split(' ').next().unwrap();
        let help = run(sharecheck().args([command, "--help"])).exits(0).stdout;
        for flag in call.split_whitespace().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag), "`sharecheck {command}` has no {flag}");
        }
    }
    let kept = steps.iter().find(|step| step["uses"].as_str().is_some_and(|uses| uses.starts_with("actions/upload")));
    let kept = kept.expect("the reports are kept");
    assert_eq!(kept["if"], "always()");
    for report in ["report.json", "report.xml"] {
        assert!(kept["with"]["path"].as_str().unwrap().contains(report));
    }
}
