//! How requests go out and answers come in: what is sent as it stands, and what is sent again.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::support::cloud::{Answer, Asked, Cloud};
use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{Said, run, sharecheck, tests};

const TROUBLE: &str = "500 Internal Server Error\n\nNobody knows why.";

/// Runs one case of the suite `wire` against a mock of ntt whose answers a function may put aside for others.
fn against(
    case: &str,
    answer: impl Fn(&Asked) -> Option<Answer> + Send + Sync + 'static,
) -> (Said, Report, Vec<Asked>) {
    let mock = Mock::start("ntt", &[]);
    let upstream = mock.endpoint.clone();
    let cloud = Cloud::start(move |asked| answer(asked).unwrap_or_else(|| Cloud::ask(&upstream, asked)));
    let target = cloud.target_of(&mock.target_text().replace(&mock.endpoint, &cloud.endpoint));
    let path = cloud.folder().join("report.json");
    let mut command = sharecheck();
    command.args(["run", "--exchanges", "all", "--snapshots", "off"]).arg(case);
    command.arg("--cases").arg(tests().join("suites/wire")).arg("--target").arg(target);
    let said = run(command.arg("--report-json").arg(&path));
    (said, Report::read(&path), cloud.asked())
}

fn trouble() -> Answer {
    Answer::new(500, &[("content-type", "text/plain; charset=UTF-8")], TROUBLE)
}

fn statuses(case: &Value) -> Vec<u64> {
    case["exchanges"].as_array().unwrap().iter().map(|one| one["response"]["status"].as_u64().unwrap()).collect()
}

#[test]
fn a_request_without_accept_has_none_on_the_wire() {
    let (said, report, asked) = against("case::no-accept", |_| None);
    let said = said.exits(0);
    assert_eq!(report.case("case::no-accept")["verdict"], "pass", "{}", said.all());
    let members = asked.iter().filter(|asked| asked.method == "GET" && asked.path.contains("/members/"));
    let accepts: Vec<_> = members.map(|asked| asked.header("accept").map(str::to_owned)).collect();
    assert!(accepts.contains(&None), "{accepts:?}");
    let bare = asked.iter().find(|asked| asked.header("accept").is_none()).unwrap();
    assert!(bare.header("host").is_some() && bare.header("x-auth-token").is_some(), "{bare:?}");
}

#[test]
fn trouble_that_malformed_input_provokes_twice_fails_and_once_does_not() {
    let (said, report, _) = against("case::malformed", |asked| asked.path.ends_with("/nobody").then(trouble));
    let said = said.exits(1);
    let case = report.case("case::malformed");
    assert_eq!((&case["verdict"], statuses(case)), (&json!("fail"), vec![200, 500, 500]), "{}", said.all());
    assert!(said.stdout.contains("and 500 when it was sent again"), "{}", said.all());

    // A server tells in its own words that the application broke down; a gateway is not up to it with a 503.
    let in_html = |status| {
        let broken = move || Answer::new(status, &[("content-type", "text/html")], "<h1>Internal Server Error</h1>");
        let (said, report, _) = against("case::malformed", move |asked| asked.path.ends_with("/nobody").then(broken));
        (said.code, report.case("case::malformed")["verdict"].clone())
    };
    assert_eq!([in_html(500), in_html(503)], [(Some(1), json!("fail")), (Some(3), json!("inconclusive"))]);

    let times = AtomicUsize::new(0);
    let once = move |asked: &Asked| {
        (asked.path.ends_with("/nobody") && times.fetch_add(1, Ordering::Relaxed) == 0).then(trouble)
    };
    let (said, report, _) = against("case::malformed", once);
    let said = said.exits(3);
    let case = report.case("case::malformed");
    assert_eq!((&case["verdict"], statuses(case)), (&json!("inconclusive"), vec![200, 500, 404]), "{}", said.all());
}

#[test]
fn trouble_that_a_proper_request_meets_proves_nothing_and_is_not_asked_for_again() {
    let mock_only = |asked: &Asked| asked.path.contains("/members/") && !asked.path.ends_with("/nobody");
    let times = AtomicUsize::new(0);
    let later = move |asked: &Asked| {
        // The control is answered, what comes after it is not.
        (asked.method == "GET" && mock_only(asked) && times.fetch_add(1, Ordering::Relaxed) > 0).then(trouble)
    };
    let (said, report, _) = against("case::well-formed", later);
    let said = said.exits(3);
    let case = report.case("case::well-formed");
    assert_eq!((&case["verdict"], statuses(case)), (&json!("inconclusive"), vec![200, 500]), "{}", said.all());
}

#[test]
fn a_gateway_that_fails_twice_is_no_trouble_of_the_apis() {
    let gateway = |asked: &Asked| asked.path.ends_with("/nobody").then(|| Answer::new(502, &[], "bad gateway"));
    let (said, report, _) = against("case::malformed", gateway);
    said.exits(3);
    assert_eq!(statuses(report.case("case::malformed")), [200, 502]);
}

#[test]
fn the_first_line_is_told_as_it_came() {
    let (said, ..) = against("case::status-line", |_| None);
    said.exits(0);
    for line in ["HTTP/1.0 200 OK", "HTTP/1.1 200 Fine", "HTTP/1.1 200 "] {
        let row = json!({
            "status": "accepted", "created_at": "2016-09-01T02:05:14Z", "updated_at": "2016-09-01T02:05:14Z",
            "image_id": "b74e0497-764d-4b02-8b8b-51c396a7ff5a", "member_id": "1efb79fe4437490aab966b57da5b9f05",
            "schema": "/v2/schemas/member",
        });
        let (said, report, _) = against("case::status-line", move |asked| {
            let head =
                "content-type: application/json\r\nx-openstack-request-id: req-b94ff9e7-f2bd-4cdc-b7c0-240054d2484c";
            let body = row.to_string();
            let text = format!("{line}\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            asked.path.contains("/members/").then(|| Answer(text.into_bytes()))
        });
        let said = said.exits(1);
        let finding = &report.case("case::status-line")["findings"][0];
        assert_eq!((&finding["at"], &finding["actual"]), (&json!("status line"), &json!(line)), "{}", said.all());
    }
}

#[test]
fn a_header_that_tells_two_refusals_apart_is_found_unless_it_is_excepted() {
    for (name, code) in [("x-colour", 0), ("x-tells", 1)] {
        let reads = AtomicUsize::new(0);
        let (said, report, _) = against("case::alike", move |asked| {
            // After the recipient and the id that nobody has comes the project.
            let read = asked.method == "GET" && asked.path.contains("/members/");
            let known = read && reads.fetch_add(1, Ordering::Relaxed) == 2;
            let headers =
                [("content-type", "text/plain; charset=UTF-8"), ("x-sharecheck-mock", "ntt"), (name, "known")];
            let id = "x-openstack-request-id";
            let headers = [&headers[..], &[(id, "req-b94ff9e7-f2bd-4cdc-b7c0-240054d2484c")]].concat();
            known.then(|| Answer::new(404, &headers, "404 Not Found\n\nThe resource could not be found.\n\n   "))
        });
        let said = said.exits(code);
        let findings = report.case("case::alike")["findings"].as_array().unwrap().clone();
        assert_eq!(
            findings.iter().filter(|finding| finding["at"] == name).count(),
            usize::from(code == 1),
            "{}",
            said.all()
        );
    }
}
