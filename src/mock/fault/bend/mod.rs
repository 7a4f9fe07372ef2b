//! What takes more than a line to do: small functions on requests, rules, answers and replies.

mod alike;
mod batch;
mod form;
mod page;
mod reply;
mod request;
mod rule;

pub(super) use alike::*;
pub(super) use batch::*;
pub(super) use form::*;
pub(super) use page::*;
pub(super) use reply::*;
pub(super) use request::*;
pub(super) use rule::*;
