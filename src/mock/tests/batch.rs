//! The batch calls of IMS v1: jobs that move on as they are asked after, and recipients that are no projects.

use serde_json::json;

use super::huawei::code;
use super::*;

const BATCH: &str = "/v1/cloudimages/members";
const OTHER: &str = "d164b5df-1bc3-4c3f-893e-3e471fd16e65";
const UNIT: &str = "organizations::3a2d95404f964a6aba78819bf8ddc1e3:ou:o-wvntq58r/ou-5wz2xx7c";

fn cloud() -> Wire {
    let wire = Wire::new(Profile::Huawei2026, &[]);
    wire.create(IMAGE);
    wire
}

/// Starts a job; returns its id.
fn start(wire: &Wire, who: &str, method: &str, sent: &Value) -> String {
    let response = wire.json(who, &format!("{method} {BATCH}"), &sent.to_string());
    assert_eq!(response.status(), 200, "{}", response.body());
    body(&response)["job_id"].as_str().unwrap().to_owned()
}

fn job(wire: &Wire, who: &str, id: &str) -> Value {
    body(&wire.get(who, &format!("/v1/cloudimages/job/{id}")))
}

/// Asks after a job until it ends; returns it as it then is.
fn end(wire: &Wire, who: &str, id: &str) -> Value {
    let jobs = (0..4).map(|_| job(wire, who, id));
    jobs.last().unwrap()
}

fn statuses(wire: &Wire, id: &str) -> Vec<String> {
    (0..4).map(|_| job(wire, "owner", id)["status"].as_str().unwrap().to_owned()).collect()
}

fn rows(wire: &Wire) -> Vec<(String, String)> {
    let list = body(&wire.get("owner", &members()));
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = list["members"].as_array().unwrap().iter();
    rows.map(|row| (text(row, "member_id"), text(row, "status"))).collect()
}

#[test]
fn a_job_moves_on_as_it_is_asked_after_and_its_work_is_there_when_it_says_so() {
    let wire = cloud();
    let id = start(&wire, "owner", "POST", &json!({"images": [IMAGE], "projects": ["{member}"]}));
    assert_eq!(rows(&wire), []);
    for (said, rows_then) in [("INIT", 0), ("RUNNING", 0), ("SUCCESS", 1), ("SUCCESS", 1)] {
        assert_eq!((&job(&wire, "owner", &id)["status"], rows(&wire).len()), (&json!(said), rows_then));
    }
    let ended = body(&wire.get("owner", &format!("/v1/{{owner}}/jobs/{id}")));
    assert_eq!((&ended["job_type"], &ended["error_code"]), (&json!("imsAddImageMembersJob"), &Value::Null));
    assert_eq!((&ended["job_id"], &ended["entities"]["image_id"]), (&json!(id), &json!(IMAGE)));
}

#[test]
fn a_batch_reaches_every_image_and_recipient() {
    let wire = cloud();
    wire.create(OTHER);
    let sent = json!({"images": [IMAGE, OTHER], "projects": ["{member}", "{stranger}"]});
    let id = start(&wire, "owner", "POST", &sent);
    assert_eq!(statuses(&wire, &id), ["INIT", "RUNNING", "SUCCESS", "SUCCESS"]);
    let other = recipients(&wire.get("owner", &format!("/v2/images/{OTHER}/members")));
    assert_eq!((rows(&wire).len(), other.len()), (2, 2));
    let sent = json!({"images": [IMAGE, OTHER], "project_id": "{member}", "status": "accepted"});
    let id = start(&wire, "member", "PUT", &sent);
    assert_eq!(end(&wire, "member", &id)["status"], "SUCCESS");
    assert_eq!(rows(&wire)[0], (wire.fill("{member}"), "accepted".to_owned()));
    let id = start(&wire, "owner", "DELETE", &json!({"images": [IMAGE], "projects": ["{member}", "{stranger}"]}));
    assert_eq!((end(&wire, "owner", &id)["status"].as_str(), rows(&wire)), (Some("SUCCESS"), vec![]));
}

#[test]
fn a_job_fails_by_what_it_finds_out_and_does_the_rest() {
    let wire = cloud();
    let sent = json!({"images": [OTHER, IMAGE], "projects": ["{owner}", "{member}"]});
    let id = start(&wire, "owner", "POST", &sent);
    let failed = end(&wire, "owner", &id);
    assert_eq!((&failed["status"], &failed["error_code"]), (&json!("FAIL"), &json!("IMG.0027")));
    assert_eq!(recipients(&wire.get("owner", &members())), [wire.fill("{member}")]);
    for (who, method, sent, error) in [
        ("owner", "POST", json!({"images": [IMAGE], "projects": ["{owner}"]}), "IMG.0076"),
        ("stranger", "POST", json!({"images": [IMAGE], "projects": ["{stranger}"]}), "IMG.0027"),
        ("member", "POST", json!({"images": [IMAGE], "projects": ["{stranger}"]}), "IMG.0026"),
        ("owner", "PUT", json!({"images": [IMAGE], "project_id": "{member}", "status": "accepted"}), "IMG.0026"),
        ("owner", "DELETE", json!({"images": [IMAGE], "projects": ["{stranger}"]}), "IMG.0113"),
    ] {
        let id = start(&wire, who, method, &sent);
        let failed = end(&wire, who, &id);
        assert_eq!(
            (&failed["status"], &failed["error_code"]),
            (&json!("FAIL"), &json!(error)),
            "{who} {method} {sent}"
        );
    }
    assert_eq!(rows(&wire), [(wire.fill("{member}"), "pending".to_owned())]);
}

