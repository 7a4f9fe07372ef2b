//! Walks: which pages are asked for, when a walk ends, and what is said of it.

use super::*;
use crate::verdict::Weight;

/// The marker that leads to a page, its rows, and the marker that it gives.
type Pages<'a> = &'a [(&'a str, &'a [&'a str], &'a str)];

/// Answers with the page that a marker leads to, and refuses any other marker.
fn listed(pages: Pages<'static>) -> impl Fn(&Request) -> Answer + Send + Sync {
    move |request| match pages.iter().find(|(at, ..)| *at == marker(&request.path)) {
        Some((_, rows, next)) => json_answer(200, &page(rows, next)),
        None => refusal(400),
    }
}

fn markers(played: &Played) -> Vec<String> {
    played.asked.iter().map(|line| marker(line)).collect()
}

#[tokio::test]
async fn a_whole_list_is_read_to_its_end_and_held_against_its_rows() {
    let by_ones: Pages<'_> = &[("", &["a"], "x"), ("x", &["b"], "")];
    let whole = "HW-WALK-WHOLE";
    for (cited, walk, pages, asked, verdict, told) in [
        (whole, "limit: 1, expect: { members: [a, b] }", by_ones, &["", "x"][..], Verdict::Pass, &[][..]),
        (whole, "expect: { members: [b], perhaps: [a] }", by_ones, &["", "x"], Verdict::Pass, &[]),
        (whole, "from: x, expect: { members: [a, b], before: [a] }", by_ones, &["x"], Verdict::Pass, &[]),
        (
            whole,
            "expect: { members: [a, b, c] }",
            by_ones,
            &["", "x"],
            Verdict::Fail,
            &[r#"observe Counts rows: {"missing":["c"]} (HW-WALK-WHOLE)"#],
        ),
        (
            "HW-WALK-STABLE",
            "expect: { members: [a] }",
            by_ones,
            &["", "x"],
            Verdict::Fail,
            &[r#"observe Counts rows: {"not in the list":["b"]} (HW-WALK-STABLE)"#],
        ),
        (
            "V1-LIST-PG13",
            "expect: { members: [a, b] }",
            &[("", &["a"], "x"), ("x", &["b"], "x")],
            &["", "x"],
            Verdict::Fail,
            &[r#"must Counts next_marker: "a marker came twice" (V1-LIST-PG13)"#],
        ),
        (
            "V1-LIST-PG13",
            "from: x, expect: { members: [b] }",
            &[("x", &["b"], "x")],
            &["x"],
            Verdict::Fail,
            &[r#"must Counts next_marker: "a marker came twice" (V1-LIST-PG13)"#],
        ),
        (
            "V1-LIST-PG01, V1-LIST-PG11",
            "limit: 1, expect: { members: [a, b] }",
            &[("", &["a", "b"], "")],
            &[""],
            Verdict::Fail,
            &[r#"must Counts page 1: "2 rows" (V1-LIST-PG01)"#],
        ),
    ] {
        let case = format!("{LIST}, statements: [{cited}], walk: {{ {walk} }}");
        let played = play(&case, listed(pages)).await;
        assert_eq!(
            (markers(&played), played.result.verdict),
            (asked.iter().map(ToString::to_string).collect(), verdict),
            "{walk}"
        );
        assert_eq!(played.told(), told, "{walk}");
        assert_eq!(played.result.requests.asked, asked.len() as u64, "{walk}");
        assert_eq!(played.result.reproduce.is_some(), verdict == Verdict::Fail, "{walk}");
    }
}

#[tokio::test]
async fn a_rule_that_the_case_does_not_cite_is_the_runs_affair() {
    let case = format!("{LIST}, statements: [HW-WALK-WHOLE], walk: {{ expect: {{ members: [a] }} }}");
    let played = play(&case, listed(&[("", &["a"], "x"), ("x", &[], "x")])).await;
    assert_eq!((played.result.verdict, played.told()), (Verdict::Pass, vec![]));
    let asides: Vec<_> = played.result.asides.iter().map(super::told).collect();
    assert_eq!(
        asides,
        [
            r#"must Counts page 2: "an empty page" (V1-LIST-PG12)"#,
            r#"must Counts next_marker: "a marker came twice" (V1-LIST-PG13)"#,
        ]
    );
}

/// Three pages more than the list should have are enough; without a limit each page may have a single row.
#[tokio::test]
async fn a_list_that_goes_on_and_on_is_left() {
    for (walk, pages) in [
        ("limit: 1, expect: { members: [a, b] }", 5),
        ("limit: 1, expect: { members: [a, b], perhaps: [c] }", 6),
        ("limit: 2, expect: { members: [a, b], perhaps: [c] }", 5),
        ("expect: { members: [a, b], perhaps: [c, d, e] }", 8),
    ] {
        let case = format!("{LIST}, statements: [V1-LIST-PG13], walk: {{ {walk} }}");
        let endless = |request: &Request| {
            let number: usize = marker(&request.path).parse().unwrap_or(0);
            let rows: &[&str] = if number < 2 { &[["a", "b"][number]] } else { &[] };
            json_answer(200, &page(rows, &(number + 1).to_string()))
        };
        let played = play(&case, endless).await;
        let expected = format!("must Counts next_marker: \"still a marker after {pages} pages\" (V1-LIST-PG13)");
        assert_eq!((played.asked.len(), played.told()), (pages, vec![expected]), "{walk}");
    }
}

#[tokio::test]
async fn a_marker_is_followed_as_long_as_a_path_may_be() {
    let fixed = "/v1/p/cloudimages/i/members?limit=1&marker=".len();
    for (length, asked) in [(8_000 - fixed, 2), (8_001 - fixed, 1)] {
        let long = "x".repeat(length);
        let case = format!("{LIST}, statements: [V1-LIST-PG13], walk: {{ limit: 1, expect: {{ members: [a] }} }}");
        let played = play(&case, move |request| match marker(&request.path).as_str() {
            "" => json_answer(200, &page(&["a"], &long)),
            _ => json_answer(200, &page(&[], "")),
        })
        .await;
        let told = format!(
            "must Counts next_marker: \"a marker of {length} bytes, which no request can carry\" (V1-LIST-PG13)"
        );
        assert_eq!((played.asked.len(), played.told()), (asked, if asked == 1 { vec![told] } else { vec![] }));
    }
}

/// In Base64 `x` is `eA==`; `??>` is `Pz8+`, or `Pz8-` in the alphabet of URLs.
#[tokio::test]
async fn a_marker_that_is_refused_as_it_came_is_tried_in_other_forms() {
    let taken: Pages<'_> = &[("", &["a"], "??>"), ("Pz8-", &["b"], "x"), ("eA==", &["c"], "")];
    let first: Pages<'_> = &[("", &["a"], "x"), ("eA==", &["b", "c"], "")];
    let never: Pages<'_> = &[("", &["a"], "x")];
    let remark = |form: &str| format!("must Noted a marker is taken back: \"as the {form} of it\" (V1-LIST-PG06)");
    for (pages, asked, verdict, told) in [
        (taken, &["", "??>", "Pz8+", "Pz8-", "eA=="][..], Verdict::Pass, remark("URL-safe Base64")),
        (first, &["", "x", "eA=="], Verdict::Pass, remark("Base64")),
        (never, &["", "x", "eA==", "eA=="], Verdict::Fail, "must Counts : 400 (V1-LIST-PG06)".to_owned()),
    ] {
        let cite = |id: &str| format!("{LIST}, statements: [{id}], walk: {{ expect: {{ members: [a, b, c] }} }}");
        let played = play(&cite("V1-LIST-PG06"), listed(pages)).await;
        assert_eq!(markers(&played), asked);
        assert_eq!((played.result.verdict, played.told()), (verdict, vec![told]));
        let elsewhere = play(&cite("HW-WALK-WHOLE"), listed(pages)).await;
        assert_eq!(
            (elsewhere.result.verdict, elsewhere.told().len()),
            (verdict, usize::from(verdict == Verdict::Fail))
        );
    }
}

#[tokio::test]
async fn only_what_the_api_itself_says_of_a_marker_leads_to_another_form_of_it() {
    let case = format!("{LIST}, statements: [V1-LIST-PG06], walk: {{ expect: {{ members: [a, b] }} }}");
    let html =
        |status| Ok(Response::new(status, vec![("content-type".to_owned(), "text/html".to_owned())], vec![b'<']));
    for (status, own, forms) in [
        (400, true, 3),
        (404, true, 3),
        (499, true, 3),
        (401, true, 1),
        (403, true, 1),
        (500, true, 1),
        (404, false, 1),
    ] {
        let played = play(&case, move |request| match marker(&request.path).as_str() {
            _ if request.path.starts_with("/v2/images") => json_answer(200, &json!({ "images": [] })),
            "" => json_answer(200, &page(&["a"], "x")),
            _ if own => refusal(status),
            _ => html(status),
        })
        .await;
        let with_marker = played.asked.iter().filter(|line| line.contains("marker=")).count();
        assert_eq!(with_marker, forms, "{status} {own}");
        let alive = u64::from(status == 401);
        assert_eq!((played.result.requests.asked, played.result.requests.overhead), (1 + forms as u64, alive));
    }
}

#[tokio::test]
async fn an_answer_that_is_no_page_is_judged_as_it_came_and_ends_the_walk() {
    let case = format!("{LIST}, statements: [V1-LIST-PG13], walk: {{ expect: {{ members: [a] }} }}");
    let played = play(&case, |_| refusal(404)).await;
    assert_eq!((played.asked.len(), played.told()), (1, vec!["must Counts : 404 (V1-LIST-PG13)".to_owned()]));
    for (status, reason) in [
        (502, "check as owner: 502: a gateway answered, not the API"),
        (429, "check as owner: 429: the endpoint throttles"),
    ] {
        let played = play(&case, move |_| refusal(status)).await;
        assert_eq!((played.result.verdict, played.result.reason.as_str()), (Verdict::Inconclusive, reason));
    }
    let lost = play(&case, |_| Err(TransportError::Timeout { limit: Duration::from_secs(1) })).await;
    assert!(lost.result.reason.starts_with("check as owner: "), "{}", lost.result.reason);
}

#[tokio::test]
async fn a_list_is_walked_a_second_time_where_the_first_was_in_order() {
    let case = |rows: &str| {
        format!("{LIST}, statements: [HW-WALK-ORDER], walk: {{ twice: true, expect: {{ members: [{rows}] }} }}")
    };
    for (rows, second, asked, expected) in [
        ("a, b", &["a", "b"][..], 2, &[][..]),
        ("a, b", &["b", "a"], 2, &[r#"observe Counts rows of a second walk: ["b","a"] (HW-WALK-ORDER)"#]),
        ("a, b, c", &["b", "a"], 1, &[r#"observe Counts rows: {"missing":["c"]} (HW-WALK-ORDER)"#]),
    ] {
        let walks = std::sync::atomic::AtomicUsize::new(0);
        let script = move |_: &Request| match walks.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => json_answer(200, &page(&["a", "b"], "")),
            _ => json_answer(200, &page(second, "")),
        };
        let played = play(&case(rows), script).await;
        assert_eq!((played.asked.len(), played.told()), (asked, expected.iter().map(ToString::to_string).collect()));
    }
    let once = case("a, b").replace("twice: true, ", "");
    assert_eq!(play(&once, listed(&[("", &["a", "b"], "")])).await.asked.len(), 1);
}

#[tokio::test]
async fn a_control_that_walks_decides_whether_the_case_is_judged() {
    let pages: Pages<'_> = &[("", &["a"], "x"), ("x", &["b"], "x")];
    for (rows, verdict, asked, reason) in [
        ("a, b", Verdict::Pass, 3, ""),
        (
            "a, b, c",
            Verdict::Inconclusive,
            2,
            r#"control `all` as owner did not hold: rows: expected "every row of the list", got {"missing":["c"]}"#,
        ),
    ] {
        let case = format!(
            "statements: [HW-WALK-STABLE], {LIST}, steps: [{{ control: all, walk: {{ expect: {{ members: [{rows}] }} }} }}, \
             {{ check: one, expect: {{ status: 200 }} }}]"
        );
        let Played { result, asked: lines } = play(&case, listed(pages)).await;
        assert_eq!((result.verdict, result.reason.as_str(), lines.len()), (verdict, reason, asked), "{rows}");
        assert_eq!(result.requests.overhead, 2);
        assert_eq!(result.findings, [], "what else a control sees is no finding of the case");
        let asides: Vec<_> = result.asides.iter().map(|aside| (aside.at.as_str(), aside.actor, aside.weight)).collect();
        assert_eq!(asides, [("next_marker", None, Weight::Counts)]);
    }
}

/// An image is looked for until it is seen; that one is not there is known at the end of the list alone.
#[tokio::test]
async fn a_list_of_which_some_rows_are_known_is_read_as_far_as_they_need() {
    let odd = "https://elsewhere.invalid";
    for (expect, last, asked, verdict, said) in [
        ("has: [a]", "", 1, Verdict::Pass, ""),
        ("has: [a, b]", "", 2, Verdict::Pass, ""),
        ("has: [c]", "", 2, Verdict::Fail, r#"observe Counts id on 2 pages: "not there" (HW-WALK-STABLE)"#),
        ("lacks: [c]", "", 2, Verdict::Pass, ""),
        ("has: [a], lacks: [c]", "", 2, Verdict::Pass, ""),
        ("lacks: [a]", "", 1, Verdict::Fail, r#"observe Counts id on 1 pages: "there" (HW-WALK-STABLE)"#),
        ("lacks: [b, c]", odd, 2, Verdict::Fail, r#"observe Counts id on 2 pages: "there" (HW-WALK-STABLE)"#),
        ("has: [a, b]", odd, 2, Verdict::Pass, ""),
        ("has: [c]", odd, 2, Verdict::Inconclusive, "what should be a marker is none"),
        ("lacks: [c]", odd, 2, Verdict::Inconclusive, "what should be a marker is none"),
        ("has: [c]", "/v2/images?marker=x", 2, Verdict::Inconclusive, "a marker came twice"),
        ("has: [b], lacks: [c]", "/v2/images?marker=x", 2, Verdict::Inconclusive, "a marker came twice"),
    ] {
        let case = format!("call: v2.image.list, statements: [HW-WALK-STABLE], walk: {{ expect: {{ {expect} }} }}");
        let script = move |request: &Request| {
            let (id, next) = if marker(&request.path).is_empty() { ("a", "/v2/images?marker=x") } else { ("b", last) };
            let image = json!({ "id": id, "status": "active", "visibility": "private", "owner": "p" });
            let body = json!({ "images": [image], "next": next });
            let last = json!({ "images": [image] });
            json_answer(200, if next.is_empty() { &last } else { &body })
        };
        let played = play(&case, script).await;
        assert_eq!((played.asked.len(), played.result.verdict), (asked, verdict), "{expect} {last}");
        let expected = match verdict {
            Verdict::Inconclusive => format!("check as owner: the list was not read to its end: {said}"),
            _ => said.to_owned(),
        };
        assert_eq!([played.told().concat(), played.result.reason].concat(), expected, "{expect} {last}");
    }
}
