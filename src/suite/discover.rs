//! Finds the files of cases and schemas: those embedded in the binary, or those of a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use thiserror::Error;

use crate::diagnostic::SourceFile;

static CASES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/cases");
static SCHEMAS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/schemas");

/// The files that a suite is made of.
#[derive(Clone, Debug)]
pub struct Sources {
    /// Case files, sorted by name.
    pub cases: Vec<SourceFile>,
    /// Contracts, bodies and statements, sorted by name.
    pub schemas: Vec<SourceFile>,
}

/// Why a folder cannot be used.
#[derive(Debug, Error)]
pub enum DiscoverError {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The folder holds no file of the wanted kind.
    #[error("there is no {what} in `{}`", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
    /// A file would be passed over because of its name.
    #[error("`{}` would be passed over: case files end in `.yaml`", path.display())]
    Ending {
        /// The file.
        path: PathBuf,
    },
}

impl Sources {
    /// Returns the files of the given folders, or the embedded ones in place of a folder not given.
    pub fn find(cases: Option<&Path>, schemas: Option<&Path>) -> Result<Self, DiscoverError> {
        let cases = match cases {
            Some(folder) => case_files(folder)?,
            None => embedded(&CASES, "cases").into_iter().filter(|file| file.name.ends_with(".yaml")).collect(),
        };
        let schemas = match schemas {
            Some(folder) => schema_files(folder)?,
            None => embedded(&SCHEMAS, "schemas"),
        };
        Ok(Self { cases, schemas })
    }
}

fn embedded(dir: &Dir<'static>, root: &str) -> Vec<SourceFile> {
    let mut files: Vec<_> = dir
        .files()
        .filter_map(|file| Some((file.path(), file.contents_utf8()?)))
        .map(|(path, text)| SourceFile::new(format!("{root}/{}", slashes(path)), text))
        .chain(dir.dirs().flat_map(|inner| embedded(inner, root)))
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

fn case_files(folder: &Path) -> Result<Vec<SourceFile>, DiscoverError> {
    let files = read_tree(folder, folder, "cases")?;
    if let Some(wrong) = files.iter().find(|file| file.name.ends_with(".yml")) {
        return Err(DiscoverError::Ending { path: PathBuf::from(&*wrong.path) });
    }
    let files: Vec<_> = files.into_iter().filter(|file| file.name.ends_with(".yaml")).collect();
    if files.is_empty() {
        return Err(DiscoverError::Empty { path: folder.to_owned(), what: "case file (`*.yaml`)" });
    }
    Ok(files)
}

fn schema_files(folder: &Path) -> Result<Vec<SourceFile>, DiscoverError> {
    let files = read_tree(folder, folder, "schemas")?;
    if !files.iter().any(|file| file.name.starts_with("schemas/contracts/")) {
        return Err(DiscoverError::Empty { path: folder.to_owned(), what: "`contracts/*.yaml`" });
    }
    Ok(files)
}

/// Reads the YAML and JSON files of a folder and its folders; links to folders are not followed.
fn read_tree(folder: &Path, root: &Path, name: &str) -> Result<Vec<SourceFile>, DiscoverError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| DiscoverError::Read { path, source }
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let entry = entry.map_err(unreadable(folder))?;
        let path = entry.path();
        if entry.file_type().map_err(unreadable(&path))?.is_dir() {
            files.extend(read_tree(&path, root, name)?);
        } else if path.extension().is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending == *known)) {
            let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
            let within = slashes(path.strip_prefix(root).unwrap_or(&path));
            let shown = path.display().to_string();
            files.push(SourceFile { path: shown.into(), ..SourceFile::new(format!("{name}/{within}"), text) });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn slashes(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
