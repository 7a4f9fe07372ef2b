//! The checks that every exchange undergoes, whether a case asks for them or not.

use serde_json::{Value, json};

use super::Mismatch;
use crate::contract::{DocumentedResponse, Operation};
use crate::http::{Exchange, Response};
use crate::redact::Redactor;
use crate::verdict::Check;

/// A passive finding and the statement that it breaks, where the contract names one.
#[derive(Clone, Debug, PartialEq)]
pub struct Passive {
    /// What is not as documented.
    pub mismatch: Mismatch,
    /// The statement that is broken.
    pub statement: Option<String>,
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
        None => vec![Mismatch::new(Check::Schema, "", "a JSON body", excerpt(response))],
    }
}

fn excerpt(response: &Response) -> String {
    let text = response.text();
    text.chars().take(80).collect()
}
