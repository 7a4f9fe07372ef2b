//! Member rows: with whom an image is shared, and what came of it.

use super::{Recipient, RecipientKind, Stamp};

/// One row of an image's member list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// The image.
    pub(crate) image: String,
    /// With whom it is shared, usually a project id; compared exactly.
    pub(crate) recipient: String,
    /// What the recipient is.
    pub(crate) kind: RecipientKind,
    /// What the recipient answered.
    pub(crate) status: MemberStatus,
    /// When the image was shared; a revived row keeps its first time.
    pub(crate) created: Stamp,
    /// When the status last changed.
    pub(crate) updated: Stamp,
}

impl Member {
    /// Returns the row of a share made at `now`. An organization has nobody who could answer: it has accepted.
    pub(super) fn new(image: &str, Recipient { id, kind }: Recipient, now: Stamp) -> Self {
        let status = match kind {
            RecipientKind::Project | RecipientKind::Domain => MemberStatus::Pending,
            RecipientKind::Organization { .. } => MemberStatus::Accepted,
        };
        Self { image: image.to_owned(), recipient: id, kind, status, created: now, updated: now }
    }

    /// Sets the status; the time of change moves only if it is another one.
    pub(super) fn set(&mut self, status: MemberStatus, now: Stamp) {
        if self.status != status {
            self.status = status;
            self.updated = now;
        }
    }
}

/// What a recipient made of a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberStatus {
    /// Not answered yet.
    Pending,
    /// Wanted: the image is in the recipient's list.
    Accepted,
    /// Not wanted: the image is out of the recipient's list, and still usable.
    Rejected,
}

impl MemberStatus {
    /// Every status.
    pub(crate) const ALL: [Self; 3] = [Self::Pending, Self::Accepted, Self::Rejected];

    /// Returns the word used on the wire.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }

    /// Returns the status that `word` names; case counts.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_status_moves_the_time_of_change() {
        let mut row = Member::new("image", Recipient::project("project".to_owned()), Stamp(1));
        row.set(MemberStatus::Pending, Stamp(2));
        assert_eq!(row.updated, Stamp(1));
        row.set(MemberStatus::Rejected, Stamp(3));
        assert_eq!((row.created, row.updated), (Stamp(1), Stamp(3)));
    }

    #[test]
    fn status_words_are_case_sensitive() {
        assert_eq!(MemberStatus::parse("accepted"), Some(MemberStatus::Accepted));
        assert_eq!(MemberStatus::parse("ACCEPTED"), None);
    }
}
