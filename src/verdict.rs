//! Verdicts, levels and findings: what is said of a case, and how it is joined.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::actor::Actor;

/// How a case ended, ordered so that joining two verdicts keeps the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Not run, for a stated reason.
    Skip,
    /// Every check held.
    Pass,
    /// The endpoint broke its contract where its target file says it does.
    Waived,
    /// The harness could not judge: no answer, or the control did not hold.
    Inconclusive,
    /// The endpoint broke its contract.
    Fail,
}

/// How strongly a statement binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Shown, never failing: inferred, or said by a neighbouring document.
    Observe,
    /// Reported apart, failing only under `--strict`: shown by an example.
    Should,
    /// Said by the document: a breach fails the run.
    Must,
}

impl Level {
    /// Every level, the strictest first.
    pub const ALL: [Self; 3] = [Self::Must, Self::Should, Self::Observe];

    /// Returns the name used in files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Observe => "observe",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A line of a case file, shown as `cases/v2/member-show.yaml:41`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, relative to the folder that holds `cases/`, with `/` between folders.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What kind of check a finding comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The status code that a case expects.
    Status,
    /// A value in the body that a case expects.
    Body,
    /// A response header that a case expects, or that the contract documents.
    Header,
    /// The body against its JSON Schema.
    Schema,
    /// The media type of the body.
    MediaType,
    /// The status is none that the operation documents.
    UndocumentedStatus,
    /// The rules of paging.
    Paging,
    /// A refused write left its mark.
    Unchanged,
    /// A credential stands in an answer.
    Credential,
    /// The answers against those that were accepted before; a change is no breach.
    Snapshot,
}

impl Check {
    /// Returns the name used in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Body => "body",
            Self::Header => "header",
            Self::Schema => "schema",
            Self::MediaType => "media-type",
            Self::UndocumentedStatus => "undocumented-status",
            Self::Paging => "paging",
            Self::Unchanged => "unchanged",
            Self::Credential => "credential",
            Self::Snapshot => "snapshot",
        }
    }
}

/// What became of a finding when levels, tolerance and waivers were applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Recorded: a tolerated answer.
    Noted,
    /// The target file says that the endpoint answers so.
    Waived,
    /// Counts at its level.
    Counts,
}

/// One way in which an answer is not what was promised.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The kind of check.
    pub check: Check,
    /// How strongly the broken statement binds.
    pub level: Level,
    /// Where in the answer: a JSON pointer, a `JSONPath`, a header name, or empty.
    pub at: String,
    /// What was promised.
    pub expected: Value,
    /// What was seen.
    pub actual: Value,
    /// The statement that is broken, where one applies.
    pub statement: Option<String>,
    /// Who sent the request, where it was one actor.
    pub actor: Option<Actor>,
    /// The expectation's place in the case file.
    pub place: Place,
    /// Whether it counts.
    pub weight: Weight,
}

/// How the answers of a case that ran to its end compare with those that were accepted before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "state", content = "text")]
pub enum Compared {
    /// They are the same.
    Same,
    /// None were accepted yet.
    Missing,
    /// They were accepted now.
    Accepted,
    /// They differ, in these lines, which begin with ` `, `-` or `+`.
    Changed(String),
    /// They could not be compared, or not be written, for this reason.
    Unusable(String),
}

/// Requests by what they were for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// Those that cases ask for: checks and the writes before them.
    pub asked: u64,
    /// Those that the harness needs besides: preflight, fixtures, controls, verification, clean-up.
    pub overhead: u64,
}

impl std::ops::AddAssign for Requests {
    fn add_assign(&mut self, other: Self) {
        self.asked += other.asked;
        self.overhead += other.overhead;
    }
}

