//! Images: what the mock knows of one.

use std::sync::Arc;

use super::{Member, Stamp};

/// An image as its owner sees it. There is no image data, only its size.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// The image id.
    pub(crate) id: String,
    /// The display name; Glance allows none.
    pub(crate) name: Option<String>,
    /// The project that owns it.
    pub(crate) owner: Arc<str>,
    /// Who may see it at all.
    pub(crate) visibility: Visibility,
    /// Whether data was uploaded.
    pub(crate) status: ImageStatus,
    /// The container format, once set.
    pub(crate) container_format: Option<String>,
    /// The disk format, once set.
    pub(crate) disk_format: Option<String>,
    /// The least disk in GB.
    pub(crate) min_disk: u64,
    /// The least memory in MB.
    pub(crate) min_ram: u64,
    /// Whether it refuses to be deleted.
    pub(crate) protected: bool,
    /// Free tags, in the order given.
    pub(crate) tags: Vec<String>,
    /// Further properties, all text, in the order given.
    pub(crate) extra: Vec<(String, String)>,
    /// The size of the uploaded data.
    pub(crate) size: Option<u64>,
    /// When it was created.
    pub(crate) created: Stamp,
    /// When it was last changed.
    pub(crate) updated: Stamp,
}

/// What a caller asks for when it creates an image.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewImage {
    /// The id, drawn by the HTTP layer: the model has no randomness.
    pub(crate) id: String,
    /// The display name.
    pub(crate) name: Option<String>,
    /// The owner, if not the caller's project; only an admin may name another.
    pub(crate) owner: Option<String>,
    /// The visibility, if not the profile's default.
    pub(crate) visibility: Option<Visibility>,
    /// The container format.
    pub(crate) container_format: Option<String>,
    /// The disk format.
    pub(crate) disk_format: Option<String>,
    /// The least disk in GB.
    pub(crate) min_disk: u64,
    /// The least memory in MB.
    pub(crate) min_ram: u64,
    /// Whether it refuses to be deleted.
    pub(crate) protected: bool,
    /// Free tags.
    pub(crate) tags: Vec<String>,
    /// Further properties.
    pub(crate) extra: Vec<(String, String)>,
}

impl NewImage {
    /// Returns the image that `owner` creates at `now`.
    pub(crate) fn create(self, owner: Arc<str>, visibility: Visibility, now: Stamp) -> Image {
        Image {
            id: self.id,
            name: self.name,
            owner,
            visibility,
            status: ImageStatus::Queued,
            container_format: self.container_format,
            disk_format: self.disk_format,
            min_disk: self.min_disk,
            min_ram: self.min_ram,
            protected: self.protected,
            tags: self.tags,
            extra: self.extra,
            size: None,
            created: now,
            updated: now,
        }
    }
}

impl Image {
    /// Returns the operating system that the image says it has.
    pub(crate) fn system(&self) -> Option<&str> {
        self.extra.iter().find(|(name, _)| name == "__os_type").map(|(_, value)| value.as_str())
    }
}

/// Who may see an image at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// Everybody, and in everybody's list.
    Public,
    /// Everybody, but in nobody's default list.
    Community,
    /// The owner, and the members.
    Shared,
    /// The owner; in profiles that share private images also the members.
    Private,
}

impl Visibility {
    /// Every visibility, in Glance's order.
    pub(crate) const ALL: [Self; 4] = [Self::Community, Self::Public, Self::Private, Self::Shared];

    /// Returns the word used on the wire.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Community => "community",
            Self::Shared => "shared",
            Self::Private => "private",
        }
    }

    /// Returns the visibility that `word` names.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|visibility| visibility.name() == word)
    }

    /// Says whether everybody sees such an image.
    pub(crate) const fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::Community)
    }
}

/// How far an image has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImageStatus {
    /// Created, without data.
    Queued,
    /// Data was uploaded.
    Active,
}

impl ImageStatus {
    /// Returns the word used on the wire.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Active => "active",
        }
    }
}

/// An image with its member rows, in the order in which they were added.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) image: Image,
    pub(super) rows: Vec<Row>,
    pub(super) deleted: bool,
}

/// A member row. Removed rows stay in place: positions are page markers, and Glance revives them.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) member: Member,
    pub(super) removed: bool,
}

impl Stored {
    /// Returns the rows that count, with their positions.
    pub(super) fn live(&self) -> impl DoubleEndedIterator<Item = (usize, &Member)> {
        self.rows.iter().enumerate().filter(|(_, row)| !row.removed).map(|(at, row)| (at, &row.member))
    }

    /// Returns the row of `project`, if it is a member.
    pub(super) fn row_of(&self, project: &str) -> Option<&Member> {
        self.live().map(|(_, member)| member).find(|member| member.recipient == project)
    }
}
