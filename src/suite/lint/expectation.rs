//! What a step expects: whether it can be met, and whether it checks anything.

use regex::Regex;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::wire::is_token;
use super::{Lint, mark_of};
use crate::case::expect::{HeaderOperators, Operators};
use crate::case::{Case, ExpectSpec, Step, template};
use crate::diagnostic::{Mark, did_you_mean};
use crate::suite::runs_in;

impl Lint<'_> {
    /// Checks what a step expects, and what it tolerates instead.
    pub(super) fn expectation(&mut self, step: &Step, case: &Case) {
        let mark = mark_of(step);
        let expect = &step.expect;
        if expect.status.is_none() && expect.outcome.is_none() && expect.same_as.is_none() {
            self.at(mark, "neither `status` nor `outcome` is expected", None);
        }
        self.statuses(expect, "expected", mark);
        self.outcome(expect, step, case);
        self.parts(expect, mark);
        if let Some(lesser) = &expect.tolerate {
            self.tolerated(lesser, step, case);
        }
    }

    fn tolerated(&mut self, lesser: &ExpectSpec, step: &Step, case: &Case) {
        let mark = self.file.find(step.place.line, "tolerate");
        if lesser.status.is_none() && lesser.outcome.is_none() {
            let hint = "say which answer is tolerated, or remove `tolerate`".to_owned();
            self.at(mark, "neither `status` nor `outcome` is tolerated", Some(hint));
        }
        let asks_more = |expect: &ExpectSpec| !expect.body.is_empty() || !expect.headers.is_empty();
        if !asks_more(&step.expect) && !asks_more(lesser) {
            let expected: Vec<_> = step.expect.status.iter().flat_map(|status| &status.0).collect();
            for status in lesser.status.iter().flat_map(|status| &status.0).filter(|status| expected.contains(status)) {
                self.at(mark, format!("`{status}` is tolerated, and expected already"), None);
            }
        }
        if lesser.tolerate.is_some() {
            let hint = "write one `tolerate` that allows for both".to_owned();
            self.at(mark, "a `tolerate` within `tolerate` is never looked at", Some(hint));
        }
        self.statuses(lesser, "tolerated", mark);
        self.outcome(lesser, step, case);
        self.parts(lesser, mark);
    }

    fn statuses(&mut self, expect: &ExpectSpec, word: &str, mark: Mark) {
        if expect.status.is_some() && expect.outcome.is_some() {
            let message = format!("`status` and `outcome` are {word} at once");
            self.at(mark, message, Some("keep one of the two".to_owned()));
        }
        if expect.status.as_ref().is_some_and(|status| status.0.is_empty()) {
            self.at(mark, "`status` is an empty list, so any answer would pass", None);
        }
        let given = || expect.status.iter().flat_map(|status| &status.0);
        for status in given().filter(|status| !(200..600).contains(*status)) {
            let interim = (100..200).contains(status);
            let message = if interim { "is no status of an answer that is the last" } else { "is no status code" };
            self.at(mark, format!("`{status}` {message}"), None);
        }
        if given().count() > 0 && given().all(|status| matches!(status, 204 | 304)) && !expect.body.is_empty() {
            self.at(mark, "an answer of this status has no body, and something is asked of it", None);
        }
    }

    /// Checks that every profile where the case runs has the outcome.
    fn outcome(&mut self, expect: &ExpectSpec, step: &Step, case: &Case) {
        let Some(outcome) = expect.outcome else { return };
        let lacking = self.library.contracts.values().filter(|contract| runs_in(contract, case)).find(|contract| {
            contract.operations.get(&step.request.call).is_some_and(|op| !op.outcomes.contains_key(&outcome))
        });
        if let Some(contract) = lacking {
            let message =
                format!("profile `{}` has no outcome `{outcome}` for `{}`", contract.profile, step.request.call);
            self.at(self.file.find(step.place.line, outcome.name()), message, None);
        }
    }

    /// Checks bodies, headers and the schema of an expectation.
    fn parts(&mut self, expect: &ExpectSpec, mark: Mark) {
        for (path, wanted) in &expect.body {
            self.json_path(path, mark.line);
            self.body(path, &wanted.0, mark.line);
        }
        for (name, wanted) in &expect.headers {
            self.header(name, &wanted.0, mark.line);
        }
        if let Some(pattern) = &expect.status_line {
            self.pattern(pattern, mark.line);
        }
        if let Some(schema) = &expect.schema
            && self.library.bodies.names().all(|known| known != schema)
        {
            let hint = did_you_mean(schema, self.library.bodies.names());
            self.hinted(mark.line, schema, format!("there is no `schemas/bodies/{schema}`"), hint);
        }
    }

    pub(super) fn body(&mut self, path: &str, wanted: &Operators, line: u64) {
        if let Some(pattern) = &wanted.matches {
            self.pattern(pattern, line);
        }
        if *wanted == Operators::default() {
            let hint = "give a value, or a check such as `type`; `{ absent: false }` asks that it is there".to_owned();
            self.hinted(line, path, format!("nothing is asked of `{path}`"), Some(hint));
        }
        if wanted.one_of.as_ref().is_some_and(Vec::is_empty) {
            self.mistake(line, "one-of", format!("`one-of` of `{path}` is an empty list, which nothing meets"));
        }
        if wanted.length.as_ref().is_some_and(|length| !length.is_u64() && !is_template(length)) {
            self.mistake(line, path, format!("the `length` of `{path}` is neither a number nor one template"));
        }
        for (name, time) in [("later-than", &wanted.later_than), ("not-before", &wanted.not_before)] {
            if time.as_ref().is_some_and(|time| !is_template(time) && !is_time(time)) {
                let hint = "write `{{saved}}`, or a time as 2026-01-31T12:00:00Z".to_owned();
                let message = format!("`{name}` of `{path}` is neither a time nor one template");
                self.hinted(line, path, message, Some(hint));
            }
        }
        let gone = Operators { absent: Some(true), ..Operators::default() };
        if wanted.absent == Some(true) && *wanted != gone {
            let hint = "keep `absent`, or the other checks".to_owned();
            self.hinted(line, path, format!("`{path}` is to be absent, and more is asked of it"), Some(hint));
        }
        if wanted.set_equals.as_ref().is_some_and(|set| !may_be_list(set)) {
            let hint = "write `[…]`, also around a single value".to_owned();
            self.hinted(line, path, format!("`set-equals` of `{path}` is neither a list nor one template"), Some(hint));
        }
    }

    fn header(&mut self, name: &str, wanted: &HeaderOperators, line: u64) {
        if let Some(pattern) = &wanted.matches {
            self.pattern(pattern, line);
        }
        if name.is_empty() || !name.bytes().all(is_token) {
            self.mistake(line, name, format!("`{name}` is no name of a header"));
        }
        if *wanted == HeaderOperators::default() {
            let hint = "give a text, `present`, `absent`, or a check such as `matches`".to_owned();
            self.hinted(line, name, format!("nothing is asked of the header `{name}`"), Some(hint));
        }
        for (key, given, other) in [("present", wanted.present, "absent"), ("absent", wanted.absent, "present")] {
            if given == Some(false) {
                let hint = format!("write `{other}`");
                self.hinted(line, name, format!("`{key}: false` of the header `{name}` is unclear"), Some(hint));
            }
        }
    }

    pub(super) fn json_path(&mut self, path: &str, line: u64) {
        if let Err(error) = JsonPath::parse(path) {
            self.mistake(line, path, format!("`{path}` is no JSONPath: {error}"));
        }
    }

    fn pattern(&mut self, pattern: &str, line: u64) {
        if let Err(error) = Regex::new(pattern) {
            let reason = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
            self.mistake(line, pattern, format!("`{pattern}` is no regular expression: {reason}"));
        }
    }
}

