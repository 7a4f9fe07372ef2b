//! How a fault is done: as data where that says it all, else as a small function.

use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

use crate::mock::account::Directory;
use crate::mock::error::Problem;
use crate::mock::fields::Fields;
use crate::mock::inbound::Inbound;
use crate::mock::model::{Action, Answer, Ask, Caller, Policy, Refusal, Role};
use crate::mock::reply::{Body, Reply};
use crate::mock::route::Operation;

/// The operations where a fault takes hold; none means every request, even one that is no operation.
pub(super) type Operations = &'static [Operation];

/// Every request.
pub(super) const ANYWHERE: Operations = &[];

/// Where a fault takes hold, and what it does there.
#[derive(Debug)]
pub(super) enum Kind {
    /// Other rules from the start.
    Rules(fn(&mut Policy)),
    /// Other rules from the start, in a cloud with the role-based defaults of before.
    LegacyRules(fn(&mut Policy)),
    /// Another request than was sent.
    Inbound(Operations, fn(&mut Inbound)),
    /// Another member than is in the body of an add, where one is found there.
    Member(fn(&Value) -> Option<Value>),
    /// Another question than was asked.
    Ask(Operations, fn(&mut Ask)),
    /// Another answer than the model's.
    Answer(Operations, fn(&mut Answer)),
    /// Another refusal than the model's.
    Refusal(Operations, fn(Refusal) -> Refusal),
    /// Another status than is right.
    Status(Operations, When, u16),
    /// Another field than is right.
    Field(Operations, At, &'static str, How),
    /// Another text in a finished document.
    Text(Operations, &'static str, &'static str),
    /// Another media type.
    Media(Operations, &'static str),
    /// Another header than is right, or none.
    Header(Operations, When, &'static str, Option<&'static str>),
    /// Another reply over the wire.
    Reply(Operations, fn(&mut Reply, &Seen<'_>)),
    /// Another answer than the model's, every other time.
    EveryOther(Operations, fn(&mut Answer)),
    /// The reply to a request is that to the first such request of the same caller that was granted.
    Stale(Operations),
    /// A refusal says that the image was deleted, where it was.
    Epitaph(Operations),
    /// Another answer than is right, when all else is done.
    Wire(Operations, fn(&mut Response<String>)),
    /// A caller without a good token counts as this actor.
    StandIn(Operations, Token, &'static str),
}

/// What a caller without a good token has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// None.
    Missing,
    /// One that nobody holds.
    Unknown,
    /// One whose time is over.
    Expired,
    /// One that was taken back.
    Revoked,
    /// One that another cloud issued.
    Foreign,
}

/// Which answers a fault takes hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Those that grant what was asked.
    Granted,
    /// Those that grant it to a caller of this role.
    GrantedTo(Role),
    /// All that refuse, except a 401.
    Refused,
    /// There is no good token.
    NoToken,
    /// The image is missing or deleted, and its id well-formed.
    NoImage,
    /// The image is there, and hidden from the caller.
    Hidden,
    /// The image id is no UUID.
    MalformedImage,
    /// The row is missing, or another member's, and its id could be a project's.
    NoMember,
    /// The member id could be no project's.
    MalformedMember,
    /// The caller's project has no such job.
    NoJob,
    /// The image can have no members.
    NotShareable,
    /// The caller may not.
    Denied,
    /// The project of the path is another's.
    ForeignProject,
    /// The image is one of Windows.
    Windows,
    /// The image has as many members as it may.
    OverQuota,
    /// The member is there already.
    Duplicate,
    /// The image is the member's own.
    OwnProject,
    /// The request has not the form that it needs.
    Malformed,
    /// The status is none that may be set.
    BadStatus,
    /// The path has no such method.
    Method,
    /// There is no such path.
    NoRoute,
}

/// The part of a body that has the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// Each row of a list, or the one row that a body is.
    Row,
    /// The object around the rows.
    Body,
    /// What a page says of itself.
    PageInfo,
    /// The body of a refusal.
    Refusal,
}

/// What becomes of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    /// It is missing.
    Gone,
    /// It is null.
    Null,
    /// It is a number.
    Number,
    /// It has this text, and is one too many where there is no such field.
    Is(&'static str),
    /// It has another name.
    Named(&'static str),
    /// Its text is another.
    Edit(fn(&str) -> String),
}

/// What a reply answers.
pub(crate) struct Seen<'a> {
    /// The operation, where the request is one.
    pub(crate) operation: Option<Operation>,
    /// Who asked.
    pub(crate) caller: Option<&'a Caller>,
    /// Why it was refused, where it was.
    pub(crate) problem: Option<&'a Problem>,
    /// What was asked.
    pub(crate) inbound: &'a Inbound,
    /// Who there is.
    pub(crate) directory: &'a Directory,
    /// How this cloud refuses.
    pub(crate) refuse: fn(&Problem, &Inbound) -> Reply,
}

/// Tells whether a fault in some operations takes hold of one.
pub(super) fn holds(operations: Operations, operation: Option<Operation>) -> bool {
    operations.is_empty() || operation.is_some_and(|operation| operations.contains(&operation))
}

impl When {
    /// Tells whether a reply is meant.
    pub(super) fn fits(self, seen: &Seen<'_>) -> bool {
        let Some(problem) = seen.problem else {
            return match self {
                Self::Granted => true,
                Self::GrantedTo(role) => seen.caller.is_some_and(|caller| caller.role == role),
                _ => false,
            };
        };
        match problem {
            Problem::Unauthorized => self == Self::NoToken,
            _ if self == Self::Refused => true,
            Problem::Method(_) => self == Self::Method,
            Problem::NoRoute => self == Self::NoRoute,
            Problem::Malformed(_) => self == Self::Malformed,
            Problem::Refused(refusal) => self.fits_refusal(refusal),
            _ => false,
        }
    }

    fn fits_refusal(self, refusal: &Refusal) -> bool {
        match refusal {
            Refusal::NoImage { image, .. } if uuid::Uuid::parse_str(image).is_err() => self == Self::MalformedImage,
            Refusal::NoImage { hidden, .. } => self == if *hidden { Self::Hidden } else { Self::NoImage },
            Refusal::NoMember { member, .. } if !member.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                self == Self::MalformedMember
            }
            Refusal::NoMember { .. } => self == Self::NoMember,
            Refusal::NoJob { .. } => self == Self::NoJob,
            Refusal::NotShareable { .. } => self == Self::NotShareable,
            Refusal::Denied(_) => self == Self::Denied,
            Refusal::ForeignProject => self == Self::ForeignProject,
            Refusal::Windows => self == Self::Windows,
            Refusal::OverQuota { .. } => self == Self::OverQuota,
            Refusal::Duplicate { .. } => self == Self::Duplicate,
            Refusal::OwnProject => self == Self::OwnProject,
            Refusal::BadStatus => self == Self::BadStatus,
            _ => false,
        }
    }
}

/// Gives a reply another status; what was granted and is now refused says so as the cloud does.
pub(super) fn restate(reply: &mut Reply, status: u16, seen: &Seen<'_>) {
    let status = StatusCode::from_u16(status).expect("the table has statuses");
    if reply.status.is_success() && !status.is_success() {
        *reply = (seen.refuse)(&Problem::Refused(Refusal::Denied(Action::MemberList)), seen.inbound);
    }
    if status == StatusCode::NO_CONTENT {
        reply.body = Body::Empty;
    }
    reply.status = status;
}

/// Edits a field wherever it stands in a reply.
pub(super) fn edit(reply: &mut Reply, at: At, name: &'static str, how: How) {
    if reply.status.is_success() == (at == At::Refusal) {
        return;
    }
    let Some(body) = reply.fields_mut() else { return };
    match at {
        At::Body | At::Refusal => how.edit(body, name),
        At::PageInfo => {
            if let Some(info) = body.fields_mut("page_info") {
                how.edit(info, name);
            }
        }
        At::Row => match body.rows_mut("members") {
            Some(rows) => rows.iter_mut().for_each(|row| how.edit(row, name)),
            None => how.edit(body, name),
        },
    }
}

impl How {
    fn edit(self, fields: &mut Fields, name: &'static str) {
        match self {
            Self::Gone => fields.remove(name),
            Self::Null => fields.set(name, Value::Null),
            Self::Number => fields.set(name, 7),
            Self::Is(text) => fields.set(name, text),
            Self::Named(other) => fields.rename(name, other),
            Self::Edit(edit) => {
                if let Some(text) = fields.text(name).map(edit) {
                    fields.set(name, text);
                }
            }
        }
    }
}

/// Replaces a text in a finished document.
pub(super) fn reword(reply: &mut Reply, from: &str, to: &str) {
    if let Body::Text(_, text) = &mut reply.body {
        *text = text.replace(from, to);
    }
}

/// Gives a body that is granted another media type.
pub(super) fn relabel(reply: &mut Reply, media: &'static str) {
    if let Body::Json(known, _) | Body::Text(known, _) = &mut reply.body
        && reply.status.is_success()
    {
        *known = media;
    }
}

/// Sets a header, or takes it away.
pub(super) fn set_header(headers: &mut axum::http::HeaderMap, name: &'static str, value: Option<&'static str>) {
    match value {
        Some(value) => drop(headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value))),
        None => drop(headers.remove(name)),
    }
}
