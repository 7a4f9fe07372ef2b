//! What a step calls, and with which parameters.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use serde_saphyr::Spanned;

use super::{Lint, mark_of};
use crate::case::spec::WalkSpec;
use crate::case::{CaseSpec, Role, Step, template};
use crate::contract::{Library, Operation, method_writes};
use crate::diagnostic::{Mark, did_you_mean};

/// The call that no case may make: what it creates would be unknown to the clean-up.
const CREATE: &str = "v2.image.create";

type Names<'a> = Option<&'a Spanned<Map<String, Value>>>;

impl Lint<'_> {
    /// Checks that a file, or a step, calls an operation that there is.
    pub(super) fn called(&mut self, call: &Spanned<String>) -> bool {
        let id = &call.value;
        if id == CREATE {
            let hint = "name the image under `given`, so that the clean-up knows it".to_owned();
            self.at(call.referenced, format!("a case must not call `{CREATE}`"), Some(hint));
        } else if !self.library.has_operation(id) {
            let known: BTreeSet<_> = self.library.contracts.values().flat_map(|c| c.operations.keys()).collect();
            let hint = did_you_mean(id, known.into_iter().map(String::as_str));
            self.at(call.referenced, format!("unknown operation `{id}`: no contract has it"), hint);
        } else {
            return true;
        }
        false
    }

    /// Checks every operation that a case names; tells whether all it calls are known.
    pub(super) fn calls(&mut self, case: &CaseSpec, operation: &str) -> bool {
        let of_steps = case.steps.iter().flatten().filter_map(|step| step.value.call.as_ref());
        let control = case.control.as_ref().and_then(|control| control.value.call.as_ref());
        let known = case.call.iter().chain(of_steps).chain(control).fold(true, |known, call| self.called(call) & known);
        known && self.library.has_operation(operation)
    }

    /// Checks that pages are walked only where there are any.
    pub(super) fn request(&mut self, step: &Step) {
        let (request, mark) = (&step.request, mark_of(step));
        let method = request
            .method
            .as_deref()
            .or_else(|| self.library.operations(&request.call).next().map(|operation| operation.method.as_str()));
        let beside =
            |value: &Value| template::variables(value).is_ok_and(|names| names.iter().any(|n| n == "beside.id"));
        if method.is_some_and(method_writes) && step.values().iter().any(beside) {
            let hint = "write to the image under `given`".to_owned();
            self.at(mark, "the image beside is read by other cases too, so nothing is written to it", Some(hint));
        }
        let Some(walk) = &step.walk else { return };
        if step.role == Role::Do {
            let hint = "walk in a `check` or a `control`; here, `query` with a `limit` asks for one page".to_owned();
            self.at(mark, "a `do` cannot walk: it has nothing to judge", Some(hint));
        }
        if walk.limit == Some(0) {
            self.at(mark, "a walk with `limit: 0` asks for pages without rows", None);
        }
        let mut operations = self.library.operations(&request.call);
        if !operations.any(|operation| operation.paging.is_some()) {
            let message =
                format!("`{}` has no `x-paging` in any contract, so there are no pages to walk", request.call);
            self.at(mark, message, None);
        }
        for name in ["limit", "marker"].iter().filter(|name| request.query.contains_key(**name)) {
            let hint = "give `limit` and `from` of the `walk`".to_owned();
            self.at(mark, format!("the `query` of a walk has a `{name}`, which the walk sets itself"), Some(hint));
        }
        self.walked(walk, mark);
    }

    /// Checks that it is clear what the pages of a walk make up.
    fn walked(&mut self, walk: &WalkSpec, mark: Mark) {
        let expect = &walk.expect;
        let some = expect.has.is_some() || expect.lacks.is_some();
        if expect.members.is_some() == some {
            let hint = "give `members` for a whole list, or `has` or `lacks` for some of its rows".to_owned();
            self.at(mark, "it is not clear what the pages of the walk make up", Some(hint));
        }
        let whole = [
            ("perhaps", expect.perhaps.is_some()),
            ("before", expect.before.is_some()),
            ("sizes", expect.sizes.is_some()),
            ("twice", walk.twice),
        ];
        for (name, _) in whole.into_iter().filter(|(_, given)| *given && expect.members.is_none()) {
            self.at(mark, format!("`{name}` says nothing of a walk without `members`"), None);
        }
        if expect.before.is_some() && walk.from.is_none() {
            self.at(mark, "nothing comes before the first page: `before` goes with `from`", None);
        }
    }

    /// Checks that every parameter in the operation's path is given; tells whether it is so.
    pub(super) fn parameters(&mut self, step: &Step, line: u64) -> bool {
        if step.request.raw_path.is_some() {
            return true;
        }
        let before = self.mistakes.len();
        let operation = self.library.operations(&step.request.call).next();
        for name in operation.map(|operation| parameters(&operation.path)).unwrap_or_default() {
            if !step.request.path.contains_key(name) {
                let message = format!("`{}` needs the path parameter `{name}`", step.request.call);
                let given = step.request.path.keys().map(String::as_str);
                let hint = did_you_mean(name, given).map(|_| "a parameter of a similar name is given".to_owned());
                self.hinted(line, "path", message, hint);
            }
        }
        self.mistakes.len() == before
    }

    /// Checks that every parameter of a query is one that the operation has which gets it.
    pub(super) fn queries(&mut self, case: &CaseSpec, operation: &str) {
        let main = case.call.as_ref().map_or(operation, |call| &call.value);
        let of = |own: Option<&Spanned<String>>| BTreeSet::from([own.map_or(main, |call| &call.value).to_owned()]);
        let steps = || case.steps.iter().flatten().map(|step| &step.value);
        let of_steps = || steps().flat_map(|step| of(step.call.as_ref())).collect();
        let of_case = if case.steps.is_some() { of_steps() } else { of(None) };
        self.query(case.query.as_ref(), &of_case);
        for step in steps() {
            self.query(step.query.as_ref(), &of(step.call.as_ref()));
        }
        for control in case.control.iter().map(|control| &control.value) {
            self.query(control.query.as_ref(), &of(control.call.as_ref()));
        }
    }

    /// Checks that every parameter of a path is one of an operation which the case calls, or of the file's.
    pub(super) fn paths(&mut self, case: &CaseSpec, operation: &str) {
        let steps: Vec<_> = case.steps.iter().flatten().map(|step| (&step.value.call, &step.value.path)).collect();
        let control = case.control.iter().map(|control| (&control.value.call, &control.value.path));
        let all: Vec<_> = steps.into_iter().chain(control).chain([(&case.call, &case.path)]).collect();
        let calls = all.iter().filter_map(|(call, _)| Some(call.as_ref()?.value.clone()));
        let calls = calls.chain([operation.to_owned()]).collect();
        for (_, path) in all {
            self.path(path.as_ref(), &calls);
        }
    }

    fn query(&mut self, given: Names<'_>, calls: &BTreeSet<String>) {
        let known = known(self.library, calls, |operation| operation.query.iter().map(String::as_str).collect());
        for (name, line) in unknown(given, &known) {
            let hint = did_you_mean(name, known.iter().copied())
                .unwrap_or_else(|| "a name that is unknown on purpose starts with `x-`".to_owned());
            if !name.starts_with("x-") {
                let calls = calls.iter().map(|call| format!("`{call}`")).collect::<Vec<_>>().join(", ");
                self.hinted(line, name, format!("{calls} has no query parameter `{name}`"), Some(hint));
            }
        }
    }

    fn path(&mut self, given: Names<'_>, calls: &BTreeSet<String>) {
        let known = known(self.library, calls, |operation| parameters(&operation.path));
        for (name, line) in unknown(given, &known) {
            let hint = did_you_mean(name, known.iter().copied());
            self.hinted(line, name, format!("no call of the case has a path parameter `{name}`"), hint);
        }
    }
}

