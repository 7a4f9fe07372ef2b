//! The tokens that are good: who holds one, what for, until when.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::mock::account::{Account, Directory};
use crate::mock::model::{Caller, Role, Stamp};

/// How long a token is good, in seconds: Keystone's default.
const LIFETIME: i64 = 3600;

/// The end of the year 9999: when the tokens expire that were issued beforehand.
const NEVER: Stamp = Stamp(253_402_300_799);

/// What stands behind a token.
#[derive(Clone)]
pub(super) struct Token {
    /// Whose it is.
    pub(super) account: Arc<Account>,
    /// By what it was got, the last means first.
    pub(super) methods: Vec<&'static str>,
    /// What it opens.
    pub(super) scope: Scope,
    /// An id of its own, which is no secret, and that of the token that it was got by.
    pub(super) audit_ids: Vec<String>,
    /// When it was issued.
    pub(super) issued: Stamp,
    /// When it is good no longer.
    pub(super) expires: Stamp,
    /// How many calls of the image API it is still good for; none for any number.
    uses: Option<u32>,
}

/// What a token opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The account's project.
    Project,
    /// The domain, of which there is one.
    Domain,
    /// The cloud as a whole.
    System,
    /// Nothing yet.
    Unscoped,
}

impl Token {
    /// Returns who holds it, to the image API: whoever has no project there has no right there either.
    fn caller(&self) -> Caller {
        match self.scope {
            Scope::Project => self.account.caller(),
            Scope::Domain | Scope::System | Scope::Unscoped => Caller { project: "".into(), role: Role::Ungranted },
        }
    }

    /// Says whether its holder may read or revoke another token: its own ones, or any as an admin.
    pub(super) fn governs(&self, other: &Self) -> bool {
        self.is_admin() || Arc::ptr_eq(&self.account, &other.account)
    }

    /// Says whether its holder may look at the project of an account: its own one, or any as an admin.
    pub(super) fn sees(&self, account: &Account) -> bool {
        self.is_admin() || self.account.project_id == account.project_id
    }

    fn is_admin(&self) -> bool {
        self.scope != Scope::Unscoped && self.account.role == Role::Admin
    }

    fn is_good(&self, now: Stamp) -> bool {
        now < self.expires && self.uses != Some(0)
    }
}

/// Every token that was issued and not revoked, by its text.
pub(super) struct Tokens {
    held: HashMap<String, Token>,
    uses: Option<u32>,
}

impl Tokens {
    /// Returns the tokens that were issued beforehand; each later one is good for so many `uses`.
    pub(super) fn new(directory: &Directory, uses: Option<u32>, now: Stamp) -> Self {
        let issued = |account: &Arc<Account>| {
            let token = Token {
                account: Arc::clone(account),
                methods: vec!["password"],
                scope: Scope::Project,
                audit_ids: vec![audit_id()],
                issued: now,
                expires: NEVER,
                uses: None,
            };
            (account.token.clone(), token)
        };
        Self { held: directory.accounts().map(issued).collect(), uses }
    }

    /// Issues a token, and returns its text with what stands behind it. One that was got by another token ends with
    /// that one.
    pub(super) fn issue(
        &mut self,
        account: Arc<Account>,
        methods: Vec<&'static str>,
        scope: Scope,
        parent: Option<&Token>,
        now: Stamp,
    ) -> (String, Token) {
        let token = Token {
            account,
            methods,
            scope,
            audit_ids: [audit_id()]
                .into_iter()
                .chain(parent.and_then(|parent| parent.audit_ids.first().cloned()))
                .collect(),
            issued: now,
            expires: parent.map_or(Stamp(now.0 + LIFETIME), |parent| parent.expires),
            uses: self.uses,
        };
        let [a, b, c, d] = [(); 4].map(|()| Uuid::new_v4().simple());
        let text = format!("mock-{a}{b}{c}{d}");
        self.held.insert(text.clone(), token.clone());
        (text, token)
    }

    /// Returns what stands behind a good token.
    pub(super) fn get(&self, text: &str, now: Stamp) -> Option<&Token> {
        self.held.get(text).filter(|token| token.is_good(now))
    }

    /// Uses a good token once at the image API, and returns who holds it.
    pub(super) fn spend(&mut self, text: &str, now: Stamp) -> Option<Caller> {
        let token = self.held.get_mut(text).filter(|token| token.is_good(now))?;
        token.uses = token.uses.map(|uses| uses - 1);
        Some(token.caller())
    }

    /// Takes a token away.
    pub(super) fn revoke(&mut self, text: &str) {
        self.held.remove(text);
    }
}

/// Draws an audit id of 22 characters.
fn audit_id() -> String {
    URL_SAFE_NO_PAD.encode(Uuid::new_v4().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::account::Actor;

    #[test]
    fn a_token_is_good_for_an_hour_and_one_that_it_got_no_longer() {
        let directory = Directory::new(&[Actor::new("owner", Role::Member)]);
        let owner = directory.account("owner").unwrap();
        let mut tokens = Tokens::new(&directory, None, Stamp(0));
        let (text, token) = tokens.issue(Arc::clone(owner), vec![], Scope::Project, None, Stamp(100));
        let (child, _) = tokens.issue(Arc::clone(owner), vec![], Scope::Project, Some(&token), Stamp(3000));
        for (now, good) in [(3000, true), (3699, true), (3700, false)] {
            for text in [&text, &child] {
                assert_eq!(tokens.get(text, Stamp(now)).is_some(), good, "{now}");
                assert_eq!(tokens.spend(text, Stamp(now)).is_some(), good, "{now}");
            }
        }
        assert!(tokens.get(&owner.token, Stamp(3700)).is_some(), "the one issued beforehand stays");
    }
}
