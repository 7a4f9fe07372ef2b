//! One request after another: who asks, what for, what the model says, how that is told.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use uuid::Uuid;

use super::HEADER;
use super::account::Directory;
use super::clock::{Clock, wall};
use super::dialect::{Dialect, Habit};
use super::error::{Malformed, Problem};
use super::fault::{Broken, Seen, Token};
use super::history::History;
use super::identity::{self, Identity};
use super::inbound::Inbound;
use super::manner::{Manner, Throttle};
use super::model::{Answer, Ask, Call, Caller, Model, Page, Refusal, Role};
use super::reply::{Body, Reply};
use super::route::{self, Found, Operation};
use super::{batch, pages, schemas, v2, versions};
use crate::contract::{PolicySpec, Rbac};

/// The longest request id that a client may bring along.
const MAX_REQUEST_ID: usize = 64;

/// The mock behind its HTTP server: everything but sockets.
pub(crate) struct Service {
    dialect: &'static Dialect,
    identity: Identity,
    broken: Broken,
    throttle: Throttle,
    state: Mutex<State>,
}

struct State {
    model: Model,
    clock: Clock,
    /// Where reads lag behind writes.
    history: Option<History>,
}

impl Service {
    /// Returns an empty cloud that is set so, and whose tokens are good for so many `uses`.
    pub(crate) fn new(dialect: &'static Dialect, policy: PolicySpec, broken: Broken, uses: Option<u32>) -> Self {
        let rules = match policy.rbac {
            Rbac::New => dialect.policy.clone(),
            Rbac::Legacy => dialect.policy.clone().legacy(),
        };
        let model = Model::new(broken.policy(rules));
        let state = Mutex::new(State { model, clock: Clock::default(), history: None });
        let identity = Identity::new(Directory::new(dialect.actors), uses);
        Self { dialect, identity, broken, throttle: Throttle::default(), state }
    }

    /// Lets the cloud be slow, and throttle.
    pub(crate) fn with_manner(mut self, manner: Manner) -> Self {
        self.throttle = Throttle::new(manner.throttle);
        let history = (!manner.converge.is_zero()).then(|| History::new(manner.converge));
        self.lock().history = history;
        self
    }

    /// Lets an image have so many members in place of the profile's own number.
    pub(crate) fn with_quota(self, quota: usize) -> Self {
        self.lock().model.set_quota(quota);
        self
    }

    /// Returns the accounts.
    pub(crate) fn directory(&self) -> &Directory {
        self.identity.directory()
    }

    /// Returns the tokens that must be refused, with the actors that they are for.
    pub(crate) fn dead_tokens(&self) -> Vec<(&'static str, String)> {
        self.identity.dead_tokens()
    }

    /// Answers a request.
    pub(crate) fn handle(&self, inbound: &Inbound) -> Response<String> {
        if inbound.method == Method::OPTIONS && self.dialect.has(Habit::AnswersOptions) {
            return self.finish(Reply::new(StatusCode::OK, Body::Empty), inbound, false);
        }
        if let Some(reply) = self.identity.handle(inbound) {
            return self.finish(reply, inbound, true);
        }
        if let Some(reply) = self.throttle.refuse() {
            return self.finish(reply, inbound, false);
        }
        let path = match (self.dialect.path)(inbound) {
            Ok(path) => path,
            Err(reply) => return self.finish(reply, inbound, false),
        };
        let found = route::find(self.dialect.routes, &inbound.method, &path);
        let operation = match &found {
            Found::Operation(operation, _) => Some(*operation),
            Found::Method(_) | Found::Nothing => None,
        };
        // As in the recorded cloud, nobody without a token learns whether a path exists.
        let caller = self.authenticate(inbound, operation);
        let answer = match &caller {
            Some(caller) => self.answer(caller, inbound, found),
            None => Err(Problem::Unauthorized),
        };
        let refuse = self.dialect.refuse;
        let problem = answer.as_ref().err().cloned();
        let mut reply = answer.unwrap_or_else(|problem| refuse(&problem, inbound));
        let directory = self.directory();
        let seen = Seen { operation, caller: caller.as_ref(), problem: problem.as_ref(), inbound, directory, refuse };
        self.broken.reply(&seen, &mut reply);
        // Where a fault answers anything but 401, it takes the caller for known.
        let known = caller.is_some() || reply.status != StatusCode::UNAUTHORIZED;
        let mut response = self.finish(reply, inbound, known);
        self.broken.finished(&seen, &mut response);
        response
    }

