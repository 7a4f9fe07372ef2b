//! Arbitrary bytes as the file of statements.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sharecheck::contract::Library;
use sharecheck::diagnostic::SourceFile;

fuzz_target!(|text: &str| {
    let (_, mistakes) = Library::read(&[SourceFile::new("schemas/statements.yaml", text)]);
    for mistake in mistakes {
        assert!(!mistake.render(true).is_empty() && !mistake.to_string().is_empty());
    }
});
