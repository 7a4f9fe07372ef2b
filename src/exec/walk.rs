//! Follows the pages of a list, and holds them against what they should make up.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::judge::{Charged, Halt, Record};
use super::scope::Scope;
use super::step::label;
use super::{Engine, request};
use crate::case::spec::WalkSpec;
use crate::case::{Role, Step, template};
use crate::check::Mismatch;
use crate::check::own;
use crate::check::paging::{Broken, Encoding, End, Page, Trail, Whole};
use crate::check::passive::Passive;
use crate::contract::Paging;
use crate::http::{Exchange, Request, query_text};
use crate::plan::{PlannedCase, PlannedStep};
use crate::verdict::Check;

/// How many pages a walk reads at most beyond those that the list should have.
const SPARE_PAGES: usize = 3;
/// How many pages are read at most of a list whose length nobody knows.
const MOST_PAGES: usize = 50;
/// The longest path that every server is told to take (RFC 9110, section 4.1), in bytes.
const LONGEST_PATH: usize = 8_000;

/// A walk that is about to be made.
struct Tour<'a> {
    planned: &'a PlannedCase,
    spec: &'a Step,
    step: &'a PlannedStep,
    walk: &'a WalkSpec,
    paging: &'a Paging,
    scope: &'a Scope<'a>,
}

/// What the pages should make up.
enum Wanted {
    /// A whole list.
    Whole(Whole),
    /// A list that has some rows, and lacks others.
    Some { has: Vec<Value>, lacks: Vec<Value> },
}

impl Engine {
    /// Walks from page to page.
    pub(super) async fn walk(
        &self,
        planned: &PlannedCase,
        spec: &Step,
        step: &PlannedStep,
        walk: &WalkSpec,
        scope: &Scope<'_>,
        record: &mut Record,
    ) -> Result<(), Halt> {
        let Some(paging) = &step.operation.paging else {
            return Err(Halt(format!("`{}` has no pages in this profile", step.operation.id)));
        };
        let tour = Tour { planned, spec, step, walk, paging, scope };
        let wanted = tour.wanted()?;
        // An answer that is no page was judged as it came.
        let Some((trail, first)) = self.follow(&tour, &wanted, record).await? else { return Ok(()) };
        let broken = match &wanted {
            Wanted::Whole(whole) => self.whole(&tour, &wanted, whole, &trail, record).await?,
            Wanted::Some { has, lacks } => tour.some(&trail, has, lacks)?,
        };
        self.charge(&tour, broken, &trail, &first, record)
    }

    /// Returns what a whole list is not, walking it a second time where that is asked and the first was in order.
    async fn whole(
        &self,
        tour: &Tour<'_>,
        wanted: &Wanted,
        whole: &Whole,
        trail: &Trail,
        record: &mut Record,
    ) -> Result<Vec<Charged>, Halt> {
        let mut broken = trail.broken(whole);
        if tour.walk.twice && broken.is_empty() {
            let again = self.follow(tour, wanted, record).await?;
            broken.extend(again.and_then(|(again, _)| trail.differs(&again)));
        }
        Ok(tour.charged(broken))
    }

    /// Adds what was found to the case, or to the run where the case is about something else.
    fn charge(
        &self,
        tour: &Tour<'_>,
        broken: Vec<Charged>,
        trail: &Trail,
        first: &Exchange,
        record: &mut Record,
    ) -> Result<(), Halt> {
        let (spec, endpoint) = (tour.spec, &self.plan.target.endpoint);
        let (own, rules): (Vec<_>, Vec<_>) = broken.into_iter().partition(|broken| broken.own);
        record.passive(rules.into_iter().map(Passive::from).collect(), spec, first, endpoint);
        match own.first() {
            _ if spec.role == Role::Check => {
                record.remarked(tour.remarks(trail), &spec.place, first);
                record.walked(own, &spec.place, first, endpoint);
                Ok(())
            }
            None => Ok(()),
            Some(Charged { mismatch: Mismatch { at, expected, actual, .. }, .. }) => {
                let label = label(spec, tour.scope);
                Err(Halt(format!("{label} did not hold: {at}: expected {expected}, got {actual}")))
            }
        }
    }

