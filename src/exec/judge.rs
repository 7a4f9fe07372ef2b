//! Gathers what a case saw and draws the conclusion: levels, tolerance, waivers, verdict.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Keep;
use crate::case::{Actor, Role, Step};
use crate::check::Mismatch;
use crate::check::passive::Passive;
use crate::contract::{Profile, Statements};
use crate::http::{Endpoint, Exchange, curl_line};
use crate::plan::PlannedCase;
use crate::target::Waiver;
use crate::verdict::{CaseResult, Check, Finding, Level, Place, Requests, Verdict, Weight};

/// Why a case stops before its end: it cannot be judged any further.
pub(super) struct Halt(pub(super) String);

/// Where a mismatch was seen: the expectation's place, and who had sent the request.
#[derive(Clone)]
struct Spot {
    place: Place,
    actor: Option<Actor>,
}

impl Spot {
    fn of(place: &Place, exchange: &Exchange) -> Self {
        Self { place: place.clone(), actor: Some(exchange.request.actor) }
    }
}

/// Something that a case asked for and did not get.
struct Unmet {
    mismatch: Mismatch,
    spot: Spot,
    weight: Weight,
    /// The statement that the contract names for it, which counts if the case cites it.
    statement: Option<String>,
}

/// Something that the pages of a walk are not, and whose affair that is.
pub(super) struct Charged {
    pub(super) mismatch: Mismatch,
    /// The statement that the contract names for it, which counts if the case cites it.
    pub(super) statement: Option<String>,
    /// Whether it is what the case is about, and not only seen in passing.
    pub(super) own: bool,
}

impl From<Charged> for Passive {
    fn from(charged: Charged) -> Self {
        Self { mismatch: charged.mismatch, statement: charged.statement }
    }
}

/// What one case saw.
#[derive(Default)]
pub(super) struct Record {
    found: Vec<Unmet>,
    passive: Vec<(Passive, Spot)>,
    asides: Vec<Passive>,
    notes: Vec<String>,
    reason: Option<String>,
    reproduce: Option<String>,
    accepted: bool,
    converged: Option<Duration>,
    requests: Requests,
    exchanges: Vec<(Role, Arc<Exchange>)>,
    /// The judged exchanges as text, once the case came to its end.
    pub(super) answers: Option<String>,
}

impl Record {
    /// Counts a request that is about to be sent.
    pub(super) fn count(&mut self, role: Role) {
        match role {
            Role::Control => self.requests.overhead += 1,
            Role::Do | Role::Check => self.requests.asked += 1,
        }
    }

    /// Returns how many requests were sent.
    pub(super) fn requests(&self) -> Requests {
        self.requests
    }

    /// Notes that a read showed what it had to only after a while; the longest counts.
    pub(super) fn converged(&mut self, after: Duration) {
        self.converged = self.converged.max(Some(after));
    }

    /// Keeps an exchange.
    pub(super) fn exchange(&mut self, role: Role, exchange: Arc<Exchange>) {
        self.exchanges.push((role, exchange));
    }

    /// Returns every exchange in order, with what its step is for.
    pub(super) fn exchanges(&self) -> impl Iterator<Item = (Role, &Exchange)> {
        self.exchanges.iter().map(|(role, exchange)| (*role, &**exchange))
    }

    /// Adds a line for the reader of a failure.
    pub(super) fn note(&mut self, line: &str) {
        self.notes.push(line.to_owned());
    }

    /// Notes why the case cannot be judged any further.
    pub(super) fn inconclusive(&mut self, reason: String) {
        self.reason.get_or_insert(reason);
    }

    /// Adds what the passive checks saw: where the exchange is not judged, it is an aside.
    pub(super) fn passive(&mut self, seen: Vec<Passive>, spec: &Step, exchange: &Exchange, endpoint: &Endpoint) {
        for passive in seen {
            if spec.role == Role::Check || passive.mismatch.check == Check::Credential {
                self.reproduce.get_or_insert_with(|| curl_line(endpoint.as_str(), &exchange.request));
                self.passive.push((passive, Spot::of(&spec.place, exchange)));
            } else {
                self.asides.push(passive);
            }
        }
    }

    /// Adds a tolerated answer.
    pub(super) fn tolerated(&mut self, found: Vec<Mismatch>, place: &Place, exchange: &Exchange) {
        self.add(found, &Spot::of(place, exchange), Weight::Noted);
    }

