//! The identity API: logins, scopes, what is shown of a token, and how it ends.

use serde_json::json;

use super::*;
use crate::mock::Account;

const TOKENS: &str = "/identity/v3/auth/tokens";
const FORM: &[(&str, &str)] = &[("content-type", "application/json")];

fn glance() -> Wire {
    Wire::new(Profile::Glance, &[])
}

fn account(wire: &Wire, actor: &str) -> Account {
    (**wire.0.directory().account(actor).unwrap()).clone()
}

fn password(account: &Account) -> Value {
    let user = json!({"name": account.actor, "domain": {"name": "Default"}, "password": account.password});
    json!({"methods": ["password"], "password": {"user": user}})
}

fn credential(account: &Account) -> Value {
    let credential = &account.application_credential;
    let proof = json!({"id": credential.id, "secret": credential.secret});
    json!({"methods": ["application_credential"], "application_credential": proof})
}

fn token(text: &str) -> Value {
    json!({"methods": ["token"], "token": {"id": text}})
}

fn project(account: &Account) -> Value {
    json!({"project": {"name": account.project, "domain": {"id": "default"}}})
}

/// Asks for a token; a scope of null is none.
fn log_in(wire: &Wire, identity: &Value, scope: &Value) -> Response<String> {
    let mut auth = json!({"identity": identity});
    if !scope.is_null() {
        auth["scope"] = scope.clone();
    }
    post(wire, &json!({"auth": auth}).to_string())
}

fn post(wire: &Wire, body: &str) -> Response<String> {
    wire.send("nobody", &format!("POST {TOKENS}"), body, FORM)
}

fn text(response: &Response<String>) -> String {
    assert_eq!(response.status(), 201, "{}", response.body());
    header(response, "x-subject-token").unwrap().to_owned()
}

/// Returns a new token of an actor, for its project.
fn fresh(wire: &Wire, actor: &str) -> String {
    let account = account(wire, actor);
    text(&log_in(wire, &password(&account), &project(&account)))
}

fn message(response: &Response<String>) -> String {
    let error = &body(response)["error"];
    assert_eq!(error["code"], response.status().as_u16());
    assert_eq!(error["title"], response.status().canonical_reason().unwrap());
    error["message"].as_str().unwrap().to_owned()
}

fn about(wire: &Wire, method: &str, who: &str, subject: &str) -> Response<String> {
    wire.send(who, &format!("{method} {TOKENS}"), "", &[("x-subject-token", subject)])
}

