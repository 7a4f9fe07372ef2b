//! What the runs prove, and what they do not.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::play::{Act, Played};
use super::teeth::{Bite, Lost, Teeth};
use crate::contract::{Profile, Statements, Testability};
use crate::mock::Fault;

/// What the runs prove; everything holds where the four lists are empty.
#[derive(Debug, Serialize)]
#[must_use]
pub struct Proof {
    /// How many pairs of a fault and a profile were tried.
    pub faults: usize,
    /// How many of them were caught, by cases that cite what the fault names and by no other.
    pub caught: usize,
    /// What is wrong with the others, or with the suite on a sound mock.
    pub missed: Vec<Miss>,
    /// Cases that notice no fault, or find less than they once did.
    pub toothless: Vec<Toothless>,
    /// Cited statements that no caught fault names.
    pub unguarded: Vec<Unguarded>,
    /// Cases that are gone, and statements that they left to nobody.
    pub lost: Vec<Lost>,
    /// Each fault with what caught it, by its id.
    pub by_fault: BTreeMap<&'static str, FaultProof>,
    /// How much each case finds, whatever it cites, and asks for.
    pub teeth: Teeth,
    /// Whether the whole suite was played: else much is left to cases that were not.
    #[serde(skip)]
    pub whole: bool,
}

/// A fault that was not caught as it should be.
#[derive(Debug, Serialize)]
pub struct Miss {
    /// The fault; none where the mock was sound and the suite unmet all the same.
    pub fault: Option<&'static str>,
    /// The profile.
    pub profile: Profile,
    /// What is wrong.
    pub why: String,
    /// The cases that show it.
    pub cases: Vec<String>,
}

/// A case that nothing makes fail, or that is weaker than it was.
#[derive(Debug, Serialize)]
pub struct Toothless {
    /// The profile.
    pub profile: Profile,
    /// The case.
    pub case: String,
    /// The statements that it cites and that bind there.
    pub statements: Vec<String>,
    /// How much it finds and asks for.
    pub bite: Bite,
    /// How much that was when it was last accepted; none for a new case.
    pub accepted: Option<Bite>,
}

/// A statement that is cited and could be broken unseen.
#[derive(Debug, Serialize)]
pub struct Unguarded {
    /// The profile.
    pub profile: Profile,
    /// The statement.
    pub statement: String,
    /// The first case that cites it.
    pub case: String,
}

/// What caught a fault.
#[derive(Debug, Default, Serialize)]
pub struct FaultProof {
    /// What it breaks.
    pub statements: &'static [&'static str],
    /// The cases that it makes unmet, by profile.
    pub caught_by: BTreeMap<Profile, Vec<String>>,
}

impl Proof {
    /// Tells whether the suite is proven.
    #[must_use]
    pub fn holds(&self) -> bool {
        let sound = self.missed.is_empty() && self.toothless.is_empty();
        self.faults > 0 && sound && self.unguarded.is_empty() && self.lost.is_empty()
    }
}

/// Draws the conclusions; what only all cases together can show is left out where not the whole suite was played.
pub(super) fn judge(acts: &[Act], statements: &Statements, whole: bool, lost: Vec<Lost>) -> Proof {
    let (sound, broken): (Vec<_>, Vec<_>) = acts.iter().partition(|act| act.fault.is_none());
    let mut missed: Vec<_> = sound.iter().filter_map(|act| void(act)).collect();
    let mut by_fault: BTreeMap<_, FaultProof> = BTreeMap::new();
    let mut caught = 0;
    for act in &broken {
        let Some(fault) = act.fault else { continue };
        let by: Vec<_> = catching(act).map(|played| played.id().to_owned()).collect();
        let mut wrong = strays(act, fault);
        if by.is_empty() && !whole {
            missed.extend(wrong);
            continue;
        }
        wrong.extend(by.is_empty().then(|| uncaught(act, fault)));
        caught += usize::from(wrong.is_empty());
        missed.extend(wrong);
        let entry = by_fault.entry(fault.id).or_default();
        entry.statements = fault.breaks;
        entry.caught_by.insert(act.profile, by);
    }
    let mut teeth = Teeth::default();
    for act in &sound {
        act.own(statements).for_each(|played| teeth.note(act.profile, &played.planned));
    }
    for act in &broken {
        act.own(statements).for_each(|played| teeth.find(act.profile, played.id(), played.findings));
    }
    let (mut dull, mut open) = (Vec::new(), Vec::new());
    for act in sound {
        let here = |other: &&&Act| (other.profile, other.policy) == (act.profile, act.policy);
        let of_profile: Vec<_> = broken.iter().filter(here).copied().collect();
        dull.extend(toothless(act, &of_profile, &teeth, statements));
        open.extend(unguarded(act, &of_profile, statements));
    }
    if whole {
        missed.extend(boasts(&broken));
    } else {
        open.clear();
    }
    Proof { faults: broken.len(), caught, missed, toothless: dull, unguarded: open, lost, by_fault, teeth, whole }
}

fn unmet(act: &Act) -> impl Iterator<Item = &Played> {
    act.cases.iter().filter(|played| played.unmet)
}

/// Returns the cases that a fault makes unmet and that cite what it breaks.
fn catching(act: &Act) -> impl Iterator<Item = &Played> {
    let breaks = act.fault.map_or(&[][..], |fault| fault.breaks);
    unmet(act).filter(|played| played.cites(breaks))
}

/// Returns what is unmet although nothing is broken: then nothing that follows means anything.
fn void(act: &Act) -> Option<Miss> {
    let wrong = |played: &&Played| played.unmet || played.unjudged.is_some() || !played.asides.is_empty();
    let cases: Vec<_> = act.cases.iter().filter(wrong).map(|played| played.id().to_owned()).collect();
    let why = match (act.cases.is_empty(), cases.is_empty() && act.asides.is_empty()) {
        (true, _) => "no case runs here, so nothing is proven",
        (_, true) => return None,
        _ => "without any fault not everything is met and judged, so nothing is proven",
    };
    Some(Miss { fault: None, profile: act.profile, why: why.to_owned(), cases })
}

