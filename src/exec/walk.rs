//! Follows the pages of a list to the end.

use std::sync::Arc;

use serde_json::Value;

use super::judge::{Halt, Record};
use super::scope::Scope;
use super::{Engine, request};
use crate::case::spec::WalkSpec;
use crate::case::{Step, template};
use crate::check::Mismatch;
use crate::check::paging::{self, Page};
use crate::http::{Request, curl_line};
use crate::plan::PlannedStep;
use crate::verdict::Check;

/// How many pages a walk reads at most beyond those that the list should have.
const SPARE_PAGES: usize = 3;

impl Engine {
    /// Walks from page to page and holds the rules of paging.
    pub(super) async fn walk(
        &self,
        spec: &Step,
        step: &PlannedStep,
        walk: &WalkSpec,
        scope: &Scope<'_>,
        record: &mut Record,
    ) -> Result<(), Halt> {
        let lookup = |name: &str| scope.get(name);
        let expected = template::fill(&walk.expect.members, &lookup)
            .map_err(|error| Halt(format!("the walk cannot be written: {error}")))?;
        let expected = expected.as_array().cloned().unwrap_or_default();
        let limit = usize::try_from(walk.limit).unwrap_or(usize::MAX).max(1);
        let most = expected.len().div_ceil(limit) + SPARE_PAGES;
        let mut pages: Vec<Page> = Vec::new();
        let mut first = None;
        let mut marker: Option<String> = None;
        loop {
            let request = page_request(spec, step, walk.limit, marker.as_deref(), scope)?;
            first.get_or_insert_with(|| curl_line(self.plan.target.endpoint.as_str(), &request));
            let page = self.page(spec, step, request, scope, record).await?;
            let next = page.as_ref().and_then(|page| page.next_marker.clone());
            let seen = next.is_some() && pages.iter().any(|earlier| earlier.next_marker == next);
            pages.extend(page);
            marker = next;
            if marker.is_none() || seen || pages.len() >= most {
                break;
            }
        }
        let broken = paging::check(limit, &pages, &expected, marker.is_some());
        let statements = &step.operation.statements.paging;
        let broken = broken.into_iter().map(|(rule, mismatch)| (mismatch, statements.get(&rule).cloned())).collect();
        record.walked(broken, &spec.place, scope.actor(), first);
        Ok(())
    }

    async fn page(
        &self,
        spec: &Step,
        step: &PlannedStep,
        request: Request,
        scope: &Scope<'_>,
        record: &mut Record,
    ) -> Result<Option<Page>, Halt> {
        record.count(spec.role);
        let exchange = self.transport.send(request).await.map_err(|error| Halt(format!("the walk: {error}")))?;
        let exchange = Arc::new(exchange);
        record.exchange(spec.role, Arc::clone(&exchange));
        self.judge(spec, step, &exchange, scope, record)?;
        let response = &exchange.response;
        if response.status != 200 {
            let found = vec![Mismatch::new(Check::Status, "page", 200, response.status)];
            record.unmet(found, &spec.place, &exchange, &self.plan.target.endpoint);
        }
        Ok(response.json().filter(|_| response.status == 200).map(Page::read))
    }
}

fn page_request(
    spec: &Step,
    step: &PlannedStep,
    limit: u32,
    marker: Option<&str>,
    scope: &Scope<'_>,
) -> Result<Request, Halt> {
    let mut of_page = spec.request.clone();
    of_page.query.insert("limit".to_owned(), Value::from(limit));
    let query = std::mem::take(&mut of_page.query);
    let mut request = request::build(&step.operation, &of_page, scope)
        .map_err(|error| Halt(format!("the walk cannot be written: {error}")))?;
    let mut query = template::fill_map(&query, &|name| scope.get(name))
        .map_err(|error| Halt(format!("the walk cannot be written: {error}")))?;
    // A marker is opaque, and from the target: it must not be read as a template.
    query.extend(marker.map(|marker| ("marker".to_owned(), Value::from(marker))));
    request.path.push_str(&crate::http::query_text(&query));
    Ok(request)
}
