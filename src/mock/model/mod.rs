//! The rules of the mock cloud: a synchronous state machine without HTTP, clock or randomness.
//!
//! An [`Ask`] (a [`Call`] and its [`Caller`]) goes in, an [`Answer`] or a [`Refusal`] comes out. Who may do
//! what stands in the tables of [`Policy`]; the code only applies them, in Glance's order of checks: image,
//! visibility, row, right, then the call's own conditions.

mod bent;
mod call;
mod image;
mod image_call;
mod image_list;
mod job;
mod member;
mod member_call;
mod policy;
mod recipient;
mod stamp;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use bent::{Bent, Slip};
pub(crate) use call::{Answer, Ask, Call, Caller, Change, ImageQuery, MemberStatusFilter, Page, Refusal};
pub(crate) use call::{VisibilityFilter, WriteError};
pub(crate) use image::{Image, ImageStatus, NewImage, Visibility};
pub(crate) use job::{Batch, Job, JobStatus, Work};
pub(crate) use member::{Member, MemberStatus};
pub(crate) use policy::{Action, Policy, Right, Role, Rows, Standing};
pub(crate) use recipient::{Recipient, RecipientKind};
pub(crate) use stamp::Stamp;
pub(crate) use state::Model;
