//! The names that lint knows: features, and variables of templates.

use std::collections::BTreeSet;

use crate::case::{Actor, Case, Step};

/// Features that a target may declare and a case may need.
///
/// `new-image` is the one that `writes: images` brings along: an image made for the case, never shared before.
pub const FEATURES: &[&str] =
    &["public-images", "organization-members", "domain-members", "windows-images", "quota", "new-image"];

/// The variables that a recipient beyond projects gives, each with the feature that a case needs for it.
pub const RECIPIENTS: &[(&str, &str)] = &[
    ("organization.urn", "organization-members"),
    ("organization.id", "organization-members"),
    ("domain.id", "domain-members"),
];

/// Returns the variables that stand for something in a case before its first step.
pub(super) fn variables(case: &Case) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = ["random.uuid", "random.hex32", "long.text"].map(str::to_owned).into();
    let actors = Actor::ALL.iter().filter(|actor| actor.has_project());
    names.extend(actors.map(|actor| format!("{actor}.project-id")));
    names.extend(RECIPIENTS.iter().map(|(name, _)| (*name).to_owned()));
    if case.facts.given.is_some() {
        names.extend(["image.id", "members.project-ids"].map(str::to_owned));
    }
    names.extend(case.facts.beside.iter().map(|_| "beside.id".to_owned()));
    names.extend(case.row.iter().flat_map(|row| row.variables.keys().cloned()));
    names
}

/// Tells whether a name is one that a row cannot take: it stands for something in every case.
pub(super) fn is_given(name: &str) -> bool {
    let of_actor =
        name.strip_suffix(".project-id").is_some_and(|actor| actor == "self" || Actor::from_name(actor).is_some());
    let of_recipient = RECIPIENTS.iter().any(|(known, _)| *known == name);
    of_actor
        || of_recipient
        || ["random.uuid", "random.hex32", "long.text", "image.id", "beside.id", "members.project-ids"].contains(&name)
}

/// Tells whether a step's actors all have a project for `{{self.project-id}}`.
pub(super) fn has_self(step: &Step) -> bool {
    step.actors.iter().all(|actor| actor.has_project())
}
