//! The report for people: a block for each failure, and the summary.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;

use super::{CaseReport, Counts, FindingReport, Report, RunReport, WaiverReport, progress, snapshot};
use crate::case::Actor;
use crate::check::snapshot::SnapshotMode;
use crate::contract::{PolicySpec, Profile, Statements, Verified};
use crate::plan::PlannedCase;
use crate::redact::printable;
use crate::target::Kind;
use crate::verdict::{CaseResult, Check, Finding, Level, Verdict, Weight};
use crate::world::{CHANGE, Leftover};

/// Returns the block that tells of a case that did not pass.
#[must_use]
pub fn block(planned: &PlannedCase, result: &CaseResult, statements: &Statements, profile: Profile) -> String {
    let worst = deciding(result);
    let word = match result.verdict {
        Verdict::Inconclusive => "INCONCLUSIVE",
        Verdict::Skip => "SKIP",
        Verdict::Fail | Verdict::Waived | Verdict::Pass => "FAIL",
    };
    let level = match (result.verdict, worst) {
        (Verdict::Waived | Verdict::Pass, Some(finding)) => finding.level,
        _ => result.level,
    };
    // A snapshot speaks for no statement.
    let id = worst.and_then(|finding| finding.statement.as_deref()).or(planned.statement.as_deref());
    let id = id.filter(|_| worst.is_none_or(|finding| finding.check != Check::Snapshot));
    let level = level.name().to_uppercase();
    let cited = id.map_or(level.clone(), |id| format!("{level} {id}"));
    let mut text = format!("{word} {}  ({cited})\n", planned.name);
    if let Some(statement) = id.and_then(|id| statements.get(id)) {
        let _ = writeln!(text, "  {}", statement.words);
        let _ = writeln!(text, "  {}", statements.cite(statement, profile));
    }
    if result.findings.iter().all(|finding| finding.weight != Weight::Counts) {
        let _ = writeln!(text, "  {}", planned.case.facts.place);
    }
    for finding in &result.findings {
        let _ = writeln!(text, "  {}", finding_line(finding, id));
    }
    text.push_str(&snapshot::difference(result.compared.as_ref()));
    if !result.reason.is_empty() {
        let _ = writeln!(text, "  {}", one_line(&result.reason));
    }
    let mut notes = result.notes.clone();
    notes.dedup();
    for note in notes {
        let _ = writeln!(text, "  {}", one_line(&note));
    }
    if let Some(line) = &result.reproduce {
        let _ = writeln!(text, "  reproduce: {line}");
    }
    printable(text.trim_end()).into_owned()
}

/// Returns the finding that decided: the strictest that counts.
fn deciding(result: &CaseResult) -> Option<&Finding> {
    let counting = result.findings.iter().filter(|finding| finding.weight == Weight::Counts);
    let mut strictest: Option<&Finding> = None;
    for finding in counting {
        if strictest.is_none_or(|other| finding.level > other.level) {
            strictest = Some(finding);
        }
    }
    strictest
}

fn finding_line(finding: &Finding, shown: Option<&str>) -> String {
    let remark = match finding.weight {
        Weight::Noted => "  (tolerated)".to_owned(),
        Weight::Waived => "  (waived)".to_owned(),
        Weight::Counts if finding.statement.as_deref() == shown => String::new(),
        Weight::Counts => {
            let id = finding.statement.as_deref().unwrap_or("no statement");
            format!("  ({} {id})", finding.level.name().to_uppercase())
        }
    };
    format!(
        "{}  {}{remark}",
        finding.place,
        seen(finding.check, &finding.at, finding.actor, [&finding.expected, &finding.actual])
    )
}

/// Returns what a finding says: `status, as owner: expected 404, got 200`.
fn seen(check: Check, at: &str, actor: Option<Actor>, [expected, actual]: [&Value; 2]) -> String {
    if check == Check::Snapshot {
        return format!("the answers are not those accepted in {}", one_line(at));
    }
    format!("{}: expected {}, got {}", what(check, at, actor), short(expected), short(actual))
}

/// Returns what a finding speaks of: `schema /updated_at, as owner`.
fn what(check: Check, at: &str, actor: Option<Actor>) -> String {
    let at = if at.is_empty() { String::new() } else { format!(" {}", one_line(at)) };
    let actor = actor.map(|actor| format!(", as {actor}")).unwrap_or_default();
    format!("{}{at}{actor}", check.name())
}

