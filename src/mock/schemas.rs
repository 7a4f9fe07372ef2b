//! The schema documents of images, members and their lists, as Glance serves them; those of images in our own words.

use axum::http::StatusCode;

use super::reply::{Body, JSON, Reply};

/// The document of one image.
const IMAGE: &str = include_str!("image-schema.json");

/// The document of an image list.
const IMAGES: &str = concat!(
    r#"{"name": "images", "properties": {"images": {"type": "array", "items": "#,
    include_str!("image-schema.json"),
    r#"}, "first": {"type": "string"}, "next": {"type": "string"}, "schema": {"type": "string"}}, "#,
    r#""links": [{"rel": "first", "href": "{first}"}, {"rel": "next", "href": "{next}"}, "#,
    r#"{"rel": "describedby", "href": "{schema}"}]}"#,
);

macro_rules! member {
    () => {
        concat!(
            r#"{"name": "member", "properties": {"#,
            r#""member_id": {"type": "string", "description": "An identifier for the image member (tenantId)"}, "#,
            r#""image_id": {"type": "string", "description": "An identifier for the image", "pattern": "#,
            r#""^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$"}, "#,
            r#""created_at": {"type": "string", "description": "Date and time of image member creation"}, "#,
            r#""updated_at": {"type": "string", "description": "#,
            r#""Date and time of last modification of image member"}, "#,
            r#""status": {"type": "string", "description": "The status of this image member", "#,
            r#""enum": ["pending", "accepted", "rejected"]}, "#,
            r#""schema": {"readOnly": true, "type": "string"}}}"#,
        )
    };
}

/// The document of one member.
const MEMBER: &str = member!();

/// The document of a member list.
const MEMBERS: &str = concat!(
    r#"{"name": "members", "properties": {"members": {"type": "array", "items": "#,
    member!(),
    r#"}, "schema": {"type": "string"}}, "links": [{"rel": "describedby", "href": "{schema}"}]}"#,
);

/// Answers with the schema document of an image.
pub(crate) fn image() -> Reply {
    Reply::new(StatusCode::OK, Body::Text(JSON, IMAGE.to_owned()))
}

/// Answers with the schema document of an image list.
pub(crate) fn images() -> Reply {
    Reply::new(StatusCode::OK, Body::Text(JSON, IMAGES.to_owned()))
}

/// Answers with the schema document of a member.
pub(crate) fn member() -> Reply {
    Reply::new(StatusCode::OK, Body::Text(JSON, MEMBER.to_owned()))
}

/// Answers with the schema document of a member list.
pub(crate) fn members() -> Reply {
    Reply::new(StatusCode::OK, Body::Text(JSON, MEMBERS.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn documents_name_the_six_fields_and_three_statuses() {
        let member: Value = serde_json::from_str(MEMBER).unwrap();
        assert_eq!(member["name"], "member");
        assert_eq!(member["properties"].as_object().unwrap().len(), 6);
        assert_eq!(member["properties"]["status"]["enum"], json!(["pending", "accepted", "rejected"]));
        let members: Value = serde_json::from_str(MEMBERS).unwrap();
        assert_eq!(members["properties"]["members"]["items"], member);
    }

    #[test]
    fn documents_have_the_recorded_lengths() {
        assert_eq!((MEMBER.len(), MEMBERS.len()), (678, 839));
    }
}
