//! Glance's errors: `WebOb`'s three forms of the same words, chosen by `Accept`.

use axum::http::{HeaderName, Method, StatusCode, header};

use super::accept::{Form, form};
use super::problem::Problem;
use super::words::{Words, words};
use crate::mock::fields::Fields;
use crate::mock::identity;
use crate::mock::inbound::Inbound;
use crate::mock::reply::{Body, HTML, JSON, Reply};
use crate::mock::v2::image::PATCH_MEDIA;

/// The media type of a plain text error.
pub(super) const PLAIN: &str = "text/plain; charset=UTF-8";

/// Says what is wrong as Glance does.
pub(crate) fn refuse(problem: &Problem, inbound: &Inbound) -> Reply {
    let status = problem.status();
    let words = words(problem, inbound);
    let line = line(status);
    // `WebOb` chooses no form for a body that it will not send.
    let form = if inbound.method == Method::HEAD { Form::Html } else { form(inbound.header("accept")) };
    let body = match form {
        Form::Html => Body::Text(HTML, html(&line, &words)),
        Form::Json => Body::Json(JSON, json(&line, &words)),
        Form::Plain => Body::Text(PLAIN, plain(&line, &words)),
    };
    with_headers(Reply::new(status, body), problem, inbound)
}

/// Adds the headers that a status calls for.
pub(super) fn with_headers(reply: Reply, problem: &Problem, inbound: &Inbound) -> Reply {
    match problem {
        Problem::Unauthorized => reply.with(header::WWW_AUTHENTICATE, &identity::challenge(inbound)),
        Problem::Method(allowed) => reply.with(header::ALLOW, allowed),
        Problem::PatchMedia => reply.with(HeaderName::from_static("accept-patch"), &PATCH_MEDIA.join(", ")),
        _ => reply,
    }
}

/// Returns code and title; the title of 413 is the one that Python knows.
pub(super) fn line(status: StatusCode) -> String {
    format!("{} {}", status.as_u16(), title(status))
}

/// Returns a plain text body.
pub(super) fn plain(line: &str, words: &Words) -> String {
    format!("{line}\n\n{}", strip_tags(&body(words, str::to_owned)))
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => "Request Entity Too Large",
        _ => status.canonical_reason().unwrap_or_default(),
    }
}

fn json(line: &str, words: &Words) -> Fields {
    let title = line.split_once(' ').map_or("", |(_, title)| title);
    Fields::default().with("message", body(words, str::to_owned)).with("code", line).with("title", title)
}

fn html(line: &str, words: &Words) -> String {
    let body = body(words, escape);
    format!(
        "<html>\n <head>\n  <title>{line}</title>\n </head>\n <body>\n  <h1>{line}</h1>\n  {body}\n </body>\n</html>"
    )
}

/// Fills `WebOb`'s template: explanation, detail, and an empty comment.
fn body(words: &Words, escape: impl Fn(&str) -> String) -> String {
    match words {
        Words::Said(text, detail) => format!("{}<br /><br />\n{}\n\n", escape(text), escape(detail)),
        Words::Method(method) => {
            format!("The method {} is not allowed for this resource. <br /><br />\n", escape(method))
        }
        Words::Media(given, detail) => format!(
            "The request media type {} is not supported by this server.\n<br /><br />\n{}",
            escape(given),
            escape(detail)
        ),
    }
}

fn escape(text: &str) -> String {
    let escaped = text.chars().map(|character| match character {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&#x27;".to_owned(),
        ascii if ascii.is_ascii() => ascii.to_string(),
        other => format!("&#{};", u32::from(other)),
    });
    escaped.collect()
}

/// Turns lines into spaces, breaks into lines, and drops every other tag.
fn strip_tags(text: &str) -> String {
    let text = text.replace('\n', " ").replace('\r', "");
    replace_tags(&replace_tags(&text, "<br", "\n"), "<", "")
}

/// Replaces whatever starts so, and ends in the next angle bracket.
fn replace_tags(text: &str, start: &str, with: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    while let Some(begin) = lower[rest..].find(start).map(|at| rest + at)
        && let Some(length) = lower[begin..].find('>')
    {
        out.push_str(&text[rest..begin]);
        out.push_str(with);
        rest = begin + length + 1;
    }
    out + &text[rest..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Words {
        Words::Said(text.to_owned(), String::new())
    }

    #[test]
    fn the_plain_form_ends_as_recorded() {
        let text = plain("404 Not Found", &said("Image x not found."));
        assert_eq!(text, "404 Not Found\n\nImage x not found.\n\n   ");
        assert_eq!(plain("404 Not Found", &said("The resource could not be found.")).len(), 52);
        let method = Words::Method("PATCH".to_owned());
        assert!(
            plain("405 Method Not Allowed", &method)
                .ends_with("The method PATCH is not allowed for this resource. \n\n ")
        );
    }

    #[test]
    fn the_json_form_keeps_its_tags() {
        let fields = json("404 Not Found", &said("Image x not found."));
        assert_eq!(fields.text("message"), Some("Image x not found.<br /><br />\n\n\n"));
        assert_eq!(fields.text("title"), Some("Not Found"));
    }

    #[test]
    fn the_html_form_escapes_and_the_plain_form_strips() {
        let words = said("<b>x\"'&\u{e9}");
        assert!(html("404 Not Found", &words).contains("&lt;b&gt;x&quot;&#x27;&amp;&#233;<br /><br />"));
        assert_eq!(plain("404 Not Found", &words), "404 Not Found\n\nx\"'&\u{e9}\n\n   ");
        assert_eq!(plain("404 Not Found", &said("a < b")), "404 Not Found\n\na < b\n\n   ");
    }
}
