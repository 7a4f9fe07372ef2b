//! What a run would do, before it does it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

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
        let project = target.project_id(*actor).unwrap_or("unknown");
        let state = state.as_ref().err().map_or("alive", String::as_str);
        let _ = writeln!(text, "  {:13} project {project}: {state}", actor.name());
    }
    let mut skipped: BTreeMap<&str, usize> = BTreeMap::new();
    for skip in plan.cases.iter().filter_map(|planned| planned.shape.skip.as_ref()) {
        *skipped.entry(&skip.reason).or_default() += 1;
    }
    let runs = plan.cases.len() - skipped.values().sum::<usize>();
    let _ = writeln!(text, "  {runs} cases would run");
    for (reason, count) in skipped {
        let _ = writeln!(text, "  {count} would be skipped: {reason}");
    }
    let owner = target.project_id(Actor::Owner).unwrap_or_default();
    let images = cost.images;
    let _ = writeln!(text, "  about {images} images would be made in project {owner}, shared, and removed again");
    let (asked, overhead) = (cost.requests.asked, cost.requests.overhead);
    let _ = writeln!(text, "  about {} requests would be sent: {asked} asked, {overhead} overhead", asked + overhead);
    printable(&text).into_owned()
}
