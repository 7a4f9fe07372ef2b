//! Whatever stands in a file of ours, it is read or refused with mistakes that can be shown; nothing panics.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use sharecheck::diagnostic::{Diagnostic, SourceFile};
use sharecheck::suite::{Sources, Suite};
use sharecheck::target;

/// What makes YAML, templates and JSONPath go wrong when it stands where nobody expects it.
const BITS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "&a ",
    "*a",
    "<<: *a",
    "|",
    ">",
    "\"",
    "'",
    "#",
    "\t",
    "\n",
    "\r",
    "\u{0}",
    "\u{feff}",
    "\u{2028}",
    "é",
    "🦀",
    "~",
    "null",
    "true",
    "1e400",
    "-1",
    "99999999999999999999",
    "{{",
    "}}",
    "{{image.id}}",
    "{{random.",
    "${",
    "${A}",
    "$.",
    "$[?(",
    "..",
    "?",
    "!!binary ",
    "%",
    "---\n",
    "...\n",
    "(",
    "\\",
];

static SOURCES: LazyLock<Sources> = LazyLock::new(|| Sources::find(None, None).unwrap());
static SUITE: LazyLock<Suite> = LazyLock::new(|| Suite::load(&SOURCES).unwrap());

/// A change of a text: from one place to another, something else.
#[derive(Clone, Debug)]
struct Change {
    from: Index,
    to: Index,
    bit: &'static str,
    whole: bool,
}

impl Change {
    /// Changes a text: a stretch of up to a line or, rarely, of any length gives way to a bit.
    fn apply(&self, text: &mut String) {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let from = self.from.index(ends.len());
        let longest = if self.whole { ends.len() - from } else { (ends.len() - from).min(40) };
        let to = from + self.to.index(longest);
        text.replace_range(ends[from]..ends[to], self.bit);
    }
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = (any::<Index>(), any::<Index>(), select(BITS), prop::bool::weighted(0.1))
        .prop_map(|(from, to, bit, whole)| Change { from, to, bit, whole });
    prop::collection::vec(change, 1..5)
}

fn changed(file: &SourceFile, changes: &[Change]) -> SourceFile {
    let mut text = file.text.to_string();
    for change in changes {
        change.apply(&mut text);
    }
    SourceFile::new(file.name.clone(), text)
}

/// Shows every mistake as a terminal and as a log have it.
fn show(mistakes: &[Diagnostic]) {
    for mistake in mistakes {
        assert!(
            !mistake.render(true).is_empty() && !mistake.render(false).is_empty() && !mistake.to_string().is_empty()
        );
    }
}

fn load(sources: &Sources) {
    if let Err(mistakes) = Suite::load(sources) {
        assert!(!mistakes.is_empty());
        show(&mistakes);
    }
}

fn look_at_target(text: &str) {
    let file = SourceFile::new("target.yaml", text);
    let env = |name: &str| (name != "A").then(|| "a-value-of-the-environment".to_owned());
    show(&target::lint(&file, Some(&SUITE), &env, jiff::civil::date(2026, 11, 21)));
}

const TARGET: &str = include_str!("../examples/targets/keystone-staging.yaml");

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_case_file_is_read_or_refused(which in any::<Index>(), changes in changes()) {
        let file = which.get(&SOURCES.cases);
        load(&Sources { cases: vec![changed(file, &changes)], schemas: SOURCES.schemas.clone() });
    }

    #[test]
    fn a_changed_contract_statement_or_body_is_read_or_refused(which in any::<Index>(), changes in changes()) {
        let mut sources = SOURCES.clone();
        let file = which.get_mut(&mut sources.schemas);
        *file = changed(file, &changes);
        load(&sources);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_target_file_is_read_or_refused(changes in changes()) {
        look_at_target(&changed(&SourceFile::new("target.yaml", TARGET), &changes).text);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        look_at_target(&text);
        for name in ["cases/v2/a.yaml", "schemas/statements.yaml", "schemas/contracts/a.yaml", "schemas/bodies/a.json"] {
            let file = vec![SourceFile::new(name, &*text)];
            let (cases, schemas) = if name.starts_with("cases") { (file, Vec::new()) } else { (Vec::new(), file) };
            load(&Sources { cases, schemas });
        }
    }
}
