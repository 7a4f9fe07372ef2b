//! A mock that its author has half finished: the members of one image can be listed and shown, and no image can be
//! made. A run tells its author how far it has come.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::cloud::{Answer, Asked, Cloud};
use crate::support::report::Report;
use crate::support::{run, sharecheck};

const IMAGE: &str = "6b1f7c1e-0d1f-4a4e-9f7e-3f0a1d2c5b6a";
const TOKENS: [&str; 3] = ["token-of-the-owner", "token-of-the-member", "token-of-the-stranger"];

/// What the author has written so far, with two mistakes.
fn half_finished(asked: &Asked) -> Answer {
    if !asked.header("x-auth-token").is_some_and(|token| TOKENS.contains(&token)) {
        return error(401, "Unauthorized");
    }
    let path = asked.path.split('?').next().unwrap_or_default();
    let parts: Vec<_> = path.trim_matches('/').split('/').collect();
    match (asked.method.as_str(), &parts[..]) {
        ("GET", ["v2", "images"]) => Answer::no_images(),
        ("GET", ["v2", "images", IMAGE]) => answer(&json!({
            "id": IMAGE, "name": "fixture", "visibility": "shared", "status": "queued", "tags": [],
            "owner": "11111111111111111111111111111111", "schema": "/v2/schemas/image",
        })),
        // The list lacks its `schema`.
        ("GET", ["v2", "images", IMAGE, "members"]) => answer(&json!({ "members": [] })),
        ("GET", ["v2", "schemas", "member"]) => answer(&member_schema()),
        _ => error(404, "Not Found"),
    }
}

/// The schema of a row, which forgets that a row may be rejected.
fn member_schema() -> Value {
    let text = json!({ "type": "string" });
    json!({ "name": "member", "properties": {
        "member_id": text, "image_id": text, "created_at": text, "updated_at": text, "schema": text,
        "status": { "type": "string", "enum": ["pending", "accepted"] },
    } })
}

fn answer(body: &Value) -> Answer {
    respond(200, body)
}

fn error(status: u16, title: &str) -> Answer {
    respond(status, &json!({ "message": title, "code": format!("{status} {title}"), "title": title }))
}

fn respond(status: u16, body: &Value) -> Answer {
    let headers =
        [("content-type", "application/json"), ("x-openstack-request-id", "req-00000000-0000-4000-8000-000000000000")];
    Answer::new(status, &headers, body.to_string())
}

/// A mock that knows one image, shared with the member once and for all, and tells a stranger that there is a row.
/// It shows no image and has no schemas.
fn with_one_row(asked: &Asked) -> Answer {
    let Some(token) = asked.header("x-auth-token").filter(|token| TOKENS.contains(token)) else {
        return error(401, "Unauthorized");
    };
    let row = json!({
        "member_id": "22222222222222222222222222222222", "image_id": IMAGE, "status": "accepted",
        "schema": "/v2/schemas/member", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z",
    });
    let path = asked.path.split('?').next().unwrap_or_default();
    match (asked.method.as_str(), &path.trim_matches('/').split('/').collect::<Vec<_>>()[..]) {
        ("GET", ["v2", "images"]) => Answer::no_images(),
        ("GET", ["v2", "images", IMAGE, "members", ..]) if token == TOKENS[2] => error(403, "Forbidden"),
        ("GET", ["v2", "images", IMAGE, "members"]) => {
            answer(&json!({ "members": [row], "schema": "/v2/schemas/members" }))
        }
        ("GET", ["v2", "images", IMAGE, "members", "22222222222222222222222222222222"]) => answer(&row),
        _ => error(404, "Not Found"),
    }
}

fn target(cloud: &Cloud) -> PathBuf {
    cloud.target_of(&format!(
        "name: half-finished\nprofile: glance\nkind: mock\nendpoint: {}\nactors:\n  \
         owner: {{ token: token-of-the-owner, project-id: 11111111111111111111111111111111 }}\n  \
         member: {{ token: token-of-the-member, project-id: 22222222222222222222222222222222 }}\n  \
         stranger: {{ token: token-of-the-stranger, project-id: 44444444444444444444444444444444 }}\n\
         writes: none\nimages: {{ shareable: {IMAGE} }}\n\
         without: [other-member, admin, reader, ungranted, expired-token, revoked-token, foreign-token, public-images, \
         recipients, quota]\n",
        cloud.endpoint
    ))
}

#[test]
fn where_nothing_is_written_an_image_serves_with_the_rows_that_it_has() {
    let cloud = Cloud::start(with_one_row);
    let path = cloud.folder().join("report.json");
    let mut command = sharecheck();
    command.args(["run", "member-show", "--target"]).arg(target(&cloud)).arg("--report-json").arg(&path);
    run(&mut command).exits(1);
    assert!(cloud.asked().iter().all(|asked| asked.method == "GET"), "nothing is written");
    let report = Report::read(&path);
    for (case, verdict) in [
        ("owner-reads-a-row", "pass"),
        ("shows-accepted", "pass"),
        ("stranger-learns-nothing", "fail"),
        ("shows-pending", "skip"),
    ] {
        assert_eq!(report.case(&format!("v2::member-show::{case}"))["verdict"], verdict, "{case}");
    }
    let reason = report.case("v2::member-show::shows-pending")["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("needs an image shared with `member` (pending) and nobody else"), "{reason}");
}

#[test]
fn a_half_finished_mock_is_told_how_far_it_has_come() {
    let cloud = Cloud::start(half_finished);
    let target = target(&cloud);
    let path = cloud.folder().join("report.json");
    let mut command = sharecheck();
    command.args(["run", "--format", "terse", "--target"]).arg(&target).arg("--report-json").arg(&path);
    let said = run(&mut command).exits(1);
    assert!(cloud.asked().iter().all(|asked| asked.method == "GET"), "nothing is written");
    let summary = said.stdout.split("half-finished at ").nth(1).expect("there is a summary");
    let summary = summary.replace(&cloud.endpoint, "http://127.0.0.1");
    assert!(summary.lines().all(|line| line.chars().count() <= 100 || line.contains("seen in passing")), "{summary}");
    insta::assert_snapshot!("half-finished", summary);
    let report = Report::read(&path);
    let verdict = |id: &str| {
        let statements = report.runs()[0]["statements"].as_array().unwrap();
        statements.iter().find(|statement| statement["id"] == id).unwrap()["verdict"].clone()
    };
    assert_eq!(verdict("OS-SCHEMA-STATUS"), "broken");
    assert_eq!(verdict("V2-SHOW-ST08"), "not-exercised");
}
