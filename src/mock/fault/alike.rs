//! Refusals that tell apart what is to look alike: hidden, deleted and missing images, and ids that are no recipient's.

use super::bend::{name_projects, tell_hidden, tell_projects};
use super::kind::{ANYWHERE, Kind, Operations, When};
use super::{EVERY, Fault, WITH_HUAWEI};
use crate::mock::route::Operation::{
    ImageShow, MemberAdd, MemberDelete, MemberList, MemberShow, MemberUpdate, V1MemberList, V1MemberShow,
};

/// The calls about an image by which somebody might look for one.
const ABOUT_IMAGES: Operations =
    &[ImageShow, MemberAdd, MemberDelete, MemberList, MemberShow, MemberUpdate, V1MemberList, V1MemberShow];

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "hidden-images-are-told-by-words",
        summary: "the text of a refusal tells a hidden image from a missing one",
        breaks: &["OS-HIDDEN-ALIKE"],
        profiles: EVERY,
        kind: Kind::Reply(ANYWHERE, tell_hidden),
    },
    Fault {
        id: "hidden-images-are-told-by-a-header",
        summary: "a refusal has a header more where the image is there",
        breaks: &["OS-HIDDEN-ALIKE"],
        profiles: EVERY,
        kind: Kind::Header(ANYWHERE, When::Hidden, "x-image-visibility", Some("private")),
    },
    Fault {
        id: "hidden-images-are-told-by-media-type",
        summary: "a refusal names its charset where the image is there",
        breaks: &["OS-HIDDEN-ALIKE"],
        profiles: WITH_HUAWEI,
        kind: Kind::Header(ANYWHERE, When::Hidden, "content-type", Some("application/json; charset=utf-8")),
    },
    Fault {
        id: "refusals-name-recipients",
        summary: "a refusal names the projects that an image is shared with to somebody who may not see it",
        breaks: &["OS-HIDDEN-ALIKE", "OS-REFUSAL-SILENT"],
        profiles: EVERY,
        kind: Kind::Reply(ANYWHERE, name_projects),
    },
    Fault {
        id: "deleted-images-are-told-by-words",
        summary: "the text of a refusal tells a deleted image from one that never was",
        breaks: &["OS-HIDDEN-ALIKE"],
        profiles: EVERY,
        kind: Kind::Epitaph(ABOUT_IMAGES),
    },
    Fault {
        id: "projects-are-told-by-words",
        summary: "the text of a refusal tells a project that is no recipient from an id that nobody has",
        breaks: &["OS-NOBODY-ALIKE"],
        profiles: EVERY,
        kind: Kind::Reply(&[MemberShow, MemberUpdate, MemberDelete], tell_projects),
    },
];
