//! Statements: the sentences of the documents, each with an id, a source and the profiles it binds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;

use super::{PolicySpec, Profile, find_file};
use crate::diagnostic::{Diagnostic, Mark, SourceFile, did_you_mean};
use crate::verdict::Level;
use crate::yaml;

/// The file that holds the statements.
const PATH: &str = "schemas/statements.yaml";

/// All statements, by id, and the documents they come from.
#[derive(Clone, Debug, Default)]
pub struct Statements {
    /// The documents, by the key that statements refer to.
    pub documents: BTreeMap<String, Document>,
    /// Those of the five documents, in the order of the file.
    pub own: Vec<Statement>,
    /// Those of neighbouring documents.
    pub neighbours: Vec<Statement>,
    index: BTreeMap<String, (bool, usize)>,
}

/// A document that statements come from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Document {
    /// The name of its file, for the five documents.
    pub file: Option<String>,
    /// Its title.
    pub title: String,
    /// Who published it.
    pub publisher: Option<String>,
    /// Its date, as it says itself.
    pub dated: Option<String>,
}

/// One sentence of a document, as something that can be seen to hold or not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Statement {
    /// The id that cases cite.
    pub id: String,
    /// What must be true of the endpoint, in our own words.
    pub words: String,
    /// Where it stands.
    pub source: Source,
    /// How the document says it.
    pub basis: Basis,
    /// How strongly it binds.
    pub level: Level,
    /// The profiles where it binds.
    pub applies_to: Vec<Profile>,
    /// What differs in some of them.
    #[serde(default)]
    pub by_profile: BTreeMap<Profile, Applied>,
    /// The setting of the cloud under which it holds; any where none is given.
    pub policy: Option<PolicySpec>,
    /// Whether it can be exercised from outside.
    pub testability: Testability,
    /// Why nobody can exercise it from outside, where that is so.
    pub why: Option<String>,
    /// The ruling on a contradiction that decides how it is read.
    pub ruling: Option<Ruling>,
}

/// Where a statement stands: a document's key and a heading or table in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// The key of the document.
    pub document: String,
    /// The heading or table.
    pub section: String,
}

/// How a statement applies in one profile, where that is not as in its own document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Applied {
    /// How it is said there.
    pub basis: Basis,
    /// How strongly it binds there.
    pub level: Level,
    /// Where it is said there.
    pub source: Source,
}

/// A ruling on a contradiction between documents.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ruling {
    /// Its id.
    pub id: String,
    /// What was decided, in our own words.
    pub words: String,
}

/// How a document says a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// In words or in a table.
    Stated,
    /// Only in its example.
    Example,
    /// By silence, or by reasoning from it.
    Inferred,
    /// In another document, or in code.
    Neighbour,
}

/// Whether a statement can be exercised from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Testability {
    /// By requests that any set of actors can send.
    Provocable,
    /// Only with a special account or fixture.
    Special,
    /// Not on purpose: it is watched for in every exchange.
    Passive,
    /// It is a check of the document itself.
    Document,
    /// It promises nothing.
    Informative,
}

impl Statements {
    /// Returns a statement by id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Statement> {
        let &(own, at) = self.index.get(id)?;
        Some(if own { &self.own[at] } else { &self.neighbours[at] })
    }

    /// Returns every id.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(String::as_str)
    }

    /// Returns every statement, those of the five documents first.
    pub fn iter(&self) -> impl Iterator<Item = &Statement> {
        self.own.iter().chain(&self.neighbours)
    }

    /// Returns how strongly a statement binds in a profile; none where it does not.
    #[must_use]
    pub fn level(&self, id: &str, profile: Profile) -> Option<Level> {
        self.get(id)?.level_in(profile)
    }

    /// Returns the strictest of the statements that bind in a profile: its id and level.
    pub fn strictest<'a>(&self, ids: impl IntoIterator<Item = &'a str>, profile: Profile) -> Option<(&'a str, Level)> {
        let mut best: Option<(&str, Level)> = None;
        for id in ids {
            if let Some(level) = self.level(id, profile)
                && best.is_none_or(|(_, other)| level > other)
            {
                best = Some((id, level));
            }
        }
        best
    }

    /// Returns the settings under which statements hold; cases that cite them run under those alone.
    pub fn policies<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = PolicySpec> {
        ids.into_iter().filter_map(|id| self.get(id)?.policy)
    }

    /// Returns where a statement stands, and where a profile has it from if that is elsewhere.
    #[must_use]
    pub fn cite(&self, statement: &Statement, profile: Profile) -> String {
        let cite = |source: &Source| {
            let title = self.documents.get(&source.document).map_or(source.document.as_str(), |found| &found.title);
            format!("“{title}”, {}", source.section)
        };
        match statement.by_profile.get(&profile) {
            Some(applied) if applied.source != statement.source => {
                format!("{}; for {profile}: {}", cite(&statement.source), cite(&applied.source))
            }
            _ => cite(&statement.source),
        }
    }
}

