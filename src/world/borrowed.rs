//! Images that are somebody's: looked at before the cases, lent to them in turns, and compared afterwards.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use super::{Fixture, Leftover, Pool, Trouble, World, lent};
use crate::case::Actor;
use crate::case::spec::{GivenSpec, ImageKind, MembersSpec};
use crate::http::Transport;
use crate::target::Writes;

/// What a leftover is called that nobody made: a borrowed image, or a row of it, is not as it was.
pub const CHANGE: &str = "change";

/// An image that is somebody's.
///
/// It can be looked at, and rows of our own projects can be added to it and removed again (`rows.rs`); there is
/// no way to delete it, to change it or to fill it.
#[derive(Debug)]
pub(super) struct Borrowed {
    /// Its id.
    pub(super) id: String,
    /// What it was before the first case.
    before: Seen,
    /// One state at a time: cases that only read share it, one that writes has it for itself. Where nothing is
    /// written there is one state alone, and the plan has only cases that want it.
    state: Arc<RwLock<State>>,
}

/// An image as its owner sees it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    /// The image itself; none where it is not shown, which only a run that writes nothing puts up with, if at
    /// least the member rows are.
    image: Option<Value>,
    /// The member rows; none where the list is refused, as that of a public image is.
    rows: Option<Vec<Value>>,
}

/// Which members of ours a borrowed image has.
#[derive(Debug)]
pub(super) struct State {
    serial: usize,
    /// None where that is not known.
    members: Option<MembersSpec>,
}

/// What keeps a borrowed image as it is while a case runs.
#[derive(Debug)]
#[expect(dead_code, reason = "the guards are held, not looked at")]
pub(super) enum Lease {
    /// With others that read the same state.
    Shared(OwnedRwLockReadGuard<State>),
    /// Alone.
    Alone(OwnedRwLockWriteGuard<State>),
}

/// What a case needs to know of a borrowed image before it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lent {
    /// The image's id.
    pub id: String,
    /// The projects that it was shared with before the run, with their status.
    pub shared_with: BTreeSet<(String, String)>,
}

impl World {
    /// Looks at the borrowed images of these kinds, each once, before the first case.
    pub async fn survey(&mut self, kinds: &BTreeSet<ImageKind>) {
        for kind in kinds {
            let Some(id) = lent(*kind, &self.target, &self.contract).map(str::to_owned) else { continue };
            let known = self.borrowed.values().flatten().find(|borrowed| borrowed.id == id).cloned();
            let found = match known {
                Some(known) => Ok(known),
                None => self.first_look(&id).await.map(Arc::new),
            };
            let found = found.and_then(|found| self.is_of_kind(&found, *kind).map(|()| found));
            self.borrowed.insert(*kind, found);
        }
    }

    /// Returns what was found of each borrowed image that can be lent, by kind.
    pub fn lent(&self) -> impl Iterator<Item = (ImageKind, Lent)> {
        self.borrowed.iter().filter_map(|(kind, found)| {
            let found = found.as_ref().ok()?;
            let rows = found.before.rows.iter().flatten();
            let shared_with = rows.map(|row| (member_id(row).to_owned(), status(row).to_owned())).collect();
            Some((*kind, Lent { id: found.id.clone(), shared_with }))
        })
    }

    /// Returns why borrowed images cannot be lent.
    #[must_use]
    pub fn unlent(&self) -> Vec<String> {
        self.borrowed.values().filter_map(|found| found.as_ref().err().map(ToString::to_string)).collect()
    }

    /// Returns the borrowed image of a fixture.
    pub(super) fn borrowed(&self, image_id: &str) -> Option<&Arc<Borrowed>> {
        self.borrowed.values().flatten().find(|borrowed| borrowed.id == image_id)
    }

    /// Lends a borrowed image in the state that a case asks for, waiting until it is free for that.
    pub(super) async fn lend(
        &self,
        borrowed: &Borrowed,
        given: &GivenSpec,
        pool: Pool,
    ) -> Result<Arc<Fixture>, Trouble> {
        let members = self.project_ids(&given.members);
        let as_it_is = self.target.writes == Writes::None;
        let fixture = |serial, lease| {
            let mut fixture = Fixture::new(serial, borrowed.id.clone(), members);
            fixture.lease = Some(lease);
            Arc::new(fixture)
        };
        if pool == Pool::Shared {
            let state = Arc::clone(&borrowed.state).read_owned().await;
            if as_it_is || state.members.as_ref() == Some(&given.members) {
                return Ok(fixture(state.serial, Lease::Shared(state)));
            }
        }
        let mut state = Arc::clone(&borrowed.state).write_owned().await;
        if state.members.as_ref() != Some(&given.members) {
            state.members = None;
            self.bring_about(borrowed, &given.members).await?;
            state.serial = self.next();
            state.members = Some(given.members.clone());
        }
        let serial = state.serial;
        if pool == Pool::Shared {
            return Ok(fixture(serial, Lease::Shared(state.downgrade())));
        }
        // What the case leaves is not known.
        state.members = None;
        Ok(fixture(serial, Lease::Alone(state)))
    }

    /// Tells what is no longer as it was on the borrowed images.
    pub(super) async fn changes(&self) -> Vec<Leftover> {
        let mut told = Vec::new();
        let mut seen = BTreeSet::new();
        for borrowed in self.borrowed.values().flatten().filter(|borrowed| seen.insert(&borrowed.id)) {
            self.settle_anyway(&borrowed.id).await;
            match self.see(&*self.transport, &borrowed.id).await {
                Ok(now) => told.extend(borrowed.differences(&now)),
                Err(trouble) => {
                    told.push(borrowed.change(format!("nobody knows whether it is as it was: {trouble}")));
                }
            }
        }
        told
    }

