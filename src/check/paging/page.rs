//! One page of a list, as its contract says that it is read.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::contract::{Onward, Paging};

/// What stands where the marker of the next page should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: the field is missing.
    Missing,
    /// A field without a value: null, or an empty text.
    Void(Value),
    /// A marker.
    Marker(String),
    /// Something that can be no marker.
    Strange(Value),
}

/// One page of a walk: the keys of its rows and what it says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The keys of the rows, in order; a row without one counts as null.
    pub rows: Vec<Value>,
    /// How many rows there are, as the page has it.
    pub count: Option<Value>,
    /// What leads on.
    pub next: Next,
}

impl Page {
    /// Reads a page from the body of an answer.
    #[must_use]
    pub fn read(body: &Value, paging: &Paging) -> Self {
        let rows = body.pointer(&paging.rows).and_then(Value::as_array).into_iter().flatten();
        Self {
            rows: rows.map(|row| row.get(&paging.key).cloned().unwrap_or(Value::Null)).collect(),
            count: paging.count.as_ref().and_then(|count| body.pointer(count)).cloned(),
            next: match &paging.next {
                Onward::Marker(at) => Next::marker(body.pointer(at)),
                Onward::Link(at) => Next::link(body.pointer(at)),
            },
        }
    }

    /// Returns the marker of the next page, if there is one.
    #[must_use]
    pub fn marker(&self) -> Option<&str> {
        match &self.next {
            Next::Marker(marker) => Some(marker),
            _ => None,
        }
    }
}

impl Next {
    fn marker(found: Option<&Value>) -> Self {
        match found {
            None => Self::Missing,
            Some(Value::String(marker)) if !marker.is_empty() => Self::Marker(marker.clone()),
            Some(void @ (Value::Null | Value::String(_))) => Self::Void(void.clone()),
            Some(strange) => Self::Strange(strange.clone()),
        }
    }

    /// Takes the marker out of a link; where the link leads otherwise does not matter, as nobody follows it.
    fn link(found: Option<&Value>) -> Self {
        let Some(Value::String(link)) = found else { return Self::marker(found) };
        let query = link.split_once('?').map(|(_, query)| query.split('#').next().unwrap_or_default());
        let mut pairs = query.into_iter().flat_map(|query| query.split('&'));
        match pairs.find_map(|pair| pair.strip_prefix("marker=")) {
            Some(marker) => {
                let plain = marker.replace('+', " ");
                Self::marker(Some(&percent_decode_str(&plain).decode_utf8_lossy().into()))
            }
            None if link.is_empty() => Self::Void(link.as_str().into()),
            None => Self::Strange(link.as_str().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members() -> Paging {
        Paging {
            rows: "/members".to_owned(),
            key: "member_id".to_owned(),
            next: Onward::Marker("/page_info/next_marker".to_owned()),
            count: Some("/page_info/current_count".to_owned()),
        }
    }

    #[test]
    fn a_page_is_read_whatever_it_holds() {
        let body = json!({
            "members": [{ "member_id": "a" }, {}, 7],
            "page_info": { "current_count": "3", "next_marker": "x" }
        });
        let page = Page::read(&body, &members());
        assert_eq!(page.rows, [json!("a"), Value::Null, Value::Null]);
        assert_eq!((page.count.clone(), page.marker()), (Some(json!("3")), Some("x")));
        for nothing in [json!(null), json!([]), json!({ "members": {}, "page_info": [] })] {
            let page = Page::read(&nothing, &members());
            assert_eq!(page, Page { rows: Vec::new(), count: None, next: Next::Missing }, "{nothing}");
        }
    }

    #[test]
    fn only_a_text_with_something_in_it_is_a_marker() {
        for (value, next) in [
            (json!(" "), Next::Marker(" ".to_owned())),
            (json!(""), Next::Void(json!(""))),
            (json!(null), Next::Void(Value::Null)),
            (json!(7), Next::Strange(json!(7))),
            (json!(["x"]), Next::Strange(json!(["x"]))),
        ] {
            let body = json!({ "page_info": { "next_marker": value } });
            assert_eq!(Page::read(&body, &members()).next, next);
        }
    }

    #[test]
    fn of_a_link_its_marker_is_taken_and_nothing_else() {
        let paging = Paging { next: Onward::Link("/next".to_owned()), ..members() };
        for (link, next) in [
            ("/v2/images?limit=2&marker=a%2Bb+c%3D", Next::Marker("a+b c=".to_owned())),
            ("https://elsewhere.invalid/steal?marker=m#marker=n", Next::Marker("m".to_owned())),
            ("/v2/images?marker=", Next::Void(json!(""))),
            ("/v2/images?xmarker=m", Next::Strange(json!("/v2/images?xmarker=m"))),
            ("javascript:alert(1)", Next::Strange(json!("javascript:alert(1)"))),
            ("", Next::Void(json!(""))),
        ] {
            assert_eq!(Page::read(&json!({ "next": link }), &paging).next, next, "{link}");
        }
        assert_eq!(Page::read(&json!({}), &paging).next, Next::Missing);
    }
}
