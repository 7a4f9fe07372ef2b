//! How far a target has come: its statements by operation, and why some could not be looked at.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::human::one_line;
use super::{CaseReport, RunReport, StatementReport, StatementVerdict, reason};
use crate::verdict::Verdict;

/// What stands in the place of an operation for statements that no selected case cites.
const NO_CASE: &str = "(cited by no case)";

/// The columns of the matrix.
const VERDICTS: [(StatementVerdict, &str); 5] = [
    (StatementVerdict::Holds, "holds"),
    (StatementVerdict::InPart, "in part"),
    (StatementVerdict::Broken, "broken"),
    (StatementVerdict::Inconclusive, "inconclusive"),
    (StatementVerdict::NotExercised, "not exercised"),
];

/// Adds how many statements of each operation hold, are broken or were not looked at, and the reasons why.
///
/// A run that looked at everything it could, and found nothing, needs no more than a line.
pub(super) fn progress(text: &mut String, run: &RunReport, verbose: bool) {
    let of = |wanted| run.statements.iter().filter(|statement| statement.verdict == wanted).count();
    let (holds, silent) = (of(StatementVerdict::Holds), of(StatementVerdict::NotExercised));
    let whole = holds + silent == run.statements.len() && run.cases.iter().all(|case| case.verdict != Verdict::Skip);
    if whole && !verbose {
        let _ = writeln!(text, "  statements: {holds} hold, {silent} were not exercised");
        return;
    }
    matrix(text, run);
    unexercised(text, run);
    unjudged(text, run);
}

fn matrix(text: &mut String, run: &RunReport) {
    let cases: BTreeMap<&str, &CaseReport> = run.cases.iter().map(|case| (case.id.as_str(), case)).collect();
    let operation = |statement: &StatementReport| {
        let citing = || statement.cases.iter().filter_map(|id| cases.get(id.as_str()));
        let ran = citing().find(|case| case.verdict != Verdict::Skip);
        ran.or_else(|| citing().next()).map_or(NO_CASE, |case| case.operation.as_str())
    };
    let mut rows: BTreeMap<&str, [usize; VERDICTS.len()]> = BTreeMap::new();
    let mut all = [0; VERDICTS.len()];
    for statement in &run.statements {
        let row = rows.entry(operation(statement)).or_default();
        for (at, (verdict, _)) in VERDICTS.iter().enumerate() {
            row[at] += usize::from(statement.verdict == *verdict);
            all[at] += usize::from(statement.verdict == *verdict);
        }
    }
    let titles = VERDICTS.map(|(_, title)| format!("{title:>14}")).concat();
    let _ = writeln!(text, "  {:20}{titles}", "statements of");
    let without_case = rows.remove(NO_CASE);
    let rows = rows.into_iter().chain(without_case.map(|row| (NO_CASE, row))).chain([("all", all)]);
    for (name, row) in rows {
        let shown = row.map(|count| if count == 0 { format!("{:>14}", "·") } else { format!("{count:>14}") });
        let _ = writeln!(text, "  {name:20}{}", shown.concat());
    }
}

fn unexercised(text: &mut String, run: &RunReport) {
    let skipped = run.cases.iter().filter(|case| case.verdict == Verdict::Skip).map(|case| case.reason.as_str());
    let mute = |statement: &&StatementReport| {
        statement.verdict == StatementVerdict::NotExercised && statement.cases.is_empty()
    };
    let mute = run.statements.iter().filter(mute).map(|statement| statement.reason.as_str());
    let (skipped, mute) = (reason::counted(skipped), reason::counted(mute));
    if !skipped.is_empty() || !mute.is_empty() {
        text.push_str("  not exercised, and why:\n");
    }
    for (why, count) in skipped {
        reason::line(text, count, "case", &one_line(why));
    }
    for (why, count) in mute {
        reason::line(text, count, "statement", &one_line(why));
    }
}

fn unjudged(text: &mut String, run: &RunReport) {
    let open = run.cases.iter().filter(|case| case.verdict == Verdict::Inconclusive);
    let open: Vec<_> = open.map(|case| reason::for_any_id(&case.reason)).collect();
    let open = reason::counted(open.iter().map(AsRef::as_ref));
    if !open.is_empty() {
        text.push_str("  inconclusive, and why:\n");
    }
    for (why, count) in open {
        reason::line(text, count, "case", &super::human::cut(&one_line(why)));
    }
}
