//! The variables of a case: those that its templates use are known, and those that it gives are used.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::rules;
use super::Lint;
use crate::case::template::{self, TemplateError};
use crate::case::{Case, Step};
use crate::diagnostic::{Mark, did_you_mean};

impl Lint<'_> {
    /// Checks the variables of a case and all its rows; what is wrong in several rows is told of the first.
    pub(super) fn variables(&mut self, cases: &[Arc<Case>], line: u64) {
        let before = self.mistakes.len();
        for path in cases.iter().take(1).flat_map(|case| &case.facts.steps).flat_map(|step| step.save.values()) {
            self.json_path(path, line);
        }
        let mut told = BTreeSet::new();
        for case in cases {
            self.row(case, line, &mut told);
        }
        if self.mistakes.len() == before {
            self.unused_of_rows(cases, line);
            cases.iter().take(1).for_each(|case| self.unused_of_steps(case, line));
        }
    }

    /// Checks the templates of one row, or of a case without rows.
    fn row(&mut self, case: &Case, line: u64, told: &mut BTreeSet<String>) {
        let own = case.row.iter().flat_map(|row| row.variables.keys());
        for name in own.filter(|name| rules::is_given(name)) {
            let message = format!("`{name}` stands for something already, so no row can give it");
            self.once(self.file.find(line, &format!("{name}:")), message, None, told);
        }
        let mut known = rules::variables(case);
        let mut saved = BTreeSet::new();
        for step in &case.facts.steps {
            if rules::has_self(step) {
                known.insert("self.project-id".to_owned());
            } else {
                known.remove("self.project-id");
            }
            for value in step.values() {
                self.templates(&value, &known, case, line, told);
            }
            if let Some(name) = step.only_if.as_ref().filter(|name| !saved.contains(name.as_str())) {
                let hint = did_you_mean(name, saved.iter().copied());
                let message = format!("no step before saves `{name}`, so the step is never sent");
                self.once(self.file.find(line, &format!("if: {name}")), message, hint, told);
            }
            saved.extend(step.save.keys().map(String::as_str));
            for name in step.save.keys() {
                if !known.insert(name.clone()) {
                    let message = format!("`{name}` stands for something already, so it cannot be saved");
                    self.once(self.file.find(line, &format!("{name}:")), message, None, told);
                }
            }
        }
    }

    fn templates(
        &mut self,
        value: &Value,
        known: &BTreeSet<String>,
        case: &Case,
        line: u64,
        told: &mut BTreeSet<String>,
    ) {
        let names = match template::variables(value) {
            Ok(names) => names,
            Err(error) => return self.once(self.file.find(line, "{{"), error.to_string(), None, told),
        };
        for name in names.iter().filter(|name| !known.contains(*name)) {
            let of_row = case.row.as_ref().map(|row| format!(" in row `{}`", row.name)).unwrap_or_default();
            let hint = did_you_mean(name, known.iter().map(String::as_str))
                .or_else(|| Some(format!("known here: {}", known.iter().cloned().collect::<Vec<_>>().join(", "))));
            if told.insert(name.clone()) {
                let mark = self.template(line, name);
                self.at(mark, format!("unknown variable `{name}`{of_row}"), hint);
            }
        }
        if let Err(error @ TemplateError::NotScalar { .. }) = template::fill(value, &|name| Some(sample(name, case))) {
            let TemplateError::NotScalar { name } = &error else { return };
            self.once(self.template(line, name), error.to_string(), None, told);
        }
    }

    fn once(&mut self, mark: Mark, message: String, hint: Option<String>, told: &mut BTreeSet<String>) {
        if told.insert(message.clone()) {
            self.at(mark, message, hint);
        }
    }

    /// Returns the mark of a name between the braces of a template, or else of the name wherever it stands.
    fn template(&self, line: u64, name: &str) -> Mark {
        let mark = self.file.find(line, &format!("{{{{{name}}}}}"));
        if mark.length == 0 {
            return self.file.find(line, name);
        }
        Mark { column: mark.column + 2, length: name.len(), ..mark }
    }

    fn unused_of_rows(&mut self, cases: &[Arc<Case>], line: u64) {
        let used: BTreeSet<_> = cases.iter().take(1).flat_map(|case| &case.facts.steps).flat_map(names).collect();
        let mut told = BTreeSet::from(["statements"]);
        for row in cases.iter().filter_map(|case| case.row.as_ref()) {
            for name in row.variables.keys().filter(|name| !used.contains(*name)) {
                let hint = did_you_mean(name, ["statements"])
                    .unwrap_or_else(|| format!("use it as `{{{{{name}}}}}`, or remove it"));
                if told.insert(name) {
                    let message = format!("no template uses the variable `{name}` of row `{}`", row.name);
                    self.hinted(line, &format!("{name}:"), message, Some(hint));
                }
            }
        }
    }

    fn unused_of_steps(&mut self, case: &Case, line: u64) {
        let steps = &case.facts.steps;
        for (at, step) in steps.iter().enumerate() {
            let used: BTreeSet<_> = steps[at + 1..].iter().flat_map(names).collect();
            for name in step.save.keys().filter(|name| !used.contains(*name)) {
                let message = format!("`{name}` is saved and never used afterwards");
                self.hinted(line, &format!("{name}:"), message, None);
            }
        }
    }
}

