//! Snapshots: what was accepted, what changed, and what is told of it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{Said, copy_tree, folders, name_of, run, sharecheck, tests};

/// The fault that changes words which no statement binds.
const REWORDED: &str = "reworded-not-found";

/// Returns the snapshots in the tree.
fn committed() -> PathBuf {
    tests().with_file_name("snapshots")
}

/// Runs the suite on the embedded mocks with a folder of snapshots.
fn embedded(folder: &Path, more: &[&str]) -> Said {
    run(sharecheck().args(["run", "--format", "terse", "--snapshots-dir"]).arg(folder).args(more))
}

/// Runs the suite on a mock with a folder of snapshots, and reads the report.
fn on(mock: &Mock, folder: &Path, more: &[&str]) -> (Said, Report) {
    let report = mock.target().with_file_name("report.json");
    let mut command = sharecheck();
    command.args(["run", "--target"]).arg(mock.target()).arg("--report-json").arg(&report);
    let said = run(command.arg("--snapshots-dir").arg(folder).args(more));
    (said, Report::read(&report))
}

/// Returns every file below a folder with its content, sorted.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .flat_map(
            |path| if path.is_dir() { files(&path) } else { vec![(path.clone(), fs::read_to_string(path).unwrap())] },
        )
        .collect();
    found.sort();
    found
}

/// Returns the findings about snapshots of every case.
fn changes(report: &Report) -> Vec<&Value> {
    let findings = report.cases().into_iter().flat_map(|case| case["findings"].as_array().unwrap());
    findings.filter(|finding| finding["check"] == "snapshot").collect()
}

fn states(report: &Report, state: &str) -> usize {
    report.cases().iter().filter(|case| case["snapshot"]["state"] == state).count()
}

/// Tells whether a case says that its answers are no two times the same, or not the mock's as the real cloud's.
fn is_unsettled(case: &Value) -> bool {
    let id = case["id"].as_str().unwrap_or_default();
    ["::huge-marker", "::at-once", "::bytes-that-are-no-text"].iter().any(|name| id.ends_with(name))
}

/// Returns how many cases have answers to accept.
fn settled(report: &Report) -> usize {
    report.cases().iter().filter(|case| !is_unsettled(case)).count()
}

/// Where this fails, accept what the mocks answer: `sharecheck run --snapshots accept`.
#[test]
fn the_committed_snapshots_are_what_the_mocks_answer_however_many_run_at_once() {
    let folder = TempDir::new().unwrap();
    for jobs in ["1", "8", "32"] {
        let path = folder.path().join("report.json");
        let said = embedded(&committed(), &["--strict", "-j", jobs, "--report-json", path.to_str().unwrap()]).exits(0);
        assert!(!said.stdout.contains("accepted"), "{}", said.all());
        let report = Report::read(&path);
        assert_eq!(states(&report, "same"), settled(&report), "every case has one and is as it says");
    }
    let lint = run(sharecheck().args(["lint", "--snapshots-dir"]).arg(committed())).exits(0);
    assert!(!lint.stderr.contains("snapshot"), "none is without a case: {}", lint.stderr);
}

#[test]
fn the_mock_answers_as_the_real_glance_did_but_for_what_is_waived() {
    let [mock, real] = ["mock-glance", "glance-33.0.0"].map(|name| committed().join(name));
    let waivers = fs::read_to_string(tests().with_file_name("scripts").join("real-cloud/waivers.yaml")).unwrap();
    let answers = |text: &str| text.split_once("\n---\n").expect("the head ends").1.to_owned();
    let theirs = files(&real);
    assert!(theirs.len() > 100);
    for (path, text) in &theirs {
        let within = path.strip_prefix(&real).unwrap();
        let id = within.with_extension("").to_str().unwrap().replace('/', "::");
        let ours = fs::read_to_string(mock.join(within)).unwrap_or_else(|_| panic!("the mock has no {id}"));
        let waived = waivers.contains(&format!("case: \"{id}\"\n"));
        assert_eq!(answers(&ours) == answers(text), !waived, "{id}: {ours}\nwhere Glance said {text}");
    }
}