#[test]
fn what_has_not_the_form_is_refused_at_once() {
    let wire = cloud();
    for (method, sent, error) in [
        ("POST", json!({"projects": ["p"]}), "IMG.0001"),
        ("POST", json!({"images": [], "projects": ["p"]}), "IMG.0001"),
        ("POST", json!({"images": IMAGE, "projects": ["p"]}), "IMG.0001"),
        ("POST", json!({"images": [IMAGE]}), "IMG.0001"),
        ("POST", json!({"images": [IMAGE], "projects": []}), "IMG.0001"),
        ("POST", json!({"images": [IMAGE], "projects": [""]}), "IMG.0001"),
        ("POST", json!({"images": [IMAGE], "organizations": ["ou-5wz2xx7c"]}), "IMG.0001"),
        ("POST", json!({"images": ["xyz"], "projects": ["p"]}), "IMG.0066"),
        ("DELETE", json!({"images": [IMAGE]}), "IMG.0001"),
        ("PUT", json!({"images": [IMAGE], "project_id": "p"}), "IMG.0001"),
        ("PUT", json!({"images": [IMAGE], "project_id": "p", "status": "pending"}), "IMG.0001"),
        ("PUT", json!({"images": [IMAGE], "status": "accepted"}), "IMG.0001"),
        ("POST", json!([]), "IMG.0001"),
    ] {
        let refused = wire.json("owner", &format!("{method} {BATCH}"), &sent.to_string());
        assert_eq!(code(&refused), (400, error.to_owned()), "{method} {sent}");
    }
    assert_eq!(code(&wire.json("owner", &format!("POST {BATCH}"), "")), (400, "IMG.0007".to_owned()));
    assert_eq!(code(&wire.json("ungranted", &format!("POST {BATCH}"), &batch().to_string())).0, 403);
    assert_eq!(code(&wire.json("nobody", &format!("POST {BATCH}"), &batch().to_string())).0, 401);
}

fn batch() -> Value {
    json!({"images": [IMAGE], "projects": ["{member}"]})
}

#[test]
fn a_job_is_its_projects_own() {
    let wire = cloud();
    let id = start(&wire, "owner", "POST", &batch());
    for (who, path) in [
        ("stranger", format!("/v1/cloudimages/job/{id}")),
        ("stranger", format!("/v1/{{stranger}}/jobs/{id}")),
        ("owner", "/v1/cloudimages/job/none".to_owned()),
    ] {
        assert_eq!(code(&wire.get(who, &path)), (404, "IMG.0031".to_owned()), "{who} {path}");
    }
    assert_eq!(code(&wire.get("stranger", &format!("/v1/{{owner}}/jobs/{id}"))).0, 403);
    assert_eq!(statuses(&wire, &id)[0], "INIT", "nobody else moved it on");
}

#[test]
fn an_account_is_pending_and_a_unit_of_an_organization_has_accepted_and_has_a_urn() {
    let wire = cloud();
    let sent = json!({"images": [IMAGE], "projects": ["{member}"], "domains": ["account"], "organizations": [UNIT]});
    let id = start(&wire, "owner", "POST", &sent);
    assert_eq!(end(&wire, "owner", &id)["status"], "SUCCESS");
    let list = body(&wire.get("owner", &format!("/v1/{{owner}}/cloudimages/{IMAGE}/members")));
    let row = |at: usize| {
        let row = &list["members"][at];
        json!([row["member_id"], row["member_type"], row["status"], row["urn"]])
    };
    assert_eq!(row(0), json!([wire.fill("{member}"), "project", "pending", null]));
    assert_eq!(row(1), json!(["account", "domain", "pending", null]));
    assert_eq!(row(2), json!(["ou-5wz2xx7c", "organization", "accepted", UNIT]));
    let path = format!("/v1/{{owner}}/cloudimages/{IMAGE}/members/ou-5wz2xx7c");
    assert_eq!(body(&wire.get("owner", &path)), list["members"][2]);
    let sent = json!({"images": [IMAGE], "domains": ["account"], "organizations": [UNIT]});
    let id = start(&wire, "owner", "DELETE", &sent);
    assert_eq!(end(&wire, "owner", &id)["status"], "SUCCESS");
    assert_eq!(rows(&wire).len(), 1);
}
