//! What changed between two texts, in lines.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// How many unchanged lines stand around a change.
const AROUND: usize = 3;
/// The most lines that are shown.
const MOST: usize = 80;
/// The longest time for finding the shortest difference; a longer one is shown after that.
const PATIENCE: Duration = Duration::from_millis(500);

/// A difference as a reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The first line that was accepted and is gone; empty where there is none.
    pub(super) old: String,
    /// The first line that is new.
    pub(super) new: String,
    /// Hunks of lines that begin with ` `, `-` or `+`.
    pub(super) lines: String,
}

/// Returns the difference of two texts.
pub(super) fn difference(old: &str, new: &str) -> Difference {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let first = |tag| {
        let change = diff.iter_all_changes().find(|change| change.tag() == tag && !change.value().trim().is_empty());
        change.map(|change| change.value().trim().to_owned()).unwrap_or_default()
    };
    let text = diff.unified_diff().context_radius(AROUND).missing_newline_hint(false).to_string();
    let mut lines: Vec<_> = text.lines().take(MOST).map(str::trim_end).collect();
    let rest = text.lines().count() - lines.len();
    let more = format!("… and {rest} more lines");
    if rest > 0 {
        lines.push(&more);
    }
    Difference { old: first(ChangeTag::Delete), new: first(ChangeTag::Insert), lines: lines.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_changed_are_shown_with_those_around() {
        let old = "a\nb\nc\nd\ne\nf\n";
        let found = difference(old, &old.replace('e', "E"));
        assert_eq!((found.old.as_str(), found.new.as_str()), ("e", "E"));
        assert_eq!(found.lines, "@@ -2,5 +2,5 @@\n b\n c\n d\n-e\n+E\n f");
    }

    #[test]
    fn a_long_difference_is_cut() {
        let new = (0..1_000).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
        let found = difference("", &new);
        assert_eq!(found.lines.lines().count(), MOST + 1);
        assert!(found.lines.ends_with("more lines"), "{}", found.lines);
        assert_eq!((found.old.as_str(), found.new.as_str()), ("", "0"));
    }
}
