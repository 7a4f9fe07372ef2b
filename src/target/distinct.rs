//! Whether the actors are who they must be: each a party of its own, in the right project.

use std::collections::BTreeMap;

use super::TargetError;
use crate::case::Actor;
use crate::redact::Secret;

/// What is known of an actor that tells it from others.
#[derive(Clone, Debug, Default)]
pub(super) struct Traits<'a> {
    pub(super) token: Option<&'a Secret>,
    pub(super) project_id: Option<&'a str>,
    pub(super) user_id: Option<&'a str>,
}

/// Refuses two actors who are one: the answers to one would be taken for the other's.
pub(super) fn check(actors: &BTreeMap<Actor, Traits<'_>>) -> Result<(), TargetError> {
    for (first, one) in actors {
        for (second, other) in actors.range(first..).skip(1) {
            let any_dead = first.is_dead_token() || second.is_dead_token();
            let own_projects = first.has_own_project() && second.has_own_project();
            let one_project = same(one.project_id, other.project_id);
            let what = if same(one.token, other.token) {
                "the same token"
            } else if own_projects && one_project {
                "the same project"
            } else if any_dead {
                continue;
            } else if one_project && same(one.user_id, other.user_id) {
                "the same user in the same project"
            } else {
                continue;
            };
            let message = format!("{first} and {second} have {what}: each must be a party of its own");
            return Err(TargetError::Incomplete(message));
        }
    }
    for actor in [Actor::Reader, Actor::Ungranted] {
        if let (Some(one), Some(owner)) = (actors.get(&actor), actors.get(&Actor::Owner))
            && let (Some(one), Some(owner)) = (one.project_id, owner.project_id)
            && one != owner
        {
            let message = format!("{actor} and owner have different projects: {actor} must be in the owner's");
            return Err(TargetError::Incomplete(message));
        }
    }
    Ok(())
}

/// Tells whether two are surely one: what is not known is no match.
fn same<T: Copy + PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.is_some() && one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(actors: &[(Actor, Option<&'static str>, Option<&'static str>)]) -> Result<(), String> {
        let traits = |(actor, project_id, user_id): &(_, _, _)| {
            (*actor, Traits { token: None, project_id: *project_id, user_id: *user_id })
        };
        check(&actors.iter().map(traits).collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn one_user_may_be_several_parties_but_only_in_projects_of_their_own() {
        let user = Some("u");
        assert_eq!(checked(&[(Actor::Owner, Some("p"), user), (Actor::Member, Some("q"), user)]), Ok(()));
        let one = checked(&[(Actor::Owner, Some("p"), user), (Actor::Reader, Some("p"), user)]).expect_err("is one");
        assert!(one.starts_with("owner and reader have the same user in the same project"), "{one}");
    }

    #[test]
    fn who_is_not_known_is_not_taken_for_another() {
        assert_eq!(
            checked(&[(Actor::Owner, None, None), (Actor::Member, None, None), (Actor::Reader, None, None)]),
            Ok(())
        );
    }
}
