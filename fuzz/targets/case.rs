//! Arbitrary bytes as a case file of the embedded suite.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sharecheck::contract::Library;
use sharecheck::diagnostic::SourceFile;
use sharecheck::suite::{Sources, read_cases};

static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    let sources = Sources::find(None, None).expect("is embedded");
    Library::load(&sources.schemas).expect("has no mistake")
});

fuzz_target!(|text: &str| {
    let file = SourceFile::new("cases/v2/fuzzed.yaml", text);
    let mut mistakes = Vec::new();
    read_cases(&[file], Some(&LIBRARY), &mut mistakes);
    for mistake in mistakes {
        assert!(!mistake.render(true).is_empty() && !mistake.to_string().is_empty());
    }
});
