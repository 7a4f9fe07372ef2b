//! What the variables of a case stand for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::case::spec::ImageKind;
use crate::case::{Actor, Case};
use crate::http::Exchange;
use crate::target::Target;
use crate::world::Fixture;

/// How long to wait so that the endpoint's clock shows another whole second.
const A_SECOND: Duration = Duration::from_millis(1_050);

/// How long `{{long.text}}` is, in bytes: longer than any id or marker, and no Base64.
const LONG: usize = 8_192;

/// What a step was answered, and the ids that its request asked for.
type Answer = (Arc<Exchange>, Vec<(String, String)>);

/// The variables of one case while it runs.
pub(super) struct Scope<'a> {
    case: &'a Case,
    target: &'a Target,
    fixture: Option<Arc<Fixture>>,
    beside: Option<Arc<Fixture>>,
    actor: Actor,
    saved: BTreeMap<String, Value>,
    answers: BTreeMap<String, Answer>,
    random: uuid::Uuid,
    last_sent: Instant,
}

impl<'a> Scope<'a> {
    /// Returns the scope of a case that has sent nothing yet.
    pub(super) fn new(case: &'a Case, target: &'a Target, fixture: Option<Arc<Fixture>>) -> Self {
        Self {
            case,
            target,
            fixture,
            beside: None,
            actor: Actor::Owner,
            saved: BTreeMap::new(),
            answers: BTreeMap::new(),
            random: uuid::Uuid::new_v4(),
            last_sent: Instant::now(),
        }
    }

    /// Sets the second image.
    pub(super) fn set_beside(&mut self, beside: Arc<Fixture>) {
        self.beside = Some(beside);
    }

    /// Sets who sends the next request.
    pub(super) fn set_actor(&mut self, actor: Actor) {
        self.actor = actor;
    }

    /// Returns who sends the next request.
    pub(super) fn actor(&self) -> Actor {
        self.actor
    }

    /// Returns the number of the fixture, or 0 without one.
    pub(super) fn fixture_serial(&self) -> usize {
        self.fixture.as_ref().map_or(0, |fixture| fixture.serial + 1)
    }

    /// Returns the id of the image that the case is about.
    pub(super) fn image_id(&self) -> Option<String> {
        self.fixture.as_ref().map(|fixture| fixture.image_id.clone())
    }

    /// Returns the ids that the case knows, with what they are called; of two names for one id the first is meant.
    pub(super) fn names(&self) -> Vec<(String, String)> {
        let image = self.image_id().map(|id| (id, "image.id".to_owned()));
        let project = |actor: &Actor| Some((self.target.project_id(*actor)?.to_owned(), format!("{actor}.project-id")));
        let recipients = self.target.recipients.iter().enumerate();
        let recipients = recipients.map(|(at, id)| (id.clone(), format!("recipient-{}.project-id", at + 1)));
        let random = [
            (self.random.to_string(), "random.uuid".to_owned()),
            (self.random.simple().to_string(), "random.hex32".to_owned()),
        ];
        let beside = self.beside.iter().map(|beside| (beside.image_id.clone(), "beside.id".to_owned()));
        // The URN first, as the others stand in it.
        let beyond = ["organization.urn", "organization.id", "domain.id"].into_iter();
        let beyond = beyond.filter_map(|name| Some((self.target.recipient(name)?.to_owned(), name.to_owned())));
        image
            .into_iter()
            .chain(beside)
            .chain(beyond)
            .chain(Actor::ALL.iter().filter_map(project))
            .chain(recipients)
            .chain(random)
            .collect()
    }

    /// Tells whether an image id was made up for this case, so that no image can have it.
    pub(super) fn invented(&self, id: &str) -> bool {
        let unknown = self.case.facts.given.as_ref().is_some_and(|given| given.image == ImageKind::Unknown);
        let fixture = self.fixture.as_ref().filter(|_| unknown).map(|fixture| fixture.image_id.as_str());
        fixture == Some(id) || id == self.random.to_string() || id == self.random.simple().to_string()
    }

    /// Keeps a value for later templates.
    pub(super) fn save(&mut self, name: &str, value: Value) {
        self.saved.insert(name.to_owned(), value);
    }

    /// Tells whether a value was kept under that name.
    pub(super) fn has_saved(&self, name: &str) -> bool {
        self.saved.contains_key(name)
    }

    /// Keeps what a named step was answered, for later ones that are to be answered the same.
    pub(super) fn answered(&mut self, step: &str, exchange: Arc<Exchange>, ids: Vec<(String, String)>) {
        self.answers.insert(step.to_owned(), (exchange, ids));
    }

    /// Returns what a step was answered.
    pub(super) fn answer(&self, step: &str) -> Option<&Answer> {
        self.answers.get(step)
    }

    /// Notes that a request was answered just now.
    pub(super) fn sent(&mut self) {
        self.last_sent = Instant::now();
    }

    /// Waits until the endpoint's clock shows another whole second than at the last answer.
    pub(super) async fn next_second(&self) {
        tokio::time::sleep_until((self.last_sent + A_SECOND).into()).await;
    }

    /// Returns what a name stands for.
    pub(super) fn get(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.saved.get(name) {
            return Some(value.clone());
        }
        if let Some(value) = self.case.row.as_ref().and_then(|row| row.variables.get(name)) {
            return Some(value.clone());
        }
        match name {
            "image.id" => Some(json!(self.fixture.as_ref()?.image_id)),
            "beside.id" => Some(json!(self.beside.as_ref()?.image_id)),
            "members.project-ids" => Some(json!(self.fixture.as_ref()?.members)),
            "random.uuid" => Some(json!(self.random.to_string())),
            "long.text" => Some(json!(".".repeat(LONG))),
            "random.hex32" => Some(json!(self.random.simple().to_string())),
            "self.project-id" => Some(json!(self.target.project_id(self.actor)?)),
            name if self.target.recipient(name).is_some() => Some(json!(self.target.recipient(name)?)),
            _ => Some(json!(self.target.project_id(Actor::from_name(name.strip_suffix(".project-id")?)?)?)),
        }
    }
}