    /// Answers a request with a body that is too large to be read.
    pub(crate) fn too_large(&self, inbound: &Inbound) -> Response<String> {
        if let Some(reply) = identity::too_large(inbound) {
            return self.finish(reply, inbound, true);
        }
        let known = self.authenticate(inbound, None).is_some();
        let problem = if known { Problem::TooLarge } else { Problem::Unauthorized };
        self.finish((self.dialect.refuse)(&problem, inbound), inbound, known)
    }

    fn authenticate(&self, inbound: &Inbound, operation: Option<Operation>) -> Option<Caller> {
        let mut names = self.dialect.token_headers.iter();
        let token = names.find_map(|name| inbound.headers.get(*name)).and_then(|token| token.to_str().ok());
        let stand_in = || {
            let has = match token.filter(|token| !token.is_empty()) {
                None => Token::Missing,
                Some(token) => self.identity.lapse(token).unwrap_or(Token::Unknown),
            };
            Some(self.directory().account(self.broken.stand_in(operation?, has)?)?.caller())
        };
        token.and_then(|token| self.identity.caller(token)).or_else(stand_in)
    }

    fn answer(&self, caller: &Caller, inbound: &Inbound, found: Found<'_>) -> Result<Reply, Problem> {
        let (operation, ids) = match found {
            Found::Operation(operation, ids) => (operation, ids),
            Found::Method(allowed) => {
                // Glance reads a body before it looks at the method.
                if self.dialect.has(Habit::RejectsBodies) && inbound.has_body() {
                    v2::parse(inbound)?;
                }
                return Err(Problem::Method(allowed));
            }
            Found::Nothing => return Err(Problem::NoRoute),
        };
        let inbound = &*self.broken.inbound(operation, inbound);
        if self.dialect.has(Habit::RejectsBodies) && operation.rejects_body() && inbound.has_body() {
            return Err(Malformed::UnexpectedBody.into());
        }
        let Some((project, call)) = self.read(operation, &ids, inbound)? else {
            return document(operation, caller.role, inbound);
        };
        let mut ask = Ask { caller: caller.clone(), project, call };
        self.broken.ask(operation, &mut ask);
        let mut answer = self.apply(ask).map_err(|refusal| self.broken.refusal(operation, refusal))?;
        self.broken.answer(operation, &mut answer);
        let reply = self.show(operation, answer, inbound);
        Ok(if self.dialect.has(Habit::TellsOfItself) { v2::image::tell(operation, reply) } else { reply })
    }

    /// Translates a request into a call, and the project that its path names; schema documents need no call.
    fn read(
        &self,
        operation: Operation,
        ids: &[&str],
        inbound: &Inbound,
    ) -> Result<Option<(Option<String>, Call)>, Problem> {
        let policy = &self.dialect.policy;
        let call = match (operation, ids) {
            (Operation::ImageCreate, _) => v2::image::create(inbound, policy, Uuid::new_v4().to_string())?,
            (Operation::ImageList, _) => v2::image::list(inbound)?,
            (Operation::ImageUpdate, [image]) => v2::image::update(inbound, policy, image)?,
            (Operation::ImageUpload, [image]) => v2::image::upload(inbound, image)?,
            (Operation::MemberAdd, [image]) => v2::member::add(inbound, image)?,
            (Operation::MemberUpdate, [image, member]) => v2::member::update(inbound, image, member)?,
            (Operation::MemberList, [image]) if self.dialect.has(Habit::Pages) => pages::list(inbound, image)?,
            (Operation::V1MemberList, [project, image]) => {
                return Ok(Some((Some((*project).to_owned()), pages::list(inbound, image)?)));
            }
            (Operation::V1MemberShow, [project, rest @ ..]) => {
                return Ok(plain(Operation::MemberShow, rest).map(|call| (Some((*project).to_owned()), call)));
            }
            (Operation::V1BatchAdd, _) => batch::add(inbound)?,
            (Operation::V1BatchUpdate, _) => batch::update(inbound)?,
            (Operation::V1BatchDelete, _) => batch::delete(inbound)?,
            (Operation::V1JobShow, [project, job]) => {
                return Ok(Some((Some((*project).to_owned()), Call::JobShow { job: (*job).to_owned() })));
            }
            (Operation::V1JobProgress, [job]) => Call::JobShow { job: (*job).to_owned() },
            _ => return Ok(plain(operation, ids).map(|call| (None, call))),
        };
        Ok(Some((None, call)))
    }

