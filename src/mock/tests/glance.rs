//! The recorded cloud: its forms, headers, order of checks, and the texts that cases compare.

use super::*;

fn glance() -> Wire {
    Wire::shared(Profile::Glance, &[])
}

fn accept(form: &str) -> [(&str, &str); 1] {
    [("accept", form)]
}

const UNKNOWN: &str = "GET /v2/images/d164b5df-1bc3-4c3f-893e-3e471fd16e64/members/zz";

#[test]
fn every_answer_is_marked_as_the_mock_s() {
    let wire = glance();
    for (who, line) in [("owner", UNKNOWN), ("nobody", UNKNOWN), ("owner", "GET /nope"), ("nobody", "OPTIONS /v2")] {
        assert_eq!(header(&wire.send(who, line, "", &[]), crate::mock::HEADER), Some("glance"), "{line}");
    }
}

#[test]
fn an_error_takes_the_form_that_accept_asks_for() {
    let text = "zz not found in the member list of the image d164b5df-1bc3-4c3f-893e-3e471fd16e64.";
    let wire = glance();
    let plain = wire.send("owner", UNKNOWN, "", &[]);
    assert_eq!(header(&plain, "content-type"), Some("text/plain; charset=UTF-8"));
    assert_eq!(*plain.body(), format!("404 Not Found\n\n{text}\n\n   "));
    let json = wire.send("owner", UNKNOWN, "", JSON);
    assert_eq!(header(&json, "content-type"), Some("application/json"));
    let expected =
        format!(r#"{{"message": "{text}<br /><br />\n\n\n", "code": "404 Not Found", "title": "Not Found"}}"#);
    assert_eq!(*json.body(), expected);
    let html = wire.send("owner", UNKNOWN, "", &accept("*/*"));
    assert_eq!(header(&html, "content-type"), Some("text/html; charset=UTF-8"));
    assert!(html.body().starts_with("<html>\n <head>\n  <title>404 Not Found</title>"));
    assert!(html.body().contains(&format!("  {text}<br /><br />\n\n\n\n </body>\n</html>")));
}

#[test]
fn a_missing_or_unknown_token_comes_before_everything_else() {
    let wire = glance();
    let lines = [UNKNOWN, "GET /v2/nope", "PATCH /v2/images", "POST /v2/images", "GET /v2/schemas/member", "HEAD /v2"];
    for line in lines {
        for who in ["nobody", "bad-token", ""] {
            let response = wire.send(who, line, "{", &[]);
            assert_eq!(response.status(), 401, "{line}");
            let challenge = "Keystone uri=\"http://localhost/identity/v3\"";
            assert_eq!(header(&response, "www-authenticate"), Some(challenge));
            assert_eq!(header(&response, "x-openstack-request-id"), None);
        }
    }
    let response = wire.send("nobody", UNKNOWN, "", &[]);
    assert!(response.body().starts_with("401 Unauthorized\n\nThis server could not verify that you are authorized"));
    assert!(response.body().ends_with("how to supply the credentials required.\n\n   "));
}

#[test]
fn only_options_needs_no_token() {
    let response = glance().send("nobody", "OPTIONS /v2/images", "", &[]);
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, ""));
    assert_eq!(header(&response, "x-openstack-request-id"), None);
    assert_eq!(header(&response, "allow"), None);
}

#[test]
fn a_method_that_a_path_has_not_is_405_and_names_those_it_has() {
    let wire = glance();
    for (path, allowed, method) in [
        (members(), "GET, POST", "PATCH"),
        (members(), "GET, POST", "HEAD"),
        (member(), "GET, PUT, DELETE", "POST"),
        (member(), "GET, PUT, DELETE", "HEAD"),
        ("/v2/schemas/member".to_owned(), "GET", "PUT"),
    ] {
        let response = wire.send("owner", &format!("{method} {path}"), "", &[]);
        assert_eq!((response.status().as_u16(), header(&response, "allow")), (405, Some(allowed)), "{method} {path}");
        if method != "HEAD" {
            let text = format!("405 Method Not Allowed\n\nThe method {method} is not allowed for this resource. \n\n ");
            assert_eq!(*response.body(), text);
        }
    }
}

#[test]
fn a_body_that_nobody_needs_is_refused() {
    let wire = glance();
    for line in [format!("GET {}", members()), format!("GET {}", member()), format!("DELETE {}", member())] {
        let response = wire.send("owner", &line, "{}", &[]);
        assert_eq!(response.status(), 400, "{line}");
        assert_eq!(response.body(), "400 Bad Request\n\nA body is not expected with this request.\n\n   ");
    }
    assert_eq!(wire.send("owner", "GET /v2/images", "{}", &[]).status(), 200);
}

