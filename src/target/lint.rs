//! Finds every mistake in a target file without sending anything.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_saphyr::Spanned;

use super::{Overrides, TargetError, TargetSpec, WaiverSpec, resolve, unknown_name};
use crate::diagnostic::{Diagnostic, Mark, SourceFile, did_you_mean};
use crate::suite::{FEATURES, Suite, runs_in, runs_under};
use crate::yaml;

/// Stands for the value of a variable that is not set: long enough for a token, and unlike any other variable's.
const STAND_IN: &str = "http://not-set.invalid/";

/// Returns every mistake in a target file, and what is worth a look; credentials may stand in its lines.
///
/// Without a suite, what the file says of cases and profiles is not looked at. `env` looks up an environment
/// variable; one that is not set is a warning, as this may run where the secrets are not.
#[must_use]
pub fn lint(
    file: &SourceFile,
    suite: Option<&Suite>,
    env: &dyn Fn(&str) -> Option<String>,
    today: Date,
) -> Vec<Diagnostic> {
    let (spec, mut told) = yaml::parse_parts::<TargetSpec>(file);
    let Some(spec) = spec else { return told };
    for (list, names) in [("features", &spec.features), ("without", &spec.without)] {
        told.extend(names.iter().filter_map(|name| name_of_nothing(file, list, name)));
    }
    for waiver in &spec.waivers {
        told.extend(suite.and_then(|suite| waived(file, &spec, waiver, suite)));
        told.extend(expired(file, waiver, today));
    }
    if let Some(known) = suite.map(|suite| &suite.library.contracts).filter(|known| !known.contains_key(&spec.profile))
    {
        let names: Vec<_> = known.keys().map(|profile| profile.name()).collect();
        let message = format!("there is no contract for the profile `{}`", spec.profile);
        let mark = file.find(1, spec.profile.name());
        told.push(Diagnostic::error(file, mark, message).hint(format!("there is one for {}", names.join(", "))));
    }
    told.extend(unresolved(file, &spec, env));
    told
}

/// Returns why a waiver of this case and statement would never count, and a likely name.
#[must_use]
pub fn unknown_waived(suite: &Suite, case: &str, statement: &str) -> Option<(String, Option<String>)> {
    let statements = &suite.library.statements;
    let told = |what: &str, name: &str| format!("a waiver speaks of the {what} `{name}`, which does not exist");
    if suite.cases.iter().all(|known| known.id != case) {
        let hint = did_you_mean(case, suite.cases.iter().map(|case| case.id.as_str()));
        return Some((told("case", case), hint));
    }
    statements
        .get(statement)
        .is_none()
        .then(|| (told("statement", statement), did_you_mean(statement, statements.ids())))
}

fn name_of_nothing(file: &SourceFile, list: &str, name: &str) -> Option<Diagnostic> {
    let (message, hint) = unknown_name(name, FEATURES)?;
    let line = file.find(1, &format!("\n{list}:")).line + 1;
    Some(Diagnostic::error(file, file.find(line, name), message).hint(hint))
}

fn waived(file: &SourceFile, spec: &TargetSpec, waiver: &Spanned<WaiverSpec>, suite: &Suite) -> Option<Diagnostic> {
    let (line, waiver) = (waiver.referenced.line(), &waiver.value);
    if let Some((message, hint)) = unknown_waived(suite, &waiver.case, &waiver.statement) {
        let name = if message.contains(&waiver.case) { &waiver.case } else { &waiver.statement };
        return Some(Diagnostic::error(file, file.find(line, name), message).hint(hint));
    }
    let contract = suite.library.contracts.get(&spec.profile)?;
    let case = suite.cases.iter().find(|case| case.id == waiver.case)?;
    let place = if !runs_in(contract, case) {
        format!("in `{}`", spec.profile)
    } else if !runs_under(spec.policy, case, &suite.library.statements) {
        format!("under `{}`", spec.policy)
    } else {
        return None;
    };
    let message = format!("the case `{}` does not run {place}, so its waiver never counts", case.id);
    Some(Diagnostic::warning(file, file.find(line, &waiver.case), message))
}

fn expired(file: &SourceFile, waiver: &Spanned<WaiverSpec>, today: Date) -> Option<Diagnostic> {
    let until: Date = waiver.value.until.as_deref()?.parse().ok().filter(|until| today > *until)?;
    let mark = file.find(waiver.referenced.line(), "until");
    let message = format!("the waiver of `{}` counted until {until}", waiver.value.case);
    let hint = "a run that reaches the case fails: remove it, or look at the answer again".to_owned();
    Some(Diagnostic::warning(file, mark, message).hint(hint))
}

