//! Every fault must show, and only in the answers that it is about.

use std::collections::BTreeSet;

use super::huawei::{walk, walk_on};
use super::*;
use crate::mock::fault::faults;

const NEW: &str = r#"{"member": "0123456789abcdef0123456789abcdef"}"#;
const ADMIN_S: &str = r#"{"member": "1123456789abcdef0123456789abcdef"}"#;
const MEMBER_S: &str = r#"{"member": "2123456789abcdef0123456789abcdef"}"#;
const MEMBER: &str = r#"{"member": "{member}"}"#;
const OTHER: &str = r#"{"member": "{other-member}"}"#;
const ACCEPT: &str = r#"{"status": "accepted"}"#;
const REJECT: &str = r#"{"status": "rejected"}"#;

/// A step of the tour: its name, who asks, the request line, the body. `L` is the list, `V` the list in v1.
type Step = (&'static str, &'static str, &'static str, &'static str);

const TOUR: &[Step] = &[
    ("list", "owner", "GET L", ""),
    ("list by member", "member", "GET L", ""),
    ("list by stranger", "stranger", "GET L", ""),
    ("list by bad token", "bad-token", "GET L", ""),
    ("list by ungranted", "ungranted", "GET L", ""),
    ("show", "owner", "GET L/{member}", ""),
    ("show by member", "member", "GET L/{member}", ""),
    ("show other", "member", "GET L/{other-member}", ""),
    ("show by stranger", "stranger", "GET L/{member}", ""),
    ("show by bad token", "bad-token", "GET L/{member}", ""),
    ("show by nobody", "nobody", "GET L/{member}", ""),
    ("show malformed", "owner", "GET L/!!", ""),
    ("show unknown", "owner", "GET L/00000000000000000000000000000000", ""),
    ("add", "owner", "POST L", NEW),
    ("add by bad token", "bad-token", "POST L", NEW),
    ("add by admin", "admin", "POST L", ADMIN_S),
    ("add by member", "member", "POST L", MEMBER_S),
    ("add twice", "owner", "POST L", MEMBER),
    ("list of more", "owner", "GET L", ""),
    ("images before", "member", "GET /v2/images", ""),
    ("accept by owner", "owner", "PUT L/{member}", ACCEPT),
    ("accept by stranger", "stranger", "PUT L/{member}", ACCEPT),
    ("accept", "member", "PUT L/{member}", ACCEPT),
    ("images after", "member", "GET /v2/images", ""),
    ("reject", "member", "PUT L/{member}", REJECT),
    ("show rejected", "member", "GET L/{member}", ""),
    ("images in the end", "member", "GET /v2/images", ""),
    ("remove", "owner", "DELETE L/{other-member}", ""),
    ("show removed", "owner", "GET L/{other-member}", ""),
    ("add again", "owner", "POST L", OTHER),
    ("show again", "owner", "GET L/{other-member}", ""),
];

const V1_TOUR: &[Step] = &[
    ("v1 list", "owner", "GET V", ""),
    ("v1 list by stranger", "stranger", "GET /v1/{stranger}/cloudimages/I/members", ""),
    ("v1 list by ungranted", "ungranted", "GET V", ""),
    ("v1 list elsewhere", "owner", "GET /v1/{stranger}/cloudimages/I/members", ""),
    ("v1 show", "owner", "GET V/{member}", ""),
    ("v1 show by stranger", "stranger", "GET /v1/{stranger}/cloudimages/I/members/{member}", ""),
    ("v1 show by bad token", "bad-token", "GET V/{member}", ""),
    ("v1 show elsewhere", "owner", "GET /v1/{stranger}/cloudimages/I/members/{member}", ""),
];

const END: &[Step] = &[
    ("delete", "owner", "DELETE /v2/images/I", ""),
    ("list deleted", "owner", "GET L", ""),
    ("show deleted", "owner", "GET L/{member}", ""),
];

/// What each fault may change, in the profiles where it applies; together they change all of it.
const CHANGES: &[(&str, &[&str])] = &[
    ("deleted-image-shows-members", &["show deleted"]),
    ("malformed-member-forbidden", &["show malformed"]),
    ("admin-add-answers-201", &["add by admin"]),
    ("add-forbids-bad-tokens", &["add by bad token"]),
    ("show-lacks-updated-at", &["show", "show again", "show by member", "show rejected"]),
    ("v1-count-is-text", &["v1 list"]),
    ("v1-project-has-urn", &["v1 list"]),
    ("list-names-another-image", &["list", "list by member", "list of more"]),
    ("add-names-another-member", &["add", "add again", "add by admin"]),
    ("list-times-lack-zone", &["list", "list by member", "list of more"]),
    ("v1-show-times-lack-zone", &["v1 show"]),
    ("readded-member-not-stored", &["show again", "v1 list", "v1 walk by 1", "v1 walk by 2", "walk by 1"]),
    ("second-answer-not-stored", &["images in the end", "show rejected", "v1 list", "v1 show"]),
    ("removal-not-stored", &["add again", "show removed", "v1 list", "v1 walk by 1", "v1 walk by 2", "walk by 1"]),
    (
        "duplicate-makes-second-row",
        &["add twice", "list of more", "v1 list", "v1 walk by 1", "v1 walk by 2", "walk by 1"],
    ),
    ("bad-token-shows", &["show by bad token", "v1 show by bad token"]),
    ("owner-answers-for-member", &["accept by owner"]),
    ("member-shares-on", &["add by member", "list of more", "v1 list", "v1 walk by 1", "v1 walk by 2", "walk by 1"]),
    ("ungranted-user-lists", &["list by ungranted", "v1 list by ungranted"]),
    ("v1-project-ignored", &["v1 list elsewhere", "v1 show elsewhere"]),
    ("stranger-shows", &["show by stranger", "v1 show by stranger"]),
    ("stranger-lists", &["list by stranger", "v1 list by stranger"]),
    ("member-lists-others", &["list by member"]),
    ("unaccepted-images-listed", &["images before", "images in the end"]),
    (
        "reworded-not-found",
        &["show by stranger", "show deleted", "show malformed", "show other", "show removed", "show unknown"],
    ),
    ("v1-limit-ignored-after-marker", &["v1 walk by 1"]),
    ("v1-row-on-both-pages", &["v1 walk by 1", "v1 walk by 2"]),
    ("v1-marker-on-last-page", &["v1 list", "v1 walk by 1", "v1 walk by 2"]),
    ("native-row-on-both-pages", &["walk by 1"]),
];

