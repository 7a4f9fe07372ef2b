//! The mock's accounts: one for every actor, with a random token and project.

use std::collections::HashMap;
use std::fmt;

use uuid::Uuid;

use super::model::{Caller, Role};

/// An account that the mock accepts.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The actor that it is meant for.
    pub actor: &'static str,
    /// Its token: a secret, although it opens nothing but a mock.
    pub token: String,
    /// The project that its token is scoped to.
    pub project_id: String,
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
pub(crate) struct Directory {
    accounts: Vec<Account>,
    callers: HashMap<String, Caller>,
}

impl Directory {
    /// Draws tokens and projects for the actors.
    pub(crate) fn new(actors: &[Actor]) -> Self {
        let projects: HashMap<_, _> =
            actors.iter().map(|actor| (actor.name, Uuid::new_v4().simple().to_string())).collect();
        let accounts: Vec<_> = actors.iter().map(|actor| account(actor, &projects[actor.project_of])).collect();
        let callers = actors.iter().zip(&accounts).map(|(actor, account)| {
            (account.token.clone(), Caller { project: account.project_id.as_str().into(), role: actor.role })
        });
        Self { callers: callers.collect(), accounts }
    }

    /// Returns the accounts, in the order of the actors.
    pub(crate) fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Returns the account of an actor.
    pub(crate) fn account(&self, actor: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.actor == actor)
    }

    /// Returns who holds the token.
    pub(crate) fn caller(&self, token: &str) -> Option<&Caller> {
        self.callers.get(token)
    }
}

fn account(actor: &Actor, project: &str) -> Account {
    let [a, b, c] = [(); 3].map(|()| Uuid::new_v4().simple());
    Account { actor: actor.name, token: format!("mock-{a}{b}{c}"), project_id: project.to_owned() }
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
    fn debug_does_not_show_the_token() {
        let directory = directory();
        let owner = directory.account("owner").unwrap();
        assert!(!format!("{owner:?}").contains(&owner.token));
        assert!(format!("{owner:?}").contains(&owner.project_id));
    }

    #[test]
    fn projects_are_hex_and_only_the_reader_shares_the_owners() {
        let directory = directory();
        let [owner, member, reader] = directory.accounts() else { panic!("three accounts") };
        assert_eq!(owner.project_id, reader.project_id);
        assert_ne!(owner.project_id, member.project_id);
        assert!(owner.token.len() > 90 && owner.token != reader.token);
        assert!(owner.project_id.len() == 32 && owner.project_id.bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
