//! The JSON report, the summary and the exit code say the same.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{PROFILES, Said, run, sharecheck};

/// Returns the numbers of the summary's tables: profile and level to passed, failed, waived, inconclusive, skipped.
fn tables(said: &Said) -> BTreeMap<(String, String), Vec<u64>> {
    let mut profile = String::new();
    let mut tables = BTreeMap::new();
    for line in said.stdout.lines() {
        if let Some((name, _)) = line.split_once(" · ") {
            name.clone_into(&mut profile);
        }
        let words: Vec<_> = line.split_whitespace().collect();
        if let [level @ ("must" | "should" | "observe"), numbers @ ..] = &words[..]
            && let Ok(numbers) = numbers.iter().map(|number| number.parse()).collect::<Result<Vec<u64>, _>>()
        {
            tables.insert((profile.clone(), (*level).to_owned()), numbers);
        }
    }
    tables
}

#[track_caller]
fn agrees(said: &Said, report: &Report) {
    let tables = tables(said);
    assert_eq!(tables.len(), 3 * report.runs().len(), "{}", said.stdout);
    for run in report.runs() {
        let profile = run["target"]["profile"].as_str().unwrap();
        for ((_, level), shown) in tables.iter().filter(|((name, _), _)| name == profile) {
            let counts = &run["summary"][level];
            let told: Vec<_> = ["passed", "failed", "waived", "inconclusive", "skipped"]
                .map(|ended| counts[ended].as_u64().unwrap())
                .into();
            assert_eq!(shown, &told, "{profile} {level}");
            let of = |verdict: &str| {
                let cases = run["cases"].as_array().unwrap().iter();
                cases.filter(|case| case["verdict"] == verdict && case["level"] == **level).count() as u64
            };
            assert_eq!(told[0], of("pass"), "{profile} {level} passed");
            assert!(told[1] >= of("fail"), "{profile} {level} failed");
            assert_eq!(told[2..], [of("waived"), of("inconclusive"), of("skip")], "{profile} {level}");
        }
        let asked: u64 =
            run["cases"].as_array().unwrap().iter().map(|case| case["requests"]["asked"].as_u64().unwrap()).sum();
        assert_eq!(run["requests"]["asked"].as_u64(), Some(asked), "{profile}");
    }
    let trials = said.trials();
    assert_eq!(trials.len(), report.cases().len());
    for (case, (name, _)) in report.cases().iter().zip(&trials) {
        assert_eq!(case["name"], Value::from(name.as_str()), "report and lines have one order");
    }
}

#[test]
fn a_run_on_the_mock_holds_and_says_what_it_is_worth() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("report.json");
    let said = run(sharecheck().args(["run", "--report-json"]).arg(&path)).exits(0);
    let report = Report::read(&path);
    agrees(&said, &report);
    assert_eq!(report.0["result"], "holds");
    assert_eq!(report.runs().len(), 5);
    assert!(report.runs().iter().all(|run| run["target"]["kind"] == "mock"));
    assert!(said.stdout.contains("no evidence about any cloud"), "{}", said.stdout);
    assert_eq!(said.stderr, "");
}