/// Returns what keeps a file from being a target, taking variables that are not set for something.
fn unresolved(file: &SourceFile, spec: &TargetSpec, env: &dyn Fn(&str) -> Option<String>) -> Vec<Diagnostic> {
    let unset = RefCell::new(BTreeSet::new());
    let lenient = |name: &str| {
        env(name).or_else(|| {
            // Other variables tell where files are, and are nobody's to miss.
            file.text.contains(&format!("${{{name}}}")).then_some(())?;
            unset.borrow_mut().insert(name.to_owned());
            Some(format!("{STAND_IN}{name}"))
        })
    };
    // Another endpoint stands for one that cannot be known.
    let known = |text: &str| !text.split("${").skip(1).any(|rest| rest.split('}').next().and_then(env).is_none());
    let open = spec.endpoint.as_ref().filter(|endpoint| !known(&endpoint.value));
    let flags = Overrides { endpoint: open.map(|_| STAND_IN.to_owned()), ..Overrides::default() };
    let head = Mark { line: 1, column: 1, length: 0 };
    let mut told = match resolve(Some((file, spec)), &flags, &lenient) {
        Ok(_) => Vec::new(),
        Err(TargetError::File(mistakes)) => mistakes,
        Err(TargetError::Incomplete(message)) => vec![Diagnostic::error(file, head, message)],
        Err(TargetError::NoClouds(message)) => {
            let hint = "who the actors are was not looked at; a run needs it".to_owned();
            vec![Diagnostic::warning(file, file.find(1, "cloud:"), message).hint(hint)]
        }
    };
    told.extend(unset.borrow().iter().map(|name| {
        let mark = file.find(1, &format!("${{{name}}}"));
        let message = format!("the environment variable `{name}` is not set here");
        Diagnostic::warning(file, mark, message).hint("a run needs it".to_owned())
    }));
    told
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;
    use crate::suite::Sources;

    const FILE: &str = "name: lab\nprofile: glance\nendpoint: \"${URL}\"\nactors:\n  \
        owner: { token: \"${OWNER}\", project-id: aaaa }\n  stranger: { token: stranger-token, project-id: bbbb }\n\
        without: [admin]\nwaivers:\n  - { case: \"v2::member-show::unknown-image\", statement: V2-SHOW-ST08, \
        observed: 200, reason: known, until: 2026-03-31 }\n";

    /// Returns what is said of a target file in the spring of 2026.
    fn said(text: &str) -> Vec<String> {
        static SUITE: OnceLock<Suite> = OnceLock::new();
        let suite = SUITE.get_or_init(|| Suite::load(&Sources::find(None, None).unwrap()).unwrap());
        let env = |name: &str| (name == "OWNER").then(|| "owner-token".to_owned());
        let said = lint(&SourceFile::new("t.yaml", text), Some(suite), &env, jiff::civil::date(2026, 3, 31));
        said.iter().map(|told| format!("{}: {told}", told.severity.name())).collect()
    }

    #[test]
    fn a_variable_that_is_not_set_here_is_no_mistake() {
        let unset = "warning: t.yaml:3:12: the environment variable `URL` is not set here (a run needs it)";
        assert_eq!(said(FILE), [unset]);
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        for (old, new, wanted) in [
            ("endpoint", "endpiont", "error: t.yaml:3:1: unknown key `endpiont` (did you mean `endpoint`?)"),
            ("owner:", "ownr:", "error: t.yaml:5:3: `ownr` is not known here (did you mean `owner`?)"),
            ("glance", "glnce", "error: t.yaml:2:10: `glnce` is not known here (did you mean `glance`?)"),
            ("admin", "admni", "error: t.yaml:7:11: `admni` is neither an actor nor a feature"),
            ("unknown-image", "unknwon-image", "did you mean `v2::member-show::unknown-image`?"),
            ("V2-SHOW-ST08", "V2-SHOW-ST088", "error: t.yaml:9:58: a waiver speaks of the statement"),
            ("v2::member-show::unknown-image", "v1::member-show::unknown-image", "does not run in `glance`"),
            ("without", "policy: { rbac: old }\nwithout", "error: t.yaml:7:17: `old` is not known here"),
            ("glance", "ntt\npolicy: { rbac: legacy }", "error: t.yaml:3:11: `rbac: legacy` is a dial of `glance`"),
            ("2026-03-31", "2026-03-30", "warning: t.yaml:9:102: the waiver of `v2::member-show::unknown-image` count"),
            ("2026-03-31", "2026-02-30", "`until` is no date"),
            ("bbbb", "aaaa", "owner and stranger have the same project"),
            ("${URL}", "ftp://a", "error: t.yaml:1:1: "),
            ("waivers:", "consistency: { within: 3 }\nwaivers:", "error: t.yaml:8:16: expected a time with its unit"),
            ("waivers:", "consistency: { every: 0s }\nwaivers:", "error: t.yaml:8:16: `every` is no time at all"),
        ] {
            let said = said(&FILE.replacen(old, new, 1));
            assert!(said.iter().any(|said| said.contains(wanted)), "{new}: {said:#?}");
        }
    }

    #[test]
    fn a_waiver_of_another_policy_never_counts() {
        let file = FILE.replace("v2::member-show::unknown-image", "v2::member-add::reader-may-not-add");
        let file = file.replace("V2-SHOW-ST08", "GL-ADD-READER");
        let never = |file: &str| said(file).iter().any(|said| said.contains("does not run under `rbac: legacy`"));
        assert!(!never(&file) && never(&file.replace("without", "policy: { rbac: legacy }\nwithout")));
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let file = FILE.replace("admin", "admni").replace("V2-SHOW-ST08", "V2-SHOW").replace("bbbb", "\"\"");
        let said = said(&file);
        assert_eq!(said.iter().filter(|said| said.starts_with("error")).count(), 3, "{said:#?}");
        let types = FILE.replace("aaaa", "[a]").replace("reason", "raeson").replace("[admin]", "admin");
        assert_eq!(self::said(&types).len(), 3, "{types}");
    }
}
