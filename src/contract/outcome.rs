//! Named outcomes: what a refusal looks like in a profile, defined once and used by many cases.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of an outcome that a contract defines, per profile and operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeName {
    /// The image is not visible to the caller.
    Hidden,
    /// The caller sees the image but may not do this.
    Denied,
    /// The image or the member does not exist.
    NotFound,
    /// No token, or one that is not valid.
    Unauthorized,
    /// The request is malformed.
    BadRequest,
    /// The project is a member already.
    Conflict,
    /// The image has as many members as it may.
    OverQuota,
    /// The path knows no such method.
    MethodNotAllowed,
}

impl OutcomeName {
    /// Returns the name used in case files and contracts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Denied => "denied",
            Self::NotFound => "not-found",
            Self::Unauthorized => "unauthorized",
            Self::BadRequest => "bad-request",
            Self::Conflict => "conflict",
            Self::OverQuota => "over-quota",
            Self::MethodNotAllowed => "method-not-allowed",
        }
    }
}

impl fmt::Display for OutcomeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The answers that an outcome stands for in one operation of one profile.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Outcome {
    /// The status codes that meet it.
    pub status: Vec<u16>,
    /// Answers that are recorded instead of failing.
    pub tolerate: Option<Tolerated>,
}

/// Answers that are recorded instead of failing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tolerated {
    /// Their status codes.
    pub status: Vec<u16>,
    /// Their error codes in the body, such as `IMG.0066`; any where none is given.
    #[serde(default)]
    pub codes: Vec<String>,
}
