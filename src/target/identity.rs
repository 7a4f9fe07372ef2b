//! Requests to the Identity API v3 (Keystone), and its answers: words only, nothing is sent here.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::{Value, json};

use crate::http::{Endpoint, Response};
use crate::redact::Secret;

/// The call that issues a token, below the root of the API.
pub(super) const TOKENS: &str = "/v3/auth/tokens";

/// The service types under which clouds list their image service, the usual one first.
const IMAGE_TYPES: [&str; 6] = ["image", "imagev2", "image-v2", "glance", "ims", "imsv2"];

/// Who signs in, with what, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The proof of who it is.
    pub proof: Proof,
    /// What the token is to be good for; the cloud's default where none is named.
    pub scope: Option<Scope>,
}

/// A proof of who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A user and the password.
    Password(Named, Secret),
    /// The id of an application credential, and its secret.
    ApplicationCredential(String, Secret),
    /// The name of an application credential of a user, and its secret.
    NamedApplicationCredential(String, Named, Secret),
    /// A token that was issued before.
    Token(Secret),
}

/// What a token is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A project.
    Project(Named),
    /// A domain.
    Domain(Domain),
    /// The whole cloud.
    System,
}

/// A user or a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By its id.
    Id(String),
    /// By its name in a domain.
    Name(String, Domain),
}

/// A domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Domain {
    /// By its id.
    Id(String),
    /// By its name.
    Name(String),
}

impl Login {
    /// Returns the credential that proves who it is.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        match &self.proof {
            Proof::Password(_, secret)
            | Proof::ApplicationCredential(_, secret)
            | Proof::NamedApplicationCredential(_, _, secret)
            | Proof::Token(secret) => secret,
        }
    }

    /// Returns the body of the request for a token.
    pub(super) fn body(&self) -> Value {
        let (method, proof) = match &self.proof {
            Proof::Password(user, password) => {
                let mut user = user.to_json();
                user["password"] = json!(password.expose());
                ("password", json!({ "user": user }))
            }
            Proof::ApplicationCredential(id, secret) => {
                ("application_credential", json!({ "id": id, "secret": secret.expose() }))
            }
            Proof::NamedApplicationCredential(name, user, secret) => {
                let body = json!({ "name": name, "user": user.to_json(), "secret": secret.expose() });
                ("application_credential", body)
            }
            Proof::Token(token) => ("token", json!({ "id": token.expose() })),
        };
        let mut auth = json!({ "identity": { "methods": [method], method: proof } });
        if let Some(scope) = &self.scope {
            auth["scope"] = match scope {
                Scope::Project(project) => json!({ "project": project.to_json() }),
                Scope::Domain(domain) => json!({ "domain": domain.to_json() }),
                Scope::System => json!({ "system": { "all": true } }),
            };
        }
        json!({ "auth": auth })
    }
}

impl Named {
    fn to_json(&self) -> Value {
        match self {
            Self::Id(id) => json!({ "id": id }),
            Self::Name(name, domain) => json!({ "name": name, "domain": domain.to_json() }),
        }
    }
}

impl Domain {
    fn to_json(&self) -> Value {
        match self {
            Self::Id(id) => json!({ "id": id }),
            Self::Name(name) => json!({ "name": name }),
        }
    }
}

/// What a cloud grants to who has signed in.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// The token.
    pub(super) token: Secret,
    /// How long it is good, by the clock of who issued it.
    pub(super) lifetime: Option<Duration>,
    /// The project that it is scoped to.
    pub(super) project_id: Option<String>,
    /// The user.
    pub(super) user_id: Option<String>,
    /// The services of the cloud.
    pub(super) catalog: Catalog,
}

impl Grant {
    /// Reads the answer to a request for a token.
    pub(super) fn read(answer: &Response) -> Result<Self, &'static str> {
        let token = answer.header("x-subject-token").filter(|token| !token.is_empty());
        let token = Secret::new(token.ok_or("without a token")?.to_owned());
        let body = answer.json().and_then(|body| body.get("token")).filter(|token| token.is_object());
        let body = body.ok_or("without a description of the token")?;
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
        Ok(Self {
            token,
            lifetime: lifetime(text("/issued_at"), text("/expires_at"), answer.header("date")),
            project_id: text("/project/id").map(str::to_owned),
            user_id: text("/user/id").map(str::to_owned),
            catalog: Catalog(body.get("catalog").cloned().unwrap_or_default()),
        })
    }
}

