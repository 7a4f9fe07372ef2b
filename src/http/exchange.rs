//! What went over the wire, without credentials.

use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::case::Actor;

/// The longest body that a report takes over, in bytes.
const LONGEST_BODY: usize = 64 << 10;

/// A request as it is sent; the client adds the actor's credentials.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// Whose credentials it carries.
    pub actor: Actor,
    /// The method, in capitals.
    pub method: String,
    /// Path and query, encoded, starting with `/`.
    pub path: String,
    /// Headers besides the credentials.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Vec<u8>>,
}

/// An answer, whole.
#[derive(Debug, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Headers in the order of arrival, names in lower case; bytes that are no text are replaced.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The first line, as `HTTP/1.1 404 Not Found`; none where the protocol has no such line.
    pub line: Option<String>,
    json: OnceLock<Option<Value>>,
}

/// A request and its answer.
#[derive(Debug)]
pub struct Exchange {
    /// What was asked.
    pub request: Request,
    /// What came back.
    pub response: Response,
    /// How long it took.
    pub elapsed: Duration,
}

impl Request {
    /// Returns the image id that the path names, decoded.
    #[must_use]
    pub fn image_id(&self) -> Option<String> {
        let path = self.path.split('?').next().unwrap_or_default();
        let mut parts = path.split('/').skip_while(|part| !matches!(*part, "images" | "cloudimages"));
        let id = parts.nth(1).filter(|id| !id.is_empty())?;
        Some(percent_encoding::percent_decode_str(id).decode_utf8_lossy().into_owned())
    }
}

impl Response {
    /// Returns an answer.
    #[must_use]
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self { status, headers, body, line: None, json: OnceLock::new() }
    }

    /// Returns the answer with its first line.
    #[must_use]
    pub fn with_line(self, line: Option<String>) -> Self {
        Self { line, ..self }
    }

    /// Returns the first header of that name (in lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the media type without parameters, in lower case; empty where there is none.
    #[must_use]
    pub fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Returns the body as JSON, if it is JSON whatever its media type says.
    #[must_use]
    pub fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| serde_json::from_slice(&self.body).ok()).as_ref()
    }

    /// Returns the body as text, with bytes that are no text replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the error code of a JSON error body, such as `IMG.0066`, wherever the dialect puts it.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        let body = self.json()?;
        let code = body.get("error").and_then(|error| error.get("code")).or_else(|| body.get("error_code"));
        code.or_else(|| body.get("code"))?.as_str()
    }
}

impl Exchange {
    /// Returns the exchange for a report; the credentials show as the name of their variable.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let headers = |list: &[(String, String)]| -> Map<String, Value> {
            list.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
        };
        let body = |bytes: &[u8]| match bytes.len() {
            0..=LONGEST_BODY => serde_json::from_slice(bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(bytes))),
            size => json!(format!("{size} bytes, which is too much for a report")),
        };
        json!({
            "request": {
                "actor": self.request.actor.name(),
                "method": self.request.method,
                "path": self.request.path,
                "headers": headers(&self.request.headers),
                "body": self.request.body.as_deref().map(body),
            },
            "response": {
                "status": self.response.status,
                "headers": headers(&self.response.headers),
                "body": body(&self.response.body),
            },
            "duration_ms": u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX),
        })
    }
}
