//! Clouds by name, as `clouds.yaml` has them: where the file is, and what an entry says.

mod entry;
mod search;
mod spec;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};
use crate::http::Endpoint;
use crate::yaml;
use entry::Entry;
pub(super) use search::Search;
use spec::{CloudSpec, CloudsSpec};

use super::TargetError;
use super::identity::{Interface, Login};

/// A cloud to sign in to, as one entry describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// The name of the entry.
    pub name: String,
    /// The root of the identity service.
    pub identity: Endpoint,
    /// Who signs in.
    pub login: Login,
    /// The region whose endpoints count.
    pub region: Option<String>,
    /// The side from which the endpoints are reached.
    pub interface: Interface,
    /// The image service, where the entry says it in place of the catalogue.
    pub image: Option<Endpoint>,
    /// Further trusted certificates: the file's name and content.
    pub ca_certificates: Option<(String, Vec<u8>)>,
    /// Whether certificates are believed unseen.
    pub insecure: bool,
}

/// A file of clouds, and the secrets that belong to it.
pub(super) struct Clouds {
    file: (SourceFile, CloudsSpec),
    secure: Option<(SourceFile, CloudsSpec)>,
}

impl Clouds {
    /// Reads the file that the search leads to, and the secrets beside it.
    pub(super) fn read(search: &Search<'_>) -> Result<Self, TargetError> {
        let path = search.clouds()?;
        let secure = search.secure(&path);
        Ok(Self { file: parse(&path)?, secure: secure.as_deref().map(parse).transpose()? })
    }

    /// Returns the cloud of that name; a name that is unknown comes back as a message and what to do.
    pub(super) fn get(&self, name: &str, search: &Search<'_>) -> Result<Cloud, CloudError> {
        let plain = entry_of(&self.file.1, name);
        let secure = self.secure.as_ref().and_then(|(file, spec)| Some((file, entry_of(spec, name)?)));
        let entry = match (plain, secure) {
            (Some((mark, spec)), secure) => {
                Entry { file: &self.file.0, mark, spec, secure: secure.map(|(file, (_, spec))| (file, spec)), search }
            }
            (None, Some((file, (mark, spec)))) => Entry { file, mark, spec, secure: None, search },
            (None, None) => return Err(self.unknown(name)),
        };
        entry.cloud(name).map_err(CloudError::Wrong)
    }

    fn unknown(&self, name: &str) -> CloudError {
        let names = || self.file.1.clouds.iter().flatten().map(|(name, _)| name.as_str());
        let hint = did_you_mean(name, names()).unwrap_or_else(|| match names().collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => "there is none at all".to_owned(),
            all => format!("there are {all}"),
        });
        CloudError::Unknown(format!("there is no cloud `{name}` in `{}`", self.file.0.path), hint)
    }
}

/// Why there is no cloud of a name.
pub(super) enum CloudError {
    /// Nobody has heard of it: a message, and what to do.
    Unknown(String, String),
    /// Its entry has mistakes.
    Wrong(Vec<Diagnostic>),
}

fn parse(path: &Path) -> Result<(SourceFile, CloudsSpec), TargetError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let absent = error.kind() == std::io::ErrorKind::NotFound;
        let message = format!("cannot read `{}`: {error}", path.display());
        if absent { TargetError::NoClouds(message) } else { TargetError::Incomplete(message) }
    })?;
    let file = SourceFile::new(path.display().to_string(), text);
    // A file of comments alone is an empty document.
    let spec: Option<CloudsSpec> = yaml::parse(&file).map_err(|mistake| TargetError::File(vec![*mistake]))?;
    Ok((file, spec.unwrap_or_default()))
}

fn entry_of<'a>(spec: &'a CloudsSpec, name: &str) -> Option<(crate::diagnostic::Mark, &'a CloudSpec)> {
    let found = spec.clouds.as_ref()?.get(name)?;
    Some((found.referenced.into(), found.value.as_ref()?))
}