#[test]
fn words_that_nothing_binds_show_and_fail_only_where_that_is_wanted_until_they_are_accepted() {
    let mock = Mock::start("glance", &[REWORDED]);
    let (said, report) = on(&mock, &committed(), &[]);
    let said = said.exits(0);
    let changed = changes(&report);
    assert!(!changed.is_empty() && changed.len() == states(&report, "changed"));
    assert!(changed.iter().all(|finding| finding["level"] == "should" && finding["statement"].is_null()));
    assert!(report.with("pass").len() == report.cases().len(), "no verdict is another for it");
    for line in [
        "should: v2::member-show::deleted-image-is-gone: the answers are not those accepted in ",
        "      -  \"message\": \"Image [image.id] not found.",
        "      +  \"message\": \"Image [image.id] could not be located.",
    ] {
        assert!(said.stdout.contains(line), "`{line}` stands in {}", said.all());
    }
    let sound = Mock::start("glance", &[]);
    let statements = |report: &Report| report.runs()[0]["statements"].clone();
    assert_eq!(statements(&report), statements(&on(&sound, &committed(), &[]).1));

    let (strict, report) = on(&mock, &committed(), &["--strict"]);
    let strict = strict.exits(1);
    assert!(
        strict.stdout.contains("FAIL glance::v2::member-show::deleted-image-is-gone  (SHOULD)"),
        "{}",
        strict.all()
    );
    assert!(strict.stdout.contains("      +  \"message\""), "{}", strict.all());
    assert_eq!(strict.trials().iter().filter(|(_, ended)| ended == "FAILED").count(), changes(&report).len());

    let folder = TempDir::new().unwrap();
    copy_tree(&committed(), folder.path());
    let (said, report) = on(&mock, folder.path(), &["--snapshots", "accept", "--strict"]);
    let told = format!("snapshots: {} accepted, {} as before", changed.len(), states(&report, "same"));
    assert!(said.exits(0).stdout.contains(&told));
    let (said, report) = on(&mock, folder.path(), &["--strict"]);
    said.exits(0);
    assert_eq!(states(&report, "same"), settled(&report));
}

#[test]
fn missing_ones_are_told_once_and_nothing_is_written_unless_that_is_wanted() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("none");
    let said = embedded(&dir, &["member-delete"]).exits(0);
    assert_eq!(said.stdout.matches("cases have no accepted snapshot; accept them with --snapshots accept").count(), 1);
    assert!(!dir.exists(), "check writes nothing");
    let off = embedded(&dir, &["-p", "glance", "member-delete", "--snapshots", "off"]).exits(0);
    assert!(!off.stdout.contains("snapshot") && !dir.exists(), "{}", off.all());
    for what in ["--list", "--plan"] {
        embedded(&dir, &["-p", "glance", "member-delete", "--snapshots", "accept", what]).exits(0);
        assert!(!dir.exists(), "{what} writes nothing");
    }
    let new = embedded(&dir, &["-p", "glance", "member-delete", "--snapshots", "new", "--strict"]).exits(0);
    assert!(new.stdout.contains("a new snapshot; review them with `cargo insta review`"), "{}", new.all());
    let written = files(&dir);
    assert!(!written.is_empty() && written.iter().all(|(path, _)| path.extension().unwrap() == "new"));
    embedded(&dir, &["-p", "glance", "member-delete", "--snapshots", "accept"]).exits(0);
    let accepted = files(&dir);
    assert!(
        accepted.iter().all(|(path, _)| path.extension().is_some_and(|ending| ending == "snap")),
        "nothing is left to review"
    );
    let texts = |files: Vec<(PathBuf, String)>| files.into_iter().map(|(_, text)| text).collect::<Vec<_>>();
    assert_eq!(texts(written), texts(accepted));
}

#[test]
fn a_run_hears_nothing_that_is_said_to_insta() {
    let folder = TempDir::new().unwrap();
    copy_tree(&committed().join("mock-ntt"), &folder.path().join("mock-ntt"));
    let before = files(folder.path());
    for (name, value) in [("INSTA_UPDATE", "always"), ("INSTA_UPDATE", "bogus"), ("INSTA_FORCE_PASS", "0"), ("CI", "1")]
    {
        let mock = Mock::start("ntt", &["show-lacks-updated-at"]);
        let mut command = sharecheck();
        command.args(["run", "member-show", "--target"]).arg(mock.target()).arg("--snapshots-dir").arg(folder.path());
        let said = run(command.env(name, value)).exits(1);
        assert!(said.stdout.contains("the answers are not those accepted"), "{name}={value}: {}", said.all());
        assert_eq!(files(folder.path()), before, "{name}={value}");
    }
}

#[test]
fn what_cannot_be_compared_or_written_is_not_passed_over() {
    let folder = TempDir::new().unwrap();
    copy_tree(&committed().join("mock-ntt"), &folder.path().join("mock-ntt"));
    let path = folder.path().join("mock-ntt/v2/member-show/bad-token.snap");
    fs::write(&path, "<<<<<<< ours\n").unwrap();
    let only = ["-p", "ntt", "member-show::bad-token"];
    for mode in ["check", "new", "accept"] {
        let said = embedded(folder.path(), &[&only[..], &["--snapshots", mode]].concat()).exits(3);
        assert!(said.stdout.contains("bad-token.snap` is no snapshot of sharecheck"), "{}", said.all());
        assert!(said.stdout.contains("not fully judged"), "{}", said.all());
    }
    let lint = run(sharecheck().args(["lint", "--snapshots-dir"]).arg(folder.path())).exits(2);
    assert!(lint.stderr.contains("bad-token.snap` is no snapshot of sharecheck"), "{}", lint.all());
    let blocked = folder.path().join("file");
    fs::write(&blocked, "").unwrap();
    for mode in ["check", "new", "accept"] {
        let said = embedded(&blocked, &[&only[..], &["--snapshots", mode]].concat()).exits(3);
        assert!(said.stdout.contains("error: cannot read the snapshot"), "{}", said.all());
    }
}

