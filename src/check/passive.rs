//! The checks that every exchange undergoes, whether a case asks for them or not.

use serde_json::{Value, json};

use super::Mismatch;
use crate::contract::{DocumentedResponse, Operation, Profile, Statements};
use crate::http::{Exchange, Response};
use crate::redact::Redactor;
use crate::verdict::{Check, Level};

/// What a body that is no JSON was to be.
const NO_JSON: &str = "a JSON body";

/// A passive finding and the statement that it breaks, where the contract names one.
#[derive(Clone, Debug, PartialEq)]
pub struct Passive {
    /// What is not as documented.
    pub mismatch: Mismatch,
    /// The statement that is broken.
    pub statement: Option<String>,
}

impl Passive {
    /// Tells whether the body is not of the API's making at all: no JSON, or another media type.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        match self.mismatch.check {
            Check::MediaType => true,
            Check::Schema => self.mismatch.expected == NO_JSON,
            _ => false,
        }
    }

    /// Returns how strongly the finding weighs in a profile: as its statement does, and a credential always.
    #[must_use]
    pub fn level(&self, statements: &Statements, profile: Profile) -> Level {
        if self.mismatch.check == Check::Credential {
            return Level::Must;
        }
        self.statement.as_deref().and_then(|id| statements.level(id, profile)).unwrap_or(Level::Observe)
    }
}

/// Returns what is not as documented in an exchange.
///
/// `operation` is the documented one, if the request is such; `expected` are the statuses that the
/// case itself asks for, which override the documented ones.
#[must_use]
pub fn check(
    operation: Option<&Operation>,
    expected: &[u16],
    exchange: &Exchange,
    redactor: &Redactor,
) -> Vec<Passive> {
    let response = &exchange.response;
    let mut found = credentials(response, redactor);
    let Some(operation) = operation else { return found };
    let statements = &operation.statements;
    match operation.responses.get(&response.status) {
        None if !expected.contains(&response.status) && judged(response.status) => {
            let documented: Vec<_> = operation.responses.keys().copied().collect();
            let mismatch = Mismatch::new(Check::UndocumentedStatus, "", json!(documented), response.status);
            found.push(Passive { mismatch, statement: statements.status.first().cloned() });
        }
        None => {}
        Some(documented) => {
            found.extend(
                headers(documented, response)
                    .into_iter()
                    .map(|mismatch| Passive { mismatch, statement: statements.request_id.first().cloned() }),
            );
            if response.status < 300 {
                found.extend(
                    media_type(documented, response)
                        .map(|mismatch| Passive { mismatch, statement: statements.media_type.first().cloned() }),
                );
                found.extend(body(documented, response).into_iter().map(|mismatch| {
                    let statement = statements.for_body(&mismatch.at).map(str::to_owned);
                    Passive { mismatch, statement }
                }));
            }
        }
    }
    found
}

/// Tells whether a status is the API's to document: not a gateway's or a throttle's.
fn judged(status: u16) -> bool {
    !matches!(status, 300..400 | 429 | 502 | 504)
}

fn credentials(response: &Response, redactor: &Redactor) -> Vec<Passive> {
    let mut found = Vec::new();
    let mut leak = |at: &str| {
        let mismatch = Mismatch::new(Check::Credential, at, "no credential in the answer", "[secret]");
        found.push(Passive { mismatch, statement: None });
    };
    if redactor.finds(&response.body) {
        leak("body");
    }
    for (name, _) in response.headers.iter().filter(|(_, value)| redactor.finds(value.as_bytes())) {
        leak(name);
    }
    found
}

fn headers(documented: &DocumentedResponse, response: &Response) -> Vec<Mismatch> {
    let broken = |header: &crate::contract::DocumentedHeader| {
        let value = response.header(&header.name);
        let pattern = header.pattern.as_ref();
        let fits = value.is_some_and(|value| pattern.is_none_or(|pattern| pattern.is_match(value)));
        let wanted = pattern.map_or_else(|| "present".to_owned(), |pattern| format!("a match of {pattern}"));
        (!fits).then(|| Mismatch::new(Check::Header, header.name.as_str(), wanted, value.unwrap_or("missing")))
    };
    documented.headers.iter().filter_map(broken).collect()
}

fn media_type(documented: &DocumentedResponse, response: &Response) -> Option<Mismatch> {
    let actual = response.media_type();
    let fits = documented.media_types.is_empty() || documented.media_types.contains(&actual);
    let actual: Value = if actual.is_empty() { json!("missing") } else { json!(actual) };
    (!fits).then(|| Mismatch::new(Check::MediaType, "content-type", json!(documented.media_types), actual))
}

