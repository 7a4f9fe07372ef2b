//! Images that are somebody's: rows of our own come and go, and nothing else changes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::support::cloud::{Answer, Asked, Cloud};
use crate::support::mock::Mock;
use crate::support::report::{Report, ids};
use crate::support::{Said, run, sharecheck};

const PROFILES: [&str; 3] = ["glance", "ntt", "huawei-2026"];
const SOMEBODY: &str = "f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0";

/// The headers of a refusal.
const REFUSAL: [(&str, &str); 2] =
    [("content-type", "application/json"), ("x-openstack-request-id", "req-00000000-0000-4000-8000-000000000000")];

/// A mock with an image that is somebody's, and a cloud before it that sees what is asked.
struct Borrowed {
    mock: Mock,
    cloud: Cloud,
    image: String,
}

impl Borrowed {
    fn start(profile: &str) -> Self {
        Self::behind(profile, |endpoint, asked, _| Cloud::ask(endpoint, asked))
    }

    /// Starts with a function that answers, given the mock's endpoint, a request, and the image's id.
    fn behind(profile: &str, answer: impl Fn(&str, &Asked, &str) -> Answer + Send + Sync + 'static) -> Self {
        let mock = Mock::start(profile, &[]);
        let shareable = if profile == "glance" { "shared" } else { "private" };
        let image = mock.image("their-golden-image", shareable);
        let (endpoint, id) = (mock.endpoint.clone(), image.clone());
        let cloud = Cloud::start(move |asked| answer(&endpoint, asked, &id));
        Self { mock, cloud, image }
    }

    /// Writes a target file with leave to write and images to borrow.
    fn target(&self, writes: &str, images: &str) -> PathBuf {
        let text = self.mock.target_text().replace(&self.mock.endpoint, &self.cloud.endpoint);
        let text = text.replace("writes: images\n", &format!("writes: {writes}\nimages: {{ {images} }}\n"));
        self.cloud.target_of(&text)
    }

    fn run(&self, writes: &str, more: &[&str]) -> (Said, Report) {
        self.run_with(writes, &format!("shareable: {}", self.image), more)
    }

    fn run_with(&self, writes: &str, images: &str, more: &[&str]) -> (Said, Report) {
        let path = self.cloud.folder().join("report.json");
        let mut command = sharecheck();
        command.args(["run", "--target"]).arg(self.target(writes, images)).arg("--report-json").arg(&path).args(more);
        (run(&mut command), Report::read(&path))
    }

    /// Returns the writes that came in: method, path and the member of the body.
    fn writes(&self) -> Vec<(String, String, String)> {
        let asked = self.cloud.asked().into_iter().filter(|asked| !["GET", "HEAD"].contains(&&*asked.method));
        let member = |asked: &Asked| {
            let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
            body["member"].as_str().unwrap_or_default().to_owned()
        };
        asked.map(|asked| (asked.method.clone(), asked.path.clone(), member(&asked))).collect()
    }
}

#[test]
fn a_borrowed_image_is_afterwards_as_it_was() {
    for profile in PROFILES {
        let borrowed = Borrowed::start(profile);
        borrowed.mock.share(&borrowed.image, SOMEBODY);
        let before = borrowed.mock.dump(&borrowed.image);
        let (said, report) = borrowed.run("members", &[]);
        assert_eq!(before, borrowed.mock.dump(&borrowed.image), "{profile}");
        assert!(report.with("fail").is_empty() && report.with("inconclusive").is_empty(), "{profile}: {}", said.all());
        assert!(report.with("pass").len() > 20, "{profile}: {}", said.all());
        assert_eq!(report.0["partial"], true);
        assert!(report.runs()[0]["leftovers"].as_array().unwrap().is_empty());
        let ours: BTreeSet<_> = borrowed.mock.actors().into_iter().map(|(.., project)| project).collect();
        let recipients = borrowed.mock.target_text();
        let recipients = recipients.lines().find(|line| line.starts_with("recipients:")).unwrap_or_default();
        let list = format!("/v2/images/{}/members", borrowed.image);
        for (method, path, member) in borrowed.writes() {
            let project = path.strip_prefix(&format!("{list}/")).unwrap_or(&member).to_owned();
            assert!(
                path.starts_with(&list) && (ours.contains(&project) || recipients.contains(&project)),
                "{method} {path} {member}"
            );
        }
        assert!(borrowed.writes().iter().any(|(method, ..)| method == "PUT"), "recipients answered");
        said.exits(3);
    }
}

