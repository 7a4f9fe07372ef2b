//! The variables that the templates of a case use.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::rules;
use super::Lint;
use crate::case::{Case, template};
use crate::diagnostic::did_you_mean;

impl Lint<'_> {
    /// Checks the variables of one row, or of a case without rows.
    pub(super) fn row(&mut self, case: &Case, line: u64) {
        let mut known = rules::variables(case);
        for step in &case.facts.steps {
            if rules::has_self(step) {
                known.insert("self.project-id".to_owned());
            } else {
                known.remove("self.project-id");
            }
            for value in step.values() {
                self.variables(&value, &known, case, line);
            }
            for (name, path) in &step.save {
                if case.row.is_none() {
                    self.json_path(path, line);
                }
                known.insert(name.clone());
            }
        }
    }

    fn variables(&mut self, value: &Value, known: &BTreeSet<String>, case: &Case, line: u64) {
        let names = match template::variables(value) {
            Ok(names) => names,
            Err(error) => return self.mistake(line, "{{", error.to_string()),
        };
        for name in names.iter().filter(|name| !known.contains(*name)) {
            let of_row = case.row.as_ref().map(|row| format!(" in row `{}`", row.name)).unwrap_or_default();
            let hint = did_you_mean(name, known.iter().map(String::as_str))
                .or_else(|| Some(format!("known here: {}", known.iter().cloned().collect::<Vec<_>>().join(", "))));
            self.hinted(line, name, format!("unknown variable `{name}`{of_row}"), hint);
        }
    }
}
