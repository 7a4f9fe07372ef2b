//! The author's words: the types that a case file is read into, key by key.
//!
//! Every key is optional in the type, because `defaults` may hold any of them; `lint` says what a
//! case lacks.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

use crate::case::eventually::EventuallySpec;
use crate::case::{Actor, ExpectSpec, OneOrMany};
use crate::contract::Profile;
use crate::verdict::Level;

/// A file of `cases/`: the cases of one operation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "case file")]
pub struct CaseFile {
    /// The operationId that the cases call unless they say otherwise.
    #[schemars(with = "String")]
    pub operation: Spanned<String>,
    /// Keys that every case of the file has unless it gives its own.
    #[serde(default)]
    pub defaults: CaseSpec,
    /// The cases.
    #[schemars(with = "Vec<CaseSpec>")]
    pub cases: Vec<Spanned<CaseSpec>>,
}

/// One case as written.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CaseSpec {
    /// The name within the file: lower-case words joined by hyphens.
    #[schemars(with = "Option<String>")]
    pub id: Option<Spanned<String>>,
    /// What holds when the case passes, as a sentence.
    pub title: Option<String>,
    /// Ids of the statements that the case checks.
    #[schemars(with = "Option<Vec<String>>")]
    pub statements: Option<Vec<Spanned<String>>>,
    /// The state of the world that the case starts from.
    pub given: Option<GivenSpec>,
    /// A second image, `{{beside.id}}`, to which nothing is written.
    pub beside: Option<GivenSpec>,
    /// Who sends the request: one actor, or a list for each of which the expectation holds.
    #[serde(rename = "as")]
    pub actors: Option<OneOrMany<Actor>>,
    /// The positive twin of a negative request.
    #[schemars(with = "Option<ControlSpec>")]
    pub control: Option<Spanned<ControlSpec>>,
    /// Several requests in order, in place of the single one.
    #[schemars(with = "Option<Vec<StepSpec>>")]
    pub steps: Option<Vec<Spanned<StepSpec>>>,
    /// Another operation than the file's.
    #[schemars(with = "Option<String>")]
    pub call: Option<Spanned<String>>,
    /// Path parameters.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub path: Option<Spanned<Map<String, Value>>>,
    /// Query parameters.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub query: Option<Spanned<Map<String, Value>>>,
    /// The JSON body.
    #[schemars(with = "Option<Value>")]
    pub body: Option<Spanned<Value>>,
    /// A body that is sent as it stands.
    #[schemars(with = "Option<String>")]
    pub body_raw: Option<Spanned<String>>,
    /// A method other than the operation's.
    pub method: Option<String>,
    /// A path other than the operation's, sent as it stands.
    #[schemars(with = "Option<String>")]
    pub raw_path: Option<Spanned<String>>,
    /// Further request headers.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub headers: Option<Spanned<Map<String, Value>>>,
    /// The `Accept` header, `application/json` unless given; `none` sends none.
    pub accept: Option<String>,
    /// What must come back.
    #[schemars(with = "Option<ExpectSpec>")]
    pub expect: Option<Spanned<ExpectSpec>>,
    /// Variables for later templates: name to `JSONPath` into the answer.
    pub save: Option<BTreeMap<String, String>>,
    /// One case per row; the keys of a row are variables.
    pub for_each: Option<RowsSpec>,
    /// Follows the pages of a list to the end.
    #[schemars(with = "Option<WalkSpec>")]
    pub walk: Option<Spanned<WalkSpec>>,
    /// Actors or features that the case needs beyond those it names.
    pub needs: Option<OneOrMany<String>>,
    /// The profiles where the case runs; all that have its operations unless given.
    pub profiles: Option<OneOrMany<Profile>>,
    /// A level below the one that the statements give.
    pub level: Option<Level>,
    /// Labels to select by.
    pub tags: Option<OneOrMany<String>>,
    /// Whether its answers are held against an accepted snapshot; they are unless this is `false`.
    pub snapshot: Option<bool>,
    /// Waits before the request is sent.
    pub after: Option<After>,
}

/// The state of the world that a case starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GivenSpec {
    /// The image.
    pub image: ImageKind,
    /// Who the image is shared with.
    #[serde(default)]
    pub members: MembersSpec,
}