#[test]
fn rows_of_others_keep_only_those_cases_from_running_that_count_on_a_list_without_them() {
    let borrowed = Borrowed::start("glance");
    let (said, alone) = borrowed.run("members", &[]);
    assert!(alone.with("fail").is_empty() && alone.with("inconclusive").is_empty(), "{}", said.all());
    borrowed.mock.share(&borrowed.image, SOMEBODY);
    let (_, beside) = borrowed.run("members", &[]);
    let lost: Vec<_> =
        beside.with("skip").into_iter().filter(|case| !ids(&alone.with("skip")).contains(&id(case))).collect();
    assert!(ids(&lost).contains(&"v2::member-list::owner-sees-every-recipient"), "{:?}", ids(&lost));
    assert!(!ids(&lost).contains(&"v2::member-show::owner-reads-a-row"));
    for case in lost {
        let reason = case["reason"].as_str().unwrap();
        assert!(reason.contains(SOMEBODY) && reason.contains("list of members"), "{reason}");
    }
}

fn id(case: &Value) -> &str {
    case["id"].as_str().unwrap()
}

#[test]
fn rows_that_were_there_before_are_no_fixtures() {
    let borrowed = Borrowed::start("glance");
    let member = borrowed.mock.project("member");
    borrowed.mock.share(&borrowed.image, &member);
    let before = borrowed.mock.dump(&borrowed.image);
    let (said, report) = borrowed.run("members", &[]);
    assert_eq!(before, borrowed.mock.dump(&borrowed.image));
    assert!(report.with("fail").is_empty() && report.with("inconclusive").is_empty(), "{}", said.all());
    let skipped = report.with("skip");
    let case = skipped.iter().find(|case| id(case) == "v2::member-show::owner-reads-a-row").expect("is skipped");
    let reason = case["reason"].as_str().unwrap();
    assert!(reason.contains(&member) && reason.contains("`member`") && reason.contains("remove it"), "{reason}");
    assert!(borrowed.writes().iter().all(|(_, path, project)| !path.contains(&member) && *project != member));
}

#[test]
fn one_at_a_time_or_eight_the_verdicts_are_the_same() {
    let borrowed = Borrowed::start("glance");
    let (_, one) = borrowed.run("members", &["-j", "1"]);
    let (_, eight) = borrowed.run("members", &["-j", "8"]);
    assert_eq!(one.verdicts(), eight.verdicts());
}

#[test]
fn an_image_that_is_not_there_is_nobodys_fault() {
    let borrowed = Borrowed::start("glance");
    for writes in ["none", "members"] {
        let images = "shareable: 00000000-0000-4000-8000-000000000000";
        let (said, report) = borrowed.run_with(writes, images, &["member-list::owner"]);
        assert_eq!(said.code, Some(3), "{}", said.all());
        let judged: Vec<_> = report.cases().into_iter().filter(|case| case["verdict"] != "skip").collect();
        assert!(!judged.is_empty() && judged.iter().all(|case| case["verdict"] == "inconclusive"), "{judged:#?}");
        assert!(judged[0]["reason"].as_str().unwrap().contains("is not shown to the owner"), "{judged:#?}");
    }
}

#[test]
fn without_leave_to_write_a_borrowed_image_is_only_read() {
    let borrowed = Borrowed::start("glance");
    let (said, report) = borrowed.run("none", &[]);
    let methods: BTreeSet<_> = borrowed.cloud.asked().into_iter().map(|asked| asked.method).collect();
    assert_eq!(methods, BTreeSet::from(["GET".to_owned()]));
    assert!(report.with("pass").len() > 3 && report.with("fail").is_empty(), "{}", said.all());
}

#[test]
fn an_image_of_another_kind_judges_nothing() {
    let borrowed = Borrowed::start("glance");
    let private = borrowed.mock.image("their-private-image", "private");
    let (said, report) = borrowed.run_with("members", &format!("shareable: {private}"), &["member-show::owner"]);
    let cases = report.with("inconclusive");
    assert!(!cases.is_empty() && report.with("pass").is_empty(), "{}", said.all());
    for case in cases {
        let reason = case["reason"].as_str().unwrap();
        assert!(reason.contains(&private) && reason.contains("must be shared, not private"), "{reason}");
    }
    said.exits(3);
    let images = format!("shareable: {}", uuid::Uuid::new_v4());
    let (said, report) = borrowed.run_with("members", &images, &["member-show::owner"]);
    assert!(report.with("pass").is_empty() && !report.with("inconclusive").is_empty(), "{}", said.all());
}

