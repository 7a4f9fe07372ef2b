//! Finds every mistake in a case file that its types do not rule out.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;
use serde_json::Value;
use serde_json_path::JsonPath;
use serde_saphyr::Spanned;

use super::{expand, rules, runs_in};
use crate::case::spec::StepSpec;
use crate::case::{Actor, Case, CaseFile, CaseSpec, ExpectSpec, Role, Step, template};
use crate::contract::Library;
use crate::diagnostic::{Diagnostic, Mark, SourceFile, did_you_mean};

/// Adds every mistake of a file to the list; tells whether there was none.
pub(super) fn check(file: &SourceFile, read: &CaseFile, library: &Library, mistakes: &mut Vec<Diagnostic>) -> bool {
    let before = mistakes.len();
    let mut lint = Lint { file, library, mistakes };
    lint.operation(&read.operation);
    if read.cases.is_empty() {
        lint.mistake(1, "cases", "the file has no case");
    }
    if read.defaults.id.is_some() {
        lint.mistake(1, "id", "`id` cannot be a default");
    }
    let mut seen = BTreeMap::new();
    for spec in &read.cases {
        lint.id(spec, &mut seen);
        let merged = expand::merge(&read.defaults, spec);
        if lint.shape(&merged) {
            let (operation, at) = (&read.operation.value, merged.referenced.line());
            let cases = expand::cases(file, &CaseFile { cases: vec![merged.clone()], ..with_operation(read) });
            let Some(first) = cases.first() else { continue };
            lint.statements(&merged);
            lint.steps(first, at, operation);
            for case in &cases {
                lint.row(case, at);
            }
        }
    }
    mistakes.len() == before
}

fn with_operation(read: &CaseFile) -> CaseFile {
    CaseFile { operation: read.operation.clone(), defaults: CaseSpec::default(), cases: Vec::new() }
}

struct Lint<'a> {
    file: &'a SourceFile,
    library: &'a Library,
    mistakes: &'a mut Vec<Diagnostic>,
}

