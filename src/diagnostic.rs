//! A mistake in a file, shown with the place, the line itself and what to do.

use std::fmt;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// A file as it was read: its name for people, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The name within our own tree: `cases/…` or `schemas/…`, wherever the file was read from.
    pub name: Arc<str>,
    /// The name shown in messages: where the file was read from.
    pub path: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
}

impl SourceFile {
    /// Returns a file whose two names are one.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let name = name.into();
        Self { path: Arc::clone(&name), name, text: text.into() }
    }

    /// Returns the mark of the first `needle` at or after a line, or of that line itself.
    #[must_use]
    pub fn find(&self, from_line: u64, needle: &str) -> Mark {
        let start = line_start(&self.text, from_line);
        match self.text[start..].find(needle) {
            Some(at) if !needle.is_empty() => Mark::of(&self.text, start + at, needle.len()),
            _ => Mark { line: from_line.max(1), column: 1, length: 0 },
        }
    }
}

/// A place in a file: line and column counted from 1, and a length in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// How many bytes the mistake takes; 0 for a point.
    pub length: usize,
}

impl Mark {
    fn of(text: &str, offset: usize, length: usize) -> Self {
        let before = &text[..offset];
        let line = before.matches('\n').count() as u64 + 1;
        let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) as u64 + 1;
        Self { line, column, length }
    }
}

impl From<serde_saphyr::Location> for Mark {
    fn from(location: serde_saphyr::Location) -> Self {
        Self { line: location.line().max(1), column: location.column().max(1), length: 0 }
    }
}

/// Whether a diagnostic keeps the files from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a look; nothing fails for it.
    Warning,
    /// A mistake.
    Error,
}

impl Severity {
    /// Returns the word that begins a message.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A mistake, or something worth a look, at a place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which of the two.
    pub severity: Severity,
    /// The file.
    pub file: SourceFile,
    /// The place in it.
    pub mark: Mark,
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// What to do about it.
    pub hint: Option<Box<str>>,
}

impl Diagnostic {
    /// Returns an error at a place.
    pub fn error(file: &SourceFile, mark: impl Into<Mark>, message: impl Into<String>) -> Self {
        let (file, mark, message) = (file.clone(), mark.into(), message.into());
        Self { severity: Severity::Error, file, mark, message, hint: None }
    }

    /// Returns a warning at a place.
    pub fn warning(file: &SourceFile, mark: impl Into<Mark>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, mark, message) }
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into().map(String::into_boxed_str);
        self
    }

    /// Returns the message with the line it speaks of, as compilers show it.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let (start, end) = self.range();
        let snippet = Snippet::source(&*self.file.text)
            .path(&*self.file.path)
            .annotation(AnnotationKind::Primary.span(start..end));
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let group = level.primary_title(self.message.as_str()).element(snippet);
        let report = match &self.hint {
            Some(hint) => vec![group.element(Level::HELP.message(&**hint))],
            None => vec![group],
        };
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&report)
    }

    /// Returns the bytes that the mark covers: its length, or the word that stands there.
    fn range(&self) -> (usize, usize) {
        let text = &*self.file.text;
        let line = line_start(text, self.mark.line);
        let rest = text[line..].split('\n').next().unwrap_or_default();
        let column = usize::try_from(self.mark.column.saturating_sub(1)).unwrap_or(usize::MAX);
        let within = rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
        let start = line + within;
        let word = text[start..].find(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | '}' | ']'));
        let length = if self.mark.length > 0 { self.mark.length } else { word.unwrap_or(text.len() - start).max(1) };
        (text.floor_char_boundary(start), text.ceil_char_boundary(start + length))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file.path, self.mark.line, self.mark.column, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// Returns `did you mean …?` when one of the names is close to the given one.
#[must_use]
pub fn did_you_mean<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(given, name), name))
        .filter(|(distance, name)| *distance <= given.len().max(name.len()) / 3 + 1)
        .min()
        .map(|(_, name)| format!("did you mean `{name}`?"))
}

fn line_start(text: &str, line: u64) -> usize {
    let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    if index == 0 {
        return 0;
    }
    text.match_indices('\n').nth(index - 1).map_or(text.len(), |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_names_the_place_and_shows_the_line() {
        let file = SourceFile::new("cases/x.yaml", "a: 1\nbee: {{imge.id}}\n");
        let found = Diagnostic::error(&file, file.find(1, "{{imge.id}}"), "unknown variable `imge.id`")
            .hint(did_you_mean("imge.id", ["image.id", "member.project-id"]));
        assert_eq!(found.to_string(), "cases/x.yaml:2:6: unknown variable `imge.id` (did you mean `image.id`?)");
        let shown = found.render(false);
        assert!(shown.contains("cases/x.yaml:2:6") && shown.contains("^^^^^^^^^^^"), "{shown}");
    }

    #[test]
    fn a_mark_outside_the_text_is_no_panic() {
        let file = SourceFile::new("x", "ä\n");
        for line in 0..4 {
            for column in 0..4 {
                let _ = Diagnostic::error(&file, Mark { line, column, length: 9 }, "m").render(false);
            }
        }
    }

    #[test]
    fn far_names_are_no_hint() {
        assert_eq!(did_you_mean("banana", ["status", "outcome"]), None);
        assert_eq!(did_you_mean("outcom", ["status", "outcome"]), Some("did you mean `outcome`?".to_owned()));
    }
}
