//! The mock's accounts: one for every actor, with a random token and project.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use super::model::{Caller, Role};

/// An account that the mock accepts: a user with a role in one project of the domain `Default`.
///
/// Its secrets open nothing but a mock, and are kept as if they did.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The actor that it is meant for, and the name of the user.
    pub actor: &'static str,
    /// A token that was issued beforehand and does not expire.
    pub token: String,
    /// The project that its token is scoped to.
    pub project_id: String,
    /// The name of that project.
    pub project: &'static str,
    /// The user's password.
    pub password: String,
    /// An application credential of the user, for that project.
    pub application_credential: ApplicationCredential,
    /// The id of the user.
    pub(crate) user_id: String,
    /// What the user may do in the project.
    pub(crate) role: Role,
}

/// Whom the images of a mock can be shared with besides projects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// The URN of a unit of an organization.
    pub organization: String,
    /// The id of an account.
    pub domain: String,
}

impl Beyond {
    /// Draws both.
    pub(crate) fn draw() -> Self {
        let urn = format!("organizations::{}:ou:o-{}/ou-{}", draw(), draw(), draw());
        Self { organization: urn, domain: draw() }
    }
}

/// An application credential: a key for a program, which opens one project.
#[derive(Clone, PartialEq, Eq)]
pub struct ApplicationCredential {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

impl Account {
    /// Returns the name of its application credential.
    #[must_use]
    pub fn application_credential_name(&self) -> String {
        format!("{}-app", self.actor)
    }

    /// Returns who it is to the image API, in its project.
    pub(crate) fn caller(&self) -> Caller {
        Caller { project: self.project_id.as_str().into(), role: self.role }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { actor, project_id, .. } = self;
        f.debug_struct("Account").field("actor", actor).field("project_id", project_id).finish_non_exhaustive()
    }
}

/// An actor, what it may do, and whose project it is in.
#[derive(Debug)]
pub(crate) struct Actor {
    /// The actor's name.
    pub(crate) name: &'static str,
    /// Its role in its project.
    pub(crate) role: Role,
    /// The actor whose project it shares; its own name where it has one of its own.
    pub(crate) project_of: &'static str,
}

impl Actor {
    /// Returns an actor with a project of its own.
    pub(crate) const fn new(name: &'static str, role: Role) -> Self {
        Self { name, role, project_of: name }
    }

    /// Returns an actor in the owner's project.
    pub(crate) const fn beside_owner(name: &'static str, role: Role) -> Self {
        Self { name, role, project_of: "owner" }
    }
}

/// The accounts of a running mock.
pub(crate) struct Directory(Vec<Arc<Account>>);

impl Directory {
    /// Draws secrets and projects for the actors.
    pub(crate) fn new(actors: &[Actor]) -> Self {
        let projects: HashMap<_, _> = actors.iter().map(|actor| (actor.name, draw())).collect();
        Self(actors.iter().map(|actor| Arc::new(account(actor, &projects[actor.project_of]))).collect())
    }

    /// Returns the accounts, in the order of the actors.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Arc<Account>> {
        self.0.iter()
    }

    /// Returns an account in the project of this id.
    pub(crate) fn in_project(&self, id: &str) -> Option<&Arc<Account>> {
        self.accounts().find(|account| account.project_id == id)
    }

    /// Returns the account of an actor.
    pub(crate) fn account(&self, actor: &str) -> Option<&Arc<Account>> {
        self.accounts().find(|account| account.actor == actor)
    }
}

fn account(actor: &Actor, project: &str) -> Account {
    Account {
        actor: actor.name,
        token: format!("mock-{}{}{}", draw(), draw(), draw()),
        project_id: project.to_owned(),
        project: actor.project_of,
        password: draw(),
        application_credential: ApplicationCredential { id: draw(), secret: format!("{}{}", draw(), draw()) },
        user_id: draw(),
        role: actor.role,
    }
}

/// Draws an id or a secret of 32 hex digits.
fn draw() -> String {
    Uuid::new_v4().simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        Directory::new(&[
            Actor::new("owner", Role::Member),
            Actor::new("member", Role::Member),
            Actor::beside_owner("reader", Role::Reader),
        ])
    }

    #[test]
    fn debug_does_not_show_a_secret() {
        let directory = directory();
        let owner = directory.account("owner").unwrap();
        let shown = format!("{owner:?}");
        for secret in [&owner.token, &owner.password, &owner.application_credential.secret] {
            assert!(!shown.contains(secret));
        }
        assert!(shown.contains(&owner.project_id));
    }

    #[test]
    fn projects_are_hex_and_only_the_reader_shares_the_owners() {
        let directory = directory();
        let [owner, member, reader] = ["owner", "member", "reader"].map(|actor| directory.account(actor).unwrap());
        assert_eq!(owner.project_id, reader.project_id);
        assert_ne!(owner.project_id, member.project_id);
        assert!(owner.token.len() > 90 && owner.token != reader.token);
        assert!(owner.project_id.len() == 32 && owner.project_id.bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
