//! Errors as Huawei's tables have them: an `IMG.` code in an object, and the gateway's own form in front of it.

use axum::http::{StatusCode, header};
use uuid::Uuid;

use super::problem::{Malformed, Problem};
use crate::mock::fields::Fields;
use crate::mock::inbound::Inbound;
use crate::mock::model::{Action, Refusal, WriteError};
use crate::mock::reply::{Body, JSON, Reply};

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
        Problem::Method(allowed) => service(StatusCode::METHOD_NOT_ALLOWED, "0105", "The operation is not supported.")
            .with(header::ALLOW, allowed),
        Problem::TooLarge => bad("0001", "The request body is too large."),
        Problem::Malformed(Malformed::NoBody) => bad("0007", "The request body cannot be empty."),
        Problem::Malformed(Malformed::ReadOnly(_)) => denied(),
        Problem::PatchMedia | Problem::UploadMedia | Problem::Malformed(_) => {
            bad("0001", "The request is in an incorrect format.")
        }
        Problem::Refused(refusal) => refused(refusal),
    }
}

/// What the documents' tables leave open, a missing image and a row that is not there, is 404, as their pages say.
fn refused(refusal: &Refusal) -> Reply {
    match refusal {
        Refusal::NoImage { .. } => missing("0027", "The image does not exist."),
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
        | Refusal::Write(WriteError::Fixed { .. }) => denied(),
        Refusal::OverQuota { .. } => bad("0088", "The number of tenants exceeds the quota."),
        Refusal::Duplicate { .. } => bad("0112", "Failed to add the tenant."),
        Refusal::OwnProject => bad("0076", "The image cannot be shared with its own project."),
        Refusal::WideMember | Refusal::BadStatus | Refusal::BadMarker { .. } | Refusal::Write(_) => {
            bad("0001", "The request is in an incorrect format.")
        }
    }
}

fn bad(code: &str, message: &str) -> Reply {
    service(StatusCode::BAD_REQUEST, code, message)
}

fn missing(code: &str, message: &str) -> Reply {
    service(StatusCode::NOT_FOUND, code, message)
}

fn denied() -> Reply {
    service(StatusCode::FORBIDDEN, "0026", "The role has no permission for the operation.")
}

fn service(status: StatusCode, code: &str, message: &str) -> Reply {
    let error = Fields::default().with("message", message).with("code", format!("IMG.{code}"));
    Reply::new(status, Body::Json(JSON, Fields::default().with_object("error", error)))
}

fn gateway(status: StatusCode, code: &str, message: &str) -> Reply {
    let body = Fields::default()
        .with("error_msg", message)
        .with("error_code", code)
        .with("request_id", Uuid::new_v4().simple().to_string());
    Reply::new(status, Body::Json(JSON, body))
}
