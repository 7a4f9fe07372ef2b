//! The report as JUnit XML, which CI systems read: the one user of quick-junit.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report as Junit, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{CaseReport, Report, RunReport, human};
use crate::verdict::{Level, Verdict};

/// Returns the report as XML: a suite for each target, a test case for each case.
///
/// A failed case is a failure, an inconclusive one an error; one that binds less than a must, or than a
/// should under `strict`, passes and tells of its findings in its output.
pub fn xml(report: &Report, strict: bool) -> Result<String, SerializeError> {
    let mut junit = Junit::new("sharecheck");
    junit.set_time(Duration::from_millis(report.duration_ms));
    junit.add_test_suites(report.runs.iter().map(|run| suite(run, strict)));
    junit.to_string()
}

fn suite(run: &RunReport, strict: bool) -> TestSuite {
    let mut suite = TestSuite::new(format!("{} {}", run.target.profile, run.target.name));
    suite.add_property(Property::new("endpoint", run.target.endpoint.as_str()));
    suite.add_property(Property::new("kind", run.target.kind.name()));
    if run.target.insecure {
        suite.add_property(Property::new("insecure", "true"));
    }
    suite.set_time(Duration::from_millis(run.cases.iter().map(|case| case.duration_ms).sum()));
    suite.add_test_cases(run.cases.iter().map(|case| test_case(case, strict)));
    suite
}

fn test_case(case: &CaseReport, strict: bool) -> TestCase {
    let lines = human::case_lines(case);
    let mut junit = TestCase::new(case.name.as_str(), status(case, &lines, strict));
    junit.set_classname(case.operation.as_str());
    junit.set_time(Duration::from_millis(case.duration_ms));
    junit.add_property(Property::new("title", case.title.as_str()));
    junit.add_property(Property::new("level", case.level.name()));
    junit.add_properties(case.statements.iter().map(|id| Property::new("statement", id.as_str())));
    if matches!(junit.status, TestCaseStatus::Success { .. }) && !lines.is_empty() {
        junit.set_system_out(lines);
    }
    junit
}

fn status(case: &CaseReport, lines: &str, strict: bool) -> TestCaseStatus {
    let least = if strict { Level::Should } else { Level::Must };
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
        Verdict::Fail if case.level >= least => {
            told(TestCaseStatus::non_success(NonSuccessKind::Failure), case.level.name())
        }
        Verdict::Inconclusive if case.level >= least => {
            told(TestCaseStatus::non_success(NonSuccessKind::Error), "inconclusive")
        }
        Verdict::Pass | Verdict::Waived | Verdict::Fail | Verdict::Inconclusive => TestCaseStatus::success(),
    }
}
