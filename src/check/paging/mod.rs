//! The rules of paging, over the pages of one walk: all of them stand here, and nowhere else.

mod form;
mod page;

use std::collections::BTreeSet;

use serde_json::{Value, json};

pub use form::{Encoding, look};
pub use page::{Next, Page};

use super::Mismatch;
use crate::contract::PagingRule;
use crate::verdict::Check;

/// A rule, and how it is broken.
pub type Broken = (PagingRule, Mismatch);

/// How a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The last page had no marker.
    Last,
    /// What was looked for was seen before the end.
    Enough,
    /// A marker came a second time.
    Repeated,
    /// There was still a marker after as many pages as the list can have.
    Endless,
    /// The marker is so long that no request can carry it: so many bytes.
    TooLong(usize),
}

/// The pages of a walk, from the first one asked for to the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Trail {
    /// The pages, of which there is at least one.
    pub pages: Vec<Page>,
    /// How they ended.
    pub end: End,
    /// How markers were taken back.
    pub encoding: Encoding,
}

/// What a walk over a whole list should have come by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Whole {
    /// The most rows of a page, where a limit was sent.
    pub limit: Option<usize>,
    /// How many rows each page should have, where that is known.
    pub sizes: Option<Vec<usize>>,
    /// The keys of the rows that the whole list has.
    pub rows: Vec<Value>,
    /// The keys of rows that may be there as well, or not.
    pub perhaps: Vec<Value>,
    /// The keys of the rows that were seen before the walk.
    pub before: Vec<Value>,
}

