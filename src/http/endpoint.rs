//! Where an API is.

use std::fmt;

use reqwest::Url;

use super::ClientSetupError;

/// The shortest last part of a path that is taken for a project id.
const SHORTEST_PROJECT_ID: usize = 16;

/// The root of an API: scheme, host, port and perhaps a path prefix, without version and trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(String);

impl Endpoint {
    /// Reads an endpoint; user info, query and fragment are refused.
    ///
    /// A version at its end, such as `/v2`, `/v2.9`, or `/v1/<project id>`, is left out: request paths begin with one.
    pub fn parse(text: &str) -> Result<Self, ClientSetupError> {
        // A text with an `@` may hold a password.
        let shown = if text.contains('@') { "[secret]" } else { text };
        let wrong = |reason: &str| ClientSetupError::Endpoint { text: shown.to_owned(), reason: reason.to_owned() };
        let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("it must start with http:// or https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("it must not hold a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("it must not have a query or a fragment"));
        }
        let whole = url.as_str().trim_end_matches('/');
        let path = url.path().trim_end_matches('/');
        let origin = whole.strip_suffix(path).unwrap_or(whole);
        Ok(Self(format!("{origin}{}", without_version(path))))
    }

    /// Returns the text without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn url(&self) -> Url {
        Url::parse(&self.0).expect("an endpoint was parsed as a URL")
    }

    /// Tells whether it is reached without TLS.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.starts_with("http://")
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns a path without a version at its end, and without a project id that follows the version.
fn without_version(path: &str) -> &str {
    let Some((before, last)) = path.rsplit_once('/') else { return path };
    if is_version(last) {
        return before.trim_end_matches('/');
    }
    match before.rsplit_once('/') {
        Some((root, version)) if is_version(version) && is_project_id(last) => root.trim_end_matches('/'),
        _ => path,
    }
}

/// Tells whether a part of a path is a version: `v1`, `v2.9`.
fn is_version(part: &str) -> bool {
    let Some(number) = part.strip_prefix(['v', 'V']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    number.split_once('.').map_or_else(|| digits(number), |(major, minor)| digits(major) && digits(minor))
}

fn is_project_id(part: &str) -> bool {
    let part = part.strip_prefix("AUTH_").unwrap_or(part);
    part.len() >= SHORTEST_PROJECT_ID && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(text: &str) -> String {
        Endpoint::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).as_str().to_owned()
    }

    #[test]
    fn an_endpoint_is_a_plain_root() {
        assert_eq!(root("http://h:9292/"), "http://h:9292");
        assert_eq!(root("https://h/image"), "https://h/image");
        for wrong in ["h:9292", "ftp://h", "http://u:p@h", "http://h?x=1", "", "http://"] {
            assert!(Endpoint::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_version_at_the_end_is_left_out_and_a_prefix_stays() {
        for version in
            ["v1", "v2", "v2.0", "v2.9/", "v3//", "v1/8f0c63a1d1ac4a3c9f5d4a6c1e2b3a40", "v2.0/AUTH_0123456789abcdef/"]
        {
            assert_eq!(root(&format!("http://h:9292/{version}")), "http://h:9292", "{version}");
            assert_eq!(root(&format!("https://h/image/{version}")), "https://h/image", "{version}");
        }
        for whole in [
            "http://h/v2/image",
            "http://h/v",
            "http://h/v2x",
            "http://h/vm/v",
            "http://v2",
            "http://h/v2.",
            "http://h/v1/images",
        ] {
            assert_eq!(root(whole), whole);
        }
    }
}