/// Returns a value as it reads best on a line: a text bare, the rest as JSON, cut where it is long.
fn short(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(Value::is_number) => {
            list.iter().map(Value::to_string).collect::<Vec<_>>().join(" or ")
        }
        other => other.to_string(),
    };
    cut(&one_line(&text))
}

/// Returns the beginning of a text that is too long for a reader.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Returns text of a target on one line, whatever it holds: it must not look like lines of ours.
pub(super) fn one_line(text: &str) -> String {
    text.replace('\r', "\\r").replace('\n', "\\n")
}

/// What else the summary shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct SummaryOpts {
    /// Whether an unmet should fails the run.
    pub strict: bool,
    /// Whether every observation is listed.
    pub verbose: bool,
    /// Whether what the run made is gone.
    pub cleaned: bool,
    /// What was done with snapshots.
    pub snapshots: SnapshotMode,
}

/// Returns the summary: a table for each profile, what else the reader must know, and the result.
#[must_use]
pub fn summary(report: &Report, opts: SummaryOpts) -> String {
    let mut text = String::new();
    for run in &report.runs {
        table(&mut text, run);
        remarks(&mut text, run, opts);
        progress::progress(&mut text, run, opts.verbose);
        text.push('\n');
    }
    if report.partial {
        text.push_str("partial: musts were skipped that the target does not say it lacks\n");
    }
    text.push_str(&snapshot::remarks(report, opts.snapshots));
    text.push_str(&result_line(report));
    if opts.cleaned && report.runs.iter().flat_map(|run| &run.cases).any(|case| case.verdict == Verdict::Fail) {
        text.push_str("to repeat a request by hand, keep the images it speaks of: run the case with --no-cleanup\n");
    }
    if report.runs.iter().any(|run| run.target.insecure) {
        text.push_str("INSECURE: certificates were not checked, so the answers may be anybody's.\n");
    }
    if report.runs.iter().any(|run| run.target.kind == Kind::Mock) {
        text.push_str("The answers came from a mock: this run is no evidence about any cloud.\n");
    }
    printable(&text).into_owned()
}

fn result_line(report: &Report) -> String {
    let total = |of: fn(&Counts) -> u64| -> u64 {
        report.runs.iter().filter_map(|run| run.summary.get(&Level::Must)).map(of).sum()
    };
    let (passed, failed, open) = (total(|c| c.passed), total(|c| c.failed), total(|c| c.inconclusive));
    match report.result {
        super::ResultWord::Holds if passed == 0 => "nothing is broken, and no must was judged\n".to_owned(),
        super::ResultWord::Holds => format!("holds: all {passed} musts that were judged pass\n"),
        super::ResultWord::Broken if failed > 0 => format!("broken: {failed} musts fail, {passed} pass\n"),
        super::ResultWord::Broken => format!("broken: see above; {passed} musts pass\n"),
        super::ResultWord::Inconclusive if passed + open == 0 && !report.partial => {
            "not fully judged: see above; no must was judged\n".to_owned()
        }
        super::ResultWord::Inconclusive => {
            let skipped = total(|c| c.skipped);
            format!("not fully judged: {passed} musts pass, {open} could not be judged, {skipped} were skipped\n")
        }
        super::ResultWord::NothingRun => "nothing ran\n".to_owned(),
    }
}

fn table(text: &mut String, run: &RunReport) {
    let target = &run.target;
    let _ =
        writeln!(text, "{}", headline(target.profile, target.policy, &target.name, &target.endpoint, target.verified));
    let _ = writeln!(
        text,
        "  {:8} {:>7} {:>7} {:>7} {:>13} {:>8}",
        "", "passed", "failed", "waived", "inconclusive", "skipped"
    );
    for level in Level::ALL {
        let counts = run.summary.get(&level).copied().unwrap_or_default();
        let Counts { passed, failed, waived, inconclusive, skipped } = counts;
        let _ =
            writeln!(text, "  {:8} {passed:>7} {failed:>7} {waived:>7} {inconclusive:>13} {skipped:>8}", level.name());
    }
    let _ = writeln!(text, "  requests: {} asked, {} overhead", run.requests.asked, run.requests.overhead);
}

/// Returns the line above all that is said of a target, which tells where its expectations come from.
///
/// How the target is set is told where that is not as usual.
pub(super) fn headline(profile: Profile, policy: PolicySpec, name: &str, endpoint: &str, verified: Verified) -> String {
    let set = if policy == PolicySpec::default() { String::new() } else { format!(" ({policy})") };
    format!("{profile}{set} · {name} at {endpoint} · expectations {}", verified.words())
}

