//! What a case cites, where it runs, and how strongly it then binds.

use std::sync::Arc;

use serde_json::Value;
use serde_saphyr::Spanned;

use super::Lint;
use crate::case::{Case, CaseSpec};
use crate::diagnostic::{Mark, did_you_mean};
use crate::suite::runs_in;
use crate::verdict::Level;

impl Lint<'_> {
    /// Checks that a case and its rows cite statements, and that these exist.
    pub(super) fn statements(&mut self, spec: &Spanned<CaseSpec>) {
        let case = &spec.value;
        let rows = case.for_each.iter().flat_map(|rows| &rows.0);
        let all_rows_cite = case.for_each.is_some() && rows.clone().all(|(_, row)| row.contains_key("statements"));
        if case.statements.as_ref().is_none_or(Vec::is_empty) && !all_rows_cite {
            self.at(spec.referenced, "the case cites no statement", Some("add `statements`".to_owned()));
        }
        for statement in case.statements.iter().flatten() {
            self.statement(&statement.value, statement.referenced.into());
        }
        for (name, row) in rows {
            let Some(cited) = row.get("statements") else { continue };
            let ids: Option<Vec<_>> = cited.as_array().map(|list| list.iter().filter_map(Value::as_str).collect());
            match ids.filter(|ids| !ids.is_empty()) {
                Some(ids) => ids.iter().for_each(|id| {
                    let mark = self.file.find(spec.referenced.line(), id);
                    self.statement(id, mark);
                }),
                None => {
                    self.mistake(spec.referenced.line(), name, format!("row `{name}`: `statements` is no list of ids"));
                }
            }
        }
    }

    fn statement(&mut self, id: &str, mark: Mark) {
        if self.library.statements.get(id).is_none() {
            let hint = did_you_mean(id, self.library.statements.ids());
            self.at(mark, format!("unknown statement `{id}`"), hint);
        }
    }

    /// Checks that a case runs in each profile that it names; tells whether all of them have a contract.
    pub(super) fn profiles(&mut self, spec: &Spanned<CaseSpec>) -> bool {
        let mut all = true;
        for profile in spec.value.profiles.iter().flat_map(|profiles| &profiles.0) {
            if !self.library.contracts.contains_key(profile) {
                let known: Vec<_> = self.library.contracts.keys().map(|profile| profile.name()).collect();
                let hint = format!("there are contracts for {}", known.join(", "));
                let line = spec.referenced.line();
                self.hinted(line, profile.name(), format!("profile `{profile}` has no contract"), Some(hint));
                all = false;
            }
        }
        all
    }

    /// Checks that `level` lowers what the statements give in at least one profile where the case runs.
    pub(super) fn level(&mut self, cases: &[Arc<Case>], line: u64) {
        let Some(level) = cases.iter().find_map(|case| case.facts.level) else { return };
        let highest = cases.iter().flat_map(|case| self.levels(case)).max();
        if let Some(highest) = highest.filter(|highest| *highest <= level) {
            let message = format!(
                "`level: {}` lowers nothing: the statements give no more than `{}`",
                level.name(),
                highest.name()
            );
            self.hinted(line, "level", message, Some("remove it, or cite a stronger statement".to_owned()));
        }
    }

    /// Checks that what a case cites can hold in one and the same cloud.
    pub(super) fn policy(&mut self, cases: &[Arc<Case>], line: u64) {
        for case in cases {
            let cited = case.statements.iter().map(String::as_str);
            let mut policies = self.library.statements.policies(cited);
            if let Some(one) = policies.next()
                && let Some(other) = policies.find(|other| *other != one)
            {
                let message =
                    format!("the case cites statements that hold under `{one}` and under `{other}`, so it never runs");
                let hint = "make a case for each, with what must come back there".to_owned();
                self.hinted(line, "statements", message, Some(hint));
            }
        }
    }

    /// Returns how strongly the statements of a case bind in each profile where it runs.
    fn levels(&self, case: &Case) -> Vec<Level> {
        let contracts = self.library.contracts.values().filter(|contract| runs_in(contract, case));
        let cited = || case.statements.iter().map(String::as_str);
        let level = |profile| self.library.statements.strictest(cited(), profile).map_or(Level::Observe, |(_, l)| l);
        contracts.map(|contract| level(contract.profile)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_said, file_with, said_of, said_with};
    use crate::contract::{Profile, embedded};

    #[test]
    fn a_profile_needs_a_contract() {
        let mut library = embedded().clone();
        library.contracts.retain(|profile, _| matches!(profile, Profile::Glance | Profile::Ntt));
        let said = |profiles: &str| {
            said_with(&library, &file_with(&format!("profiles: {profiles}\n    expect: {{ status: 200 }}")))
        };
        for profiles in ["[glance, otc]", "otc"] {
            let said = said(profiles);
            let wanted = "profile `otc` has no contract (there are contracts for glance, ntt)";
            assert!(said.len() == 1 && said[0].contains(wanted), "{profiles}: {said:#?}");
        }
        assert_eq!(said("glance"), Vec::<String>::new());
    }

    #[test]
    fn what_a_case_cites_holds_in_one_cloud() {
        let case = |other: &str| {
            let case = file_with("expect: { status: 200 }");
            said_of(&case.replace("[V2-SHOW-ST01]", &format!("[GL-DELETE-READER, {other}]")))
        };
        assert_eq!(case("GL-ADD-READER"), Vec::<String>::new());
        let said = case("GL-DELETE-READER-LEGACY");
        assert!(said.len() == 1 && said[0].contains("under `rbac: new` and under `rbac: legacy`"), "{said:#?}");
    }

    #[test]
    fn a_level_lowers_something() {
        for (level, good) in [("observe", true), ("should", true), ("must", false)] {
            let case = format!("level: {level}\n    expect: {{ status: 200 }}");
            assert_said(&case, if good { &[] } else { &["`level: must` lowers nothing"] });
        }
    }
}
