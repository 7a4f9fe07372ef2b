//! What statements, contracts and cases leave open between them: worth a look, and no mistake.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use super::coverage::{Coverage, Covered, Standing};
use super::{Sources, Suite, runs_in};
use crate::case::{Case, Role, Step};
use crate::contract::{Contract, Operation, Profile, Statement};
use crate::diagnostic::{Diagnostic, SourceFile};

/// One kind of gap, with every place where there is one.
#[derive(Clone, Debug)]
pub struct Gap {
    /// What is open, to stand behind a number: `statements have no case`.
    pub what: &'static str,
    /// Each place.
    pub places: Vec<Diagnostic>,
}

/// Returns the kinds of gaps that a suite has.
#[must_use]
pub fn gaps(suite: &Suite, sources: &Sources) -> Vec<Gap> {
    let seen = Seen::new(suite, sources);
    let all = [
        Gap { what: "statements have neither a case wherever they apply nor a reason why not", places: seen.uncited() },
        Gap { what: "operations document a status of which no statement speaks", places: seen.unspoken() },
        Gap { what: "statements speak of a status that the contract does not document", places: seen.undocumented() },
        Gap { what: "cases cite nothing that binds where they run", places: seen.adrift() },
    ];
    all.into_iter().filter(|gap| !gap.places.is_empty()).collect()
}

