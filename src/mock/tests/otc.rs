//! Open Telekom Cloud: the native calls of Huawei Cloud's service as they were, and nothing of v1 but batches.

use super::huawei::code;
use super::*;

fn otc() -> Wire {
    Wire::shared(Profile::Otc, &[])
}

#[test]
fn rows_have_six_fields_and_the_list_has_no_pages() {
    let wire = otc();
    assert_eq!(body(&wire.get("owner", &member())).as_object().unwrap().len(), 6);
    let list = body(&wire.get("owner", &format!("{}?limit=1", members())));
    assert_eq!(list["members"].as_array().unwrap().len(), 2);
    assert_eq!(list["page_info"], Value::Null);
    assert_eq!(list["members"][0].as_object().unwrap().len(), 6);
}

#[test]
fn v1_knows_no_path_to_members() {
    let wire = otc();
    for rest in ["", "/{member}"] {
        let path = format!("/v1/{{owner}}/cloudimages/{IMAGE}/members{rest}");
        assert_eq!(code(&wire.get("owner", &path)), (404, "APIG.0101".to_owned()), "{rest}");
    }
}

#[test]
fn refusals_carry_the_codes_of_its_own_table() {
    let wire = otc();
    let add = format!("POST {}", members());
    let own = wire.json("owner", &add, r#"{"member": "{owner}"}"#);
    assert_eq!(code(&own), (400, "IMG.0076".to_owned()));
    let pending = wire.json("member", &format!("PUT {}", member()), r#"{"status": "pending"}"#);
    assert_eq!(code(&pending), (400, "IMG.0001".to_owned()));
    assert_eq!(code(&wire.get("owner", "/v2/images/xyz/members")), (404, "IMG.0027".to_owned()));
    assert_eq!(code(&wire.get("ungranted", &members())), (403, "IMG.0026".to_owned()));
    assert_eq!(wire.get("nobody", &members()).status(), 401);
}
