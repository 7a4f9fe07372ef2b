//! The projects that are ours to share with.

use super::Target;
use crate::case::Actor;

/// The id of a project that is ours: an actor's, or one of the target's `recipients`. Nothing else makes one,
/// so whoever asks for it cannot be led to share with anybody else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OurProject(String);

impl OurProject {
    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0
    }
}

impl Target {
    /// Returns the project of that id, if it is one of ours.
    #[must_use]
    pub fn our_project(&self, id: &str) -> Option<OurProject> {
        self.names_of(id).next().map(|_| OurProject(id.to_owned()))
    }

    /// Returns the project of an actor.
    #[must_use]
    pub fn project_of(&self, actor: Actor) -> Option<OurProject> {
        self.project_id(actor).map(|id| OurProject(id.to_owned()))
    }

    /// Returns the projects of the `recipients`, in order.
    pub fn our_recipients(&self) -> impl Iterator<Item = OurProject> {
        self.recipients.iter().cloned().map(OurProject)
    }

    /// Returns what a project is called here: its actors, or `recipients`.
    pub fn names_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'static str> {
        let actors = self.actors.keys().filter(move |actor| self.project_id(**actor) == Some(id));
        let recipient = self.recipients.iter().any(|known| known == id).then_some("recipients");
        actors.map(|actor| actor.name()).chain(recipient)
    }
}
