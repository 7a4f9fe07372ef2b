//! What a mock offers to those who call it: all that a target file for it says, but for its address.

use super::account::{Account, Beyond};
use super::dialect::Dialect;
use super::service::Service;
use crate::contract::PolicySpec;

/// What a mock offers, whether it has a socket or not.
#[derive(Clone, Debug)]
pub struct Offer {
    /// An account for every actor.
    pub accounts: Vec<Account>,
    /// Tokens that it must refuse, each with the name of the actor that it is for.
    pub dead_tokens: Vec<(&'static str, String)>,
    /// How it is set.
    pub policy: PolicySpec,
    /// Whom images can be shared with besides projects, where the profile has that.
    pub beyond: Option<Beyond>,
    /// How many members an image may have.
    pub quota: usize,
    /// What a target file for it may list under `features`.
    pub features: &'static [&'static str],
}

impl Offer {
    /// Returns what a service of this dialect offers that is set so.
    pub(super) fn of(service: &Service, dialect: &Dialect, policy: PolicySpec, quota: usize) -> Self {
        Self {
            accounts: service.directory().accounts().map(|account| (**account).clone()).collect(),
            dead_tokens: service.dead_tokens(),
            policy,
            beyond: dialect.beyond(),
            quota,
            features: dialect.features,
        }
    }
}