impl Trail {
    /// Returns the keys of all rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = &Value> {
        self.pages.iter().flat_map(|page| &page.rows)
    }

    /// Returns what kept the walk from the end of the list.
    #[must_use]
    pub fn lost(&self) -> Option<String> {
        match self.end {
            End::Last => match &self.pages.last()?.next {
                Next::Strange(_) => Some("what should be a marker is none".to_owned()),
                _ => None,
            },
            End::Enough => None,
            End::Repeated => Some("a marker came twice".to_owned()),
            End::Endless => Some(format!("still a marker after {} pages", self.pages.len())),
            End::TooLong(bytes) => Some(format!("a marker of {bytes} bytes, which no request can carry")),
        }
    }

    /// Returns every rule that the pages break, given what they should have come by.
    #[must_use]
    pub fn broken(&self, wanted: &Whole) -> Vec<Broken> {
        let mut found: Vec<_> =
            self.pages.iter().enumerate().flat_map(|(number, page)| self.of_page(number, page, wanted)).collect();
        found.extend(self.sizes(wanted));
        found.extend(self.whole(wanted));
        // What is no marker breaks the schema of the body, which has its own statement.
        if let (Some(lost), false) = (self.lost(), self.end == End::Last) {
            found.push(broken(PagingRule::End, "next_marker", "an end of the list, by markers that differ", lost));
        }
        found
    }

    fn of_page(&self, number: usize, page: &Page, wanted: &Whole) -> Vec<Broken> {
        let (at, rows) = (format!("page {}", number + 1), page.rows.len());
        let mut found = Vec::new();
        if let Some(limit) = wanted.limit.filter(|limit| rows > *limit) {
            found.push(broken(PagingRule::Limit, &at, format!("at most {limit} rows"), format!("{rows} rows")));
        }
        // The only page may say nothing of itself (C03).
        let silent = page.count.is_none() && self.pages.len() == 1;
        if page.count != Some(json!(rows)) && !silent {
            let actual = page.count.clone().unwrap_or_else(|| json!("missing"));
            found.push(broken(PagingRule::Count, &format!("{at} current_count"), rows, actual));
        }
        if rows == 0 && number > 0 {
            found.push(broken(PagingRule::EmptyPage, &at, "a marker leads to a page with rows", "an empty page"));
        }
        found
    }

    fn sizes(&self, wanted: &Whole) -> Option<Broken> {
        // An empty page breaks a rule of its own.
        let sizes: Vec<_> = self.pages.iter().map(|page| page.rows.len()).filter(|rows| *rows > 0).collect();
        let expected = wanted.sizes.as_ref().filter(|expected| **expected != sizes)?;
        Some(broken(PagingRule::Sizes, "rows of each page", json!(expected), json!(sizes)))
    }

    /// The pages make up the whole list, and no row comes twice.
    fn whole(&self, wanted: &Whole) -> Vec<Broken> {
        let rows: Vec<_> = wanted.before.iter().chain(self.rows()).collect();
        let mut seen = BTreeSet::new();
        let twice: Vec<_> = rows.iter().filter(|row| !seen.insert(row.to_string())).collect();
        let lost: Vec<_> = wanted.rows.iter().filter(|row| !seen.contains(&row.to_string())).collect();
        let known: BTreeSet<_> = wanted.rows.iter().chain(&wanted.perhaps).map(ToString::to_string).collect();
        let strange: Vec<_> = rows.iter().filter(|row| !known.contains(&row.to_string())).collect();
        let rule = |expected: &str, word: &str, rows: Value, none: bool| {
            (!none).then(|| broken(PagingRule::Whole, "rows", expected, json!({ word: rows })))
        };
        [
            rule("each row once", "more than once", json!(twice), twice.is_empty()),
            rule("every row of the list", "missing", json!(lost), lost.is_empty()),
            rule("rows of the list only", "not in the list", json!(strange), strange.is_empty()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Returns how a second walk over the same list has other rows, or the same in another order.
    #[must_use]
    pub fn differs(&self, again: &Self) -> Option<Broken> {
        let [first, second] = [self, again].map(|trail| trail.rows().cloned().collect::<Vec<_>>());
        (first != second).then(|| broken(PagingRule::Order, "rows of a second walk", first, second))
    }

    /// Returns what is worth telling of the markers and breaks no rule: where the documents say this and that (C01).
    #[must_use]
    pub fn remarks(&self) -> Vec<Broken> {
        let mut found = Vec::new();
        if self.encoding != Encoding::Verbatim {
            let (expected, actual) = (Encoding::Verbatim.name(), self.encoding.name());
            found.push(broken(PagingRule::Marker, "a marker is taken back", expected, actual));
        }
        let marker = self.pages.iter().find_map(Page::marker);
        if let Some(look) = marker.map(look).filter(|look| *look != "Base64") {
            found.push(broken(PagingRule::Form, "next_marker is", "Base64", look));
        }
        if let Some(Next::Void(void)) = self.pages.last().map(|page| &page.next) {
            found.push(broken(PagingRule::End, "next_marker of the last page", "missing", void.clone()));
        }
        found
    }
}

fn broken(rule: PagingRule, at: &str, expected: impl Into<Value>, actual: impl Into<Value>) -> Broken {
    (rule, Mismatch::new(Check::Paging, at, expected, actual))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rows: &[&str], marker: Option<&str>) -> Page {
        Page {
            rows: rows.iter().map(|id| json!(id)).collect(),
            count: Some(json!(rows.len())),
            next: marker.map_or(Next::Missing, |marker| Next::Marker(marker.to_owned())),
        }
    }

    fn trail(pages: &[Page], end: End) -> Trail {
        Trail { pages: pages.to_vec(), end, encoding: Encoding::Verbatim }
    }

    fn abc(limit: usize) -> Whole {
        Whole { limit: Some(limit), rows: vec![json!("a"), json!("b"), json!("c")], ..Whole::default() }
    }

    fn told(found: &[Broken]) -> Vec<String> {
        found.iter().map(|(rule, m)| format!("{rule:?} {}: {}", m.at, m.actual)).collect()
    }

    #[test]
    fn a_clean_walk_breaks_nothing() {
        let two = trail(&[page(&["a", "b"], Some("x")), page(&["c"], None)], End::Last);
        assert_eq!(told(&two.broken(&abc(2))), Vec::<String>::new());
        let sizes = Whole { sizes: Some(vec![2, 1]), ..abc(2) };
        assert_eq!(told(&two.broken(&sizes)), Vec::<String>::new());
        let single = Page { count: None, ..page(&["a", "b", "c"], None) };
        assert_eq!(told(&trail(&[single], End::Last).broken(&abc(5))), Vec::<String>::new());
        let rest = Whole { before: vec![json!("a")], perhaps: vec![json!("d")], limit: None, ..abc(0) };
        for rows in [&["b", "c"][..], &["d", "b", "c"]] {
            assert_eq!(told(&trail(&[page(rows, None)], End::Last).broken(&rest)), Vec::<String>::new());
        }
        assert_eq!(told(&trail(&[page(&[], None)], End::Last).broken(&Whole::default())), Vec::<String>::new());
    }

    #[test]
    fn each_rule_breaks_on_its_own() {
        use End::{Endless, Last, Repeated, TooLong};
        let all = || page(&["a", "b", "c"], None);
        let first = || page(&["a", "b"], Some("x"));
        let counted = |count| Page { count, ..all() };
        for (pages, limit, end, expected) in [
            (vec![all()], 2, Last, "Limit page 1: \"3 rows\""),
            (vec![first(), all()], 2, Last, "Limit page 2: \"3 rows\""),
            (vec![page(&["a", "b"], None)], 2, Last, "Whole rows: {\"missing\":[\"c\"]}"),
            (vec![first(), page(&["b", "c"], None)], 2, Last, "Whole rows: {\"more than once\":[\"b\"]}"),
            (vec![page(&["a", "b", "c", "d"], None)], 4, Last, "Whole rows: {\"not in the list\":[\"d\"]}"),
            (vec![all(), page(&[], None)], 3, Last, "EmptyPage page 2: \"an empty page\""),
            (vec![first(), page(&["c"], Some("x"))], 2, Repeated, "End next_marker: \"a marker came twice\""),
            (vec![all()], 3, Endless, "End next_marker: \"still a marker after 1 pages\""),
            (vec![all()], 3, TooLong(9), "End next_marker: \"a marker of 9 bytes, which no request can carry\""),
            (vec![counted(Some(json!("3")))], 3, Last, "Count page 1 current_count: \"3\""),
            (vec![counted(Some(json!(2)))], 3, Last, "Count page 1 current_count: 2"),
            (
                vec![first(), Page { count: None, ..page(&["c"], None) }],
                2,
                Last,
                "Count page 2 current_count: \"missing\"",
            ),
        ] {
            let found = told(&trail(&pages, end).broken(&abc(limit)));
            assert!(found.iter().any(|told| told == expected), "{expected}: {found:?}");
            let twice = pages.iter().map(|page| page.rows.len()).sum::<usize>() > 4;
            assert_eq!(found.len(), 1 + usize::from(twice), "{found:?}");
        }
    }

    #[test]
    fn what_was_seen_before_counts_with_the_rest() {
        let rest = Whole { before: vec![json!("a")], ..abc(2) };
        for (rows, expected) in [
            (&["b"][..], "Whole rows: {\"missing\":[\"c\"]}"),
            (&["a", "b", "c"], "Limit page 1: \"3 rows\""),
            (&["a", "c"], "Whole rows: {\"more than once\":[\"a\"]}"),
            (&[], "Whole rows: {\"missing\":[\"b\",\"c\"]}"),
        ] {
            let found = told(&trail(&[page(rows, None)], End::Last).broken(&rest));
            assert!(found.iter().any(|told| told == expected), "{expected}: {found:?}");
        }
    }

    #[test]
    fn pages_of_other_sizes_are_told() {
        let three = trail(&[page(&["a"], Some("x")), page(&["b"], Some("y")), page(&["c"], None)], End::Last);
        let sizes = Whole { sizes: Some(vec![2, 1]), ..abc(2) };
        assert_eq!(told(&three.broken(&sizes)), ["Sizes rows of each page: [1,1,1]"]);
    }

    #[test]
    fn a_second_walk_has_the_same_rows_in_the_same_order() {
        let of = |pages: &[Page]| trail(pages, End::Last);
        let first = of(&[page(&["a", "b"], Some("x")), page(&["c"], None)]);
        assert_eq!(first.differs(&of(&[page(&["a", "b"], Some("y")), page(&["c"], None)])), None);
        for other in [
            of(&[page(&["b", "a"], Some("x")), page(&["c"], None)]),
            of(&[page(&["a", "b"], None)]),
            of(&[page(&["a", "b", "c", "d"], None)]),
        ] {
            let (rule, _) = first.differs(&other).expect("differs");
            assert_eq!(rule, PagingRule::Order);
        }
    }

    #[test]
    fn markers_of_other_forms_are_remarked_on() {
        let base64 = trail(&[page(&["a"], Some("YTox")), page(&["b"], None)], End::Last);
        assert_eq!(told(&base64.remarks()), Vec::<String>::new());
        let odd = Page { next: Next::Void(json!(null)), ..page(&["b"], None) };
        let uuid = "0fa4b2a2-6a5c-4f0c-9d2c-0c5f0e3f7a11";
        let trail = Trail { pages: vec![page(&["a"], Some(uuid)), odd], end: End::Last, encoding: Encoding::Base64Url };
        assert_eq!(
            told(&trail.remarks()),
            [
                "Marker a marker is taken back: \"as the URL-safe Base64 of it\"",
                "Form next_marker is: \"a UUID\"",
                "End next_marker of the last page: null",
            ]
        );
    }

    #[test]
    fn what_is_no_marker_ends_no_list() {
        let strange = Page { next: Next::Strange(json!(7)), ..page(&["a"], None) };
        assert_eq!(trail(&[strange], End::Last).lost().as_deref(), Some("what should be a marker is none"));
        assert_eq!(trail(&[page(&["a"], None)], End::Last).lost(), None);
        assert_eq!(trail(&[page(&["a"], Some("x"))], End::Enough).lost(), None);
    }
}
