//! Contract and conformance tests for image sharing in clouds, run against a live endpoint.
//!
//! How a case flows, each arrow one module handing to the next:
//!
//! ```text
//! case file -> Case -> PlannedCase -> (fixture) -> Request -> Exchange -> Findings -> Verdict -> report
//!   suite      case       plan          world        http      http       check      exec      report
//! ```
//!
//! What it does not do: it measures no performance, checks no part of the image API that sharing does not
//! touch, follows no redirect, and never changes an image that it did not make. A run against the mock
//! cloud shows that the suite works; it says nothing about any cloud.
//!
//! The modules, from the top down; none imports one above it.

pub mod cli;
pub mod schema;

pub mod prove;

pub mod report;
pub mod runner;

pub mod exec;
pub mod plan;

pub mod world;

pub mod check;

pub mod target;

pub mod http;
pub mod mock;
pub mod suite;

pub mod case;
pub mod contract;

pub mod yaml;

pub mod actor;
pub mod diagnostic;
pub mod exit;
pub mod interrupt;
pub mod redact;
pub mod timespan;
pub mod verdict;
