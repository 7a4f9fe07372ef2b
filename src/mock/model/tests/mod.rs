//! What the recorded cloud does, asked of the model: a small cloud to ask, and the tests by subject.

mod images;
mod matrix;
mod members;
mod properties;

use super::{
    Answer, Ask, Call, Caller, Change, Image, ImageQuery, Member, MemberStatus, MemberStatusFilter, Model, NewImage,
    Page, Policy, Refusal, Role, Stamp, Visibility, VisibilityFilter,
};

const IMAGE: &str = "image";

/// A cloud whose clock ticks with every call. Callers are named by their project, or by their role in `owner`'s.
struct Cloud {
    model: Model,
    now: i64,
}

impl Cloud {
    fn new(policy: Policy) -> Self {
        Self { model: Model::new(policy), now: 0 }
    }

    /// Returns a cloud with an image that is shared with `member` and `other-member`, neither of which has answered.
    fn shared(policy: Policy) -> Self {
        let mut cloud = Self::new(policy);
        cloud.create("owner", IMAGE).unwrap();
        cloud.add("owner", "member").unwrap();
        cloud.add("owner", "other-member").unwrap();
        cloud
    }

    fn ask(&mut self, who: &str, call: Call) -> Result<Answer, Refusal> {
        self.now += 1;
        let (project, role) = match who {
            "admin" => ("admin", Role::Admin),
            "reader" => ("owner", Role::Reader),
            "ungranted" => ("owner", Role::Ungranted),
            project => (project, Role::Member),
        };
        let caller = Caller { project: project.into(), role };
        self.model.apply(Ask { caller, project: None, call }, Stamp(self.now))
    }

    fn create(&mut self, who: &str, id: &str) -> Result<Answer, Refusal> {
        let new = NewImage { id: id.to_owned(), name: Some(format!("name of {id}")), ..NewImage::default() };
        self.ask(who, Call::ImageCreate(Box::new(new)))
    }

    fn show_image(&mut self, who: &str) -> Result<Answer, Refusal> {
        self.ask(who, Call::ImageShow { image: IMAGE.to_owned() })
    }

    fn publish(&mut self, who: &str, visibility: Visibility) -> Result<Answer, Refusal> {
        let changes = vec![Change::Visibility(visibility)];
        self.ask(who, Call::ImageUpdate { image: IMAGE.to_owned(), changes })
    }

    fn delete_image(&mut self, who: &str) -> Result<Answer, Refusal> {
        self.ask(who, Call::ImageDelete { image: IMAGE.to_owned() })
    }

    fn add(&mut self, who: &str, member: &str) -> Result<Answer, Refusal> {
        self.ask(who, Call::MemberAdd { image: IMAGE.to_owned(), member: member.to_owned() })
    }

    fn list(&mut self, who: &str) -> Result<Answer, Refusal> {
        self.ask(who, Call::MemberList { image: IMAGE.to_owned(), page: Page::default() })
    }

    fn show(&mut self, who: &str, member: &str) -> Result<Answer, Refusal> {
        self.ask(who, Call::MemberShow { image: IMAGE.to_owned(), member: member.to_owned() })
    }

    fn set(&mut self, who: &str, member: &str, status: Option<MemberStatus>) -> Result<Answer, Refusal> {
        self.ask(who, Call::MemberUpdate { image: IMAGE.to_owned(), member: member.to_owned(), status })
    }

    fn remove(&mut self, who: &str, member: &str) -> Result<Answer, Refusal> {
        self.ask(who, Call::MemberDelete { image: IMAGE.to_owned(), member: member.to_owned() })
    }

    /// Returns the rows of a page, and the position that it ends at if more follow.
    fn page(&mut self, limit: usize, after: Option<usize>) -> (Vec<String>, Option<usize>) {
        let page = Page { limit: Some(limit), after, of: None };
        match self.ask("owner", Call::MemberList { image: IMAGE.to_owned(), page }) {
            Ok(Answer::Members { members, next }) => (recipients(members), next),
            other => panic!("no page: {other:?}"),
        }
    }

    /// Returns the ids of a caller's list of images, edited before it is asked.
    fn images(&mut self, who: &str, edit: impl Fn(&mut ImageQuery)) -> Vec<String> {
        let mut query = ImageQuery {
            limit: 25,
            marker: None,
            name: None,
            owner: None,
            visibility: VisibilityFilter::Default,
            member_status: MemberStatusFilter::Only(MemberStatus::Accepted),
            hidden: false,
        };
        edit(&mut query);
        match self.ask(who, Call::ImageList(query)) {
            Ok(Answer::Images { images, .. }) => images.into_iter().map(|image: Image| image.id).collect(),
            other => panic!("no list: {other:?}"),
        }
    }
}

fn recipients(members: Vec<Member>) -> Vec<String> {
    members.into_iter().map(|member| member.recipient).collect()
}

fn rows(answer: Result<Answer, Refusal>) -> Vec<String> {
    match answer {
        Ok(Answer::Members { members, .. }) => recipients(members),
        other => panic!("no rows: {other:?}"),
    }
}

fn row(answer: Result<Answer, Refusal>) -> Member {
    match answer {
        Ok(Answer::Member(member)) => member,
        other => panic!("no row: {other:?}"),
    }
}
