//! Which statements the cases exercise, profile by profile, and what becomes of the others.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Suite, runs_in};
use crate::contract::{Basis, Profile, Source, Statement, Testability};
use crate::verdict::Level;

/// What a suite covers of what was promised.
#[derive(Debug, Serialize)]
pub struct Coverage {
    /// The statements of the five documents.
    #[serde(flatten)]
    pub own: Share,
    /// Those of neighbouring documents.
    pub neighbours: Share,
}

/// What a suite covers of some statements; the first four figures add up with the uncovered ones.
#[derive(Debug, Default, Serialize)]
pub struct Share {
    /// How many statements there are.
    pub total: usize,
    /// How many of them a case cites that runs, in each profile where they apply.
    pub exercised: usize,
    /// How many no request can aim at, and a check of every answer guards.
    pub passive: usize,
    /// How many nobody can exercise from outside, for a reason.
    pub untestable: usize,
    /// The ids of the others.
    pub uncovered: Vec<String>,
    /// Each statement, in the order of its file.
    pub statements: Vec<Covered>,
}

/// What becomes of a statement.
#[derive(Debug, Serialize)]
pub struct Covered {
    /// The id.
    pub id: String,
    /// What must be true of the endpoint, in our own words.
    pub words: String,
    /// Where it stands.
    pub source: Source,
    /// How the document says it.
    pub basis: Basis,
    /// How strongly it binds.
    pub level: Level,
    /// The profiles where it binds.
    pub applies_to: Vec<Profile>,
    /// Whether it can be exercised from outside.
    pub testability: Testability,
    /// What becomes of it.
    pub standing: Standing,
    /// The cases that cite it and run in some profile where it applies, in the order of the suite.
    pub cases: Vec<String>,
    /// What there is of it in each profile where it applies.
    pub by_profile: BTreeMap<Profile, InProfile>,
    /// The profiles where it applies, and where nothing exercises it.
    pub uncovered_in: Vec<Profile>,
    /// Why nobody can exercise it from outside, where that is so.
    pub why: Option<String>,
}

/// What there is of a statement in a profile.
#[derive(Debug, Serialize)]
pub struct InProfile {
    /// How strongly it binds there.
    pub level: Level,
    /// How many cases cite it and run there.
    pub cases: usize,
    /// The checks of every answer that guard it there: `the status of v2.member.list`.
    pub watched_by: Vec<String>,
}

/// What becomes of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A case that cites it runs, in each profile where it applies.
    Exercised,
    /// No request can aim at it; a check of every answer guards it, in each profile where it applies.
    Passive,
    /// Nobody can exercise it from outside.
    Untestable,
    /// It could be exercised, and is not, in some profile.
    Uncovered,
}

impl Coverage {
    /// Returns what a suite covers, in one profile or in all of them.
    #[must_use]
    pub fn of(suite: &Suite, only: Option<Profile>) -> Self {
        let cases = cited(suite);
        let share = |statements: &[Statement]| {
            let covered = statements.iter().filter_map(|statement| Covered::new(statement, suite, &cases, only));
            covered.fold(Share::default(), Share::with)
        };
        let statements = &suite.library.statements;
        Self { own: share(&statements.own), neighbours: share(&statements.neighbours) }
    }

    /// Tells whether nothing is uncovered.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.own.uncovered.is_empty() && self.neighbours.uncovered.is_empty()
    }
}

/// The cases that cite each statement, in the order of the suite, with the profiles where each runs.
type Cited<'a> = BTreeMap<&'a str, Vec<(&'a str, Vec<Profile>)>>;

fn cited(suite: &Suite) -> Cited<'_> {
    let mut cited = Cited::new();
    for case in &suite.cases {
        let runs = suite.library.contracts.values().filter(|contract| runs_in(contract, case));
        let profiles: Vec<_> = runs.map(|contract| contract.profile).collect();
        for id in case.statements.iter() {
            cited.entry(id).or_default().push((&case.id, profiles.clone()));
        }
    }
    cited
}

impl Share {
    fn with(mut self, covered: Covered) -> Self {
        self.total += 1;
        match covered.standing {
            Standing::Exercised => self.exercised += 1,
            Standing::Passive => self.passive += 1,
            Standing::Untestable => self.untestable += 1,
            Standing::Uncovered => self.uncovered.push(covered.id.clone()),
        }
        self.statements.push(covered);
        self
    }
}

