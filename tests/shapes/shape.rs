//! What of an answer is neither who asked nor when: its shape.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::wire::Response;

/// Headers of the connection and the server, and the mock's own mark: they say nothing about the API.
const UNTOLD: [&str; 7] =
    ["connection", "content-length", "date", "keep-alive", "server", "transfer-encoding", sharecheck::mock::HEADER];

/// An answer with placeholders for ids, times, names, addresses.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shape {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    /// JSON, or a text, or null where there is none.
    pub(crate) body: Value,
}

/// Returns the headers that most answers have, and that are therefore not written down.
pub(crate) fn usual() -> BTreeMap<String, String> {
    let usual = [("content-type", "application/json"), ("x-openstack-request-id", "req-$uuid")];
    usual.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

impl Shape {
    /// Takes the values out of an answer.
    pub(crate) fn of(response: &Response, words: &Words) -> Self {
        let told = response.headers.iter().filter(|(name, _)| !UNTOLD.contains(&name.as_str()));
        let headers = told.map(|(name, value)| (name.clone(), words.hide(value))).collect();
        let body = match response.json() {
            Some(json) => abstracted(json, words, response.status < 400),
            None if response.body.is_empty() => Value::Null,
            None => Value::String(words.hide(&response.body)),
        };
        Self { status: response.status, headers, body }
    }
}

/// Hides values in every text. What an answer that is no error says at length is `$text`: the words are not the API.
fn abstracted(json: Value, words: &Words, short: bool) -> Value {
    match json {
        Value::String(text) => {
            let text = words.hide(&text);
            let long = text.len() > 80 || text.contains(char::is_whitespace);
            Value::String(if short && long { "$text".to_owned() } else { text })
        }
        Value::Array(items) => items.into_iter().map(|item| abstracted(item, words, short)).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, abstracted(value, words, short))).collect()
        }
        other => other,
    }
}

/// The values of one walk and what stands for them, longer values first.
#[derive(Clone, Default)]
pub(crate) struct Words(Vec<(String, String)>);

impl Words {
    /// Adds a value.
    pub(crate) fn add(&mut self, placeholder: &str, value: &str) {
        self.0.push((format!("${placeholder}"), value.to_owned()));
        self.0.sort_by_key(|(placeholder, _)| std::cmp::Reverse(placeholder.len()));
    }

    /// Puts the values in.
    pub(crate) fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (placeholder, value)| text.replace(placeholder, value))
    }

    /// Takes the values out, and whatever else is an address, an id or a time.
    pub(crate) fn hide(&self, text: &str) -> String {
        static FORMS: LazyLock<[(Regex, &str); 5]> = LazyLock::new(|| {
            let form = |form, placeholder| (Regex::new(form).unwrap(), placeholder);
            [
                // Where the identity API is, whatever its path.
                form(r"uri=\x22https?://[^\s\x22]+\x22", "uri=\"$$url\""),
                form(r"https?://[^/\s\x22]+", "$$url"),
                form(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "$$uuid"),
                form(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", "$$time"),
                form(r"\b([0-9a-f]{32}|[0-9a-f]{128})\b", "$$hex"),
            ]
        });
        let text = self.0.iter().fold(text.to_owned(), |text, (placeholder, value)| text.replace(value, placeholder));
        FORMS.iter().fold(text, |text, (form, placeholder)| form.replace_all(&text, *placeholder).into_owned())
    }
}

impl Shape {
    /// Writes it in YAML with lines of up to so many characters where they can be broken.
    pub(crate) fn lines(&self, width: usize) -> Vec<String> {
        let headers = self.headers.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        let headers = Some(Value::Object(headers.collect())).filter(|_| self.headers != usual());
        let body = Some(&self.body).filter(|body| !body.is_null());
        let part = |key: &str, value: &Value| {
            let mut tokens = vec![format!("{key}: ")];
            write(value, &mut tokens);
            fill(&tokens, width)
        };
        let mut lines = vec![format!("status: {}", self.status)];
        lines.extend(headers.iter().flat_map(|headers| part("headers", headers)));
        lines.extend(body.into_iter().flat_map(|body| part("body", body)));
        lines
    }
}

/// Writes JSON in parts between which a line may end.
fn write(value: &Value, tokens: &mut Vec<String>) {
    let (open, close, parts): (_, _, Vec<_>) = match value {
        Value::Array(items) => ("[", "]", items.iter().map(|item| (String::new(), item)).collect()),
        Value::Object(fields) => {
            ("{", "}", fields.iter().map(|(name, value)| (format!("{}: ", quote(name)), value)).collect())
        }
        Value::String(text) => return push(tokens, &quote(text)),
        other => return push(tokens, &other.to_string()),
    };
    push(tokens, open);
    for (at, (key, part)) in parts.iter().enumerate() {
        if at > 0 {
            push(tokens, ", ");
        }
        tokens.push(key.clone());
        write(part, tokens);
    }
    push(tokens, close);
}

fn push(tokens: &mut [String], text: &str) {
    tokens.last_mut().expect("the key is there").push_str(text);
}

fn fill(tokens: &[String], width: usize) -> Vec<String> {
    let mut lines = vec![tokens[0].clone()];
    for token in &tokens[1..] {
        let last = lines.last_mut().expect("there is one");
        if last.len() + token.trim_end().len() <= width {
            last.push_str(token);
        } else {
            lines.push(format!("  {token}"));
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Quotes a text as YAML and JSON do; what is not ASCII is escaped, because YAML takes not every character.
pub(crate) fn quote(text: &str) -> String {
    let escaped = Value::from(text).to_string();
    let character = |c: char| match u32::from(c) {
        0x20..=0x7e => c.to_string(),
        code @ ..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    };
    escaped.chars().map(character).collect()
}

#[test]
fn values_are_taken_out_and_put_in() {
    let mut words = Words::default();
    words.add("member", "5e9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c");
    words.add("other-member", "1b7d2f8e0c5a4d3b8e6f9a0b1c2d3e4f");
    assert_eq!(words.fill("$other-member$member"), "1b7d2f8e0c5a4d3b8e6f9a0b1c2d3e4f5e9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c");
    let text = "5e9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c 00000000000000000000000000000000 at 2026-11-21T18:30:32Z \
        req-d164b5df-1bc3-4c3f-893e-3e471fd16e64 http://127.0.0.1:9292/v2";
    assert_eq!(words.hide(text), "$member $hex at $time req-$uuid $url/v2");
}

#[test]
fn long_values_are_broken_into_lines_and_never_lost() {
    let body = serde_json::json!({"name": "\u{9f}\u{1f600}", "rows": vec!["0123456789"; 20]});
    let shape = Shape { status: 200, headers: usual(), body };
    let lines = shape.lines(60);
    assert!(lines.len() > 3 && lines.iter().all(|line| line.len() <= 62), "{lines:#?}");
    let read: BTreeMap<String, Value> =
        sharecheck::yaml::parse(&sharecheck::diagnostic::SourceFile::new("shape", lines.join("\n"))).unwrap();
    assert_eq!(read["body"], shape.body);
}
