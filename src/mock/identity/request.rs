//! The request for a token, from JSON to a login.

use serde_json::{Map, Value};

use super::login::{Asked, Credential, Domain, Login, Proof, Refusal, User};
use super::problem::Problem;
use crate::mock::inbound::Inbound;

/// The largest body that is read, in bytes: Keystone's default.
const MAX_BODY: usize = 114_688;

/// Reads a login.
pub(super) fn login(inbound: &Inbound) -> Result<Login, Problem> {
    let body = body(inbound)?;
    let auth = At(&body, "request body").object("auth")?;
    let identity = auth.object("identity")?;
    let methods = identity.0.get("methods").ok_or_else(|| missing("methods", identity.1))?;
    let methods = methods.as_array().ok_or_else(|| wrong("methods", "array"))?;
    let proofs = methods.iter().map(|method| proof(method, identity)).collect::<Result<_, _>>()?;
    let scope = auth.0.get("scope").map(scope).transpose()?;
    Ok(Login { proofs, scope })
}

fn body(inbound: &Inbound) -> Result<Map<String, Value>, Problem> {
    if inbound.body.len() > MAX_BODY {
        return Err(Problem::TooLarge);
    }
    if inbound.body.is_empty() {
        return Ok(Map::new());
    }
    if inbound.media_type() != Some("application/json") {
        return Err(missing("application/json", "Content-Type header"));
    }
    serde_json::from_slice(&inbound.body).map_err(|_| missing("valid JSON", "request body"))
}

fn proof(method: &Value, identity: At<'_>) -> Result<Proof, Problem> {
    match method.as_str().ok_or_else(|| wrong("methods", "string"))? {
        "password" => {
            let user = identity.object("password")?.object("user")?;
            let password = user.text("password")?.unwrap_or_default();
            Ok(Proof::Password { user: self::user(user)?, password })
        }
        "application_credential" => {
            let given = identity.object("application_credential")?;
            let secret = given.text("secret")?.unwrap_or_default();
            let credential = match given.name()? {
                Name::Id(id) => Credential::Id(id),
                Name::Name(name) => Credential::Name(name, user(given.object("user")?)?),
            };
            Ok(Proof::ApplicationCredential { credential, secret })
        }
        "token" => {
            let given = identity.object("token")?;
            Ok(Proof::Token(given.text("id")?.ok_or_else(|| missing("id", "token"))?))
        }
        other if identity.0.contains_key(other) => Err(Refusal::Method.into()),
        other => Err(missing(&other.chars().take(64).collect::<String>(), "identity")),
    }
}

fn user(given: At<'_>) -> Result<User, Problem> {
    match given.name()? {
        Name::Id(id) => Ok(User::Id(id)),
        Name::Name(name) => Ok(User::Name(name, domain(given.object("domain")?)?)),
    }
}

fn domain(given: At<'_>) -> Result<Domain, Problem> {
    match given.name()? {
        Name::Id(id) => Ok(Domain::Id(id)),
        Name::Name(name) => Ok(Domain::Name(name)),
    }
}

fn scope(given: &Value) -> Result<Asked, Problem> {
    let none = || missing("system, project, domain, OS-TRUST:trust or unscoped", "scope");
    let fields = match given {
        Value::String(text) if text == "unscoped" => return Ok(Asked::Unscoped),
        Value::Object(fields) if fields.len() == 1 => At(fields, "scope"),
        _ => return Err(none()),
    };
    match fields.0.keys().next().map(String::as_str) {
        Some("unscoped") => Ok(Asked::Unscoped),
        Some("system") => fields.object("system").map(|_| Asked::System),
        Some("domain") => Ok(Asked::Domain(domain(fields.object("domain")?)?)),
        Some("project") => {
            let project = fields.object("project")?;
            match project.name()? {
                Name::Id(id) => Ok(Asked::ProjectId(id)),
                Name::Name(name) => Ok(Asked::ProjectName(name, domain(project.object("domain")?)?)),
            }
        }
        _ => Err(none()),
    }
}

/// An object, and what it is called in messages.
#[derive(Clone, Copy)]
struct At<'a>(&'a Map<String, Value>, &'static str);

/// What something is named by.
enum Name {
    Id(String),
    Name(String),
}

impl<'a> At<'a> {
    fn object(self, key: &'static str) -> Result<At<'a>, Problem> {
        let value = self.0.get(key).ok_or_else(|| missing(key, self.1))?;
        value.as_object().map(|fields| At(fields, key)).ok_or_else(|| wrong(key, "object"))
    }

    /// Never names the value: it may be a secret.
    fn text(self, key: &'static str) -> Result<Option<String>, Problem> {
        match self.0.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(wrong(key, "string")),
        }
    }

    fn name(self) -> Result<Name, Problem> {
        if let Some(id) = self.text("id")? {
            return Ok(Name::Id(id));
        }
        let unnamed = || Problem::Malformed(format!("Invalid input for field {}: id or name must be present.", self.1));
        self.text("name")?.map(Name::Name).ok_or_else(unnamed)
    }
}

fn missing(what: &str, within: &str) -> Problem {
    let within = within.replace('_', " ");
    Problem::Malformed(format!(
        "Expecting to find {what} in {within}. The server could not comply with the request since it is either \
         malformed or otherwise incorrect. The client is assumed to be in error."
    ))
}

fn wrong(field: &str, kind: &str) -> Problem {
    Problem::Malformed(format!("Invalid input for field '{field}': it is not of type '{kind}'"))
}
