//! What can be wrong with a request, and how each profile says so.

mod accept;
mod huawei;
mod ntt;
mod problem;
mod webob;
mod words;

pub(crate) use huawei::{failure, refuse as huawei};
pub(crate) use ntt::refuse as ntt;
pub(crate) use problem::{Malformed, Problem};
pub(crate) use webob::refuse as glance;
