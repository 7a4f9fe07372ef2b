//! Lists by pages, and what stands in them: markers are sent back as they came, and nothing of them is obeyed.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};

use crate::support::cloud::{Answer, Asked, Cloud};
use crate::support::mock::Mock;
use crate::support::report::{Report, ids};
use crate::support::{Said, run, sharecheck};

/// A marker that whoever obeys it would not send back as it came.
const HOSTILE: &str = "\u{0}\r\nX-Injected: yes\r\n\u{1b}[2J{{image.id}}${7*7}<script>&limit=9#%41+ /../é";

/// Runs the cases of a filter against a cloud, and returns what was said and reported.
fn cases(cloud: &Cloud, mock: &Mock, filter: &str) -> (Said, Report) {
    let target = cloud.target_of(&mock.target_text().replace(&mock.endpoint, &cloud.endpoint));
    let path = cloud.folder().join("report.json");
    let said = run(sharecheck().args(["run", filter, "--target"]).arg(target).arg("--report-json").arg(&path));
    mock.is_clean();
    (said, Report::read(&path))
}

/// Returns a cloud before a mock whose markers begin with a text, which has to come back with them.
fn with_markers(mock: &Mock, text: &'static str) -> Cloud {
    let upstream = mock.endpoint.clone();
    Cloud::start(move |asked| {
        let answer = Cloud::ask(&upstream, &without(text, asked));
        if asked.path.contains("/cloudimages/") { mark(text, answer) } else { answer }
    })
}

/// Takes the text off the marker of a request.
fn without(text: &str, asked: &Asked) -> Asked {
    let mut asked = asked.clone();
    if let Some((before, marker)) = asked.path.split_once("marker=") {
        let sent = percent_decode_str(marker).decode_utf8().expect("markers are text");
        if let Some(own) = sent.strip_prefix(text) {
            asked.path = format!("{before}marker={}", utf8_percent_encode(own, NON_ALPHANUMERIC));
        }
    }
    asked
}

/// Puts the text before the marker of an answer.
fn mark(text: &str, answer: Answer) -> Answer {
    let whole = String::from_utf8(answer.0).expect("the mock speaks UTF-8");
    let (head, body) = whole.split_once("\r\n\r\n").expect("the head ends");
    match serde_json::from_str::<Value>(body) {
        Ok(mut body) if body["page_info"]["next_marker"].is_string() => {
            let marker = format!("{text}{}", body["page_info"]["next_marker"].as_str().unwrap());
            body["page_info"]["next_marker"] = marker.into();
            Answer::json(200, &body.to_string())
        }
        _ => Answer([head, "\r\n\r\n", body].concat().into_bytes()),
    }
}

fn findings(case: &Value) -> Vec<[&Value; 4]> {
    let all = case["findings"].as_array().unwrap().iter().filter(|finding| finding["check"] != "snapshot");
    all.map(|finding| [&finding["at"], &finding["actual"], &finding["level"], &finding["statement"]]).collect()
}

#[test]
fn a_hostile_marker_is_sent_back_as_it_came() {
    let mock = Mock::start("huawei-2024", &[]);
    let cloud = with_markers(&mock, HOSTILE);
    let (said, report) = cases(&cloud, &mock, "v1::member-list-pages");
    let said = said.exits(0);
    assert!(report.with("fail").is_empty(), "{}", said.all());
    assert!(cloud.asked().iter().all(|asked| asked.header("x-injected").is_none()));
    let remark = [&json!("next_marker is"), &json!("neither Base64 nor a UUID"), &json!("observe")];
    assert_eq!(findings(report.case("v1::member-list-pages::walk-by-ones"))[0][..3], remark);
}

#[test]
fn a_marker_that_no_request_can_carry_ends_the_walk() {
    let mock = Mock::start("huawei-2024", &[]);
    let text: &str = Box::leak("<b>".repeat(100_000).into_boxed_str());
    let cloud = with_markers(&mock, text);
    let (said, report) = cases(&cloud, &mock, "v1::member-list-pages");
    said.exits(1);
    let walk = report.case("v1::member-list-pages::walk-by-ones");
    assert_eq!(walk["verdict"], "fail");
    let told: Vec<_> = findings(walk).iter().map(|finding| finding[1].to_string()).collect();
    assert!(told.iter().any(|told| told.contains("which no request can carry")), "{told:?}");
    assert!(cloud.asked().iter().all(|asked| asked.path.len() < 10_000));
    let longest = report.0.to_string().len();
    assert!(longest < 400_000, "the marker fills the report: {longest} bytes");
}

#[test]
fn a_marker_that_is_taken_in_base64_alone_is_told_of_and_breaks_nothing() {
    let mock = Mock::start("huawei-2024", &["variant-v1-marker-in-base64-alone"]);
    let (said, report) = cases(&Cloud::before(&mock.endpoint), &mock, "v1::member-list-pages");
    let said = said.exits(0);
    let bad: Vec<_> = report.with("fail").into_iter().chain(report.with("inconclusive")).collect();
    assert!(bad.is_empty(), "{:?} {}", ids(&bad), said.all());
    assert_eq!(
        findings(report.case("v1::member-list-pages::walk-by-ones")),
        [
            [
                &json!("a marker is taken back"),
                &json!("as the Base64 of it"),
                &json!("observe"),
                &json!("V1-LIST-PG06")
            ],
            [&json!("next_marker is"), &json!("neither Base64 nor a UUID"), &json!("observe"), &json!("V1-LIST-PG11")],
        ]
    );
}

#[test]
fn a_last_marker_without_a_value_is_told_of_and_breaks_nothing() {
    let mock = Mock::start("huawei-2026", &["variant-v1-last-marker-is-empty"]);
    let (said, report) = cases(&Cloud::before(&mock.endpoint), &mock, "v1::member-list-pages");
    said.exits(0);
    let seen = findings(report.case("v1::member-list-pages::walk-in-one-full-page"));
    let at = json!("next_marker of the last page");
    assert_eq!(seen, [[&at, &json!(""), &json!("observe"), &json!("V1-LIST-PG13")]]);
}

#[test]
fn an_image_is_looked_for_on_every_page_where_names_are_not_heeded() {
    for profile in ["glance", "huawei-2024"] {
        let mock = Mock::start(profile, &["variant-image-list-ignores-names", "variant-image-list-by-twos"]);
        for own in ["one", "two", "three"] {
            mock.ask("member", "POST", "/v2/images", Some(&json!({ "name": own })));
        }
        let cloud = Cloud::before(&mock.endpoint);
        let (said, report) = cases(&cloud, &mock, "listed");
        let said = said.exits(0);
        assert!(report.with("pass").len() >= 3, "{}", said.all());
        assert!(cloud.asked().iter().any(|asked| asked.path.contains("name=") && asked.path.contains("marker=")));
    }
}

#[test]
fn a_list_of_images_without_an_end_is_not_judged() {
    let mock = Mock::start("glance", &[]);
    let upstream = mock.endpoint.clone();
    let cloud = Cloud::start(move |asked| {
        if asked.path.starts_with("/v2/images?") && asked.path.contains("name=") {
            Answer::json(200, r#"{"images": [], "next": "http://elsewhere.invalid/?marker=again"}"#)
        } else {
            Cloud::ask(&upstream, asked)
        }
    });
    let (said, report) = cases(&cloud, &mock, "listed");
    said.exits(3);
    assert_eq!(report.with("inconclusive").len(), report.cases().len());
    assert!(report.cases()[0]["reason"].as_str().unwrap().contains("a marker came twice"));
}
