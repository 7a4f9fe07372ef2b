//! Finds every mistake in a case file that its types do not rule out.

mod at_once;
mod citation;
mod control;
mod eventually;
mod expectation;
mod request;
mod same;
mod shape;
mod twice;
mod variables;
mod wire;

use std::collections::BTreeMap;

use serde_saphyr::Spanned;

use super::{expand, runs_in};
use crate::case::{Case, CaseFile, CaseSpec, Step};
use crate::contract::Library;
use crate::diagnostic::{Diagnostic, Mark, SourceFile};

/// Adds every mistake of a file to the list; tells whether there was none.
pub(super) fn check(file: &SourceFile, read: &CaseFile, library: &Library, mistakes: &mut Vec<Diagnostic>) -> bool {
    let before = mistakes.len();
    let mut lint = Lint { file, library, mistakes };
    lint.called(&read.operation);
    if read.cases.is_empty() {
        lint.mistake(1, "cases", "the file has no case");
    }
    if read.defaults.id.is_some() {
        lint.mistake(1, "id", "`id` cannot be a default");
    }
    let mut seen = BTreeMap::new();
    for spec in &read.cases {
        lint.id(spec, &mut seen);
        lint.case(read, &expand::merge(&read.defaults, spec));
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
        let mistake = Diagnostic::error(self.file, mark, message).hint(hint);
        // What is wrong with a default is wrong with many cases.
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
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

    /// Checks a case with the defaults merged in.
    fn case(&mut self, read: &CaseFile, spec: &Spanned<CaseSpec>) {
        self.twice(spec);
        if !self.shape(spec) {
            return;
        }
        let (operation, line) = (&read.operation.value, spec.referenced.line());
        let cases = expand::cases(self.file, &CaseFile { cases: vec![spec.clone()], ..with_operation(read) });
        let Some(first) = cases.first() else { return };
        let before = self.mistakes.len();
        self.statements(spec);
        let cited = self.mistakes.len() == before;
        let reached = self.calls(&spec.value, operation) & self.profiles(spec);
        if reached && !self.library.contracts.values().any(|contract| runs_in(contract, first)) {
            self.mistake(line, "profiles", "no profile has all operations of this case, so it never runs");
        }
        if reached && cited {
            self.level(&cases, line);
            self.policy(&cases, line);
        }
        // Where a path parameter is missing, a further one is that one misspelt.
        let complete = self.steps(first, line);
        if reached && complete {
            self.paths(&spec.value, operation);
        }
        if reached {
            self.queries(&spec.value, operation);
        }
        self.variables(&cases, line);
    }

    /// Checks each step of a case; tells whether each has its path parameters.
    fn steps(&mut self, case: &Case, line: u64) -> bool {
        let steps = &case.facts.steps;
        let mut complete = true;
        for (at, step) in steps.iter().enumerate() {
            if step.actors.is_empty() {
                self.mistake(line, "id", "nobody sends the request: `as` is missing");
            }
            self.control(step, &steps[..at]);
            self.at_once(step);
            self.eventually(step, &steps[..at]);
            self.expectation(step, case);
            self.same(steps, at);
            self.request(step);
            self.wire(step, line);
            complete &= self.parameters(step, line);
        }
        complete
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contract, yaml};

    /// Returns a file with a case of `v2.member.show`, given without its id, title and statements.
    pub(super) fn file_with(case: &str) -> String {
        format!(
            "operation: v2.member.show
defaults:
  given: {{ image: shareable, members: {{ member: accepted }} }}
  as: owner
  path: {{ image_id: \"{{{{image.id}}}}\", member_id: \"{{{{member.project-id}}}}\" }}
cases:
  - id: tried
    title: a case that is tried
    statements: [V2-SHOW-ST01]
    {case}
"
        )
    }

    /// Returns what is said of a file.
    pub(super) fn said_of(text: &str) -> Vec<String> {
        said_with(contract::embedded(), text)
    }

    /// Returns what is said of a file beside other contracts.
    pub(super) fn said_with(library: &Library, text: &str) -> Vec<String> {
        let file = SourceFile::new("cases/tried.yaml", text);
        let read: CaseFile = yaml::parse(&file).unwrap_or_else(|mistake| panic!("{}", mistake.render(false)));
        let mut mistakes = Vec::new();
        check(&file, &read, library, &mut mistakes);
        mistakes.iter().map(ToString::to_string).collect()
    }

    /// Asserts that exactly these things are said of a case of `v2.member.show`, each in a message of its own.
    #[track_caller]
    pub(super) fn assert_said(case: &str, wanted: &[&str]) {
        let said = said_of(&file_with(case));
        let all = wanted.iter().all(|wanted| said.iter().any(|said| said.contains(wanted)));
        assert!(all && said.len() == wanted.len(), "{case}\nsaid {said:#?}\nwanted {wanted:#?}");
    }
}
