//! An answer before it goes over the wire: typed, so that faults can edit it.

use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};

use super::fields::Fields;
use super::json;

/// The media type of a JSON body.
pub(crate) const JSON: &str = "application/json";

/// The media type of an HTML page.
pub(crate) const HTML: &str = "text/html; charset=UTF-8";

/// An answer: status, headers, body.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// The status.
    pub(crate) status: StatusCode,
    /// Headers beyond those that every answer carries.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub(crate) body: Body,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// None.
    Empty,
    /// A JSON object under this media type.
    Json(&'static str, Fields),
    /// Finished text under this media type.
    Text(&'static str, String),
}

impl Reply {
    /// Returns an answer with a body.
    pub(crate) const fn new(status: StatusCode, body: Body) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    /// Returns the answer with one more header; one that cannot be a header is left out.
    #[must_use]
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// Returns the JSON object of the body, to be edited.
    pub(crate) fn fields_mut(&mut self) -> Option<&mut Fields> {
        match &mut self.body {
            Body::Json(_, fields) => Some(fields),
            Body::Empty | Body::Text(..) => None,
        }
    }

    /// Turns the answer into what goes over the wire; the HTTP library adds length and date.
    pub(crate) fn into_response(self) -> Response<String> {
        let ascii = !self.status.is_success();
        let (media, text) = match self.body {
            Body::Empty => (None, String::new()),
            Body::Json(media, fields) => (Some(media), json::to_text(&fields, ascii)),
            Body::Text(media, text) => (Some(media), text),
        };
        let mut response = Response::new(text);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.extend(self.headers);
        if let Some(media) = media {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        }
        response
    }
}
