//! Arbitrary bytes as a target file.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sharecheck::diagnostic::SourceFile;
use sharecheck::suite::{Sources, Suite};
use sharecheck::target;

static SUITE: LazyLock<Suite> = LazyLock::new(|| {
    Suite::load(&Sources::find(None, None).expect("is embedded")).expect("has no mistake")
});

fuzz_target!(|text: &str| {
    let file = SourceFile::new("target.yaml", text);
    let env = |name: &str| (name != "A").then(|| "a-value-of-the-environment".to_owned());
    for mistake in target::lint(&file, Some(&SUITE), &env, jiff::civil::date(2026, 11, 21)) {
        assert!(!mistake.render(true).is_empty() && !mistake.to_string().is_empty());
    }
});
