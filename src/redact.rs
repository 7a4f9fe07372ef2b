//! Keeps credentials out of everything that is shown or written.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use regex::bytes::Regex;
use serde_json::Value;

/// The shortest credential that can be told from ordinary text, in bytes.
pub const SHORTEST: usize = 4;

/// What stands in place of a credential.
const MASK: &str = "[secret]";

/// A credential; it shows as `[secret]`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret(String);

impl Secret {
    /// Wraps a credential.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Returns the credential itself, for the wire only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Finds and masks credentials, as they stand and in their URL-encoded and base64 forms.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    pattern: Option<Regex>,
}

impl Redactor {
    /// Returns a redactor of these credentials.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut forms: Vec<String> = secrets.into_iter().flat_map(|secret| forms(secret.expose())).collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        if forms.is_empty() {
            return Self::default();
        }
        let alternatives: Vec<_> = forms.iter().map(|form| regex::escape(form)).collect();
        Self { pattern: Regex::new(&alternatives.join("|")).ok() }
    }

    /// Tells whether a credential stands in the bytes.
    #[must_use]
    pub fn finds(&self, bytes: &[u8]) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(bytes))
    }

    /// Returns the text with every credential masked.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match &self.pattern {
            Some(pattern) if pattern.is_match(text.as_bytes()) => {
                let masked = pattern.replace_all(text.as_bytes(), MASK.as_bytes());
                Cow::Owned(String::from_utf8_lossy(&masked).into_owned())
            }
            _ => Cow::Borrowed(text),
        }
    }

    /// Masks every credential in the texts and keys of a value.
    pub fn redact_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(masked) = self.redact(text) {
                    *text = masked;
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|inner| self.redact_value(inner)),
            Value::Object(map) => {
                map.values_mut().for_each(|inner| self.redact_value(inner));
                if map.keys().any(|key| self.finds(key.as_bytes())) {
                    let old = std::mem::take(map);
                    map.extend(old.into_iter().map(|(key, inner)| (self.redact(&key).into_owned(), inner)));
                }
            }
            _ => {}
        }
    }
}

fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![
        secret.to_owned(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        serde_json::to_string(secret).unwrap_or_default().trim_matches('"').to_owned(),
    ];
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

/// Returns text from a target with control characters shown instead of obeyed.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    let hostile = |c: char| (c.is_control() && c != '\n') || is_bidi(c);
    if !text.contains(hostile) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().flat_map(|c| if hostile(c) { c.escape_default().collect() } else { vec![c] }).collect())
}

/// Tells whether a character reorders or hides the text around it.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_of_a_credential_is_masked() {
        let secret = Secret::new("s3cret/to+ken=".to_owned());
        let redactor = Redactor::new([&secret]);
        for form in [
            "s3cret/to+ken=".to_owned(),
            "s3cret%2Fto%2Bken%3D".to_owned(),
            base64::engine::general_purpose::STANDARD.encode("s3cret/to+ken="),
        ] {
            let shown = redactor.redact(&format!("a {form} b")).into_owned();
            assert!(shown.starts_with("a [secret]") && !shown.contains(&form), "{shown}");
            assert!(redactor.finds(form.as_bytes()));
        }
        assert_eq!(format!("{secret} {secret:?}"), "[secret] [secret]");
    }

    #[test]
    fn values_are_masked_through_and_through() {
        let redactor = Redactor::new([&Secret::new("topsecret".to_owned())]);
        let mut value = json!({"a": ["x topsecret"], "topsecret": 1});
        redactor.redact_value(&mut value);
        assert_eq!(value, json!({"a": ["x [secret]"], "[secret]": 1}));
    }

    #[test]
    fn no_credentials_mask_nothing() {
        assert_eq!(Redactor::new([]).redact("plain"), "plain");
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\u{202e}"), "a\\u{1b}[31mb\\u{202e}");
        assert_eq!(printable("two\nlines"), "two\nlines");
    }
}