/// What kind of image a case starts with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImageKind {
    /// An image with the visibility that the profile shares.
    #[default]
    Shareable,
    /// An image of visibility `private`.
    Private,
    /// An image of visibility `public`.
    Public,
    /// An image of visibility `community`.
    Community,
    /// An image that was shared as given and then deleted.
    Deleted,
    /// A shareable image that says it is one of Windows (`__os_type`), which some clouds do not share.
    Windows,
    /// An id that no image has.
    Unknown,
}

impl ImageKind {
    /// Returns the name used in case and target files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shareable => "shareable",
            Self::Private => "private",
            Self::Public => "public",
            Self::Community => "community",
            Self::Deleted => "deleted",
            Self::Windows => "windows",
            Self::Unknown => "unknown",
        }
    }
}

/// The members of the image: an actor and the status it has set, and further recipients.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MembersSpec {
    /// The status of the actor `member`.
    pub member: Option<MemberStatus>,
    /// The status of the actor `other-member`.
    pub other_member: Option<MemberStatus>,
    /// The status of the actor `stranger`, who then is none.
    pub stranger: Option<MemberStatus>,
    /// The status of the owner's own project.
    pub owner: Option<MemberStatus>,
    /// How many further projects the image is shared with.
    #[serde(default)]
    pub recipients: usize,
    /// Whether it is shared with further projects until it has as many members as the target's limit allows.
    #[serde(default)]
    pub full: bool,
    /// Whether it is shared with the target's organizational unit, too, by a batch call.
    #[serde(default)]
    pub organization: bool,
    /// Whether it is shared with the target's account, too, by a batch call.
    #[serde(default)]
    pub domain: bool,
}

impl MembersSpec {
    /// Returns the actors with their status, in the order in which they are added.
    pub fn actors(&self) -> impl Iterator<Item = (Actor, MemberStatus)> {
        [
            (Actor::Member, self.member),
            (Actor::OtherMember, self.other_member),
            (Actor::Stranger, self.stranger),
            (Actor::Owner, self.owner),
        ]
        .into_iter()
        .filter_map(|(actor, status)| Some((actor, status?)))
    }

    /// Tells whether the image has any member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recipients == 0 && !self.full && !self.needs_batch() && self.actors().next().is_none()
    }

    /// Returns how many further projects the image is shared with, where it may have so many members.
    #[must_use]
    pub fn further(&self, limit: Option<usize>) -> usize {
        let others = self.actors().count() + usize::from(self.organization) + usize::from(self.domain);
        if self.full { limit.unwrap_or(0).saturating_sub(others) } else { self.recipients }
    }

    /// Tells whether the image is shared with more than projects, which takes a batch call.
    #[must_use]
    pub fn needs_batch(&self) -> bool {
        self.organization || self.domain
    }
}

/// A member's answer to the offer of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MemberStatus {
    /// Not answered yet.
    Pending,
    /// Accepted.
    Accepted,
    /// Rejected.
    Rejected,
}

impl MemberStatus {
    /// Returns the word used on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }
}

/// The positive twin of a request: what differs from it, and what must hold.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ControlSpec {
    /// Who sends the control.
    #[serde(rename = "as")]
    pub actors: Option<OneOrMany<Actor>>,
    /// Another operation; its body and headers are then not the case's.
    #[schemars(with = "Option<String>")]
    pub call: Option<Spanned<String>>,
    /// Path parameters that differ.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub path: Option<Spanned<Map<String, Value>>>,
    /// Query parameters that differ.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub query: Option<Spanned<Map<String, Value>>>,
    /// What must hold for the case to be judged at all.
    #[schemars(with = "ExpectSpec")]
    pub expect: Spanned<ExpectSpec>,
}

