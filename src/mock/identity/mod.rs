//! The identity API of the mock cloud: Keystone v3, as far as a client needs it to share images.
//!
//! `login` and `token` know the rules: who gets a token, what it opens, when it ends. `request`, `body` and
//! `problem` only translate. Shapes, texts and statuses are those of a real Keystone 30; the paths that it has and
//! a client of the image API never asks for are left out.

mod body;
mod login;
mod problem;
mod request;
mod token;

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderName, Method, StatusCode, header};
use serde_json::{Value, json};

use self::login::Refusal;
use self::problem::Problem;
use self::token::{Scope, Token, Tokens};
use super::account::{Account, Directory};
use super::clock::wall;
use super::fault::Token as Lapse;
use super::fields::Fields;
use super::inbound::Inbound;
use super::model::{Caller, Stamp};
use super::reply::{Body, JSON, Reply};
use super::route::{Found, Route, find};

pub(crate) use body::REGION;

/// Where the API is, below the address of the mock.
pub(crate) const PATH: &str = "/identity/v3";

const SUBJECT: &str = "x-subject-token";

/// What may be asked.
#[derive(Clone, Copy, Debug)]
enum Operation {
    Versions,
    Version,
    Login,
    Validate,
    Revoke,
    Catalog,
    Projects,
    Project,
}

const ROUTES: &[Route<Operation>] = &[
    Route { path: "identity", calls: &[(Method::GET, Operation::Versions)] },
    Route { path: "identity/v3", calls: &[(Method::GET, Operation::Version)] },
    Route {
        path: "identity/v3/auth/tokens",
        calls: &[
            (Method::POST, Operation::Login),
            (Method::GET, Operation::Validate),
            (Method::HEAD, Operation::Validate),
            (Method::DELETE, Operation::Revoke),
        ],
    },
    Route { path: "identity/v3/auth/catalog", calls: &[(Method::GET, Operation::Catalog)] },
    Route { path: "identity/v3/auth/projects", calls: &[(Method::GET, Operation::Projects)] },
    Route { path: "identity/v3/projects/{project}", calls: &[(Method::GET, Operation::Project)] },
];

/// The accounts of a mock, and the tokens that they got.
pub(crate) struct Identity {
    directory: Directory,
    tokens: Mutex<Tokens>,
}

impl Identity {
    /// Returns the identity of these accounts; a token that they get is good for so many `uses` of the image API, or
    /// for any number of them.
    pub(crate) fn new(directory: Directory, uses: Option<u32>) -> Self {
        let tokens = Mutex::new(Tokens::new(&directory, uses, Stamp(wall())));
        Self { directory, tokens }
    }

    /// Returns the accounts.
    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Returns who calls the image API with this token, and counts the use.
    pub(crate) fn caller(&self, token: &str) -> Option<Caller> {
        self.lock().spend(token, Stamp(wall()))
    }

    /// Returns why a token is not good that somebody might take for good; none where nobody ever held it.
    pub(crate) fn lapse(&self, token: &str) -> Option<Lapse> {
        self.lock().lapse(token, Stamp(wall()))
    }

    /// Returns a token of each kind that must be refused, with the name of the actor that it is for.
    pub(crate) fn dead_tokens(&self) -> Vec<(&'static str, String)> {
        self.lock().dead().to_vec()
    }

    /// Answers a request below `/identity`; nothing if it is not.
    pub(crate) fn handle(&self, inbound: &Inbound) -> Option<Reply> {
        if !concerns(inbound) {
            return None;
        }
        let answer = match find(&[ROUTES], &inbound.method, inbound.path.trim_end_matches('/')) {
            Found::Operation(operation, ids) => self.answer(operation, &ids, inbound),
            Found::Method(allowed) => Err(Problem::Method(allowed)),
            Found::Nothing => Err(Problem::NoRoute),
        };
        let reply = answer.unwrap_or_else(|problem| problem.reply(inbound));
        Some(reply.with(header::VARY, "X-Auth-Token"))
    }

