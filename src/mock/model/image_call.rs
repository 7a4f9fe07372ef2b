//! The calls on images, except the list.

use std::sync::Arc;

use super::image::Stored;
use super::state::granted;
use super::{
    Action, Answer, Caller, Change, Image, ImageStatus, Model, NewImage, RecipientKind, Refusal, Right, Role, Stamp,
    Visibility, WriteError,
};

impl Model {
    /// Creates an image for the caller's project; an admin may name another.
    pub(super) fn create_image(&mut self, caller: &Caller, mut new: NewImage, now: Stamp) -> Result<Answer, Refusal> {
        if !self.policy.allows(caller.role, Action::ImageUpdate) {
            return Err(Refusal::NoImages { writes: true });
        }
        let owner = owner(caller, new.owner.take())?;
        let visibility = new.visibility.unwrap_or(self.policy.default);
        publish(caller, visibility)?;
        if self.ids.contains_key(&new.id) {
            return Err(Refusal::Write(WriteError::Taken { image: new.id }));
        }
        let image = new.create(owner, visibility, now);
        self.keep(Stored { image: image.clone(), rows: Vec::new(), deleted: false });
        Ok(Answer::Image(Box::new(image)))
    }

    /// Returns an image that the caller sees.
    pub(super) fn show_image(&mut self, caller: &Caller, image: String) -> Result<Answer, Refusal> {
        let (number, right) = self.find(caller, Action::ImageShow, image)?;
        granted(right, Action::ImageShow)?;
        Ok(Answer::Image(Box::new(self.stored(number).image.clone())))
    }

    /// Applies changes; a list of none shows the image.
    pub(super) fn update_image(
        &mut self,
        caller: &Caller,
        image: String,
        changes: Vec<Change>,
        now: Stamp,
    ) -> Result<Answer, Refusal> {
        if changes.is_empty() {
            return self.show_image(caller, image);
        }
        let (number, right) = self.find(caller, Action::ImageUpdate, image)?;
        for change in &changes {
            check_change(caller, right, change)?;
        }
        let image = &mut self.stored(number).image;
        for change in changes {
            set(image, change);
            image.updated = now;
        }
        let image = image.clone();
        self.file(number);
        Ok(Answer::Image(Box::new(image)))
    }

    /// Takes data for a queued image with both formats set.
    pub(super) fn upload_image(
        &mut self,
        caller: &Caller,
        image: String,
        size: u64,
        now: Stamp,
    ) -> Result<Answer, Refusal> {
        let (number, right) = self.find(caller, Action::ImageUpload, image)?;
        granted(right, Action::ImageUpload)?;
        let image = &mut self.stored(number).image;
        if image.status == ImageStatus::Active {
            return Err(Refusal::Write(WriteError::Uploaded));
        }
        if image.disk_format.is_none() || image.container_format.is_none() {
            return Err(Refusal::Write(WriteError::NoFormat));
        }
        image.status = ImageStatus::Active;
        image.size = Some(size);
        image.updated = now;
        Ok(Answer::Done)
    }

    /// Deletes an image with its member rows; one that is shared with more than projects stays.
    pub(super) fn delete_image(&mut self, caller: &Caller, image: String) -> Result<Answer, Refusal> {
        let (number, right) = self.find(caller, Action::ImageDelete, image)?;
        granted(right, Action::ImageDelete)?;
        let stored = self.stored(number);
        if stored.image.protected {
            return Err(Refusal::Write(WriteError::Protected { image: stored.image.id.clone() }));
        }
        if stored.live().any(|(_, member)| member.kind != RecipientKind::Project) {
            return Err(Refusal::Write(WriteError::Shared));
        }
        stored.deleted = true;
        self.forget(number);
        Ok(Answer::Done)
    }

    /// Takes a deleted image out of every list; its id stays taken, its tombstone only where a fault looks at it.
    fn forget(&mut self, number: u64) {
        let stored = &self.images[&number];
        self.index.release(&stored.image.owner, number);
        for row in &stored.rows {
            self.index.release(&row.member.recipient, number);
        }
        self.index.open.remove(&number);
        if self.policy.bent.sees_deleted.is_empty() {
            self.images.remove(&number);
        }
    }
}

fn owner(caller: &Caller, named: Option<String>) -> Result<Arc<str>, Refusal> {
    match named {
        Some(owner) if *owner != *caller.project && caller.role != Role::Admin => Err(Refusal::ForeignOwner { owner }),
        Some(owner) => Ok(owner.into()),
        None => Ok(caller.project.clone()),
    }
}

/// Glance asks whether the caller may publish before it asks whether it may change the image.
fn check_change(caller: &Caller, right: Right, change: &Change) -> Result<(), Refusal> {
    if let Change::Visibility(visibility) = change {
        publish(caller, *visibility)?;
    }
    granted(right, Action::ImageUpdate)?;
    match change {
        Change::Removed(property) => Err(Refusal::Write(WriteError::Fixed { property: property.clone() })),
        Change::Unknown(property) => Err(Refusal::Write(WriteError::NoProperty { property: property.clone() })),
        _ => Ok(()),
    }
}

fn publish(caller: &Caller, visibility: Visibility) -> Result<(), Refusal> {
    match visibility {
        Visibility::Public if caller.role != Role::Admin => Err(Refusal::Publicize),
        _ => Ok(()),
    }
}

fn set(image: &mut Image, change: Change) {
    match change {
        Change::Name(name) => image.name = name,
        Change::Visibility(visibility) => image.visibility = visibility,
        Change::ContainerFormat(format) => image.container_format = format,
        Change::DiskFormat(format) => image.disk_format = format,
        Change::Protected(protected) => image.protected = protected,
        Change::Removed(_) | Change::Unknown(_) => {}
    }
}
