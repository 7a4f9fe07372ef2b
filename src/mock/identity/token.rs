//! The tokens that are good: who holds one, what for, until when.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::mock::account::{Account, Directory};
use crate::mock::fault::Token as Lapse;
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

/// Every token that was issued, by its text.
pub(super) struct Tokens {
    held: HashMap<String, Token>,
    /// Those that were taken back.
    revoked: HashSet<String>,
    /// One that another cloud issued.
    foreign: String,
    /// Those that are there to be refused, with the actors that they are for.
    dead: Vec<(&'static str, String)>,
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
        let held = directory.accounts().map(issued).collect();
        let foreign = text();
        let mut tokens = Self { held, revoked: HashSet::new(), foreign, dead: Vec::new(), uses };
        tokens.bury(directory, now);
        tokens
    }

    /// Issues the tokens that are there to be refused; they were the owner's.
    fn bury(&mut self, directory: &Directory, now: Stamp) {
        let Some(owner) = directory.account("owner") else { return };
        let long_ago = Stamp(now.0 - 2 * LIFETIME);
        let (expired, _) = self.issue(Arc::clone(owner), vec!["password"], Scope::Project, None, long_ago);
        let (revoked, _) = self.issue(Arc::clone(owner), vec!["password"], Scope::Project, None, now);
        self.revoke(&revoked);
        let foreign = self.foreign.clone();
        self.dead = vec![("expired-token", expired), ("revoked-token", revoked), ("foreign-token", foreign)];
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
        let text = text();
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
        if self.held.remove(text).is_some() {
            self.revoked.insert(text.to_owned());
        }
    }

    /// Returns why a token is not good, where it was once, or is elsewhere.
    pub(super) fn lapse(&self, text: &str, now: Stamp) -> Option<Lapse> {
        match self.held.get(text) {
            Some(token) => (!token.is_good(now)).then_some(Lapse::Expired),
            None if self.revoked.contains(text) => Some(Lapse::Revoked),
            None => (text == self.foreign).then_some(Lapse::Foreign),
        }
    }

    /// Returns the tokens that are there to be refused, with the actors that they are for.
    pub(super) fn dead(&self) -> &[(&'static str, String)] {
        &self.dead
    }
}

/// Draws the text of a token.
fn text() -> String {
    let [a, b, c, d] = [(); 4].map(|()| Uuid::new_v4().simple());
    format!("mock-{a}{b}{c}{d}")
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
    fn what_is_to_be_refused_is_not_good_and_it_is_known_why() {
        let directory = Directory::new(&[Actor::new("owner", Role::Member)]);
        let mut tokens = Tokens::new(&directory, None, Stamp(100_000));
        let dead = tokens.dead().to_vec();
        let lapses = [Lapse::Expired, Lapse::Revoked, Lapse::Foreign];
        for ((actor, text), lapse) in dead.iter().zip(lapses) {
            assert_eq!(tokens.lapse(text, Stamp(100_000)), Some(lapse), "{actor}");
            assert!(tokens.get(text, Stamp(100_000)).is_none() && tokens.spend(text, Stamp(100_000)).is_none());
        }
        assert_eq!(dead.len(), lapses.len());
        assert_eq!(tokens.lapse("never-issued", Stamp(100_000)), None);
    }

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
