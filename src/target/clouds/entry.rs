//! From an entry of `clouds.yaml` to a cloud to sign in to, or to every mistake in it.

use serde_saphyr::Spanned;

use super::spec::{AuthSpec, CloudSpec, Text};
use super::{Cloud, Search};
use crate::diagnostic::{Diagnostic, Mark, SourceFile, did_you_mean};
use crate::http::{ClientSetupError, Endpoint};
use crate::redact::Secret;
use crate::target::identity::{Domain, Interface, Login, Named, Proof, Scope};

/// The values of `auth_type` that we know.
const AUTH_TYPES: [&str; 5] = ["password", "v3password", "v3applicationcredential", "token", "v3token"];

/// One entry, with its secrets laid over it.
pub(super) struct Entry<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) mark: Mark,
    pub(super) spec: &'a CloudSpec,
    pub(super) secure: Option<(&'a SourceFile, &'a CloudSpec)>,
    pub(super) search: &'a Search<'a>,
}

/// A text, and the file where it stands.
#[derive(Clone, Copy)]
struct Given<'a> {
    file: &'a SourceFile,
    text: &'a Spanned<String>,
}

type Mistakes = Vec<Diagnostic>;

/// What was read of an entry, or the mistake there.
type Read<T> = Result<T, Box<Diagnostic>>;

impl<'a> Given<'a> {
    fn as_str(self) -> &'a str {
        self.text.value.as_str()
    }

    fn owned(self) -> String {
        self.text.value.clone()
    }

    fn secret(self) -> Secret {
        Secret::new(self.owned())
    }

    /// Returns a mistake at the place of the text.
    fn wrong(self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.file, self.text.referenced, message)
    }

    /// Returns a mistake, and what to do.
    fn told(self, message: impl Into<String>, hint: &str) -> Diagnostic {
        self.wrong(message).hint(hint.to_owned())
    }
}

impl<'a> Entry<'a> {
    /// Returns the cloud that the entry describes.
    pub(super) fn cloud(&self, name: &str) -> Result<Cloud, Mistakes> {
        let mut mistakes = self.unsupported();
        let cloud = self.read(name, |mistake| mistakes.push(*mistake));
        cloud.filter(|_| mistakes.is_empty()).ok_or(mistakes)
    }

    /// Reads every key, whatever is wrong with the others.
    fn read(&self, name: &str, mut keep: impl FnMut(Box<Diagnostic>)) -> Option<Cloud> {
        let identity = self.identity().map_err(&mut keep).ok();
        let login = self.login().map_err(&mut keep).ok();
        let interface = self.interface().map_err(&mut keep).ok();
        let image = self.get(|spec| &spec.image_endpoint_override).map(endpoint).transpose().map_err(&mut keep).ok();
        let insecure = self.insecure().map_err(&mut keep).ok();
        let ca_certificates = self.ca_certificates().map_err(&mut keep).ok();
        Some(Cloud {
            name: name.to_owned(),
            identity: identity?,
            login: login?,
            region: self.get(|spec| &spec.region_name).map(Given::owned),
            interface: interface?,
            image: image?,
            ca_certificates: ca_certificates?,
            insecure: insecure?,
        })
    }

    /// Returns what an entry says of a key, the secrets first; an empty text says nothing.
    fn get(&self, of: impl Fn(&'a CloudSpec) -> &'a Text) -> Option<Given<'a>> {
        let given =
            |file, spec| of(spec).as_ref().filter(|text| !text.value.is_empty()).map(|text| Given { file, text });
        self.secure.and_then(|(file, spec)| given(file, spec)).or_else(|| given(self.file, self.spec))
    }

    /// The same for a key below `auth`.
    fn auth(&self, of: impl Fn(&'a AuthSpec) -> &'a Text) -> Option<Given<'a>> {
        self.get(|spec| spec.auth.as_ref().map_or(&None, &of))
    }

    /// Returns a mistake of the entry as a whole.
    fn lacks(&self, what: &str) -> Diagnostic {
        self.wrong(format!("this cloud lacks {what}"), None)
    }

    fn wrong(&self, message: impl Into<String>, hint: Option<&str>) -> Diagnostic {
        Diagnostic::error(self.file, self.mark, message).hint(hint.map(str::to_owned))
    }

