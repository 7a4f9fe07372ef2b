//! Requests over plain TCP, because a client would tidy up the malformed ones.

use serde_json::Value;

use super::support::cloud::{Answer, Asked, Cloud};

/// An answer as it came.
pub(crate) struct Response {
    pub(crate) status: u16,
    /// The headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Response {
    /// Returns the body as JSON, if it is any.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }
}

/// Sends a request on a connection of its own.
pub(crate) fn send(endpoint: &str, line: &str, mut headers: Vec<(String, String)>, body: Option<&str>) -> Response {
    let (method, path) = line.split_once(' ').expect("a request has a method and a path");
    let chunked = headers.iter().any(|(name, _)| name == "transfer-encoding");
    if let Some(body) = body.filter(|_| !chunked) {
        headers.push(("content-length".to_owned(), body.len().to_string()));
    }
    let body = match body {
        Some(body) if chunked => format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()),
        body => body.unwrap_or_default().to_owned(),
    };
    let asked = Asked { method: method.to_owned(), path: path.to_owned(), headers, body: body.into_bytes() };
    let Answer(bytes) = Cloud::ask(endpoint, &asked);
    parse(&String::from_utf8_lossy(&bytes)).unwrap_or_else(|| panic!("{line}: no answer"))
}

fn parse(text: &str) -> Option<Response> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(':')).map(lower).collect();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { unchunk(body)? } else { body.to_owned() };
    Some(Response { status, headers, body })
}

fn lower((name, value): (&str, &str)) -> (String, String) {
    (name.to_ascii_lowercase(), value.trim().to_owned())
}

fn unchunk(mut rest: &str) -> Option<String> {
    let mut body = String::new();
    while let Some((length, more)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).ok()?;
        body.push_str(more.get(..length)?);
        rest = more.get(length + 2..)?;
        if length == 0 {
            break;
        }
    }
    Some(body)
}

#[test]
fn chunks_are_put_together() {
    let response =
        parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n").unwrap();
    assert_eq!((response.status, response.body.as_str()), (200, "abcd"));
}
