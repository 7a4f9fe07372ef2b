//! Whether an image of our own shows as it was made: on a cloud whose reads lag behind, cases start no earlier.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::borrowed::{member_id, status};
use super::{Trouble, World};
use crate::case::Actor;
use crate::case::spec::{GivenSpec, ImageKind};
use crate::check::own;

impl World {
    /// Looks out for a lag that the target does not speak of: the first image has so long to show. No time is none.
    #[must_use]
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Looks whether the first image that is made shows at once where the target says that all does.
    ///
    /// If it shows only later, nothing that a case would be told could be believed. One that never does is the cases' to judge.
    pub(super) async fn shows_at_once(&self, image_id: &str, given: &GivenSpec) -> Result<(), Trouble> {
        if self.grace.is_zero() || !self.target.consistency.within.is_zero() {
            return Ok(());
        }
        self.instant.get_or_init(|| self.lag(image_id, given)).await.clone()
    }

    async fn lag(&self, image_id: &str, given: &GivenSpec) -> Result<(), Trouble> {
        let made = Instant::now();
        let mut late = false;
        while !self.is_there(image_id, given).await? {
            if made.elapsed() >= self.grace {
                return Ok(());
            }
            late = true;
            self.pause(self.target.consistency.every).await.map_err(|reason| Trouble::new(reason, false))?;
        }
        if !late {
            return Ok(());
        }
        let after = made.elapsed();
        let text = format!(
            "reads lag behind writes: the first image showed as it was made {:.1} s after that; say in the target file \
             how long to wait (`consistency: {{ within: {}s }}`)",
            after.as_secs_f64(),
            after.as_secs() * 2 + 1,
        );
        Err(Trouble::new(text, false))
    }

    /// Tells whether an image shows with its rows; where that is refused, nobody can tell that it does not.
    async fn is_there(&self, image_id: &str, given: &GivenSpec) -> Result<bool, Trouble> {
        if given.members.is_empty() {
            return Ok(!matches!(self.seen_as(image_id).await?, Seen::Nothing));
        }
        Ok(match self.list_members(&*self.gated, image_id).await {
            Ok(Ok(rows)) => self.are_as_made(&rows, given),
            Ok(Err(status)) => status != 404,
            Err(_) => true,
        })
    }

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
        Ok(self.are_as_made(&rows, given))
    }

    fn are_as_made(&self, rows: &[Value], given: &GivenSpec) -> bool {
        // Whatever is no project was looked for when it was shared with.
        let beyond = ["organization.id", "domain.id"].map(|name| self.target.recipient(name));
        let of_projects = rows.iter().filter(|row| !beyond.contains(&Some(member_id(row))));
        let mut seen: Vec<_> = of_projects.map(|row| (member_id(row), status(row))).collect();
        let wanted = self.wanted_rows(&given.members);
        let mut wanted: Vec<_> = wanted.iter().map(|row| (row.project.id(), row.status.name())).collect();
        seen.sort_unstable();
        wanted.sort_unstable();
        seen == wanted
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
