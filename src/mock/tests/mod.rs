//! What goes over the wire: requests to the service in process, without sockets.

mod batch;
mod fault;
mod glance;
mod huawei;
mod identity;
mod ntt;
mod otc;

use axum::body::Bytes;
use axum::http::{Request, Response};
use serde_json::Value;

use super::dialect::Dialect;
use super::fault::Broken;
use super::inbound::Inbound;
use super::service::Service;
use crate::contract::{PolicySpec, Profile};

const IMAGE: &str = "d164b5df-1bc3-4c3f-893e-3e471fd16e64";
const JSON: &[(&str, &str)] = &[("accept", "application/json")];

/// A mock cloud to send requests to. In paths and bodies, `{actor}` stands for the actor's project.
struct Wire(Service);

impl Wire {
    fn new(profile: Profile, faults: &[&str]) -> Self {
        let faults: Vec<_> = faults.iter().map(|id| (*id).to_owned()).collect();
        let broken = Broken::new(profile, PolicySpec::default(), &faults).unwrap();
        Self(Service::new(Dialect::of(profile), PolicySpec::default(), broken, None))
    }

    /// Returns a cloud whose tokens are good for so many calls.
    fn limited(profile: Profile, uses: u32) -> Self {
        Self(Service::new(Dialect::of(profile), PolicySpec::default(), Broken::default(), Some(uses)))
    }

    /// Returns a cloud with an image that the owner shares with `member` and `other-member`.
    fn shared(profile: Profile, faults: &[&str]) -> Self {
        let wire = Self::new(profile, faults);
        wire.create(IMAGE);
        wire.add("{member}");
        wire.add("{other-member}");
        wire
    }

    fn create(&self, image: &str) {
        let body = format!(r#"{{"id": "{image}", "name": "name of {image}"}}"#);
        assert_eq!(self.json("owner", "POST /v2/images", &body).status(), 201);
    }

    fn add(&self, member: &str) {
        let body = format!(r#"{{"member": "{member}"}}"#);
        assert_eq!(self.json("owner", &format!("POST /v2/images/{IMAGE}/members"), &body).status(), 200);
    }

    fn get(&self, who: &str, path: &str) -> Response<String> {
        self.send(who, &format!("GET {path}"), "", JSON)
    }

    fn json(&self, who: &str, line: &str, body: &str) -> Response<String> {
        self.send(who, line, body, JSON)
    }

    /// Sends a request line as an actor; `nobody` has no token, and whoever is unknown has an unknown one.
    fn send(&self, who: &str, line: &str, body: &str, headers: &[(&str, &str)]) -> Response<String> {
        let line = self.fill(line);
        let (method, uri) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if who != "nobody" {
            let token = self.0.directory().account(who).map_or(who, |account| &account.token);
            request = request.header("x-auth-token", token);
        }
        let (head, body) = request.body(self.fill(body)).unwrap().into_parts();
        self.0.handle(&Inbound::new(head, Bytes::from(body)))
    }

    fn fill(&self, text: &str) -> String {
        let accounts = self.0.directory().accounts();
        accounts
            .fold(text.to_owned(), |text, account| text.replace(&format!("{{{}}}", account.actor), &account.project_id))
    }
}

fn body(response: &Response<String>) -> Value {
    serde_json::from_str(response.body()).unwrap()
}

fn header<'a>(response: &'a Response<String>, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

/// Returns the recipients in a list.
fn recipients(response: &Response<String>) -> Vec<String> {
    let body = body(response);
    let rows = body["members"].as_array().unwrap().iter();
    rows.map(|row| row["member_id"].as_str().unwrap().to_owned()).collect()
}

fn members() -> String {
    format!("/v2/images/{IMAGE}/members")
}

fn member() -> String {
    format!("/v2/images/{IMAGE}/members/{{member}}")
}
