//! Authority: who may do what, with and without a good token.

use super::bend::{dump_headers, grant, hide, promote};
use super::kind::{Kind, Token};
use super::{EVERY, Fault, GLANCE, OPENSTACK, V1};
use crate::mock::model::{Action, Role, Standing};
use crate::mock::route::Operation::{
    MemberAdd, MemberDelete, MemberList, MemberShow, MemberUpdate, SchemaMember, V1MemberList, V1MemberShow,
};

pub(super) const FAULTS: &[Fault] = &[
    // No token, or one that nobody holds.
    Fault {
        id: "list-needs-no-token",
        summary: "list takes a caller without a token for somebody who may",
        breaks: &["V2-LIST-ST03", "NTT-401", "GL-401-CHALLENGE"],
        profiles: EVERY,
        kind: Kind::StandIn(&[MemberList], Token::Missing, "owner"),
    },
    Fault {
        id: "list-takes-any-token",
        summary: "list takes a token that nobody holds for that of somebody who may",
        breaks: &["V2-LIST-ST03", "NTT-401", "GL-401-CHALLENGE"],
        profiles: EVERY,
        kind: Kind::StandIn(&[MemberList], Token::Unknown, "owner"),
    },
    Fault {
        id: "add-needs-no-token",
        summary: "add takes a caller without a token for somebody who may",
        breaks: &["V2-ADD-ST03", "NTT-401"],
        profiles: EVERY,
        kind: Kind::StandIn(&[MemberAdd], Token::Missing, "owner"),
    },
    Fault {
        id: "add-takes-any-token",
        summary: "add takes a token that nobody holds for that of somebody who may",
        breaks: &["V2-ADD-ST03", "NTT-401"],
        profiles: EVERY,
        kind: Kind::StandIn(&[MemberAdd], Token::Unknown, "owner"),
    },
    Fault {
        id: "show-needs-no-token",
        summary: "show takes a caller without a token for somebody who may",
        breaks: &["V2-SHOW-ST02", "V2-SHOW-REQ04", "V2-SHOW-REQ07", "HW-SHOW-401"],
        profiles: EVERY,
        kind: Kind::StandIn(&[MemberShow], Token::Missing, "owner"),
    },
    Fault {
        id: "update-needs-no-token",
        summary: "update takes a caller without a token for somebody who may",
        breaks: &["OS-UPDATE-401"],
        profiles: EVERY,
        kind: Kind::StandIn(&[MemberUpdate], Token::Missing, "member"),
    },
    Fault {
        id: "update-takes-any-token",
        summary: "update takes a token that nobody holds for that of somebody who may",
        breaks: &["OS-UPDATE-401"],
        profiles: EVERY,
        kind: Kind::StandIn(&[MemberUpdate], Token::Unknown, "member"),
    },
    Fault {
        id: "delete-needs-no-token",
        summary: "delete takes a caller without a token for somebody who may",
        breaks: &["OS-DELETE-401"],
        profiles: EVERY,
        kind: Kind::StandIn(&[MemberDelete], Token::Missing, "owner"),
    },
    Fault {
        id: "delete-takes-any-token",
        summary: "delete takes a token that nobody holds for that of somebody who may",
        breaks: &["OS-DELETE-401"],
        profiles: EVERY,
        kind: Kind::StandIn(&[MemberDelete], Token::Unknown, "owner"),
    },
    Fault {
        id: "schema-needs-no-token",
        summary: "schema takes a caller without a token for somebody who may",
        breaks: &["GL-SCHEMA-401"],
        profiles: GLANCE,
        kind: Kind::StandIn(&[SchemaMember], Token::Missing, "owner"),
    },
    Fault {
        id: "schema-takes-any-token",
        summary: "schema takes a token that nobody holds for that of somebody who may",
        breaks: &["GL-SCHEMA-401"],
        profiles: GLANCE,
        kind: Kind::StandIn(&[SchemaMember], Token::Unknown, "owner"),
    },
    Fault {
        id: "v1-list-needs-no-token",
        summary: "v1 list takes a caller without a token for somebody who may",
        breaks: &["HW-V1-LIST-401"],
        profiles: V1,
        kind: Kind::StandIn(&[V1MemberList], Token::Missing, "owner"),
    },
    Fault {
        id: "v1-list-takes-any-token",
        summary: "v1 list takes a token that nobody holds for that of somebody who may",
        breaks: &["HW-V1-LIST-401"],
        profiles: V1,
        kind: Kind::StandIn(&[V1MemberList], Token::Unknown, "owner"),
    },
    Fault {
        id: "v1-show-needs-no-token",
        summary: "v1 show takes a caller without a token for somebody who may",
        breaks: &["V1-SHOW-ST03"],
        profiles: V1,
        kind: Kind::StandIn(&[V1MemberShow], Token::Missing, "owner"),
    },
    Fault {
        id: "show-dumps-headers",
        summary: "show repeats the caller's token where it refuses an image id that is no UUID",
        breaks: &["V2-SHOW-REQ05", "OS-MALFORMED"],
        profiles: EVERY,
        kind: Kind::Reply(&[MemberShow], dump_headers),
    },
    // Callers that may not.
    Fault {
        id: "stranger-adds",
        summary: "a project that cannot see the image can share it",
        breaks: &["OS-ADD-STRANGER", "V2-ADD-ST04", "OS-REFUSAL-CHANGES-NOTHING"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| grant(policy, Action::MemberAdd, Standing::Outsider)),
    },
    Fault {
        id: "stranger-answers",
        summary: "a project that is no member can answer for one",
        breaks: &["OS-UPDATE-STRANGER", "HW-UPDATE-DENIED", "OS-REFUSAL-CHANGES-NOTHING"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| grant(policy, Action::MemberUpdate, Standing::Outsider)),
    },
    Fault {
        id: "stranger-removes",
        summary: "a project that cannot see the image can remove a member",
        breaks: &["OS-DELETE-STRANGER", "HW-DELETE-DENIED", "OS-REFUSAL-CHANGES-NOTHING"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| grant(policy, Action::MemberDelete, Standing::Outsider)),
    },
    Fault {
        id: "member-shows-others",
        summary: "a member can read the rows of the others",
        breaks: &["OS-SHOW-OTHER"],
        profiles: OPENSTACK,
        kind: Kind::Rules(|policy| grant(policy, Action::MemberShow, Standing::Member)),
    },
    Fault {
        id: "member-answers-for-others",
        summary: "a member can answer for another",
        breaks: &["OS-UPDATE-OTHER", "HW-UPDATE-DENIED", "OS-REFUSAL-CHANGES-NOTHING"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| grant(policy, Action::MemberUpdate, Standing::Member)),
    },
    Fault {
        id: "member-removes",
        summary: "a member can remove itself and others",
        breaks: &["OS-DELETE-MEMBER", "OS-DELETE-OTHER", "HW-DELETE-DENIED", "OS-REFUSAL-CHANGES-NOTHING"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| grant(policy, Action::MemberDelete, Standing::Member)),
    },
    Fault {
        id: "reader-adds",
        summary: "a user who may only read can share the image",
        breaks: &["GL-ADD-READER", "OS-REFUSAL-CHANGES-NOTHING"],
        profiles: GLANCE,
        kind: Kind::Ask(&[MemberAdd], |ask| promote(ask, Role::Member)),
    },
    Fault {
        id: "reader-answers",
        summary: "a user who may only read can answer for a member",
        breaks: &["GL-UPDATE-READER", "OS-REFUSAL-CHANGES-NOTHING"],
        profiles: GLANCE,
        kind: Kind::Ask(&[MemberUpdate], |ask| promote(ask, Role::Admin)),
    },
    Fault {
        id: "reader-removes",
        summary: "a user who may only read can remove a member",
        breaks: &["GL-DELETE-READER", "OS-REFUSAL-CHANGES-NOTHING"],
        profiles: GLANCE,
        kind: Kind::Ask(&[MemberDelete], |ask| promote(ask, Role::Member)),
    },
    // Callers that may.
    Fault {
        id: "member-cannot-show",
        summary: "a member cannot read its own row",
        breaks: &[
            "OS-SHOW-OWN",
            "V2-SHOW-ST01",
            "V2-SHOW-RSP02",
            "V2-SHOW-RSP04",
            "HW-SHOW-ROW",
            "V1-SHOW-ST01",
            "OS-UPDATE-ACCEPT",
            "OS-UPDATE-TIME",
        ],
        profiles: EVERY,
        kind: Kind::Rules(|policy| hide(policy, Action::MemberShow, Standing::Member)),
    },
    Fault {
        id: "member-cannot-list",
        summary: "a member cannot list its own row",
        breaks: &["OS-LIST-OWN-ROW"],
        profiles: OPENSTACK,
        kind: Kind::Rules(|policy| hide(policy, Action::MemberList, Standing::Member)),
    },
    Fault {
        id: "member-cannot-read-the-image",
        summary: "a member cannot read the image",
        breaks: &["OS-IMAGE-READ", "V2-ADD-SEM01"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| hide(policy, Action::ImageShow, Standing::Member)),
    },
];
