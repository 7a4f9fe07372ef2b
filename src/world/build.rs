//! Makes an image, shares it, and brings it into the state that a case asks for.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::ledger::Entry;
use super::{Fixture, Trouble, World};
use crate::case::Actor;
use crate::case::spec::{GivenSpec, ImageKind, MemberStatus};
use crate::http::Exchange;
use crate::target::Writes;

impl World {
    /// Makes a fixture; whatever is half-made when this fails stays in the ledger.
    pub(super) async fn build(&self, given: &GivenSpec) -> Result<Fixture, Trouble> {
        if given.image == ImageKind::Unknown {
            return Ok(Fixture::new(self.next(), uuid::Uuid::new_v4().to_string(), Vec::new()));
        }
        if let Some(Err(lag)) = self.instant.get() {
            return Err(lag.clone());
        }
        let shareable = self.contract.shareable.as_str();
        let wanted = match given.image {
            ImageKind::Private => "private",
            ImageKind::Public => "public",
            ImageKind::Community => "community",
            ImageKind::Shareable | ImageKind::Deleted | ImageKind::Windows | ImageKind::Unknown => shareable,
        };
        // Only a shareable image takes members, and only an administrator makes one public.
        let first = if given.members.is_empty() && wanted != "public" { wanted } else { shareable };
        let image_id = self.create(first, given.image == ImageKind::Windows).await?;
        let members = self.share(&image_id, given).await?;
        self.shows_at_once(&image_id, given).await?;
        if wanted != first {
            self.change_visibility(&image_id, wanted).await?;
        }
        if given.image == ImageKind::Deleted {
            let path = [("image_id", image_id.as_str())];
            let exchange = self.call_on_new("v2.image.delete", Actor::Owner, &path, None).await?;
            succeeded(&exchange, "delete the image")?;
            if let Some(entry) = self.ledger.image(&image_id) {
                self.ledger.gone(&entry);
            }
        }
        self.is_shown(&image_id, wanted, given).await?;
        Ok(Fixture::new(self.next(), image_id, members))
    }

    async fn create(&self, visibility: &str, windows: bool) -> Result<String, Trouble> {
        if self.target.writes < Writes::Images {
            let text = format!("`writes: {}` makes no image", self.target.writes.name());
            return Err(Trouble::new(text, false));
        }
        if let Some(limit) = self.target.images_created
            && self.created.fetch_add(1, std::sync::atomic::Ordering::Relaxed) >= limit
        {
            let text = format!("the target allows no more than {limit} images (`limits.images-created`)");
            return Err(Trouble::new(text, false));
        }
        let name = self.name();
        let entry = Entry::Image { name: name.clone(), id: None };
        let mut body = json!({
            "name": name, "visibility": visibility, "container_format": "bare", "disk_format": "raw",
        });
        if windows {
            body["__os_type"] = json!("Windows");
        }
        self.ledger.about_to(entry.clone()).map_err(|error| {
            Trouble::new(format!("no image is made, as the journal cannot be written: {error}"), false)
        })?;
        let exchange = self.bring(&entry, "v2.image.create", &[], &body).await?;
        succeeded(&exchange, "make an image")?;
        let image = exchange.response.json();
        let text = |key: &str| image.and_then(|image| image.get(key)).and_then(Value::as_str);
        let trouble = |text: String| Err(Trouble::new(text, false));
        let (Some(id), Some(made)) = (text("id"), text("name")) else {
            return trouble("the image that was made has no `id` or no `name`".to_owned());
        };
        // An answer about another image must not lead to that image's removal.
        if made != name {
            return trouble(format!("asked to make image `{name}`, the endpoint answered with another one"));
        }
        self.ledger.made(&name, id);
        self.wrote(id);
        match (text("owner"), self.target.project_id(Actor::Owner)) {
            (Some(seen), Some(told)) if seen != told => {
                trouble(format!("the owner's images belong to project {seen}, but the target file says {told}"))
            }
            _ => Ok(id.to_owned()),
        }
    }

    /// Adds the members and lets them answer; returns their project ids in order.
    async fn share(&self, image_id: &str, given: &GivenSpec) -> Result<Vec<String>, Trouble> {
        let mut members = Vec::new();
        for (actor, status) in given.members.actors() {
            let project = self.target.project_id(actor).unwrap_or_default();
            self.add(image_id, project).await?;
            members.push(project.to_owned());
            if status != MemberStatus::Pending {
                self.answer(image_id, actor, project, status).await?;
            }
        }
        let further = given.members.further(self.target.members_per_image);
        for project in self.target.recipients.iter().take(further) {
            self.add(image_id, project).await?;
            members.push(project.clone());
        }
        self.share_beyond_projects(image_id, &given.members, members.len()).await?;
        Ok(members)
    }

    /// Sends a write to what was only just made: again, for as long as the endpoint may not know of it yet.
    async fn call_on_new(
        &self,
        operation: &str,
        actor: Actor,
        path: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Exchange, Trouble> {
        let due = path.first().and_then(|(_, image_id)| self.due(image_id));
        loop {
            let (_, exchange) = self.call(operation, actor, path, body).await?;
            if exchange.response.status != 404 || due.is_none_or(|due| Instant::now() >= due) {
                return Ok(exchange);
            }
            let every = self.target.consistency.every;
            self.pause(every).await.map_err(|reason| Trouble::new(reason, false))?;
        }
    }

    pub(super) async fn add(&self, image_id: &str, project: &str) -> Result<(), Trouble> {
        let body = json!({ "member": project });
        let path = [("image_id", image_id)];
        let exchange = self.call_on_new("v2.member.add", Actor::Owner, &path, Some(&body)).await?;
        succeeded(&exchange, "add a member")
    }

    /// Sends what brings something into being that the ledger has been told of, and tells it what that came to.
    pub(super) async fn bring(
        &self,
        entry: &Entry,
        call: &str,
        path: &[(&str, &str)],
        body: &Value,
    ) -> Result<Exchange, Trouble> {
        let sent = self.call(call, Actor::Owner, path, Some(body)).await;
        let (operation, exchange) = sent.inspect_err(|trouble| {
            if trouble.unsent {
                self.ledger.gone(entry);
            }
        })?;
        self.note(entry, &operation, &exchange);
        Ok(exchange)
    }

    pub(super) async fn answer(
        &self,
        image_id: &str,
        actor: Actor,
        project: &str,
        status: MemberStatus,
    ) -> Result<(), Trouble> {
        let body = json!({ "status": status.name() });
        let path = [("image_id", image_id), ("member_id", project)];
        let exchange = self.call_on_new("v2.member.update", actor, &path, Some(&body)).await?;
        succeeded(&exchange, &format!("set the status of {actor}"))
    }

    async fn change_visibility(&self, image_id: &str, visibility: &str) -> Result<(), Trouble> {
        let actor = if visibility == "public" { Actor::Admin } else { Actor::Owner };
        let body = json!([{ "op": "replace", "path": "/visibility", "value": visibility }]);
        let exchange = self.call_on_new("v2.image.update", actor, &[("image_id", image_id)], Some(&body)).await?;
        succeeded(&exchange, &format!("make the image {visibility}"))
    }
}

/// Refuses an answer that is no success, saying what it was for.
pub(super) fn succeeded(exchange: &Exchange, what: &str) -> Result<(), Trouble> {
    let status = exchange.response.status;
    if (200..300).contains(&status) {
        return Ok(());
    }
    let request = &exchange.request;
    let text = format!("cannot {what}: {} {} as {} answered {status}", request.method, request.path, request.actor);
    Err(Trouble::new(text, status == 429 || status >= 500))
}
