//! Images of ours that a case is done with, brought into the state that the next one asks for.
//!
//! To make an image, share it, have the offer answered and remove it again takes four requests; to look at the rows
//! of one that is there, and mend them, takes one or two. A case that wants an image without rows, or with several
//! whose order might show what went before, gets a new one.

use super::build::succeeded;
use super::{Fixture, Trouble, World, borrowed, lock};
use crate::case::Actor;
use crate::case::spec::{GivenSpec, ImageKind, MemberStatus};

impl World {
    /// Keeps an image for another case; nothing but its rows may have been changed.
    pub(super) fn keep_for_others(&self, image_id: &str) {
        lock(&self.used).push(image_id.to_owned());
    }

    /// Returns a fixture on an image that another case is done with, where that is good enough and there is one.
    pub(super) async fn reuse(&self, given: &GivenSpec) -> Option<Fixture> {
        let one_row = given.image == ImageKind::Shareable && self.wanted_rows(&given.members).len() == 1;
        let image_id = if one_row { lock(&self.used).pop()? } else { return None };
        let Ok(members) = self.rearrange(&image_id, given).await else {
            // Whatever is wrong with it, a new one is not.
            self.remove(&image_id).await;
            return None;
        };
        Some(Fixture::new(self.next(), image_id, members))
    }

    /// Brings the rows of an image into a state, touching only those that differ from it; returns the members.
    async fn rearrange(&self, image_id: &str, given: &GivenSpec) -> Result<Vec<String>, Trouble> {
        self.settle(image_id).await.map_err(|reason| Trouble::new(reason, false))?;
        let listed = self.list_members(&*self.gated, image_id).await.map_err(|text| Trouble::new(text, false))?;
        let listed = listed.map_err(|status| Trouble::new(format!("its member list answered {status}"), false))?;
        let mut members = Vec::new();
        let wanted = self.wanted_rows(&given.members);
        for row in listed.iter().map(borrowed::member_id) {
            if !wanted.iter().any(|wanted| wanted.project.id() == row) {
                self.remove_member(image_id, row).await?;
            }
        }
        for row in wanted {
            let project = row.project.id();
            let now = listed.iter().find(|listed| borrowed::member_id(listed) == project).map(borrowed::status);
            let restart = now != Some(row.status.name()) && (now.is_none() || row.status == MemberStatus::Pending);
            if restart {
                if now.is_some() {
                    self.remove_member(image_id, project).await?;
                }
                self.add(image_id, project).await?;
            }
            if let (Some(actor), true) =
                (row.actor, row.status != MemberStatus::Pending && now != Some(row.status.name()))
            {
                self.answer(image_id, actor, project, row.status).await?;
            }
            members.push(project.to_owned());
        }
        self.is_shown(image_id, &self.contract.shareable, given).await?;
        Ok(members)
    }

    async fn remove_member(&self, image_id: &str, project: &str) -> Result<(), Trouble> {
        let path = [("image_id", image_id), ("member_id", project)];
        let (_, exchange) = self.call("v2.member.delete", Actor::Owner, &path, None).await?;
        succeeded(&exchange, "remove a member")
    }
}
