//! Answers that are not the API's own, or not what they seem: nothing turns green on them.

use crate::support::cloud::{Answer, Asked, Cloud};
use crate::support::mock::Mock;
use crate::support::report::{Report, ids};
use crate::support::{BINDING, PROFILES, Said, run, sharecheck};

/// Runs everything against a cloud that answers all but the preflight in one way.
fn against(
    profile: &str,
    answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    arguments: &[&str],
) -> (Said, Report) {
    let cloud = Cloud::behind_preflight(answer);
    let target = cloud.target(profile, "writes: images\n");
    let path = cloud.folder().join("report.json");
    let said = run(sharecheck().arg("run").arg("--target").arg(target).arg("--report-json").arg(&path).args(arguments));
    (said, Report::read(&path))
}

/// Runs everything against a mock whose answers to reading calls are put aside for another.
fn reading(profile: &str, answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> (Said, Report) {
    let mock = Mock::start(profile, &[]);
    let upstream = mock.endpoint.clone();
    let cloud = Cloud::behind_preflight(move |asked| {
        let reads = asked.method == "GET" && !asked.path.starts_with("/v2/images?");
        if reads { answer(asked) } else { Cloud::ask(&upstream, asked) }
    });
    let target = cloud.target_of(&mock.target_text().replace(&mock.endpoint, &cloud.endpoint));
    let path = cloud.folder().join("report.json");
    // The writes between them are answered, so that each read would be waited for.
    let mut command = sharecheck();
    command.args(["run", "--retry", "0", "--target"]).arg(target).arg("--report-json").arg(&path);
    let said = run(&mut command);
    mock.is_clean();
    (said, Report::read(&path))
}

#[track_caller]
fn nothing_is_green(said: &Said, report: &Report) {
    let passed = report.with("pass");
    assert!(passed.is_empty(), "passed: {:#?}", ids(&passed));
    assert!(report.with("waived").is_empty());
    assert_ne!(said.code, Some(0), "{}", said.all());
}

/// Fails if a case of a reading operation passed; those that only write were answered by the mock itself.
#[track_caller]
fn nothing_read_is_green(said: &Said, report: &Report) {
    let writes = ["v2.member.add", "v2.member.update", "v2.member.delete"].map(serde_json::Value::from);
    let passed: Vec<_> = report.with("pass").into_iter().filter(|case| !writes.contains(&case["operation"])).collect();
    assert!(passed.is_empty(), "passed: {:#?}", ids(&passed));
    assert_ne!(said.code, Some(0), "{}", said.all());
}

fn gateway(status: u16) -> Answer {
    let page = format!("<html><head><title>{status} Not Found</title></head><body>nginx</body></html>");
    Answer::new(status, &[("content-type", "text/html")], page)
}

#[test]
fn a_gateway_that_knows_no_path_passes_nothing() {
    for profile in PROFILES {
        let (said, report) = against(profile, |_| gateway(404), &[]);
        nothing_is_green(&said, &report);
        assert!(report.with("fail").is_empty(), "{}", said.all());
        said.exits(3);
    }
    for profile in BINDING {
        let (said, report) = reading(profile, |_| gateway(404));
        nothing_read_is_green(&said, &report);
        said.exits(3);
    }
}

#[test]
fn a_throttled_account_passes_nothing() {
    for profile in BINDING {
        let throttled =
            |_: &Asked| Answer::json(429, r#"{"message": "slow down", "code": "429 Too Many", "title": "Too Many"}"#);
        let (said, report) = against(profile, throttled, &[]);
        nothing_is_green(&said, &report);
        said.exits(3);
        let (said, report) = reading(profile, throttled);
        nothing_read_is_green(&said, &report);
        assert!(report.with("fail").is_empty(), "{}", said.all());
        said.exits(3);
    }
}

#[test]
fn gateways_that_find_no_server_pass_nothing() {
    for status in [502, 503, 504] {
        let (said, report) = reading("glance", move |_| gateway(status));
        nothing_read_is_green(&said, &report);
        said.exits(3);
    }
}

#[test]
fn an_empty_object_for_everything_passes_nothing() {
    for profile in BINDING {
        let (said, report) = against(profile, |_| Answer::json(200, "{}"), &[]);
        nothing_is_green(&said, &report);
        // A case that asks for no more than a 200 passes; the contract breaks on the bodies all the same.
        let (said, report) = reading(profile, |_| Answer::json(200, "{}"));
        assert!(!report.with("fail").is_empty(), "{}", said.all());
        said.exits(1);
    }
}

#[test]
fn an_error_of_the_api_for_everything_passes_nothing() {
    let error = |_: &Asked| Answer::json(404, r#"{"message": "gone", "code": "404 Not Found", "title": "Not Found"}"#);
    let (said, report) = reading("glance", error);
    nothing_read_is_green(&said, &report);
}

#[test]
fn redirects_are_not_followed_and_prove_nothing() {
    for status in [301, 302, 307, 308] {
        let (said, report) = reading("glance", move |_| Answer::new(status, &[("location", "/v2/images?limit=1")], ""));
        nothing_read_is_green(&said, &report);
        assert!(report.with("fail").is_empty(), "{}", said.all());
        said.exits(3);
    }
}

#[test]
fn a_body_beyond_the_limit_is_not_read() {
    let (said, report) = against("glance", |_| Answer::json(200, &"x".repeat(1 << 20)), &["--max-body", "64KiB"]);
    nothing_is_green(&said, &report);
    assert!(said.stdout.contains("larger than 65536 bytes"), "{}", said.all());
    said.exits(3);
}

#[test]
fn what_is_no_http_proves_nothing() {
    for bytes in [
        "",
        "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let (said, report) = reading("glance", move |_| Answer(bytes.as_bytes().to_vec()));
        nothing_read_is_green(&said, &report);
        assert!(report.with("fail").is_empty(), "{}", said.all());
        said.exits(3);
    }
}

#[test]
fn json_nested_without_end_is_no_crash() {
    let body = "[".repeat(200_000);
    let (said, report) = reading("glance", move |_| Answer::json(200, &body));
    assert!(!report.with("fail").is_empty(), "{}", said.all());
    said.exits(1);
}

/// Text that would colour, move, hide or forge what a terminal shows.
const HOSTILE: &str = r"\u001b[31mred\u001b[2J\u0007\u009b31m\u202egnp.exe\r\ntest glance::forged ... ok\n";

#[test]
fn hostile_text_is_shown_and_not_obeyed() {
    let body = format!(
        r#"{{"status": "{HOSTILE}", "{HOSTILE}": 1, "member_id": "{HOSTILE}", "image_id": "{HOSTILE}", "schema": "{HOSTILE}",
            "name": "{HOSTILE}", "members": [{{"status": "{HOSTILE}"}}], "properties": "{HOSTILE}"}}"#
    );
    for (status, format) in [(200, "pretty"), (418, "pretty"), (200, "json"), (200, "terse")] {
        let body = body.clone();
        let mock = Mock::start("glance", &[]);
        let relay = mock.endpoint.clone();
        let cloud = Cloud::start(move |asked| {
            if asked.is_preflight() || asked.method != "GET" {
                Cloud::ask(&relay, asked)
            } else {
                Answer::new(
                    status,
                    &[("content-type", "application/json"), ("x-openstack-request-id", "req-\u{9b}31m\u{202e}")],
                    &body,
                )
            }
        });
        let target = cloud.target_of(&mock.target_text().replace(&mock.endpoint, &cloud.endpoint));
        let said = run(sharecheck().args(["run", "-v", "--format", format, "--target"]).arg(target));
        assert!(said.all().contains(r"\u{1b}[31m") == (status == 200), "what came is shown: {}", said.all());
        for (name, text) in [("stdout", &said.stdout), ("stderr", &said.stderr)] {
            let obeyed = text.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
            assert_eq!(obeyed, None, "{status} {format} {name}: {text}");
            assert!(
                !text.lines().any(|line| line.starts_with("test glance::forged")),
                "{status} {format} {name}: {text}"
            );
        }
    }
}