fn remarks(text: &mut String, run: &RunReport, opts: SummaryOpts) {
    for aside in run.asides.iter().filter(|aside| opts.verbose || aside.level > Level::Observe) {
        let _ = writeln!(text, "  seen in passing: {}", aside_line(aside));
    }
    for case in run.cases.iter().filter(|case| case.verdict == Verdict::Waived) {
        let _ = writeln!(text, "  waived: {}: {}", case.id, one_line(&case.reason));
    }
    converged(text, run);
    for line in run.waivers.iter().map(waiver_line).chain(run.leftovers.iter().map(leftover_line)) {
        let _ = writeln!(text, "  {line}");
    }
    lesser(text, run, opts);
}

/// Tells how long reads lagged behind writes at most, where any did.
fn converged(text: &mut String, run: &RunReport) {
    let late = || run.cases.iter().filter_map(|case| Some((case.converged_ms?, &case.id)));
    if let Some((millis, id)) = late().max_by_key(|(millis, _)| *millis) {
        let time = Duration::from_millis(millis);
        let _ = writeln!(
            text,
            "  converged: in {} cases a read showed a write late, at most {time:?} ({id})",
            late().count()
        );
    }
}

/// Tells of what is broken without failing the run: every should, and on request every observation.
fn lesser(text: &mut String, run: &RunReport, opts: SummaryOpts) {
    let (mut observed, mut differences) = (0, 0);
    for case in &run.cases {
        let counted = || case.findings.iter().filter(|finding| !finding.waived);
        // A case that fails has shown its difference where it failed.
        let fails = counted().any(|finding| finding.level == Level::Must);
        for finding in counted().filter(|finding| !(fails && finding.check == Check::Snapshot)) {
            match finding.level {
                Level::Should if !opts.strict => {
                    let _ = writeln!(text, "  should: {}: {}", case.id, aside_line(finding));
                    differences += usize::from(finding.check == Check::Snapshot);
                    if finding.check == Check::Snapshot && (opts.verbose || differences <= snapshot::SHOWN) {
                        text.push_str(&snapshot::difference(case.snapshot.as_ref()));
                    }
                }
                Level::Observe if opts.verbose => {
                    let _ = writeln!(text, "  observed: {}: {}", case.id, aside_line(finding));
                }
                Level::Observe => observed += 1,
                _ => {}
            }
        }
    }
    if differences > snapshot::SHOWN && !opts.verbose {
        let _ = writeln!(text, "  show what changed in the other {} with -v", differences - snapshot::SHOWN);
    }
    if observed > 0 {
        let _ = writeln!(text, "  observed, never failing: {observed} answers; list them with -v");
    }
}

/// Returns everything that a case has to tell, a line for each finding.
pub(super) fn case_lines(case: &CaseReport) -> String {
    let reason = (!case.reason.is_empty()).then(|| one_line(&case.reason));
    let mut lines: Vec<_> = reason.into_iter().chain(case.findings.iter().map(aside_line)).collect();
    lines.extend(snapshot::difference(case.snapshot.as_ref()).lines().map(str::to_owned));
    printable(&lines.join("\n")).into_owned()
}

/// Returns what to do about a waiver that no longer holds.
pub(super) fn waiver_line(waiver: &WaiverReport) -> String {
    format!("remove the waiver of {} for {}: {}", waiver.case, waiver.statement, waiver.reason)
}

/// Returns what was made and is still there.
pub(super) fn leftover_line(left: &Leftover) -> String {
    let id = one_line(left.id.as_deref().unwrap_or("id unknown"));
    let (name, reason) = (one_line(&left.name), one_line(&left.reason));
    match left.kind.as_str() {
        CHANGE => format!("not as it was: {name} (image {id}): {reason}"),
        "member" => format!("left behind: member {name} of image {id}: {reason}"),
        kind => format!("left behind: {kind} {name} ({id}): {reason}"),
    }
}

pub(super) fn aside_line(finding: &FindingReport) -> String {
    let seen = seen(finding.check, &finding.at, finding.actor, [&finding.expected, &finding.actual]);
    match (&finding.statement, finding.check) {
        (_, Check::Snapshot) => seen,
        (Some(id), _) => format!("{id}: {seen} ({})", finding.place),
        (None, _) => format!("no statement: {seen} ({})", finding.place),
    }
}
