//! A cloud in memory, for runs without a real one: the Image API v2 calls of image sharing, and the IMS v1 ones.
//!
//! `model` knows the rules and nothing of HTTP. Around it lie thin layers that only translate: `route`, `v2`,
//! `pages`, `batch` and `schemas` turn requests into calls and answers into bodies, `error` turns refusals into the error
//! form of the profile. `identity` hands out the tokens, as Keystone does. What profiles differ in is data
//! (`dialect`, `model::Policy`). `fault` breaks single promises on purpose. A run against it proves that the suite works; it proves nothing about any cloud.

mod account;
mod batch;
mod clock;
mod cloud;
mod clouds;
mod dialect;
mod error;
mod fault;
mod fields;
mod history;
mod identity;
mod inbound;
mod json;
mod local;
mod manner;
mod model;
mod offer;
mod pages;
mod reply;
mod route;
mod schemas;
mod service;
#[cfg(test)]
mod tests;
mod v2;
mod versions;

pub use account::{Account, ApplicationCredential, Beyond};
pub use cloud::{MockCloud, MockError, MockOpts, QUOTA};
pub use clouds::CLOUDS_MARK;
pub use fault::{Fault, faults};
pub use local::LocalMock;
pub use manner::Manner;
pub use offer::Offer;

/// The header that marks every answer as the mock's; its value is the profile's name.
pub const HEADER: &str = "x-sharecheck-mock";
