//! The list of images: the caller's own, those shared with it and accepted, and the public ones.

use std::iter::from_fn;

use super::image::Stored;
use super::{Action, Answer, Caller, ImageQuery, Model, Refusal, Role, Standing, Visibility, VisibilityFilter};

impl Model {
    /// Returns a page of the images that the caller sees, the newest first.
    pub(super) fn list_images(&self, caller: &Caller, query: &ImageQuery) -> Result<Answer, Refusal> {
        if caller.role == Role::Ungranted {
            return Err(Refusal::NoImages { writes: false });
        }
        let before = self.before(caller, query.marker.as_deref())?;
        let images: Vec<_> = self
            .candidates(caller, before)
            .map(|number| &self.images[&number])
            .filter(|stored| self.lists(caller, stored, query))
            .map(|stored| stored.image.clone())
            .take(query.limit)
            .collect();
        // A full last page has a marker as well, which leads to an empty page: so does Glance.
        let full = images.len() == query.limit;
        let next = images.last().filter(|_| full).map(|image| image.id.clone());
        Ok(Answer::Images { images, next })
    }

    fn before(&self, caller: &Caller, marker: Option<&str>) -> Result<u64, Refusal> {
        let Some(marker) = marker else { return Ok(u64::MAX) };
        match self.find(caller, Action::ImageShow, marker.to_owned()) {
            Ok((number, _)) => Ok(number),
            Err(_) => Err(Refusal::BadMarker { marker: marker.to_owned() }),
        }
    }

    /// Returns the numbers of the images that can be in the caller's list, the newest first.
    fn candidates<'a>(&'a self, caller: &Caller, before: u64) -> Box<dyn Iterator<Item = u64> + 'a> {
        if caller.role == Role::Admin {
            return Box::new(self.images.range(..before).rev().map(|(number, _)| *number));
        }
        let own = self.index.projects.get(&*caller.project);
        let own = own.into_iter().flat_map(move |numbers| numbers.range(..before).rev().copied());
        Box::new(newest_first(own, self.index.open.range(..before).rev().copied()))
    }

    fn lists(&self, caller: &Caller, stored: &Stored, query: &ImageQuery) -> bool {
        let image = &stored.image;
        !stored.deleted
            && !query.hidden
            && query.name.as_ref().is_none_or(|name| image.name.as_ref() == Some(name))
            && query.owner.as_ref().is_none_or(|owner| **owner == *image.owner)
            && self.shows(caller, stored, query.visibility)
            && self.concerns(caller, stored, query)
    }

    fn shows(&self, caller: &Caller, stored: &Stored, filter: VisibilityFilter) -> bool {
        let visibility = stored.image.visibility;
        let own = stored.image.owner == caller.project;
        match filter {
            VisibilityFilter::All => true,
            VisibilityFilter::Empty => false,
            VisibilityFilter::Default => own || visibility != Visibility::Community,
            // Where private images are shared, `shared` asks for those that others share with the caller.
            VisibilityFilter::Only(Visibility::Shared) if self.policy.shareable == Visibility::Private => {
                self.standing(caller, stored) == Standing::Member
            }
            VisibilityFilter::Only(only) => visibility == only,
        }
    }

    /// Says whether the image is the caller's, open, or shared with it and answered as asked for.
    fn concerns(&self, caller: &Caller, stored: &Stored, query: &ImageQuery) -> bool {
        match self.standing(caller, stored) {
            Standing::Admin | Standing::Owner | Standing::Guest => true,
            Standing::Outsider => false,
            Standing::Member => {
                stored.row_of(&caller.project).is_some_and(|row| query.member_status.passes(row.status))
            }
        }
    }
}

/// Merges two descending sequences into one, without repeating what is in both.
fn newest_first(left: impl Iterator<Item = u64>, right: impl Iterator<Item = u64>) -> impl Iterator<Item = u64> {
    let (mut left, mut right) = (left.peekable(), right.peekable());
    from_fn(move || {
        let next = left.peek().copied().max(right.peek().copied())?;
        left.next_if_eq(&next);
        right.next_if_eq(&next);
        Some(next)
    })
}

#[cfg(test)]
mod tests {
    use super::newest_first;

    #[test]
    fn merges_without_repeating() {
        let merged: Vec<_> = newest_first([9, 5, 1].into_iter(), [8, 5, 2].into_iter()).collect();
        assert_eq!(merged, [9, 8, 5, 2, 1]);
        assert_eq!(newest_first([].into_iter(), [].into_iter()).count(), 0);
    }
}
