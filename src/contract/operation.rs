//! One operation of a contract: how it is called, and every documented answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;

use super::{BodySchema, Outcome, OutcomeName, Paging, PagingRule};

/// One operation as a profile documents it.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The operationId, such as `v2.member.show`.
    pub id: String,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path with its parameters in braces.
    pub path: String,
    /// The names of the documented query parameters.
    pub query: Vec<String>,
    /// The media type of the request body, where there is one.
    pub request_media_type: Option<String>,
    /// The documented answers, by status.
    pub responses: BTreeMap<u16, DocumentedResponse>,
    /// How its pages are read, if it answers by pages.
    pub paging: Option<Paging>,
    /// The named outcomes, the contract's defaults included.
    pub outcomes: BTreeMap<OutcomeName, Outcome>,
    /// The statements that the passive checks guard.
    pub statements: PassiveStatements,
}

impl Operation {
    /// Returns what a path names, decoded, by the name of each parameter; nothing for another operation's path.
    #[must_use]
    pub fn ids(&self, path: &str) -> Vec<(String, String)> {
        let path = path.split('?').next().unwrap_or_default();
        if self.path.split('/').count() != path.split('/').count() {
            return Vec::new();
        }
        let named = self.path.split('/').zip(path.split('/')).filter_map(|(part, id)| {
            let name = part.strip_prefix('{')?.strip_suffix('}')?;
            Some((name.to_owned(), percent_encoding::percent_decode_str(id).decode_utf8_lossy().into_owned()))
        });
        named.filter(|(_, id)| !id.is_empty()).collect()
    }
}

/// Tells whether a request of that method may change anything.
#[must_use]
pub fn method_writes(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// A documented answer.
#[derive(Clone, Debug, Default)]
pub struct DocumentedResponse {
    /// The media types of the body; empty where there is none.
    pub media_types: Vec<String>,
    /// The schema of a JSON body.
    pub body: Option<SuccessBody>,
    /// The headers that must be there.
    pub headers: Vec<DocumentedHeader>,
}

/// The schema of a documented body.
pub type SuccessBody = Arc<BodySchema>;

/// A header that an answer must carry.
#[derive(Clone, Debug)]
pub struct DocumentedHeader {
    /// Its name, in lower case.
    pub name: String,
    /// What its value must match.
    pub pattern: Option<Regex>,
}

/// A check of every answer, as something that guards statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// No status but the documented ones is let pass.
    Status,
    /// A documented 5xx is believed; any other is an undocumented status.
    Trouble,
    /// The body of a success has its media type.
    MediaType,
    /// The request id is there, in its form.
    RequestId,
    /// The pages of a walk keep the rules together.
    Paging,
    /// The body of a success satisfies its schema.
    Body,
}

impl Guard {
    /// Returns what the check looks at, to stand before `of v2.member.list`.
    #[must_use]
    pub const fn looks_at(self) -> &'static str {
        match self {
            Self::Status => "the status",
            Self::Trouble => "a 5xx",
            Self::MediaType => "the media type",
            Self::RequestId => "the request id",
            Self::Paging => "the pages",
            Self::Body => "the body",
        }
    }
}

/// Which statements each passive check guards.
#[derive(Clone, Debug, Default)]
pub struct PassiveStatements {
    /// Broken by an undocumented status.
    pub status: Vec<String>,
    /// Kept by a documented 5xx: it is believed, and the case is not judged.
    pub trouble: Vec<String>,
    /// Broken by a media type that is not documented.
    pub media_type: Vec<String>,
    /// Broken by a request id that is missing or of another form.
    pub request_id: Vec<String>,
    /// Broken by a walk from page to page that breaks a rule.
    pub paging: BTreeMap<PagingRule, String>,
    /// Broken by a violation of the body's schema: path pattern to statement, `*` for an index.
    pub body: Vec<(String, String)>,
}

impl PassiveStatements {
    /// Returns every statement with the check that guards it.
    pub fn all(&self) -> impl Iterator<Item = (Guard, &str)> {
        let lists = [
            (Guard::Status, &self.status),
            (Guard::Trouble, &self.trouble),
            (Guard::MediaType, &self.media_type),
            (Guard::RequestId, &self.request_id),
        ];
        let listed = lists.into_iter().flat_map(|(guard, ids)| ids.iter().map(move |id| (guard, id.as_str())));
        let paging = self.paging.values().map(|id| (Guard::Paging, id.as_str()));
        listed.chain(paging).chain(self.body.iter().map(|(_, id)| (Guard::Body, id.as_str())))
    }

    /// Returns the statement that a violation at a JSON pointer breaks: that of the longest pattern
    /// which is a prefix of it.
    #[must_use]
    pub fn for_body(&self, pointer: &str) -> Option<&str> {
        self.body
            .iter()
            .filter(|(pattern, _)| is_prefix(pattern, pointer))
            .max_by_key(|(pattern, _)| pattern.len())
            .map(|(_, statement)| statement.as_str())
    }
}

fn is_prefix(pattern: &str, pointer: &str) -> bool {
    let mut parts = pointer.split('/');
    pattern.split('/').all(|wanted| parts.next().is_some_and(|part| wanted == "*" || wanted == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_what_was_asked_for() {
        let show =
            &crate::contract::embedded().contracts[&crate::contract::Profile::Glance].operations["v2.member.show"];
        let named = |name: &str, id: &str| (name.to_owned(), id.to_owned());
        let ids = show.ids("/v2/images/a/members/%21%21?x=1");
        assert_eq!(ids, [named("image_id", "a"), named("member_id", "!!")]);
        assert_eq!(show.ids("/v2/images/a/members"), []);
        assert_eq!(show.ids("/v2/images/a/members/"), [named("image_id", "a")]);
    }

    #[test]
    fn a_violation_finds_the_statement_of_its_field() {
        let pairs = [("", "ALL"), ("/members", "ROWS"), ("/members/*/status", "STATUS")];
        let statements = PassiveStatements {
            body: pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
            ..PassiveStatements::default()
        };
        assert_eq!(statements.for_body("/members/3/status"), Some("STATUS"));
        assert_eq!(statements.for_body("/members/3/other"), Some("ROWS"));
        assert_eq!(statements.for_body("/memberships"), Some("ALL"));
        assert_eq!(PassiveStatements::default().for_body("/x"), None);
    }
}
