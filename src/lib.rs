//! Contract and conformance tests for image sharing in clouds.
pub mod case;
pub mod check;
pub mod contract;
pub mod diagnostic;
pub mod http;
pub mod plan;
pub mod redact;
pub mod suite;
pub mod target;
pub mod verdict;
pub mod yaml;