    fn answer(&self, operation: Operation, ids: &[&str], inbound: &Inbound) -> Result<Reply, Problem> {
        match operation {
            Operation::Versions => Ok(versions(&address(inbound))),
            Operation::Version => Ok(ok(Fields::default().with_object("version", body::version(&address(inbound))))),
            Operation::Login => {
                let login = request::login(inbound)?;
                let (text, token) = login.apply(&self.directory, &mut self.lock(), Stamp(wall()))?;
                Ok(show(&token, &text, StatusCode::CREATED, inbound))
            }
            Operation::Validate => {
                let (text, token) = self.subject(inbound, "identity:validate_token")?;
                Ok(show(&token, text, StatusCode::OK, inbound))
            }
            Operation::Revoke => {
                let (text, _) = self.subject(inbound, "identity:revoke_token")?;
                self.lock().revoke(text);
                Ok(Reply::new(StatusCode::NO_CONTENT, Body::Empty))
            }
            Operation::Catalog => match self.authenticate(inbound)?.scope {
                Scope::Unscoped => Err(Refusal::Forbidden("").into()),
                Scope::Project | Scope::Domain | Scope::System => Ok(catalog(inbound)),
            },
            Operation::Projects => Ok(projects(&self.authenticate(inbound)?.account, &address(inbound))),
            Operation::Project => self.project(ids, inbound),
        }
    }

    fn project(&self, ids: &[&str], inbound: &Inbound) -> Result<Reply, Problem> {
        let caller = self.authenticate(inbound)?;
        let account = ids.first().and_then(|id| self.directory.in_project(id)).filter(|account| caller.sees(account));
        let project = body::project(account.ok_or(Refusal::Forbidden("identity:get_project"))?, &address(inbound));
        Ok(ok(Fields::default().with_object("project", project)))
    }

    /// Returns the token that a request came with.
    fn authenticate(&self, inbound: &Inbound) -> Result<Token, Refusal> {
        let text = inbound.header("x-auth-token").unwrap_or_default();
        self.lock().get(text, Stamp(wall())).cloned().ok_or(Refusal::Unauthenticated)
    }

    /// Returns the token that a request is about, if its sender may ask.
    fn subject<'a>(&self, inbound: &'a Inbound, action: &'static str) -> Result<(&'a str, Token), Refusal> {
        let caller = self.authenticate(inbound)?;
        let text = inbound.header(SUBJECT).ok_or(Refusal::Forbidden(action))?;
        let token = self.lock().get(text, Stamp(wall())).cloned().ok_or(Refusal::NoToken)?;
        if caller.governs(&token) { Ok((text, token)) } else { Err(Refusal::Forbidden(action)) }
    }

    /// A panic under the lock would leave tokens that are still whole: each changes in one step.
    fn lock(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a request below `/identity` with a body that is too large to be read; nothing if it is not there.
pub(crate) fn too_large(inbound: &Inbound) -> Option<Reply> {
    concerns(inbound).then(|| Problem::TooLarge.reply(inbound))
}

fn concerns(inbound: &Inbound) -> bool {
    inbound.path.strip_prefix("/identity").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Says where a token is to be had, to whoever came without a good one.
pub(crate) fn challenge(inbound: &Inbound) -> String {
    format!("Keystone uri=\"{}\"", address(inbound))
}

/// Returns the address of the API as the client reached it.
fn address(inbound: &Inbound) -> String {
    inbound.base() + PATH
}

fn versions(address: &str) -> Reply {
    let versions = Fields::default().with_rows("values", vec![body::version(address)]);
    let reply = reply(StatusCode::MULTIPLE_CHOICES, Fields::default().with_object("versions", versions));
    reply.with(header::LOCATION, &format!("{address}/"))
}

fn catalog(inbound: &Inbound) -> Reply {
    let address = address(inbound);
    let links = json!({"self": format!("{address}/auth/catalog")});
    ok(Fields::default().with_rows("catalog", body::catalog(&inbound.base(), &address)).with("links", links))
}

fn projects(account: &Account, address: &str) -> Reply {
    let links = json!({"next": Value::Null, "self": format!("{address}/auth/projects"), "previous": Value::Null});
    ok(Fields::default().with_rows("projects", vec![body::project(account, address)]).with("links", links))
}

/// Shows a token, its text in a header. The catalog can be left out.
fn show(token: &Token, text: &str, status: StatusCode, inbound: &Inbound) -> Reply {
    let bare = inbound.query("nocatalog").is_some();
    let catalog = (!bare).then(|| body::catalog(&inbound.base(), &address(inbound)));
    let fields = Fields::default().with_object("token", body::token(token, catalog));
    reply(status, fields).with(HeaderName::from_static(SUBJECT), text)
}

fn ok(fields: Fields) -> Reply {
    reply(StatusCode::OK, fields)
}

const fn reply(status: StatusCode, fields: Fields) -> Reply {
    Reply::new(status, Body::Json(JSON, fields))
}