/// Returns the names of the variables that a step uses.
fn names(step: &Step) -> Vec<String> {
    let of_values = step.values();
    let of_values = of_values.iter().flat_map(|value| template::variables(value).unwrap_or_default());
    of_values.chain(step.only_if.clone()).collect()
}

/// Returns a value of the kind that a variable will have.
fn sample(name: &str, case: &Case) -> Value {
    let of_row = case.row.as_ref().and_then(|row| row.variables.get(name));
    of_row.cloned().unwrap_or_else(|| if name == "members.project-ids" { json!([]) } else { json!("") })
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_said;

    fn rows(rows: &str, body: &str) -> String {
        format!("for-each: {rows}\n    method: PUT\n    body: {body}\n    expect: {{ status: 200 }}")
    }

    #[test]
    fn one_mistake_in_a_template_is_told_once() {
        let three = "{ a: { n: 1 }, b: { n: 2 }, c: { n: 3 } }";
        assert_said(&rows(three, "['{{n}}', '{{m}}', '{{m}}']"), &["unknown variable `m` in row `a`"]);
        assert_said(&rows(three, "'{{n'"), &["is not closed"]);
        assert_said(&rows("{ a: { n: 1 }, b: { m: 1 }, c: { m: 1 } }", "'{{n}}'"), &["variable `n` in row `b`"]);
        assert_said(&rows(three, "'{{n}}'"), &[]);
    }

    #[test]
    fn a_list_stands_in_no_text() {
        assert_said(&rows("{ a: { n: [1] }, b: { n: [2] } }", "'x{{n}}'"), &["`n` is no text"]);
        assert_said("method: PUT\n    body: 'x{{members.project-ids}}'\n    expect: { status: 200 }", &["is no text"]);
    }

    #[test]
    fn what_is_given_is_used() {
        let unused = "no template uses the variable `m` of row `b`";
        assert_said(&rows("{ a: { n: 1 }, b: { n: 2, m: 1 }, c: { n: 3, m: 1 } }", "'{{n}}'"), &[unused]);
        let misspelt = "{ a: { n: 1, statments: [V2-SHOW-ST01] } }";
        assert_said(&rows(misspelt, "'{{n}}'"), &["did you mean `statements`?"]);
        assert_said(&rows("{ a: { n: 1, statements: [V2-SHOW-ST01] } }", "'{{n}}'"), &[]);
        assert_said("save: { a: $.status }\n    expect: { status: 200 }", &["`a` is saved and never used afterwards"]);
        let read = "do: a, expect: { status: 200 }, save: { s: $.status }";
        for (body, wanted) in [("'{{s}}'", &[][..]), ("s", &["`s` is saved and never used afterwards"])] {
            let check = format!("check: b, expect: {{ status: 200, body: {{ $.status: {body} }} }}");
            assert_said(&format!("steps: [{{ {read} }}, {{ {check} }}]"), wanted);
        }
    }
}
