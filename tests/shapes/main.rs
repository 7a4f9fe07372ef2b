//! The mock held to the real thing: what Keystone 30 and Glance 33 answered, and what the mock answers to the same.
//!
//! `requests/*.yaml` lists what is asked, `glance-33.yaml` what the real cloud answered, `differences.yaml` where the
//! mock knowingly answers otherwise. `scripts/real-cloud/record-shapes` writes the second file anew.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod accepted;
mod compare;
mod list;
mod shape;
#[path = "../support/mod.rs"]
mod support;
mod walk;
mod wire;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use sharecheck::diagnostic::SourceFile;
use tempfile::TempDir;

use self::accepted::Accepted;
use self::compare::Known;
use self::list::Entry;
use self::support::mock::Mock;
use self::walk::{Exchange, Target};

fn folder() -> PathBuf {
    support::tests().join("shapes")
}

fn read(name: &str) -> SourceFile {
    let path = folder().join(name);
    SourceFile::new(path.display().to_string(), fs::read_to_string(&path).expect("the file is there"))
}

fn entries() -> Vec<Entry> {
    let mut files: Vec<_> =
        fs::read_dir(folder().join("requests")).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    let of = |file| list::parse(&read(&format!("requests/{file}")));
    files.iter().flat_map(|file| of(file.to_str().expect("names are ASCII"))).collect()
}

fn accepted() -> Accepted {
    Accepted::parse(&read("glance-33.yaml"))
}

/// Returns what a mock with these faults answers to some of the entries; an image has as many members as was recorded.
fn answers(faults: &[&str], of: impl Fn(&Entry) -> bool) -> Accepted {
    let faults: Vec<_> = faults.iter().flat_map(|fault| ["--fault", *fault]).collect();
    let mock = Mock::start_in(TempDir::new().unwrap(), &[&["--members-per-image", "128"], &faults[..]].concat());
    Accepted::new(walk::all(&Target::read(&mock.target()), entries().iter().filter(|entry| of(entry))))
}

#[test]
fn the_mock_answers_as_the_real_cloud_did() {
    let known: Vec<Known> = compare::parse(&read("differences.yaml"));
    let said = compare::compare(&accepted(), &answers(&[], |_| true), &known);
    assert!(said.is_empty(), "{said}\nHas the list changed, or the real cloud? scripts/real-cloud/record-shapes");
}

#[test]
fn a_fault_changes_the_shapes() {
    for (fault, entry) in [
        ("deleted-image-shows-members", "member-show/deleted"),
        ("show-lacks-updated-at", "member-show/shared"),
        ("removal-not-stored", "member-delete/what-is-left"),
        ("owner-answers-for-member", "member-update/shared"),
        ("bad-token-shows", "member-show/shared"),
    ] {
        let broken = answers(&[fault], |of| of.name == entry);
        let differs = |answer: &Exchange| accepted().like(answer).expect("it is recorded").shape != answer.shape;
        assert!(broken.exchanges().any(differs), "{fault}");
    }
}

#[test]
fn the_recording_is_large_enough_and_stands_as_it_is_written() {
    let accepted = accepted();
    assert!(accepted.exchanges().count() >= 300);
    let text = read("glance-33.yaml").text;
    assert_eq!(accepted.to_string(), *text, "edited by hand? scripts/real-cloud/record-shapes writes it");
}

#[test]
fn every_entry_has_a_name_of_its_own() {
    let entries = entries();
    let names: BTreeSet<_> = entries.iter().map(|entry| &entry.name).collect();
    assert_eq!(names.len(), entries.len());
}

#[test]
#[ignore = "needs a real cloud that may be written to: scripts/real-cloud/record-shapes"]
fn record() {
    let target = std::env::var_os("SHARECHECK_SHAPES_TARGET").expect("SHARECHECK_SHAPES_TARGET names a target file");
    let accepted = Accepted::new(walk::all(&Target::read(target.as_ref()), &entries()));
    fs::write(folder().join("glance-33.yaml"), accepted.to_string()).unwrap();
}
