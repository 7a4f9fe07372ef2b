//! The tables of faults are in order. That each fault shows, and shows what it names alone, is what `prove` proves.

use std::collections::BTreeSet;

use super::*;
use crate::contract::embedded;
use crate::mock::fault::faults;

#[test]
fn the_tables_are_in_order() {
    let ids: BTreeSet<_> = faults().map(|fault| fault.id).collect();
    assert_eq!(ids.len(), faults().count(), "an id stands twice");
    for fault in faults() {
        // Words bind nobody, nor what no document speaks of; every other fault breaks a promise.
        let free = ["reworded-", "variant-"].iter().any(|free| fault.id.starts_with(free));
        assert!(fault.breaks.is_empty() == free && !fault.profiles.is_empty(), "{}", fault.id);
        assert!(!fault.summary.ends_with('.') && !fault.summary.is_empty(), "{}", fault.id);
        assert_eq!(fault.breaks.iter().collect::<BTreeSet<_>>().len(), fault.breaks.len(), "{}", fault.id);
        for id in fault.breaks {
            assert!(embedded().statements.get(id).is_some(), "{} names the unknown {id}", fault.id);
        }
    }
}

#[test]
fn a_fault_is_refused_by_profiles_that_promise_nothing_of_it() {
    let usual = PolicySpec::default();
    let refused = |profile, id: &str| Broken::new(profile, usual, &[id.to_owned()]).unwrap_err().to_string();
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
