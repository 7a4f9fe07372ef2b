//! Whether a refusal means anything: something must show that the request would succeed otherwise.

use super::{Lint, mark_of};
use crate::case::{ExpectSpec, Role, Step};
use crate::diagnostic::Diagnostic;

impl Lint<'_> {
    /// Checks a step against those before it: a refusal needs a control, and a control must succeed.
    pub(super) fn control(&mut self, step: &Step, before: &[Step]) {
        let refused = step.role == Role::Check && is_negative(&step.expect);
        if refused && !before.iter().any(|earlier| self.shows(earlier, step)) {
            let hint = "add `control`: the same request where it must succeed".to_owned();
            let message = "a refusal is expected, and nothing shows that the request would succeed otherwise";
            self.mistakes.push(Diagnostic::error(self.file, mark_of(step), message).hint(hint));
        }
        // A step may first show that something is not there; the twin of a refusal may not.
        if step.role == Role::Control && step.name.is_none() && may_refuse(&step.expect) {
            self.at(mark_of(step), "a `control` must succeed, and this one expects a refusal", None);
        }
        let twin = before.iter().filter(|twin| twin.role == Role::Control && twin.name.is_none());
        for twin in twin.filter(|twin| refused && twin.request == step.request) {
            if let Some(actor) = twin.actors.iter().find(|actor| step.actors.contains(actor)) {
                let hint = "let somebody else send it, or change its `path` or `query`".to_owned();
                let message = format!("the `control` is the very request of {actor} that must be refused");
                self.at(mark_of(twin), message, Some(hint));
            }
        }
    }

    /// Tells whether a step, where it holds, shows that another's request would succeed otherwise.
    fn shows(&self, earlier: &Step, refused: &Step) -> bool {
        let (shown, call) = (&earlier.request.call, &refused.request.call);
        let twin = earlier.role == Role::Control && earlier.name.is_none();
        let succeeds = !may_refuse(&earlier.expect);
        // A twin that does not succeed is a mistake of its own, told at its place.
        twin || succeeds && (earlier.role == Role::Control || shown == call || self.is_of_image(shown))
    }

    fn is_of_image(&self, call: &str) -> bool {
        let mut operations = self.library.operations(call);
        operations.any(|operation| operation.path.contains("{image_id}"))
    }
}

fn is_negative(expect: &ExpectSpec) -> bool {
    expect.outcome.is_some()
        || expect
            .status
            .as_ref()
            .is_some_and(|status| !status.0.is_empty() && status.0.iter().all(|code| (400..600).contains(code)))
}

/// Tells whether a refusal would meet an expectation, or be tolerated.
fn may_refuse(expect: &ExpectSpec) -> bool {
    expect.outcome.is_some()
        || expect.status.iter().flat_map(|status| &status.0).any(|code| *code >= 400)
        || expect.tolerate.as_deref().is_some_and(may_refuse)
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_said;

    #[test]
    fn a_control_must_succeed() {
        for (control, good) in [
            ("{ status: 200 }", true),
            ("{ status: [200, 204] }", true),
            ("{ status: 404 }", false),
            ("{ status: [200, 404] }", false),
            ("{ outcome: hidden }", false),
            ("{ status: 200, tolerate: { status: 404 } }", false),
        ] {
            let case = format!(
                "as: stranger\n    control: {{ as: owner, expect: {control} }}\n    expect: {{ outcome: hidden }}"
            );
            assert_said(&case, if good { &[] } else { &["a `control` must succeed"] });
        }
    }

    #[test]
    fn a_refusal_needs_a_control_that_is_about_sharing() {
        let share = "call: v2.member.add, body: { member: x }";
        for (step, good) in [
            ("control: a, expect: { status: 200 }".to_owned(), true),
            ("do: a, expect: { status: 200 }".to_owned(), true),
            (format!("do: a, {share}, expect: {{ status: 200 }}"), true),
            (format!("do: a, {share}, expect: {{ status: [200, 409] }}"), false),
            ("check: a, call: v2.image.show, expect: { status: 200 }".to_owned(), true),
            ("do: a, call: v2.schema.member, expect: { status: 200 }".to_owned(), false),
            ("do: a, call: v2.image.list, expect: { status: 200 }".to_owned(), false),
        ] {
            let case = format!(
                "steps:\n      - {{ {step} }}\n      - {{ check: b, as: stranger, expect: {{ outcome: hidden }} }}"
            );
            assert_said(&case, if good { &[] } else { &["a refusal is expected, and nothing shows"] });
        }
    }
}
