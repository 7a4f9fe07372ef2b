//! Faults: promises that the mock breaks on purpose, so that the suite can prove that it would notice.

mod bend;
mod table;

use super::cloud::MockError;
use super::model::{Answer, Ask, Caller, Policy, Refusal};
use super::reply::Reply;
use super::route::Operation;
use crate::contract::Profile;

pub use table::faults;

/// A promise that the mock can break on purpose.
#[derive(Debug)]
pub struct Fault {
    /// The name on the command line.
    pub id: &'static str,
    /// What the mock does wrong, in one sentence.
    pub summary: &'static str,
    /// The statements that it breaks; none where nothing is promised.
    pub breaks: &'static [&'static str],
    /// The profiles that promise them.
    pub profiles: &'static [Profile],
    /// How it is done.
    kind: Kind,
}

/// Where a fault takes hold.
#[derive(Debug)]
enum Kind {
    /// Other rules from the start.
    Rules(fn(&mut Policy)),
    /// Another question than was asked.
    Ask(&'static [Operation], fn(&mut Ask)),
    /// Another answer than the model's.
    Answer(&'static [Operation], fn(&mut Answer)),
    /// Another refusal than the model's.
    Refusal(&'static [Operation], fn(Refusal) -> Refusal),
    /// Another reply over the wire, to whoever asked.
    Reply(&'static [Operation], fn(&mut Reply, Option<&Caller>)),
    /// An unknown token counts as that of this actor.
    StandIn(&'static [Operation], &'static str),
}

/// The faults of one mock; usually none.
#[derive(Debug, Default)]
pub(crate) struct Broken(Vec<&'static Fault>);

impl Broken {
    /// Looks up faults by their ids.
    pub(crate) fn new(profile: Profile, ids: &[String]) -> Result<Self, MockError> {
        ids.iter().map(|id| find(profile, id)).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the rules as these faults bend them.
    pub(crate) fn policy(&self, policy: &Policy) -> Policy {
        let mut policy = policy.clone();
        for fault in &self.0 {
            if let Kind::Rules(bend) = fault.kind {
                bend(&mut policy);
            }
        }
        policy
    }

    /// Bends a question.
    pub(crate) fn ask(&self, operation: Operation, ask: &mut Ask) {
        for fault in &self.0 {
            if let Kind::Ask(operations, bend) = fault.kind
                && operations.contains(&operation)
            {
                bend(ask);
            }
        }
    }

    /// Bends an answer.
    pub(crate) fn answer(&self, operation: Operation, answer: &mut Answer) {
        for fault in &self.0 {
            if let Kind::Answer(operations, bend) = fault.kind
                && operations.contains(&operation)
            {
                bend(answer);
            }
        }
    }

    /// Bends a refusal.
    pub(crate) fn refusal(&self, operation: Operation, refusal: Refusal) -> Refusal {
        self.0.iter().fold(refusal, |refusal, fault| match fault.kind {
            Kind::Refusal(operations, bend) if operations.contains(&operation) => bend(refusal),
            _ => refusal,
        })
    }

    /// Bends a reply.
    pub(crate) fn reply(&self, operation: Option<Operation>, reply: &mut Reply, caller: Option<&Caller>) {
        for fault in &self.0 {
            if let Kind::Reply(operations, bend) = fault.kind
                && operation.is_some_and(|operation| operations.contains(&operation))
            {
                bend(reply, caller);
            }
        }
    }

    /// Returns the actor as whom an unknown token counts.
    pub(crate) fn stand_in(&self, operation: Operation) -> Option<&'static str> {
        self.0.iter().find_map(|fault| match fault.kind {
            Kind::StandIn(operations, actor) if operations.contains(&operation) => Some(actor),
            _ => None,
        })
    }
}

fn find(profile: Profile, id: &str) -> Result<&'static Fault, MockError> {
    let fault = faults().iter().find(|fault| fault.id == id);
    let fault = fault.ok_or_else(|| MockError::UnknownFault { id: id.to_owned() })?;
    if fault.profiles.contains(&profile) {
        Ok(fault)
    } else {
        Err(MockError::FaultNotInProfile { id: id.to_owned(), profile })
    }
}
