//! The report as JUnit XML, which CI systems read: the one user of quick-junit.
//!
//! It satisfies the schema that Jenkins publishes (junit-10.xsd), which `scripts/judges/junit` holds it to. That
//! schema knows properties of a suite alone, so the statements stand there, each with its verdict; a test case has
//! its level as `group` and names its statements in its output.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report as Junit, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{CaseReport, Report, RunReport, human};
use crate::redact::printable;
use crate::target::Kind;
use crate::verdict::{Level, Verdict};

/// Returns the report as XML: a suite for each target, a test case for each case.
///
/// A failed case is a failure, an inconclusive one an error; one that binds less than a must, or than a
/// should under `strict`, passes and tells of its findings in its output.
pub fn xml(report: &Report, strict: bool) -> Result<String, SerializeError> {
    let mut junit = Junit::new("sharecheck");
    junit.set_time(Duration::from_millis(report.duration_ms));
    junit.add_test_suites(report.runs.iter().map(|run| suite(report, run, strict)));
    // The schema has no such count at the root, where quick-junit writes one; the root comes first.
    let count = format!(" skipped=\"{}\"", junit.skipped);
    let xml = junit.to_string()?.replacen(&count, "", 1);
    // XML has no way to write these two, and quick-junit lets them pass.
    Ok(xml.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}"))
}

fn suite(report: &Report, run: &RunReport, strict: bool) -> TestSuite {
    let target = &run.target;
    let mut suite = TestSuite::new(format!("{} {}", target.profile, target.name));
    suite.extra.insert("timestamp".into(), report.started.as_str().into());
    suite.set_time(Duration::from_millis(run.cases.iter().map(|case| case.duration_ms).sum()));
    let mut property = |name: &str, value: &str| {
        suite.add_property(Property::new(name, value));
    };
    property("target", &target.name);
    property("profile", target.profile.name());
    property("endpoint", &target.endpoint);
    property("kind", target.kind.name());
    property("level", least(strict).name());
    property("expectations", target.verified.words());
    if target.kind == Kind::Mock {
        property("evidence", "none about any cloud: the answers came from a mock");
    }
    if target.insecure {
        property("insecure", "certificates were not checked, so the answers may be anybody's");
    }
    if report.partial {
        property("partial", "musts were skipped that the target does not say it lacks");
    }
    for statement in &run.statements {
        property(&statement.id, &format!("{}: {}", statement.verdict.name(), statement.reason));
    }
    suite.add_test_cases(run.cases.iter().map(|case| test_case(case, strict)));
    let beside = beside(run, least(strict));
    if !beside.is_empty() {
        suite.set_system_err(beside.join("\n"));
    }
    suite
}

/// Returns what fails a run, or leaves it unjudged, without being any case's.
fn beside(run: &RunReport, least: Level) -> Vec<String> {
    let asides = run.asides.iter().filter(|aside| aside.level >= least).map(human::aside_line);
    let waivers = run.waivers.iter().map(human::waiver_line);
    let left = run.leftovers.iter().map(human::leftover_line);
    asides.chain(waivers).chain(left).map(|line| printable(&line).into_owned()).collect()
}

/// Returns the least level whose breach fails.
fn least(strict: bool) -> Level {
    if strict { Level::Should } else { Level::Must }
}

fn test_case(case: &CaseReport, strict: bool) -> TestCase {
    let lines = human::case_lines(case);
    let mut junit = TestCase::new(case.name.as_str(), status(case, &lines, strict));
    junit.set_classname(case.operation.as_str());
    junit.set_time(Duration::from_millis(case.duration_ms));
    junit.extra.insert("group".into(), case.level.name().into());
    let mut said = format!("{}\nstatements: {}", case.title, case.statements.join(" "));
    if matches!(junit.status, TestCaseStatus::Success { .. }) && !lines.is_empty() {
        said = format!("{said}\n{lines}");
    }
    junit.set_system_out(said);
    junit
}

fn status(case: &CaseReport, lines: &str, strict: bool) -> TestCaseStatus {
    let least = least(strict);
    let told = |mut status: TestCaseStatus, kind: &str| {
        let first = lines.lines().next().unwrap_or_default();
        status.set_message(first).set_type(kind).set_description(lines);
        status
    };
    match case.verdict {
        Verdict::Skip => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(case.reason.as_str());
            status
        }
        Verdict::Inconclusive if case.level >= least => {
            told(TestCaseStatus::non_success(NonSuccessKind::Error), "inconclusive")
        }
        Verdict::Fail if case.level >= least => {
            told(TestCaseStatus::non_success(NonSuccessKind::Failure), case.level.name())
        }
        _ if case.breaks(least) => told(TestCaseStatus::non_success(NonSuccessKind::Failure), least.name()),
        Verdict::Pass | Verdict::Waived | Verdict::Fail | Verdict::Inconclusive => TestCaseStatus::success(),
    }
}
