//! Batch calls: work on several images and recipients, done by a job that the caller asks after.

use super::{Action, Answer, Caller, MemberStatus, Model, Recipient, Refusal, Role, Slip, Stamp};

/// What a batch call asks for.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    /// The images, by id.
    pub(crate) images: Vec<String>,
    /// What is to be done to each of them.
    pub(crate) work: Work,
}

/// What a job does to each image.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// Share it with each of these.
    Add(Vec<Recipient>),
    /// Set the status of a project; `None` is a word that is no status.
    Update { project: String, status: Option<MemberStatus> },
    /// Stop sharing it with these, by id.
    Delete(Vec<String>),
}

/// A job as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// Its id.
    pub(crate) id: String,
    /// What it does.
    pub(crate) action: Action,
    /// The images that it is about.
    pub(crate) images: Vec<String>,
    /// How far it has come.
    pub(crate) status: JobStatus,
    /// When it was started.
    pub(crate) begun: Stamp,
    /// When it ended.
    pub(crate) ended: Option<Stamp>,
    /// Why it failed.
    pub(crate) failure: Option<Refusal>,
}

/// How far a job has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobStatus {
    /// Not begun yet.
    Init,
    /// Under way.
    Running,
    /// Done.
    Success,
    /// Ended, and not all of it done.
    Fail,
}

impl JobStatus {
    /// Returns the word used on the wire.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Init => "INIT",
            Self::Running => "RUNNING",
            Self::Success => "SUCCESS",
            Self::Fail => "FAIL",
        }
    }
}

/// A job that is kept, with what is left of it to do.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    caller: Caller,
    /// What is to be done, until it is.
    batch: Option<Batch>,
    job: Job,
    asked: u8,
}

/// How often a job is asked after before it ends: the first time it is not begun yet, the second time under way.
const POLLS: u8 = 2;

impl Work {
    /// Returns the action that the caller needs the right for.
    const fn action(&self) -> Action {
        match self {
            Self::Add(_) => Action::MemberAdd,
            Self::Update { .. } => Action::MemberUpdate,
            Self::Delete(_) => Action::MemberDelete,
        }
    }
}

impl Model {
    /// Starts a job. What is wrong with an image or a recipient, the job finds out; it ends in a failure then.
    pub(super) fn start(&mut self, caller: Caller, id: String, batch: Batch, now: Stamp) -> Result<Answer, Refusal> {
        let action = batch.work.action();
        if !self.policy.allows(caller.role, action) {
            return Err(Refusal::Denied(action));
        }
        if let Work::Update { status, .. } = &batch.work
            && !status.is_some_and(|status| self.policy.settable.contains(&status))
        {
            return Err(Refusal::BadStatus);
        }
        let job = Job {
            id: id.clone(),
            action,
            images: batch.images.clone(),
            status: JobStatus::Init,
            begun: now,
            ended: None,
            failure: None,
        };
        self.jobs.insert(id.clone(), Kept { caller, batch: Some(batch), job, asked: 0 });
        Ok(Answer::Started { job: id })
    }

    /// Tells how far a job of the caller's project has come. Being asked after moves it on, as there is nobody else
    /// to do so: no client has to wait, and each sees the same.
    pub(super) fn show_job(&mut self, caller: &Caller, id: String, now: Stamp) -> Result<Answer, Refusal> {
        if caller.role == Role::Ungranted {
            return Err(Refusal::NoImages { writes: false });
        }
        let mut kept = match self.jobs.remove(&id) {
            Some(kept) if kept.caller.project == caller.project || self.policy.bent.has(Slip::TellsJobs) => kept,
            other => {
                self.jobs.extend(other.map(|kept| (id.clone(), kept)));
                return Err(Refusal::NoJob { job: id });
            }
        };
        self.move_on(&mut kept, now);
        let job = kept.job.clone();
        self.jobs.insert(id, kept);
        Ok(Answer::Job(Box::new(job)))
    }

    fn move_on(&mut self, kept: &mut Kept, now: Stamp) {
        if kept.asked == POLLS
            && let Some(batch) = kept.batch.take()
        {
            kept.job.failure = self.carry_out(&kept.caller, batch, now);
            kept.job.status = if kept.job.failure.is_none() { JobStatus::Success } else { JobStatus::Fail };
            kept.job.ended = Some(now);
        } else if kept.asked > 0 && kept.batch.is_some() {
            kept.job.status = JobStatus::Running;
        }
        kept.asked = kept.asked.saturating_add(1);
    }

    /// Does what can be done for each image and recipient; returns what was refused first.
    fn carry_out(&mut self, caller: &Caller, batch: Batch, now: Stamp) -> Option<Refusal> {
        let Batch { images, work } = batch;
        let mut refused = None;
        for image in images {
            let done: Vec<_> = match &work {
                Work::Add(recipients) => {
                    let add = |recipient: &Recipient| self.add_member(caller, image.clone(), recipient.clone(), now);
                    recipients.iter().map(add).collect()
                }
                Work::Update { project, status } => {
                    vec![self.update_member(caller, image, project.clone(), *status, now)]
                }
                Work::Delete(ids) => {
                    ids.iter().map(|id| self.delete_member(caller, image.clone(), id.clone())).collect()
                }
            };
            refused = refused.or(done.into_iter().find_map(Result::err));
        }
        refused
    }
}
