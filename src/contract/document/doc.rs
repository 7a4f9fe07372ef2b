//! The parts of a document as they are written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::super::{Outcome, OutcomeName, Paging, PagingRule, Profile, Verified};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ProfileDoc {
    pub(super) name: Profile,
    pub(super) verified: Verified,
    pub(super) shareable: String,
    pub(super) visibilities: Vec<String>,
    pub(super) error_shapes: Vec<ShapeDoc>,
    #[serde(default)]
    pub(super) plumbing_codes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ShapeDoc {
    pub(super) media_type: String,
    pub(super) schema: Option<String>,
    pub(super) pattern: Option<String>,
    #[serde(default)]
    pub(super) statuses: Vec<u16>,
    #[serde(default)]
    pub(super) only_if_asked: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OperationDoc {
    pub(super) operation_id: String,
    #[serde(default)]
    pub(super) parameters: Vec<ParameterDoc>,
    pub(super) request_body: Option<ContentDoc>,
    pub(super) responses: BTreeMap<String, ResponseDoc>,
    #[serde(rename = "x-outcomes", default)]
    pub(super) outcomes: BTreeMap<OutcomeName, Outcome>,
    #[serde(rename = "x-paging")]
    pub(super) paging: Option<Paging>,
    #[serde(rename = "x-statements", default)]
    pub(super) statements: StatementsDoc,
}

#[derive(Deserialize)]
pub(super) struct ParameterDoc {
    pub(super) name: String,
    #[serde(rename = "in")]
    pub(super) place: String,
}

#[derive(Deserialize)]
pub(super) struct ContentDoc {
    pub(super) content: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
pub(super) struct ResponseDoc {
    #[serde(default)]
    pub(super) content: BTreeMap<String, MediaDoc>,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, HeaderDoc>,
}

#[derive(Deserialize)]
pub(super) struct MediaDoc {
    pub(super) schema: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct HeaderDoc {
    #[serde(default)]
    pub(super) required: bool,
    pub(super) schema: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct StatementsDoc {
    #[serde(default)]
    pub(super) status: Vec<String>,
    #[serde(default)]
    pub(super) trouble: Vec<String>,
    #[serde(default)]
    pub(super) media_type: Vec<String>,
    #[serde(default)]
    pub(super) request_id: Vec<String>,
    #[serde(default)]
    pub(super) paging: BTreeMap<PagingRule, String>,
    #[serde(default)]
    pub(super) body: BTreeMap<String, String>,
}
