//! Images: what is in whose list, and what may be done to one.

use super::*;
use crate::mock::model::{ImageStatus, WriteError};

fn image(answer: Result<Answer, Refusal>) -> Image {
    match answer {
        Ok(Answer::Image(image)) => *image,
        other => panic!("no image: {other:?}"),
    }
}

#[test]
fn a_recipient_lists_what_it_accepted_and_can_read_the_rest() {
    for policy in [Policy::GLANCE, Policy::NTT, Policy::HUAWEI] {
        let mut cloud = Cloud::shared(policy);
        assert!(cloud.images("member", |_| ()).is_empty());
        cloud.set("member", "member", Some(MemberStatus::Accepted)).unwrap();
        assert_eq!(cloud.images("member", |_| ()), [IMAGE]);
        assert_eq!(cloud.images("member", |q| q.visibility = VisibilityFilter::Only(Visibility::Shared)), [IMAGE]);
        cloud.set("member", "member", Some(MemberStatus::Rejected)).unwrap();
        assert!(cloud.images("member", |_| ()).is_empty());
        assert_eq!(image(cloud.show_image("member")).id, IMAGE);
    }
}

#[test]
fn member_status_selects_for_recipients_and_nobody_else() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    cloud.set("member", "member", Some(MemberStatus::Rejected)).unwrap();
    let listed = |cloud: &mut Cloud, who, filter| !cloud.images(who, |q| q.member_status = filter).is_empty();
    for status in MemberStatus::ALL {
        let filter = MemberStatusFilter::Only(status);
        assert_eq!(listed(&mut cloud, "member", filter), status == MemberStatus::Rejected);
        assert_eq!(listed(&mut cloud, "other-member", filter), status == MemberStatus::Pending);
        assert!(listed(&mut cloud, "owner", filter) && listed(&mut cloud, "admin", filter));
    }
    assert!(listed(&mut cloud, "member", MemberStatusFilter::All));
}

#[test]
fn community_images_of_others_are_listed_only_when_asked_for() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    cloud.publish("owner", Visibility::Community).unwrap();
    for (who, default) in [("owner", true), ("stranger", false), ("admin", false)] {
        assert_eq!(!cloud.images(who, |_| ()).is_empty(), default, "{who}");
        for filter in [VisibilityFilter::Only(Visibility::Community), VisibilityFilter::All] {
            assert_eq!(cloud.images(who, |q| q.visibility = filter), [IMAGE], "{who}");
        }
    }
}

#[test]
fn public_images_are_in_every_list_and_only_an_admin_makes_them() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    for who in ["owner", "member", "reader"] {
        assert_eq!(cloud.publish(who, Visibility::Public).unwrap_err(), Refusal::Publicize, "{who}");
    }
    assert!(matches!(cloud.publish("stranger", Visibility::Public), Err(Refusal::NoImage { .. })));
    cloud.publish("admin", Visibility::Public).unwrap();
    assert_eq!(cloud.images("stranger", |_| ()), [IMAGE]);
    cloud.publish("owner", Visibility::Private).unwrap();
    assert!(cloud.images("stranger", |_| ()).is_empty());
}

#[test]
fn lists_are_newest_first_and_paged() {
    let mut cloud = Cloud::new(Policy::GLANCE);
    for id in ["a", "b", "c"] {
        cloud.create("owner", id).unwrap();
    }
    cloud.create("stranger", "foreign").unwrap();
    assert_eq!(cloud.images("owner", |_| ()), ["c", "b", "a"]);
    assert_eq!(cloud.images("owner", |q| q.limit = 2), ["c", "b"]);
    assert_eq!(cloud.images("owner", |q| q.marker = Some("b".to_owned())), ["a"]);
    assert_eq!(cloud.images("owner", |q| q.name = Some("name of b".to_owned())), ["b"]);
    assert_eq!(cloud.images("admin", |q| q.owner = Some("stranger".to_owned())), ["foreign"]);
}

#[test]
fn a_full_page_names_a_marker_even_where_nothing_follows() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    let query = |limit, marker: &str| {
        Call::ImageList(ImageQuery {
            limit,
            marker: Some(marker.to_owned()).filter(|marker| !marker.is_empty()),
            name: None,
            owner: None,
            visibility: VisibilityFilter::Default,
            member_status: MemberStatusFilter::All,
            hidden: false,
        })
    };
    for (limit, expected) in [(1, Some(IMAGE)), (2, None), (0, None)] {
        let Ok(Answer::Images { next, .. }) = cloud.ask("owner", query(limit, "")) else { panic!("no list") };
        assert_eq!(next.as_deref(), expected);
    }
    let marker = "missing".to_owned();
    assert_eq!(cloud.ask("owner", query(1, "missing")).unwrap_err(), Refusal::BadMarker { marker });
}

#[test]
fn a_new_image_is_shareable_and_queued_and_only_the_caller_s() {
    for policy in [Policy::GLANCE, Policy::NTT, Policy::HUAWEI] {
        let shareable = policy.shareable;
        let new = image(Cloud::new(policy).create("owner", "new"));
        assert_eq!((new.visibility, new.status, &*new.owner), (shareable, ImageStatus::Queued, "owner"));
    }
    let mut cloud = Cloud::new(Policy::GLANCE);
    assert!(cloud.create("reader", "new").is_err());
    let foreign = NewImage { owner: Some("member".to_owned()), ..NewImage::default() };
    let call = Call::ImageCreate(Box::new(foreign));
    assert!(matches!(cloud.ask("owner", call.clone()), Err(Refusal::ForeignOwner { .. })));
    assert_eq!(&*image(cloud.ask("admin", call)).owner, "member");
}

#[test]
fn ids_are_taken_for_ever() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    let taken = Refusal::Write(WriteError::Taken { image: IMAGE.to_owned() });
    assert_eq!(cloud.create("owner", IMAGE).unwrap_err(), taken);
    cloud.delete_image("owner").unwrap();
    assert_eq!(cloud.create("stranger", IMAGE).unwrap_err(), taken);
    assert!(cloud.show_image("owner").is_err());
}

#[test]
fn data_is_taken_once_and_needs_both_formats() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    let upload = || Call::ImageUpload { image: IMAGE.to_owned(), size: 3 };
    assert_eq!(cloud.ask("owner", upload()).unwrap_err(), Refusal::Write(WriteError::NoFormat));
    let raw = |text: &str| Some(text.to_owned());
    let changes = vec![Change::DiskFormat(raw("raw")), Change::ContainerFormat(raw("bare"))];
    cloud.ask("owner", Call::ImageUpdate { image: IMAGE.to_owned(), changes }).unwrap();
    assert!(matches!(cloud.ask("member", upload()), Err(Refusal::Denied(_))));
    cloud.ask("owner", upload()).unwrap();
    let active = image(cloud.show_image("owner"));
    assert_eq!((active.status, active.size), (ImageStatus::Active, Some(3)));
    assert_eq!(cloud.ask("owner", upload()).unwrap_err(), Refusal::Write(WriteError::Uploaded));
}

#[test]
fn a_protected_image_stays() {
    let mut cloud = Cloud::shared(Policy::GLANCE);
    for (protected, gone) in [(true, false), (false, true)] {
        let changes = vec![Change::Protected(protected)];
        cloud.ask("owner", Call::ImageUpdate { image: IMAGE.to_owned(), changes }).unwrap();
        assert_eq!(cloud.delete_image("owner").is_ok(), gone);
    }
}
