//! Images that take, list, show or lose members though their visibility forbids it.

use super::kind::Kind;
use super::{EVERY, Fault, GLANCE, OPENSTACK};
use crate::mock::model::{Action, Visibility};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "public-image-takes-members",
        summary: "an image of visibility public takes members",
        breaks: &["OS-ADD-PUBLIC", "HW-ADD-PUBLIC"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| policy.bent.shares_also = &[(Action::MemberAdd, Visibility::Public)]),
    },
    Fault {
        id: "private-image-takes-members",
        summary: "an image of visibility private takes members",
        breaks: &["GL-ADD-PRIVATE"],
        profiles: GLANCE,
        kind: Kind::Rules(|policy| policy.bent.shares_also = &[(Action::MemberAdd, Visibility::Private)]),
    },
    Fault {
        id: "community-image-takes-members",
        summary: "an image of visibility community takes members",
        breaks: &["GL-ADD-COMMUNITY"],
        profiles: GLANCE,
        kind: Kind::Rules(|policy| policy.bent.shares_also = &[(Action::MemberAdd, Visibility::Community)]),
    },
    Fault {
        id: "public-image-lists-members",
        summary: "the owner can list the members of an image of visibility public",
        breaks: &["OS-LIST-PUBLIC"],
        profiles: OPENSTACK,
        kind: Kind::Rules(|policy| policy.bent.shares_also = &[(Action::MemberList, Visibility::Public)]),
    },
    Fault {
        id: "private-image-lists-members",
        summary: "the owner can list the members of an image of visibility private",
        breaks: &["GL-LIST-PRIVATE"],
        profiles: GLANCE,
        kind: Kind::Rules(|policy| policy.bent.shares_also = &[(Action::MemberList, Visibility::Private)]),
    },
    Fault {
        id: "community-image-lists-members",
        summary: "the owner can list the members of an image of visibility community",
        breaks: &["GL-LIST-COMMUNITY"],
        profiles: GLANCE,
        kind: Kind::Rules(|policy| policy.bent.shares_also = &[(Action::MemberList, Visibility::Community)]),
    },
    Fault {
        id: "public-image-shows-members",
        summary: "show answers for a member of an image that was made public",
        breaks: &["V2-SHOW-ST07"],
        profiles: OPENSTACK,
        kind: Kind::Rules(|policy| policy.bent.shares_also = &[(Action::MemberShow, Visibility::Public)]),
    },
    Fault {
        id: "private-image-shows-members",
        summary: "show answers for a member of an image that was made private again",
        breaks: &["GL-SHOW-NOT-SHARED"],
        profiles: GLANCE,
        kind: Kind::Rules(|policy| policy.bent.shares_also = &[(Action::MemberShow, Visibility::Private)]),
    },
    Fault {
        id: "public-image-loses-members",
        summary: "a member of an image that was made public can be removed",
        breaks: &["OS-DELETE-PUBLIC"],
        profiles: OPENSTACK,
        kind: Kind::Rules(|policy| policy.bent.shares_also = &[(Action::MemberDelete, Visibility::Public)]),
    },
];
