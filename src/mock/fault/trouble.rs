//! Requests that bring a cloud down for a moment, or make it answer what nobody expects.

use axum::http::Method;

use super::bend::{conflict_over_pending, conflict_over_unknown_projects, leave_out_caller};
use super::kind::{ANYWHERE, Kind, Seen, When, restate};
use super::{EVERY, Fault, HUAWEI, OPENSTACK, V1, WITHOUT_METHODS};
use crate::mock::reply::Reply;
use crate::mock::route::Operation::{
    MemberAdd, MemberDelete, MemberList, MemberShow, MemberUpdate, V1MemberList, V1MemberShow,
};

pub(super) const FAULTS: &[Fault] = &[
    // Ids.
    Fault {
        id: "list-fails-on-malformed-images",
        summary: "the list answers 500 for an image id that is no UUID",
        breaks: &["V2-LIST-ST05", "V2-LIST-ST02", "NTT-LIST-404", "V2-LIST-ST08", "OS-MALFORMED"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberList], When::MalformedImage, 500),
    },
    Fault {
        id: "add-fails-on-malformed-images",
        summary: "add answers 500 for an image id that is no UUID",
        breaks: &["V2-ADD-ST05", "V2-ADD-ST02", "NTT-ADD-404", "GL-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberAdd], When::MalformedImage, 500),
    },
    Fault {
        id: "show-fails-on-malformed-images",
        summary: "show answers 500 for an image id that is no UUID",
        breaks: &["V2-SHOW-REQ05", "OS-MALFORMED", "V2-SHOW-ST11"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberShow], When::MalformedImage, 500),
    },
    Fault {
        id: "show-fails-on-malformed-members",
        summary: "show answers 500 for a member id that is no project id",
        breaks: &["V2-SHOW-REQ06", "OS-MALFORMED", "V2-SHOW-ST11"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberShow], When::MalformedMember, 500),
    },
    Fault {
        id: "update-fails-on-malformed-images",
        summary: "update answers 500 for an image id that is no UUID",
        breaks: &["OS-UPDATE-NO-IMAGE", "OS-MALFORMED", "GL-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberUpdate], When::MalformedImage, 500),
    },
    Fault {
        id: "update-fails-on-malformed-members",
        summary: "update answers 500 for a member id that is no project id",
        breaks: &["OS-UPDATE-NOT-MEMBER", "GL-STATUS"],
        profiles: OPENSTACK,
        kind: Kind::Status(&[MemberUpdate], When::MalformedMember, 500),
    },
    Fault {
        id: "delete-fails-on-malformed-images",
        summary: "delete answers 500 for an image id that is no UUID",
        breaks: &["OS-DELETE-NO-IMAGE", "OS-MALFORMED", "GL-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberDelete], When::MalformedImage, 500),
    },
    Fault {
        id: "delete-fails-on-malformed-members",
        summary: "delete answers 500 for a member id that is no project id",
        breaks: &["OS-DELETE-NOT-MEMBER", "GL-STATUS"],
        profiles: OPENSTACK,
        kind: Kind::Status(&[MemberDelete], When::MalformedMember, 500),
    },
    Fault {
        id: "v1-list-fails-on-malformed-images",
        summary: "v1 list answers 500 for an image id that is no UUID",
        breaks: &["HW-V1-LIST-404", "OS-MALFORMED"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberList], When::MalformedImage, 500),
    },
    Fault {
        id: "v1-show-fails-on-malformed-members",
        summary: "v1 show answers 500 for a member id that is no project id",
        breaks: &["V1-SHOW-ST02", "V1-SHOW-ST05"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberShow], When::MalformedMember, 500),
    },
    Fault {
        id: "unknown-paths-fail",
        summary: "a path that there is not, such as one with a slash in an id, answers 500",
        breaks: &[
            "V2-LIST-ST05",
            "NTT-LIST-404",
            "V2-ADD-ST05",
            "NTT-ADD-404",
            "V2-SHOW-REQ05",
            "V2-SHOW-REQ06",
            "OS-UPDATE-NO-IMAGE",
            "OS-UPDATE-NOT-MEMBER",
            "OS-DELETE-NO-IMAGE",
            "OS-DELETE-NOT-MEMBER",
            "OS-MALFORMED",
            "V2-LIST-ST08",
            "V2-SHOW-ST11",
            "GL-STATUS",
        ],
        profiles: OPENSTACK,
        kind: Kind::Status(ANYWHERE, When::NoRoute, 500),
    },
    // Methods, bodies, queries.
    Fault {
        id: "unknown-methods-fail",
        summary: "a method that a path does not have answers 500",
        breaks: &["OS-MALFORMED"],
        profiles: WITHOUT_METHODS,
        kind: Kind::Status(ANYWHERE, When::Method, 500),
    },
    Fault {
        id: "reads-fail-on-bodies",
        summary: "list and show answer 500 to a request with a body",
        breaks: &["OS-MALFORMED"],
        profiles: WITHOUT_METHODS,
        kind: Kind::Reply(&[MemberList, MemberShow], |reply, seen| {
            fail_if(seen.inbound.method == Method::GET && !seen.inbound.body.is_empty(), reply, seen);
        }),
    },
    Fault {
        id: "show-fails-on-queries",
        summary: "show answers 500 to a request with a query",
        breaks: &["OS-MALFORMED", "V2-SHOW-ST11"],
        profiles: EVERY,
        kind: Kind::Reply(&[MemberShow], |reply, seen| fail_if(!seen.inbound.query.is_empty(), reply, seen)),
    },
    Fault {
        id: "add-fails-on-equal-keys",
        summary: "add answers 500 to a body that has two members",
        breaks: &["OS-MALFORMED", "GL-STATUS"],
        profiles: EVERY,
        kind: Kind::Reply(&[MemberAdd], |reply, seen| {
            let text = String::from_utf8_lossy(&seen.inbound.body);
            fail_if(text.matches("\"member\":").count() > 1, reply, seen);
        }),
    },
    // What Huawei's pages leave open, answered in a way that none of them allows.
    Fault {
        id: "unknown-projects-conflict",
        summary: "add answers 409 for a project that there is not",
        breaks: &["V2-ADD-REQ04", "V2-ADD-ST08"],
        profiles: HUAWEI,
        kind: Kind::Reply(&[MemberAdd], conflict_over_unknown_projects),
    },
    Fault {
        id: "pending-conflicts",
        summary: "update answers 409 to a recipient that takes its answer back",
        breaks: &["OS-UPDATE-BAD-STATUS", "HW-STATUS"],
        profiles: HUAWEI,
        kind: Kind::Reply(&[MemberUpdate], conflict_over_pending),
    },
    Fault {
        id: "recipients-do-not-see-themselves",
        summary: "the list leaves out the row of who asks",
        breaks: &["OS-LIST-OWN-ROW"],
        profiles: HUAWEI,
        kind: Kind::Reply(&[MemberList], leave_out_caller),
    },
    Fault {
        id: "public-images-conflict",
        summary: "show answers 409 where an image can have no members",
        breaks: &["HW-SHOW-DENIED", "HW-STATUS"],
        profiles: HUAWEI,
        kind: Kind::Status(&[MemberShow], When::NotShareable, 409),
    },
];

fn fail_if(fails: bool, reply: &mut Reply, seen: &Seen<'_>) {
    if fails {
        restate(reply, 500, seen);
    }
}
