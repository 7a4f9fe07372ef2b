//! Arbitrary bytes as a contract, beside a few statements and the bodies and shared parts of the embedded ones.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sharecheck::contract::Library;
use sharecheck::diagnostic::SourceFile;
use sharecheck::suite::Sources;

/// Few, for they are read with every input.
const STATEMENTS: &str = "\
documents: { d: { title: A page } }
statements:
  - id: NTT-LIST-ROWS
    words: the list answers 200
    source: { document: d, section: s }
    basis: stated
    level: must
    applies-to: [glance, ntt]
    testability: provocable
";
/// The bodies that a seed refers to most.
const BODIES: [&str; 3] = ["members-ntt.json", "member-ntt.json", "error-webob.json"];

static OTHERS: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
    let mut files = Sources::find(None, None).expect("is embedded").schemas;
    let wanted = |name: &str| name.ends_with("contracts/shared.yaml") || BODIES.iter().any(|body| name.ends_with(body));
    files.retain(|file| wanted(&file.name));
    files.push(SourceFile::new("schemas/statements.yaml", STATEMENTS));
    files
});

fuzz_target!(|text: &str| {
    let mut files = OTHERS.clone();
    files.push(SourceFile::new("schemas/contracts/fuzzed.yaml", text));
    let (_, mistakes) = Library::read(&files);
    for mistake in mistakes {
        assert!(!mistake.render(true).is_empty() && !mistake.to_string().is_empty());
    }
});
