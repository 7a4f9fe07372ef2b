//! Files of clouds as users have them, and the mistakes in them.

use std::collections::HashMap;
use std::fs;

use tempfile::TempDir;

use super::*;
use crate::target::identity::{Domain, Named, Proof, Scope};

const PASSWORD: &str = "clouds:\n  lab:\n    auth:\n      auth_url: https://h/identity/v3\n      username: ada\n      \
    password: 0123456\n      user_domain_name: Default\n      project_id: 81e3\n";

/// Reads a cloud from files in a folder of their own.
fn cloud_of(files: &[(&str, &str)], name: &str) -> Result<Cloud, String> {
    let folder = TempDir::new().unwrap();
    for (file, text) in files {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let read = cloud(&folder.path().join("clouds.yaml"), &[], name);
    // The folder's name is no business of the tests.
    read.map_err(|text| text.replace(&format!("{}/", folder.path().display()), ""))
}

fn cloud(path: &Path, variables: &[(&str, &str)], name: &str) -> Result<Cloud, String> {
    let env = environment(variables);
    let search = Search { named: Some(path.to_owned()), env: &env };
    let lines = |mistakes: Vec<Diagnostic>| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let clouds = Clouds::read(&search).map_err(|error| match error {
        TargetError::File(mistakes) => lines(mistakes),
        TargetError::Incomplete(text) | TargetError::NoClouds(text) => text,
    })?;
    clouds.get(name, &search).map_err(|error| match error {
        CloudError::Unknown(message, hint) => format!("{message} ({hint})"),
        CloudError::Wrong(mistakes) => lines(mistakes),
    })
}

fn environment(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> + use<> {
    let variables: HashMap<_, _> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    move |name: &str| variables.get(name).cloned()
}

fn lab(text: &str) -> Result<Cloud, String> {
    cloud_of(&[("clouds.yaml", text)], "lab")
}

/// Returns a cloud that differs from the usual one in some text.
fn changed(from: &str, to: &str) -> Result<Cloud, String> {
    assert!(PASSWORD.contains(from), "`{from}`");
    lab(&PASSWORD.replace(from, to))
}

#[test]
fn values_need_no_quotes_and_other_keys_are_for_others() {
    let cloud = lab(&format!(
        "client: {{ force_ipv4: true }}\n{PASSWORD}    verify: no\n    region_name: 7\n    interface: internalURL\n    \
         regions: [a, b]\n    volume_api_version: 3\n"
    ))
    .unwrap();
    let user = Named::Name("ada".to_owned(), Domain::Name("Default".to_owned()));
    assert_eq!(cloud.login.proof, Proof::Password(user, crate::redact::Secret::new("0123456".to_owned())));
    assert_eq!(cloud.login.scope, Some(Scope::Project(Named::Id("81e3".to_owned()))));
    assert_eq!(cloud.identity.as_str(), "https://h/identity");
    assert_eq!((cloud.region.as_deref(), cloud.interface, cloud.insecure), (Some("7"), Interface::Internal, true));
    assert!(!format!("{cloud:?}").contains("0123456"));
}

#[test]
fn secrets_are_laid_over_the_clouds() {
    let plain = PASSWORD.replace("      password: 0123456\n", "");
    let secure = "clouds:\n  lab:\n    auth: { password: from-secure, username: eve }\n  other: {}\n";
    let cloud = cloud_of(&[("clouds.yaml", &plain), ("secure.yml", secure)], "lab").unwrap();
    let Proof::Password(Named::Name(user, _), password) = &cloud.login.proof else { panic!("{cloud:?}") };
    assert_eq!((user.as_str(), password.expose()), ("eve", "from-secure"));
    let wrong = "clouds:\n  lab:\n    auth_type: nonsense\n";
    let mistake = cloud_of(&[("clouds.yaml", &plain), ("secure.yaml", wrong)], "lab").unwrap_err();
    assert!(mistake.starts_with("secure.yaml:3:16: auth_type `nonsense` is not supported"), "{mistake}");
}

#[test]
fn merged_mappings_are_read() {
    let text = PASSWORD.replace("  lab:", "  base: &base").clone() + "  lab:\n    <<: *base\n    region_name: north\n";
    assert_eq!(lab(&text).unwrap().region.as_deref(), Some("north"));
}

#[test]
fn each_way_to_sign_in() {
    let proof = |auth_type: &str, auth: &str| {
        let text = format!("clouds: {{ lab: {{ {auth_type} auth: {{ auth_url: 'http://h', {auth} }} }} }}");
        lab(&text).map(|cloud| (cloud.login.proof, cloud.login.scope))
    };
    let secret = || crate::redact::Secret::new("geheim".to_owned());
    let app = "application_credential_id: ac, application_credential_secret: geheim, project_name: unheeded";
    let by_id = Ok((Proof::ApplicationCredential("ac".to_owned(), secret()), None));
    assert_eq!(proof("auth_type: v3applicationcredential,", app), by_id);
    assert_eq!(proof("", app), by_id, "what is there says how");
    let named = "application_credential_name: ac, application_credential_secret: geheim, user_id: u";
    let by_name = Proof::NamedApplicationCredential("ac".to_owned(), Named::Id("u".to_owned()), secret());
    assert_eq!(proof("auth_type: v3applicationcredential,", named), Ok((by_name, None)));
    let token = |scope| Ok((Proof::Token(secret()), scope));
    assert_eq!(proof("auth_type: v3token,", "token: geheim"), token(None));
    assert_eq!(proof("", "token: geheim, system_scope: all"), token(Some(Scope::System)));
    let domain = Scope::Domain(Domain::Id("d".to_owned()));
    assert_eq!(proof("auth_type: token,", "token: geheim, domain_id: d"), token(Some(domain)));
    let project = Scope::Project(Named::Name("p".to_owned(), Domain::Id("d".to_owned())));
    assert_eq!(proof("", "token: geheim, tenant_name: p, default_domain_id: d"), token(Some(project)));
}

#[test]
fn mistakes_say_where_and_what() {
    for (from, to, says) in [
        (
            "    auth:\n",
            "    auth_type: v3pasword\n    auth:\n",
            "3:16: auth_type `v3pasword` is not supported (did you mean `v3password`? Others",
        ),
        ("    auth:\n", "    auth_type: v3oidcpassword\n    auth:\n", "by `token-command` in the target file"),
        ("https://h/identity/v3", "h:5000", "4:17: this is no URL of a service: "),
        ("      auth_url: https://h/identity/v3\n", "", "this cloud lacks `auth_url` under `auth`"),
        (
            "    auth:\n      auth_url: https://h/identity/v3\n",
            "    profile: vexxhost\n    auth:\n",
            "3:14: the vendor profile `vexxhost` is not known here",
        ),
        ("      user_domain_name: Default\n", "", "5:17: whose domain is this user's? (add `user_domain_name`)"),
        ("project_id: 81e3", "project_name: p", "8:21: whose domain is this project's?"),
        ("project_id: 81e3", "project_id: 81e3\n      system_scope: all", "several scopes"),
        ("project_id: 81e3", "system_scope: some", "`system_scope` can only be `all`"),
        ("project_id: 81e3", "trust_id: t", "8:17: trusts are not supported"),
        ("project_id: 81e3", "project_id: [1]", "8:19: "),
        ("project_id: 81e3\n", "project_id: 81e3\n    verify: perhaps\n", "9:13: this is neither `true` nor `false`"),
        ("project_id: 81e3\n", "project_id: 81e3\n    interface: pubic\n", "9:16: there is no interface `pubic`"),
        ("project_id: 81e3\n", "project_id: 81e3\n    cacert: /nowhere/ca.pem\n", "9:13: cannot read the certificates"),
        ("project_id: 81e3\n", "project_id: 81e3\n    cert: c.pem\n", "client certificates are not supported"),
        ("project_id: 81e3\n", "project_id: 81e3\n    identity_api_version: 2.0\n", "only version 3"),
        ("username: ada", "username: ''", "`username` or `user_id` under `auth`"),
        ("password: 0123456", "password: 0123456\n      password: 1", "stands twice"),
    ] {
        let mistake = changed(from, to).expect_err(says);
        assert!(mistake.contains("clouds.yaml:") && mistake.contains(says), "{to}: {mistake}");
        assert!(!mistake.contains("0123456"), "{mistake}");
    }
    let all = lab("clouds:\n  lab:\n    interface: x\n    auth_type: y\n").unwrap_err();
    assert_eq!(all.lines().count(), 3, "{all}");
}

#[test]
fn a_cloud_that_is_not_there_is_told_with_what_is() {
    let other = |text: &str| cloud_of(&[("clouds.yaml", text)], "labb").unwrap_err();
    assert_eq!(other(PASSWORD), "there is no cloud `labb` in `clouds.yaml` (did you mean `lab`?)");
    assert_eq!(
        other("clouds: { north: {}, south: {} }"),
        "there is no cloud `labb` in `clouds.yaml` (there are north, south)"
    );
    for empty in ["", "# nothing\n", "clouds:\n", "cache: {}\n"] {
        assert!(other(empty).ends_with("(there is none at all)"), "{empty:?}");
    }
    assert!(other("clouds: [a]\n").starts_with("clouds.yaml:1:"));
}

#[test]
fn the_usual_places_are_searched_in_their_order() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().join(".config/openstack");
    let config = folder.path().join("xdg/openstack");
    for (folder, file) in [(&home, "clouds.json"), (&config, "clouds.yml"), (&config, "secure.yaml")] {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(file), "").unwrap();
    }
    let text = |path: &Path| path.display().to_string();
    let (root, xdg, named) = (text(folder.path()), text(&folder.path().join("xdg")), text(&home.join("mine.yaml")));
    let clouds = |variables: &[(&str, &str)]| {
        let env = environment(variables);
        let search = Search { named: None, env: &env };
        search.clouds().map(|path| (path.clone(), search.secure(&path))).map_err(|error| error.to_string())
    };
    assert_eq!(clouds(&[("HOME", &root)]), Ok((home.join("clouds.json"), None)));
    let both = [("HOME", &*root), ("XDG_CONFIG_HOME", &*xdg)];
    assert_eq!(clouds(&both), Ok((config.join("clouds.yml"), Some(config.join("secure.yaml")))));
    let given = [both[0], both[1], ("OS_CLIENT_CONFIG_FILE", &*named), ("OS_CLIENT_SECURE_FILE", "s")];
    assert_eq!(clouds(&given), Ok((named.clone().into(), Some("s".into()))));
    let nowhere = clouds(&[("HOME", "/nowhere")]).expect_err("there is none");
    assert!(
        nowhere.contains("/nowhere/.config/openstack/clouds.yaml") && nowhere.contains("OS_CLIENT_CONFIG_FILE"),
        "{nowhere}"
    );
    assert!(cloud(Path::new("/nowhere/clouds.yaml"), &[], "lab").unwrap_err().starts_with("cannot read `/nowhere/"));
}
