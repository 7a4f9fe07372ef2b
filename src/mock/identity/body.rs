//! What the identity API shows: versions, tokens, the catalog, projects.

use serde_json::{Value, json};
use uuid::Uuid;

use super::login::DOMAIN;
use super::token::{Scope, Token};
use crate::mock::account::Account;
use crate::mock::fields::Fields;
use crate::mock::model::Role;
use crate::mock::reply::JSON;

/// The one region.
pub(crate) const REGION: &str = "RegionOne";

/// Shows the one version, at this address.
pub(super) fn version(address: &str) -> Fields {
    Fields::default()
        .with("id", "v3.14")
        .with("status", "stable")
        .with("updated", "2020-04-07T00:00:00Z")
        .with("links", json!([{"rel": "self", "href": format!("{address}/")}]))
        .with("media-types", json!([{"base": JSON, "type": "application/vnd.openstack.identity-v3+json"}]))
}

/// Shows a token, with the catalog where it opens something. Its text is not in it.
pub(super) fn token(token: &Token, catalog: Option<Vec<Fields>>) -> Fields {
    let account = &token.account;
    let user = Fields::default()
        .with_object("domain", domain())
        .with("id", account.user_id.as_str())
        .with("name", account.actor)
        .with("password_expires_at", Value::Null);
    let mut fields = Fields::default()
        .with("methods", token.methods.clone())
        .with_object("user", user)
        .with("audit_ids", token.audit_ids.clone())
        .with("expires_at", token.expires.precise())
        .with("issued_at", token.issued.precise());
    fields = match token.scope {
        Scope::Project => fields.with_object("project", project_name(account)).with("is_domain", false),
        Scope::Domain => fields.with_object("domain", domain()),
        Scope::System => fields.with("system", json!({"all": true})),
        Scope::Unscoped => return fields,
    };
    fields = fields.with_rows("roles", roles(account.role));
    if let Some(catalog) = catalog {
        fields = fields.with_rows("catalog", catalog);
    }
    if token.methods.contains(&"application_credential") {
        let credential = Fields::default()
            .with("id", account.application_credential.id.as_str())
            .with("name", account.application_credential_name())
            .with("restricted", true);
        fields = fields.with_object("application_credential", credential);
    }
    fields
}

/// Shows the services: this one at `identity`, images at `base`.
pub(super) fn catalog(base: &str, identity: &str) -> Vec<Fields> {
    let service = |number: u128, kind: &'static str, name: &'static str, url: &str| {
        let endpoint = |(at, interface): (u128, &'static str)| {
            Fields::default()
                .with("id", id(number + at))
                .with("interface", interface)
                .with("region_id", REGION)
                .with("url", url)
                .with("region", REGION)
        };
        let endpoints = [(1, "public"), (2, "internal"), (3, "admin")].map(endpoint);
        Fields::default()
            .with_rows("endpoints", endpoints.into())
            .with("id", id(number))
            .with("type", kind)
            .with("name", name)
    };
    vec![service(0x10, "identity", "keystone", identity), service(0x20, "image", "glance", base)]
}

/// Shows a project in full.
pub(super) fn project(account: &Account, identity: &str) -> Fields {
    Fields::default()
        .with("id", account.project_id.as_str())
        .with("name", account.project)
        .with("domain_id", DOMAIN.0)
        .with("description", "")
        .with("enabled", true)
        .with("parent_id", DOMAIN.0)
        .with("is_domain", false)
        .with("tags", json!([]))
        .with("options", json!({}))
        .with("links", json!({"self": format!("{identity}/projects/{}", account.project_id)}))
}

fn project_name(account: &Account) -> Fields {
    Fields::default()
        .with_object("domain", domain())
        .with("id", account.project_id.as_str())
        .with("name", account.project)
}

fn domain() -> Fields {
    Fields::default().with("id", DOMAIN.0).with("name", DOMAIN.1)
}

/// Shows a role with those that it implies.
fn roles(role: Role) -> Vec<Fields> {
    let names: &[(u128, &str)] = match role {
        Role::Admin => &[(4, "admin"), (3, "manager"), (2, "member"), (1, "reader")],
        Role::Member => &[(1, "reader"), (2, "member")],
        Role::Reader => &[(1, "reader")],
        Role::Ungranted => &[(5, "ungranted")],
    };
    names.iter().map(|(number, name)| Fields::default().with("id", id(*number)).with("name", *name)).collect()
}

/// Returns an id that is the same in every mock.
fn id(number: u128) -> String {
    Uuid::from_u128(number).simple().to_string()
}
