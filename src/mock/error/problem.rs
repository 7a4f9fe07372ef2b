//! Everything that a request can fail by, without a word of text.

use axum::http::StatusCode;

use crate::mock::model::{Action, Refusal, WriteError};

/// Why a request is not answered as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// No token, or one that nobody holds.
    Unauthorized,
    /// No such path.
    NoRoute,
    /// The path has other methods: these.
    Method(String),
    /// The body is larger than the mock takes.
    TooLarge,
    /// A patch in another media type.
    PatchMedia,
    /// An upload in another media type.
    UploadMedia,
    /// The request has not the form that the operation needs.
    Malformed(Malformed),
    /// The rules say no.
    Refused(Refusal),
}

/// What is wrong with the form of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// A body where none is needed.
    UnexpectedBody,
    /// No body where one is needed.
    NoBody,
    /// A body that is no JSON.
    NoJson,
    /// JSON that is neither object nor list.
    NoCollection,
    /// An add without `member`.
    NoMember,
    /// An add with a `member` that Python calls false.
    EmptyMember,
    /// An add whose body or `member` is of another type.
    MemberForm,
    /// An add whose `member` is over 255 characters long.
    LongMember,
    /// An update without `status`.
    NoStatus,
    /// An update whose body is no object.
    StatusForm,
    /// An image field with a wrong value.
    Field(String),
    /// An image field that only the cloud sets.
    ReadOnly(String),
    /// A patch that is no list.
    PatchList,
    /// A patch operation that is no object.
    PatchObject,
    /// A patch operation without a known `op`.
    PatchOperation(Option<String>),
    /// An operation of the older patch with no known word, or with several.
    PatchWords {
        /// Whether there are several.
        many: bool,
    },
    /// A patch operation without `path`.
    PatchPath,
    /// A patch path that does not begin with a slash.
    PatchPointer(String),
    /// A patch path that names no property, or a part of one.
    PatchDepth(String),
    /// A patch operation without `value`.
    PatchValue(String),
    /// An image list limit that is no integer.
    Limit,
    /// An image list limit below zero.
    NegativeLimit,
    /// An image list visibility that is none.
    Visibility(String),
    /// An image list member status that is none.
    MemberStatus(String),
    /// An image list filter of hidden images that is neither true nor false.
    Hidden(String),
    /// A member list limit that is no integer from 1 to 1000.
    PageLimit,
    /// A member list marker that the mock did not make for this image.
    PageMarker,
    /// A batch whose body is no object, or lacks a list or a text, or has something else in its place.
    BatchForm,
    /// A batch with an image id that is no UUID.
    BatchImage,
}

impl Problem {
    /// Returns the status by which Glance, and with it NTT, tells the problem.
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::NoRoute => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::PatchMedia | Self::UploadMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Malformed(Malformed::ReadOnly(_)) => StatusCode::FORBIDDEN,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Refused(refusal) => refused(refusal),
        }
    }
}

/// Reading one member never answers 403: Glance turns it into 404, so that nothing leaks.
const fn refused(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NoImage { .. }
        | Refusal::NoMember { .. }
        | Refusal::NoJob { .. }
        | Refusal::NotShareable { action: Action::MemberShow, .. }
        | Refusal::Denied(Action::MemberShow) => StatusCode::NOT_FOUND,
        Refusal::NotShareable { .. }
        | Refusal::Denied(_)
        | Refusal::NoImages { .. }
        | Refusal::Windows
        | Refusal::Publicize
        | Refusal::ForeignOwner { .. }
        | Refusal::ForeignProject
        | Refusal::Write(WriteError::Protected { .. } | WriteError::Fixed { .. } | WriteError::Shared) => {
            StatusCode::FORBIDDEN
        }
        Refusal::OverQuota { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::Duplicate { .. }
        | Refusal::Write(WriteError::Taken { .. } | WriteError::Uploaded | WriteError::NoProperty { .. }) => {
            StatusCode::CONFLICT
        }
        Refusal::OwnProject
        | Refusal::WideMember
        | Refusal::BadStatus
        | Refusal::BadMarker { .. }
        | Refusal::ForeignMarker
        | Refusal::Write(WriteError::NoFormat) => StatusCode::BAD_REQUEST,
    }
}

impl From<Malformed> for Problem {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