    async fn first_look(&self, id: &str) -> Result<Borrowed, Trouble> {
        let before = self.see(&*self.gated, id).await?;
        if before.image.is_none() && (self.target.writes > Writes::None || before.rows.is_none()) {
            return Err(Trouble::new(format!("the borrowed image {id} is not shown to the owner"), false));
        }
        let state = State { serial: self.next(), members: Some(MembersSpec::default()) };
        Ok(Borrowed { id: id.to_owned(), before, state: Arc::new(RwLock::new(state)) })
    }

    async fn see(&self, over: &dyn Transport, id: &str) -> Result<Seen, Trouble> {
        let path = [("image_id", id)];
        let (_, exchange) = self.call_over(over, "v2.image.show", Actor::Owner, &path, None).await?;
        let status = exchange.response.status;
        let image = exchange.response.json().filter(|image| status == 200 && image.is_object()).cloned();
        let rows = self.list_members(over, id).await.map_err(|text| Trouble::new(text, false))?;
        Ok(Seen { image, rows: rows.ok() })
    }

    /// Refuses an image that is not of the kind that the target says it is.
    fn is_of_kind(&self, borrowed: &Borrowed, kind: ImageKind) -> Result<(), Trouble> {
        let shareable = self.contract.shareable.as_str();
        let shared = matches!(kind, ImageKind::Shareable | ImageKind::Windows);
        let wanted = if shared { shareable } else { kind.name() };
        let Some(image) = &borrowed.before.image else { return Ok(()) };
        let text = |key: &str| image.get(key).and_then(Value::as_str).unwrap_or("missing");
        let id = &borrowed.id;
        let wrong = |text: String| Err(Trouble::new(format!("the borrowed image {id} {text}"), false));
        if text("visibility") != wanted {
            let (seen, kind) = (text("visibility"), kind.name());
            return wrong(format!(
                "is named as `{kind}` under `images`, so its visibility must be {wanted}, not {seen}"
            ));
        }
        let ours = self.target.project_id(Actor::Owner).unwrap_or_default();
        let anybodys = matches!(kind, ImageKind::Public | ImageKind::Community);
        if !anybodys && text("owner") != ours {
            return wrong(format!("belongs to project {}, and the owner's is {ours}", text("owner")));
        }
        if wanted == shareable && borrowed.before.rows.is_none() {
            return wrong("does not list its members to the owner".to_owned());
        }
        Ok(())
    }

    /// Returns the project ids of given members, in the order in which they are added.
    fn project_ids(&self, members: &MembersSpec) -> Vec<String> {
        self.wanted_rows(members).into_iter().map(|row| row.project.id().to_owned()).collect()
    }
}

impl Borrowed {
    /// Tells whether a project had a row before the run, which is then not ours to touch.
    pub(super) fn had(&self, project: &str) -> bool {
        self.before.rows.iter().flatten().any(|row| member_id(row) == project)
    }

    /// Returns the rows from before the run, sorted.
    pub(super) fn rows_before(&self) -> Vec<String> {
        sorted(self.before.rows.as_deref())
    }

    fn differences(&self, now: &Seen) -> Vec<Leftover> {
        let mut told = Vec::new();
        let empty = serde_json::Map::new();
        let fields = |seen: &Option<Value>| seen.as_ref().and_then(Value::as_object).unwrap_or(&empty).clone();
        let (before, after) = (fields(&self.before.image), fields(&now.image));
        let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        for name in names.into_iter().filter(|name| before.get(*name) != after.get(*name)) {
            let word = |value: Option<&Value>| value.map_or("missing".to_owned(), Value::to_string);
            let (was, is) = (word(before.get(name)), word(after.get(name)));
            told.push(self.change(format!("its `{name}` was {was} before the run, and is {is} now")));
        }
        let (before, after) = (self.rows_before(), sorted(now.rows.as_deref()));
        let row = |row: &String, what: &str| {
            let read: Value = serde_json::from_str(row).unwrap_or_default();
            let (name, id) = (member_id(&read).to_owned(), Some(self.id.clone()));
            Leftover { kind: CHANGE.to_owned(), name, id, reason: format!("{what}: {row}") }
        };
        told.extend(before.iter().filter(|b| !after.contains(b)).map(|b| row(b, "before the run there was this row")));
        told.extend(
            after.iter().filter(|a| !before.contains(a)).map(|a| row(a, "before the run this row was not there")),
        );
        told
    }

    fn change(&self, reason: String) -> Leftover {
        let name = self.before.image.as_ref().and_then(|image| image.get("name")?.as_str());
        let name = name.unwrap_or_default().to_owned();
        Leftover { kind: CHANGE.to_owned(), name, id: Some(self.id.clone()), reason }
    }
}

/// Returns the project of a member row; empty where it names none.
pub(super) fn member_id(row: &Value) -> &str {
    row.get("member_id").and_then(Value::as_str).unwrap_or_default()
}

/// Returns the status of a member row; empty where it has none.
pub(super) fn status(row: &Value) -> &str {
    row.get("status").and_then(Value::as_str).unwrap_or_default()
}

fn sorted(rows: Option<&[Value]>) -> Vec<String> {
    let mut rows: Vec<_> = rows.unwrap_or_default().iter().map(Value::to_string).collect();
    rows.sort();
    rows
}
