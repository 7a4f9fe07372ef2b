//! The dial `policy`: what a cloud promises under another setting is asked of such a cloud alone.

use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{Said, run, sharecheck};

/// What the defaults of before do otherwise, by the case that says so of those of today.
const DIFFERENT: [&str; 4] = [
    "v2::member-add::reader-may-not-add",
    "v2::member-delete::other-recipient-may-not-remove",
    "v2::member-delete::reader-may-not-remove",
    "v2::member-update::owner-is-told-of-nobody",
];

fn mock(rbac: &str) -> Mock {
    Mock::start_in(tempfile::TempDir::new().unwrap(), &["--profile", "glance", "--rbac", rbac])
}

fn judged(mock: &Mock, policy: &str) -> (Said, Report) {
    let path = mock.target().with_file_name("report.json");
    let own = mock.target_text().lines().find(|line| line.starts_with("policy:")).unwrap().to_owned();
    let target = mock.target_with(&own, &format!("policy: {{ rbac: {policy} }}"));
    let mut command = sharecheck();
    command.args(["run", "--snapshots", "off", "--target"]).arg(target).arg("--report-json").arg(&path);
    (run(&mut command), Report::read(&path))
}

fn failed(report: &Report) -> Vec<&str> {
    let mut failed: Vec<_> = report.with("fail").iter().map(|case| case["id"].as_str().unwrap()).collect();
    failed.sort_unstable();
    failed
}

#[test]
fn a_cloud_with_the_defaults_of_before_keeps_its_own_promises() {
    let mock = mock("legacy");
    assert!(mock.target_text().contains("policy: { rbac: legacy }"), "{}", mock.target_text());
    let (said, report) = judged(&mock, "legacy");
    assert_eq!(report.runs()[0]["target"]["policy"]["rbac"], "legacy");
    assert!(said.stdout.contains("glance (rbac: legacy) · mock-glance-legacy at"), "{}", said.stdout);
    assert!(report.with("skip").is_empty() && report.with("inconclusive").is_empty(), "{}", said.all());
    let statements = report.runs()[0]["statements"].as_array().unwrap().clone();
    let of = |id: &str| statements.iter().find(|statement| statement["id"] == id);
    assert!(of("GL-ADD-READER").is_none(), "it is no promise of this cloud");
    assert_eq!(of("GL-ADD-READER-LEGACY").unwrap()["verdict"], "holds");
    said.exits(0);
}

#[test]
fn the_wrong_dial_fails_either_way() {
    let (said, report) = judged(&mock("legacy"), "new");
    assert_eq!(failed(&report), DIFFERENT);
    said.exits(1);
    let (said, report) = judged(&mock("new"), "legacy");
    let legacy = failed(&report);
    assert!(legacy.len() == DIFFERENT.len() && legacy.iter().all(|id| id.contains("::legacy-")), "{legacy:?}");
    said.exits(1);
}

#[test]
fn a_dial_that_a_profile_does_not_have_is_refused() {
    let ntt = Mock::start("ntt", &[]);
    let target = ntt.target_with("policy: { rbac: new }", "policy: { rbac: legacy }");
    let said = run(sharecheck().args(["run", "--target"]).arg(target)).exits(2);
    assert!(said.stderr.contains("`rbac: legacy` is a dial of `glance`, and the profile is `ntt`"), "{}", said.all());
    let said = run(sharecheck().args(["mock", "--profile", "ntt", "--rbac", "legacy"])).exits(2);
    assert!(said.stderr.contains("profile `ntt` has no `rbac: legacy`"), "{}", said.all());
    let said = run(sharecheck().args(["mock", "--fault", "legacy-member-removes"])).exits(2);
    assert!(said.stderr.contains("does not apply under `rbac: new`"), "{}", said.all());
}
