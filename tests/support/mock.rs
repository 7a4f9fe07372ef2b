//! `sharecheck mock` in a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};

use serde_json::{Value, json};
use sharecheck::diagnostic::SourceFile;
use tempfile::TempDir;

use super::cloud::{Asked, Cloud, get};
use super::sharecheck;

/// The media type of a patch.
const PATCH: &str = "application/openstack-images-v2.1-json-patch";

/// A mock cloud that lives until it is dropped, and the target file that it wrote.
pub struct Mock {
    child: Child,
    folder: TempDir,
    pub endpoint: String,
}

impl Mock {
    /// Starts a mock of a profile with faults, and waits until it listens.
    pub fn start(profile: &str, faults: &[&str]) -> Self {
        let faults: Vec<_> = faults.iter().flat_map(|fault| ["--fault", *fault]).collect();
        Self::start_in(TempDir::new().unwrap(), &[&["--profile", profile], &faults[..]].concat())
    }

    /// Starts a mock that writes its files into a folder, and waits until it listens.
    pub fn start_in(folder: TempDir, args: &[&str]) -> Self {
        let mut command = sharecheck();
        command.arg("mock").args(args).arg("--write-target").arg(folder.path().join("target.yaml"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let endpoint = line.trim().strip_prefix("listening on ").map(str::to_owned);
        let endpoint = endpoint.unwrap_or_else(|| {
            let _ = child.kill();
            let said = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
            panic!("the mock says where it listens, and not `{line}`: {said}")
        });
        Self { child, folder, endpoint }
    }

    /// Returns the target file.
    pub fn target(&self) -> PathBuf {
        self.folder.path().join("target.yaml")
    }

    /// Returns the `clouds.yaml` beside the target file.
    pub fn clouds(&self) -> PathBuf {
        self.folder.path().join("clouds.yaml")
    }

    /// Returns the text of the target file.
    pub fn target_text(&self) -> String {
        fs::read_to_string(self.target()).unwrap()
    }

    /// Writes a target file that differs from the mock's own in one text.
    pub fn target_with(&self, from: &str, to: &str) -> PathBuf {
        let text = self.target_text();
        assert!(text.contains(from), "`{from}` stands in {text}");
        self.target_of(&text.replace(from, to))
    }

    /// Writes another target file beside the mock's own.
    pub fn target_of(&self, text: &str) -> PathBuf {
        let path = self.folder.path().join("other.yaml");
        fs::write(&path, text).unwrap();
        path
    }

    /// Returns the actors that have a project, with their token and its id.
    pub fn actors(&self) -> Vec<(String, String, String)> {
        let file = SourceFile::new("target.yaml", self.target_text());
        let read: Value = sharecheck::yaml::parse(&file).expect("the mock writes YAML");
        let text = |value: &Value| value.as_str().expect("is a text").to_owned();
        let actors = read["actors"].as_object().expect("there are actors");
        // What is to be refused is a token and no more.
        let living = actors.iter().filter(|(_, of)| of.get("project-id").is_some());
        living.map(|(name, of)| (name.clone(), text(&of["token"]), text(&of["project-id"]))).collect()
    }

    /// Returns the token of an actor.
    pub fn token(&self, actor: &str) -> String {
        self.actors().into_iter().find(|(name, ..)| name == actor).expect("the actor is there").1
    }

    /// Returns the project id of an actor.
    pub fn project(&self, actor: &str) -> String {
        self.actors().into_iter().find(|(name, ..)| name == actor).expect("the actor is there").2
    }

    /// Sends a request as an actor and returns the body of a successful answer.
    #[track_caller]
    pub fn ask(&self, actor: &str, method: &str, path: &str, body: Option<&Value>) -> Value {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let headers = [
            ("x-auth-token", self.token(actor)),
            ("accept", "application/json".to_owned()),
            ("content-type", if method == "PATCH" { PATCH } else { "application/json" }.to_owned()),
            ("content-length", body.len().to_string()),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let asked = Asked { method: method.to_owned(), path: path.to_owned(), headers, body };
        let answer = String::from_utf8(Cloud::ask(&self.endpoint, &asked).0).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 2"), "{answer}");
        serde_json::from_str(body).unwrap_or_default()
    }

    /// Makes an image by hand and returns its id.
    pub fn image(&self, name: &str, visibility: &str) -> String {
        let image = json!({
            "name": name, "visibility": visibility, "container_format": "bare", "disk_format": "raw",
        });
        self.ask("owner", "POST", "/v2/images", Some(&image))["id"].as_str().unwrap().to_owned()
    }

    /// Shares an image with a project.
    pub fn share(&self, image: &str, project: &str) {
        self.ask("owner", "POST", &format!("/v2/images/{image}/members"), Some(&json!({ "member": project })));
    }

    /// Returns an image and its members, as the owner sees them.
    pub fn dump(&self, image: &str) -> (Value, Value) {
        let get = |path: String| self.ask("owner", "GET", &path, None);
        (get(format!("/v2/images/{image}")), get(format!("/v2/images/{image}/members")))
    }

    /// Returns the names of all images that an actor can see.
    pub fn images(&self, actor: &str) -> Vec<String> {
        let mut names = Vec::new();
        for query in ["", "?visibility=shared&member_status=all", "?visibility=private"] {
            let (status, body) = get(&self.endpoint, &format!("/v2/images{query}"), &self.token(actor));
            if status == 403 {
                // An actor without any grant may not even list.
                return names;
            }
            assert_eq!(status, 200, "{body}");
            let body: Value = serde_json::from_str(&body).expect("the list is JSON");
            let images = body["images"].as_array().expect("there is a list").clone();
            names.extend(images.iter().map(|image| image["name"].to_string()));
        }
        names
    }

    /// Fails if any actor still sees an image that a run made.
    #[track_caller]
    pub fn is_clean(&self) {
        for (actor, ..) in self.actors() {
            let ours: Vec<_> = self.images(&actor).into_iter().filter(|name| name.contains("sharecheck-")).collect();
            assert!(ours.is_empty(), "{actor} still sees {ours:?}");
        }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
