//! Member lists by pages, as IMS v1 has them, and Huawei's native list since 2026.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::{Malformed, Problem};
use super::fields::Fields;
use super::inbound::Inbound;
use super::model::{Call, Member, Page};
use super::reply::{Body, JSON, Reply};
use super::v2;

/// The rows of a page when none are asked for.
const DEFAULT_LIMIT: usize = 500;
/// The most rows of a page.
const MAX_LIMIT: usize = 1000;

/// Reads the list call.
pub(crate) fn list(inbound: &Inbound, image: &str) -> Result<Call, Problem> {
    let limit = once(inbound, "limit", Malformed::PageLimit, parse_limit)?.unwrap_or(DEFAULT_LIMIT);
    let (of, after) = once(inbound, "marker", Malformed::PageMarker, parse_marker)?.unzip();
    Ok(Call::MemberList { image: image.to_owned(), page: Page { limit: Some(limit), after, of } })
}

/// Shows a page of rows, which name the kind of recipient, with the marker of the next one if more rows follow.
pub(crate) fn show(rows: &[Member], next: Option<usize>) -> Reply {
    let marker = next.zip(rows.last()).map(|(at, row)| marker(&row.image, at));
    let mut info = Fields::default();
    if let Some(marker) = marker {
        info.set("next_marker", marker);
    }
    info.set("current_count", rows.len());
    let body = v2::member::list_fields(rows, true).with_object("page_info", info);
    Reply::new(StatusCode::OK, Body::Json(JSON, body))
}

/// Reads a query value that may be there once: twice is wrong, as the documents leave open which one would count.
fn once<T>(
    inbound: &Inbound,
    key: &str,
    wrong: Malformed,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Malformed> {
    let mut values = inbound.query.iter().filter(|(name, _)| name == key);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some((_, value)), None) => read(value).map(Some).ok_or(wrong),
        (Some(_), Some(_)) => Err(wrong),
    }
}

/// Reads a limit as the document has it, a positive integer of at most 1000: no sign, no leading zero.
fn parse_limit(text: &str) -> Option<usize> {
    let digits = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = text.parse().ok().filter(|_| digits)?;
    (1..=MAX_LIMIT).contains(&limit).then_some(limit)
}

/// A marker is the image and the position of the last row, so that it outlives the row and fits no other image.
fn marker(image: &str, at: usize) -> String {
    STANDARD.encode(format!("{image}:{at}"))
}

/// Returns the image and the position that a marker is.
fn parse_marker(text: &str) -> Option<(String, usize)> {
    let decoded = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    let (of, at) = decoded.rsplit_once(':')?;
    let at = at.parse().ok()?;
    (marker(of, at) == text).then(|| (of.to_owned(), at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_positive_integers_up_to_a_thousand() {
        for (text, limit) in [("1", 1), ("500", 500), ("1000", 1000)] {
            assert_eq!(parse_limit(text), Some(limit));
        }
        for text in ["", "0", "-1", "1001", "abc", "1.5", "1e2", "+1", "01", "2147483648", "99999999999999999999"] {
            assert_eq!(parse_limit(text), None, "{text}");
        }
    }

    #[test]
    fn a_marker_is_an_image_and_a_position() {
        let image = "d164b5df-1bc3-4c3f-893e-3e471fd16e64";
        let text = marker(image, 7);
        assert_eq!(parse_marker(&text), Some((image.to_owned(), 7)));
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'='));
    }

    #[test]
    fn anything_else_is_no_marker() {
        for text in ["", "%%%", "enp6", "d164b5df-1bc3-4c3f-893e-3e471fd16e64", &"x".repeat(8192), "OjA", "OisxCg=="] {
            assert_eq!(parse_marker(text), None, "{text}");
        }
    }
}
