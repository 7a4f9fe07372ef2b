//! How much a case asks for, counted in its own words: what is dropped from it is missed, whether a fault tells or not.

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

fn operators(operators: &Operators) -> usize {
    let Operators { equals, one_of, matches, absent, length, later_than, not_before, kind, set_equals } = operators;
    count(&[
        equals.is_some(),
        one_of.is_some(),
        matches.is_some(),
        absent.is_some(),
        length.is_some(),
        later_than.is_some(),
        not_before.is_some(),
        kind.is_some(),
        set_equals.is_some(),
    ])
}

fn header_operators(operators: &HeaderOperators) -> usize {
    let HeaderOperators { equals, present, absent, matches } = operators;
    count(&[equals.is_some(), present.is_some(), absent.is_some(), matches.is_some()])
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
            ("{ status: 200, body: { $.a: 1, $.b: { type: string, matches: x } } }", 4),
            ("{ status: 200, headers: { x-a: present, x-b: { matches: x } } }", 3),
            ("{ status: 200, tolerate: { status: 404, body: { $.a: 1 } } }", 1),
        ] {
            let expect: ExpectSpec = yaml::parse(&SourceFile::new("e.yaml", text)).unwrap();
            assert_eq!(expectation(&expect), asked, "{text}");
        }
    }
}
