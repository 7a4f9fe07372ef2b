//! Paging: limits, markers, counts and the edges of pages.

use super::bend::{
    cut, drop_idle_page_info, limit, lose_last, miscount, number_marker, promise_more, refuse_spare_limit, start_over,
    step_forth, turn_round,
};
use super::kind::{At, How, Kind};
use super::{Fault, NATIVE_PAGES, OPENSTACK, V1};
use crate::mock::route::Operation::{MemberList, V1MemberList, V1MemberShow};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "list-heeds-limit",
        summary: "the list has no more rows than a limit says",
        breaks: &["OS-LIST-UNPAGED"],
        profiles: OPENSTACK,
        kind: Kind::Reply(&[MemberList], cut),
    },
    Fault {
        id: "v1-limit-ignored",
        summary: "the v1 list is whole whatever the limit",
        breaks: &["V1-LIST-PG01", "V1-LIST-PG09", "V1-LIST-PG10", "V1-LIST-PG14", "V1-LIST-PG15"],
        profiles: V1,
        kind: Kind::Ask(&[V1MemberList], |ask| limit(ask, |_| None)),
    },
    Fault {
        id: "v1-limit-off-by-one",
        summary: "a page of the v1 list has one row more than its limit",
        breaks: &["V1-LIST-PG01", "V1-LIST-PG15", "V1-LIST-PG09", "V1-LIST-PG10", "V1-LIST-PG06"],
        profiles: V1,
        kind: Kind::Ask(&[V1MemberList], |ask| limit(ask, |limit| limit.map(|limit| limit + 1))),
    },
    Fault {
        id: "v1-limit-exclusive",
        summary: "a page of the v1 list has one row less than its limit, but for a limit of one",
        breaks: &["V1-LIST-PG01", "V1-LIST-PG15", "V1-LIST-PG06"],
        profiles: V1,
        kind: Kind::Ask(&[V1MemberList], |ask| limit(ask, |limit| limit.map(|limit| (limit - 1).max(1)))),
    },
    Fault {
        id: "v1-pages-have-two-rows",
        summary: "the v1 list has pages of two rows where no limit is given",
        breaks: &["V1-LIST-REQ04", "V1-LIST-PG06", "V1-LIST-PG08"],
        profiles: V1,
        kind: Kind::Ask(&[V1MemberList], |ask| {
            limit(ask, |limit| limit.map(|limit| if limit == 500 { 2 } else { limit }))
        }),
    },
    Fault {
        id: "v1-large-limits-refused",
        summary: "the v1 list refuses a limit beyond the rows that are there",
        breaks: &["V1-LIST-PG04"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], refuse_spare_limit),
    },
    Fault {
        id: "v1-last-row-lost",
        summary: "a page of the v1 list after the first has lost its last row",
        breaks: &["V1-LIST-PG06", "V1-LIST-PG12", "HW-WALK-WHOLE"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], lose_last),
    },
    Fault {
        id: "v1-row-lost-between-pages",
        summary: "the row after a marker is skipped",
        breaks: &["V1-LIST-PG06", "V1-LIST-PG12", "HW-WALK-WHOLE"],
        profiles: V1,
        kind: Kind::Ask(&[V1MemberList], step_forth),
    },
    Fault {
        id: "v1-marker-starts-over",
        summary: "a marker leads to the first page again",
        breaks: &["V1-LIST-PG06", "V1-LIST-PG11", "V1-LIST-PG12", "V1-LIST-PG13", "HW-WALK-WHOLE"],
        profiles: V1,
        kind: Kind::Ask(&[V1MemberList], start_over),
    },
    Fault {
        id: "v1-marker-is-an-image-id",
        summary: "the marker is an id of an image and leads nowhere",
        breaks: &["V1-LIST-PG06", "V1-LIST-PG11", "V1-LIST-PG12", "HW-WALK-WHOLE"],
        profiles: V1,
        kind: Kind::Field(
            &[V1MemberList],
            At::PageInfo,
            "next_marker",
            How::Edit(|_| "0fa4b2a2-6a5c-4f0c-9d2c-0c5f0e3f7a11".to_owned()),
        ),
    },
    Fault {
        id: "v1-marker-is-number",
        summary: "the marker is a number",
        breaks: &["V1-LIST-PG10", "V1-LIST-PG06", "V1-LIST-PG11", "HW-WALK-WHOLE"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], number_marker),
    },
    Fault {
        id: "v1-count-of-the-whole",
        summary: "current_count is one more than the rows of the page",
        breaks: &["V1-LIST-PG15"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], miscount),
    },
    Fault {
        id: "v1-lacks-page-info",
        summary: "the v1 list has no page_info",
        breaks: &["V1-LIST-PG09", "V1-LIST-PG10", "V1-LIST-PG14", "V1-LIST-PG15"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::Body, "page_info", How::Gone),
    },
    Fault {
        id: "v1-lacks-page-info-of-the-whole",
        summary: "a page of the v1 list that is the whole list has no page_info",
        breaks: &["V1-LIST-PG09"],
        profiles: V1,
        kind: Kind::Reply(&[V1MemberList], drop_idle_page_info),
    },
    Fault {
        id: "v1-lacks-count",
        summary: "page_info has no current_count",
        breaks: &["V1-LIST-PG14", "V1-LIST-PG15"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberList], At::PageInfo, "current_count", How::Gone),
    },
    Fault {
        id: "v1-order-changes",
        summary: "the rows of the v1 list come in another order every other time",
        breaks: &["HW-WALK-ORDER"],
        profiles: V1,
        kind: Kind::EveryOther(&[V1MemberList], turn_round),
    },
    Fault {
        id: "v1-show-has-page-info",
        summary: "v1 show has a page_info",
        breaks: &["V1-SHOW-EX01"],
        profiles: V1,
        kind: Kind::Field(&[V1MemberShow], At::Row, "page_info", How::Is("")),
    },
    // The native list of Huawei Cloud as of 2026.
    Fault {
        id: "native-limit-off-by-one",
        summary: "a page of the native list has one row more than its limit",
        breaks: &["HW-LIST-LIMIT", "HW-LIST-PAGE-INFO"],
        profiles: NATIVE_PAGES,
        kind: Kind::Ask(&[MemberList], |ask| limit(ask, |limit| limit.map(|limit| limit + 1))),
    },
    Fault {
        id: "native-lacks-page-info",
        summary: "the native list has no page_info",
        breaks: &["HW-LIST-PAGE-INFO"],
        profiles: NATIVE_PAGES,
        kind: Kind::Field(&[MemberList], At::Body, "page_info", How::Gone),
    },
    Fault {
        id: "native-count-off-by-one",
        summary: "current_count of the native list is one more than the rows of the page",
        breaks: &["HW-LIST-PAGE-INFO"],
        profiles: NATIVE_PAGES,
        kind: Kind::Reply(&[MemberList], miscount),
    },
    Fault {
        id: "native-marker-on-last-page",
        summary: "the last page of the native list has a next_marker, which leads to an empty page",
        breaks: &["HW-WALK-WHOLE"],
        profiles: NATIVE_PAGES,
        kind: Kind::Answer(&[MemberList], promise_more),
    },
    Fault {
        id: "native-last-row-lost",
        summary: "a page of the native list after the first has lost its last row",
        breaks: &["HW-WALK-WHOLE"],
        profiles: NATIVE_PAGES,
        kind: Kind::Reply(&[MemberList], lose_last),
    },
    Fault {
        id: "list-lacks-member-type",
        summary: "the rows of the list have no member_type",
        breaks: &["HW-LIST-MEMBER-TYPE"],
        profiles: NATIVE_PAGES,
        kind: Kind::Field(&[MemberList], At::Row, "member_type", How::Gone),
    },
];
