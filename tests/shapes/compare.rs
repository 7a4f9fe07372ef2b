//! Holds the mock's answers against the recorded ones, and says everything that differs at once.

use std::fmt::Write;

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
    let mut said = String::new();
    let mut count = 0;
    for exchange in recorded.exchanges() {
        let listed = known.iter().find(|known| known.is_of(exchange));
        if let Some(text) = judge(exchange, mock.like(exchange), listed) {
            count += 1;
            let Exchange { entry, actor, ask, .. } = exchange;
            writeln!(said, "\n{entry}, as {actor}\n  {ask}\n{text}").expect("a String takes all writes");
        }
    }
    let lost = known.iter().filter(|known| !recorded.exchanges().any(|exchange| known.is_of(exchange)));
    let lost = lost.map(|known| {
        format!("\n{}, as {}\n  {}\n  differences.yaml lists it, nobody asks it\n", known.entry, known.actor, known.ask)
    });
    let new = mock.exchanges().filter(|exchange| recorded.like(exchange).is_none());
    let new = new.map(|new| format!("\n{}, as {}\n  {}\n  is not recorded yet\n", new.entry, new.actor, new.ask));
    let more: Vec<_> = lost.chain(new).collect();
    count += more.len();
    said.extend(more);
    if count > 0 {
        write!(said, "\n{count} differ; `-` is the real cloud, `+` the mock.").expect("a String takes all writes");
    }
    said
}

fn judge(recorded: &Exchange, mock: Option<&Exchange>, listed: Option<&Known>) -> Option<String> {
    let Some(mock) = mock else { return Some("  is recorded, and nobody asks it".to_owned()) };
    if mock.ask != recorded.ask {
        return Some(format!("  is recorded; now it is\n  {}", mock.ask));
    }
    match listed {
        Some(_) if mock.shape == recorded.shape => {
            Some("  differences.yaml lists it, and it does not differ".to_owned())
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
    lines.iter_all_changes().map(|change| format!("  {} {}\n", sign(change.tag()), change.value())).collect()
}
