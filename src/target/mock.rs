//! The target that a mock cloud is: for runs in this process, and as a file for others.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Consistency, Credentials, Declared, Kind, Target, TargetError, Writes};
use crate::case::Actor;
use crate::contract::{PolicySpec, Profile};
use crate::http::Endpoint;
use crate::mock::{Account, LocalMock, MockCloud, Offer};
use crate::redact::{Redactor, Secret};
use crate::timespan::Timespan;

/// How many of them at most, so that a file stays readable.
const MOST: usize = 256;
/// How many further project ids a mock's images may be shared with.
const RECIPIENTS: usize = 10;

impl Target {
    /// Returns the target that a mock without a socket is: nobody has to sign in, and its endpoint leads nowhere.
    pub fn of_local_mock(mock: &LocalMock, profile: Profile) -> Result<Self, TargetError> {
        let endpoint = Endpoint::parse("http://mock.invalid").map_err(|e| TargetError::Incomplete(e.to_string()))?;
        let declared = Declared::mock(endpoint.clone(), mock.offer(), profile);
        let redactor = Redactor::new([]);
        let account = |credentials: &Credentials| match credentials {
            Credentials::Token { token, project_id } => {
                redactor.learn(token);
                Some(super::Account { project_id: project_id.clone(), user_id: None })
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
        let consistency = Consistency { within: mock.converge(), ..Consistency::default() };
        Ok(Self { consistency, ..Self::mock(endpoint, mock.offer(), profile) })
    }

    fn mock(endpoint: Endpoint, offer: &Offer, profile: Profile) -> Self {
        let Offer { accounts, dead_tokens, policy, beyond, quota, features } = offer;
        let actors = actors(accounts, dead_tokens);
        let lacking = Actor::ALL.iter().filter(|actor| actor.has_credentials() && !actors.contains_key(actor));
        let recipients = RECIPIENTS.max((*quota).min(MOST));
        // Answers that were accepted of the usual mock are no measure for one that is set otherwise.
        let set = if *policy == PolicySpec::default() { String::new() } else { format!("-{}", policy.rbac.name()) };
        Self {
            name: format!("mock-{profile}{set}"),
            profile,
            kind: Kind::Mock,
            endpoint: Some(endpoint),
            without: lacking.map(|actor| actor.name().to_owned()).collect(),
            actors,
            writes: Writes::Images,
            images: BTreeMap::new(),
            recipients: (0..recipients).map(|_| uuid::Uuid::new_v4().simple().to_string()).collect(),
            organization: beyond.as_ref().map(|beyond| beyond.organization.clone()),
            domain: beyond.as_ref().map(|beyond| beyond.domain.clone()),
            features: features.iter().map(|feature| (*feature).to_owned()).collect(),
            policy: *policy,
            consistency: Consistency::default(),
            images_created: None,
            members_per_image: Some(*quota),
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
                let token = quoted(token.expose());
                let project = project_id.as_ref().map(|id| format!(", project-id: {}", quoted(id))).unwrap_or_default();
                let _ = writeln!(text, "  {actor}: {{ token: {token}{project} }}");
            }
        }
        let _ = write!(
            text,
            "writes: {}\nrecipients: [{}]\nfeatures: [{}]\nwithout: [{}]\npolicy: {{ {} }}\n",
            self.writes.name(),
            list(&mut self.recipients.iter()),
            list(&mut self.features.iter()),
            list(&mut self.without.iter()),
            self.policy,
        );
        if self.consistency != Consistency::default() {
            let Consistency { within, every } = self.consistency;
            let _ = writeln!(text, "consistency: {{ within: {}, every: {} }}", Timespan(within), Timespan(every));
        }
        if let Some(limit) = self.members_per_image {
            let _ = writeln!(text, "limits: {{ members-per-image: {limit} }}");
        }
        for (key, value) in [("organization", &self.organization), ("domain", &self.domain)] {
            if let Some(value) = value {
                let _ = writeln!(text, "{key}: {}", quoted(value));
            }
        }
        text
    }
}

/// Returns the actors that a mock has accounts for, and those that are no more than a token.
fn actors(accounts: &[Account], dead: &[(&str, String)]) -> BTreeMap<Actor, Credentials> {
    let of = |actor: &str, token: &str, project_id: Option<String>| {
        let token = Secret::new(token.to_owned());
        Some((Actor::from_name(actor)?, Credentials::Token { token, project_id }))
    };
    let living = accounts.iter().filter_map(|held| of(held.actor, &held.token, Some(held.project_id.clone())));
    living.chain(dead.iter().filter_map(|(actor, token)| of(actor, token, None))).collect()
}
