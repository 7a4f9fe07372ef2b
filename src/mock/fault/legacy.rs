//! The role-based defaults of before: who may do what there, and what a refusal tells.

use super::bend::grant;
use super::kind::Kind;
use super::{Fault, GLANCE};
use crate::mock::model::{Action, Right, Rows, Standing};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "legacy-readers-only-read",
        summary: "a user who may only read is held to it, although roles count for nothing",
        breaks: &["GL-ADD-READER-LEGACY", "GL-DELETE-READER-LEGACY"],
        profiles: GLANCE,
        kind: Kind::LegacyRules(|policy| policy.readers_write = false),
    },
    Fault {
        id: "legacy-owner-is-told-of-rows",
        summary: "an owner that sets a status is told that there is no such member, although it may set none",
        breaks: &["GL-UPDATE-NOBODY-LEGACY"],
        profiles: GLANCE,
        kind: Kind::LegacyRules(|policy| {
            policy.rights[Action::MemberUpdate as usize][Standing::Owner as usize] = Right::Refused(Rows::All);
        }),
    },
    Fault {
        id: "legacy-member-is-told-of-rows",
        summary: "a member that removes another is told that there is none, although it may remove nobody",
        breaks: &["GL-DELETE-OTHER-LEGACY"],
        profiles: GLANCE,
        kind: Kind::LegacyRules(|policy| {
            policy.rights[Action::MemberDelete as usize][Standing::Member as usize] = Right::Refused(Rows::Own);
        }),
    },
    Fault {
        id: "legacy-member-removes",
        summary: "a member can remove itself and others",
        breaks: &[
            "OS-DELETE-MEMBER",
            "GL-DELETE-OTHER-LEGACY",
            "HW-DELETE-DENIED",
            "OS-REFUSAL-CHANGES-NOTHING",
            "OS-NOBODY-ALIKE",
        ],
        profiles: GLANCE,
        kind: Kind::LegacyRules(|policy| grant(policy, Action::MemberDelete, Standing::Member)),
    },
];
