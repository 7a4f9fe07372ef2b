//! The Image API v2: requests to calls, answers to bodies.

pub(crate) mod image;
mod image_body;
pub(crate) mod member;
mod patch;

pub(crate) use image_body::parse;
