//! Walks the requests over a cloud: prepares, asks, notes, tidies up.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sharecheck::diagnostic::SourceFile;

use super::list::{Ask, Entry, State};
use super::shape::{Shape, Words};
use super::wire::{Response, send};

const PATCH: &str = "application/openstack-images-v2.1-json-patch";

/// What was asked and answered, without who asked when.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) entry: String,
    /// The place of the request in its entry.
    pub(crate) at: usize,
    pub(crate) ask: String,
    pub(crate) actor: String,
    pub(crate) shape: Shape,
}

/// A cloud and who may call it.
pub(crate) struct Target {
    endpoint: String,
    /// Token and project by actor.
    actors: BTreeMap<String, (String, String)>,
}

impl Target {
    /// Reads a target file whose tokens stand in it.
    pub(crate) fn read(path: &Path) -> Self {
        let file = SourceFile::new(path.display().to_string(), fs::read_to_string(path).expect("the target is there"));
        let read: Value = sharecheck::yaml::parse(&file).unwrap_or_else(|mistake| panic!("{mistake}"));
        let text = |value: &Value| value.as_str().expect("is a text").to_owned();
        let actors = read["actors"].as_object().expect("there are actors").iter();
        // Who has no project is a token that is to be refused, and no caller.
        let actors = actors.filter(|(_, of)| of.get("project-id").is_some());
        let actors = actors.map(|(name, of)| (name.clone(), (text(&of["token"]), text(&of["project-id"]))));
        Self { endpoint: text(&read["endpoint"]), actors: actors.collect() }
    }

    /// Returns the projects of the actors; the reader's is the owner's.
    fn words(&self) -> Words {
        let mut words = Words::default();
        for (name, (_, project)) in self.actors.iter().filter(|(name, _)| *name != "reader") {
            words.add(name, project);
        }
        words.add("x256", &"x".repeat(256));
        words.add("x255", &"x".repeat(255));
        words
    }

    /// Returns the header by which an actor is known.
    fn token(&self, actor: &str) -> Option<(String, String)> {
        let token = match actor {
            "nobody" => return None,
            "bad-token" => "never-issued",
            actor => self.actors.get(actor).unwrap_or_else(|| panic!("the target has no {actor}")).0.as_str(),
        };
        Some(("x-auth-token".to_owned(), token.to_owned()))
    }
}

/// Returns what every request of every entry is answered.
pub(crate) fn all<'a>(target: &Target, entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Exchange> {
    entries.into_iter().flat_map(|entry| walk(target, entry)).collect()
}

fn walk(target: &Target, entry: &Entry) -> Vec<Exchange> {
    if entry.actors.is_empty() {
        return Scene::prepare(target, entry).play(|ask| &ask.actors);
    }
    let each = entry.actors.iter().map(std::slice::from_ref);
    each.flat_map(|actor| Scene::prepare(target, entry).play(|_| actor)).collect()
}

/// An entry and its image.
struct Scene<'a> {
    target: &'a Target,
    entry: &'a Entry,
    words: Words,
    /// The images that came into being, to be removed.
    made: RefCell<Vec<String>>,
}

impl<'a> Scene<'a> {
    /// Brings about what is given.
    fn prepare(target: &'a Target, entry: &'a Entry) -> Self {
        let mut words = target.words();
        let image = uuid::Uuid::new_v4().to_string();
        words.add("image", &image);
        words.add("name", &format!("shape-of-{}", uuid::Uuid::new_v4().simple()));
        let scene = Self { target, entry, words, made: RefCell::default() };
        let state = entry.given.image;
        if state != State::Unknown {
            let body = json!({"id": image, "name": "$name", "visibility": "shared",
                "disk_format": "raw", "container_format": "bare"});
            scene.must("owner", "POST /v2/images", &body);
            scene.share();
            scene.settle(state);
        }
        scene
    }

    fn share(&self) {
        for (member, status) in self.entry.given.members.iter().flatten() {
            self.must("owner", "POST /v2/images/$image/members", &json!({"member": format!("${member}")}));
            let row = format!("/v2/images/$image/members/${member}");
            match status.as_str() {
                "pending" => {}
                "removed" => self.must("owner", &format!("DELETE {row}"), &Value::Null),
                status => self.must(member, &format!("PUT {row}"), &json!({"status": status})),
            }
        }
        for _ in 0..self.entry.given.further {
            let member = uuid::Uuid::new_v4().simple().to_string();
            self.must("owner", "POST /v2/images/$image/members", &json!({"member": member}));
        }
    }

    fn settle(&self, state: State) {
        let visibility = match state {
            State::Unknown | State::Shared => return,
            State::Deleted => return self.must("owner", "DELETE /v2/images/$image", &Value::Null),
            State::Private => "private",
            State::Community => "community",
            State::Public => "public",
        };
        let body = json!([{"op": "replace", "path": "/visibility", "value": visibility}]);
        self.must("admin", "PATCH /v2/images/$image", &body);
    }

    /// Sends what has to work.
    fn must(&self, actor: &str, line: &str, body: &Value) {
        let media = if line.starts_with("PATCH") { PATCH } else { "application/json" };
        let headers = [("accept", "application/json"), ("content-type", media)];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = body.to_string();
        let response = self.send(actor, line, headers.to_vec(), Some(body.as_str()).filter(|body| *body != "null"));
        assert!(response.status < 300, "{}: {line} as {actor}: {} {}", self.entry.name, response.status, response.body);
    }

    /// Sends the requests, and removes what they made.
    fn play<'b>(&'b self, who: impl Fn(&'b Ask) -> &'b [String]) -> Vec<Exchange> {
        let asks = self.entry.ask.iter().enumerate();
        let each = asks.flat_map(|(at, ask)| who(ask).iter().map(move |actor| (at, ask, actor)));
        let exchanges = each.map(|(at, ask, actor)| self.exchange(at, ask, actor)).collect();
        for image in self.made.take() {
            self.send("admin", &format!("DELETE /v2/images/{image}"), Vec::new(), None);
        }
        exchanges
    }

    fn exchange(&self, at: usize, ask: &Ask, actor: &str) -> Exchange {
        let response = self.send(actor, &ask.line, self.entry.headers(ask), ask.body.as_deref());
        Exchange {
            entry: self.entry.name.clone(),
            at,
            ask: self.entry.line(ask),
            actor: actor.to_owned(),
            shape: Shape::of(&response, &self.words),
        }
    }

    fn send(&self, actor: &str, line: &str, headers: Vec<(String, String)>, body: Option<&str>) -> Response {
        let fill = |(name, value): (String, String)| (name, self.words.fill(&value));
        let headers = headers.into_iter().map(fill).chain(self.target.token(actor)).collect();
        let body = body.map(|body| self.words.fill(body));
        let response = send(&self.target.endpoint, &self.words.fill(line), headers, body.as_deref());
        if response.status == 201 {
            self.made.borrow_mut().extend(response.json().and_then(|image| Some(image["id"].as_str()?.to_owned())));
        }
        response
    }
}
