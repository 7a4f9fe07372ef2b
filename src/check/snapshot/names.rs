//! Stable names for what differs from run to run: ids, times, hosts.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use crate::http::Response;
use crate::redact::Redactor;

/// The shortest id that is looked for within a text; a shorter one must be the whole of it.
const TELLING: usize = 8;

/// An id of the form that clouds give, of which no better name is known.
static UNKNOWN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:(?<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|[0-9a-f]{32})\b"));

/// Texts that are told by their form.
static FORMS: LazyLock<[(Regex, &'static str); 4]> = LazyLock::new(|| {
    [
        // The zone stays: whether there is one is the API's promise.
        (pattern(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?"), "[time]"),
        (pattern(r"(?i)\breq-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "[request-id]"),
        (pattern(r"\bsharecheck-[0-9a-z]+-\d+\b"), "[image.name]"),
        (pattern(r"(?i)\b(https?://)(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?"), "${1}[host]"),
    ]
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns are tested")
}

/// The names of one case: what it knows by name, and how credentials are kept out.
pub struct Names<'a> {
    redactor: &'a Redactor,
    endpoint: &'a str,
    image_id: Option<String>,
    known: Vec<(String, String)>,
    markers: usize,
}

impl<'a> Names<'a> {
    /// Returns the names of a case; `known` holds ids with what they are called, and the first name of an id counts.
    #[must_use]
    pub fn new(
        redactor: &'a Redactor,
        endpoint: &'a str,
        image_id: Option<String>,
        known: Vec<(String, String)>,
    ) -> Self {
        let mut names = Self { redactor, endpoint, image_id, known: Vec::new(), markers: 0 };
        for (id, name) in known {
            names.learn(id, name);
        }
        names
    }

    /// Returns the id of the image that the case is about.
    pub(super) fn image_id(&self) -> Option<&str> {
        self.image_id.as_deref()
    }

    /// Gives the marker of a page a name: it is opaque, and a later request carries it.
    pub fn learn_markers(&mut self, answer: &Response) {
        let body = answer.json();
        let page = body.and_then(|body| body.get("page_info")).or(body);
        if let Some(marker) = page.and_then(|page| page.get("next_marker")).and_then(Value::as_str) {
            self.markers += 1;
            self.learn(marker.to_owned(), format!("marker-{}", self.markers));
        }
    }

    /// Gives an id a name, unless it has one.
    fn learn(&mut self, id: String, name: String) {
        if !id.is_empty() && self.known.iter().all(|(known, _)| *known != id) {
            self.known.push((id, name));
        }
    }

    /// Returns a text without credentials, with names for what is known; unknown ids stay.
    pub(super) fn name(&self, text: &str) -> String {
        if let Some((_, name)) = self.known.iter().find(|(id, _)| id == text) {
            return format!("[{name}]");
        }
        let mut text = self.redactor.redact(text).replace(self.endpoint, "[endpoint]");
        for (form, name) in &*FORMS {
            if let Cow::Owned(named) = form.replace_all(&text, *name) {
                text = named;
            }
        }
        for (id, name) in self.known.iter().filter(|(id, _)| id.len() >= TELLING) {
            if text.contains(id.as_str()) {
                text = replace_words(&text, id, &format!("[{name}]"));
            }
        }
        text
    }
}

/// Returns the text with every unknown id masked, for an order that does not depend on ids.
pub(super) fn mask(text: &str) -> Cow<'_, str> {
    UNKNOWN.replace_all(text, "[id]")
}

/// Returns the text with unknown ids numbered as they appear: the same id has the same number throughout.
pub(super) fn number(text: &str) -> Cow<'_, str> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    UNKNOWN.replace_all(text, |found: &Captures<'_>| {
        let next = seen.len() + 1;
        let number = *seen.entry(found[0].to_ascii_lowercase()).or_insert(next);
        let kind = if found.name("uuid").is_some() { "uuid" } else { "id" };
        format!("[{kind}-{number}]")
    })
}

/// Replaces an id wherever it stands as a word of its own.
pub(in crate::check) fn replace_words(text: &str, id: &str, name: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = 0;
    for (at, _) in text.match_indices(id) {
        let (before, after) = (text[..at].chars().next_back(), text[at + id.len()..].chars().next());
        if [before, after].into_iter().flatten().any(char::is_alphanumeric) {
            continue;
        }
        replaced.push_str(&text[rest..at]);
        replaced.push_str(name);
        rest = at + id.len();
    }
    replaced + &text[rest..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Secret;

    const IMAGE: &str = "b494b26f-674b-4fe4-865c-377a8dc86324";
    const OWNER: &str = "805a9287b57846208f0fd72bd07ce9d1";

    fn named(text: &str) -> String {
        let redactor = Redactor::new([&Secret::new(format!("token-{IMAGE}"))]);
        let known = [
            (IMAGE, "image.id"),
            (OWNER, "owner.project-id"),
            (OWNER, "reader.project-id"),
            ("7", "small"),
            ("", "none"),
        ];
        let known = known.map(|(id, name)| (id.to_owned(), name.to_owned())).to_vec();
        Names::new(&redactor, "http://127.0.0.1:9292", Some(IMAGE.to_owned()), known).name(text)
    }

    #[test]
    fn what_is_known_has_its_name() {
        assert_eq!((named(IMAGE).as_str(), named("").as_str()), ("[image.id]", ""));
        assert_eq!(named(&format!("project {OWNER}: image {IMAGE}.")), "project [owner.project-id]: image [image.id].");
        assert_eq!(named("http://127.0.0.1:9292/v2/images"), "[endpoint]/v2/images");
        assert_eq!(named("Keystone uri=\"http://127.0.0.1:5000/v3\""), "Keystone uri=\"http://[host]/v3\"");
        assert_eq!(named("sharecheck-0a1b2c3d-17"), "[image.name]");
        assert_eq!(named("2026-11-21T23:07:01Z 2026-11-21 23:07:01.5+00:00"), "[time]Z [time]+00:00");
        assert_eq!(named("req-b494b26f-674b-4fe4-865c-377a8dc86324"), "[request-id]");
    }

    #[test]
    fn a_short_id_must_stand_alone_and_a_long_one_be_a_word() {
        assert_eq!((named("7"), named("17 of 7")), ("[small]".to_owned(), "17 of 7".to_owned()));
        assert_eq!(named(&format!("x{OWNER}")), format!("x{OWNER}"));
    }

    #[test]
    fn a_credential_is_masked_before_an_id_in_it_is_named() {
        assert_eq!(named(&format!("said token-{IMAGE}")), "said [secret]");
    }

    #[test]
    fn unknown_ids_are_numbered_as_they_appear() {
        let (one, two) = ("00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000B");
        let text = format!("{two} {one} {} {OWNER} {OWNER}f", two.to_lowercase());
        assert_eq!(number(&text), format!("[uuid-1] [uuid-2] [uuid-1] [id-3] {OWNER}f"));
        assert_eq!(mask(&text), format!("[id] [id] [id] [id] {OWNER}f"));
    }
}
