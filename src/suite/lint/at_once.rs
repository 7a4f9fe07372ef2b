//! Whether a request that is sent several times at the same moment can be judged.

use super::{Lint, mark_of};
use crate::case::Step;

/// The most copies: more of them prove no more, and are a burden to the endpoint.
const MOST: u8 = 16;

impl Lint<'_> {
    /// Checks that there are several copies, and that nothing asks which of the answers is meant.
    pub(super) fn at_once(&mut self, step: &Step) {
        let Some(copies) = step.at_once else { return };
        let mark = self.file.find(mark_of(step).line, "at-once");
        if !(2..=MOST).contains(&copies) {
            let message = format!("`{copies}` is no number of requests at the same moment");
            self.at(mark, message, Some(format!("from 2 to {MOST}")));
        }
        let others =
            [("save", !step.save.is_empty()), ("walk", step.walk.is_some()), ("eventually", step.eventually.is_some())];
        for (key, _) in others.into_iter().filter(|(_, given)| *given) {
            let hint = "move it to a step of its own".to_owned();
            self.at(mark, format!("`at-once` gives several answers, and `{key}` is about one"), Some(hint));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_said;

    #[test]
    fn several_answers_are_judged_each_by_itself() {
        let again = "{ check: z, expect: { status: 200, body: { $.a: \"{{s}}\" } } }";
        for (given, wanted) in [
            ("at-once: 2", &[][..]),
            ("at-once: 1", &["`1` is no number of requests at the same moment"]),
            ("at-once: 17", &["`17` is no number of requests"]),
            ("at-once: 2, save: { s: $.a }", &["`save` is about one"]),
        ] {
            let more = if given.contains("save") { format!(", {again}") } else { String::new() };
            assert_said(&format!("steps: [{{ check: a, expect: {{ status: 200 }}, {given} }}{more}]"), wanted);
        }
    }
}
