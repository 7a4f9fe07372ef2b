//! Images of ours that a case is done with, for the next one that asks for a state that they are in.
//!
//! To make an image, share it and remove it again takes three requests; to look at the rows of one that is there takes
//! one, once. Rows are left as they are, but for an offer that is still to be answered: whether the cloud keeps a member
//! that is removed and added again is for cases to find out, and no given rests on it.

use super::rows::WantedRow;
use super::{Fixture, Trouble, World, borrowed, lock};
use crate::case::spec::{GivenSpec, ImageKind, MemberStatus};

/// An image that a case is done with.
#[derive(Debug)]
pub(super) struct Used {
    image_id: String,
    /// Its members with their status, where they were looked at since.
    rows: Option<Vec<(String, String)>>,
}

impl Used {
    /// Tells whether the image has this one row, or has it once its offer is answered; none where nobody looked.
    fn fits(&self, wanted: &WantedRow) -> Option<bool> {
        let rows = self.rows.as_deref()?;
        let [(project, status)] = rows else { return Some(false) };
        let answerable = wanted.actor.is_some() && status == MemberStatus::Pending.name();
        Some(project == wanted.project.id() && (status == wanted.status.name() || answerable))
    }
}

impl World {
    /// Keeps an image for another case; nothing but its rows may have been changed.
    pub(super) fn keep_for_others(&self, image_id: &str) {
        lock(&self.used).push(Used { image_id: image_id.to_owned(), rows: None });
    }

    /// Returns a fixture on an image that another case is done with, where that is good enough and there is one.
    pub(super) async fn reuse(&self, given: &GivenSpec) -> Option<Fixture> {
        let mut wanted = self.wanted_rows(&given.members);
        let row = wanted.pop().filter(|_| wanted.is_empty() && given.image == ImageKind::Shareable)?;
        while let Some(mut used) = self.take_used(&row) {
            let made = match self.look_at(&mut used).await {
                Ok(()) if used.fits(&row) != Some(true) => {
                    lock(&self.used).push(used);
                    continue;
                }
                Ok(()) => self.adapt(&used, &row, given).await,
                Err(trouble) => Err(trouble),
            };
            if made.is_ok() {
                return Some(Fixture::new(self.next(), used.image_id, vec![row.project.id().to_owned()]));
            }
            // Whatever is wrong with it, another is not.
            self.remove(&used.image_id).await;
        }
        None
    }

    /// Takes an image that fits, or else one that nobody has looked at.
    fn take_used(&self, wanted: &WantedRow) -> Option<Used> {
        let mut used = lock(&self.used);
        let fits = |is: Option<bool>| used.iter().position(|used| used.fits(wanted) == is);
        let place = fits(Some(true)).or_else(|| fits(None))?;
        Some(used.swap_remove(place))
    }

    /// Reads the member list of an image, if nobody has since a case was done with it.
    async fn look_at(&self, used: &mut Used) -> Result<(), Trouble> {
        if used.rows.is_some() {
            return Ok(());
        }
        let image_id = &used.image_id;
        self.settle(image_id).await.map_err(|reason| Trouble::new(reason, false))?;
        let listed = self.list_members(&*self.gated, image_id).await.map_err(|text| Trouble::new(text, false))?;
        let listed = listed.map_err(|status| Trouble::new(format!("its member list answered {status}"), false))?;
        let row = |row| (borrowed::member_id(row).to_owned(), borrowed::status(row).to_owned());
        used.rows = Some(listed.iter().map(row).collect());
        Ok(())
    }

    /// Lets the offer be answered that a row is still to be, and waits until that shows.
    async fn adapt(&self, used: &Used, row: &WantedRow, given: &GivenSpec) -> Result<(), Trouble> {
        let as_wanted = used.rows.iter().flatten().any(|(_, status)| status == row.status.name());
        if let (Some(actor), false) = (row.actor, as_wanted) {
            self.answer(&used.image_id, actor, row.project.id(), row.status).await?;
        }
        self.is_shown(&used.image_id, &self.contract.shareable, given).await
    }
}
