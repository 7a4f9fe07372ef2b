//! Who gets a token, and what for. A refused login never says which part of it was wrong.

use std::sync::Arc;

use super::token::{Scope, Token, Tokens};
use crate::mock::account::{Account, Directory};
use crate::mock::model::{Role, Stamp};

/// The id and the name of the one domain.
pub(super) const DOMAIN: (&str, &str) = ("default", "Default");

/// A request for a token, decoded and checked for form.
pub(super) struct Login {
    /// What proves who asks; all of it must hold, for one and the same user.
    pub(super) proofs: Vec<Proof>,
    /// What the token is to open.
    pub(super) scope: Option<Asked>,
}

/// A proof of who asks.
pub(super) enum Proof {
    /// A user's password.
    Password { user: User, password: String },
    /// The secret of an application credential.
    ApplicationCredential { credential: Credential, secret: String },
    /// A token that was got before.
    Token(String),
}

/// How a user is named.
pub(super) enum User {
    /// By its id.
    Id(String),
    /// By its name in a domain.
    Name(String, Domain),
}

/// How an application credential is named.
pub(super) enum Credential {
    /// By its id.
    Id(String),
    /// By its name among those of a user.
    Name(String, User),
}

/// How a domain is named.
pub(super) enum Domain {
    /// By its id.
    Id(String),
    /// By its name.
    Name(String),
}

/// The scope asked for.
pub(super) enum Asked {
    /// The project of this id.
    ProjectId(String),
    /// The project of this name in a domain.
    ProjectName(String, Domain),
    /// A domain.
    Domain(Domain),
    /// The cloud as a whole.
    System,
    /// Nothing, in so many words.
    Unscoped,
}

/// Why there is no token, or no answer about one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Whatever was wrong: the user, its password, its right to the scope, or the token that the request came with.
    Unauthenticated,
    /// A method that the mock has not.
    Method,
    /// An application credential opens its own project, and a scope was asked for.
    ScopedCredential,
    /// There is no application credential of this id or name.
    NoCredential(String),
    /// The token that is asked about, or that was brought as a proof, is not or no longer good.
    NoToken,
    /// A token that was got by an application credential gets no other one.
    Delegated,
    /// The caller may not do this.
    Forbidden(&'static str),
}

impl Login {
    /// Issues a token, if everything holds.
    pub(super) fn apply(
        self,
        directory: &Directory,
        tokens: &mut Tokens,
        now: Stamp,
    ) -> Result<(String, Token), Refusal> {
        let proven =
            self.proofs.iter().map(|proof| proof.prove(directory, tokens, now)).collect::<Result<Vec<_>, _>>()?;
        let (first, others) = proven.split_first().ok_or(Refusal::Unauthenticated)?;
        if others.iter().any(|other| !Arc::ptr_eq(&other.account, &first.account)) {
            return Err(Refusal::Unauthenticated);
        }
        let by_credential = proven.iter().any(|proven| proven.method == APPLICATION_CREDENTIAL);
        let scope = match &self.scope {
            None if by_credential => Scope::Project,
            Some(_) if by_credential => return Err(Refusal::ScopedCredential),
            None => Scope::Unscoped,
            Some(asked) => asked.grant(&first.account)?,
        };
        let parent = proven.iter().find_map(|proven| proven.parent.as_ref());
        let before = parent.iter().flat_map(|parent| &parent.methods).copied();
        let mut methods = Vec::new();
        for method in proven.iter().map(|proven| proven.method).chain(before) {
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
        Ok(tokens.issue(Arc::clone(&first.account), methods, scope, parent, now))
    }
}

/// The method of an application credential.
const APPLICATION_CREDENTIAL: &str = "application_credential";

/// Who asks, and how that is known.
struct Proven {
    account: Arc<Account>,
    method: &'static str,
    parent: Option<Token>,
}

impl Proof {
    fn prove(&self, directory: &Directory, tokens: &Tokens, now: Stamp) -> Result<Proven, Refusal> {
        match self {
            Self::Password { user, password } => {
                let account = user.find(directory).filter(|account| account.password == *password);
                let account = Arc::clone(account.ok_or(Refusal::Unauthenticated)?);
                Ok(Proven { account, method: "password", parent: None })
            }
            Self::ApplicationCredential { credential, secret } => {
                let account = Arc::clone(credential.find(directory)?);
                if account.application_credential.secret != *secret {
                    return Err(Refusal::Unauthenticated);
                }
                Ok(Proven { account, method: APPLICATION_CREDENTIAL, parent: None })
            }
            Self::Token(text) => {
                let parent = tokens.get(text, now).ok_or(Refusal::NoToken)?;
                if parent.methods.contains(&APPLICATION_CREDENTIAL) {
                    return Err(Refusal::Delegated);
                }
                Ok(Proven { account: Arc::clone(&parent.account), method: "token", parent: Some(parent.clone()) })
            }
        }
    }
}

impl User {
    fn find<'a>(&self, directory: &'a Directory) -> Option<&'a Arc<Account>> {
        match self {
            Self::Id(id) => directory.accounts().find(|account| account.user_id == *id),
            Self::Name(name, domain) if domain.is_known() => directory.account(name),
            Self::Name(..) => None,
        }
    }
}

impl Credential {
    fn find<'a>(&self, directory: &'a Directory) -> Result<&'a Arc<Account>, Refusal> {
        let (found, name) = match self {
            Self::Id(id) => (directory.accounts().find(|account| account.application_credential.id == *id), id),
            Self::Name(name, user) => {
                let account = user.find(directory).ok_or(Refusal::Unauthenticated)?;
                (Some(account).filter(|account| account.application_credential_name() == *name), name)
            }
        };
        found.ok_or_else(|| Refusal::NoCredential(name.clone()))
    }
}

impl Domain {
    fn is_known(&self) -> bool {
        match self {
            Self::Id(id) => id == DOMAIN.0,
            Self::Name(name) => name == DOMAIN.1,
        }
    }
}

impl Asked {
    /// Returns the scope, if the account has a role there: everybody in its project, the admin beyond.
    fn grant(&self, account: &Account) -> Result<Scope, Refusal> {
        let (scope, granted) = match self {
            Self::ProjectId(id) => (Scope::Project, *id == account.project_id),
            Self::ProjectName(name, domain) => (Scope::Project, domain.is_known() && name == account.project),
            Self::Domain(domain) => (Scope::Domain, domain.is_known() && account.role == Role::Admin),
            Self::System => (Scope::System, account.role == Role::Admin),
            Self::Unscoped => (Scope::Unscoped, true),
        };
        if granted { Ok(scope) } else { Err(Refusal::Unauthenticated) }
    }
}