impl Lint<'_> {
    fn mistake(&mut self, line: u64, needle: &str, message: impl Into<String>) {
        self.hinted(line, needle, message, None);
    }

    fn hinted(&mut self, line: u64, needle: &str, message: impl Into<String>, hint: Option<String>) {
        let mark = self.file.find(line, needle);
        self.at(mark, message, hint);
    }

    fn at(&mut self, mark: impl Into<Mark>, message: impl Into<String>, hint: Option<String>) {
        self.mistakes.push(Diagnostic::error(self.file, mark, message).hint(hint));
    }

    fn operation(&mut self, given: &Spanned<String>) {
        if !self.library.has_operation(&given.value) {
            let known: BTreeSet<_> =
                self.library.contracts.values().flat_map(|contract| contract.operations.keys()).collect();
            let hint = did_you_mean(&given.value, known.into_iter().map(String::as_str));
            let message = format!("unknown operation `{}`: no contract has it", given.value);
            self.at(given.referenced, message, hint);
        }
    }

    fn id(&mut self, spec: &Spanned<CaseSpec>, seen: &mut BTreeMap<String, u64>) {
        let Some(id) = &spec.value.id else {
            self.at(spec.referenced, "the case has no `id`", None);
            return;
        };
        if !is_name(&id.value) {
            let hint = "lower-case words joined by hyphens, as `unknown-image`".to_owned();
            self.at(id.referenced, format!("`{}` is no case id", id.value), Some(hint));
        }
        if let Some(line) = seen.insert(id.value.clone(), id.referenced.line()) {
            let message = format!("the case id `{}` stands twice", id.value);
            self.at(id.referenced, message, Some(format!("the first one is on line {line}")));
        }
    }

    /// Checks that the keys of a case fit together; tells whether it can be spelled out.
    fn shape(&mut self, spec: &Spanned<CaseSpec>) -> bool {
        let before = self.mistakes.len();
        let (case, at) = (&spec.value, spec.referenced);
        if case.title.as_ref().is_none_or(|title| title.trim().is_empty()) {
            self.at(at, "the case has no `title`", None);
        }
        match &case.steps {
            Some(steps) => {
                let misplaced = [
                    ("expect", case.expect.is_some()),
                    ("control", case.control.is_some()),
                    ("body", case.body.is_some()),
                    ("walk", case.walk.is_some()),
                    ("save", case.save.is_some()),
                ];
                for (key, _) in misplaced.into_iter().filter(|(_, given)| *given) {
                    self.mistake(at.line(), key, format!("a case with `steps` has its `{key}` in a step"));
                }
                if !steps.iter().any(|step| step.value.check.is_some()) {
                    self.at(at, "no step is a `check`, so the case judges nothing", None);
                }
                for step in steps {
                    self.step_shape(step);
                }
            }
            None if case.expect.is_none() && case.walk.is_none() => {
                self.at(at, "the case expects nothing", Some("add `expect`, `walk` or `steps`".to_owned()));
            }
            None => {}
        }
        for (name, _) in case.for_each.iter().flat_map(|rows| &rows.0).filter(|(name, _)| !is_name(name)) {
            self.mistake(at.line(), name, format!("`{name}` is no name for a row"));
        }
        for (name, row) in case.for_each.iter().flat_map(|rows| &rows.0) {
            if row.values().any(|value| template::variables(value).is_ok_and(|names| !names.is_empty())) {
                self.mistake(at.line(), name, format!("row `{name}`: templates are not filled in the rows themselves"));
            }
        }
        if case.for_each.as_ref().is_some_and(|rows| rows.0.is_empty()) {
            self.mistake(at.line(), "for-each", "`for-each` has no row, so the case never runs");
        }
        self.needs(spec);
        self.mistakes.len() == before
    }

    fn step_shape(&mut self, step: &Spanned<StepSpec>) {
        let own = &step.value;
        let names: Vec<_> = [&own.control, &own.do_, &own.check].into_iter().flatten().collect();
        if names.len() != 1 {
            let hint = "name it by exactly one of `control`, `do` and `check`".to_owned();
            self.at(step.referenced, "it is not clear what this step is for", Some(hint));
        }
        if own.expect.is_none() && own.walk.is_none() {
            self.at(step.referenced, "the step expects nothing", Some("add `expect`".to_owned()));
        }
    }

    fn needs(&mut self, spec: &Spanned<CaseSpec>) {
        let known: Vec<_> =
            Actor::ALL.iter().map(|actor| actor.name()).chain(rules::FEATURES.iter().copied()).collect();
        for need in spec.value.needs.iter().flat_map(|needs| &needs.0) {
            if !known.contains(&need.as_str()) {
                let hint = did_you_mean(need, known.iter().copied());
                let message = format!("`{need}` is neither an actor nor a feature");
                self.hinted(spec.referenced.line(), need, message, hint);
            }
        }
    }

    fn statements(&mut self, spec: &Spanned<CaseSpec>) {
        let case = &spec.value;
        let rows = case.for_each.iter().flat_map(|rows| &rows.0);
        let all_rows_cite = case.for_each.is_some() && rows.clone().all(|(_, row)| row.contains_key("statements"));
        if case.statements.as_ref().is_none_or(Vec::is_empty) && !all_rows_cite {
            self.at(spec.referenced, "the case cites no statement", Some("add `statements`".to_owned()));
        }
        for statement in case.statements.iter().flatten() {
            self.statement(&statement.value, statement.referenced.into());
        }
        for (name, row) in rows {
            let Some(cited) = row.get("statements") else { continue };
            let ids: Option<Vec<_>> = cited.as_array().map(|list| list.iter().filter_map(Value::as_str).collect());
            match ids.filter(|ids| !ids.is_empty()) {
                Some(ids) => ids.iter().for_each(|id| {
                    let mark = self.file.find(spec.referenced.line(), id);
                    self.statement(id, mark);
                }),
                None => {
                    self.mistake(spec.referenced.line(), name, format!("row `{name}`: `statements` is no list of ids"));
                }
            }
        }
    }

    fn statement(&mut self, id: &str, mark: Mark) {
        if self.library.statements.get(id).is_none() {
            let hint = did_you_mean(id, self.library.statements.ids());
            self.at(mark, format!("unknown statement `{id}`"), hint);
        }
    }

    fn steps(&mut self, case: &Case, line: u64, operation: &str) {
        let steps = &case.facts.steps;
        let mut reached = true;
        for step in steps {
            reached &= self.call(step, operation);
        }
        if reached && !self.library.contracts.values().any(|contract| runs_in(contract, case)) {
            self.mistake(line, "profiles", "no profile has all operations of this case, so it never runs");
        }
        let mut controlled = false;
        for step in steps {
            if step.actors.is_empty() {
                self.mistake(line, "id", "nobody sends the request: `as` is missing");
            }
            let negative = is_negative(&step.expect);
            if step.role == Role::Check && negative && !controlled {
                let hint = "add `control`: the same request where it must succeed".to_owned();
                let message = "a refusal is expected, and nothing shows that the request would succeed otherwise";
                self.mistakes.push(Diagnostic::error(self.file, mark_of(step), message).hint(hint));
            }
            // A step may first show that something is not there; the twin of a refusal may not.
            if step.role == Role::Control && step.name.is_none() && negative {
                self.at(mark_of(step), "a `control` must succeed, and this one expects a refusal", None);
            }
            controlled |= step.role != Role::Check && !negative;
            self.expectation(&step.expect, step, case);
            self.parameters(step, line);
        }
    }

    fn call(&mut self, step: &Step, operation: &str) -> bool {
        let call = &step.request.call;
        if call == operation {
            return self.library.has_operation(call);
        }
        let mark = self.file.find(step.place.line.saturating_sub(1).max(1), call);
        let before = self.mistakes.len();
        if !self.library.has_operation(call) {
            let known: BTreeSet<_> = self.library.contracts.values().flat_map(|c| c.operations.keys()).collect();
            let hint = did_you_mean(call, known.into_iter().map(String::as_str));
            self.at(mark, format!("unknown operation `{call}`: no contract has it"), hint);
        }
        self.mistakes.len() == before
    }

    fn expectation(&mut self, expect: &ExpectSpec, step: &Step, case: &Case) {
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

    fn json_path(&mut self, path: &str, line: u64) {
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

    /// Checks that every parameter in the operation's path is given.
    fn parameters(&mut self, step: &Step, line: u64) {
        if step.request.raw_path.is_some() {
            return;
        }
        let operation =
            self.library.contracts.values().find_map(|contract| contract.operations.get(&step.request.call));
        for name in operation.map(|operation| parameters(&operation.path)).unwrap_or_default() {
            if !step.request.path.contains_key(name) {
                let message = format!("`{}` needs the path parameter `{name}`", step.request.call);
                let given = step.request.path.keys().map(String::as_str);
                let hint = did_you_mean(name, given).map(|_| "a parameter of a similar name is given".to_owned());
                self.hinted(line, "path", message, hint);
            }
        }
    }

    /// Checks the variables of one row, or of a case without rows.
    fn row(&mut self, case: &Case, line: u64) {
        let mut known = rules::variables(case);
        for step in &case.facts.steps {
            if rules::has_self(step) {
                known.insert("self.project-id".to_owned());
            } else {
                known.remove("self.project-id");
            }
            for value in step.values() {
                self.variables(&value, &known, case, line);
            }
            for (name, path) in &step.save {
                if case.row.is_none() {
                    self.json_path(path, line);
                }
                known.insert(name.clone());
            }
        }
    }

    fn variables(&mut self, value: &Value, known: &BTreeSet<String>, case: &Case, line: u64) {
        let names = match template::variables(value) {
            Ok(names) => names,
            Err(error) => return self.mistake(line, "{{", error.to_string()),
        };
        for name in names.iter().filter(|name| !known.contains(*name)) {
            let of_row = case.row.as_ref().map(|row| format!(" in row `{}`", row.name)).unwrap_or_default();
            let hint = did_you_mean(name, known.iter().map(String::as_str))
                .or_else(|| Some(format!("known here: {}", known.iter().cloned().collect::<Vec<_>>().join(", "))));
            self.hinted(line, name, format!("unknown variable `{name}`{of_row}"), hint);
        }
    }
}

fn is_negative(expect: &ExpectSpec) -> bool {
    expect.outcome.is_some()
        || expect.status.as_ref().is_some_and(|status| !status.0.is_empty() && status.0.iter().all(|code| *code >= 400))
}

fn parameters(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}

fn mark_of(step: &Step) -> Mark {
    Mark { line: step.place.line, column: 1, length: 0 }
}

/// Tells whether a text is lower-case words joined by hyphens.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .split('-')
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}
