//! Other batches than were asked for, other jobs.

use serde_json::{Value, json};

use crate::mock::inbound::Inbound;
use crate::mock::model::{Answer, Ask, Batch, Call, JobStatus, Work};

/// Changes a batch.
pub(in crate::mock::fault) fn of_batch(ask: &mut Ask, change: impl FnOnce(&mut Batch)) {
    if let Call::Batch { batch, .. } = &mut ask.call {
        change(batch);
    }
}

/// Forgets every recipient of a batch but the first.
pub(in crate::mock::fault) fn only_first_recipient(ask: &mut Ask) {
    of_batch(ask, |batch| match &mut batch.work {
        Work::Add(recipients) => recipients.truncate(1),
        Work::Delete(recipients) => recipients.truncate(1),
        Work::Update { .. } => {}
    });
}

/// Adds a project that nobody has to a batch that names no recipient.
pub(in crate::mock::fault) fn add_nobody(inbound: &mut Inbound) {
    let Ok(Value::Object(mut body)) = serde_json::from_slice(&inbound.body) else { return };
    let named = |kind: &str| body.get(kind).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if !["projects", "domains", "organizations"].iter().any(|kind| named(kind)) {
        body.insert("projects".to_owned(), json!(["none"]));
        inbound.body = Value::Object(body).to_string().into();
    }
}

/// Says of a job that failed that it succeeded.
pub(in crate::mock::fault) fn succeed(answer: &mut Answer) {
    if let Answer::Job(job) = answer
        && job.status == JobStatus::Fail
    {
        job.status = JobStatus::Success;
    }
}
