//! Rows: what becomes of them, in which order, and how a list of them is cut into pages.

use super::*;

const ALL: [Policy; 3] = [Policy::GLANCE, Policy::NTT, Policy::HUAWEI];

#[test]
fn owner_reader_and_admin_see_every_row_and_members_their_own() {
    for policy in ALL {
        let mut cloud = Cloud::shared(policy);
        for who in ["owner", "reader", "admin"] {
            assert_eq!(rows(cloud.list(who)), ["member", "other-member"], "{who}");
        }
        assert_eq!(rows(cloud.list("other-member")), ["other-member"]);
    }
}

#[test]
fn a_new_row_is_pending_and_as_old_as_its_last_change() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    let row = row(cloud.add("owner", "third"));
    assert_eq!((row.status, row.created), (MemberStatus::Pending, row.updated));
    assert_eq!((row.image.as_str(), row.recipient.as_str()), (IMAGE, "third"));
}

#[test]
fn every_change_of_status_is_allowed_and_moves_the_time_and_the_same_status_does_not() {
    for from in MemberStatus::ALL {
        for to in MemberStatus::ALL {
            let mut cloud = Cloud::shared(Policy::GLANCE);
            let before = row(cloud.set("member", "member", Some(from)));
            let after = row(cloud.set("member", "member", Some(to)));
            assert_eq!(after.status, to);
            assert_eq!(after.updated > before.updated, from != to, "{from:?} to {to:?}");
            assert_eq!(after.created, before.created);
            assert_eq!(row(cloud.show("owner", "member")), after);
        }
    }
}

#[test]
fn a_status_that_is_none_is_refused_after_the_right_is_known() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    assert_eq!(cloud.set("member", "member", None).unwrap_err(), Refusal::BadStatus);
    assert!(matches!(cloud.set("owner", "member", None), Err(Refusal::Denied(_))));
    assert!(matches!(cloud.set("owner", "nobody", None), Err(Refusal::NoMember { .. })));
    assert_eq!(row(cloud.show("member", "member")).status, MemberStatus::Pending);
}

#[test]
fn huawei_takes_no_answer_back() {
    let mut cloud = Cloud::shared(Policy::HUAWEI);
    row(cloud.set("member", "member", Some(MemberStatus::Accepted)));
    assert_eq!(cloud.set("member", "member", Some(MemberStatus::Pending)).unwrap_err(), Refusal::BadStatus);
}

#[test]
fn a_duplicate_leaves_the_row_as_it_was() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    let accepted = row(cloud.set("member", "member", Some(MemberStatus::Accepted)));
    assert!(matches!(cloud.add("owner", "member"), Err(Refusal::Duplicate { .. })));
    assert_eq!(row(cloud.show("owner", "member")), accepted);
    assert_eq!(rows(cloud.list("owner")).len(), 2);
}

#[test]
fn glance_revives_a_removed_row_in_its_place_and_with_its_age() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    let first = row(cloud.set("member", "member", Some(MemberStatus::Accepted)));
    cloud.remove("owner", "member").unwrap();
    assert_eq!(rows(cloud.list("owner")), ["other-member"]);
    let again = row(cloud.add("owner", "member"));
    assert_eq!((again.status, again.created), (MemberStatus::Pending, first.created));
    assert!(again.updated > first.updated);
    assert_eq!(rows(cloud.list("owner")), ["member", "other-member"]);
}

#[test]
fn elsewhere_a_member_that_comes_back_is_new() {
    let mut cloud = Cloud::shared(Policy::HUAWEI);
    cloud.remove("owner", "member").unwrap();
    let again = row(cloud.add("owner", "member"));
    assert_eq!(again.created, again.updated);
    assert_eq!(rows(cloud.list("owner")), ["other-member", "member"]);
}

#[test]
fn the_quota_binds_everybody_and_comes_before_duplicates() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    for number in 3..=128 {
        cloud.add("owner", &format!("project-{number}")).unwrap();
    }
    let full = Refusal::OverQuota { image: IMAGE.to_owned(), attempted: 129, maximum: 128 };
    for (who, member) in [("owner", "new"), ("admin", "new"), ("owner", "member"), ("owner", "\u{1f600}")] {
        assert_eq!(cloud.add(who, member).unwrap_err(), full, "{who}, {member}");
    }
    cloud.remove("owner", "member").unwrap();
    cloud.add("owner", "new").unwrap();
}

#[test]
fn member_ids_are_any_text_except_what_the_database_cannot_keep() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    for member in ["owner", "x", "a/b", " ", "\0", "MEMBER", "\u{e9}"] {
        cloud.add("owner", member).unwrap();
        assert_eq!(row(cloud.show("owner", member)).recipient, member);
    }
    assert_eq!(cloud.add("owner", "\u{1f600}").unwrap_err(), Refusal::WideMember);
    assert!(matches!(cloud.set("owner", "owner", Some(MemberStatus::Accepted)), Err(Refusal::Denied(_))));
}

#[test]
fn huawei_shares_nothing_with_its_owner() {
    let mut cloud = Cloud::shared(Policy::HUAWEI);
    assert_eq!(cloud.add("owner", "owner").unwrap_err(), Refusal::OwnProject);
}

#[test]
fn removing_the_owner_as_a_member_leaves_the_image_in_its_list() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    cloud.add("owner", "owner").unwrap();
    cloud.remove("owner", "owner").unwrap();
    assert_eq!(cloud.images("owner", |_| ()), [IMAGE]);
}

#[test]
fn rows_outlive_a_time_as_private() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    row(cloud.set("member", "member", Some(MemberStatus::Accepted)));
    cloud.publish("owner", Visibility::Private).unwrap();
    assert!(cloud.show_image("member").is_err());
    cloud.publish("owner", Visibility::Shared).unwrap();
    assert_eq!(row(cloud.show("member", "member")).status, MemberStatus::Accepted);
}

#[test]
fn pages_of_any_size_make_up_the_whole_list() {
    let mut cloud = Cloud::shared(Policy::HUAWEI);
    for member in ["third", "fourth", "fifth"] {
        cloud.add("owner", member).unwrap();
    }
    for limit in 1..=6 {
        let (mut seen, mut after, mut sizes) = (Vec::new(), None, Vec::new());
        loop {
            let (page, next) = cloud.page(limit, after);
            sizes.push(page.len());
            seen.extend(page);
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, ["member", "other-member", "third", "fourth", "fifth"], "by {limit}");
        assert_eq!(sizes.len(), 5_usize.div_ceil(limit), "by {limit}");
        assert!(sizes.iter().all(|size| (1..=limit).contains(size)));
    }
}

#[test]
fn a_walk_survives_rows_that_come_and_go() {
    let mut cloud = Cloud::shared(Policy::HUAWEI);
    cloud.add("owner", "third").unwrap();
    let (first, after) = cloud.page(1, None);
    cloud.remove("owner", &first[0]).unwrap();
    cloud.add("owner", "late").unwrap();
    assert_eq!(cloud.page(10, after), (vec!["other-member".into(), "third".into(), "late".into()], None));
    assert_eq!(cloud.page(10, Some(usize::MAX)), (Vec::new(), None));
}

#[test]
fn a_path_with_another_project_is_refused_before_anything_else() {
    let mut cloud = Cloud::shared(Policy::HUAWEI);
    let caller = Caller { project: "owner".into(), role: Role::Member };
    let call = Call::MemberShow { image: "missing".to_owned(), member: "member".to_owned() };
    let ask = Ask { caller, project: Some("member".to_owned()), call };
    assert_eq!(cloud.model.apply(ask, Stamp(9)).unwrap_err(), Refusal::ForeignProject);
}
