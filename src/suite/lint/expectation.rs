//! What a step expects.

use regex::Regex;
use serde_json_path::JsonPath;

use super::{Lint, mark_of};
use crate::case::{Case, ExpectSpec, Step};
use crate::diagnostic::{Mark, did_you_mean};
use crate::suite::runs_in;

impl Lint<'_> {
    pub(super) fn expectation(&mut self, expect: &ExpectSpec, step: &Step, case: &Case) {
        let mark = mark_of(step);
        if step.walk.is_none() && expect.status.is_none() && expect.outcome.is_none() {
            self.at(mark, "neither `status` nor `outcome` is expected", None);
        }
        if expect.status.is_some() && expect.outcome.is_some() {
            self.at(mark, "`status` and `outcome` are expected at once", Some("keep one of the two".to_owned()));
        }
        if expect.status.as_ref().is_some_and(|status| status.0.is_empty()) {
            self.at(mark, "`status` is an empty list, so any answer would pass", None);
        }
        for status in expect.status.iter().flat_map(|status| &status.0).filter(|status| !(100..600).contains(*status)) {
            self.at(mark, format!("`{status}` is no status code"), None);
        }
        if let Some(outcome) = expect.outcome {
            let lacking = self.library.contracts.values().filter(|contract| runs_in(contract, case)).find(|contract| {
                contract.operations.get(&step.request.call).is_some_and(|op| !op.outcomes.contains_key(&outcome))
            });
            if let Some(contract) = lacking {
                let message =
                    format!("profile `{}` has no outcome `{outcome}` for `{}`", contract.profile, step.request.call);
                self.at(self.file.find(mark.line, outcome.name()), message, None);
            }
        }
        self.names(expect, mark);
        if let Some(lesser) = &expect.tolerate {
            self.names(lesser, mark);
        }
    }

    /// Checks paths, patterns and schemas of an expectation.
    fn names(&mut self, expect: &ExpectSpec, mark: Mark) {
        for (path, wanted) in &expect.body {
            self.json_path(path, mark.line);
            if let Some(pattern) = &wanted.0.matches {
                self.pattern(pattern, mark.line);
            }
        }
        for pattern in expect.headers.values().filter_map(|wanted| wanted.0.matches.as_ref()) {
            self.pattern(pattern, mark.line);
        }
        if let Some(schema) = &expect.schema
            && self.library.bodies.get(schema).is_none()
        {
            let hint = did_you_mean(schema, self.library.bodies.names());
            self.hinted(mark.line, schema, format!("there is no `schemas/bodies/{schema}`"), hint);
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