#[test]
fn a_row_that_somebody_else_adds_meanwhile_is_told_and_stays() {
    let (first, other) = (AtomicBool::new(true), "0123456789abcdef0123456789abcdef");
    let borrowed = Borrowed::behind("glance", move |endpoint, asked, image| {
        let list = format!("/v2/images/{image}/members");
        if asked.method == "POST" && asked.path == list && first.swap(false, Ordering::SeqCst) {
            let body = json!({ "member": other }).to_string().into_bytes();
            let mut headers = asked.headers.clone();
            headers
                .iter_mut()
                .filter(|(name, _)| name == "content-length")
                .for_each(|(_, v)| *v = body.len().to_string());
            Cloud::ask(endpoint, &Asked { headers, body, ..asked.clone() });
        }
        Cloud::ask(endpoint, asked)
    });
    let (said, report) = borrowed.run("members", &["-j", "1"]);
    assert!(report.with("fail").is_empty(), "{}", said.all());
    let told = report.with("inconclusive");
    assert!(
        told.iter().any(|case| case["reason"].as_str().unwrap().contains("this run did not do that")),
        "{}",
        said.all()
    );
    let (_, members) = borrowed.mock.dump(&borrowed.image);
    let members: Vec<_> = members["members"].as_array().unwrap().iter().map(|row| &row["member_id"]).collect();
    assert_eq!(members, [other], "the row of somebody else is the only one left");
    let left = &report.runs()[0]["leftovers"];
    assert!(left[0]["reason"].as_str().unwrap().starts_with("before the run this row was not there"), "{left}");
    said.exits(3);
}

#[test]
fn a_row_that_cannot_be_removed_is_left_behind() {
    let borrowed = Borrowed::behind("glance", |endpoint, asked, _| match asked.method.as_str() {
        "DELETE" => Answer::new(403, &REFUSAL, r#"{"message": "no", "code": "403 Forbidden", "title": "Forbidden"}"#),
        _ => Cloud::ask(endpoint, asked),
    });
    let (said, report) = borrowed.run("members", &["--exact", "glance::v2::member-show::owner-reads-a-row"]);
    let [left] = &report.runs()[0]["leftovers"].as_array().unwrap()[..] else { panic!("{}", said.all()) };
    assert_eq!((&left["kind"], &left["name"]), (&json!("member"), &json!(borrowed.mock.project("member"))), "{left}");
    assert!(said.stderr.contains("sharecheck sweep"), "{}", said.all());
    said.exits(3);
}

#[test]
fn a_borrowed_image_that_changes_meanwhile_is_told() {
    let mock = Mock::start("glance", &[]);
    let image = mock.image("theirs", "shared");
    let renamed = AtomicBool::new(false);
    let endpoint = mock.endpoint.clone();
    let (path, token) = (format!("/v2/images/{image}"), mock.token("owner"));
    let cloud = Cloud::start(move |asked| {
        let answer = Cloud::ask(&endpoint, asked);
        if asked.method == "DELETE" && !renamed.swap(true, Ordering::SeqCst) {
            let body = br#"[{"op": "replace", "path": "/name", "value": "renamed"}]"#.to_vec();
            let headers = [
                ("x-auth-token", token.as_str()),
                ("content-type", "application/openstack-images-v2.1-json-patch"),
                ("content-length", &body.len().to_string()),
            ];
            let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
            Cloud::ask(&endpoint, &Asked { method: "PATCH".to_owned(), path: path.clone(), headers, body });
        }
        answer
    });
    let borrowed = Borrowed { mock, cloud, image };
    let (said, report) = borrowed.run("members", &["--exact", "glance::v2::member-show::owner-reads-a-row"]);
    let left = report.runs()[0]["leftovers"].as_array().unwrap();
    let reasons: Vec<_> = left.iter().map(|left| left["reason"].as_str().unwrap()).collect();
    assert!(reasons.contains(&"its `name` was \"theirs\" before the run, and is \"renamed\" now"), "{reasons:?}");
    said.exits(3);
}

#[test]
fn the_plan_tells_what_is_borrowed_and_where_the_limit_bites() {
    let borrowed = Borrowed::start("glance");
    let target = borrowed.target("members", &format!("shareable: {}", borrowed.image));
    let said = run(sharecheck().args(["run", "--plan", "--target"]).arg(target)).exits(0);
    assert!(said.stdout.contains(&format!("image {} would be borrowed (shareable)", borrowed.image)), "{}", said.all());
    assert!(said.stdout.contains("member rows of our own projects would be added"), "{}", said.all());
    assert!(said.stdout.contains("no image would be made"), "{}", said.all());
    assert!(borrowed.writes().is_empty());
    let limited = borrowed.mock.target_with("limits: {", "limits: { images-created: 3,");
    let said = run(sharecheck().args(["run", "--plan", "--target"]).arg(limited)).exits(0);
    assert!(said.stdout.contains("no more than 3 images may be made"), "{}", said.all());
}

#[test]
fn the_limit_on_images_is_kept_and_told() {
    let borrowed = Borrowed::start("glance");
    let text = borrowed.mock.target_text().replace(&borrowed.mock.endpoint, &borrowed.cloud.endpoint);
    let text = text.replace("limits: {", "limits: { images-created: 3,");
    let said = run(sharecheck().args(["run", "--target"]).arg(borrowed.cloud.target_of(&text))).exits(3);
    let made = borrowed.writes().iter().filter(|(method, path, _)| method == "POST" && path == "/v2/images").count();
    assert_eq!(made, 3);
    assert!(said.stdout.contains("no more than 3 images (`limits.images-created`)"), "{}", said.all());
    borrowed.mock.is_clean();
}
