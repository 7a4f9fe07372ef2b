//! Who sends a request.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A party to image sharing, each with credentials of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// Owns the images and shares them.
    Owner,
    /// The project that an image is shared with.
    Member,
    /// A second project that an image is shared with.
    OtherMember,
    /// A project that has nothing to do with the image.
    Stranger,
    /// The cloud's administrator.
    Admin,
    /// A user of the owner's project who may only read.
    Reader,
    /// A user of the owner's project without any grant.
    Ungranted,
    /// A request without a token.
    Nobody,
    /// A request with a token that the endpoint never issued.
    BadToken,
    /// A request with a token whose time was over before the endpoint saw it.
    ExpiredToken,
    /// A request with a token that was taken back before the endpoint saw it.
    RevokedToken,
    /// A request with a token that another cloud, or another region, issued.
    ForeignToken,
}

impl Actor {
    /// Every actor, in the order of reports.
    pub const ALL: [Self; 12] = [
        Self::Owner,
        Self::Member,
        Self::OtherMember,
        Self::Stranger,
        Self::Admin,
        Self::Reader,
        Self::Ungranted,
        Self::Nobody,
        Self::BadToken,
        Self::ExpiredToken,
        Self::RevokedToken,
        Self::ForeignToken,
    ];

    /// Returns the name used in case and target files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Member => "member",
            Self::OtherMember => "other-member",
            Self::Stranger => "stranger",
            Self::Admin => "admin",
            Self::Reader => "reader",
            Self::Ungranted => "ungranted",
            Self::Nobody => "nobody",
            Self::BadToken => "bad-token",
            Self::ExpiredToken => "expired-token",
            Self::RevokedToken => "revoked-token",
            Self::ForeignToken => "foreign-token",
        }
    }

    /// Returns the actor of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|actor| actor.name() == name)
    }

    /// Tells whether the actor has credentials that a target file must give.
    #[must_use]
    pub const fn has_credentials(self) -> bool {
        !matches!(self, Self::Nobody | Self::BadToken)
    }

    /// Tells whether the actor is nobody but a token that must be refused: it was good once, or is so elsewhere.
    #[must_use]
    pub const fn is_dead_token(self) -> bool {
        matches!(self, Self::ExpiredToken | Self::RevokedToken | Self::ForeignToken)
    }

    /// Tells whether the actor acts in a project.
    #[must_use]
    pub const fn has_project(self) -> bool {
        self.has_credentials() && !self.is_dead_token()
    }

    /// Tells whether the actor's project must be no other actor's.
    ///
    /// The reader and the ungranted user belong to the owner's project, the admin to any.
    #[must_use]
    pub const fn has_own_project(self) -> bool {
        matches!(self, Self::Owner | Self::Member | Self::OtherMember | Self::Stranger)
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