#[test]
fn a_password_gets_a_token_that_opens_the_image_api_and_says_what_it_is() {
    let wire = glance();
    let owner = account(&wire, "owner");
    let response = log_in(&wire, &password(&owner), &project(&owner));
    let text = text(&response);
    assert_eq!(wire.get(&text, "/v2/images").status(), 200);
    assert!(!response.body().contains(&text), "the token stands in a header only");
    let token = &body(&response)["token"];
    assert_eq!(
        token["project"],
        json!({"id": owner.project_id, "name": "owner", "domain": {"id": "default", "name": "Default"}})
    );
    assert_eq!((&token["user"]["name"], &token["methods"]), (&json!("owner"), &json!(["password"])));
    let roles: Vec<_> = token["roles"].as_array().unwrap().iter().map(|role| role["name"].as_str().unwrap()).collect();
    assert_eq!(roles, ["reader", "member"]);
    let time = |name: &str| token[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(time("expires_at").as_second() - time("issued_at").as_second(), 3600);
    assert_ne!(text, fresh(&wire, "owner"), "each login gets a token of its own");
}

#[test]
fn the_catalog_names_the_address_by_which_the_client_came() {
    let wire = glance();
    let text = fresh(&wire, "owner");
    for (host, expected) in [("[::1]:80", "http://[::1]:80"), ("a@b", "http://localhost"), ("", "http://localhost")] {
        let response = wire.send(&text, "GET /identity/v3/auth/catalog", "", &[("host", host)]);
        let catalog = body(&response)["catalog"].as_array().unwrap().clone();
        for (service, path) in [("image", ""), ("identity", "/identity/v3")] {
            let entry = catalog.iter().find(|entry| entry["type"] == service).unwrap();
            let mut interfaces = Vec::new();
            for endpoint in entry["endpoints"].as_array().unwrap() {
                assert_eq!(
                    (&endpoint["url"], &endpoint["region"]),
                    (&json!(format!("{expected}{path}")), &json!("RegionOne"))
                );
                interfaces.push(endpoint["interface"].as_str().unwrap());
            }
            assert_eq!(interfaces, ["public", "internal", "admin"]);
        }
    }
}

#[test]
fn users_and_projects_go_by_id_as_well() {
    let wire = glance();
    let owner = account(&wire, "owner");
    let by_id =
        json!({"methods": ["password"], "password": {"user": {"id": owner.user_id, "password": owner.password}}});
    let text = text(&log_in(&wire, &by_id, &json!({"project": {"id": owner.project_id}})));
    assert_eq!(wire.get(&text, "/v2/images").status(), 200);
}

#[test]
fn a_refused_login_never_says_what_was_wrong() {
    let wire = glance();
    let [owner, member] = ["owner", "member"].map(|actor| account(&wire, actor));
    let as_user = |field: &str, value: Value| {
        let mut identity = password(&owner);
        identity["password"]["user"][field] = value;
        identity
    };
    for (identity, scope) in [
        (as_user("password", json!("wrong")), project(&owner)),
        (as_user("password", json!("")), project(&owner)),
        (as_user("name", json!("nobody")), project(&owner)),
        (as_user("domain", json!({"id": "other"})), project(&owner)),
        (password(&owner), project(&member)),
        (password(&owner), json!({"project": {"id": "none"}})),
        (password(&owner), json!({"domain": {"id": "default"}})),
        (password(&owner), json!({"system": {"all": true}})),
        (json!({"methods": []}), Value::Null),
        (
            json!({"methods": ["application_credential"], "application_credential":
            {"id": owner.application_credential.id, "secret": member.application_credential.secret}}),
            Value::Null,
        ),
    ] {
        let response = log_in(&wire, &identity, &scope);
        assert_eq!(response.status(), 401, "{identity} {scope}");
        assert_eq!(message(&response), "The request you have made requires authentication.");
        assert_eq!(header(&response, "x-subject-token"), None);
        assert!(header(&response, "www-authenticate").unwrap().ends_with("/identity/v3\""));
    }
}

#[test]
fn scopes_beyond_a_project_open_no_images() {
    let wire = glance();
    let admin = account(&wire, "admin");
    for (scope, shown) in [
        (json!({"system": {"all": true}}), json!({"all": true})),
        (json!({"domain": {"name": "Default"}}), json!({"id": "default", "name": "Default"})),
    ] {
        let response = log_in(&wire, &password(&admin), &scope);
        let kind = scope.as_object().unwrap().keys().next().unwrap();
        assert_eq!(body(&response)["token"][kind], shown);
        assert_eq!(wire.get(&text(&response), "/v2/images").status(), 403);
    }
    for scope in [Value::Null, json!("unscoped"), json!({"unscoped": {}})] {
        let response = log_in(&wire, &password(&admin), &scope);
        let token = &body(&response)["token"];
        assert!(["project", "roles", "catalog"].iter().all(|name| token.get(name).is_none()), "{token}");
        let text = text(&response);
        assert_eq!(wire.json(&text, "POST /v2/images", r#"{"name": "n"}"#).status(), 403);
        assert_eq!(wire.get(&text, "/identity/v3/auth/catalog").status(), 403);
        assert_eq!(wire.get(&text, "/identity/v3/auth/projects").status(), 200);
    }
}

#[test]
fn an_application_credential_opens_its_project_and_nothing_else() {
    let wire = glance();
    let owner = account(&wire, "owner");
    let response = log_in(&wire, &credential(&owner), &Value::Null);
    let shown = &body(&response)["token"];
    assert_eq!(shown["project"]["id"], owner.project_id);
    assert_eq!(shown["application_credential"]["name"], "owner-app");
    let text = text(&response);
    assert_eq!(wire.get(&text, "/v2/images").status(), 200);
    let named = json!({"methods": ["application_credential"], "application_credential": {
        "name": "owner-app", "user": {"id": owner.user_id}, "secret": owner.application_credential.secret}});
    assert_eq!(log_in(&wire, &named, &Value::Null).status(), 201);
    assert_eq!(log_in(&wire, &credential(&owner), &project(&owner)).status(), 401);
    assert_eq!(log_in(&wire, &token(&text), &project(&owner)).status(), 403);
    let unknown = json!({"methods": ["application_credential"], "application_credential": {"id": "x", "secret": "x"}});
    let response = log_in(&wire, &unknown, &Value::Null);
    assert_eq!(
        (response.status().as_u16(), message(&response).as_str()),
        (404, "Could not find Application Credential: x.")
    );
}

#[test]
fn a_token_gets_another_one_that_ends_no_later() {
    let wire = glance();
    let owner = account(&wire, "owner");
    let unscoped = log_in(&wire, &password(&owner), &Value::Null);
    let response = log_in(&wire, &token(&text(&unscoped)), &project(&owner));
    let shown = &body(&response)["token"];
    assert_eq!(shown["methods"], json!(["token", "password"]));
    assert_eq!(shown["expires_at"], body(&unscoped)["token"]["expires_at"]);
    assert_eq!(shown["audit_ids"][1], body(&unscoped)["token"]["audit_ids"][0]);
    assert_eq!(wire.get(&text(&response), "/v2/images").status(), 200);
    assert_eq!(log_in(&wire, &token("none"), &Value::Null).status(), 404);
}

#[test]
fn two_proofs_must_be_of_one_user() {
    let wire = glance();
    let mut identity = password(&account(&wire, "owner"));
    identity["methods"] = json!(["password", "token"]);
    for (actor, status) in [("owner", 201), ("member", 401)] {
        identity["token"] = json!({"id": fresh(&wire, actor)});
        assert_eq!(log_in(&wire, &identity, &Value::Null).status(), status, "{actor}");
    }
}

#[test]
fn a_token_is_read_and_revoked_by_its_user_and_by_an_admin_only() {
    let wire = glance();
    let mine = fresh(&wire, "owner");
    for (who, status) in [("member", 403), ("reader", 403), ("admin", 200), ("owner", 200), (mine.as_str(), 200)] {
        let response = about(&wire, "GET", who, &mine);
        assert_eq!(response.status(), status, "{who}");
        let known = (status == 200).then_some(mine.as_str());
        assert_eq!(header(&response, "x-subject-token"), known);
    }
    assert_eq!(about(&wire, "GET", "nobody", &mine).status(), 401);
    assert_eq!(about(&wire, "GET", "owner", "none").status(), 404);
    assert_eq!(about(&wire, "HEAD", &mine, &mine).body(), "");
    assert_eq!(about(&wire, "DELETE", "member", &mine).status(), 403);
    assert_eq!(wire.get(&mine, "/v2/images").status(), 200);
    assert_eq!(about(&wire, "DELETE", &mine, &mine).status(), 204);
    assert_eq!(wire.get(&mine, "/v2/images").status(), 401);
    assert_eq!(about(&wire, "GET", &mine, &mine).status(), 401);
    assert_eq!(about(&wire, "GET", "admin", &mine).status(), 404);
    assert_eq!(wire.get("owner", "/v2/images").status(), 200, "other tokens of the user stay");
}

#[test]
fn a_token_expires_after_its_uses_and_those_issued_beforehand_never_do() {
    let wire = Wire::limited(Profile::Glance, 2);
    let owner = account(&wire, "owner");
    let first = fresh(&wire, "owner");
    for status in [200, 200, 401, 401] {
        assert_eq!(about(&wire, "GET", "admin", &first).status(), if status == 200 { 200 } else { 404 });
        assert_eq!(wire.get(&first, "/v2/images").status(), status);
        assert_eq!(wire.get("owner", "/v2/images").status(), 200);
    }
    assert_eq!(log_in(&wire, &token(&first), &project(&owner)).status(), 404);
    assert_eq!(wire.get(&fresh(&wire, "owner"), "/v2/images").status(), 200);
}

#[test]
fn a_login_that_has_not_its_form_is_told_so() {
    let wire = glance();
    let missing = |what: &str| {
        format!(
            "Expecting to find {what}. The server could not comply with the request since it is either malformed or \
             otherwise incorrect. The client is assumed to be in error."
        )
    };
    let user = |user: &str| {
        format!(r#"{{"auth": {{"identity": {{"methods": ["password"], "password": {{"user": {user}}}}}}}}}"#)
    };
    let scope = |scope: &str| format!(r#"{{"auth": {{"identity": {{"methods": []}}, "scope": {scope}}}}}"#);
    let no_scope = missing("system, project, domain, OS-TRUST:trust or unscoped in scope");
    for (sent, said) in [
        ("", missing("auth in request body")),
        ("{}", missing("auth in request body")),
        ("{", missing("valid JSON in request body")),
        ("[]", missing("valid JSON in request body")),
        ("\u{0}", missing("valid JSON in request body")),
        (&"[".repeat(100_000), missing("valid JSON in request body")),
        (r#"{"auth": {}}"#, missing("identity in auth")),
        (r#"{"auth": []}"#, "Invalid input for field 'auth': it is not of type 'object'".to_owned()),
        (r#"{"auth": {"identity": {}}}"#, missing("methods in identity")),
        (
            r#"{"auth": {"identity": {"methods": "password"}}}"#,
            "Invalid input for field 'methods': it is not of type 'array'".to_owned(),
        ),
        (
            r#"{"auth": {"identity": {"methods": [5]}}}"#,
            "Invalid input for field 'methods': it is not of type 'string'".to_owned(),
        ),
        (r#"{"auth": {"identity": {"methods": ["password"]}}}"#, missing("password in identity")),
        (r#"{"auth": {"identity": {"methods": ["odd"]}}}"#, missing("odd in identity")),
        (r#"{"auth": {"identity": {"methods": ["token"], "token": {}}}}"#, missing("id in token")),
        (&user("{}"), "Invalid input for field user: id or name must be present.".to_owned()),
        (&user(r#"{"name": "owner"}"#), missing("domain in user")),
        (&user(r#"{"name": 5}"#), "Invalid input for field 'name': it is not of type 'string'".to_owned()),
        (&scope("{}"), no_scope.clone()),
        (&scope("\"all\""), no_scope.clone()),
        (&scope("7"), no_scope.clone()),
        (&scope(r#"{"project": {"id": "a"}, "domain": {"id": "b"}}"#), no_scope),
        (&scope(r#"{"project": {"name": "owner"}}"#), missing("domain in project")),
    ] {
        let response = post(&wire, sent);
        assert_eq!((response.status().as_u16(), message(&response)), (400, said), "{}", &sent[..sent.len().min(80)]);
    }
    let plain = wire.send("nobody", &format!("POST {TOKENS}"), "{}", &[]);
    assert_eq!(message(&plain), missing("application/json in Content-Type header"));
    let large = post(&wire, &format!(r#"{{"auth": "{}"}}"#, "x".repeat(200_000)));
    assert_eq!((large.status().as_u16(), message(&large).as_str()), (413, "Request is too large."));
    let odd = post(&wire, r#"{"auth": {"identity": {"methods": ["odd"], "odd": {}}}}"#);
    assert_eq!(odd.status(), 401);
}

#[test]
fn a_project_is_shown_to_its_users_and_to_an_admin() {
    let wire = glance();
    let path = format!("/identity/v3/projects/{}", account(&wire, "owner").project_id);
    for (who, status) in [("owner", 200), ("reader", 200), ("admin", 200), ("member", 403), ("nobody", 401)] {
        let response = wire.get(who, &path);
        assert_eq!(response.status(), status, "{who}");
        if status == 200 {
            assert_eq!(body(&response)["project"]["name"], "owner");
        }
    }
    assert_eq!(wire.get("admin", "/identity/v3/projects/none").status(), 403);
}

#[test]
fn versions_are_told_to_anybody_in_every_profile() {
    for profile in Profile::ALL {
        let wire = Wire::new(profile, &[]);
        for (path, status) in [("/identity", 300), ("/identity/", 300), ("/identity/v3", 200), ("/identity/v3/", 200)] {
            let response = wire.get("nobody", path);
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(header(&response, crate::mock::HEADER), Some(profile.name()));
            let shown = body(&response);
            let version = shown.get("version").unwrap_or(&shown["versions"]["values"][0]);
            assert_eq!(version["links"][0]["href"], "http://localhost/identity/v3/");
        }
        for (path, status) in [("/", 300), ("/versions", 200)] {
            let response = wire.get("nobody", path);
            assert_eq!(response.status(), status, "{path}");
            let versions = body(&response)["versions"].as_array().unwrap().clone();
            let current: Vec<_> = versions.iter().filter(|version| version["status"] == "CURRENT").collect();
            assert_eq!(current.len(), 1);
            assert_eq!(current[0]["links"][0]["href"], "http://localhost/v2/");
        }
    }
}

#[test]
fn whatever_else_is_below_the_identity_api_is_refused_in_its_own_form() {
    let wire = glance();
    assert_eq!(message(&wire.get("owner", "/identity/v3/users")), "The resource could not be found.");
    assert_eq!(message(&wire.get("owner", "/identity/%FF/%00")), "The resource could not be found.");
    let response = wire.send("owner", &format!("PUT {TOKENS}"), "", &[]);
    assert_eq!((response.status().as_u16(), header(&response, "allow")), (405, Some("POST, GET, HEAD, DELETE")));
    assert_eq!(wire.get("owner", "/identityx").status(), 300, "that is the image API's");
}
