//! The row that an add or an update answers with.

use super::super::bend::{each_row, with_offset};
use super::super::kind::{At, How, Kind};
use super::super::{EVERY, Fault};
use crate::mock::route::Operation::{MemberAdd, MemberUpdate};

/// An id that nobody has.
const NOBODY: &str = "00000000000000000000000000000000";
/// An image that does not exist.
const NO_IMAGE: &str = "00000000-0000-4000-8000-000000000000";

pub(in crate::mock::fault) const FAULTS: &[Fault] = &[
    Fault {
        id: "add-lacks-created-at",
        summary: "the answer of add has no created_at",
        breaks: &["V2-ADD-RSP01", "V2-ADD-RSP02"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberAdd], At::Row, "created_at", How::Gone),
    },
    Fault {
        id: "add-times-have-an-offset",
        summary: "the answer of add gives a local time with its offset",
        breaks: &["V2-ADD-RSP02", "OS-ADD-TIMES"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberAdd], At::Row, "updated_at", How::Edit(with_offset)),
    },
    Fault {
        id: "add-names-another-image",
        summary: "the answer of add names another image",
        breaks: &["V2-ADD-RSP03"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberAdd], At::Row, "image_id", How::Is(NO_IMAGE)),
    },
    Fault {
        id: "add-names-schema-of-a-list",
        summary: "the answer of add names the schema of a list",
        breaks: &["V2-ADD-RSP05"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberAdd], At::Row, "schema", How::Is("/v2/schemas/members")),
    },
    Fault {
        id: "add-lacks-schema",
        summary: "the answer of add has no schema",
        breaks: &["V2-ADD-RSP05", "V2-ADD-RSP01"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberAdd], At::Row, "schema", How::Gone),
    },
    Fault {
        id: "add-answers-accepted",
        summary: "the answer of add says that the member has accepted",
        breaks: &["V2-ADD-SEM03", "OS-ADD-AGAIN"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberAdd], At::Row, "status", How::Is("accepted")),
    },
    Fault {
        id: "update-names-another-image",
        summary: "the answer of update names another image",
        breaks: &["OS-UPDATE-ACCEPT"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberUpdate], At::Row, "image_id", How::Is(NO_IMAGE)),
    },
    Fault {
        id: "update-names-another-member",
        summary: "the answer of update names another member",
        breaks: &["OS-UPDATE-ACCEPT"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberUpdate], At::Row, "member_id", How::Is(NOBODY)),
    },
    Fault {
        id: "update-answers-the-old-status",
        summary: "the answer of update always says pending",
        breaks: &["OS-UPDATE-ACCEPT", "OS-UPDATE-REJECT", "OS-UPDATE-TWICE", "GL-UPDATE-ADMIN"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberUpdate], At::Row, "status", How::Is("pending")),
    },
    Fault {
        id: "update-answers-accepted",
        summary: "the answer of update always says accepted",
        breaks: &["OS-UPDATE-REJECT", "OS-UPDATE-PENDING"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberUpdate], At::Row, "status", How::Is("accepted")),
    },
    Fault {
        id: "add-names-another-member",
        summary: "add answers with another member id than it was sent",
        breaks: &["V2-ADD-RSP04"],
        profiles: EVERY,
        kind: Kind::Reply(&[MemberAdd], |reply, _| {
            each_row(reply, |row| row.set("member_id", NOBODY));
        }),
    },
];
