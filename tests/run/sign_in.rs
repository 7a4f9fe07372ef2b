//! Actors that sign in: by `clouds.yaml`, or by a command; once each, and again when a token is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::support::cloud::{Answer, Asked, Cloud};
use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{BINDING, Said, run, sharecheck};

/// Answers whatever is asked.
type Answering = fn() -> Answer;

const LOGIN: &str = "/identity/v3/auth/tokens";

/// A mock behind a relay that sees what passes, where all actors sign in by `clouds.yaml`.
struct Site {
    mock: Mock,
    relay: Cloud,
    /// Every token that was issued.
    tokens: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// Starts a site where `bend` may answer in place of the mock.
    fn start(profile: &str, bend: impl Fn(&Asked) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let mock = Mock::start(profile, &[]);
        let tokens: Arc<Mutex<Vec<String>>> = Arc::default();
        let (upstream, seen) = (mock.endpoint.clone(), Arc::clone(&tokens));
        let relay = Cloud::start(move |asked| {
            let answer = bend(asked).unwrap_or_else(|| Cloud::ask(&upstream, asked));
            let head = String::from_utf8_lossy(&answer.0).into_owned();
            seen.lock()
                .unwrap()
                .extend(head.lines().find_map(|line| line.strip_prefix("x-subject-token: ")).map(str::to_owned));
            answer
        });
        let site = Self { mock, relay, tokens };
        let clouds = fs::read_to_string(site.mock.clouds()).unwrap().replace(&site.mock.endpoint, &site.relay.endpoint);
        fs::write(site.clouds(), clouds).unwrap();
        site
    }

    fn clouds(&self) -> PathBuf {
        self.relay.folder().join("clouds.yaml")
    }

    /// Changes a text in the clouds of the relay.
    fn change_clouds(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.clouds()).unwrap();
        assert!(text.contains(from), "`{from}` stands in {text}");
        fs::write(self.clouds(), text.replace(from, to)).unwrap();
    }

    /// Returns what an entry of the clouds says of a key.
    fn said(&self, cloud: &str, key: &str) -> String {
        let file = sharecheck::diagnostic::SourceFile::new("clouds.yaml", fs::read_to_string(self.clouds()).unwrap());
        let clouds: Value = sharecheck::yaml::parse(&file).expect("is YAML");
        clouds["clouds"][cloud]["auth"][key].as_str().expect("it is there").to_owned()
    }

    /// Writes a target file in which every actor is the cloud of its name; the catalogue gives the endpoint.
    fn target(&self, more: &str) -> PathBuf {
        let actor = |name: &str| format!("  {name}: {{ cloud: {name} }}\n");
        let mut text = String::new();
        for line in self.mock.target_text().lines().filter(|line| !line.starts_with("endpoint:")) {
            // What is to be refused is no user.
            let user = Some(line).filter(|line| line.contains("project-id"));
            match user.and_then(|line| line.strip_prefix("  ")?.split_once(": { token")) {
                Some((name, _)) => text.push_str(&actor(name)),
                None => text.extend([line, "\n"]),
            }
        }
        self.relay.target_of(&format!("{text}clouds-file: clouds.yaml\n{more}"))
    }

    /// Returns the same, with all requests through the relay.
    fn relayed(&self) -> PathBuf {
        self.target(&format!("endpoint: {}\n", self.relay.endpoint))
    }

    /// Returns the users that signed in, and how often.
    fn logins(&self) -> BTreeMap<String, usize> {
        let mut logins = BTreeMap::new();
        for asked in self.relay.asked().iter().filter(|asked| asked.path == LOGIN && asked.method == "POST") {
            let body: Value = serde_json::from_slice(&asked.body).expect("is JSON");
            let user = &body["auth"]["identity"]["password"]["user"]["name"];
            *logins.entry(user.as_str().unwrap_or("application credential").to_owned()).or_default() += 1;
        }
        logins
    }

    /// Fails if a password, secret or token stands in a text.
    #[track_caller]
    fn is_secret(&self, text: &str) {
        let mut secrets = self.tokens.lock().unwrap().clone();
        let actors = self.mock.actors();
        secrets.extend(actors.iter().map(|(name, ..)| self.said(name, "password")));
        secrets.push(self.said("owner-app", "application_credential_secret"));
        for secret in secrets {
            assert!(!text.contains(&secret), "`{secret}` stands in {text}");
        }
    }
}

