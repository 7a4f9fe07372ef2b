//! Huawei Cloud: IMS v1 with its pages, the kind of recipient, errors by code, and what 2026 brought to the native calls.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::*;

fn huawei() -> Wire {
    Wire::shared(Profile::Huawei2026, &[])
}

fn v1(rest: &str) -> String {
    format!("/v1/{{owner}}/cloudimages/{IMAGE}/members{rest}")
}

pub(super) fn code(response: &Response<String>) -> (u16, String) {
    let body = body(response);
    let code = body["error"]["code"].as_str().or(body["error_code"].as_str());
    (response.status().as_u16(), code.unwrap().to_owned())
}

/// Follows the markers of the list in v1 from page to page; returns the recipients of each.
pub(super) fn walk(wire: &Wire, limit: usize) -> Vec<Vec<String>> {
    walk_on(wire, &v1(""), limit)
}

/// Follows the markers of any list.
pub(super) fn walk_on(wire: &Wire, path: &str, limit: usize) -> Vec<Vec<String>> {
    let (mut pages, mut marker) = (Vec::new(), String::new());
    while pages.len() < 20 {
        let page = wire.get("owner", &format!("{path}?limit={limit}{marker}"));
        let next = body(&page)["page_info"]["next_marker"].as_str().map(str::to_owned);
        pages.push(recipients(&page));
        let Some(next) = next else { break };
        marker = format!("&marker={}", utf8_percent_encode(&next, NON_ALPHANUMERIC));
    }
    pages
}

#[test]
fn rows_name_the_kind_of_recipient_and_have_no_urn() {
    let wire = huawei();
    for path in [member(), v1("/{member}")] {
        let row = body(&wire.get("owner", &path));
        assert_eq!((row.as_object().unwrap().len(), &row["member_type"]), (7, &"project".into()), "{path}");
    }
    let lists = [members(), v1("")].map(|path| body(&wire.get("owner", &path))["members"].clone());
    assert_eq!(lists[0], lists[1]);
    assert_eq!(lists[0][0]["member_type"], "project");
}

#[test]
fn the_native_calls_of_2024_know_no_kind_and_no_pages() {
    let wire = Wire::shared(Profile::Huawei2024, &[]);
    for (path, fields) in [(member(), 6), (v1("/{member}"), 7)] {
        assert_eq!(body(&wire.get("owner", &path)).as_object().unwrap().len(), fields, "{path}");
    }
    for query in ["", "?limit=1", "?limit=abc", "?marker=%25%25%25"] {
        let list = body(&wire.get("owner", &format!("{}{query}", members())));
        assert_eq!(list["members"].as_array().unwrap().len(), 2, "{query}");
        assert_eq!((list.as_object().unwrap().len(), &list["schema"]), (2, &"/v2/schemas/members".into()), "{query}");
        assert_eq!(list["members"][0].as_object().unwrap().len(), 6, "{query}");
    }
    assert_eq!(walk(&wire, 1).len(), 2);
    assert_eq!(body(&wire.get("owner", &v1("")))["members"][0]["member_type"], "project");
}

#[test]
fn since_2026_the_native_list_has_the_pages_of_v1() {
    let wire = huawei();
    wire.add("third");
    for limit in 1..=4 {
        assert_eq!(walk_on(&wire, &members(), limit), walk(&wire, limit), "{limit}");
    }
    assert_eq!(body(&wire.get("owner", &members())), body(&wire.get("owner", &v1(""))));
    for query in ["limit=0", "limit=1001", "limit=abc", "marker=%25%25%25"] {
        let refused = wire.get("owner", &format!("{}?{query}", members()));
        assert_eq!(code(&refused), (400, "IMG.0001".to_owned()), "{query}");
    }
}

#[test]
fn pages_have_a_count_and_a_marker_only_where_rows_follow() {
    let wire = huawei();
    for name in ["third", "fourth", "fifth"] {
        wire.add(name);
    }
    let sizes = |limit| walk(&wire, limit).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(sizes(1), [1, 1, 1, 1, 1]);
    assert_eq!(sizes(2), [2, 2, 1]);
    assert_eq!(sizes(5), [5]);
    assert_eq!(walk(&wire, 2).concat(), recipients(&wire.get("owner", &v1(""))));
    let whole = body(&wire.get("owner", &v1("")));
    assert_eq!(whole["page_info"], serde_json::json!({"current_count": 5}));
    let part = body(&wire.get("owner", &v1("?limit=2")));
    assert_eq!(part["page_info"]["current_count"], 2);
}

