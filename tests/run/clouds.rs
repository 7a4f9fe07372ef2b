//! The files that a mock writes: a target file, and beside it a `clouds.yaml` for whoever is no sharecheck.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sharecheck::diagnostic::SourceFile;
use tempfile::TempDir;

use crate::support::cloud::{Asked, Cloud, get};
use crate::support::mock::Mock;
use crate::support::{Said, run, sharecheck};

/// Returns the clouds by name.
fn clouds(mock: &Mock) -> Value {
    let file = SourceFile::new("clouds.yaml", fs::read_to_string(mock.clouds()).unwrap());
    let read: Value = sharecheck::yaml::parse(&file).expect("the mock writes YAML");
    read["clouds"].clone()
}

/// Logs in as a client of `OpenStack` would with the entry of a cloud; returns the token and what it is.
fn log_in(cloud: &Value) -> (String, Value) {
    let auth = &cloud["auth"];
    let identity = match cloud["auth_type"].as_str().expect("there is a type") {
        "v3password" => json!({"methods": ["password"], "password": {"user": {
            "name": auth["username"], "domain": {"name": auth["user_domain_name"]}, "password": auth["password"]}}}),
        "v3applicationcredential" => json!({"methods": ["application_credential"], "application_credential": {
            "id": auth["application_credential_id"], "secret": auth["application_credential_secret"]}}),
        other => panic!("`{other}` is no type of ours"),
    };
    let mut sent = json!({"auth": {"identity": identity}});
    if let Some(project) = auth.get("project_name") {
        sent["auth"]["scope"] = json!({"project": {"name": project, "domain": {"name": auth["project_domain_name"]}}});
    }
    let address = auth["auth_url"].as_str().expect("there is an address");
    let endpoint = address.strip_suffix("/identity/v3").expect("that is where the identity API is");
    let answer = Cloud::ask(endpoint, &post("/identity/v3/auth/tokens", &sent)).0;
    let text = String::from_utf8(answer).expect("the answer is UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").expect("the head ends");
    assert!(head.starts_with("HTTP/1.1 201 "), "{text}");
    let token = head.lines().find_map(|line| line.strip_prefix("x-subject-token: ")).expect("there is a token");
    (token.to_owned(), serde_json::from_str::<Value>(body).expect("the answer is JSON")["token"].clone())
}

fn post(path: &str, body: &Value) -> Asked {
    let body = body.to_string().into_bytes();
    let headers = [("content-type", "application/json".to_owned()), ("content-length", body.len().to_string())];
    Asked {
        method: "POST".to_owned(),
        path: path.to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
        body,
    }
}

#[test]
fn every_actor_logs_in_by_clouds_yaml_and_is_who_the_target_file_says() {
    for profile in ["glance", "ntt", "huawei-2024", "huawei-2026", "otc"] {
        let mock = Mock::start(profile, &[]);
        let clouds = clouds(&mock);
        let mut actors = mock.actors();
        let owner = actors.iter().find(|(name, ..)| name == "owner").expect("there is an owner").clone();
        actors.push(("owner-app".to_owned(), owner.1, owner.2));
        assert_eq!(clouds.as_object().expect("there are clouds").len(), actors.len(), "{clouds}");
        for (name, static_token, project) in actors {
            let (token, shown) = log_in(&clouds[&name]);
            assert_eq!(shown["project"]["id"], project, "{name}");
            assert_eq!(
                (&clouds[&name]["region_name"], &clouds[&name]["interface"]),
                (&json!("RegionOne"), &json!("public"))
            );
            let both = [&token, &static_token].map(|token| get(&mock.endpoint, "/v2/images", token).0);
            assert_eq!(both[0], both[1], "{name}");
            let image = shown["catalog"].as_array().unwrap().iter().find(|service| service["type"] == "image").unwrap();
            assert_eq!(image["endpoints"][0]["url"], mock.endpoint);
        }
    }
}

#[test]
fn a_mock_that_listens_everywhere_names_an_address_that_can_be_called() {
    for listen in ["0.0.0.0:0", "[::1]:0", "[::]:0"] {
        if listen.starts_with('[') && std::net::TcpListener::bind("[::1]:0").is_err() {
            continue;
        }
        let mock = Mock::start_in(TempDir::new().unwrap(), &["--listen", listen]);
        let (token, shown) = log_in(&clouds(&mock)["owner"]);
        let address = shown["catalog"][1]["endpoints"][0]["url"].as_str().unwrap();
        assert_eq!(address, mock.endpoint);
        assert_eq!(get(address, "/v2/images", &token).0, 200);
    }
}

#[test]
fn a_token_expires_after_its_uses() {
    let mock = Mock::start_in(TempDir::new().unwrap(), &["--token-uses", "1"]);
    let (token, _) = log_in(&clouds(&mock)["owner"]);
    let statuses = [&token, &token, &mock.token("owner")].map(|token| get(&mock.endpoint, "/v2/images", token).0);
    assert_eq!(statuses, [200, 401, 200]);
    run(sharecheck().args(["mock", "--token-uses", "0"])).exits(2);
}

#[cfg(unix)]
#[test]
fn only_the_owner_of_the_files_can_read_them_even_where_others_could_before() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    for (name, text) in [("target.yaml", "old"), ("clouds.yaml", "# Written by sharecheck mock; long ago\n")] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let mock = Mock::start_in(folder, &[]);
    for path in [mock.target(), mock.clouds()] {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
    assert_eq!(names(mock.target().parent().unwrap()), ["clouds.yaml", "target.yaml"], "nothing else is left");
    assert_eq!(clouds(&mock)["owner"]["auth_type"], "v3password");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Has a mock write into a folder where it cannot.
fn refused(target: &Path) -> Said {
    let said = run(sharecheck().args(["mock", "--write-target"]).arg(target));
    assert_eq!(said.stdout, "", "it never listened");
    said
}

#[test]
fn somebody_s_own_clouds_yaml_is_kept() {
    for own in
        ["clouds: {}\n", "", "# Written by scripts/real-cloud/up; its passwords are good\n", "# Written by sharecheck"]
    {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("clouds.yaml"), own).unwrap();
        let said = refused(&folder.path().join("target.yaml")).exits(2);
        assert!(said.stderr.contains("clouds.yaml` was not written by a mock and is not replaced"), "{}", said.stderr);
        assert!(said.stderr.contains("--write-target"), "{}", said.stderr);
        assert_eq!(fs::read_to_string(folder.path().join("clouds.yaml")).unwrap(), own);
        assert_eq!(names(folder.path()), ["clouds.yaml"]);
    }
}

#[test]
fn a_mock_that_cannot_write_its_files_writes_none() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    for (name, says) in [
        ("clouds.yaml", "cannot be called `clouds.yaml`"),
        ("folder", "is a folder"),
        ("missing/target.yaml", "cannot write `"),
    ] {
        let said = refused(&folder.path().join(name));
        assert!(said.code != Some(0) && said.stderr.contains(says), "{}", said.all());
        assert_eq!(names(folder.path()), ["folder"]);
    }
}
