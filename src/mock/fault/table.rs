//! The table of faults; what takes more than a line to do is in `bend`.
//!
//! A fault breaks one promise, in as few calls as it can, and leaves the calls alone by which images and members
//! are prepared: a suite that cannot prepare a case learns nothing from it. A profile is named only where the
//! fault breaks something that binds there, however strongly.

use super::bend::{
    count_as_text, created_for_admin, drop_zone, each_row, forbid_malformed, forbid_unauthorized, forget_limit, grant,
    grant_all, list_unaccepted, promise_more, reword_not_found, step_back,
};
use super::kind::{Kind, Token};
use super::{EVERY, Fault, NATIVE_PAGES, OPENSTACK, V1, WITH_HUAWEI};
use crate::contract::Profile::{Glance, Huawei2024, Huawei2026, Ntt, Otc};
use crate::mock::model::{Action, Slip, Standing};
use crate::mock::route::Operation;

/// An id that nobody has.
const NOBODY: &str = "00000000000000000000000000000000";
/// An image that does not exist.
const NO_IMAGE: &str = "00000000-0000-4000-8000-000000000000";

pub(super) const FAULTS: &[Fault] = &[
    // Status.
    Fault {
        id: "deleted-image-shows-members",
        summary: "show answers 200 for a member of a deleted image",
        breaks: &["V2-SHOW-ST04", "GL-DELETED-ADMIN", "V1-SHOW-ST05", "HW-SHOW-404"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| policy.bent.sees_deleted = &[Action::MemberShow]),
    },
    Fault {
        id: "malformed-member-forbidden",
        summary: "show answers 403 instead of 404 for a member id that is no project id",
        breaks: &["V2-SHOW-REQ06", "V2-SHOW-ST11"],
        profiles: &[Glance, Ntt],
        kind: Kind::Refusal(&[Operation::MemberShow], forbid_malformed),
    },
    Fault {
        id: "admin-add-answers-201",
        summary: "add answers 201 instead of 200 to the admin",
        breaks: &["V2-ADD-ST01", "GL-ADMIN-WRITES", "GL-STATUS"],
        profiles: &[Glance],
        kind: Kind::Reply(&[Operation::MemberAdd], created_for_admin),
    },
    Fault {
        id: "add-forbids-bad-tokens",
        summary: "add answers 403 instead of 401 to a caller without a valid token",
        breaks: &["V2-ADD-ST03"],
        profiles: WITH_HUAWEI,
        kind: Kind::Reply(&[Operation::MemberAdd], forbid_unauthorized),
    },
    // Fields.
    Fault {
        id: "show-lacks-updated-at",
        summary: "show leaves out updated_at",
        breaks: &["V2-SHOW-RSP01", "V2-SHOW-RSP04", "V2-SHOW-EX02", "HW-SHOW-ROW"],
        profiles: EVERY,
        kind: Kind::Reply(&[Operation::MemberShow], |reply, _| {
            each_row(reply, |row| row.remove("updated_at"));
        }),
    },
    Fault {
        id: "v1-count-is-text",
        summary: "the v1 list gives current_count as a string",
        breaks: &["V1-LIST-PG14", "V1-LIST-PG15"],
        profiles: V1,
        kind: Kind::Reply(&[Operation::V1MemberList], count_as_text),
    },
    Fault {
        id: "v1-project-has-urn",
        summary: "the v1 list gives projects a urn, as if they were organizations",
        breaks: &["V1-LIST-RSP11"],
        profiles: V1,
        kind: Kind::Reply(&[Operation::V1MemberList], |reply, _| {
            each_row(reply, |row| row.set("urn", "organizations::0:ou:o-0/ou-0"));
        }),
    },
    // Echo.
    Fault {
        id: "list-names-another-image",
        summary: "the rows of the list carry the id of another image",
        breaks: &["V2-LIST-EX02", "OS-LIST-SHOW-AGREE", "HW-V1-V2-AGREE"],
        profiles: WITH_HUAWEI,
        kind: Kind::Reply(&[Operation::MemberList], |reply, _| {
            each_row(reply, |row| row.set("image_id", NO_IMAGE));
        }),
    },
    Fault {
        id: "add-names-another-member",
        summary: "add answers with another member id than it was sent",
        breaks: &["V2-ADD-RSP04"],
        profiles: EVERY,
        kind: Kind::Reply(&[Operation::MemberAdd], |reply, _| {
            each_row(reply, |row| row.set("member_id", NOBODY));
        }),
    },
    // Times.
    Fault {
        id: "list-times-lack-zone",
        summary: "the times in the list do not say that they are UTC",
        breaks: &["V2-LIST-RSP04", "V2-LIST-RSP05", "V2-LIST-EX01", "OS-LIST-SHOW-AGREE", "HW-V1-V2-AGREE"],
        profiles: WITH_HUAWEI,
        kind: Kind::Reply(&[Operation::MemberList], |reply, _| each_row(reply, drop_zone)),
    },
    Fault {
        id: "v1-show-times-lack-zone",
        summary: "the times of v1 show do not say that they are UTC",
        breaks: &["V1-SHOW-RSP02", "V1-SHOW-RSP03", "HW-V1-LIST-SHOW-AGREE"],
        profiles: V1,
        kind: Kind::Reply(&[Operation::V1MemberShow], |reply, _| each_row(reply, drop_zone)),
    },
    // State that is answered and not kept.
    Fault {
        id: "readded-member-not-stored",
        summary: "adding a member that was removed before is answered and not kept",
        breaks: &["V2-LIST-SEM01", "V2-SHOW-ST01", "OS-ADD-AGAIN"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| policy.bent.slips = &[Slip::ForgetsReadded]),
    },
    Fault {
        id: "second-answer-not-stored",
        summary: "a member's first accept or reject is kept, a later one is only answered",
        breaks: &[
            "V2-SHOW-RSP04",
            "V1-LIST-RSP05",
            "V1-LIST-SEM03",
            "V1-SHOW-RSP03",
            "OS-UPDATE-REJECT",
            "OS-UPDATE-PENDING",
            "OS-UPDATE-TIME",
            "OS-IMAGE-REJECTED",
        ],
        profiles: EVERY,
        kind: Kind::Rules(|policy| policy.bent.slips = &[Slip::ForgetsSecondStatus]),
    },
    Fault {
        id: "removal-not-stored",
        summary: "removing a member answers 204 and keeps it",
        breaks: &[
            "V2-LIST-SEM01",
            "V2-SHOW-ST06",
            "V1-SHOW-ST05",
            "OS-DELETE-GONE",
            "OS-DELETE-AGAIN",
            "OS-DELETE-REVOKED",
            "GL-ADMIN-WRITES",
            "HW-SHOW-404",
        ],
        profiles: EVERY,
        kind: Kind::Rules(|policy| policy.bent.slips = &[Slip::ForgetsRemoval]),
    },
    Fault {
        id: "duplicate-makes-second-row",
        summary: "adding a member again answers 200 and makes a second row",
        breaks: &["V2-LIST-SEM01", "OS-ADD-DUPLICATE", "OS-ADD-ONE-ROW"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| policy.bent.slips = &[Slip::DoublesRow]),
    },
    // Authority.
    Fault {
        id: "bad-token-shows",
        summary: "show takes a token that nobody holds for the owner's",
        breaks: &["V2-SHOW-ST02", "V2-SHOW-REQ07", "V1-SHOW-ST03", "HW-SHOW-401"],
        profiles: EVERY,
        kind: Kind::StandIn(&[Operation::MemberShow, Operation::V1MemberShow], Token::Unknown, "owner"),
    },
    Fault {
        id: "owner-answers-for-member",
        summary: "the owner may set the status of a member",
        breaks: &["OS-UPDATE-OWNER", "HW-UPDATE-DENIED", "OS-REFUSAL-CHANGES-NOTHING"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| grant(policy, Action::MemberUpdate, Standing::Owner)),
    },
    Fault {
        id: "member-shares-on",
        summary: "a member may share the image further",
        breaks: &["V2-ADD-ST04", "OS-ADD-MEMBER", "OS-REFUSAL-CHANGES-NOTHING"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| grant(policy, Action::MemberAdd, Standing::Member)),
    },
    Fault {
        id: "ungranted-user-lists",
        summary: "the list answers a user of the owner's project who was granted nothing",
        breaks: &["V2-LIST-ST04", "V1-LIST-REQ05", "HW-GRANT"],
        profiles: &[Huawei2024, Huawei2026, Otc],
        kind: Kind::Ask(&[Operation::MemberList, Operation::V1MemberList], grant_all),
    },
    Fault {
        id: "v1-project-ignored",
        summary: "v1 does not compare the project of the path with that of the token",
        breaks: &["V1-LIST-REQ02", "V1-SHOW-REQ02", "HW-V1-FOREIGN"],
        profiles: V1,
        kind: Kind::Ask(&[Operation::V1MemberList, Operation::V1MemberShow], |ask| ask.project = None),
    },
    // Leaks.
    Fault {
        id: "stranger-shows",
        summary: "show answers a project that neither owns nor shares the image",
        breaks: &["V2-SHOW-ST08", "V1-SHOW-ST04", "HW-SHOW-DENIED"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| grant(policy, Action::MemberShow, Standing::Outsider)),
    },
    Fault {
        id: "stranger-lists",
        summary: "the list answers a project that neither owns nor shares the image",
        breaks: &["V2-LIST-ST04", "OS-LIST-STRANGER", "HW-V1-LIST-DENIED"],
        profiles: EVERY,
        kind: Kind::Rules(|policy| grant(policy, Action::MemberList, Standing::Outsider)),
    },
    Fault {
        id: "member-lists-others",
        summary: "a member sees the rows of the other members",
        breaks: &["OS-LIST-OWN-ROW"],
        profiles: OPENSTACK,
        kind: Kind::Rules(|policy| grant(policy, Action::MemberList, Standing::Member)),
    },
    Fault {
        id: "unaccepted-images-listed",
        summary: "the list of images has those that the caller has not accepted or has rejected",
        breaks: &["V1-LIST-SEM03", "OS-IMAGE-PENDING", "OS-IMAGE-REJECTED", "GL-IMAGE-FILTER"],
        profiles: EVERY,
        kind: Kind::Ask(&[Operation::ImageList], list_unaccepted),
    },
    // Words that nothing promises: a snapshot shows them, and no case fails.
    Fault {
        id: "reworded-not-found",
        summary: "show says in other words that there is no such member or image",
        breaks: &[],
        profiles: &[Glance],
        kind: Kind::Reply(&[Operation::MemberShow], reword_not_found),
    },
    // Paging.
    Fault {
        id: "v1-limit-ignored-after-marker",
        summary: "the v1 list gives all remaining rows once there is a marker, whatever the limit",
        breaks: &["V1-LIST-PG01"],
        profiles: V1,
        kind: Kind::Ask(&[Operation::V1MemberList], forget_limit),
    },
    Fault {
        id: "v1-row-on-both-pages",
        summary: "a page of the v1 list has the last row of the page before as well, beyond its limit",
        breaks: &["V1-LIST-PG01", "V1-LIST-PG06", "HW-WALK-WHOLE"],
        profiles: V1,
        kind: Kind::Ask(&[Operation::V1MemberList], step_back),
    },
    Fault {
        id: "v1-marker-on-last-page",
        summary: "the last page of the v1 list has a next_marker, which leads to an empty page",
        breaks: &["V1-LIST-PG12", "V1-LIST-PG13"],
        profiles: V1,
        kind: Kind::Answer(&[Operation::V1MemberList], promise_more),
    },
    Fault {
        id: "native-row-on-both-pages",
        summary: "a page of the native list has the last row of the page before as well, beyond its limit",
        breaks: &["HW-LIST-LIMIT", "HW-LIST-MARKER", "HW-WALK-WHOLE"],
        profiles: NATIVE_PAGES,
        kind: Kind::Ask(&[Operation::MemberList], step_back),
    },
];
