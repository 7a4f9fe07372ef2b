//! The forms that an error answer of the API itself may have.

use std::sync::Arc;

use regex::Regex;

use super::BodySchema;

/// A form of error answers; an answer of none of the forms is not the API's own.
#[derive(Clone, Debug)]
pub struct ErrorShape {
    /// The media type, without parameters.
    pub media_type: String,
    /// What the body must be.
    pub body: ShapeBody,
    /// The statuses for which the form counts; empty for all.
    pub statuses: Vec<u16>,
    /// Whether it counts only where the request asked for another form than JSON.
    pub only_if_asked: bool,
}

/// What the body of an error answer must be.
#[derive(Clone, Debug)]
pub enum ShapeBody {
    /// JSON that satisfies a schema.
    Json(Arc<BodySchema>),
    /// Text that matches a pattern.
    Text(Regex),
    /// Anything.
    Any,
}
