//! The rows of the list.

use super::super::bend::{drop_zone, each_row, with_fraction, with_offset};
use super::super::kind::{At, How, Kind};
use super::super::{EVERY, Fault, WITH_HUAWEI};
use crate::mock::route::Operation::MemberList;

/// An image that does not exist.
const NO_IMAGE: &str = "00000000-0000-4000-8000-000000000000";

pub(in crate::mock::fault) const FAULTS: &[Fault] = &[
    Fault {
        id: "list-rows-lack-status",
        summary: "the rows of the list have no status",
        breaks: &[
            "V2-LIST-RSP03",
            "V2-LIST-EX05",
            "NTT-LIST-ROWS",
            "V2-LIST-SEM01",
            "OS-ADD-ONE-ROW",
            "OS-LIST-SHOW-AGREE",
        ],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "status", How::Gone),
    },
    Fault {
        id: "list-status-is-number",
        summary: "the rows of the list give the status as a number",
        breaks: &[
            "V2-LIST-RSP03",
            "V2-LIST-EX05",
            "NTT-LIST-ROWS",
            "OS-LIST-SHOW-AGREE",
            "HW-V1-V2-AGREE",
            "OS-SCHEMA-FITS",
        ],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "status", How::Number),
    },
    Fault {
        id: "list-status-in-capitals",
        summary: "the rows of the list write the status in capitals",
        breaks: &[
            "V2-LIST-RSP03",
            "V2-LIST-EX05",
            "NTT-LIST-ROWS",
            "OS-LIST-SHOW-AGREE",
            "HW-V1-V2-AGREE",
            "OS-SCHEMA-FITS",
        ],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "status", How::Edit(str::to_uppercase)),
    },
    Fault {
        id: "list-rows-lack-created-at",
        summary: "the rows of the list have no created_at",
        breaks: &["V2-LIST-RSP04", "V2-LIST-EX01", "NTT-LIST-ROWS", "OS-LIST-SHOW-AGREE"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "created_at", How::Gone),
    },
    Fault {
        id: "list-updated-at-is-null",
        summary: "the rows of the list have a null as updated_at",
        breaks: &[
            "V2-LIST-RSP05",
            "V2-LIST-EX01",
            "NTT-LIST-ROWS",
            "OS-LIST-SHOW-AGREE",
            "HW-V1-V2-AGREE",
            "OS-SCHEMA-FITS",
        ],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "updated_at", How::Null),
    },
    Fault {
        id: "list-times-are-numbers",
        summary: "the rows of the list give created_at as a number",
        breaks: &[
            "V2-LIST-RSP04",
            "V2-LIST-EX01",
            "NTT-LIST-ROWS",
            "OS-LIST-SHOW-AGREE",
            "HW-V1-V2-AGREE",
            "OS-SCHEMA-FITS",
        ],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "created_at", How::Number),
    },
    Fault {
        id: "list-times-have-fractions",
        summary: "the times in the list have microseconds",
        breaks: &["V2-LIST-EX01", "OS-LIST-SHOW-AGREE", "HW-V1-V2-AGREE", "V2-LIST-RSP04"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "created_at", How::Edit(with_fraction)),
    },
    Fault {
        id: "list-times-have-an-offset",
        summary: "the times in the list are local ones with their offset",
        breaks: &["V2-LIST-RSP05", "V2-LIST-EX01", "OS-LIST-SHOW-AGREE", "HW-V1-V2-AGREE"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "updated_at", How::Edit(with_offset)),
    },
    Fault {
        id: "list-rows-lack-image-id",
        summary: "the rows of the list have no image_id",
        breaks: &["V2-LIST-RSP06", "V2-LIST-EX02", "NTT-LIST-ROWS", "OS-LIST-SHOW-AGREE"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "image_id", How::Gone),
    },
    Fault {
        id: "list-image-id-is-number",
        summary: "the rows of the list give the image id as a number",
        breaks: &["V2-LIST-RSP06", "V2-LIST-EX02", "NTT-LIST-ROWS", "OS-LIST-SHOW-AGREE", "OS-SCHEMA-FITS"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "image_id", How::Number),
    },
    Fault {
        id: "list-says-tenant",
        summary: "the rows of the list call the member tenant_id",
        breaks: &["V2-LIST-RSP07", "NTT-LIST-ROWS", "V2-LIST-EX03", "V2-LIST-SEM01", "GL-ROW-EXACT"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "member_id", How::Named("tenant_id")),
    },
    Fault {
        id: "list-member-id-in-capitals",
        summary: "the rows of the list write the ids of members in capitals",
        breaks: &[
            "V2-LIST-EX03",
            "V2-LIST-SEM01",
            "OS-LIST-SHOW-AGREE",
            "HW-V1-V2-AGREE",
            "OS-LIST-ADMIN",
            "GL-READER-LIST",
            "OS-LIST-OWN-ROW",
            "OS-LIST-UNPAGED",
            "HW-WALK-WHOLE",
            "HW-LIST-MARKER",
            "HW-WALK-STABLE",
        ],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "member_id", How::Edit(str::to_uppercase)),
    },
    Fault {
        id: "list-rows-lack-schema",
        summary: "the rows of the list have no schema",
        breaks: &["V2-LIST-RSP08", "V2-LIST-EX04", "NTT-LIST-ROWS"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "schema", How::Gone),
    },
    Fault {
        id: "list-rows-name-old-schema",
        summary: "the rows of the list name the schema of version 1",
        breaks: &["V2-LIST-EX04", "NTT-LIST-ROWS"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Row, "schema", How::Is("/v1/schemas/member")),
    },
    Fault {
        id: "list-lacks-schema",
        summary: "the list has no schema",
        breaks: &["V2-LIST-RSP02", "V2-LIST-EX04", "NTT-LIST-ROWS"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Body, "schema", How::Gone),
    },
    Fault {
        id: "list-names-schema-of-a-row",
        summary: "the list names the schema of a row",
        breaks: &["V2-LIST-EX04"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Body, "schema", How::Is("/v2/schemas/member")),
    },
    Fault {
        id: "list-says-shared-with",
        summary: "the list calls its rows shared_with",
        breaks: &["V2-LIST-RSP01", "NTT-LIST-ROWS", "OS-LIST-EMPTY", "V2-LIST-SEM01"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberList], At::Body, "members", How::Named("shared_with")),
    },
    Fault {
        id: "list-names-another-image",
        summary: "the rows of the list carry the id of another image",
        breaks: &["V2-LIST-EX02", "OS-LIST-SHOW-AGREE"],
        profiles: WITH_HUAWEI,
        kind: Kind::Reply(&[MemberList], |reply, _| {
            each_row(reply, |row| row.set("image_id", NO_IMAGE));
        }),
    },
    Fault {
        id: "list-times-lack-zone",
        summary: "the times in the list do not say that they are UTC",
        breaks: &["V2-LIST-RSP04", "V2-LIST-RSP05", "V2-LIST-EX01", "OS-LIST-SHOW-AGREE", "HW-V1-V2-AGREE"],
        profiles: WITH_HUAWEI,
        kind: Kind::Reply(&[MemberList], |reply, _| each_row(reply, drop_zone)),
    },
];
