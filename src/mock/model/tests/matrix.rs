//! The status matrix, cell by cell, each on a cloud of its own.

use super::*;
use crate::mock::model::Action;

const CALLERS: [&str; 6] = ["owner", "reader", "member", "other-member", "stranger", "admin"];

/// The image, the call, and a status for each of the callers. `nobody` is a project that is no member.
const MATRIX: &[(&str, &str, [u16; 6])] = &[
    ("unshared", "list", [200, 200, 404, 404, 404, 200]),
    ("unshared", "show", [404, 404, 404, 404, 404, 404]),
    ("unshared", "add nobody", [200, 403, 404, 404, 404, 200]),
    ("shared", "list", [200, 200, 200, 200, 404, 200]),
    ("shared", "show", [200, 200, 200, 404, 404, 200]),
    ("shared", "show other-member", [200, 200, 404, 200, 404, 200]),
    ("shared", "show nobody", [404, 404, 404, 404, 404, 404]),
    ("shared", "add nobody", [200, 403, 403, 403, 404, 200]),
    ("shared", "add", [409, 403, 403, 403, 404, 409]),
    ("shared", "set", [403, 403, 200, 404, 404, 200]),
    ("shared", "set nobody", [404, 404, 404, 404, 404, 404]),
    ("shared", "remove", [200, 403, 403, 404, 404, 200]),
    ("shared", "remove nobody", [404, 404, 404, 404, 404, 404]),
    ("shared", "show-image", [200, 200, 200, 200, 404, 200]),
    ("shared", "rename-image", [200, 403, 403, 403, 404, 200]),
    ("shared", "delete-image", [200, 403, 403, 403, 404, 200]),
    ("private", "list", [403, 403, 404, 404, 404, 403]),
    ("private", "show", [404, 404, 404, 404, 404, 404]),
    ("private", "add nobody", [403, 403, 404, 404, 404, 403]),
    ("private", "set", [403, 403, 404, 404, 404, 403]),
    ("private", "remove", [403, 403, 404, 404, 404, 403]),
    ("private", "show-image", [200, 200, 404, 404, 404, 200]),
    ("community", "list", [403; 6]),
    ("community", "show", [404; 6]),
    ("community", "add nobody", [403; 6]),
    ("community", "set", [403; 6]),
    ("community", "remove", [403; 6]),
    ("community", "show-image", [200; 6]),
    ("public", "list", [403; 6]),
    ("public", "show", [404; 6]),
    ("public", "add nobody", [403; 6]),
    ("public", "set", [403; 6]),
    ("public", "remove", [403; 6]),
    ("public", "show-image", [200; 6]),
    ("public", "rename-image", [200, 403, 403, 403, 403, 200]),
    ("public", "delete-image", [200, 403, 403, 403, 403, 200]),
    ("deleted", "list", [404; 6]),
    ("deleted", "show", [404; 6]),
    ("deleted", "add nobody", [404; 6]),
    ("deleted", "set", [404; 6]),
    ("deleted", "remove", [404; 6]),
    ("deleted", "show-image", [404; 6]),
    ("deleted", "delete-image", [404; 6]),
    ("missing", "list", [404; 6]),
    ("missing", "show", [404; 6]),
    ("missing", "add nobody", [404; 6]),
    ("missing", "set", [404; 6]),
    ("missing", "remove", [404; 6]),
    ("missing", "rename-image", [404; 6]),
];

#[test]
fn glance_answers_as_recorded() {
    for (image, call, expected) in MATRIX {
        check(&Policy::GLANCE, image, call, &CALLERS, expected);
    }
}

/// What differs with the defaults of before.
const LEGACY: &[(&str, &str, [u16; 6])] = &[
    ("unshared", "add nobody", [200, 200, 404, 404, 404, 200]),
    ("shared", "add nobody", [200, 200, 403, 403, 404, 200]),
    ("shared", "add", [409, 409, 403, 403, 404, 409]),
    ("shared", "set nobody", [403, 403, 404, 404, 404, 404]),
    ("shared", "remove", [200, 200, 403, 403, 404, 200]),
    ("shared", "remove nobody", [404, 404, 403, 403, 404, 404]),
    ("shared", "rename-image", [200, 200, 403, 403, 404, 200]),
    ("shared", "delete-image", [200, 200, 403, 403, 404, 200]),
    ("public", "rename-image", [200, 200, 403, 403, 403, 200]),
    ("public", "delete-image", [200, 200, 403, 403, 403, 200]),
];

