//! Whether an image of our own shows as it was made: on a cloud whose reads lag behind, cases start no earlier.

use super::borrowed::{member_id, status};
use super::{Trouble, World};
use crate::case::Actor;
use crate::case::spec::{GivenSpec, ImageKind};
use crate::check::own;

impl World {
    /// Waits until reads show what was made, and looks whether they do; where they never lag nothing is sent.
    pub(super) async fn is_shown(&self, image_id: &str, visibility: &str, given: &GivenSpec) -> Result<(), Trouble> {
        let within = self.target.consistency.within;
        if within.is_zero() {
            return Ok(());
        }
        self.settle(image_id).await.map_err(|reason| Trouble::new(reason, false))?;
        let late = |what: &str| {
            let text = format!("{what} after {within:?} (`consistency`): reads do not show what was written");
            Err(Trouble::new(text, false))
        };
        match (self.seen_as(image_id).await?, given.image == ImageKind::Deleted) {
            (Seen::Nothing, false) => return late("the image that was made is not there"),
            (Seen::Visible(_), true) => return late("the image that was deleted is still there"),
            (Seen::Visible(seen), false) if seen != visibility => {
                return late(&format!("the image that was made {visibility} shows as {seen}"));
            }
            (Seen::Nothing, true) => return Ok(()),
            (Seen::Visible(_) | Seen::Unclear, _) => {}
        }
        let shared = visibility == self.contract.shareable && !given.members.is_empty();
        if shared && given.image != ImageKind::Deleted && !self.rows_show(image_id, given).await? {
            return late("its rows are not as they were made");
        }
        Ok(())
    }

    async fn seen_as(&self, image_id: &str) -> Result<Seen, Trouble> {
        let (operation, exchange) = self.call("v2.image.show", Actor::Owner, &[("image_id", image_id)], None).await?;
        if own::unjudgeable(&self.contract, Some(&operation), &exchange).is_some() {
            return Ok(Seen::Unclear);
        }
        let visibility = exchange.response.json().and_then(|image| image.get("visibility")?.as_str());
        Ok(match (exchange.response.status, visibility) {
            (404, _) => Seen::Nothing,
            (200, Some(visibility)) => Seen::Visible(visibility.to_owned()),
            _ => Seen::Unclear,
        })
    }

    /// Tells whether the owner's list has the given rows; one that cannot be read is the cases' to judge.
    async fn rows_show(&self, image_id: &str, given: &GivenSpec) -> Result<bool, Trouble> {
        let listed = self.list_members(&*self.gated, image_id).await;
        let Ok(Ok(rows)) = listed else { return Ok(true) };
        // Whatever is no project was looked for when it was shared with.
        let beyond = ["organization.id", "domain.id"].map(|name| self.target.recipient(name));
        let of_projects = rows.iter().filter(|row| !beyond.contains(&Some(member_id(row))));
        let mut seen: Vec<_> = of_projects.map(|row| (member_id(row), status(row))).collect();
        let wanted = self.wanted_rows(&given.members);
        let mut wanted: Vec<_> = wanted.iter().map(|row| (row.project.id(), row.status.name())).collect();
        seen.sort_unstable();
        wanted.sort_unstable();
        Ok(seen == wanted)
    }
}

/// What the owner sees of an image.
enum Seen {
    /// There is none of that id.
    Nothing,
    /// It is there, with this visibility.
    Visible(String),
    /// That cannot be told.
    Unclear,
}
