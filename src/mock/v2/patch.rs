//! The JSON patch of an image: Glance's two media types, and the properties that the mock keeps.

use serde_json::{Map, Value};

use super::image_body::{CONTAINER_FORMATS, DISK_FORMATS, format, parse, short_text, visibility};
use crate::mock::error::{Malformed, Problem};
use crate::mock::inbound::Inbound;
use crate::mock::model::{Call, Change, Policy};

/// The media types of a patch: the older one names an operation by its key, the newer one is RFC 6902.
pub(crate) const MEDIA: [&str; 2] =
    ["application/openstack-images-v2.0-json-patch", "application/openstack-images-v2.1-json-patch"];

const OPERATIONS: [&str; 3] = ["add", "remove", "replace"];
/// The properties that the mock lets a patch change.
const KEPT: [&str; 5] = ["name", "visibility", "container_format", "disk_format", "protected"];
const READ_ONLY: [&str; 13] = [
    "created_at",
    "updated_at",
    "status",
    "checksum",
    "size",
    "virtual_size",
    "direct_url",
    "self",
    "file",
    "schema",
    "id",
    "os_hash_algo",
    "os_hash_value",
];

/// Reads a patch.
pub(crate) fn update(inbound: &Inbound, policy: &Policy, image: &str) -> Result<Call, Problem> {
    let target = match MEDIA.iter().position(|media| inbound.media_type() == Some(media)) {
        Some(0) => older_target,
        Some(_) => target,
        None => return Err(Problem::PatchMedia),
    };
    let Value::Array(operations) = parse(inbound)? else { return Err(Malformed::PatchList.into()) };
    let changes = operations.iter().map(|operation| change(operation, target, policy)).collect::<Result<_, _>>()?;
    Ok(Call::ImageUpdate { image: image.to_owned(), changes })
}

/// Finds the word of an operation, and its path.
type Target = fn(&Map<String, Value>) -> Result<(&str, &str), Problem>;

fn change(operation: &Value, target: Target, policy: &Policy) -> Result<Change, Problem> {
    let fields = operation.as_object().ok_or(Malformed::PatchObject)?;
    let (word, path) = target(fields)?;
    let name = property(path)?;
    if READ_ONLY.contains(&name) {
        return Err(Malformed::ReadOnly(name.to_owned()).into());
    }
    if word == "remove" {
        return Ok(if KEPT.contains(&name) {
            Change::Removed(name.to_owned())
        } else {
            Change::Unknown(name.to_owned())
        });
    }
    let value = fields.get("value").ok_or_else(|| Malformed::PatchValue(word.to_owned()))?;
    read(name, value, policy)
}

fn target(fields: &Map<String, Value>) -> Result<(&str, &str), Problem> {
    let word = word(fields)?;
    let path = fields.get("path").and_then(Value::as_str).ok_or(Malformed::PatchPath)?;
    Ok((word, path))
}

fn older_target(fields: &Map<String, Value>) -> Result<(&str, &str), Problem> {
    let mut found = OPERATIONS.into_iter().filter_map(|word| Some((word, fields.get(word)?)));
    match (found.next(), found.next()) {
        (Some((word, path)), None) => Ok((word, path.as_str().ok_or(Malformed::PatchPath)?)),
        (first, _) => Err(Malformed::PatchWords { many: first.is_some() }.into()),
    }
}

fn word(fields: &Map<String, Value>) -> Result<&str, Problem> {
    match fields.get("op").and_then(Value::as_str) {
        None => Err(Malformed::PatchOperation(None).into()),
        Some(word) if OPERATIONS.contains(&word) => Ok(word),
        Some(word) => Err(Malformed::PatchOperation(Some(word.to_owned())).into()),
    }
}

/// Returns the one property that a path names.
fn property(path: &str) -> Result<&str, Problem> {
    let name = path.strip_prefix('/').ok_or_else(|| Malformed::PatchPointer(path.to_owned()))?;
    if name.contains('/') {
        return Err(Malformed::PatchDepth(path.to_owned()).into());
    }
    Ok(name)
}

fn read(name: &str, value: &Value, policy: &Policy) -> Result<Change, Problem> {
    let bad = || Malformed::Field(name.to_owned());
    Ok(match name {
        "name" => Change::Name(short_text(name, value)?),
        "visibility" => Change::Visibility(visibility(policy, value).ok_or_else(bad)?),
        "container_format" => Change::ContainerFormat(format(name, value, &CONTAINER_FORMATS)?),
        "disk_format" => Change::DiskFormat(format(name, value, &DISK_FORMATS)?),
        "protected" => Change::Protected(value.as_bool().ok_or_else(bad)?),
        _ => Change::Unknown(name.to_owned()),
    })
}
