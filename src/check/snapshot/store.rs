//! Accepted answers: what a case was answered now, held against what was accepted of it.

use std::path::{Path, PathBuf};

use super::file::{Head, Kept, SnapshotError, remove};
use super::{diff, path};

/// What is done with snapshots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum SnapshotMode {
    /// Answers are compared; nothing is written.
    #[default]
    Check,
    /// Changed and missing ones are written beside as `.snap.new`, for `cargo insta review`.
    New,
    /// What was answered is accepted.
    Accept,
    /// Nothing.
    Off,
}

/// The accepted snapshots of one target.
#[derive(Clone, Debug)]
pub struct Snapshots {
    mode: SnapshotMode,
    folder: PathBuf,
    target: String,
}

/// What a snapshot tells its reviewer of the case.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The case id, without a profile.
    pub id: &'a str,
    /// The trial's name, by which the case runs alone.
    pub name: &'a str,
    /// What holds when the case passes.
    pub title: &'a str,
    /// The statements that it checks.
    pub statements: &'a [String],
}

/// What holding a text against its snapshot came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// It is as it was accepted.
    Same,
    /// Nothing was accepted yet.
    Missing,
    /// It was accepted now.
    Accepted,
    /// It differs from what was accepted.
    Changed {
        /// The snapshot.
        path: PathBuf,
        /// The first line that is gone.
        old: String,
        /// The first line that is new.
        new: String,
        /// The difference in lines that begin with ` `, `-` or `+`.
        diff: String,
    },
}

impl Snapshots {
    /// Returns the snapshots of a target within a folder, unless they are off.
    #[must_use]
    pub fn new(mode: SnapshotMode, folder: &Path, target: &str) -> Option<Self> {
        (mode != SnapshotMode::Off).then(|| Self {
            mode,
            folder: folder.join(path::folder(target)),
            target: target.to_owned(),
        })
    }

    /// Tells whether there is nothing to hold the answers of a case against, and nothing to be written either: that
    /// a snapshot is missing takes no text to tell.
    #[must_use]
    pub fn need_no_text(&self, case_id: &str) -> bool {
        let accepted = ending(&self.folder.join(path::file(case_id)), ".snap");
        self.mode == SnapshotMode::Check && accepted.try_exists().is_ok_and(|there| !there)
    }

    /// Holds the text of a case against its snapshot, and writes what the mode asks for.
    pub fn hold(&self, about: &About<'_>, text: &str) -> Result<Held, SnapshotError> {
        let stem = self.folder.join(path::file(about.id));
        let (accepted, pending) = (ending(&stem, ".snap"), ending(&stem, ".snap.new"));
        let old = Kept::read(&accepted)?;
        let same = old.as_ref().is_some_and(|old| old.text == text.trim_end());
        if self.mode == SnapshotMode::Accept {
            // A title that was reworded reaches the head of its snapshot, too.
            if old.is_none_or(|old| !same || old.head != self.head(about)) {
                self.head(about).write(&accepted, text)?;
            }
            remove(&pending)?;
            return Ok(if same { Held::Same } else { Held::Accepted });
        }
        if same {
            if self.mode == SnapshotMode::New {
                remove(&pending)?;
            }
            return Ok(Held::Same);
        }
        if self.mode == SnapshotMode::New {
            self.head(about).write(&pending, text)?;
        }
        Ok(old.map_or(Held::Missing, |old| {
            let diff::Difference { old, new, lines } = diff::difference(&old.text, text);
            Held::Changed { path: accepted, old, new, diff: lines }
        }))
    }

    fn head(&self, about: &About<'_>) -> Head {
        let file = about.id.rsplit_once("::").map_or(about.id, |(file, _)| file).replace("::", "/");
        let cited =
            if about.statements.is_empty() { String::new() } else { format!(" ({})", about.statements.join(", ")) };
        Head {
            source: format!("cases/{file}.yaml"),
            description: format!("{}{cited}, on {}", about.title, self.target),
            expression: format!("{}{}", Head::MARK, about.name),
        }
    }
}

