//! Whether there is anything to wait for where a step says `eventually`.

use super::{Lint, mark_of};
use crate::case::Step;
use crate::case::eventually::OwnBound;
use crate::contract::method_writes;

impl Lint<'_> {
    /// Checks that a step which looks again only reads, and that something was written before it.
    pub(super) fn eventually(&mut self, step: &Step, before: &[Step]) {
        let Some(eventually) = &step.eventually else { return };
        let mark = self.file.find(mark_of(step).line, "eventually");
        if self.writes(step) {
            let hint = "a write is sent once: mark the read that shows what came of it".to_owned();
            self.at(mark, "`eventually` repeats a request that may change something", Some(hint));
        } else if !before.iter().any(|earlier| self.writes(earlier)) {
            let hint = "remove it: what was there from the start shows at once".to_owned();
            self.at(mark, "`eventually` waits for a write, and no step before this one writes", Some(hint));
        }
        if step.walk.is_some() {
            let hint = "remove it: a walk waits until every read shows what was written".to_owned();
            self.at(mark, "`eventually` repeats one request, and a walk sends several", Some(hint));
        }
        let own = &eventually.0;
        if own.every.is_some_and(|every| every.0.is_zero()) {
            self.at(mark, "`every` is no time at all, so the endpoint would be asked without a pause", None);
        }
        if own.within.is_none() && own != &OwnBound::default() {
            let hint = "say for how long, as `within: 30s`".to_owned();
            self.at(
                mark,
                "`every` and `unless` belong to a bound of the step's own, and there is no `within`",
                Some(hint),
            );
        }
        for (path, wanted) in &own.unless {
            self.json_path(path, mark.line);
            self.body(path, &wanted.0, mark.line);
        }
    }

    fn writes(&self, step: &Step) -> bool {
        let documented =
            || self.library.operations(&step.request.call).next().map(|operation| operation.method.as_str());
        step.request.method.as_deref().or_else(documented).is_some_and(method_writes)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_said;

    const ADD: &str = "{ do: a, call: v2.member.add, body: { member: x }, expect: { status: 200 } }";

    #[test]
    fn only_a_read_after_a_write_is_looked_at_again() {
        let writes = "call: v2.member.delete, expect: { status: 204 }";
        let reads = "expect: { status: 200 }";
        for (before, step, wanted) in [
            (ADD, format!("{reads}, eventually: true"), &[][..]),
            (ADD, format!("{reads}, eventually: {{ within: 30s, every: 1s, unless: {{ $.status: FAIL }} }}"), &[]),
            (ADD, format!("{writes}, eventually: true"), &["repeats a request that may change something"]),
            ("", format!("{reads}, eventually: true"), &["no step before this one writes"]),
            (ADD, format!("{reads}, eventually: {{ within: 30s, every: 0s }}"), &["`every` is no time at all"]),
            (ADD, format!("{reads}, eventually: {{ unless: {{ $.status: FAIL }} }}"), &["there is no `within`"]),
            (
                ADD,
                format!("{reads}, eventually: {{ within: 3s, unless: {{ status: a }} }}"),
                &["`status` is no JSONPath"],
            ),
        ] {
            let before = if before.is_empty() { String::new() } else { format!("\n      - {before}") };
            assert_said(&format!("steps:{before}\n      - {{ check: b, {step} }}"), wanted);
        }
        let walk = "call: v1.member.list, path: { project_id: x }, walk: { limit: 1, expect: { members: [] } }";
        let steps = format!("steps:\n      - {ADD}\n      - {{ check: b, {walk}, eventually: true }}");
        assert_said(&steps, &["a walk sends several"]);
    }
}
