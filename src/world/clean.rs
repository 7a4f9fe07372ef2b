//! Removes everything that was made, whatever happened before.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};

use super::ledger::Entry;
use super::{Leftover, World};
use crate::case::Actor;
use crate::check::own;
use crate::http::{TransportError, request_for};

/// How often the removal of one image is tried.
const TRIES: u32 = 3;
/// How many images are removed at the same time.
const AT_ONCE: usize = 4;

impl World {
    /// Removes every image of this run; returns what could not be removed.
    pub async fn clean(&self) -> Vec<Leftover> {
        if self.keep {
            return self.left("--no-cleanup");
        }
        let left = stream::iter(self.ledger.rest()).map(|entry| self.clean_entry(entry)).buffered(AT_ONCE);
        left.filter_map(|left| async { left }).collect().await
    }

    /// Returns what is there, or may be, and the reason why it was not removed.
    #[must_use]
    pub fn left(&self, reason: &str) -> Vec<Leftover> {
        let left = |entry: Entry| Leftover {
            kind: "image".to_owned(),
            name: entry.name,
            id: entry.id,
            reason: reason.to_owned(),
        };
        self.ledger.rest().into_iter().map(left).collect()
    }

    /// Removes an image of ours now; one that resists is tried again in the end.
    pub(super) async fn remove(&self, image_id: &str) {
        if self.ledger.has(image_id) && self.delete(image_id).await.is_ok() {
            self.ledger.gone(image_id);
        }
    }

    async fn clean_entry(&self, entry: Entry) -> Option<Leftover> {
        let gone = match &entry.id {
            Some(id) => self.delete(id).await,
            None => self.find_and_delete(&entry.name).await,
        };
        match gone {
            Ok(()) => {
                self.ledger.not_made(&entry.name);
                None
            }
            Err(reason) => Some(Leftover { kind: "image".to_owned(), name: entry.name, id: entry.id, reason }),
        }
    }

    /// Deletes an image as its owner; it is gone when the API itself says that it is, or was already.
    async fn delete(&self, image_id: &str) -> Result<(), String> {
        let mut reason = String::new();
        for attempt in 0..TRIES {
            if attempt > 0 {
                tokio::time::sleep(Duration::from_millis(250) * attempt).await;
            }
            match self.delete_once(image_id).await {
                Ok(()) => return Ok(()),
                Err((text, again)) => reason = if again { text } else { return Err(text) },
            }
        }
        Err(reason)
    }

    /// Tries once; tells with the reason whether another try may go better.
    async fn delete_once(&self, image_id: &str) -> Result<(), (String, bool)> {
        let name = "v2.image.delete";
        let undocumented = || (format!("profile `{}` does not document `{name}`", self.contract.profile), false);
        let operation = self.contract.operations.get(name).ok_or_else(undocumented)?;
        let path = Map::from_iter([("image_id".to_owned(), Value::from(image_id))]);
        let request = request_for(operation, Actor::Owner, &path, &Map::new());
        let exchange = self.send(&*self.transport, request).await;
        let exchange = exchange.map_err(|error| {
            let again = !matches!(error, TransportError::Unreachable { .. } | TransportError::Timeout { .. });
            (error.to_string(), again)
        })?;
        self.look(operation, &exchange);
        let status = exchange.response.status;
        match own::unjudgeable(&self.contract, Some(operation), &exchange) {
            Some(reason) => Err((format!("its deletion is not answered by the API: {reason}"), true)),
            None if (200..300).contains(&status) || status == 404 => Ok(()),
            None => Err((format!("its deletion answered {status}"), status >= 500)),
        }
    }

    /// Removes the images of a name whose creation was never answered.
    async fn find_and_delete(&self, name: &str) -> Result<(), String> {
        let Some(operation) = self.contract.operations.get("v2.image.list") else {
            return Err("it may exist, and this profile lists no images".to_owned());
        };
        let query = Map::from_iter([("name".to_owned(), Value::from(name))]);
        let request = request_for(operation, Actor::Owner, &Map::new(), &query);
        let exchange = self.send(&*self.transport, request).await.map_err(|error| error.to_string())?;
        let status = exchange.response.status;
        let body = exchange.response.json().filter(|_| status == 200);
        let images = body.and_then(|body| body.get("images")).and_then(Value::as_array);
        let images = images.ok_or_else(|| format!("it may exist: the image list answered {status}"))?;
        let named = |image: &&Value| image.get("name").and_then(Value::as_str) == Some(name);
        let ids: Vec<_> = images.iter().filter(named).filter_map(|image| image.get("id")?.as_str()).collect();
        for id in &ids {
            self.delete(id).await?;
        }
        if ids.is_empty() {
            return Err("its creation was never answered, and no image of that name is listed yet".to_owned());
        }
        Ok(())
    }
}
