//! Keeps credentials out of everything that is shown or written.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem::Finder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Everything but the characters that a URL never needs to encode.
pub(crate) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

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
///
/// Clones share what they know: what one learns while a run goes on, all of them mask.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    known: Vec<Arc<RwLock<Arc<Vec<Form>>>>>,
}

/// One form of a credential.
#[derive(Clone, Debug)]
struct Form {
    search: Finder<'static>,
    /// Whether the credential is sent to the endpoint, so that an answer may leak it.
    is_sent: bool,
}

impl Redactor {
    /// Returns a redactor of these credentials, which are sent to the endpoint.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let redactor = Self { known: vec![Arc::default()] };
        secrets.into_iter().for_each(|secret| redactor.learn(secret));
        redactor
    }

    /// Returns a redactor of all that these know, and will know.
    #[must_use]
    pub fn joined(redactors: impl IntoIterator<Item = Self>) -> Self {
        Self { known: redactors.into_iter().flat_map(|redactor| redactor.known).collect() }
    }

    /// Adds a credential that is sent to the endpoint.
    pub fn learn(&self, secret: &Secret) {
        self.add(secret, true);
    }

    /// Adds a credential that the endpoint is never sent: it is masked, but in an answer it is an accident.
    pub fn learn_unsent(&self, secret: &Secret) {
        self.add(secret, false);
    }

    fn add(&self, secret: &Secret, is_sent: bool) {
        let Some(known) = self.known.first() else { return };
        let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
        let known = Arc::make_mut(&mut known);
        for text in forms(secret.expose()) {
            match known.iter_mut().find(|form| form.search.needle() == text.as_bytes()) {
                Some(form) => form.is_sent |= is_sent,
                None => known.push(Form { search: Finder::new(&text).into_owned(), is_sent }),
            }
        }
        known.sort_by_key(|form| std::cmp::Reverse(form.search.needle().len()));
    }

    fn known(&self) -> impl Iterator<Item = Arc<Vec<Form>>> {
        self.known.iter().map(|known| Arc::clone(&known.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Tells whether a credential that is sent to the endpoint stands in the bytes.
    #[must_use]
    pub fn finds(&self, bytes: &[u8]) -> bool {
        self.known().any(|known| known.iter().any(|form| form.is_sent && form.search.find(bytes).is_some()))
    }

    /// Returns the text with every credential masked.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut masked = Cow::Borrowed(text);
        for known in self.known() {
            for Form { search, .. } in known.iter() {
                if search.find(masked.as_bytes()).is_some()
                    && let Ok(form) = str::from_utf8(search.needle())
                {
                    masked = Cow::Owned(masked.replace(form, MASK));
                }
            }
        }
        masked
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
                if map.keys().any(|key| matches!(self.redact(key), Cow::Owned(_))) {
                    let old = std::mem::take(map);
                    map.extend(old.into_iter().map(|(key, inner)| (self.redact(&key).into_owned(), inner)));
                }
            }
            _ => {}
        }
    }
}

/// Returns a credential as it stands, and as URLs, base64 and JSON have it.
fn forms(secret: &str) -> Vec<String> {
    let encode = |set: &'static AsciiSet| utf8_percent_encode(secret, set).to_string();
    let (all, reserved) = (encode(NON_ALPHANUMERIC), encode(RESERVED));
    let mut forms = vec![
        secret.to_owned(),
        lower_hex(&all),
        lower_hex(&reserved),
        all,
        reserved,
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        serde_json::to_string(secret).unwrap_or_default().trim_matches('"').to_owned(),
    ];
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

/// Returns percent-encoded text with its escapes in lower case, as some encoders write them.
fn lower_hex(text: &str) -> String {
    let mut rest = text;
    let mut lower = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once('%') {
        let (escape, after) = after.split_at_checked(2).unwrap_or((after, ""));
        lower.push_str(before);
        lower.push('%');
        lower.push_str(&escape.to_ascii_lowercase());
        rest = after;
    }
    lower + rest
}

/// The longest text that a report takes over from an answer, in bytes.
const LONGEST: usize = 2 << 10;

/// Cuts a text where it is longer than a report needs; what is cut must have been redacted before.
pub fn shorten(text: &mut String) {
    if text.len() > LONGEST {
        let start = &text[..text.floor_char_boundary(LONGEST)];
        *text = format!("{start}… ({} bytes)", text.len());
    }
}

/// Cuts the texts in a value, and the value itself where it is longer than a report needs.
pub fn shorten_value(value: &mut Value) {
    if value.is_string() || value.to_string().len() <= LONGEST {
        if let Value::String(text) = value {
            shorten(text);
        }
        return;
    }
    let mut text = value.to_string();
    shorten(&mut text);
    *value = Value::String(text);
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
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
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
    fn a_very_long_credential_is_masked_too() {
        let long = Secret::new("x9".repeat(20_000));
        let redactor = Redactor::new([&long, &Secret::new("a-b+c==".to_owned())]);
        assert_eq!(redactor.redact(&format!("a {} b", long.expose())), "a [secret] b");
        assert_eq!(redactor.redact("q=a-b%2bc%3d%3d"), "q=[secret]");
        assert_eq!(redactor.redact("q=a-b%2Bc%3D%3D"), "q=[secret]");
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let mut text = "ä".repeat(LONGEST);
        shorten(&mut text);
        assert!(text.ends_with("… (4096 bytes)") && text.len() < LONGEST + 40);
    }

    #[test]
    fn values_are_masked_through_and_through() {
        let redactor = Redactor::new([&Secret::new("topsecret".to_owned())]);
        let mut value = json!({"a": ["x topsecret"], "topsecret": 1});
        redactor.redact_value(&mut value);
        assert_eq!(value, json!({"a": ["x [secret]"], "[secret]": 1}));
    }

    #[test]
    fn what_one_learns_all_clones_mask() {
        let first = Redactor::new([&Secret::new("first-token".to_owned())]);
        let joined = Redactor::joined([first.clone(), Redactor::new([])]);
        first.learn(&Secret::new("second-token".to_owned()));
        assert_eq!(joined.redact("first-token second-token"), "[secret] [secret]");
        assert!(joined.finds(b"second-token"));
    }

    #[test]
    fn a_password_is_masked_but_is_no_leak_of_the_endpoint() {
        let redactor = Redactor::new([]);
        redactor.learn_unsent(&Secret::new("openstack".to_owned()));
        assert!(!redactor.finds(b"x-openstack-request-id"));
        assert_eq!(redactor.redact("openstack"), "[secret]");
        redactor.learn(&Secret::new("openstack".to_owned()));
        assert!(redactor.finds(b"openstack"), "what is a token, too, may leak");
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