#[test]
fn bodies_of_an_add_are_refused_with_the_recorded_reasons() {
    let wire = glance();
    let form = r#"Expected a member in the form: {"member": "image_id"}"#;
    let long = format!(r#"{{"member": "{}"}}"#, "x".repeat(256));
    for (sent, reason) in [
        ("", "Body expected in request."),
        ("{", "Malformed JSON in request body."),
        ("NaN", "Malformed JSON in request body."),
        ("5", "Unexpected body type. Expected list/dict."),
        ("[]", form),
        ("{}", "Member to be added not specified"),
        (r#"{"member_id": "x"}"#, "Member to be added not specified"),
        (r#"{"member": ""}"#, "Member can't be empty"),
        (r#"{"member": null}"#, "Member can't be empty"),
        (r#"{"member": 0}"#, "Member can't be empty"),
        (r#"{"member": []}"#, "Member can't be empty"),
        (r#"{"member": 5}"#, form),
        (r#"{"member": true}"#, form),
        (r#"{"member": ["x"]}"#, form),
        (&long, "Member can't be longer than 255 characters."),
        (r#"{"member": "😀"}"#, "Member can't contain 4 byte unicode characters."),
    ] {
        let response = wire.send("owner", &format!("POST {}", members()), sent, &[]);
        assert_eq!(*response.body(), format!("400 Bad Request\n\n{reason}\n\n   "), "{sent}");
    }
    assert_eq!(recipients(&wire.get("owner", &members())).len(), 2);
    let deep = format!(r#"{{"member": {}}}"#, "[".repeat(5000));
    assert_eq!(wire.send("owner", &format!("POST {}", members()), &deep, &[]).status(), 400);
}

#[test]
fn a_row_has_its_six_fields_in_the_recorded_order() {
    let wire = glance();
    let text = wire.get("owner", &member()).into_body();
    let names = ["member_id", "image_id", "status", "created_at", "updated_at", "schema"];
    let at: Vec<_> = names.iter().map(|name| text.find(&format!("\"{name}\": \"")).unwrap()).collect();
    assert!(at.is_sorted(), "{text}");
    let row: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(row.as_object().unwrap().len(), 6);
    assert_eq!((row["status"].as_str(), row["schema"].as_str()), (Some("pending"), Some("/v2/schemas/member")));
}

#[test]
fn an_add_answers_200_and_ignores_a_status_and_the_media_type() {
    let wire = glance();
    let sent = r#"{"member": "{stranger}", "status": "accepted"}"#;
    let response = wire.send("owner", &format!("POST {}", members()), sent, &[("content-type", "text/plain")]);
    assert_eq!((response.status().as_u16(), header(&response, "location")), (200, None));
    assert_eq!(header(&response, "content-type"), Some("application/json"));
    assert_eq!(body(&response)["status"], "pending");
}

#[test]
fn a_request_id_is_the_client_s_own_or_a_new_one() {
    let wire = glance();
    let long = "x".repeat(65);
    for (sent, expected) in [("abc", "req-abc"), ("req-abc", "req-abc")] {
        let response = wire.send("owner", UNKNOWN, "", &[("x-openstack-request-id", sent)]);
        assert_eq!(header(&response, "x-openstack-request-id"), Some(expected));
    }
    let response = wire.send("owner", UNKNOWN, "", &[("x-openstack-request-id", &long)]);
    assert_eq!(header(&response, "x-openstack-request-id").unwrap().len(), "req-".len() + 36);
}

#[test]
fn ids_beyond_ascii_or_with_a_slash_are_not_found() {
    let wire = glance();
    wire.add("a/b");
    wire.add("\u{e9}");
    for id in ["a%2Fb", "%C3%A9", "%FF", "%F0%9F%98%80", "%00", "!!"] {
        assert_eq!(wire.get("owner", &format!("{}/{id}", members())).status(), 404, "{id}");
    }
    assert_eq!(recipients(&wire.get("owner", &members())).len(), 4);
}

#[test]
fn images_are_created_patched_uploaded_and_deleted() {
    let wire = Wire::new(Profile::Glance, &[]);
    let created =
        wire.json("owner", "POST /v2/images", r#"{"name": "n", "disk_format": "raw", "container_format": "bare"}"#);
    let image = body(&created);
    let path = format!("/v2/images/{}", image["id"].as_str().unwrap());
    assert_eq!((created.status().as_u16(), &image["self"]), (201, &Value::from(path.clone())));
    assert_eq!((&image["status"], &image["visibility"]), (&"queued".into(), &"shared".into()));
    let media = [("content-type", "application/openstack-images-v2.1-json-patch")];
    let public = r#"[{"op": "replace", "path": "/visibility", "value": "public"}]"#;
    assert_eq!(wire.send("owner", &format!("PATCH {path}"), public, &media).status(), 403);
    assert_eq!(wire.send("admin", &format!("PATCH {path}"), public, &[]).status(), 415);
    assert_eq!(body(&wire.send("admin", &format!("PATCH {path}"), public, &media))["visibility"], "public");
    let octets = [("content-type", "application/octet-stream")];
    assert_eq!(wire.send("owner", &format!("PUT {path}/file"), "abc", &octets).status(), 204);
    assert_eq!(body(&wire.get("stranger", &path))["status"], "active");
    assert_eq!(wire.send("owner", &format!("DELETE {path}"), "", &[]).status(), 204);
    assert_eq!(wire.get("owner", &path).status(), 404);
}

#[test]
fn a_list_of_images_links_to_its_pages() {
    let wire = glance();
    wire.create("d164b5df-1bc3-4c3f-893e-3e471fd16e65");
    let page = body(&wire.get("owner", "/v2/images?limit=1&name=name+of+d164b5df-1bc3-4c3f-893e-3e471fd16e65"));
    assert_eq!(page["images"].as_array().unwrap().len(), 1);
    assert_eq!(page["first"], "/v2/images?limit=1&name=name+of+d164b5df-1bc3-4c3f-893e-3e471fd16e65");
    assert!(page["next"].as_str().unwrap().ends_with("&marker=d164b5df-1bc3-4c3f-893e-3e471fd16e65"));
    assert!(body(&wire.get("owner", "/v2/images?os_hidden=True"))["images"].as_array().unwrap().is_empty());
    assert_eq!(body(&wire.get("owner", "/v2/images?os_hidden=False"))["images"].as_array().unwrap().len(), 2);
    assert_eq!(wire.get("owner", "/v2/images?os_hidden=1").status(), 400);
    let bogus = wire.get("owner", "/v2/images?member_status=bogus");
    assert_eq!(
        (bogus.status().as_u16(), &body(&bogus)["message"]),
        (400, &"Invalid status: bogus<br /><br />\n\n\n".into())
    );
}
