//! Reasons, each told once with how often it was given.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

/// An id of an image or a project, which differs from case to case.
static ID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})\b").expect("it is a pattern")
});
/// The columns of a terminal that a line may take.
const COLUMNS: usize = 100;

/// Returns each reason with its count, the most frequent first.
pub(super) fn counted<'a>(reasons: impl Iterator<Item = &'a str>) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in reasons {
        *counts.entry(reason).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// Returns a reason as it is the same for every image and project.
pub(super) fn for_any_id(reason: &str) -> Cow<'_, str> {
    ID.replace_all(reason, "…")
}

/// Adds a line for a reason: `  132 cases  needs …`, going on below itself where it is long.
pub(super) fn line(text: &mut String, count: usize, what: &str, reason: &str) {
    let plural = if count == 1 { "" } else { "s" };
    let head = format!("  {count:>5} {:12}", format!("{what}{plural}"));
    let mut column = 0;
    for word in reason.split_whitespace() {
        let width = word.chars().count();
        if column == 0 {
            let _ = write!(text, "{head}{word}");
            column = head.len() + width;
        } else if column + 1 + width > COLUMNS {
            let _ = write!(text, "\n{:1$}{word}", "", head.len());
            column = head.len() + width;
        } else {
            let _ = write!(text, " {word}");
            column += 1 + width;
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_reason_comes_first() {
        assert_eq!(counted(["a", "b", "b", "c"].into_iter()), [("b", 2), ("a", 1), ("c", 1)]);
    }

    #[test]
    fn a_reason_is_the_same_for_every_image() {
        let reason =
            "GET /v2/images/b41e3f4d-f6f3-4a08-b9f6-d9a2f85b8d95/members/4994a03b78284b06a21faae2a68327a1: 404";
        assert_eq!(for_any_id(reason), "GET /v2/images/…/members/…: 404");
        assert_eq!(for_any_id("no fixture after 50ms"), "no fixture after 50ms");
    }

    #[test]
    fn a_long_reason_goes_on_below_itself() {
        let mut text = String::new();
        line(&mut text, 2, "case", &"word ".repeat(30));
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("      2 cases       word"), "{text}");
        assert!(lines[1].starts_with("                    word") && lines.iter().all(|l| l.len() <= COLUMNS), "{text}");
    }
}
