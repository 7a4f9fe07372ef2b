//! The cloud that is checked: its endpoint, its actors, and what may be done there.

mod file;
mod lint;
mod mock;
mod resolve;
mod waiver;

use std::collections::{BTreeMap, BTreeSet};

pub use file::{ActorSpec, LimitsSpec, PolicySpec, Rbac, TargetSpec, WaiverSpec};
pub use lint::{lint, unknown_waived};
use resolve::unknown_name;
pub use resolve::{ActorFlag, ActorFlagError, Overrides, TargetError, read, resolve, unknown_names};
pub use waiver::Waiver;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::Actor;
use crate::case::spec::ImageKind;
use crate::contract::Profile;
use crate::http::Endpoint;
use crate::redact::{Redactor, Secret};

/// A target that is complete and consistent.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its name in reports.
    pub name: String,
    /// The dialect that it is held to.
    pub profile: Profile,
    /// Whether it is a real cloud.
    pub kind: Kind,
    /// Where its API is.
    pub endpoint: Endpoint,
    /// The actors that it has credentials for.
    pub actors: BTreeMap<Actor, Credentials>,
    /// What may be written.
    pub writes: Writes,
    /// Images that are somebody's: never deleted or changed.
    pub images: BTreeMap<ImageKind, String>,
    /// Further project ids that an image may be shared with.
    pub recipients: Vec<String>,
    /// What the cloud lets us do.
    pub features: BTreeSet<String>,
    /// What it knowingly lacks.
    pub without: BTreeSet<String>,
    /// The most images that a run may create; none for no limit.
    pub images_created: Option<usize>,
    /// Answers that are known to break the contract.
    pub waivers: Vec<Waiver>,
}

/// The credentials of one actor.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The token.
    pub token: Secret,
    /// The id of the project that the token is scoped to.
    pub project_id: String,
}

/// Whether a target is a real cloud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A real cloud.
    #[default]
    Live,
    /// A mock, whose answers are no evidence about a cloud.
    Mock,
}

/// What may be written on a target.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Writes {
    /// Nothing: only GET is sent.
    #[default]
    None,
    /// Images of our own are made, shared and deleted.
    Images,
}

impl Kind {
    /// Returns the name used in files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Mock => "mock",
        }
    }
}

impl Target {
    /// Returns the project of an actor, where it has one here.
    #[must_use]
    pub fn project_id(&self, actor: Actor) -> Option<&str> {
        self.actors.get(&actor).map(|credentials| credentials.project_id.as_str())
    }

    /// Returns every token of the target.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.actors.values().map(|credentials| &credentials.token)
    }

    /// Returns a redactor of every token of the target.
    #[must_use]
    pub fn redactor(&self) -> Redactor {
        Redactor::new(self.secrets())
    }

    /// Returns the tokens to send, by actor; one that was never issued for the actor `bad-token`.
    #[must_use]
    pub fn tokens(&self) -> Vec<(Actor, Secret)> {
        let given = self.actors.iter().map(|(actor, credentials)| (*actor, credentials.token.clone()));
        let never_issued = Secret::new(format!("never-issued-{}", uuid::Uuid::new_v4()));
        given.chain([(Actor::BadToken, never_issued)]).collect()
    }
}
