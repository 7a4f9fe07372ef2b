//! Holds the mock's answers against the recorded ones, and says everything that differs at once.

use std::fmt;

use serde::Deserialize;
use sharecheck::diagnostic::SourceFile;
use similar::{ChangeTag, TextDiff};

use super::accepted::Accepted;
use super::shape::Shape;
use super::walk::Exchange;

/// A difference that is meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    /// The entry.
    entry: String,
    /// The request, as the recording has it.
    ask: String,
    /// Who asks.
    #[serde(rename = "as")]
    actor: String,
    /// What the mock answers instead.
    status: u16,
    /// Why.
    reason: String,
}

impl Known {
    fn is_of(&self, exchange: &Exchange) -> bool {
        self.entry == exchange.entry && self.ask == exchange.ask && self.actor == exchange.actor
    }
}

/// Reads the file of known differences.
pub(crate) fn parse(file: &SourceFile) -> Vec<Known> {
    let known: Vec<Known> = sharecheck::yaml::parse(file).unwrap_or_else(|mistake| panic!("{mistake}"));
    assert!(known.len() < 10, "{}: mend the mock instead", file.name);
    assert!(known.iter().all(|known| !known.reason.is_empty()), "{}: each has a reason", file.name);
    known
}

/// Returns a text about everything that differs and is not known to, or is known to and does not.
pub(crate) fn compare(recorded: &Accepted, mock: &Accepted, known: &[Known]) -> String {
    let mut found = Vec::new();
    for exchange in recorded.exchanges() {
        let listed = known.iter().find(|known| known.is_of(exchange));
        if let Some(text) = judge(exchange, mock.like(exchange), listed) {
            note(&mut found, exchange, text);
        }
    }
    for new in mock.exchanges().filter(|exchange| recorded.like(exchange).is_none()) {
        note(&mut found, new, "  is not recorded yet".to_owned());
    }
    let lost = known.iter().filter(|known| !recorded.exchanges().any(|exchange| known.is_of(exchange)));
    let lost = lost.map(|known| {
        format!("\n{}, as {}\n  {}\n  is listed, and nobody asks it\n", known.entry, known.actor, known.ask)
    });
    let count = found.iter().map(|difference| difference.actors.len()).sum::<usize>();
    let said: String = found.iter().map(Difference::to_string).chain(lost).collect();
    if said.is_empty() { said } else { format!("{said}\n{count} answers differ; `-` is the real cloud, `+` the mock.") }
}

/// What differs in the same way for these actors.
struct Difference<'a> {
    exchange: &'a Exchange,
    actors: Vec<&'a str>,
    text: String,
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Exchange { entry, ask, .. } = self.exchange;
        writeln!(f, "\n{entry}, as {}\n  {ask}\n{}", self.actors.join(", "), self.text)
    }
}

fn note<'a>(found: &mut Vec<Difference<'a>>, exchange: &'a Exchange, text: String) {
    let same = |it: &&mut Difference<'_>| {
        it.exchange.entry == exchange.entry && it.exchange.at == exchange.at && it.text == text
    };
    match found.iter_mut().find(same) {
        Some(difference) => difference.actors.push(&exchange.actor),
        None => found.push(Difference { exchange, actors: vec![&exchange.actor], text }),
    }
}

fn judge(recorded: &Exchange, mock: Option<&Exchange>, listed: Option<&Known>) -> Option<String> {
    let Some(mock) = mock else { return Some("  is recorded, and nobody asks it".to_owned()) };
    if mock.ask != recorded.ask {
        return Some(format!("  is recorded; now it is\n  {}", mock.ask));
    }
    match listed {
        Some(_) if mock.shape == recorded.shape => {
            Some("  is listed in differences.yaml, and does not differ".to_owned())
        }
        Some(known) if mock.shape.status == known.status => None,
        None if mock.shape == recorded.shape => None,
        _ => Some(diff(&recorded.shape, &mock.shape)),
    }
}

fn diff(recorded: &Shape, mock: &Shape) -> String {
    let [old, new] = [recorded, mock].map(|shape| shape.lines(0));
    let [old, new] = [&old, &new].map(|lines| lines.iter().map(String::as_str).collect::<Vec<_>>());
    let lines = TextDiff::from_slices(&old, &new);
    let sign = |tag| match tag {
        ChangeTag::Equal => ' ',
        ChangeTag::Delete => '-',
        ChangeTag::Insert => '+',
    };
    let lines = lines.iter_all_changes().map(|change| format!("  {} {}", sign(change.tag()), change.value()));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn says_what_differs_and_what_is_listed_in_vain() {
    let exchange = |actor: &str, status| Exchange {
        entry: "entry".to_owned(),
        at: 0,
        ask: "GET /".to_owned(),
        actor: actor.to_owned(),
        shape: Shape { status, ..Shape::default() },
    };
    let recorded = Accepted::new([exchange("a", 200), exchange("b", 200), exchange("c", 404)]);
    let mock = Accepted::new([exchange("a", 403), exchange("b", 403), exchange("c", 404)]);
    let known = |actor: &str, status| Known {
        entry: "entry".to_owned(),
        ask: "GET /".to_owned(),
        actor: actor.to_owned(),
        status,
        reason: "because".to_owned(),
    };
    assert_eq!(compare(&recorded, &recorded, &[]), "");
    let said = compare(&recorded, &mock, &[]);
    assert!(said.starts_with("\nentry, as a, b\n  GET /\n  - status: 200\n  + status: 403\n"), "{said}");
    assert!(said.ends_with("\n2 answers differ; `-` is the real cloud, `+` the mock."), "{said}");
    assert_eq!(compare(&recorded, &mock, &[known("a", 403), known("b", 403)]), "");
    for (known, expected) in [
        (known("a", 400), "- status: 200"),
        (known("c", 404), "as c\n  GET /\n  is listed in differences.yaml, and does not differ"),
        (known("d", 404), "as d\n  GET /\n  is listed, and nobody asks it"),
    ] {
        let said = compare(&recorded, &mock, &[known]);
        assert!(said.contains(expected), "{said}");
    }
    let fewer = Accepted::new([exchange("a", 200), exchange("b", 200)]);
    assert!(compare(&recorded, &fewer, &[]).contains("is recorded, and nobody asks it"));
    assert!(compare(&fewer, &recorded, &[]).contains("is not recorded yet"));
}
