//! What the profiles differ in, and who may do what: tables, no code.

use self::Right::{Barred, Granted, Hidden, Refused};
use self::Rows::{All, Own};
use super::{Bent, MemberStatus, Visibility};

/// The rules of one profile. Faults edit a copy of it.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// The visibility of an image that has members.
    pub(crate) shareable: Visibility,
    /// The visibility of a new image that names none.
    pub(crate) default: Visibility,
    /// The visibilities that an image may have.
    pub(crate) visibilities: &'static [Visibility],
    /// The statuses that an update may set.
    pub(crate) settable: &'static [MemberStatus],
    /// The most members of an image.
    pub(crate) quota: usize,
    /// The operating systems whose images the native call does not share.
    pub(crate) unshared: &'static [&'static str],
    /// Whether an image may be shared with its own project.
    pub(crate) self_share: bool,
    /// Whether adding a removed member again revives its old row, with its place and time of creation.
    pub(crate) revives: bool,
    /// Who may do what.
    pub(crate) rights: Rights,
    /// Whether a role that only reads counts for no less than one that writes.
    pub(crate) readers_write: bool,
    /// What a fault bends, and no profile does.
    pub(crate) bent: Bent,
}

/// The right of each standing in each action.
pub(crate) type Rights = [[Right; Standing::COUNT]; Action::COUNT];

/// What a caller may do in an action, once it is known to be of a certain standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// As if there were no such image.
    Hidden,
    /// May not do it, whatever rows there are.
    Barred,
    /// Sees these rows, and may not do it.
    Refused(Rows),
    /// Sees these rows, and may do it.
    Granted(Rows),
}

/// The member rows that a caller can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// Every row of the image.
    All,
    /// The row of its own project.
    Own,
}

/// What a caller is to an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The cloud's administrator.
    Admin,
    /// A user of the project that owns it.
    Owner,
    /// A user of a project with which it is shared.
    Member,
    /// Anybody else, where everybody sees the image.
    Guest,
    /// Anybody else.
    Outsider,
}

impl Standing {
    const COUNT: usize = 5;
}

/// What may be done with an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Read the image.
    ImageShow,
    /// Change the image.
    ImageUpdate,
    /// Upload its data.
    ImageUpload,
    /// Delete it.
    ImageDelete,
    /// List its members.
    MemberList,
    /// Read one member.
    MemberShow,
    /// Add a member.
    MemberAdd,
    /// Change a member's status.
    MemberUpdate,
    /// Remove a member.
    MemberDelete,
}

impl Action {
    const COUNT: usize = 9;

    /// Says whether the action changes nothing.
    pub(crate) const fn reads(self) -> bool {
        matches!(self, Self::ImageShow | Self::MemberList | Self::MemberShow)
    }
}

/// What a user may do in its project at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Everything, everywhere.
    Admin,
    /// Everything in its project.
    Member,
    /// Reads only.
    Reader,
    /// Nothing: it belongs to the project, and was granted no action.
    Ungranted,
}

/// The recorded matrix of Glance with its new defaults; the documents of NTT say the same of what they cover.
///
/// Rows are actions, columns standings, both in the order of their enums. A refused caller still sees rows:
/// it learns of a row that is missing (404) before it learns that it may not touch it (403).
const RIGHTS: Rights = [
    [Granted(All), Granted(All), Granted(All), Granted(All), Hidden],
    [Granted(All), Granted(All), Refused(All), Refused(All), Hidden],
    [Granted(All), Granted(All), Refused(All), Refused(All), Hidden],
    [Granted(All), Granted(All), Refused(All), Refused(All), Hidden],
    [Granted(All), Granted(All), Granted(Own), Refused(Own), Hidden],
    [Granted(All), Granted(All), Granted(Own), Refused(Own), Hidden],
    [Granted(All), Granted(All), Refused(Own), Refused(Own), Hidden],
    [Granted(All), Refused(All), Granted(Own), Refused(Own), Hidden],
    [Granted(All), Granted(All), Refused(Own), Refused(Own), Hidden],
];

impl Policy {
    /// Says whether a role allows what the standing grants.
    pub(crate) const fn allows(&self, role: Role, action: Action) -> bool {
        match role {
            Role::Admin | Role::Member => true,
            Role::Reader => self.readers_write || action.reads(),
            Role::Ungranted => false,
        }
    }

    /// Returns the same rules with Glance's defaults of before: a role other than the administrator's counts for
    /// nothing, and the owner's project is looked at before a row is (`_check_visibility_and_ownership`).
    pub(crate) fn legacy(mut self) -> Self {
        self.readers_write = true;
        self.rights[Action::MemberUpdate as usize][Standing::Owner as usize] = Barred;
        self.rights[Action::MemberDelete as usize][Standing::Member as usize] = Barred;
        self
    }

    /// Glance as recorded: image visibility `shared` means shareable.
    pub(crate) const GLANCE: Self = Self {
        shareable: Visibility::Shared,
        default: Visibility::Shared,
        visibilities: &Visibility::ALL,
        settable: &MemberStatus::ALL,
        quota: 128,
        unshared: &[],
        self_share: true,
        revives: true,
        rights: RIGHTS,
        readers_write: false,
        bent: Bent { sees_deleted: &[], shares_also: &[], slips: &[] },
    };

    /// Document 002 and its siblings: as Glance before it knew `shared`.
    pub(crate) const NTT: Self = Self {
        shareable: Visibility::Private,
        default: Visibility::Private,
        visibilities: &[Visibility::Public, Visibility::Private],
        revives: false,
        ..Self::GLANCE
    };

    /// Huawei Cloud: two statuses to set, 256 recipients, none of them oneself, and no Windows.
    pub(crate) const HUAWEI: Self = Self {
        settable: &[MemberStatus::Accepted, MemberStatus::Rejected],
        quota: 256,
        unshared: &["Windows"],
        self_share: false,
        ..Self::NTT
    };
}