    /// Returns what the entry asks for and we do not do.
    fn unsupported(&self) -> Mistakes {
        let v2 = |version: &Given<'_>| version.as_str().starts_with('2');
        [
            (self.auth(|auth| &auth.trust_id), "trusts are not supported"),
            (
                self.auth(|auth| &auth.passcode),
                "one-time passcodes are not supported: use `token-command` in the target file",
            ),
            (self.get(|spec| &spec.cert), "client certificates are not supported"),
            (self.get(|spec| &spec.identity_api_version).filter(v2), "only version 3 of the Identity API is supported"),
        ]
        .into_iter()
        .filter_map(|(given, message)| Some(given?.wrong(message)))
        .collect()
    }

    fn identity(&self) -> Read<Endpoint> {
        match (self.auth(|auth| &auth.auth_url), self.get(|spec| &spec.profile)) {
            (Some(url), _) => endpoint(url),
            (None, Some(profile)) => {
                let message = format!("the vendor profile `{}` is not known here", profile.as_str());
                Err(profile.told(message, "write `auth_url` and `region_name` into the entry").into())
            }
            (None, None) => Err(self.lacks("`auth_url` under `auth`").into()),
        }
    }

    fn login(&self) -> Read<Login> {
        let proof = self.proof()?;
        // An application credential is bound to its project already.
        let bound = matches!(proof, Proof::ApplicationCredential(..) | Proof::NamedApplicationCredential(..));
        Ok(Login { proof, scope: if bound { None } else { self.scope()? } })
    }

    fn proof(&self) -> Read<Proof> {
        let lacks = |what| move || self.lacks(what);
        match self.auth_type()? {
            "v3applicationcredential" => {
                let secret = self.auth(|auth| &auth.application_credential_secret);
                let secret = secret.ok_or_else(lacks("`application_credential_secret` under `auth`"))?.secret();
                if let Some(id) = self.auth(|auth| &auth.application_credential_id) {
                    return Ok(Proof::ApplicationCredential(id.owned(), secret));
                }
                let name = self.auth(|auth| &auth.application_credential_name);
                let name = name
                    .ok_or_else(lacks("`application_credential_id` or `application_credential_name` under `auth`"))?;
                Ok(Proof::NamedApplicationCredential(name.owned(), self.user()?, secret))
            }
            "token" | "v3token" => {
                let token = self.auth(|auth| &auth.token).ok_or_else(lacks("`token` under `auth`"))?;
                Ok(Proof::Token(token.secret()))
            }
            _ => {
                let password = self.auth(|auth| &auth.password).ok_or_else(lacks("`password` under `auth`"))?;
                Ok(Proof::Password(self.user()?, password.secret()))
            }
        }
    }

