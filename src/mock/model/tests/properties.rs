//! What holds of the model whatever is called, in whatever order: properties under random sequences of calls.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

use super::*;
use crate::mock::model::{Action, Right, Rows, Standing};

const CALLERS: [&str; 7] = ["owner", "reader", "ungranted", "member", "other-member", "stranger", "admin"];
const PROJECTS: [&str; 4] = ["owner", "member", "other-member", "stranger"];

/// What there is to see of the image to somebody who sees everything; nothing once it is deleted.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    name: Option<String>,
    visibility: Visibility,
    members: Vec<Member>,
}

fn seen(cloud: &Cloud) -> Option<Seen> {
    let model = &cloud.model;
    let stored = model.images.get(model.ids.get(IMAGE)?).filter(|stored| !stored.deleted)?;
    let members = stored.live().map(|(_, member)| member.clone()).collect();
    Some(Seen { name: stored.image.name.clone(), visibility: stored.image.visibility, members })
}

impl Seen {
    fn status(&self, project: &str) -> Option<MemberStatus> {
        self.members.iter().find(|row| row.recipient == project).map(|row| row.status)
    }
}

fn policies() -> impl Strategy<Value = Policy> {
    select(vec![Policy::GLANCE, Policy::NTT, Policy::HUAWEI])
}

fn calls() -> impl Strategy<Value = Vec<(&'static str, Call)>> {
    let image = || IMAGE.to_owned();
    let project = || select(&PROJECTS[..]).prop_map(str::to_owned);
    let status =
        select(vec![None, Some(MemberStatus::Pending), Some(MemberStatus::Accepted), Some(MemberStatus::Rejected)]);
    let change = prop_oneof![
        select(&Visibility::ALL[..]).prop_map(Change::Visibility),
        Just(Change::Name(None)),
        Just(Change::Unknown("own".to_owned())),
    ];
    let call = prop_oneof![
        6 => project().prop_map(move |member| Call::MemberAdd { image: image(), member }),
        6 => (project(), status).prop_map(move |(member, status)| Call::MemberUpdate { image: image(), member, status }),
        3 => project().prop_map(move |member| Call::MemberDelete { image: image(), member }),
        3 => project().prop_map(move |member| Call::MemberShow { image: image(), member }),
        3 => Just(Call::MemberList { image: image(), page: Page::default() }),
        2 => vec(change, 0..3).prop_map(move |changes| Call::ImageUpdate { image: image(), changes }),
        2 => Just(Call::ImageShow { image: image() }),
        1 => Just(Call::ImageCreate(Box::new(NewImage { id: image(), ..NewImage::default() }))),
        1 => Just(Call::ImageDelete { image: image() }),
    ];
    vec((select(&CALLERS[..]), call), 0..80)
}

/// Says whether the caller sees the image, by the sentences of the documents.
fn sees(policy: &Policy, who: &str, seen: &Seen) -> bool {
    let shared = seen.visibility == policy.shareable && seen.status(who).is_some();
    match who {
        "owner" | "reader" | "admin" => true,
        "ungranted" => false,
        _ => seen.visibility.is_open() || shared,
    }
}

/// Says what is wrong about one call, if anything is.
fn fault(
    policy: &Policy,
    who: &str,
    call: &Call,
    answer: &Result<Answer, Refusal>,
    before: Option<&Seen>,
    after: Option<&Seen>,
) -> Option<&'static str> {
    let owns = who == "owner" || who == "admin";
    if (answer.is_err() || call.reads()) && before != after {
        return Some("a refusal or a reading call changes nothing");
    }
    let Some(before) = before else {
        return answer.is_ok().then_some("deletion is final");
    };
    let Some(after) = after else {
        return (!owns || !matches!(call, Call::ImageDelete { .. })).then_some("only the owner and an admin delete");
    };
    if answer.is_ok() && !sees(policy, who, before) {
        return Some("nobody does anything with an image that it does not see");
    }
    if matches!(call, Call::ImageShow { .. }) && answer.is_err() && sees(policy, who, before) {
        return Some("who sees an image may read it");
    }
    if (before.name != after.name || before.visibility != after.visibility) && !owns {
        return Some("only the owner and an admin change the image");
    }
    rows_fault(who, call, before, after).or_else(|| leak(who, owns || who == "reader", answer))
}

fn rows_fault(who: &str, call: &Call, before: &Seen, after: &Seen) -> Option<&'static str> {
    let owns = who == "owner" || who == "admin";
    for project in PROJECTS {
        if after.members.iter().filter(|row| row.recipient == project).count() > 1 {
            return Some("a member has one row");
        }
        let wrong = match (before.status(project), after.status(project)) {
            (None, Some(MemberStatus::Accepted | MemberStatus::Rejected)) => Some("who is added is pending"),
            (None, Some(_)) if !owns || !matches!(call, Call::MemberAdd { member, .. } if member == project) => {
                Some("only the owner and an admin add")
            }
            (Some(_), None) if !owns || !matches!(call, Call::MemberDelete { member, .. } if member == project) => {
                Some("only the owner and an admin remove")
            }
            (Some(old), Some(new)) if old != new && who != project && who != "admin" => {
                Some("only the member and an admin change its status")
            }
            _ => None,
        };
        if wrong.is_some() {
            return wrong;
        }
    }
    after.members.iter().any(|row| row.created > row.updated).then_some("nothing changes before it begins")
}

/// A member is told of its own row, and of nobody else's.
fn leak(who: &str, all: bool, answer: &Result<Answer, Refusal>) -> Option<&'static str> {
    let told = match answer {
        Ok(Answer::Member(row)) => std::slice::from_ref(row),
        Ok(Answer::Members { members, .. }) => members,
        _ => &[],
    };
    (!all && told.iter().any(|row| row.recipient != who)).then_some("a member sees its own row alone")
}

fn hold(policy: &Policy, calls: Vec<(&str, Call)>) -> Result<(), TestCaseError> {
    let mut cloud = Cloud::new(policy.clone());
    cloud.create("owner", IMAGE).expect("the owner creates");
    for (at, (who, call)) in calls.into_iter().enumerate() {
        let before = seen(&cloud);
        let answer = cloud.ask(who, call.clone());
        let fault = fault(policy, who, &call, &answer, before.as_ref(), seen(&cloud).as_ref());
        prop_assert!(fault.is_none(), "{}: call {at}, as {who}: {call:?}\n{answer:?}", fault.unwrap_or_default());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn whatever_is_called_the_rules_hold(policy in policies(), calls in calls()) {
        hold(&policy, calls)?;
    }
}

#[test]
fn other_rights_break_a_rule() {
    for (action, standing, broken) in [
        (Action::MemberAdd, Standing::Member, "only the owner and an admin add"),
        (Action::MemberDelete, Standing::Member, "only the owner and an admin remove"),
        (Action::MemberUpdate, Standing::Owner, "only the member and an admin change its status"),
        (Action::MemberList, Standing::Member, "a member sees its own row alone"),
        (Action::ImageShow, Standing::Outsider, "nobody does anything with an image that it does not see"),
        (Action::ImageDelete, Standing::Guest, "only the owner and an admin delete"),
    ] {
        let mut policy = Policy::GLANCE;
        policy.rights[action as usize][standing as usize] = Right::Granted(Rows::All);
        let said = TestRunner::deterministic().run(&calls(), |calls| hold(&policy, calls)).unwrap_err().to_string();
        assert!(said.contains(broken), "{said}");
    }
}
