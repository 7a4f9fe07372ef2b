//! A list that comes by pages: where a page has its rows and what leads on, and the rules that its pages keep.

use serde::Deserialize;

/// How the pages of a list are read; paths are JSON pointers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Paging {
    /// Where a page has its rows.
    pub rows: String,
    /// The field of a row that tells it from all others.
    pub key: String,
    /// What leads to the next page.
    pub next: Onward,
    /// Where a page says how many rows it has, if it does.
    pub count: Option<String>,
}

/// What leads from a page to the next one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Onward {
    /// The marker stands there as it is.
    Marker(String),
    /// A link stands there, with the marker in its query. Nothing else of the link is used.
    Link(String),
}

/// A rule that the pages of a walk keep together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PagingRule {
    /// No page has more rows than asked for.
    Limit,
    /// A page counts its own rows.
    Count,
    /// A marker leads to a page with rows.
    EmptyPage,
    /// The pages have every row of the list once, and no other.
    Whole,
    /// Markers differ, and the last page has none.
    End,
    /// A marker is taken back as it came.
    Marker,
    /// A marker is Base64.
    Form,
    /// A second walk has the rows in the order of the first.
    Order,
    /// The pages have the sizes that a case expects.
    Sizes,
}

impl PagingRule {
    /// Tells whether a case that walks expects this itself; the other rules hold in every walk, whatever it is about.
    #[must_use]
    pub const fn is_expected(self) -> bool {
        matches!(self, Self::Whole | Self::Order | Self::Sizes)
    }
}
