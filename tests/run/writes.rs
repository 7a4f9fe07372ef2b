//! What is written, and what is left: nothing without leave, and nothing in the end.

use std::collections::BTreeSet;

use crate::support::cloud::Cloud;
use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{BINDING, PROFILES, run, sharecheck};

#[test]
fn without_leave_to_write_nothing_but_get_is_sent() {
    for profile in BINDING {
        let mock = Mock::start(profile, &[]);
        let cloud = Cloud::before(&mock.endpoint);
        let text = mock.target_text().replace(&mock.endpoint, &cloud.endpoint).replace("writes: images\n", "");
        let target = cloud.target_of(&text);
        let path = cloud.folder().join("report.json");
        let said = run(sharecheck().arg("run").arg("--target").arg(target).arg("--report-json").arg(&path)).exits(3);
        let methods: BTreeSet<_> = cloud.asked().into_iter().map(|asked| asked.method).collect();
        assert_eq!(methods, BTreeSet::from(["GET".to_owned()]), "{profile}");
        assert!(said.stdout.contains("partial"), "{}", said.all());
        let report = Report::read(&path);
        assert_eq!(report.0["partial"], true);
        for case in report.with("skip") {
            assert_ne!(case["reason"], "", "{} says why it is skipped", case["id"]);
        }
        assert!(report.with("fail").is_empty() && report.with("inconclusive").is_empty(), "{}", said.all());
    }
}

#[test]
fn everything_that_was_made_is_gone_afterwards() {
    for profile in PROFILES {
        let mock = Mock::start(profile, &[]);
        let cloud = Cloud::before(&mock.endpoint);
        let target = cloud.target_of(&mock.target_text().replace(&mock.endpoint, &cloud.endpoint));
        run(sharecheck().arg("run").arg("--target").arg(target)).exits(0);
        let created = cloud.asked().iter().filter(|asked| asked.method == "POST" && asked.path == "/v2/images").count();
        assert!(created > 0, "images were made");
        mock.is_clean();
    }
}

#[test]
fn everything_is_gone_after_failures_too() {
    let mock = Mock::start("glance", &["stranger-shows", "removal-not-stored", "second-answer-not-stored"]);
    run(sharecheck().arg("run").arg("--target").arg(mock.target())).exits(1);
    mock.is_clean();
}

#[test]
fn what_is_to_stay_is_told() {
    let mock = Mock::start("glance", &[]);
    let target = mock.target();
    let path = target.with_file_name("report.json");
    let mut command = sharecheck();
    command
        .args(["run", "v2::member-show::owner", "--no-cleanup", "--target"])
        .arg(&target)
        .arg("--report-json")
        .arg(&path);
    let said = run(&mut command).exits(3);
    let images: Vec<_> = mock.images("owner").into_iter().filter(|name| name.contains("sharecheck-")).collect();
    assert!(!images.is_empty());
    let report = Report::read(&path);
    for left in report.runs()[0]["leftovers"].as_array().unwrap() {
        assert!(images.contains(&left["name"].to_string()), "{left}");
        assert!(said.stdout.contains(left["name"].as_str().unwrap()), "{}", said.stdout);
    }
}

#[test]
fn a_raw_path_cannot_name_another_host() {
    let other = Cloud::start(|_| crate::support::cloud::Answer::no_images());
    let cases = tempfile::TempDir::new().unwrap();
    let host = other.endpoint.trim_start_matches("http://");
    let text = format!(
        "operation: v2.image.list\ncases:\n  - id: elsewhere\n    title: the request goes elsewhere\n    \
         statements: [V2-SHOW-ST01]\n    as: owner\n    raw-path: \"@{host}/\"\n    expect: {{ status: 200 }}\n"
    );
    std::fs::write(cases.path().join("case.yaml"), text).unwrap();
    run(sharecheck().args(["run", "--profile", "glance", "--cases"]).arg(cases.path()));
    assert!(other.asked().is_empty(), "the owner's token went to another host");
}

#[test]
fn no_given_rests_on_a_member_that_was_removed_and_added_again() {
    for (fault, case) in [
        ("readded-member-not-stored", "v2::member-add::comes-back"),
        ("readded-member-keeps-its-answer", "v2::member-add::comes-back-as-pending"),
    ] {
        let mock = Mock::start("glance", &[fault]);
        let json = mock.target().with_file_name("report.json");
        let said = run(sharecheck().arg("run").arg("--target").arg(mock.target()).arg("--report-json").arg(&json));
        let report = Report::read(&json);
        let ids = |verdict| report.with(verdict).iter().map(|case| case["id"].clone()).collect::<Vec<_>>();
        assert_eq!((ids("fail"), ids("inconclusive")), (vec![case.into()], vec![]), "{}", said.all());
    }
}
