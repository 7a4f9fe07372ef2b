//! What a run comes to: the report, and the ways in which it is shown.

mod build;
pub mod coverage;
pub mod human;
pub mod junit;
pub mod preview;
mod progress;
mod reason;
mod snapshot;
mod statement;

use std::collections::BTreeMap;

pub use build::{RunFacts, build};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::case::Actor;
use crate::contract::{PolicySpec, Profile, Verified};
use crate::target::Kind;
use crate::verdict::{Check, Compared, Level, Verdict};
use crate::world::Leftover;

/// The version of the report's format.
pub const FORMAT: u32 = 1;

/// The report of all runs of one call, as `--report-json` writes it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "report")]
pub struct Report {
    /// The version of this format.
    pub format: u32,
    /// What wrote it.
    pub tool: Tool,
    /// When the run started, in UTC.
    pub started: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What it comes to.
    pub result: ResultWord,
    /// Whether a must was skipped for an actor or feature that the target does not say it lacks,
    /// or because of `writes`.
    pub partial: bool,
    /// One entry for each target.
    pub runs: Vec<RunReport>,
}

/// What wrote a report.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// The name, `sharecheck`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What a run comes to, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ResultWord {
    /// Every judged must holds.
    Holds,
    /// A must is broken.
    Broken,
    /// Nothing is broken, and not everything could be judged.
    Inconclusive,
    /// No case ran.
    NothingRun,
}

/// The report of one target.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RunReport {
    /// The target.
    pub target: TargetReport,
    /// How many requests were sent.
    pub requests: RequestsReport,
    /// How many cases ended how, by level.
    pub summary: BTreeMap<Level, Counts>,
    /// Every case, in order.
    pub cases: Vec<CaseReport>,
    /// Every statement that binds in the profile.
    pub statements: Vec<StatementReport>,
    /// What the passive checks saw in exchanges that no case judges, and no case failed for.
    pub asides: Vec<FindingReport>,
    /// Waivers that no longer hold.
    pub waivers: Vec<WaiverReport>,
    /// What was made and could not be removed.
    pub leftovers: Vec<Leftover>,
}

/// A target, as far as a report tells of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TargetReport {
    /// Its name.
    pub name: String,
    /// The profile that it was held to.
    pub profile: Profile,
    /// How it is set, where clouds of the profile differ.
    pub policy: PolicySpec,
    /// Its endpoint.
    pub endpoint: String,
    /// Whether its answers came from a mock.
    pub kind: Kind,
    /// Whether certificates were believed unseen, so that the answers may be anybody's.
    pub insecure: bool,
    /// Where the expectations of the profile come from.
    pub verified: Verified,
}

/// How many requests were sent.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
pub struct RequestsReport {
    /// Those that cases ask for.
    pub asked: u64,
    /// Preflight, fixtures, controls, verification, clean-up.
    pub overhead: u64,
}

/// How many cases of a level ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Every expectation was met.
    pub passed: u64,
    /// An expectation was not met.
    pub failed: u64,
    /// It was not met where the target says so.
    pub waived: u64,
    /// It could not be judged.
    pub inconclusive: u64,
    /// It did not run.
    pub skipped: u64,
}

/// One case.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CaseReport {
    /// The trial's name: `<profile>::<case id>`.
    pub name: String,
    /// The case id, without a profile.
    pub id: String,
    /// What holds when it passes.
    pub title: String,
    /// The level that decided.
    pub level: Level,
    /// The statements that it cites and that apply in this profile.
    pub statements: Vec<String>,
    /// The operation of its file.
    pub operation: String,
    /// How it ended.
    pub verdict: Verdict,
    /// Why it was skipped, waived or could not be judged.
    pub reason: String,
    /// Everything that was not as expected.
    pub findings: Vec<FindingReport>,
    /// How many requests it sent.
    pub requests: RequestsReport,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// How long a read took to show what was written, in milliseconds, where it did not do so at once.
    pub converged_ms: Option<u64>,
    /// Its exchanges, where they are kept.
    pub exchanges: Vec<Value>,
    /// How its answers compare with the accepted snapshot; null where that was not asked, or it did not run to its end.
    pub snapshot: Option<Compared>,
}

impl CaseReport {
    /// Tells whether something is broken that binds at least so much, be it what the case is about or beside that.
    #[must_use]
    pub fn breaks(&self, least: Level) -> bool {
        let own = self.verdict == Verdict::Fail && self.level >= least;
        own || self.findings.iter().any(|finding| !finding.waived && finding.level >= least)
    }
}

/// One thing that was not as expected.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FindingReport {
    /// The kind of check.
    pub check: Check,
    /// How strongly the broken statement binds; `observe` for a tolerated answer.
    pub level: Level,
    /// Where in the answer.
    pub at: String,
    /// What was promised.
    pub expected: Value,
    /// What was seen.
    pub actual: Value,
    /// The statement that is broken.
    pub statement: Option<String>,
    /// Who sent the request, where it was one actor.
    pub actor: Option<Actor>,
    /// The expectation's place.
    #[serde(rename = "where")]
    pub place: String,
    /// Whether the target waives it.
    pub waived: bool,
}

/// What a run says of one statement.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StatementReport {
    /// Its id.
    pub id: String,
    /// How strongly it binds in the profile.
    pub level: Level,
    /// Where it stands: document and heading, and where the profile has it from if that is elsewhere.
    pub source: String,
    /// Whether it holds.
    pub verdict: StatementVerdict,
    /// Why that is said.
    pub reason: String,
    /// The ids of the cases that cite it.
    pub cases: Vec<String>,
}

/// Whether a statement holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatementVerdict {
    /// Every case that cites it passed.
    Holds,
    /// Some passed, others did not.
    InPart,
    /// It was seen to be broken.
    Broken,
    /// It could not be judged.
    Inconclusive,
    /// Nothing exercised it.
    NotExercised,
}

impl StatementVerdict {
    /// Returns the name used in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::InPart => "in-part",
            Self::Broken => "broken",
            Self::Inconclusive => "inconclusive",
            Self::NotExercised => "not-exercised",
        }
    }
}

/// A waiver that no longer holds, which fails the run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WaiverReport {
    /// The case id.
    pub case: String,
    /// The statement.
    pub statement: String,
    /// Why it no longer holds.
    pub reason: String,
}