/// Returns the names that operations have in any profile.
fn known<'a>(
    library: &'a Library,
    calls: &BTreeSet<String>,
    names: impl Fn(&'a Operation) -> Vec<&'a str>,
) -> BTreeSet<&'a str> {
    calls.iter().flat_map(|call| library.operations(call)).flat_map(names).collect()
}

/// Returns the given names that are not known, with the line where they are given.
fn unknown<'a>(given: Names<'a>, known: &BTreeSet<&str>) -> Vec<(&'a str, u64)> {
    let names = given.iter().flat_map(|map| map.value.keys().map(|name| (name.as_str(), map.referenced.line())));
    names.filter(|(name, _)| !known.contains(name)).collect()
}

fn parameters(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_said, said_of};

    #[test]
    fn only_documented_queries_are_sent_unless_on_purpose() {
        let has_none = "`v2.member.show` has no query parameter `limt`";
        assert_said("query: { limt: 1 }\n    expect: { status: 200 }", &[has_none]);
        assert_said("query: { x-limt: 1 }\n    expect: { status: 200 }", &[]);
        let list = "call: v2.image.list\n    expect: { status: 200 }\n    query";
        assert_said(&format!("{list}: {{ name: a, limit: 1 }}"), &[]);
        assert_said(&format!("{list}: {{ limt: 1 }}"), &["did you mean `limit`?"]);
        for (case, wanted) in [
            ("steps: [{ check: a, query: { limit: 1 }, expect: { status: 200 } }]", "no query parameter `limit`"),
            ("control: { query: { a: 1 }, expect: { status: 200 } }\n    expect: { status: 200 }", "parameter `a`"),
        ] {
            assert_said(case, &[wanted]);
        }
        assert_said("steps: [{ check: a, call: v2.member.list, query: { limit: 1 }, expect: { status: 200 } }]", &[]);
    }

    #[test]
    fn a_path_parameter_is_one_of_a_call_of_the_case() {
        let given = "path: { image_id: a, member_id: b, project_id: c }\n    ";
        let missing = "no call of the case has a path parameter `project_id`";
        assert_said(&format!("{given}expect: {{ status: 200 }}"), &[missing]);
        assert_said(&format!("{given}call: v1.member.show\n    expect: {{ status: 200 }}"), &[]);
        let step = "steps: [{ check: a, path: { memberid: b }, expect: { status: 200 } }]";
        assert_said(step, &["did you mean `member_id`?"]);
        let misspelt = "path: { image_id: a, memberid: b }\n    expect: { status: 200 }";
        assert_said(misspelt, &["needs the path parameter `member_id`"]);
    }

    #[test]
    fn no_case_creates_images() {
        assert_said("call: v2.image.create\n    expect: { status: 201 }", &["a case must not call `v2.image.create`"]);
        let step = "steps: [{ check: a, call: v2.image.create, expect: { status: 201 } }]";
        assert_said(step, &["name the image under `given`"]);
        assert_eq!(said_of("operation: v2.image.create\ncases: []\n").len(), 2);
    }

    #[test]
    fn only_a_check_walks_and_only_pages() {
        let walk = "walk: { limit: 1, expect: { members: [] } }";
        assert_said(walk, &["`v2.member.show` has no `x-paging` in any contract"]);
        let list = format!("call: v2.member.list, {walk}");
        assert_said(&format!("steps: [{{ check: a, {list} }}]"), &[]);
        assert_said("call: v2.member.list\n    walk: { limit: 0, expect: { members: [] } }", &["without rows"]);
        for (role, wanted) in [("control", &[][..]), ("do", &["a `do` cannot walk"])] {
            let case =
                format!("steps:\n      - {{ {role}: a, {list} }}\n      - {{ check: b, expect: {{ status: 200 }} }}");
            assert_said(&case, wanted);
        }
    }

    #[test]
    fn the_image_beside_is_only_read() {
        let beside = "given: { image: shareable }\n    beside: { image: shareable }\n    path: { image_id: '{{beside.id}}', \
                      member_id: a }\n    expect: { status: 200 }";
        assert_said(beside, &[]);
        assert_said(&format!("{beside}\n    call: v2.member.delete"), &["nothing is written to it"]);
        let alone = "operation: v2.schema.member\ncases:\n  - id: a\n    title: a\n    statements: [OS-SCHEMA-MEMBER]\n    \
                     as: owner\n    beside: { image: shareable }\n    expect: { status: 200 }\n";
        let said = said_of(alone);
        assert!(said.len() == 1 && said[0].contains("none to be beside of"), "{said:#?}");
    }

    #[test]
    fn a_walk_says_what_it_makes_up() {
        for (keys, expect, wanted) in [
            ("limit: 1", "members: []", &[][..]),
            ("limit: 1", "has: [], lacks: []", &[]),
            ("from: x", "members: [], before: [], perhaps: [], sizes: [1]", &[]),
            ("limit: 1", "", &["it is not clear what the pages of the walk make up"]),
            ("limit: 1", "members: [], lacks: []", &["it is not clear"]),
            ("twice: true", "has: [], sizes: [1]", &["`sizes` says nothing", "`twice` says nothing"]),
            ("limit: 1", "members: [], before: []", &["nothing comes before the first page"]),
        ] {
            assert_said(&format!("call: v2.member.list\n    walk: {{ {keys}, expect: {{ {expect} }} }}"), wanted);
        }
        let query = "call: v2.image.list\n    query: { limit: 1 }\n    walk: { expect: { has: [] } }";
        assert_said(query, &["the `query` of a walk has a `limit`, which the walk sets itself"]);
    }
}
