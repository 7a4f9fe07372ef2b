//! Reads YAML strictly: the one place that calls the YAML parser.

mod parts;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_saphyr::{Error, SnippetMode, UserMessageFormatter};

use crate::diagnostic::{Diagnostic, Mark, SourceFile, did_you_mean};

/// What to do about a file that goes beyond the budget.
const WRITE_OUT: &str = "write the repeated parts out, or use `defaults`";

/// Reads a file into a type; the first mistake comes back with its place.
///
/// Only `true` and `false` are booleans, `010` and `1_000` are texts, a key may stand once, and
/// aliases are refused beyond a small budget.
pub fn parse<T: DeserializeOwned>(file: &SourceFile) -> Result<T, Box<Diagnostic>> {
    read(&file.text).map_err(|error| Box::new(diagnose(file, &error)))
}

/// Reads a file into a type as far as it goes, and returns every mistake of type in it, one for each part.
///
/// A part is an entry of a list or map at the top of the file. A value comes back if only items of lists had to be
/// left out, and some are left. A mistake of syntax ends the reading: what follows it cannot be told.
#[must_use]
pub fn parse_parts<T: DeserializeOwned>(file: &SourceFile) -> (Option<T>, Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    let mut rest = parts::Rest::new(&file.text);
    let mut text = file.text.to_string();
    loop {
        let error = match read(&text) {
            Ok(value) => return (Some(value).filter(|_| rest.whole), mistakes),
            Err(error) => error,
        };
        let mistake = diagnose(file, &error);
        let line = mistake.mark.line;
        let first = mistakes.is_empty();
        // What was left out may be missed now, or leave a reference without its anchor: that is no mistake.
        let own = first || rest.whole || !matches!(error.without_snippet(), Error::SerdeMissingField { .. });
        let well_formed = is_well_formed(&text);
        let more = rest.leave_out(line);
        if first || own && well_formed && more {
            mistakes.push(mistake);
        }
        if !(own && well_formed && more) {
            return (None, mistakes);
        }
        text = rest.text();
    }
}

/// Tells whether a text is YAML, whatever stands in it.
fn is_well_formed(text: &str) -> bool {
    match read::<IgnoredAny>(text) {
        Ok(_) => true,
        Err(error) => matches!(error.without_snippet(), Error::DuplicateMappingKey { .. }),
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 10_000 },
        budget: serde_saphyr::budget! {
            max_aliases: 100,
            max_anchors: 100,
            max_depth: 100,
            max_events: 4_000_000,
            max_nodes: 2_000_000,
            max_total_scalar_bytes: 64 << 20,
        },
    };
    serde_saphyr::from_str_with_options(text, options)
}

fn diagnose(file: &SourceFile, error: &Error) -> Diagnostic {
    let mark = error.location().map_or(Mark { line: 1, column: 1, length: 0 }, Mark::from);
    match error.without_snippet() {
        Error::SerdeUnknownField { field, expected, .. } => {
            let mark = Mark { length: field.len(), ..mark };
            Diagnostic::error(file, mark, format!("unknown key `{field}`")).hint(one_of(field, expected))
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            let mark = Mark { length: variant.len(), ..mark };
            Diagnostic::error(file, mark, format!("`{variant}` is not known here")).hint(one_of(variant, expected))
        }
        Error::SerdeMissingField { field, .. } => Diagnostic::error(file, mark, format!("key `{field}` is missing")),
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            Diagnostic::error(file, mark, format!("expected {expected}, found {unexpected}"))
        }
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("?");
            Diagnostic::error(file, Mark { length: key.len(), ..mark }, format!("key `{key}` stands twice"))
                .hint("remove one of the two".to_owned())
        }
        _ => {
            let message = plain(error);
            let bomb = message.contains("too complex");
            let message = if bomb { format!("the file asks for too much: {message}") } else { message };
            Diagnostic::error(file, mark, message).hint(bomb.then(|| WRITE_OUT.to_owned()))
        }
    }
}

fn one_of(given: &str, expected: &[&'static str]) -> Option<String> {
    did_you_mean(given, expected.iter().copied())
        .or_else(|| (!expected.is_empty()).then(|| format!("known here: {}", expected.join(", "))))
}

/// Returns the parser's message on one line and without its own mention of the place.
fn plain(error: &Error) -> String {
    let text = error.render_with_options(serde_saphyr::render_options! {
        formatter: &UserMessageFormatter,
        snippets: SnippetMode::Off,
    });
    let text = text.lines().next().unwrap_or_default();
    text.split(" at line ").next().unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;

    fn mistake(text: &str) -> String {
        parse::<BTreeMap<String, Value>>(&SourceFile::new("f.yaml", text)).expect_err("must be refused").to_string()
    }

    #[test]
    fn strict_scalars_stay_texts() {
        let file = SourceFile::new("f.yaml", "a: yes\nb: 010\nc: 1_000\nd: true\ne: 7\n");
        let map: BTreeMap<String, Value> = parse(&file).expect("is valid");
        assert_eq!(map["a"], "yes");
        assert_eq!(map["b"], "010");
        assert_eq!(map["c"], "1_000");
        assert_eq!(map["d"], true);
        assert_eq!(map["e"], 7);
    }

    #[test]
    fn duplicate_keys_and_bad_syntax_have_a_place() {
        assert!(mistake("a: 1\na: 2\n").starts_with("f.yaml:2:1: key `a` stands twice"), "{}", mistake("a: 1\na: 2\n"));
        assert!(mistake("a: [1, 2\nb: 3\n").starts_with("f.yaml:2:"), "{}", mistake("a: [1, 2\nb: 3\n"));
    }

    #[test]
    fn every_part_has_its_mistake() {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Lists {
            #[serde(rename = "name")]
            _name: String,
            items: Vec<BTreeMap<String, u8>>,
        }
        let told = |text: &str| {
            let (value, mistakes) = parse_parts::<Lists>(&SourceFile::new("f.yaml", text));
            let mistakes: Vec<_> = mistakes.iter().map(|mistake| mistake.mark.line).collect();
            (value.map(|lists| lists.items.len()), mistakes)
        };
        assert_eq!(told("name: a\nitems:\n  - a: 1\n  - a: 2\n"), (Some(2), vec![]));
        assert_eq!(told("name: a\nitems:\n  - a: x\n  - a: 2\n  - a: 900\n"), (Some(1), vec![3, 5]));
        assert_eq!(told("name: a\nitems:\n  - a: x\n  - a: 2\n    a: 3\n"), (None, vec![3, 5]));
        assert_eq!(told("name: [a]\nitems:\n  - a: x\n  - a: 1\n"), (None, vec![1, 3]));
        assert_eq!(told("items:\n  - a: x\n  - a: 1\nname: a\nnmae: b\n"), (None, vec![2, 5]));
        assert_eq!(told("name: a\nitems:\n  - &x { a: x }\n  - *x\n  - a: 1\n"), (None, vec![3]));
        assert_eq!(told("name: a\nitems:\n  - a: x\n  - a: [1\n"), (None, vec![3]));
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for pair in ["ab", "bc", "cd", "de", "ef", "fg", "gh"] {
            let (old, new) = pair.split_at(1);
            let many = vec![format!("*{old}"); 8].join(",");
            bomb = format!("{bomb}{new}: &{new} [{many}]\n");
        }
        assert!(mistake(&bomb).contains("too much"), "{}", mistake(&bomb));
    }
}
