//! Which cases a borrowed image can serve: those that read it, and those that write rows of our own alone.
//!
//! An expectation that only holds on an image made for the case is never held against a borrowed one: the case
//! is skipped, and the reason says what is in the way.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Plan, PlannedCase, PlannedStep, Shape, Skip, needs};
use crate::case::spec::{GivenSpec, ImageKind};
use crate::case::{Actor, BodySpec, Case, Step};
use crate::contract::Contract;
use crate::target::{Declared, Target, Writes};
use crate::world::{Lent, Pool, borrows, lent};

/// The calls that list the members of an image.
const MEMBER_LISTS: [&str; 2] = ["v2.member.list", "v1.member.list"];
/// The call that lists images.
const IMAGE_LIST: &str = "v2.image.list";

/// Returns why a case cannot run where no image may be made, or nothing if it can.
pub(super) fn without_images(
    case: &Case,
    steps: &[PlannedStep],
    contract: &Contract,
    target: &Declared,
) -> Option<Skip> {
    let skip = |reason: String| Some(Skip { reason, partial: true });
    let writes = target.writes.name();
    let sends_writes = steps.iter().any(|step| step.writes);
    if let Some(given) = case.facts.given.as_ref().filter(|given| given.image != ImageKind::Unknown) {
        if lent(given.image, target, contract).is_none() {
            return skip(needed(given, writes));
        }
        if !given.members.is_empty() && (target.writes == Writes::None || !is_shareable(given.image, contract)) {
            return skip(format!("needs members on the borrowed image, and `writes: {writes}` adds none there"));
        }
        if case.facts.steps.iter().any(|step| looks_into(step, &[IMAGE_LIST])) {
            return skip(
                "finds its image by a name that no other image has, as no borrowed image surely does".to_owned(),
            );
        }
    }
    if sends_writes && target.writes == Writes::None {
        return skip("sends a write, and `writes: none` allows none".to_owned());
    }
    let mut writing = case.facts.steps.iter().zip(steps).filter(|(_, step)| step.writes);
    if writing.any(|(spec, step)| !writes_a_row(spec, step)) {
        return skip(
            "sends a write that must be refused, or that is none of adding, answering or removing a row of ours, \
             and a borrowed image is not risked for it"
                .to_owned(),
        );
    }
    None
}

fn needed(given: &GivenSpec, writes: &str) -> String {
    let kind = given.image.name();
    match given.image {
        ImageKind::Deleted => format!("needs an image that was deleted, and `writes: {writes}` deletes none"),
        _ => format!("needs a {kind} image of our own, and `writes: {writes}` makes none (or `{kind}` under `images`)"),
    }
}

fn is_shareable(kind: ImageKind, contract: &Contract) -> bool {
    kind == ImageKind::Shareable || kind.name() == contract.shareable
}

/// Tells whether a step writes a row of an actor's project, exactly as the contract has it, and may succeed.
fn writes_a_row(spec: &Step, step: &PlannedStep) -> bool {
    let request = &spec.request;
    let (body, project) = match (request.call.as_str(), &request.body) {
        ("v2.member.add", BodySpec::Json(Value::Object(body))) if body.len() == 1 => (true, body.get("member")),
        ("v2.member.update", BodySpec::Json(body)) => (is_answer(body), request.path.get("member_id")),
        ("v2.member.delete", BodySpec::None) => (true, request.path.get("member_id")),
        _ => return false,
    };
    let as_documented = !step.off_contract && request.headers.is_empty() && request.accept.is_none();
    let to_the_image = request.path.get("image_id") == Some(&json!("{{image.id}}")) && request.query.is_empty();
    body && as_documented && to_the_image && project.is_some_and(is_actors_project) && !step.expectation.is_negative()
}

fn is_answer(body: &Value) -> bool {
    ["pending", "accepted", "rejected"].iter().any(|status| *body == json!({ "status": status }))
}

fn is_actors_project(value: &Value) -> bool {
    let name = value.as_str().and_then(|text| text.strip_prefix("{{")?.strip_suffix(".project-id}}"));
    name.is_some_and(|name| name == "self" || Actor::from_name(name).is_some_and(Actor::has_credentials))
}

/// Tells whether a step does more with the answer of such a call than to look whether there is one.
fn looks_into(step: &Step, calls: &[&str]) -> bool {
    let of_rows = |path: &String| !path.starts_with("$.schema");
    let expects = |expect: &crate::case::ExpectSpec| expect.body.keys().any(of_rows) || expect.schema.is_some();
    calls.contains(&step.request.call.as_str())
        && (step.walk.is_some()
            || expects(&step.expect)
            || step.expect.tolerate.as_deref().is_some_and(expects)
            || step.save.values().any(of_rows))
}

impl Plan {
    /// Returns the kinds of borrowed images that the cases need.
    #[must_use]
    pub fn borrowed_kinds(&self) -> BTreeSet<ImageKind> {
        self.cases.iter().filter_map(|planned| self.borrowed_kind(planned)).collect()
    }

    /// Skips the cases that the members a borrowed image has already stand in the way of.
    pub fn skip_where_in_the_way(&mut self, kind: ImageKind, found: &Lent) {
        let mut cases = std::mem::take(&mut self.cases);
        for planned in cases.iter_mut().filter(|planned| self.borrowed_kind(planned) == Some(kind)) {
            if let Some(reason) = in_the_way(&planned.case, found, &self.target) {
                let skip = Some(Skip { reason, partial: true });
                let shape = Shape { skip, ..(*planned.shape).clone() };
                *planned = PlannedCase { shape: shape.into(), ..(**planned).clone() }.into();
            }
        }
        self.cases = cases;
    }

    pub(super) fn borrowed_kind(&self, planned: &PlannedCase) -> Option<ImageKind> {
        let given = planned.case.facts.given.as_ref().filter(|_| planned.shape.skip.is_none())?;
        let borrowed = given.image != ImageKind::Unknown && planned.shape.pool != Pool::None;
        (borrowed && borrows(given, planned.shape.pool, &self.target, &self.contract)).then_some(given.image)
    }
}

/// Returns what the rows of a borrowed image keep a case from.
fn in_the_way(case: &Case, found: &Lent, target: &Target) -> Option<String> {
    let id = &found.id;
    let recipients = case.facts.given.as_ref().map_or(0, |given| given.members.recipients);
    let recipients = &target.recipients[..recipients.min(target.recipients.len())];
    let actors = needs::actors(case);
    for project in &found.shared_with {
        let used = actors.iter().find(|actor| target.project_id(**actor) == Some(project));
        let used = used.map(|actor| actor.name()).or_else(|| recipients.contains(project).then_some("recipients"));
        if let Some(name) = used {
            return Some(format!(
                "the borrowed image {id} was shared with project {project} (`{name}`) before the run, and that row is \
                 not touched: remove it, or name another image under `images`"
            ));
        }
    }
    let looks = case.facts.steps.iter().any(|step| looks_into(step, &MEMBER_LISTS));
    (looks && !found.shared_with.is_empty()).then(|| {
        let others: Vec<_> = found.shared_with.iter().map(String::as_str).collect();
        format!(
            "the borrowed image {id} was shared with {} before the run, and the case counts on a list of members \
             without them: name an image under `images` that is shared with nobody",
            others.join(", ")
        )
    })
}
