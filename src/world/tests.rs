//! The world on a fake transport: what it makes, believes, and removes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use serde_json::{Value, json};

use super::*;
use crate::case::spec::{MemberStatus, MembersSpec};
use crate::contract::{Profile, embedded};
use crate::diagnostic::SourceFile;
use crate::http::{ClientOpts, Response};
use crate::target::{self, Overrides};

const IMAGE: &str = "3c9a2f1e-0000-4000-8000-000000000001";
const NOT_FOUND: &str = r#"{"message": "gone", "code": "404 Not Found", "title": "Not Found"}"#;

type Script = dyn Fn(&Request) -> Result<Response, TransportError> + Send + Sync;

/// Answers by a script and keeps what was asked.
struct Fake {
    script: Box<Script>,
    asked: Mutex<Vec<String>>,
}

impl Transport for Fake {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Exchange, TransportError>> {
        lock(&self.asked).push(format!("{} {}", request.method, request.path));
        let answer = (self.script)(&request);
        let exchange = answer.map(|response| Exchange { request, response, elapsed: Duration::ZERO });
        ready(exchange).boxed()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that a script answers in")]
fn answer(status: u16, media_type: &str, body: &str) -> Result<Response, TransportError> {
    let headers = vec![("content-type".to_owned(), media_type.to_owned())];
    Ok(Response::new(status, headers, body.as_bytes().to_vec()))
}

/// Returns the image that a create asks for, under the id `IMAGE`.
fn created(request: &Request, change: impl FnOnce(&mut Value)) -> Result<Response, TransportError> {
    let mut image: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
    image["id"] = json!(IMAGE);
    change(&mut image);
    answer(201, "application/json", &image.to_string())
}

fn world(script: impl Fn(&Request) -> Result<Response, TransportError> + Send + Sync + 'static) -> (World, Arc<Fake>) {
    let fake = Arc::new(Fake { script: Box::new(script), asked: Mutex::default() });
    let file = SourceFile::new(
        "t.yaml",
        "name: fake\nprofile: glance\nendpoint: http://127.0.0.1:1\nwrites: images\n\
         actors:\n  owner: { token: owner-token, project-id: p }\n  member: { token: member-token, project-id: m }\n",
    );
    let spec = target::read(&file).unwrap();
    let declared = target::resolve(Some((&file, &spec)), &Overrides::default(), &|_| None).unwrap();
    let opts = ClientOpts::default();
    let connected = target::sign_in(declared, &opts, Duration::ZERO).now_or_never();
    let target = connected.expect("given tokens ask nobody").unwrap().target;
    let contract = Arc::clone(&embedded().contracts[&Profile::Glance]);
    let transport: Arc<dyn Transport> = fake.clone();
    let run = "test".to_owned();
    (World::new(Arc::clone(&transport), transport, target, contract, run, false), fake)
}

fn asked(fake: &Fake, method: &str) -> Vec<String> {
    lock(&fake.asked).iter().filter(|line| line.starts_with(method)).cloned().collect()
}

#[tokio::test]
async fn what_was_made_is_removed_and_forgotten() {
    let (world, fake) = world(|request| match request.method.as_str() {
        "POST" => created(request, |_| ()),
        _ => answer(204, "", ""),
    });
    let fixture = world.acquire(&GivenSpec::default(), Pool::Own).await.unwrap();
    assert!(world.made(&fixture.image_id));
    assert_eq!(world.clean().await, []);
    assert_eq!(asked(&fake, "DELETE"), [format!("DELETE /v2/images/{IMAGE}")]);
    assert_eq!(world.left("nothing to tell"), []);
}

#[tokio::test]
async fn an_image_that_its_case_deleted_is_not_deleted_again() {
    let (world, fake) = world(|request| match request.method.as_str() {
        "POST" => created(request, |_| ()),
        _ => answer(204, "", ""),
    });
    world.acquire(&GivenSpec { image: ImageKind::Deleted, ..GivenSpec::default() }, Pool::Shared).await.unwrap();
    assert_eq!(world.clean().await, []);
    assert_eq!(asked(&fake, "DELETE").len(), 1);
}

#[tokio::test]
async fn a_used_image_serves_where_its_row_fits_and_no_row_is_ever_removed() {
    let given = |member| GivenSpec {
        members: MembersSpec { member: Some(member), ..MembersSpec::default() },
        ..GivenSpec::default()
    };
    let rows = format!("/v2/images/{IMAGE}/members");
    let [look, answer_it] = [format!("GET {rows}"), format!("PUT {rows}/m")];
    let anew = [look.clone(), "POST /v2/images".to_owned(), format!("POST {rows}"), answer_it.clone()];
    for (there, expected) in [
        (vec![("m", "accepted")], &[look.clone()][..]),
        (vec![("m", "pending")], &[look, answer_it]),
        (vec![("m", "rejected")], &anew),
        (vec![("somebody", "accepted")], &anew),
        (vec![("m", "accepted"), ("somebody", "accepted")], &anew),
        (vec![], &anew),
    ] {
        let row = |(project, status): &(&str, &str)| json!({ "member_id": project, "status": status });
        let listed = json!({ "members": there.iter().map(row).collect::<Vec<_>>() }).to_string();
        let (world, fake) = world(move |request| match (request.method.as_str(), request.path.ends_with("/members")) {
            ("POST", false) => created(request, |_| ()),
            ("GET", _) => answer(200, "application/json", &listed),
            _ => answer(200, "application/json", "{}"),
        });
        let first = world.acquire(&given(MemberStatus::Rejected), Pool::Own).await.unwrap();
        world.release(&given(MemberStatus::Rejected), Pool::Own, first, true).await;
        let before = lock(&fake.asked).len();
        world.acquire(&given(MemberStatus::Accepted), Pool::Own).await.unwrap();
        assert_eq!(lock(&fake.asked)[before..], *expected, "{there:?}");
    }
}

#[tokio::test]
async fn the_404_of_a_gateway_removes_nothing() {
    for (media_type, body, gone) in [("text/html", "<html>nginx</html>", false), ("application/json", NOT_FOUND, true)]
    {
        let (world, _) = world(move |request| match request.method.as_str() {
            "POST" => created(request, |_| ()),
            _ => answer(404, media_type, body),
        });
        world.acquire(&GivenSpec::default(), Pool::Own).await.unwrap();
        tokio::time::pause();
        assert_eq!(world.clean().await.is_empty(), gone, "{media_type}");
        tokio::time::resume();
    }
}

#[tokio::test]
async fn an_answer_about_another_image_leads_to_no_removal_of_it() {
    let (world, fake) = world(|request| match request.method.as_str() {
        "POST" => created(request, |image| image["name"] = json!("somebody else's")),
        _ => answer(200, "application/json", r#"{"images": []}"#),
    });
    assert!(world.acquire(&GivenSpec::default(), Pool::Own).await.is_err());
    let left = world.clean().await;
    assert_eq!(left.len(), 1, "the image asked for may exist");
    assert_eq!(asked(&fake, "DELETE"), Vec::<String>::new());
}

#[tokio::test]
async fn a_create_without_an_answer_is_told_of_and_one_that_was_refused_is_not() {
    let lost = || Err(TransportError::Timeout { limit: Duration::from_secs(1) });
    let refused = || answer(403, "application/json", &NOT_FOUND.replace("404 Not Found", "403 Forbidden"));
    let by_gateway = || answer(403, "text/html", "<html>no</html>");
    for (create, left) in
        [(&lost as &(dyn Fn() -> Result<Response, TransportError> + Send + Sync), 1), (&refused, 0), (&by_gateway, 1)]
    {
        let status = create().map(|response| (response.status, response.media_type(), response.text()));
        let (world, _) = world(move |request| match (request.method.as_str(), &status) {
            ("POST", Ok((status, media_type, body))) => answer(*status, media_type, body),
            ("POST", Err(_)) => Err(TransportError::Timeout { limit: Duration::from_secs(1) }),
            _ => answer(200, "application/json", r#"{"images": []}"#),
        });
        assert!(world.acquire(&GivenSpec::default(), Pool::Own).await.is_err());
        assert_eq!(world.clean().await.len(), left);
    }
}

#[tokio::test]
async fn a_limit_on_images_is_a_limit() {
    let (mut world, fake) = world(|request| created(request, |_| ()));
    let mut target = (*world.target).clone();
    target.declared.images_created = Some(1);
    world.target = Arc::new(target);
    assert!(world.acquire(&GivenSpec::default(), Pool::Own).await.is_ok());
    assert!(world.acquire(&GivenSpec::default(), Pool::Own).await.is_err());
    assert_eq!(asked(&fake, "POST").len(), 1);
}

#[tokio::test]
async fn a_batch_is_sent_about_images_of_our_own_alone() {
    const FOREIGN: &str = "7d1e2f3a-0000-4000-8000-000000000002";
    const INVENTED: &str = "7d1e2f3a-0000-4000-8000-000000000003";
    let (world, _) = world(|request| created(request, |_| ()));
    world.acquire(&GivenSpec::default(), Pool::Own).await.unwrap();
    let operation = &embedded().contracts[&Profile::Huawei2024].operations["v1.member.batch-add"];
    for (body, allowed) in [
        (json!({ "images": [IMAGE], "projects": [FOREIGN.replace('-', "")] }).to_string(), true),
        (json!({ "images": [INVENTED] }).to_string(), true),
        (json!({ "images": ["xyz", "", 7] }).to_string(), true),
        (json!({ "projects": ["p"] }).to_string(), true),
        ("{".to_owned(), true),
        (json!({ "images": [FOREIGN] }).to_string(), false),
        (json!({ "images": [FOREIGN.replace('-', "")] }).to_string(), false),
        (json!({ "images": [IMAGE, FOREIGN] }).to_string(), false),
        (json!({ "images": { "id": FOREIGN } }).to_string(), false),
        (format!("{{{FOREIGN}"), false),
    ] {
        let request = crate::http::request_for(operation, Actor::Owner, &Map::new(), &Map::new());
        let request = request.with_body(operation, body.clone().into_bytes());
        let permit = world.permit(operation, false, &request, |id| id == INVENTED);
        assert_eq!(permit.is_ok(), allowed, "{body}");
    }
}

#[tokio::test]
async fn rows_in_another_order_are_the_same_rows() {
    let row = |id: &str| json!({ "member_id": id, "status": "pending" });
    let forth = json!({ "members": [row("a"), row("b")] }).to_string();
    let back = json!({ "members": [row("b"), row("a")] }).to_string();
    let more = json!({ "members": [row("b"), row("a"), row("a")] }).to_string();
    for (after, expected) in [(back, true), (more, false)] {
        let (forth, calls) = (forth.clone(), AtomicUsize::new(0));
        let (world, _) = world(move |request| match request.method.as_str() {
            "POST" => created(request, |_| ()),
            _ if calls.fetch_add(1, Ordering::Relaxed) == 0 => answer(200, "application/json", &forth),
            _ => answer(200, "application/json", &after),
        });
        let fixture = world.acquire(&GivenSpec::default(), Pool::Refused).await.unwrap();
        assert_eq!(world.unchanged(&fixture).await == Unchanged::Same, expected);
    }
}
