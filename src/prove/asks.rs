//! How much a case asks for and lets through, counted in its own words: what is dropped from it, or made weaker, is missed,
//! whether a fault tells or not.

use crate::case::expect::{HeaderOperators, Operators};
use crate::case::spec::{WalkExpectSpec, WalkSpec};
use crate::case::{Case, ExpectSpec, Role, Step};

/// Returns how much a case asks for: each request of each actor, and each thing that is wanted of an answer.
pub(super) fn asks(case: &Case) -> usize {
    case.facts.steps.iter().map(step).sum()
}

fn step(step: &Step) -> usize {
    let judged = usize::from(step.role == Role::Check);
    let sent = step.actors.len() * usize::from(step.at_once.unwrap_or(1));
    sent + judged + step.walk.as_ref().map_or(0, walk) + expectation(&step.expect)
}

/// Counts the walk, and what its pages are to make up; rows that may be there or not ask for nothing.
fn walk(walk: &WalkSpec) -> usize {
    let WalkExpectSpec { members, perhaps: _, before, sizes, has, lacks } = &walk.expect;
    1 + count(&[walk.twice, members.is_some(), before.is_some(), sizes.is_some(), has.is_some(), lacks.is_some()])
}

/// Counts every key, so that a new one is not forgotten here; what is tolerated asks for nothing.
fn expectation(expect: &ExpectSpec) -> usize {
    let ExpectSpec { status, outcome, body, headers, schema, schema_from, status_line, same_as, tolerate: _ } = expect;
    let one = [
        status.is_some(),
        outcome.is_some(),
        schema.is_some(),
        schema_from.is_some(),
        status_line.is_some(),
        same_as.is_some(),
    ];
    let body: usize = body.values().map(|wanted| operators(&wanted.0)).sum();
    let headers: usize = headers.values().map(|wanted| header_operators(&wanted.0)).sum();
    count(&one) + body + headers
}

/// Weighs what a node of the body must be: one value more than a few, a few more than a type.
fn operators(operators: &Operators) -> usize {
    let Operators { equals, one_of, matches, absent, length, later_than, not_before, kind, set_equals } = operators;
    weigh(&[
        (equals.is_some(), 4),
        (set_equals.is_some(), 4),
        (one_of.is_some(), 3),
        (length.is_some(), 3),
        (later_than.is_some(), 3),
        (not_before.is_some(), 2),
        (matches.is_some(), 2),
        (absent.is_some(), 2),
        (kind.is_some(), 1),
    ])
}

fn header_operators(operators: &HeaderOperators) -> usize {
    let HeaderOperators { equals, present, absent, matches } = operators;
    weigh(&[(equals.is_some(), 4), (matches.is_some(), 2), (absent.is_some(), 2), (present.is_some(), 1)])
}

/// Returns how many answers a case lets through beyond those that it is about: values beyond one, what may differ
/// between two answers, what is tolerated, reads that are repeated, steps that may be left out, rows that may be there.
pub(super) fn spares(case: &Case) -> usize {
    case.facts.steps.iter().map(spare).sum()
}

fn spare(step: &Step) -> usize {
    let ExpectSpec { body, same_as, tolerate, .. } = &step.expect;
    let values =
        body.values().filter_map(|wanted| wanted.0.one_of.as_ref()).map(|values| values.len().saturating_sub(1));
    let except = same_as.iter().map(|same| same.except.headers.len() + same.except.body.len());
    let perhaps = step.walk.as_ref().is_some_and(|walk| walk.expect.perhaps.is_some());
    let others = [tolerate.is_some(), step.eventually.is_some(), step.only_if.is_some(), perhaps];
    values.chain(except).sum::<usize>() + count(&others)
}

fn weigh(given: &[(bool, usize)]) -> usize {
    given.iter().filter(|(given, _)| *given).map(|(_, weight)| weight).sum()
}

fn count(given: &[bool]) -> usize {
    given.iter().filter(|given| **given).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::yaml;

    #[test]
    fn every_key_of_an_expectation_counts_and_what_is_tolerated_does_not() {
        for (text, asked) in [
            ("{ status: 200 }", 1),
            ("{ status: [200, 204] }", 1),
            ("{ outcome: hidden, schema: member.json }", 2),
            ("{ same-as: a, schema-from: b, status-line: c }", 3),
            ("{ status: 200, body: { $.a: 1, $.b: { type: string, matches: x } } }", 8),
            ("{ status: 200, headers: { x-a: present, x-b: { matches: x } } }", 4),
            ("{ status: 200, tolerate: { status: 404, body: { $.a: 1 } } }", 1),
        ] {
            let expect: ExpectSpec = yaml::parse(&SourceFile::new("e.yaml", text)).unwrap();
            assert_eq!(expectation(&expect), asked, "{text}");
        }
    }
}
