//! What a run says of each statement that binds in its profile.

use std::collections::BTreeMap;

use super::{FindingReport, StatementReport, StatementVerdict};
use crate::contract::{PolicySpec, Profile, Statement, Statements, Testability};
use crate::runner::Outcome;
use crate::verdict::{CaseResult, Finding, Verdict, Weight};

/// Returns every statement of a profile that holds in a cloud that is set so, in the order of the statements file.
///
/// `asides` is what was seen in passing, also while fixtures were made.
pub(super) fn reports(
    statements: &Statements,
    profile: Profile,
    policy: PolicySpec,
    outcomes: &[Outcome],
    asides: &[FindingReport],
) -> Vec<StatementReport> {
    let mut citing: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        for id in outcome.0.case.statements.iter() {
            citing.entry(id).or_default().push(outcome);
        }
    }
    statements
        .iter()
        .filter(|statement| statement.holds_under(policy))
        .filter_map(|statement| Some((statement, statement.level_in(profile)?)))
        .map(|(statement, level)| {
            let cases = citing.get(statement.id.as_str()).map(Vec::as_slice).unwrap_or_default();
            let (verdict, reason) = judge(statement, cases, outcomes, asides);
            let cases = cases.iter().map(|(planned, _)| planned.case.id.clone()).collect();
            let source = statements.cite(statement, profile);
            StatementReport { id: statement.id.clone(), level, source, verdict, reason, cases }
        })
        .collect()
}

fn judge(
    statement: &Statement,
    cases: &[&Outcome],
    all: &[Outcome],
    asides: &[FindingReport],
) -> (StatementVerdict, String) {
    let count = |wanted: &dyn Fn(&CaseResult) -> bool| cases.iter().filter(|(_, result)| wanted(result)).count();
    let tolerated = |result: &CaseResult| result.findings.iter().any(|finding| finding.weight == Weight::Noted);
    let held = count(&|result| result.verdict == Verdict::Pass && !tolerated(result));
    let lesser = count(&|result| result.verdict == Verdict::Pass && tolerated(result));
    let skipped = count(&|result| result.verdict == Verdict::Skip);
    let broken = count(&|result| matches!(result.verdict, Verdict::Fail | Verdict::Waived));
    let open = count(&|result| result.verdict == Verdict::Inconclusive);
    let passing = seen_in_passing(statement, all).or_else(|| seen_aside(statement, asides));
    match (held, broken, open, passing) {
        (0, 0, 0, Some(seen)) => (StatementVerdict::Broken, seen),
        (_, 0, 0, None) if lesser > 0 => {
            (StatementVerdict::InPart, format!("{held} cases pass, in {lesser} another answer is tolerated"))
        }
        (0, 0, 0, None) => (StatementVerdict::NotExercised, why_not(statement, cases)),
        (_, 0, 0, None) if skipped > 0 => {
            (StatementVerdict::InPart, format!("{held} cases pass, {skipped} were skipped"))
        }
        (_, 0, 0, None) => (StatementVerdict::Holds, format!("{held} of {held} cases pass")),
        (_, 0, 0, Some(seen)) => (StatementVerdict::InPart, seen),
        (0, 0, ..) => (StatementVerdict::Inconclusive, format!("none of {open} cases could be judged")),
        (0, ..) => (StatementVerdict::Broken, format!("{broken} cases show it broken")),
        _ => (
            StatementVerdict::InPart,
            format!("{held} cases pass, {broken} show it broken, {open} could not be judged"),
        ),
    }
}

/// Returns where a passive check saw the statement broken, in whatever case.
fn seen_in_passing(statement: &Statement, all: &[Outcome]) -> Option<String> {
    let breaks =
        |finding: &&Finding| finding.statement.as_deref() == Some(&statement.id) && finding.weight != Weight::Noted;
    let (planned, finding) = all.iter().find_map(|(planned, result)| {
        let found = result.findings.iter().chain(&result.asides).find(breaks)?;
        Some((planned, found))
    })?;
    Some(format!("seen broken in {}: expected {}, got {}", planned.case.id, finding.expected, finding.actual))
}

/// Returns what was seen of the statement in exchanges that are no case's.
fn seen_aside(statement: &Statement, asides: &[FindingReport]) -> Option<String> {
    let aside = asides.iter().find(|aside| aside.statement.as_deref() == Some(&statement.id))?;
    Some(format!("seen broken {}: expected {}, got {}", aside.place, aside.expected, aside.actual))
}

fn why_not(statement: &Statement, cases: &[&Outcome]) -> String {
    if let Some((_, result)) = cases.first() {
        return result.reason.clone();
    }
    match statement.testability {
        Testability::Passive => "watched for in every exchange, and not seen broken".to_owned(),
        _ => statement.why.clone().unwrap_or_else(|| "no selected case cites it".to_owned()),
    }
}
