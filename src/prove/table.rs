//! The proof for a reader: a table of the faults, then what is missing and what to do about it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Bite, FaultProof, Lost, Miss, Proof, Toothless, Unguarded};
use crate::contract::Profile;

/// Returns the proof as text: one line for each fault, then every miss, then the sum.
#[must_use]
pub fn table(proof: &Proof) -> String {
    let mut text = String::new();
    let rows: Vec<_> = proof.by_fault.iter().map(|(id, fault)| row(id, fault)).collect();
    let head = ["fault", "profiles", "caught by", "breaks"].map(str::to_owned);
    let width = |at: usize| rows.iter().chain([&head]).map(|row| row[at].chars().count()).max().unwrap_or(0);
    let (first, second, third) = (width(0), width(1), width(2));
    for [fault, profiles, caught, breaks] in [&head].into_iter().chain(&rows) {
        let _ = writeln!(text, "{fault:first$}  {profiles:second$}  {caught:third$}  {breaks}");
    }
    section(&mut text, "missed", &proof.missed, missed, "mend the fault, or what it names, or the case");
    section(&mut text, "toothless", &proof.toothless, toothless, "add a fault that it catches, or let it check more");
    let advice = "add a fault that breaks it, or say in statements.yaml why nothing can";
    section(&mut text, "unguarded", &proof.unguarded, unguarded, advice);
    let advice = "bring it back, or accept that: SHARECHECK_BLESS=1 cargo test --test prove";
    section(&mut text, "lost", &proof.lost, lost, advice);
    let _ = writeln!(text, "\n{}", sum(proof));
    text
}

fn row(id: &str, fault: &FaultProof) -> [String; 4] {
    let profiles: Vec<_> = fault.caught_by.keys().map(|profile| profile.name()).collect();
    let cases: BTreeSet<_> = fault.caught_by.values().flatten().collect();
    let first = fault.caught_by.values().flatten().next();
    let caught = first.map_or_else(|| "nothing".to_owned(), |first| format!("{} {first}", cases.len()));
    [id.to_owned(), profiles.join(" "), caught, fault.statements.join(" ")]
}

fn section<T>(text: &mut String, name: &str, of: &[T], line: fn(&T) -> (Profile, String), advice: &str) {
    if of.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{name}: {advice}");
    for entry in of {
        let (profile, line) = line(entry);
        let _ = writeln!(text, "  {profile}  {line}");
    }
}

fn missed(miss: &Miss) -> (Profile, String) {
    let cases = match miss.cases.as_slice() {
        [] => String::new(),
        [only] => format!(": {only}"),
        [first, rest @ ..] => format!(": {first} and {} more", rest.len()),
    };
    (miss.profile, format!("{}  {}{cases}", miss.fault.unwrap_or("(no fault)"), miss.why))
}

fn toothless(found: &Toothless) -> (Profile, String) {
    let Toothless { profile, case, statements, bite, accepted } = found;
    let why = match accepted.as_ref().filter(|accepted| bite.is_weaker(accepted)) {
        None => "notices no fault that breaks what it cites".to_owned(),
        Some(before) => format!("is weaker than accepted: {}", weaker(bite, before).join(", ")),
    };
    (*profile, format!("{case}  {why}; it cites {}", statements.join(", ")))
}

/// Returns in what a case is weaker than it was.
fn weaker(now: &Bite, before: &Bite) -> Vec<String> {
    let figure = |is: bool, what: &str, now: usize, before: usize| is.then(|| format!("{what} {now}, once {before}"));
    [
        figure(now.finds < before.finds, "findings", now.finds, before.finds),
        figure(now.allows > before.allows, "spare answers let through", now.allows, before.allows),
        figure(now.asks < before.asks, "things asked for", now.asks, before.asks),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn unguarded(found: &Unguarded) -> (Profile, String) {
    (found.profile, format!("{}  cited by {}", found.statement, found.case))
}

fn lost(found: &Lost) -> (Profile, String) {
    let Lost { profile, case, gone, statements } = found;
    let left = match (gone, statements.as_slice()) {
        (true, []) => "is gone; others cite what it cited".to_owned(),
        (true, left) => format!("is gone, and nobody else cites {}", left.join(", ")),
        (false, left) => format!("no longer cites {}, and nobody else does", left.join(", ")),
    };
    (*profile, format!("{case}  {left}"))
}

fn sum(proof: &Proof) -> String {
    let Proof { faults, caught, missed, toothless, unguarded, lost, by_fault, whole, .. } = proof;
    let word = if proof.holds() { "proven" } else { "not proven" };
    let [missed, toothless, unguarded, lost] = [missed.len(), toothless.len(), unguarded.len(), lost.len()];
    if !whole {
        return format!(
            "{word} of the selected cases alone: they catch {caught} of {faults} pairs of fault and profile; {missed} missed, \
             {toothless} toothless, {lost} lost"
        );
    }
    format!(
        "{word}: {} faults, {faults} pairs of fault and profile, {caught} caught; {missed} missed, {toothless} toothless, \
         {unguarded} unguarded, {lost} lost",
        by_fault.len(),
    )
}
