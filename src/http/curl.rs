//! The command line that repeats a request by hand.

use crate::case::Actor;
use crate::http::Request;

/// Returns a line for a POSIX shell that sends the request with curl.
///
/// The token is taken from a variable such as `OWNER_TOKEN`, so the line holds no credential.
#[must_use]
pub fn curl_line(endpoint: &str, request: &Request) -> String {
    let mut words = vec!["curl -i --globoff --path-as-is".to_owned()];
    if request.method != "GET" || request.body.is_some() {
        words.push(format!("-X {}", quote(&request.method)));
    }
    match request.actor {
        Actor::Nobody => {}
        Actor::BadToken => words.push("-H 'X-Auth-Token: never-issued'".to_owned()),
        actor => words.push(format!("-H \"X-Auth-Token: ${}\"", token_variable(actor))),
    }
    if request.headers.iter().all(|(name, _)| !name.eq_ignore_ascii_case("accept")) {
        // curl would send one of its own.
        words.push("-H Accept:".to_owned());
    }
    for (name, value) in &request.headers {
        words.push(format!("-H {}", quote(&format!("{name}: {value}"))));
    }
    if let Some(body) = &request.body {
        words.push(format!("--data-binary {}", quote(&String::from_utf8_lossy(body))));
    }
    words.push(quote(&format!("{endpoint}{}", request.path)));
    words.join(" ")
}

/// Returns the name of the variable that holds an actor's token.
#[must_use]
pub fn token_variable(actor: Actor) -> String {
    let name = actor.name().to_uppercase().replace('-', "_");
    if name.ends_with("_TOKEN") { name } else { format!("{name}_TOKEN") }
}

fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_called_after_its_actor() {
        assert_eq!(token_variable(Actor::OtherMember), "OTHER_MEMBER_TOKEN");
        assert_eq!(token_variable(Actor::RevokedToken), "REVOKED_TOKEN");
    }

    #[test]
    fn the_line_quotes_for_a_shell_and_holds_no_token() {
        let request = Request {
            actor: Actor::OtherMember,
            method: "POST".to_owned(),
            path: "/v2/images/a/members?x=1&y=2".to_owned(),
            headers: vec![("Accept".to_owned(), "application/json".to_owned())],
            body: Some(br#"{"member": "it's"}"#.to_vec()),
        };
        assert_eq!(
            curl_line("http://h:1", &request),
            "curl -i --globoff --path-as-is -X POST -H \"X-Auth-Token: $OTHER_MEMBER_TOKEN\" \
             -H 'Accept: application/json' --data-binary '{\"member\": \"it'\\''s\"}' \
             'http://h:1/v2/images/a/members?x=1&y=2'"
        );
    }
}
