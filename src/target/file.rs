//! A target file as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;

use super::{Kind, Writes};
use crate::case::Actor;
use crate::case::spec::ImageKind;
use crate::contract::{PolicySpec, Profile};
use crate::timespan::Timespan;

/// A target file. `${VAR}` in a text comes from the environment.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "target file")]
pub struct TargetSpec {
    /// The name in reports.
    pub name: String,
    /// The dialect that the target is held to.
    pub profile: Profile,
    /// Whether it is a real cloud.
    #[serde(default)]
    pub kind: Kind,
    /// The root of its API; may carry a path prefix.
    #[schemars(with = "Option<String>")]
    pub endpoint: Option<Spanned<String>>,
    /// The `clouds.yaml` to use, seen from the folder of this file; else the usual places.
    #[schemars(with = "Option<String>")]
    pub clouds_file: Option<Spanned<String>>,
    /// The actors and their credentials.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Actor, ActorSpec>")]
    pub actors: BTreeMap<Actor, Spanned<ActorSpec>>,
    /// What may be written; nothing unless given.
    #[serde(default)]
    pub writes: Writes,
    /// Borrowed images, by kind.
    #[serde(default)]
    #[schemars(with = "BTreeMap<ImageKind, String>")]
    pub images: BTreeMap<ImageKind, Spanned<String>>,
    /// Further project ids that an image may be shared with.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub recipients: Vec<Spanned<String>>,
    /// The URN of an organizational unit that images may be shared with: the feature `organization-members`.
    #[schemars(with = "Option<String>")]
    pub organization: Option<Spanned<String>>,
    /// The id of an account that images may be shared with: the feature `domain-members`.
    #[schemars(with = "Option<String>")]
    pub domain: Option<Spanned<String>>,
    /// What the cloud lets us do, such as `public-images`.
    #[serde(default)]
    pub features: Vec<String>,
    /// Actors and features that it knowingly lacks.
    #[serde(default)]
    pub without: Vec<String>,
    /// Dials of the profile.
    #[serde(default)]
    pub policy: PolicySpec,
    /// How soon its reads show what was written; at once unless given.
    #[serde(default)]
    pub consistency: ConsistencySpec,
    /// Bounds on what a run may take.
    #[serde(default)]
    pub limits: LimitsSpec,
    /// Answers that are known to break the contract.
    #[serde(default)]
    #[schemars(with = "Vec<WaiverSpec>")]
    pub waivers: Vec<Spanned<WaiverSpec>>,
}

impl TargetSpec {
    /// Returns what it takes to clean up after a run: the owner alone, and nothing that only cases need.
    #[must_use]
    pub fn of_the_owner(mut self) -> Self {
        self.actors.retain(|actor, _| *actor == Actor::Owner);
        self.images.clear();
        self.recipients.clear();
        (self.organization, self.domain) = (None, None);
        self.waivers.clear();
        self
    }
}

/// The credentials of one actor: a cloud, a token, or a command that prints one.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(transform = one_kind)]
pub struct ActorSpec {
    /// The name of a cloud in `clouds.yaml`.
    #[schemars(with = "Option<String>")]
    pub cloud: Option<Spanned<String>>,
    /// A token, usually `${VARIABLE}`.
    #[schemars(with = "Option<String>")]
    pub token: Option<Spanned<String>>,
    /// A command for `sh -c` that prints a token.
    #[schemars(with = "Option<String>")]
    pub token_command: Option<Spanned<String>>,
    /// The id of the project that the token is scoped to; a token that is to be refused has none.
    #[schemars(with = "Option<String>")]
    pub project_id: Option<Spanned<String>>,
}

/// Says in the schema which keys go together.
fn one_kind(schema: &mut schemars::Schema) {
    // Without a project they are tokens that are to be refused.
    let kinds =
        [&["cloud"][..], &["token", "project-id"], &["token-command", "project-id"], &["token"], &["token-command"]];
    let kinds = kinds.map(|keys| serde_json::json!({ "required": keys, "maxProperties": keys.len() }));
    schema.insert("oneOf".to_owned(), Value::from(kinds.to_vec()));
}

/// How soon the reads of a cloud show what was written.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConsistencySpec {
    /// The longest that a read may show what was there before; `0s` unless given.
    pub within: Option<Timespan>,
    /// How long to wait between one look and the next; `200ms` unless given.
    pub every: Option<Timespan>,
}

/// Bounds on what a run may take.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LimitsSpec {
    /// The most images that a run may create.
    pub images_created: Option<usize>,
    /// The most members that an image may have on this cloud: the feature `quota`. So many `recipients` are needed.
    pub members_per_image: Option<usize>,
}

/// A known answer that breaks the contract; another answer than this one is not waived.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WaiverSpec {
    /// The case id.
    pub case: String,
    /// The statement that is broken.
    pub statement: String,
    /// What is seen: the `actual` of the finding.
    pub observed: Value,
    /// Why it is let pass.
    pub reason: String,
    /// Where it is reported.
    pub link: Option<String>,
    /// The last day on which it counts, as `2027-03-31`.
    pub until: Option<String>,
    /// Whether the case sometimes passes.
    #[serde(default)]
    pub intermittent: bool,
}
