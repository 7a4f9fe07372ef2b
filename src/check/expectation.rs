//! The expectation of a case against one answer: status, headers, body.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Lookup, Mismatch, matcher, published};
use crate::case::Matcher;
use crate::case::expect::HeaderMatcher;
use crate::contract::BodySchema;
use crate::http::Response;
use crate::verdict::Check;

/// What must come back, with outcomes resolved to the statuses of a profile.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// The status codes of which the answer must have one; empty for any.
    pub statuses: Vec<u16>,
    /// The error codes of which the body must have one; empty for any.
    pub codes: Vec<String>,
    /// Values in the body, by `JSONPath`.
    pub body: BTreeMap<String, Matcher>,
    /// Response headers, by name.
    pub headers: BTreeMap<String, HeaderMatcher>,
    /// A schema beyond the contract's own.
    pub schema: Option<Arc<BodySchema>>,
    /// The variable of a schema that the endpoint publishes.
    pub schema_from: Option<String>,
    /// What the status line matches.
    pub status_line: Option<String>,
    /// Lesser expectations, recorded when met instead.
    pub tolerated: Vec<Expectation>,
}

impl Expectation {
    /// Returns every status that meets the expectation or a lesser one.
    #[must_use]
    pub fn all_statuses(&self) -> Vec<u16> {
        self.statuses.iter().chain(self.tolerated.iter().flat_map(|lesser| &lesser.statuses)).copied().collect()
    }

    /// Tells whether only refusals meet the expectation.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        !self.statuses.is_empty() && self.statuses.iter().all(|status| *status >= 400)
    }
}

/// How an answer stands to an expectation.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// It is as expected.
    Met,
    /// It is not, but as a lesser expectation has it.
    Tolerated(Vec<Mismatch>),
    /// It is not as expected.
    Unmet(Vec<Mismatch>),
}

/// Holds an answer against an expectation and, where it is unmet, against the lesser ones.
pub fn judge(expectation: &Expectation, response: &Response, lookup: &Lookup<'_>) -> Judgement {
    let mismatches = mismatches(expectation, response, lookup);
    if mismatches.is_empty() {
        return Judgement::Met;
    }
    let met = |lesser: &Expectation| self::mismatches(lesser, response, lookup).is_empty();
    if expectation.tolerated.iter().any(met) { Judgement::Tolerated(mismatches) } else { Judgement::Unmet(mismatches) }
}

/// Returns everything in an answer that is not as expected; a wrong status hides the rest, which
/// then belongs to another answer.
fn mismatches(expectation: &Expectation, response: &Response, lookup: &Lookup<'_>) -> Vec<Mismatch> {
    if !expectation.statuses.is_empty() && !expectation.statuses.contains(&response.status) {
        return vec![Mismatch::new(Check::Status, "", status_json(&expectation.statuses), response.status)];
    }
    let mut found = Vec::new();
    if !expectation.codes.is_empty() {
        let code = response.error_code().unwrap_or_default();
        if !expectation.codes.iter().any(|wanted| wanted == code) {
            found.push(Mismatch::new(Check::Body, "error code", expectation.codes.clone(), code));
        }
    }
    found.extend(expectation.status_line.as_deref().and_then(|pattern| status_line(pattern, response)));
    for (name, wanted) in &expectation.headers {
        found.extend(header(name, wanted, response));
    }
    if !expectation.body.is_empty() {
        match response.json() {
            Some(body) => {
                for (path, wanted) in &expectation.body {
                    found.extend(matcher::mismatches(path, wanted, body, lookup));
                }
            }
            None if expectation.body.values().all(|wanted| wanted.0.absent == Some(true)) => {}
            None => found.push(Mismatch::new(Check::Body, "", "a JSON body", response.text())),
        }
    }
    if let Some(schema) = &expectation.schema {
        match response.json() {
            Some(body) => found.extend(
                schema.violations(body).into_iter().map(|v| Mismatch::new(Check::Schema, v.at, v.expected, v.actual)),
            ),
            None => found.push(Mismatch::new(Check::Schema, "", "a JSON body", response.text())),
        }
    }
    if let Some(published) = expectation.schema_from.as_deref().and_then(lookup) {
        match response.json() {
            Some(body) => found.extend(published::mismatches(&published, body)),
            None => found.push(Mismatch::new(Check::Schema, "", "a JSON body", response.text())),
        }
    }
    found
}