/// Tells whether a value is one template and nothing beside it.
fn is_template(value: &Value) -> bool {
    !value.is_array() && may_be_list(value)
}

fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok())
}

/// Tells whether a value is a list, or one template and nothing beside it, which may give one.
fn may_be_list(value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::String(text) => {
            let whole = text.starts_with("{{") && text.ends_with("}}");
            whole && template::variables(value).map_or(true, |names| names.len() == 1)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_said;

    const SHOW: &str = "control: { as: owner, expect: { status: 200 } }\n    as: stranger\n";

    #[test]
    fn what_is_tolerated_is_held_to_the_same_rules() {
        for (lesser, wanted) in [
            ("{}", "neither `status` nor `outcome` is tolerated"),
            ("{ status: [] }", "`status` is an empty list"),
            ("{ status: 2000 }", "`2000` is no status code"),
            ("{ status: 200, outcome: denied }", "`status` and `outcome` are tolerated at once"),
            ("{ outcome: conflict }", "profile `glance` has no outcome `conflict` for `v2.member.show`"),
            ("{ status: 200, body: { $.a: {} } }", "nothing is asked of `$.a`"),
            ("{ status: 200, body: { a: 1 } }", "`a` is no JSONPath"),
            ("{ status: 200, schema: no.json }", "there is no `schemas/bodies/no.json`"),
            ("{ status: 200, tolerate: { status: 201 } }", "a `tolerate` within `tolerate` is never looked at"),
        ] {
            assert_said(&format!("{SHOW}    expect: {{ outcome: hidden, tolerate: {lesser} }}"), &[wanted]);
        }
        assert_said(&format!("{SHOW}    expect: {{ outcome: hidden, tolerate: {{ status: 200 }} }}"), &[]);
    }

    #[test]
    fn a_check_that_asks_nothing_is_refused() {
        for (expect, wanted) in [
            ("body: { $.status: {} }", "nothing is asked of `$.status`"),
            ("body: { $.status: { absent: true, type: string } }", "is to be absent, and more is asked of it"),
            ("body: { '$.m[*]': { set-equals: a } }", "`set-equals` of `$.m[*]` is neither a list nor one template"),
            ("body: { '$.m[*]': { set-equals: 'x{{image.id}}' } }", "is neither a list nor one template"),
            ("headers: { x: {} }", "nothing is asked of the header `x`"),
            ("headers: { x: { absent: false } }", "(write `present`)"),
            ("headers: { x: { present: false } }", "(write `absent`)"),
            ("headers: { 'a b': present }", "`a b` is no name of a header"),
        ] {
            assert_said(&format!("expect: {{ status: 200, {expect} }}"), &[wanted]);
        }
        for expect in [
            "body: { $.status: { absent: false }, $.x: { absent: true }, $.y: null }",
            "body: { '$.m[*]': { set-equals: [a] }, '$.n[*]': { set-equals: '{{members.project-ids}}' } }",
            "headers: { x: absent, y: present, z: { absent: true }, w: { matches: '^a' } }",
        ] {
            assert_said(&format!("expect: {{ status: 200, {expect} }}"), &[]);
        }
    }
}
