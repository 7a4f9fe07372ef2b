//! The dialects of the image sharing calls that a cloud may speak.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A dialect of the image sharing calls: which statements bind, and which answers are documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Upstream OpenStack Glance since Ocata, with its own documents and recorded behaviour.
    Glance,
    /// The NTT-style dialect of document 002, with its exact 404 rules.
    Ntt,
    /// Huawei Cloud as of 2024: the native calls (documents 000 and 004), without pages, and IMS v1 (001 and 003).
    #[serde(rename = "huawei-2024")]
    Huawei2024,
    /// Huawei Cloud as of 2026: the same, and pages in the native list.
    #[serde(rename = "huawei-2026")]
    Huawei2026,
    /// Open Telekom Cloud: the native calls, from its own reference.
    Otc,
}

impl Profile {
    /// Every profile that a statement may apply to.
    pub const ALL: [Self; 5] = [Self::Glance, Self::Ntt, Self::Huawei2024, Self::Huawei2026, Self::Otc];

    /// Returns the name used in files, flags and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Glance => "glance",
            Self::Ntt => "ntt",
            Self::Huawei2024 => "huawei-2024",
            Self::Huawei2026 => "huawei-2026",
            Self::Otc => "otc",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
