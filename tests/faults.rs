//! The suite proves itself: whatever promise the mock breaks, a case notices, and says which.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use serde_json::Value;
use support::mock::Mock;
use support::report::Report;
use support::{for_all, run, sharecheck};

/// A fault in one profile, as `sharecheck mock --list-faults` tells of it.
struct Fault {
    id: String,
    profile: String,
    /// The statements; none where the fault changes words that nothing binds.
    breaks: Vec<String>,
}

/// Returns every fault with every profile that it is for.
fn faults() -> Vec<Fault> {
    let listed = run(sharecheck().args(["mock", "--list-faults"])).exits(0).stdout;
    let lines: Vec<_> = listed.lines().collect();
    let (entries, rest) = lines.as_chunks::<3>();
    assert!(rest.is_empty(), "three lines tell of a fault: {listed}");
    let split = |text: &str| text.split(", ").filter(|id| *id != "no statement").map(str::to_owned).collect::<Vec<_>>();
    entries
        .iter()
        .flat_map(|[id, _, breaks]| {
            let (breaks, profiles) = breaks.trim().strip_prefix("breaks ").unwrap().rsplit_once(" in ").unwrap();
            split(profiles).into_iter().map(|profile| Fault { id: (*id).to_owned(), profile, breaks: split(breaks) })
        })
        .collect()
}

/// Returns everything that is not as it should be in a run against a mock with the fault.
fn misses(fault: &Fault) -> Vec<String> {
    let mock = Mock::start(&fault.profile, &[&fault.id]);
    let path = mock.target().with_file_name("report.json");
    let mut command = sharecheck();
    command.arg("run").arg("--target").arg(mock.target()).arg("--report-json").arg(&path);
    let said = run(command.arg("--snapshots-dir").arg(support::tests().with_file_name("snapshots")));
    let report = Report::read(&path);
    let mut misses = Vec::new();
    let mut miss = |text: String| misses.push(format!("{} in {}: {text}", fault.id, fault.profile));
    let changed = report.cases().iter().filter(|case| case["snapshot"]["state"] == "changed").count();
    if changed == 0 {
        miss("no snapshot shows it".to_owned());
    }
    if fault.breaks.is_empty() {
        // Words that bind nobody: the snapshots show them, and nothing else does.
        if said.code != Some(0) || report.with("pass").len() != report.cases().len() {
            miss(format!("exit {:?}, {} of {} pass", said.code, report.with("pass").len(), report.cases().len()));
        }
        return misses;
    }
    let broken = |id: &Value| fault.breaks.iter().any(|broken| id == broken);
    let breaks = |case: &Value| case["statements"].as_array().unwrap().iter().any(broken);
    // A promise counts as strongly as it binds in the profile: only a broken must fails a run.
    let statements = report.runs()[0]["statements"].as_array().unwrap();
    let binding: Vec<_> = statements.iter().filter(|statement| broken(&statement["id"])).collect();
    let strictest = ["must", "should", "observe"]
        .into_iter()
        .find(|level| binding.iter().any(|statement| statement["level"] == **level));
    let failed = report.with("fail");
    if !failed.iter().any(|case| case["level"].as_str() == strictest) {
        miss(format!("none fails of those that bind most ({strictest:?})"));
    }
    if said.code != Some(i32::from(strictest == Some("must"))) {
        miss(format!("exit {:?}", said.code));
    }
    for case in failed {
        if !breaks(case) {
            miss(format!("{} fails and cites {}", case["id"], case["statements"]));
        }
    }
    for case in report
        .with("inconclusive")
        .into_iter()
        .filter(|case| case["reason"].as_str().unwrap().starts_with("no fixture"))
    {
        miss(format!("{} has no fixture: {}", case["id"], case["reason"]));
    }
    misses
}

#[test]
fn every_fault_is_noticed_by_cases_that_cite_what_it_breaks() {
    let faults = faults();
    assert!(faults.len() >= 10);
    let misses: Vec<_> = for_all(&faults, misses).into_iter().flatten().collect();
    assert!(misses.is_empty(), "{} misses:\n{}", misses.len(), misses.join("\n"));
}

#[test]
fn every_statement_that_a_fault_breaks_is_known() {
    let known = std::fs::read_to_string(support::tests().with_file_name("schemas").join("statements.yaml")).unwrap();
    for fault in faults() {
        for id in &fault.breaks {
            assert!(known.contains(&format!("- id: {id}\n")), "{}: {id}", fault.id);
        }
    }
}
