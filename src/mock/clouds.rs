//! The `clouds.yaml` of a mock: its accounts, as clients of `OpenStack` look them up.

use std::fmt::Write as _;

use super::account::Account;
use super::cloud::MockCloud;
use super::identity::REGION;

/// How every `clouds.yaml` of a mock begins; one that begins otherwise is somebody's own.
pub const CLOUDS_MARK: &str = "# Written by sharecheck mock;";

impl MockCloud {
    /// Returns a `clouds.yaml`, passwords included: it is for a file that only its owner reads.
    ///
    /// Each actor is the cloud of that name, by password; the cloud `owner-app` is the owner by application credential.
    #[must_use]
    pub fn clouds_yaml(&self) -> String {
        let address = self.identity();
        let mut text = format!("{CLOUDS_MARK} its passwords are good until the mock ends.\nclouds:\n");
        for account in &self.offer().accounts {
            text += &cloud(account.actor, "v3password", &by_password(account, &address));
        }
        for account in self.offer().accounts.iter().filter(|account| account.actor == "owner") {
            let name = account.application_credential_name();
            text += &cloud(&name, "v3applicationcredential", &by_credential(account, &address));
        }
        text
    }
}

fn by_password<'a>(account: &'a Account, address: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("auth_url", address),
        ("username", account.actor),
        ("user_domain_name", "Default"),
        ("password", &account.password),
        ("project_name", account.project),
        ("project_domain_name", "Default"),
    ]
}

fn by_credential<'a>(account: &'a Account, address: &'a str) -> Vec<(&'static str, &'a str)> {
    let credential = &account.application_credential;
    vec![
        ("auth_url", address),
        ("application_credential_id", &credential.id),
        ("application_credential_secret", &credential.secret),
    ]
}

fn cloud(name: &str, auth_type: &str, auth: &[(&str, &str)]) -> String {
    let mut text = format!("  {name}:\n    auth_type: {auth_type}\n    auth:\n");
    for (key, value) in auth {
        // Quoted, because a number may be spelled in hex digits.
        let _ = writeln!(text, "      {key}: \"{value}\"");
    }
    let _ = writeln!(text, "    region_name: {REGION}\n    interface: public\n    identity_api_version: 3");
    text
}
