//! The mock without a socket: whoever holds it asks it directly.

use axum::body::Bytes;
use axum::http::{Request, Response};

use super::account::{Account, Beyond};
use super::cloud::{MockError, QUOTA};
use super::dialect::Dialect;
use super::fault::Broken;
use super::inbound::Inbound;
use super::service::Service;
use crate::contract::{PolicySpec, Profile};

/// A mock cloud that answers on the caller's own thread.
pub struct LocalMock {
    service: Service,
    policy: PolicySpec,
    accounts: Vec<Account>,
    dead_tokens: Vec<(&'static str, String)>,
    beyond: Option<Beyond>,
    quota: usize,
    features: &'static [&'static str],
}

impl LocalMock {
    /// Returns an empty cloud of a profile that is set so, with the faults of these ids.
    pub fn new(profile: Profile, policy: PolicySpec, faults: &[&str]) -> Result<Self, MockError> {
        let dialect = Dialect::of(profile);
        let faults: Vec<_> = faults.iter().map(|id| (*id).to_owned()).collect();
        let service = Service::new(dialect, policy, Broken::new(profile, policy, &faults)?, None).with_quota(QUOTA);
        let accounts = service.directory().accounts().map(|account| (**account).clone()).collect();
        let (dead_tokens, beyond, features) = (service.dead_tokens(), dialect.beyond(), dialect.features);
        Ok(Self { service, policy, accounts, dead_tokens, beyond, quota: QUOTA, features })
    }

    /// Returns an account for every actor.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Returns tokens that it must refuse, each with the name of the actor that it is for.
    #[must_use]
    pub fn dead_tokens(&self) -> &[(&'static str, String)] {
        &self.dead_tokens
    }

    /// Returns how it is set.
    #[must_use]
    pub fn policy(&self) -> PolicySpec {
        self.policy
    }

    /// Returns whom images can be shared with besides projects, where the profile has that.
    #[must_use]
    pub fn beyond(&self) -> Option<&Beyond> {
        self.beyond.as_ref()
    }

    /// Returns how many members an image may have.
    #[must_use]
    pub fn quota(&self) -> usize {
        self.quota
    }

    /// Returns what a target file for this mock may list under `features`.
    #[must_use]
    pub fn features(&self) -> &'static [&'static str] {
        self.features
    }

    /// Answers a request.
    #[must_use]
    pub fn answer(&self, request: Request<Vec<u8>>) -> Response<String> {
        let (head, body) = request.into_parts();
        self.service.handle(&Inbound::new(head, Bytes::from(body)))
    }
}
