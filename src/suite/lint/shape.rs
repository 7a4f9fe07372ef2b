//! Whether the keys of a case fit together.

use serde_saphyr::Spanned;

use super::super::rules;
use super::{Lint, is_name};
use crate::case::spec::{ImageKind, StepSpec};
use crate::case::{Actor, CaseSpec, template};
use crate::diagnostic::did_you_mean;

impl Lint<'_> {
    /// Checks that the keys of a case fit together; tells whether it can be spelled out.
    pub(super) fn shape(&mut self, spec: &Spanned<CaseSpec>) -> bool {
        let before = self.mistakes.len();
        let (case, at) = (&spec.value, spec.referenced);
        if case.title.as_ref().is_none_or(|title| title.trim().is_empty()) {
            self.at(at, "the case has no `title`", None);
        }
        match &case.steps {
            Some(steps) => {
                for (key, _) in misplaced(case).into_iter().filter(|(_, given)| *given) {
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
        self.one_body(case.body.is_some(), case.body_raw.as_ref());
        if case.given.as_ref().is_some_and(|given| given.image == ImageKind::Unknown && !given.members.is_empty()) {
            self.mistake(at.line(), "given", "an `unknown` image is none, so nobody can be its member");
        }
        if case.beside.is_some() && case.given.is_none() {
            let hint = "name the image that the case is about under `given`".to_owned();
            self.hinted(at.line(), "beside", "there is an image beside, and none to be beside of", Some(hint));
        }
        self.rows(spec);
        self.needs(spec);
        self.mistakes.len() == before
    }

    fn one_body(&mut self, json: bool, raw: Option<&Spanned<String>>) {
        if let Some(raw) = raw.filter(|_| json) {
            self.at(raw.referenced, "`body` and `body-raw` are given at once", Some("keep one of the two".to_owned()));
        }
    }

    fn rows(&mut self, spec: &Spanned<CaseSpec>) {
        let (case, at) = (&spec.value, spec.referenced);
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
        self.one_body(own.body.is_some(), own.body_raw.as_ref());
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
}

/// Returns the keys that only a case of a single request has, and whether they are given.
fn misplaced(case: &CaseSpec) -> [(&'static str, bool); 11] {
    [
        ("expect", case.expect.is_some()),
        ("control", case.control.is_some()),
        ("body", case.body.is_some()),
        ("body-raw", case.body_raw.is_some()),
        ("walk", case.walk.is_some()),
        ("save", case.save.is_some()),
        ("after", case.after.is_some()),
        ("method", case.method.is_some()),
        ("raw-path", case.raw_path.is_some()),
        ("headers", case.headers.is_some()),
        ("accept", case.accept.is_some()),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_said;

    #[test]
    fn a_case_with_steps_drops_no_key() {
        for (key, value) in [
            ("expect", "{ status: 200 }"),
            ("control", "{ expect: { status: 200 } }"),
            ("body", "{}"),
            ("body-raw", "a"),
            ("walk", "{ limit: 1, expect: { members: [] } }"),
            ("save", "{ a: $.a }"),
            ("after", "next-second"),
            ("method", "PUT"),
            ("raw-path", "/v2"),
            ("headers", "{ a: b }"),
            ("accept", "text/plain"),
        ] {
            let case = format!("{key}: {value}\n    steps: [{{ check: a, expect: {{ status: 200 }} }}]");
            assert_said(&case, &[&format!("a case with `steps` has its `{key}` in a step")]);
        }
        for kept in ["call: v2.member.list", "query: { x-a: b }", "as: member", "level: observe"] {
            assert_said(&format!("{kept}\n    steps: [{{ check: a, expect: {{ status: 200 }} }}]"), &[]);
        }
    }

    #[test]
    fn a_request_has_one_body() {
        let both = "body: {}, body-raw: a, expect: { status: 200 }";
        assert_said(&both.replace(", ", "\n    "), &["`body` and `body-raw` are given at once"]);
        assert_said(&format!("steps: [{{ check: a, {both} }}]"), &["`body` and `body-raw` are given at once"]);
    }
}
