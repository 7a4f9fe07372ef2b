//! Builds the report from what the cases came to, and the facts that decide about the exit code.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{
    CaseReport, Counts, FORMAT, FindingReport, Report, RequestsReport, ResultWord, RunReport, TargetReport, Tool,
    WaiverReport, statement,
};
use crate::contract::Statements;
use crate::exec::Engine;
use crate::exit::Facts;
use crate::plan::PlannedCase;
use crate::runner::Outcome;
use crate::target::{Kind, Waiver};
use crate::verdict::{CaseResult, Check, Compared, Finding, Level, Requests, Verdict, Weight};
use crate::world::Leftover;

/// What is known of one target's run once it is over.
pub struct RunFacts<'a> {
    /// What ran it.
    pub engine: &'a Engine,
    /// Its cases and what they came to.
    pub outcomes: &'a [Outcome],
    /// How many requests the preflight took.
    pub preflight: u64,
    /// What could not be removed.
    pub leftovers: Vec<Leftover>,
}

/// Returns the report of all runs, and the facts that decide about the exit code.
#[must_use]
pub fn build(
    runs: Vec<RunFacts<'_>>,
    statements: &Statements,
    started: jiff::Timestamp,
    elapsed: std::time::Duration,
    today: Date,
    strict: bool,
) -> (Report, Facts) {
    let mut facts = Facts::default();
    let mut partial = false;
    let runs: Vec<_> = runs
        .into_iter()
        .map(|run| {
            partial |= run.outcomes.iter().any(|(planned, result)| is_partial(planned, result));
            let report = run_report(run, statements, today);
            note(&report, strict, &mut facts);
            report
        })
        .collect();
    facts.unjudged |= partial;
    let result = match (facts.broken, facts.any_ran, facts.unjudged) {
        (true, ..) => ResultWord::Broken,
        (_, false, _) => ResultWord::NothingRun,
        (.., true) => ResultWord::Inconclusive,
        _ => ResultWord::Holds,
    };
    let report = Report {
        format: FORMAT,
        tool: Tool { name: "sharecheck".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        started: started.to_string(),
        duration_ms: millis(elapsed),
        result,
        partial,
        runs,
    };
    (report, facts)
}

/// Tells whether a must was skipped for something that the target does not say it lacks.
fn is_partial(planned: &PlannedCase, result: &CaseResult) -> bool {
    let skipped = result.verdict == Verdict::Skip && planned.level == Level::Must;
    skipped && planned.shape.skip.as_ref().is_some_and(|skip| skip.partial)
}

fn note(run: &RunReport, strict: bool, facts: &mut Facts) {
    let least = if strict { Level::Should } else { Level::Must };
    let failed = |level: &Level| run.summary.get(level).is_some_and(|counts| counts.failed > 0);
    facts.broken |= Level::ALL.iter().filter(|level| **level >= least).any(failed);
    facts.broken |= run.asides.iter().any(|aside| aside.level >= least);
    facts.broken |= !run.waivers.is_empty();
    facts.unjudged |= run.summary.get(&Level::Must).is_some_and(|counts| counts.inconclusive > 0);
    facts.unjudged |= !run.leftovers.is_empty();
    let ran = || run.cases.iter().filter(|case| case.verdict != Verdict::Skip);
    facts.any_ran |= ran().next().is_some();
    // Whatever its level: where not one case could be judged, nothing is known.
    facts.unjudged |= ran().next().is_some() && ran().all(|case| case.verdict == Verdict::Inconclusive);
    facts.unjudged |= run.cases.iter().any(|case| matches!(case.snapshot, Some(Compared::Unusable(_))));
}

fn run_report(run: RunFacts<'_>, statements: &Statements, today: Date) -> RunReport {
    let RunFacts { engine, outcomes, preflight, leftovers } = run;
    let plan = &engine.plan;
    let mut asked = Requests { asked: 0, overhead: preflight + engine.world.requests() };
    for (_, result) in outcomes {
        asked += result.requests;
    }
    let asides = asides(engine, outcomes, statements);
    RunReport {
        target: TargetReport {
            name: plan.target.name.clone(),
            profile: plan.target.profile,
            policy: plan.target.policy,
            endpoint: plan.target.endpoint.to_string(),
            insecure: plan.target.insecure,
            kind: if engine.is_mock { Kind::Mock } else { plan.target.kind },
            verified: plan.contract.verified,
        },
        requests: RequestsReport { asked: asked.asked, overhead: asked.overhead },
        summary: summary(outcomes),
        statements: statement::reports(statements, plan.target.profile, plan.target.policy, outcomes, &asides),
        asides,
        waivers: plan.target.waivers.iter().filter_map(|waiver| rotten(waiver, outcomes, today)).collect(),
        cases: outcomes.iter().map(|(planned, result)| case(planned, result)).collect(),
        leftovers,
    }
}

fn summary(outcomes: &[Outcome]) -> BTreeMap<Level, Counts> {
    let mut summary: BTreeMap<Level, Counts> = Level::ALL.iter().map(|level| (*level, Counts::default())).collect();
    for (_, result) in outcomes {
        let counts = summary.entry(result.level).or_default();
        match result.verdict {
            Verdict::Skip => counts.skipped += 1,
            Verdict::Pass => counts.passed += 1,
            Verdict::Waived => counts.waived += 1,
            Verdict::Inconclusive => counts.inconclusive += 1,
            Verdict::Fail => counts.failed += 1,
        }
        // A case that holds at its own level may still break something that binds less, or be answered otherwise
        // than was accepted.
        let told = result.verdict == Verdict::Fail && result.level == Level::Should;
        let beside = |finding: &&Finding| finding.level < result.level || finding.check == Check::Snapshot && !told;
        let lesser: BTreeSet<_> = counting(result).filter(beside).map(|finding| finding.level).collect();
        for level in lesser {
            summary.entry(level).or_default().failed += 1;
        }
    }
    summary
}

fn counting(result: &CaseResult) -> impl Iterator<Item = &Finding> {
    result.findings.iter().filter(|finding| finding.weight == Weight::Counts)
}

/// Returns what was seen in passing and made no case fail: each statement and place once.
fn asides(engine: &Engine, outcomes: &[Outcome], statements: &Statements) -> Vec<FindingReport> {
    let profile = engine.plan.target.profile;
    let failed: BTreeSet<_> = outcomes
        .iter()
        .flat_map(|(_, result)| counting(result).chain(waived(result)))
        .filter_map(|finding| finding.statement.as_deref())
        .collect();
    let world = engine.world.asides().into_iter().map(|passive| {
        let level = passive.level(statements, profile);
        FindingReport {
            check: passive.mismatch.check,
            level,
            at: passive.mismatch.at,
            expected: passive.mismatch.expected,
            actual: passive.mismatch.actual,
            statement: passive.statement,
            actor: None,
            place: "while fixtures were made or removed".to_owned(),
            waived: false,
        }
    });
    let cases = outcomes.iter().flat_map(|(_, result)| &result.asides);
    let cases = cases.filter(|aside| aside.weight == Weight::Counts).map(finding);
    // A full run charges such a finding to its case; one that leaves the case out must not fail for it.
    let waivers = &engine.plan.target.waivers;
    let pinned = |aside: &FindingReport| {
        waivers.iter().any(|w| aside.statement.as_ref() == Some(&w.statement) && w.observed == aside.actual)
    };
    let mut seen = BTreeSet::new();
    world
        .chain(cases)
        .filter(|aside| !aside.statement.as_deref().is_some_and(|id| failed.contains(id)))
        .filter(|aside| !pinned(aside))
        .filter(|aside| seen.insert((aside.check, aside.statement.clone(), aside.at.clone())))
        .collect()
}

fn waived(result: &CaseResult) -> impl Iterator<Item = &Finding> {
    result.findings.iter().filter(|finding| finding.weight == Weight::Waived)
}

/// Returns why a waiver fails the run: it is over, or its case ran and no longer needs it.
fn rotten(waiver: &Waiver, outcomes: &[Outcome], today: Date) -> Option<WaiverReport> {
    let report =
        |reason: String| WaiverReport { case: waiver.case.clone(), statement: waiver.statement.clone(), reason };
    let mut ran = outcomes
        .iter()
        .filter(|(planned, result)| planned.case.id == waiver.case && result.verdict != Verdict::Skip)
        .map(|(_, result)| result)
        .filter(|result| result.verdict != Verdict::Inconclusive)
        .peekable();
    ran.peek()?;
    if waiver.is_expired(today) {
        return Some(report(format!("it counted until {}", waiver.until.map(|d| d.to_string()).unwrap_or_default())));
    }
    let mut seen = ran.flat_map(|result| result.findings.iter().chain(&result.asides));
    let used = seen.any(|finding| waiver.covers(&waiver.case, finding));
    (!used && !waiver.intermittent).then(|| report("its case ran and did not show the observed answer".to_owned()))
}

fn case(planned: &PlannedCase, result: &CaseResult) -> CaseReport {
    CaseReport {
        name: planned.name.clone(),
        id: planned.case.id.clone(),
        title: planned.case.facts.title.clone(),
        level: result.level,
        statements: planned.statements.to_vec(),
        operation: planned.case.facts.operation.clone(),
        verdict: result.verdict,
        reason: result.reason.clone(),
        findings: result.findings.iter().map(finding).collect(),
        requests: RequestsReport { asked: result.requests.asked, overhead: result.requests.overhead },
        duration_ms: millis(result.elapsed),
        converged_ms: result.converged.map(millis),
        exchanges: result.exchanges.clone(),
        snapshot: result.compared.clone(),
    }
}

fn finding(finding: &Finding) -> FindingReport {
    FindingReport {
        check: finding.check,
        level: if finding.weight == Weight::Noted { Level::Observe } else { finding.level },
        at: finding.at.clone(),
        expected: finding.expected.clone(),
        actual: finding.actual.clone(),
        statement: finding.statement.clone(),
        actor: finding.actor,
        place: finding.place.to_string(),
        waived: finding.weight == Weight::Waived,
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
