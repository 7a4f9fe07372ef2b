//! What profiles differ in beyond their rules: paths, headers, error forms, accounts.

use std::borrow::Cow;

use super::account::{Actor, Beyond};
use super::error::{self, Problem};
use super::inbound::Inbound;
use super::model::{Policy, Role};
use super::reply::{JSON, Reply};
use super::route::{self, Operation, Route};
use super::versions;
use crate::contract::Profile;

/// How a profile speaks.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// The profile.
    pub(crate) profile: Profile,
    /// Its rules.
    pub(crate) policy: Policy,
    /// How it finds the path to look up, or answers with the versions.
    pub(crate) path: fn(&Inbound) -> Result<Cow<'_, str>, Reply>,
    /// Its paths.
    pub(crate) routes: &'static [&'static [Route]],
    /// The headers that may carry the token, the first one first.
    pub(crate) token_headers: &'static [&'static str],
    /// What it does that others do not.
    pub(crate) habits: &'static [Habit],
    /// The media type of a JSON body that is no error.
    pub(crate) media: &'static str,
    /// Its error form.
    pub(crate) refuse: fn(&Problem, &Inbound) -> Reply,
    /// Its accounts.
    pub(crate) actors: &'static [Actor],
    /// What a target file may list under `features`.
    pub(crate) features: &'static [&'static str],
}

/// Something that some profiles do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Answers carry `X-Openstack-Request-Id`, once the caller is known.
    RequestIds,
    /// A body where none is needed is refused.
    RejectsBodies,
    /// `OPTIONS` is answered, to anybody.
    AnswersOptions,
    /// Answers carry what no document speaks of: the stores, the ways to import, the media type of no body.
    TellsOfItself,
    /// Rows of the native calls name the kind of recipient.
    MemberType,
    /// The native member list has pages.
    Pages,
}

impl Dialect {
    /// Says whether the profile has a habit.
    pub(crate) fn has(&self, habit: Habit) -> bool {
        self.habits.contains(&habit)
    }

    /// Draws whom images can be shared with besides projects, where rows say what kind of recipient they are.
    pub(crate) fn beyond(&self) -> Option<Beyond> {
        let mut calls = self.routes.iter().copied().flatten().flat_map(|route| route.calls);
        calls.any(|(_, operation)| *operation == Operation::V1MemberList).then(Beyond::draw)
    }

    /// Returns the dialect of a profile.
    pub(crate) const fn of(profile: Profile) -> &'static Self {
        match profile {
            Profile::Glance => &GLANCE,
            Profile::Ntt => &NTT,
            Profile::Huawei2024 => &HUAWEI_2024,
            Profile::Huawei2026 => &HUAWEI_2026,
            Profile::Otc => &OTC,
        }
    }
}

static GLANCE: Dialect = Dialect {
    profile: Profile::Glance,
    policy: Policy::GLANCE,
    path: versions::glance_path,
    routes: &[route::V2, route::GLANCE],
    token_headers: &["x-auth-token", "x-storage-token"],
    habits: &[Habit::RequestIds, Habit::RejectsBodies, Habit::AnswersOptions, Habit::TellsOfItself],
    media: JSON,
    refuse: error::glance,
    actors: ACTORS,
    features: &["public-images"],
};

static NTT: Dialect = Dialect {
    profile: Profile::Ntt,
    policy: Policy::NTT,
    path: versions::path,
    routes: &[route::V2],
    token_headers: &["x-auth-token"],
    habits: &[Habit::RequestIds],
    media: "application/json; charset=UTF-8",
    refuse: error::ntt,
    actors: ACTORS,
    features: &["public-images"],
};

static HUAWEI_2024: Dialect = HUAWEI;

static HUAWEI_2026: Dialect =
    Dialect { profile: Profile::Huawei2026, habits: &[Habit::MemberType, Habit::Pages], ..HUAWEI };

/// Open Telekom Cloud reads as Huawei Cloud of 2024 does, without list and show of v1.
/// Nothing is said there of Windows.
static OTC: Dialect = Dialect {
    policy: Policy { unshared: &[], ..Policy::HUAWEI },
    profile: Profile::Otc,
    routes: &[route::V2, route::V1_BATCH],
    ..HUAWEI
};

const HUAWEI: Dialect = Dialect {
    profile: Profile::Huawei2024,
    policy: Policy::HUAWEI,
    path: versions::path,
    routes: &[route::V2, route::V1, route::V1_BATCH],
    token_headers: &["x-auth-token"],
    habits: &[],
    media: JSON,
    refuse: error::huawei,
    actors: HUAWEI_ACTORS,
    features: &["public-images", "windows-images"],
};

const ACTORS: &[Actor] = &[
    Actor::new("owner", Role::Member),
    Actor::new("member", Role::Member),
    Actor::new("other-member", Role::Member),
    Actor::new("stranger", Role::Member),
    Actor::new("admin", Role::Admin),
    Actor::beside_owner("reader", Role::Reader),
];

/// A user without a grant exists only where the documents speak of grants.
const HUAWEI_ACTORS: &[Actor] = &[
    Actor::new("owner", Role::Member),
    Actor::new("member", Role::Member),
    Actor::new("other-member", Role::Member),
    Actor::new("stranger", Role::Member),
    Actor::new("admin", Role::Admin),
    Actor::beside_owner("reader", Role::Reader),
    Actor::beside_owner("ungranted", Role::Ungranted),
];
