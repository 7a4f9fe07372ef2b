//! The batch calls of IMS v1 and their jobs: the one way to share with more than projects.

use axum::http::StatusCode;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::error::{Malformed, Problem, failure};
use super::fields::Fields;
use super::inbound::Inbound;
use super::model::{Action, Batch, Call, Job, JobStatus, MemberStatus, Recipient, Work};
use super::reply::{Body, JSON, Reply};
use super::v2;

/// How the URN of an organization begins.
const URN: &str = "organizations::";

/// Reads an add.
pub(crate) fn add(inbound: &Inbound) -> Result<Call, Problem> {
    read(inbound, |fields| Ok(Work::Add(recipients(fields)?)))
}

/// Reads a removal.
pub(crate) fn delete(inbound: &Inbound) -> Result<Call, Problem> {
    read(inbound, |fields| Ok(Work::Delete(recipients(fields)?.into_iter().map(|recipient| recipient.id).collect())))
}

/// Reads an update. A status that is none is for the model to refuse.
pub(crate) fn update(inbound: &Inbound) -> Result<Call, Problem> {
    read(inbound, |fields| {
        let text = |name| fields.get(name).and_then(Value::as_str).ok_or(Malformed::BatchForm);
        let status = MemberStatus::parse(text("status")?);
        Ok(Work::Update { project: text("project_id")?.to_owned(), status })
    })
}

/// Tells which job was started.
pub(crate) fn started(job: &str) -> Reply {
    Reply::new(StatusCode::OK, Body::Json(JSON, Fields::default().with("job_id", job)))
}

/// Shows a job; `progress` tells how far it is beside what it came to.
pub(crate) fn show(job: &Job, progress: bool) -> Reply {
    let (code, reason) = job.failure.as_ref().map(failure).unzip();
    let mut entities = Fields::default();
    if let [image] = &job.images[..] {
        entities.set("image_id", image.as_str());
    }
    if progress {
        entities.set("current_task", kind(job.action));
        entities.set("process_percent", percent(job.status));
    }
    let body = Fields::default()
        .with("status", job.status.name())
        .with_object("entities", entities)
        .with("job_id", job.id.as_str())
        .with("job_type", kind(job.action))
        .with("begin_time", job.begun.to_string())
        .with("end_time", job.ended.map(|time| time.to_string()).unwrap_or_default())
        .with("error_code", code)
        .with("fail_reason", reason);
    Reply::new(StatusCode::OK, Body::Json(JSON, body))
}

const fn kind(action: Action) -> &'static str {
    match action {
        Action::MemberDelete => "imsDelImageMembersJob",
        Action::MemberUpdate => "imsUpdateImageMembersJob",
        _ => "imsAddImageMembersJob",
    }
}

const fn percent(status: JobStatus) -> f64 {
    match status {
        JobStatus::Init => 0.0,
        JobStatus::Running => 0.5,
        JobStatus::Success | JobStatus::Fail => 1.0,
    }
}

fn read(inbound: &Inbound, work: impl FnOnce(&Map<String, Value>) -> Result<Work, Malformed>) -> Result<Call, Problem> {
    let Value::Object(fields) = v2::parse(inbound)? else { return Err(Malformed::BatchForm.into()) };
    let images = texts(&fields, "images")?;
    if images.is_empty() {
        return Err(Malformed::BatchForm.into());
    }
    if images.iter().any(|id| Uuid::parse_str(id).is_err()) {
        return Err(Malformed::BatchImage.into());
    }
    let batch = Batch { images, work: work(&fields)? };
    Ok(Call::Batch { job: Uuid::new_v4().simple().to_string(), batch })
}

/// Reads the recipients; at least one of any kind must be there.
fn recipients(fields: &Map<String, Value>) -> Result<Vec<Recipient>, Malformed> {
    let projects = texts(fields, "projects")?.into_iter().map(Recipient::project);
    let domains = texts(fields, "domains")?.into_iter().map(Recipient::domain);
    let urns = texts(fields, "organizations")?;
    if urns.iter().any(|urn| !urn.starts_with(URN)) {
        return Err(Malformed::BatchForm);
    }
    let recipients: Vec<_> = projects.chain(domains).chain(urns.into_iter().map(Recipient::organization)).collect();
    if recipients.is_empty() { Err(Malformed::BatchForm) } else { Ok(recipients) }
}

/// Reads a list of texts, none of them empty; none is there where the field is not.
fn texts(fields: &Map<String, Value>, name: &str) -> Result<Vec<String>, Malformed> {
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    match fields.get(name) {
        None => Ok(Vec::new()),
        Some(Value::Array(values)) => values.iter().map(text).collect::<Option<_>>().ok_or(Malformed::BatchForm),
        Some(_) => Err(Malformed::BatchForm),
    }
}
