//! Requests that are wrong, with another status than 400.

use super::super::kind::{Kind, When};
use super::super::{EVERY, Fault, GLANCE, HUAWEI, V1};
use crate::mock::route::Operation::{ImageList, MemberAdd, MemberDelete, MemberList, MemberUpdate, V1MemberList};

pub(in crate::mock::fault) const FAULTS: &[Fault] = &[
    Fault {
        id: "add-answers-413-to-duplicates",
        summary: "add answers 413 to a member that is there already",
        breaks: &["V2-ADD-ST08", "OS-ADD-AT-ONCE"],
        profiles: HUAWEI,
        kind: Kind::Status(&[MemberAdd], When::Duplicate, 413),
    },
    Fault {
        id: "add-forbids-duplicates",
        summary: "add answers 403 instead of 409 to a member that is there already",
        breaks: &["OS-ADD-DUPLICATE", "OS-ADD-AT-ONCE"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberAdd], When::Duplicate, 403),
    },
    Fault {
        id: "add-fails-on-duplicates",
        summary: "add answers 500 to a member that is there already, or is being added at the same moment",
        breaks: &["OS-ADD-AT-ONCE", "OS-ADD-DUPLICATE", "GL-STATUS"],
        profiles: GLANCE,
        kind: Kind::Status(&[MemberAdd], When::Duplicate, 500),
    },
    Fault {
        id: "add-denies-the-owner",
        summary: "add answers 403 instead of 400 to the owner that adds itself",
        breaks: &["HW-ADD-SELF"],
        profiles: HUAWEI,
        kind: Kind::Status(&[MemberAdd], When::OwnProject, 403),
    },
    Fault {
        id: "add-answers-422",
        summary: "add answers 422 instead of 400 to a faulty body",
        breaks: &[
            "V2-ADD-ST02",
            "V2-ADD-REQ02",
            "V2-ADD-REQ03",
            "V2-ADD-REQ04",
            "V2-ADD-REQ05",
            "NTT-ADD-BODY",
            "V2-ADD-ST08",
            "GL-STATUS",
            "NTT-STATUS",
        ],
        profiles: EVERY,
        kind: Kind::Status(&[MemberAdd], When::Malformed, 422),
    },
    Fault {
        id: "update-answers-422",
        summary: "update answers 422 instead of 400 to a faulty body",
        breaks: &["OS-UPDATE-NO-STATUS", "OS-UPDATE-BAD-BODY", "GL-STATUS", "NTT-STATUS", "HW-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberUpdate], When::Malformed, 422),
    },
    Fault {
        id: "update-answers-422-to-bad-status",
        summary: "update answers 422 instead of 400 to a status that there is not",
        breaks: &["OS-UPDATE-BAD-STATUS", "GL-STATUS", "NTT-STATUS", "HW-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberUpdate], When::BadStatus, 422),
    },
    Fault {
        id: "list-answers-413-to-bodies",
        summary: "the list answers 413 instead of 400 to a request with a body",
        breaks: &["GL-BODY-REFUSED", "V2-LIST-ST08", "V2-LIST-ST02"],
        profiles: GLANCE,
        kind: Kind::Status(&[MemberList], When::Malformed, 413),
    },
    Fault {
        id: "delete-answers-413-to-bodies",
        summary: "delete answers 413 instead of 400 to a request with a body",
        breaks: &["GL-BODY-REFUSED", "GL-STATUS"],
        profiles: GLANCE,
        kind: Kind::Status(&[MemberDelete], When::Malformed, 413),
    },
    Fault {
        id: "images-answer-404-to-bad-filters",
        summary: "the list of images answers 404 instead of 400 to a member status that there is not",
        breaks: &["GL-IMAGE-FILTER-BAD"],
        profiles: GLANCE,
        kind: Kind::Status(&[ImageList], When::Malformed, 404),
    },
    Fault {
        id: "v1-list-answers-404-to-bad-pages",
        summary: "the v1 list answers 404 to a limit or a marker that is none",
        breaks: &["V1-LIST-PG02", "V1-LIST-PG03", "V1-LIST-PG04", "V1-LIST-PG07", "V1-LIST-PG08"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberList], When::Malformed, 404),
    },
];
