//! What may be asked of the model, and what it answers.

use std::sync::Arc;

use super::{Action, Batch, Image, Job, Member, MemberStatus, NewImage, Role, Visibility};

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The project that its token is scoped to.
    pub(crate) project: Arc<str>,
    /// What it may do there.
    pub(crate) role: Role,
}

/// A call and its caller.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    /// Who asks.
    pub(crate) caller: Caller,
    /// The project that the path names, where it names one (IMS v1).
    pub(crate) project: Option<String>,
    /// What is asked.
    pub(crate) call: Call,
}

/// A call, decoded and checked for form.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    /// Create an image.
    ImageCreate(Box<NewImage>),
    /// List the images that the caller sees.
    ImageList(ImageQuery),
    /// Read an image.
    ImageShow { image: String },
    /// Change an image, all changes or none.
    ImageUpdate { image: String, changes: Vec<Change> },
    /// Upload so many bytes.
    ImageUpload { image: String, size: u64 },
    /// Delete an image.
    ImageDelete { image: String },
    /// List the members of an image.
    MemberList { image: String, page: Page },
    /// Read one member.
    MemberShow { image: String, member: String },
    /// Share an image.
    MemberAdd { image: String, member: String },
    /// Set a member's status; `None` is a word that is no status, refused after the caller's right is known.
    MemberUpdate { image: String, member: String, status: Option<MemberStatus> },
    /// Stop sharing.
    MemberDelete { image: String, member: String },
    /// Start a job under this id.
    Batch { job: String, batch: Batch },
    /// Ask after a job, which moves it on.
    JobShow { job: String },
}

impl Call {
    /// Says whether the call changes nothing, so that the clock may stand still.
    pub(crate) const fn reads(&self) -> bool {
        matches!(self, Self::ImageList(_) | Self::ImageShow { .. } | Self::MemberList { .. } | Self::MemberShow { .. })
    }
}

/// One change of an image.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Another name, or none.
    Name(Option<String>),
    /// Another visibility.
    Visibility(Visibility),
    /// Another container format.
    ContainerFormat(Option<String>),
    /// Another disk format.
    DiskFormat(Option<String>),
    /// Another protection against deletion.
    Protected(bool),
    /// No such property any more: refused, because every image has it.
    Removed(String),
    /// A property that the image does not have.
    Unknown(String),
}

/// A part of a member list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page {
    /// The most rows, where the list is paged.
    pub(crate) limit: Option<usize>,
    /// The position of the last row of the page before.
    pub(crate) after: Option<usize>,
    /// The image to whose list the marker belongs, where there is one.
    pub(crate) of: Option<String>,
}

/// The images that a list asks for.
#[derive(Clone, Debug)]
pub(crate) struct ImageQuery {
    /// The most images.
    pub(crate) limit: usize,
    /// The id of the last image of the page before.
    pub(crate) marker: Option<String>,
    /// Only this name.
    pub(crate) name: Option<String>,
    /// Only this owner.
    pub(crate) owner: Option<String>,
    /// Which visibilities.
    pub(crate) visibility: VisibilityFilter,
    /// Which of the images shared with the caller.
    pub(crate) member_status: MemberStatusFilter,
    /// The hidden images instead of the others; no image of a mock is hidden.
    pub(crate) hidden: bool,
}

/// A filter of the visibility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VisibilityFilter {
    /// Not given: everything but the community images of others.
    Default,
    /// `all`.
    All,
    /// One of them.
    Only(Visibility),
    /// One that no image has.
    Empty,
}

/// A filter of the images that are shared with the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberStatusFilter {
    /// `all`.
    All,
    /// Those with this status; the default is accepted.
    Only(MemberStatus),
}

impl MemberStatusFilter {
    /// Says whether a row with `status` passes.
    pub(crate) fn passes(self, status: MemberStatus) -> bool {
        match self {
            Self::All => true,
            Self::Only(only) => only == status,
        }
    }
}

/// What a call that was allowed comes to.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// One image.
    Image(Box<Image>),
    /// A page of images.
    Images {
        /// The images, the newest first.
        images: Vec<Image>,
        /// The marker of a page that may follow.
        next: Option<String>,
    },
    /// One member row.
    Member(Member),
    /// A page of member rows.
    Members {
        /// The rows, in the order in which they were added.
        members: Vec<Member>,
        /// The position of the last row, if more rows follow.
        next: Option<usize>,
    },
    /// A job was started, and has this id.
    Started { job: String },
    /// A job.
    Job(Box<Job>),
    /// Done, with nothing to say.
    Done,
}

/// Why a call was refused, with what an error text may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The image is missing, deleted or hidden: the caller cannot tell which, but for a fault that tells it.
    NoImage { image: String, action: Action, hidden: bool },
    /// The row is missing, or is another member's.
    NoMember { image: String, member: String, action: Action },
    /// The caller sees the image, and its visibility allows no members.
    NotShareable { image: String, action: Action },
    /// The caller sees the image, and may not do this to it.
    Denied(Action),
    /// The caller may not create or list images at all.
    NoImages { writes: bool },
    /// Only an admin makes images public.
    Publicize,
    /// Only an admin creates images for another project.
    ForeignOwner { owner: String },
    /// The path names another project than the token.
    ForeignProject,
    /// The image has as many members as it may have.
    OverQuota { image: String, attempted: usize, maximum: usize },
    /// The caller's project has no such job.
    NoJob { job: String },
    /// The project is a member already.
    Duplicate { image: String, member: String },
    /// The image is one of Windows, which the native call does not share.
    Windows,
    /// The image is the member's own.
    OwnProject,
    /// The member id has characters beyond the basic plane, which Glance's database cannot keep.
    WideMember,
    /// The status is none that an update may set.
    BadStatus,
    /// The marker is that of another image's list.
    ForeignMarker,
    /// The page's marker is no image that the caller sees.
    BadMarker { marker: String },
    /// The image cannot be written as asked.
    Write(WriteError),
}

/// Why an image cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WriteError {
    /// The id is taken.
    Taken { image: String },
    /// The image is protected against deletion.
    Protected { image: String },
    /// Data cannot be kept before both formats are set.
    NoFormat,
    /// The image is shared with an account or an organization.
    Shared,
    /// There is data already.
    Uploaded,
    /// The property cannot be taken away.
    Fixed { property: String },
    /// The image has no such property.
    NoProperty { property: String },
}
