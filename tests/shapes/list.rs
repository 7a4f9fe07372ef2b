//! What is asked: the files in `requests/`.
//!
//! In asks, bodies and headers, `$owner` stands for the project of an actor, `$image` and `$name` for the image of the
//! entry, `$x256` for 256 letters. An entry has its image to itself, and each actor of `as` one of its own.

use std::collections::BTreeMap;

use serde::Deserialize;
use sharecheck::diagnostic::SourceFile;

/// Requests that belong together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The name, unlike every other's.
    pub(crate) name: String,
    /// What is there before the first request.
    #[serde(default)]
    pub(crate) given: Given,
    /// Who sends every request, each on an image of its own.
    #[serde(default, rename = "as")]
    pub(crate) actors: Vec<String>,
    /// Headers of every request that says no other; null takes one away.
    #[serde(default)]
    pub(crate) headers: Headers,
    /// The requests, in their order.
    pub(crate) ask: Vec<Ask>,
}

/// Headers by name; null takes away the one that is there otherwise.
pub(crate) type Headers = BTreeMap<String, Option<String>>;

/// What is there before the first request.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    /// The state of the image.
    #[serde(default)]
    pub(crate) image: State,
    /// Its members in the order in which they were added, with what came of it: a status, or `removed`.
    #[serde(default)]
    pub(crate) members: Vec<BTreeMap<String, String>>,
    /// How many further members it has.
    #[serde(default)]
    pub(crate) further: usize,
}

/// The state of an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// There is none.
    #[default]
    Unknown,
    /// There was one.
    Deleted,
    Shared,
    Private,
    Community,
    Public,
}

/// A request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// Method and path.
    #[serde(rename = "ask")]
    pub(crate) line: String,
    /// Who sends it, one after the other, where the entry does not say it.
    #[serde(default, rename = "as")]
    pub(crate) actors: Vec<String>,
    /// The body.
    pub(crate) body: Option<String>,
    /// Headers beside the entry's.
    #[serde(default)]
    pub(crate) headers: Headers,
}

impl Entry {
    /// Returns the headers of a request: JSON is asked for and sent unless something else is said.
    pub(crate) fn headers(&self, ask: &Ask) -> Vec<(String, String)> {
        let json = || Some("application/json".to_owned());
        let mut headers = Headers::from([("accept".to_owned(), json())]);
        if ask.body.is_some() {
            headers.insert("content-type".to_owned(), json());
        }
        headers.extend(self.headers.clone());
        headers.extend(ask.headers.clone());
        headers.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Returns the request as it stands in the recording: all of it but who sends it.
    pub(crate) fn line(&self, ask: &Ask) -> String {
        let headers = self.headers.iter().chain(&ask.headers);
        let said = headers.map(|(name, value)| format!(" ({name}: {})", value.as_deref().unwrap_or("none")));
        let body = ask.body.iter().map(|body| format!(" {body}"));
        [ask.line.clone()].into_iter().chain(said).chain(body).collect()
    }
}

/// Reads a file of requests.
pub(crate) fn parse(file: &SourceFile) -> Vec<Entry> {
    let entries: Vec<Entry> = sharecheck::yaml::parse(file).unwrap_or_else(|mistake| panic!("{mistake}"));
    for entry in &entries {
        let own = entry.ask.iter().filter(|ask| !ask.actors.is_empty()).count();
        let expected = if entry.actors.is_empty() { entry.ask.len() } else { 0 };
        assert_eq!(own, expected, "{}: either the entry says who asks, or every request does", entry.name);
    }
    entries
}
