//! The form of a marker, which the documents tell in two ways (C01): as it looks, and as it is taken back.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// How a marker is sent back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// As it came.
    #[default]
    Verbatim,
    /// The Base64 of it.
    Base64,
    /// The Base64 of it in the alphabet of URLs.
    Base64Url,
}

impl Encoding {
    /// What is tried where a marker is refused as it came, in this order.
    pub const OTHERS: [Self; 2] = [Self::Base64, Self::Base64Url];

    /// Returns a marker as it is sent.
    #[must_use]
    pub fn apply(self, marker: &str) -> Cow<'_, str> {
        match self {
            Self::Verbatim => marker.into(),
            Self::Base64 => STANDARD.encode(marker).into(),
            Self::Base64Url => URL_SAFE.encode(marker).into(),
        }
    }

    /// Returns the name used in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verbatim => "as it came",
            Self::Base64 => "as the Base64 of it",
            Self::Base64Url => "as the URL-safe Base64 of it",
        }
    }
}

/// Returns what a marker looks like: `Base64`, `a UUID`, `URL-safe Base64`, or `neither Base64 nor a UUID`.
#[must_use]
pub fn look(marker: &str) -> &'static str {
    // Whoever reads Base64 may want its padding or not.
    let bare = marker.trim_end_matches('=');
    let padded = |fill: usize| format!("{bare}{}", "=".repeat(fill));
    let fill = (4 - bare.len() % 4) % 4;
    if uuid::Uuid::parse_str(marker).is_ok() {
        "a UUID"
    } else if STANDARD.decode(padded(fill)).is_ok() {
        "Base64"
    } else if URL_SAFE.decode(padded(fill)).is_ok() {
        "URL-safe Base64"
    } else {
        "neither Base64 nor a UUID"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_told_by_its_look() {
        for (marker, expected) in [
            ("ZDE2NGI1ZGY6Nw==", "Base64"),
            ("ZDE2NGI1ZGY6Nw", "Base64"),
            ("a+b/", "Base64"),
            ("a-b_", "URL-safe Base64"),
            ("0fa4b2a2-6a5c-4f0c-9d2c-0c5f0e3f7a11", "a UUID"),
            ("0fa4b2a26a5c4f0c9d2c0c5f0e3f7a11", "a UUID"),
            ("d164b5df:7", "neither Base64 nor a UUID"),
            ("<b>{{image.id}}</b>", "neither Base64 nor a UUID"),
            ("=", "Base64"),
            ("a", "neither Base64 nor a UUID"),
        ] {
            assert_eq!(look(marker), expected, "{marker}");
        }
    }

    #[test]
    fn a_marker_is_sent_in_three_forms() {
        let [plain, std, url] =
            [Encoding::Verbatim, Encoding::Base64, Encoding::Base64Url].map(|form| form.apply("??>").into_owned());
        assert_eq!([plain.as_str(), &std, &url], ["??>", "Pz8+", "Pz8-"]);
    }
}
