//! Coverage for a reader: what is open first, then what nobody can exercise, what is only watched for, and the sum.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::contract::{Profile, Testability};
use crate::suite::{Coverage, Covered, InProfile, Share, Standing};

/// The columns of the sums.
const COLUMNS: [&str; 5] = ["apply", "exercised", "passive", "untestable", "uncovered"];

/// Returns coverage as text; the statements that are exercised, too, if `verbose`.
#[must_use]
pub fn table(coverage: &Coverage, verbose: bool) -> String {
    let mut text = String::new();
    let title = "uncovered: these could be exercised, and are not, in the profiles named";
    section(&mut text, coverage, Standing::Uncovered, title, &|of| {
        vec![format!("no {} in {}", lacks(of), names(&of.uncovered_in))]
    });
    let title = "untestable: nobody can exercise these from outside";
    section(&mut text, coverage, Standing::Untestable, title, &|of| of.why.iter().cloned().collect());
    let title = "passive: no request can aim at these; every answer of a run is held against them";
    section(&mut text, coverage, Standing::Passive, title, &watched);
    if verbose {
        let title = "exercised: the number of cases in each profile";
        section(&mut text, coverage, Standing::Exercised, title, &|of| vec![counts(&of.by_profile)]);
    }
    sums(&mut text, coverage);
    text
}

/// Adds the statements of one standing, each with the lines that say more.
fn section(
    text: &mut String,
    coverage: &Coverage,
    standing: Standing,
    title: &str,
    more: &dyn Fn(&Covered) -> Vec<String>,
) {
    let found: Vec<_> = all(coverage).filter(|of| of.standing == standing).collect();
    let width = found.iter().map(|of| of.id.len()).max().unwrap_or(0);
    if !found.is_empty() {
        let _ = writeln!(text, "{title}");
    }
    for of in &found {
        let _ = writeln!(text, "  {:width$}  {}", of.id, of.words);
        for line in more(of) {
            let _ = writeln!(text, "  {:width$}    {line}", "");
        }
    }
    if !found.is_empty() {
        text.push('\n');
    }
}

fn all(coverage: &Coverage) -> impl Iterator<Item = &Covered> {
    coverage.own.statements.iter().chain(&coverage.neighbours.statements)
}

fn lacks(of: &Covered) -> &'static str {
    if of.testability == Testability::Passive { "check guards it" } else { "case cites it" }
}

fn names(profiles: &[Profile]) -> String {
    profiles.iter().map(|profile| profile.name()).collect::<Vec<_>>().join(", ")
}

/// Returns a line for each check that guards a statement, with the profiles where it does.
fn watched(of: &Covered) -> Vec<String> {
    let mut checks: BTreeMap<&str, Vec<Profile>> = BTreeMap::new();
    for (profile, there) in &of.by_profile {
        for check in &there.watched_by {
            checks.entry(check).or_default().push(*profile);
        }
    }
    checks.into_iter().map(|(check, profiles)| format!("{check}, in {}", names(&profiles))).collect()
}

fn counts(by_profile: &BTreeMap<Profile, InProfile>) -> String {
    by_profile.iter().map(|(profile, there)| format!("{profile} {}", there.cases)).collect::<Vec<_>>().join("  ")
}

/// Adds the sums by origin and by profile.
fn sums(text: &mut String, coverage: &Coverage) {
    let titles = COLUMNS.map(|title| format!("{title:>12}")).concat();
    let _ = writeln!(text, "{:20}{titles}", "statements of");
    for (name, share) in [("the five documents", &coverage.own), ("their neighbours", &coverage.neighbours)] {
        let Share { total, exercised, passive, untestable, uncovered, .. } = share;
        row(text, name, [*total, *exercised, *passive, *untestable, uncovered.len()]);
    }
    let _ = writeln!(text, "\n{:20}{titles}", "in profile");
    let mut profiles: BTreeMap<Profile, [usize; COLUMNS.len()]> = BTreeMap::new();
    for of in all(coverage) {
        for profile in &of.applies_to {
            let sum = profiles.entry(*profile).or_default();
            sum[0] += 1;
            sum[column(of, *profile)] += 1;
        }
    }
    for (profile, sum) in profiles {
        row(text, profile.name(), sum);
    }
}

/// Returns the column of a statement in one profile.
fn column(of: &Covered, profile: Profile) -> usize {
    match of.standing {
        Standing::Untestable => 3,
        _ if of.uncovered_in.contains(&profile) => 4,
        _ if of.testability == Testability::Passive => 2,
        _ => 1,
    }
}

fn row(text: &mut String, name: &str, figures: [usize; COLUMNS.len()]) {
    let shown = figures.map(|count| if count == 0 { format!("{:>12}", "·") } else { format!("{count:>12}") });
    let _ = writeln!(text, "{name:20}{}", shown.concat());
}
