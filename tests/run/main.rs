//! `sharecheck run`, as a user and as a script see it: what it sends, what it says, and its exit code.

#![allow(clippy::unwrap_used, reason = "these are tests")]

#[path = "../support/mod.rs"]
mod support;

mod actors;
mod answers;
mod borrowed;
mod clouds;
mod dead_tokens;
mod half;
mod interrupt;
mod pages;
mod policy;
mod report;
mod secrets;
mod select;
mod sign_in;
mod slow;
mod snapshots;
mod unreachable;
mod waivers;
mod wire;
mod writes;
