//! The recording: one file, sorted by entry, in which actors that are answered alike stand together.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use sharecheck::diagnostic::SourceFile;

use super::shape::{self, Shape, quote};
use super::walk::Exchange;

const HEAD: &str = "\
# What Keystone 30.0.0 and Glance 33.0.0 answer to what `requests/` lists, without who asked when: `$owner` stands for a
# project, `$image` and `$name` for the image of the entry, `$uuid`, `$hex`, `$time` and `$url` for any other, `$text` for
# words that are no error. Headers of the connection and the server are left out: connection, content-length, date,
# keep-alive, server, transfer-encoding; where no headers stand, they are content-type: application/json and
# x-openstack-request-id: req-$uuid. Keys of JSON are sorted; null and booleans and numbers stand as they are.
# Written by scripts/real-cloud/record-shapes.
";

/// The answers of a cloud, each with what names it: entry, place in it, actor.
pub(crate) struct Accepted(BTreeMap<Key, Exchange>);

type Key = (String, usize, String);

/// A request as the file has it: one key, with the answers.
type Asked = BTreeMap<String, Vec<Answered>>;

/// An answer as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answered {
    #[serde(rename = "as")]
    actors: Vec<String>,
    status: u16,
    #[serde(default = "shape::usual")]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Value,
}

impl Accepted {
    /// Keeps what a walk brought.
    pub(crate) fn new(exchanges: impl IntoIterator<Item = Exchange>) -> Self {
        let key = |exchange: &Exchange| (exchange.entry.clone(), exchange.at, exchange.actor.clone());
        Self(exchanges.into_iter().map(|exchange| (key(&exchange), exchange)).collect())
    }

    /// Reads the file.
    pub(crate) fn parse(file: &SourceFile) -> Self {
        let read: BTreeMap<String, Vec<Asked>> =
            sharecheck::yaml::parse(file).unwrap_or_else(|mistake| panic!("{mistake}"));
        let mut exchanges = Vec::new();
        for (entry, asked) in &read {
            for (at, (ask, answers)) in
                asked.iter().enumerate().flat_map(|(at, asked)| asked.iter().map(move |a| (at, a)))
            {
                for Answered { actors, status, headers, body } in answers {
                    let shape = Shape { status: *status, headers: headers.clone(), body: body.clone() };
                    exchanges.extend(actors.iter().map(|actor| Exchange {
                        entry: entry.clone(),
                        at,
                        ask: ask.clone(),
                        actor: actor.clone(),
                        shape: shape.clone(),
                    }));
                }
            }
        }
        Self::new(exchanges)
    }

    /// Returns what was asked and answered, in order.
    pub(crate) fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.0.values()
    }

    /// Returns the exchange of the same entry, place and actor.
    pub(crate) fn like(&self, other: &Exchange) -> Option<&Exchange> {
        self.0.get(&(other.entry.clone(), other.at, other.actor.clone()))
    }
}

impl fmt::Display for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        let exchanges: Vec<_> = self.exchanges().collect();
        for entry in exchanges.chunk_by(|a, b| a.entry == b.entry) {
            writeln!(f, "\n{}:", entry[0].entry)?;
            for asked in entry.chunk_by(|a, b| a.at == b.at) {
                writeln!(f, "  - {}:", quote(&asked[0].ask))?;
                for (shape, actors) in alike(asked) {
                    writeln!(f, "      - as: [{}]", actors.join(", "))?;
                    for line in shape.lines(108) {
                        writeln!(f, "        {line}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Gathers the actors that are answered alike.
fn alike<'a>(asked: &[&'a Exchange]) -> Vec<(&'a Shape, Vec<&'a str>)> {
    let mut groups: Vec<(&Shape, Vec<&str>)> = Vec::new();
    for exchange in asked {
        match groups.iter_mut().find(|(shape, _)| **shape == exchange.shape) {
            Some((_, actors)) => actors.push(&exchange.actor),
            None => groups.push((&exchange.shape, vec![&exchange.actor])),
        }
    }
    groups
}
