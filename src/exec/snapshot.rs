//! Holds the answers of a case against those that were accepted.

use std::error::Error as _;

use super::Engine;
use super::judge::Record;
use super::scope::Scope;
use crate::case::Role;
use crate::check::snapshot::{About, Held, Names, Snapshots, render};
use crate::plan::PlannedCase;
use crate::verdict::{CaseResult, Check, Compared, Finding, Level, Verdict, Weight};

impl Engine {
    /// Returns the engine with accepted answers to hold cases against.
    #[must_use]
    pub fn with_snapshots(mut self, snapshots: Option<Snapshots>) -> Self {
        self.snapshots = snapshots;
        self
    }

    /// Returns the judged exchanges of a case that came to its end as text, where a snapshot is wanted; empty where
    /// there is none to hold it against.
    pub(super) fn answers(&self, planned: &PlannedCase, scope: &Scope<'_>, record: &Record) -> Option<String> {
        let snapshots = self.snapshots.as_ref().filter(|_| planned.case.facts.snapshot)?;
        if snapshots.need_no_text(&planned.case.id) {
            return Some(String::new());
        }
        let endpoint = self.plan.target.endpoint.as_str();
        let mut names = Names::new(&self.redactor, endpoint, scope.image_id(), scope.names());
        record.exchanges().for_each(|(_, exchange)| names.learn_markers(&exchange.response));
        let judged = record.exchanges().filter(|(role, _)| *role == Role::Check).map(|(_, exchange)| exchange);
        Some(render(&judged.collect::<Vec<_>>(), &names))
    }

    /// Compares the answers of a case; a change is a finding beside its verdict, which stays as it is.
    pub(super) fn compare(&self, planned: &PlannedCase, answers: &str, result: &mut CaseResult) {
        let Some(snapshots) = self.snapshots.as_ref().filter(|_| result.verdict != Verdict::Inconclusive) else {
            return;
        };
        let facts = &planned.case.facts;
        let about =
            About { id: &planned.case.id, name: &planned.name, title: &facts.title, statements: &planned.statements };
        result.compared = Some(match snapshots.hold(&about, answers) {
            Ok(Held::Same) => Compared::Same,
            Ok(Held::Missing) => Compared::Missing,
            Ok(Held::Accepted) => Compared::Accepted,
            Ok(Held::Changed { path, old, new, diff }) => {
                result.findings.push(Finding {
                    check: Check::Snapshot,
                    level: Level::Should,
                    at: path.display().to_string(),
                    expected: old.into(),
                    actual: new.into(),
                    statement: None,
                    actor: None,
                    place: facts.place.clone(),
                    weight: Weight::Counts,
                });
                Compared::Changed(diff)
            }
            Err(error) => Compared::Unusable(match error.source() {
                Some(cause) => format!("{error}: {cause}"),
                None => error.to_string(),
            }),
        });
    }
}
