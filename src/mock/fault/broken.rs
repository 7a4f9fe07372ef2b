//! The faults of one mock at work.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::http::Response;

use super::bend::{self, reread};
use super::kind::{self, Kind, Operations, Seen, Token, holds};
use super::{Fault, faults};
use crate::contract::{PolicySpec, Profile};
use crate::mock::cloud::MockError;
use crate::mock::inbound::Inbound;
use crate::mock::model::{Answer, Ask, Policy, Refusal};
use crate::mock::reply::Reply;
use crate::mock::route::Operation;

/// The faults of one mock; usually none.
#[derive(Debug, Default)]
pub(crate) struct Broken {
    faults: Vec<&'static Fault>,
    /// The replies that a fault never renews, by request line and caller.
    first: Mutex<HashMap<String, Reply>>,
    /// The images that were deleted where a fault tells of it.
    graves: Mutex<HashSet<String>>,
    /// How many answers there were where a fault bends every other one.
    answers: AtomicUsize,
}

impl Broken {
    /// Looks up faults by their ids.
    pub(crate) fn new(profile: Profile, policy: PolicySpec, ids: &[String]) -> Result<Self, MockError> {
        if !policy.is_of(profile) {
            return Err(MockError::PolicyNotInProfile { policy, profile });
        }
        let faults = ids.iter().map(|id| find(profile, policy, id)).collect::<Result<_, _>>()?;
        Ok(Self { faults, ..Self::default() })
    }

    fn kinds(&self) -> impl Iterator<Item = &'static Kind> {
        self.faults.iter().map(|fault| &fault.kind)
    }

    /// Returns the rules as these faults bend them.
    pub(crate) fn policy(&self, mut policy: Policy) -> Policy {
        for kind in self.kinds() {
            if let Kind::Rules(bend) | Kind::LegacyRules(bend) = kind {
                bend(&mut policy);
            }
        }
        policy
    }

    /// Bends a request.
    pub(crate) fn inbound<'a>(&self, operation: Operation, inbound: &'a Inbound) -> Cow<'a, Inbound> {
        self.kinds().fold(Cow::Borrowed(inbound), |mut inbound, kind| {
            match kind {
                Kind::Inbound(operations, bend) if holds(operations, Some(operation)) => bend(inbound.to_mut()),
                Kind::Member(member) if operation == Operation::MemberAdd => reread(inbound.to_mut(), member),
                _ => {}
            }
            inbound
        })
    }

    /// Bends a question.
    pub(crate) fn ask(&self, operation: Operation, ask: &mut Ask) {
        for kind in self.kinds() {
            if let Kind::Ask(operations, bend) = kind
                && holds(operations, Some(operation))
            {
                bend(ask);
            }
        }
    }

    /// Bends an answer.
    pub(crate) fn answer(&self, operation: Operation, answer: &mut Answer) {
        for kind in self.kinds() {
            match kind {
                Kind::Answer(operations, bend) if holds(operations, Some(operation)) => bend(answer),
                Kind::EveryOther(operations, bend) if holds(operations, Some(operation)) && self.is_every_other() => {
                    bend(answer);
                }
                _ => {}
            }
        }
    }

    fn is_every_other(&self) -> bool {
        self.answers.fetch_add(1, Ordering::Relaxed) % 2 == 1
    }

    /// Bends a refusal.
    pub(crate) fn refusal(&self, operation: Operation, refusal: Refusal) -> Refusal {
        self.kinds().fold(refusal, |refusal, kind| match kind {
            Kind::Refusal(operations, bend) if holds(operations, Some(operation)) => bend(refusal),
            _ => refusal,
        })
    }

    /// Bends a reply.
    pub(crate) fn reply(&self, seen: &Seen<'_>, reply: &mut Reply) {
        let here = |operations: Operations| holds(operations, seen.operation);
        for kind in self.kinds() {
            match *kind {
                Kind::Status(operations, when, status) if here(operations) && when.fits(seen) => {
                    kind::restate(reply, status, seen);
                }
                Kind::Field(operations, at, name, how) if here(operations) => kind::edit(reply, at, name, how),
                Kind::Text(operations, from, to) if here(operations) => kind::reword(reply, from, to),
                Kind::Media(operations, media) if here(operations) => kind::relabel(reply, media),
                Kind::Reply(operations, bend) if here(operations) => bend(reply, seen),
                Kind::Epitaph(operations) => self.tell_deleted(operations, reply, seen),
                Kind::Stale(operations) if here(operations) => self.renew_nothing(reply, seen),
                _ => {}
            }
        }
    }

    fn renew_nothing(&self, reply: &mut Reply, seen: &Seen<'_>) {
        let Some(caller) = seen.caller.filter(|_| seen.inbound.body.is_empty()) else { return };
        let who = (&caller.project, caller.role);
        let line = format!("{who:?} {} {:?}", seen.inbound.path, seen.inbound.query);
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        match first.get(&line) {
            Some(known) => *reply = known.clone(),
            None if reply.status.is_success() => drop(first.insert(line, reply.clone())),
            None => {}
        }
    }

    fn tell_deleted(&self, operations: Operations, reply: &mut Reply, seen: &Seen<'_>) {
        let Some(image) = seen.inbound.path.split('/').nth(3) else { return };
        let mut graves = self.graves.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.operation == Some(Operation::ImageDelete) && reply.status.is_success() {
            graves.insert(image.to_owned());
        } else if holds(operations, seen.operation) {
            let named = |image: &String| seen.inbound.path.contains(image.as_str());
            if !reply.status.is_success() && graves.iter().any(named) {
                bend::add(reply, " It was deleted.");
            }
        }
    }

    /// Bends an answer that is otherwise finished.
    pub(crate) fn finished(&self, seen: &Seen<'_>, response: &mut Response<String>) {
        for kind in self.kinds() {
            match *kind {
                Kind::Header(operations, when, name, value) if holds(operations, seen.operation) && when.fits(seen) => {
                    kind::set_header(response.headers_mut(), name, value);
                }
                Kind::Wire(operations, bend) if holds(operations, seen.operation) => bend(response),
                _ => {}
            }
        }
    }

    /// Returns the actor as whom a caller without a good token counts.
    pub(crate) fn stand_in(&self, operation: Operation, has: Token) -> Option<&'static str> {
        self.kinds().find_map(|kind| match *kind {
            Kind::StandIn(operations, token, actor) if token == has && holds(operations, Some(operation)) => {
                Some(actor)
            }
            _ => None,
        })
    }
}

fn find(profile: Profile, policy: PolicySpec, id: &str) -> Result<&'static Fault, MockError> {
    let fault = faults().find(|fault| fault.id == id);
    let fault = fault.ok_or_else(|| MockError::UnknownFault { id: id.to_owned() })?;
    if !fault.profiles.contains(&profile) {
        return Err(MockError::FaultNotInProfile { id: id.to_owned(), profile });
    }
    if fault.policy().is_some_and(|own| own != policy) {
        return Err(MockError::FaultNotUnderPolicy { id: id.to_owned(), policy });
    }
    Ok(fault)
}
