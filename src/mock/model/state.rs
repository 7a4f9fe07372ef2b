//! The state, and the checks that every call on an image passes first.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::image::Stored;
use super::job::Kept;
use super::{Action, Answer, Ask, Call, Caller, MemberStatus, Policy, Refusal, Right, Role, Slip, Stamp, Standing};

/// The images of a cloud and the rules over them.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(super) policy: Policy,
    pub(super) images: BTreeMap<u64, Stored>,
    pub(super) ids: HashMap<String, u64>,
    pub(super) index: Index,
    pub(super) jobs: HashMap<String, Kept>,
    next: u64,
}

/// Which images a list has to look at, so that it never walks all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// The images that a project owns or is a member of.
    pub(super) projects: HashMap<String, BTreeSet<u64>>,
    /// The public and community images.
    pub(super) open: BTreeSet<u64>,
}

impl Index {
    /// Notes that the image concerns the project.
    pub(super) fn concern(&mut self, project: &str, number: u64) {
        self.projects.entry(project.to_owned()).or_default().insert(number);
    }

    /// Notes that the image concerns the project no longer.
    pub(super) fn release(&mut self, project: &str, number: u64) {
        if let Some(numbers) = self.projects.get_mut(project) {
            numbers.remove(&number);
        }
    }
}

impl Model {
    /// Returns an empty cloud under these rules.
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            policy,
            images: BTreeMap::new(),
            ids: HashMap::new(),
            index: Index::default(),
            jobs: HashMap::new(),
            next: 0,
        }
    }

    /// Lets an image have so many members.
    pub(crate) fn set_quota(&mut self, quota: usize) {
        self.policy.quota = quota;
    }

    /// Applies a call at `now`: the whole effect or, refused, none.
    pub(crate) fn apply(&mut self, ask: Ask, now: Stamp) -> Result<Answer, Refusal> {
        let caller = ask.caller;
        if ask.project.is_some_and(|project| *project != *caller.project) {
            return Err(Refusal::ForeignProject);
        }
        match ask.call {
            Call::ImageCreate(image) => self.create_image(&caller, *image, now),
            Call::ImageList(query) => self.list_images(&caller, &query),
            Call::ImageShow { image } => self.show_image(&caller, image),
            Call::ImageUpdate { image, changes } => self.update_image(&caller, image, changes, now),
            Call::ImageUpload { image, size } => self.upload_image(&caller, image, size, now),
            Call::ImageDelete { image } => self.delete_image(&caller, image),
            Call::MemberList { image, page } => self.list_members(&caller, image, page),
            Call::MemberShow { image, member } => self.show_member(&caller, image, member),
            Call::MemberAdd { image, member } => self.add_natively(&caller, image, member, now),
            Call::MemberUpdate { image, member, status } => self.update_member(&caller, image, member, status, now),
            Call::MemberDelete { image, member } => self.delete_member(&caller, image, member),
            Call::Batch { job, batch } => self.start(caller, job, batch, now),
            Call::JobShow { job } => self.show_job(&caller, job, now),
        }
    }

    /// Finds an image that the caller sees, and what it may do there.
    pub(super) fn find(&self, caller: &Caller, action: Action, image: String) -> Result<(u64, Right), Refusal> {
        let seen = self.ids.get(&image).and_then(|number| {
            let stored = self.images.get(number)?;
            let gone = stored.deleted && !self.policy.bent.sees_deleted.contains(&action);
            (!gone).then(|| (*number, self.right(caller, action, stored)))
        });
        match seen {
            Some((number, right)) if right != Right::Hidden => Ok((number, right)),
            _ => Err(Refusal::NoImage { image, action, hidden: seen.is_some() }),
        }
    }

    /// Finds an image that can have members.
    pub(super) fn find_shared(
        &mut self,
        caller: &Caller,
        action: Action,
        image: String,
    ) -> Result<(u64, Right), Refusal> {
        let (number, right) = self.find(caller, action, image)?;
        let stored = &self.images[&number];
        let visibility = stored.image.visibility;
        if visibility == self.policy.shareable || self.policy.bent.shares_also.contains(&(action, visibility)) {
            return if right == Right::Barred { Err(Refusal::Denied(action)) } else { Ok((number, right)) };
        }
        let image = stored.image.id.clone();
        match self.standing(caller, stored) {
            Standing::Outsider => Err(Refusal::NoImage { image, action, hidden: true }),
            _ => Err(Refusal::NotShareable { image, action }),
        }
    }

    /// Gives the image a number, later than every other's, and keeps it.
    pub(super) fn keep(&mut self, stored: Stored) {
        let number = self.next;
        self.next += 1;
        self.ids.insert(stored.image.id.clone(), number);
        self.index.concern(&stored.image.owner, number);
        self.images.insert(number, stored);
        self.file(number);
    }

    /// Files the image as open or not, after its visibility was set.
    pub(super) fn file(&mut self, number: u64) {
        if self.images[&number].image.visibility.is_open() {
            self.index.open.insert(number);
        } else {
            self.index.open.remove(&number);
        }
    }

    /// Returns the stored image of a number from the index.
    pub(super) fn stored(&mut self, number: u64) -> &mut Stored {
        self.images.get_mut(&number).expect("numbers come from the index")
    }

    /// Returns what the caller is to the image.
    pub(super) fn standing(&self, caller: &Caller, stored: &Stored) -> Standing {
        let image = &stored.image;
        if caller.role == Role::Admin {
            Standing::Admin
        } else if image.owner == caller.project {
            Standing::Owner
        } else if image.visibility.is_open() {
            Standing::Guest
        } else if image.visibility == self.policy.shareable && self.has_row(caller, stored) {
            Standing::Member
        } else {
            Standing::Outsider
        }
    }

    fn has_row(&self, caller: &Caller, stored: &Stored) -> bool {
        let lingers = self.policy.bent.has(Slip::LingersAfterRemoval);
        stored.rows.iter().any(|row| row.member.recipient == *caller.project && (lingers || !row.removed))
    }

    fn right(&self, caller: &Caller, action: Action, stored: &Stored) -> Right {
        let standing = self.standing(caller, stored);
        if action == Action::ImageShow && standing == Standing::Member && self.hides(caller, stored) {
            return Right::Hidden;
        }
        match self.policy.rights[action as usize][standing as usize] {
            Right::Granted(rows) if !self.policy.allows(caller.role, action) => Right::Refused(rows),
            right => right,
        }
    }

    /// Says whether a fault hides the image from a member because of what it answered.
    fn hides(&self, caller: &Caller, stored: &Stored) -> bool {
        let bent = self.policy.bent;
        match stored.row_of(&caller.project).map(|row| row.status) {
            Some(MemberStatus::Pending) => bent.has(Slip::HidesPending),
            Some(MemberStatus::Rejected) => bent.has(Slip::HidesRejected),
            _ => false,
        }
    }
}

/// Turns a right into leave to go on.
pub(super) fn granted(right: Right, action: Action) -> Result<(), Refusal> {
    match right {
        Right::Granted(_) => Ok(()),
        Right::Refused(_) | Right::Barred | Right::Hidden => Err(Refusal::Denied(action)),
    }
}
