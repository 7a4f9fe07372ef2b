//! The member rows of borrowed images: ours are added, answered and removed; all others are only watched.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value, json};

use super::borrowed::{Borrowed, member_id};
use super::build::succeeded;
use super::ledger::Entry;
use super::{Trouble, World};
use crate::case::Actor;
use crate::case::spec::{MemberStatus, MembersSpec};
use crate::check::own;
use crate::contract::Operation;
use crate::http::{Exchange, Request, request_for};
use crate::target::{OurProject, Writes};

/// An image id wherever it stands in a body.
static UUID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}").expect("it is a pattern"));

/// A row that a borrowed image is to have.
pub(super) struct WantedRow {
    /// Whose it is.
    pub(super) project: OurProject,
    /// Who answers the offer, where somebody can.
    pub(super) actor: Option<Actor>,
    /// What the answer is.
    pub(super) status: MemberStatus,
}

/// Leave to send a write of a case, once.
#[derive(Debug)]
#[must_use = "the answer to the write has to be told"]
pub struct Permit {
    /// The row that the write adds to a borrowed image, where it does.
    added: Option<Entry>,
}

impl World {
    /// Returns the rows that given members are, in the order in which they are added.
    pub(super) fn wanted_rows(&self, members: &MembersSpec) -> Vec<WantedRow> {
        let of_actor = |(actor, status)| {
            let project = self.target.project_of(actor)?;
            Some(WantedRow { project, actor: Some(actor), status })
        };
        let recipient = |project| WantedRow { project, actor: None, status: MemberStatus::Pending };
        let further = members.further(self.target.members_per_image);
        let recipients = self.target.our_recipients().take(further).map(recipient);
        members.actors().filter_map(of_actor).chain(recipients).collect()
    }

    /// Brings the rows of ours into a state, touching only those that differ from it.
    pub(super) async fn bring_about(&self, borrowed: &Borrowed, members: &MembersSpec) -> Result<(), Trouble> {
        let wanted = self.wanted_rows(members);
        let there = self.our_rows(borrowed).await?;
        for (project, _) in &there {
            if !wanted.iter().any(|row| row.project == *project) {
                self.remove_row(borrowed, project).await?;
            }
        }
        for row in wanted {
            let now = there.iter().find(|(project, _)| *project == row.project).map(|(_, status)| status.as_str());
            if now == Some(row.status.name()) {
                continue;
            }
            if now.is_some() && row.status == MemberStatus::Pending {
                self.remove_row(borrowed, &row.project).await?;
            }
            if now.is_none() || row.status == MemberStatus::Pending {
                self.add_row(borrowed, &row.project).await?;
            }
            if let (Some(actor), true) = (row.actor, row.status != MemberStatus::Pending) {
                self.answer(&borrowed.id, actor, row.project.id(), row.status).await?;
            }
        }
        if self.target.consistency.within.is_zero() { Ok(()) } else { self.stand_as(borrowed, members).await }
    }

    /// Waits until reads show what was written, and looks whether they do.
    async fn stand_as(&self, borrowed: &Borrowed, members: &MembersSpec) -> Result<(), Trouble> {
        let there = self.our_rows(borrowed).await?;
        let wanted = self.wanted_rows(members);
        let stands = |row: &WantedRow| there.contains(&(row.project.clone(), row.status.name().to_owned()));
        if there.len() == wanted.len() && wanted.iter().all(stands) {
            return Ok(());
        }
        let (id, within) = (&borrowed.id, self.target.consistency.within);
        let text = format!("the rows of image {id} are not as they were made after {within:?} (`consistency`)");
        Err(Trouble::new(text, false))
    }

    /// Tells whether nobody else was at work on the borrowed image of a fixture; returns the reason if so.
    pub async fn undisturbed(&self, image_id: &str) -> Result<(), String> {
        match self.borrowed(image_id).filter(|_| self.target.writes == Writes::Members) {
            Some(borrowed) => self.our_rows(borrowed).await.map(|_| ()).map_err(|trouble| trouble.to_string()),
            None => Ok(()),
        }
    }