fn command(target: &Path) -> std::process::Command {
    let mut command = sharecheck();
    command.arg("run").arg("--target").arg(target);
    command
}

/// Fails unless there is one line on stderr, and nothing else.
#[track_caller]
fn one_sentence(said: &Said) -> &str {
    assert_eq!(said.stdout, "", "{}", said.all());
    let [line] = said.stderr.lines().collect::<Vec<_>>()[..] else { panic!("{}", said.all()) };
    line
}

#[test]
fn each_actor_signs_in_once_and_the_catalogue_leads_to_the_images() {
    for profile in BINDING {
        let site = Site::start(profile, |_| None);
        let (json, xml) = (site.relay.folder().join("r.json"), site.relay.folder().join("r.xml"));
        let mut command = command(&site.target(""));
        command.args(["-v", "--exchanges", "all", "--report-json"]).arg(&json).arg("--report-junit").arg(&xml);
        let said = run(&mut command).exits(0);
        assert!(site.logins().values().all(|count| *count == 1), "{:?}", site.logins());
        assert_eq!(site.logins().len(), site.mock.actors().len());
        let report = Report::read(&json);
        assert_eq!(report.runs()[0]["target"]["endpoint"], site.mock.endpoint, "as the catalogue has it");
        site.is_secret(&said.all());
        site.is_secret(&fs::read_to_string(json).unwrap());
        site.is_secret(&fs::read_to_string(xml).unwrap());
        site.mock.is_clean();
    }
}

#[test]
fn logins_are_overhead() {
    let site = Site::start("glance", |_| None);
    let overhead = |target: &Path| {
        let json = site.relay.folder().join("r.json");
        run(command(target).args(["v2::member-show::owner", "--report-json"]).arg(&json)).exits(0);
        Report::read(&json).runs()[0]["requests"]["overhead"].as_u64().unwrap()
    };
    let actors = site.mock.actors().len() as u64;
    // Keystone is asked about each token that is to be refused, too.
    let dead = site.mock.target_text().lines().filter(|line| line.contains("-token: { token:")).count() as u64;
    assert_eq!(overhead(&site.target("")), overhead(&site.mock.target()) + actors + dead);
}

#[test]
fn an_application_credential_is_the_owner_too() {
    let site = Site::start("glance", |_| None);
    let text = fs::read_to_string(site.target("")).unwrap().replace("{ cloud: owner }", "{ cloud: owner-app }");
    let said = run(&mut command(&site.relay.target_of(&text))).exits(0);
    assert_eq!(site.logins()["application credential"], 1, "{}", said.all());
    site.mock.is_clean();
}

