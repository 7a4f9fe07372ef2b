//! A case: what is asked, by whom, and what must come back (the format of `cases/**/*.yaml`).
//!
//! [`spec`] holds the author's words, [`Case`] what one case or one row of it became.

mod actor;
mod case;
pub mod expect;
mod one_or_many;
pub mod spec;
pub mod template;

pub use actor::Actor;
pub use case::{BodySpec, Case, CaseFacts, RequestSpec, Role, Row, Step};
pub use expect::{ExpectSpec, Matcher};
pub use one_or_many::OneOrMany;
pub use spec::{CaseFile, CaseSpec};
