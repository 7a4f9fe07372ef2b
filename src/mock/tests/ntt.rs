//! Document 002: its headers, its lengths, its one text per status.

use super::*;

fn ntt() -> Wire {
    Wire::shared(Profile::Ntt, &[])
}

#[test]
fn a_row_is_as_long_as_the_document_s_and_names_its_charset() {
    let wire = ntt();
    let update = format!("PUT {}", member());
    assert_eq!(wire.json("member", &update, r#"{"status": "accepted"}"#).status(), 200);
    let response = wire.get("member", &member());
    assert_eq!((response.status().as_u16(), response.body().len()), (200, 231));
    assert_eq!(header(&response, "content-type"), Some("application/json; charset=UTF-8"));
    assert!(header(&response, "x-openstack-request-id").unwrap().starts_with("req-"));
}

#[test]
fn a_refusal_is_the_document_s_plain_text_although_json_is_asked_for() {
    let response = ntt().get("owner", &format!("{}/nobody", members()));
    assert_eq!((response.status().as_u16(), response.body().len()), (404, 52));
    assert_eq!(response.body(), "404 Not Found\n\nThe resource could not be found.\n\n   ");
    assert_eq!(header(&response, "content-type"), Some("text/plain; charset=UTF-8"));
    assert!(header(&response, "x-openstack-request-id").unwrap().starts_with("req-"));
}

#[test]
fn a_public_image_hides_its_members_from_show_and_refuses_the_rest() {
    let wire = ntt();
    let patch = [("content-type", "application/openstack-images-v2.1-json-patch")];
    let public = r#"[{"op": "replace", "path": "/visibility", "value": "public"}]"#;
    assert_eq!(wire.send("admin", &format!("PATCH /v2/images/{IMAGE}"), public, &patch).status(), 200);
    for who in ["owner", "member", "stranger", "admin"] {
        assert_eq!(wire.get(who, &member()).status(), 404);
        assert_eq!(wire.get(who, &members()).status(), 403);
        assert_eq!(wire.json(who, &format!("POST {}", members()), r#"{"member": "x"}"#).status(), 403);
        assert_eq!(wire.json(who, &format!("PUT {}", member()), r#"{"status": "accepted"}"#).status(), 403);
        assert_eq!(wire.send(who, &format!("DELETE {}", member()), "", &[]).status(), 403);
    }
}

#[test]
fn a_body_on_show_is_ignored_and_tokens_are_checked_first() {
    let wire = ntt();
    assert_eq!(wire.json("owner", &format!("GET {}", member()), "{}").status(), 200);
    for who in ["nobody", "bad-token"] {
        let response = wire.get(who, "/nope");
        assert_eq!((response.status().as_u16(), header(&response, "x-openstack-request-id")), (401, None));
    }
}

#[test]
fn there_is_no_visibility_shared_and_no_v1() {
    let wire = ntt();
    assert_eq!(wire.json("owner", "POST /v2/images", r#"{"visibility": "shared"}"#).status(), 400);
    assert_eq!(body(&wire.get("owner", &format!("/v2/images/{IMAGE}")))["visibility"], "private");
    assert_eq!(wire.get("owner", &format!("/v1/{{owner}}/cloudimages/{IMAGE}/members")).status(), 404);
}
