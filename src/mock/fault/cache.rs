//! Answers from a cache, and times that are swapped.

use super::bend::{each_row, swap_times};
use super::kind::Kind;
use super::{EVERY, Fault, V1};
use crate::mock::route::Operation::{ImageList, ImageShow, MemberList, MemberShow, V1MemberList, V1MemberShow};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "list-is-stale",
        summary: "the list answers from a cache that nothing renews",
        breaks: &[
            "V2-LIST-SEM01",
            "V2-LIST-RSP05",
            "OS-UPDATE-TIME",
            "V2-ADD-REQ01",
            "V2-LIST-ST05",
            "NTT-LIST-404",
            "GL-DELETED-ADMIN",
        ],
        profiles: EVERY,
        kind: Kind::Stale(&[MemberList]),
    },
    Fault {
        id: "show-is-stale",
        summary: "show answers from a cache that nothing renews",
        breaks: &[
            "V2-SHOW-RSP04",
            "OS-UPDATE-TIME",
            "OS-DELETE-GONE",
            "V2-SHOW-ST04",
            "V2-SHOW-ST06",
            "V2-SHOW-ST07",
            "GL-SHOW-NOT-SHARED",
            "HW-SHOW-404",
        ],
        profiles: EVERY,
        kind: Kind::Stale(&[MemberShow]),
    },
    Fault {
        id: "image-is-stale",
        summary: "reading an image answers from a cache that nothing renews",
        breaks: &["OS-DELETE-REVOKED", "OS-IMAGE-CLOSED", "HW-BATCH-DELETE"],
        profiles: EVERY,
        kind: Kind::Stale(&[ImageShow]),
    },
    Fault {
        id: "image-list-is-stale",
        summary: "the list of images answers from a cache that nothing renews",
        breaks: &["OS-IMAGE-REJECTED", "V1-LIST-SEM03", "OS-DELETE-UNLISTED"],
        profiles: EVERY,
        kind: Kind::Stale(&[ImageList]),
    },
    Fault {
        id: "v1-list-is-stale",
        summary: "the v1 list answers from a cache that nothing renews",
        breaks: &["V1-LIST-RSP05", "HW-V1-LIST-404", "HW-BATCH-DELETE"],
        profiles: V1,
        kind: Kind::Stale(&[V1MemberList]),
    },
    Fault {
        id: "v1-show-is-stale",
        summary: "v1 show answers from a cache that nothing renews",
        breaks: &["V1-SHOW-RSP03", "V1-SHOW-ST05"],
        profiles: V1,
        kind: Kind::Stale(&[V1MemberShow]),
    },
    Fault {
        id: "show-swaps-its-times",
        summary: "show swaps the times of creation and of change",
        breaks: &["V2-SHOW-RSP03", "V2-SHOW-RSP04", "OS-LIST-SHOW-AGREE"],
        profiles: EVERY,
        kind: Kind::Reply(&[MemberShow], |reply, _| each_row(reply, swap_times)),
    },
    Fault {
        id: "list-swaps-its-times",
        summary: "the list swaps the times of creation and of change",
        breaks: &["V2-LIST-EX01", "V2-LIST-RSP04", "V2-LIST-RSP05", "OS-LIST-SHOW-AGREE", "HW-V1-V2-AGREE"],
        profiles: EVERY,
        kind: Kind::Reply(&[MemberList], |reply, _| each_row(reply, swap_times)),
    },
];
