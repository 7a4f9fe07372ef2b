//! Which cases a borrowed image can serve: those that read it, and those that write rows of our own alone.
//!
//! An expectation that only holds on an image made for the case is never held against a borrowed one: the case
//! is skipped, and the reason says what is in the way.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Plan, PlannedCase, PlannedStep, Shape, Skip, needs};
use crate::case::spec::{GivenSpec, ImageKind, MemberStatus, MembersSpec};
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
    let given = case.facts.given.as_ref().filter(|given| given.image != ImageKind::Unknown);
    let writes = sent(case, steps, target);
    let second = || format!("needs a second image, and `writes: {}` makes none", target.writes.name());
    let writes = writes.or_else(|| case.facts.beside.as_ref().map(|_| second()));
    let reason = writes.or_else(|| given.and_then(|given| unlent(case, given, contract, target)));
    reason.map(|reason| Skip { reason, partial: true })
}

/// Returns what a case sends that it may not.
fn sent(case: &Case, steps: &[PlannedStep], target: &Declared) -> Option<String> {
    let mut sent = case.facts.steps.iter().zip(steps);
    if target.writes == Writes::None {
        let reads = |(spec, step): (&Step, &PlannedStep)| {
            spec.request.method.as_deref().unwrap_or(&step.operation.method) == "GET"
        };
        return (!sent.all(reads)).then(|| "sends more than GET, and `writes: none` allows nothing else".to_owned());
    }
    let unfit = sent.filter(|(_, step)| step.writes).find_map(|(spec, step)| unfit(spec, step));
    unfit.map(|why| format!("{why}, and a borrowed image is not risked for that"))
}

/// Returns why no image can be lent to a case.
fn unlent(case: &Case, given: &GivenSpec, contract: &Contract, target: &Declared) -> Option<String> {
    let (kind, writes) = (given.image.name(), target.writes.name());
    if given.image == ImageKind::Deleted {
        return Some(format!("needs an image that was deleted, and `writes: {writes}` deletes none"));
    }
    let shareable = given.image == ImageKind::Shareable || kind == contract.shareable;
    if !given.members.is_empty() && !shareable {
        return Some(format!("needs a {kind} image that is shared, and `writes: {writes}` shares none"));
    }
    if given.members.full {
        return Some("needs an image that has as many members as it may, and a borrowed one is not filled".to_owned());
    }
    if given.members.needs_batch() {
        return Some("needs an image that is shared with more than projects, which no borrowed one is".to_owned());
    }
    if case.facts.steps.iter().any(|step| looks_into(step, &[IMAGE_LIST])) {
        return Some("finds its image by a name that no other has, which cannot be said of a borrowed one".to_owned());
    }
    let there = lent(given.image, target, contract).is_some();
    (!there).then(|| format!("needs a {kind} image: name one under `images`, or make some with `writes: images`"))
}

/// Returns what a write does that no borrowed image is there for; nothing if it writes a row of ours.
fn unfit(spec: &Step, step: &PlannedStep) -> Option<&'static str> {
    if step.expectation.is_negative() {
        return Some("sends a write that must be refused");
    }
    if !step.off_contract && step.operation.id.starts_with("v2.image.") {
        return Some("changes or deletes its image");
    }
    (!writes_a_row(spec, step)).then_some("sends a write that is none of adding, answering and removing a row of ours")
}

/// Tells whether a step writes a row of an actor's project, exactly as the contract has it.
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
    body && as_documented && to_the_image && project.is_some_and(is_actors_project)
}

fn is_answer(body: &Value) -> bool {
    ["pending", "accepted", "rejected"].iter().any(|status| *body == json!({ "status": status }))
}

fn is_actors_project(value: &Value) -> bool {
    let name = value.as_str().and_then(|text| text.strip_prefix("{{")?.strip_suffix(".project-id}}"));
    name.is_some_and(|name| name == "self" || Actor::from_name(name).is_some_and(Actor::has_project))
}

/// Tells whether a step does more with the answer of such a call than to look whether there is one.
fn looks_into(step: &Step, calls: &[&str]) -> bool {
    let of_rows = |path: &String| !path.starts_with("$.schema");
    let expects = |expect: &crate::case::ExpectSpec| expect.body.keys().any(of_rows) || expect.schema.is_some();
    calls.contains(&step.request.call.as_str())
        && (step.walk.as_ref().is_some_and(|walk| walk.expect.members.is_some())
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
///
/// Where nothing is written an image serves with the rows that it has, if they are just those that the case wants.
fn in_the_way(case: &Case, found: &Lent, target: &Target) -> Option<String> {
    let id = &found.id;
    let given = case.facts.given.as_ref().map(|given| &given.members);
    if target.writes == Writes::None
        && let Some(given) = given.filter(|given| !given.is_empty())
    {
        let shared = given.actors().map(|(actor, status)| format!("`{actor}` ({})", status.name()));
        let shared: Vec<_> = shared.chain((given.recipients > 0).then(|| "`recipients`".to_owned())).collect();
        return (found.shared_with != rows(given, target)).then(|| {
            format!(
                "needs an image shared with {} and nobody else, which {id} is not, and `writes: none` shares none",
                shared.join(", ")
            )
        });
    }
    let recipients = given.map_or(0, |given| given.recipients);
    let recipients = &target.recipients[..recipients.min(target.recipients.len())];
    let actors = needs::actors(case);
    for (project, _) in &found.shared_with {
        let used = actors.iter().find(|actor| target.project_id(**actor) == Some(project));
        let used = used.map(|actor| actor.name()).or_else(|| recipients.contains(project).then_some("recipients"));
        if let Some(name) = used {
            return Some(format!(
                "the borrowed image {id} was shared with project {project} (`{name}`) before the run, and that row is \
                 not touched: remove it (`sharecheck sweep`, if a killed run left it), or name another image"
            ));
        }
    }
    let looks = case.facts.steps.iter().any(|step| looks_into(step, &MEMBER_LISTS));
    (looks && !found.shared_with.is_empty()).then(|| {
        let others: Vec<_> = found.shared_with.iter().map(|(project, _)| project.as_str()).collect();
        format!(
            "the borrowed image {id} was shared with {} before the run, and the case counts on a list of members \
             without them: name an image under `images` that is shared with nobody",
            others.join(", ")
        )
    })
}

/// Returns the member rows that an image given so has: project and status.
fn rows(given: &MembersSpec, target: &Target) -> BTreeSet<(String, String)> {
    let row = |project: &str, status: MemberStatus| (project.to_owned(), status.name().to_owned());
    let actors = given.actors().filter_map(|(actor, status)| Some(row(target.project_id(actor)?, status)));
    let recipients = target.recipients.iter().take(given.recipients);
    actors.chain(recipients.map(|project| row(project, MemberStatus::Pending))).collect()
}
