//! The engine on a cloud whose answers are written down: what it asks, and what it makes of them.

mod record;
mod walk;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::*;
use crate::contract::{PolicySpec, Profile, embedded};
use crate::diagnostic::SourceFile;
use crate::http::{Request, Response, TransportError};
use crate::mock::LocalMock;
use crate::plan::Selection;
use crate::redact::Secret;
use crate::suite::{Suite, read_cases};
use crate::target::{Target, Waiver};
use crate::verdict::Finding;

/// A credential that the target knows.
const TOKEN: &str = "the-token-of-the-owner";

/// Where the list is that a case asks for.
const LIST: &str = "path: { project_id: p, image_id: i }";

type Answer = Result<Response, TransportError>;

/// Answers by a script and keeps what was asked.
struct Cloud<S> {
    script: S,
    asked: Mutex<Vec<Request>>,
}

impl<S: Fn(&Request) -> Answer + Send + Sync> Transport for Cloud<S> {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Exchange, TransportError>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        let answer = (self.script)(&request);
        ready(answer.map(|response| Exchange { request, response, elapsed: Duration::ZERO })).boxed()
    }
}

/// What a case came to, and the requests that it took, as `owner /v2/images`.
struct Played {
    result: CaseResult,
    asked: Vec<String>,
}

impl Played {
    /// Returns the findings as `must Counts at: actual (statement)`.
    fn told(&self) -> Vec<String> {
        self.result.findings.iter().map(told).collect()
    }
}

fn told(finding: &Finding) -> String {
    let Finding { level, weight, at, actual, statement, .. } = finding;
    format!("{level} {weight:?} {at}: {actual} ({})", statement.as_deref().unwrap_or("-"))
}

/// Plays a case of `v1.member.list`, given without its id and title, on a cloud of Huawei's.
async fn play(case: &str, script: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Played {
    play_with(Keep::Failed, Vec::new(), case, script).await
}

async fn play_with(
    keep: Keep,
    waivers: Vec<Waiver>,
    case: &str,
    script: impl Fn(&Request) -> Answer + Send + Sync + 'static,
) -> Played {
    let profile = Profile::Huawei2024;
    let mock = LocalMock::new(profile, PolicySpec::default(), &[]).expect("starts");
    let mut target = Target::of_local_mock(&mock, profile).expect("is a target");
    target.declared.waivers = waivers;
    target.redactor().learn(&Secret::new(TOKEN.to_owned()));
    let library = embedded();
    let contract = || Arc::clone(&library.contracts[&profile]);
    let text = format!("operation: v1.member.list\ncases:\n  - {{ id: one, title: a case, as: owner, {case} }}\n");
    let mut mistakes = Vec::new();
    let cases = read_cases(&[SourceFile::new("cases/x.yaml", text)], Some(library), &mut mistakes);
    assert!(mistakes.is_empty(), "{}", mistakes.iter().map(ToString::to_string).collect::<String>());
    let suite = Suite { library: library.clone(), cases };
    let cases = plan::cases(&suite, &target.declared, &contract(), &Selection::default());
    let plan = Plan { target: Arc::new(target), contract: contract(), cases };
    let cloud = Arc::new(Cloud { script, asked: Mutex::default() });
    let transport: Arc<dyn Transport> = cloud.clone();
    let (prepare, target) = (Arc::clone(&transport), Arc::clone(&plan.target));
    let world = World::new(prepare, Arc::clone(&transport), target, contract(), "test".to_owned(), true);
    let seen = Preflight { actors: BTreeMap::new(), is_mock: true, requests: 0 };
    let statements = Arc::clone(&library.statements);
    let engine = Engine::new(plan, world, seen, transport, statements, keep, Gate::default());
    let planned = engine.plan.cases.first().expect("the case runs in this profile");
    let result = engine.run(planned).await;
    let asked = cloud.asked.lock().unwrap_or_else(PoisonError::into_inner);
    Played { result, asked: asked.iter().map(|request| format!("{} {}", request.actor, request.path)).collect() }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that a script answers in")]
fn json_answer(status: u16, body: &Value) -> Answer {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Ok(Response::new(status, headers, body.to_string().into_bytes()))
}

/// Refuses as the API itself does.
fn refusal(status: u16) -> Answer {
    json_answer(status, &json!({ "error": { "message": "no", "code": "IMG.0027" } }))
}

/// Returns the marker that a request or a line about it carries; empty where there is none.
fn marker(path: &str) -> String {
    let marker = path.split_once("marker=").map(|(_, marker)| percent_decode_str(marker).decode_utf8_lossy());
    marker.unwrap_or_default().into_owned()
}

/// Returns a page of members; without a marker of the next one if that is empty.
fn page(rows: &[&str], next: &str) -> Value {
    let row = |id: &&str| {
        json!({
            "member_id": id, "status": "accepted", "created_at": "c", "updated_at": "u", "image_id": "i",
            "schema": "/v2/schemas/member", "member_type": "project"
        })
    };
    let mut info = json!({ "current_count": rows.len() });
    if !next.is_empty() {
        info["next_marker"] = json!(next);
    }
    json!({ "members": rows.iter().map(row).collect::<Vec<_>>(), "schema": "/v2/schemas/members", "page_info": info })
}