    /// Reads page after page, until there is no more, or no sense in it; returns them with the first exchange.
    async fn follow(
        &self,
        tour: &Tour<'_>,
        wanted: &Wanted,
        record: &mut Record,
    ) -> Result<Option<(Trail, Arc<Exchange>)>, Halt> {
        let mut trail = Trail { pages: Vec::new(), end: End::Last, encoding: Encoding::default() };
        let mut marker = tour.fill(tour.walk.from.as_ref())?.map(|from| template::bare(&from));
        let mut seen: BTreeSet<_> = marker.iter().cloned().collect();
        let mut first = None;
        loop {
            let exchange = self.page(tour, marker.as_deref(), &mut trail.encoding, record).await?;
            self.judge(tour.spec, tour.step, &exchange, false, tour.scope, record)?;
            if exchange.response.status != 200 {
                return Ok(None);
            }
            trail.pages.push(Page::read(exchange.response.json().unwrap_or(&Value::Null), tour.paging));
            let first: &Arc<Exchange> = first.get_or_insert(exchange);
            if let Some(end) = tour.end(&trail, wanted, &mut seen)? {
                return Ok(Some((Trail { end, ..trail }, Arc::clone(first))));
            }
            marker = trail.pages.last().and_then(Page::marker).map(str::to_owned);
        }
    }

    /// Asks for a page: with its marker as it came and, where that is refused, in other forms of it (C01).
    async fn page(
        &self,
        tour: &Tour<'_>,
        marker: Option<&str>,
        encoding: &mut Encoding,
        record: &mut Record,
    ) -> Result<Arc<Exchange>, Halt> {
        let exchange = self.fetch(tour, tour.request(marker, *encoding)?, record).await?;
        if marker.is_none() || *encoding != Encoding::Verbatim || !self.refuses(tour, &exchange) {
            return Ok(exchange);
        }
        for other in Encoding::OTHERS {
            let again = self.fetch(tour, tour.request(marker, other)?, record).await?;
            if again.response.status == 200 {
                *encoding = other;
                return Ok(again);
            }
        }
        Ok(exchange)
    }

    async fn fetch(&self, tour: &Tour<'_>, request: Request, record: &mut Record) -> Result<Arc<Exchange>, Halt> {
        record.count(tour.spec.role);
        let sent = self.transport.send(request).await;
        let exchange = sent.map_err(|error| Halt(format!("{}: {error}", label(tour.spec, tour.scope))))?;
        let exchange = Arc::new(exchange);
        record.exchange(tour.spec.role, Arc::clone(&exchange));
        self.still_alive(&exchange, record).await?;
        Ok(exchange)
    }

    /// Tells whether the API itself finds fault with a request, and not with who sent it.
    fn refuses(&self, tour: &Tour<'_>, exchange: &Exchange) -> bool {
        let status = exchange.response.status;
        (400..500).contains(&status)
            && !matches!(status, 401 | 403)
            && own::unjudgeable(&self.plan.contract, Some(&tour.step.operation), exchange).is_none()
    }
}

