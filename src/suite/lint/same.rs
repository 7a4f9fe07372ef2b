//! What is to be answered as an earlier step was: whether there is such a step, and one answer to it.

use super::wire::is_token;
use super::{Lint, mark_of};
use crate::case::expect::SameAs;
use crate::case::{Role, Step};
use crate::diagnostic::{Mark, did_you_mean};

impl Lint<'_> {
    /// Checks the `same-as` of a step against the steps of its case, of which so many come before it.
    pub(super) fn same(&mut self, steps: &[Step], at: usize) {
        let step = &steps[at];
        let mark = self.file.find(step.place.line, "same-as");
        if step.expect.tolerate.as_ref().is_some_and(|lesser| lesser.same_as.is_some()) {
            self.at(mark, "`same-as` cannot be tolerated", Some("move it out of `tolerate`".to_owned()));
        }
        let Some(wanted) = &step.expect.same_as else { return };
        if step.role != Role::Check {
            let message =
                format!("a `{}` cannot be the same as another step: only a check is judged", step.role.name());
            self.at(mark, message, None);
        }
        self.step_named(wanted, steps, at, mark);
        for path in &wanted.except.body {
            self.json_path(path, step.place.line);
        }
        for name in wanted.except.headers.iter().filter(|name| name.is_empty() || !name.bytes().all(is_token)) {
            self.mistake(step.place.line, name, format!("`{name}` is no name of a header"));
        }
    }

    fn step_named(&mut self, wanted: &SameAs, steps: &[Step], at: usize, mark: Mark) {
        let is_named = |step: &&Step| step.name.as_ref() == Some(&wanted.step);
        let Some(named) = steps[..at].iter().find(is_named) else {
            let later = steps[at..].iter().any(|step| is_named(&step));
            let hint = if later {
                Some("a step can only be the same as one before it".to_owned())
            } else {
                did_you_mean(&wanted.step, steps[..at].iter().filter_map(|step| step.name.as_deref()))
            };
            return self.at(mark, format!("no step before this one is called `{}`", wanted.step), hint);
        };
        if named.actors.len() != 1 || named.walk.is_some() {
            let hint = "give it one actor and no `walk`".to_owned();
            let message = format!("`{}` has more than one answer, so nothing can be the same", wanted.step);
            self.at(mark_of(named), message, Some(hint));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_said;

    fn case(first: &str, second: &str) -> String {
        format!(
            "steps:\n      - {{ control: there, as: owner, expect: {{ status: 200 }} }}\n      - {{ {first} }}\n      - {{ {second} }}"
        )
    }

    const MISSING: &str = "check: missing, as: stranger, expect: { outcome: hidden }";

    #[test]
    fn a_step_is_the_same_as_one_before_it_with_one_answer() {
        let same = |as_: &str| format!("check: hidden, as: stranger, expect: {{ same-as: {as_} }}");
        assert_said(&case(MISSING, &same("missing")), &[]);
        assert_said(&case(MISSING, &same("{ step: missing, except: { headers: [x-a], body: [$.a] } }")), &[]);
        for (as_, wanted) in [
            ("misssing", "no step before this one is called `misssing` (did you mean `missing`?)"),
            ("hidden", "a step can only be the same as one before it"),
            ("{ step: missing, except: { body: [a] } }", "`a` is no JSONPath"),
            ("{ step: missing, except: { headers: [a b] } }", "`a b` is no name of a header"),
        ] {
            assert_said(&case(MISSING, &same(as_)), &[wanted]);
        }
        let several = MISSING.replace("as: stranger", "as: [stranger, member]");
        assert_said(&case(&several, &same("missing")), &["`missing` has more than one answer"]);
        assert_said(
            &case(
                MISSING,
                "check: a, as: stranger, expect: { outcome: hidden, tolerate: { same-as: missing, status: 200 } }",
            ),
            &["`same-as` cannot be tolerated"],
        );
        let did = "do: a, as: stranger, expect: { same-as: missing }";
        assert_said(&case(MISSING, did), &["a `do` cannot be the same as another step"]);
        assert_said("expect: { same-as: missing }", &["no step before this one is called `missing`"]);
    }
}
