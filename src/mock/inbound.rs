//! A request as the mock sees it: decoded once, before anything else looks at it.

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, header};
use percent_encoding::percent_decode_str;

/// A request with its whole body.
#[derive(Clone, Debug)]
pub(crate) struct Inbound {
    /// The method.
    pub(crate) method: Method,
    /// The decoded path.
    pub(crate) path: String,
    /// The decoded query, in the order given.
    pub(crate) query: Vec<(String, String)>,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Bytes,
}

impl Inbound {
    /// Decodes a request.
    pub(crate) fn new(head: Parts, body: Bytes) -> Self {
        Self {
            method: head.method,
            path: decode_path(head.uri.path()),
            query: head.uri.query().map(decode_query).unwrap_or_default(),
            headers: head.headers,
            body,
        }
    }

    /// Returns a header that is readable text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the address by which the client reached the mock, `http://HOST:PORT`: what links have to begin with.
    pub(crate) fn base(&self) -> String {
        let host = self.header("host").filter(|host| !host.contains('@') && host.parse::<Authority>().is_ok());
        format!("http://{}", host.unwrap_or("localhost"))
    }

    /// Returns the last value of a query key: as in Python's dictionaries, later ones win.
    pub(crate) fn query(&self, key: &str) -> Option<&str> {
        self.query.iter().rfind(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Returns the query without its repetitions: the place of the first, the value of the last.
    pub(crate) fn distinct(&self) -> Vec<(String, String)> {
        let mut distinct: Vec<(String, String)> = Vec::with_capacity(self.query.len());
        for (key, value) in &self.query {
            match distinct.iter_mut().find(|(known, _)| known == key) {
                Some((_, old)) => old.clone_from(value),
                None => distinct.push((key.clone(), value.clone())),
            }
        }
        distinct
    }

    /// Returns the media type of the body, without parameters.
    pub(crate) fn media_type(&self) -> Option<&str> {
        self.header(header::CONTENT_TYPE.as_str())?.split(';').next().map(str::trim)
    }

    /// Says whether the request announces a body. A chunked one counts only where the method may have one.
    pub(crate) fn has_body(&self) -> bool {
        let chunked = self.headers.contains_key(header::TRANSFER_ENCODING);
        let writes = matches!(self.method, Method::POST | Method::PUT | Method::PATCH);
        if chunked { writes } else { !self.body.is_empty() }
    }
}

/// Decodes byte by byte as Latin-1, because that is what WSGI servers hand to Glance: an id beyond ASCII never
/// equals a stored one, and no path can be malformed. (`%FF`, where the recorded server itself fails, is a 404.)
fn decode_path(path: &str) -> String {
    percent_decode_str(path).map(char::from).collect()
}

fn decode_query(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (decode(k), decode(v))).collect()
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn inbound(uri: &str) -> Inbound {
        let (head, ()) = Request::builder().uri(uri).body(()).unwrap().into_parts();
        Inbound::new(head, Bytes::new())
    }

    #[test]
    fn no_path_is_malformed() {
        assert_eq!(inbound("/v2/%C3%A9%FF%2Fx").path, "/v2/\u{c3}\u{a9}\u{ff}/x");
        assert_eq!(inbound("/v2/%zz%").path, "/v2/%zz%");
    }

    #[test]
    fn decodes_queries_and_lets_the_last_of_a_key_win() {
        let inbound = inbound("/?a=1&a=b+c%2B&b&=&&");
        assert_eq!(inbound.query("a"), Some("b c+"));
        assert_eq!(inbound.query("b"), Some(""));
        assert_eq!(inbound.query("c"), None);
        let distinct = inbound.distinct();
        assert_eq!(distinct.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["a", "b", ""]);
        assert_eq!(distinct[0].1, "b c+");
    }
}