impl Tour<'_> {
    fn wanted(&self) -> Result<Wanted, Halt> {
        let expect = &self.walk.expect;
        if expect.members.is_none() {
            return Ok(Wanted::Some { has: self.list(expect.has.as_ref())?, lacks: self.list(expect.lacks.as_ref())? });
        }
        Ok(Wanted::Whole(Whole {
            limit: self.walk.limit.map(|limit| limit as usize),
            sizes: expect.sizes.clone(),
            rows: self.list(expect.members.as_ref())?,
            perhaps: self.list(expect.perhaps.as_ref())?,
            before: self.list(expect.before.as_ref())?,
        }))
    }

    fn list(&self, given: Option<&Value>) -> Result<Vec<Value>, Halt> {
        Ok(self.fill(given)?.and_then(|list| list.as_array().cloned()).unwrap_or_default())
    }

    fn fill(&self, given: Option<&Value>) -> Result<Option<Value>, Halt> {
        let filled = given.map(|value| template::fill(value, &|name| self.scope.get(name))).transpose();
        filled.map_err(|error| unwritable(&error))
    }

    fn request(&self, marker: Option<&str>, encoding: Encoding) -> Result<Request, Halt> {
        let mut of_page = self.spec.request.clone();
        of_page.query.extend(self.walk.limit.map(|limit| ("limit".to_owned(), Value::from(limit))));
        let query = std::mem::take(&mut of_page.query);
        let mut request =
            request::build(&self.step.operation, &of_page, self.scope).map_err(|error| unwritable(&error))?;
        let mut query = template::fill_map(&query, &|name| self.scope.get(name)).map_err(|error| unwritable(&error))?;
        // A marker is opaque, and from the target: it must not be read as a template.
        query.extend(marker.map(|marker| ("marker".to_owned(), Value::from(encoding.apply(marker)))));
        request.path.push_str(&query_text(&query));
        Ok(request)
    }

    /// Returns how the walk ends with the page that was read last, if it does.
    fn end(&self, trail: &Trail, wanted: &Wanted, seen: &mut BTreeSet<String>) -> Result<Option<End>, Halt> {
        let Some(next) = trail.pages.last().and_then(Page::marker) else { return Ok(Some(End::Last)) };
        Ok(if wanted.is_decided(trail) {
            Some(End::Enough)
        } else if !seen.insert(next.to_owned()) {
            Some(End::Repeated)
        } else if self.request(Some(next), trail.encoding)?.path.len() > LONGEST_PATH {
            Some(End::TooLong(next.len()))
        } else {
            (trail.pages.len() >= wanted.most_pages()).then_some(End::Endless)
        })
    }

    /// Says which statement each broken rule breaks, and whether that is what the case is about.
    fn charged(&self, broken: Vec<Broken>) -> Vec<Charged> {
        let charged = |(rule, mismatch): Broken| {
            let statement = self.step.operation.statements.paging.get(&rule).cloned();
            let own = rule.is_expected() || statement.as_ref().is_none_or(|id| self.cites(id));
            Charged { mismatch, statement, own }
        };
        broken.into_iter().map(charged).collect()
    }

    /// Returns what is worth telling of the markers, where the case cites the statement that it is about.
    fn remarks(&self, trail: &Trail) -> Vec<Charged> {
        let remarks = self.charged(trail.remarks());
        remarks.into_iter().filter(|remark| remark.statement.as_ref().is_some_and(|id| self.cites(id))).collect()
    }

    fn cites(&self, id: &String) -> bool {
        self.planned.case.statements.contains(id)
    }

    /// Returns what a list has that it should not, or lacks; nobody can tell if its end was not reached.
    fn some(&self, trail: &Trail, has: &[Value], lacks: &[Value]) -> Result<Vec<Charged>, Halt> {
        let there = |wanted: &&Value| trail.rows().any(|row| row == *wanted);
        let (missing, wrong): (Vec<_>, Vec<_>) =
            (has.iter().filter(|row| !there(row)).collect(), lacks.iter().filter(there).collect());
        if let (Some(lost), true) = (trail.lost(), wrong.is_empty() && !(missing.is_empty() && lacks.is_empty())) {
            return Err(Halt(format!("{}: the list was not read to its end: {lost}", label(self.spec, self.scope))));
        }
        let rows = |expected: &str, actual: &str, rows: &[&Value]| {
            let at = format!("{} on {} pages", self.paging.key, trail.pages.len());
            let mismatch = Mismatch::new(Check::Body, at, json!({ expected: rows }), actual);
            (!rows.is_empty()).then_some(Charged { mismatch, statement: None, own: true })
        };
        let found = [rows("has", "not there", &missing), rows("lacks", "there", &wrong)];
        Ok(found.into_iter().flatten().collect())
    }
}

impl Wanted {
    /// Tells whether further pages can change nothing: all is there that should be, or something that should not.
    fn is_decided(&self, trail: &Trail) -> bool {
        let there = |wanted: &Value| trail.rows().any(|row| row == wanted);
        match self {
            Self::Whole(_) => false,
            Self::Some { has, lacks } => lacks.iter().any(there) || lacks.is_empty() && has.iter().all(there),
        }
    }

    /// Returns how many pages are read at most. Without a limit the endpoint makes pages as it likes, of a row at least.
    fn most_pages(&self) -> usize {
        match self {
            Self::Whole(whole) => {
                (whole.rows.len() + whole.perhaps.len()).div_ceil(whole.limit.unwrap_or(1).max(1)) + SPARE_PAGES
            }
            Self::Some { .. } => MOST_PAGES,
        }
    }
}

fn unwritable(error: &template::TemplateError) -> Halt {
    Halt(format!("the walk cannot be written: {error}"))
}
