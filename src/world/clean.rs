//! Removes everything that was made, whatever happened before.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use serde_json::{Map, Value, json};

use super::ledger::Entry;
use super::{Leftover, World};
use crate::case::Actor;
use crate::http::request_for;

/// How often the removal of one image is tried.
const TRIES: u32 = 3;
/// How many images are removed at the same time.
const AT_ONCE: usize = 4;

impl World {
    /// Removes every image of this run; returns what could not be removed.
    pub async fn clean(&self) -> Vec<Leftover> {
        if self.keep {
            return self.kept();
        }
        let left = stream::iter(self.ledger.rest()).map(|entry| self.clean_entry(entry)).buffered(AT_ONCE);
        left.filter_map(|left| async { left }).collect().await
    }

    fn kept(&self) -> Vec<Leftover> {
        let reason = "--no-cleanup";
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
        let ids = match &entry.id {
            Some(id) => Ok(vec![id.clone()]),
            None => self.find(&entry.name).await,
        };
        let mut reason = None;
        match ids {
            Ok(ids) => {
                for id in ids {
                    reason = self.delete(&id).await.err().or(reason);
                }
            }
            Err(text) => reason = Some(text),
        }
        match reason {
            None => {
                self.ledger.not_made(&entry.name);
                None
            }
            Some(reason) => Some(Leftover { kind: "image".to_owned(), name: entry.name, id: entry.id, reason }),
        }
    }

    /// Deletes an image as its owner; one that is gone already is as well.
    async fn delete(&self, image_id: &str) -> Result<(), String> {
        let mut reason = String::new();
        for attempt in 0..TRIES {
            if attempt > 0 {
                tokio::time::sleep(Duration::from_millis(250) * attempt).await;
            }
            match self.call("v2.image.delete", Actor::Owner, &[("image_id", image_id)], None).await {
                Ok((_, exchange)) => match exchange.response.status {
                    200..300 | 404 => return Ok(()),
                    status @ 400..500 if status != 429 => return Err(format!("its deletion answered {status}")),
                    status => reason = format!("its deletion answered {status}"),
                },
                Err(trouble) => reason = trouble.to_string(),
            }
        }
        Err(reason)
    }

    /// Finds the images of a name whose creation was never answered.
    async fn find(&self, name: &str) -> Result<Vec<String>, String> {
        let Some(operation) = self.contract.operations.get("v2.image.list") else {
            return Err("it may exist, and this profile lists no images".to_owned());
        };
        let query = json!({ "name": name });
        let request = request_for(operation, Actor::Owner, &Map::new(), query.as_object().unwrap_or(&Map::new()));
        let exchange = self.send(request).await.map_err(|error| error.to_string())?;
        let body = exchange.response.json().filter(|_| exchange.response.status == 200);
        let images = body.and_then(|body| body.get("images")).and_then(Value::as_array);
        let images =
            images.ok_or_else(|| format!("it may exist: the image list answered {}", exchange.response.status))?;
        let named = images.iter().filter(|image| image.get("name").and_then(Value::as_str) == Some(name));
        Ok(named.filter_map(|image| image.get("id")?.as_str()).map(str::to_owned).collect())
    }
}