fn status_line(pattern: &str, response: &Response) -> Option<Mismatch> {
    let line = response.line.as_deref().unwrap_or_default();
    let fits = matcher::text_matches(pattern, line);
    (!fits).then(|| Mismatch::new(Check::Header, "status line", format!("a match of {pattern}"), line))
}

fn status_json(statuses: &[u16]) -> Value {
    match statuses {
        [one] => json!(one),
        many => json!(many),
    }
}

fn header(name: &str, wanted: &HeaderMatcher, response: &Response) -> Vec<Mismatch> {
    let wanted = &wanted.0;
    let value = response.header(&name.to_ascii_lowercase());
    let mut found = Vec::new();
    let mut broken = |expected: String| {
        found.push(Mismatch::new(Check::Header, name, expected, value.unwrap_or("missing")));
    };
    if wanted.present == Some(true) && value.is_none() {
        broken("present".to_owned());
    }
    if (wanted.absent == Some(true) || wanted.present == Some(false)) && value.is_some() {
        broken("absent".to_owned());
    }
    if let Some(text) = &wanted.equals
        && value != Some(text)
    {
        broken(text.clone());
    }
    if let Some(pattern) = &wanted.matches
        && !value.is_some_and(|value| matcher::text_matches(pattern, value))
    {
        broken(format!("a match of {pattern}"));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn expectation(yaml: &str) -> Expectation {
        let file = crate::diagnostic::SourceFile::new("e.yaml", yaml);
        let spec: crate::case::ExpectSpec = crate::yaml::parse(&file).unwrap_or_else(|error| panic!("{error}"));
        let lesser = spec.tolerate.iter().map(|spec| Expectation {
            statuses: spec.status.clone().map(|s| s.0).unwrap_or_default(),
            ..Expectation::default()
        });
        Expectation {
            statuses: spec.status.clone().map(|s| s.0).unwrap_or_default(),
            tolerated: lesser.collect(),
            body: spec.body,
            headers: spec.headers,
            ..Expectation::default()
        }
    }

    fn answer(status: u16, body: &Value) -> Response {
        Response::new(status, vec![("x-a".into(), "req-1".into())], body.to_string().into_bytes())
    }

    fn judged(yaml: &str, response: &Response) -> Judgement {
        judge(&expectation(yaml), response, &|name| (name == "id").then(|| json!("abc")))
    }

    #[test]
    fn a_wrong_status_is_one_mismatch() {
        let found = judged("{ status: [403, 404], body: { $.a: 1 } }", &answer(200, &json!({})));
        assert_eq!(found, Judgement::Unmet(vec![Mismatch::new(Check::Status, "", json!([403, 404]), 200)]));
    }

    #[test]
    fn a_lesser_expectation_is_recorded() {
        let found = judged("{ status: 400, tolerate: { status: 200 } }", &answer(200, &json!({})));
        assert_eq!(found, Judgement::Tolerated(vec![Mismatch::new(Check::Status, "", 400, 200)]));
        assert!(matches!(
            judged("{ status: 400, tolerate: { status: 200 } }", &answer(404, &json!({}))),
            Judgement::Unmet(_)
        ));
    }

    #[test]
    fn headers_are_checked_by_name_and_value() {
        for (yaml, met) in [
            ("{ headers: { X-A: present, x-b: absent } }", true),
            ("{ headers: { x-a: req-1 } }", true),
            ("{ headers: { x-a: { matches: '^req-' } } }", true),
            ("{ headers: { x-a: absent } }", false),
            ("{ headers: { x-a: req-2 } }", false),
            ("{ headers: { x-b: present } }", false),
            ("{ headers: { x-b: { matches: '' } } }", false),
        ] {
            assert_eq!(judged(yaml, &answer(200, &json!({}))) == Judgement::Met, met, "{yaml}");
        }
    }

    #[test]
    fn the_first_line_is_held_against_its_pattern() {
        let wanted = Expectation { status_line: Some("^HTTP/1[.]1 200 [A-Z]".to_owned()), ..Expectation::default() };
        for (line, met) in [
            (Some("HTTP/1.1 200 OK"), true),
            (Some("HTTP/1.1 200 "), false),
            (Some("HTTP/1.0 200 OK"), false),
            (None, false),
        ] {
            let response = answer(200, &json!({})).with_line(line.map(str::to_owned));
            assert_eq!(judge(&wanted, &response, &|_| None) == Judgement::Met, met, "{line:?}");
        }
    }

    #[test]
    fn a_body_is_held_against_the_schema_that_was_saved() {
        let wanted = Expectation { schema_from: Some("schema".to_owned()), ..Expectation::default() };
        let saved = |name: &str| (name == "schema").then(|| json!({"required": ["status"]}));
        assert_eq!(judge(&wanted, &answer(200, &json!({"status": 1})), &saved), Judgement::Met);
        assert!(matches!(judge(&wanted, &answer(200, &json!({})), &saved), Judgement::Unmet(_)));
        assert!(matches!(judge(&wanted, &Response::new(200, Vec::new(), Vec::new()), &saved), Judgement::Unmet(_)));
    }

    #[test]
    fn every_mismatch_in_a_body_is_found() {
        let found = judged(
            "{ status: 200, body: { $.a: 1, $.b: '{{id}}', $.c: x } }",
            &answer(200, &json!({"a": 2, "b": "abc"})),
        );
        let Judgement::Unmet(found) = found else { panic!("{found:?}") };
        assert_eq!(found.iter().map(|m| m.at.as_str()).collect::<Vec<_>>(), ["$.a", "$.c"]);
    }

    #[test]
    fn statuses_are_those_of_the_lesser_expectation_too_and_refusals_by_the_main_one() {
        for (yaml, all, negative) in [
            ("{}", &[][..], false),
            ("{ status: 400, tolerate: { status: 200 } }", &[400, 200], true),
            ("{ status: [403, 404] }", &[403, 404], true),
            ("{ status: [200, 404] }", &[200, 404], false),
            ("{ status: 399 }", &[399], false),
        ] {
            let wanted = expectation(yaml);
            assert_eq!((wanted.all_statuses().as_slice(), wanted.is_negative()), (all, negative), "{yaml}");
        }
    }

    #[test]
    fn an_error_code_is_one_of_those_wanted() {
        let wanted = Expectation { codes: vec!["A.1".to_owned(), "A.2".to_owned()], ..Expectation::default() };
        for (body, met) in [(json!({"code": "A.2"}), true), (json!({"code": "A.3"}), false), (json!({}), false)] {
            assert_eq!(judge(&wanted, &answer(400, &body), &|_| None) == Judgement::Met, met, "{body}");
        }
    }

    #[test]
    fn a_body_that_is_no_json_has_only_what_is_absent() {
        let empty = Response::new(204, Vec::new(), Vec::new());
        assert_eq!(judged("{ body: { $.a: { absent: true } } }", &empty), Judgement::Met);
        for wanted in ["{ body: { $.a: 1 } }", "{ body: { $.a: { absent: true }, $.b: { type: string } } }"] {
            let found = Mismatch::new(Check::Body, "", "a JSON body", "");
            assert_eq!(judged(wanted, &empty), Judgement::Unmet(vec![found]), "{wanted}");
        }
    }
}
