//! The parts of a file that can be left out so that the rest can be read: keys at its top, and what stands below each.

use std::collections::BTreeSet;
use std::ops::Range;

/// The text of a file without some of its parts; what is left keeps its lines.
pub(super) struct Rest {
    lines: Vec<String>,
    /// The lines of keys that something was left out of.
    thinned: BTreeSet<usize>,
    /// Whether all that was left out are items of lists that still have others.
    pub(super) whole: bool,
}

impl Rest {
    pub(super) fn new(text: &str) -> Self {
        Self { lines: text.split('\n').map(str::to_owned).collect(), thinned: BTreeSet::new(), whole: true }
    }

    pub(super) fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// Leaves out the part that a line, counted from 1, stands in; tells whether there is one.
    pub(super) fn leave_out(&mut self, line: u64) -> bool {
        let Some(at) = usize::try_from(line).ok().and_then(|line| line.checked_sub(1)) else { return false };
        let Some(key) = (0..=at.min(self.lines.len() - 1)).rev().find(|at| is_key(&self.lines[*at])) else {
            return false;
        };
        if at == key && self.thinned.contains(&key) {
            return false;
        }
        let end = (key + 1..self.lines.len()).find(|at| is_key(&self.lines[*at])).unwrap_or(self.lines.len());
        let children = self.children(key + 1..end);
        let child = children.iter().find(|child| child.contains(&at));
        let of_list = child.is_some_and(|child| self.lines[child.start].trim_start().starts_with('-'));
        self.whole &= of_list && children.len() > 1;
        self.thinned.insert(key);
        for line in &mut self.lines[child.cloned().unwrap_or(key..end)] {
            line.clear();
        }
        true
    }

    /// Returns the lines of each entry below a key: those that are indented as the first one is begin one.
    fn children(&self, below: Range<usize>) -> Vec<Range<usize>> {
        let end = below.end;
        let begins = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let mut lines = below.filter(|at| begins(&self.lines[*at]));
        let Some(first) = lines.next() else { return Vec::new() };
        let indent = indentation(&self.lines[first]);
        let others = lines.filter(|at| indentation(&self.lines[*at]) == indent);
        let starts: Vec<_> = [first].into_iter().chain(others).collect();
        let ends = starts.iter().skip(1).copied().chain([end]);
        starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Tells whether a key of the file itself stands on a line.
fn is_key(line: &str) -> bool {
    line.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '#' | '-' | '%')) && line.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "a: 1\n# c\nlist:\n  - x: 1\n    y: 2\n  - x: 3\nmap:\n  k: 1\n  l:\n    - m\nzero:\n- p\n- q";

    #[test]
    fn the_smallest_part_is_left_out() {
        for (line, without, whole) in [
            (1, "a: 1\n# c", false),
            (4, "  - x: 1\n    y: 2", true),
            (5, "  - x: 1\n    y: 2", true),
            (6, "  - x: 3", true),
            (8, "  k: 1", false),
            (10, "  l:\n    - m", false),
            (13, "- q", true),
        ] {
            let mut rest = Rest::new(FILE);
            assert!(rest.leave_out(line), "{line}");
            let blank = "\n".repeat(without.matches('\n').count());
            assert_eq!((rest.text(), rest.whole), (FILE.replacen(without, &blank, 1), whole), "{line}");
        }
    }

    #[test]
    fn a_key_that_lost_its_last_entry_is_no_part() {
        let mut rest = Rest::new("list:\n  - a\n");
        assert!(rest.leave_out(2));
        assert!(!rest.whole && !rest.leave_out(1));
        assert!(!Rest::new("- a\n").leave_out(1));
    }
}
