//! Broken files: `lint` says what is wrong with each and where, and `run` refuses the same files.
//!
//! A folder of `invalid/` is one test. It holds case files with a mistake, or `patch.yaml`: an edit of one
//! file of `schemas/`. What is said of it is accepted into `stderr.snap` beside it (`cargo insta review`).

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use std::fs;
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use sharecheck::diagnostic::SourceFile;
use support::{Said, copy_tree, folders, for_all, name_of, run, sharecheck, tests};
use tempfile::TempDir;

/// An edit of one file of `schemas/`; without `replace` the file is removed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    file: String,
    replace: Option<String>,
    #[serde(default)]
    with: String,
}

/// Broken files, ready to be named on a command line; the place is relative, so that messages are alike everywhere.
struct Broken {
    arguments: [String; 2],
    within: PathBuf,
    _schemas: Option<TempDir>,
}

impl Broken {
    fn prepare(folder: &Path) -> Self {
        let patch = folder.join("patch.yaml");
        if !patch.exists() {
            let within = folder.parent().expect("is in a folder").to_owned();
            return Self { arguments: ["--cases".to_owned(), name_of(folder).to_owned()], within, _schemas: None };
        }
        let copy = TempDir::new().unwrap();
        copy_tree(&tests().with_file_name("schemas"), &copy.path().join("schemas"));
        let text = SourceFile::new("patch.yaml", fs::read_to_string(patch).unwrap());
        let patch: Patch = sharecheck::yaml::parse(&text).unwrap_or_else(|mistake| panic!("{mistake}"));
        patch.apply(&copy.path().join("schemas"));
        let within = copy.path().to_owned();
        Self { arguments: ["--schemas".to_owned(), "schemas".to_owned()], within, _schemas: Some(copy) }
    }

    fn lint(&self) -> Said {
        run(sharecheck().arg("lint").args(&self.arguments).current_dir(&self.within))
    }

    fn run(&self, target: &Path) -> Said {
        run(sharecheck().arg("run").args(&self.arguments).arg("--target").arg(target).current_dir(&self.within))
    }
}

impl Patch {
    fn apply(&self, schemas: &Path) {
        let path = schemas.join(&self.file);
        let Some(old) = &self.replace else { return fs::remove_file(path).expect("the file is there") };
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "schemas/{} no longer holds `{old}`", self.file);
        fs::write(path, text.replacen(old, &self.with, 1)).unwrap();
    }
}

/// One folder for each kind of mistake that `run` must refuse, too; the reading of files is the same for all.
const REFUSED: [&str; 14] = [
    "unknown-key",
    "wrong-type",
    "duplicate-key",
    "duplicate-case-id",
    "unknown-statement",
    "unknown-operation",
    "unknown-variable",
    "missing-schema",
    "misspelt-schema-keyword",
    "bad-yaml",
    "alias-bomb",
    "negative-without-control",
    "contract-refers-nowhere",
    "not-utf-8",
];

/// Runs a test for every folder and fails with the names of all that failed.
#[track_caller]
fn each(folders: &[PathBuf], test: impl Fn(&Path) + Sync) {
    assert!(!folders.is_empty(), "there are folders");
    let failed = for_all(folders, |path| catch_unwind(AssertUnwindSafe(|| test(path))).is_err().then(|| name_of(path)));
    let failed: Vec<_> = failed.into_iter().flatten().collect();
    assert!(failed.is_empty(), "{} of {} folders: {failed:#?}", failed.len(), folders.len());
}

#[test]
fn every_mistake_is_told_with_its_place() {
    each(&folders(&tests().join("invalid")), |folder| {
        let said = Broken::prepare(folder).lint().exits(2);
        assert_eq!(said.stdout, "");
        insta::with_settings!({
            snapshot_path => folder, prepend_module_to_snapshot => false, omit_expression => true
        }, {
            insta::assert_snapshot!("stderr", said.stderr);
        });
    });
}

#[test]
fn run_refuses_what_lint_refuses_and_sends_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let folder = TempDir::new().unwrap();
    let target = folder.path().join("target.yaml");
    fs::write(&target, support::cloud::target(&endpoint, "glance", "writes: images\n")).unwrap();
    each(&REFUSED.map(|name| tests().join("invalid").join(name)), |folder| {
        let broken = Broken::prepare(folder);
        let said = broken.run(&target).exits(2);
        assert_eq!(said.stderr, broken.lint().stderr, "`run` says of {} what `lint` says", folder.display());
        assert_eq!(said.stdout, "");
    });
    assert!(listener.accept().is_err(), "something was sent");
}

