//! Clouds that are not instant, and what stands before them: reads that lag behind writes, throttling, a gateway's
//! own pages, slow answers and lost connections. None of it may look like a breach, or hide one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::cloud::{Answer, Asked, Cloud};
use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{BINDING, PROFILES, Said, run, sharecheck};

/// Runs everything against a target; returns what was said, and the report.
fn run_all(target: &Path, more: &[&str]) -> (Said, Report) {
    let path = target.with_extension("report.json");
    let mut command = sharecheck();
    command.args(["run", "-j", "32", "--target"]).arg(target).arg("--report-json").arg(&path).args(more);
    let said = run(&mut command);
    (said, Report::read(&path))
}

/// Returns the run of a profile against a mock that is instant.
fn instant(profile: &str) -> Report {
    static SEEN: OnceLock<Value> = OnceLock::new();
    let all = SEEN.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("report.json");
        let mut command = sharecheck();
        command.args(["run", "-j", "32", "--exchanges", "all", "--report-json"]).arg(&path);
        run(&mut command).exits(0);
        Report::read(&path).0
    });
    let mut only = all.clone();
    only["runs"].as_array_mut().unwrap().retain(|run| run["target"]["profile"] == profile);
    Report(only)
}

fn mock(profile: &str, more: &[&str]) -> Mock {
    Mock::start_in(TempDir::new().unwrap(), &[&["--profile", profile], more].concat())
}

/// Waits until nothing that a run made shows any more, to whom reads lag behind.
fn is_clean_in_the_end(mock: &Mock) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while mock.images("owner").iter().any(|name| name.contains("sharecheck-")) {
        assert!(Instant::now() < deadline, "images are left: {:?}", mock.images("owner"));
    }
}

fn leftovers(report: &Report) -> usize {
    report.runs()[0]["leftovers"].as_array().unwrap().len()
}

const SLOW: [&str; 2] = ["--converge", "60ms"];

#[test]
fn reads_that_lag_behind_writes_are_waited_for() {
    for profile in PROFILES {
        let mock = mock(profile, &SLOW);
        assert!(mock.target_text().contains("consistency: { within: 60ms, every: 200ms }"), "{}", mock.target_text());
        let target = mock.target_with("within: 60ms, every: 200ms", "within: 80ms, every: 10ms");
        let (said, report) = run_all(&target, &[]);
        let said = said.exits(0);
        assert_eq!(report.verdicts(), instant(profile).verdicts(), "{}", said.all());
        let late: Vec<_> = report.cases().into_iter().filter(|case| case["converged_ms"].is_u64()).collect();
        assert!(!late.is_empty() && said.stdout.contains("a read showed a write late"), "{}", said.all());
        assert_eq!(leftovers(&report), 0);
        is_clean_in_the_end(&mock);
    }
}

#[test]
fn a_target_that_says_nothing_of_it_is_told_what_to_say() {
    let mock = mock("glance", &["--converge", "3s"]);
    let (said, report) = run_all(&mock.target_with("within: 3s", "within: 0s"), &["v2::"]);
    let said = said.exits(3);
    assert!(report.with("fail").is_empty(), "{}", said.all());
    for case in report.with("inconclusive") {
        let reason = case["reason"].as_str().unwrap();
        assert!(reason.starts_with("no fixture: reads lag behind writes: the first image"), "{reason}");
        assert!(reason.contains("(`consistency: { within: "), "{reason}");
    }
}

#[test]
fn a_time_that_is_too_short_for_the_cloud_proves_nothing() {
    let mock = mock("glance", &["--converge", "10s"]);
    let target = mock.target_with("within: 10s", "within: 50ms");
    let (said, report) = run_all(&target, &["member-delete::removed-is-gone"]);
    let said = said.exits(3);
    let [case] = report.with("inconclusive")[..] else { panic!("{}", said.all()) };
    assert!(case["reason"].as_str().unwrap().contains("after 50ms (`consistency`)"), "{case}");
}