/// Tells of a fault that no case caught.
fn uncaught(act: &Act, fault: &'static Fault) -> Miss {
    let open: Vec<_> = act.cases.iter().filter(|played| played.unjudged.is_some()).collect();
    let why = match open.first().and_then(|played| played.unjudged.as_deref()) {
        Some(reason) => format!("not caught, but {} cases cannot be judged, the first as: {reason}", open.len()),
        None => "not caught".to_owned(),
    };
    let cases = open.iter().map(|played| played.id().to_owned()).collect();
    Miss { fault: Some(fault.id), profile: act.profile, why, cases }
}

/// Returns what a fault breaks besides what it names.
fn strays(act: &Act, fault: &'static Fault) -> Vec<Miss> {
    let miss = |why: String, cases| Miss { fault: Some(fault.id), profile: act.profile, why, cases };
    let mut misses = Vec::new();
    for stray in unmet(act).filter(|played| played.own && !fault.is_total() && !played.cites(fault.breaks)) {
        let cited = stray.planned.statements.join(", ");
        misses.push(miss(format!("also makes a case unmet that cites {cited}"), vec![stray.id().to_owned()]));
    }
    let mut seen: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for played in &act.cases {
        for aside in &played.asides {
            seen.entry(aside).or_default().push(played.id().to_owned());
        }
    }
    for aside in &act.asides {
        seen.entry(aside).or_default();
    }
    seen.retain(|statement, _| !fault.breaks.contains(statement));
    misses.extend(seen.into_iter().map(|(id, cases)| miss(format!("also seen in passing to break {id}"), cases)));
    misses
}

/// Returns the statements that faults name and that no unmet case cites in any of their profiles, where all were tried.
fn boasts(broken: &[&Act]) -> Vec<Miss> {
    let tried: BTreeSet<_> = broken.iter().map(|act| act.profile).collect();
    let mut shown: BTreeMap<&str, (&'static Fault, Profile, BTreeSet<&str>)> = BTreeMap::new();
    for act in broken {
        let Some(fault) = act.fault.filter(|fault| fault.profiles.iter().all(|of| tried.contains(of))) else {
            continue;
        };
        let (.., cited) = shown.entry(fault.id).or_insert((fault, act.profile, BTreeSet::new()));
        cited.extend(unmet(act).flat_map(|played| played.planned.case.statements.iter().map(String::as_str)));
        cited.extend(act.cases.iter().flat_map(|played| played.asides.iter().map(String::as_str)));
    }
    let boast = |(fault, profile, cited): (&'static Fault, Profile, BTreeSet<&str>)| {
        let idle: Vec<_> = fault.breaks.iter().copied().filter(|id| !cited.contains(id)).collect();
        let why = format!("names {}, and no case that it makes unmet cites that", idle.join(", "));
        (!idle.is_empty()).then(|| Miss { fault: Some(fault.id), profile, why, cases: Vec::new() })
    };
    shown.into_values().filter_map(boast).collect()
}

/// Returns the cases of a profile that notice no fault though they could, or that are weaker than they were.
fn toothless(sound: &Act, broken: &[&Act], teeth: &Teeth, statements: &Statements) -> Vec<Toothless> {
    let bitten: BTreeSet<_> = broken.iter().flat_map(|act| catching(act)).map(Played::id).collect();
    let before = Teeth::accepted();
    let found = sound.own(statements).filter_map(|played| {
        let binding = &played.planned.statements;
        let provocable = binding.is_empty() || binding.iter().any(|id| is_provocable(statements, id));
        let bite = teeth.get(sound.profile, played.id()).cloned().unwrap_or_default();
        let accepted = before.get(sound.profile, played.id()).cloned();
        let weaker = accepted.as_ref().is_some_and(|accepted| bite.is_weaker(accepted));
        let dull = weaker || provocable && !bitten.contains(played.id());
        dull.then(|| Toothless {
            profile: sound.profile,
            case: played.id().to_owned(),
            statements: binding.to_vec(),
            bite,
            accepted,
        })
    });
    found.collect()
}

/// Returns the statements that cases cite and that bind in a profile, and that no caught fault names.
fn unguarded(sound: &Act, broken: &[&Act], statements: &Statements) -> Vec<Unguarded> {
    let guarded: BTreeSet<&str> = broken
        .iter()
        .filter_map(|act| Some((act, act.fault?)))
        .flat_map(|(act, fault)| {
            let cited: BTreeSet<_> = unmet(act).flat_map(|played| played.planned.statements.iter()).collect();
            fault.breaks.iter().copied().filter(move |id| cited.iter().any(|cited| cited == id))
        })
        .collect();
    let mut found: BTreeMap<&str, &Played> = BTreeMap::new();
    for played in sound.own(statements) {
        for id in played.planned.statements.iter().filter(|id| !guarded.contains(id.as_str())) {
            found.entry(id).or_insert(played);
        }
    }
    found.retain(|id, _| is_provocable(statements, id));
    let unguarded = |(id, played): (&str, &Played)| Unguarded {
        profile: sound.profile,
        statement: id.to_owned(),
        case: played.id().to_owned(),
    };
    found.into_iter().map(unguarded).collect()
}

/// Tells whether a statement can be broken from outside, so that a fault must.
fn is_provocable(statements: &Statements, id: &str) -> bool {
    let testability = statements.get(id).map(|statement| statement.testability);
    matches!(testability, Some(Testability::Provocable | Testability::Special))
}
