//! The suite: case files found, read, checked and spelled out.

mod coverage;
mod discover;
mod expand;
mod gaps;
mod lint;
mod rules;

use std::sync::Arc;

pub use coverage::{Coverage, Covered, InProfile, Share, Standing};
pub use discover::{DiscoverError, Sources};
pub use gaps::{Gap, gaps};
pub use rules::{FEATURES, RECIPIENTS};

use crate::case::spec::ImageKind;
use crate::case::{Case, CaseFile};
use crate::contract::{Contract, Library, PolicySpec, Statements};
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
    /// Reads and checks everything; returns all mistakes at once.
    ///
    /// What cannot be read is left out, with one mistake told of each part of a file. Where a statement or an
    /// operation cannot be read, the cases are read, and not held against the library.
    pub fn load(sources: &Sources) -> Loaded {
        let (library, mut mistakes) = Library::read(&sources.schemas);
        let cases = read_cases(&sources.cases, library.as_ref(), &mut mistakes);
        match library {
            Some(library) if mistakes.is_empty() => Ok(Self { library, cases }),
            _ => Err(mistakes),
        }
    }
}

/// Reads case files and holds them against a library, if there is one; mistakes go to the list.
pub fn read_cases(files: &[SourceFile], library: Option<&Library>, mistakes: &mut Vec<Diagnostic>) -> Vec<Arc<Case>> {
    let mut cases = Vec::new();
    for file in files {
        let (read, unread) = yaml::parse_parts::<CaseFile>(file);
        mistakes.extend(unread);
        if let (Some(read), Some(library)) = (read, library)
            && lint::check(file, &read, library, mistakes)
        {
            cases.extend(expand::cases(file, &read));
        }
    }
    cases
}

/// Tells whether a case runs in a profile: the case allows it, and every operation that it calls and the visibility of
/// its image exist there.
#[must_use]
pub fn runs_in(contract: &Contract, case: &Case) -> bool {
    let facts = &case.facts;
    let allowed = facts.profiles.as_ref().is_none_or(|profiles| profiles.contains(&contract.profile));
    let has = |call: &str| contract.operations.contains_key(call);
    let called = has(&facts.operation) && facts.steps.iter().all(|step| has(&step.request.call));
    let batch = facts.given.as_ref().is_some_and(|given| given.members.needs_batch());
    allowed && called && (!batch || has("v1.member.batch-add")) && has_visibility(contract, case)
}

/// Tells whether images of the kind that a case starts with exist in the profile.
fn has_visibility(contract: &Contract, case: &Case) -> bool {
    let visibility = match case.facts.given.as_ref().map(|given| given.image) {
        Some(ImageKind::Private) => "private",
        Some(ImageKind::Public) => "public",
        Some(ImageKind::Community) => "community",
        _ => return true,
    };
    contract.visibilities.iter().any(|known| known == visibility)
}

/// Tells whether a case runs in a cloud that is set so: what it cites must hold there.
#[must_use]
pub fn runs_under(policy: PolicySpec, case: &Case, statements: &Statements) -> bool {
    statements.policies(case.statements.iter().map(String::as_str)).all(|own| own == policy)
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
