//! With whom an image is shared.

/// With whom an image is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recipient {
    /// Its id, compared exactly.
    pub(crate) id: String,
    /// What it is.
    pub(crate) kind: RecipientKind,
}

/// What a recipient is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecipientKind {
    /// A project.
    Project,
    /// An account with all its projects, which Huawei calls a domain.
    Domain,
    /// An organization or a unit of one, which has a URN beside its id.
    Organization {
        /// The URN by which it was added.
        urn: String,
    },
}

impl Recipient {
    /// Returns a project.
    pub(crate) const fn project(id: String) -> Self {
        Self { id, kind: RecipientKind::Project }
    }

    /// Returns an account.
    pub(crate) const fn domain(id: String) -> Self {
        Self { id, kind: RecipientKind::Domain }
    }

    /// Returns the organization, or the unit of one, that a URN names: its last part is the id.
    pub(crate) fn organization(urn: String) -> Self {
        let id = urn.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
        Self { id, kind: RecipientKind::Organization { urn } }
    }
}

impl RecipientKind {
    /// Returns the word used on the wire.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Domain => "domain",
            Self::Organization { .. } => "organization",
        }
    }

    /// Returns the URN, which only an organization has.
    pub(crate) fn urn(&self) -> Option<&str> {
        match self {
            Self::Organization { urn } => Some(urn),
            Self::Project | Self::Domain => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_an_organization_is_the_last_part_of_its_urn() {
        for (urn, id) in [
            ("organizations::3a2d:ou:o-wvnt/ou-5wz2", "ou-5wz2"),
            ("organizations::3a2d:root:o-wvnt/r-2boe", "r-2boe"),
            ("organizations::3a2d:organization:o-wvnt", "o-wvnt"),
        ] {
            let recipient = Recipient::organization(urn.to_owned());
            assert_eq!((&*recipient.id, recipient.kind.urn()), (id, Some(urn)));
        }
    }
}
