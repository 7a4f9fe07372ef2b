//! Tokens that must be refused: one whose time is over, one that was taken back, one of another cloud.

use std::fs;
use std::path::PathBuf;

use crate::support::cloud::Cloud;
use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{Said, run, sharecheck};

const REVOKED: &str = "v2::member-list::revoked-token";
const EXPIRED: &str = "v2::member-list::expired-token";

/// Runs the cases of dead tokens in the list.
fn judged(target: PathBuf) -> (Said, Report) {
    let path = target.with_file_name("report.json");
    let mut command = sharecheck();
    command.args(["run", "--snapshots", "off", "--exact", "--target"]).arg(target).arg("--report-json").arg(&path);
    let said = run(command.args([REVOKED, EXPIRED].map(|case| format!("glance::{case}"))));
    (said, Report::read(&path))
}

/// Writes a target whose owner signs in, and whose dead tokens are these.
fn signing_in(mock: &Mock, endpoint: &str, dead: &str) -> PathBuf {
    let clouds = fs::read_to_string(mock.clouds()).unwrap().replace(&mock.endpoint, endpoint);
    fs::write(mock.clouds(), clouds).unwrap();
    mock.target_of(&format!(
        "name: lab\nprofile: glance\nendpoint: {endpoint}\nclouds-file: clouds.yaml\nactors:\n  \
         owner: {{ cloud: owner }}\n  member: {{ cloud: member }}\n{dead}\nwrites: images\n\
         without: [other-member, stranger, admin, reader, ungranted, expired-token, revoked-token, foreign-token, quota]\n"
    ))
}

fn mock(faults: &[&str]) -> Mock {
    Mock::start("glance", faults)
}

/// Returns the token of the target file for an actor that is no more than that.
fn dead(mock: &Mock, actor: &str) -> String {
    let text = mock.target_text();
    let line = text.lines().find(|line| line.starts_with(&format!("  {actor}:"))).expect("it is there");
    line.split('"').nth(1).expect("it is quoted").to_owned()
}

#[test]
fn a_cloud_that_takes_them_is_broken() {
    for (fault, broken) in [("list-takes-revoked-tokens", REVOKED), ("list-takes-expired-tokens", EXPIRED)] {
        let (said, report) = judged(mock(&[fault]).target());
        let failed: Vec<_> = report.with("fail").iter().map(|case| case["id"].clone()).collect();
        assert_eq!(failed, [broken], "{}", said.all());
        assert!(said.stdout.contains("X-Auth-Token: $"), "{}", said.stdout);
        said.exits(1);
    }
}

#[test]
fn one_is_got_and_revoked_before_the_endpoint_sees_it() {
    let mock = mock(&[]);
    let relay = Cloud::before(&mock.endpoint);
    let (said, report) = judged(signing_in(&mock, &relay.endpoint, "  revoked-token: { cloud: owner }"));
    assert_eq!(report.case(REVOKED)["verdict"], "pass", "{}", said.all());
    let asked = relay.asked();
    let revoked = asked.iter().position(|asked| asked.method == "DELETE" && asked.path.ends_with("/auth/tokens"));
    let revoked = revoked.expect("a token is revoked");
    let token = asked[revoked].header("x-subject-token").expect("it is named").to_owned();
    let uses = asked.iter().enumerate().filter(|(_, asked)| asked.header("x-auth-token") == Some(&token));
    let (before, after): (Vec<_>, Vec<_>) = uses.partition(|(at, _)| *at <= revoked);
    assert!(before.iter().all(|(_, asked)| asked.path.starts_with("/identity")), "{before:?}");
    let shown: Vec<_> = after.iter().filter(|(_, asked)| !asked.path.starts_with("/identity")).collect();
    assert!(matches!(&shown[..], [(_, asked)] if asked.path.ends_with("/members")), "{shown:?}");
    assert!(!said.all().contains(&token) && !report.0.to_string().contains(&token), "it is a secret");
    let logins = asked.iter().filter(|asked| asked.method == "POST" && asked.path.ends_with("/auth/tokens")).count();
    assert_eq!(logins, 3, "a refused one is not renewed");
    said.exits(0);
}

#[test]
fn one_that_is_still_good_proves_nothing() {
    let mock = mock(&[]);
    let good = format!("  expired-token: {{ token: \"{}\" }}", mock.token("stranger"));
    let (said, report) = judged(signing_in(&mock, &mock.endpoint, &good));
    let reason = report.case(EXPIRED)["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("credentials of expired-token") && reason.contains("is good there"), "{reason}");
    assert_eq!(report.case(EXPIRED)["verdict"], "inconclusive");
    said.exits(3);
    let really = format!("  expired-token: {{ token: \"{}\" }}", dead(&mock, "expired-token"));
    judged(signing_in(&mock, &mock.endpoint, &really)).0.exits(0);
}

#[test]
fn the_preview_tells_of_them_and_does_not_show_them_to_the_endpoint() {
    let mock = mock(&[]);
    let relay = Cloud::before(&mock.endpoint);
    let target = mock.target_with(&mock.endpoint, &relay.endpoint);
    let said = run(sharecheck().args(["run", "--plan", "--target"]).arg(target)).exits(0);
    assert!(said.stdout.contains("  revoked-token to be refused\n"), "{}", said.stdout);
    let shown = relay.asked().into_iter().filter_map(|asked| asked.header("x-auth-token").map(str::to_owned));
    let dead = ["expired-token", "revoked-token", "foreign-token"].map(|actor| dead(&mock, actor));
    assert!(shown.into_iter().all(|token| !dead.contains(&token)));
}

#[test]
fn they_are_tokens_and_nothing_else() {
    let mock = mock(&[]);
    let refused = |dead: &str| {
        let target = signing_in(&mock, &mock.endpoint, dead);
        run(sharecheck().args(["run", "--target"]).arg(target)).exits(2).stderr
    };
    for wrong in ["expired-token: { cloud: owner }", "foreign-token: { token: some-token, project-id: p1 }"] {
        let said = refused(&format!("  {wrong}"));
        let name = wrong.split(':').next().unwrap();
        assert!(said.contains(&format!("`{name}` is a token and nothing else")), "{said}");
        assert!(said.contains("give `token` or `token-command` alone"), "{said}");
    }
    assert!(refused("  revoked-token: { project-id: p1 }").contains("or a `cloud` where one is got and revoked"));
    let flag = ["run", "--endpoint", &mock.endpoint, "--profile", "glance", "--actor", "expired-token=cloud:owner"];
    let said = run(sharecheck().args(flag).env("OS_CLIENT_CONFIG_FILE", mock.clouds())).exits(2);
    assert!(said.stderr.contains("`expired-token` is a token and nothing else"), "{}", said.all());
}