#[test]
fn a_lag_hides_no_breach() {
    for (fault, case) in [
        ("readded-member-not-stored", "v2::member-add::comes-back"),
        ("removal-not-stored", "v2::member-delete::removed-is-gone"),
        ("refused-add-is-kept", "v2::member-add::recipient-may-not-add"),
        ("refused-removal-is-done", "v2::member-delete::recipient-may-not-remove"),
        ("answer-leaves-updated-at", "v2::member-show::reject-moves-updated-at"),
    ] {
        let fails = |manner: &[&str]| {
            let mock = mock("glance", &[&["--fault", fault], manner].concat());
            let (said, report) = run_all(&mock.target(), &[]);
            said.exits(1);
            report.with("fail").iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let seen = fails(&SLOW);
        assert!(seen.iter().any(|id| id == case), "{fault}: {seen:?}");
        // Where nothing lags, an image that serves a second case is not looked at again, and more may fail.
        let instant = fails(&[]);
        assert!(
            instant.contains(&case.to_owned()) && seen.iter().all(|id| instant.contains(id)),
            "{seen:?} {instant:?}"
        );
    }
}

#[test]
fn a_cloud_that_throttles_is_asked_again() {
    for profile in PROFILES {
        let mock = mock(profile, &["--throttle", "10"]);
        // With many cases at the same moment one may be the tenth several times running.
        let (said, report) = run_all(&mock.target(), &["--retry", "12"]);
        let said = said.exits(0);
        let calm = instant(profile);
        assert_eq!(report.verdicts(), calm.verdicts(), "{}", said.all());
        let overhead = |report: &Report| report.runs()[0]["requests"]["overhead"].as_u64().unwrap();
        assert!(overhead(&report) > overhead(&calm) + 30, "what was sent again is told: {}", said.all());
        assert_eq!(leftovers(&report), 0);
        mock.is_clean();
    }
}

#[test]
fn who_does_not_ask_again_cannot_judge() {
    let mock = mock("glance", &["--throttle", "10"]);
    let (said, report) = run_all(&mock.target(), &["--retry", "0"]);
    let said = said.exits(3);
    assert!(report.with("fail").is_empty(), "{}", said.all());
    let open = report.with("inconclusive");
    assert!(open.len() > 10 && open.iter().all(|case| case["reason"].as_str().unwrap().contains("429")), "{open:#?}");
    assert_eq!(leftovers(&report), 0, "{}", said.all());
    mock.is_clean();
}

/// A mock behind a proxy, and a target file that leads through it.
struct Proxied {
    mock: Mock,
    _proxy: Cloud,
    target: PathBuf,
}

impl Proxied {
    /// Starts a proxy that does something to each answer, given which request of all it was.
    fn start(profile: &str, of: impl Fn(usize, &Asked, Answer) -> Answer + Send + Sync + 'static) -> Self {
        let mock = Mock::start(profile, &[]);
        let (upstream, count) = (mock.endpoint.clone(), AtomicUsize::new(0));
        let proxy = Cloud::start(move |asked| {
            let number = count.fetch_add(1, Ordering::Relaxed) + 1;
            of(number, asked, Cloud::ask(&upstream, asked))
        });
        let target = mock.target_with(&mock.endpoint, &proxy.endpoint);
        Self { mock, _proxy: proxy, target }
    }
}

/// Returns the ids of the cases of which an answer with this status was kept.
fn answered(report: &Report, status: u16) -> BTreeSet<String> {
    let was = |case: &&Value| {
        let exchanges = case["exchanges"].as_array().unwrap();
        exchanges.iter().any(|exchange| exchange["response"]["status"] == status)
    };
    report.cases().into_iter().filter(was).map(|case| case["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_gateways_own_404_proves_nothing() {
    for profile in BINDING {
        let proxied = Proxied::start(profile, |_, _, answer| {
            if answer.0.starts_with(b"HTTP/1.1 404") {
                Answer::new(404, &[("content-type", "text/html")], "<html><h1>404 Not Found</h1></html>")
            } else {
                answer
            }
        });
        let (said, report) = run_all(&proxied.target, &[]);
        let hidden = answered(&instant(profile), 404);
        assert!(hidden.len() > 10, "{hidden:?}");
        assert!(report.with("fail").is_empty(), "{}", said.all());
        let judged: Vec<_> = hidden.iter().filter(|id| report.case(id)["verdict"] != "inconclusive").collect();
        assert!(judged.is_empty(), "{judged:?}");
        said.exits(3);
        proxied.mock.is_clean();
    }
}

#[test]
fn slow_answers_are_as_good_as_others() {
    let proxied = Proxied::start("glance", |_, _, answer| {
        thread::sleep(Duration::from_millis(20));
        answer
    });
    let (said, report) = run_all(&proxied.target, &[]);
    let said = said.exits(0);
    assert_eq!(report.verdicts(), instant("glance").verdicts(), "{}", said.all());
}

#[test]
fn a_lost_answer_is_no_breach() {
    let proxied =
        Proxied::start("glance", |number, _, answer| if number % 15 == 0 { Answer(Vec::new()) } else { answer });
    let (said, report) = run_all(&proxied.target, &[]);
    let said = said.exits(3);
    assert!(report.with("fail").is_empty(), "{}", said.all());
    assert!(report.with("pass").len() > 100, "{}", said.all());
    proxied.mock.is_clean();
}