#[test]
fn a_bad_limit_or_marker_is_400() {
    let wire = huawei();
    let foreign = body(&wire.get("owner", &v1("?limit=1")))["page_info"]["next_marker"].as_str().unwrap().to_owned();
    wire.create("d164b5df-1bc3-4c3f-893e-3e471fd16e65");
    for query in ["limit=0", "limit=-1", "limit=1001", "limit=abc", "limit=", "limit=1.5", "limit=1&limit=2"] {
        assert_eq!(code(&wire.get("owner", &v1(&format!("?{query}")))), (400, "IMG.0001".to_owned()), "{query}");
    }
    for query in ["marker=", "marker=%25%25%25", "marker=enp6", &format!("marker={}", "A".repeat(8192))] {
        assert_eq!(code(&wire.get("owner", &v1(&format!("?{query}")))), (400, "IMG.0001".to_owned()), "{query}");
    }
    let other = "/v1/{owner}/cloudimages/d164b5df-1bc3-4c3f-893e-3e471fd16e65/members";
    assert_eq!(wire.get("owner", &format!("{other}?marker={}", foreign.replace('=', "%3D"))).status(), 400);
}

#[test]
fn a_recipient_asks_in_its_own_project_and_nobody_in_another() {
    let wire = huawei();
    let own = format!("/v1/{{member}}/cloudimages/{IMAGE}/members");
    assert_eq!(recipients(&wire.get("member", &own)), [wire.fill("{member}")]);
    assert_eq!(wire.get("member", &format!("{own}/{{member}}")).status(), 200);
    assert_eq!(wire.get("member", &format!("{own}/{{other-member}}")).status(), 404);
    for (who, project) in [("owner", "{stranger}"), ("owner", "xx"), ("stranger", "{owner}"), ("admin", "{owner}")] {
        for rest in ["", "/{member}"] {
            let path = format!("/v1/{project}/cloudimages/{IMAGE}/members{rest}");
            assert_eq!(code(&wire.get(who, &path)), (403, "IMG.0026".to_owned()), "{who} in {project}");
        }
    }
    let hidden = format!("/v1/{{stranger}}/cloudimages/{IMAGE}/members");
    assert_eq!(code(&wire.get("stranger", &hidden)), (404, "IMG.0027".to_owned()));
}

#[test]
fn refusals_carry_the_documented_codes() {
    let wire = huawei();
    let add = format!("POST {}", members());
    for (sent, expected) in [
        (r#"{"member": "{member}"}"#, "IMG.0112"),
        (r#"{"member": "{owner}"}"#, "IMG.0076"),
        (r#"{"member": 5}"#, "IMG.0001"),
        ("", "IMG.0007"),
    ] {
        assert_eq!(code(&wire.json("owner", &add, sent)), (400, expected.to_owned()), "{sent}");
    }
    assert_eq!(recipients(&wire.get("owner", &members())).len(), 2);
    let update = format!("PUT {}", member());
    assert_eq!(code(&wire.json("member", &update, r#"{"status": "pending"}"#)), (400, "IMG.0001".to_owned()));
    assert_eq!(code(&wire.get("owner", &format!("{}/nobody", members()))), (404, "IMG.0114".to_owned()));
    assert_eq!(code(&wire.get("owner", "/v2/images/xyz/members")), (404, "IMG.0027".to_owned()));
    for who in ["nobody", "bad-token"] {
        assert_eq!(code(&wire.get(who, &v1(""))), (401, "APIG.0301".to_owned()));
    }
    assert_eq!(code(&wire.get("owner", "/v2/nope")), (404, "APIG.0101".to_owned()));
}

#[test]
fn a_public_image_cannot_be_shared() {
    let wire = huawei();
    let patch = [("content-type", "application/openstack-images-v2.1-json-patch")];
    let public = r#"[{"op": "replace", "path": "/visibility", "value": "public"}]"#;
    assert_eq!(wire.send("admin", &format!("PATCH /v2/images/{IMAGE}"), public, &patch).status(), 200);
    let add = wire.json("owner", &format!("POST {}", members()), r#"{"member": "x"}"#);
    assert_eq!(code(&add), (400, "IMG.0089".to_owned()));
    assert_eq!(wire.get("owner", &v1("")).status(), 403);
    assert_eq!(wire.get("owner", &v1("/{member}")).status(), 404);
}

#[test]
fn a_user_without_a_grant_is_refused_and_a_reader_reads() {
    let wire = huawei();
    for path in [members(), member(), v1(""), v1("/{member}"), "/v2/images".to_owned(), "/v2/schemas/member".to_owned()]
    {
        assert_eq!(wire.get("ungranted", &path).status(), 403, "{path}");
        assert_eq!(wire.get("reader", &path).status(), 200, "{path}");
    }
}