#[test]
fn glance_with_the_defaults_of_before_answers_as_its_code_says() {
    for (image, call, expected) in MATRIX {
        let other = LEGACY.iter().find(|row| (row.0, row.1) == (*image, *call));
        check(&Policy::GLANCE.legacy(), image, call, &CALLERS, other.map_or(expected, |row| &row.2));
    }
}

/// Where private images are shared, what Glance says of `shared` holds of them, and there is no third visibility.
#[test]
fn profiles_that_share_private_images_answer_alike() {
    let known = MATRIX.iter().filter(|(image, ..)| !["private", "community"].contains(image));
    for (image, call, expected) in known {
        for policy in [Policy::NTT, Policy::HUAWEI] {
            check(&policy, image, call, &CALLERS, expected);
        }
    }
}

#[test]
fn a_user_without_a_grant_is_refused_whatever_its_project_may() {
    for (image, call, expected) in MATRIX.iter().filter(|(image, ..)| *image == "shared") {
        let expected = if expected[0] == 404 { 404 } else { 403 };
        check(&Policy::HUAWEI, image, call, &["ungranted"], &[expected]);
    }
    let mut cloud = Cloud::shared(Policy::HUAWEI);
    assert_eq!(cloud.create("ungranted", "new").unwrap_err(), Refusal::NoImages { writes: true });
}

fn check(policy: &Policy, image: &str, call: &str, callers: &[&str], expected: &[u16]) {
    for (who, expected) in callers.iter().zip(expected) {
        let mut cloud = prepare(policy, image);
        let answer = perform(&mut cloud, call, who);
        assert_eq!(status(&answer), *expected, "{image}, {call} by {who}: {answer:?}");
    }
}

fn prepare(policy: &Policy, image: &str) -> Cloud {
    let mut cloud = Cloud::new(policy.clone());
    if image == "unshared" {
        cloud.create("owner", IMAGE).unwrap();
        return cloud;
    }
    if image != "missing" {
        cloud = Cloud::shared(policy.clone());
    }
    match image {
        "private" => drop(cloud.publish("owner", Visibility::Private).unwrap()),
        "community" => drop(cloud.publish("owner", Visibility::Community).unwrap()),
        "public" => drop(cloud.publish("admin", Visibility::Public).unwrap()),
        "deleted" => drop(cloud.delete_image("owner").unwrap()),
        _ => {}
    }
    cloud
}

fn perform(cloud: &mut Cloud, call: &str, who: &str) -> Result<Answer, Refusal> {
    let (call, member) = call.split_once(' ').unwrap_or((call, "member"));
    match call {
        "list" => cloud.list(who),
        "show" => cloud.show(who, member),
        "add" => cloud.add(who, member),
        "set" => cloud.set(who, member, Some(MemberStatus::Accepted)),
        "remove" => cloud.remove(who, member),
        "show-image" => cloud.show_image(who),
        "delete-image" => cloud.delete_image(who),
        "rename-image" => {
            let changes = vec![Change::Name(Some("new".to_owned()))];
            cloud.ask(who, Call::ImageUpdate { image: IMAGE.to_owned(), changes })
        }
        other => panic!("no call {other}"),
    }
}

/// Returns the recorded status, with 200 for every success.
fn status(answer: &Result<Answer, Refusal>) -> u16 {
    match answer {
        Ok(_) => 200,
        Err(
            Refusal::NoImage { .. }
            | Refusal::NoMember { .. }
            | Refusal::NotShareable { action: Action::MemberShow, .. },
        ) => 404,
        Err(Refusal::Duplicate { .. }) => 409,
        Err(_) => 403,
    }
}