    /// Adds an answer that is not as expected, with the line that repeats the first such request.
    pub(super) fn unmet(&mut self, found: Vec<Mismatch>, place: &Place, exchange: &Exchange, endpoint: &Endpoint) {
        self.reproduce.get_or_insert_with(|| curl_line(endpoint.as_str(), &exchange.request));
        self.add(found, &Spot::of(place, exchange), Weight::Counts);
    }

    fn add(&mut self, found: Vec<Mismatch>, spot: &Spot, weight: Weight) {
        let unmet = |mismatch| Unmet { mismatch, spot: spot.clone(), weight, statement: None };
        self.found.extend(found.into_iter().map(unmet));
    }

    /// Tells whether everything that was asked for came, so far.
    pub(super) fn is_clean(&self) -> bool {
        self.found.is_empty() && self.reason.is_none()
    }

    /// Notes that somebody else was at work on the image: nothing that was found says anything about the endpoint.
    pub(super) fn disturbed(&mut self, reason: String) {
        self.found.clear();
        self.reason = Some(reason);
    }

    /// Tells whether a write was accepted, or its answer is not known.
    pub(super) fn is_spoilt(&self) -> bool {
        self.accepted || self.reason.is_some()
    }

    /// Notes that a write was answered; one that was accepted changed the world.
    pub(super) fn written(&mut self, status: u16) {
        self.accepted |= status < 400;
    }

    /// Adds a mismatch that belongs to no single exchange.
    pub(super) fn mismatch(&mut self, check: Check, at: &str, expected: Value, actual: Value, place: Place) {
        let mismatch = Mismatch { check, at: at.to_owned(), expected, actual };
        self.add(vec![mismatch], &Spot { place, actor: None }, Weight::Counts);
    }

    /// Adds what the pages of a walk are not.
    pub(super) fn walked(&mut self, broken: Vec<Charged>, place: &Place, first: &Exchange, endpoint: &Endpoint) {
        if !broken.is_empty() {
            self.reproduce.get_or_insert_with(|| curl_line(endpoint.as_str(), &first.request));
        }
        self.charge(broken, &Spot::of(place, first), Weight::Counts);
    }

    /// Adds what is worth telling of a walk and breaks nothing.
    pub(super) fn remarked(&mut self, remarks: Vec<Charged>, place: &Place, first: &Exchange) {
        self.charge(remarks, &Spot::of(place, first), Weight::Noted);
    }

    fn charge(&mut self, found: Vec<Charged>, spot: &Spot, weight: Weight) {
        let unmet = |Charged { mismatch, statement, .. }| Unmet { mismatch, spot: spot.clone(), weight, statement };
        self.found.extend(found.into_iter().map(unmet));
    }

    /// Draws the conclusion.
    pub(super) fn conclude(
        self,
        planned: &PlannedCase,
        statements: &Statements,
        profile: Profile,
        waivers: &[Waiver],
        keep: Keep,
    ) -> CaseResult {
        let own = self.found.into_iter().map(|unmet| {
            let named = unmet.statement.filter(|id| planned.case.statements.contains(id));
            let level = named.as_deref().and_then(|id| statements.level(id, profile));
            let level = level.map_or(planned.level, |level| level.min(planned.level));
            let statement = named.or_else(|| planned.statement.clone());
            finding(unmet.mismatch, level, statement, unmet.spot, unmet.weight)
        });
        let seen = |passive: Passive, spot: Spot| {
            let level = passive.level(statements, profile);
            finding(passive.mismatch, level, passive.statement, spot, Weight::Counts)
        };
        // What is seen in passing fails the cases that cite its statement, and the run if there is none.
        let (passive, asides): (Vec<_>, Vec<_>) = self.passive.into_iter().partition(|(passive, _)| {
            let cited = |id: &String| planned.case.statements.contains(id);
            passive.mismatch.check == Check::Credential || passive.statement.as_ref().is_none_or(cited)
        });
        let elsewhere = Spot { place: planned.case.facts.place.clone(), actor: None };
        let asides = asides.into_iter().chain(self.asides.into_iter().map(|aside| (aside, elsewhere.clone())));
        let mut asides: Vec<_> = asides.map(|(aside, spot)| seen(aside, spot)).collect();
        let mut findings: Vec<_> = own.chain(passive.into_iter().map(|(passive, spot)| seen(passive, spot))).collect();
        let waived = waive(findings.iter_mut().chain(&mut asides), &planned.case.id, waivers);
        let (verdict, level) = verdict(&findings, planned.level, self.reason.is_some());
        let reason = self.reason.or(waived).unwrap_or_default();
        let kept = keep == Keep::All || keep == Keep::Failed && verdict > Verdict::Pass;
        CaseResult {
            verdict,
            level,
            reason,
            findings,
            asides,
            notes: self.notes,
            reproduce: self.reproduce,
            requests: self.requests,
            elapsed: Duration::ZERO,
            converged: self.converged,
            exchanges: if kept {
                self.exchanges.iter().map(|(_, exchange)| exchange.to_json()).collect()
            } else {
                Vec::new()
            },
            compared: None,
        }
    }
}

