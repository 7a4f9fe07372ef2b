//! Runs that end before their end: Ctrl-C, a deadline, and readers that go away.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::support::cloud::{Asked, Cloud};
use crate::support::mock::Mock;
use crate::support::report::Report;
use crate::support::{Said, run, sharecheck};

/// A cloud before a mock that carries out one request and keeps its answer until it is let go.
struct Holding {
    mock: Mock,
    cloud: Cloud,
    held: Receiver<()>,
    _let_go: Sender<()>,
}

impl Holding {
    fn start(which: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> Self {
        let mock = Mock::start("glance", &[]);
        let upstream = mock.endpoint.clone();
        let ((tell, held), (let_go, gone)) = (channel(), channel::<()>());
        let first = Mutex::new(Some((tell, gone)));
        let cloud = Cloud::start(move |asked| {
            let answer = Cloud::ask(&upstream, asked);
            let caught = if which(asked) { first.lock().unwrap().take() } else { None };
            if let Some((tell, gone)) = caught {
                tell.send(()).unwrap();
                // Ends when the test does.
                let _ = gone.recv();
            }
            answer
        });
        Self { mock, cloud, held, _let_go: let_go }
    }

    fn command(&self) -> Command {
        let text = self.mock.target_text().replace(&self.mock.endpoint, &self.cloud.endpoint);
        let mut command = sharecheck();
        command.args(["run", "-j", "1", "--target"]).arg(self.cloud.target_of(&text));
        command.arg("--report-json").arg(self.cloud.folder().join("report.json"));
        command
    }

    /// Starts a run, waits until the answer is held, sends the signal and waits for the end.
    fn signalled(&self, signal: &str) -> (Said, Report) {
        let child = self.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        self.held.recv().expect("the request comes");
        send(signal, &child);
        let said = Said::from(child.wait_with_output().unwrap());
        (said, Report::read(&self.cloud.folder().join("report.json")))
    }
}

fn send(signal: &str, child: &Child) {
    let kill = Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status();
    assert!(kill.expect("there is a shell").success());
}

fn reads_a_row(asked: &Asked) -> bool {
    asked.method == "GET" && asked.path.contains("/members/")
}

#[test]
fn ctrl_c_ends_the_run_after_clean_up() {
    let holding = Holding::start(reads_a_row);
    let (said, report) = holding.signalled("INT");
    assert!(report.with("inconclusive").iter().any(|case| case["reason"] == "the run was interrupted"));
    assert!(report.with("fail").is_empty());
    said.exits(130);
    holding.mock.is_clean();
}

#[test]
fn a_request_to_terminate_is_like_ctrl_c() {
    let holding = Holding::start(reads_a_row);
    holding.signalled("TERM").0.exits(130);
    holding.mock.is_clean();
}

#[test]
fn an_image_whose_creation_was_never_answered_is_removed() {
    let holding = Holding::start(|asked| asked.method == "POST" && asked.path == "/v2/images");
    let (said, report) = holding.signalled("INT");
    assert_eq!(report.runs()[0]["leftovers"].as_array().unwrap().len(), 0, "{}", said.all());
    said.exits(130);
    holding.mock.is_clean();
}

#[test]
fn a_deadline_ends_the_run_after_clean_up() {
    let holding = Holding::start(reads_a_row);
    let said = run(holding.command().args(["--deadline", "3s"])).exits(3);
    let report = Report::read(&holding.cloud.folder().join("report.json"));
    let open = report.with("inconclusive");
    assert!(open.iter().any(|case| case["reason"] == "the deadline of the run had passed"), "{}", said.all());
    holding.mock.is_clean();
}

#[test]
fn an_answer_that_never_comes_makes_one_case_inconclusive() {
    let holding = Holding::start(reads_a_row);
    let said = run(holding.command().args(["--max-time", "3s"])).exits(3);
    let report = Report::read(&holding.cloud.folder().join("report.json"));
    let [case] = report.with("inconclusive")[..] else { panic!("{}", said.all()) };
    assert!(case["reason"].as_str().unwrap().contains("no answer within 3s"), "{case}");
    assert!(report.with("fail").is_empty());
    holding.mock.is_clean();
}

#[test]
fn ctrl_c_ends_the_wait_for_reads_that_lag_behind() {
    let mock = Mock::start("glance", &[]);
    let (upstream, (tell, told)) = (mock.endpoint.clone(), channel());
    let cloud = Cloud::start(move |asked| {
        let answer = Cloud::ask(&upstream, asked);
        if asked.method == "POST" {
            // The test may have ended.
            let _ = tell.send(());
        }
        answer
    });
    let text = mock.target_text().replace(&mock.endpoint, &cloud.endpoint) + "consistency: { within: 24h }\n";
    let mut command = sharecheck();
    command.args(["run", "-j", "1", "--target"]).arg(cloud.target_of(&text));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    told.recv().expect("an image is made");
    send("INT", &child);
    Said::from(child.wait_with_output().unwrap()).exits(130);
    mock.is_clean();
}

/// Runs a command, reads its first line and closes the pipe; returns what it said on stderr.
fn head(command: &mut Command) -> (Option<i32>, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    drop(stdout);
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    (child.wait().unwrap().code(), stderr)
}

#[test]
fn a_reader_who_goes_away_is_no_crash_and_leaves_nothing() {
    for jobs in ["1", "8"] {
        let mock = Mock::start("glance", &["stranger-shows"]);
        let path = mock.target().with_file_name("report.json");
        let mut command = sharecheck();
        command.args(["run", "-j", jobs, "--target"]).arg(mock.target()).arg("--report-json").arg(&path);
        let (code, stderr) = head(&mut command);
        assert!(!stderr.contains("panicked"), "{stderr}");
        mock.is_clean();
        let all = run(sharecheck().args(["run", "--list", "--target"]).arg(mock.target())).stdout;
        let all = all.lines().filter(|line| line.ends_with(": test")).count();
        assert_eq!(Report::read(&path).cases().len(), all, "the report has every case");
        assert_eq!(code, Some(1), "the exit code is that of the run: {stderr}");
    }
}

#[test]
fn readers_of_lists_may_go_away() {
    for arguments in [
        &["run", "--list"][..],
        &["run", "--format", "json"],
        &["mock", "--list-faults"],
        &["run", "--help"],
        &["lint"],
    ] {
        let (code, stderr) = head(sharecheck().args(arguments));
        assert_eq!((code, stderr.contains("panicked")), (Some(0), false), "{arguments:?}: {stderr}");
    }
}