#[test]
fn a_run_goes_on_over_tokens_that_end() {
    // Each token is good for so many requests; then the cloud itself refuses it. One request at a time: others
    // would use up the new token before the one that it was fetched for is sent again.
    const GOOD_FOR: usize = 12;
    let uses: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let site = Site::start("glance", move |asked| {
        let token = asked.header("x-auth-token").filter(|_| asked.path != LOGIN)?.to_owned();
        let mut counts = uses.lock().unwrap();
        let count = counts.entry(token).or_default();
        *count += 1;
        (*count > GOOD_FOR)
            .then(|| Answer::json(401, r#"{"message": "ended", "code": "401 Unauthorized", "title": "Unauthorized"}"#))
    });
    let json = site.relay.folder().join("r.json");
    let said = run(command(&site.relayed()).args(["-j", "1"]).arg("--report-json").arg(&json)).exits(0);
    let report = Report::read(&json);
    assert!(report.with("inconclusive").is_empty() && report.with("fail").is_empty(), "{}", said.all());
    assert!(site.logins()["owner"] > 5, "{:?}", site.logins());
    assert_eq!(site.tokens.lock().unwrap().len(), site.logins().values().sum::<usize>());
    site.is_secret(&said.all());
    site.is_secret(&fs::read_to_string(json).unwrap());
    site.mock.is_clean();
}

#[test]
fn an_identity_service_that_is_busy_is_asked_again() {
    // Fewer than each actor may try.
    let busy: Mutex<[u16; 3]> = Mutex::new([429, 503, 429]);
    let site = Site::start("glance", move |asked| {
        let mut busy = busy.lock().unwrap();
        let next = busy.iter_mut().find(|status| **status != 0).filter(|_| asked.path == LOGIN)?;
        Some(Answer::json(std::mem::take(next), r#"{"error": {"message": "busy"}}"#))
    });
    run(command(&site.relayed()).arg("member-show::shows-")).exits(0);
    assert!(site.logins().values().sum::<usize>() > site.logins().len(), "{:?}", site.logins());
    site.mock.is_clean();
    // Who is told to ask once does.
    let site = Site::start("glance", |asked| (asked.path == LOGIN).then(|| Answer::json(503, "{}")));
    let said = run(command(&site.relayed()).args(["--retry", "0"])).exits(3);
    let line = one_sentence(&said);
    assert!(line.contains("cannot sign in") && line.contains("503"), "{line}");
}

#[test]
fn a_cloud_that_refuses_every_token_is_asked_for_one_more_and_no_more() {
    let site = Site::start("glance", |asked| {
        let refused = asked.header("x-auth-token").is_some() && asked.path.contains("/members");
        refused.then(|| Answer::json(401, r#"{"message": "no", "code": "401 Unauthorized", "title": "Unauthorized"}"#))
    });
    let said = run(command(&site.relayed()).arg("member-show"));
    assert!(said.code != Some(0), "{}", said.all());
    assert!(site.logins().values().all(|count| *count <= 2), "{:?}", site.logins());
    site.mock.is_clean();
}

#[test]
fn an_owner_who_cannot_sign_in_ends_the_run_with_one_sentence() {
    let wrong = "a-wrong-password-of-the-owner";
    let site = Site::start("glance", |_| None);
    site.change_clouds(&site.said("owner", "password"), wrong);
    let said = run(&mut command(&site.target(""))).exits(3);
    let line = one_sentence(&said);
    assert!(line.contains("owner") && line.contains("cannot sign in") && line.contains("401"), "{line}");
    assert!(!line.contains(wrong), "{line}");
}

#[test]
fn another_who_cannot_sign_in_leaves_its_own_cases_open() {
    let site = Site::start("glance", |_| None);
    site.change_clouds(&site.said("member", "password"), "a-wrong-password");
    let json = site.relay.folder().join("r.json");
    run(command(&site.target("")).arg("--report-json").arg(&json)).exits(3);
    let report = Report::read(&json);
    let open = report.with("inconclusive");
    assert!(!open.is_empty() && report.with("fail").is_empty() && report.with("pass").len() > 10);
    for case in open {
        let reason = case["reason"].as_str().unwrap();
        assert!(reason.starts_with("the credentials of member do not work: it cannot sign in"), "{reason}");
        assert!(!reason.contains("a-wrong-password"), "{reason}");
    }
    site.mock.is_clean();
}

#[test]
fn an_identity_service_that_is_none_is_one_sentence() {
    let answers: [(&str, Answering); 6] = [
        ("301", || Answer::new(301, &[("location", "/elsewhere")], "")),
        ("404", || Answer::new(404, &[("content-type", "text/html")], "<html>")),
        ("without a token", || Answer::json(201, r#"{"token": {}}"#)),
        ("without a description", || Answer::new(201, &[("x-subject-token", "some-token")], "[]")),
        ("broke off", || Answer(b"HTTP/1.1 201 OK\r\ncontent-length: 9\r\n\r\n".to_vec())),
        ("500", || Answer::json(500, "{\"error\": {\"message\": \"\\u001b[31mred\\nline\"}}")),
    ];
    for (says, answer) in answers {
        let site = Site::start("glance", move |_| Some(answer()));
        let said = run(&mut command(&site.target(""))).exits(3);
        let line = one_sentence(&said);
        assert!(line.contains(says) && line.contains("cannot sign in") && !line.contains('\u{1b}'), "{says}: {line}");
        assert!(site.relay.asked().iter().all(|asked| asked.path == LOGIN), "a redirect was followed");
    }
    let site = Site::start("glance", |_| None);
    site.change_clouds(&site.relay.endpoint, "http://127.0.0.1:1");
    let said = run(&mut command(&site.target(""))).exits(3);
    assert!(one_sentence(&said).contains("no token from http://127.0.0.1:1/identity"), "{}", said.all());
}

#[test]
fn an_identity_service_that_echoes_what_it_is_sent_tells_nothing() {
    let site = Site::start("glance", |asked| {
        let sent = String::from_utf8_lossy(&asked.body).replace('"', "'");
        Some(Answer::json(401, &format!(r#"{{"error": {{"message": "you sent {sent}"}}}}"#)))
    });
    site.change_clouds(&site.said("owner", "password"), "hunter2");
    let said = run(&mut command(&site.target(""))).exits(3);
    let line = one_sentence(&said);
    assert!(line.contains("[secret]") && !line.contains("hunter2"), "{line}");
    site.is_secret(&said.all());
}

#[test]
fn actors_must_turn_out_to_be_parties_of_their_own() {
    for (from, to, says) in [
        ("stranger", "owner", "owner and stranger have the same project"),
        ("reader", "owner", "owner and reader have the same user in the same project"),
        ("reader", "stranger", "reader and owner have different projects"),
    ] {
        let site = Site::start("glance", |_| None);
        let mut text = fs::read_to_string(site.target("")).unwrap();
        if to == "stranger" {
            // Or it would be taken for the reader.
            text = text.replace("  stranger: { cloud: stranger }\n", "");
        }
        let text = text.replace(&format!("  {from}: {{ cloud: {from} }}"), &format!("  {from}: {{ cloud: {to} }}"));
        let said = run(&mut command(&site.relay.target_of(&text))).exits(2);
        assert!(said.stderr.contains(says), "{}", said.all());
        assert!(site.relay.asked().iter().all(|asked| asked.path == LOGIN));
    }
}

#[test]
fn all_must_find_the_same_endpoint_unless_one_is_given() {
    let site = Site::start("glance", |_| None);
    let line = "  owner:\n";
    site.change_clouds(line, &format!("{line}    image_endpoint_override: {}/v2\n", site.relay.endpoint));
    let said = run(&mut command(&site.target(""))).exits(2);
    let line = one_sentence(&said);
    assert!(line.contains(&site.relay.endpoint) && line.contains(&site.mock.endpoint), "{line}");
    run(command(&site.relayed()).arg("v2::member-show::owner")).exits(0);
    let said = run(command(&site.target("")).args(["-e", &site.mock.endpoint, "v2::member-show::owner"]));
    said.exits(0);
    site.change_clouds("region_name: RegionOne", "region_name: RegionTwo");
    site.change_clouds(&format!("    image_endpoint_override: {}/v2\n", site.relay.endpoint), "");
    let said = run(&mut command(&site.target(""))).exits(2);
    assert!(one_sentence(&said).contains("in region `RegionTwo`; there is one in RegionOne"), "{}", said.all());
}

#[test]
fn certificates_that_are_not_checked_are_told_everywhere() {
    let site = Site::start("glance", |_| None);
    site.change_clouds("  member:\n", "  member:\n    verify: false\n");
    let (json, xml) = (site.relay.folder().join("r.json"), site.relay.folder().join("r.xml"));
    let mut command = command(&site.target(""));
    command.args(["v2::member-show::owner", "--report-json"]).arg(&json).arg("--report-junit").arg(&xml);
    let said = run(&mut command).exits(0);
    assert!(said.stderr.contains("warning: certificates of cloud `member` are not checked"), "{}", said.all());
    assert!(said.stdout.contains("INSECURE"), "{}", said.all());
    assert_eq!(Report::read(&json).runs()[0]["target"]["insecure"], true);
    assert!(fs::read_to_string(xml).unwrap().contains(r#"<property name="insecure""#));
}

#[test]
fn a_list_needs_nobody_to_sign_in() {
    let site = Site::start("glance", |_| None);
    let said = run(command(&site.target("")).arg("--list")).exits(0);
    assert!(said.stdout.contains("v2::member-show::"), "{}", said.all());
    assert!(site.relay.asked().is_empty());
}

#[test]
fn a_command_gives_a_token_again_when_it_is_refused() {
    let mock = Mock::start("glance", &[]);
    let (token, folder) = (mock.token("owner"), mock.target().parent().unwrap().to_owned());
    let project = mock.actors().into_iter().find(|(name, ..)| name == "owner").unwrap().2;
    // The first token is a wrong one; the command notes each call.
    let script = format!(
        "echo x >> {0}/calls; [ $(wc -l < {0}/calls) -gt 1 ] && echo {token} || echo stale-token",
        folder.display()
    );
    let given = format!("owner: {{ token: \"{token}\"");
    let target = mock.target_with(&given, &format!("owner: {{ token-command: {}", Value::from(script.as_str())));
    let said = run(&mut command(&target)).exits(0);
    assert!(!said.all().contains(&token) && !said.all().contains("stale-token"), "{}", said.all());
    assert_eq!(fs::read_to_string(folder.join("calls")).unwrap().lines().count(), 2);
    // The same by a flag, and one that fails.
    let flag = |script: &str| format!("owner=token-command:{script},{project}");
    run(command(&mock.target()).args(["v2::member-show::owner", "--actor", &flag(&format!("echo {token}"))])).exits(0);
    let said = run(command(&mock.target()).args(["--actor", &flag("echo try, later >&2; exit 7")])).exits(3);
    let line = one_sentence(&said);
    assert!(line.ends_with("its token-command ended with exit status: 7: try, later"), "{line}");
}

#[test]
fn os_cloud_is_the_owner_where_nobody_else_is() {
    let site = Site::start("glance", |_| None);
    let mut asked = sharecheck();
    asked.env("OS_CLOUD", "owner").env("OS_CLIENT_CONFIG_FILE", site.clouds());
    asked.args([
        "run",
        "-p",
        "glance",
        "--writes",
        "images",
        "--actor",
        "member=cloud:member",
        "v2::member-show::owner",
    ]);
    run(&mut asked).exits(0);
    assert_eq!(site.logins().into_keys().collect::<Vec<_>>(), ["member", "owner"]);
    // Alone it makes no target: nobody is written to whom no flag names.
    run(sharecheck().env("OS_CLOUD", "owner").env("OS_CLIENT_CONFIG_FILE", site.clouds()).args(["run", "--list"]))
        .exits(0);
}

#[test]
fn mistakes_about_clouds_are_told_with_their_place_and_nothing_is_sent() {
    let site = Site::start("glance", |_| None);
    let text = fs::read_to_string(site.target("")).unwrap();
    for (from, to, says) in [
        ("{ cloud: stranger }", "{ cloud: strangr }", "there is no cloud `strangr`"),
        (
            "{ cloud: stranger }",
            "{ cloud: stranger, project-id: a }",
            "the credentials of stranger are neither one thing nor another",
        ),
        ("{ cloud: stranger }", "{ token: some-token }", "key `project-id` is missing"),
        ("{ cloud: stranger }", "{}", "give `cloud`, or `token` and `project-id`"),
        ("clouds-file: clouds.yaml", "clouds-file: other.yaml", "other.yaml"),
    ] {
        assert!(text.contains(from));
        let said = run(&mut command(&site.relay.target_of(&text.replace(from, to)))).exits(2);
        assert!(
            said.stderr.contains(says) && (said.stderr.contains("target.yaml:") || from.starts_with("clouds")),
            "{to}: {}",
            said.all()
        );
    }
    site.change_clouds("  stranger:\n", "  stranger:\n    image_endpoint_override: nowhere\n");
    let said = run(&mut command(&site.relay.target_of(&text))).exits(2);
    assert!(
        said.stderr.contains("clouds.yaml:") && said.stderr.contains("this is no URL of a service"),
        "{}",
        said.all()
    );
    assert!(site.relay.asked().is_empty());
}
