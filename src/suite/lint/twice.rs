//! What stands twice in a list of a case, or says nothing there.

use std::collections::BTreeSet;

use serde_saphyr::Spanned;

use super::Lint;
use crate::case::{CaseSpec, ExpectSpec};

impl Lint<'_> {
    /// Checks the lists of a case and of its steps.
    pub(super) fn twice(&mut self, spec: &Spanned<CaseSpec>) {
        let (case, line) = (&spec.value, spec.referenced.line());
        let statements = case.statements.iter().flatten().map(|statement| statement.value.as_str());
        self.repeated(line, "statements", statements);
        self.repeated(line, "profiles", case.profiles.iter().flat_map(|list| &list.0).map(|profile| profile.name()));
        self.repeated(line, "needs", case.needs.iter().flat_map(|list| &list.0).map(String::as_str));
        self.repeated(line, "tags", case.tags.iter().flat_map(|list| &list.0).map(String::as_str));
        for tag in case.tags.iter().flat_map(|list| &list.0).filter(|tag| tag.trim() != tag.as_str() || tag.is_empty())
        {
            self.mistake(line, "tags", format!("`{tag}` is no tag: nobody could select by it"));
        }
        self.repeated(line, "as", case.actors.iter().flat_map(|list| &list.0).map(|actor| actor.name()));
        self.statuses_twice(case.expect.as_ref());
        if let Some(control) = &case.control {
            let (line, actors) = (control.referenced.line(), &control.value.actors);
            self.repeated(line, "as", actors.iter().flat_map(|list| &list.0).map(|actor| actor.name()));
            self.statuses_twice(Some(&control.value.expect));
        }
        for step in case.steps.iter().flatten() {
            let (line, actors) = (step.referenced.line(), &step.value.actors);
            self.repeated(line, "as", actors.iter().flat_map(|list| &list.0).map(|actor| actor.name()));
            self.statuses_twice(step.value.expect.as_ref());
        }
        let steps = case.steps.iter().flatten().map(|step| &step.value);
        let names = steps.flat_map(|step| [&step.control, &step.do_, &step.check].into_iter().flatten());
        let mut seen = BTreeSet::new();
        for name in names.filter(|name| !seen.insert(name.as_str())) {
            let hint = "a report tells the steps apart by their names".to_owned();
            self.hinted(line, name, format!("two steps are called `{name}`"), Some(hint));
        }
    }

    fn statuses_twice(&mut self, expect: Option<&Spanned<ExpectSpec>>) {
        let Some(expect) = expect else { return };
        let statuses: Vec<_> = expect.value.status.iter().flat_map(|list| &list.0).map(u16::to_string).collect();
        self.repeated(expect.referenced.line(), "status", statuses.iter().map(String::as_str));
    }

    fn repeated<'b>(&mut self, line: u64, key: &str, names: impl Iterator<Item = &'b str>) {
        let mut seen = BTreeSet::new();
        for name in names.filter(|name| !seen.insert(*name)) {
            self.mistake(line, key, format!("`{name}` stands twice in `{key}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::assert_said;

    #[test]
    fn nothing_stands_twice() {
        let expect = "\n    expect: { status: 200 }";
        for (given, wanted) in [
            ("profiles: [glance, glance]", "`glance` stands twice in `profiles`"),
            ("as: [member, member]", "`member` stands twice in `as`"),
            ("tags: [a, b, a]", "`a` stands twice in `tags`"),
            ("tags: ['']", "`` is no tag"),
            ("needs: [admin, admin]", "`admin` stands twice in `needs`"),
        ] {
            assert_said(&format!("{given}{expect}"), &[wanted]);
        }
        assert_said("expect: { status: [200, 200] }", &["`200` stands twice in `status`"]);
        let step = "{ check: a, expect: { status: 200 } }";
        assert_said(&format!("steps: [{step}, {step}]"), &["two steps are called `a`"]);
    }
}
