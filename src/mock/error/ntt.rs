//! Errors as document 002 shows them: one text per status, as plain text whatever `Accept` says.

use super::problem::Problem;
use super::webob::{PLAIN, line, plain, with_headers};
use super::words::{Words, default_text};
use crate::mock::inbound::Inbound;
use crate::mock::reply::{Body, Reply};

/// Says what is wrong as the document's example does, which is plain text although the request asks for JSON.
pub(crate) fn refuse(problem: &Problem, inbound: &Inbound) -> Reply {
    let status = problem.status();
    let words = Words::Said(default_text(status.as_u16()).to_owned(), String::new());
    with_headers(Reply::new(status, Body::Text(PLAIN, plain(&line(status), &words))), problem, inbound)
}
