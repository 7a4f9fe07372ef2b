//! Requests, answers and the client that exchanges them. Only files in here use reqwest and hyper.

mod bare;
mod build;
mod client;
mod curl;
mod endpoint;
mod exchange;
mod gated;
mod pace;
mod polite;
mod tokens;
mod unseen;
mod wire;

pub use build::{query_text, request_for};
pub use client::{Client, Transport, TransportError};
pub use curl::{curl_line, token_variable};
pub use endpoint::Endpoint;
pub use exchange::{Exchange, Request, Response};
pub use gated::Gated;
pub use pace::{Rate, RateError};
pub use polite::{Manners, Polite, pause_before_another};
pub use reqwest::Method;
pub use tokens::{Key, Token, TokenError, TokenSource};
pub(crate) use wire::status_line;
pub use wire::{ClientOpts, ClientSetupError, Wire};