#[test]
fn cases_without_an_end_have_no_snapshot() {
    let folder = TempDir::new().unwrap();
    let mock = Mock::start("glance", &["bad-token-shows"]);
    let path = mock.target_with(&mock.token("stranger"), "a-token-that-nobody-issued");
    let text =
        fs::read_to_string(&path).unwrap().replace("features: [", "features: [] #").replace("admin: {", "# admin: {");
    let (path, json) = (mock.target_of(&text), folder.path().join("report.json"));
    let mut command = sharecheck();
    command.args(["run", "--snapshots", "accept", "--target"]).arg(path).arg("--report-json").arg(&json);
    run(command.current_dir(folder.path())).exits(1);
    let report = Report::read(&json);
    for verdict in ["pass", "fail", "skip", "inconclusive"] {
        let cases: Vec<_> = report.with(verdict).into_iter().filter(|case| !is_unsettled(case)).collect();
        assert!(!cases.is_empty(), "there are cases that {verdict}");
        let ended = ["pass", "fail"].contains(&verdict);
        assert!(cases.iter().all(|case| case["snapshot"].is_null() != ended), "{cases:#?}");
    }
    let accepted = files(&folder.path().join("snapshots/mock-glance"));
    let ended = report.with("pass").into_iter().chain(report.with("fail"));
    assert_eq!(accepted.len(), ended.filter(|case| !is_unsettled(case)).count());
    let secrets: Vec<_> = mock.actors().into_iter().flat_map(|(_, token, project)| [token, project]).collect();
    for (path, text) in accepted {
        assert!(secrets.iter().all(|secret| !text.contains(secret)), "{}: {text}", path.display());
    }
}

#[test]
fn prune_removes_what_has_no_case_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let prune = |more: &[&str]| {
        run(sharecheck().args(["snapshots", "prune", "--snapshots-dir"]).arg(folder.path()).args(more)).exits(0).stdout
    };
    copy_tree(&committed(), folder.path());
    assert!(prune(&[]).starts_with("0 snapshots without a case removed"));
    let before = files(folder.path());
    let target = folder.path().join("mock-ntt");
    let one = target.join("v2/member-show/bad-token.snap");
    for gone in ["v2/member-show/was-renamed.snap", "v2/gone/case.snap", "v2/member-show/bad-token[row].snap.new"] {
        fs::create_dir_all(target.join(gone).parent().unwrap()).unwrap();
        fs::copy(&one, target.join(gone)).unwrap();
    }
    let kept = one.with_extension("snap.new");
    fs::copy(&one, &kept).unwrap();
    let foreign = folder.path().join("lib__tests__x.snap");
    fs::write(&foreign, "---\nsource: src/lib.rs\nexpression: x\n---\n1\n").unwrap();
    let lint = run(sharecheck().args(["lint", "--snapshots-dir"]).arg(folder.path())).exits(0);
    assert_eq!(lint.stderr.matches("is the snapshot of no case").count(), 3, "{}", lint.stderr);
    let dry = prune(&["--dry-run"]);
    assert!(dry.contains("3 snapshots without a case would be removed") && target.join("v2/gone").exists(), "{dry}");
    // A filter, a profile or another target's lack leaves cases out of a run, and never out of the suite.
    embedded(folder.path(), &["-p", "ntt", "member-list"]).exits(0);
    let said = prune(&[]);
    assert!(said.contains("removed: ") && said.contains("3 snapshots without a case removed"), "{said}");
    assert!(kept.exists() && foreign.exists() && !target.join("v2/gone").exists());
    fs::remove_file(kept).unwrap();
    fs::remove_file(foreign).unwrap();
    assert_eq!(files(folder.path()), before);
    let levels = tests().join("suites/levels");
    let all = format!("{} snapshots without a case removed", before.len());
    assert!(prune(&["--cases", levels.to_str().unwrap()]).contains(&all), "each suite has its own");
}

#[test]
fn a_case_may_do_without() {
    let folder = TempDir::new().unwrap();
    let cases = folder.path().join("cases");
    copy_tree(&tests().join("suites/levels"), &cases);
    let path = cases.join("case.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("- id: must", "- snapshot: false\n    id: must", 1)).unwrap();
    let dir = folder.path().join("snapshots");
    let said = embedded(&dir, &["-p", "ntt", "--cases", cases.to_str().unwrap(), "--snapshots", "accept"]).exits(0);
    assert!(said.stdout.contains("snapshots: 2 accepted, 0 as before"), "{}", said.all());
    assert_eq!(folders(&dir).iter().map(|path| name_of(path)).collect::<Vec<_>>(), ["mock-ntt"]);
}
