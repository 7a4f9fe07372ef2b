//! Sharing with more than projects, which takes a batch call and its job; and ending that, as no such image is deleted.

use std::time::Duration;

use serde_json::{Value, json};

use super::build::succeeded;
use super::clean::text;
use super::{Trouble, World};
use crate::case::Actor;
use crate::case::spec::MembersSpec;
use crate::http::{Exchange, Transport};
use crate::mock::HEADER;

const ADD: &str = "v1.member.batch-add";
const DELETE: &str = "v1.member.batch-delete";
const JOB: &str = "v1.job.progress";
const LIST: &str = "v1.member.list";

/// How often a job is asked after.
const LOOKS: u32 = 20;
/// How long to wait before it is asked after again.
const EVERY: Duration = Duration::from_secs(3);

impl World {
    /// Shares an image of ours with the target's organizational unit and account, where that is asked for, and looks
    /// whether it is; `shared` is the number of members that it has already.
    pub(super) async fn share_beyond_projects(
        &self,
        image_id: &str,
        members: &MembersSpec,
        shared: usize,
    ) -> Result<(), Trouble> {
        if !members.needs_batch() {
            return Ok(());
        }
        let urns: Vec<_> = self.target.organization.iter().filter(|_| members.organization).collect();
        let domains: Vec<_> = self.target.domain.iter().filter(|_| members.domain).collect();
        let wanted = shared + urns.len() + domains.len();
        let stopped = |reason| Trouble::new(reason, false);
        // A job must not miss what was only just made, nor a read what the job did.
        self.settle(image_id).await.map_err(stopped)?;
        self.batch(&*self.gated, ADD, image_id, json!(urns), json!(domains)).await?;
        self.wrote(image_id);
        self.settle(image_id).await.map_err(stopped)?;
        let rows = self.list_members(&*self.gated, image_id).await.map_err(|text| Trouble::new(text, false))?;
        match rows {
            Ok(rows) if rows.len() == wanted => Ok(()),
            Ok(rows) => {
                let there = rows.len();
                let text = format!("the job succeeded, and the image has {there} members in place of {wanted}");
                Err(Trouble::new(text, false))
            }
            Err(status) => Err(Trouble::new(format!("the owner's member list answered {status}"), false)),
        }
    }

    /// Stops sharing an image of ours with whatever is no project; tells whether there was any such row.
    pub(super) async fn unshare_beyond_projects(&self, image_id: &str) -> Result<bool, Trouble> {
        if [LIST, DELETE].iter().any(|operation| self.operation(operation).is_err()) {
            return Ok(false);
        }
        let project = self.target.project_id(Actor::Owner).unwrap_or_default();
        let path = [("project_id", project), ("image_id", image_id)];
        let (_, exchange) = self.call_over(&*self.transport, LIST, Actor::Owner, &path, None).await?;
        succeeded(&exchange, "list the members")?;
        let body = exchange.response.json().cloned().unwrap_or_default();
        let rows = body["members"].as_array().map(Vec::as_slice).unwrap_or_default();
        let of = |kind: &str, key: &str| -> Vec<String> {
            rows.iter().filter(|row| text(row, "member_type") == kind).map(|row| text(row, key).to_owned()).collect()
        };
        let (urns, domains) = (of("organization", "urn"), of("domain", "member_id"));
        if urns.is_empty() && domains.is_empty() {
            return Ok(false);
        }
        self.batch(&*self.transport, DELETE, image_id, json!(urns), json!(domains)).await.map(|()| true)
    }

    /// Sends a batch about an image, and waits for its job.
    async fn batch(
        &self,
        over: &dyn Transport,
        call: &str,
        image_id: &str,
        urns: Value,
        domains: Value,
    ) -> Result<(), Trouble> {
        let mut body = json!({ "images": [image_id] });
        for (key, list) in [("organizations", urns), ("domains", domains)] {
            if list.as_array().is_some_and(|list| !list.is_empty()) {
                body[key] = list;
            }
        }
        let (_, exchange) = self.call_over(over, call, Actor::Owner, &[], Some(&body)).await?;
        succeeded(&exchange, "share with more than projects")?;
        let job = exchange.response.json().map(|body| text(body, "job_id").to_owned()).unwrap_or_default();
        self.job(over, &job).await
    }

    /// Waits until a job has ended; one that failed is trouble.
    async fn job(&self, over: &dyn Transport, job: &str) -> Result<(), Trouble> {
        for _ in 0..LOOKS {
            let (_, exchange) = self.call_over(over, JOB, Actor::Owner, &[("job_id", job)], None).await?;
            succeeded(&exchange, "ask after a job")?;
            let status = exchange.response.json().map(|body| text(body, "status").to_ascii_lowercase());
            match status.as_deref() {
                Some("success") => return Ok(()),
                Some("init" | "running") => {
                    self.pause(pause(&exchange)).await.map_err(|why| Trouble::new(why, false))?;
                }
                other => {
                    let status = other.unwrap_or("nothing");
                    return Err(Trouble::new(format!("the job {job} ended with {status}"), false));
                }
            }
        }
        Err(Trouble::new(format!("the job {job} has no end: it was asked after {LOOKS} times"), false))
    }
}

/// Returns how long to wait after an answer: what a mock does takes no time.
fn pause(exchange: &Exchange) -> Duration {
    if exchange.response.header(HEADER).is_some() { Duration::ZERO } else { EVERY }
}
