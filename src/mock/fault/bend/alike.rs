//! Refusals that say more than they should.

use super::super::kind::{Seen, When};
use crate::mock::error::Problem;
use crate::mock::model::Refusal;
use crate::mock::reply::{Body, Reply};

/// Says that an image is there, and hidden.
pub(in crate::mock::fault) fn tell_hidden(reply: &mut Reply, seen: &Seen<'_>) {
    if When::Hidden.fits(seen) {
        add(reply, " It is not shared with you.");
    }
}

/// Names projects that a hidden image may be shared with.
pub(in crate::mock::fault) fn name_projects(reply: &mut Reply, seen: &Seen<'_>) {
    if When::Hidden.fits(seen) {
        let projects: Vec<_> = seen.directory.accounts().map(|account| &*account.project_id).collect();
        add(reply, &format!(" It is shared with {}.", projects.join(", ")));
    }
}

/// Says that a project which is no recipient is one.
pub(in crate::mock::fault) fn tell_projects(reply: &mut Reply, seen: &Seen<'_>) {
    if let Some(Problem::Refused(Refusal::NoMember { member, .. })) = seen.problem
        && seen.directory.accounts().any(|account| *account.project_id == **member)
    {
        add(reply, " The project is known.");
    }
}

/// Adds words to the text of a refusal.
pub(in crate::mock::fault) fn add(reply: &mut Reply, words: &str) {
    match &mut reply.body {
        Body::Empty => {}
        Body::Text(_, text) => text.push_str(words),
        Body::Json(_, fields) => {
            let nested = fields.fields_mut("error").is_some();
            let Some(fields) = (if nested { fields.fields_mut("error") } else { Some(fields) }) else { return };
            let message = fields.text("message").map(|message| format!("{message}{words}"));
            fields.set("message", message);
        }
    }
}
