//! Removes everything that was made or added, whatever happened before.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};

use super::ledger::Entry;
use super::{Leftover, World};
use crate::case::Actor;
use crate::check::own;
use crate::http::{Exchange, TransportError, request_for};
use crate::target::Writes;

/// How often the removal of one thing is tried.
const TRIES: u32 = 3;
/// How many things are removed at the same time.
const AT_ONCE: usize = 4;
/// How many images are asked for on a page of the list.
const PAGE: u32 = 100;
/// How many pages of the image list are read at most.
const MOST_PAGES: usize = 1_000;

impl World {
    /// Removes everything of this run and looks at what was borrowed; returns what is not as it was before.
    pub async fn clean(&self) -> Vec<Leftover> {
        if self.keep {
            return self.left("--no-cleanup");
        }
        let left = stream::iter(self.ledger.rest()).map(|entry| self.clean_entry(entry)).buffered(AT_ONCE);
        let mut left: Vec<_> = left.filter_map(|left| async { left }).collect().await;
        if self.target.writes == Writes::Members {
            let told: BTreeSet<_> = left.iter().map(|left| (left.name.clone(), left.id.clone())).collect();
            let changes = self.changes().await.into_iter();
            left.extend(changes.filter(|change| !told.contains(&(change.name.clone(), change.id.clone()))));
        }
        // A journal that cannot be removed says that nothing is left, and the next sweep removes it.
        let _ = self.ledger.close();
        left
    }

    /// Returns what is there, or may be, and the reason why it was not removed.
    #[must_use]
    pub fn left(&self, reason: &str) -> Vec<Leftover> {
        self.ledger.rest().into_iter().map(|entry| entry.leftover(reason.to_owned())).collect()
    }

    /// Removes an image of ours now; one that resists is tried again in the end.
    pub(super) async fn remove(&self, image_id: &str) {
        if let Some(entry) = self.ledger.image(image_id)
            && self.delete_image(image_id).await.is_ok()
        {
            self.ledger.gone(&entry);
        }
    }

    pub(super) async fn clean_entry(&self, entry: Entry) -> Option<Leftover> {
        let gone = match &entry {
            Entry::Image { id: Some(id), .. } => self.delete_image(id).await,
            Entry::Image { name, id: None } => self.find_and_delete(name).await,
            Entry::Row { image, project, .. } => {
                self.delete("v2.member.delete", &[("image_id", image), ("member_id", project)]).await
            }
        };
        match gone {
            Ok(()) => {
                self.ledger.gone(&entry);
                None
            }
            Err(reason) => Some(entry.leftover(reason)),
        }
    }

    /// Deletes an image of ours; where that is refused and it is shared with more than projects, that is ended first.
    async fn delete_image(&self, image_id: &str) -> Result<(), String> {
        let path = [("image_id", image_id)];
        let refused = match self.delete("v2.image.delete", &path).await {
            Ok(()) => return Ok(()),
            Err(refused) => refused,
        };
        match self.unshare_beyond_projects(image_id).await {
            Ok(true) => self.delete("v2.image.delete", &path).await,
            Ok(false) => Err(refused),
            Err(trouble) => Err(format!("{refused}, and it is shared still: {trouble}")),
        }
    }

    /// Deletes something as its owner; it is gone when the API itself says that it is, or was already.
    async fn delete(&self, operation: &str, path: &[(&str, &str)]) -> Result<(), String> {
        let mut reason = String::new();
        for attempt in 0..TRIES {
            pause(attempt).await;
            match self.delete_once(operation, path).await {
                Ok(()) => return Ok(()),
                Err((text, again)) => reason = if again { text } else { return Err(text) },
            }
        }
        Err(reason)
    }

