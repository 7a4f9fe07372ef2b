//! Requests, answers and the client that exchanges them.

mod build;
mod client;
mod curl;
mod exchange;
mod gated;

pub use build::{query_text, request_for};
pub use client::{Client, ClientOpts, ClientSetupError, Endpoint, Transport, TransportError};
pub use curl::{curl_line, token_variable};
pub use exchange::{Exchange, Request, Response};
pub use gated::Gated;
