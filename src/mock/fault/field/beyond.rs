//! The rows of recipients that are no projects.

use super::super::bend::each_row_of;
use super::super::kind::Kind;
use super::super::{Fault, NATIVE_PAGES, V1};
use crate::mock::route::Operation::{MemberList, V1MemberList, V1MemberShow};

pub(in crate::mock::fault) const FAULTS: &[Fault] = &[
    Fault {
        id: "v1-list-lacks-urns",
        summary: "the v1 list gives organizations no urn",
        breaks: &["V1-LIST-RSP10", "V1-LIST-RSP11", "V1-LIST-EX03"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], |reply, _| {
            each_row_of(reply, "organization", |row| row.remove("urn"));
        }),
    },
    Fault {
        id: "v1-list-urn-is-the-bare-id",
        summary: "the v1 list gives organizations their id as urn",
        breaks: &["V1-LIST-RSP10", "V1-LIST-EX03"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], |reply, _| {
            each_row_of(reply, "organization", |row| row.set("urn", row.text("member_id").map(str::to_owned)));
        }),
    },
    Fault {
        id: "v1-list-names-organizations-by-urn",
        summary: "the v1 list gives organizations their urn as member_id",
        breaks: &["V1-LIST-EX02", "V1-LIST-EX03", "V1-LIST-RSP07"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], |reply, _| {
            each_row_of(reply, "organization", |row| row.set("member_id", row.text("urn").map(str::to_owned)));
        }),
    },
    Fault {
        id: "v1-list-takes-accounts-for-projects",
        summary: "the v1 list has accounts down as projects",
        breaks: &["V1-LIST-RSP09"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], |reply, _| {
            each_row_of(reply, "domain", |row| row.set("member_type", "project"));
        }),
    },
    Fault {
        id: "v1-list-gives-accounts-a-urn",
        summary: "the v1 list gives accounts a urn",
        breaks: &["V1-LIST-RSP11"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], |reply, _| {
            each_row_of(reply, "domain", |row| row.set("urn", "organizations::0:domain:0"));
        }),
    },
    Fault {
        id: "list-takes-organizations-for-projects",
        summary: "the list has organizations down as projects",
        breaks: &["HW-LIST-MEMBER-TYPE"],
        profiles: NATIVE_PAGES,
        kind: Kind::Reply(&[MemberList], |reply, _| {
            each_row_of(reply, "organization", |row| row.set("member_type", "project"));
        }),
    },
    Fault {
        id: "v1-show-lacks-urns",
        summary: "v1 show gives organizations no urn",
        breaks: &["V1-SHOW-RSP08", "V1-SHOW-EX03"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberShow], |reply, _| {
            each_row_of(reply, "organization", |row| row.remove("urn"));
        }),
    },
    Fault {
        id: "v1-show-names-organizations-by-urn",
        summary: "v1 show gives organizations their urn as member_id",
        breaks: &["V1-SHOW-EX03"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberShow], |reply, _| {
            each_row_of(reply, "organization", |row| row.set("member_id", row.text("urn").map(str::to_owned)));
        }),
    },
    Fault {
        id: "v1-show-takes-accounts-for-projects",
        summary: "v1 show has accounts down as projects",
        breaks: &["V1-SHOW-RSP07", "V1-SHOW-RSP08"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberShow], |reply, _| {
            each_row_of(reply, "domain", |row| row.set("member_type", "project"));
        }),
    },
    Fault {
        id: "v1-show-waits-for-organizations",
        summary: "v1 show has organizations down as pending",
        breaks: &["V1-SHOW-EX04"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberShow], |reply, _| {
            each_row_of(reply, "organization", |row| row.set("status", "pending"));
        }),
    },
];