/// Returns how long a token is still good when the answer is written, which is the later of the times it tells.
///
/// A header counts whole seconds, so that up to one more may have passed.
fn lifetime(issued: Option<&str>, expires: Option<&str>, date: Option<&str>) -> Option<Duration> {
    let expires: Timestamp = expires?.parse().ok()?;
    let date = date.and_then(|date| rfc2822::parse(date).ok()).map(|date| date.timestamp());
    let now = issued.and_then(|issued| issued.parse().ok()).into_iter().chain(date).max()?;
    Some(Duration::try_from(expires.duration_since(now)).unwrap_or_default())
}

/// The side from which an endpoint is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interface {
    /// From outside.
    #[default]
    Public,
    /// From within the cloud.
    Internal,
    /// By its administrators.
    Admin,
}

impl Interface {
    /// Returns the interface of that name, also in its old form `publicURL`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Public, Self::Internal, Self::Admin]
            .into_iter()
            .find(|interface| name.strip_suffix("URL").unwrap_or(name) == interface.name())
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Admin => "admin",
        }
    }
}

/// The services of a cloud, as they came with a token.
#[derive(Clone, Debug, Default)]
pub(super) struct Catalog(Value);

impl Catalog {
    /// Returns the endpoint of the image service; there must be one that fits.
    pub(super) fn image(&self, region: Option<&str>, interface: Interface) -> Result<Endpoint, String> {
        let services = self.0.as_array().map(Vec::as_slice).unwrap_or_default();
        let listed = |name: &str| services.iter().any(|service| service["type"] == name);
        let Some(image) = IMAGE_TYPES.into_iter().find(|name| listed(name)) else {
            return Err("the catalogue lists no image service".to_owned());
        };
        let all = services.iter().filter(|service| service["type"] == image);
        let all = all.flat_map(|service| service["endpoints"].as_array().map(Vec::as_slice).unwrap_or_default());
        let offered: Vec<_> =
            all.filter(|offer| offer["interface"].as_str().and_then(Interface::from_name) == Some(interface)).collect();
        let fits = |offer: &&&Value| region.is_none_or(|region| region_of(offer) == Some(region));
        let mut found: Vec<Endpoint> = Vec::new();
        for offer in offered.iter().filter(fits) {
            let url = offer["url"].as_str().unwrap_or_default();
            let endpoint = Endpoint::parse(url).map_err(|error| format!("the catalogue is no help: {error}"))?;
            if !found.contains(&endpoint) {
                found.push(endpoint);
            }
        }
        let interface = interface.name();
        let regions = || {
            let mut regions: Vec<_> = offered.iter().filter_map(|offer| region_of(offer)).collect();
            regions.sort_unstable();
            regions.dedup();
            regions.join(", ")
        };
        match (&found[..], region) {
            ([one], _) => Ok(one.clone()),
            ([], Some(region)) if !offered.is_empty() => Err(format!(
                "the catalogue has no {interface} image endpoint in region `{region}`; there is one in {}",
                regions()
            )),
            ([], _) => Err(format!("the catalogue has no {interface} image endpoint")),
            ([one, other, ..], None) => {
                Err(format!("the catalogue has {one} and {other} for images: name a region ({})", regions()))
            }
            ([one, other, ..], Some(_)) => Err(format!("the catalogue has {one} and {other} for images")),
        }
    }
}