    /// Gives leave to send a write of a case, if it changes only what is ours.
    ///
    /// `off_contract` tells that the request leaves its operation on purpose, `invented` that its image id was made
    /// up, so that no image has it.
    pub fn permit(
        &self,
        operation: &Operation,
        off_contract: bool,
        request: &Request,
        invented: impl Fn(&str) -> bool,
    ) -> Result<Permit, String> {
        let refused = |why: &str| Err(format!("{} {} is not sent: {why}", request.method, request.path));
        let id = request.image_id();
        let borrowed = id.as_deref().and_then(|id| self.borrowed(id));
        match (self.target.writes, borrowed, id.as_deref()) {
            (Writes::None, ..) => refused("`writes: none` allows no write"),
            (Writes::Members, Some(borrowed), _) => {
                let project = row_of(operation, request).filter(|_| !off_contract);
                let project = project.and_then(|id| self.target.our_project(&id)).filter(|p| !borrowed.had(p.id()));
                let Some(project) = project else {
                    return refused("on a borrowed image only rows that are ours are written");
                };
                if operation.id != "v2.member.add" || self.ledger.has_row(&borrowed.id, project.id()) {
                    return Ok(Permit { added: None });
                }
                self.about_to_add(borrowed, &project).map(|entry| Permit { added: Some(entry) })
            }
            (Writes::Members, None, _) => refused("`writes: members` allows writes to borrowed images alone"),
            (Writes::Images, _, Some(id)) if is_uuid(id) && !self.made(id) && !invented(id) => {
                refused(&format!("image {id} is not ours"))
            }
            (Writes::Images, ..) => match self.foreign(operation, request, &invented) {
                Some(id) => refused(&format!("image {id} is not ours")),
                None => Ok(Permit { added: None }),
            },
        }
    }

    /// Returns an image in a request's body that is not ours, where the path names none: that of a batch.
    fn foreign(&self, operation: &Operation, request: &Request, invented: impl Fn(&str) -> bool) -> Option<String> {
        let body = request.body.as_deref().filter(|_| !operation.path.contains("{image_id}"))?;
        let text = String::from_utf8_lossy(body);
        let found = UUID.find_iter(&text).map(|found| found.as_str().to_owned());
        let listed = serde_json::from_str::<Value>(&text).ok();
        let listed = listed.iter().filter_map(|body| body.get("images")?.as_array()).flatten();
        let listed = listed.filter_map(|id| id.as_str().filter(|id| is_uuid(id)).map(str::to_owned));
        found.chain(listed).find(|id| !self.made(id) && !invented(id))
    }

    /// Tells what a write that was permitted came to; without an answer it may have been carried out.
    pub fn answered(&self, permit: &Permit, operation: &Operation, exchange: &Exchange) {
        if let Some(entry) = &permit.added {
            self.note(entry, operation, exchange);
        }
        if operation.id == "v2.image.delete"
            && (200..300).contains(&exchange.response.status)
            && let Some(entry) = exchange.request.image_id().and_then(|id| self.ledger.image(&id))
        {
            self.ledger.gone(&entry);
        }
    }

    /// Notes what the making of an image, or the adding of a row, came to.
    pub(super) fn note(&self, entry: &Entry, operation: &Operation, exchange: &Exchange) {
        if self.is_refusal(operation, exchange) {
            self.ledger.gone(entry);
        } else if exchange.response.status < 300 {
            self.ledger.added(entry);
        }
    }

    /// Returns the rows of ours with their status; other rows than those and the ones from before are trouble.
    async fn our_rows(&self, borrowed: &Borrowed) -> Result<Vec<(OurProject, String)>, Trouble> {
        let id = &borrowed.id;
        let trouble = |text: String| Trouble::new(text, false);
        self.settle(id).await.map_err(trouble)?;
        let listed = self.list_members(&*self.gated, id).await.map_err(trouble)?;
        let listed = listed.map_err(|status| trouble(format!("the owner's member list answered {status}")))?;
        let is_ours = |row: &&Value| self.ledger.has_row(id, member_id(row));
        let (ours, others): (Vec<_>, Vec<_>) = listed.iter().partition(is_ours);
        let ours: Vec<_> = ours
            .into_iter()
            .filter_map(|row| {
                let status = row.get("status").and_then(Value::as_str).unwrap_or_default();
                Some((self.target.our_project(member_id(row))?, status.to_owned()))
            })
            .collect();
        for entry in self.ledger.rest() {
            let here = matches!(&entry, Entry::Row { image, added: true, .. } if image == id);
            if here && ours.iter().all(|(project, _)| !entry.is_row(id, project.id())) {
                self.ledger.gone(&entry);
            }
        }
        let new = others.iter().map(|row| member_id(row)).find(|project| !borrowed.had(project));
        if let Some(project) = new {
            let name = self.target.names_of(project).next().unwrap_or("nobody of ours");
            return Err(trouble(format!(
                "the borrowed image {id} is now shared with project {project} ({name}), and this run did not do that: \
                 another run, or somebody else, is at work on it; try again when they are done"
            )));
        }
        let mut others: Vec<_> = others.iter().map(ToString::to_string).collect();
        others.sort();
        if others != borrowed.rows_before() {
            let text = "the rows that the borrowed image had before changed during the run: somebody is at work on it";
            return Err(trouble(format!("{text} ({id})")));
        }
        Ok(ours)
    }

    fn about_to_add(&self, borrowed: &Borrowed, project: &OurProject) -> Result<Entry, String> {
        let entry = row(borrowed, project);
        let noted = self.ledger.about_to(entry.clone());
        noted.map(|()| entry).map_err(|error| format!("no row is added, as the journal cannot be written: {error}"))
    }