    /// Tries once; tells with the reason whether another try may go better.
    async fn delete_once(&self, operation: &str, path: &[(&str, &str)]) -> Result<(), (String, bool)> {
        let operation = self.operation(operation).map_err(|text| (text, false))?;
        let path = path.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        let request = request_for(&operation, Actor::Owner, &path, &Map::new());
        let exchange = self.send(&*self.transport, request).await;
        let exchange = exchange.map_err(|error| {
            let again = !matches!(error, TransportError::Unreachable { .. } | TransportError::Timeout { .. });
            (error.to_string(), again)
        })?;
        self.look(&operation, &exchange);
        let status = exchange.response.status;
        match own::unjudgeable(&self.contract, Some(&operation), &exchange) {
            Some(reason) => Err((format!("its deletion is not answered by the API: {reason}"), true)),
            None if (200..300).contains(&status) || status == 404 => Ok(()),
            None => Err((format!("its deletion answered {status}"), status >= 500)),
        }
    }

    /// Removes the images of a name whose creation was never answered.
    async fn find_and_delete(&self, name: &str) -> Result<(), String> {
        let found = self.find(name).await.map_err(|reason| format!("it may exist: {reason}"))?;
        for id in &found {
            self.delete_image(id).await?;
        }
        if found.is_empty() && !self.finishing {
            return Err("its creation was never answered, and no image of that name is listed yet".to_owned());
        }
        Ok(())
    }

    /// Returns the ids of the owner's images of exactly that name. Those of a run that was killed are looked for
    /// more than once: its last request may still be under way.
    pub(super) async fn find(&self, name: &str) -> Result<Vec<String>, String> {
        let within = self.target.consistency.within;
        let tries = if self.finishing { TRIES } else { 1 + u32::from(!within.is_zero()) };
        for attempt in 0..tries {
            pause(attempt).await;
            if attempt > 0 {
                tokio::time::sleep(within).await;
            }
            let (images, _) = self.images(&[("name", name)]).await?;
            let named = images.iter().filter(|image| text(image, "name") == name);
            let ids: Vec<_> = named.map(|image| text(image, "id").to_owned()).collect();
            if !ids.is_empty() {
                return Ok(ids);
            }
        }
        Ok(Vec::new())
    }

    /// Returns the images that belong to the owner's project, page by page to the end, and the last answer.
    pub(super) async fn images(&self, query: &[(&str, &str)]) -> Result<(Vec<Value>, Exchange), String> {
        let operation = self.operation("v2.image.list")?;
        let owner = self.target.project_id(Actor::Owner).unwrap_or_default();
        let mut query: Map<_, _> = query.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect();
        query.insert("owner".to_owned(), Value::from(owner));
        query.insert("limit".to_owned(), Value::from(PAGE));
        let (mut images, mut seen) = (Vec::new(), BTreeSet::new());
        for _ in 0..MOST_PAGES {
            let request = request_for(&operation, Actor::Owner, &Map::new(), &query);
            let exchange = self.send(&*self.transport, request).await.map_err(|error| error.to_string())?;
            self.look(&operation, &exchange);
            let status = exchange.response.status;
            let body = exchange.response.json().filter(|_| status == 200);
            let page = body.and_then(|body| body.get("images")).and_then(Value::as_array);
            let page = page.ok_or_else(|| format!("the image list answered {status}"))?;
            images.extend(page.iter().filter(|image| text(image, "owner") == owner).cloned());
            let more = body.is_some_and(|body| body.get("next").is_some_and(Value::is_string));
            let last = page.last().map(|image| text(image, "id").to_owned()).filter(|_| more);
            match last {
                None => return Ok((images, exchange)),
                Some(last) if seen.insert(last.clone()) => query.insert("marker".to_owned(), Value::from(last)),
                Some(last) => return Err(format!("the pages of the image list lead back to image {last}")),
            };
        }
        Err(format!("the image list has no end: {MOST_PAGES} pages were read"))
    }
}

/// Returns a text of an image; empty where there is none.
pub(super) fn text<'a>(image: &'a Value, key: &str) -> &'a str {
    image.get(key).and_then(Value::as_str).unwrap_or_default()
}

async fn pause(attempt: u32) {
    if attempt > 0 {
        tokio::time::sleep(Duration::from_millis(250) * attempt).await;
    }
}
