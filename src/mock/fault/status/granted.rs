//! What is granted, with another status.

use super::super::bend::created_for_admin;
use super::super::kind::{Kind, When};
use super::super::{EVERY, Fault, GLANCE, V1, WITH_HUAWEI};
use crate::mock::route::Operation::{
    MemberAdd, MemberDelete, MemberList, MemberShow, MemberUpdate, V1MemberList, V1MemberShow,
};

pub(in crate::mock::fault) const FAULTS: &[Fault] = &[
    Fault {
        id: "list-not-implemented",
        summary: "the list answers 501, as if the path had no GET",
        breaks: &["V2-LIST-REQ01", "V2-LIST-REQ02", "V2-LIST-ST01", "V2-LIST-ST08", "NTT-LIST-ROWS", "NTT-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberList], When::Granted, 501),
    },
    Fault {
        id: "list-wants-a-length",
        summary: "the list answers 411 to a request without a body",
        breaks: &["V2-LIST-REQ03", "V2-LIST-ST08"],
        profiles: WITH_HUAWEI,
        kind: Kind::Status(&[MemberList], When::Granted, 411),
    },
    Fault {
        id: "list-answers-206",
        summary: "the list answers 206 instead of 200",
        breaks: &["V2-LIST-ST01", "V2-LIST-ST08", "NTT-LIST-ROWS", "NTT-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberList], When::Granted, 206),
    },
    Fault {
        id: "show-not-implemented",
        summary: "show answers 501, as if the path had no GET",
        breaks: &["V2-SHOW-REQ01", "V2-SHOW-REQ02", "V2-SHOW-ST11", "HW-SHOW-ROW", "HW-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberShow], When::Granted, 501),
    },
    Fault {
        id: "show-wants-a-length",
        summary: "show answers 411 to a request without a body",
        breaks: &["V2-SHOW-REQ03", "V2-SHOW-ST11", "HW-SHOW-ROW", "HW-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberShow], When::Granted, 411),
    },
    Fault {
        id: "show-answers-203",
        summary: "show answers 203 instead of 200",
        breaks: &["V2-SHOW-ST01", "V2-SHOW-ST11", "HW-SHOW-ROW", "HW-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberShow], When::Granted, 203),
    },
    Fault {
        id: "add-answers-201",
        summary: "add answers 201 instead of 200",
        breaks: &["V2-ADD-ST01", "V2-ADD-ST08", "GL-STATUS", "OS-ADD-PRIVATE", "NTT-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberAdd], When::Granted, 201),
    },
    Fault {
        id: "update-answers-202",
        summary: "update answers 202 instead of 200",
        breaks: &[
            "OS-UPDATE-ACCEPT",
            "OS-UPDATE-REJECT",
            "OS-UPDATE-PENDING",
            "GL-UPDATE-ADMIN",
            "GL-STATUS",
            "NTT-STATUS",
            "HW-STATUS",
        ],
        profiles: EVERY,
        kind: Kind::Status(&[MemberUpdate], When::Granted, 202),
    },
    Fault {
        id: "delete-answers-200",
        summary: "delete answers 200 instead of 204",
        breaks: &["OS-DELETE-204", "GL-STATUS", "NTT-STATUS", "HW-STATUS"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberDelete], When::Granted, 200),
    },
    Fault {
        id: "v1-list-not-implemented",
        summary: "the v1 list answers 501, as if the path had no GET",
        breaks: &["V1-LIST-REQ01", "V1-LIST-REQ02", "V1-LIST-EX01", "V1-LIST-REQ03", "HW-STATUS"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberList], When::Granted, 501),
    },
    Fault {
        id: "v1-list-answers-206",
        summary: "the v1 list answers 206 instead of 200",
        breaks: &["V1-LIST-EX01", "HW-STATUS"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberList], When::Granted, 206),
    },
    Fault {
        id: "v1-show-not-implemented",
        summary: "v1 show answers 501, as if the path had no GET",
        breaks: &["V1-SHOW-REQ01", "V1-SHOW-REQ02", "V1-SHOW-REQ03"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberShow], When::Granted, 501),
    },
    Fault {
        id: "v1-show-answers-203",
        summary: "v1 show answers 203 instead of 200",
        breaks: &["V1-SHOW-ST01"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberShow], When::Granted, 203),
    },
    Fault {
        id: "v1-list-wants-a-length",
        summary: "the v1 list answers 411 to a request without a body",
        breaks: &["V1-LIST-REQ06", "HW-STATUS"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberList], When::Granted, 411),
    },
    Fault {
        id: "admin-add-answers-201",
        summary: "add answers 201 instead of 200 to the admin",
        breaks: &["V2-ADD-ST01", "GL-ADMIN-WRITES", "GL-STATUS"],
        profiles: GLANCE,
        kind: Kind::Reply(&[MemberAdd], created_for_admin),
    },
];