fn ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    const ABOUT: About<'_> = About {
        id: "v2::member-show::bad-id[word]",
        name: "glance::v2::member-show::bad-id[word]",
        title: "a \"quoted\": title",
        statements: &[],
    };

    fn hold(folder: &TempDir, mode: SnapshotMode, text: &str) -> Result<Held, SnapshotError> {
        Snapshots::new(mode, folder.path(), "lab").expect("is not off").hold(&ABOUT, text)
    }

    fn file(folder: &TempDir, ending: &str) -> PathBuf {
        folder.path().join(format!("lab/v2/member-show/bad-id[word].{ending}"))
    }

    #[test]
    fn what_is_accepted_is_the_same_the_next_time() {
        let folder = TempDir::new().unwrap();
        assert_eq!(hold(&folder, SnapshotMode::Check, "a\nb\n").unwrap(), Held::Missing);
        assert!(folder.path().read_dir().unwrap().next().is_none(), "check writes nothing");
        assert_eq!(hold(&folder, SnapshotMode::Accept, "a\n---\nb\n\n").unwrap(), Held::Accepted);
        assert_eq!(hold(&folder, SnapshotMode::Check, "a\n---\nb").unwrap(), Held::Same);
        let Held::Changed { old, new, path, .. } = hold(&folder, SnapshotMode::Check, "a\n---\nc").unwrap() else {
            panic!("it changed")
        };
        assert_eq!((old.as_str(), new.as_str(), path), ("b", "c", file(&folder, "snap")));
        assert!(Snapshots::new(SnapshotMode::Off, folder.path(), "lab").is_none());
    }

    #[test]
    fn a_new_one_stands_beside_until_it_is_no_longer_new() {
        let folder = TempDir::new().unwrap();
        assert_eq!(hold(&folder, SnapshotMode::New, "a").unwrap(), Held::Missing);
        assert!(file(&folder, "snap.new").exists() && !file(&folder, "snap").exists());
        // What `cargo insta accept` does.
        let pending = insta::Snapshot::from_file(&file(&folder, "snap.new")).unwrap();
        pending.save(&file(&folder, "snap")).unwrap();
        let reviewed = fs::read(file(&folder, "snap")).unwrap();
        assert_eq!(hold(&folder, SnapshotMode::New, "a").unwrap(), Held::Same);
        assert!(!file(&folder, "snap.new").exists());
        fs::remove_file(file(&folder, "snap")).unwrap();
        hold(&folder, SnapshotMode::Accept, "a").unwrap();
        assert_eq!(fs::read(file(&folder, "snap")).unwrap(), reviewed, "both ways of accepting write the same");
    }

    #[test]
    fn the_head_tells_a_reviewer_of_the_case() {
        let folder = TempDir::new().unwrap();
        hold(&folder, SnapshotMode::Accept, "a").unwrap();
        let snapshot = insta::Snapshot::from_file(&file(&folder, "snap")).unwrap();
        let head = snapshot.metadata();
        assert_eq!(head.source(), Some("cases/v2/member-show.yaml"));
        assert_eq!(head.description(), Some("a \"quoted\": title, on lab"));
        assert_eq!(head.expression(), Some("sharecheck run --exact glance::v2::member-show::bad-id[word]"));
    }

    #[test]
    fn a_reworded_title_is_accepted_with_the_answers() {
        let folder = TempDir::new().unwrap();
        hold(&folder, SnapshotMode::Accept, "a").unwrap();
        let reworded = About { title: "other words", ..ABOUT };
        let hold = |mode| Snapshots::new(mode, folder.path(), "lab").unwrap().hold(&reworded, "a").unwrap();
        let text = || fs::read_to_string(file(&folder, "snap")).unwrap();
        assert!(hold(SnapshotMode::Check) == Held::Same && !text().contains("other words"));
        assert!(hold(SnapshotMode::Accept) == Held::Same && text().contains("other words"));
    }

    #[test]
    fn a_file_that_is_no_snapshot_is_never_replaced() {
        let folder = TempDir::new().unwrap();
        let path = file(&folder, "snap");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        for text in
            ["", "a", "---\nsource: x", "---\nexpression: mine\n---\na", "---\na: [\n---\na", "<<<<<<< HEAD\n---\n"]
        {
            fs::write(&path, text).unwrap();
            for mode in [SnapshotMode::Check, SnapshotMode::New, SnapshotMode::Accept] {
                let error = hold(&folder, mode, "a").expect_err("is refused").to_string();
                assert!(
                    error.contains("is no snapshot of sharecheck") && error.contains("bad-id[word].snap"),
                    "{error}"
                );
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::write(&path, b"---\n\xff").unwrap();
        assert!(hold(&folder, SnapshotMode::Check, "a").is_err());
    }

    #[test]
    fn what_cannot_be_read_or_written_is_an_error() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("lab"), "in the way").unwrap();
        assert!(matches!(hold(&folder, SnapshotMode::Check, "a"), Err(SnapshotError::Read { .. })));
        fs::remove_file(folder.path().join("lab")).unwrap();
        fs::create_dir_all(file(&folder, "snap")).unwrap();
        assert!(matches!(hold(&folder, SnapshotMode::Accept, "a"), Err(SnapshotError::Read { .. })));
        fs::remove_dir(file(&folder, "snap")).unwrap();
        fs::create_dir_all(file(&folder, "snap.new")).unwrap();
        assert!(matches!(hold(&folder, SnapshotMode::New, "a"), Err(SnapshotError::Write { .. })));
        let left: Vec<_> = file(&folder, "snap").parent().unwrap().read_dir().unwrap().collect();
        assert_eq!(left.len(), 1, "no part of a file is left: {left:?}");
    }

    #[test]
    fn a_text_is_needed_where_there_is_something_to_compare_or_to_write() {
        let folder = TempDir::new().unwrap();
        let needed = |mode| !Snapshots::new(mode, folder.path(), "lab").expect("is not off").need_no_text(ABOUT.id);
        let modes = [SnapshotMode::Check, SnapshotMode::New, SnapshotMode::Accept];
        assert_eq!(modes.map(needed), [false, true, true]);
        hold(&folder, SnapshotMode::Accept, "a").unwrap();
        assert_eq!(modes.map(needed), [true, true, true]);
    }

    #[test]
    fn a_snapshot_that_holds_already_is_left_as_it_stands() {
        let folder = TempDir::new().unwrap();
        hold(&folder, SnapshotMode::Accept, "a").unwrap();
        let by_hand = fs::read_to_string(file(&folder, "snap")).unwrap() + "\n";
        fs::write(file(&folder, "snap"), &by_hand).unwrap();
        assert_eq!(hold(&folder, SnapshotMode::Accept, "a").unwrap(), Held::Same);
        assert_eq!(fs::read_to_string(file(&folder, "snap")).unwrap(), by_hand);
    }

    #[test]
    fn what_is_pending_is_left_alone_by_a_mere_check() {
        let folder = TempDir::new().unwrap();
        hold(&folder, SnapshotMode::Accept, "a").unwrap();
        hold(&folder, SnapshotMode::New, "b").unwrap();
        for text in ["a", "c"] {
            let before = fs::read(file(&folder, "snap.new")).unwrap();
            hold(&folder, SnapshotMode::Check, text).unwrap();
            assert_eq!(fs::read(file(&folder, "snap.new")).unwrap(), before, "{text}");
        }
    }
}
