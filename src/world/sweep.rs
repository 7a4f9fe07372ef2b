//! Finishes the runs of others that were killed: what their journals speak of, and what only its name gives away.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use serde_json::Value;

use super::borrowed::member_id;
use super::clean::text;
use super::journal::Dead;
use super::ledger::{Entry, Ledger};
use super::{Leftover, World};
use crate::case::Actor;
use crate::check::own;
use crate::http::Exchange;

/// The names that runs give to their images, and the run within.
static NAMED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^sharecheck-([0-9a-f]{8})-(0|[1-9][0-9]*)$").expect("the pattern is one"));

/// Something that another run left, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swept {
    /// What it is.
    pub what: Leftover,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of something that another run left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is there, and would be removed.
    Found,
    /// It was there, and is removed.
    Removed,
    /// It is there, and is not ours to remove: `reason` says why.
    Stays,
    /// It is there, or may be, and could not be removed: `reason` says why.
    Left,
}

/// What is known of the runs of this machine, by their eight digits.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// Those that are still going on.
    pub live: BTreeSet<String>,
    /// Those that have ended, and whose journals are being finished.
    pub dead: BTreeSet<String>,
}

impl World {
    /// Returns the world of a run that was killed, with everything that its journal says is left.
    #[must_use]
    pub fn of_dead(mut self, dead: Dead) -> Self {
        self.ledger = Ledger::new(dead.entries, Some(dead.journal));
        self.finishing = true;
        self
    }

    /// Finishes a run that was killed, or, if `dry`, looks what there is to finish. What is gone already is not told.
    pub async fn finish(&self, dry: bool) -> Vec<Swept> {
        let mut swept = Vec::new();
        for entry in self.ledger.rest() {
            match self.look_for(&entry).await {
                Ok(None) if dry => {}
                Ok(None) => self.ledger.gone(&entry),
                Ok(Some(entry)) if dry => swept.push(Swept::new(entry, Fate::Found, "")),
                Ok(Some(entry)) => swept.push(self.sweep_away(entry).await),
                Err(reason) => swept.push(Swept::new(entry, Fate::Left, &reason)),
            }
        }
        if !dry {
            // A journal that cannot be removed says that nothing is left, and the next sweep removes it.
            let _ = self.ledger.close();
        }
        swept
    }

    /// Removes the owner's images that have the name of a run's, or, if `dry`, tells of them; `told` names those
    /// whose fate is known.
    ///
    /// Those of a run that no journal here speaks of are removed only if they are older than `least`, by the
    /// endpoint's own clock: their run may be going on elsewhere.
    pub async fn finish_strays(
        &self,
        runs: &Runs,
        told: &BTreeSet<String>,
        least: Duration,
        dry: bool,
    ) -> Result<Vec<Swept>, String> {
        let (images, exchange) = self.images(&[]).await?;
        let now = clock(&exchange);
        let mut swept = Vec::new();
        for image in images.into_iter().filter(|image| !told.contains(text(image, "name"))) {
            let name = text(&image, "name");
            let Some(run) = NAMED.captures(name).map(|found| found[1].to_owned()) else { continue };
            let entry = Entry::Image { name: name.to_owned(), id: Some(text(&image, "id").to_owned()) };
            swept.push(match staying(&image, &run, runs, least, now) {
                Some(reason) => Swept::new(entry, Fate::Stays, &reason),
                None if dry => Swept::new(entry, Fate::Found, ""),
                None => self.sweep_away(entry).await,
            });
        }
        Ok(swept)
    }

    /// Removes something, and looks whether it is gone.
    async fn sweep_away(&self, entry: Entry) -> Swept {
        if let Some(left) = self.clean_entry(entry.clone()).await {
            return Swept { what: left, fate: Fate::Left };
        }
        match self.look_for(&entry).await {
            Ok(None) => Swept::new(entry, Fate::Removed, ""),
            Ok(Some(entry)) => Swept::new(entry, Fate::Left, "its deletion was answered well, and it is still there"),
            Err(reason) => Swept::new(entry, Fate::Left, &reason),
        }
    }

    /// Returns something that is there, as its owner sees it: an image with its id.
    async fn look_for(&self, entry: &Entry) -> Result<Option<Entry>, String> {
        let there = match entry {
            Entry::Image { name, id: None } => {
                let id = self.find(name).await?.into_iter().next();
                return Ok(id.map(|id| Entry::Image { name: name.clone(), id: Some(id) }));
            }
            Entry::Image { id: Some(id), .. } => self.image_is_there(id).await?,
            Entry::Row { image, project, .. } => match self.list_members(&*self.transport, image).await? {
                Ok(rows) => rows.iter().any(|row| member_id(row) == project),
                Err(404) => false,
                Err(status) => return Err(format!("the owner's member list answered {status}")),
            },
        };
        Ok(there.then(|| entry.clone()))
    }

