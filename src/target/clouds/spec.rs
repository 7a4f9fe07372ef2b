//! A `clouds.yaml` as it is written: the keys that we heed. The others are for other tools.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

/// A text, number or boolean, as it stands in the file.
pub(super) type Text = Option<Spanned<String>>;

/// The file.
#[derive(Debug, Default, Deserialize)]
pub(super) struct CloudsSpec {
    #[serde(default)]
    pub(super) clouds: Option<BTreeMap<String, Spanned<Option<CloudSpec>>>>,
}

/// One cloud.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CloudSpec {
    pub(super) auth_type: Text,
    pub(super) auth: Option<AuthSpec>,
    pub(super) profile: Text,
    pub(super) identity_api_version: Text,
    pub(super) region_name: Text,
    pub(super) interface: Text,
    pub(super) endpoint_type: Text,
    pub(super) image_endpoint_override: Text,
    pub(super) cacert: Text,
    pub(super) cert: Text,
    pub(super) verify: Text,
    pub(super) insecure: Text,
}

/// How to sign in there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AuthSpec {
    pub(super) auth_url: Text,
    pub(super) username: Text,
    pub(super) user_id: Text,
    pub(super) user_domain_id: Text,
    pub(super) user_domain_name: Text,
    pub(super) password: Text,
    pub(super) passcode: Text,
    pub(super) application_credential_id: Text,
    pub(super) application_credential_name: Text,
    pub(super) application_credential_secret: Text,
    pub(super) token: Text,
    pub(super) project_id: Text,
    pub(super) project_name: Text,
    pub(super) tenant_id: Text,
    pub(super) tenant_name: Text,
    pub(super) project_domain_id: Text,
    pub(super) project_domain_name: Text,
    pub(super) default_domain_id: Text,
    pub(super) default_domain_name: Text,
    pub(super) domain_id: Text,
    pub(super) domain_name: Text,
    pub(super) system_scope: Text,
    pub(super) trust_id: Text,
}