/// A suite, and what its cases say of each statement.
struct Seen<'a> {
    suite: &'a Suite,
    sources: &'a Sources,
    /// The operations that the cases citing a statement check, and that name it in a contract.
    operations: BTreeMap<(Profile, &'a str), BTreeSet<&'a str>>,
    /// The statuses of which each statement speaks.
    spoken: BTreeMap<&'a str, BTreeSet<u16>>,
    /// The statuses that cases expect of an operation.
    expected: BTreeSet<(Profile, &'a str, u16)>,
}

impl<'a> Seen<'a> {
    fn new(suite: &'a Suite, sources: &'a Sources) -> Self {
        let words = Words::default();
        let spoken = |statement: &'a Statement| (statement.id.as_str(), words.statuses(&statement.words));
        let spoken = suite.library.statements.iter().map(spoken).collect();
        let mut seen = Self { suite, sources, operations: BTreeMap::new(), spoken, expected: BTreeSet::new() };
        for contract in suite.library.contracts.values() {
            for operation in contract.operations.values() {
                for (_, id) in operation.statements.all() {
                    seen.operations.entry((contract.profile, id)).or_default().insert(&operation.id);
                }
            }
            for case in suite.cases.iter().filter(|case| runs_in(contract, case)) {
                seen.case(contract, case);
            }
        }
        seen
    }

    fn case(&mut self, contract: &'a Contract, case: &'a Case) {
        let checks = case.facts.steps.iter().filter(|step| step.role == Role::Check);
        for step in checks {
            let operation = step.request.call.as_str();
            for status in statuses(step, &contract.operations[operation]) {
                self.expected.insert((contract.profile, operation, status));
            }
            for id in case.statements.iter() {
                self.operations.entry((contract.profile, id)).or_default().insert(operation);
            }
        }
    }

    /// Statements that could be exercised, and are not, in some profile.
    fn uncited(&self) -> Vec<Diagnostic> {
        let statements = &self.suite.library.statements;
        let uncovered = |covered: Covered| {
            let profiles: Vec<_> = covered.uncovered_in.iter().map(|profile| profile.name()).collect();
            let message = match covered.standing {
                Standing::Uncovered => format!("no case cites `{}` in {}", covered.id, profiles.join(", ")),
                _ => return None,
            };
            Some(self.at_statement(statements.get(&covered.id)?, message))
        };
        let coverage = Coverage::of(self.suite, None);
        coverage.own.statements.into_iter().chain(coverage.neighbours.statements).filter_map(uncovered).collect()
    }

    /// Statuses that a contract documents, of which no statement speaks and which no case expects.
    ///
    /// Only operations that cases are about are meant: the others are there to make and remove fixtures.
    fn unspoken(&self) -> Vec<Diagnostic> {
        let about: BTreeSet<_> = self.suite.cases.iter().map(|case| case.facts.operation.as_str()).collect();
        let mut told = Vec::new();
        for contract in self.suite.library.contracts.values() {
            for operation in contract.operations.values().filter(|operation| about.contains(operation.id.as_str())) {
                let open = |status: &&u16| {
                    !self.expected.contains(&(contract.profile, operation.id.as_str(), **status))
                        && !self.speaking(contract.profile, &operation.id).any(|spoken| spoken.contains(status))
                };
                let open: Vec<_> = operation.responses.keys().filter(open).map(u16::to_string).collect();
                told.extend((!open.is_empty()).then(|| self.at_operation(contract.profile, operation, &open)));
            }
        }
        told
    }

    /// Statements that speak of a status which no operation they are about documents.
    fn undocumented(&self) -> Vec<Diagnostic> {
        let mut told = Vec::new();
        // Who says that there is nothing but these does not say that there is each of them.
        let each = |statement: &&Statement| !statement.words.contains("nothing but");
        for statement in self.suite.library.statements.iter().filter(each) {
            for contract in self.suite.library.contracts.values() {
                let Some(operations) = self.operations.get(&(contract.profile, statement.id.as_str())) else {
                    continue;
                };
                if statement.level_in(contract.profile).is_none() {
                    continue;
                }
                let documents = |status: &u16| {
                    let mut about = operations.iter().filter_map(|id| contract.operations.get(*id));
                    about.any(|operation| operation.responses.contains_key(status))
                };
                let spoken = &self.spoken[statement.id.as_str()];
                let open: Vec<_> = spoken.iter().filter(|s| !documents(s)).map(u16::to_string).collect();
                told.extend((!open.is_empty()).then(|| {
                    let message = format!(
                        "`{}` speaks of {}, which `{}` does not document",
                        statement.id,
                        open.join(", "),
                        contract.profile
                    );
                    self.at_statement(statement, message)
                }));
            }
        }
        told
    }

    /// Cases of whose statements none binds in any profile where they run.
    fn adrift(&self) -> Vec<Diagnostic> {
        let statements = &self.suite.library.statements;
        let contracts = || self.suite.library.contracts.values();
        let binds = |case: &Case| {
            contracts()
                .filter(|contract| runs_in(contract, case))
                .any(|contract| case.statements.iter().any(|id| statements.level(id, contract.profile).is_some()))
        };
        let open = self.suite.cases.iter().filter(|case| !binds(case));
        open.filter_map(|case| {
            let place = &case.facts.place;
            let file = self.sources.cases.iter().find(|file| file.path == place.file)?;
            let message = format!("nothing that `{}` cites binds where it runs: it only observes", case.id);
            Some(Diagnostic::warning(file, file.find(place.line, ""), message))
        })
        .collect()
    }

    /// Returns the statuses of which each statement about an operation speaks.
    fn speaking(&self, profile: Profile, operation: &str) -> impl Iterator<Item = &BTreeSet<u16>> {
        let about = self.operations.iter().filter(move |((of, _), about)| *of == profile && about.contains(operation));
        let statements = &self.suite.library.statements;
        let binding = about.filter(move |((_, id), _)| statements.level(id, profile).is_some());
        binding.filter_map(|((_, id), _)| self.spoken.get(id))
    }

    fn at_statement(&self, statement: &Statement, message: String) -> Diagnostic {
        let file = self.file(|file| &*file.name == "schemas/statements.yaml");
        Diagnostic::warning(&file, file.find(1, &format!("id: {}\n", statement.id)), message)
    }

    fn at_operation(&self, profile: Profile, operation: &Operation, open: &[String]) -> Diagnostic {
        let name = format!("operationId: {}\n", operation.id);
        let own = format!("schemas/contracts/{profile}.yaml");
        let holds = |file: &SourceFile| file.text.contains(&name);
        let file = self.file(|file| *file.name == *own && holds(file) || holds(file) && !self.has(&own, &name));
        let message = format!("`{profile}` documents {} for `{}`: no statement says so", open.join(", "), operation.id);
        Diagnostic::warning(&file, file.find(1, &name), message)
    }

    fn has(&self, name: &str, text: &str) -> bool {
        self.sources.schemas.iter().any(|file| &*file.name == name && file.text.contains(text))
    }

    fn file(&self, wanted: impl Fn(&SourceFile) -> bool) -> SourceFile {
        let file = self.sources.schemas.iter().find(|file| wanted(file));
        file.cloned().unwrap_or_else(|| SourceFile::new("schemas", ""))
    }
}

/// Finds statuses in a sentence.
struct Words {
    number: Regex,
    denial: Regex,
}

impl Default for Words {
    fn default() -> Self {
        let pattern = |text| Regex::new(text).expect("it is a pattern");
        Self {
            number: pattern(r"\b[2-5]\d\d\b"),
            denial: pattern(r"\b(?:never|neither|not|nor)\b(?: [a-z]+)?(?: [2-5]\d\d\b(?: or\b)?)+"),
        }
    }
}

impl Words {
    /// Returns the statuses that a sentence says there are; what it denies is no such.
    fn statuses(&self, words: &str) -> BTreeSet<u16> {
        let affirmed = self.denial.replace_all(words, "");
        self.number.find_iter(&affirmed).filter_map(|found| found.as_str().parse().ok()).collect()
    }
}

/// Returns the statuses that a step expects of an operation.
fn statuses(step: &Step, operation: &Operation) -> Vec<u16> {
    let outcome = step.expect.outcome.and_then(|name| operation.outcomes.get(&name));
    let given = step.expect.status.iter().flat_map(|status| &status.0);
    given.chain(outcome.iter().flat_map(|outcome| &outcome.status)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_sentence_denies_it_does_not_speak_of() {
        let words = Words::default();
        for (sentence, expected) in [
            ("the list answers nothing but 200, 404 or 503", vec![200, 404, 503]),
            ("a successful add answers 200 and not 201 or 204", vec![200]),
            ("show never answers 403: what the caller may not see is 404", vec![404]),
            ("an add answers neither 409 to a duplicate nor 413 beyond a quota", vec![]),
            ("rows come up 1000 at a time", vec![]),
        ] {
            assert_eq!(words.statuses(sentence).into_iter().collect::<Vec<_>>(), expected, "{sentence}");
        }
    }
}