    async fn image_is_there(&self, id: &str) -> Result<bool, String> {
        let path = [("image_id", id)];
        let asked = self.call_over(&*self.transport, "v2.image.show", Actor::Owner, &path, None).await;
        let (operation, exchange) = asked.map_err(|trouble| trouble.to_string())?;
        match (exchange.response.status, own::unjudgeable(&self.contract, Some(&operation), &exchange)) {
            (_, Some(reason)) => Err(format!("nobody knows whether it is there: {reason}")),
            (200, None) => Ok(true),
            (404, None) => Ok(false),
            (status, None) => Err(format!("nobody knows whether it is there: it answered {status}")),
        }
    }
}

impl Swept {
    fn new(entry: Entry, fate: Fate, reason: &str) -> Self {
        Self { what: entry.leftover(reason.to_owned()), fate }
    }
}

/// Returns why an image with the name of a run's is not removed, or nothing if it is.
fn staying(image: &Value, run: &str, runs: &Runs, least: Duration, now: Option<Timestamp>) -> Option<String> {
    if image.get("protected") == Some(&Value::Bool(true)) {
        return Some("it is protected, and no run protects what it makes".to_owned());
    }
    if runs.live.contains(run) {
        return Some(format!("run {run} is still going on"));
    }
    if runs.dead.contains(run) {
        return None;
    }
    let made = text(image, "created_at").parse::<Timestamp>().ok();
    let (Some(made), Some(now)) = (made, now) else {
        return Some(format!("no journal here speaks of run {run}, and the endpoint does not tell how old it is"));
    };
    // Two clocks, or one that counts every write, may put the making of an image into the future.
    let age = now.duration_since(made).max(SignedDuration::ZERO);
    let least = SignedDuration::try_from(least).unwrap_or(SignedDuration::MAX);
    (age < least).then(|| {
        let age = age.as_secs();
        format!(
            "no journal here speaks of run {run}, and at {age}s it is younger than {}s (--older-than): its run may be \
             going on elsewhere",
            least.as_secs()
        )
    })
}

/// Returns the endpoint's time.
fn clock(exchange: &Exchange) -> Option<Timestamp> {
    let date = exchange.response.header("date")?;
    jiff::fmt::rfc2822::parse(date).ok().map(|date| date.timestamp())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_names_that_runs_give_are_taken_for_theirs() {
        for name in ["sharecheck-0123abcd-0", "sharecheck-0123abcd-17"] {
            assert!(NAMED.is_match(name), "{name}");
        }
        for name in [
            "sharecheck-notes",
            "sharecheck-12345678-1-copy",
            "sharecheck-ABCDEFGH-1",
            "sharecheck-0123ABCD-1",
            "sharecheck-12345678-",
            "sharecheck-12345678-01",
            "sharecheck-123456789-1",
            "my-sharecheck-12345678-1",
            "sharecheck-12345678-1\n",
        ] {
            assert!(!NAMED.is_match(name), "{name}");
        }
    }

    #[test]
    fn what_may_be_somebody_elses_stays() {
        let now = "2026-11-21T12:00:00Z".parse().ok();
        let runs =
            Runs { live: BTreeSet::from(["11111111".to_owned()]), dead: BTreeSet::from(["dddddddd".to_owned()]) };
        let stays = |image: &Value, run: &str| staying(image, run, &runs, Duration::from_hours(1), now);
        let young = json!({ "created_at": "2026-11-21T11:59:00Z" });
        let old = json!({ "created_at": "2026-11-21T10:59:00Z" });
        let protected = json!({ "created_at": "2026-11-21T10:59:00Z", "protected": true });
        assert_eq!(stays(&old, "00000000"), None);
        assert_eq!(stays(&young, "dddddddd"), None, "its run is dead");
        assert!(stays(&young, "00000000").unwrap().contains("60s"));
        assert!(stays(&old, "11111111").unwrap().contains("still going on"));
        assert!(stays(&protected, "dddddddd").unwrap().contains("protected"));
        assert!(stays(&json!({}), "00000000").unwrap().contains("how old"));
        assert!(staying(&old, "00000000", &runs, Duration::ZERO, None).is_some(), "an endpoint without a clock");
    }

    #[test]
    fn the_endpoint_tells_the_time() {
        let answer = |date: &str| {
            let headers = vec![("date".to_owned(), date.to_owned())];
            let request = crate::http::Request {
                actor: Actor::Owner,
                method: "GET".to_owned(),
                path: "/".to_owned(),
                headers: Vec::new(),
                body: None,
            };
            let response = crate::http::Response::new(200, headers, Vec::new());
            Exchange { request, response, elapsed: Duration::ZERO }
        };
        assert_eq!(clock(&answer("Sat, 21 Nov 2026 12:00:00 GMT")), "2026-11-21T12:00:00Z".parse().ok());
        assert_eq!(clock(&answer("yesterday")), None);
    }
}
