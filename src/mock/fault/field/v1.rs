//! The rows of IMS v1.

use super::super::bend::{drop_zone, each_row, each_row_of};
use super::super::kind::{At, How, Kind};
use super::super::{Fault, V1};
use crate::mock::route::Operation::{V1MemberList, V1MemberShow};

/// An id that nobody has.
const NOBODY: &str = "00000000000000000000000000000000";
/// An image that does not exist.
const NO_IMAGE: &str = "00000000-0000-4000-8000-000000000000";

pub(in crate::mock::fault) const FAULTS: &[Fault] = &[
    Fault {
        id: "v1-list-lacks-status",
        summary: "the rows of the v1 list have no status",
        breaks: &["V1-LIST-RSP03", "HW-V1-V2-AGREE"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "status", How::Gone),
    },
    Fault {
        id: "v1-list-status-in-capitals",
        summary: "the rows of the v1 list have the status in capitals",
        breaks: &["V1-LIST-RSP03", "HW-V1-V2-AGREE", "HW-V1-LIST-SHOW-AGREE"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "status", How::Edit(str::to_uppercase)),
    },
    Fault {
        id: "v1-list-created-at-is-number",
        summary: "the rows of the v1 list have a number as created_at",
        breaks: &["V1-LIST-RSP04", "HW-V1-V2-AGREE", "HW-V1-LIST-SHOW-AGREE"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "created_at", How::Number),
    },
    Fault {
        id: "v1-list-updated-at-is-null",
        summary: "the rows of the v1 list have a null as updated_at",
        breaks: &["V1-LIST-RSP05", "HW-V1-V2-AGREE", "HW-V1-LIST-SHOW-AGREE"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "updated_at", How::Null),
    },
    Fault {
        id: "v1-list-lacks-image-id",
        summary: "the rows of the v1 list have no image_id",
        breaks: &["V1-LIST-RSP06", "HW-V1-ECHO"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "image_id", How::Gone),
    },
    Fault {
        id: "v1-list-names-another-image",
        summary: "the rows of the v1 list have the id of another image",
        breaks: &["HW-V1-ECHO"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "image_id", How::Is(NO_IMAGE)),
    },
    Fault {
        id: "v1-list-says-tenant",
        summary: "the rows of the v1 list have the member as tenant_id",
        breaks: &["V1-LIST-RSP07", "V1-LIST-RSP01"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "member_id", How::Named("tenant_id")),
    },
    Fault {
        id: "v1-list-names-another-member",
        summary: "the rows of the v1 list have the id of another project",
        breaks: &[
            "V1-LIST-RSP01",
            "V1-LIST-RSP07",
            "HW-V1-V2-AGREE",
            "HW-V1-LIST-SHOW-AGREE",
            "V1-LIST-PG04",
            "V1-LIST-PG08",
            "HW-WALK-WHOLE",
            "HW-WALK-STABLE",
            "V1-LIST-PG06",
            "V1-LIST-EX02",
            "V1-LIST-EX03",
        ],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "member_id", How::Is(NOBODY)),
    },
    Fault {
        id: "v1-list-lacks-row-schema",
        summary: "the rows of the v1 list have no schema",
        breaks: &["V1-LIST-RSP08", "V1-LIST-EX04"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "schema", How::Gone),
    },
    Fault {
        id: "v1-list-names-old-schema",
        summary: "the rows of the v1 list have the schema of version 1",
        breaks: &["V1-LIST-EX04"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "schema", How::Is("/v1/schemas/members")),
    },
    Fault {
        id: "v1-list-lacks-member-type",
        summary: "the rows of the v1 list have no member_type",
        breaks: &["V1-LIST-RSP09", "V1-LIST-RSP11"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "member_type", How::Gone),
    },
    Fault {
        id: "v1-list-says-organization",
        summary: "the rows of the v1 list have projects down as organizations",
        breaks: &["V1-LIST-RSP09", "V1-LIST-RSP11"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Row, "member_type", How::Is("organization")),
    },
    Fault {
        id: "v1-show-lacks-status",
        summary: "v1 show has no status",
        breaks: &["V1-SHOW-RSP01", "V1-SHOW-EX01", "HW-V1-LIST-SHOW-AGREE", "V1-SHOW-EX04"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "status", How::Gone),
    },
    Fault {
        id: "v1-show-status-in-capitals",
        summary: "v1 show has the status in capitals",
        breaks: &["V1-SHOW-RSP01", "HW-V1-LIST-SHOW-AGREE", "V1-SHOW-EX04"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "status", How::Edit(str::to_uppercase)),
    },
    Fault {
        id: "v1-show-created-at-is-number",
        summary: "v1 show has a number as created_at",
        breaks: &["V1-SHOW-RSP02", "HW-V1-LIST-SHOW-AGREE", "V1-SHOW-EX04"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "created_at", How::Number),
    },
    Fault {
        id: "v1-show-updated-at-is-null",
        summary: "v1 show has a null as updated_at",
        breaks: &["V1-SHOW-RSP03", "HW-V1-LIST-SHOW-AGREE", "V1-SHOW-EX04"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "updated_at", How::Null),
    },
    Fault {
        id: "v1-show-lacks-image-id",
        summary: "v1 show has no image_id",
        breaks: &["V1-SHOW-RSP04", "HW-V1-ECHO"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "image_id", How::Gone),
    },
    Fault {
        id: "v1-show-names-another-image",
        summary: "v1 show has the id of another image",
        breaks: &["HW-V1-ECHO"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "image_id", How::Is(NO_IMAGE)),
    },
    Fault {
        id: "v1-show-says-tenant",
        summary: "v1 show has the member as tenant_id",
        breaks: &["V1-SHOW-RSP05", "HW-V1-ECHO", "V1-SHOW-ST01", "HW-V1-LIST-SHOW-AGREE"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "member_id", How::Named("tenant_id")),
    },
    Fault {
        id: "v1-show-names-another-member",
        summary: "v1 show has the id of another project",
        breaks: &["HW-V1-ECHO", "V1-SHOW-ST01", "HW-V1-LIST-SHOW-AGREE", "V1-SHOW-EX03"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "member_id", How::Is(NOBODY)),
    },
    Fault {
        id: "v1-show-lacks-row-schema",
        summary: "v1 show has no schema",
        breaks: &["V1-SHOW-RSP06"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "schema", How::Gone),
    },
    Fault {
        id: "v1-show-names-old-schema",
        summary: "v1 show has the schema of version 1",
        breaks: &["V1-SHOW-RSP06"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "schema", How::Is("/v1/schemas/members")),
    },
    Fault {
        id: "v1-show-lacks-member-type",
        summary: "v1 show has no member_type",
        breaks: &["V1-SHOW-RSP07", "V1-SHOW-RSP08"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "member_type", How::Gone),
    },
    Fault {
        id: "v1-show-says-organization",
        summary: "v1 show has projects down as organizations",
        breaks: &["V1-SHOW-RSP07", "V1-SHOW-RSP08"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "member_type", How::Is("organization")),
    },
    Fault {
        id: "v1-show-has-urn",
        summary: "v1 show gives a project a urn",
        breaks: &["V1-SHOW-RSP08"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberShow], |reply, _| {
            each_row_of(reply, "project", |row| row.set("urn", "organizations::0:ou:o-0/ou-0"));
        }),
    },
    Fault {
        id: "v1-list-lacks-schema",
        summary: "the v1 list has no schema",
        breaks: &["V1-LIST-RSP02", "V1-LIST-EX04"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Body, "schema", How::Gone),
    },
    Fault {
        id: "v1-list-says-recipients",
        summary: "the v1 list calls its rows recipients",
        breaks: &["V1-LIST-RSP01"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Body, "members", How::Named("recipients")),
    },
    Fault {
        id: "v1-project-has-empty-urn",
        summary: "the v1 list gives projects an empty urn",
        breaks: &["V1-LIST-RSP11"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], |reply, _| {
            each_row_of(reply, "project", |row| row.set("urn", ""));
        }),
    },
    Fault {
        id: "v1-project-has-urn",
        summary: "the v1 list gives projects a urn, as if they were organizations",
        breaks: &["V1-LIST-RSP11"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], |reply, _| {
            each_row_of(reply, "project", |row| row.set("urn", "organizations::0:ou:o-0/ou-0"));
        }),
    },
    Fault {
        id: "v1-show-times-lack-zone",
        summary: "the times of v1 show do not say that they are UTC",
        breaks: &["V1-SHOW-RSP02", "V1-SHOW-RSP03", "HW-V1-LIST-SHOW-AGREE"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberShow], |reply, _| each_row(reply, drop_zone)),
    },
];