    /// Returns how to sign in: what is said, or what fits the credentials that are there.
    fn auth_type(&self) -> Read<&'a str> {
        let Some(given) = self.get(|spec| &spec.auth_type) else {
            let by_secret = self.auth(|auth| &auth.application_credential_secret).map(|_| "v3applicationcredential");
            let by_token = self.auth(|auth| &auth.token).map(|_| "v3token");
            let password = self.auth(|auth| &auth.password).map(|_| "v3password");
            return Ok(password.or(by_secret).or(by_token).unwrap_or("v3password"));
        };
        let name = given.as_str();
        if AUTH_TYPES.contains(&name) {
            return Ok(name);
        }
        let near = did_you_mean(name, AUTH_TYPES).unwrap_or_else(|| format!("known: {}.", AUTH_TYPES.join(", ")));
        let hint = format!("{near} Others work by `token-command` in the target file");
        Err(given.told(format!("auth_type `{name}` is not supported"), &hint).into())
    }

    fn user(&self) -> Read<Named> {
        if let Some(id) = self.auth(|auth| &auth.user_id) {
            return Ok(Named::Id(id.owned()));
        }
        let name =
            self.auth(|auth| &auth.username).ok_or_else(|| self.lacks("`username` or `user_id` under `auth`"))?;
        let domain = self.domain(|auth| &auth.user_domain_id, |auth| &auth.user_domain_name);
        let domain = domain.ok_or_else(|| name.told("whose domain is this user's?", "add `user_domain_name`"))?;
        Ok(Named::Name(name.owned(), domain))
    }

    /// Returns the domain of a user or project: its own, or the entry's for both.
    fn domain(&self, id: impl Fn(&'a AuthSpec) -> &'a Text, name: impl Fn(&'a AuthSpec) -> &'a Text) -> Option<Domain> {
        self.either(id, name).or_else(|| self.either(|auth| &auth.default_domain_id, |auth| &auth.default_domain_name))
    }

    fn either(&self, id: impl Fn(&'a AuthSpec) -> &'a Text, name: impl Fn(&'a AuthSpec) -> &'a Text) -> Option<Domain> {
        let id = self.auth(id).map(|id| Domain::Id(id.owned()));
        id.or_else(|| self.auth(name).map(|name| Domain::Name(name.owned())))
    }

    fn scope(&self) -> Read<Option<Scope>> {
        let system = match self.auth(|auth| &auth.system_scope) {
            Some(other) if other.as_str() != "all" => {
                return Err(other.wrong("`system_scope` can only be `all`").into());
            }
            system => system.map(|_| Scope::System),
        };
        let domain = self.either(|auth| &auth.domain_id, |auth| &auth.domain_name).map(Scope::Domain);
        let project = self.project()?.map(Scope::Project);
        let mut scopes = [project, domain, system].into_iter().flatten();
        let scope = scopes.next();
        if scopes.next().is_some() {
            let message = "this cloud names several scopes of a project, a domain and the system";
            return Err(self.wrong(message, Some("leave one of them")).into());
        }
        Ok(scope)
    }

    fn project(&self) -> Read<Option<Named>> {
        let id = self.auth(|auth| &auth.project_id).or_else(|| self.auth(|auth| &auth.tenant_id));
        if let Some(id) = id {
            return Ok(Some(Named::Id(id.owned())));
        }
        let Some(name) = self.auth(|auth| &auth.project_name).or_else(|| self.auth(|auth| &auth.tenant_name)) else {
            return Ok(None);
        };
        let domain = self.domain(|auth| &auth.project_domain_id, |auth| &auth.project_domain_name);
        let domain = domain.ok_or_else(|| name.told("whose domain is this project's?", "add `project_domain_name`"))?;
        Ok(Some(Named::Name(name.owned(), domain)))
    }

    fn interface(&self) -> Read<Interface> {
        let Some(given) = self.get(|spec| &spec.interface).or_else(|| self.get(|spec| &spec.endpoint_type)) else {
            return Ok(Interface::default());
        };
        let hint = "known: public, internal, admin";
        Interface::from_name(given.as_str())
            .ok_or_else(|| given.told(format!("there is no interface `{}`", given.as_str()), hint).into())
    }

    fn insecure(&self) -> Read<bool> {
        let verify = self.get(|spec| &spec.verify).map(boolean).transpose()?;
        let insecure = self.get(|spec| &spec.insecure).map(boolean).transpose()?;
        Ok(insecure.unwrap_or_else(|| verify == Some(false)))
    }

    fn ca_certificates(&self) -> Read<Option<(String, Vec<u8>)>> {
        let Some(given) = self.get(|spec| &spec.cacert) else { return Ok(None) };
        let path = self.search.path(given.as_str());
        let pem =
            std::fs::read(&path).map_err(|error| given.wrong(format!("cannot read the certificates: {error}")))?;
        Ok(Some((path.display().to_string(), pem)))
    }
}

fn endpoint(given: Given<'_>) -> Read<Endpoint> {
    Endpoint::parse(given.as_str()).map_err(|error| {
        let reason = match error {
            ClientSetupError::Endpoint { reason, .. } => reason,
            other => other.to_string(),
        };
        given.wrong(format!("this is no URL of a service: {reason}")).into()
    })
}

/// Reads a boolean as YAML of old has it.
fn boolean(given: Given<'_>) -> Read<bool> {
    match given.as_str().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => Ok(true),
        "false" | "no" | "off" | "n" | "0" => Ok(false),
        _ => Err(given.wrong("this is neither `true` nor `false`").into()),
    }
}
