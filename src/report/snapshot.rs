//! What the report for people says of snapshots.

use std::fmt::Write as _;

use super::Report;
use super::human::one_line;
use crate::check::snapshot::SnapshotMode;
use crate::verdict::Compared;

/// How many differences are shown unless every one is wanted.
pub(super) const SHOWN: usize = 10;
/// How many files that cannot be used are named.
const NAMED: usize = 5;

/// Returns the difference between the answers of a case and the accepted ones, indented; empty where there is none.
pub(super) fn difference(compared: Option<&Compared>) -> String {
    let Some(Compared::Changed(diff)) = compared else { return String::new() };
    diff.lines().fold(String::new(), |text, line| text + "      " + line + "\n")
}

/// Returns what is to be told once for all cases: what was accepted, what is missing, what could not be used.
pub(super) fn remarks(report: &Report, mode: SnapshotMode) -> String {
    let all = || report.runs.iter().flat_map(|run| &run.cases).filter_map(|case| case.snapshot.as_ref());
    let count = |wanted: fn(&Compared) -> bool| all().filter(|compared| wanted(compared)).count();
    let missing = count(|compared| *compared == Compared::Missing);
    let changed = count(|compared| matches!(compared, Compared::Changed(_)));
    let accepted = count(|compared| *compared == Compared::Accepted);
    let mut text = String::new();
    match mode {
        SnapshotMode::Check | SnapshotMode::Off if missing > 0 => {
            let _ = writeln!(text, "{} no accepted snapshot; accept them with --snapshots accept", cases(missing));
        }
        SnapshotMode::New if missing + changed > 0 => {
            let written = missing + changed;
            let _ = writeln!(
                text,
                "{} a new snapshot; review them with `cargo insta review`, or --snapshots accept",
                cases(written)
            );
        }
        SnapshotMode::Accept => {
            let _ = writeln!(text, "snapshots: {accepted} accepted, {} as before", count(|c| *c == Compared::Same));
        }
        SnapshotMode::Check | SnapshotMode::New | SnapshotMode::Off => {}
    }
    let unusable: Vec<_> = all()
        .filter_map(|compared| if let Compared::Unusable(reason) = compared { Some(one_line(reason)) } else { None })
        .collect();
    for reason in unusable.iter().take(NAMED) {
        let _ = writeln!(text, "error: {reason}");
    }
    if unusable.len() > NAMED {
        let _ = writeln!(text, "error: {} more snapshots like these", unusable.len() - NAMED);
    }
    text
}

/// Returns `1 case has` or `2 cases have`.
fn cases(count: usize) -> String {
    if count == 1 { "1 case has".to_owned() } else { format!("{count} cases have") }
}