fn body(documented: &DocumentedResponse, response: &Response) -> Vec<Mismatch> {
    let Some(schema) = &documented.body else {
        let unwanted = documented.media_types.is_empty() && !response.body.is_empty();
        let mismatch = || Mismatch::new(Check::Schema, "", "an empty body", format!("{} bytes", response.body.len()));
        return unwanted.then(mismatch).into_iter().collect();
    };
    match response.json() {
        Some(body) => {
            let violations = schema.violations(body).into_iter();
            violations.map(|v| Mismatch::new(Check::Schema, v.at, v.expected, v.actual)).collect()
        }
        None => vec![Mismatch::new(Check::Schema, "", NO_JSON, response.text())],
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::case::Actor;
    use crate::contract::{Profile, embedded};
    use crate::http::Request;
    use crate::redact::Secret;

    const ID: &str = "req-b94ff9e7-f2bd-4cdc-b7c0-240054d2484c";

    /// Returns the check, the place and the statement of everything seen in an answer to show.
    fn seen(
        status: u16,
        headers: &[(&str, &str)],
        body: &str,
        expected: &[u16],
    ) -> Vec<(Check, String, Option<String>)> {
        seen_of("v2.member.show", status, headers, body, expected)
    }

    fn seen_of(
        operation: &str,
        status: u16,
        headers: &[(&str, &str)],
        body: &str,
        expected: &[u16],
    ) -> Vec<(Check, String, Option<String>)> {
        let operation = &embedded().contracts[&Profile::Glance].operations[operation];
        let request = Request {
            actor: Actor::Owner,
            method: "GET".to_owned(),
            path: "/".to_owned(),
            headers: Vec::new(),
            body: None,
        };
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let response = Response::new(status, headers, body.as_bytes().to_vec());
        let exchange = Exchange { request, response, elapsed: Duration::ZERO };
        let redactor = Redactor::new([&Secret::new("a-token-of-ours".to_owned())]);
        let found = check(Some(operation), expected, &exchange, &redactor);
        found.into_iter().map(|seen| (seen.mismatch.check, seen.mismatch.at, seen.statement)).collect()
    }

    fn member(change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> String {
        let mut body = json!({
            "status": "accepted", "created_at": "2014-07-31T08:03:41Z", "updated_at": "2014-07-31T08:07:17Z",
            "image_id": "b74e0497-764d-4b02-8b8b-51c396a7ff5a", "member_id": "1efb79fe4437490aab966b57da5b9f05",
            "schema": "/v2/schemas/member",
        });
        change(body.as_object_mut().unwrap());
        body.to_string()
    }

    const FINE: &[(&str, &str)] = &[("content-type", "application/json"), ("x-openstack-request-id", ID)];

    #[test]
    fn a_documented_answer_breaks_nothing() {
        assert_eq!(seen(200, FINE, &member(|_| {}), &[]), []);
    }

    #[test]
    fn each_part_of_an_answer_is_looked_at() {
        let statement = |id: &str| Some(id.to_owned());
        let without = |field: &str| member(|body| drop(body.remove(field)));
        assert_eq!(
            seen(200, FINE, &without("updated_at"), &[]),
            [(Check::Schema, "/updated_at".to_owned(), statement("V2-SHOW-RSP04"))]
        );
        assert_eq!(
            seen(200, FINE, &member(|body| drop(body.insert("more".to_owned(), json!(1)))), &[]),
            [(Check::Schema, "/more".to_owned(), statement("NTT-SHOW-EXACT"))]
        );
        assert_eq!(
            seen(200, &[("content-type", "text/plain"), FINE[1]], &member(|_| {}), &[]),
            [(Check::MediaType, "content-type".to_owned(), statement("V2-SHOW-HDR02"))]
        );
        assert_eq!(
            seen(200, &FINE[..1], &member(|_| {}), &[]),
            [(Check::Header, "x-openstack-request-id".to_owned(), statement("V2-SHOW-HDR03"))]
        );
        assert_eq!(seen(200, FINE, "no json", &[]).len(), 1);
    }

    #[test]
    fn an_undocumented_status_is_seen_unless_the_case_asks_for_it() {
        let found = seen(418, FINE, "{}", &[]);
        assert_eq!(found, [(Check::UndocumentedStatus, String::new(), Some("V2-SHOW-ST11".to_owned()))]);
        assert_eq!(seen(418, FINE, "{}", &[418]), []);
        for status in [300, 399, 429, 502, 504] {
            assert_eq!(seen(status, FINE, "{}", &[]), [], "{status} is nobody's to document");
        }
        assert_eq!(seen(503, FINE, "{}", &[]).len(), 1);
    }

    #[test]
    fn where_no_body_is_documented_there_is_none() {
        let deleted = |body| seen_of("v2.member.delete", 204, &FINE[1..], body, &[]);
        assert_eq!(deleted(""), []);
        let found: Vec<_> = deleted("{}").into_iter().map(|(check, at, _)| (check, at)).collect();
        assert_eq!(found, [(Check::Schema, String::new())]);
    }

    #[test]
    fn the_body_of_a_refusal_is_judged_elsewhere() {
        assert_eq!(seen(404, &[("content-type", "text/html"), FINE[1]], "<html>", &[]), []);
    }

    #[test]
    fn a_body_of_somebody_elses_making_is_told_from_a_wrong_one() {
        let expected = |check, expected: &str| Mismatch::new(check, "", expected, "x");
        for (mismatch, foreign) in [
            (expected(Check::MediaType, "application/json"), true),
            (expected(Check::Schema, NO_JSON), true),
            (expected(Check::Schema, "a string"), false),
            (expected(Check::Header, NO_JSON), false),
        ] {
            assert_eq!(Passive { mismatch, statement: None }.is_foreign(), foreign);
        }
    }

    #[test]
    fn a_finding_weighs_as_its_statement_does_and_a_credential_always() {
        let statements = &embedded().statements;
        let level = |check, id: Option<&str>| {
            let seen = Passive { mismatch: Mismatch::new(check, "", "a", "b"), statement: id.map(str::to_owned) };
            seen.level(statements, Profile::Ntt)
        };
        assert_eq!(level(Check::Schema, Some("V2-SHOW-RSP04")), Level::Must);
        assert_eq!(level(Check::Schema, None), Level::Observe);
        assert_eq!(level(Check::Credential, None), Level::Must);
    }

    #[test]
    fn a_credential_in_an_answer_is_seen_wherever_it_stands() {
        let in_header = [FINE[0], FINE[1], ("x-echo", "a-token-of-ours")];
        let found =
            seen(200, &in_header, &member(|body| drop(body.insert("status".into(), json!("a-token-of-ours")))), &[]);
        let leaks: Vec<_> = found.iter().filter(|(check, ..)| *check == Check::Credential).collect();
        assert_eq!(leaks.len(), 2, "{found:?}");
    }
}