#[test]
fn folders_that_cannot_be_used_are_named() {
    let folder = TempDir::new().unwrap();
    for (option, missing) in [("--cases", "no case file"), ("--schemas", "no `contracts/*.yaml`")] {
        let lint = |name: &str| run(sharecheck().args(["lint", option, name]).current_dir(folder.path())).exits(2);
        fs::create_dir_all(folder.path().join("empty")).unwrap();
        let empty = lint("empty").stderr;
        assert!(empty.contains(missing) && empty.contains("`empty`"), "{empty}");
        let absent = lint("absent").stderr;
        assert!(absent.contains("cannot read `absent`"), "{absent}");
        fs::write(folder.path().join("file.yaml"), "").unwrap();
        let file = lint("file.yaml").stderr;
        assert!(file.contains("cannot read `file.yaml`"), "{file}");
    }
}

#[test]
fn what_is_embedded_and_the_folders_of_the_repository_are_the_same() {
    let root = tests().parent().unwrap();
    let embedded = run(sharecheck().arg("lint")).exits(0);
    let folders =
        run(sharecheck().args(["lint", "--cases", "cases", "--schemas", "schemas"]).current_dir(root)).exits(0);
    assert_eq!(embedded.stdout, folders.stdout);
    assert!(embedded.stdout.contains("no mistake"), "{}", embedded.stdout);
    assert!(embedded.stderr.lines().all(|line| line.ends_with("(list them with -v)")), "{}", embedded.stderr);
    let listed = run(sharecheck().args(["lint", "-v"])).exits(0).stderr;
    let count = listed.lines().filter(|line| line.starts_with("warning: schemas/")).count();
    let told = if count == 0 { "no mistake\n".to_owned() } else { format!("; {count} warning") };
    assert!(embedded.stdout.contains(&told), "{listed}");
}

#[test]
fn coverage_names_what_is_open_first_and_counts_the_statements_of_the_five_documents() {
    let said = run(sharecheck().args(["coverage", "--json"]));
    let coverage: Value = serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{error}: {}", said.all()));
    let uncovered = |share: &Value| share["uncovered"].as_array().unwrap().clone();
    let (own, neighbours) = (uncovered(&coverage), uncovered(&coverage["neighbours"]));
    assert_eq!((&coverage["total"], coverage["statements"].as_array().unwrap().len()), (&145.into(), 145));
    assert_eq!(said.code, Some(i32::from(!own.is_empty() || !neighbours.is_empty())));
    let table = run(sharecheck().arg("coverage")).stdout;
    let open = own.iter().chain(&neighbours).map(|id| id.as_str().unwrap());
    assert_eq!(open.clone().count() > 0, table.starts_with("uncovered: "), "{table}");
    for id in open.chain(["untestable: ", "passive: ", "the five documents", "huawei-2026"]) {
        assert!(table.contains(id), "{id}: {table}");
    }
}

#[test]
fn what_no_case_cites_any_more_is_uncovered_and_named_by_lint_too() {
    let folder = TempDir::new().unwrap();
    copy_tree(&tests().with_file_name("cases"), folder.path());
    fs::remove_file(folder.path().join("v2/member-delete.yaml")).unwrap();
    let on = |command: &str| run(sharecheck().args([command, "-v", "--cases"]).arg(folder.path()));
    let coverage = on("coverage").exits(1).stdout;
    assert!(coverage.contains("OS-DELETE-204"), "{coverage}");
    assert!(coverage.contains("no case cites it in glance, ntt, huawei-2024, huawei-2026, otc"), "{coverage}");
    let lint = on("lint").exits(0).stderr;
    assert!(lint.contains("no case cites `OS-DELETE-204` in glance, ntt, huawei-2024, huawei-2026, otc"), "{lint}");
}

#[test]
fn a_target_file_is_told_of_without_its_lines_and_nothing_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let folder = TempDir::new().unwrap();
    let lint = |text: String| {
        fs::write(folder.path().join("target.yaml"), text).unwrap();
        run(sharecheck().args(["lint", "--target", "target.yaml"]).current_dir(folder.path()))
    };
    let good = lint(support::cloud::target(&endpoint, "glance", "")).exits(0);
    assert!(good.stdout.contains(", 1 target: no mistake"), "{}", good.all());
    let more = "features: [public-imges]\nwaivers:\n  - { case: a, statement: b, observed: 1, reason: c }\n";
    let bad = lint(support::cloud::target(&endpoint, "glance", more)).exits(2);
    for wanted in ["did you mean `public-images`?", "a waiver speaks of the case `a`", "2 mistakes"] {
        assert!(bad.stderr.contains(wanted), "{}", bad.all());
    }
    let typed =
        support::cloud::target(&endpoint, "glance", "").replace("token: token-of-the-member", "token: [secret-1]");
    let typed = lint(typed.replace("profile: glance", "profile: glnce")).exits(2);
    assert!(typed.stderr.contains("target.yaml:2:10: ") && typed.stderr.contains("target.yaml:6:"), "{}", typed.all());
    assert!(!typed.all().contains("token-of") && !typed.all().contains("secret-1"), "{}", typed.all());
    assert!(listener.accept().is_err(), "something was sent");
}