#[test]
fn every_fault_changes_its_own_answers_and_no_other() {
    for fault in faults() {
        let mut changed = BTreeSet::new();
        for profile in fault.profiles {
            let sound = tour(*profile, &[]);
            let broken = tour(*profile, &[fault.id]);
            assert_ne!(sound, broken, "{} does not show in {profile}", fault.id);
            changed.extend(sound.iter().zip(&broken).filter(|(a, b)| a != b).map(|(step, _)| step.0));
        }
        let (_, expected) = CHANGES.iter().find(|(id, _)| *id == fault.id).unwrap();
        assert_eq!(changed, expected.iter().copied().collect(), "{}", fault.id);
    }
}

#[test]
fn the_table_is_in_order() {
    let ids: BTreeSet<_> = faults().iter().map(|fault| fault.id).collect();
    assert_eq!(ids.len(), faults().len());
    assert_eq!(CHANGES.len(), faults().len());
    for fault in faults() {
        // Words bind nobody; every other fault breaks a promise.
        let words = fault.id.starts_with("reworded-");
        assert!(fault.breaks.is_empty() == words && !fault.profiles.is_empty(), "{}", fault.id);
        assert!(!fault.summary.ends_with('.') && !fault.summary.is_empty(), "{}", fault.id);
        assert_eq!(fault.breaks.iter().collect::<BTreeSet<_>>().len(), fault.breaks.len(), "{}", fault.id);
    }
}

#[test]
fn a_fault_is_refused_by_profiles_that_promise_nothing_of_it() {
    let refused = |profile, id: &str| Broken::new(profile, &[id.to_owned()]).unwrap_err().to_string();
    assert_eq!(refused(Profile::Ntt, "no-such-fault"), "there is no fault `no-such-fault`");
    let expected = "fault `v1-count-is-text` does not apply to profile `glance`";
    assert_eq!(refused(Profile::Glance, "v1-count-is-text"), expected);
}

#[test]
fn faults_add_up() {
    let wire = Wire::shared(Profile::Glance, &["show-lacks-updated-at", "member-lists-others"]);
    assert_eq!(recipients(&wire.get("member", &members())).len(), 2);
    assert_eq!(body(&wire.get("owner", &member())).as_object().unwrap().len(), 5);
}

/// Sends every step, and returns the answers under the steps' names.
fn tour(profile: Profile, faults: &[&str]) -> Vec<(&'static str, String)> {
    let wire = Wire::shared(profile, faults);
    let mut seen: Vec<_> = TOUR.iter().map(|step| perform(&wire, step)).collect();
    if matches!(profile, Profile::Huawei2024 | Profile::Huawei2026) {
        seen.extend(V1_TOUR.iter().map(|step| perform(&wire, step)));
        let walks = [("v1 walk by 1", walk(&wire, 1)), ("v1 walk by 2", walk(&wire, 2))];
        let walks = walks.into_iter().chain([("walk by 1", walk_on(&wire, &members(), 1))]);
        seen.extend(walks.map(|(name, pages)| (name, steady(&wire, format!("{pages:?}")))));
    }
    seen.extend(END.iter().map(|step| perform(&wire, step)));
    seen
}

fn perform(wire: &Wire, (name, who, line, sent): &Step) -> (&'static str, String) {
    let (method, path) = line.split_once(' ').unwrap();
    let path = path.replace('L', "/v2/images/I/members").replace('V', "/v1/{owner}/cloudimages/I/members");
    let line = format!("{method} {path}");
    let response = wire.json(who, &line.replace("/I", &format!("/{IMAGE}")), sent);
    (name, steady(wire, format!("{} {}", response.status(), response.body())))
}

/// Replaces what differs from cloud to cloud: project ids, times, the gateway's request ids.
fn steady(wire: &Wire, text: String) -> String {
    let accounts = wire.0.directory().accounts();
    let text = accounts.fold(text, |text, account| text.replace(&account.project_id, account.actor));
    let mut parts: Vec<_> = text.split('"').collect();
    for at in 0..parts.len() {
        let request_id = at > 1 && parts[at - 2] == "request_id";
        if request_id || (parts[at].len() == 20 && parts[at].ends_with('Z')) {
            parts[at] = "…";
        }
    }
    parts.join("\"")
}
