//! What a case needs of a target, and why it is skipped without.

use std::collections::BTreeSet;

use super::{PlannedStep, Skip, borrow};
use crate::case::spec::{GivenSpec, ImageKind};
use crate::case::{Actor, Case, template};
use crate::contract::Contract;
use crate::suite::RECIPIENTS;
use crate::target::{DOMAIN_MEMBERS, Declared, ORGANIZATION_MEMBERS, QUOTA, Writes};
use crate::world::{Pool, borrows};

/// The feature of a target where an administrator may make images public.
const PUBLIC_IMAGES: &str = "public-images";
/// The feature of a target that takes an image of ours for one of Windows where it says so.
const WINDOWS_IMAGES: &str = "windows-images";
/// What a case needs whose expectation holds only on an image that was never shared before.
const NEW_IMAGE: &str = "new-image";

/// Returns why a case cannot run on a target, or nothing if it can.
pub(super) fn skip(
    case: &Case,
    steps: &[PlannedStep],
    pool: Pool,
    contract: &Contract,
    target: &Declared,
) -> Option<Skip> {
    actors(case).into_iter().find_map(|actor| missing_actor(actor, target)).or_else(|| {
        let given = case.facts.given.as_ref();
        let makes = !given.is_some_and(|given| borrows(given, pool, target, contract));
        features(case)
            .into_iter()
            .find_map(|feature| missing_feature(&feature, target))
            .or_else(|| match target.writes {
                Writes::Images => given.filter(|_| makes).and_then(|given| published(given, contract, target)),
                Writes::None | Writes::Members => borrow::without_images(case, steps, contract, target),
            })
            .or_else(|| case.facts.images().find_map(|given| recipients(given, target)))
    })
}

/// Returns every actor with credentials that a case uses, by name or by project.
#[must_use]
pub fn actors(case: &Case) -> BTreeSet<Actor> {
    let facts = &case.facts;
    let mut actors: BTreeSet<Actor> = facts.steps.iter().flat_map(|step| step.actors.iter().copied()).collect();
    actors.extend(facts.images().flat_map(|given| given.members.actors()).map(|(actor, _)| actor));
    actors.extend(facts.needs.iter().filter_map(|need| Actor::from_name(need)));
    for value in facts.steps.iter().flat_map(crate::case::Step::values) {
        let names = template::variables(&value).unwrap_or_default();
        actors.extend(names.iter().filter_map(|name| Actor::from_name(name.strip_suffix(".project-id")?)));
    }
    actors.retain(|actor| actor.has_credentials());
    actors
}

fn features(case: &Case) -> Vec<String> {
    let facts = &case.facts;
    let mut features: Vec<_> = facts.needs.iter().filter(|need| Actor::from_name(need).is_none()).cloned().collect();
    let members = facts.given.as_ref().map(|given| &given.members);
    features.extend(members.filter(|members| members.organization).map(|_| ORGANIZATION_MEMBERS.to_owned()));
    features.extend(members.filter(|members| members.domain).map(|_| DOMAIN_MEMBERS.to_owned()));
    let windows = facts.given.as_ref().filter(|given| given.image == ImageKind::Windows);
    features.extend(windows.map(|_| WINDOWS_IMAGES.to_owned()));
    features.extend(members.filter(|members| members.full).map(|_| QUOTA.to_owned()));
    for value in facts.steps.iter().flat_map(crate::case::Step::values) {
        let names = template::variables(&value).unwrap_or_default();
        let known = RECIPIENTS.iter().filter(|(name, _)| names.iter().any(|used| used == name));
        features.extend(known.map(|(_, feature)| (*feature).to_owned()));
    }
    features
}

fn missing_actor(actor: Actor, target: &Declared) -> Option<Skip> {
    (!target.actors.contains_key(&actor)).then(|| lacking("actor", actor.name(), target))
}

fn missing_feature(feature: &str, target: &Declared) -> Option<Skip> {
    if feature == NEW_IMAGE {
        return (target.writes < Writes::Images).then(|| Skip {
            reason: format!("needs an image made for it, and `writes: {}` makes none", target.writes.name()),
            partial: !target.without.contains(NEW_IMAGE),
        });
    }
    (!target.has(feature)).then(|| lacking("feature", feature, target))
}

fn lacking(what: &str, name: &str, target: &Declared) -> Skip {
    let known = target.without.contains(name);
    let said = if known { ", and says so under `without`" } else { "" };
    Skip { reason: format!("needs the {what} `{name}`, which the target does not have{said}"), partial: !known }
}

/// A public image is made with an administrator's help.
fn published(given: &GivenSpec, contract: &Contract, target: &Declared) -> Option<Skip> {
    let public = given.image == ImageKind::Public || contract.shareable == "public";
    let public = public && given.image != ImageKind::Unknown;
    public.then(|| missing_actor(Actor::Admin, target).or_else(|| missing_feature(PUBLIC_IMAGES, target))).flatten()
}

fn recipients(given: &GivenSpec, target: &Declared) -> Option<Skip> {
    let (wanted, there) = (given.members.further(target.members_per_image), target.recipients.len());
    (wanted > there).then(|| Skip {
        reason: format!("needs {wanted} further `recipients`, and the target names {there}"),
        partial: !target.without.contains("recipients"),
    })
}