/// One step of a case; exactly one of `control`, `do` and `check` names it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StepSpec {
    /// Names a request that must succeed for the later ones to mean anything.
    pub control: Option<String>,
    /// Names a request that brings about the state to check.
    #[serde(rename = "do")]
    pub do_: Option<String>,
    /// Names a request whose answer is judged.
    pub check: Option<String>,
    /// Who sends it.
    #[serde(rename = "as")]
    pub actors: Option<OneOrMany<Actor>>,
    /// Another operation than the case's.
    #[schemars(with = "Option<String>")]
    pub call: Option<Spanned<String>>,
    /// Path parameters that differ from the case's.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub path: Option<Spanned<Map<String, Value>>>,
    /// Query parameters that differ from the case's.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub query: Option<Spanned<Map<String, Value>>>,
    /// The JSON body.
    #[schemars(with = "Option<Value>")]
    pub body: Option<Spanned<Value>>,
    /// A body that is sent as it stands.
    #[schemars(with = "Option<String>")]
    pub body_raw: Option<Spanned<String>>,
    /// A method other than the operation's.
    pub method: Option<String>,
    /// A path other than the operation's, sent as it stands.
    #[schemars(with = "Option<String>")]
    pub raw_path: Option<Spanned<String>>,
    /// Further request headers.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub headers: Option<Spanned<Map<String, Value>>>,
    /// The `Accept` header, `application/json` unless given; `none` sends none.
    pub accept: Option<String>,
    /// What must come back.
    #[schemars(with = "Option<ExpectSpec>")]
    pub expect: Option<Spanned<ExpectSpec>>,
    /// Variables for later templates.
    pub save: Option<BTreeMap<String, String>>,
    /// Sends the request only where an earlier step saved this, which need not be in its answer then.
    #[serde(rename = "if")]
    #[schemars(with = "Option<String>")]
    pub only_if: Option<Spanned<String>>,
    /// Follows the pages of a list to the end.
    #[schemars(with = "Option<WalkSpec>")]
    pub walk: Option<Spanned<WalkSpec>>,
    /// Waits before the request is sent.
    pub after: Option<After>,
    /// Asks again until the answer is as expected, because a read may lag behind the write before it.
    pub eventually: Option<EventuallySpec>,
    /// Sends the request so many times at the same moment; what is expected holds for each answer.
    pub at_once: Option<u8>,
}

/// What a step waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum After {
    /// The next whole second of the endpoint, because timestamps count whole seconds.
    NextSecond,
}

/// A walk over the pages of a list.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WalkSpec {
    /// Rows on each page; without it no limit is sent.
    pub limit: Option<u32>,
    /// The marker to begin with, as a template; without it the walk begins with the first page.
    pub from: Option<Value>,
    /// Whether the list is walked a second time, to have its rows in the same order.
    #[serde(default)]
    pub twice: bool,
    /// What the pages make up together.
    pub expect: WalkExpectSpec,
}

/// What the pages of a walk make up together: the whole list (`members`), or a list of which only some rows are known
/// (`has`, `lacks`), as images are, which others make as well. Each is a list of keys, or a template that gives one.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WalkExpectSpec {
    /// The rows of the whole list.
    pub members: Option<Value>,
    /// Further rows that the whole list may have or not.
    pub perhaps: Option<Value>,
    /// The rows of the whole list that came before `from`.
    pub before: Option<Value>,
    /// How many rows each page has.
    pub sizes: Option<Vec<usize>>,
    /// Rows that are on one of the pages.
    pub has: Option<Value>,
    /// Rows that are on none of the pages.
    pub lacks: Option<Value>,
}

impl WalkSpec {
    /// Returns everything in the walk that may hold templates.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        let WalkExpectSpec { members, perhaps, before, has, lacks, .. } = &self.expect;
        [&self.from, members, perhaps, before, has, lacks].into_iter().flatten()
    }
}

/// The rows of `for-each`, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct RowsSpec(pub Vec<(String, Map<String, Value>)>);

impl<'de> Deserialize<'de> for RowsSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows;
        impl<'de> Visitor<'de> for Rows {
            type Value = RowsSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from row names to maps of variables")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RowsSpec, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = map.next_entry()? {
                    rows.push(row);
                }
                Ok(RowsSpec(rows))
            }
        }
        deserializer.deserialize_map(Rows)
    }
}

impl JsonSchema for RowsSpec {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RowsSpec".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One case per row; the keys of a row are variables, `statements` its own statements.",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": { "type": "object" }
        })
    }
}
