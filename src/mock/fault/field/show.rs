//! The row that show answers with.

use super::super::bend::{each_row, with_fraction, without_dashes};
use super::super::kind::{At, How, Kind};
use super::super::{EVERY, Fault, OPENSTACK};
use crate::mock::route::Operation::MemberShow;

/// An id that nobody has.
const NOBODY: &str = "00000000000000000000000000000000";
/// An image that does not exist.
const NO_IMAGE: &str = "00000000-0000-4000-8000-000000000000";

pub(in crate::mock::fault) const FAULTS: &[Fault] = &[
    Fault {
        id: "show-lacks-status",
        summary: "show has no status",
        breaks: &[
            "V2-SHOW-RSP01",
            "V2-SHOW-RSP02",
            "HW-SHOW-ROW",
            "V2-LIST-SEM01",
            "OS-UPDATE-ACCEPT",
            "OS-UPDATE-REJECT",
            "OS-UPDATE-PENDING",
            "HW-BATCH-UPDATE",
        ],
        profiles: EVERY,
        kind: Kind::Field(&[MemberShow], At::Row, "status", How::Gone),
    },
    Fault {
        id: "show-status-in-capitals",
        summary: "show writes the status in capitals",
        breaks: &[
            "V2-SHOW-RSP02",
            "HW-SHOW-ROW",
            "OS-LIST-SHOW-AGREE",
            "OS-UPDATE-ACCEPT",
            "OS-UPDATE-REJECT",
            "OS-UPDATE-PENDING",
            "V2-LIST-SEM01",
            "HW-BATCH-UPDATE",
            "OS-SCHEMA-FITS",
        ],
        profiles: EVERY,
        kind: Kind::Field(&[MemberShow], At::Row, "status", How::Edit(str::to_uppercase)),
    },
    Fault {
        id: "show-created-at-is-number",
        summary: "show gives created_at as a number",
        breaks: &[
            "V2-SHOW-RSP01",
            "V2-SHOW-RSP03",
            "V2-SHOW-EX02",
            "HW-SHOW-ROW",
            "OS-ADD-TIMES",
            "OS-LIST-SHOW-AGREE",
            "OS-SCHEMA-FITS",
        ],
        profiles: EVERY,
        kind: Kind::Field(&[MemberShow], At::Row, "created_at", How::Number),
    },
    Fault {
        id: "show-times-have-fractions",
        summary: "show gives created_at with microseconds",
        breaks: &["V2-SHOW-EX02", "OS-ADD-TIMES", "OS-LIST-SHOW-AGREE", "V2-SHOW-RSP03"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberShow], At::Row, "created_at", How::Edit(with_fraction)),
    },
    Fault {
        id: "show-lacks-image-id",
        summary: "show has no image_id",
        breaks: &["V2-SHOW-RSP01", "V2-SHOW-RSP05", "V2-SHOW-EX01", "HW-SHOW-ROW"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberShow], At::Row, "image_id", How::Gone),
    },
    Fault {
        id: "show-names-another-image",
        summary: "show names another image than was asked for",
        breaks: &["V2-SHOW-EX01", "OS-LIST-SHOW-AGREE"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberShow], At::Row, "image_id", How::Is(NO_IMAGE)),
    },
    Fault {
        id: "show-image-id-without-dashes",
        summary: "show writes the image id without dashes",
        breaks: &["V2-SHOW-RSP05", "V2-SHOW-EX01", "OS-LIST-SHOW-AGREE", "OS-SCHEMA-FITS"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberShow], At::Row, "image_id", How::Edit(without_dashes)),
    },
    Fault {
        id: "show-names-another-member",
        summary: "show names another member than was asked for",
        breaks: &["V2-SHOW-RSP06", "V2-SHOW-EX01", "OS-SHOW-OWN", "OS-LIST-SHOW-AGREE", "HW-SHOW-ROW"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberShow], At::Row, "member_id", How::Is(NOBODY)),
    },
    Fault {
        id: "show-says-tenant",
        summary: "show calls the member tenant_id",
        breaks: &["V2-SHOW-RSP01", "V2-SHOW-RSP06", "V2-SHOW-EX01", "OS-SHOW-OWN", "HW-SHOW-ROW", "NTT-SHOW-EXACT"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberShow], At::Row, "member_id", How::Named("tenant_id")),
    },
    Fault {
        id: "show-lacks-schema",
        summary: "show has no schema",
        breaks: &["V2-SHOW-RSP01", "V2-SHOW-RSP07", "HW-SHOW-ROW"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberShow], At::Row, "schema", How::Gone),
    },
    Fault {
        id: "show-names-schema-of-a-list",
        summary: "show names the schema of a list",
        breaks: &["V2-SHOW-RSP07"],
        profiles: EVERY,
        kind: Kind::Field(&[MemberShow], At::Row, "schema", How::Is("/v2/schemas/members")),
    },
    Fault {
        id: "show-has-a-name",
        summary: "show has a member_name as well",
        breaks: &["NTT-SHOW-EXACT"],
        profiles: OPENSTACK,
        kind: Kind::Field(&[MemberShow], At::Row, "member_name", How::Is("somebody")),
    },
    Fault {
        id: "show-lacks-updated-at",
        summary: "show leaves out updated_at",
        breaks: &["V2-SHOW-RSP01", "V2-SHOW-RSP04", "V2-SHOW-EX02", "HW-SHOW-ROW"],
        profiles: EVERY,
        kind: Kind::Reply(&[MemberShow], |reply, _| {
            each_row(reply, |row| row.remove("updated_at"));
        }),
    },
];
