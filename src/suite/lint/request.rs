//! What a step calls, and with which parameters.

use std::collections::BTreeSet;

use super::Lint;
use crate::case::Step;
use crate::diagnostic::did_you_mean;

impl Lint<'_> {
    pub(super) fn call(&mut self, step: &Step, operation: &str) -> bool {
        let call = &step.request.call;
        if call == operation {
            return self.library.has_operation(call);
        }
        let mark = self.file.find(step.place.line.saturating_sub(1).max(1), call);
        let before = self.mistakes.len();
        if !self.library.has_operation(call) {
            let known: BTreeSet<_> = self.library.contracts.values().flat_map(|c| c.operations.keys()).collect();
            let hint = did_you_mean(call, known.into_iter().map(String::as_str));
            self.at(mark, format!("unknown operation `{call}`: no contract has it"), hint);
        }
        self.mistakes.len() == before
    }

    /// Checks that every parameter in the operation's path is given.
    pub(super) fn parameters(&mut self, step: &Step, line: u64) {
        if step.request.raw_path.is_some() {
            return;
        }
        let operation =
            self.library.contracts.values().find_map(|contract| contract.operations.get(&step.request.call));
        for name in operation.map(|operation| parameters(&operation.path)).unwrap_or_default() {
            if !step.request.path.contains_key(name) {
                let message = format!("`{}` needs the path parameter `{name}`", step.request.call);
                let given = step.request.path.keys().map(String::as_str);
                let hint = did_you_mean(name, given).map(|_| "a parameter of a similar name is given".to_owned());
                self.hinted(line, "path", message, hint);
            }
        }
    }
}

fn parameters(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}
