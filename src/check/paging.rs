//! The rules of paging, over the pages of one walk.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Mismatch;
use crate::contract::PagingRule;
use crate::verdict::Check;

/// One page of a walk: the rows' member ids and what the page says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The member ids of the rows, in order; a row without one counts as null.
    pub members: Vec<Value>,
    /// `page_info.current_count`, as it stands.
    pub current_count: Option<Value>,
    /// `page_info.next_marker`, where it has a value.
    pub next_marker: Option<String>,
}

impl Page {
    /// Reads a page from the body of an answer.
    #[must_use]
    pub fn read(body: &Value) -> Self {
        let rows = body.get("members").and_then(Value::as_array).into_iter().flatten();
        let info = body.get("page_info");
        let marker = info.and_then(|info| info.get("next_marker")).and_then(Value::as_str);
        Self {
            members: rows.map(|row| row.get("member_id").cloned().unwrap_or(Value::Null)).collect(),
            current_count: info.and_then(|info| info.get("current_count")).cloned(),
            next_marker: marker.filter(|marker| !marker.is_empty()).map(str::to_owned),
        }
    }
}

/// Returns every rule that the pages of a walk break.
///
/// `limit` is the page size asked for, `expected` the member ids of the whole list, and `stopped`
/// tells that the walk was given up with a marker left.
#[must_use]
pub fn check(limit: usize, pages: &[Page], expected: &[Value], stopped: bool) -> Vec<(PagingRule, Mismatch)> {
    let mut found = Vec::new();
    let mut broken = |rule, at: String, expected: Value, actual: Value| {
        found.push((rule, Mismatch { check: Check::Paging, at, expected, actual }));
    };
    for (number, page) in pages.iter().enumerate() {
        let at = format!("page {}", number + 1);
        let rows = page.members.len();
        if rows > limit {
            broken(
                PagingRule::Limit,
                at.clone(),
                json!(format!("at most {limit} rows")),
                json!(format!("{rows} rows")),
            );
        }
        if page.current_count != Some(json!(rows)) && !(page.current_count.is_none() && pages.len() == 1) {
            let actual = page.current_count.clone().unwrap_or_else(|| json!("missing"));
            broken(PagingRule::Count, format!("{at} current_count"), json!(rows), actual);
        }
        if number > 0 && rows == 0 {
            broken(PagingRule::EmptyPage, at, json!("a marker leads to a page with rows"), json!("an empty page"));
        }
    }
    whole(pages, expected, &mut broken);
    markers(pages, stopped, &mut broken);
    found
}

/// The pages make up the whole list, and no row comes twice.
fn whole(pages: &[Page], expected: &[Value], broken: &mut impl FnMut(PagingRule, String, Value, Value)) {
    let rows: Vec<_> = pages.iter().flat_map(|page| &page.members).collect();
    let mut seen = BTreeSet::new();
    let twice: Vec<_> = rows.iter().filter(|row| !seen.insert(row.to_string())).collect();
    if !twice.is_empty() {
        broken(PagingRule::Whole, "rows".to_owned(), json!("each row once"), json!({ "more than once": twice }));
    }
    let lost: Vec<_> = expected.iter().filter(|member| !seen.contains(&member.to_string())).collect();
    if !lost.is_empty() {
        broken(PagingRule::Whole, "rows".to_owned(), json!("every member of the list"), json!({ "missing": lost }));
    }
    let known: BTreeSet<_> = expected.iter().map(ToString::to_string).collect();
    let strange: Vec<_> = rows.iter().filter(|row| !known.contains(&row.to_string())).collect();
    if !strange.is_empty() {
        broken(
            PagingRule::Whole,
            "rows".to_owned(),
            json!("members of the list only"),
            json!({ "not members": strange }),
        );
    }
}

/// Each marker is new, and the last page has none.
fn markers(pages: &[Page], stopped: bool, broken: &mut impl FnMut(PagingRule, String, Value, Value)) {
    let mut seen = BTreeSet::new();
    let repeated = pages.iter().filter_map(|page| page.next_marker.as_ref()).any(|marker| !seen.insert(marker));
    if repeated {
        broken(PagingRule::End, "next_marker".to_owned(), json!("each marker once"), json!("a marker came twice"));
    } else if stopped {
        let expected = json!("an end of the list");
        broken(
            PagingRule::End,
            "next_marker".to_owned(),
            expected,
            json!(format!("still a marker after {} pages", pages.len())),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(members: &[&str], marker: Option<&str>) -> Page {
        Page {
            members: members.iter().map(|id| json!(id)).collect(),
            current_count: Some(json!(members.len())),
            next_marker: marker.map(str::to_owned),
        }
    }

    fn broken(limit: usize, pages: &[Page], stopped: bool) -> Vec<String> {
        let expected = [json!("a"), json!("b"), json!("c")];
        check(limit, pages, &expected, stopped)
            .into_iter()
            .map(|(rule, m)| format!("{rule:?} {}: {}", m.at, m.actual))
            .collect()
    }

    #[test]
    fn a_clean_walk_breaks_nothing() {
        assert_eq!(broken(2, &[page(&["a", "b"], Some("x")), page(&["c"], None)], false), Vec::<String>::new());
        let mut single = page(&["a", "b", "c"], None);
        single.current_count = None;
        assert_eq!(broken(5, &[single], false), Vec::<String>::new());
    }

    #[test]
    fn each_rule_breaks_on_its_own() {
        let all = || page(&["a", "b", "c"], None);
        for (name, limit, pages, stopped) in [
            ("more rows than the limit", 2, vec![all()], false),
            ("a lost row", 2, vec![page(&["a", "b"], None)], false),
            ("a repeated row", 2, vec![page(&["a", "b"], Some("x")), page(&["b", "c"], None)], false),
            ("a strange row", 4, vec![page(&["a", "b", "c", "d"], None)], false),
            ("a marker to an empty page", 3, vec![page(&["a", "b", "c"], Some("x")), page(&[], None)], false),
            ("a repeated marker", 1, vec![page(&["a"], Some("x")), page(&["b"], Some("x")), page(&["c"], None)], true),
            ("an endless list", 3, vec![all()], true),
            ("a count as text", 3, vec![Page { current_count: Some(json!("3")), ..all() }], false),
            ("a wrong count", 3, vec![Page { current_count: Some(json!(2)), ..all() }], false),
            (
                "no count on pages",
                2,
                vec![page(&["a", "b"], Some("x")), Page { current_count: None, ..page(&["c"], None) }],
                false,
            ),
        ] {
            assert_eq!(broken(limit, &pages, stopped).len(), 1, "{name}: {:?}", broken(limit, &pages, stopped));
        }
    }
}
