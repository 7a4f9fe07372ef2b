//! What the end-to-end tests share: the built binary, a mock cloud of its own process, a cloud whose
//! every answer a test writes itself, and target files.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test takes what it needs of it")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, clippy::must_use_candidate, reason = "these are tests")]

pub mod cloud;
pub mod mock;
pub mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Every profile.
pub const PROFILES: [&str; 5] = ["glance", "ntt", "huawei-2024", "huawei-2026", "otc"];
/// Those with musts: Open Telekom Cloud's own pages are a neighbour's, and neighbours only observe.
pub const BINDING: [&str; 4] = ["glance", "ntt", "huawei-2024", "huawei-2026"];

/// The variables of the environment that would change what a run does.
const HEARD: [&str; 9] = [
    "NO_COLOR",
    "CI",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "OS_CLOUD",
    "OS_CLIENT_CONFIG_FILE",
    "OS_CLIENT_SECURE_FILE",
];

/// Returns the folder of the tests.
pub fn tests() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"))
}

/// Returns the built binary as a command that hears nothing of the environment.
pub fn sharecheck() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sharecheck"));
    let ours =
        std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("SHARECHECK_"));
    for name in ours.chain(HEARD.map(Into::into)) {
        command.env_remove(name);
    }
    // Not the user's own: what tests leave behind is nobody's to sweep.
    command.env("SHARECHECK_STATE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/state"));
    command.stdin(Stdio::null());
    command
}

/// What a finished command said.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// Returns all that was said, for a message or a search.
    pub fn all(&self) -> String {
        // Marked, so that nobody takes the lines of a run for those of the test around it.
        let marked = |text: &str| text.lines().map(|line| ["| ", line, "\n"].concat()).collect::<String>();
        format!("exit {:?}, stdout:\n{}stderr:\n{}", self.code, marked(&self.stdout), marked(&self.stderr))
    }

    /// Holds the exit code against the one that is wanted.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.all());
        self
    }

    /// Returns the names of the trials that were run, with how each ended.
    pub fn trials(&self) -> Vec<(String, String)> {
        let trial = |line: &str| {
            let (name, ended) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
            let name = if name.starts_with('[') { name.split_once("] ")?.1 } else { name };
            Some((name.trim().to_owned(), ended.trim().to_owned()))
        };
        self.stdout.lines().filter_map(trial).collect()
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Said {
    command.output().expect("the binary starts").into()
}

/// Copies a folder with all that is in it.
pub fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let copy = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &copy);
        } else {
            fs::copy(entry.path(), copy).unwrap();
        }
    }
}

/// Returns the folders of a folder, sorted by name.
pub fn folders(within: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(within).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// Returns the last part of a path.
pub fn name_of(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("names of test folders are UTF-8")
}

/// Calls a function for every item on as many threads as there are cores; returns what came back, in order.
pub fn for_all<'a, T: Sync, R: Send>(items: &'a [T], of: impl Fn(&'a T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (of, chunk) = (&of, items.len().div_ceil(threads).max(1));
    std::thread::scope(|scope| {
        let handles: Vec<_> =
            items.chunks(chunk).map(|part| scope.spawn(move || part.iter().map(of).collect::<Vec<_>>())).collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("no panic in a thread")).collect()
    })
}