impl Covered {
    /// Returns what becomes of a statement; none if it applies to no profile that is looked at.
    fn new(statement: &Statement, suite: &Suite, cited: &Cited<'_>, only: Option<Profile>) -> Option<Self> {
        let there = |profile: &Profile| suite.library.contracts.contains_key(profile);
        let wanted = |profile: &Profile| there(profile) && only.is_none_or(|only| only == *profile);
        let applies_to: Vec<_> = statement.applies_to.iter().copied().filter(wanted).collect();
        if applies_to.is_empty() {
            return None;
        }
        let cases = cited.get(statement.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let by_profile: BTreeMap<_, _> =
            applies_to.iter().map(|profile| (*profile, InProfile::new(statement, suite, cases, *profile))).collect();
        let runs = |(_, profiles): &&(&str, Vec<Profile>)| profiles.iter().any(|of| applies_to.contains(of));
        let cases: Vec<_> = cases.iter().filter(runs).map(|(case, _)| (*case).to_owned()).collect();
        let (standing, uncovered_in) = standing(statement, &by_profile);
        Some(Self {
            id: statement.id.clone(),
            words: statement.words.clone(),
            source: statement.source.clone(),
            basis: statement.basis,
            level: statement.level,
            applies_to,
            testability: statement.testability,
            standing,
            cases,
            by_profile,
            uncovered_in,
            why: statement.why.clone(),
        })
    }
}

impl InProfile {
    fn new(statement: &Statement, suite: &Suite, cases: &[(&str, Vec<Profile>)], profile: Profile) -> Self {
        let operations = suite.library.contracts[&profile].operations.values();
        let watched = operations.flat_map(|operation| {
            let mut guards: Vec<_> = operation.statements.all().filter(|(_, id)| *id == statement.id).collect();
            guards.dedup();
            guards.into_iter().map(|(guard, _)| format!("{} of {}", guard.looks_at(), operation.id))
        });
        Self {
            level: statement.level_in(profile).unwrap_or(statement.level),
            cases: cases.iter().filter(|(_, profiles)| profiles.contains(&profile)).count(),
            watched_by: watched.collect(),
        }
    }
}

/// Returns what becomes of a statement, and where it is uncovered.
fn standing(statement: &Statement, by_profile: &BTreeMap<Profile, InProfile>) -> (Standing, Vec<Profile>) {
    let lacking = |has: fn(&InProfile) -> bool| {
        let lacking = by_profile.iter().filter(move |(_, there)| !has(there)).map(|(profile, _)| *profile);
        lacking.collect::<Vec<_>>()
    };
    let idle = lacking(|there| there.cases > 0);
    let (covered, open) = match statement.testability {
        Testability::Document | Testability::Informative => (Standing::Untestable, Vec::new()),
        Testability::Passive => (Standing::Passive, lacking(|there| !there.watched_by.is_empty())),
        Testability::Provocable | Testability::Special => {
            // A reason covers a statement that is exercised nowhere; else it would cover a profile that was forgotten.
            let excused = statement.why.is_some() && idle.len() == by_profile.len();
            if excused { (Standing::Untestable, Vec::new()) } else { (Standing::Exercised, idle) }
        }
    };
    (if open.is_empty() { covered } else { Standing::Uncovered }, open)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Sources;

    /// Returns what the embedded suite covers with other texts in its case files; without a text, a file is gone.
    fn changed(change: impl Fn(&str) -> String) -> Coverage {
        let mut sources = Sources::find(None, None).unwrap();
        sources.cases.iter_mut().for_each(|file| file.text = change(&file.text).into());
        sources.cases.retain(|file| !file.text.is_empty());
        Coverage::of(&Suite::load(&sources).unwrap(), None)
    }

    /// Returns what it covers without the case files that hold a text.
    fn without(text: &str) -> Coverage {
        changed(|of| if of.contains(text) { String::new() } else { of.to_owned() })
    }

    #[test]
    fn the_statements_of_the_five_documents_are_all_there_and_each_stands_once() {
        let coverage = without("no such text");
        assert_eq!(coverage.own.total, 145);
        for share in [&coverage.own, &coverage.neighbours] {
            let Share { total, exercised, passive, untestable, uncovered, statements } = share;
            assert_eq!((exercised + passive + untestable + uncovered.len(), statements.len()), (*total, *total));
        }
    }

    #[test]
    fn a_statement_is_covered_where_a_case_runs_or_a_check_guards_it_and_nowhere_else() {
        let of = |coverage: &Coverage, id: &str| {
            let all = coverage.own.statements.iter().chain(&coverage.neighbours.statements);
            let found = all.clone().find(|covered| covered.id == id).expect("is a statement");
            (found.standing, found.uncovered_in.clone())
        };
        let (whole, less) = (without("no such text"), without("operation: v2.member.delete"));
        let everywhere = vec![Profile::Glance, Profile::Ntt, Profile::Huawei2024, Profile::Huawei2026, Profile::Otc];
        assert_eq!(of(&whole, "OS-DELETE-204"), (Standing::Exercised, Vec::new()));
        assert_eq!(of(&less, "OS-DELETE-204"), (Standing::Uncovered, everywhere));
        assert_eq!(of(&less, "V2-LIST-ST08"), (Standing::Passive, Vec::new()));
        assert_eq!(of(&less, "V1-LIST-EX05"), (Standing::Untestable, Vec::new()));
        let but_ntt = vec![Profile::Glance, Profile::Huawei2024, Profile::Huawei2026, Profile::Otc];
        let cited = "statements: [OS-DELETE-204]";
        let narrow = changed(|text| text.replace(cited, &format!("profiles: [ntt]\n    {cited}")));
        assert_eq!(of(&narrow, "OS-DELETE-204"), (Standing::Uncovered, but_ntt));
    }

    #[test]
    fn one_profile_is_looked_at_alone() {
        let coverage = Coverage::of(&Suite::load(&Sources::find(None, None).unwrap()).unwrap(), Some(Profile::Ntt));
        let all = coverage.own.statements.iter().chain(&coverage.neighbours.statements);
        assert!(all.clone().count() > 50 && all.clone().all(|covered| covered.applies_to == [Profile::Ntt]));
    }
}