/// Waives what the target's waivers cover; returns the words of the first that did.
///
/// A waiver is for one finding: the first place that it fits, whoever asked.
fn waive<'a>(findings: impl Iterator<Item = &'a mut Finding>, case: &str, waivers: &[Waiver]) -> Option<String> {
    let mut places: Vec<Option<(Check, String)>> = vec![None; waivers.len()];
    let mut words = None;
    for finding in findings.filter(|finding| finding.weight == Weight::Counts) {
        let Some(number) = waivers.iter().position(|waiver| waiver.covers(case, finding)) else { continue };
        let place = (finding.check, finding.at.clone());
        if *places[number].get_or_insert_with(|| place.clone()) == place {
            finding.weight = Weight::Waived;
            words.get_or_insert_with(|| waivers[number].words());
        }
    }
    words
}

fn finding(mismatch: Mismatch, level: Level, statement: Option<String>, spot: Spot, weight: Weight) -> Finding {
    let Mismatch { check, at, expected, actual } = mismatch;
    Finding { check, level, at, expected, actual, statement, actor: spot.actor, place: spot.place, weight }
}

/// Joins the findings of a case that is meant at a level: a lesser finding does not fail it.
fn verdict(findings: &[Finding], level: Level, unjudged: bool) -> (Verdict, Level) {
    let counting = findings.iter().filter(|finding| finding.weight == Weight::Counts && finding.level >= level);
    let mut verdict = if unjudged { Verdict::Inconclusive } else { Verdict::Pass };
    if findings.iter().any(|finding| finding.weight == Weight::Waived) {
        verdict = verdict.max(Verdict::Waived);
    }
    match counting.map(|finding| finding.level).max() {
        Some(worst) => (Verdict::Fail, worst),
        None => (verdict, level),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::{Request, Response};

    fn place() -> Place {
        Place { file: "cases/x.yaml".into(), line: 1 }
    }

    fn found(level: Level, weight: Weight) -> Finding {
        let mismatch = Mismatch { check: Check::Status, at: String::new(), expected: json!(404), actual: json!(200) };
        finding(mismatch, level, None, Spot { place: place(), actor: None }, weight)
    }

    #[test]
    fn verdicts_join_by_the_worse() {
        use Level::{Must, Observe, Should};
        use Weight::{Counts, Noted, Waived};
        for (findings, level, unjudged, expected) in [
            (vec![], Must, false, (Verdict::Pass, Must)),
            (vec![], Must, true, (Verdict::Inconclusive, Must)),
            (vec![found(Must, Counts)], Must, true, (Verdict::Fail, Must)),
            (vec![found(Should, Counts)], Must, false, (Verdict::Pass, Must)),
            (vec![found(Must, Counts)], Observe, false, (Verdict::Fail, Must)),
            (vec![found(Observe, Counts)], Observe, false, (Verdict::Fail, Observe)),
            (vec![found(Must, Noted)], Must, false, (Verdict::Pass, Must)),
            (vec![found(Must, Waived)], Must, false, (Verdict::Waived, Must)),
            (vec![found(Must, Waived)], Must, true, (Verdict::Inconclusive, Must)),
            (vec![found(Must, Waived), found(Must, Counts)], Must, false, (Verdict::Fail, Must)),
        ] {
            assert_eq!(verdict(&findings, level, unjudged), expected, "{findings:?}");
        }
    }

    #[test]
    fn a_waiver_is_for_the_first_place_that_it_fits_whoever_asked() {
        use Weight::{Counts, Noted, Waived};
        let seen = |check, at: &str, weight| Finding {
            check,
            at: at.to_owned(),
            statement: Some("HW-STATUS".to_owned()),
            ..found(Level::Must, weight)
        };
        let waiver = |link: Option<&str>| Waiver {
            case: "x::one".to_owned(),
            statement: "HW-STATUS".to_owned(),
            observed: json!(200),
            reason: "known".to_owned(),
            link: link.map(str::to_owned),
            until: None,
            intermittent: false,
        };
        let mut findings = [
            seen(Check::Status, "a", Noted),
            seen(Check::Status, "a", Counts),
            seen(Check::Status, "a", Counts),
            seen(Check::Status, "b", Counts),
            seen(Check::Body, "a", Counts),
        ];
        let words = waive(findings.iter_mut(), "x::one", &[waiver(Some("l")), waiver(None)]);
        assert_eq!(words.as_deref(), Some("known (l)"));
        assert_eq!(findings.map(|finding| finding.weight), [Noted, Waived, Waived, Counts, Counts]);
        assert_eq!(waive([found(Level::Must, Counts)].iter_mut(), "x::one", &[waiver(None)]), None);
    }

    #[test]
    fn controls_are_counted_apart() {
        let mut record = Record::default();
        for role in [Role::Control, Role::Do, Role::Check, Role::Control, Role::Control] {
            record.count(role);
        }
        assert_eq!(record.requests(), Requests { asked: 2, overhead: 3 });
    }

    #[test]
    fn the_longest_wait_and_the_first_reason_stay() {
        let mut record = Record::default();
        for (seconds, reason) in [(3, "first"), (7, "second"), (5, "third")] {
            record.converged(Duration::from_secs(seconds));
            record.inconclusive(reason.to_owned());
        }
        assert_eq!((record.converged, record.reason.as_deref()), (Some(Duration::from_secs(7)), Some("first")));
    }

    /// What an image is good for afterwards hangs on these two.
    #[test]
    fn a_record_is_clean_until_something_is_found_and_spoilt_once_a_write_is_accepted() {
        let seen = |change: &dyn Fn(&mut Record)| {
            let mut record = Record::default();
            change(&mut record);
            (record.is_clean(), record.is_spoilt())
        };
        let breach = |record: &mut Record| record.mismatch(Check::Unchanged, "rows", json!(1), json!(2), place());
        assert_eq!(seen(&|_| ()), (true, false));
        assert_eq!(seen(&breach), (false, false));
        assert_eq!(seen(&|record| record.inconclusive("lost".to_owned())), (false, true));
        for (statuses, spoilt) in [(&[399][..], true), (&[400], false), (&[404], false), (&[200, 404], true)] {
            let written = |record: &mut Record| statuses.iter().for_each(|status| record.written(*status));
            assert_eq!(seen(&written), (true, spoilt), "{statuses:?}");
        }
    }

    #[test]
    fn where_somebody_else_was_at_work_nothing_that_was_found_counts() {
        let mut record = Record::default();
        record.mismatch(Check::Unchanged, "rows", json!(1), json!(2), place());
        record.inconclusive("lost".to_owned());
        record.disturbed("somebody else".to_owned());
        assert_eq!((record.found.len(), record.reason.as_deref()), (0, Some("somebody else")));
    }

    #[test]
    fn exchanges_stay_in_order_with_what_they_are_for() {
        let mut record = Record::default();
        let exchange = |status| {
            let (method, path) = ("GET".to_owned(), "/v2/images".to_owned());
            let request = Request { actor: Actor::Owner, method, path, headers: Vec::new(), body: None };
            let response = Response::new(status, Vec::new(), Vec::new());
            Arc::new(Exchange { request, response, elapsed: Duration::ZERO })
        };
        record.exchange(Role::Control, exchange(200));
        record.exchange(Role::Check, exchange(404));
        let seen = record.exchanges().map(|(role, exchange)| (role, exchange.response.status));
        assert_eq!(seen.collect::<Vec<_>>(), [(Role::Control, 200), (Role::Check, 404)]);
    }
}
