//! One case or one row of it, with defaults merged in and every request spelled out as a step.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::case::eventually::EventuallySpec;
use crate::case::spec::{After, GivenSpec, WalkSpec};
use crate::case::{Actor, ExpectSpec, Matcher};
use crate::contract::Profile;
use crate::verdict::{Level, Place};

/// A case that can be planned: one entry of a case file, or one row of its `for-each`.
#[derive(Clone, Debug)]
pub struct Case {
    /// The case id, without a profile: `v1::member-list::bad-limit[zero]`.
    pub id: String,
    /// The ids of the statements that the case cites.
    pub statements: Arc<[String]>,
    /// The variables of the row, if the case is one.
    pub row: Option<Row>,
    /// What all rows of a case have in common.
    pub facts: Arc<CaseFacts>,
}

/// A row of a `for-each`.
#[derive(Clone, Debug)]
pub struct Row {
    /// The row's name.
    pub name: String,
    /// Its variables.
    pub variables: Map<String, Value>,
}

/// What all rows of a case have in common.
#[derive(Clone, Debug)]
pub struct CaseFacts {
    /// What holds when the case passes.
    pub title: String,
    /// Where the case stands.
    pub place: Place,
    /// The operationId of the case's file.
    pub operation: String,
    /// The state of the world that the case starts from; none if it needs no image.
    pub given: Option<GivenSpec>,
    /// A second image, which other cases read as well.
    pub beside: Option<GivenSpec>,
    /// The requests in order.
    pub steps: Vec<Step>,
    /// Actors or features needed beyond those named.
    pub needs: Vec<String>,
    /// The profiles where the case runs; none for all that have its operations.
    pub profiles: Option<Vec<Profile>>,
    /// The level that the author allows at most.
    pub level: Option<Level>,
    /// Labels to select by.
    pub tags: Vec<String>,
    /// Whether its answers are held against an accepted snapshot.
    pub snapshot: bool,
}

impl CaseFacts {
    /// Returns the images that the case starts with.
    pub fn images(&self) -> impl Iterator<Item = &GivenSpec> {
        self.given.iter().chain(&self.beside)
    }
}

/// What a step is for, which decides what an unmet expectation means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Must hold for the case to be judged: unmet means inconclusive.
    Control,
    /// Brings about the state to check: unmet means inconclusive.
    Do,
    /// Is judged: unmet means fail.
    Check,
}

impl Role {
    /// Returns the key that marks such a step in a case file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Do => "do",
            Self::Check => "check",
        }
    }
}

/// One request of a case, sent once for each of its actors.
#[derive(Clone, Debug)]
pub struct Step {
    /// What the step is for.
    pub role: Role,
    /// Its name, where the author gave one.
    pub name: Option<String>,
    /// Who sends it.
    pub actors: Vec<Actor>,
    /// What is sent.
    pub request: RequestSpec,
    /// What must come back.
    pub expect: ExpectSpec,
    /// Where the expectation stands.
    pub place: Place,
    /// Variables to take from the answer: name to `JSONPath`.
    pub save: BTreeMap<String, String>,
    /// Sends the request only where an earlier step saved this.
    pub only_if: Option<String>,
    /// What to wait for before sending.
    pub after: Option<After>,
    /// How long to ask again until the answer is as expected.
    pub eventually: Option<EventuallySpec>,
    /// How many times the request is sent at the same moment, where that is more than once.
    pub at_once: Option<u8>,
    /// Follows the pages instead of sending one request.
    pub walk: Option<WalkSpec>,
}

impl Step {
    /// Returns everything in the step that may hold templates.
    #[must_use]
    pub fn values(&self) -> Vec<Value> {
        let request = &self.request;
        let mut values = vec![
            Value::Object(request.path.clone()),
            Value::Object(request.query.clone()),
            Value::Object(request.headers.clone()),
        ];
        values.extend(request.raw_path.clone().map(Value::String));
        match &request.body {
            BodySpec::None => {}
            BodySpec::Json(body) => values.push(body.clone()),
            BodySpec::Raw(text) => values.push(Value::String(text.clone())),
        }
        values.extend(self.walk.iter().flat_map(WalkSpec::values).cloned());
        let last = self.eventually.iter().flat_map(|eventually| eventually.0.unless.values());
        values.extend(last.flat_map(Matcher::values).cloned());
        for expect in [Some(&self.expect), self.expect.tolerate.as_deref()].into_iter().flatten() {
            values.extend(expect.body.values().flat_map(Matcher::values).cloned());
            values.extend(expect.schema_from.iter().map(|name| Value::String(format!("{{{{{name}}}}}"))));
        }
        values
    }
}

/// A request as the author describes it, templates unfilled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestSpec {
    /// The operationId.
    pub call: String,
    /// A method other than the operation's.
    pub method: Option<String>,
    /// A path other than the operation's.
    pub raw_path: Option<String>,
    /// Path parameters; those that the operation lacks are ignored.
    pub path: Map<String, Value>,
    /// Query parameters.
    pub query: Map<String, Value>,
    /// The body.
    pub body: BodySpec,
    /// Further headers.
    pub headers: Map<String, Value>,
    /// The `Accept` header.
    pub accept: Option<String>,
}

/// The body of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum BodySpec {
    /// None is sent.
    #[default]
    None,
    /// A JSON value, templates unfilled.
    Json(Value),
    /// Text, templates unfilled; sent as it then stands.
    Raw(String),
}