/// What one planned case came to.
#[derive(Clone, Debug)]
#[must_use]
pub struct CaseResult {
    /// The verdict.
    pub verdict: Verdict,
    /// The level of the expectation that decided, or of the case.
    pub level: Level,
    /// Why the case was skipped, waived or could not be judged; empty otherwise.
    pub reason: String,
    /// Every finding, those that do not count included.
    pub findings: Vec<Finding>,
    /// What the passive checks saw in exchanges that the case does not judge.
    pub asides: Vec<Finding>,
    /// Lines for the reader of a failure: which controls held.
    pub notes: Vec<String>,
    /// A command line that repeats the judged request.
    pub reproduce: Option<String>,
    /// Requests sent for this case.
    pub requests: Requests,
    /// Time from start to end.
    pub elapsed: Duration,
    /// The longest that a read took to show what was written, where it did not do so at once.
    pub converged: Option<Duration>,
    /// The exchanges, redacted, where they are kept.
    pub exchanges: Vec<Value>,
    /// How the answers compare with the accepted ones, where that is asked.
    pub compared: Option<Compared>,
}

impl CaseResult {
    /// Returns a result for a case that was not judged.
    pub fn unjudged(verdict: Verdict, level: Level, reason: impl Into<String>) -> Self {
        Self {
            verdict,
            level,
            reason: reason.into(),
            findings: Vec::new(),
            asides: Vec::new(),
            notes: Vec::new(),
            reproduce: None,
            requests: Requests::default(),
            elapsed: Duration::ZERO,
            converged: None,
            exchanges: Vec::new(),
            compared: None,
        }
    }

    /// Tells whether something is broken that binds at least so much, be it what the case is about or beside that.
    #[must_use]
    pub fn breaks(&self, least: Level) -> bool {
        self.findings.iter().any(|finding| finding.weight == Weight::Counts && finding.level >= least)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(level: Level, weight: Weight) -> Finding {
        Finding {
            check: Check::Status,
            level,
            at: String::new(),
            expected: json!(404),
            actual: json!(200),
            statement: None,
            actor: Some(Actor::Owner),
            place: Place { file: "cases/v2/member-show.yaml".into(), line: 41 },
            weight,
        }
    }

    #[test]
    fn joining_keeps_the_worse_verdict() {
        let order = [Verdict::Skip, Verdict::Pass, Verdict::Waived, Verdict::Inconclusive, Verdict::Fail];
        assert!(order.is_sorted());
        assert_eq!(Verdict::Pass.max(Verdict::Inconclusive), Verdict::Inconclusive);
    }

    #[test]
    fn the_strictest_level_is_the_greatest() {
        assert_eq!([Level::Should, Level::Must, Level::Observe].into_iter().max(), Some(Level::Must));
    }

    #[test]
    fn a_result_breaks_what_a_finding_that_counts_binds_to() {
        use Level::{Must, Observe, Should};
        use Weight::{Counts, Noted, Waived};
        for (findings, broken) in [
            (vec![], [false, false, false]),
            (vec![found(Must, Counts)], [true, true, true]),
            (vec![found(Should, Counts)], [false, true, true]),
            (vec![found(Observe, Counts)], [false, false, true]),
            (vec![found(Must, Noted), found(Must, Waived)], [false, false, false]),
            (vec![found(Must, Waived), found(Observe, Counts)], [false, false, true]),
        ] {
            let result = CaseResult { findings, ..CaseResult::unjudged(Verdict::Inconclusive, Must, "") };
            assert_eq!(Level::ALL.map(|least| result.breaks(least)), broken, "{:?}", result.findings);
        }
    }

    #[test]
    fn requests_add_up_kind_by_kind() {
        let mut sum = Requests { asked: 1, overhead: 2 };
        sum += Requests { asked: 10, overhead: 20 };
        assert_eq!(sum, Requests { asked: 11, overhead: 22 });
    }

    #[test]
    fn levels_and_places_show_as_in_files() {
        assert_eq!(Level::ALL.map(|level| level.to_string()), ["must", "should", "observe"]);
        assert_eq!(found(Level::Must, Weight::Counts).place.to_string(), "cases/v2/member-show.yaml:41");
    }
}
