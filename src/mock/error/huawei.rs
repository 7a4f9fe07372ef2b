//! Errors as Huawei's tables have them: an `IMG.` code in an object, and the gateway's own form in front of it.

use axum::http::{StatusCode, header};
use uuid::Uuid;

use super::problem::{Malformed, Problem};
use crate::mock::fields::Fields;
use crate::mock::inbound::Inbound;
use crate::mock::model::{Action, Refusal, WriteError};
use crate::mock::reply::{Body, JSON, Reply};

/// A status, the number of a code, and what it says.
type Said = (StatusCode, &'static str, &'static str);

/// Says what is wrong as the gateway or the service behind it does.
pub(crate) fn refuse(problem: &Problem, _: &Inbound) -> Reply {
    match problem {
        Problem::Unauthorized => {
            gateway(StatusCode::UNAUTHORIZED, "APIG.0301", "Incorrect IAM authentication information.")
        }
        Problem::NoRoute => gateway(
            StatusCode::NOT_FOUND,
            "APIG.0101",
            "The API does not exist or has not been published in the environment.",
        ),
        Problem::Method(allowed) => {
            service((StatusCode::METHOD_NOT_ALLOWED, "0105", "The operation is not supported."))
                .with(header::ALLOW, allowed)
        }
        Problem::TooLarge => service(bad("0001", "The request body is too large.")),
        Problem::Malformed(Malformed::NoBody) => service(bad("0007", "The request body cannot be empty.")),
        Problem::Malformed(Malformed::BatchImage) => service(bad("0066", "The image ID is incorrect.")),
        Problem::Malformed(Malformed::ReadOnly(_)) => service(DENIED),
        Problem::PatchMedia | Problem::UploadMedia | Problem::Malformed(_) => service(FORMAT),
        Problem::Refused(refusal) => service(refused(refusal)),
    }
}

/// Returns the code and the words by which a job tells that it failed.
pub(crate) fn failure(refusal: &Refusal) -> (String, &'static str) {
    let (_, code, words) = refused(refusal);
    (full(code), words)
}

const FORMAT: Said = bad("0001", "The request is in an incorrect format.");
const DENIED: Said = (StatusCode::FORBIDDEN, "0026", "The role has no permission for the operation.");

/// What the documents' tables leave open, a missing image and a row that is not there, is 404, as their pages say.
const fn refused(refusal: &Refusal) -> Said {
    match refusal {
        Refusal::NoImage { .. } => missing("0027", "The image does not exist."),
        Refusal::NoJob { .. } => missing("0031", "The resource ID is incorrect."),
        Refusal::NoMember { action: Action::MemberDelete, .. } => missing("0113", "Failed to delete the tenant."),
        Refusal::NoMember { .. } | Refusal::NotShareable { action: Action::MemberShow, .. } => {
            missing("0114", "Failed to query the tenant.")
        }
        Refusal::NotShareable { action: Action::MemberAdd, .. } => bad("0089", "A public image cannot be shared."),
        Refusal::NotShareable { .. }
        | Refusal::Denied(_)
        | Refusal::NoImages { .. }
        | Refusal::Publicize
        | Refusal::ForeignOwner { .. }
        | Refusal::ForeignProject
        | Refusal::Write(WriteError::Fixed { .. }) => DENIED,
        Refusal::Write(WriteError::Shared) => {
            (StatusCode::FORBIDDEN, "0105", "An image that is shared with an account or organization stays.")
        }
        Refusal::OverQuota { .. } => bad("0088", "The number of tenants exceeds the quota."),
        Refusal::Duplicate { .. } => bad("0112", "Failed to add the tenant."),
        Refusal::Windows => (StatusCode::FORBIDDEN, "0105", "A Windows image cannot be shared."),
        Refusal::OwnProject => bad("0076", "The image cannot be shared with its own project."),
        Refusal::WideMember
        | Refusal::BadStatus
        | Refusal::BadMarker { .. }
        | Refusal::ForeignMarker
        | Refusal::Write(_) => FORMAT,
    }
}

const fn bad(code: &'static str, message: &'static str) -> Said {
    (StatusCode::BAD_REQUEST, code, message)
}

const fn missing(code: &'static str, message: &'static str) -> Said {
    (StatusCode::NOT_FOUND, code, message)
}

fn service((status, code, message): Said) -> Reply {
    let error = Fields::default().with("message", message).with("code", full(code));
    Reply::new(status, Body::Json(JSON, Fields::default().with_object("error", error)))
}

fn full(code: &str) -> String {
    format!("IMG.{code}")
}

fn gateway(status: StatusCode, code: &str, message: &str) -> Reply {
    let body = Fields::default()
        .with("error_msg", message)
        .with("error_code", code)
        .with("request_id", Uuid::new_v4().simple().to_string());
    Reply::new(status, Body::Json(JSON, body))
}
