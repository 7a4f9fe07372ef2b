//! What a case cites.

use serde_json::Value;
use serde_saphyr::Spanned;

use super::Lint;
use crate::case::CaseSpec;
use crate::diagnostic::{Mark, did_you_mean};

impl Lint<'_> {
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
}
