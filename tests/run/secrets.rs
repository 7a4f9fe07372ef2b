//! No credential leaves the tool but in the header that it is for.

use std::path::Path;

use base64::Engine;

use crate::support::cloud::{Answer, Cloud};
use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{Said, run, sharecheck};

/// Fails if a token stands anywhere in what was said, as it is or in base64.
#[track_caller]
fn tells_no_token<'a>(said: &Said, report: &str, tokens: impl IntoIterator<Item = &'a str>) {
    for token in tokens {
        let encoded = base64::engine::general_purpose::STANDARD_NO_PAD.encode(token);
        for form in [token, &encoded] {
            assert!(!said.stdout.contains(form), "`{form}` stands in {}", said.stdout);
            assert!(!said.stderr.contains(form), "`{form}` stands in {}", said.stderr);
            assert!(!report.contains(form), "`{form}` stands in the report");
        }
    }
}

/// Returns the text of the JSON report and of the JUnit report beside it.
fn both(json: &Path) -> String {
    [json, &json.with_extension("xml")].map(|path| std::fs::read_to_string(path).expect("it was written")).concat()
}

#[test]
fn no_output_holds_a_token() {
    for faults in [&[][..], &["stranger-shows", "bad-token-shows", "add-names-another-member"]] {
        let mock = Mock::start("glance", faults);
        let path = mock.target().with_file_name("report.json");
        let mut command = sharecheck();
        command
            .args(["run", "-v", "--exchanges", "all", "--target"])
            .arg(mock.target())
            .arg("--report-json")
            .arg(&path)
            .arg("--report-junit")
            .arg(path.with_extension("xml"));
        let said = run(&mut command);
        Report::read(&path);
        let target = mock.target_text();
        let tokens: Vec<_> = target.split("token: \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(tokens.len() > mock.actors().len(), "those that are to be refused are secrets, too");
        tells_no_token(&said, &both(&path), tokens);
    }
}

/// The tokens of the target file that [`Cloud::target`] writes.
const TOKENS: [&str; 4] =
    ["token-of-the-owner", "token-of-the-member", "token-of-the-other-member", "token-of-the-stranger"];

#[test]
fn a_cloud_that_echoes_tokens_is_broken_and_its_echo_is_masked() {
    let cloud = Cloud::behind_preflight(|asked| {
        let token = asked.header("x-auth-token").unwrap_or_default();
        let encoded = base64::engine::general_purpose::STANDARD.encode(token);
        let body = format!(
            r#"{{"name": "{token}", "{token}": 1, "code": "404 {token}", "title": "{encoded}", "message": "{token}"}}"#
        );
        Answer::new(
            404,
            &[("content-type", "application/json"), ("x-echo", token), ("location", &format!("/{token}"))],
            body,
        )
    });
    let path = cloud.folder().join("report.json");
    let mut command = sharecheck();
    command.args(["run", "-v", "--exchanges", "all", "--target"]).arg(cloud.target("glance", "writes: images\n"));
    command.arg("--report-junit").arg(path.with_extension("xml"));
    let said = run(command.arg("--report-json").arg(&path)).exits(1);
    let report = Report::read(&path);
    assert!(!report.with("fail").is_empty(), "a leaked credential is a breach");
    assert!(said.stdout.contains("no credential in the answer"), "{}", said.stdout);
    tells_no_token(&said, &both(&path), TOKENS);
}

#[test]
fn a_preflight_that_echoes_tokens_tells_none() {
    let cloud = Cloud::start(|asked| {
        let token = asked.header("x-auth-token").unwrap_or_default().to_owned();
        Answer::new(401, &[("content-type", "text/plain"), ("www-authenticate", &token)], &token)
    });
    let said = run(sharecheck().args(["run", "-v", "--target"]).arg(cloud.target("glance", ""))).exits(3);
    tells_no_token(&said, "", TOKENS);
}

#[test]
fn each_actor_sends_its_own_token_and_only_to_the_endpoint() {
    let other = Cloud::start(|_| Answer::no_images());
    let elsewhere = format!("{}/v2/images", other.endpoint);
    let cloud = Cloud::behind_preflight(move |_| Answer::new(302, &[("location", &elsewhere)], ""));
    run(sharecheck().args(["run", "--target"]).arg(cloud.target("glance", "writes: images\n"))).exits(3);
    assert!(other.asked().is_empty(), "a redirect was followed: {:?}", other.asked());
    for asked in cloud.asked() {
        let token = asked.header("x-auth-token").unwrap_or_default();
        let known = TOKENS.contains(&token) || token.is_empty() || token.starts_with("never-issued-");
        assert!(known, "{asked:?}");
        let elsewhere = asked.path.contains("token-of-") || String::from_utf8_lossy(&asked.body).contains("token-of-");
        assert!(!elsewhere, "{asked:?}");
    }
}
