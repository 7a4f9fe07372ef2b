//! Actors whose credentials do not work, or who are not who they should be.

use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{run, sharecheck};

/// Returns a target file without an actor.
fn without(text: &str, actor: &str) -> String {
    let line = format!("  {actor}:");
    text.split_inclusive('\n').filter(|found| !found.starts_with(&line)).collect()
}

#[test]
fn two_actors_with_one_token_are_refused() {
    let mock = Mock::start("glance", &[]);
    let target = mock.target_with(&mock.token("stranger"), &mock.token("owner"));
    let said = run(sharecheck().arg("run").arg("--target").arg(target)).exits(2);
    assert!(said.stderr.contains("owner and stranger have the same token"), "{}", said.all());
    assert_eq!(said.stdout, "");
}

#[test]
fn two_actors_of_one_project_are_refused() {
    let mock = Mock::start("glance", &[]);
    let project = |actor: &str| mock.actors().into_iter().find(|(name, ..)| name == actor).unwrap().2;
    let text = mock.target_text().replace(&project("stranger"), &project("owner"));
    let said = run(sharecheck().arg("run").arg("--target").arg(mock.target_of(&text))).exits(2);
    assert!(said.stderr.contains("owner and stranger have the same project"), "{}", said.all());
}

#[test]
fn an_owner_with_a_wrong_token_ends_the_run_with_one_message() {
    let mock = Mock::start("glance", &[]);
    let target = mock.target_with(&mock.token("owner"), "a-token-that-nobody-has");
    let said = run(sharecheck().arg("run").arg("--target").arg(target)).exits(3);
    assert_eq!(said.stdout, "", "no trial is shown");
    assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
    assert!(said.stderr.contains("credentials of the owner") && said.stderr.contains("401"), "{}", said.stderr);
    mock.is_clean();
}

#[test]
fn a_stranger_with_a_wrong_token_leaves_the_other_cases_judged() {
    let mock = Mock::start("glance", &[]);
    let target = mock.target_with(&mock.token("stranger"), "a-token-that-nobody-has");
    let path = target.with_file_name("report.json");
    run(sharecheck().arg("run").arg("--target").arg(target).arg("--report-json").arg(&path)).exits(3);
    let report = Report::read(&path);
    let open = report.with("inconclusive");
    assert!(!open.is_empty());
    for case in &open {
        let reason = case["reason"].as_str().unwrap();
        assert!(reason.starts_with("the credentials of stranger do not work"), "{}: {reason}", case["id"]);
    }
    assert!(report.with("fail").is_empty());
    assert!(report.with("pass").len() > open.len(), "most cases need no stranger");
    mock.is_clean();
}

#[test]
fn actors_whose_projects_are_swapped_prove_nothing() {
    let mock = Mock::start("glance", &[]);
    let project = |actor: &str| mock.actors().into_iter().find(|(name, ..)| name == actor).unwrap().2;
    let (owner, stranger) = (project("owner"), project("stranger"));
    let text = mock.target_text().replace(&owner, "@").replace(&stranger, &owner).replace('@', &stranger);
    // Who shares the owner's project now shares the stranger's; they are left out.
    let text = without(&without(&text, "reader"), "ungranted");
    let target = mock.target_of(&text);
    let path = target.with_file_name("report.json");
    let said = run(sharecheck().arg("run").arg("--target").arg(target).arg("--report-json").arg(&path));
    let report = Report::read(&path);
    assert!(report.with("fail").is_empty(), "{}", said.all());
    said.exits(3);
    mock.is_clean();
}

#[test]
fn a_target_without_an_owner_is_refused() {
    let mock = Mock::start("glance", &[]);
    let text = without(&mock.target_text(), "owner");
    let said = run(sharecheck().arg("run").arg("--target").arg(mock.target_of(&text))).exits(2);
    assert!(said.stderr.contains("no owner is given"), "{}", said.all());
}

#[test]
fn a_token_comes_from_the_environment_and_its_absence_is_told() {
    let mock = Mock::start("glance", &[]);
    let target = mock.target_with(&mock.token("owner"), "${OWNER_TOKEN_OF_THE_TEST}");
    let command = |target| {
        let mut command = sharecheck();
        command.args(["run", "v2::member-show::owner"]).arg("--target").arg(target);
        command
    };
    let said = run(&mut command(&target)).exits(2);
    assert!(said.stderr.contains("the environment variable `OWNER_TOKEN_OF_THE_TEST` is not set"), "{}", said.all());
    run(command(&target).env("OWNER_TOKEN_OF_THE_TEST", mock.token("owner"))).exits(0);
}

#[test]
fn a_mistake_in_a_target_file_is_told_with_its_place() {
    let mock = Mock::start("glance", &[]);
    let said = run(sharecheck().arg("run").arg("--target").arg(mock.target_with("writes:", "wirtes:"))).exits(2);
    assert!(
        said.stderr.contains("unknown key `wirtes`") && said.stderr.contains("did you mean `writes`?"),
        "{}",
        said.all()
    );
    let said = run(sharecheck().arg("run").arg("--target").arg(mock.target_with("  stranger:", "  strangr:"))).exits(2);
    assert!(
        said.stderr.contains("`strangr` is not known here") && said.stderr.contains("`stranger`"),
        "{}",
        said.all()
    );
    for (actor, token, _) in mock.actors() {
        assert!(!said.stderr.contains(&token), "the token of {actor} is shown: {}", said.stderr);
    }
}

#[test]
fn what_a_target_may_lack_is_known() {
    let mock = Mock::start("ntt", &[]);
    let lacking = |name: &str| {
        let target = mock.target_with("without: [", &format!("without: [{name}, "));
        run(sharecheck().args(["run", "v2::member-show::owner", "--target"]).arg(target)).stderr
    };
    assert!(lacking("publik-images").contains("did you mean `public-images`?"));
    // A target that names fewer than a case needs may say so, too.
    for known in ["public-images", "admin", "recipients"] {
        assert_eq!(lacking(known), "", "{known}");
    }
}