fn region_of(offer: &Value) -> Option<&str> {
    offer["region_id"].as_str().or_else(|| offer["region"].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new("geheim!".to_owned())
    }

    #[test]
    fn each_proof_and_scope_has_its_body() {
        let domain = || Domain::Name("Default".to_owned());
        let user = || Named::Name("ada".to_owned(), domain());
        let body = |proof, scope| Login { proof, scope }.body();
        assert_eq!(
            body(Proof::Password(user(), secret()), Some(Scope::Project(Named::Id("p1".to_owned())))),
            json!({"auth": {
                "identity": {"methods": ["password"], "password": {"user":
                    {"name": "ada", "domain": {"name": "Default"}, "password": "geheim!"}}},
                "scope": {"project": {"id": "p1"}},
            }})
        );
        assert_eq!(
            body(Proof::ApplicationCredential("ac".to_owned(), secret()), None),
            json!({"auth": {"identity": {"methods": ["application_credential"],
                "application_credential": {"id": "ac", "secret": "geheim!"}}}})
        );
        assert_eq!(
            body(Proof::NamedApplicationCredential("ac".to_owned(), Named::Id("u1".to_owned()), secret()), None),
            json!({"auth": {"identity": {"methods": ["application_credential"],
                "application_credential": {"name": "ac", "user": {"id": "u1"}, "secret": "geheim!"}}}})
        );
        let token = |scope| body(Proof::Token(secret()), Some(scope));
        assert_eq!(token(Scope::System)["auth"]["scope"], json!({"system": {"all": true}}));
        assert_eq!(token(Scope::Domain(domain()))["auth"]["scope"], json!({"domain": {"name": "Default"}}));
        assert_eq!(token(Scope::System)["auth"]["identity"], json!({"methods": ["token"], "token": {"id": "geheim!"}}));
    }

    #[test]
    fn the_lifetime_is_measured_by_the_clock_of_the_issuer() {
        let issued = Some("2026-11-21T10:00:00.000000Z");
        let expires = Some("2026-11-21T10:00:10.000000Z");
        let seconds = |date| lifetime(issued, expires, date).map(|life| life.as_secs());
        assert_eq!(seconds(None), Some(10));
        assert_eq!(seconds(Some("Sat, 21 Nov 2026 10:00:02 GMT")), Some(8), "the clock had gone on");
        assert_eq!(seconds(Some("Sat, 21 Nov 2026 09:59:59 GMT")), Some(10), "the header counts whole seconds");
        assert_eq!(seconds(Some("Sat, 21 Nov 2026 11:00:00 GMT")), Some(0));
        assert_eq!(lifetime(None, expires, Some("Sat, 21 Nov 2026 10:00:02 GMT")), Some(Duration::from_secs(8)));
        assert_eq!(lifetime(issued, None, None), None);
        assert_eq!(lifetime(None, expires, Some("soon")), None);
    }

    #[test]
    fn a_grant_without_a_token_is_none() {
        let answer = |headers: &[(&str, &str)], body: &str| {
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Grant::read(&Response::new(201, headers, body.as_bytes().to_vec())).map(|grant| grant.project_id)
        };
        let body = r#"{"token": {"project": {"id": "p1"}}}"#;
        assert_eq!(answer(&[("x-subject-token", "t")], body), Ok(Some("p1".to_owned())));
        assert_eq!(answer(&[("x-subject-token", "t")], r#"{"token": {}}"#), Ok(None));
        for (headers, body) in
            [(&[][..], body), (&[("x-subject-token", "")], body), (&[("x-subject-token", "t")], "<html>")]
        {
            assert!(answer(headers, body).is_err(), "{body}");
        }
    }

    #[test]
    fn the_catalogue_gives_one_endpoint_or_says_what_is_there() {
        let offer =
            |interface, region, url| json!({"interface": interface, "region": region, "region_id": region, "url": url});
        let catalog = Catalog(json!([
            {"type": "compute", "endpoints": [offer("public", "north", "https://compute")]},
            {"type": "image", "endpoints": [
                offer("public", "north", "https://north/image/v2"), offer("internal", "north", "http://inside:9292"),
                offer("public", "south", "https://south:9292/"), offer("admin", "south", "ftp://no"),
            ]},
            {"type": "imsv2", "endpoints": [offer("public", "north", "https://ims")]},
        ]));
        let image = |region, interface| catalog.image(region, interface).map(|endpoint| endpoint.to_string());
        assert_eq!(image(Some("north"), Interface::Public), Ok("https://north/image".to_owned()));
        assert_eq!(image(None, Interface::Internal), Ok("http://inside:9292".to_owned()));
        let ambiguous = image(None, Interface::Public).expect_err("is ambiguous");
        assert!(
            ambiguous.contains("https://north/image and https://south:9292") && ambiguous.contains("north, south"),
            "{ambiguous}"
        );
        let elsewhere = image(Some("east"), Interface::Public).expect_err("is elsewhere");
        assert!(elsewhere.contains("`east`") && elsewhere.ends_with("north, south"), "{elsewhere}");
        assert!(image(Some("south"), Interface::Admin).is_err());
        assert!(Catalog::default().image(None, Interface::Public).is_err());
    }

    #[test]
    fn the_image_service_may_have_another_type() {
        let catalog = Catalog(
            json!([{"type": "imsv2", "endpoints": [{"interface": "publicURL", "region": "r", "url": "https://ims/v2"}]}]),
        );
        assert_eq!(catalog.image(Some("r"), Interface::Public).map(|e| e.to_string()), Ok("https://ims".to_owned()));
        assert_eq!(Interface::from_name("adminURL"), Some(Interface::Admin));
        assert_eq!(Interface::from_name("pub"), None);
    }
}
