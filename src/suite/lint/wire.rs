//! What a step sends by hand, past the contract: whether it can go over the wire as it stands.

use super::Lint;
use crate::case::template::bare;
use crate::case::{RequestSpec, Step};

/// Headers that are not the author's: the first two say who asks whom, the others follow from the body.
const OURS: [&str; 5] = ["x-auth-token", "host", "content-length", "transfer-encoding", "connection"];

impl Lint<'_> {
    /// Checks the method, the path and the headers that a step gives itself.
    pub(super) fn wire(&mut self, step: &Step, line: u64) {
        self.method(&step.request, line);
        self.raw_path(&step.request, line);
        for (name, value) in &step.request.headers {
            self.header_name(name, line);
            self.header_value(name, &bare(value), line);
        }
        if let Some(accept) = &step.request.accept {
            self.header_value("accept", accept, line);
        }
    }

    fn method(&mut self, request: &RequestSpec, line: u64) {
        let Some(method) = &request.method else { return };
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let hint = "a method is letters alone, as `PATCH`".to_owned();
            self.hinted(line, "method", format!("`{method}` is no method"), Some(hint));
        } else if !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let hint = format!("write `{}`", method.to_uppercase());
            self.hinted(line, method, format!("`{method}` is no method"), Some(hint));
        }
    }

    fn raw_path(&mut self, request: &RequestSpec, line: u64) {
        let Some(path) = &request.raw_path else { return };
        let at = if path.is_empty() { "raw-path" } else { path };
        if !path.starts_with('/') {
            self.mistake(line, at, "a `raw-path` starts with a slash");
        }
        let bare = without_templates(path);
        let changed = |c: char| !c.is_ascii_graphic() || "\"<>\\^`{|}#".contains(c);
        if let Some(found) = bare.chars().find(|c| changed(*c)) {
            let message = format!("a URL cannot hold {found:?}, so the `raw-path` would not be sent as it stands");
            self.hinted(line, at, message, Some("write it percent-encoded".to_owned()));
        }
        let segments = bare.split('?').next().unwrap_or_default().split('/');
        if let Some(dots) = segments.into_iter().find(|part| matches!(*part, "." | "..")) {
            let message = format!("a URL loses its `{dots}`, so the `raw-path` would not be sent as it stands");
            self.mistake(line, at, message);
        }
    }

    fn header_name(&mut self, name: &str, line: u64) {
        if name.is_empty() || !name.bytes().all(is_token) {
            self.mistake(line, name, format!("`{name}` is no name of a header"));
        } else if OURS.contains(&name.to_ascii_lowercase().as_str()) {
            let hint = if name.eq_ignore_ascii_case("x-auth-token") { "say who asks with `as`" } else { "remove it" };
            self.hinted(line, name, format!("the header `{name}` is not a case's to give"), Some(hint.to_owned()));
        }
    }

    fn header_value(&mut self, name: &str, value: &str, line: u64) {
        if value.chars().any(|c| c.is_control() && c != '\t') || value.trim() != value {
            let message = format!("the value of the header `{name}` cannot be sent: {value:?}");
            let hint = "it has no line ends or other control characters, and no space around it".to_owned();
            self.hinted(line, name, message, Some(hint));
        }
    }
}

/// Tells whether a byte may stand in a header's name.
pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn without_templates(text: &str) -> String {
    let (mut bare, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        bare.push_str(before);
        // An unclosed one is told of elsewhere.
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    bare + rest
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_said;

    const EXPECT: &str = "\n    expect: { status: 200 }";

    #[test]
    fn a_method_is_in_capitals_and_a_path_is_sent_as_it_stands() {
        for (given, wanted) in [
            ("method: patch", "`patch` is no method (write `PATCH`)"),
            ("method: 'GE T'", "`GE T` is no method (a method is letters alone"),
            ("method: ''", "`` is no method"),
            ("raw-path: v2/images", "starts with a slash"),
            ("raw-path: /v2/a b", "cannot hold ' '"),
            ("raw-path: '/v2/a\\b'", r"cannot hold '\\'"),
            ("raw-path: '/v2/a#b'", "cannot hold '#'"),
            ("raw-path: /v2/../b", "loses its `..`"),
        ] {
            assert_said(&format!("{given}{EXPECT}"), &[wanted]);
        }
        assert_said(&format!("method: PATCH\n    raw-path: '/v2//{{{{image.id}}}}/%20?a=../b'{EXPECT}"), &[]);
    }

    #[test]
    fn a_header_can_be_sent_and_is_the_authors() {
        for (given, wanted) in [
            ("headers: { 'a b': c }", "`a b` is no name of a header"),
            ("headers: { X-Auth-Token: c }", "(say who asks with `as`)"),
            ("headers: { Host: c }", "the header `Host` is not a case's to give"),
            (r#"headers: { a: "b\r\nc: d" }"#, "the value of the header `a` cannot be sent"),
            (r#"accept: "a\nb""#, "the value of the header `accept` cannot be sent"),
        ] {
            assert_said(&format!("{given}{EXPECT}"), &[wanted]);
        }
        assert_said(&format!("headers: {{ content-type: text/plain, x-n: 7 }}\n    accept: text/html{EXPECT}"), &[]);
    }
}
