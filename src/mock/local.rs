//! The mock without a socket: whoever holds it asks it directly.

use axum::body::Bytes;
use axum::http::{Request, Response};

use super::cloud::{MockError, QUOTA};
use super::dialect::Dialect;
use super::fault::Broken;
use super::inbound::Inbound;
use super::offer::Offer;
use super::service::Service;
use crate::contract::{PolicySpec, Profile};

/// A mock cloud that answers on the caller's own thread.
pub struct LocalMock {
    service: Service,
    offer: Offer,
}

impl LocalMock {
    /// Returns an empty cloud of a profile that is set so, with the faults of these ids.
    pub fn new(profile: Profile, policy: PolicySpec, faults: &[&str]) -> Result<Self, MockError> {
        let dialect = Dialect::of(profile);
        let faults: Vec<_> = faults.iter().map(|id| (*id).to_owned()).collect();
        let service = Service::new(dialect, policy, Broken::new(profile, policy, &faults)?, None).with_quota(QUOTA);
        let offer = Offer::of(&service, dialect, policy, QUOTA);
        Ok(Self { service, offer })
    }

    /// Returns what it offers.
    #[must_use]
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// Answers a request.
    #[must_use]
    pub fn answer(&self, request: Request<Vec<u8>>) -> Response<String> {
        let (head, body) = request.into_parts();
        self.service.handle(&Inbound::new(head, Bytes::from(body)))
    }
}
