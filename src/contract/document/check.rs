//! What the types of a document do not rule out.

use std::collections::BTreeMap;

use super::super::{DocumentedResponse, Outcome, OutcomeName};
use super::Reader;
use super::doc::{ParameterDoc, StatementsDoc};
use crate::diagnostic::did_you_mean;

impl Reader<'_> {
    pub(super) fn media_type(&mut self, media_type: &str) {
        if media_type.contains(';') {
            let message = format!("`{media_type}`: media types are compared without their parameters");
            let hint = media_type.split(';').next().map(|bare| format!("write `{}`", bare.trim()));
            self.mistake(media_type, message, hint);
        }
    }

    pub(super) fn outcomes(&mut self, outcomes: &BTreeMap<OutcomeName, Outcome>, label: &str) {
        for (name, outcome) in outcomes {
            let lesser = outcome.tolerate.iter().map(|lesser| &lesser.status);
            for statuses in lesser.chain([&outcome.status]) {
                if statuses.is_empty() {
                    let message = format!("{label}: the outcome `{name}` has an empty list of statuses");
                    self.mistake(&format!("{name}:"), message, None);
                }
                self.statuses(statuses, &format!("{label}: {name}"));
            }
        }
    }

    pub(super) fn statuses(&mut self, statuses: &[u16], label: &str) {
        for status in statuses.iter().filter(|status| !is_status(status)) {
            self.mistake(&status.to_string(), format!("{label}: `{status}` is no status code"), None);
        }
    }

    /// Checks that each path under `x-statements` can lead to something in a body of success.
    pub(super) fn body_patterns(
        &mut self,
        statements: &StatementsDoc,
        responses: &BTreeMap<u16, DocumentedResponse>,
        label: &str,
    ) {
        let successes = || responses.range(200..300).map(|(_, response)| response);
        let is_json =
            |response: &DocumentedResponse| response.media_types.iter().any(|kind| kind == "application/json");
        if successes().any(|response| response.body.is_none() && is_json(response)) {
            // Its schema has a mistake of its own, or there is none.
            return;
        }
        let bodies: Vec<_> = successes().filter_map(|response| Some(&response.body.as_ref()?.name)).collect();
        for pattern in statements.body.keys() {
            if !bodies.iter().any(|name| self.bodies.reaches(name, pattern)) {
                let needle = if pattern.is_empty() { label.rsplit(' ').next().unwrap_or_default() } else { pattern };
                let message = format!("{label}: no success body has anything at `{pattern}`");
                self.mistake(needle, message, None);
            }
        }
    }

    /// Checks that the parameters in a path are those that are described.
    pub(super) fn path_parameters(&mut self, path: &str, given: &[ParameterDoc]) {
        let described: Vec<_> = given
            .iter()
            .filter(|parameter| parameter.place == "path")
            .map(|parameter| parameter.name.as_str())
            .collect();
        let wanted: Vec<_> = path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        // One that is in no part of a request is told of at its own place.
        let lacking = |name: &&str| given.iter().all(|parameter| parameter.name != *name);
        for name in wanted.iter().copied().filter(lacking) {
            let hint = did_you_mean(name, described.iter().copied());
            self.once(path, format!("{path}: no parameter `{name}` is described"), hint);
        }
        for name in described.iter().copied().filter(|name| !wanted.contains(name)) {
            let hint = did_you_mean(name, wanted.iter().copied());
            self.once(path, format!("{path}: the parameter `{name}` is described, and not in the path"), hint);
        }
    }

    /// Tells of what is wrong with all operations of a path.
    fn once(&mut self, needle: &str, message: String, hint: Option<String>) {
        if self.mistakes.iter().all(|told| told.message != message || told.file.name != self.file.name) {
            self.mistake(needle, message, hint);
        }
    }

    pub(super) fn plumbing(&mut self, codes: &[String]) {
        for code in codes {
            let start = code.strip_suffix('*').unwrap_or(code);
            if start.is_empty() || start.contains('*') {
                let message = format!("`{code}` is no code: a `*` stands at its end alone, after a beginning");
                self.mistake(code, message, None);
            }
        }
    }
}

/// Tells whether a number is a status code.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is a filter")]
pub(super) fn is_status(status: &u16) -> bool {
    (100..600).contains(status)
}

#[cfg(test)]
mod tests {
    use crate::contract::Library;
    use crate::diagnostic::SourceFile;
    use crate::suite::Sources;

    /// Returns what is said of the embedded schemas where a text of `ntt.yaml` is another.
    fn said(old: &str, new: &str) -> Vec<String> {
        let mut files = Sources::find(None, None).expect("are embedded").schemas;
        let name = "schemas/contracts/ntt.yaml";
        let file = files.iter_mut().find(|file| &*file.name == name).expect("is there");
        assert!(file.text.contains(old), "`{old}` is gone");
        *file = SourceFile::new(name, file.text.replacen(old, new, 1));
        Library::load(&files).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_contract_that_would_check_nothing_is_refused() {
        let list = "\"\": NTT-LIST-ROWS";
        for (old, new, wanted) in [
            ("x-statements:", "x-statments:", "unknown key `x-statments`"),
            ("denied: { status: [403] }", "denied: { status: [] }", "the outcome `denied` has an empty list"),
            ("denied: { status: [403] }", "denied: { status: [4033] }", "`4033` is no status code"),
            ("tolerate: { status: [404] }", "tolerate: { status: [] }", "`method-not-allowed` has an empty list"),
            ("tolerate: { status: [404] }", "tolerate: { status: [40] }", "`40` is no status code"),
            ("statuses: [401]", "statuses: [4010]", "`4010` is no status code"),
            ("media-type: text/plain, p", "media-type: text/plain; a=b, p", "(write `text/plain`)"),
            ("{ $ref: ../bodies/images.json }", "{ type: object }", "a schema that stands here would not be checked"),
            (list, "/membrs: NTT-LIST-ROWS", "no success body has anything at `/membrs`"),
            (list, "/members/*/stats: NTT-LIST-ROWS", "no success body has anything at `/members/*/stats`"),
            (list, "\"\": GL-ROW-EXACT", "cites `GL-ROW-EXACT`, which does not bind in `ntt`"),
            ("operationId: v2.image.delete", "operationId: v2.image.show", "another operation is called"),
            ("visibilities: [private, public]", "visibilities: []\n  plumbing-codes: [A*B]", "`A*B` is no code"),
            ("visibilities: [private, public]", "visibilities: []\n  plumbing-codes: ['*']", "`*` is no code"),
        ] {
            let found = said(old, new);
            let all = found.iter().all(|message| message.starts_with("schemas/contracts/ntt.yaml:"));
            assert!(found.len() == 1 && found[0].contains(wanted) && all, "{new}: {found:#?}");
        }
        let pattern = "visibilities: []\n  plumbing-codes: [APIG.*]";
        assert_eq!(said("visibilities: [private, public]", pattern), Vec::<String>::new());
    }
}
