//! The dials of a profile: what clouds of one dialect are set to differently.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Profile;

/// How a cloud of a profile is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicySpec {
    /// The role-based defaults in force.
    #[serde(default)]
    pub rbac: Rbac,
}

/// The role-based defaults of a Glance.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Rbac {
    /// Those of today (`enforce_new_defaults`): a reader of the owner's project may not write.
    #[default]
    New,
    /// Those of before, which Glance had by default up to Yoga at least: roles but the administrator's count for
    /// nothing, and who is not the right project is refused before a row is looked for.
    Legacy,
}

impl PolicySpec {
    /// Tells whether clouds of a profile can be set so.
    #[must_use]
    pub fn is_of(self, profile: Profile) -> bool {
        profile == Profile::Glance || self == Self::default()
    }
}

impl fmt::Display for PolicySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rbac: {}", self.rbac.name())
    }
}

impl Rbac {
    /// Returns the name used in files and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Legacy => "legacy",
        }
    }
}
