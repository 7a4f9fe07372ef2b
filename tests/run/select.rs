//! Which cases run, and how they are shown.

use serde_json::Value;

use crate::support::report::Report;
use crate::support::{Said, copy_tree, run, sharecheck, tests};

/// Runs the suite of three levels on the mock of NTT.
fn levels(arguments: &[&str]) -> Said {
    run(sharecheck().args(["run", "-p", "ntt", "--cases"]).arg(tests().join("suites/levels")).args(arguments))
}

fn names(said: &Said) -> Vec<String> {
    let name = |name: &String| name.trim_start_matches("ntt::case::").to_owned();
    said.trials().iter().map(|(trial, _)| name(trial)).collect()
}

#[test]
fn nothing_selected_is_an_exit_code_of_its_own() {
    for arguments in
        [&["no-such-case"][..], &["--tag", "no-such-tag"], &["must", "--skip", "must"], &["--exact", "must"]]
    {
        let said = levels(arguments).exits(4);
        assert!(said.stderr.contains("nothing is selected"), "{}", said.all());
        assert_eq!(said.stdout, "");
    }
    run(sharecheck().args(["run", "no-such-case", "--list"])).exits(4);
}

#[test]
fn filters_tags_and_levels_choose() {
    let all = ["must-that-holds", "should-that-does-not", "observation-that-does-not"];
    assert_eq!(names(&levels(&[])), all);
    assert_eq!(names(&levels(&["must", "observation"])), [all[0], all[2]]);
    assert_eq!(names(&levels(&["--skip", "should"])), [all[0], all[2]]);
    assert_eq!(names(&levels(&["--tag", "bad"])), all[1..]);
    assert_eq!(names(&levels(&["--tag", "bad", "--tag", "slow"])), all);
    assert_eq!(names(&levels(&["--level", "should"])), all[..2]);
    assert_eq!(names(&levels(&["--level", "must"])), all[..1]);
    assert_eq!(names(&levels(&["--exact", "ntt::case::must-that-holds"])), all[..1]);
}

#[test]
fn a_broken_should_fails_only_where_that_is_wanted() {
    let said = levels(&[]).exits(0);
    assert!(said.stdout.contains("should: case::should-that-does-not"), "{}", said.stdout);
    assert!(said.stdout.contains("list them with -v"), "{}", said.stdout);
    assert!(levels(&["-v"]).stdout.contains("observed: case::observation-that-does-not"));
    let strict = levels(&["--strict"]).exits(1);
    assert!(strict.stdout.contains("FAIL ntt::case::should-that-does-not  (SHOULD V2-SHOW-EX01)"), "{}", strict.stdout);
    levels(&["--strict", "--level", "must"]).exits(0);
    levels(&["--strict", "observation"]).exits(0);
}

#[test]
fn the_report_keeps_what_did_not_fail_the_run() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("report.json");
    levels(&["--report-json", path.to_str().unwrap()]).exits(0);
    let report = Report::read(&path);
    assert_eq!(
        [report.count("must", "passed"), report.count("should", "failed"), report.count("observe", "failed")],
        [1; 3]
    );
    assert_eq!(report.0["result"], "holds");
}

#[test]
fn a_list_names_every_case_and_sends_nothing() {
    let said = levels(&["--list"]).exits(0);
    let listed: Vec<_> = said.stdout.lines().filter(|line| line.ends_with(": test")).collect();
    assert_eq!(listed.len(), 3, "{}", said.stdout);
    assert!(listed[0].contains("ntt::case::must-that-holds"), "{}", said.stdout);
    let listed = run(sharecheck().args(["run", "--list"]))
        .exits(0)
        .stdout
        .lines()
        .filter(|line| line.ends_with(": test"))
        .count();
    let ran = run(sharecheck().args(["run", "--format", "terse"])).exits(0).stdout;
    assert!(ran.contains(&format!("running {listed} tests")), "{ran}");
}

#[test]
fn json_lines_are_all_there_is_on_stdout() {
    let said = levels(&["--format", "json"]).exits(0);
    let lines: Vec<Value> =
        said.stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect();
    let of =
        |kind: &str, event: &str| lines.iter().filter(|line| line["type"] == kind && line["event"] == event).count();
    assert_eq!(of("test", "ok"), 3, "{}", said.stdout);
    assert_eq!(of("suite", "ok"), 1);
    assert!(said.stderr.contains("ntt · mock-ntt"), "the summary is on stderr: {}", said.stderr);
    let failed = levels(&["--format", "json", "--strict"]).exits(1);
    for line in failed.stdout.lines() {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
}

#[test]
fn a_profile_without_a_contract_is_wrong_usage() {
    let folder = tempfile::TempDir::new().unwrap();
    let (schemas, cases) = (folder.path().join("schemas"), folder.path().join("cases"));
    copy_tree(&tests().with_file_name("schemas"), &schemas);
    copy_tree(&tests().join("suites/levels"), &cases);
    std::fs::remove_file(schemas.join("contracts/otc.yaml")).unwrap();
    let mut command = sharecheck();
    command.args(["run", "--profile", "otc", "--schemas"]).arg(schemas).arg("--cases").arg(cases);
    let said = run(&mut command).exits(2);
    let wanted = "no contract for profile `otc`; there is one for glance, ntt, huawei-2024, huawei-2026";
    assert!(said.stderr.contains(wanted), "{}", said.all());
}

#[test]
fn wrong_usage_is_told() {
    for (arguments, told) in [
        (&["run", "--profile", "glanse"][..], "glance"),
        (&["run", "--jobs", "0"], "0"),
        (&["run", "--max-time", "soon"], "500ms"),
        (&["run", "--max-body", "8MB"], "8MiB"),
        (&["run", "--writes", "images"], "--target"),
        (&["run", "--target", "no-such-file.yaml"], "no-such-file.yaml"),
        (&["run", "--no-such-flag"], "--no-such-flag"),
        (&["mock", "--fault", "strangr-shows"], "stranger-shows"),
        (&["mock", "--fault", "v1-count-is-text"], "glance"),
        (&["frobnicate"], "frobnicate"),
    ] {
        let said = run(sharecheck().args(arguments)).exits(2);
        assert!(said.stderr.contains(told), "{arguments:?}: {}", said.all());
        assert_eq!(said.stdout, "", "{arguments:?}");
    }
}

#[test]
fn no_colour_unless_it_is_wanted() {
    let esc = |said: &Said| said.stdout.contains('\u{1b}') || said.stderr.contains('\u{1b}');
    assert!(!esc(&levels(&["--strict"])));
    assert!(!esc(&levels(&["--strict", "--color", "never"])));
    assert!(esc(&levels(&["--strict", "--color", "always"])));
}
