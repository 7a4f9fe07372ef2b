//! What is promised: OpenAPI contracts, body schemas, named outcomes and statements.
//!
//! [`Library::load`] reads `schemas/` whole and reports every mistake in it at once.

mod body;
mod document;
mod keyword;
mod openapi;
mod operation;
mod outcome;
mod paging;
mod policy;
mod profile;
mod reach;
mod shape;
mod statement;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use body::{Bodies, BodySchema, Violation, violations};
pub use operation::{
    DocumentedHeader, DocumentedResponse, Guard, Operation, PassiveStatements, SuccessBody, method_writes,
};
pub use outcome::{Outcome, OutcomeName, Tolerated};
pub use paging::{Onward, Paging, PagingRule};
pub use policy::{PolicySpec, Rbac};
pub use profile::Profile;
pub use shape::{ErrorShape, ShapeBody};
pub use statement::{Applied, Basis, Document, Source, Statement, Statements, Testability};

use crate::diagnostic::{Diagnostic, SourceFile};

/// Everything in `schemas/`, read and checked.
#[derive(Clone, Debug)]
pub struct Library {
    /// The statements of the documents.
    pub statements: Arc<Statements>,
    /// The schemas of the bodies.
    pub bodies: Bodies,
    /// One contract per profile.
    pub contracts: BTreeMap<Profile, Arc<Contract>>,
}

/// What one profile promises.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The profile.
    pub profile: Profile,
    /// Whether its answers were recorded on a real cloud or come from documents alone.
    pub verified: Verified,
    /// The visibility whose images can be shared.
    pub shareable: String,
    /// Every visibility that an image may have.
    pub visibilities: Vec<String>,
    /// The forms of an error answer that are the API's own.
    pub error_shapes: Vec<ErrorShape>,
    /// Error codes that say nothing about sharing: throttling, look-ups that failed; a trailing `*` stands for any end.
    pub plumbing_codes: Vec<String>,
    /// The operations, by operationId.
    pub operations: BTreeMap<String, Arc<Operation>>,
}

/// Where the expectations of a profile come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verified {
    /// Confirmed by exchanges recorded on a real cloud.
    Recorded,
    /// Derived from documents, not yet seen on a cloud.
    Documents,
}

impl Verified {
    /// Returns what reports say of the expectations of such a profile.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Recorded => "confirmed on a real cloud",
            Self::Documents => "derived from documents, not yet seen on a cloud",
        }
    }
}

impl Library {
    /// Reads the files of `schemas/` (paths start with `schemas/`); returns every mistake found.
    pub fn load(files: &[SourceFile]) -> Result<Self, Vec<Diagnostic>> {
        let (library, mistakes) = Self::read(files);
        library.filter(|_| mistakes.is_empty()).ok_or(mistakes)
    }

    /// Reads the files of `schemas/` with every mistake in them.
    ///
    /// A library comes back if each statement and operation could be read: others can be held against those,
    /// whatever else is wrong.
    #[must_use]
    pub fn read(files: &[SourceFile]) -> (Option<Self>, Vec<Diagnostic>) {
        let mut mistakes = Vec::new();
        let statements = statement::load(files, &mut mistakes);
        let whole = mistakes.is_empty();
        let bodies = body::load(files, &mut mistakes);
        let contracts = document::load(files, &bodies, &statements, &mut mistakes);
        let statements = Arc::new(statements);
        (contracts.filter(|_| whole).map(|contracts| Self { statements, bodies, contracts }), mistakes)
    }

    /// Tells whether any profile has the operation.
    #[must_use]
    pub fn has_operation(&self, id: &str) -> bool {
        self.operations(id).next().is_some()
    }

    /// Returns an operation as each profile has it that has it.
    pub fn operations(&self, id: &str) -> impl Iterator<Item = &Operation> {
        self.contracts.values().filter_map(move |contract| contract.operations.get(id).map(Arc::as_ref))
    }
}

/// Returns the file of that name.
fn find_file(files: &[SourceFile], path: &str) -> Option<SourceFile> {
    files.iter().find(|file| &*file.name == path).cloned()
}

/// Returns the embedded library, read once for all tests.
#[cfg(test)]
pub(crate) fn embedded() -> &'static Library {
    static LIBRARY: std::sync::OnceLock<Library> = std::sync::OnceLock::new();
    LIBRARY.get_or_init(|| Library::load(&crate::suite::Sources::find(None, None).unwrap().schemas).unwrap())
}
