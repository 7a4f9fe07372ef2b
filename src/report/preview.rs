//! What a run would do, before it does it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::reason;
use crate::case::Actor;
use crate::plan::Plan;
use crate::redact::printable;

/// Returns the preview of a plan: actors, cost, and what is skipped and why.
///
/// `actors` is what the preflight found out about each actor of the target.
#[must_use]
pub fn preview(plan: &Plan, actors: &BTreeMap<Actor, Result<(), String>>) -> String {
    let (target, cost) = (&plan.target, plan.cost());
    let mut text = format!("{} · {} at {}\n", target.profile, target.name, target.endpoint);
    for (actor, state) in actors {
        let project = target.project_id(*actor).unwrap_or_default();
        let state = state.as_ref().err().map_or("alive", String::as_str);
        let _ = writeln!(text, "  {:13} project {project}: {state}", actor.name());
    }
    let skipped = plan.cases.iter().filter_map(|planned| planned.shape.skip.as_ref());
    let skipped = reason::counted(skipped.map(|skip| skip.reason.as_str()));
    let count: usize = skipped.iter().map(|(_, count)| count).sum();
    let _ = writeln!(text, "  {} cases would run, {count} would be skipped", plan.cases.len() - count);
    for (why, count) in skipped {
        reason::line(&mut text, count, "case", why);
    }
    let owner = target.project_id(Actor::Owner).unwrap_or_default();
    let _ = match cost.images {
        0 => writeln!(text, "  no image would be made"),
        images => writeln!(text, "  about {images} images would be made in project {owner}, shared, and removed again"),
    };
    let (asked, overhead) = (cost.requests.asked, cost.requests.overhead);
    let _ = writeln!(text, "  about {} requests would be sent: {asked} asked, {overhead} overhead", asked + overhead);
    printable(&text).into_owned()
}
