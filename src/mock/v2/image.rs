//! Images on the wire: create, list, upload, and images as Glance shows them.

use axum::http::{HeaderName, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::mock::error::{Malformed, Problem};
use crate::mock::fields::Fields;
use crate::mock::inbound::Inbound;
use crate::mock::model::{Call, Image, ImageQuery, MemberStatus, MemberStatusFilter, Visibility, VisibilityFilter};
use crate::mock::reply::{Body, HTML, Reply};
use crate::mock::route::Operation;

pub(crate) use super::image_body::create;
pub(crate) use super::patch::{MEDIA as PATCH_MEDIA, update};

/// The images of a page when none are asked for.
const DEFAULT_LIMIT: usize = 25;
/// The most images of a page.
const MAX_LIMIT: usize = 1000;

/// What Python's `urlencode` leaves as it is.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~');

/// Reads the list call. Query keys that the mock does not filter by are ignored.
pub(crate) fn list(inbound: &Inbound) -> Result<Call, Problem> {
    let text = |key| inbound.query(key).map(str::to_owned);
    Ok(Call::ImageList(ImageQuery {
        limit: inbound.query("limit").map_or(Ok(DEFAULT_LIMIT), limit)?.min(MAX_LIMIT),
        marker: text("marker"),
        name: text("name"),
        owner: text("owner"),
        visibility: inbound.query("visibility").map_or(Ok(VisibilityFilter::Default), visibility)?,
        member_status: member_status(inbound.query("member_status").unwrap_or("accepted"))?,
        hidden: hidden(inbound.query("os_hidden").unwrap_or("false"))?,
    }))
}

/// Reads an upload. The data itself is dropped.
pub(crate) fn upload(inbound: &Inbound, image: &str) -> Result<Call, Problem> {
    match inbound.media_type() {
        Some("application/octet-stream") => {
            Ok(Call::ImageUpload { image: image.to_owned(), size: inbound.body.len() as u64 })
        }
        _ => Err(Problem::UploadMedia),
    }
}

/// Shows a created image, with the address where it is.
pub(crate) fn created(image: &Image, media: &'static str, base: &str) -> Reply {
    let mut reply = show(image, media).with(header::LOCATION, &format!("{base}/v2/images/{}", image.id));
    reply.status = StatusCode::CREATED;
    reply
}

/// Adds the headers that Glance sends beside what is documented; the stores are those of the recorded one.
pub(crate) fn tell(operation: Operation, reply: Reply) -> Reply {
    match operation {
        Operation::ImageCreate => reply
            .with(HeaderName::from_static("openstack-image-import-methods"), "glance-direct,web-download,copy-image")
            .with(
                HeaderName::from_static("openstack-image-store-ids"),
                "fs,os_glance_staging_store,os_glance_tasks_store",
            ),
        Operation::ImageDelete | Operation::ImageUpload => reply.with(header::CONTENT_TYPE, HTML),
        _ => reply,
    }
}

/// Shows an image.
pub(crate) fn show(image: &Image, media: &'static str) -> Reply {
    Reply::new(StatusCode::OK, Body::Json(media, fields(image)))
}

/// Shows a page of images, with links made from the request's own query.
pub(crate) fn page(images: &[Image], next: Option<String>, media: &'static str, inbound: &Inbound) -> Reply {
    let mut query = inbound.distinct();
    query.retain(|(key, _)| key != "marker");
    let rows: Vec<_> = images.iter().map(fields).collect();
    let mut body =
        Fields::default().with_rows("images", rows).with("first", link(&query)).with("schema", "/v2/schemas/images");
    if let Some(marker) = next {
        query.push(("marker".to_owned(), marker));
        body.set("next", link(&query));
    }
    Reply::new(StatusCode::OK, Body::Json(media, body))
}

fn limit(text: &str) -> Result<usize, Malformed> {
    let limit: i64 = text.trim().parse().map_err(|_| Malformed::Limit)?;
    usize::try_from(limit).map_err(|_| Malformed::NegativeLimit)
}

fn visibility(word: &str) -> Result<VisibilityFilter, Malformed> {
    match Visibility::parse(word) {
        Some(visibility) => Ok(VisibilityFilter::Only(visibility)),
        None if word == "all" => Ok(VisibilityFilter::All),
        // Glance takes the empty word for one that no image has.
        None if word.is_empty() => Ok(VisibilityFilter::Empty),
        None => Err(Malformed::Visibility(word.to_owned())),
    }
}

fn member_status(word: &str) -> Result<MemberStatusFilter, Malformed> {
    match MemberStatus::parse(word) {
        Some(status) => Ok(MemberStatusFilter::Only(status)),
        None if word == "all" => Ok(MemberStatusFilter::All),
        None => Err(Malformed::MemberStatus(word.to_owned())),
    }
}

fn hidden(word: &str) -> Result<bool, Malformed> {
    let known = word.to_ascii_lowercase().parse();
    known.map_err(|_| Malformed::Hidden(word.to_owned()))
}

fn link(query: &[(String, String)]) -> String {
    let pairs: Vec<_> = query.iter().map(|(key, value)| format!("{}={}", quote(key), quote(value))).collect();
    let mark = if pairs.is_empty() { "" } else { "?" };
    format!("/v2/images{mark}{}", pairs.join("&"))
}

fn quote(text: &str) -> String {
    utf8_percent_encode(text, &UNRESERVED).to_string().replace("%20", "+")
}

/// Returns an image's fields in Glance's order. There is no data, so checksums stay null.
fn fields(image: &Image) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in &image.extra {
        fields.set(name.clone(), value.as_str());
    }
    fields
        .with("name", image.name.clone())
        .with("disk_format", image.disk_format.clone())
        .with("container_format", image.container_format.clone())
        .with("visibility", image.visibility.name())
        .with("size", image.size)
        .with("virtual_size", image.size)
        .with("status", image.status.name())
        .with("checksum", Value::Null)
        .with("protected", image.protected)
        .with("min_ram", image.min_ram)
        .with("min_disk", image.min_disk)
        .with("owner", &*image.owner)
        .with("os_hidden", false)
        .with("os_hash_algo", Value::Null)
        .with("os_hash_value", Value::Null)
        .with("id", image.id.as_str())
        .with("created_at", image.created.to_string())
        .with("updated_at", image.updated.to_string())
        .with("tags", image.tags.clone())
        .with("self", format!("/v2/images/{}", image.id))
        .with("file", format!("/v2/images/{}/file", image.id))
        .with("schema", "/v2/schemas/image")
}