impl Statement {
    /// Tells whether the statement holds in a cloud that is set so.
    #[must_use]
    pub fn holds_under(&self, policy: PolicySpec) -> bool {
        self.policy.is_none_or(|own| own == policy)
    }

    /// Returns how strongly the statement binds in a profile; none where it does not.
    #[must_use]
    pub fn level_in(&self, profile: Profile) -> Option<Level> {
        self.applies_to
            .contains(&profile)
            .then(|| self.by_profile.get(&profile).map_or(self.level, |applied| applied.level))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StatementFile {
    documents: BTreeMap<String, Document>,
    statements: Vec<Spanned<Statement>>,
    #[serde(default)]
    neighbours: Vec<Spanned<Statement>>,
}

/// Reads the statements; mistakes go to the list.
pub(super) fn load(files: &[SourceFile], mistakes: &mut Vec<Diagnostic>) -> Statements {
    let Some(file) = find_file(files, PATH) else {
        let missing = SourceFile::new(PATH, "");
        mistakes.push(Diagnostic::error(&missing, Mark { line: 1, column: 1, length: 0 }, "the file is missing"));
        return Statements::default();
    };
    let (read, unread) = yaml::parse_parts(&file);
    let whole = unread.is_empty();
    mistakes.extend(unread);
    // Those that could be read are looked at, and not handed on: what cites the others would seem wrong.
    read.map(|read| assemble(&file, read, mistakes)).filter(|_| whole).unwrap_or_default()
}

fn assemble(file: &SourceFile, read: StatementFile, mistakes: &mut Vec<Diagnostic>) -> Statements {
    let mut statements = Statements { documents: read.documents, ..Statements::default() };
    for (own, list) in [(true, read.statements), (false, read.neighbours)] {
        for (at, spanned) in list.into_iter().enumerate() {
            let statement = spanned.value;
            check(file, spanned.referenced.into(), &statement, &statements.documents, mistakes);
            if statements.index.insert(statement.id.clone(), (own, at)).is_some() {
                let message = format!("statement `{}` stands twice", statement.id);
                mistakes.push(Diagnostic::error(file, Mark::from(spanned.referenced), message));
            }
            if own { &mut statements.own } else { &mut statements.neighbours }.push(statement);
        }
    }
    statements
}

fn check(
    file: &SourceFile,
    mark: Mark,
    statement: &Statement,
    documents: &BTreeMap<String, Document>,
    mistakes: &mut Vec<Diagnostic>,
) {
    let sources = statement.by_profile.values().map(|applied| &applied.source);
    for source in sources.chain([&statement.source]) {
        if !documents.contains_key(&source.document) {
            let message = format!("`{}` names the unknown document `{}`", statement.id, source.document);
            let hint = did_you_mean(&source.document, documents.keys().map(String::as_str));
            mistakes.push(Diagnostic::error(file, mark, message).hint(hint));
        }
    }
    for profile in statement.by_profile.keys().filter(|profile| !statement.applies_to.contains(profile)) {
        let message = format!("`{}` has an entry for `{profile}`, where it does not apply", statement.id);
        let hint = format!("add `{profile}` to `applies-to`, or remove the entry");
        mistakes.push(Diagnostic::error(file, mark, message).hint(hint));
    }
    if let Some(policy) = statement.policy {
        for profile in statement.applies_to.iter().filter(|profile| !policy.is_of(**profile)) {
            let message = format!("`{}` applies to `{profile}`, which has no `{policy}`", statement.id);
            mistakes.push(Diagnostic::error(file, mark, message).hint("remove the profile or the `policy`".to_owned()));
        }
    }
    let mut said = |message: String| mistakes.push(Diagnostic::error(file, mark, message));
    let id = &statement.id;
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-') {
        said(format!("`{id}` is no id: write capitals, digits and hyphens, as `V2-SHOW-ST01`"));
    }
    for (key, text) in [("words", Some(&statement.words)), ("why", statement.why.as_ref())] {
        if text.is_some_and(|text| text.trim().is_empty()) {
            said(format!("the `{key}` of `{id}` say nothing"));
        }
    }
    if statement.applies_to.is_empty() {
        said(format!("`{id}` applies to no profile"));
    }
    for (at, profile) in statement.applies_to.iter().enumerate() {
        if statement.applies_to[..at].contains(profile) {
            said(format!("`{profile}` stands twice in the `applies-to` of `{id}`"));
        }
    }
    let untestable = matches!(statement.testability, Testability::Document | Testability::Informative);
    if untestable && statement.why.is_none() {
        let message = format!("`{}` cannot be tested, and does not say why", statement.id);
        mistakes.push(Diagnostic::error(file, mark, message).hint("add `why`".to_owned()));
    }
}