#[test]
fn every_report_says_where_the_expectations_come_from() {
    let folder = tempfile::TempDir::new().unwrap();
    let (json, xml) = (folder.path().join("report.json"), folder.path().join("report.xml"));
    for profile in PROFILES {
        let (verified, words) = match profile {
            "glance" => ("recorded", "confirmed on a real cloud"),
            _ => ("documents", "derived from documents, not yet seen on a cloud"),
        };
        let mut command = sharecheck();
        command.args(["run", "v2::member-show::owner-reads-a-row", "-p", profile]);
        let plan = run(sharecheck().args(["run", "--plan", "-p", profile])).exits(0);
        let said = run(command.arg("--report-json").arg(&json).arg("--report-junit").arg(&xml)).exits(0);
        for stdout in [plan.stdout, said.stdout] {
            let line = stdout.lines().find(|line| line.starts_with(&format!("{profile} · "))).unwrap();
            assert!(line.ends_with(&format!(" · expectations {words}")), "{line}");
        }
        let report = Report::read(&json);
        assert_eq!(report.runs()[0]["target"]["verified"], verified);
        let statements = report.runs()[0]["statements"].as_array().unwrap();
        let shown = statements.iter().find(|statement| statement["id"] == "OS-UPDATE-ACCEPT").unwrap();
        let (level, source) = (&shown["level"], shown["source"].as_str().unwrap());
        assert_eq!(level, if verified == "recorded" { "must" } else { "observe" });
        assert_eq!(source.contains(&format!("; for {profile}: “")), profile != "glance", "{source}");
        let xml = std::fs::read_to_string(&xml).unwrap();
        assert!(xml.contains(&format!(r#"<property name="expectations" value="{words}"/>"#)), "{xml}");
    }
}

#[test]
fn a_broken_run_tells_of_each_failure() {
    let mock = Mock::start("glance", &["stranger-shows"]);
    let path = mock.target().with_file_name("report.json");
    let said = run(sharecheck().arg("run").arg("--target").arg(mock.target()).arg("--report-json").arg(&path)).exits(1);
    let report = Report::read(&path);
    agrees(&said, &report);
    assert_eq!(report.0["result"], "broken");
    for case in report.with("fail") {
        let name = case["name"].as_str().unwrap();
        let at = said
            .stdout
            .find(&format!("FAIL {name}  ("))
            .unwrap_or_else(|| panic!("{name} is told of: {}", said.stdout));
        let block = said.stdout[at..].split("\n\n").next().unwrap();
        for line in ["  reproduce: curl ", "cases/", "expected "] {
            assert!(block.contains(line), "`{line}` stands in {block}");
        }
        let finding = &case["findings"][0];
        assert!(block.contains(finding["where"].as_str().unwrap()), "{block}");
        assert_ne!(case["exchanges"], Value::from(Vec::<Value>::new()), "a failed case keeps its exchanges");
    }
    assert!(report.with("pass").iter().all(|case| case["exchanges"] == Value::from(Vec::<Value>::new())));
    let broken = report.runs()[0]["statements"].as_array().unwrap().iter().filter(|s| s["verdict"] != "holds");
    assert!(broken.clone().any(|statement| statement["id"] == "V2-SHOW-ST08"), "{:?}", broken.collect::<Vec<_>>());
}

#[test]
fn exchanges_are_kept_as_wanted() {
    let kept = |wanted: &str| {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("report.json");
        let mut command = sharecheck();
        command.args(["run", "v2::member-show::", "-p", "glance", "--exchanges", wanted, "--report-json"]).arg(&path);
        run(&mut command).exits(0);
        let report = Report::read(&path);
        (report.cases().iter().filter(|case| case["exchanges"][0].is_object()).count(), report.cases().len())
    };
    let (all, of) = kept("all");
    assert_eq!(all, of);
    assert_eq!(kept("none").0, 0);
    assert_eq!(kept("failed").0, 0);
}

#[test]
fn a_report_that_cannot_be_written_is_no_success() {
    let folder = tempfile::TempDir::new().unwrap();
    for path in [folder.path().join("no/such/folder/report.json"), folder.path().to_owned()] {
        let mut command = sharecheck();
        command.args(["run", "v2::member-show::owner", "-p", "glance", "--report-json"]).arg(&path);
        let said = run(&mut command).exits(3);
        assert!(said.stderr.contains("cannot write the report"), "{}", said.all());
        assert!(said.stdout.contains("test result: ok"), "the cases are shown all the same: {}", said.all());
        assert_eq!(folder.path().read_dir().unwrap().count(), 0, "nothing is left");
    }
}

#[test]
fn jobs_change_no_verdict() {
    let verdicts = |jobs: &str, faults: &[&str]| {
        let mock = Mock::start("glance", faults);
        let path = mock.target().with_file_name("report.json");
        run(sharecheck().args(["run", "-j", jobs, "--target"]).arg(mock.target()).arg("--report-json").arg(&path));
        let report = Report::read(&path);
        mock.is_clean();
        report.verdicts().into_iter().map(|(name, verdict)| (name.to_owned(), verdict.to_owned())).collect::<Vec<_>>()
    };
    for faults in [&[][..], &["stranger-shows", "duplicate-makes-second-row", "owner-answers-for-member"]] {
        assert_eq!(verdicts("1", faults), verdicts("8", faults), "{faults:?}");
    }
}