    async fn add_row(&self, borrowed: &Borrowed, project: &OurProject) -> Result<(), Trouble> {
        let entry = self.about_to_add(borrowed, project).map_err(|text| Trouble::new(text, false))?;
        let body = json!({ "member": project.id() });
        let exchange = self.bring(&entry, "v2.member.add", &[("image_id", &borrowed.id)], &body).await?;
        if exchange.response.status == 409 {
            let text = format!(
                "project {} is shared the borrowed image {} already, though it was not a moment ago: another run, or \
                 somebody else, is at work on it",
                project.id(),
                borrowed.id
            );
            return Err(Trouble::new(text, false));
        }
        succeeded(&exchange, "add a member")
    }

    async fn remove_row(&self, borrowed: &Borrowed, project: &OurProject) -> Result<(), Trouble> {
        let path = [("image_id", borrowed.id.as_str()), ("member_id", project.id())];
        let (operation, exchange) = self.call("v2.member.delete", Actor::Owner, &path, None).await?;
        if exchange.response.status != 404 || own::unjudgeable(&self.contract, Some(&operation), &exchange).is_some() {
            succeeded(&exchange, "remove a member")?;
        }
        self.ledger.gone(&row(borrowed, project));
        Ok(())
    }
}

fn row(borrowed: &Borrowed, project: &OurProject) -> Entry {
    Entry::Row { image: borrowed.id.clone(), project: project.id().to_owned(), added: false }
}

/// Returns the project whose row a request writes, if it is written exactly as the contract has it.
fn row_of(operation: &Operation, request: &Request) -> Option<String> {
    let body = || serde_json::from_slice::<Map<String, Value>>(request.body.as_deref().unwrap_or_default()).ok();
    let last = request.path.rsplit('/').next().unwrap_or_default();
    let last = percent_encoding::percent_decode_str(last).decode_utf8().ok()?.into_owned();
    let project = match operation.id.as_str() {
        "v2.member.add" => match body()?.iter().collect::<Vec<_>>()[..] {
            [(key, Value::String(project))] if key == "member" => project.clone(),
            _ => return None,
        },
        "v2.member.update" if body()?.keys().eq(["status"]) => last,
        "v2.member.delete" if request.body.is_none() => last,
        _ => return None,
    };
    let path = Map::from_iter([
        ("image_id".to_owned(), Value::from(request.image_id()?)),
        ("member_id".to_owned(), Value::from(project.as_str())),
    ]);
    let documented = request_for(operation, request.actor, &path, &Map::new());
    (documented.method == request.method && documented.path == request.path).then_some(project)
}

fn is_uuid(id: &str) -> bool {
    uuid::Uuid::parse_str(id).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract::{Profile, embedded};

    const IMAGE: &str = "3c9a2f1e-0000-4000-8000-000000000001";

    #[test]
    fn a_row_is_written_as_the_contract_has_it_or_not_at_all() {
        let operations = &embedded().contracts[&Profile::Glance].operations;
        let list = format!("/v2/images/{IMAGE}/members");
        let row = format!("{list}/p");
        let add = Some(json!({ "member": "p" }));
        let accept = Some(json!({ "status": "accepted" }));
        for (operation, method, path, body, expected) in [
            ("v2.member.add", "POST", list.as_str(), add.clone(), Some("p")),
            ("v2.member.update", "PUT", &row, accept.clone(), Some("p")),
            ("v2.member.delete", "DELETE", &row, None, Some("p")),
            ("v2.member.add", "POST", &row, add.clone(), None),
            ("v2.member.add", "PATCH", &list, add.clone(), None),
            ("v2.member.add", "POST", &list, Some(json!({ "member": "p", "status": "accepted" })), None),
            ("v2.member.add", "POST", &list, Some(json!({ "member": ["p"] })), None),
            ("v2.member.add", "POST", &list, None, None),
            ("v2.member.update", "PUT", &row, Some(json!({ "visibility": "public" })), None),
            ("v2.member.update", "PUT", &row, None, None),
            ("v2.member.delete", "DELETE", &row, accept, None),
            ("v2.member.delete", "DELETE", &list, None, None),
            ("v2.member.delete", "DELETE", &format!("{row}?all=true"), None, None),
            ("v2.image.delete", "DELETE", &format!("/v2/images/{IMAGE}"), None, None),
            ("v2.image.update", "PATCH", &format!("/v2/images/{IMAGE}"), add, None),
        ] {
            let body = body.map(|body: Value| body.to_string().into_bytes());
            let (method, path) = (method.to_owned(), path.to_owned());
            let request = Request { actor: Actor::Owner, method, path, headers: Vec::new(), body };
            assert_eq!(row_of(&operations[operation], &request).as_deref(), expected, "{request:?}");
        }
    }
}
