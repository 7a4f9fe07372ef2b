//! The JSON of requests: any body at first, then the body of an image to create.

use serde_json::Value;

use crate::mock::error::{Malformed, Problem};
use crate::mock::inbound::Inbound;
use crate::mock::model::{Call, NewImage, Policy, Visibility};

const READ_ONLY: [&str; 5] = ["direct_url", "self", "file", "schema", "stores"];
const SERVER_SET: [&str; 8] =
    ["created_at", "updated_at", "status", "checksum", "size", "virtual_size", "os_hash_algo", "os_hash_value"];

/// Container formats of Glance's default configuration.
pub(super) const CONTAINER_FORMATS: [&str; 8] = ["ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"];
/// Disk formats of Glance's default configuration.
pub(super) const DISK_FORMATS: [&str; 11] =
    ["ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"];

/// Reads a body as JSON: an object or a list, whatever its media type says.
pub(crate) fn parse(inbound: &Inbound) -> Result<Value, Problem> {
    if !inbound.has_body() {
        return Err(Malformed::NoBody.into());
    }
    match serde_json::from_slice(&inbound.body) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => Ok(value),
        Ok(_) => Err(Malformed::NoCollection.into()),
        Err(_) => Err(Malformed::NoJson.into()),
    }
}

/// Reads the body of a create; `id` is the one to use where the body names none.
pub(crate) fn create(inbound: &Inbound, policy: &Policy, id: String) -> Result<Call, Problem> {
    let Value::Object(fields) = parse(inbound)? else { return Err(Malformed::Field("body".to_owned()).into()) };
    let mut image = NewImage { id, ..NewImage::default() };
    for (name, value) in &fields {
        set(&mut image, policy, name, value)?;
    }
    Ok(Call::ImageCreate(Box::new(image)))
}

fn set(image: &mut NewImage, policy: &Policy, name: &str, value: &Value) -> Result<(), Problem> {
    let bad = || Malformed::Field(name.to_owned());
    match name {
        "name" => image.name = short_text(name, value)?,
        "visibility" => image.visibility = Some(visibility(policy, value).ok_or_else(bad)?),
        "container_format" => image.container_format = format(name, value, &CONTAINER_FORMATS)?,
        "disk_format" => image.disk_format = format(name, value, &DISK_FORMATS)?,
        "min_disk" => image.min_disk = value.as_u64().ok_or_else(bad)?,
        "min_ram" => image.min_ram = value.as_u64().ok_or_else(bad)?,
        "protected" => image.protected = value.as_bool().ok_or_else(bad)?,
        "tags" => image.tags = tags(value).ok_or_else(bad)?,
        "owner" => image.owner = short_text(name, value)?,
        "id" => image.id = uuid(value).ok_or_else(bad)?,
        _ if READ_ONLY.contains(&name) || SERVER_SET.contains(&name) => {
            return Err(Malformed::ReadOnly(name.to_owned()).into());
        }
        _ => image.extra.push((name.to_owned(), value.as_str().ok_or_else(bad)?.to_owned())),
    }
    Ok(())
}

/// Returns a visibility that the profile has.
pub(super) fn visibility(policy: &Policy, value: &Value) -> Option<Visibility> {
    Visibility::parse(value.as_str()?).filter(|visibility| policy.visibilities.contains(visibility))
}

/// Returns a text of at most 255 characters, or null.
pub(super) fn short_text(field: &str, value: &Value) -> Result<Option<String>, Malformed> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.chars().count() <= 255 => Ok(Some(text.clone())),
        _ => Err(Malformed::Field(field.to_owned())),
    }
}

/// Returns one of the known formats, or null.
pub(super) fn format(field: &str, value: &Value, known: &[&str]) -> Result<Option<String>, Malformed> {
    match short_text(field, value)? {
        Some(text) if !known.contains(&text.as_str()) => Err(Malformed::Field(field.to_owned())),
        text => Ok(text),
    }
}

fn tags(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|tag| tag.as_str().map(str::to_owned)).collect()
}

fn uuid(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| text.len() == 36)?;
    uuid::Uuid::try_parse(text).ok().map(|_| text.to_owned())
}
