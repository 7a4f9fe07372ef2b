//! Faults: promises that the mock breaks on purpose, so that the suite can prove that it would notice.
//!
//! A fault is one plausible bug of a real cloud. It breaks what it names and nothing else, in as few calls as it
//! can, and leaves the calls alone by which images and members are prepared: a suite that cannot prepare a case
//! learns nothing from it. A profile is named only where the fault breaks something that it promises. The tables
//! lie in a file for each kind; a new fault is one more entry there, and `sharecheck prove` says whether it is one.

mod alike;
mod authority;
mod batch;
mod bend;
mod broken;
mod cache;
mod field;
mod form;
mod kind;
mod legacy;
mod lenient;
mod paging;
mod state;
mod status;
mod trouble;
mod visibility;

use crate::contract::{PolicySpec, Profile, Rbac};
use kind::{How, Kind, When};

pub(crate) use broken::Broken;
pub(crate) use kind::{Seen, Token};

/// Every profile.
const EVERY: &[Profile] = &Profile::ALL;
/// Glance and its kin.
const OPENSTACK: &[Profile] = &[Profile::Glance, Profile::Ntt];
/// Glance alone.
const GLANCE: &[Profile] = &[Profile::Glance];
/// Huawei Cloud and its kin.
const HUAWEI: &[Profile] = &[Profile::Huawei2024, Profile::Huawei2026, Profile::Otc];
/// Glance, and Huawei Cloud and its kin.
const WITH_HUAWEI: &[Profile] = &[Profile::Glance, Profile::Huawei2024, Profile::Huawei2026, Profile::Otc];
/// Those of which no document says what becomes of a body on a read, or of a method that a path does not have.
const WITHOUT_METHODS: &[Profile] = &[Profile::Ntt, Profile::Huawei2024, Profile::Huawei2026, Profile::Otc];
/// NTT alone.
const NTT: &[Profile] = &[Profile::Ntt];
/// Those that do not take 400 for an image that is not there.
const BUT_OTC: &[Profile] = &[Profile::Glance, Profile::Ntt, Profile::Huawei2024, Profile::Huawei2026];
/// Those with the media type of NTT's document on show, or a page that says the same.
const WITH_MEDIA_TYPE: &[Profile] = &[Profile::Glance, Profile::Ntt, Profile::Otc];
/// Those whose native list has no pages.
const UNPAGED: &[Profile] = &[Profile::Glance, Profile::Ntt, Profile::Huawei2024, Profile::Otc];
/// Those whose native list has pages.
const NATIVE_PAGES: &[Profile] = &[Profile::Huawei2026];
/// Those with the calls of IMS v1.
const V1: &[Profile] = &[Profile::Huawei2024, Profile::Huawei2026];

/// A promise that the mock can break on purpose.
#[derive(Debug)]
pub struct Fault {
    /// The name on the command line.
    pub id: &'static str,
    /// What the mock does wrong, in one sentence.
    pub summary: &'static str,
    /// The statements that it breaks; none where nothing is promised.
    pub breaks: &'static [&'static str],
    /// The profiles that promise them.
    pub profiles: &'static [Profile],
    /// How it is done.
    kind: Kind,
}

impl Fault {
    /// Returns how a cloud is set that the fault is for; none where that does not matter.
    #[must_use]
    pub fn policy(&self) -> Option<PolicySpec> {
        matches!(self.kind, Kind::LegacyRules(_)).then_some(PolicySpec { rbac: Rbac::Legacy })
    }

    /// Tells whether an operation no longer answers as it should to anybody: then whatever calls it is unmet, and
    /// only what cites the fault's own statements says anything about it.
    #[must_use]
    pub fn is_total(&self) -> bool {
        // Without its rows, or the ids in them, a list says nothing.
        matches!(
            self.kind,
            Kind::Status(_, When::Granted, _) | Kind::Field(_, _, "members" | "member_id", How::Named(_))
        )
    }
}

const TABLES: &[&[Fault]] = &[
    status::granted::FAULTS,
    status::token::FAULTS,
    status::missing::FAULTS,
    status::denied::FAULTS,
    status::wrong::FAULTS,
    field::list::FAULTS,
    field::show::FAULTS,
    field::write::FAULTS,
    field::v1::FAULTS,
    field::beyond::FAULTS,
    form::FAULTS,
    lenient::FAULTS,
    trouble::FAULTS,
    alike::FAULTS,
    state::FAULTS,
    visibility::FAULTS,
    cache::FAULTS,
    authority::FAULTS,
    legacy::FAULTS,
    paging::FAULTS,
    batch::FAULTS,
];

/// Returns every fault that the mock knows.
pub fn faults() -> impl Iterator<Item = &'static Fault> {
    TABLES.iter().copied().flatten()
}
