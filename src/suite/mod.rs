//! The suite: case files found, read, checked and spelled out.

mod discover;
mod expand;
mod lint;
mod rules;

use std::sync::Arc;

pub use discover::{DiscoverError, Sources};
pub use rules::FEATURES;

use crate::case::{Case, CaseFile};
use crate::contract::{Contract, Library};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::yaml;

/// Every case, and the library that it is held to.
#[derive(Clone, Debug)]
pub struct Suite {
    /// Statements, contracts and bodies.
    pub library: Library,
    /// The cases, in the order of the files.
    pub cases: Vec<Arc<Case>>,
}

/// What was read, or every mistake in it.
pub type Loaded = Result<Suite, Vec<Diagnostic>>;

impl Suite {
    /// Reads and checks everything; returns all mistakes at once, at most one syntax or type error a file.
    pub fn load(sources: &Sources) -> Loaded {
        let library = Library::load(&sources.schemas)?;
        let mut mistakes = Vec::new();
        let mut cases = Vec::new();
        for file in &sources.cases {
            match yaml::parse::<CaseFile>(file) {
                Ok(read) => {
                    let clean = lint::check(file, &read, &library, &mut mistakes);
                    if clean {
                        cases.extend(expand::cases(file, &read));
                    }
                }
                Err(mistake) => mistakes.push(*mistake),
            }
        }
        if mistakes.is_empty() { Ok(Self { library, cases }) } else { Err(mistakes) }
    }
}

/// Tells whether a case runs in a profile: the case allows it, and every operation that it calls exists there.
#[must_use]
pub fn runs_in(contract: &Contract, case: &Case) -> bool {
    let facts = &case.facts;
    let allowed = facts.profiles.as_ref().is_none_or(|profiles| profiles.contains(&contract.profile));
    let has = |call: &str| contract.operations.contains_key(call);
    allowed && has(&facts.operation) && facts.steps.iter().all(|step| has(&step.request.call))
}

/// Returns the case ids' prefix of a file: `cases/v2/member-show.yaml` gives `v2::member-show`.
fn prefix(file: &SourceFile) -> String {
    let name = file.name.strip_prefix("cases/").unwrap_or(&file.name);
    name.strip_suffix(".yaml").unwrap_or(name).replace('/', "::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_suite_has_no_mistake() {
        let sources = Sources::find(None, None).expect("is embedded");
        if let Err(mistakes) = Suite::load(&sources) {
            panic!("{}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
        }
    }
}
