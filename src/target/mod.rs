//! The cloud that is checked: its endpoint, its actors, and what may be done there.

mod clouds;
mod command;
mod consistency;
mod credentials;
mod distinct;
mod file;
mod flag;
mod identity;
mod keystone;
mod lint;
mod mock;
mod project;
mod resolve;
mod sign_in;
mod waiver;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

pub use clouds::Cloud;
pub use consistency::Consistency;
pub use file::{ActorSpec, ConsistencySpec, LimitsSpec, TargetSpec, WaiverSpec};
pub use flag::{ActorFlag, ActorFlagError, CredentialsFlag, Overrides};
pub use identity::{Domain, Interface, Login, Named, Proof, Scope};
pub use lint::{lint, unknown_waived};
pub use project::OurProject;
use resolve::unknown_name;
pub use resolve::{TargetError, read, resolve, unknown_names};
pub use sign_in::{Connected, SignInError, sign_in};
pub use waiver::Waiver;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::Actor;
use crate::case::spec::ImageKind;
use crate::contract::{PolicySpec, Profile};
use crate::http::Endpoint;
use crate::redact::{Redactor, Secret};

/// A target as file, flags and environment declare it: complete, and nobody has signed in yet.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Its name in reports.
    pub name: String,
    /// The dialect that it is held to.
    pub profile: Profile,
    /// Whether it is a real cloud.
    pub kind: Kind,
    /// Where its API is; else the service catalogue says it.
    pub endpoint: Option<Endpoint>,
    /// The actors, and how each proves who it is.
    pub actors: BTreeMap<Actor, Credentials>,
    /// What may be written.
    pub writes: Writes,
    /// Images that are somebody's: never deleted or changed.
    pub images: BTreeMap<ImageKind, String>,
    /// Further project ids that an image may be shared with.
    pub recipients: Vec<String>,
    /// The URN of an organizational unit that images may be shared with.
    pub organization: Option<String>,
    /// The id of an account that images may be shared with.
    pub domain: Option<String>,
    /// What the cloud lets us do.
    pub features: BTreeSet<String>,
    /// What it knowingly lacks.
    pub without: BTreeSet<String>,
    /// How it is set, where clouds of its profile differ.
    pub policy: PolicySpec,
    /// How soon its reads show what was written.
    pub consistency: Consistency,
    /// The most images that a run may create; none for no limit.
    pub images_created: Option<usize>,
    /// The most members that an image may have; none where nobody said it, and no case tries it.
    pub members_per_image: Option<usize>,
    /// Answers that are known to break the contract.
    pub waivers: Vec<Waiver>,
}

/// How an actor proves who it is.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// A token for a project.
    Token {
        /// The token.
        token: Secret,
        /// The id of the project that it is scoped to; none where it is good for nothing.
        project_id: Option<String>,
    },
    /// A command that prints a token for a project.
    Command {
        /// The command, for `sh -c`.
        command: String,
        /// The id of the project that its tokens are scoped to; none where they are good for nothing.
        project_id: Option<String>,
    },
    /// A cloud that issues tokens.
    Cloud(Box<Cloud>),
}

/// A target whose actors have signed in.
#[derive(Clone, Debug)]
pub struct Target {
    /// What was declared; it shows on the target itself.
    pub declared: Declared,
    /// Where its API is.
    pub endpoint: Endpoint,
    /// Who each actor turned out to be, or why it could not sign in.
    pub accounts: BTreeMap<Actor, Result<Account, String>>,
    /// Whether certificates are believed unseen.
    pub insecure: bool,
    redactor: Redactor,
}

/// Who an actor is in the cloud.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The project that its token is scoped to; an administrator may do without one.
    pub project_id: Option<String>,
    /// The user, where the cloud told.
    pub user_id: Option<String>,
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
    /// Rows of our own actors and recipients are added to the borrowed images, and removed again.
    Members,
    /// Images of our own are made, shared and deleted.
    Images,
}

impl Writes {
    /// Returns the name used in target files and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Members => "members",
            Self::Images => "images",
        }
    }
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

impl Deref for Target {
    type Target = Declared;

    fn deref(&self) -> &Declared {
        &self.declared
    }
}

/// The feature of a target that names an organizational unit.
pub const ORGANIZATION_MEMBERS: &str = "organization-members";
/// The feature of a target that says how many members an image may have.
pub const QUOTA: &str = "quota";
/// The feature of a target that names an account.
pub const DOMAIN_MEMBERS: &str = "domain-members";

impl Declared {
    /// Tells whether the target lets cases use a feature: it says so, or names what the feature takes.
    #[must_use]
    pub fn has(&self, feature: &str) -> bool {
        match feature {
            ORGANIZATION_MEMBERS => self.organization.is_some(),
            DOMAIN_MEMBERS => self.domain.is_some(),
            QUOTA => self.members_per_image.is_some(),
            other => self.features.contains(other),
        }
    }

    /// Returns what a variable of templates stands for that a recipient beyond projects gives: `organization.urn`,
    /// `organization.id` or `domain.id`.
    #[must_use]
    pub fn recipient(&self, name: &str) -> Option<&str> {
        let urn = self.organization.as_deref();
        match name {
            "organization.urn" => urn,
            "organization.id" => urn?.rsplit('/').next(),
            "domain.id" => self.domain.as_deref(),
            _ => None,
        }
    }
}

impl Target {
    /// Returns the project of an actor, where it is known.
    #[must_use]
    pub fn project_id(&self, actor: Actor) -> Option<&str> {
        self.accounts.get(&actor)?.as_ref().ok()?.project_id.as_deref()
    }

    /// Returns a redactor of every credential of the target, those that are still to come included.
    #[must_use]
    pub fn redactor(&self) -> Redactor {
        self.redactor.clone()
    }
}
