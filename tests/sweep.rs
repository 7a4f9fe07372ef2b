//! `sharecheck sweep`: what killed runs left is found and removed, and nothing else.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use support::cloud::{Answer, Asked, Cloud};
use support::mock::Mock;
use support::{Said, run, sharecheck};

/// A mock behind a cloud that keeps the answer to one request until the test ends, and a folder for journals.
struct Scene {
    mock: Mock,
    cloud: Cloud,
    held: Receiver<()>,
    _let_go: Sender<()>,
}

impl Scene {
    /// Starts a scene where the answer to the request of that number, counting those that fit, is kept.
    fn holding(number: usize, which: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> Self {
        Self::with(Mock::start("glance", &[]), number, which)
    }

    fn with(mock: Mock, number: usize, which: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> Self {
        let upstream = mock.endpoint.clone();
        let ((tell, held), (let_go, gone)) = (channel(), channel::<()>());
        let state = Mutex::new((0, Some((tell, gone))));
        let cloud = Cloud::start(move |asked| {
            let answer = Cloud::ask(&upstream, asked);
            let caught = {
                let mut state = state.lock().unwrap();
                state.0 += usize::from(which(asked));
                if state.0 == number { state.1.take() } else { None }
            };
            if let Some((tell, gone)) = caught {
                tell.send(()).unwrap();
                // Ends when the test does.
                let _ = gone.recv();
            }
            answer
        });
        let scene = Self { mock, cloud, held, _let_go: let_go };
        scene.target_of(&scene.mock.target_text());
        scene
    }

    fn target_of(&self, text: &str) -> PathBuf {
        self.cloud.target_of(&text.replace(&self.mock.endpoint, &self.cloud.endpoint))
    }

    fn target(&self) -> PathBuf {
        self.cloud.folder().join("target.yaml")
    }

    fn state(&self) -> PathBuf {
        self.cloud.folder().join("state")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = sharecheck();
        command.args(words).env("SHARECHECK_STATE_DIR", self.state());
        command
    }

    /// Starts a run and waits until the answer is held.
    fn run(&self) -> Child {
        let mut command = self.command(&["run", "-j", "1", "--target"]);
        let child = command.arg(self.target()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        self.held.recv().expect("the request comes");
        child
    }

    /// Starts a run and kills it once the answer is held.
    fn killed(&self) {
        let mut child = self.run();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(self.journals().len(), 1, "the journal is left");
    }

    fn sweep(&self, more: &[&str]) -> Said {
        run(self.command(&["sweep", "--target"]).arg(self.target()).args(more))
    }

    fn journals(&self) -> Vec<PathBuf> {
        fs::read_dir(self.state()).map(|found| found.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default()
    }

    /// Returns the names of the owner's images.
    fn images(&self) -> BTreeSet<String> {
        self.mock.images("owner").into_iter().collect()
    }

    fn methods_since(&self, asked: usize) -> BTreeSet<String> {
        self.cloud.asked()[asked..].iter().map(|asked| asked.method.clone()).collect()
    }
}

fn makes_an_image(asked: &Asked) -> bool {
    asked.method == "POST" && asked.path == "/v2/images"
}

fn adds_a_member(asked: &Asked) -> bool {
    asked.method == "POST" && asked.path.ends_with("/members")
}

/// The images that people made, with names much like ours.
const BY_HAND: [&str; 4] =
    ["sharecheck-notes", "sharecheck-12345678-1-copy", "sharecheck-ABCDEFGH-1", "my-sharecheck-12345678-1"];

#[test]
fn what_a_killed_run_left_is_told_and_then_removed() {
    let scene = Scene::holding(7, makes_an_image);
    for name in BY_HAND {
        scene.mock.image(name, "shared");
    }
    let before = scene.images();
    scene.killed();
    let left = scene.images();
    assert!(left.len() > before.len(), "{left:?}");
    let asked = scene.cloud.asked().len();
    let said = scene.sweep(&["--dry-run"]).exits(3);
    assert_eq!(scene.methods_since(asked), BTreeSet::from(["GET".to_owned()]));
    for name in left.difference(&before) {
        assert!(said.stdout.contains(name.trim_matches('"')), "{name} is told: {}", said.all());
    }
    assert_eq!((scene.images(), scene.journals().len()), (left.clone(), 1), "a dry run changes nothing");
    let said = scene.sweep(&[]).exits(0);
    assert!(said.stdout.contains(&format!("{} removed", left.len() - before.len())), "{}", said.all());
    assert_eq!((scene.images(), scene.journals()), (before, Vec::new()), "{}", said.all());
    let said = scene.sweep(&[]).exits(0);
    assert!(said.stdout.contains("nothing to do"), "{}", said.all());
}

#[test]
fn a_sweep_needs_the_owner_alone_and_finds_its_target_in_the_journal() {
    let scene = Scene::holding(2, makes_an_image);
    scene.killed();
    let owner = format!("\"{}\"", scene.mock.token("owner"));
    let text = scene.mock.target_text();
    let others = scene.mock.actors().into_iter().filter(|(name, ..)| name != "owner");
    let text = others.fold(text, |text, (.., token, _)| text.replace(&format!("\"{token}\""), "\"${UNKNOWN_TOKEN}\""));
    assert!(text.contains(&owner) && text.contains("UNKNOWN_TOKEN"));
    scene.target_of(&text);
    let said = run(&mut scene.command(&["sweep"])).exits(0);
    assert!(said.stdout.contains("removed"), "{}", said.all());
    scene.mock.is_clean();
    let said = run(&mut scene.command(&["sweep"])).exits(0);
    assert!(said.stdout.contains("nothing to do") && said.stderr.contains("--target"), "{}", said.all());
}

#[test]
fn rows_on_a_borrowed_image_are_removed_too() {
    let mock = Mock::start("glance", &[]);
    let image = mock.image("theirs", "shared");
    mock.share(&image, "f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0");
    let before = mock.dump(&image);
    let scene = Scene::with(mock, 3, adds_a_member);
    let borrowed = format!("writes: members\nimages: {{ shareable: {image} }}\n");
    scene.target_of(&scene.mock.target_text().replace("writes: images\n", &borrowed));
    scene.killed();
    assert_ne!(before, scene.mock.dump(&image));
    let said = scene.sweep(&["--dry-run"]).exits(3);
    assert!(said.stdout.contains("found    member "), "{}", said.all());
    let said = scene.sweep(&[]).exits(0);
    assert_eq!(before, scene.mock.dump(&image), "{}", said.all());
}

#[test]
fn images_of_a_run_that_is_going_on_stay() {
    let scene = Scene::holding(3, makes_an_image);
    let mut child = scene.run();
    let left = scene.images();
    let said = scene.sweep(&["--older-than", "0s"]).exits(0);
    assert!(said.stdout.contains("is still going on"), "{}", said.all());
    assert_eq!(scene.images(), left);
    child.kill().unwrap();
    child.wait().unwrap();
    scene.sweep(&[]).exits(0);
    scene.mock.is_clean();
}

#[test]
fn images_that_no_journal_speaks_of_are_removed_once_they_are_old() {
    let scene = Scene::holding(3, makes_an_image);
    scene.killed();
    fs::remove_dir_all(scene.state()).unwrap();
    let left = scene.images();
    let said = scene.sweep(&[]).exits(0);
    assert!(said.stdout.contains("stays") && said.stdout.contains("--older-than"), "{}", said.all());
    assert_eq!(scene.images(), left);
    scene.sweep(&["--older-than", "0s"]).exits(0);
    scene.mock.is_clean();
}

#[test]
fn a_journal_with_a_broken_line_still_leads_to_everything_else() {
    let scene = Scene::holding(5, makes_an_image);
    scene.killed();
    let [journal] = &scene.journals()[..] else { panic!("there is one") };
    let text = fs::read_to_string(journal).unwrap();
    let tokens: Vec<_> = scene.mock.actors().into_iter().map(|(_, token, _)| token).collect();
    assert!(tokens.iter().all(|token| !text.contains(token)), "no credential is in a journal");
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines.insert(1, "{\"event\":\"mak".to_owned());
    lines.push("\u{1}garbage".to_owned());
    fs::write(journal, lines.join("\n")).unwrap();
    let said = scene.sweep(&[]).exits(0);
    assert_eq!(said.stderr.matches("cannot be read").count(), 2, "{}", said.all());
    scene.mock.is_clean();
    assert!(scene.journals().is_empty());
}

#[test]
fn what_cannot_be_removed_is_told_and_the_journal_stays() {
    let scene = Scene::holding(2, makes_an_image);
    scene.killed();
    let upstream = scene.mock.endpoint.clone();
    let stubborn = Cloud::start(move |asked| match asked.method.as_str() {
        "DELETE" => Answer::json(409, r#"{"message": "in use", "code": "409 Conflict", "title": "Conflict"}"#),
        _ => Cloud::ask(&upstream, asked),
    });
    let [journal] = &scene.journals()[..] else { panic!("there is one") };
    let text = fs::read_to_string(journal).unwrap().replace(&scene.cloud.endpoint, &stubborn.endpoint);
    fs::write(journal, text).unwrap();
    let target = stubborn.target_of(&scene.mock.target_text().replace(&scene.mock.endpoint, &stubborn.endpoint));
    let said = run(scene.command(&["sweep", "--target"]).arg(&target)).exits(3);
    assert!(said.stdout.contains("left     image ") && said.stdout.contains("answered 409"), "{}", said.all());
    assert_eq!(scene.journals().len(), 1);
}

#[test]
fn without_a_journal_nothing_is_made() {
    let scene = Scene::holding(usize::MAX, |_| false);
    fs::write(scene.state(), "a file where a folder should be").unwrap();
    let said = run(scene.command(&["run", "--target"]).arg(scene.target())).exits(3);
    assert!(said.stderr.contains("journal") && said.stderr.contains("nothing was made"), "{}", said.all());
    assert_eq!(scene.methods_since(0), BTreeSet::from(["GET".to_owned()]));
    let said = run(scene.command(&["run", "--writes", "none", "--target"]).arg(scene.target()));
    assert!(!said.stderr.contains("journal"), "what writes nothing needs none: {}", said.all());
}

#[test]
fn a_run_that_left_nothing_leaves_no_journal_and_the_mock_has_none() {
    let scene = Scene::holding(usize::MAX, |_| false);
    run(scene.command(&["run", "member-show", "--target"]).arg(scene.target())).exits(0);
    assert!(scene.state().is_dir() && scene.journals().is_empty());
    let elsewhere = scene.cloud.folder().join("elsewhere");
    let mut command = sharecheck();
    run(command.args(["run", "-p", "glance", "member-show"]).env("SHARECHECK_STATE_DIR", &elsewhere)).exits(0);
    assert!(!Path::new(&elsewhere).exists());
}

#[test]
fn a_sweep_without_a_usable_target_says_so() {
    let scene = Scene::holding(usize::MAX, |_| false);
    let said = run(&mut scene.command(&["sweep", "--target", "/nowhere/target.yaml"])).exits(2);
    assert!(said.stderr.contains("/nowhere/target.yaml"), "{}", said.all());
    run(&mut scene.command(&["sweep", "--older-than", "soon"])).exits(2);
    let text = scene.mock.target_text().replace(&scene.mock.token("owner"), "a-token-that-is-none");
    scene.target_of(&text);
    scene.sweep(&[]).exits(3);
}
