//! What can be wrong with a request, and how Keystone says so.

use axum::http::{StatusCode, header};

use super::login::Refusal;
use crate::mock::fields::Fields;
use crate::mock::inbound::Inbound;
use crate::mock::reply::{Body, JSON, Reply};

/// Why a request is not answered as asked.
pub(super) enum Problem {
    /// No such path.
    NoRoute,
    /// The path has other methods: these.
    Method(String),
    /// The body is larger than what is read.
    TooLarge,
    /// The request has not the form that a login needs.
    Malformed(String),
    /// The rules say no.
    Refused(Refusal),
}

impl Problem {
    /// Says what is wrong.
    pub(super) fn reply(&self, inbound: &Inbound) -> Reply {
        let status = self.status();
        let error = Fields::default()
            .with("code", status.as_u16())
            .with("message", self.message())
            .with("title", status.canonical_reason().unwrap_or_default());
        let reply = Reply::new(status, Body::Json(JSON, Fields::default().with_object("error", error)));
        match self {
            Self::Method(allowed) => reply.with(header::ALLOW, allowed),
            _ if status == StatusCode::UNAUTHORIZED => reply.with(header::WWW_AUTHENTICATE, &super::challenge(inbound)),
            _ => reply,
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::NoRoute | Self::Refused(Refusal::NoToken | Refusal::NoCredential(_)) => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Refused(Refusal::Forbidden(_) | Refusal::Delegated) => StatusCode::FORBIDDEN,
            Self::Refused(Refusal::Unauthenticated | Refusal::Method | Refusal::ScopedCredential) => {
                StatusCode::UNAUTHORIZED
            }
        }
    }

    fn message(&self) -> String {
        const FORBIDDEN: &str = "You are not authorized to perform the requested action";
        let fixed = match self {
            Self::Malformed(text) => return text.clone(),
            Self::Refused(Refusal::Forbidden("")) => return format!("{FORBIDDEN}."),
            Self::Refused(Refusal::Forbidden(action)) => return format!("{FORBIDDEN}: {action}."),
            Self::Refused(Refusal::Delegated) => {
                return format!("{FORBIDDEN}: Using a delegated token to create another token is not allowed.");
            }
            Self::Refused(Refusal::NoCredential(name)) => {
                return format!("Could not find Application Credential: {name}.");
            }
            Self::NoRoute => "The resource could not be found.",
            Self::Method(_) => "The method is not allowed for the requested URL.",
            Self::TooLarge => "Request is too large.",
            Self::Refused(Refusal::Unauthenticated) => "The request you have made requires authentication.",
            Self::Refused(Refusal::Method) => "Attempted to authenticate with an unsupported method.",
            Self::Refused(Refusal::ScopedCredential) => {
                "Error authenticating with application credential: Application credentials cannot request a scope."
            }
            Self::Refused(Refusal::NoToken) => "Failed to validate token",
        };
        fixed.to_owned()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
