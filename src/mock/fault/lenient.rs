//! Requests that are taken though they are wrong.

use serde_json::json;

use super::bend::{default_other_status, default_status, known_or_pending, known_or_rejected, mend, restatus};
use super::kind::Kind;
use super::{EVERY, Fault, HUAWEI, OPENSTACK};
use crate::mock::route::Operation::{MemberAdd, MemberUpdate};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "add-takes-member-id",
        summary: "add takes a body that calls the project member_id",
        breaks: &["V2-ADD-REQ02", "V2-ADD-ST02", "NTT-ADD-BODY"],
        profiles: EVERY,
        kind: Kind::Member(|body| body.get("member_id").cloned()),
    },
    Fault {
        id: "add-takes-nothing",
        summary: "add takes a body without a member, and adds the empty project",
        breaks: &["V2-ADD-REQ02", "V2-ADD-ST02", "NTT-ADD-BODY"],
        profiles: EVERY,
        kind: Kind::Member(|body| body.get("member").is_none().then(|| json!("none"))),
    },
    Fault {
        id: "add-takes-null",
        summary: "add takes a member that is null for a project of that name",
        breaks: &["V2-ADD-REQ03", "V2-ADD-ST02", "NTT-ADD-BODY"],
        profiles: EVERY,
        kind: Kind::Member(|body| body.get("member")?.is_null().then(|| json!("None"))),
    },
    Fault {
        id: "add-takes-the-empty-member",
        summary: "add takes a member without a character",
        breaks: &["V2-ADD-REQ04", "V2-ADD-ST02", "NTT-ADD-BODY"],
        profiles: EVERY,
        kind: Kind::Member(|body| (body.get("member")? == "").then(|| json!(" "))),
    },
    Fault {
        id: "add-takes-any-type",
        summary: "add makes a text of a member that is none",
        breaks: &["V2-ADD-REQ03", "NTT-ADD-BODY"],
        profiles: EVERY,
        kind: Kind::Member(|body| {
            body.get("member")
                .filter(|member| !member.is_string() && !member.is_null())
                .map(|member| json!(member.to_string()))
        }),
    },
    Fault {
        id: "add-cuts-long-members",
        summary: "add cuts a member that is too long",
        breaks: &["V2-ADD-REQ04", "NTT-ADD-BODY"],
        profiles: EVERY,
        kind: Kind::Member(|body| Some(json!(body.get("member")?.as_str()?.chars().take(255).collect::<String>()))),
    },
    Fault {
        id: "add-takes-a-bare-text",
        summary: "add takes a body that is the project id alone",
        breaks: &["V2-ADD-REQ05", "V2-ADD-ST02", "NTT-ADD-BODY"],
        profiles: EVERY,
        kind: Kind::Member(|body| body.as_str().map(|text| json!(text))),
    },
    Fault {
        id: "add-takes-broken-json",
        summary: "add takes a body that is no JSON object, and adds the empty project",
        breaks: &["V2-ADD-REQ05", "V2-ADD-ST02", "NTT-ADD-BODY"],
        profiles: EVERY,
        kind: Kind::Inbound(&[MemberAdd], |inbound| mend(inbound, r#"{"member": "none"}"#)),
    },
    Fault {
        id: "update-takes-any-case",
        summary: "update takes a status in capitals",
        breaks: &["OS-UPDATE-BAD-STATUS"],
        profiles: EVERY,
        kind: Kind::Inbound(&[MemberUpdate], |inbound| restatus(inbound, str::to_lowercase)),
    },
    Fault {
        id: "update-takes-any-status",
        summary: "update takes a status that it does not know for pending",
        breaks: &["OS-UPDATE-BAD-STATUS"],
        profiles: OPENSTACK,
        kind: Kind::Inbound(&[MemberUpdate], |inbound| restatus(inbound, known_or_pending)),
    },
    Fault {
        id: "update-takes-any-status-for-rejected",
        summary: "update takes a status that it does not know for rejected",
        breaks: &["OS-UPDATE-BAD-STATUS"],
        profiles: HUAWEI,
        kind: Kind::Inbound(&[MemberUpdate], |inbound| restatus(inbound, known_or_rejected)),
    },
    Fault {
        id: "update-accepts-by-default",
        summary: "update takes a body without a status for accepted",
        breaks: &["OS-UPDATE-NO-STATUS"],
        profiles: EVERY,
        kind: Kind::Inbound(&[MemberUpdate], default_status),
    },
    Fault {
        id: "update-takes-any-type",
        summary: "update takes a status that is no text for accepted",
        breaks: &["OS-UPDATE-BAD-STATUS"],
        profiles: EVERY,
        kind: Kind::Inbound(&[MemberUpdate], default_other_status),
    },
    Fault {
        id: "update-takes-broken-json",
        summary: "update takes a body that is no JSON object for accepted",
        breaks: &["OS-UPDATE-BAD-BODY"],
        profiles: EVERY,
        kind: Kind::Inbound(&[MemberUpdate], |inbound| mend(inbound, r#"{"status": "accepted"}"#)),
    },
];