    fn apply(&self, ask: Ask) -> Result<Answer, Refusal> {
        let mut state = self.lock();
        let State { model, clock, history } = &mut *state;
        let now = clock.next(wall());
        if ask.call.reads() {
            let shown = history.as_mut().and_then(|history| history.shown(Instant::now()));
            return shown.unwrap_or(model).apply(ask, now);
        }
        let before = history.is_some().then(|| model.clone());
        let answer = model.apply(ask, now);
        if let (Some(history), Some(before)) = (history, before) {
            history.keep(Instant::now(), before);
        }
        if answer.is_ok() {
            clock.advance(now);
        }
        answer
    }

    /// A panic under the lock would leave a state that is still whole: calls change it in one step.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, operation: Operation, answer: Answer, inbound: &Inbound) -> Reply {
        let media = self.dialect.media;
        // In v1 every row says what kind of recipient it is, and every list has pages.
        let v1 = matches!(operation, Operation::V1MemberList | Operation::V1MemberShow);
        let member_type = v1 || self.dialect.has(Habit::MemberType);
        match answer {
            Answer::Image(image) if operation == Operation::ImageCreate => {
                v2::image::created(&image, media, &inbound.base())
            }
            Answer::Image(image) => v2::image::show(&image, media),
            Answer::Images { images, next } => v2::image::page(&images, next, media, inbound),
            Answer::Member(row) => v2::member::show(&row, member_type, media),
            Answer::Members { members, next } if v1 || self.dialect.has(Habit::Pages) => pages::show(&members, next),
            Answer::Members { members, .. } => v2::member::list(&members, member_type, media),
            Answer::Started { job } => batch::started(&job),
            Answer::Job(job) => batch::show(&job, operation == Operation::V1JobProgress),
            Answer::Done => Reply::new(StatusCode::NO_CONTENT, Body::Empty),
        }
    }

    /// Adds what every answer carries: the mark of the mock, and a request id once the caller is known.
    fn finish(&self, reply: Reply, inbound: &Inbound, known: bool) -> Response<String> {
        let mut response = reply.into_response();
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static(HEADER), HeaderValue::from_static(self.dialect.profile.name()));
        if self.dialect.has(Habit::RequestIds) && known {
            headers.insert(HeaderName::from_static("x-openstack-request-id"), request_id(inbound));
        }
        if inbound.method == Method::HEAD {
            response.body_mut().clear();
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        response
    }
}

/// Returns the calls that are their ids and nothing more.
fn plain(operation: Operation, ids: &[&str]) -> Option<Call> {
    let id = |at: usize| ids.get(at).map(|id| (*id).to_owned());
    let image = id(0)?;
    match operation {
        Operation::ImageShow => Some(Call::ImageShow { image }),
        Operation::ImageDelete => Some(Call::ImageDelete { image }),
        Operation::MemberList => Some(Call::MemberList { image, page: Page::default() }),
        Operation::MemberShow => Some(Call::MemberShow { image, member: id(1)? }),
        Operation::MemberDelete => Some(Call::MemberDelete { image, member: id(1)? }),
        _ => None,
    }
}

/// Answers with a schema document, which everybody may read who may do anything at all.
fn document(operation: Operation, role: Role, inbound: &Inbound) -> Result<Reply, Problem> {
    match (operation, role) {
        (_, Role::Ungranted) => Err(Refusal::NoImages { writes: false }.into()),
        (Operation::Root, _) => Ok(versions::redirect(inbound)),
        (Operation::SchemaImage, _) => Ok(schemas::image()),
        (Operation::SchemaImages, _) => Ok(schemas::images()),
        (Operation::SchemaMember, _) => Ok(schemas::member()),
        _ => Ok(schemas::members()),
    }
}

/// Returns the client's own request id, or a new one. Glance fails with 500 on one that is too long; the mock, which
/// must not answer 500 to anything, draws a new one instead.
fn request_id(inbound: &Inbound) -> HeaderValue {
    let own = inbound.header("x-openstack-request-id").filter(|id| (1..=MAX_REQUEST_ID).contains(&id.len()));
    let id = match own {
        Some(id) if id.starts_with("req-") => id.to_owned(),
        Some(id) => format!("req-{id}"),
        None => format!("req-{}", Uuid::new_v4()),
    };
    HeaderValue::from_str(&id).expect("header values and uuids are visible ASCII")
}
