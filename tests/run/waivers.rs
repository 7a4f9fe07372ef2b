//! Waivers: a known answer is let pass, and nothing else is.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{Said, run, sharecheck};

/// The fault that the waivers speak of, and the one case that shows it.
const FAULT: &str = "stranger-shows";
const CASE: &str = "v2::member-show::stranger-learns-nothing";

/// A mock with a fault, and what a run of one case finds there.
struct Known {
    mock: Mock,
    findings: Vec<Value>,
}

impl Known {
    fn start() -> Self {
        let mock = Mock::start("glance", &[FAULT]);
        let known = Self { mock, findings: Vec::new() };
        let (said, report) = known.run(known.mock.target());
        said.exits(1);
        let findings = report.with("fail")[0]["findings"].as_array().unwrap().clone();
        assert!(!findings.is_empty());
        Self { findings, ..known }
    }

    fn run(&self, target: PathBuf) -> (Said, Report) {
        let path = self.mock.target().with_file_name("report.json");
        let mut command = sharecheck();
        command
            .args(["run", "--snapshots", "off", "--exact", &format!("glance::{CASE}"), "--target"])
            .arg(target)
            .arg("--report-json")
            .arg(&path);
        (run(&mut command), Report::read(&path))
    }

    /// Runs with a waiver for each finding, as it is or changed.
    fn waived(&self, change: impl Fn(&mut Value)) -> (Said, Report) {
        let waivers = self.findings.iter().map(|finding| {
            let mut waiver = serde_json::json!({
                "case": CASE, "statement": finding["statement"], "observed": finding["actual"], "reason": "known here",
            });
            change(&mut waiver);
            waiver
        });
        let waivers = Value::Array(waivers.collect());
        self.run(self.mock.target_of(&format!("{}waivers: {waivers}\n", self.mock.target_text())))
    }
}

#[test]
fn a_pinned_answer_is_waived() {
    let (said, report) = Known::start().waived(|_| {});
    let [case] = report.with("waived")[..] else { panic!("{}", said.all()) };
    assert!(case["findings"].as_array().unwrap().iter().all(|finding| finding["waived"] == true), "{case}");
    assert_eq!([report.count("must", "waived"), report.count("must", "failed")], [1, 0]);
    assert!(said.stdout.contains(&format!("waived: {CASE}")), "{}", said.stdout);
    said.exits(0);
}

#[test]
fn another_answer_than_the_pinned_one_is_not_waived() {
    for (key, other) in
        [("observed", "another"), ("statement", "V2-SHOW-ST01"), ("case", "v2::member-show::owner-reads-a-row")]
    {
        let (said, report) = Known::start().waived(|waiver| waiver[key] = other.into());
        assert_eq!(report.with("fail").len(), 1, "{key}: {}", said.all());
        said.exits(1);
    }
}

#[test]
fn a_waiver_that_nothing_needs_fails_the_run() {
    let sound = Mock::start("glance", &[]);
    let known = Known { mock: sound, ..Known::start() };
    let (said, report) = known.waived(|_| {});
    assert_eq!(report.with("pass").len(), 1);
    assert!(said.stdout.contains(&format!("remove the waiver of {CASE}")), "{}", said.stdout);
    assert_ne!(report.runs()[0]["waivers"], Value::from(Vec::<Value>::new()));
    said.exits(1);
    known.waived(|waiver| waiver["intermittent"] = true.into()).0.exits(0);
}

#[test]
fn a_waiver_has_its_day() {
    let known = Known::start();
    let (said, _) = known.waived(|waiver| waiver["until"] = "2001-01-01".into());
    assert!(said.stdout.contains("it counted until 2001-01-01"), "{}", said.stdout);
    said.exits(1);
    known.waived(|waiver| waiver["until"] = "9999-12-31".into()).0.exits(0);
    let (said, _) = known.waived(|waiver| {
        waiver["until"] = "2001-01-01".into();
        waiver["intermittent"] = true.into();
    });
    said.exits(1);
}

#[test]
fn a_waiver_of_a_case_that_did_not_run_is_left_alone() {
    // It is over as well: whoever looks at one case is not told of others.
    let known = Known { mock: Mock::start("glance", &[]), findings: Vec::new() };
    let waiver = serde_json::json!([{
        "case": "v2::member-list::answers-200", "statement": "V2-LIST-ST01", "observed": 1, "reason": "x",
        "until": "2001-01-01",
    }]);
    let (said, report) = known.run(known.mock.target_of(&format!("{}waivers: {waiver}\n", known.mock.target_text())));
    assert_eq!(report.runs()[0]["waivers"], Value::from(Vec::<Value>::new()), "{}", said.all());
    said.exits(0);
}

#[test]
fn a_waiver_of_a_case_that_could_not_be_judged_is_left_alone() {
    let known = Known::start();
    let text = known.mock.target_text();
    let stranger = known.mock.token("stranger");
    let waivers = serde_json::json!([{ "case": CASE, "statement": "V2-SHOW-ST08", "observed": 200, "reason": "x" }]);
    let text = format!("{}waivers: {waivers}\n", text.replace(&stranger, "a-token-that-nobody-has"));
    let (said, report) = known.run(known.mock.target_of(&text));
    assert_eq!(report.with("inconclusive").len(), 1, "{}", said.all());
    assert_eq!(report.runs()[0]["waivers"], Value::from(Vec::<Value>::new()));
    said.exits(3);
}

#[test]
fn a_waiver_of_nothing_known_is_refused() {
    let known = Known::start();
    for (key, other) in [("case", "v2::member-show::no-such-case"), ("statement", "V2-SHOW-NO-SUCH")] {
        let waiver = serde_json::json!([{ "case": CASE, "statement": "V2-SHOW-ST08", "observed": 1, "reason": "x" }]);
        let waiver = waiver.to_string().replace(if key == "case" { CASE } else { "V2-SHOW-ST08" }, other);
        let target = known.mock.target_of(&format!("{}waivers: {waiver}\n", known.mock.target_text()));
        let said = run(sharecheck().args(["run", "--target"]).arg(target)).exits(2);
        assert!(said.stderr.contains(other), "{}", said.all());
    }
}
