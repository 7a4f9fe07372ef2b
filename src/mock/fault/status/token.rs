//! Callers without a good token, with another status than 401.

use super::super::bend::forbid_unauthorized;
use super::super::kind::{Kind, When};
use super::super::{EVERY, Fault, GLANCE, V1, WITH_HUAWEI};
use crate::mock::route::Operation::{
    MemberAdd, MemberDelete, MemberList, MemberShow, MemberUpdate, SchemaMember, SchemaMembers, V1MemberList,
    V1MemberShow,
};

pub(in crate::mock::fault) const FAULTS: &[Fault] = &[
    Fault {
        id: "list-forbids-bad-tokens",
        summary: "list answers 403 instead of 401 to a caller without a valid token",
        breaks: &["V2-LIST-ST03", "NTT-401", "GL-401-CHALLENGE"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberList], When::NoToken, 403),
    },
    Fault {
        id: "show-forbids-bad-tokens",
        summary: "show answers 403 instead of 401 to a caller without a valid token",
        breaks: &["V2-SHOW-ST02", "V2-SHOW-REQ04", "V2-SHOW-REQ07", "V2-SHOW-ST11", "HW-SHOW-401"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberShow], When::NoToken, 403),
    },
    Fault {
        id: "update-forbids-bad-tokens",
        summary: "update answers 403 instead of 401 to a caller without a valid token",
        breaks: &["OS-UPDATE-401"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberUpdate], When::NoToken, 403),
    },
    Fault {
        id: "delete-forbids-bad-tokens",
        summary: "delete answers 403 instead of 401 to a caller without a valid token",
        breaks: &["OS-DELETE-401"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberDelete], When::NoToken, 403),
    },
    Fault {
        id: "v1-list-forbids-bad-tokens",
        summary: "v1 list answers 403 instead of 401 to a caller without a valid token",
        breaks: &["HW-V1-LIST-401"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberList], When::NoToken, 403),
    },
    Fault {
        id: "v1-show-forbids-bad-tokens",
        summary: "v1 show answers 403 instead of 401 to a caller without a valid token",
        breaks: &["V1-SHOW-ST03"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberShow], When::NoToken, 403),
    },
    Fault {
        id: "list-hides-from-bad-tokens",
        summary: "list answers 404 instead of 401 to a caller without a valid token",
        breaks: &["V2-LIST-ST03", "NTT-401", "GL-401-CHALLENGE"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberList], When::NoToken, 404),
    },
    Fault {
        id: "add-hides-from-bad-tokens",
        summary: "add answers 404 instead of 401 to a caller without a valid token",
        breaks: &["V2-ADD-ST03", "NTT-401"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberAdd], When::NoToken, 404),
    },
    Fault {
        id: "show-hides-from-bad-tokens",
        summary: "show answers 404 instead of 401 to a caller without a valid token",
        breaks: &["V2-SHOW-ST02", "V2-SHOW-REQ04", "V2-SHOW-REQ07", "HW-SHOW-401", "OS-SHOW-FOREIGN-TOKEN"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberShow], When::NoToken, 404),
    },
    Fault {
        id: "update-hides-from-bad-tokens",
        summary: "update answers 404 instead of 401 to a caller without a valid token",
        breaks: &["OS-UPDATE-401"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberUpdate], When::NoToken, 404),
    },
    Fault {
        id: "delete-hides-from-bad-tokens",
        summary: "delete answers 404 instead of 401 to a caller without a valid token",
        breaks: &["OS-DELETE-401"],
        profiles: EVERY,
        kind: Kind::Status(&[MemberDelete], When::NoToken, 404),
    },
    Fault {
        id: "schemas-hides-from-bad-tokens",
        summary: "schemas answers 404 instead of 401 to a caller without a valid token",
        breaks: &["GL-SCHEMA-401"],
        profiles: GLANCE,
        kind: Kind::Status(&[SchemaMember, SchemaMembers], When::NoToken, 404),
    },
    Fault {
        id: "v1-list-hides-from-bad-tokens",
        summary: "v1 list answers 404 instead of 401 to a caller without a valid token",
        breaks: &["HW-V1-LIST-401"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberList], When::NoToken, 404),
    },
    Fault {
        id: "v1-show-hides-from-bad-tokens",
        summary: "v1 show answers 404 instead of 401 to a caller without a valid token",
        breaks: &["V1-SHOW-ST03"],
        profiles: V1,
        kind: Kind::Status(&[V1MemberShow], When::NoToken, 404),
    },
    Fault {
        id: "add-forbids-bad-tokens",
        summary: "add answers 403 instead of 401 to a caller without a valid token",
        breaks: &["V2-ADD-ST03"],
        profiles: WITH_HUAWEI,
        kind: Kind::Reply(&[MemberAdd], forbid_unauthorized),
    },
];
