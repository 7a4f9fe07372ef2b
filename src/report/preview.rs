//! What a run would do, before it does it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::human::headline;
use super::reason;
use crate::case::Actor;
use crate::plan::Plan;
use crate::redact::printable;
use crate::target::Writes;
use crate::world::lent;

/// Returns the preview of a plan: actors, cost, and what is skipped and why.
///
/// `actors` is what the preflight found out about each actor of the target, `unlent` why borrowed images cannot
/// be lent.
#[must_use]
pub fn preview(plan: &Plan, actors: &BTreeMap<Actor, Result<(), String>>, unlent: &[String]) -> String {
    let (target, cost) = (&plan.target, plan.cost());
    let verified = plan.contract.verified;
    let mut text = headline(target.profile, target.policy, &target.name, target.endpoint.as_str(), verified) + "\n";
    for (actor, state) in actors {
        if actor.is_dead_token() {
            let state = state.as_ref().err().map_or("to be refused", String::as_str);
            let _ = writeln!(text, "  {:13} {state}", actor.name());
            continue;
        }
        let project = target.project_id(*actor).unwrap_or("unknown");
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
    if let Some(limit) = target.images_created.filter(|limit| cost.images > *limit as u64) {
        let _ = writeln!(
            text,
            "  no more than {limit} images may be made (`limits.images-created`): once they are, cases that need another are inconclusive"
        );
    }
    borrowed(&mut text, plan, cost.rows);
    for reason in unlent {
        let _ = writeln!(text, "  cases would be inconclusive: {reason}");
    }
    let (asked, overhead) = (cost.requests.asked, cost.requests.overhead);
    let _ = writeln!(text, "  about {} requests would be sent: {asked} asked, {overhead} overhead", asked + overhead);
    printable(&text).into_owned()
}

/// Tells what would be done with the images that are somebody's.
fn borrowed(text: &mut String, plan: &Plan, rows: u64) {
    let target = &plan.target;
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for kind in plan.borrowed_kinds() {
        kinds.entry(lent(kind, target, &plan.contract).unwrap_or_default()).or_default().push(kind.name());
    }
    for (id, kinds) in &kinds {
        let _ =
            writeln!(text, "  image {id} would be borrowed ({}), and neither changed nor deleted", kinds.join(", "));
    }
    if target.writes == Writes::Members && !kinds.is_empty() {
        let _ =
            writeln!(text, "  about {rows} member rows of our own projects would be added to it, and removed again");
    }
}
