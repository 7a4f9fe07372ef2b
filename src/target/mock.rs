//! The target that a mock cloud is: for runs in this process, and as a file for others.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Credentials, Kind, Target, TargetError, Writes};
use crate::case::Actor;
use crate::contract::Profile;
use crate::http::Endpoint;
use crate::mock::{Account, LocalMock, MockCloud};
use crate::redact::Secret;

/// How many further project ids a mock's images may be shared with.
const RECIPIENTS: usize = 8;

impl Target {
    /// Returns the target that a running mock is.
    pub fn of_mock(mock: &MockCloud, profile: Profile) -> Result<Self, TargetError> {
        Self::mock(&mock.endpoint(), mock.accounts(), mock.features(), profile)
    }

    /// Returns the target that a mock without a socket is; its endpoint leads nowhere.
    pub fn of_local_mock(mock: &LocalMock, profile: Profile) -> Result<Self, TargetError> {
        Self::mock("http://mock.invalid", mock.accounts(), mock.features(), profile)
    }

    fn mock(endpoint: &str, accounts: &[Account], features: &[&str], profile: Profile) -> Result<Self, TargetError> {
        let endpoint = Endpoint::parse(endpoint).map_err(|e| TargetError::Incomplete(e.to_string()))?;
        let account = |account: &Account| {
            let token = Secret::new(account.token.clone());
            Some((Actor::from_name(account.actor)?, Credentials { token, project_id: account.project_id.clone() }))
        };
        let actors: BTreeMap<_, _> = accounts.iter().filter_map(account).collect();
        let lacking = Actor::ALL.iter().filter(|actor| actor.has_credentials() && !actors.contains_key(actor));
        Ok(Self {
            name: format!("mock-{profile}"),
            profile,
            kind: Kind::Mock,
            endpoint,
            without: lacking.map(|actor| actor.name().to_owned()).collect(),
            actors,
            writes: Writes::Images,
            images: BTreeMap::new(),
            recipients: (0..RECIPIENTS).map(|_| uuid::Uuid::new_v4().simple().to_string()).collect(),
            features: features.iter().map(|feature| (*feature).to_owned()).collect(),
            images_created: None,
            waivers: Vec::new(),
        })
    }

    /// Returns the target as a target file, tokens included: it is for a file that only its owner reads.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let list = |texts: &mut dyn Iterator<Item = &String>| texts.map(|t| quoted(t)).collect::<Vec<_>>().join(", ");
        let mut text = format!(
            "name: {}\nprofile: {}\nkind: {}\nendpoint: {}\nactors:\n",
            quoted(&self.name),
            self.profile,
            self.kind.name(),
            quoted(self.endpoint.as_str()),
        );
        for (actor, credentials) in &self.actors {
            let (token, project) = (quoted(credentials.token.expose()), quoted(&credentials.project_id));
            let _ = writeln!(text, "  {actor}: {{ token: {token}, project-id: {project} }}");
        }
        let _ = write!(
            text,
            "writes: {}\nrecipients: [{}]\nfeatures: [{}]\nwithout: [{}]\n",
            if self.writes == Writes::Images { "images" } else { "none" },
            list(&mut self.recipients.iter()),
            list(&mut self.features.iter()),
            list(&mut self.without.iter()),
        );
        text
    }
}
