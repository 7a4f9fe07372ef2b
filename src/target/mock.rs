//! The target that a mock cloud is: for runs in this process, and as a file for others.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Credentials, Declared, Kind, Target, TargetError, Writes};
use crate::case::Actor;
use crate::contract::Profile;
use crate::http::Endpoint;
use crate::mock::{Account, LocalMock, MockCloud};
use crate::redact::{Redactor, Secret};

/// How many further project ids a mock's images may be shared with.
const RECIPIENTS: usize = 8;

impl Target {
    /// Returns the target that a mock without a socket is: nobody has to sign in, and its endpoint leads nowhere.
    pub fn of_local_mock(mock: &LocalMock, profile: Profile) -> Result<Self, TargetError> {
        let endpoint = Endpoint::parse("http://mock.invalid").map_err(|e| TargetError::Incomplete(e.to_string()))?;
        let declared = Declared::mock(endpoint.clone(), mock.accounts(), mock.features(), profile);
        let redactor = Redactor::new([]);
        let account = |credentials: &Credentials| match credentials {
            Credentials::Token { token, project_id } => {
                redactor.learn(token);
                Some(super::Account { project_id: Some(project_id.clone()), user_id: None })
            }
            Credentials::Command { .. } | Credentials::Cloud(_) => None,
        };
        let accounts = declared.actors.iter().filter_map(|(actor, of)| Some((*actor, Ok(account(of)?)))).collect();
        Ok(Self { declared, endpoint, accounts, insecure: false, redactor })
    }
}

impl Declared {
    /// Returns the target that a running mock is.
    pub fn of_mock(mock: &MockCloud, profile: Profile) -> Result<Self, TargetError> {
        let endpoint = Endpoint::parse(&mock.endpoint()).map_err(|e| TargetError::Incomplete(e.to_string()))?;
        Ok(Self::mock(endpoint, mock.accounts(), mock.features(), profile))
    }

    fn mock(endpoint: Endpoint, accounts: &[Account], features: &[&str], profile: Profile) -> Self {
        let account = |account: &Account| {
            let token = Secret::new(account.token.clone());
            let project_id = account.project_id.clone();
            Some((Actor::from_name(account.actor)?, Credentials::Token { token, project_id }))
        };
        let actors: BTreeMap<_, _> = accounts.iter().filter_map(account).collect();
        let lacking = Actor::ALL.iter().filter(|actor| actor.has_credentials() && !actors.contains_key(actor));
        Self {
            name: format!("mock-{profile}"),
            profile,
            kind: Kind::Mock,
            endpoint: Some(endpoint),
            without: lacking.map(|actor| actor.name().to_owned()).collect(),
            actors,
            writes: Writes::Images,
            images: BTreeMap::new(),
            recipients: (0..RECIPIENTS).map(|_| uuid::Uuid::new_v4().simple().to_string()).collect(),
            features: features.iter().map(|feature| (*feature).to_owned()).collect(),
            images_created: None,
            waivers: Vec::new(),
        }
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
            quoted(self.endpoint.as_ref().map(Endpoint::as_str).unwrap_or_default()),
        );
        for (actor, credentials) in &self.actors {
            if let Credentials::Token { token, project_id } = credentials {
                let (token, project) = (quoted(token.expose()), quoted(project_id));
                let _ = writeln!(text, "  {actor}: {{ token: {token}, project-id: {project} }}");
            }
        }
        let _ = write!(
            text,
            "writes: {}\nrecipients: [{}]\nfeatures: [{}]\nwithout: [{}]\n",
            self.writes.name(),
            list(&mut self.recipients.iter()),
            list(&mut self.features.iter()),
            list(&mut self.without.iter()),
        );
        text
    }
}
