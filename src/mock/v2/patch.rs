//! The JSON patch of an image: Glance's two media types, and the properties that the mock keeps.

use serde_json::{Map, Value};

use super::image_body::{CONTAINER_FORMATS, DISK_FORMATS, format, parse, short_text, visibility};
use crate::mock::error::{Malformed, Problem};
use crate::mock::inbound::Inbound;
use crate::mock::model::{Call, Change, Policy};

/// The media type of a patch as RFC 6902 has it.
pub(crate) const MEDIA: &str = "application/openstack-images-v2.1-json-patch";

const OPERATIONS: [&str; 3] = ["add", "remove", "replace"];
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

/// Reads a patch. The older media type, which names its operation by its key, is refused: nobody sends it.
pub(crate) fn update(inbound: &Inbound, policy: &Policy, image: &str) -> Result<Call, Problem> {
    if inbound.media_type() != Some(MEDIA) {
        return Err(Problem::PatchMedia);
    }
    let Value::Array(operations) = parse(inbound)? else { return Err(Malformed::PatchList.into()) };
    let changes = operations.iter().map(|operation| change(operation, policy)).collect::<Result<_, _>>()?;
    Ok(Call::ImageUpdate { image: image.to_owned(), changes })
}

fn change(operation: &Value, policy: &Policy) -> Result<Change, Problem> {
    let fields = operation.as_object().ok_or(Malformed::PatchObject)?;
    let word = word(fields)?;
    let name = property(fields)?;
    if READ_ONLY.contains(&name) {
        return Err(Malformed::ReadOnly(name.to_owned()).into());
    }
    if word == "remove" {
        return Err(Problem::Removal(name.to_owned()));
    }
    let value = fields.get("value").ok_or_else(|| Malformed::PatchValue(word.to_owned()))?;
    read(name, value, policy)
}

fn word(fields: &Map<String, Value>) -> Result<&str, Problem> {
    match fields.get("op").and_then(Value::as_str) {
        None => Err(Malformed::PatchOperation(None).into()),
        Some(word) if OPERATIONS.contains(&word) => Ok(word),
        Some(word) => Err(Malformed::PatchOperation(Some(word.to_owned())).into()),
    }
}

/// Returns the one property that a path names.
fn property(fields: &Map<String, Value>) -> Result<&str, Problem> {
    let path = fields.get("path").and_then(Value::as_str).ok_or(Malformed::PatchPath)?;
    let name = path.strip_prefix('/').ok_or_else(|| Malformed::PatchPointer(path.to_owned()))?;
    if name.is_empty() || name.contains('/') {
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
        _ => return Err(Problem::NoProperty(name.to_owned())),
    })
}
