//! A cloud whose every answer a test writes itself, down to the bytes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use tempfile::TempDir;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    /// Returns a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Tells whether this is the call by which a run sees that an actor is alive.
    pub fn is_preflight(&self) -> bool {
        self.path == "/v2/images?limit=1"
    }
}

/// What goes back: bytes, and then the end of the connection.
pub struct Answer(pub Vec<u8>);

impl Answer {
    /// Returns an answer with a body.
    pub fn new(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes = format!("HTTP/1.1 {status} Status\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
        for (name, value) in headers {
            bytes.extend([*name, ": ", *value, "\r\n"]);
        }
        bytes.push_str("\r\n");
        Self([bytes.as_bytes(), body].concat())
    }

    /// Returns an answer in JSON.
    pub fn json(status: u16, body: &str) -> Self {
        Self::new(status, &[("content-type", "application/json")], body)
    }

    /// Returns what satisfies the preflight.
    pub fn no_images() -> Self {
        Self::json(200, r#"{"images": [], "schema": "/v2/schemas/images", "first": "/v2/images"}"#)
    }
}

/// A server on a port of its own that lives as long as the test.
pub struct Cloud {
    pub endpoint: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    folder: TempDir,
}

impl Cloud {
    /// Starts a server that answers every request by the function.
    pub fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (seen, answer) = (Arc::clone(&asked), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                thread::spawn(move || serve(stream, &seen, &*answer));
            }
        });
        Self { endpoint, asked, folder: TempDir::new().unwrap() }
    }

    /// Starts a server that lets every actor in and answers everything else by the function.
    pub fn behind_preflight(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::start(move |asked| if asked.is_preflight() { Answer::no_images() } else { answer(asked) })
    }

    /// Starts a server that hands every request on to another, as it stands.
    pub fn before(endpoint: &str) -> Self {
        let upstream = endpoint.trim_start_matches("http://").to_owned();
        Self::start(move |asked| forward(&upstream, asked))
    }

    /// Hands a request on to another server and returns its answer.
    pub fn ask(endpoint: &str, asked: &Asked) -> Answer {
        forward(endpoint.trim_start_matches("http://"), asked)
    }

    /// Returns every request that has come so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Writes a target file of a profile with the actors owner, member, other-member and stranger, and more lines.
    pub fn target(&self, profile: &str, more: &str) -> PathBuf {
        self.target_of(&target(&self.endpoint, profile, more))
    }

    /// Writes a target file.
    pub fn target_of(&self, text: &str) -> PathBuf {
        let path = self.folder.path().join("target.yaml");
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Returns a folder that lives as long as the cloud.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Returns the text of a target file.
pub fn target(endpoint: &str, profile: &str, more: &str) -> String {
    format!(
        "name: test\nprofile: {profile}\nendpoint: {endpoint}\nactors:\n  \
         owner: {{ token: token-of-the-owner, project-id: 11111111111111111111111111111111 }}\n  \
         member: {{ token: token-of-the-member, project-id: 22222222222222222222222222222222 }}\n  \
         other-member: {{ token: token-of-the-other-member, project-id: 33333333333333333333333333333333 }}\n  \
         stranger: {{ token: token-of-the-stranger, project-id: 44444444444444444444444444444444 }}\n\
         without: [admin, reader, ungranted, expired-token, revoked-token, foreign-token, public-images, quota]\n{more}"
    )
}

/// Sends a GET, again while it is throttled, and returns the status and the body.
pub fn get(endpoint: &str, path: &str, token: &str) -> (u16, String) {
    let asked = Asked {
        method: "GET".to_owned(),
        path: path.to_owned(),
        headers: vec![
            ("x-auth-token".to_owned(), token.to_owned()),
            ("accept".to_owned(), "application/json".to_owned()),
        ],
        body: Vec::new(),
    };
    let text = loop {
        let answer = forward(endpoint.trim_start_matches("http://"), &asked).0;
        if !answer.starts_with(b"HTTP/1.1 429") {
            break String::from_utf8(answer).expect("the answer is UTF-8");
        }
    };
    let (head, body) = text.split_once("\r\n\r\n").expect("the head ends");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("there is a status");
    (status, body.to_owned())
}

fn forward(upstream: &str, asked: &Asked) -> Answer {
    let mut stream = TcpStream::connect(upstream).expect("the other server listens");
    let mut head = format!("{} {} HTTP/1.1\r\nhost: {upstream}\r\nconnection: close\r\n", asked.method, asked.path);
    let own = asked.headers.iter().filter(|(name, _)| !["host", "connection"].contains(&name.as_str()));
    for (name, value) in own {
        head.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
    }
    head.push_str("\r\n");
    stream.write_all(&[head.as_bytes(), &asked.body].concat()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    Answer(bytes)
}

fn serve(mut stream: TcpStream, seen: &Mutex<Vec<Asked>>, answer: &(dyn Fn(&Asked) -> Answer + Send + Sync)) {
    if let Some(asked) = read(&stream) {
        seen.lock().unwrap().push(asked.clone());
        // The client may have gone; that is its own affair.
        let _ = stream.write_all(&answer(&asked).0);
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut asked = Asked { method, path, headers, body: Vec::new() };
    let length = asked.header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    asked.body.resize(length, 0);
    reader.read_exact(&mut asked.body).ok()?;
    Some(asked)
}
