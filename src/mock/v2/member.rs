//! Members on the wire: the bodies of add and update, and rows as clouds show them.

use axum::http::StatusCode;
use serde_json::Value;

use super::image_body::parse;
use crate::mock::error::{Malformed, Problem};
use crate::mock::fields::Fields;
use crate::mock::inbound::Inbound;
use crate::mock::model::{Call, Member, MemberStatus};
use crate::mock::reply::{Body, Reply};

/// The longest member id that the column of Glance's database keeps.
const MAX_MEMBER: usize = 255;

/// Reads the body of an add.
///
/// Here the mock is stricter than Glance, which takes `5` and `true` for an id, fails with 500 on a non-empty list
/// or object, and leaves the length to its database. The documents say "string", and the ruling on that
/// contradiction is 400: a mock that copied the defect could not show that the suite notices it.
pub(crate) fn add(inbound: &Inbound, image: &str) -> Result<Call, Problem> {
    let body = parse(inbound)?;
    let Value::Object(fields) = body else { return Err(Malformed::MemberForm.into()) };
    let member = match fields.get("member").ok_or(Malformed::NoMember)? {
        Value::String(member) => member.clone(),
        value if is_empty(value) => String::new(),
        _ => return Err(Malformed::MemberForm.into()),
    };
    match member.chars().count() {
        0 => Err(Malformed::EmptyMember.into()),
        1..=MAX_MEMBER => Ok(Call::MemberAdd { image: image.to_owned(), member }),
        _ => Err(Malformed::LongMember.into()),
    }
}

/// Reads the body of an update. A status that is none is for the model to refuse, once the caller's right is known.
pub(crate) fn update(inbound: &Inbound, image: &str, member: &str) -> Result<Call, Problem> {
    let body = parse(inbound)?;
    let Value::Object(fields) = body else { return Err(Malformed::StatusForm.into()) };
    let status = fields.get("status").ok_or(Malformed::NoStatus)?.as_str().and_then(MemberStatus::parse);
    Ok(Call::MemberUpdate { image: image.to_owned(), member: member.to_owned(), status })
}

/// Shows one row.
pub(crate) fn show(row: &Member, member_type: bool, media: &'static str) -> Reply {
    Reply::new(StatusCode::OK, Body::Json(media, fields(row, member_type)))
}

/// Shows a list.
pub(crate) fn list(rows: &[Member], member_type: bool, media: &'static str) -> Reply {
    Reply::new(StatusCode::OK, Body::Json(media, list_fields(rows, member_type)))
}

/// Returns a list's fields.
pub(crate) fn list_fields(rows: &[Member], member_type: bool) -> Fields {
    let rows: Vec<_> = rows.iter().map(|row| fields(row, member_type)).collect();
    Fields::default().with_rows("members", rows).with("schema", "/v2/schemas/members")
}

/// Returns a row's fields; only an organization has a `urn`.
fn fields(row: &Member, member_type: bool) -> Fields {
    let fields = Fields::default()
        .with("member_id", row.recipient.as_str())
        .with("image_id", row.image.as_str())
        .with("status", row.status.name())
        .with("created_at", row.created.to_string())
        .with("updated_at", row.updated.to_string())
        .with("schema", "/v2/schemas/member");
    match (member_type, row.kind.urn()) {
        (false, _) => fields,
        (true, None) => fields.with("member_type", row.kind.name()),
        (true, Some(urn)) => fields.with("member_type", row.kind.name()).with("urn", urn),
    }
}

/// Says whether Python would call the value false.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) | Value::String(_) => false,
    }
}
